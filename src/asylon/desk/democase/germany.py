"""Germany: a transfer decision, a manifestly unfounded refusal, half a status, a home that is not safe."""

from __future__ import annotations

from datetime import date

from asylon.desk.content import CaseContent, PersonContent, SafeContact
from asylon.desk.democase.moments import Moments
from asylon.desk.democase.people import names, native, needs, other_name, paper, reach, speaks, unsafe
from asylon.desk.democase.shapes import DemoCase, DemoEvent, DemoFamily, DemoPerson, course, happened

OFFICE = "Federal Office for Migration and Refugees"
UNFOUNDED = "manifestly_unfounded"

BASSEL = DemoPerson(
    "bassel",
    PersonContent(
        names=names("Bassel Zeitouneh", native("باسل زيتونة", "Arab"), other_name("father", "Munir Zeitouneh")),
        born="1984-01-01",
        born_wording="the first of January is what the camp wrote down; his mother says the day of the first snow",
        sex="m",
        nationalities=("SYR",),
        languages=(needs("ar", "Homs"),),
        papers=(paper("identity card, copy", 3101, "Syria"),),
        contacts=(reach("whatsapp", "+49 171 3920001"),),
        safe_contact=SafeContact(preferred="whatsapp", who_may_answer="Bassel or Hanan", times="before 20:00"),
        risks=("beaten at the border of another state",),
    ),
)
HANAN = DemoPerson(
    "hanan",
    PersonContent(
        names=names("Hanan Zeitouneh", native("حنان زيتونة", "Arab"), other_name("maiden", "Hanan Jabbour")),
        born="1988-06-20",
        sex="f",
        nationalities=("SYR", "IRQ"),
        languages=(needs("ar", "Homs"),),
        papers=(paper("passport, expired", 3102, "Iraq"),),
        contacts=(reach("whatsapp", "+49 171 3920002"),),
        risks=("pregnant, seventh month",),
    ),
)
LAYAN = DemoPerson(
    "layan",
    PersonContent(
        names=names("Layan Zeitouneh", native("ليان زيتونة", "Arab")),
        born="2015-03-09",
        sex="f",
        nationalities=("SYR",),
        languages=(speaks("ar", "Homs"), speaks("de", "from school")),
    ),
)
KARAM = DemoPerson(
    "karam",
    PersonContent(
        names=names("Karam Zeitouneh", native("كرم زيتونة", "Arab"), other_name("called", "Kimo")),
        born="2020-09-27",
        sex="m",
        nationalities=("SYR",),
        languages=(speaks("ar", "Homs"),),
        note="Does not speak to strangers since the border.",
    ),
)
LASHA = DemoPerson(
    "lasha",
    PersonContent(
        names=names("Lasha Tsiklauri", native("ლაშა წიკლაური", "Geor")),
        born="1992-11-11",
        sex="m",
        nationalities=("GEO",),
        languages=(needs("ka"), speaks("ru")),
        papers=(paper("passport", 3201, "Georgia", "2031-04-04"),),
        contacts=(reach("phone", "+49 171 3920003"),),
        risks=("men who follow him are his wife's cousins",),
    ),
)
MANANA = DemoPerson(
    "manana",
    PersonContent(
        names=names("Manana Tsiklauri", native("მანანა წიკლაური", "Geor"), other_name("maiden", "Manana Bekauri")),
        born="1994-08",
        sex="f",
        nationalities=("GEO",),
        languages=(needs("ka"),),
        contacts=(reach("phone", "+49 171 3920004"),),
    ),
)
SABA = DemoPerson(
    "saba",
    PersonContent(
        names=names("Saba Tsiklauri", native("საბა წიკლაური", "Geor")),
        born="2022-05-05",
        sex="m",
        nationalities=("GEO",),
        note="Waits for a heart operation; report of the clinic in the file.",
    ),
)
ZAHRA = DemoPerson(
    "zahra",
    PersonContent(
        names=names("Zahra Rezai", native("زهرا رضایی", "Arab"), other_name("father", "Ghulam Rezai")),
        born="1990",
        born_wording="1369 by the calendar at home",
        sex="f",
        nationalities=("AFG",),
        languages=(needs("fa", "Hazaragi"),),
        papers=(paper("tazkira, photograph", 3301, "Afghanistan"),),
        contacts=(reach("signal", "+49 171 3920005"),),
        safe_contact=SafeContact(
            preferred="signal, written only",
            who_may_answer="only Zahra",
            never_say="do not leave voice messages: her son listens to them",
            code_word="saffron",
        ),
        risks=("brother-in-law searches for her",),
        note="Taught girls in a cellar in Ghazni.",
    ),
)
MUSTAFA = DemoPerson(
    "mustafa",
    PersonContent(
        names=names("Mustafa Rezai", native("مصطفی رضایی", "Arab")),
        born="2014",
        sex="m",
        nationalities=("AFG",),
        languages=(speaks("fa", "Hazaragi"), speaks("de")),
    ),
)
SHERIN = DemoPerson(
    "sherin",
    PersonContent(
        names=names("Sherin Khalaf", native("شیرین خەلەف", "Arab"), other_name("maiden", "Sherin Murad Elias")),
        born="1995-10-01",
        sex="f",
        nationalities=("IRQ",),
        languages=(needs("ku", "Kurmanji of Sinjar"),),
        contacts=(
            reach("through", "the women's shelter, by its office only"),
            unsafe("phone", "+49 171 3920006", "her husband pays for this number and reads it"),
            unsafe("address", "the reception centre", "he lives there"),
        ),
        safe_contact=SafeContact(
            preferred="the office of the shelter",
            who_may_answer="the staff of the shelter",
            never_say="anything at all to a man who calls; never confirm that we know her",
            times="weekdays 10:00 to 12:00",
            code_word="the blue scarf",
        ),
        risks=("violence at home", "address secret, also from the family"),
        note="Wishes a female interpreter who is not from Sinjar.",
    ),
)
ROJIN = DemoPerson(
    "rojin",
    PersonContent(
        names=names("Rojin Khalaf", native("ڕۆژین خەلەف", "Arab")),
        born="2019-04-18",
        sex="f",
        nationalities=("IRQ",),
        languages=(speaks("ku", "Kurmanji of Sinjar"),),
        risks=("address secret",),
    ),
)
DILSHAD = DemoPerson(
    "dilshad",
    PersonContent(
        names=names("Dilshad Khalaf", native("دڵشاد خەلەف", "Arab"), other_name("alias", "Abu Rojin")),
        born="1985",
        sex="m",
        nationalities=("IRQ",),
        languages=(needs("ku", "Kurmanji of Sinjar"), speaks("ar")),
        contacts=(reach("phone", "+49 171 3920007"), reach("address", "the reception centre")),
        note="Accused of having served in a militia; says that he cooked for it.",
    ),
)


