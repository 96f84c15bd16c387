"""Recognition and protection rates of every origin, country of asylum and year at once, as one frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add
from pathlib import Path

import polars as pl

from asylon.statistics.definitions import SUBSTANTIVE
from asylon.statistics.intervals import rounding_bounds
from asylon.statistics.store import Release
from asylon.statistics.tables import OUTCOMES

KEY = ("year", "origin", "asylum", "unit")
# Each rate with what is above the line, and what is below it besides.
_RATES = (
    ("recognition_rate", ("recognised",), ("other", "rejected")),
    ("protection_rate", ("recognised", "other"), ("rejected",)),
    ("closed_share", ("closed",), SUBSTANTIVE),
)


def all_rates(release: Release, *, bounds: bool = True) -> pl.DataFrame:
    """Return the rates of every origin, country of asylum and year of a release, all levels summed; in no order.

    One row for each year, origin, asylum (ISO alpha-3) and unit (P persons, C cases; never added), with the outcomes
    recognised, other, rejected and closed. `recognition_rate` is recognised / (recognised + other + rejected) and
    `protection_rate` (recognised + other) / the same, UNHCR's definitions; `closed_share` is closed / all four. Rates
    are in percent, null where nobody is below the line or a row does not report an outcome. With `bounds` each outcome
    and rate has its lowest and highest value that rounding allows (`_low`, `_high`; `asylon.statistics.intervals`).
    Raises `StatisticsError` when the release has no decisions.
    """
    return rates_of(release.path("decisions"), release.edition.source, bounds=bounds)


def rates_of(file: Path, source: str, *, bounds: bool = True) -> pl.DataFrame:
    """Return `all_rates` of a Parquet file of decisions in the form of a store; `source` tells how it rounds."""
    counts = [expression for outcome in OUTCOMES for expression in _counts(outcome, source, bounds=bounds)]
    rates = [expression for rate in _RATES for expression in _rate(*rate, bounds=bounds)]
    return pl.scan_parquet(file).group_by(KEY).agg(counts).with_columns(rates).collect()


def _counts(outcome: str, source: str, *, bounds: bool) -> Iterator[pl.Expr]:
    cell = pl.col(outcome)
    # A sum over a cell that is not reported is not known.
    is_whole = cell.null_count() == 0
    yield pl.when(is_whole).then(cell.sum()).alias(outcome)
    if bounds:
        for bound, name in zip(rounding_bounds(source, "decisions", cell), ("low", "high"), strict=True):
            yield pl.when(is_whole).then(bound.sum()).alias(f"{outcome}_{name}")


def _rate(name: str, above: Sequence[str], rest: Sequence[str], *, bounds: bool) -> Iterator[pl.Expr]:
    below = _sum(above) + _sum(rest)
    # 0 / 0 is no rate.
    has_rate = below > 0
    yield pl.when(has_rate).then(100 * _sum(above) / below).alias(name)
    if bounds:
        low, high = _sum(above, "_low"), _sum(above, "_high")
        most, least = _sum(rest, "_high"), _sum(rest, "_low")
        yield pl.when(has_rate).then(100 * low / (low + most)).alias(f"{name}_low")
        yield pl.when(has_rate).then(100 * high / (high + least)).alias(f"{name}_high")


def _sum(outcomes: Sequence[str], end: str = "") -> pl.Expr:
    return reduce(add, [pl.col(outcome + end) for outcome in outcomes])
