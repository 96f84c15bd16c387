"""What a published count can stand for: bounds from disclosure rounding by source; Wilson's interval for a share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

# The standard normal quantile for 95 %.
Z95 = 1.959963984540054
# Published value -> lowest and highest count that are published as it; other values are exact. UNHCR's rule as relayed
# by third parties, in agreement with the counts of cells (docs/statistics.md).
_UNHCR_SMALL: Mapping[str, Mapping[int, tuple[int, int]]] = {
    "decisions": {0: (0, 2), 5: (3, 7), 10: (8, 10)},
    "applications": {0: (0, 2), 5: (3, 5)},
    "stocks": {0: (0, 2), 5: (3, 5)},
}
# Eurostat rounds every count to the nearest multiple of 5.
_EUROSTAT_HALF_STEP = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """A lowest and a highest value, and what they come from: `rounding`, `sampling`, or `rounding and sampling`."""

    low: float
    high: float
    kind: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number of persons or cases as published, with the lowest and highest number that rounding allows."""

    value: int
    low: int
    high: int

    def __add__(self, other: Count) -> Count:
        """Return the sum with the sums of the bounds: exact, because each part varies on its own."""
        return Count(self.value + other.value, self.low + other.low, self.high + other.high)


NOBODY = Count(0, 0, 0)


def rounding_bounds(source: str, table: str, value: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the lowest and the highest count that this source publishes as `value` in `table`; null stays null."""
    if source == "eurostat":
        return (value - _EUROSTAT_HALF_STEP).clip(lower_bound=0), value + _EUROSTAT_HALF_STEP
    small = _UNHCR_SMALL.get(table, {}) if source == "unhcr" else {}
    low = high = value
    for published, (lowest, highest) in small.items():
        low = pl.when(value == published).then(lowest).otherwise(low)
        high = pl.when(value == published).then(highest).otherwise(high)
    return low, high


def cell(source: str, table: str, value: int) -> Count:
    """Return one published cell with its bounds; `rounding_bounds` for a single number."""
    if source == "eurostat":
        return Count(value, max(0, value - _EUROSTAT_HALF_STEP), value + _EUROSTAT_HALF_STEP)
    small = _UNHCR_SMALL.get(table, {}) if source == "unhcr" else {}
    return Count(value, *small.get(value, (value, value)))


def wilson(successes: float, trials: float, z: float = Z95) -> Interval | None:
    """Return Wilson's score interval of a share in percent; None without trials.

    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22: 209-212. It
    answers how far the share could lie from a long-run one if each decision were an independent draw; it does not say
    that decisions are draws.
    """
    if trials <= 0:
        return None
    share = successes / trials
    shrink = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return Interval(100 * max(0.0, middle - half), 100 * min(1.0, middle + half), "sampling")


def rate_bounds(numerator: Count, rest: Count) -> Interval | None:
    """Return the bounds of `numerator / (numerator + rest)` in percent from rounding alone, None for 0 / 0.

    Lowest numerator with the highest rest, and the reverse. Where that pair is 0 / 0 the share of any other count is
    all (nobody can be in the rest) or nothing (nobody can be in the numerator).
    """
    if numerator.value + rest.value <= 0:
        return None
    low = numerator.low / (numerator.low + rest.high) if numerator.low + rest.high else 1.0
    high = numerator.high / (numerator.high + rest.low) if numerator.high + rest.low else 0.0
    return Interval(100 * low, 100 * high, "rounding")


def combined(numerator: Count, rest: Count) -> Interval | None:
    """Return Wilson's interval taken at both ends of the rounding, in percent: the widest that either allows."""
    low = wilson(numerator.low, numerator.low + rest.high)
    high = wilson(numerator.high, numerator.high + rest.low)
    if numerator.value + rest.value <= 0 or low is None or high is None:
        return None
    return Interval(low.low, high.high, "rounding and sampling")
