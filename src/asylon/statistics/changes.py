"""What one release says differently from another: every revised, added and removed figure, largest first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.store import Release
from asylon.statistics.tables import HALF, KEYS

# What is compared in each table; sums of others (totals) follow from these.
_VALUES = {
    "applications": ("applied",),
    "decisions": ("recognised", "other", "rejected", "closed"),
    "stocks": ("refugees", "pending", "others_of_concern", "in_need_of_protection", "returned_refugees"),
}
KINDS = ("revised", "added", "removed")
SCHEMA = pl.Schema(
    {
        "table": pl.String,
        "year": pl.Int16,
        **dict.fromkeys(("origin", "asylum", "authority", "stage", "level", "unit", "figure"), pl.String),
        **dict.fromkeys(("before", "after", "difference"), pl.Int64),
        "kind": pl.String,
    }
)


def changes(before: Release, after: Release) -> pl.DataFrame:
    """Return every figure that differs between two releases of one source, the largest difference first.

    One row for each key and figure: table, year, origin, asylum, authority, stage, level, unit, figure, before, after,
    difference, kind (`revised`, `added`, `removed`). Null is "no row". Years count only where both releases hold them
    whole; half years are compared with half years of the same year only. Raises `StatisticsError` for two sources.
    """
    if before.edition.source != after.edition.source:
        place = f"{before.id} and {after.id}"
        raise StatisticsError.single(place, "are of different sources", "compare two releases of one source")
    frames = [
        _table(before.frame(name), after.frame(name), name)
        for table in KEYS
        for name in (table, table + HALF)
        if before.has(name) and after.has(name)
    ]
    changed = pl.concat([SCHEMA.to_frame(), *(frame.select(SCHEMA.names()) for frame in frames)])
    # The same order whenever it is asked: by size, then by whom.
    key = ["table", "year", "asylum", "origin", "figure", "authority", "stage", "level", "unit"]
    return changed.sort(pl.col("difference").abs(), *key, descending=[True, *[False] * len(key)])


def _table(before: pl.DataFrame, after: pl.DataFrame, name: str) -> pl.DataFrame:
    table = name.removesuffix(HALF)
    key = list(KEYS[table])
    figures = [figure for figure in _VALUES[table] if figure in before.columns and figure in after.columns]
    years = set(before["year"].unique()) & set(after["year"].unique())
    old, new = (frame.filter(pl.col("year").is_in(list(years))).select(*key, *figures) for frame in (before, after))
    both = _differing(old, new, key, figures)
    kind = (
        pl.when(pl.col("before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("after").is_null())
        .then(pl.lit("removed"))
        .otherwise(pl.lit("revised"))
    )
    absent = [column for column in ("authority", "stage", "level", "unit") if column not in key]
    return both.with_columns(
        *(pl.lit(None, pl.String).alias(column) for column in absent),
        table=pl.lit(name),
        difference=pl.col("after").fill_null(0) - pl.col("before").fill_null(0),
        kind=kind,
    )


def _differing(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str], figures: Sequence[str]) -> pl.DataFrame:
    """Return one row for each key and figure that differs; a zero in a row that the other lacks differs from no row."""
    both = old.join(new, on=key, how="full", coalesce=True, suffix="_after")
    frames = [
        both.filter(~pl.col(figure).eq_missing(pl.col(f"{figure}_after"))).select(
            *key, figure=pl.lit(figure), before=pl.col(figure), after=pl.col(f"{figure}_after")
        )
        for figure in figures
    ]
    return pl.concat(frames)


def changes_by_country(changed: pl.DataFrame) -> pl.DataFrame:
    """Return the changes summed: one row for table, country of asylum and year, the largest sum first.

    Columns: table, asylum, year, rows (keys that differ), moved (sum of absolute differences), difference (net).
    """
    return (
        changed.group_by("table", "asylum", "year")
        .agg(
            rows=pl.struct("origin", "authority", "stage", "level", "unit").n_unique(),
            moved=pl.col("difference").abs().sum(),
            difference=pl.col("difference").sum(),
        )
        .sort("moved", "table", "asylum", "year", descending=[True, False, False, False])
    )
