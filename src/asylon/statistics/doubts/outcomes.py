"""Doubts about decisions: outcomes booked in another column, totals that are no sums."""

from __future__ import annotations

import polars as pl

from asylon.statistics.doubts.findings import found, nothing
from asylon.statistics.store import Release, Store
from asylon.statistics.tables import OUTCOMES

SMALLEST_CELL = 20
BREAK_POINTS, BREAK_OUTCOMES = 30.0, 100
DOUBLE_POINTS, DOUBLE_OUTCOMES = 10.0, 1_000
_PAIRS = (
    ("recognised", "other"),
    ("rejected", "closed"),
    ("recognised", "closed"),
    ("other", "closed"),
    ("other", "rejected"),
)
_KEY = ("asylum", "level", "unit", "origin")


def shifts_within_origins(release: Release) -> pl.DataFrame:
    """Return by how many points each outcome's share moved against the year before, the mix of origins held fixed.

    One row for asylum, level, unit and year with columns `d_recognised` …, `outcomes` (the weight) and `origins`. Each
    origin counts with the smaller of its two years' outcomes, so that a change of who comes moves nothing; origins
    with fewer than 20 outcomes in either year are left out.
    """
    shares = (
        release.frame("decisions")
        .group_by(*_KEY, "year")
        .agg(pl.col(name).sum() for name in OUTCOMES)
        .with_columns(outcomes=pl.sum_horizontal(OUTCOMES))
        .filter(pl.col("outcomes") >= SMALLEST_CELL)
        .with_columns((100 * pl.col(name) / pl.col("outcomes")).alias(name) for name in OUTCOMES)
    )
    before = shares.with_columns(year=(pl.col("year") + 1).cast(pl.Int16))
    both = shares.join(before, on=[*_KEY, "year"], suffix="_before").with_columns(
        weight=pl.min_horizontal("outcomes", "outcomes_before")
    )
    moved = [
        (((pl.col(name) - pl.col(f"{name}_before")) * pl.col("weight")).sum() / pl.col("weight").sum()).alias(
            f"d_{name}"
        )
        for name in OUTCOMES
    ]
    return both.group_by("asylum", "level", "unit", "year").agg(
        *moved, outcomes=pl.col("weight").sum(), origins=pl.len()
    )


def coding_breaks(release: Release, store: Store | None) -> pl.DataFrame:
    """Return country-levels and years in which one outcome column lost what another gained, within origins."""
    del store
    shifts = shifts_within_origins(release).filter(pl.col("outcomes") >= BREAK_OUTCOMES)
    frames = [_breaks(shifts, first, second) for first, second in _PAIRS]
    return pl.concat(frames)


def _exchange(first: str, second: str) -> pl.Expr:
    """How much two columns exchanged, in points; 0 where both moved the same way."""
    a, b = pl.col(f"d_{first}"), pl.col(f"d_{second}")
    return pl.when(a * b < 0).then(pl.min_horizontal(a.abs(), b.abs())).otherwise(0.0)


def _breaks(shifts: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    kept = shifts.filter(_exchange(first, second) >= BREAK_POINTS)
    values = {
        "first": pl.lit(first),
        "first_points": pl.col(f"d_{first}"),
        "second": pl.lit(second),
        "second_points": pl.col(f"d_{second}"),
        "outcomes": pl.col("outcomes"),
    }
    size = _exchange(first, second)
    unit = "percentage points"
    return found(kept, table="decisions", size=size, unit=unit, message="coding_break", values=values, years=2)


def double_exchanges(release: Release, store: Store | None) -> pl.DataFrame:
    """Return country-levels and years in which both pairs of columns exchanged shares at once, within origins."""
    del store
    shifts = shifts_within_origins(release).filter(pl.col("outcomes") >= DOUBLE_OUTCOMES)
    positive, negative = _exchange("recognised", "other"), _exchange("rejected", "closed")
    kept = shifts.filter((positive >= DOUBLE_POINTS) & (negative >= DOUBLE_POINTS))
    values = {"positive_points": positive, "negative_points": negative, "outcomes": pl.col("outcomes")}
    size, unit = positive + negative, "percentage points"
    return found(kept, table="decisions", size=size, unit=unit, message="double_exchange", values=values)


def false_totals(release: Release, store: Store | None) -> pl.DataFrame:
    """Return countries and years whose published totals are not the sums of their outcomes, beyond rounding."""
    del store
    decisions = release.frame("decisions")
    if "total" not in decisions.columns:
        return nothing()
    off = (pl.col("total") - pl.sum_horizontal(OUTCOMES)).abs()
    rows = decisions.with_columns(off=off).filter(pl.col("off") > 2 * len(OUTCOMES))
    kept = rows.group_by("asylum", "year").agg(rows=pl.len(), off=pl.col("off").sum())
    values = {"rows": pl.col("rows"), "people": pl.col("off")}
    size = pl.col("off")
    return found(kept, table="decisions", size=size, unit="persons", message="false_total", values=values)
