"""The store of a laptop against theft, damage and want of rights; and the two stores of a test run."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from asylon.desk.sqlcipher.opening import (
    PRAGMAS,
    StoreError,
    check_store,
    create_store,
    fault_of,
    open_store,
    remove_store,
)
from asylon.errors import VaultError
from tests import postgres
from tests.desk.onefile import KEY, NAME, OTHER_KEY, PAGE, add, connected, create_with_table, names
from tests.desk.store import STORE_ENV, database_settings
from tests.postgres import PostgresServer, postgres_server

NOBODY = 65534


@pytest.fixture(autouse=True)
def open_databases(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_with_table(tmp_path / "desk.db")
    return tmp_path / "desk.db"


def flip_byte(path: Path, *, page: int) -> None:
    """Change one bit in the middle of a page, numbered from 1."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + PAGE // 2)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


def fill(path: Path, *, pages: int) -> None:
    with connected(path) as store:
        add(store, *(f"{number:06d} " + "x" * 1000 for number in range(pages * 3)))


# What a thief of the files gets.


def test_files_hold_nothing_that_can_be_read(path: Path) -> None:
    with connected(path) as store:
        add(store, NAME)
        files = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert set(files) == {"desk.db", "desk.db-wal", "desk.db-shm"}
    assert len(files["desk.db-wal"]) > PAGE, "the name is in the write-ahead log at this moment"
    files["desk.db, closed"] = path.read_bytes()
    for content in files.values():
        assert NAME.encode() not in content
        assert b"person" not in content
        assert b"SQLite format" not in content
        assert KEY not in content
        assert KEY.hex().encode() not in content


def test_plain_sqlite_cannot_open_it(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.DatabaseError, match="not a data"):
        plain.execute("SELECT * FROM person")


def test_only_the_owner_may_read_the_files(path: Path) -> None:
    with connected(path) as store:
        add(store, NAME)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


# Keys.


def test_wrong_key_is_said_and_no_key_shown(path: Path) -> None:
    with connected(path, key=OTHER_KEY) as store, pytest.raises(VaultError) as caught:
        names(store)
    assert str(caught.value) == (
        "The database cannot be opened with this key: the key is not the one it was made with, or the start of the "
        "file is damaged; use the key of this vault; if it is the right key, restore the last backup."
    )
    assert isinstance(caught.value, OperationalError)


def test_no_error_and_no_text_of_the_connection_holds_the_key(path: Path) -> None:
    flip_byte(path, page=1)
    with connected(path) as store, pytest.raises(VaultError) as caught:
        store.ensure_connection()
    told: list[str] = [repr(store), str(store.get_connection_params()), repr(vars(store.creation))]
    error: BaseException | None = caught.value
    while error is not None:
        told += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    assert len(told) >= 7
    for text in told:
        assert KEY.hex() not in text
        assert repr(KEY)[2:-1] not in text


