"""The form of a doubt, and which doubts touch a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

SCHEMA = pl.Schema(
    {
        "check": pl.String,
        "table": pl.String,
        "asylum": pl.String,
        "origin": pl.String,
        "level": pl.String,
        "first_year": pl.Int16,
        "last_year": pl.Int16,
        "size": pl.Float64,
        "unit": pl.String,
        "why": pl.String,
        "release": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One finding: which check, in which table, about whom (ISO alpha-3, None is everybody), which level and years.

    `size` is in `unit`: persons, rows or percentage points, as the check says. `why` is one sentence with its numbers.
    """

    check: str
    table: str
    asylum: str | None
    origin: str | None
    level: str | None
    first_year: int
    last_year: int
    size: float
    unit: str
    why: str
    release: str


_FOUND = ("asylum", "origin", "level", "table", "first_year", "last_year", "size", "unit", "why")


def nothing() -> pl.DataFrame:
    """Return a frame of doubts with no row."""
    return pl.DataFrame(schema=SCHEMA)


def found(
    frame: pl.DataFrame, *, table: str, size: pl.Expr, unit: str, why: pl.Expr, years: int = 1, largest: bool = True
) -> pl.DataFrame:
    """Return rows of doubts from rows that a check kept; `years` before `year` are touched too, less one.

    Columns asylum, origin and level that the rows lack are null: the doubt is about all of them.
    """
    if frame.is_empty():  # and polars may fail on a formatted text of no rows
        return nothing().select(_FOUND)
    absent = [
        pl.lit(None, pl.String).alias(name) for name in ("asylum", "origin", "level") if name not in frame.columns
    ]
    # Joins may leave a column whose first chunk is empty; polars 2.1 then panics in `pl.format`.
    rows = (
        frame.rechunk()
        .with_columns(*absent)
        .select(
            "asylum",
            "origin",
            "level",
            table=pl.lit(table),
            first_year=(pl.col("year") - (years - 1)).cast(pl.Int16),
            last_year=pl.col("year").cast(pl.Int16),
            size=size.cast(pl.Float64),
            unit=pl.lit(unit),
            why=why,
        )
    )
    order = pl.col("size").abs()
    return rows.sort(order, "asylum", "origin", "last_year", descending=[largest, False, False, False])


def doubts_in(frame: pl.DataFrame) -> tuple[Doubt, ...]:
    """Return the rows of a frame of doubts as values."""
    return tuple(Doubt(**row) for row in frame.select(SCHEMA.names()).iter_rows(named=True))


def touching(
    frame: pl.DataFrame, *, origin: str | None, asylum: str | None, level: str | None, years: tuple[int, int]
) -> tuple[Doubt, ...]:
    """Return the doubts that touch a question: a doubt about a whole country touches each of its pairs.

    A question about a country as a whole is not touched by a doubt about one origin there.
    """
    mine = [
        pl.col(column).is_null() | (pl.col(column) == pl.lit(value, pl.String))
        for column, value in (("asylum", asylum), ("origin", origin))
    ]
    of_level = pl.lit(value=True) if level is None else pl.col("level").is_null() | (pl.col("level") == level)
    overlap = (pl.col("first_year") <= years[1]) & (pl.col("last_year") >= years[0])
    return doubts_in(frame.filter(*mine, of_level, overlap))


def doubt_row(doubt: Doubt) -> dict[str, Any]:
    """Return a doubt as plain values for JSON."""
    return {
        "check": doubt.check,
        "table": doubt.table,
        "country": doubt.asylum,
        "origin": doubt.origin,
        "level": doubt.level,
        "years": [doubt.first_year, doubt.last_year],
        "size": doubt.size,
        "unit": doubt.unit,
        "why": doubt.why,
        "release": doubt.release,
    }
