"""Sealed files that no row names: what an interrupted upload or deletion left beside the database."""

from __future__ import annotations

import re
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from asylon.desk.config import current
from asylon.desk.models import Paper
from asylon.desk.services.trail import record
from asylon.errors import VaultError

LEAST_AGE = 60 * 60.0  # seconds; a younger file may be an upload whose row is still to come
_NAME = re.compile(r"[0-9a-f]{32}|\.[0-9a-f]{32}\.part")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A sealed file that belongs to no paper, and its size in bytes."""

    path: Path
    size: int


def leftovers() -> list[Leftover]:
    """Return the sealed files that belong to no paper, removed papers included, and are older than an hour.

    A file whose name is not one of ours is passed over.
    """
    found = list(_old_files())  # before the rows: what an upload adds meanwhile has its row by then
    named = {name.hex for name in Paper.objects.unwalled("backup").values_list("stored", flat=True)}
    return [leftover for leftover in found if leftover.path.name not in named]


def _old_files() -> Iterator[Leftover]:
    latest = time.time() - LEAST_AGE
    for path in sorted(current().vault.papers.glob("*/*")):
        if not _NAME.fullmatch(path.name):
            continue
        try:
            seen = path.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(seen.st_mode) and seen.st_mtime < latest:
            yield Leftover(path, seen.st_size)


@transaction.atomic
def leftovers_remove(found: Sequence[Leftover]) -> None:
    """Remove these files; VaultError when the disk refuses one, and those before it are then gone."""
    record("vault.leftovers_removed", by="vault", count=len(found))
    for leftover in found:
        try:
            leftover.path.unlink(missing_ok=True)
        except OSError as error:
            problem = f"could not be removed ({error.strerror or error})"
            raise VaultError.single(leftover.path.name, problem, "check the folder, then do it again") from None
