"""What the adapters share: a file as a table, cells that are marks and no numbers, column names, names of countries."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.countries import countries

SUFFIXES = (".parquet", ".csv")
_KEPT = "nothing was written and the earlier release stays"


def tables_in(path: Path, what: str) -> dict[str, pl.DataFrame]:
    """Return every table of a folder, or the one of a file, by file name without its ending.

    Cells of a CSV come back as text, so that no code ("NA" is one) becomes a missing value. Raises `StatisticsError`
    when there is none or a file cannot be read.
    """
    found = [path] if path.is_file() else sorted(file for file in path.glob("*") if file.suffix in SUFFIXES)
    if not found or any(file.suffix not in SUFFIXES for file in found):
        raise StatisticsError.single(path.name, f"holds no table of {what}", "give a folder or a file .parquet or .csv")
    return {file.stem: read_table(file) for file in found}


def read_table(file: Path) -> pl.DataFrame:
    """Return one Parquet or CSV file as a table; raise `StatisticsError` when it is cut off or no table at all."""
    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file)
        return pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        remedy = f"it may be cut off: get it again; {_KEPT}"
        raise StatisticsError.single(file.name, "cannot be read as a table", remedy) from error


def numbers(frame: pl.DataFrame, columns: Iterable[str], place: str, marks: Mapping[str, str]) -> pl.DataFrame:
    """Return the frame with these columns as numbers; a cell that is one of the publisher's `marks` becomes null.

    The marks are kept in a column `<name>_flag`, which is there only where there was one. Whole numbers come back as
    64-bit integers, others as floats. Any other cell that is no number ("NA" too: a null of another program, not a
    mark of the publisher) raises `StatisticsError` with its column and row.
    """
    for name in (name for name in columns if frame[name].dtype == pl.String):
        text = frame[name].str.strip_chars()
        is_mark = text.is_in(list(marks))
        plain = text.str.replace_all(",", "").set(is_mark | (text == ""), None)
        value = plain.cast(pl.Float64, strict=False)
        wrong = plain.is_not_null() & (value.is_null() | value.is_nan())
        if wrong.any():
            at = wrong.arg_true()[0]
            problem = f"column '{name}', row {at + 1}: {frame[name][at]!r} is not a number"
            known = ", ".join(f"'{mark}' ({meaning})" for mark, meaning in marks.items())
            remedy = f"the publisher's marks are {known}; {_KEPT}" if marks else _KEPT
            raise StatisticsError.single(place, problem, remedy)
        frame = frame.with_columns((value if (value % 1 != 0).any() else value.cast(pl.Int64)).alias(name))
        if is_mark.any():
            frame = frame.with_columns(text.set(~is_mark, None).alias(f"{name}_flag"))
    return frame


def last_day(days: Iterable[pl.Series]) -> date | None:
    """Return the last day in columns of days, None where there is none."""
    return max((day for column in days for day in [column.max()] if isinstance(day, date)), default=None)


def last_year(years: Iterable[pl.Series]) -> int | None:
    """Return the last year in columns of years, None where there is none."""
    return max((year for column in years for year in [column.max()] if isinstance(year, int)), default=None)


def snake(name: str) -> str:
    """Return a column's name in our spelling: `Case outcome group` is `case_outcome_group`."""
    return re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")


def in_snake(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with its columns in our spelling."""
    return frame.rename({name: snake(name) for name in frame.columns})


def iso_by_name(names: Iterable[str | None]) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """Return ISO alpha-3 by English name, and the names that are nobody's.

    None stands for a collective entry (a former state, "British overseas citizens") and for a name that is not known:
    its figures are kept without a country.
    """
    known = _known_names()
    asked = sorted({name for name in names if name is not None})
    found = {name: known.get(_normal(name)) for name in asked}
    return found, tuple(name for name in asked if _normal(name) not in known)


def with_country(frame: pl.DataFrame, column: str, into: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the frame with the ISO code of a column of names in `into`, and the names that are not known."""
    found, unknown = iso_by_name(frame[column].unique())
    return frame.with_columns(pl.col(column).replace_strict(found, return_dtype=pl.String).alias(into)), unknown


def unknown_note(unknown: Iterable[str]) -> tuple[str, ...]:
    """Return the note of an edition that lists names without a country; empty when every name is known."""
    listed = sorted(set(unknown))
    return (f"kept without a country, the name is not known: {', '.join(listed)}",) if listed else ()


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str | None]:
    """Names of Unicode CLDR, and those of publishers that CLDR lacks (`names.csv`; no code: a collective entry)."""
    text = (files("asylon.statistics.sources") / "names.csv").read_text(encoding="utf-8")
    own = {_normal(row["name"]): row["iso3"] or None for row in csv.DictReader(text.splitlines())}
    return {**{_normal(country.name()): country.iso3 for country in countries().values()}, **own}


def _normal(name: str) -> str:
    plain = name.casefold().replace("’", "'").replace("&", "and").replace("saint ", "st ").replace("st. ", "st ")
    return " ".join(plain.split())


def require_known_codes(frame: pl.DataFrame, column: str, known: Sequence[str], place: str) -> None:
    """Raise `StatisticsError` on a value of a coded column that is none of the known ones: it would be left out."""
    new = sorted(str(value) for value in frame[column].unique() if value not in known)
    if new:
        problem = f"the schema changed: column '{column}' has new values: {', '.join(new)}"
        raise StatisticsError.single(place, problem, f"known are {', '.join(known)}; {_KEPT}")
