"""Rows in and out of either store: the whole desk as plain rows, and back again, the same to the last byte.

Sessions, counters of tries, and Django's own lists of tables and permissions stay behind: a restored desk begins
locked, and the lists are made by the tables themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import QuerySet

from asylon import __version__
from asylon.desk.config import current
from asylon.desk.models import Paper, TrailHead, TrailRow, Walled
from asylon.desk.services.papers import stored_path
from asylon.desk.services.trail import core_row
from asylon.errors import VaultError
from asylon.vault.archive import Archive, write_archive
from asylon.vault.manifest import Manifest
from asylon.vault.rows import row_line
from asylon.vault.store import KEPT_KEYS, Vault
from asylon.vault.trail import Anchor, Verdict, append_anchor, read_anchors, verify

CHUNK = 500
LEFT_BEHIND = frozenset({"auth", "contenttypes", "sessions"})
VAULT_TABLE = "vault"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds, and the sealed papers that were not there to be taken along."""

    manifest: Manifest
    missing_papers: int


def tables() -> list[type[models.Model]]:
    """Return the tables that a backup holds, in the order of their names."""
    kept = [model for model in apps.get_models() if model._meta.app_label not in LEFT_BEHIND]
    return sorted(kept, key=lambda model: model._meta.db_table)


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything inside be read as it stood at one moment, while others go on writing."""
    if connection.vendor == "sqlite":
        mode: Any = connection
        connection.ensure_connection()
        kept, mode.transaction_mode = mode.transaction_mode, "DEFERRED"  # a reader of the log blocks no writer
        try:
            with transaction.atomic(durable=True):
                yield
        finally:
            mode.transaction_mode = kept
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def rows_of(model: type[models.Model]) -> Iterator[Row]:
    """Yield the rows of a table as plain values, in the order of their keys, some at a time."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    last: Any = None
    while True:
        rows = _all(model).order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        found = list(rows.values_list("pk", *names)[:CHUNK])
        for _pk, *values in found:
            yield {name: _plain(value) for name, value in zip(names, values, strict=True)}
        if len(found) < CHUNK:
            return
        last = found[-1][0]


def _all(model: type[models.Model]) -> QuerySet[Any]:
    return model.objects.unwalled("backup") if issubclass(model, Walled) else QuerySet(model)


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _vault_row(vault: Vault) -> Row:
    """Return what the folder of the vault knows and the rows need: keys, name of hosts, anchors of the trail."""
    anchors = vault.anchors.read_text("ascii", "replace") if vault.anchors.exists() else ""
    return {
        "is_demo": vault.is_demo,
        "hosts": list(vault.hosts),
        "keys": {purpose: vault.key(purpose) for purpose in KEPT_KEYS},
        "anchors": anchors,
        "recipients": vault.recipients.read_text("ascii", "replace") if vault.recipients.exists() else "",
    }


def backup_write(
    target: Path, *, recipients: Iterable[str], progress: Callable[[str, int], None] | None = None
) -> Backup:
    """Return what was written to `target`: every row and paper of this vault as it stands now.

    VaultError when the disk refuses; the old target is then whole.
    """
    vault = current().vault
    with snapshot():
        head = TrailHead.objects.first()
        stored = sorted(Paper.objects.unwalled("backup").values_list("stored", flat=True))
        there = [(name.hex, path) for name in stored if (path := stored_path(name)).is_file()]
        made = write_archive(
            target,
            tables=_tables_with_rows(vault),
            papers=there,
            recipients=list(recipients),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            app_version=__version__,
            trail_head=(head.seq, bytes(head.hash)) if head else (0, bytes(32)),
            progress=progress,
        )
    return Backup(made, len(stored) - len(there))


def _tables_with_rows(vault: Vault) -> Iterator[tuple[str, Iterable[Mapping[str, Any]]]]:
    yield VAULT_TABLE, [_vault_row(vault)]
    for model in tables():
        yield model._meta.db_table, rows_of(model)


