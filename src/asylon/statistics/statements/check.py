"""The eight verdicts on a statement.

`exact` the published number itself; `near` within what rounding or counting can explain; `compatible` not contradicted
(a part of the year, a bound that holds, a number rounded in the telling); `ambiguous` only another meaning than that of
the words fits, or several contradict each other; `not_visible` too small to be published; `missing` no row exists,
which is not zero; `contradicted` no meaning fits; `inconsistent` the text contradicts itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asylon.statistics.intervals import Count
from asylon.statistics.reading import Figure, read_figures
from asylon.statistics.statements.consistency import contradiction_in
from asylon.statistics.statements.readings import Reading, readings
from asylon.statistics.store import Release

VERDICTS = ("exact", "near", "compatible", "ambiguous", "not_visible", "missing", "contradicted", "inconsistent")
NEAR_SHARE = 0.05
ABOUT_SHARE = 0.10
NOBODY = "the text does not say who or where: correct the figure (--figures) and check again"
_FITS = ("exact", "near", "compatible", "not_visible")
_LOWER = ("at_least", "more_than")
_UPPER = ("up_to", "at_most", "less_than", "nearly")


@dataclass(frozen=True, slots=True)
class Graded:
    """One reading with how the figure stands to it, and why."""

    reading: Reading
    grade: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A figure of a text with its verdict, the readings it was held against, and the reason in sentences."""

    figure: Figure
    verdict: str
    graded: tuple[Graded, ...]
    why: tuple[str, ...]
    release: str
    licence: str


def check_text(text: str, release: Release, *, language: str | None = None) -> tuple[Checked, ...]:
    """Return every figure of a text with its verdict; empty when the text holds no figure.

    `language` is en, ru or he; found by its script when None.
    """
    return check_figures(read_figures(text, language=language), release, text)


def check_figures(figures: Sequence[Figure], release: Release, text: str = "") -> tuple[Checked, ...]:
    """Return the verdicts on figures that were read, or corrected by a person."""
    return tuple(_check(figure, figures, release, text) for figure in figures)


def _check(figure: Figure, figures: Sequence[Figure], release: Release, text: str) -> Checked:
    graded = tuple(_grade(figure, reading) for reading in readings(figure, release))
    inconsistent = contradiction_in(figure, figures, text)
    if inconsistent:
        verdict, why = "inconsistent", [inconsistent]
    else:
        verdict, why = _verdict(figure, graded)
        verdict, why = _with_partner(figure, figures, graded, (verdict, why))
    return Checked(figure, verdict, graded, tuple(why), release.id, release.licence)


def _verdict(figure: Figure, graded: Sequence[Graded]) -> tuple[str, list[str]]:
    if not graded:
        return "missing", [_nothing_to_hold_against(figure)]
    if figure.origin is None and figure.asylum is None and not any(g.reading.is_meant for g in graded):
        return _of_nobody(graded)
    meant = [g for g in graded if g.reading.is_meant] or list(graded)
    others = [g for g in graded if g not in meant]
    best = min(meant, key=_rank)
    off = [g for g in meant if g.grade == "off"]
    if figure.unit == "percent" and off and best.grade in _FITS:
        # Of decisions on the merits or of all outcomes: the words do not say, and the two answers differ.
        return "ambiguous", [best.why, *(f"counted otherwise it does not hold: {g.why}" for g in off)]
    if best.grade in _FITS and any(g.reading.is_meant for g in graded):
        return best.grade, [best.why]
    fitting = [g for g in others if g.grade in _FITS and g.grade != "not_visible"]
    if fitting:
        return "ambiguous", [best.why, *("another meaning fits: " + g.why for g in sorted(fitting, key=_rank))]
    known = [g for g in graded if g.reading.count is not None]
    if not known or all(g.grade == "missing" for g in meant):
        return "missing", [g.why for g in meant]
    if _between(figure, known):
        words = "; ".join(f"{g.reading.words}: {_number(g.reading.count)}" for g in known)
        reason = f"no meaning gives this number, and it lies between them: {words}. A count on another day is possible"
        return "ambiguous", [reason]
    return "contradicted", [g.why for g in known]


def _of_nobody(graded: Sequence[Graded]) -> tuple[str, list[str]]:
    """A figure that names no country: whom it may be about is told, what it is about is not decided."""
    fitting = sorted((g for g in graded if g.grade in _FITS), key=_rank)
    if not fitting:
        return "missing", [NOBODY]
    return "ambiguous", [NOBODY, *(f"it would fit {g.why}" for g in fitting)]


def _nothing_to_hold_against(figure: Figure) -> str:
    if figure.measure in ("departures", "arrivals"):
        return "no release and no published figure here counts these people: nobody publishes how many left"
    if figure.origin is None and figure.asylum is None:
        return NOBODY
    return "no release here holds a figure of this kind: not measured is not zero"


def _rank(graded: Graded) -> tuple[int, float]:
    order = ("exact", "near", "compatible", "not_visible", "off", "missing")
    count = graded.reading.count
    return order.index(graded.grade), -float(count.value) if count else 0.0


def _between(figure: Figure, known: Sequence[Graded]) -> bool:
    number = figure.number
    values = [g.reading.count.value for g in known if g.reading.count is not None and g.reading.unit != "percent"]
    return number is not None and len(values) > 1 and min(values) < number < max(values)


