"""Serbia: registered and never called to lodge, a term we missed, a refusal that was annulled."""

from __future__ import annotations

from datetime import date

from asylon.desk.content import CaseContent, PersonContent, SafeContact
from asylon.desk.democase.moments import Moments
from asylon.desk.democase.people import names, native, needs, other_name, paper, reach, speaks, unsafe
from asylon.desk.democase.shapes import DemoCase, DemoEvent, DemoFamily, DemoPerson, course, happened

OFFICE = "Asylum Office, Belgrade"

PAVEL = DemoPerson(
    "pavel",
    PersonContent(
        names=names("Pavel Groshev", native("Павел Грошев", "Cyrl"), other_name("called", "Pasha")),
        born="1994-01-30",
        sex="m",
        nationalities=("RUS",),
        languages=(speaks("ru"), speaks("en"), speaks("sr", "a little")),
        papers=(paper("passport", 5101, "Russia", "2027-08-20"),),
        contacts=(reach("telegram", "@invented_pavel"),),
        safe_contact=SafeContact(preferred="telegram", times="not before noon", code_word="two coffees"),
        risks=("refused to go back to the front",),
    ),
)
ALINA = DemoPerson(
    "alina",
    PersonContent(
        names=names("Alina Grosheva", native("Алина Грошева", "Cyrl"), other_name("maiden", "Alina Feldman")),
        born="1996-12-24",
        sex="f",
        nationalities=("RUS", "ISR"),
        languages=(speaks("ru"), speaks("he")),
        papers=(paper("passport", 5102, "Russia", "2026-03-03"),),
        contacts=(
            reach("telegram", "@invented_alina"),
            unsafe("phone", "+381 60 000 0051", "shared with the landlord"),
        ),
    ),
)
THIERRY = DemoPerson(
    "thierry",
    PersonContent(
        names=names("Thierry Ndikumana", other_name("called", "Papa Bella"), other_name("mother", "Spès Nahimana")),
        born="1982-07",
        born_wording="in the month of the sorghum",
        sex="m",
        nationalities=("BDI",),
        languages=(needs("rn"), speaks("fr")),
        papers=(paper("identity card, torn", 5201, "Burundi"), paper("asylum seeker's card", 5202, OFFICE)),
        contacts=(reach("whatsapp", "+44 7700 900151"),),
        safe_contact=SafeContact(
            preferred="whatsapp", who_may_answer="Thierry or Chantal", never_say="names of the youth league"
        ),
        risks=("torture: see the medical report first",),
    ),
)
CHANTAL = DemoPerson(
    "chantal",
    PersonContent(
        names=names("Chantal Irakoze"),
        born="1987-10-15",
        sex="f",
        nationalities=("BDI", "RWA"),
        languages=(needs("rn"), speaks("sw")),
        contacts=(reach("whatsapp", "+44 7700 900152"),),
    ),
)
BELLA = DemoPerson(
    "bella",
    PersonContent(
        names=names("Bella Ndikumana"),
        born="2012-02-02",
        sex="f",
        nationalities=("BDI",),
        languages=(speaks("fr"), speaks("sr", "from school")),
    ),
)
EMERY = DemoPerson(
    "emery",
    PersonContent(
        names=names("Emery Ndikumana"),
        born="2017-05-19",
        sex="m",
        nationalities=("BDI",),
        languages=(speaks("sr"), speaks("fr")),
    ),
)


def families(today: date) -> tuple[DemoFamily, ...]:
    """Return the families whose cases are before Serbian authorities."""
    now = Moments(today)
    return _russians(now), _burundians(now)


def _russians(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="groshev",
        name="Groshev",
        members=(PAVEL, ALINA),
        relations=(("pavel", "spouse", "alina"),),
        cases=(_pavel(now), _alina(now)),
    )


def _pavel(now: Moments) -> DemoCase:
    return DemoCase(
        key="rs-pavel",
        jurisdiction="rs",
        content=CaseContent("Registered, never called to lodge", "The office let its fifteen days pass.", "RS/5101"),
        people=(("pavel", "applicant"),),
        lead="daniil",
        attributes={"nationality": "RUS", "unaccompanied_minor": False},
        events=(
            happened(now.ago(days=44), "arrival", crossing="regular"),
            happened(now.office(days=20), "registration", procedure="asylum", time="11:20", paper="certificate"),
            happened(
                now.office(days=19), "residence_assigned", place="private flat, with leave of the office", time="15:00"
            ),
        ),
        notes=("He can lodge alone now, and must within eight days. Form filled in; he signs tomorrow.",),
        proceedings=(course("first_instance", OFFICE, "INVENTED-RS-1"),),
    )


