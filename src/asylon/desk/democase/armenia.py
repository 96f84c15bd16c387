"""Armenia: Russians who left the war, two sisters from Iran with two outcomes."""

from __future__ import annotations

from datetime import date

from asylon.desk.content import CaseContent, PersonContent, SafeContact
from asylon.desk.democase.moments import Moments
from asylon.desk.democase.people import names, native, needs, other_name, paper, reach, speaks, unsafe
from asylon.desk.democase.shapes import DemoCase, DemoFamily, DemoPerson, course, happened

SERVICE = "Migration and Citizenship Service"

EVGENIYA = DemoPerson(
    "evgeniya",
    PersonContent(
        names=names(
            "Evgeniya Trubnikova",
            native("Евгения Трубникова", "Cyrl"),
            other_name("alias", "Zhenya T."),
            other_name("maiden", "Evgeniya Havrylenko"),
        ),
        born="1988-02-28",
        sex="f",
        nationalities=("RUS", "UKR"),
        languages=(speaks("ru"), speaks("uk"), needs("hy")),
        papers=(paper("passport", 4101, "Russia", "2027-12-12"), paper("asylum seeker's certificate", 4102, SERVICE)),
        contacts=(
            reach("signal", "+1 202 555 0141"),
            unsafe("telegram", "@invented_press", "the channel is watched; she writes there for her readers only"),
        ),
        safe_contact=SafeContact(
            preferred="signal",
            who_may_answer="only Evgeniya",
            never_say="where her mother lives",
            times="any hour",
            code_word="issue forty-one",
        ),
        risks=("criminal case for 'false news'", "followed in the street by unknown men"),
        note="Ran a regional news page. Convicted in her absence.",
    ),
)
LUKA = DemoPerson(
    "luka",
    PersonContent(
        names=names("Luka Trubnikov", native("Лука Трубников", "Cyrl")),
        born="2016-06-06",
        sex="m",
        nationalities=("RUS",),
        languages=(speaks("ru"), speaks("hy", "from school")),
    ),
)
SHIRIN = DemoPerson(
    "shirin",
    PersonContent(
        names=names("Shirin Moradi", native("شیرین مرادی", "Arab"), other_name("called", "Shirin joon")),
        born="1993-03-21",
        born_wording="on the first day of spring",
        sex="f",
        nationalities=("IRN",),
        languages=(needs("fa"), speaks("en")),
        papers=(paper("refugee certificate", 4201, SERVICE),),
        contacts=(reach("whatsapp", "+1 202 555 0142"),),
    ),
)
LALEH = DemoPerson(
    "laleh",
    PersonContent(
        names=names("Laleh Moradi", native("لاله مرادی", "Arab")),
        born="1996",
        sex="f",
        nationalities=("IRN",),
        languages=(needs("fa"),),
        papers=(paper("passport", 4202, "Iran", "2028-10-10"),),
        contacts=(
            reach("whatsapp", "+1 202 555 0143"),
            unsafe("phone", "+374 00 000 042", "left in Tabriz with a cousin"),
        ),
        safe_contact=SafeContact(
            preferred="whatsapp", who_may_answer="Laleh or Shirin", never_say="church, baptism", times="evenings"
        ),
        risks=("baptised; the family does not know",),
    ),
)


def families(today: date) -> tuple[DemoFamily, ...]:
    """Return the families whose cases are before Armenian authorities."""
    now = Moments(today)
    return _journalist(now), _sisters(now)


def _journalist(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="trubnikova",
        name="Trubnikova",
        members=(EVGENIYA, LUKA),
        relations=(("evgeniya", "parent", "luka"),),
        cases=(_evgeniya(now),),
    )


