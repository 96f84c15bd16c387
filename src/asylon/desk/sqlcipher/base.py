"""Django's SQLite backend over SQLCipher. `OPTIONS["key"]` is the raw key, or what returns it."""

from __future__ import annotations

import datetime
import decimal
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base as plain
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.db.backends.sqlite3.creation import DatabaseCreation as PlainCreation
from django.db.backends.sqlite3.features import DatabaseFeatures as PlainFeatures
from django.db.backends.sqlite3.operations import DatabaseOperations as PlainOperations
from django.db.utils import DatabaseErrorWrapper
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.functional import cached_property

from asylon.desk.sqlcipher.opening import StoreError, create_store, fault_of, open_store, remove_store

if TYPE_CHECKING:
    # sqlcipher3 has the interface of the standard library's module, and no types of its own.
    from sqlite3 import dbapi2 as sqlcipher
else:
    from sqlcipher3 import dbapi2 as sqlcipher

# As Django does for the standard library's module: the registers of the two are apart.
sqlcipher.register_converter("bool", b"1".__eq__)
sqlcipher.register_converter("date", plain.decoder(parse_date))
sqlcipher.register_converter("time", plain.decoder(parse_time))
sqlcipher.register_converter("datetime", plain.decoder(parse_datetime))
sqlcipher.register_converter("timestamp", plain.decoder(parse_datetime))
sqlcipher.register_adapter(decimal.Decimal, str)
sqlcipher.register_adapter(datetime.date, plain.adapt_date)
sqlcipher.register_adapter(datetime.datetime, plain.adapt_datetime)


class Cursor(sqlcipher.Cursor):
    """A cursor that takes Django's placeholders, %s and %(name)s."""

    # The rule of Django's own cursor, which is a cursor of the other module and so cannot be inherited.
    convert_query: Callable[..., str] = cast("Any", plain.SQLiteCursorWrapper.convert_query)

    def execute(self, query: str, params: Any = None) -> Cursor:
        """Return this cursor after one statement."""
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Cursor:
        """Return this cursor after one statement for each set of values."""
        rows: Iterator[Any] = iter(param_list)
        first = next(rows, None)
        if first is None:
            return self
        names = list(first) if isinstance(first, Mapping) else None
        return super().executemany(self.convert_query(query, param_names=names), chain([first], rows))


class ErrorWrapper(DatabaseErrorWrapper):
    """Django's translation of errors, with faults of file, disk and key said in words first."""

    wrapper: Any

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Raise `StoreError` for such a fault, and Django's own error for any other of the database."""
        if fault := fault_of(exc_value):
            self.wrapper.errors_occurred = True
            raise StoreError([fault]).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


class DatabaseFeatures(PlainFeatures):
    """What the SQLite inside sqlcipher3 can do, whatever the one of this Python can."""

    can_alter_table_drop_column = True
    can_return_columns_from_insert = True
    can_return_rows_from_bulk_insert = True
    can_clone_databases = False
    test_db_allows_multiple_connections = True


class DatabaseOperations(PlainOperations):
    """SQL as for SQLite."""

    def force_group_by(self) -> list[str]:
        """Return nothing: only a SQLite before 3.39 needs it."""
        return []


class DatabaseCreation(PlainCreation):
    """A test database is a sealed file as well: SQLCipher has no shared database in memory under a key."""

    @staticmethod
    def is_in_memory_db(database_name: Any) -> bool:  # noqa: ARG004
        """Return False: there is always a file."""
        return False

    @cached_property
    def _own_folder(self) -> Path:
        name = f"asylon-test-{self.connection.alias}-{os.getpid()}-{secrets.token_hex(4)}"
        return Path(tempfile.gettempdir()) / name

    def _get_test_db_name(self) -> str:
        return str(self.connection.settings_dict["TEST"]["NAME"] or self._own_folder / "test.db")

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = super()._create_test_db(verbosity, autoclobber, keepdb)  # type: ignore[misc]
        path = Path(name)
        if not path.exists():
            if path.parent == self._own_folder:
                path.parent.mkdir(mode=0o700)
            remove_store(path)
            create_store(path, key=self.connection.settings_dict["OPTIONS"]["key"])
        return name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:  # noqa: ARG002
        remove_store(Path(test_database_name))
        shutil.rmtree(self._own_folder, ignore_errors=True)


class DatabaseWrapper(plain.DatabaseWrapper):
    """Connections to one SQLCipher file. The key is asked for at each connection and kept nowhere here."""

    init_commands: list[str]
    transaction_mode: str | None
    display_name = "SQLCipher"
    Database = sqlcipher
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        """Return what turns errors of SQLCipher into those of Django and Asylon."""
        return ErrorWrapper(self)

    def get_connection_params(self) -> dict[str, Any]:
        """Return what `open_store` takes, without the key. `ImproperlyConfigured` when there is no key or no file."""
        options = self.settings_dict["OPTIONS"]
        if not options.get("key") or str(self.settings_dict["NAME"]).startswith((":", "file:")):
            raise ImproperlyConfigured("A SQLCipher database needs OPTIONS['key'] and the path of a file as NAME.")
        params = super().get_connection_params()
        # Two writers that begin by reading would otherwise meet half-way, and one would fail at once.
        self.transaction_mode = self.transaction_mode or "IMMEDIATE"
        given = {name: value for name, value in params.items() if name in {"timeout", "detect_types"}}
        return {"path": Path(params["database"]), **given}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection with Django's functions. `StoreError` when the file cannot be opened with this key."""
        connection = open_store(**conn_params, key=self.settings_dict["OPTIONS"]["key"])
        register_functions(connection)
        for command in filter(None, map(str.strip, self.init_commands)):
            connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:  # noqa: ARG002
        """Return a new cursor that takes Django's placeholders."""
        return cast("Cursor", self.connection.cursor(factory=Cursor))
