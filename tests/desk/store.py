"""The database of a test run, in either store."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

STORES = ("sqlcipher", "postgresql")
STORE_ENV, DSN_ENV = "ASYLON_TEST_STORE", "ASYLON_TEST_DSN"


@cache
def store_key() -> bytes:
    """Return the key of this run's SQLCipher file: random, kept in this process only."""
    return secrets.token_bytes(32)


@cache
def store_folder() -> Path:
    """Return a folder of this process, removed when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="asylon-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def database_settings(store: str) -> dict[str, Any]:
    """Return DATABASES["default"] for one of `STORES`; `ValueError` for any other name.

    Without a server (`DSN_ENV` unset) the settings of PostgreSQL can be read but not connected to.
    """
    if store == "sqlcipher":
        folder = store_folder()
        return {
            "ENGINE": "asylon.desk.sqlcipher",
            "NAME": str(folder / "desk.db"),
            "OPTIONS": {"key": store_key},
            "TEST": {"NAME": str(folder / "test.db")},
        }
    if store == "postgresql":
        return {"ENGINE": "django.db.backends.postgresql", "NAME": "desk", **server_settings()}
    raise ValueError(f"no store called {store!r}; choose one of {', '.join(STORES)}")


def server_settings() -> dict[str, Any]:
    """Return where the server of this run is, in Django's words; empty when there is none."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(os.environ.get(DSN_ENV, ""))
    return {name.upper(): str(parts[name]) for name in ("host", "port", "user") if name in parts}
