"""Where a duty stands, from the dates that decide it.

All numbers are on one scale, days or minutes. Uncertain facts are tried at their extremes: if
every extreme gives one standing it is that, otherwise it is undetermined.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from asylon.law.duty import Standing


def stand(kind: str, met: int | None, cancelled: int | None, end: int | None, on: int) -> Standing:
    """Return the standing when the act came on `met`, the end of all on `cancelled`, the term on `end`.

    None stands for "not so far" (`met`, `cancelled`) and for "no number in the law" (`end`). What
    ends a duty counts only before its act and within its term: a missed term stays missed.
    """
    if kind == "earliest":
        return _earliest(met, cancelled, end, on)
    if kind == "validity":
        return _validity(cancelled, end, on)
    if met is not None and (cancelled is None or met <= cancelled):
        return "met" if end is None or met <= end else "met_late"
    if cancelled is not None and (end is None or cancelled <= end):
        return "cancelled"
    return "running" if end is None or on <= end else "missed"


def _earliest(met: int | None, cancelled: int | None, end: int | None, on: int) -> Standing:
    """Nothing may happen before `end`: acting earlier breaks it, waiting it out meets it."""
    if met is not None and (cancelled is None or met <= cancelled):
        return "missed" if end is not None and met < end else "met"
    if cancelled is not None and (end is None or cancelled < end):
        return "cancelled"
    return "running" if end is None or on < end else "met"


def _validity(cancelled: int | None, end: int | None, on: int) -> Standing:
    """A status or paper runs until `end`; having run its length it is met, that is expired."""
    if cancelled is not None and (end is None or cancelled <= end):
        return "cancelled"
    return "running" if end is None or on <= end else "met"


def stand_over(
    kind: str,
    met: Iterable[int | None],
    cancelled: Iterable[int | None],
    end: Iterable[int | None],
    on: int,
) -> Standing:
    """Return the one standing that all these possibilities share, or `undetermined`."""
    found = {stand(kind, *facts, on) for facts in product(set(met), set(cancelled), set(end))}
    return found.pop() if len(found) == 1 else "undetermined"