def _evgeniya(now: Moments) -> DemoCase:
    return DemoCase(
        key="am-evgeniya",
        jurisdiction="am",
        content=CaseContent("Asylum, term for the decision over", "Three months are over twice.", "AM/4101"),
        people=(("evgeniya", "applicant"), ("luka", "dependant")),
        lead="miriam",
        members=(("daniil", "reader"),),
        attributes={"nationality": "RUS", "unaccompanied_minor": False},
        events=(
            happened(now.month(years=3, days=30), "arrival", crossing="regular"),
            happened(now.office(days=220), "lodged", procedure="asylum", paper="copy with the number"),
            happened(now.office(days=219), "interview_summoned"),
            happened(now.office(days=218), "document_issued", document="certificate", until=now.ago(days=128)),
            happened(now.office(days=204), "interview", procedure="asylum", kind="merits"),
            happened(now.office(days=129), "document_issued", document="certificate", until=now.ago(days=72)),
            happened(
                now.office(days=71),
                "document_issued",
                document="certificate",
                until=now.ahead(19),
                paper="certificate, third",
            ),
        ),
        notes=(
            "Ask for the written reason of the delay before the certificate ends.",
            "Extradition is the danger, not the refusal: see that the border list is checked every month.",
        ),
        proceedings=(course("first_instance", SERVICE, "INVENTED-AM-1"),),
    )


def _sisters(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="moradi",
        name="Moradi",
        members=(SHIRIN, LALEH),
        relations=(("shirin", "sibling", "laleh"),),
        cases=(_shirin(now), _laleh(now)),
    )


def _shirin(now: Moments) -> DemoCase:
    return DemoCase(
        key="am-shirin",
        jurisdiction="am",
        content=CaseContent("Recognised as a refugee", "Open for the travel document only.", "AM/4201"),
        people=(("shirin", "applicant"),),
        lead="miriam",
        attributes={"nationality": "IRN", "sex": "f", "unaccompanied_minor": False},
        events=(
            happened(now.ago(years=1, days=50), "arrival", crossing="regular"),
            happened(now.month(years=1, days=10), "lodged", procedure="asylum", note="the stamp shows no day"),
            happened(now.month(years=1, days=8), "document_issued", document="certificate"),
            happened(now.office(days=300), "interview", procedure="asylum", kind="merits"),
            happened(now.office(days=125), "decision_first_instance", procedure="asylum", outcome="refugee"),
            happened(now.office(days=125), "refugee_status_granted"),
            happened(now.office(days=121), "notification", of="decision_first_instance", mode="received"),
        ),
        notes=("Her grounds are her sister's grounds, in nearly the same words. Cite this decision there.",),
        proceedings=(course("first_instance", SERVICE, "INVENTED-AM-2"),),
    )


def _laleh(now: Moments) -> DemoCase:
    return DemoCase(
        key="am-laleh",
        jurisdiction="am",
        content=CaseContent("Refused, court appeal running", "Same church, same street, other officer.", "AM/4202"),
        people=(("laleh", "applicant"), ("shirin", "witness")),
        lead="miriam",
        attributes={"nationality": "IRN", "sex": "f", "unaccompanied_minor": False},
        events=(
            happened(now.ago(days=270), "arrival", crossing="regular"),
            happened(now.office(days=245), "lodged", procedure="asylum"),
            happened(now.office(days=244), "interview_summoned"),
            happened(now.office(days=243), "document_issued", document="certificate", until=now.ago(days=153)),
            happened(now.office(days=200), "interview", procedure="asylum", kind="merits"),
            happened(now.office(days=154), "document_issued", document="certificate", until=now.ahead(60)),
            happened(now.office(days=14), "decision_first_instance", procedure="asylum", outcome="rejected"),
            happened(
                now.office(days=11),
                "notification",
                of="decision_first_instance",
                mode="received",
                paper="decision in Armenian, four pages",
                confirmed=False,
            ),
        ),
        notes=("The number of days is not verified. The colleague in Yerevan confirms it today.",),
        proceedings=(
            course("first_instance", SERVICE, "INVENTED-AM-3"),
            course("appeal", "Administrative Court", "to be filed"),
        ),
    )
