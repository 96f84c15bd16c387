"""One SQLCipher file, opened by hand: for tests of the store itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.utils import ConnectionHandler

from asylon.desk.sqlcipher.opening import create_store

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
PAGE = 4096
NAME = "Mariam Haddad"


@contextlib.contextmanager
def connected(path: Path, *, key: Any = KEY, alias: str = "default", **options: Any) -> Iterator[Any]:
    """A connection of Django to one file, made by hand, closed at the end."""
    settings = {"ENGINE": "asylon.desk.sqlcipher", "NAME": str(path), "OPTIONS": {"key": key, **options}}
    store = ConnectionHandler({"default": {}, alias: settings})[alias]
    try:
        yield store
    finally:
        store.close()


def add(store: Any, *names: str) -> None:
    with store.cursor() as cursor:
        cursor.executemany("INSERT INTO person (name) VALUES (%s)", [(name,) for name in names])


def names(store: Any) -> list[str]:
    with store.cursor() as cursor:
        return [name for (name,) in cursor.execute("SELECT name FROM person ORDER BY id").fetchall()]


def create_with_table(path: Path) -> None:
    """Make a store with one table."""
    create_store(path, key=KEY)
    with connected(path) as store, store.cursor() as cursor:
        cursor.execute("CREATE TABLE person (id integer PRIMARY KEY, name text NOT NULL UNIQUE)")
