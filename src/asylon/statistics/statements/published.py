"""Published figures that no release holds (parties to the Convention, how many left Russia), each with its source.

They are facts from public pages, listed in `published.csv` with how sure the quotation is. A statement that repeats one
is as good as the publication, not as an official count.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from asylon.statistics.intervals import Count
from asylon.statistics.reading import Figure
from asylon.statistics.statements.readings import Reading

OTHERS = "other"


@lru_cache(maxsize=1)
def published() -> tuple[dict[str, str], ...]:
    """Return the published figures, as rows of text."""
    text = (files("asylon.statistics.statements") / "published.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def published_readings(figure: Figure) -> Iterator[Reading]:
    """Yield what published figures say to a figure of departures, arrivals or parties to a treaty; none otherwise."""
    for row in published():
        if _is_about(row, figure):
            yield _reading(row, figure)


def _is_about(row: dict[str, str], figure: Figure) -> bool:
    if row["measure"] == "treaty_parties":
        return figure.measure == "treaty_parties"
    if figure.measure not in ("departures", "arrivals") or figure.unit in ("percent", "money", "states"):
        return False
    if figure.origin not in (None, row["origin"]) or figure.asylum not in (None, row["asylum"] or figure.asylum):
        return False
    if (figure.asylum is not None) != bool(row["asylum"]):
        return False
    return _overlaps(row, figure)


def _overlaps(row: dict[str, str], figure: Figure) -> bool:
    period = figure.period
    if period is None or (period.start is None and period.end is None):
        return True
    start, end = period.start or "0000", period.end or "9999"
    return start <= (row["end"] or "9999") and row["start"] <= end


def _reading(row: dict[str, str], figure: Figure) -> Reading:
    numbers = [int(row[name]) if row[name] else None for name in ("value", "low", "high")]
    value, low, high = numbers
    middle = value if value is not None else ((low or 0) + (high or low or 0)) // 2
    count = Count(middle, middle if low is None else low, middle if high is None else high)
    words = row["subject"]
    if figure.qualifier == OTHERS:  # the state that speaks is not among the others
        count = Count(count.value - 1, count.low - 1, count.high - 1)
        words += ", the state that speaks left out"
    is_named = row["measure"] == "treaty_parties" or bool(figure.origin or figure.asylum)
    if not is_named:
        words += " (the text names no country)"
    note = f"; {row['note']}" if row["note"] else ""
    source = f"{row['source']} (quotation: {row['confidence']} confidence{note})"
    kept = {name: value for name, value in row.items() if value}
    return Reading(
        words,
        count,
        row["unit"],
        is_meant=is_named or _is_same(figure, count),
        is_part=False,
        rows=(kept,),
        n_rows=1,
        source=source,
        is_published=True,
    )


def _is_same(figure: Figure, count: Count) -> bool:
    """Tell whether a figure that names no country gives the very number: that alone tells of whom it speaks."""
    numbers = {count.value, count.low, count.high}
    return (
        figure.number in numbers if figure.value is not None else (figure.low, figure.high) == (count.low, count.high)
    )
