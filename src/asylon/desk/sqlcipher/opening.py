"""One SQLCipher file: made, opened, checked, removed; and what is said when that fails.

Only SQLite itself may open the file while the desk runs. A plain `open()` of it in the same process would,
on closing, drop the locks that SQLite holds on it; so this module asks `stat` and never reads the bytes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.db.utils import OperationalError

from asylon.errors import Fault, VaultError

if TYPE_CHECKING:
    # sqlcipher3 has the interface of the standard library's module, and no types of its own.
    from sqlite3 import dbapi2 as sqlcipher
else:
    from sqlcipher3 import dbapi2 as sqlcipher

KEY_BYTES = 32
APPLICATION_ID = 0x4153594C  # "ASYL": how the file says whose it is, once it is opened
SECONDS_TO_WAIT = 20.0

# In force on each connection. Not among them: cipher_memory_security, which makes writing in bulk four times slower to
# wipe pages from this process's memory, where Python holds the same words anyway.
# fullfsync matters on macOS only, where a plain sync leaves data in the drive.
PRAGMAS = {
    "foreign_keys": "ON",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "fullfsync": "ON",
    "checkpoint_fullfsync": "ON",
    "secure_delete": "ON",
    "temp_store": "MEMORY",
    "cell_size_check": "ON",
    "cache_size": "-32768",  # 32 MB of pages: each that is not kept must be decrypted again
}

RawKey = bytes | Callable[[], bytes]


def gettext_noop(text: str) -> str:
    """Return the text as it is. Its name marks it for translation; Django's own wants settings, which come later."""
    return text


CANNOT_OPEN = gettext_noop("The database cannot be opened")
NOT_NOW = gettext_noop("The database cannot be used at this moment")
NOT_SAVED = gettext_noop("The change was not saved")
WRONG_KEY = Fault(
    gettext_noop("The database cannot be opened with this key"),
    gettext_noop("the key is not the one it was made with, or the start of the file is damaged"),
    gettext_noop("use the key of this vault; if it is the right key, restore the last backup"),
)
NOT_A_KEY = Fault(
    gettext_noop("The database cannot be opened with this key"),
    gettext_noop("the key is not 32 bytes long"),
    gettext_noop("use the key that was made with this vault"),
)
MISSING = Fault(
    CANNOT_OPEN,
    gettext_noop("its file is missing"),
    gettext_noop("check the folder of the vault, make a new vault there or restore a backup"),
)
EMPTY = Fault(
    CANNOT_OPEN,
    gettext_noop("its file is empty, so what it held is lost"),
    gettext_noop("restore the last backup"),
)
THERE_ALREADY = Fault(
    gettext_noop("The database cannot be made"),
    gettext_noop("there is a file in its place already"),
    gettext_noop("choose another folder, or open the vault that is there"),
)
# By the primary result code of SQLite, https://www.sqlite.org/rescode.html
FAULTS = {
    sqlite3.SQLITE_NOTADB: WRONG_KEY,
    sqlite3.SQLITE_CANTOPEN: Fault(
        CANNOT_OPEN,
        gettext_noop("the system does not let this program use its file or its folder"),
        gettext_noop("check that you may read and write there"),
    ),
    sqlite3.SQLITE_CORRUPT: Fault(
        gettext_noop("The database cannot be read"),
        gettext_noop("a part of the file is damaged"),
        gettext_noop("stop work, keep a copy of the file, and restore the last backup"),
    ),
    sqlite3.SQLITE_FULL: Fault(
        NOT_SAVED,
        gettext_noop("the disk is full; everything saved before is kept"),
        gettext_noop("free some space on the disk and do it again"),
    ),
    sqlite3.SQLITE_READONLY: Fault(
        NOT_SAVED,
        gettext_noop("the database file or its folder may only be read, not written"),
        gettext_noop("allow this program to write to both, then do it again"),
    ),
    sqlite3.SQLITE_IOERR: Fault(
        NOT_NOW,
        gettext_noop("the disk answered with an error"),
        gettext_noop("check the disk and its free space, then do it again"),
    ),
    sqlite3.SQLITE_BUSY: Fault(
        NOT_NOW,
        gettext_noop("another program or person was writing for too long, so nothing was changed"),
        gettext_noop("do it again"),
    ),
}


