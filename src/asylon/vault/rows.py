"""Rows of a table as lines of JSON that are the same for the same row, and read back exactly.

Keys are sorted. Bytes become `{"b64": …}`. A mapping that could be taken for bytes is written as `{"plain": …}`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from asylon.errors import VaultError

_BYTES, _PLAIN = "b64", "plain"


def row_line(table: str, row: Mapping[str, Any]) -> bytes:
    """Return the row as one line with its line end.

    Raises VaultError, naming table and column, for a value that JSON does not have (other than bytes).
    """
    plain = {}
    for column, value in row.items():
        try:
            plain[column] = _tagged(value)
        except TypeError as error:
            problem = f"a value of kind {error} cannot be written"
            raise VaultError.single(f"{table}, {column}", problem, "hand it over as text, number or bytes") from None
    return (
        json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        + b"\n"
    )


def row_of_line(table: str, line: bytes) -> dict[str, Any]:
    """Return the row that a line holds.

    Raises VaultError, naming the table, for a line that is no row.
    """
    try:
        return {column: _untagged(value) for column, value in json.loads(line).items()}
    except (ValueError, AttributeError, TypeError, binascii.Error):
        raise VaultError.single(table, "a line of it is no row", "use another backup") from None


def _tagged(value: Any) -> Any:
    """Return the value as JSON has it; raises TypeError with the kind that JSON does not have."""
    if isinstance(value, bytes | bytearray | memoryview):
        return {_BYTES: base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return _tagged_mapping(value)
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    is_number = isinstance(value, int | float) and value == value and abs(value) != float("inf")
    if value is None or isinstance(value, str) or is_number:
        return value
    raise TypeError(type(value).__name__)


def _tagged_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"mapping by {type(key).__name__}")
    tagged = {key: _tagged(item) for key, item in value.items()}
    return {_PLAIN: tagged} if set(tagged) in ({_BYTES}, {_PLAIN}) else tagged


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {_BYTES}:
        return base64.b64decode(value[_BYTES], validate=True)
    inner = value[_PLAIN] if set(value) == {_PLAIN} else value
    return {key: _untagged(item) for key, item in inner.items()}