def test_wrong_key_writes_nothing_to_the_output(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with connected(path, key=OTHER_KEY) as store, pytest.raises(VaultError):
        store.ensure_connection()
    assert capfd.readouterr() == ("", "")


def test_key_may_be_asked_for_at_each_connection(path: Path) -> None:
    asked: list[int] = []

    def key() -> bytes:
        asked.append(1)
        return KEY

    with connected(path, key=key) as store:
        add(store, NAME)
        store.close()
        assert names(store) == [NAME]
    assert len(asked) == 2


@pytest.mark.parametrize("key", [b"short", KEY.hex().encode(), KEY + b"0"])
def test_key_of_another_length_is_refused(path: Path, key: bytes) -> None:
    with pytest.raises(VaultError, match="the key is not 32 bytes long"):
        open_store(path, key=key)


@pytest.mark.parametrize(
    "settings", [{"NAME": "desk.db", "OPTIONS": {}}, {"NAME": ":memory:", "OPTIONS": {"key": KEY}}]
)
def test_no_key_or_no_file_is_a_fault_of_the_settings(settings: dict[str, Any]) -> None:
    store = ConnectionHandler({"default": {"ENGINE": "asylon.desk.sqlcipher", **settings}})["default"]
    with pytest.raises(ImproperlyConfigured, match="needs OPTIONS"):
        store.ensure_connection()


# Files that are missing, empty, damaged, or not ours to write.


def test_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    with connected(tmp_path / "gone.db") as store, pytest.raises(VaultError, match="its file is missing; check"):
        store.ensure_connection()
    assert list(tmp_path.iterdir()) == []


def test_emptied_file_is_not_taken_for_a_new_one(path: Path) -> None:
    path.write_bytes(b"")
    with connected(path) as store, pytest.raises(VaultError, match="its file is empty"):
        store.ensure_connection()
    assert path.read_bytes() == b""


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_making_a_store_never_touches_a_file_that_is_there(tmp_path: Path, end: str) -> None:
    (tmp_path / f"desk.db{end}").write_bytes(b"what a crash left")
    with pytest.raises(VaultError, match="there is a file in its place already"):
        create_store(tmp_path / "desk.db", key=OTHER_KEY)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"what a crash left"]


def test_store_with_a_bad_key_is_not_left_half_made(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="32 bytes"):
        create_store(tmp_path / "desk.db", key=b"short")
    assert list(tmp_path.iterdir()) == []


def test_sound_file_has_no_faults(path: Path) -> None:
    fill(path, pages=20)
    assert check_store(path, KEY) == []


@pytest.mark.parametrize("page", [2, 7, 15])
def test_one_changed_bit_is_found_and_its_page_named(path: Path, page: int) -> None:
    fill(path, pages=20)
    flip_byte(path, page=page)
    faults = check_store(path, KEY)
    assert f"page {page}; restore the last backup." in faults[0]
    assert all(fault.startswith("The database is damaged: ") for fault in faults)


def test_file_cut_within_a_page_is_found(path: Path) -> None:
    fill(path, pages=20)
    os.truncate(path, path.stat().st_size - 100)
    assert check_store(path, KEY)


@pytest.mark.parametrize("cut", [PAGE, PAGE + 100])
def test_cut_file_is_not_opened(path: Path, cut: int) -> None:
    fill(path, pages=20)
    os.truncate(path, path.stat().st_size - cut)
    with pytest.raises(VaultError, match="a part of the file is damaged; stop work"):
        check_store(path, KEY)


def test_reading_a_damaged_page_is_said_in_words(path: Path) -> None:
    fill(path, pages=20)
    for page in range(4, 12):
        flip_byte(path, page=page)
    with connected(path) as store, pytest.raises(VaultError, match="a part of the file is damaged") as caught:
        names(store)
    assert isinstance(caught.value, DatabaseError)


@pytest.fixture
def shared_path() -> Iterator[Path]:
    """A store with one name, in a folder that any account can reach, given to an account that is not root."""
    folder = Path(tempfile.mkdtemp(prefix="asylon-rights-"))
    path = folder / "desk.db"
    create_with_table(path)
    with connected(path) as store:
        add(store, NAME)
    if os.getuid() == 0:
        os.chown(path, NOBODY, -1)
        os.chown(folder, NOBODY, -1)
    yield path
    shutil.rmtree(folder)


