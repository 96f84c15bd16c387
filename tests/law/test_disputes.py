"""Which of several rules governs, and that disagreement is an error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from asylon.errors import ConflictError
from asylon.language import language
from asylon.law import Assessment, Packs, assess
from asylon.law.explain import fault_text
from tests.law.smallpack import RULE, write_pack
from tests.shared import duties, event, timeline

OTHER = RULE.replace("AA-01", "AA-02").replace("10 days", "20 days")
LODGED = event("2026-06-01", "lodged")


def acting(rule: str, act: str = "decision") -> str:
    return rule.replace("    term:", f"    concerns: {act}\n    term:")


def displacing(rule: str, names: str) -> str:
    return rule.replace("    term:", f"    displaces: {names}\n    term:")


def outcome(root: Path, rules: str, *events: dict[str, object]) -> Assessment:
    packs: Packs = write_pack(root, rules=rules)
    return assess(timeline(*(events or (LODGED,)), jurisdiction="aa"), packs, on=date(2026, 6, 2))


def displaced(found: Assessment) -> list[tuple[str, str, str | None]]:
    return [(duty.rule, duty.trigger_on, duty.displaced_by) for duty in found.duties]


def test_two_ends_for_one_act_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        outcome(tmp_path, acting(RULE) + acting(OTHER))
    assert str(caught.value) == (
        "case x, lodged of 2026-06-01: AA-01 and AA-02 give different ends for one act (decision); "
        "let one of the two rules displace the other in the pack."
    )
    assert fault_text(caught.value.faults[0], language("he")).startswith("הגשת בקשה, 1 ביוני 2026: ")


def test_two_equal_ends_for_one_act_stand_together(tmp_path: Path) -> None:
    assert len(outcome(tmp_path, acting(RULE) + acting(OTHER).replace("20 days", "10 days")).duties) == 2


def test_ends_of_different_acts_stand_together(tmp_path: Path) -> None:
    assert len(outcome(tmp_path, acting(RULE) + acting(OTHER, "hearing")).duties) == 2


def test_displacement_settles_the_conflict(tmp_path: Path) -> None:
    found = outcome(tmp_path, acting(RULE) + acting(displacing(OTHER, "[AA-01]")))
    assert displaced(found) == [("AA-01", "2026-06-01", "AA-02"), ("AA-02", "2026-06-01", None)]


def test_displacement_by_trigger_does_not_reach_another_trigger(tmp_path: Path) -> None:
    other = displacing(OTHER, "[AA-01]").replace("trigger: lodged", "trigger: registration")
    found = outcome(tmp_path, RULE + other, LODGED, event("2026-06-01", "registration"))
    assert displaced(found) == [("AA-01", "2026-06-01", None), ("AA-02", "2026-06-01", None)]


def test_displacement_of_the_latest_reaches_only_the_latest(tmp_path: Path) -> None:
    other = displacing(OTHER, "[{rule: AA-01, match: latest}]").replace("trigger: lodged", "trigger: registration")
    events = (event("2026-05-01", "lodged"), event("2026-05-20", "lodged"), event("2026-06-01", "registration"))
    assert displaced(outcome(tmp_path, RULE + other, *events)) == [
        ("AA-01", "2026-05-01", None),
        ("AA-01", "2026-05-20", "AA-02"),
        ("AA-02", "2026-06-01", None),
    ]


def test_of_several_that_displace_the_first_in_the_alphabet_is_named(tmp_path: Path) -> None:
    third = displacing(OTHER, "[AA-01]").replace("AA-02", "AA-03")
    found = outcome(tmp_path, RULE + third + displacing(OTHER, "[AA-01]"))
    assert ("AA-01", "2026-06-01", "AA-02") in displaced(found)


def test_duty_that_may_not_apply_displaces_nothing_and_conflicts_with_nothing(tmp_path: Path) -> None:
    other = acting(displacing(OTHER, "[AA-01]")).replace(
        "    term:", "    when: {person: {relocated: true}}\n    term:"
    )
    found = outcome(tmp_path, acting(RULE) + other)
    assert displaced(found) == [("AA-01", "2026-06-01", None), ("AA-02", "2026-06-01", None)]
    assert [duty.standing for duty in found.duties] == ["running", "undetermined"]


def test_accelerated_procedure_leaves_one_term_for_the_decision() -> None:
    given = timeline(
        event("2026-11-30", "lodged", procedure="asylum"),
        event("2026-11-30", "procedure_assigned", track="accelerated"),
        jurisdiction="it",
    )
    assert duties(given, "EU-APR-12", "2026-12-01") == []
    assert [duty.displaced_by for duty in duties(given, "EU-APR-11", "2026-12-01")] == [None]