class StoreError(VaultError, OperationalError):
    """A fault of the file, the disk or the key; also Django's own error, so that Django rolls back as it should."""


def fault_of(error: BaseException | None) -> Fault | None:
    """Return what a person must know about this error of SQLite, or None when it is not about file, disk or key."""
    code = getattr(error, "sqlite_errorcode", None)
    return FAULTS.get(code & 0xFF) if isinstance(code, int) else None


def open_store(
    path: Path, *, key: RawKey, timeout: float = SECONDS_TO_WAIT, detect_types: int = 0
) -> sqlcipher.Connection:
    """Return a connection with the key proven and every PRAGMA in force.

    `StoreError` when the file is missing, empty, damaged at its start, not permitted, or the key is not its key.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise StoreError([MISSING]) from None
    except OSError as error:
        raise StoreError([FAULTS[sqlite3.SQLITE_CANTOPEN]]) from error
    if not size:
        # SQLite would take an empty file for a new database, under any key.
        raise StoreError([EMPTY])
    return _connect(path, key=key, timeout=timeout, detect_types=detect_types)


def create_store(path: Path, *, key: RawKey) -> None:
    """Make an empty database at `path` that only its owner may read. `StoreError` when a file is there already."""
    if any(part.exists() for part in store_files(path)):
        # Also one that lost its main file: SQLite would carry the old log over into the new database.
        raise StoreError([THERE_ALREADY])
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise StoreError([THERE_ALREADY]) from None
    except OSError as error:
        raise StoreError([FAULTS[sqlite3.SQLITE_CANTOPEN]]) from error
    try:
        connection = _connect(path, key=key, timeout=SECONDS_TO_WAIT, detect_types=0)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        finally:
            connection.close()
    except BaseException:
        remove_store(path)
        raise


def check_store(path: Path, key: RawKey) -> list[str]:
    """Return every damage found inside the file, one sentence each; empty when it is sound.

    Looks at the seal of each page and at how the pages hang together. `StoreError` when it cannot be opened at all:
    another key, a damaged first page, a file cut short.
    """
    connection = open_store(path, key=key)
    try:
        found = [
            f"The database is damaged: {problem}; restore the last backup."
            for (problem,) in connection.execute("PRAGMA cipher_integrity_check")
        ]
        try:
            rows = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
        except sqlcipher.DatabaseError as error:
            rows = [str(error)]
        return found + [
            f"The database is damaged: {' '.join(row.split())}; restore the last backup." for row in rows if row != "ok"
        ]
    finally:
        connection.close()


def remove_store(path: Path) -> None:
    """Remove all `store_files`; those that are not there are passed over."""
    for part in store_files(path):
        part.unlink(missing_ok=True)


def store_files(path: Path) -> list[Path]:
    """Return the file and the two that SQLite keeps beside it while it is open, or after a crash."""
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]


def _connect(path: Path, *, key: RawKey, timeout: float, detect_types: int) -> sqlcipher.Connection:
    connection = None
    try:
        # mode=rw: a missing file stays missing. Threads are watched by Django, not here.
        connection = sqlcipher.connect(
            f"file:{quote(str(path.absolute()))}?mode=rw",
            uri=True,
            timeout=timeout,
            detect_types=detect_types,
            check_same_thread=False,
        )
        _unlock(connection, key)
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
    except BaseException as error:
        if connection is not None:
            connection.close()
        if fault := fault_of(error):
            # Nothing was being saved yet.
            raise StoreError([replace(fault, place=CANNOT_OPEN) if fault.place == NOT_SAVED else fault]) from error
        raise
    return connection


def _unlock(connection: sqlcipher.Connection, key: RawKey) -> None:
    raw = key() if callable(key) else key
    if len(raw) != KEY_BYTES:
        raise StoreError([NOT_A_KEY])
    # Otherwise SQLCipher writes its own lines to the error output on a wrong key.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{raw.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
