"""Rows of a backup that another version wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from asylon.desk.backup import rows_load
from asylon.desk.models import IndexKey
from asylon.errors import VaultError

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {"id": 7, "kind": "name", "key": b"\1" * 16}


@dataclass
class OldArchive:
    """An archive as another version might have written it."""

    table: str
    row: dict[str, Any]
    path: Path = Path("old.age")

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield self.table, self.row


def test_a_column_that_is_newer_than_the_backup_gets_its_default() -> None:
    assert rows_load(OldArchive("desk_indexkey", KEY))["desk_indexkey"] == 1  # type: ignore[arg-type]
    row = IndexKey.objects.get()
    assert (row.pk, bytes(row.key), row.case_id, row.proceeding_id) == (7, KEY["key"], None, None)


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("desk_indexkey", {**KEY, "colour": "red"}, "has columns that this Asylon does not know (colour)"),
        ("desk_tea", KEY, "holds a table 'desk_tea' that this Asylon does not know"),
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_kept(table: str, row: dict[str, Any], said: str) -> None:
    with pytest.raises(VaultError) as error:
        rows_load(OldArchive(table, row))  # type: ignore[arg-type]
    assert said in str(error.value)
    assert not IndexKey.objects.exists()
