"""Which figure a text is about, and which figures of one text cannot both be true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from asylon.statistics.reading.figure import EVENTS, HOUSING, Figure

_ROUNDING: Final = ("about", "nearly")


def main_figure(figures: Sequence[Figure]) -> Figure | None:
    """Return the figure on displacement that a text is most about, or None where it has no figure of people or homes.

    Of equal ones the first in the text is taken.
    """
    counted = [figure for figure in figures if figure.unit in ("people", "households", "buildings", "none")]
    return max(counted, key=lambda figure: (figure.weight, -figure.start), default=None)


def weight_of(figure: Figure, *, distance: float, order: int, is_aside: bool) -> float:
    """Return how central a figure is to its text.

    A term of displacement close by counts most; then people before homes, a number before a mere size, what comes
    first before what follows, and the text before its brackets. The dead, the injured and the affected count against.
    """
    weight = 10.0 - 0.3 * min(distance, 15.0) if figure.term is not None else 0.0
    if figure.measure in EVENTS:
        weight -= 8.0
    if figure.term in HOUSING:
        weight -= 3.5 if figure.term == "destroyed_housing" else 5.0
    weight += {"people": 3.0, "households": 3.0, "buildings": 2.0}.get(figure.unit, 0.0)
    if figure.value is None and figure.qualifier != "between":
        weight -= 4.0
    if figure.qualifier == "other":
        weight -= 0.5
    return weight - min(0.9 * order, 3.0) - (3.0 if is_aside else 0.0)


def sums_of_parts(figures: Sequence[Figure]) -> tuple[float, ...]:
    """Return what a sentence may add up to: "31 houses were destroyed in one province, 36 in another" is 67 in all.

    Of each sentence the numbers of people or of homes that are said of one thing: of one term, and of damage to homes
    of any degree. Such a sum is an offer to the person who corrects, never a figure: the words do not say that the
    parts exclude each other.
    """
    parts: dict[tuple[object, ...], list[float]] = {}
    for figure in figures:
        if figure.value is None or figure.term is None or figure.unit not in ("people", "households", "buildings"):
            continue
        unit = "people" if figure.unit == "people" else "homes"
        for term in {figure.term, "housing" if figure.term in HOUSING else figure.term}:
            parts.setdefault((figure.sentence, unit, term), []).append(figure.value)
    return tuple(sorted({sum(values) for values in parts.values() if len(values) > 1}))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two figures of one text on one subject, place, time and measure whose values exclude each other."""

    first: Figure
    second: Figure


def contradictions(figures: Sequence[Figure]) -> tuple[Contradiction, ...]:
    """Return the pairs of figures that cannot both be true: the same about whom, where, when and what, another value.

    Figures that name neither a measure nor a term are left out: nothing says that they mean the same.
    """
    return tuple(Contradiction(a, b) for a, b in combinations(figures, 2) if _is_same_subject(a, b) and _excludes(a, b))


def _subject(figure: Figure) -> tuple[object, ...]:
    period = (
        None
        if figure.period is None
        else (figure.period.kind, figure.period.start, figure.period.end, figure.period.words)
    )
    if period is not None and figure.period is not None and figure.period.start is not None:
        period = (*period[:3], "")
    place = (figure.from_place, figure.to_place, figure.country)
    return (figure.measure, figure.term, figure.unit, figure.status, figure.origin, figure.asylum, place, period)


def _are_parts(a: Figure, b: Figure) -> bool:
    """Return whether two numbers of one sentence are parts: "31 houses in the north, 36 in the south"."""
    return a.sentence == b.sentence and a.term in HOUSING


def _is_same_subject(a: Figure, b: Figure) -> bool:
    if (a.measure is None and a.term is None) or _are_parts(a, b):
        return False
    if a.unit == "none" or "other" in (a.qualifier, b.qualifier) or a.measure in ("change", "share"):
        return False
    return _subject(a) == _subject(b)


def _excludes(a: Figure, b: Figure) -> bool:
    a_low, a_high = _bounds(a)
    b_low, b_high = _bounds(b)
    return a_high < b_low or b_high < a_low


def _bounds(figure: Figure) -> tuple[float, float]:
    """Return the least and most that a figure allows; a rounded one allows one step of its last written digit."""
    if figure.value is not None and figure.qualifier in _ROUNDING:
        step = _step(figure.value)
        return figure.value - step, figure.value + step
    if figure.low is None and figure.high is None and figure.value is not None:
        return figure.value, figure.value
    low = 0.0 if figure.low is None else figure.low
    return low, float("inf") if figure.high is None else figure.high


def _step(value: float) -> float:
    step = 1.0
    while value and value % (step * 10) == 0:
        step *= 10
    return step
