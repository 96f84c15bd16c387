"""The examples of the README and the demo say what the documents say of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from asylon.law.assess import assess
from asylon.law.casefiles import read_cases
from asylon.law.contract import assessment_row
from asylon.law.links import UNRESOLVED, link_events
from asylon.law.packload import Packs, load_packs
from asylon.law.vocabulary import PACK_ROOT

FOLDER = Path(__file__).parents[2] / "examples"
DAYS = {
    "ru-sk-2017": date(2017, 2, 15),
    "ru-za-2017": date(2016, 5, 13),
    "il-adminapp-29467-2019": date(2019, 6, 1),
}
# case, rule, step, bearer, legal end, standing, day of the act, days
FINDINGS = [
    ("ru-sk-2017", "RU-10", "general", "authority", "2015-08-05", "met_late", "2015-08-06", -1),
    ("ru-sk-2017", "RU-42", "challenge", "court", "2015-11-16", "met", "2015-10-16", 31),
    ("ru-sk-2017", "INT-20", None, "applicant", None, "met", "2015-10-26", None),
    ("ru-sk-2017", "INT-03", None, "authority", None, "running", None, None),
    ("ru-za-2017", "RU-20", "after_answer", "applicant", "2016-02-24", "met", "2016-02-01", 23),
    ("ru-za-2017", "RU-22", None, "applicant", "2016-01-27", "missed", None, None),
    ("ru-za-2017", "RU-42", "challenge", "court", "2016-03-01", "met_late", "2016-05-12", -72),
    ("ru-za-2017", "RU-41", None, "any", "2016-06-14", "met", "2016-05-12", 33),
    ("il-adminapp-29467-2019", "IL-02", None, "applicant", "2017-09-08", "met", "2017-06-21", 79),
    ("il-adminapp-29467-2019", "IL-03", None, "authority", None, "met", "2017-10-02", None),
    ("il-adminapp-29467-2019", "IL-05", None, "applicant", "2017-10-16", "missed", None, None),
]
# case, rule, step, the earliest end, the words that the missing fact is named with
OPEN = [
    ("ru-sk-2017", "RU-41", None, "2016-01-11", "detail:appeal_decided:reasoned"),
    ("ru-sk-2017", "RU-41", None, "2016-01-11", "when:further_appeal_lodged|appeal_lodged"),
    ("ru-sk-2017", "RU-33", "expulsion", "2015-02-27", "date:appeal_lodged"),
    ("ru-sk-2017", "RU-20", "answer", "2015-09-06", "date:complaint_lodged"),
    ("ru-za-2017", "RU-20", "answer", "2015-12-10", "date:complaint_lodged"),
    ("il-adminapp-29467-2019", "IL-08", "ruling", "2019-05-10", "date:further_appeal_lodged"),
]


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs(PACK_ROOT)


def duty(case: str, rule: str, step: str | None, packs: Packs) -> dict[str, Any]:
    """Return the one duty of this rule and step that no other rule displaces."""
    (timeline,) = read_cases(FOLDER / f"{case}.json")
    outcome = assessment_row(assess(timeline, packs, on=DAYS[case]))
    found = [d for d in outcome["duties"] if (d["rule"], d["step"], d.get("displaced_by")) == (rule, step, None)]
    assert len(found) == 1
    row: dict[str, Any] = found[0]
    return row


def test_every_example_is_asserted_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(DAYS)


@pytest.mark.parametrize("case", DAYS)
def test_examples_load_without_doubts_and_every_reference_resolves(case: str, packs: Packs) -> None:
    (timeline,) = read_cases(FOLDER / f"{case}.json")
    assert timeline.case == case
    assert timeline.doubts == ()
    assert UNRESOLVED not in link_events(timeline.events, packs.vocabulary)


@pytest.mark.parametrize("case", DAYS)
def test_examples_name_their_source_for_every_event(case: str) -> None:
    (timeline,) = read_cases(FOLDER / f"{case}.json")
    source = timeline.extra["source"]
    assert source["citation"]
    assert source["url"].startswith("https://")
    assert source["paragraphs"]
    assert all(event.details.get("cite") for event in timeline.events)


@pytest.mark.parametrize(("case", "rule", "step", "bearer", "end", "standing", "met_on", "days"), FINDINGS)
def test_findings(
    case: str,
    rule: str,
    step: str | None,
    bearer: str,
    end: str | None,
    standing: str,
    met_on: str | None,
    days: int | None,
    packs: Packs,
) -> None:
    found = duty(case, rule, step, packs)
    assert (found["bearer"], found["legal_end"], found["standing"]) == (bearer, end, standing)
    assert found["met_on"] == met_on
    if met_on is not None:
        assert found["days"] == days


@pytest.mark.parametrize(("case", "rule", "step", "earliest", "missing"), OPEN)
def test_open_questions_name_the_fact_that_settles_them(
    case: str, rule: str, step: str | None, earliest: str, missing: str, packs: Packs
) -> None:
    found = duty(case, rule, step, packs)
    assert (found["standing"], found["legal_end"]) == ("undetermined", earliest)
    assert missing in found["missing"]


def test_the_syrian_may_not_be_returned(packs: Packs) -> None:
    (timeline,) = read_cases(FOLDER / "ru-sk-2017.json")
    outcome = assess(timeline, packs, on=DAYS["ru-sk-2017"])
    held = {right.clause.rule for right in outcome.rights}
    assert {"RU-25", "INT-A33"} <= held
    assert "RU-21" not in held  # the complaint and the claim were decided
    assert {body.body: body.open for body in outcome.bodies} == {"ECtHR": True, "HRC": True, "CAT": True}