@contextlib.contextmanager
def without_root() -> Iterator[None]:
    """Act as another account for a moment: rights do not bind root."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def test_file_that_may_only_be_read_is_said_in_words(shared_path: Path) -> None:
    shared_path.chmod(0o400)
    with without_root(), connected(shared_path) as store:
        assert names(store) == [NAME]
        with pytest.raises(VaultError, match="may only be read, not written; allow"):
            add(store, "after")
        assert names(store) == [NAME]


@pytest.mark.parametrize("mode", [0o000, 0o200])
def test_file_without_rights_is_said_in_words(shared_path: Path, mode: int) -> None:
    shared_path.chmod(mode)
    with without_root(), connected(shared_path) as store, pytest.raises(VaultError, match="does not let this program"):
        store.ensure_connection()


@pytest.mark.parametrize(
    ("mode", "problem"), [(0o500, "its folder may only be read, not written"), (0o000, "this program use its file or")]
)
def test_folder_without_rights_is_said_in_words(shared_path: Path, mode: int, problem: str) -> None:
    shared_path.parent.chmod(mode)
    try:
        with without_root(), connected(shared_path) as store, pytest.raises(VaultError) as caught:
            store.ensure_connection()
    finally:
        shared_path.parent.chmod(0o700)
    assert str(caught.value).startswith("The database cannot be opened: ")
    assert problem in str(caught.value)


def test_fault_is_known_by_its_kind_whatever_the_detail() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    fault = fault_of(error)
    assert fault is not None
    assert str(fault) == (
        "The database cannot be used at this moment: the disk answered with an error; "
        "check the disk and its free space, then do it again."
    )
    error.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_UNIQUE
    assert fault_of(error) is None
    assert fault_of(ValueError()) is None
    assert fault_of(None) is None


def test_second_writer_that_waited_too_long_is_told_so(path: Path) -> None:
    with connected(path) as first, connected(path, timeout=0.05) as second:
        with first.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
        with pytest.raises(VaultError, match="was writing for too long, so nothing was changed; do it again"):
            add(second, NAME)
        with first.cursor() as cursor:
            cursor.execute("ROLLBACK")
        add(second, NAME)
        assert names(first) == [NAME]


# As Django's database.


def test_pragmas_are_in_force_on_every_connection(path: Path) -> None:
    with connected(path) as first, connected(path) as second:
        first.ensure_connection()
        first.close()
        for store in (first, second):
            with store.cursor() as cursor:
                found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in (*PRAGMAS, "busy_timeout")}
            assert found == {
                "foreign_keys": 1,
                "journal_mode": "wal",
                "synchronous": 2,
                "fullfsync": 1,
                "checkpoint_fullfsync": 1,
                "secure_delete": 1,
                "temp_store": 2,
                "cell_size_check": 1,
                "cache_size": -32768,
                "busy_timeout": 20_000,
            }


def test_transactions_take_the_right_to_write_at_once(path: Path) -> None:
    with connected(path) as store:
        store.ensure_connection()
        assert store.transaction_mode == "IMMEDIATE"


def test_errors_of_rows_are_those_of_django(path: Path) -> None:
    with connected(path) as store:
        add(store, NAME)
        with pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: person\.name") as caught:
            add(store, NAME)
        assert not isinstance(caught.value, VaultError)
        with pytest.raises(OperationalError, match="no such table") as missing, store.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")
        assert not isinstance(missing.value, StoreError)


def test_placeholders_of_django_are_understood(path: Path) -> None:
    with connected(path) as store, store.cursor() as cursor:
        add(store, NAME)
        assert cursor.execute("SELECT '100%%', name FROM person WHERE name = %s", [NAME]).fetchone() == ("100%", NAME)
        assert cursor.execute("SELECT %(a)s + %(b)s", {"a": 1, "b": 2}).fetchone() == (3,)
        cursor.executemany("INSERT INTO person (name) VALUES (%(name)s)", ({"name": text} for text in ("a", "b")))
        cursor.executemany("INSERT INTO person (name) VALUES (%s)", [])
        assert names(store) == [NAME, "a", "b"]


def test_functions_of_django_are_there(path: Path) -> None:
    with connected(path) as store, store.cursor() as cursor:
        cursor.execute(
            "SELECT django_date_trunc('month', '2026-11-21', NULL, NULL), 'Haddad' REGEXP '^H.d+', SHA256('a')"
        )
        month, matches, digest = cursor.fetchone()
        assert (month, matches) == ("2026-11-01", 1)
        assert digest == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        cursor.execute("SELECT STDDEV_POP(n) FROM (SELECT 1 AS n UNION SELECT 3)")
        assert cursor.fetchone() == (1.0,)


def test_test_database_is_a_sealed_file_and_goes_afterwards(tmp_path: Path) -> None:
    with connected(tmp_path / "real.db") as store:
        name = store.creation._create_test_db(verbosity=0, autoclobber=True)
        with connected(tmp_path / "real.db") as other_run:
            other = other_run.creation._get_test_db_name()
        assert Path(name).parent != Path(other).parent, "two runs at once do not meet"
        assert stat.S_IMODE(Path(name).parent.stat().st_mode) == 0o700
        with connected(Path(name)) as test_store, test_store.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (a)")
        assert b"kept" not in Path(name).read_bytes()
        store.creation._destroy_test_db(name, 0)
    assert not Path(name).parent.exists()
    assert list(tmp_path.iterdir()) == []


def test_test_database_takes_nothing_over_from_a_run_that_was_killed(tmp_path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"test.db{end}").write_bytes(b"left by a run that was killed")
    with connected(tmp_path / "real.db") as store:
        store.settings_dict["TEST"]["NAME"] = str(tmp_path / "test.db")
        name = store.creation._create_test_db(verbosity=0, autoclobber=True)
    assert check_store(Path(name), KEY) == []
    assert [file.name for file in tmp_path.iterdir()] == ["test.db"]


def test_threads_have_connections_of_their_own_to_one_file(path: Path) -> None:
    def save(number: int) -> None:
        with connected(path) as store:
            for turn in range(20):
                add(store, f"{number}-{turn}")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connected(path) as store:
        assert sorted(names(store)) == sorted(f"{number}-{turn}" for number in range(4) for turn in range(20))


def test_removing_takes_all_three_files(path: Path) -> None:
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).write_bytes(b"left by a crash")
    remove_store(path)
    assert list(path.parent.iterdir()) == []


# The stores of a test run.


@pytest.mark.django_db
def test_this_run_uses_the_store_that_was_asked_for() -> None:
    assert connection.display_name == {"sqlcipher": "SQLCipher", "postgresql": "PostgreSQL"}[os.environ[STORE_ENV]]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seen (name varchar(20) UNIQUE)")
        cursor.execute("INSERT INTO seen VALUES (%s)", [NAME])
        with pytest.raises(IntegrityError):
            cursor.execute("INSERT INTO seen VALUES (%s)", [NAME])


def test_settings_hold_a_random_key_of_this_process() -> None:
    settings = database_settings("sqlcipher")
    key = settings["OPTIONS"]["key"]()
    assert len(key) == 32
    assert len(set(key)) > 16
    assert settings["NAME"] != settings["TEST"]["NAME"]
    with pytest.raises(ValueError, match="choose one of sqlcipher, postgresql"):
        database_settings("oracle")


def test_server_of_postgresql_listens_in_its_folder_only_and_goes() -> None:
    import psycopg

    with postgres_server() as server:
        if not isinstance(server, PostgresServer):
            pytest.skip(server)
        with psycopg.connect(server.dsn) as session:
            session.execute("CREATE TABLE person (name text)")
            version, listens = session.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('listen_addresses')"
            ).fetchone() or (0, "?")
        assert version >= 150_000
        assert listens == ""
        assert stat.S_IMODE(Path(server.host).stat().st_mode) == 0o700
    assert not Path(server.host).exists()


def test_reason_is_given_when_postgresql_may_not_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_programs", lambda: None)
    monkeypatch.setenv("PATH", "")
    with postgres_server() as server:
        assert server == "PostgreSQL 15 or newer is not installed: run 'sudo apt install postgresql'"


def test_reason_is_given_when_postgresql_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "find_programs", lambda: Path("nowhere"))
    monkeypatch.setattr(postgres, "make_folder", lambda: (tmp_path, None))
    with postgres_server() as server:
        assert isinstance(server, str)
        assert server.startswith("initdb failed: [Errno 2] No such file")
    assert not tmp_path.exists()
