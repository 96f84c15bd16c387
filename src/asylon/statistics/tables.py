"""The one form of tables that every source is brought into, and the check that a file has the columns it must have.

`applications`: year, origin, asylum, authority, stage, level, unit, applied, new (counts as a new application).
`decisions`: year, origin, asylum, authority, level, unit, recognised, other, rejected, closed, total; some sources add
parts of `other` (subsidiary, humanitarian) and of `closed` (withdrawn, administrative).
`stocks`: year, origin, asylum, refugees, pending, others_of_concern and others, persons on 31 December.

Countries are ISO alpha-3. Null is "not reported"; a zero is a zero; what has no row was not reported for that key.
Tables of a half year stand apart under `<name>_half`, so that no half can be taken for a year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.codes import COMBINED_STAGES, LATER_LEVELS, NEW

APPLICATION_KEY = ("year", "origin", "asylum", "authority", "stage", "level", "unit")
DECISION_KEY = ("year", "origin", "asylum", "authority", "level", "unit")
STOCK_KEY = ("year", "origin", "asylum")
OUTCOMES = ("recognised", "other", "rejected", "closed")
KEYS: Mapping[str, tuple[str, ...]] = {
    "applications": APPLICATION_KEY,
    "decisions": DECISION_KEY,
    "stocks": STOCK_KEY,
}
HALF = "_half"
# Wider than any table: what lies outside is a slip, not a year.
FIRST_YEAR, LAST_YEAR = 1900, 2200


def require_columns(frame: pl.DataFrame, columns: Sequence[str], place: str) -> None:
    """Raise `StatisticsError` naming every column that is missing, and the unknown one that may be its new name."""
    missing = [name for name in columns if name not in frame.columns]
    if not missing:
        return
    from difflib import get_close_matches

    new = [name for name in frame.columns if name not in columns]
    hints = [f"'{near[0]}' may be '{name}'" for name in missing if (near := get_close_matches(name, new, n=1))]
    listed = ", ".join(f"'{name}'" for name in missing)
    problem = f"the schema changed: column {listed} is missing" if len(missing) == 1 else f"columns {listed} missing"
    remedy = "; ".join([*hints, "nothing was written and the earlier release stays; report it to Asylon's developers"])
    raise StatisticsError.single(place, problem, remedy)


def require_whole_numbers(frame: pl.DataFrame, columns: Sequence[str], place: str) -> pl.DataFrame:
    """Return the frame with these columns as 64-bit integers; raise `StatisticsError` on text or fractions in them."""
    for name in columns:
        column = frame[name]
        cast = column.cast(pl.Int64, strict=False)
        lost = column.is_not_null() & (
            cast.is_null() | (cast.cast(pl.Float64) != column.cast(pl.Float64, strict=False))
        )
        if lost.any():
            at = lost.arg_true()[0]
            problem = f"column '{name}', row {at + 1}: {column[at]!r} is not a whole number"
            raise StatisticsError.single(place, problem, "nothing was written and the earlier release stays")
        frame = frame.with_columns(cast.alias(name))
    return frame


def require_years(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    """Return the frame with `year` as a 16-bit integer; raise `StatisticsError` on what is no year."""
    frame = require_whole_numbers(frame, ["year"], place)
    wrong = ~frame["year"].is_between(FIRST_YEAR, LAST_YEAR).fill_null(value=False)
    if wrong.any():
        at = wrong.arg_true()[0]
        problem = f"column 'year', row {at + 1}: {frame['year'][at]} is no year"
        raise StatisticsError.single(place, problem, "nothing was written and the earlier release stays")
    return frame.with_columns(pl.col("year").cast(pl.Int16))


def require_unique(frame: pl.DataFrame, key: Sequence[str], place: str) -> None:
    """Raise `StatisticsError` when two rows have one key: their figures must not be added unseen."""
    twice = frame.select(key).is_duplicated()
    if twice.any():
        row = frame.filter(twice).select(key).row(0)
        problem = f"two rows for {', '.join(str(value) for value in row)}"
        raise StatisticsError.single(place, problem, "nothing was written; the file may hold two editions at once")


def with_new(applications: pl.DataFrame) -> pl.DataFrame:
    """Return applications with the column `new`: the rows on which a count of new applications rests.

    Stage N where an authority of a country reports it for a year; the combined stages where it reports only those
    (Austria 2008-2013 would vanish otherwise); never a later level.
    """
    first = ~pl.col("level").is_in(LATER_LEVELS)
    is_new = (pl.col("stage") == NEW) & first
    told_apart = is_new.any().over("asylum", "year", "authority")
    return applications.with_columns(
        new=is_new | (~told_apart & pl.col("stage").is_in(COMBINED_STAGES) & first),
    )


def split_half(tables: Mapping[str, pl.DataFrame], year: int) -> dict[str, pl.DataFrame]:
    """Return the tables with the rows of a half year moved into tables of their own (`decisions_half`)."""
    split: dict[str, pl.DataFrame] = {}
    for name, frame in tables.items():
        if "year" not in frame.columns:
            split[name] = frame
            continue
        split[name] = frame.filter(pl.col("year") != year)
        if name in KEYS:
            split[name + HALF] = frame.filter(pl.col("year") == year)
    return split
