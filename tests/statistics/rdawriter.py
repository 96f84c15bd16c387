"""Writes R's serialized form, byte by byte, for tests: what R writes and other writers do not."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

NIL = struct.pack(">i", 254)
NA_DOUBLE = struct.pack(">Q", 0x7FF00000000007A2)
NA_INTEGER = -(2**31)
ATTRIBUTES, TAG, OBJECT = 0x200, 0x400, 0x100


def number(value: int) -> bytes:
    return struct.pack(">i", value)


def chars(text: str | None, mark: int = 0x8000, encoding: str = "utf-8") -> bytes:
    if text is None:
        return struct.pack(">ii", 9, -1)
    written = text.encode(encoding)
    return struct.pack(">ii", 9 | mark, len(written)) + written


def symbol(name: str) -> bytes:
    return number(1) + chars(name, 0x40000)


def pairs(*items: tuple[str, bytes], end: bytes = NIL) -> bytes:
    """A pairlist; an item without a name has no tag."""
    tagged = (number(2 | TAG) + symbol(name) if name else number(2) for name, _ in items)
    return b"".join(tag + value for tag, (_, value) in zip(tagged, items, strict=True)) + end


def vector(kind: int, body: bytes, count: int, attributes: bytes = b"", flags: int = 0) -> bytes:
    marked = kind | flags | (ATTRIBUTES if attributes else 0)
    return number(marked) + number(count) + body + attributes


def integers(*values: int | None, attributes: bytes = b"", kind: int = 13) -> bytes:
    body = b"".join(number(NA_INTEGER if value is None else value) for value in values)
    return vector(kind, body, len(values), attributes)


def doubles(*values: float | None, attributes: bytes = b"") -> bytes:
    body = b"".join(NA_DOUBLE if value is None else struct.pack(">d", value) for value in values)
    return vector(14, body, len(values), attributes)


def strings(*values: str | None, attributes: bytes = b"") -> bytes:
    return vector(16, b"".join(chars(value) for value in values), len(values), attributes)


def of_class(*names: str) -> bytes:
    """The attributes of a vector that has a class."""
    return pairs(("class", strings(*names)))


def frame(columns: dict[str, bytes], rows: int, classes: Sequence[str] = ("data.frame",)) -> bytes:
    attributes = pairs(("names", strings(*columns)), ("class", strings(*classes)), ("row.names", integers(None, -rows)))
    return vector(19, b"".join(columns.values()), len(columns), attributes, OBJECT)


def short(name: str, state: bytes, attributes: bytes = NIL) -> bytes:
    """A vector in one of R's shortened forms."""
    return number(238) + pairs(("", symbol(name)), ("", symbol("base")), ("", integers(13))) + state + attributes


def stream(objects: dict[str, bytes], version: int = 3) -> bytes:
    """An .rda file before it is packed."""
    head = f"RDX{version}\nX\n".encode() + struct.pack(">iii", version, 0x40303, 0x30500)
    native = number(5) + b"UTF-8" if version == 3 else b""
    return head + native + pairs(*objects.items())


def write_rda(path: Path, objects: dict[str, bytes], pack: Callable[[bytes], bytes] = gzip.compress) -> Path:
    path.write_bytes(pack(stream(objects)))
    return path


def polars_frame(table: pl.DataFrame) -> bytes:
    """A table as R's packages hold it: every number a double, every text a character column."""
    return frame({column.name: _column(column) for column in table}, table.height, ("tbl_df", "tbl", "data.frame"))


def _column(column: pl.Series) -> bytes:
    if column.dtype == pl.String:
        known = {text: chars(text) for text in column.unique()}
        return vector(16, b"".join([known[text] for text in column]), len(column))
    values = column.cast(pl.Float64).fill_null(0.0).to_numpy().astype(">f8")
    bits = values.view(">u8").copy()
    bits[column.is_null().to_numpy()] = 0x7FF00000000007A2
    return vector(14, np.ascontiguousarray(bits).tobytes(), len(column))