def _alina(now: Moments) -> DemoCase:
    return DemoCase(
        key="rs-alina",
        jurisdiction="rs",
        content=CaseContent(
            "Procedure broken off", "Nobody lodged in time: the office did not call, and we did not see it.", "RS/5102"
        ),
        people=(("alina", "applicant"),),
        lead="daniil",
        members=(("miriam", "member"),),
        attributes={"nationality": "RUS", "unaccompanied_minor": False},
        events=(
            happened(now.ago(days=90), "arrival", crossing="regular"),
            happened(now.office(days=62), "registration", procedure="asylum", time="09:40", paper="certificate"),
            happened(
                now.office(days=61), "residence_assigned", place="private flat, with leave of the office", time="15:00"
            ),
            happened(now.office(days=9), "decision_first_instance", procedure="asylum", outcome="terminated"),
            happened(now.office(days=7), "notification", of="decision_first_instance", mode="received"),
        ),
        notes=(
            "Our mistake: the eight days were not in the calendar. Told to Alina, told to the lead. "
            "The appeal says that the office never called her.",
        ),
        proceedings=(
            course("first_instance", OFFICE, "INVENTED-RS-2"),
            course("appeal", "Asylum Commission", "to be filed"),
        ),
    )


def _burundians(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="ndikumana",
        name="Ndikumana",
        members=(THIERRY, CHANTAL, BELLA, EMERY),
        relations=(
            ("thierry", "spouse", "chantal"),
            ("thierry", "parent", "bella"),
            ("thierry", "parent", "emery"),
            ("chantal", "parent", "bella"),
            ("chantal", "parent", "emery"),
            ("bella", "sibling", "emery"),
        ),
        cases=(_thierry(now),),
    )


def _thierry(now: Moments) -> DemoCase:
    return DemoCase(
        key="rs-ndikumana",
        jurisdiction="rs",
        content=CaseContent(
            "Inadmissible, annulled, heard again", "'A safe third country' they only flew over.", "RS/5201"
        ),
        people=(
            ("thierry", "applicant"),
            ("chantal", "applicant"),
            ("bella", "dependant"),
            ("emery", "dependant"),
        ),
        lead="daniil",
        members=(("miriam", "reader"),),
        attributes={"nationality": "BDI", "unaccompanied_minor": False},
        events=_second_round(now),
        notes=("The report on the scars must be handed over before the interview, not at it.",),
        proceedings=(
            course("first_instance", OFFICE, "INVENTED-RS-3"),
            course("appeal", "Asylum Commission", "INVENTED-AK-8"),
        ),
    )


def _second_round(now: Moments) -> tuple[DemoEvent, ...]:
    asylum = "asylum"
    return (
        happened(now.month(years=1, days=120), "arrival", crossing="regular"),
        happened(now.month(years=1, days=70), "registration", procedure=asylum, note="the certificate is lost"),
        happened(now.month(years=1, days=70), "residence_assigned", place="Centre in Banja Koviljača"),
        happened(now.month(years=1, days=70), "lodged", procedure=asylum, note="he remembers the same month"),
        happened(
            now.office(days=280),
            "decision_first_instance",
            procedure=asylum,
            outcome="inadmissible",
            inadmissible_ground="safe_third_country",
        ),
        happened(now.office(days=277), "notification", of="decision_first_instance", mode="received"),
        happened(now.office(days=268), "complaint_lodged", against="asylum refusal", to="Asylum Commission"),
        happened(now.office(days=190), "complaint_decided", against="asylum refusal", outcome="annulled"),
        happened(now.office(days=186), "notification", of="complaint_decided", mode="received"),
        happened(now.office(days=150), "decision_first_instance", procedure=asylum, outcome="admissible"),
        happened(now.office_ahead(15), "interview", procedure=asylum, kind="merits", time="10:30"),
    )
