"""Tables out of R's .rda files, without R.

Only what tables are made of is read. Written after "R Internals", section "Serialization Formats"
(XDR form, versions 2 and 3), because the readers at hand are either slow or under a licence that
Asylon cannot ship.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from asylon.statistics.rvalues import (
    DOUBLES,
    INTEGERS,
    LISTS,
    LOGICALS,
    NA_INTEGER,
    STRINGS,
    RValue,
    Stream,
    is_absent,
    refuse,
)

LIMIT = 2**28  # bytes of an unpacked file; the largest table of UNHCR's package takes about 75 MB
XZ_MEMORY = 2**27  # bytes; what R's own strongest setting needs, twice
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # the years 1 and 9999, in days from 1970
DAY = 86_400  # seconds
AGAIN = "download the file again"


def read_rda(path: Path, *, limit: int = LIMIT) -> dict[str, pl.DataFrame]:
    """Return the tables in the .rda file `path` by their names in R; never empty.

    A table has the rows and columns of the data.frame or tibble: integers as Int32, numbers as
    Float64, logicals as Boolean, character and factor columns as String, Date as Date, POSIXct as
    Datetime in UTC, integer64 as Int64. NA is null, the text "NA" stays text, NaN stays NaN. Row names
    and objects that are no tables are left out. Raises StatisticsError, one sentence, where the file is
    cut off, is not what it should be, holds what no table is made of, or unpacks to over `limit` bytes.
    """
    place = path.name
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise refuse(place, f"cannot be read ({error.strerror})", "check the path") from error
    objects = Stream(place, _unpack(place, packed, limit)).objects()
    tables = {name: _table(f"{place}, {name}", value) for name, value in objects.items() if _is_table(value)}
    if not tables:
        raise refuse(place, "holds no table", "save a data.frame or a tibble into it")
    return tables


def _unpack(place: str, packed: bytes, limit: int) -> bytes:
    """Return the bytes of an uncompressed .rda file, checked to begin like one."""
    data = _inflate(place, packed, limit)
    if data[:7] in (b"RDX2\nX\n", b"RDX3\nX\n"):
        return data[7:]
    if data[:3] in (b"RDA", b"RDB"):
        raise refuse(place, "is written as text or for one machine only", "save it with R's save(…, ascii = FALSE)")
    if data[:2] in (b"X\n", b"A\n", b"B\n"):
        raise refuse(place, "is an .rds file of one object without a name", "save it with R's save(…) as .rda")
    raise refuse(place, "is not an .rda file", AGAIN)


def _inflate(place: str, packed: bytes, limit: int) -> bytes:
    unpacker: Any
    if packed[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
    elif packed[:3] == b"BZh":
        unpacker = bz2.BZ2Decompressor()
    elif packed[:6] == b"\xfd7zXZ\x00":
        unpacker = lzma.LZMADecompressor(memlimit=XZ_MEMORY)
    else:
        return packed
    try:
        data: bytes = unpacker.decompress(packed, limit + 1)
    except (zlib.error, OSError, EOFError, lzma.LZMAError) as error:
        raise refuse(place, f"cannot be unpacked ({error})", AGAIN) from error
    if len(data) > limit:
        raise refuse(place, f"unpacks to more than {limit:,} bytes", "split it into several files")
    if not unpacker.eof:
        raise refuse(place, "is cut off", AGAIN)
    return data


def _is_table(value: RValue) -> bool:
    return value.kind == LISTS and "data.frame" in value.texts("class")


def _table(place: str, value: RValue) -> pl.DataFrame:
    names = value.texts("names")
    if len(names) != len(value.content) or None in names or len(set(names)) < len(names):
        raise refuse(place, "its columns have no names of their own", "name each column once")
    columns = [
        _column(f"{place}, {name}", item).alias(str(name)) for name, item in zip(names, value.content, strict=True)
    ]
    if len({len(column) for column in columns}) > 1:
        raise refuse(place, "its columns differ in length", AGAIN)
    return pl.DataFrame(columns)


def _column(place: str, value: RValue) -> pl.Series:
    classes = value.texts("class")
    if value.kind not in (LOGICALS, INTEGERS, DOUBLES, STRINGS) or "dim" in value.attributes:
        raise refuse(place, "holds neither numbers nor text nor yes and no", "leave this column out")
    if value.kind == STRINGS:
        return pl.Series(value.content)
    if "factor" in classes:
        return _factor(place, value)
    if "integer64" in classes and value.kind == DOUBLES:
        numbers = value.content.view(np.int64)
        return _without(pl.Series(numbers), numbers == np.iinfo(np.int64).min)
    if "Date" in classes:
        return _moments(place, value, 1).cast(pl.Int32).cast(pl.Date)
    if "POSIXct" in classes:
        return (_moments(place, value, DAY) * 10**6).cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    if value.kind == LOGICALS:
        return _without(pl.Series(value.content != 0), value.content == NA_INTEGER)
    return _without(pl.Series(value.content), _absent(value))


def _factor(place: str, value: RValue) -> pl.Series:
    levels = pl.Series(value.texts("levels"), dtype=pl.String)
    codes, absent = value.content, _absent(value)
    if value.kind != INTEGERS or ((codes[~absent] < 1) | (codes[~absent] > len(levels))).any():
        raise refuse(place, "has a level that is not in its list of levels", AGAIN)
    return levels.gather(_without(pl.Series(codes).cast(pl.Int64) - 1, absent))


def _moments(place: str, value: RValue, day: int) -> pl.Series:
    """Return whole days, or seconds where `day` is as long as a day in them; refuses what no calendar has."""
    numbers = value.content.astype(np.float64)
    absent = _absent(value) | np.isnan(numbers)
    numbers[absent] = 0.0
    days = numbers / day
    if ((days < FIRST_DAY) | (days >= LAST_DAY + 1)).any():
        raise refuse(place, "has a day that no calendar has", AGAIN)
    return _without(pl.Series(np.floor(numbers) if day == 1 else numbers), absent)


def _absent(value: RValue) -> Any:
    return is_absent(value.content) if value.kind == DOUBLES else value.content == NA_INTEGER


def _without(series: pl.Series, absent: Any) -> pl.Series:
    """Return `series` with null where `absent`."""
    if not absent.any():
        return series
    return pl.select(pl.when(pl.lit(pl.Series(~absent))).then(pl.lit(series))).to_series()
