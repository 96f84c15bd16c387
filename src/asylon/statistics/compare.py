"""Where the same people are treated differently: one origin, the same years, every destination beside each other."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from asylon.statistics.definitions import definition
from asylon.statistics.measures import Answered, Measure, Subject, measure_rate
from asylon.statistics.store import Release

# Fewer decisions than this and the interval is wider than most differences between countries.
FEWEST_DECISIONS = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """Destinations of one origin with the same rate, highest first, and those left out because too little was decided.

    Each country stands once for each unit it counts in: persons and cases are never added.
    """

    origin: str
    measures: tuple[Measure, ...]
    left_out: tuple[str, ...]


def compare_destinations(
    release: Release,
    origin: str,
    years: tuple[int, int],
    *,
    rate: str = "total_protection_rate",
    fewest: int = FEWEST_DECISIONS,
) -> Comparison:
    """Return the rate of people from `origin` in every country of asylum that decided on at least `fewest` of them.

    `years` are both included; `rate` names a definition. Raises `StatisticsError` for an unknown one.
    """
    asked = definition(rate)
    rows = release.frame("decisions").filter(pl.col("year").is_between(*years), pl.col("origin") == origin)
    found: list[Answered] = []
    for (asylum,), part in sorted(rows.partition_by("asylum", as_dict=True).items()):
        found += measure_rate(part, asked, Subject(origin, str(asylum), *years), release)
    kept = [m for m in found if isinstance(m, Measure) and m.denominator.value >= fewest]
    left_out = {str(m.subject.asylum) for m in found} - {str(m.subject.asylum) for m in kept}
    ordered = sorted(kept, key=lambda m: (-m.value, str(m.subject.asylum)))
    return Comparison(origin, tuple(ordered), tuple(sorted(left_out)))
