"""The United States' immigration courts (EOIR): code lists, codebook and fill of fields; the case table is not here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.sources import Draft, Manifest, Source
from asylon.statistics.sources.tabular import numbers, tables_in
from asylon.statistics.store import Release
from asylon.statistics.tables import require_columns

MANIFEST = Manifest(
    name="eoir",
    title="EOIR case data: reference tables",
    what="28 code lists, the codebook of 335 fields, frequencies of values and missing shares; no cases",
    publisher="Executive Office for Immigration Review, prepared by the Deportation Data Project",
    url="https://github.com/deportationdata/eoir",
    licence="CC0 1.0; works of the US government",
    attribution="Executive Office for Immigration Review, US Department of Justice; Deportation Data Project",
    coverage="release of October 2025, codebook of August 2026",
    rounding="not rounded",
    codes={"lookups": "table, name, value, description: one row for each meaning of a code"},
    caveats=(
        "one code may have several descriptions: each is given",
        "lists with names or addresses of people are left out",
        "frequencies and missing shares are counted over the whole release, not over asylum cases",
        "'NA' and the like are text, never a missing value",
    ),
)

# Name with us, text columns, number columns.
TABLES: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "eoir_lookups": ("lookups", ("table", "name", "value", "description"), ()),
    "eoir_codebook_fields": ("codebook", ("table", "column_name", "type", "description"), ()),
    "eoir_value_frequencies_by_field": ("frequencies", ("name", "value"), ("n", "pct")),
    "eoir_missingness_by_field": ("missing", ("table", "name"), ("missing_pct",)),
}
_SHARES = ("pct", "missing_pct")


def read(path: Path) -> Sequence[Draft]:
    """Return the edition in a folder of reference tables, or in one of them; raise `StatisticsError` on others."""
    raw = {name: frame for name, frame in tables_in(path, "EOIR reference").items() if name in TABLES}
    if not raw:
        raise StatisticsError.single(path.name, "holds no EOIR reference table", f"known are {', '.join(TABLES)}")
    tables: dict[str, pl.DataFrame] = {}
    for name, frame in raw.items():
        ours, text, counts = TABLES[name]
        require_columns(frame, [*text, *counts], name)
        tables[ours] = _within_one(numbers(frame, counts, name, {}), name)
    return [Draft(tables=tables, origin="reference tables of deportationdata/eoir", version="2025-10")]


def _within_one(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    for column in (name for name in _SHARES if name in frame.columns):
        outside = ~frame[column].cast(pl.Float64).is_between(0, 1).fill_null(value=True)
        if outside.any():
            problem = f"column '{column}', row {outside.arg_true()[0] + 1}: a share lies between 0 and 1"
            raise StatisticsError.single(place, problem, "nothing was written and the earlier release stays")
    return frame


def eoir_code(release: Release, code_list: str, value: str) -> tuple[str, ...]:
    """Return what a code of a list means, each description once; several where EOIR gives one code to several.

    `code_list` is the name of a field (`dec_code`) or of a table (`tblDecCode`), in any case. Raises `StatisticsError`
    with the nearest names, or with the codes of the list.
    """
    lookups = release.frame("lookups")
    wanted = code_list.casefold()
    is_list = (pl.col("name").str.to_lowercase() == wanted) | (pl.col("table").str.to_lowercase() == wanted)
    rows = lookups.filter(is_list)
    if rows.is_empty():
        raise StatisticsError.single(code_list, "is no code list of EOIR", _near_list(lookups, wanted))
    found = rows.filter(pl.col("value").str.strip_chars().str.to_lowercase() == value.strip().casefold())
    if found.is_empty():
        held = rows["value"].unique().sort().to_list()
        listed = ", ".join(held[:20]) + (", and more" if len(held) > 20 else "")
        raise StatisticsError.single(f"{code_list} {value!r}", "is no code of this list", f"there are {listed}")
    return tuple(found["description"].unique(maintain_order=True))


def _near_list(lookups: pl.DataFrame, wanted: str) -> str:
    from difflib import get_close_matches

    names = lookups["name"].unique().sort().to_list()
    near = get_close_matches(wanted, names, n=2)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"


SOURCE = Source(MANIFEST, read)