def families(today: date) -> tuple[DemoFamily, ...]:
    """Return the families whose cases are before German authorities."""
    now = Moments(today)
    return _dublin(now), _unfounded(now), _subsidiary(now), _opposed(now)


def _dublin(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="zeitouneh",
        name="Zeitouneh",
        members=(BASSEL, HANAN, LAYAN, KARAM),
        relations=(
            ("bassel", "spouse", "hanan"),
            ("bassel", "parent", "layan"),
            ("bassel", "parent", "karam"),
            ("hanan", "parent", "layan"),
            ("hanan", "parent", "karam"),
            ("layan", "sibling", "karam"),
        ),
        cases=(_zeitouneh(now),),
    )


def _zeitouneh(now: Moments) -> DemoCase:
    return DemoCase(
        key="de-zeitouneh",
        jurisdiction="de",
        content=CaseContent(
            "Transfer decision", "Fingerprints at an outer border; pushed back once before.", "DE/3101"
        ),
        people=(
            ("bassel", "applicant"),
            ("hanan", "applicant"),
            ("layan", "dependant"),
            ("karam", "dependant"),
        ),
        lead="miriam",
        attributes={"nationality": "SYR", "unaccompanied_minor": False, "region": "BE"},
        events=_transfer(now),
        notes=(
            "Claim and urgent application go in together, by the safe mailbox of the court.",
            "Hanan's maternity record is with the midwife; the photograph is enough for now.",
        ),
        proceedings=(
            course("responsibility", OFFICE, "INVENTED-DE-1"),
            course("appeal", "Administrative Court Berlin", "to be filed"),
        ),
    )


