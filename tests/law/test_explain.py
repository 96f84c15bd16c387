"""Why a duty stands where it stands: the sentences, whole, and none of them broken."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asylon.law import assess
from asylon.law.casefiles import read_cases
from asylon.law.explain import length_text, missing_text, why, why_right
from asylon.law.packs import Length, Unit
from tests.shared import duties, event, packs, shared, timeline

REFUSED = [
    event("2026-11-30", "decision_first_instance", procedure="refugee_status", outcome="rejected"),
    event("2026-12-02", "notification", of="decision_first_instance", mode="received"),
]


def lines(rule: str, on: str, *events: dict[str, Any], step: str | None = None, **more: Any) -> list[str]:
    (duty,) = duties(timeline(*events, **more), rule, on, step)
    return why(duty)


def test_month_over_the_new_year_holidays() -> None:
    found = lines("RU-20", "2027-01-12", *REFUSED, step="written")
    assert found[:6] == [
        "Starts with: notification, 2 December 2026.",
        "1 month from 2 December 2026; that day itself does not count.",
        "Ends 2 January 2027.",
        found[3],
        "Last day on or before it with offices open: 30 December 2026.",
        "Nothing in the timeline has met it in time.",
    ]
    assert found[3].startswith("2 January 2027 is a day off (")
    assert found[3].endswith("; the end moves to 11 January 2027.")


def test_act_that_met_it() -> None:
    filed = event("2027-01-11", "complaint_lodged", against="decision_first_instance")
    assert "Done on 11 January 2027." in lines("RU-20", "2027-02-01", *REFUSED, filed, step="written")


def test_backward() -> None:
    found = lines(
        "RU-12", "2026-09-01", event("2026-03-15", "temporary_asylum_granted", until="2027-03-15"), step="first"
    )
    assert found[:4] == [
        "Starts with: temporary asylum granted, 15 March 2026.",
        "Printed on the document of 15 March 2026: 15 March 2027.",
        "1 month back from 15 March 2027.",
        "Ends 15 February 2027.",
    ]


def test_printed_date_that_is_missing() -> None:
    found = lines("RU-11", "2026-09-01", event("2026-03-15", "temporary_asylum_granted"), step="first")
    assert "No printed date on the document of 15 March 2026; the law allows at most 1 year." in found
    assert "Not known: 'until' of the event 'temporary asylum granted'. Add this detail." in found


def test_extension() -> None:
    admitted = event("2026-08-31", "decision_preliminary", procedure="refugee_status", outcome="admitted")
    found = lines("RU-06", "2026-11-21", admitted, event("2026-11-20", "term_extended", of="RU-05", months=3))
    expected = "original term and extension (at most 3 months) run as one from 31 August 2026."
    assert f"RU-05 was extended on 20 November 2026: {expected}" in found


def test_displaced_rule_remains_as_an_argument() -> None:
    admitted = event("2026-08-31", "decision_preliminary", procedure="refugee_status", outcome="admitted")
    found = lines("RU-05", "2026-11-21", admitted, event("2026-11-20", "term_extended", of="RU-05", months=3))
    assert "RU-06 takes precedence; this remains as a fall-back argument." in found


def test_hours() -> None:
    found = lines("IL-11", "2027-03-26", event("2027-03-25", "detention_started", time="10:00"), jurisdiction="il")
    assert "Hours run on without a break: ends 2027-03-29 11:00." in found


def test_deemed_service() -> None:
    found = lines(
        "DE-11",
        "2026-07-02",
        event("2026-06-15", "lodged", procedure="asylum"),
        event("2026-06-30", "decision_first_instance", procedure="asylum", outcome="rejected"),
        event("2026-07-01", "notification", of="decision_first_instance", mode="posted"),
        jurisdiction="de",
        region="BE",
        step="claim",
    )
    assert "Posted 1 July 2026; deemed served 4 days later (DE-05), on 5 July 2026." in found


def test_month_only_date() -> None:
    found = lines("EU-APR-12", "2026-09-01", event("2026-08", "lodged", procedure="asylum"), jurisdiction="it")
    assert found[0] == "Starts with: lodged, between 1 August 2026 and 31 August 2026."
    assert "What is not known exactly could move the end as far as 2027-03-01; alarms use the earliest." in found


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (1, "hours", "1 hour"),
        (48, "hours", "48 hours"),
        (1, "days", "1 day"),
        (3, "working_days", "3 working days"),
        (1, "working_days", "1 working day"),
        (2, "weeks", "2 weeks"),
        (1, "months", "1 month"),
        (5, "years", "5 years"),
    ],
)
def test_lengths(number: int, unit: Unit, text: str) -> None:
    assert length_text(Length(number, unit)) == text
    assert str(Length(number, unit)) == text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "person:unaccompanied_minor",
            "Not known of the person: unaccompanied_minor. Add it to the attributes.",
        ),
        ("detail:lodged:channel", "Not known: 'channel' of the event 'lodged'. Add this detail."),
        (
            "concerns:notification",
            "Not known: which decision the event 'notification' concerns. Name it in 'of' or 'against'.",
        ),
        (
            "event:appeal_lodged|complaint_lodged",
            "Not known: whether 'appeal lodged / complaint lodged' counts here. Complete its details or its date.",
        ),
        ("date:lodged", "Not known: the exact day of 'lodged'. Add it."),
        ("time:detention_started", "Not known: the time of day of 'detention started'. Add 'time'."),
        ("parameter:appeal", "Not known: the number the State has chosen ('appeal'). Ask a lawyer of the country."),
        ("body:HRC", "Not known: whether HRC is open for the act. Add the exact day of the State's act."),
        ("other:thing", "Not known: thing."),
    ],
)
def test_missing_facts(code: str, sentence: str) -> None:
    assert missing_text(code) == sentence


def test_real_cases_are_explained_in_whole_sentences() -> None:
    for file in sorted((shared() / "data" / "cases").glob("*.json")):
        (read,) = read_cases(file)
        found = assess(read, packs(), on=date(2026, 11, 21))
        for sentence in [line for duty in found.duties for line in why(duty)] + [
            line for right in found.rights for line in why_right(right)
        ]:
            assert sentence == sentence.strip()
            assert sentence.endswith((".", '".', ")", "?")), sentence
            assert not any(broken in sentence for broken in ("..", "?.", ";.", "None", "{", "  ", " ,")), sentence
