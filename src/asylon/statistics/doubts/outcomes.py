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
    why = pl.format(
        "{} {}, level {}: '{}' moved by {} points and '{}' by {} within the same origins ({} outcomes)",
        "asylum",
        "year",
        "level",
        pl.lit(first),
        pl.col(f"d_{first}").round(0).cast(pl.Int64),
        pl.lit(second),
        pl.col(f"d_{second}").round(0).cast(pl.Int64),
        pl.col("outcomes"),
    )
    size = _exchange(first, second)
    return found(kept, table="decisions", size=size, unit="percentage points", why=why, years=2)


def double_exchanges(release: Release, store: Store | None) -> pl.DataFrame:
    """Return country-levels and years in which both pairs of columns exchanged shares at once, within origins."""
    del store
    shifts = shifts_within_origins(release).filter(pl.col("outcomes") >= DOUBLE_OUTCOMES)
    positive, negative = _exchange("recognised", "other"), _exchange("rejected", "closed")
    kept = shifts.filter((positive >= DOUBLE_POINTS) & (negative >= DOUBLE_POINTS))
    why = pl.format(
        "{} {}, level {}: 'recognised' and 'other' exchanged {} points and 'rejected' and 'closed' {} in one year "
        "within the same origins ({} outcomes)",
        "asylum",
        "year",
        "level",
        positive.round(0).cast(pl.Int64),
        negative.round(0).cast(pl.Int64),
        "outcomes",
    )
    # The year itself is in doubt, and so is the way back to the year after.
    return found(kept, table="decisions", size=positive + negative, unit="percentage points", why=why)


def false_totals(release: Release, store: Store | None) -> pl.DataFrame:
    """Return countries and years whose published totals are not the sums of their outcomes, beyond rounding."""
    del store
    decisions = release.frame("decisions")
    if "total" not in decisions.columns:
        return nothing()
    off = (pl.col("total") - pl.sum_horizontal(OUTCOMES)).abs()
    rows = decisions.with_columns(off=off).filter(pl.col("off") > 2 * len(OUTCOMES))
    kept = rows.group_by("asylum", "year").agg(rows=pl.len(), off=pl.col("off").sum())
    why = pl.format(
        "{} {}: {} rows have a total that is not the sum of their outcomes, by {} in sum",
        "asylum",
        "year",
        "rows",
        "off",
    )
    return found(kept, table="decisions", size=pl.col("off"), unit="persons", why=why)
