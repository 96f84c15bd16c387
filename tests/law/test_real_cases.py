"""Forty timelines from published judgments: what docs/real-cases.md says of them still holds."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from asylon.law.assess import assess
from asylon.law.casefiles import read_cases
from asylon.law.contract import assessment_row
from asylon.law.packload import Packs, load_packs
from asylon.law.timeline import Timeline
from asylon.law.vocabulary import PACK_ROOT

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "data" / "cases"
DOCUMENT = ROOT / "docs" / "real-cases.md"
NO_PACK = {"az", "be", "ca", "ch", "dk", "fr", "gr", "hu", "lv", "nl", "pl", "se", "tr", "ua"}

needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the forty timelines (../shared/data/cases) are not here")

# case, rule, step, day of the trigger, legal end, standing, day of the act, days
FINDINGS = [
    ("ru-sk-2017", "RU-10", "general", "2015-05-05", "2015-08-05", "met_late", "2015-08-06", -1),
    ("ru-dzhurayev-2013", "RU-10", "general", "2011-05-24", "2011-08-24", "met_late", "2011-09-06", -13),
    ("ru-dzhurayev-2013", "RU-03", None, "2010-04-26", "2010-04-29", "met_late", "2010-05-12", -13),
    ("ru-ma-2015", "RU-10", "general", "2014-05-28", "2014-08-28", "met_late", "2014-09-17", -20),
    ("ru-yasien-2017", "RU-10", "general", "2014-09-10", "2014-12-10", "met", "2014-12-08", 2),
    ("ru-mh-2010", "RU-10", "general", "2006-06-29", "2006-09-29", "met", "2006-09-18", 11),
    ("ru-za-2017", "RU-42", "challenge", "2016-02-01", "2016-03-01", "met_late", "2016-05-12", -72),
    ("ru-za-2017", "RU-20", "after_answer", "2016-01-23", "2016-02-24", "met", "2016-02-01", 23),
    ("ru-mb-2017", "RU-42", "challenge", "2016-02-01", "2016-03-01", "met_late", "2016-05-12", -72),
    ("ru-mb-2017", "RU-20", "after_answer", "2016-01-15", "2016-02-15", "met", "2016-02-01", 14),
    ("ru-mh-2010", "INT-01", None, "2003-08-20", None, "met", "2004-04-30", None),
    ("ru-lm-2015", "INT-20", None, "2014-04-15", None, "met", "2014-05-30", None),
    ("rs-ayaz-2019", "INT-30", None, "2017-12-01", None, "met", "2017-12-11", None),
    ("il-custody-2011", "IL-11c", None, "2010-10-03", "2010-11-02", "met_late", "2010-11-23", -21),
    ("il-custody-2011", "IL-11c", None, "2010-11-23", "2010-12-23", "met_late", "2011-01-17", -25),
    ("il-custody-2011", "IL-11c", None, "2011-01-17", "2011-02-16", "met_late", "2011-02-23", -7),
    ("il-bamba-2015", "IL-11c", None, "2015-04-02", "2015-05-02", "met", "2015-04-28", 4),
    ("il-eth-custody-2013", "IL-11c", None, "2013-05-19", "2013-06-18", "met_late", "2013-06-25", -7),
    ("il-adminapp-29467-2019", "IL-02", None, "2016-09-08", "2017-09-08", "met", "2017-06-21", 79),
]
# what lies open for ever: the act never came, so only the end and the standing are fixed
MISSED = [
    ("il-bamba-2015", "IL-05", None, "2012-05-06", "2012-05-20"),
    ("il-bamba-2015", "IL-06", None, "2012-05-07", "2012-05-21"),
    ("il-custody-2011", "IL-12", None, "2010-02-05", "2010-04-06"),
    ("us-denisov-2024", "US-08", "interview", "2020-11-27", "2021-01-11"),
    ("us-denisov-2024", "US-08", "decision", "2020-11-27", "2021-05-26"),
]
# missed, and the days stop when the duty fell away: withdrawn on 15 October 2014, claims of 1 February 2016
STOPPED = [
    ("ru-lm-2015", "RU-02", "in_country", "2014-09-30", "2014-10-07", -8),
    ("ru-ma-2015", "RU-02", "in_country", "2014-09-30", "2014-10-07", -8),
    ("ru-za-2017", "RU-22", None, "2016-01-23", "2016-01-27", -5),
    ("ru-mb-2017", "RU-22", None, "2016-01-15", "2016-01-20", -12),
]
# a later paper shows that the act was done, not when
SHOWN_LATER = [
    ("ru-aa-2015", "RU-02", "in_country", "2014-03-05", "2014-03-12", "when:decision_preliminary"),
    ("ru-ma-2015", "RU-02", "in_country", "2014-05-14", "2014-05-21", "when:decision_preliminary"),
    ("ru-za-2017", "RU-02", "in_country", "2015-07-29", "2015-08-05", "when:decision_preliminary"),
    ("ru-am-2017", "RU-02", "in_country", "2015-04-10", "2015-04-17", "when:decision_preliminary"),
    ("ru-un-2016", "RU-02", "in_country", "2014-02-07", "2014-02-14", "when:decision_preliminary"),
    ("ru-mh-2010", "RU-02", "in_country", "2003-08-20", "2003-08-27", "when:decision_preliminary"),
    ("ru-dzhurayev-2013", "RU-20", "written", "2010-05-12", "2010-06-15", "when:complaint_lodged|appeal_lodged"),
]
# case, rules that must not be shown: the law was not there yet, or there was a right of appeal
SILENT = [("gb-smm-2017", "UK-06"), ("il-adminapp-29467-2019", "IL-15")]


def day_after(timeline: Timeline) -> date:
    """Return the day after the last event; a month counts to its last day."""
    last = max(_last_day(event.on.text) for event in timeline.events)
    return last + timedelta(days=1)


def _last_day(text: str) -> date:
    if len(text) > len("2011-10"):
        return date.fromisoformat(text)
    year, month = (int(part) for part in text.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


@cache
def packs() -> Packs:
    return load_packs(PACK_ROOT)


@cache
def rows(case: str) -> dict[str, Any]:
    (timeline,) = read_cases(CASES / f"{case}.json")
    return assessment_row(assess(timeline, packs(), on=day_after(timeline)))


def duty(case: str, rule: str, step: str | None, trigger: str) -> dict[str, Any]:
    """Return the one duty of this rule, step and day of trigger that no other rule displaces."""
    found = [
        d
        for d in rows(case)["duties"]
        if (d["rule"], d["step"], d["trigger"]["on"], d.get("displaced_by")) == (rule, step, trigger, None)
    ]
    assert len(found) == 1
    row: dict[str, Any] = found[0]
    return row


@needs_cases
def test_all_forty_are_read_and_stand_in_the_document() -> None:
    cases = sorted(path.stem for path in CASES.glob("*.json"))
    text = DOCUMENT.read_text(encoding="utf-8")
    assert len(cases) == 40
    for case in cases:
        assert rows(case)["duties"], case
        assert f"`{case}`" in text, f"docs/real-cases.md does not mention {case}"


@needs_cases
def test_countries_without_a_pack_have_the_international_layer_and_say_so() -> None:
    for path in CASES.glob("*.json"):
        (timeline,) = read_cases(path)
        has_note = any(note == f"no_pack:{timeline.jurisdiction}" for note in rows(path.stem)["notes"])
        assert has_note == (timeline.jurisdiction in NO_PACK), path.stem
        if has_note:
            assert all(d["rule"].startswith("INT-") for d in rows(path.stem)["duties"])


@needs_cases
def test_whatever_is_undetermined_about_a_rule_of_russia_names_the_missing_fact() -> None:
    for path in CASES.glob("ru-*.json"):
        for found in rows(path.stem)["duties"]:
            assert (found["standing"] == "undetermined") == bool(found["missing"]), (path.stem, found["rule"])


@needs_cases
@pytest.mark.parametrize(("case", "rule", "step", "trigger", "end", "standing", "met_on", "days"), FINDINGS)
def test_findings(
    case: str,
    rule: str,
    step: str | None,
    trigger: str,
    end: str | None,
    standing: str,
    met_on: str,
    days: int | None,
) -> None:
    found = duty(case, rule, step, trigger)
    assert (found["legal_end"], found["standing"], found["met_on"], found["days"]) == (end, standing, met_on, days)


@needs_cases
@pytest.mark.parametrize(("case", "rule", "step", "trigger", "end"), MISSED)
def test_missed(case: str, rule: str, step: str | None, trigger: str, end: str) -> None:
    found = duty(case, rule, step, trigger)
    assert (found["legal_end"], found["standing"]) == (end, "missed")


@needs_cases
@pytest.mark.parametrize(("case", "rule", "step", "trigger", "end", "days"), STOPPED)
def test_days_of_what_was_missed_stop_when_the_duty_fell_away(
    case: str, rule: str, step: str | None, trigger: str, end: str, days: int
) -> None:
    found = duty(case, rule, step, trigger)
    assert (found["legal_end"], found["standing"], found["days"]) == (end, "missed", days)


@needs_cases
@pytest.mark.parametrize(("case", "rule", "step", "trigger", "end", "question"), SHOWN_LATER)
def test_what_only_a_later_paper_shows_is_open(
    case: str, rule: str, step: str | None, trigger: str, end: str, question: str
) -> None:
    found = duty(case, rule, step, trigger)
    assert (found["legal_end"], found["standing"]) == (end, "undetermined")
    assert question in found["missing"]


@needs_cases
@pytest.mark.parametrize(("case", "rule"), SILENT)
def test_rules_that_have_nothing_to_say_are_silent(case: str, rule: str) -> None:
    assert rule not in {d["rule"] for d in rows(case)["duties"]}


@needs_cases
def test_nobody_is_told_to_leave_while_a_complaint_may_have_been_pending() -> None:
    found = duty("ru-dzhurayev-2013", "RU-23", None, "2010-05-12")
    assert (found["legal_end"], found["standing"]) == ("2010-06-15", "undetermined")


@needs_cases
@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("ru-sk-2017", {"ECtHR": True, "HRC": True, "CAT": True}),
        ("il-bamba-2015", {"ECtHR": False, "HRC": False, "CAT": False}),
        ("kz-israil-2011", {"ECtHR": False, "HRC": True, "CAT": True}),
        ("gb-smm-2017", {"ECtHR": True, "HRC": False, "CAT": False}),
        ("us-denisov-2024", {"ECtHR": False, "HRC": False, "CAT": False}),
    ],
)
def test_bodies(case: str, expected: dict[str, bool]) -> None:
    assert {body["body"]: body["open"] for body in rows(case)["bodies"]} == expected


@needs_cases
def test_the_day_of_the_reasons_is_asked_for_where_a_russian_judgment_lacks_it() -> None:
    found = duty("ru-sk-2017", "RU-41", None, "2015-12-09")
    assert found["standing"] == "undetermined"
    assert found["missing"] == ["detail:appeal_decided:reasoned", "when:further_appeal_lodged|appeal_lodged"]
