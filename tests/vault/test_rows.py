"""Rows as lines: the same row gives the same line, and every line gives its row back."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylon.errors import VaultError
from asylon.vault.rows import row_line, row_of_line

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.binary()
)
KEYS = st.one_of(st.sampled_from(["b64", "plain"]), st.text(max_size=5))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_row_comes_back_as_it_was(row: dict[str, Any]) -> None:
    line = row_line("case", row)
    assert line.count(b"\n") == 1
    assert row_of_line("case", line) == row


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_the_order_of_columns_does_not_matter(row: dict[str, Any]) -> None:
    assert row_line("case", row) == row_line("case", dict(reversed(row.items())))


def test_bytes_and_what_looks_like_bytes_are_told_apart() -> None:
    row = {"sealed": b"\x00", "chosen": {"b64": "AA=="}}
    assert row_line("case", row) == b'{"chosen":{"plain":{"b64":"AA=="}},"sealed":{"b64":"AA=="}}\n'
    assert row_of_line("case", row_line("case", row)) == row


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (date(2026, 11, 21), "date"),
        (math.nan, "float"),
        (math.inf, "float"),
        ([{1: 2}], "mapping by int"),
        ({1}, "set"),
    ],
)
def test_a_value_that_json_lacks_is_told_with_its_column_and_not_its_content(value: object, kind: str) -> None:
    with pytest.raises(VaultError, match=f"^event, on: a value of kind {kind} cannot be written") as caught:
        row_line("event", {"id": 1, "on": value})
    assert "2026" not in str(caught.value)


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{", b'{"a":{"b64":"?"}}', b'{"a":{"b64":3}}', b'{"a":{"plain":3}}', b"\xff"]
)
def test_a_line_that_is_no_row_is_told_with_its_table(line: bytes) -> None:
    with pytest.raises(VaultError, match=r"^note: a line of it is no row"):
        row_of_line("note", line)
