"""What a change of the law moves, duty by duty."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from asylon.law.impact import impact_of
from tests.law.smallpack import RULE, write_pack
from tests.shared import event, timeline

CASES = [
    timeline(event("2026-06-01", "lodged"), jurisdiction="aa"),
    timeline(event("2026-06-01", "registration"), jurisdiction="aa"),
]
ON = date(2026, 6, 20)


def test_same_law_moves_nothing(tmp_path: Path) -> None:
    packs = write_pack(tmp_path)
    found = impact_of(CASES, packs, packs, on=ON)
    assert (found.cases, found.cases_moved, found.duties, found.moves) == (2, 0, 1, ())


def test_longer_term_moves_ends_and_standing(tmp_path: Path) -> None:
    old, new = write_pack(tmp_path / "old"), write_pack(tmp_path / "new", rules=RULE.replace("10 days", "21 days"))
    found = impact_of(CASES, old, new, on=ON)
    (move,) = found.moves
    assert (found.cases_moved, found.duties) == (1, 1)
    assert (move.case, move.rule, move.step, move.trigger) == ("x", "AA-01", None, "lodged 2026-06-01")
    assert move.before is not None
    assert move.after is not None
    assert (move.before["legal_end"], move.before["standing"]) == ("2026-06-11", "missed")
    assert (move.after["legal_end"], move.after["standing"]) == ("2026-06-22", "running")


def test_new_and_gone_rules(tmp_path: Path) -> None:
    old = write_pack(tmp_path / "old")
    new = write_pack(tmp_path / "new", rules=RULE.replace("AA-01", "AA-02"))
    gone, came = impact_of(CASES, old, new, on=ON).moves
    assert (gone.rule, gone.after) == ("AA-01", None)
    assert (came.rule, came.before) == ("AA-02", None)
