"""Invented content for the gallery: nobody in it exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asylon.desk.content import Contact, Name, PersonContent, SafeContact, SpokenLanguage


@dataclass(frozen=True)
class Colleague:
    """Who is signed in, as far as the frame of a page asks: she sees every entry of the menu."""

    name: str
    is_lead: bool = True
    takes_enquiries: bool = True

    def __str__(self) -> str:
        return self.name


def source(
    citation: str, confidence: str = "high", basis: str = "opened", url: str | None = None, note: str = ""
) -> dict[str, Any]:
    return {"citation": citation, "url": url, "confidence": confidence, "basis": basis, "note": note}


def duty(title: str, rule: str, standing: str, days: int | None, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "title": title,
        "rule": rule,
        "step": None,
        "bearer": "applicant",
        "standing": standing,
        "days": days,
        "missing": [],
        "why": [],
        "legal_end": None,
        "safe_end": None,
        "latest_end": None,
        "met_on": None,
        "displaced_by": None,
        "consequence": "-",
        "source": source("Law 4528-1 art 12(4)"),
        "trigger": {"event": "temporary_asylum_granted", "on": "2026-01-04"},
    }
    return plain | more


NOTICE = duty(
    "Written notice of the preliminary or merits decision",
    "RU-03",
    "missed",
    -89,
    bearer="authority",
    legal_end="2026-08-28",
    safe_end="2026-08-28",
    trigger={"event": "decision_first_instance", "on": "2026-08-25"},
    consequence="The month for a complaint or claim begins only with the written notice.",
    source=source(
        "Law 4528-1 arts 4, 5, 7",
        "medium",
        "memory",
        note="The exact number for each stage is to be verified.",
    ),
    why=[
        "Starts with: decision first instance, 25 August 2026.",
        "3 working days from 25 August 2026; that day itself does not count.",
        "Ends 28 August 2026.",
        "Nothing in the timeline has met it in time.",
        "Uncertain: medium confidence, from memory, text not opened.",
    ],
)
LEAVE = duty(
    "Leave after a rejected complaint",
    "RU-22",
    "missed",
    -5,
    legal_end="2026-11-20",
    safe_end="2026-11-20",
    trigger={"event": "notification", "on": "2026-11-17"},
    consequence="Expulsion with the family; entry in the registry of controlled persons (RU-60).",
    source=source("Law 4528-1 arts 5, 7, 13", url="https://example.org/law"),
    why=[
        "Starts with: notification, 17 November 2026.",
        "3 working days from 17 November 2026.",
        "Ends 20 November 2026.",
    ],
)
RENEW = duty(
    "Renewal of temporary asylum",
    "RU-12",
    "running",
    9,
    legal_end="2026-12-04",
    safe_end="2026-12-04",
    source=source("Law 4528-1 art 12(4)", "medium"),
    consequence="Temporary asylum ends with its term; stay becomes unlawful the next day.",
    why=[
        "Starts with: temporary asylum granted, 4 January 2026.",
        "1 month back from 4 January 2027.",
        "Ends 4 December 2026.",
    ],
)
APPEAL = duty(
    "Appeal against a Dublin transfer decision",
    "DE-14",
    "running",
    3,
    bearer="representative",
    legal_end="2026-11-30",
    safe_end="2026-11-27",
    source=source("AsylG § 34a(2)"),
)
DECIDE = duty(
    "Time for the court to decide the claim",
    "RU-42",
    "running",
    75,
    step="challenge",
    bearer="court",
    legal_end="2027-02-08",
    safe_end="2027-02-08",
    source=source("CAS art 226(1)"),
    consequence="State breach; a claim for undue delay may follow.",
)
ANSWER = duty(
    "Answer of the superior body to the complaint",
    "RU-20",
    "undetermined",
    -14,
    step="answer",
    bearer="authority",
    legal_end="2026-11-11",
    safe_end="2026-11-11",
    latest_end="2026-12-29",
    trigger={"event": "complaint_lodged", "on": "2026-10-10/2026-11-29"},
    missing=["Not known: the exact day of 'complaint lodged'. Add it."],
    source=source("Law 4528-1 art 10(2)-(3); MVD notice form"),
    why=["1 month from 10 October 2026; that day itself does not count.", "Ends 11 November 2026."],
)
PAPERS = duty(
    "Identity papers",
    "INT-09",
    "running",
    None,
    bearer="authority",
    source=source("1951 Convention art 27", basis="memory"),
)
INTERVIEW = duty(
    "Personal interview", "IL-05", "suspended", None, bearer="authority", source=source("Procedure 5.2.0012", "low")
)
LODGED = duty(
    "Lodging after registration",
    "RS-04",
    "met",
    6,
    legal_end="2026-03-30",
    met_on="2026-03-24",
    source=source("Law on asylum art 36"),
)
LATE = duty("First decision", "AM-07", "met_late", -41, bearer="authority", legal_end="2026-05-11", met_on="2026-06-21")

ROWS = [
    (LEAVE, "Salim Haddad", "RU-2024-017", "Russia", "Daniil"),
    (NOTICE, "Salim Haddad", "RU-2024-017", "Russia", "Daniil"),
    (APPEAL, "Rania Darwish", "DE-2026-003", "Germany", "Miriam"),
    (RENEW, "Yusuf Karimov", "RU-2025-041", "Russia", "Daniil"),
    (DECIDE, "Алесь Вяршынін", "IL-2022-008", "Israel", "Noa"),
    (ANSWER, "Mehret Tesfay", "IL-2019-112", "Israel", "Noa"),
    (PAPERS, "فرهاد رستمی", "AM-2025-020", "Armenia", "Miriam"),
    (LODGED, "Ndayizeye Claver", "RS-2026-009", "Serbia", "Daniil"),
]


def board_rows(*picked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"duty": one, "name": name, "number": number, "country": country, "lead": lead, "url": "#"}
        for one, name, number, country, lead in ROWS
        if one in picked
    ]


PERSON = PersonContent(
    names=(
        Name("Salim Haddad"),
        Name("سليم حداد", "native", "Arab"),
        Name("Салим Хаддад", "alias", "Cyrl"),
        Name("סלים חדאד", "alias", "Hebr"),
        Name("Maryam", "mother"),
    ),
    born="1988",
    born_wording="around the olive harvest",
    nationalities=("SYR",),
    languages=(SpokenLanguage("Arabic", "Aleppo", needs_interpreter=True), SpokenLanguage("Russian")),
    contacts=(
        Contact("phone", "+44 7700 900123", is_safe=False, note="taken at the police station"),
        Contact("through", "the bakery downstairs", note="ask for the tailor"),
    ),
    safe_contact=SafeContact(
        preferred="Signal of his sister",
        times="after 20:00, Moscow time",
        who_may_answer="his sister; nobody else",
        never_say="asylum, lawyer",
        code_word="the grey coat",
        phone_seized=True,
    ),
    risks=("informer feared", "violence in detention"),
)

LANES = [("first", "First instance"), ("appeal", "Court"), ("detention", "Detention"), ("expulsion", "Expulsion")]
ENTRIES: list[dict[str, Any]] = [
    {
        "on": "2024-03",
        "title": "Arrival",
        "lane": "first",
        "wording": "some time in March",
        "by": "Daniil",
        "by_on": "2024-05-02",
        "url": "#",
    },
    {
        "on": "2024-05-14",
        "title": "Lodged",
        "lane": "first",
        "by": "Daniil",
        "by_on": "2024-05-14",
        "paper": "Certificate",
        "paper_url": "#",
        "url": "#",
    },
    {
        "on": "2024-08-20",
        "title": "Decision first instance",
        "lane": "first",
        "kind": "superseded",
        "by": "Sam",
        "by_on": "2024-09-01",
        "url": "#",
    },
    {
        "on": "2024-08-25",
        "title": "Decision first instance",
        "lane": "first",
        "outcome": "rejected",
        "outcome_mark": "missed",
        "detail": "The authority writes that life in Aleppo has returned to normal.",
        "by": "Daniil",
        "paper": "Decision 114",
        "paper_url": "#",
        "url": "#",
    },
    {
        "on": "2024-10-10/2024-11-29",
        "title": "Complaint lodged",
        "lane": "appeal",
        "is_unconfirmed": True,
        "by": "Daniil",
        "url": "#",
    },
    {"on": "2025-02-01", "title": "Taken into custody", "lane": "detention", "time": "06:40", "url": "#"},
    {
        "on": "2025-02-03",
        "title": "Expulsion ordered",
        "lane": "expulsion",
        "outcome": "expulsion",
        "outcome_mark": "missed",
        "url": "#",
    },
    {
        "on": "2025-03-11",
        "title": "Released",
        "lane": "detention",
        "outcome": "released",
        "outcome_mark": "met",
        "url": "#",
    },
    {
        "on": "2026-01-04",
        "title": "Temporary asylum granted",
        "lane": "first",
        "outcome": "granted for one year",
        "outcome_mark": "met",
        "by": "Daniil",
        "by_on": "2026-01-09",
        "paper": "Certificate",
        "url": "#",
    },
    {"kind": "today"},
    {
        "on": "2026-12-09",
        "title": "Hearing",
        "lane": "appeal",
        "time": "10:30",
        "detail": "City court, room 4. An interpreter is ordered.",
        "url": "#",
    },
    {
        "on": "2026-12-12",
        "title": "Application for renewal",
        "lane": "first",
        "kind": "supposed",
        "detail": "What if it is lodged on 12 December?",
    },
]

CONTENT: dict[str, Any] = {
    "desk_user": Colleague("Noa Levi"),
    "notice_count": 3,
    "is_demo": True,
    "alive_url": "/alive",
    "tabs": [
        {"label": "All my cases", "url": "#", "is_current": True, "count": 48},
        {"label": "Israel", "url": "#", "count": 17},
        {"label": "Interviews this month", "url": "#", "count": 4},
        {"label": "Released, not yet met", "url": "#", "count": 0},
    ],
    "case_tabs": [
        {"label": "Duties", "url": "#", "is_current": True, "count": 7},
        {"label": "Timeline", "url": "#"},
        {"label": "Papers", "url": "#", "count": 12},
        {"label": "Notes", "url": "#", "count": 5},
        {"label": "Team", "url": "#"},
    ],
    "crumbs": [{"label": "Cases", "url": "#"}, {"label": "Russia", "url": "#"}, {"label": "RU-2024-017"}],
    "missed": board_rows(LEAVE, NOTICE),
    "soon": board_rows(APPEAL, RENEW),
    "later": board_rows(DECIDE, ANSWER, PAPERS, LODGED),
    "duties": [LEAVE, NOTICE, APPEAL, RENEW, DECIDE, ANSWER, PAPERS, INTERVIEW, LODGED, LATE],
    "person": PERSON,
    "lanes": LANES,
    "entries": ENTRIES,
    "rights": [
        {
            "right": "Stay until the complaint is decided",
            "rule": "RU-21",
            "since": "2024-05-14",
            "missing": [],
            "source": source("Law 4528-1 art 10(5)"),
        },
        {
            "right": "Medical care",
            "rule": "RU-31",
            "since": "2026-01-04",
            "missing": ["Not known: whether the policy was issued."],
            "source": source("Law 4528-1 art 6(1)", "medium", "memory"),
        },
    ],
    "bodies": [
        {"body": "ECtHR", "open": False, "why": "Acts until 16 September 2022 only; the date of the act decides."},
        {"body": "HRC", "open": True, "why": "Optional Protocol 1 to the ICCPR."},
        {"body": "CERD", "open": None, "why": "The declaration under article 14 is to be checked."},
    ],
    "unknown": [
        {"text": "Not known: the exact day of 'complaint lodged'.", "url": "#"},
        {
            "text": "Not known: on which day 'decision preliminary' was done; a later paper shows that it was.",
            "url": "#",
        },
    ],
    "facts": [
        {"label": "Number", "value": "RU-2024-017"},
        {"label": "Lead", "value": "Daniil Orlov"},
        {"label": "Status", "value": "temporary asylum", "note": "until 4 January 2027"},
        {"label": "Nationality", "value": "Syria"},
        {"label": "Next hearing", "value": "9 December 2026, 10:30", "url": "#"},
        {"label": "File number", "value": ""},
    ],
    "members": [
        {
            "name": "Salim Haddad",
            "tie": "himself",
            "born": "1988",
            "is_self": True,
            "outcome": "temporary asylum",
            "outcome_mark": "met",
            "case": "RU-2024-017",
            "case_url": "#",
        },
        {
            "name": "Rima Haddad",
            "tie": "wife",
            "born": "1991-05",
            "url": "#",
            "outcome": "refused, expulsion ordered",
            "outcome_mark": "missed",
            "case": "RU-2025-002",
            "case_url": "#",
        },
        {
            "name": "Nour Haddad",
            "tie": "daughter",
            "born": "2016-09-03",
            "url": "#",
            "outcome": "waiting 412 days",
            "outcome_mark": "near",
            "case": "RU-2025-002",
            "case_url": "#",
        },
        {
            "name": "Elias Haddad",
            "tie": "son",
            "born": "2019",
            "url": "#",
            "outcome": "not known",
            "outcome_mark": "unknown",
        },
    ],
    "split": "Rima and the children were refused and have a removal date; Salim may stay until 4 January 2027.",
    "consequences": [
        "Everybody who works on the case loses the key to it.",
        "4 papers and 31 events can never be read again.",
        "The trail keeps that it was deleted, by whom and when.",
    ],
}
