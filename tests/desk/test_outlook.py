"""Which section a duty, a wait, a paper or an appointment stands in, and what became of an application."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asylon.desk.law import DutyFacts, as_date
from asylon.desk.services.course import Course, EventFacts
from asylon.desk.services.outlook import Line, outlook

ON = date(2026, 11, 25)
PAST, SOON, LATER = date(2026, 10, 1), date(2026, 12, 2), date(2026, 12, 4)


def event(on: str, name: str, **details: str) -> EventFacts:
    span = as_date(on)
    return EventFacts(name, on, span.earliest, span.latest, details)


def duty(**given: Any) -> DutyFacts:
    values: dict[str, Any] = {
        "rule": "XX-01", "step": "", "bearer": "applicant", "kind": "deadline_act", "trigger": "notification",
        "trigger_on": "2026-11-02", "legal_end": LATER, "safe_end": SOON, "standing": "running", "missing": (),
    }  # fmt: skip
    return DutyFacts(**{**values, **given})


def lines(*events: EventFacts, duties: tuple[DutyFacts, ...] = ()) -> list[Line]:
    return list(outlook(list(events), duties, on=ON, is_closed=False).lines)


def places(*duties: DutyFacts) -> list[tuple[str, date | None]]:
    return [(str(line.section), line.day) for line in lines(duties=duties)]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, ("due", SOON)),
        ({"bearer": "representative"}, ("due", SOON)),
        ({"bearer": "any"}, ("due", SOON)),
        ({"bearer": "authority"}, ("state_due", LATER)),
        ({"bearer": "court", "kind": "confinement_limit"}, ("state_due", LATER)),
        ({"bearer": "employer"}, None),
        # The safe day is past and the term still runs: it stays due, it is not gone.
        ({"safe_end": PAST}, ("due", PAST)),
        # Posted, deemed to be served on a day to come: the end is known already.
        ({"standing": "not_started"}, ("due", SOON)),
        ({"standing": "not_started", "bearer": "authority"}, ("state_due", LATER)),
        ({"kind": "deadline_backward"}, ("due", SOON)),
        # "Promptly": the law names no day.
        ({"legal_end": None, "safe_end": None}, None),
        ({"legal_end": None, "safe_end": None, "bearer": "authority"}, None),
        ({"standing": "missed", "legal_end": PAST, "safe_end": PAST}, ("our_missed", PAST)),
        ({"standing": "missed", "legal_end": PAST, "bearer": "authority"}, ("state_missed", PAST)),
        ({"standing": "missed", "legal_end": PAST, "bearer": "court", "kind": "hours"}, ("state_missed", PAST)),
        ({"standing": "missed", "legal_end": PAST, "bearer": "employer"}, None),
        # To have stayed is no step that we missed.
        ({"standing": "missed", "legal_end": PAST, "rule": "RU-22"}, None),
        # Nothing may happen before the end of these: it is a first day, no last one.
        ({"kind": "earliest"}, None),
        ({"kind": "earliest", "standing": "missed", "bearer": "authority"}, None),
        ({"kind": "right"}, None),
        # The clock stands still: the state is not late; ours may go on any day.
        ({"standing": "suspended"}, ("undetermined", SOON)),
        ({"standing": "suspended", "bearer": "authority"}, None),
        # Not known exactly: the earliest possible end alarms as if it were sure.
        ({"standing": "undetermined", "missing": ("date:notification",)}, ("due", SOON)),
        ({"standing": "undetermined", "missing": ("x:y",), "safe_end": PAST}, ("undetermined", PAST)),
        ({"standing": "undetermined", "missing": ("x:y",), "safe_end": None}, ("undetermined", None)),
        ({"standing": "undetermined", "missing": ("x:y",), "bearer": "authority"}, ("undetermined", SOON)),
        ({"standing": "undetermined", "missing": ("x:y",), "bearer": "authority", "kind": "soft"}, None),
        # An entry ban is no paper somebody lives on, and the date a paper starts from must be in the file.
        ({"kind": "validity", "trigger": "entry_ban_imposed"}, None),
        ({"kind": "validity", "trigger": "permit_issued"}, None),
    ],
)
def test_section_of_a_duty(given: dict[str, Any], place: tuple[str, date | None] | None) -> None:
    assert places(duty(**given)) == ([] if place is None else [place])


def test_an_appeal_open_to_both_is_no_miss_of_ours_where_the_person_was_protected() -> None:
    missed = duty(bearer="any", standing="missed", legal_end=PAST)
    assert [line.section for line in lines(duties=(missed,))] == ["our_missed"]
    assert lines(event("2026-09-01", "refugee_status_granted"), duties=(missed,)) == []


def test_a_closed_case_has_no_lines_and_keeps_its_outcome() -> None:
    seen = outlook([event("2026-09-01", "refugee_status_granted")], [duty()], on=ON, is_closed=True)
    assert (seen.lines, seen.next_day, seen.waiting_since, seen.outcome) == ((), None, None, "refugee")


def test_duties_that_wait_for_one_fact_are_one_line() -> None:
    asked = [
        duty(rule=f"XX-0{number}", standing="undetermined", missing=("person:minor",), bearer=bearer, safe_end=PAST)
        for number, bearer in ((1, "authority"), (2, "applicant"), (3, "authority"))
    ]
    other = duty(rule="XX-09", standing="undetermined", missing=("date:lodged",), safe_end=None)
    found = lines(duties=(*asked, other))
    assert [(line.rule, line.detail.get("more")) for line in found] == [("XX-02", 2), ("XX-09", None)]


def test_hours_and_a_later_legal_end_are_told() -> None:
    (line,) = lines(duties=(duty(kind="hours", minute=605),))
    assert line.detail == {"legal": "2026-12-04", "time": "10:05"}


def test_next_day_is_the_nearest_of_ours_and_never_lies_behind() -> None:
    hearing = event("2026-11-29", "hearing")
    state = duty(bearer="authority", legal_end=date(2026, 11, 26))
    assert outlook([hearing], [duty(), state], on=ON, is_closed=False).next_day == date(2026, 11, 29)
    assert outlook([hearing], [duty(safe_end=PAST)], on=ON, is_closed=False).next_day == ON


# ---------------------------------------------------------------- waits and outcomes

LODGED = event("2020-03-04", "lodged", procedure="asylum")
REFUSED = event("2022-05-01", "decision_first_instance", outcome="rejected", procedure="asylum")
APPEAL = event("2022-06-01", "appeal_lodged", against="decision_first_instance")


def waits(*events: EventFacts) -> str | None:
    wait = Course(list(events), ON).waiting
    return wait.since.isoformat() if wait else None


@pytest.mark.parametrize(
    ("events", "since"),
    [
        ([LODGED], "2020-03-04"),
        ([event("2019-02-01", "intent_expressed"), event("2019-03-01", "registration")], "2019-02-01"),
        ([event("2019-02-01", "intent_expressed"), LODGED], "2020-03-04"),
        ([LODGED, event("2020-04-01", "registration")], "2020-03-04"),
        ([event("before 2019", "lodged")], "2018-12-31"),
        ([event("2027-01-10", "lodged")], None),
        ([LODGED, REFUSED], None),
        ([LODGED, event("2022-05-01", "decision_first_instance", outcome="admissible")], "2020-03-04"),
        ([LODGED, event("2020-05-01", "decision_preliminary", outcome="admitted")], "2020-03-04"),
        ([LODGED, event("2020-05-01", "decision_preliminary", outcome="refused")], None),
        ([LODGED, event("2027-05-01", "decision_first_instance", outcome="rejected")], "2020-03-04"),
        ([LODGED, event("2023-05-01", "departure_voluntary")], None),
        ([LODGED, event("2023-05-01", "withdrawal")], None),
        ([LODGED, event("2023-05-01", "work_access_opened")], "2020-03-04"),
        ([event("2023-05-01", "lodged", procedure="work_permit")], None),
        # Two applications at once: the wait for one goes on when the other is decided.
        (
            [
                event("2020-03-04", "lodged", procedure="refugee_status"),
                event("2021-01-01", "lodged", procedure="temporary_asylum"),
                event("2021-06-01", "temporary_asylum_granted", until="2022-06-01"),
            ],
            "2020-03-04",
        ),
        ([LODGED, REFUSED, event("2023-01-01", "subsequent_application_lodged")], "2023-01-01"),
        # A court that annuls or sends back makes the person wait again.
        ([LODGED, REFUSED, APPEAL, event("2024-02-01", "appeal_decided", outcome="annulled")], "2024-02-01"),
        (
            [
                LODGED,
                REFUSED,
                event("2024-02-01", "appeal_decided", outcome="remitted", against="decision of 2022-05-01"),
            ],
            "2024-02-01",
        ),
        ([LODGED, REFUSED, event("2024-02-01", "complaint_decided", outcome="annulled")], "2024-02-01"),
        ([LODGED, REFUSED, APPEAL, event("2024-02-01", "appeal_decided", outcome="dismissed")], None),
        (
            [LODGED, REFUSED, event("2024-02-01", "appeal_decided", outcome="annulled", against="detention_started")],
            None,
        ),
        (
            [
                LODGED,
                REFUSED,
                event("2023-01-01", "fine_imposed"),
                event("2024-02-01", "appeal_decided", outcome="annulled"),
            ],
            None,
        ),
        (
            [
                LODGED,
                REFUSED,
                event("2024-02-01", "appeal_decided", outcome="annulled"),
                event("2025-02-01", "decision_first_instance", outcome="refugee", procedure="asylum"),
            ],
            None,
        ),
    ],
)
def test_since_when_somebody_waits(events: list[EventFacts], since: str | None) -> None:
    assert waits(*events) == since


def test_who_waits_again_is_known_to_have_waited_before() -> None:
    annulled = event("2024-02-01", "appeal_decided", outcome="annulled")
    (line,) = [line for line in lines(LODGED, REFUSED, annulled) if line.section == "waiting"]
    assert (line.day, line.detail) == (date(2024, 2, 1), {"first": "2020-03-04"})


ORDER = event("2023-03-01", "deportation_order")


@pytest.mark.parametrize(
    ("events", "outcome", "removal"),
    [
        ([LODGED], "", None),
        ([LODGED, REFUSED], "rejected", None),
        ([LODGED, REFUSED, event("2024-02-01", "appeal_decided", outcome="dismissed")], "dismissed", None),
        ([LODGED, REFUSED, event("2024-02-01", "appeal_decided", outcome="remitted")], "remitted", None),
        ([event("2021-01-01", "subsidiary_protection_granted")], "subsidiary", None),
        (
            [event("2021-01-01", "temporary_asylum_granted"), event("2023-01-01", "status_lost", status="x")],
            "status_lost",
            None,
        ),
        # Somebody who holds temporary asylum stays protected when refugee status is refused.
        (
            [
                event("2021-01-01", "temporary_asylum_granted"),
                event("2022-01-01", "decision_first_instance", outcome="rejected", procedure="refugee_status"),
            ],
            "temporary_asylum",
            None,
        ),
        (
            [
                event("2021-01-01", "temporary_asylum_granted"),
                event("2022-01-01", "decision_first_instance", outcome="rejected", procedure="temporary_asylum"),
            ],
            "rejected",
            None,
        ),
        ([LODGED, REFUSED, ORDER], "rejected", date(2023, 3, 1)),
        ([LODGED, REFUSED, ORDER, event("2023-04-01", "removal_order_revoked")], "rejected", None),
        ([ORDER, event("2023-04-01", "appeal_decided", outcome="annulled", against="deportation_order")], "", None),
        ([LODGED, ORDER, event("2024-01-01", "refugee_status_granted")], "refugee", None),
        ([LODGED, REFUSED, event("2026-12-24", "removal")], "rejected", date(2026, 12, 24)),
        (
            [LODGED, REFUSED, event("2023-03-01", "deportation_order", until="2023-05-09")],
            "rejected",
            date(2023, 5, 9),
        ),
        ([LODGED, REFUSED, ORDER, event("2024-01-01", "departure_voluntary")], "departure_voluntary", None),
        ([event("2021-01-01", "decision_first_instance", outcome="granted", procedure="work_permit")], "", None),
    ],
)
def test_outcome_and_removal(events: list[EventFacts], outcome: str, removal: date | None) -> None:
    course = Course(events, ON)
    assert (course.outcome, course.removal_day) == (outcome, removal)
    assert len(course.outcome) <= 24


# ---------------------------------------------------------------- papers and appointments


def expiring(*events: EventFacts, duties: tuple[DutyFacts, ...] = ()) -> list[tuple[str | None, str]]:
    found = [line for line in lines(*events, duties=duties) if line.section == "expiring"]
    return [(line.day.isoformat() if line.day else None, line.standing) for line in found]


def issued(on: str, until: str, name: str = "permit_issued", **details: str) -> EventFacts:
    return event(on, name, until=until, **details)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([issued("2026-01-01", "2027-01-01")], [("2027-01-01", "valid")]),
        ([issued("2025-01-01", "2026-01-01")], [("2026-01-01", "expired")]),
        ([issued("2023-01-01", "2024-01-01")], []),
        ([issued("2025-01-01", "2026-01-01"), issued("2026-01-01", "2027-01-01")], [("2027-01-01", "valid")]),
        # A later paper of the same kind replaces an earlier one, also a shorter one.
        ([issued("2025-01-01", "2027-06-01"), issued("2026-01-01", "2027-01-01")], [("2027-01-01", "valid")]),
        (
            [issued("2026-01-01", "2027-01-01"), issued("2026-02-01", "2027-03-01", "document_issued", document="x")],
            [("2027-01-01", "valid"), ("2027-03-01", "valid")],
        ),
        # The printed end of a permit that was renewed before it ran out does not come back.
        ([issued("2026-01-01", "2027-01-01"), event("2026-01-10", "permit_expiry")], [("2027-01-01", "valid")]),
        # An end that lies ahead is a paper that runs out, not an appointment.
        ([event("2026-12-10", "permit_expiry", document="certificate")], [("2026-12-10", "valid")]),
        ([issued("2027-01-01", "2028-01-01")], []),
        ([issued("2026-01-01", "2027-01-01"), event("2026-05-01", "departure_voluntary")], []),
        (
            [issued("2026-01-01", "2027-01-01", "refugee_status_granted"), event("2026-05-01", "status_withdrawn")],
            [],
        ),
        ([issued("2026-01-01", "2026-02-30")], []),
    ],
)
def test_papers(events: list[EventFacts], expected: list[tuple[str, str]]) -> None:
    assert expiring(*events) == expected


def test_a_rule_of_validity_counts_for_the_paper_and_the_shorter_end_wins() -> None:
    paper = issued("2026-01-01", "2026-12-20", "temporary_asylum_granted")
    rule = duty(rule="RU-11", kind="validity", bearer="authority", trigger=paper.name, trigger_on=paper.on)
    assert expiring(paper, duties=(rule,)) == [("2026-12-04", "valid")]
    longer = duty(rule="RU-11", kind="validity", trigger=paper.name, trigger_on=paper.on, legal_end=date(2027, 1, 1))
    assert expiring(paper, duties=(longer,)) == [("2026-12-20", "valid")]


def test_an_extension_replaces_the_first_length_of_a_status() -> None:
    first, more = issued("2025-01-01", "2026-01-01", "temporary_asylum_granted"), event("2026-01-01", "term_extended")
    duties = tuple(
        duty(rule="RU-11", kind="validity", trigger=paper.name, trigger_on=paper.on, legal_end=day, standing=standing)
        for paper, day, standing in ((first, date(2026, 1, 1), "met"), (more, date(2027, 1, 1), "running"))
    )
    assert expiring(first, more, duties=duties) == [("2027-01-01", "valid")]


def test_whether_somebody_has_a_status_at_all_is_a_question_about_the_person() -> None:
    given = {"kind": "validity", "trigger": "arrival", "trigger_on": "2026-01-01", "standing": "undetermined"}
    asked = duty(missing=("person:nationality",), **given)
    assert [line.section for line in lines(event("2026-01-01", "arrival"), duties=(asked,))] == ["undetermined"]
    assert expiring(event("2026-01-01", "arrival"), duties=(duty(missing=("detail:arrival:x",), **given),)) != []


def coming(*events: EventFacts) -> list[tuple[str | None, str]]:
    found = [line for line in lines(*events) if line.section == "coming"]
    return [(line.day.isoformat() if line.day else None, line.trigger.partition(":")[0]) for line in found]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (event("2026-12-01", "hearing", time="09:00"), [("2026-12-01", "hearing")]),
        (event("2026-11-25", "hearing"), [("2026-11-25", "hearing")]),
        (event("2026-11-24", "hearing"), []),
        (event("2026-12", "interview"), [("2026-12-01", "interview")]),
        (event("2026-11", "interview"), [("2026-11-25", "interview")]),
        # Recorded with its month only: it happened, nobody need appear.
        (event("2026-11", "arrival"), []),
        (event("2026-11-25", "lodged"), []),
        (event("2026", "interview"), []),
        (event("2026-12-24", "removal"), [("2026-12-24", "removal")]),
    ],
)
def test_appointments(given: EventFacts, expected: list[tuple[str, str]]) -> None:
    assert coming(given) == expected