def rows_load(archive: Archive) -> dict[str, int]:
    """Return the counts of the rows that were put into the empty tables of this vault, in one transaction.

    Everything is read back and compared before it counts. A column that is newer than the backup gets its default.
    VaultError for a table or column that this version of Asylon does not know, and when a row did not come out as it
    went in.
    """
    by_name = {model._meta.db_table: model for model in tables()}
    digests = {name: hashlib.sha256() for name in by_name}
    counts = dict.fromkeys(by_name, 0)
    columns: dict[str, frozenset[str]] = {}
    with transaction.atomic(durable=True):
        waiting: list[Row] = []
        before = ""
        for table, row in archive.rows():
            if table != before or len(waiting) >= CHUNK:
                _insert(by_name, before, waiting)
                waiting, before = [], table
            if table != VAULT_TABLE:
                _known(by_name, table, archive)
                columns.setdefault(table, frozenset(row))
                digests[table].update(row_line(table, row))
                counts[table] += 1
                waiting.append(row)
        _insert(by_name, before, waiting)
        _compare(by_name, columns, digests)
        _reset_numbers(list(by_name.values()))
    return counts


def _known(by_name: Mapping[str, type[models.Model]], table: str, archive: Archive) -> None:
    if table not in by_name:
        problem = f"it holds a table {table!r} that this Asylon does not know"
        raise VaultError.single(archive.path.name, problem, "restore it with the Asylon that wrote it, or a newer one")


def _insert(by_name: Mapping[str, type[models.Model]], table: str, rows: list[Row]) -> None:
    """Put rows in as they are: nothing that a model does by itself when it is saved may touch them."""
    if not rows or table == VAULT_TABLE:
        return
    model = by_name[table]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    unknown = sorted({name for row in rows for name in row} - set(fields))
    if unknown:
        problem = f"has columns that this Asylon does not know ({', '.join(unknown)})"
        raise VaultError.single(f"table {table}", problem, "restore it with the Asylon that wrote it, or a newer one")
    made = [model(**{name: fields[name].to_python(value) for name, value in row.items()}) for row in rows]
    size = max(connection.ops.bulk_batch_size(list(fields), made), 1)
    for start in range(0, len(made), size):
        batch = made[start : start + size]
        QuerySet(model)._insert(batch, fields=list(fields.values()), using="default", raw=True)  # type: ignore[attr-defined]


def _compare(
    by_name: Mapping[str, type[models.Model]], columns: Mapping[str, frozenset[str]], digests: Mapping[str, Any]
) -> None:
    for name, model in by_name.items():
        back, given = hashlib.sha256(), columns.get(name, frozenset())
        for row in rows_of(model):
            back.update(row_line(name, {column: value for column, value in row.items() if column in given}))
        if back.digest() != digests[name].digest():
            problem = "its rows did not come back as they were written"
            raise VaultError.single(f"table {name}", problem, "restore it with the Asylon that wrote the backup")


def _reset_numbers(models_: list[type[models.Model]]) -> None:
    """Let new rows get numbers after those that were put in."""
    statements = connection.ops.sequence_reset_sql(no_style(), models_)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def papers_load(archive: Archive, vault: Vault) -> int:
    """Return how many sealed papers were put in their places under the vault; whole or not at all, each."""
    landing = vault.root / "papers.part"
    landing.mkdir(mode=0o700, exist_ok=True)
    copied = archive.copy_papers(landing)
    for path in landing.iterdir():
        place = vault.papers / path.name[:2]
        place.mkdir(mode=0o700, exist_ok=True)
        path.replace(place / path.name)
    landing.rmdir()
    return copied


def missing_papers() -> int:
    """Return how many papers have a row and no sealed bytes."""
    stored = Paper.objects.unwalled("backup").values_list("stored", flat=True)
    return sum(not stored_path(name).is_file() for name in stored.iterator(CHUNK))


def trail_verdict(extra: Iterable[Anchor] = ()) -> Verdict:
    """Return whether the trail of this vault is whole, against its head, the file of anchors and those given."""
    vault = current().vault
    with snapshot():
        head = TrailHead.objects.first()
        rows = TrailRow.objects.order_by("seq").iterator(CHUNK)
        given = ((core_row(row), bytes(row.hash)) for row in rows)
        anchors = [*read_anchors(vault.anchors).anchors, *extra]
        return verify(given, vault.key("trail"), head=(head.seq, bytes(head.hash)) if head else None, anchors=anchors)


def trail_hash(seq: int) -> bytes | None:
    """Return the hash of a row of the trail, None when there is no such row."""
    row = TrailRow.objects.filter(seq=seq).first()
    return bytes(row.hash) if row else None


def note_anchor() -> None:
    """Note outside the database where the trail stands; nothing happens while it is empty."""
    head = TrailHead.objects.first()
    if head and head.seq:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        append_anchor(current().vault.anchors, Anchor(head.seq, bytes(head.hash), at))
