"""The form of a doubt, and which doubts touch a question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.language import Said
from asylon.statistics.countries import country_name
from asylon.statistics.doubts.messages import MESSAGES

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
        "message": pl.String,
        "values": pl.String,
        "release": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One finding: which check, in which table, about whom (ISO alpha-3, None is everybody), which level and years.

    `size` is in `unit`: persons, rows or percentage points, as the check says. `why` is one sentence with its numbers:
    `message` filled with `values` (JSON), which another language fills in its own way.
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
    message: str
    values: str
    release: str

    @property
    def why(self) -> Said:
        """The finding as a sentence in English, which remembers its message and values."""
        values = json.loads(self.values)
        text = Said(self.message.format(**{name: _shown(name, value) for name, value in values.items()}))
        text.message, text.values = self.message, values
        return text


def _shown(name: str, value: str | int | float) -> str:
    if name in ("asylum", "origin"):
        return country_name(str(value))
    if isinstance(value, str) or is_year(name):
        return str(value)
    return f"{round(value):,}"


def is_year(name: str) -> bool:
    """Tell whether a value of this name is a year, which is written without separators."""
    return name in ("year", "first_year", "last_year")


_FOUND = ("asylum", "origin", "level", "table", "first_year", "last_year", "size", "unit", "message", "values")


def nothing() -> pl.DataFrame:
    """Return a frame of doubts with no row."""
    return pl.DataFrame(schema=SCHEMA)


def found(
    frame: pl.DataFrame,
    *,
    table: str,
    size: pl.Expr,
    unit: str,
    message: str,
    values: Mapping[str, pl.Expr],
    years: int = 1,
) -> pl.DataFrame:
    """Return rows of doubts from rows that a check kept, largest first; `years` up to `year` are touched.

    `message` names one of `MESSAGES`; `values` fill it, beside asylum, origin, level and year, which the row has.
    Columns asylum, origin and level that the rows lack are null: the doubt is about all of them.
    """
    if frame.is_empty():
        return nothing().select(_FOUND)
    own = [name for name in ("asylum", "origin", "level", "year") if name in frame.columns]
    told = pl.struct(*(pl.col(name) for name in own), *(expr.alias(name) for name, expr in values.items()))
    # Joins may leave a column whose first chunk is empty, on which polars 2.1 panics.
    rows = frame.rechunk().select(
        *(pl.col(name) if name in own else pl.lit(None, pl.String).alias(name) for name in _FOUND[:3]),
        table=pl.lit(table),
        first_year=(pl.col("year") - (years - 1)).cast(pl.Int16),
        last_year=pl.col("year").cast(pl.Int16),
        size=size.cast(pl.Float64),
        unit=pl.lit(unit),
        message=pl.lit(MESSAGES[message]),
        values=told.struct.json_encode(),
    )
    return rows.sort(pl.col("size").abs(), "asylum", "origin", "last_year", descending=[True, False, False, False])


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
        "why": str(doubt.why),
        "release": doubt.release,
    }