def _with_partner(
    figure: Figure, figures: Sequence[Figure], graded: Sequence[Graded], found: tuple[str, list[str]]
) -> tuple[str, list[str]]:
    """Where a stock holds two statuses, two figures of one text may be its parts: their sum is what is published."""
    if found[0] not in ("near", "contradicted", "ambiguous") or figure.value is None or figure.status == "none":
        return found
    for other in figures:
        is_partner = (other.origin, other.asylum) == (figure.origin, figure.asylum) and other.status != figure.status
        if not is_partner or other.value is None or other.status == "none":
            continue
        for g in graded:
            if g.reading.count and g.reading.count.value == figure.value + other.value:
                reason = f"with the {other.value:,.0f} of another status in the same text it is {g.reading.words}"
                return "exact", [f"{reason}: {g.reading.count.value:,}"]
    return found


def _grade(figure: Figure, reading: Reading) -> Graded:
    count = reading.count
    if count is None:
        return Graded(reading, "missing", f"no row: {reading.words} is not reported, which is not zero")
    grade, reason = _compared(figure, count, reading)
    if not reading.is_dated:
        grade, reason = (
            ("compatible" if grade in _FITS else grade),
            f"{reason}; the text names no year, this is the nearest",
        )
    return Graded(reading, grade, f"{reading.words}: {_number(count)}; {reason}")


def _compared(figure: Figure, count: Count, reading: Reading) -> tuple[str, str]:
    low, high, value = figure.low, figure.high, figure.value
    if value is None:
        return _range(low, high, count)
    if value == count.value or (reading.is_published and value in (count.low, count.high)):
        return "exact", "the same number"
    if count.value == 0 and 0 < value <= count.high:
        return "not_visible", f"numbers this small are published as 0 (0 stands for 0-{count.high})"
    if figure.qualifier in _LOWER:
        fits = count.high >= value
        return ("compatible" if fits else "off"), _bound(figure, fits=fits)
    if figure.qualifier in _UPPER:
        fits = count.low <= value
        return ("compatible" if fits else "off"), _bound(figure, fits=fits)
    if reading.is_part:
        return _part(value, count)
    return _point(figure, value, count)


def _bound(figure: Figure, *, fits: bool) -> str:
    return f"'{figure.qualifier.replace('_', ' ')}' {'holds' if fits else 'does not hold'}"


def _part(value: float, count: Count) -> tuple[str, str]:
    if value > count.high:
        return "off", "a part of the time cannot be more than the whole"
    half = "; less than half of it" if value < count.value / 2 else ""
    return "compatible", f"the statement covers a part of that time{half}"


def _point(figure: Figure, value: float, count: Count) -> tuple[str, str]:
    apart = abs(value - count.value)
    if count.low <= value <= count.high:
        return "near", f"{apart:,.0f} apart, which rounding of small cells explains ({count.low:,}-{count.high:,})"
    step = _step(value)
    # 2,700 for 2,772 is rounding, in either direction; 1,000 for 1,600 is another number.
    if step >= 100 and apart < step and apart <= ABOUT_SHARE * count.value:
        return "compatible", f"rounded in the telling: {value:,.0f} is written to the nearest {step:,}"
    if count.value and apart <= NEAR_SHARE * count.value:
        return "near", f"{apart:,.0f} apart ({100 * apart / count.value:.1f} %)"
    if figure.qualifier == "about" and count.value and apart <= ABOUT_SHARE * count.value:
        return "compatible", f"'about' holds: {apart:,.0f} apart"
    return "off", f"{apart:,.0f} apart"


def _step(value: float) -> int:
    """Return the place to which a number is written: 2,700 to 100, 2,000 to 1,000, 1,317 to 1."""
    number, step = int(value), 1
    while number and number % 10 == 0:
        number, step = number // 10, step * 10
    return step


def _range(low: float | None, high: float | None, count: Count) -> tuple[str, str]:
    if low is None and high is None:
        return "off", "the text gives no number to compare"
    if (low, high) == (count.low, count.high):
        return "exact", "the same range"
    at_least = low is None or count.high >= low
    at_most = high is None or count.low <= high
    if at_least and at_most:
        inside = (low is None or count.low >= low) and (high is None or count.high <= high)
        return "compatible", "inside the range" if inside else "the ranges overlap"
    return "off", "outside the range"


def _number(count: Count | None) -> str:
    if count is None:
        return "no row"
    if count.low == count.high == count.value:
        return f"{count.value:,}"
    return f"{count.value:,} ({count.low:,}-{count.high:,})"


def checked_row(checked: Checked) -> dict[str, Any]:
    """Return a checked figure as plain values for JSON."""
    figure = checked.figure
    return {
        "quote": figure.quote,
        "place": [figure.start, figure.end],
        "figure": figure.to_row(),
        "verdict": checked.verdict,
        "rows": [row for g in checked.graded for row in _rows(g)],
        "readings": [_reading_row(g) for g in checked.graded],
        "why": " ".join(f"{sentence}." for sentence in checked.why),
        "release": checked.release,
        "licence": checked.licence,
    }


def _rows(graded: Graded) -> list[dict[str, Any]]:
    return [{"reading": graded.reading.words, **row} for row in graded.reading.rows]


def _reading_row(graded: Graded) -> dict[str, Any]:
    count = graded.reading.count
    published = None if count is None else {"value": count.value, "low": count.low, "high": count.high}
    return {
        "reading": graded.reading.words,
        "meant": graded.reading.is_meant,
        "published": published,
        "unit": graded.reading.unit,
        "grade": graded.grade,
        "why": graded.why,
        "rows": graded.reading.n_rows,
        "source": graded.reading.source,
    }