def _transfer(now: Moments) -> tuple[DemoEvent, ...]:
    return (
        happened(now.ago(days=121), "arrival", crossing="irregular"),
        happened(now.office(days=120), "intent_expressed", procedure="asylum", to="registering"),
        happened(now.office(days=119), "registration", procedure="asylum", paper="proof of arrival"),
        happened(now.office(days=117), "eurodac_hit", category="take_charge", state="de"),
        happened(now.office(days=110), "lodged", procedure="asylum"),
        happened(now.office(days=96), "interview", procedure="asylum", kind="responsibility"),
        happened(now.office(days=95), "transfer_request_sent", kind="take_charge", to="Croatia"),
        happened(now.office(days=84), "transfer_request_answered", kind="take_charge", outcome="accepted"),
        happened(now.office(days=5), "transfer_decision", to="Croatia", paper="decision with the warning of removal"),
        happened(
            now.office(days=2),
            "notification",
            of="transfer_decision",
            mode="received",
            addressee="person",
            paper="yellow envelope, day written on it",
            confirmed=False,
        ),
    )


def _unfounded(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="tsiklauri",
        name="Tsiklauri",
        members=(LASHA, MANANA, SABA),
        relations=(("lasha", "spouse", "manana"), ("lasha", "parent", "saba"), ("manana", "parent", "saba")),
        cases=(_tsiklauri(now),),
    )


def _tsiklauri(now: Moments) -> DemoCase:
    return DemoCase(
        key="de-tsiklauri",
        jurisdiction="de",
        content=CaseContent("Rejected as manifestly unfounded", "Blood feud; 'a safe country of origin'.", "DE/3201"),
        people=(("lasha", "applicant"), ("manana", "applicant"), ("saba", "dependant")),
        lead="miriam",
        attributes={"nationality": "GEO", "unaccompanied_minor": False, "region": "BE"},
        events=(
            happened(now.ago(days=58), "arrival", crossing="regular"),
            happened(now.office(days=54), "registration", procedure="asylum"),
            happened(now.office(days=50), "lodged", procedure="asylum"),
            happened(now.office(days=49), "procedure_assigned", track="accelerated", ground="e"),
            happened(now.office(days=30), "interview", procedure="asylum", kind="merits"),
            happened(now.office(days=3), "decision_first_instance", procedure="asylum", outcome=UNFOUNDED),
            happened(
                now.office(days=2),
                "notification",
                of="decision_first_instance",
                mode="received",
                remedy_notice="correct",
                paper="receipt signed at the centre",
            ),
        ),
        notes=("The boy's operation is not mentioned in the decision. Paragraph two of the urgent application.",),
        proceedings=(
            course("first_instance", OFFICE, "INVENTED-DE-2"),
            course("appeal", "Administrative Court Berlin", "to be filed"),
        ),
    )


def _subsidiary(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="rezai",
        name="Rezai",
        members=(ZAHRA, MUSTAFA),
        relations=(("zahra", "parent", "mustafa"),),
        cases=(_zahra(now),),
    )


