"""What is wrong in a case is said: where, what, and what to do; all of it at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asylon.errors import TimelineError
from asylon.law import assess, load_packs, read_timeline
from asylon.law.days import FORMS
from asylon.law.explain import note_text
from tests.shared import case, event, timeline


def faults(raw: object, place: str = "") -> list[str]:
    with pytest.raises(TimelineError) as caught:
        read_timeline(raw, place)
    return str(caught.value).split("\n")


def doubts(*events: dict[str, Any], **attributes: Any) -> list[str]:
    return [str(doubt) for doubt in timeline(*events, **attributes).doubts]


@pytest.mark.parametrize("raw", [None, [], "lodged", 5])
def test_input_that_is_no_case(raw: object) -> None:
    expected = 'input: is not a case (an object); write {"case": …, "jurisdiction": …, "events": […]}.'
    assert faults(raw) == [expected]


def test_missing_case_jurisdiction_and_events_are_named_together() -> None:
    assert faults({}, "file.json") == [
        "file.json: has no 'case'; give the case a short name of its own.",
        "file.json, case ?: has no 'jurisdiction'; add the country as two letters, such as 'ru'.",
        'file.json, case ?: has no list of \'events\'; add "events": [{"on": "2026-01-31", "event": "lodged"}].',
    ]


def test_case_without_a_place_has_no_bare_colon() -> None:
    raw = case() | {"case": ""}
    assert faults(raw) == ["input: has no 'case'; give the case a short name of its own."]


@pytest.mark.parametrize("code", ["Russia", "RU", "r", "rus", "р"])
def test_unknown_jurisdiction(code: str) -> None:
    remedy = "write the country as two small letters (ISO 3166), such as 'il'"
    assert faults(case() | {"jurisdiction": code}) == [
        f"case x, jurisdiction: {code!r} is not a country code; {remedy}."
    ]


def test_country_without_a_pack_is_read() -> None:
    assert read_timeline(case() | {"jurisdiction": "zz"}).jurisdiction == "zz"


def test_unknown_field_of_a_case_gets_the_nearest() -> None:
    assert faults(case() | {"evnts": []}) == ["case x: unknown field 'evnts'; did you mean 'events'?"]


def test_unknown_field_far_from_any() -> None:
    assert faults(case() | {"qqq": 1}) == ["case x: unknown field 'qqq'; remove it or start its name with 'x_'."]


def test_own_fields_are_kept() -> None:
    read = read_timeline(case(event("2026-01-01", "lodged", x_room="5")) | {"x_file": 7})
    assert read.extra == {"x_file": 7}
    assert read.events[0].details == {"x_room": "5"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (5, 'is not an event (an object); write {"on": "2026-01-31", "event": "lodged"}.'),
        ({"on": "2026-01-01"}, "has no 'event'; say what happened, such as 'lodged'."),
        ({"event": "lodged"}, f"has no date 'on'; write {FORMS}."),
        ({"on": 2026, "event": "lodged"}, f"has no date 'on'; write {FORMS}."),
    ],
)
def test_event_that_lacks_something(raw: object, expected: str) -> None:
    assert faults(case(raw)) == [f"case x, event 1: {expected}"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("logded", "did you mean 'lodged' or 'forwarded' or 'absconded'?"),
        ("notificaton", "did you mean 'notification'?"),
        ("zzzzqq", "use a name of the vocabulary."),
    ],
)
def test_unknown_event_gets_the_nearest(name: str, hint: str) -> None:
    expected = f"case x, event 1, field 'event': {name!r} is not a known event; {hint}"
    assert faults(case(event("2026-01-01", name))) == [expected]


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2026-02-30", "'2026-02-30' is a day that does not exist"),
        ("2025-02-29", "'2025-02-29' is a day that does not exist"),
        ("2026-13", "'2026-13' is a day that does not exist"),
        ("0000-01-01", "'0000-01-01' is a day that does not exist"),
        ("1.2.2026", "'1.2.2026' is not a date"),
        ("", "'' is not a date"),
        ("2026-1-1", "'2026-1-1' is not a date"),
        ("2026-03/2026-01", "the range '2026-03/2026-01' ends before it begins"),
        ("before summer", "'summer' is not a date"),
    ],
)
def test_impossible_dates(day: str, problem: str) -> None:
    expected = f"case x, event 1, field 'on': {problem}; write {FORMS}."
    assert faults(case(event(day, "lodged"))) == [expected]


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"procedure": "asylm"}, "field 'procedure': 'asylm' is not known; did you mean 'asylum'?"),
        ({"procdure": "asylum"}, "field 'procdure': is not a detail of 'lodged'; did you mean 'procedure'?"),
        ({"zzz": 1}, "field 'zzz': is not a detail of 'lodged'; put it in 'note', or start its name with 'x_'."),
        ({"note": {"a": 1}}, "field 'note': is not a single value; write text or a number."),
        ({"time": "9:30"}, "field 'time': '9:30' is not a time of day; write '09:30'."),
        ({"time": "24:00"}, "field 'time': '24:00' is not a time of day; write '09:30'."),
    ],
)
def test_details_of_an_application(details: dict[str, Any], expected: str) -> None:
    assert faults(case(event("2026-01-01", "lodged", **details))) == [f"case x, event 1, {expected}"]


def test_unknown_detail_value_lists_what_may_stand_there() -> None:
    found = faults(case(event("2026-01-01", "lodged", channel="qqqq")))
    assert found == ["case x, event 1, field 'channel': 'qqqq' is not known; write one of border, in_country, mission."]


@pytest.mark.parametrize("months", ["three", "-3", "2.0", 2.5])
def test_number_that_is_none(months: object) -> None:
    expected = f"case x, event 1, field 'months': {str(months)!r} is not a whole number up to 9999; write digits only."
    assert faults(case(event("2026-01-01", "term_extended", of="RU-05", months=months))) == [expected]


def test_printed_date_that_is_none() -> None:
    found = faults(case(event("2026-01-01", "document_issued", until="soon")))
    assert found == [f"case x, event 1, field 'until': 'soon' is not a date; write {FORMS}."]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"natonality": "SYR"}, "'natonality': is not known; did you mean 'nationality' or 'national_family' or"),
        ({"zzz": 1}, "'zzz': is not known; start its name with 'x_' to keep it."),
        ({"born": "2026-02-30"}, f"'born': '2026-02-30' is a day that does not exist; write {FORMS}."),
        ({"unaccompanied_minor": "yes"}, "'unaccompanied_minor': 'yes' is not yes or no; write true or false, or"),
        ({"sex": 1}, "'sex': 1 is not text; write it in quotes."),
    ],
)
def test_facts_about_the_person(attributes: dict[str, Any], expected: str) -> None:
    found = faults(case(**attributes))
    assert len(found) == 1
    assert found[0].startswith(f"case x, attribute {expected}")


def test_attributes_must_be_an_object() -> None:
    found = faults(case() | {"attributes": []})
    assert found == ['case x, attributes: is not an object; write {"nationality": "SYR"}.']


def test_all_faults_are_found_at_once() -> None:
    raw = case(5, {}, event("2026-02-30", "logded"), event("2026-01-01", "lodged", zzz=1, time="9"), born="x")
    found = faults(raw | {"jurisdiction": "Russia"})
    assert [fault.split(":")[0] for fault in found] == [
        "case x, jurisdiction",
        "case x, attribute 'born'",
        "case x, event 1",
        "case x, event 2",
        "case x, event 2",
        "case x, event 3, field 'event'",
        "case x, event 3, field 'on'",
        "case x, event 4, field 'time'",
        "case x, event 4, field 'zzz'",
    ]


def test_event_before_birth_is_an_error() -> None:
    said = "lies before the person was born (1990); correct the event or the date of birth."
    found = faults(case(event("1980-01-01", "lodged"), event("1981-01-01", "interview"), born=1990))
    assert found == [f"case x, lodged of 1980-01-01: {said}", f"case x, interview of 1981-01-01: {said}"]


def test_event_in_the_year_of_birth_is_possible() -> None:
    assert doubts(event("1980", "arrival"), born="1980-06-01") == []


def test_events_after_a_removal_are_doubtful_until_the_return() -> None:
    found = doubts(
        event("2026-01-01", "removal"),
        event("2026-02-01", "lodged"),
        event("2026-02-02", "evidence_submitted"),
        event("2026-02-03", "arrival"),
        event("2026-02-04", "interview"),
    )
    assert found == [
        "case x, lodged of 2026-02-01: needs the person in the country, who left on 2026-01-01 (removal); "
        "add the return as 'arrival' or correct the dates."
    ]


def test_event_in_another_state_after_a_removal_is_no_doubt() -> None:
    assert doubts(event("2026-01-01", "removal"), event("2026-02-01", "lodged", state="pl")) == []


def test_events_after_a_death_speak_of_death() -> None:
    found = doubts(event("2026-01-01", "death"), event("2026-02-01", "interview"))
    expected = (
        "case x, interview of 2026-02-01: comes after the person died (2026-01-01); correct one of the two dates."
    )
    assert found == [expected]


def test_same_event_twice() -> None:
    found = doubts(event("2026-01-01", "lodged", procedure="asylum"), event("2026-01-01", "lodged", procedure="asylum"))
    assert found == ["case x, lodged of 2026-01-01: stands twice; remove one of the two."]


def test_two_applications_of_one_day_with_different_details_are_no_doubt() -> None:
    other = event("2026-01-01", "lodged", procedure="temporary_asylum")
    assert doubts(event("2026-01-01", "lodged", procedure="asylum"), other) == []


@pytest.mark.parametrize(
    ("second", "shown"), [({"outcome": "refugee"}, "rejected; refugee"), ({}, "rejected; no outcome given")]
)
def test_two_decisions_on_one_day(second: dict[str, str], shown: str) -> None:
    first = event("2026-01-01", "decision_first_instance", outcome="rejected")
    assert doubts(first, event("2026-01-01", "decision_first_instance", **second)) == [
        f"case x, decision_first_instance of 2026-01-01: stands twice on one day with different outcomes ({shown}); "
        "keep the one that was served, or say which came first."
    ]


def test_decisions_of_two_procedures_on_one_day_are_no_doubt() -> None:
    first = event("2026-01-01", "decision_first_instance", outcome="rejected", procedure="asylum")
    second = event("2026-01-01", "decision_first_instance", outcome="granted", procedure="temporary_asylum")
    assert doubts(first, second) == []


def test_detention_that_ends_before_it_begins() -> None:
    found = doubts(event("2026-01-05", "detention_started"), event("2026-01-01", "detention_ended"))
    assert found == [
        "case x, detention_ended of 2026-01-01: ends before it begins (detention_started on 2026-01-05); "
        "correct one of the two dates, or add the earlier detention."
    ]


def test_detention_that_ends_in_the_month_it_begins_is_no_doubt() -> None:
    assert doubts(event("2026-01-05", "detention_started"), event("2026-01", "detention_ended")) == []


def test_end_of_a_detention_that_never_began() -> None:
    expected = "ends a detention that has not begun; add 'detention_started' before it."
    assert doubts(event("2026-01-01", "detention_ended")) == [f"case x, detention_ended of 2026-01-01: {expected}"]


@pytest.mark.parametrize(
    ("of", "said"), [("decision_first_instance",) * 2, ("decision of 2025-12-24",) * 2, (None, "nothing said")]
)
def test_notice_of_a_decision_that_is_not_there(of: str | None, said: str) -> None:
    assert doubts(event("2026-01-01", "notification", of=of)) == [
        f"case x, notification of 2026-01-01: notifies something that is not in the timeline ({said}); "
        "add the decision, or name it in 'of' by its event or as 'decision of' and the day."
    ]


def test_notice_of_the_only_decision_needs_no_name() -> None:
    assert doubts(event("2026-01-01", "decision_first_instance"), event("2026-01-02", "notification")) == []


def test_extension_of_a_term_that_was_never_running() -> None:
    raw = case(event("2026-01-01", "term_extended", of="RU-05", months=2))
    outcome = assess(read_timeline(raw), load_packs(), on=date(2026, 2, 1))
    assert [note_text(code) for code in outcome.notes] == [
        "The extension of 1 January 2026 lengthens nothing: RU-05 was not running on that day. Check the dates."
    ]


@pytest.mark.parametrize("months", ["²", "9" * 5000])
def test_numbers_that_cannot_be_reckoned_with_are_refused(months: str) -> None:
    assert faults(case(event("2026-01-01", "term_extended", of="RU-05", months=months)))


def test_no_sentence_ends_twice() -> None:
    raw = case(5, {}, event("2026-02-30", "logded"), event("2026-01-01", "lodged", zzz=1, procedure="asylm"), born="x")
    for sentence in faults(raw):
        assert sentence[-1] in ".?"
        assert not sentence.endswith(("..", "?.", ".?", ";."))
