"""What a change of the law moves: the duties of the same cases under two versions of the packs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from asylon.law.assess import assess
from asylon.law.contract import duty_row
from asylon.law.packload import Packs
from asylon.law.timeline import Timeline

COMPARED = ("raw_end", "legal_end", "safe_end", "standing", "displaced_by")


@dataclass(frozen=True, slots=True)
class Move:
    """One duty that differs: `before` or `after` is None when it exists in one version only."""

    case: str
    rule: str
    step: str | None
    trigger: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Impact:
    """How many of how many duties and cases move, and each of them."""

    cases: int
    cases_moved: int
    duties: int
    moves: tuple[Move, ...]


def impact_of(timelines: Sequence[Timeline], old: Packs, new: Packs, *, on: date) -> Impact:
    """Return what differs between two versions of the packs on the same timelines and day."""
    moves: list[Move] = []
    total = 0
    for timeline in timelines:
        before, after = _duties(timeline, old, on), _duties(timeline, new, on)
        total += len(before.keys() | after.keys())
        moves.extend(_moves(timeline.case, before, after))
    return Impact(len(timelines), len({move.case for move in moves}), total, tuple(moves))


def _duties(timeline: Timeline, packs: Packs, on: date) -> dict[tuple[str, str | None, int], dict[str, Any]]:
    outcome = assess(timeline, packs, on=on)
    return {(duty.rule, duty.step, duty.trigger): duty_row(duty) for duty in outcome.duties}


def _moves(
    case: str,
    before: dict[tuple[str, str | None, int], dict[str, Any]],
    after: dict[tuple[str, str | None, int], dict[str, Any]],
) -> Iterator[Move]:
    for key in sorted(before.keys() | after.keys(), key=lambda k: (k[0], k[1] or "", k[2])):
        one, other = before.get(key), after.get(key)
        short_one, short_other = _short(one), _short(other)
        if short_one != short_other:
            trigger = (one or other or {})["trigger"]
            yield Move(case, key[0], key[1], f"{trigger['event']} {trigger['on']}", short_one, short_other)


def _short(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {key: row[key] for key in COMPARED}
