"""Full disks and killed processes: nothing that was saved is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.transaction import atomic
from pytest_django import DjangoDbBlocker

from asylon.desk.sqlcipher.opening import check_store
from asylon.errors import VaultError
from tests.desk.onefile import KEY, NAME, add, connected, create_with_table, names

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def open_databases(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_with_table(tmp_path / "desk.db")
    return tmp_path / "desk.db"


def shrink_disk(store: Any, *, to_pages_more: int) -> None:
    """Let the file grow no further: SQLite then answers as it does on a full disk."""
    with store.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + to_pages_more}")


def test_full_disk_is_said_in_words_and_loses_nothing(path: Path) -> None:
    saved = [NAME]
    with connected(path) as store:
        add(store, NAME)
        shrink_disk(store, to_pages_more=3)
        with pytest.raises(VaultError) as caught:  # noqa: PT012
            for number in range(100):
                add(store, f"{number} " + "x" * 1000)
                saved.append(f"{number} " + "x" * 1000)
        assert names(store) == saved
    assert 1 < len(saved) < 100
    assert str(caught.value) == (
        "The change was not saved: the disk is full; everything saved before is kept; "
        "free some space on the disk and do it again."
    )
    with connected(path) as store:
        add(store, "after")
        assert names(store) == [*saved, "after"]
    assert check_store(path, KEY) == []


def test_transaction_on_a_full_disk_is_undone_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(path, alias="full") as store:
        monkeypatch.setitem(connections.settings, "full", store.settings_dict)
        monkeypatch.setattr(connections, "create_connection", {"full": store}.__getitem__)
        shrink_disk(store, to_pages_more=3)
        with pytest.raises(VaultError, match="the disk is full"), atomic("full"):  # noqa: PT012
            add(store, NAME)
            with atomic("full"):
                add(store, "y" * 100_000)
        assert not store.in_atomic_block
        assert names(store) == []
        with atomic("full"):
            add(store, "after")
        assert names(store) == ["after"]
        del connections["full"]


SAVE_FOR_EVER = """
import itertools, pathlib, sys
import django
from django.conf import settings
settings.configure()
django.setup()
from tests.desk.onefile import add, connected
with connected(pathlib.Path(sys.argv[1])) as store:
    for number in itertools.count():
        add(store, str(number))
        print(number, flush=True)
"""


@pytest.mark.parametrize("saves", [1, 150, 1500])
def test_killed_process_loses_nothing_that_was_saved(path: Path, saves: int) -> None:
    command = [sys.executable, "-c", SAVE_FOR_EVER, str(path)]
    saved = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            saved = int(line) + 1
            if saved == saves:
                process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert saved >= saves
    assert check_store(path, KEY) == []
    with connected(path) as store:
        kept = names(store)
    # The process may have been killed between saving a row and telling of it.
    assert kept[:saved] == [str(number) for number in range(saved)]
    assert len(kept) <= saved + 1
