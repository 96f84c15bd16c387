"""Tables in the forms statistical offices write: JSON-stat 2.0, and Eurostat's TSV and SDMX-CSV files."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from asylon.errors import StatisticsError

MOST_CELLS = 5_000_000  # what Eurostat gives at most
KEEP = "the release you have stays; report this, the program must learn the new form"
FORMER_NAMES = {"asyl_app": "applicant", "TIME_PERIOD": "time"}
BESIDES = (
    "DATAFLOW",
    "STRUCTURE",
    "STRUCTURE_ID",
    "LAST UPDATE",
    "CONF_STATUS",
)  # columns of SDMX-CSV that are neither dimension nor value
_CELL = r"^(:|-?\d{1,15}(?:\.0+)?)\s*([A-Za-z ]*)$"  # "120", "120 p", ":", ": z", "3.0", ":c"


def read_jsonstat(answer: Mapping[str, Any], place: str, dimensions: Sequence[str]) -> pl.DataFrame:
    """Return the cells of a JSON-stat dataset that have a value or a flag, one row each.

    Columns: `dimensions` in this order, as codes (`time` as a year, Int16), `value` (Int64, null where a
    flag stands without one) and `flag` (null without one). Raises StatisticsError, naming the dimension,
    where the dataset has others or does not fit together.
    """
    names = answer.get("id")
    if not isinstance(names, list) or set(map(str, names)) != set(dimensions):
        named = set(map(str, names)) if isinstance(names, list) else set()
        raise _changed(place, f"the dimensions {', '.join(sorted(named ^ set(dimensions)))} are new or missing")
    codes = {name: _codes(answer, place, name) for name in names}
    sizes = [len(codes[name]) for name in names]
    if answer.get("size") != sizes or math.prod(sizes) > MOST_CELLS:
        raise _changed(place, "its size is not that of its dimensions")
    values = _cells(answer.get("value"), place, math.prod(sizes), "value")
    flags = _cells(answer.get("status"), place, math.prod(sizes), "status")
    at = np.array(sorted(values.keys() | flags.keys()), dtype=np.int64)
    columns, stride = {}, 1
    for name, size in zip(reversed(names), reversed(sizes), strict=True):
        columns[name] = pl.Series(codes[name], dtype=pl.String).gather(at // stride % size)
        stride *= size
    texts = pl.DataFrame({name: columns[name] for name in dimensions})
    cells = [f"{values.get(cell, ':')} {flags.get(cell, '').replace(':', '')}" for cell in at.tolist()]
    return _typed(texts.with_columns(cell=pl.Series(cells, dtype=pl.String)), place)


def read_eurostat_tsv(path: Path) -> pl.DataFrame:
    """Return the cells of a TSV file of Eurostat's (plain or .gz), one row each, as `read_jsonstat` does.

    ":" is a row whose value is null. Raises StatisticsError where the file is cut off or of another form,
    naming the cell that cannot be read.
    """
    table = _table(path, "\t")
    head = table.columns[0]
    names, _, time = head.partition("\\")
    if time not in ("time", "TIME_PERIOD"):
        raise _changed(path.name, "its first line names no dimensions", "give a TSV file downloaded from Eurostat")
    dimensions = [FORMER_NAMES.get(name, name) for name in names.split(",")]
    parts = pl.col(head).str.split(",")
    if not (table.select((parts.list.len() == len(dimensions)).all()).item()):
        raise _changed(path.name, f"a row has not one code for each of {names}", "download the file again")
    split = [parts.list.get(at).str.strip_chars().alias(name) for at, name in enumerate(dimensions)]
    long = table.select(*split, pl.exclude(head)).unpivot(index=dimensions, variable_name="time", value_name="cell")
    if long["cell"].has_nulls():
        raise _changed(path.name, "is cut off: a line has too few cells", "download the file again")
    return _typed(long, path.name)


def read_eurostat_csv(path: Path) -> pl.DataFrame:
    """Return the cells of an SDMX-CSV file of Eurostat's (plain or .gz), one row each, as `read_jsonstat` does.

    Raises StatisticsError like `read_eurostat_tsv`.
    """
    table = _table(path, ",")
    if not {"OBS_VALUE", "TIME_PERIOD"} <= set(table.columns):
        raise _changed(path.name, "its first line names no OBS_VALUE", "give an SDMX-CSV file downloaded from Eurostat")
    flag = pl.col("OBS_FLAG").fill_null("") if "OBS_FLAG" in table.columns else pl.lit("")
    value = pl.col("OBS_VALUE").fill_null("").str.strip_chars().replace("", ":")
    table = table.with_columns(cell=pl.concat_str(value, pl.lit(" "), flag))
    table = table.drop("OBS_VALUE", "OBS_FLAG", *BESIDES, strict=False)
    return _typed(table.rename(FORMER_NAMES, strict=False), path.name)


def _typed(table: pl.DataFrame, place: str) -> pl.DataFrame:
    """Return a table of codes and `cell` with the cell taken apart and `time` as a year."""
    groups = pl.col("cell").str.strip_chars().str.extract_groups(_CELL)
    table = table.with_columns(groups.struct.field("1").alias("value"), groups.struct.field("2").alias("flag"))
    unread = table.filter(pl.col("value").is_null())
    if unread.height:
        raise _changed(place, f"{unread['cell'][0]!r} is neither a count nor a mark for a missing one")
    years = table["time"].str.strip_chars()
    if not (years.str.contains(r"^(19|20)\d\d$")).all():
        raise _changed(place, "its times are not years", "give a yearly table")
    value = pl.col("value").str.replace(r"\.0+$", "").replace(":", None).cast(pl.Int64)
    flag = pl.col("flag").str.replace_all(" ", "").replace("", None)
    order = [name for name in table.columns if name not in ("time", "cell", "value", "flag")]
    return table.with_columns(years.cast(pl.Int16).alias("time"), value, flag).select(*order, "time", "value", "flag")


def _codes(answer: Mapping[str, Any], place: str, name: str) -> list[str]:
    """Return the codes of a dimension in the order of its cells; an index is left out where there is only one."""
    try:
        category = answer["dimension"][name]["category"]
        index = category["index"] if "index" in category else dict.fromkeys(category["label"], 0)
        codes = list(index) if isinstance(index, list) else sorted(index, key=lambda code: index[code])
        if isinstance(index, dict) and [index[code] for code in codes] != list(range(len(codes))):
            raise ValueError("positions with holes")
        if not all(isinstance(code, str) for code in codes) or len(set(codes)) != len(codes):
            raise ValueError("codes twice")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _changed(place, f"the dimension {name!r} does not list its codes") from error
    return codes


def _cells(cells: Any, place: str, size: int, what: str) -> dict[int, str]:
    """Return what is in each numbered cell, as text; JSON-stat writes a list, an object or one text for all."""
    if isinstance(cells, str):
        cells = [cells] * size
    try:
        pairs = enumerate(cells) if isinstance(cells, list) else ((int(at), cell) for at, cell in (cells or {}).items())
        found = {at: str(cell) for at, cell in pairs if cell is not None}
    except (AttributeError, TypeError, ValueError) as error:
        raise _changed(place, f"its {what} cannot be read") from error
    if found and not 0 <= min(found) <= max(found) < size:
        raise _changed(place, f"its {what} has more cells than its dimensions")
    return found


def _table(path: Path, separator: str) -> pl.DataFrame:
    """Return all cells of a file as text, the word NA too, which is Namibia."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        return pl.read_csv(io.BytesIO(data), separator=separator, infer_schema=False, quote_char=None)
    except (OSError, EOFError, zlib.error) as error:
        raise _changed(path.name, f"cannot be read ({error})", "download the file again") from error
    except pl.exceptions.PolarsError as error:
        raise _changed(path.name, "is not a table of Eurostat's, or cut off", "download the file again") from error


def _changed(place: str, problem: str, remedy: str = KEEP) -> StatisticsError:
    error = StatisticsError.single(place, problem, remedy)
    assert isinstance(error, StatisticsError)
    return error