def _zahra(now: Moments) -> DemoCase:
    return DemoCase(
        key="de-zahra",
        jurisdiction="de",
        content=CaseContent("Subsidiary protection", "A teacher, believed, and given the lesser status.", "DE/3301"),
        people=(("zahra", "applicant"), ("mustafa", "dependant")),
        lead="miriam",
        members=(("noa", "reader"),),
        attributes={"nationality": "AFG", "sex": "f", "unaccompanied_minor": False, "region": "HH"},
        events=(
            happened(now.month(years=1, days=20), "arrival", crossing="irregular"),
            happened(now.office(days=352), "registration", procedure="asylum"),
            happened(now.office(days=340), "lodged", procedure="asylum"),
            happened(now.office(days=150), "interview", procedure="asylum", kind="merits"),
            happened(now.office(days=9), "decision_first_instance", procedure="asylum", outcome="subsidiary"),
            happened(now.office(days=9), "subsidiary_protection_granted"),
            happened(now.office(days=6), "notification", of="decision_first_instance", mode="received"),
        ),
        notes=("She wants the higher status: her sister can follow only then. Two weeks for the claim.",),
        proceedings=(course("first_instance", OFFICE, "INVENTED-DE-3"),),
    )


def _opposed(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="khalaf",
        name="Khalaf",
        members=(SHERIN, ROJIN, DILSHAD),
        relations=(
            ("sherin", "spouse", "dilshad"),
            ("dilshad", "threatens", "sherin"),
            ("sherin", "parent", "rojin"),
            ("dilshad", "parent", "rojin"),
        ),
        cases=(_sherin(now), _dilshad(now)),
        opposed=True,
    )


def _sherin(now: Moments) -> DemoCase:
    return DemoCase(
        key="de-sherin",
        jurisdiction="de",
        content=CaseContent(
            "Own application, away from the husband", "Left him half a year ago. A wall stands here.", "DE/3401"
        ),
        people=(("sherin", "applicant"), ("rojin", "dependant")),
        lead="miriam",
        members=(("sam", "interpreter"),),
        attributes={"nationality": "IRQ", "sex": "f", "unaccompanied_minor": False, "region": "NW"},
        events=(
            happened(now.ago(days=420), "arrival", crossing="irregular"),
            happened(now.office(days=410), "registration", procedure="asylum"),
            happened(now.office(days=400), "lodged", procedure="asylum"),
            happened(now.office(days=190), "address_changed", note="address held back; letters go to us"),
            happened(now.office_ahead(9), "interview", procedure="asylum", kind="merits", time="09:15"),
        ),
        notes=(
            "Nobody of the other file may learn that this file exists. Letters carry our address only.",
            "Medical report of the injuries is in; she decides herself whether it is used.",
        ),
        proceedings=(course("first_instance", OFFICE, "INVENTED-DE-4"),),
    )


def _dilshad(now: Moments) -> DemoCase:
    return DemoCase(
        key="de-dilshad",
        jurisdiction="de",
        content=CaseContent("Excluded from protection", "Said to have served in a militia.", "DE/3402"),
        people=(("dilshad", "applicant"),),
        lead="noa",
        members=(("daniil", "member"),),
        attributes={"nationality": "IRQ", "sex": "m", "unaccompanied_minor": False, "region": "NW"},
        events=(
            happened(now.ago(days=420), "arrival", crossing="irregular"),
            happened(now.office(days=410), "registration", procedure="asylum"),
            happened(now.office(days=400), "lodged", procedure="asylum"),
            happened(now.office(days=240), "interview", procedure="asylum", kind="merits"),
            happened(now.office(days=80), "decision_first_instance", procedure="asylum", outcome="excluded"),
            happened(now.office(days=77), "notification", of="decision_first_instance", mode="received"),
            happened(now.office(days=70), "appeal_lodged", against="asylum refusal", to="Administrative Court"),
            happened(now.office(days=54), "evidence_submitted", kind="statement", note="two cooks of the camp"),
            happened(now.office_ahead(24), "hearing", body="Administrative Court", kind="first_instance", time="13:30"),
        ),
        proceedings=(
            course("first_instance", OFFICE, "INVENTED-DE-5"),
            course("appeal", "Administrative Court", "INVENTED-12-K-9"),
        ),
    )
