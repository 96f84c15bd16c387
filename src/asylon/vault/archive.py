"""Backups: one age file that holds every row and every sealed paper, proved whole when it is read.

Inside the age file lies a tar. `tables/NAME.ndjson` has one row per line (see `rows`); a large table goes on
in `tables/NAME.2.ndjson` and so on, because a tar must know the size of a member before it. `papers/ID` are
the sealed bytes as stored. `manifest.json` comes last, when all hashes are known.

Whoever knows a recipient can write a file for it. That a backup comes from this vault is shown by its trail:
verify the restored rows with the trail key and the head that the manifest gives.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from asylon.errors import Fault, VaultError
from asylon.vault.agefile import CHUNK, opened, write_age_file
from asylon.vault.disk import not_read, replacing
from asylon.vault.manifest import Manifest, manifest_of_json
from asylon.vault.rows import row_line, row_of_line

Progress = Callable[[str, int], None]
"""Called after each member with its name and the bytes written or copied so far."""

PART_BYTES = 4 * 1024 * 1024
_MANIFEST = "manifest.json"
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)
_PAPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", re.ASCII)
_MEMBER = re.compile(
    rf"tables/(?P<table>{_TABLE.pattern})(?:\.\d+)?\.ndjson|papers/(?P<paper>{_PAPER.pattern})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup that was found whole. What is read from it is checked once more while it is read."""

    path: Path
    manifest: Manifest
    _identity: str = field(repr=False)

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Return every row with the name of its table, table after table as they were written.

        Each part of a table is checked before its first row is given. Raises VaultError as `read_archive`.
        """
        remaining = sum(name.startswith("tables/") for name in self.manifest.members)
        if not remaining:
            return
        with _members(self.path, self._identity) as members:
            for name, content in members:
                table = _table_of(name)
                if not table:
                    continue
                part = content.read()
                _check_hash(self, name, hashlib.sha256(part).hexdigest())
                for line in part.split(b"\n"):
                    if line:
                        yield table, row_of_line(table, line)
                remaining -= 1
                if not remaining:
                    return

    def copy_papers(self, folder: Path, *, progress: Progress | None = None) -> int:
        """Return how many papers were copied into `folder`, each under its id and whole or not at all.

        Papers of the same id are replaced. Raises VaultError as `read_archive`, and when the disk refuses.
        """
        copied = size = 0
        with _members(self.path, self._identity) as members:
            for name, content in members:
                paper = name.removeprefix("papers/")
                if paper == name:
                    continue
                with replacing(folder / paper) as file:
                    digest = hashlib.sha256()
                    while piece := content.read(CHUNK):
                        digest.update(piece)
                        size += file.write(piece)
                    _check_hash(self, name, digest.hexdigest())
                copied += 1
                _tell(progress, name, size)
        return copied


def write_archive(
    target: Path,
    *,
    tables: Iterable[tuple[str, Iterable[Mapping[str, Any]]]],
    papers: Iterable[tuple[str, Path]],
    recipients: Sequence[str],
    made_at: str,
    app_version: str,
    trail_head: tuple[int, bytes],
    progress: Progress | None = None,
) -> Manifest:
    """Return what was written to `target`: all rows and papers, sealed to every recipient (`age1…`).

    Tables and papers are read once, and memory stays the same however many there are. Nothing lies on the disk
    in clear, and until the end the old target stays. To check a backup whose recipients are elsewhere, add
    the recipient of a `new_age_key` whose identity is used for `verify_archive` and then forgotten.
    Raises VaultError for recipients that are none, values and names that cannot be written, a paper that
    cannot be read, and a disk that is full or refuses.
    """
    written = _Written(rows={}, members={}, progress=progress)
    made: list[Manifest] = []

    def pieces() -> Iterator[bytes]:
        for table, rows in tables:
            yield from _table_pieces(written, table, rows)
        for paper, path in papers:
            yield from _paper_pieces(written, paper, path)
        seq, digest = trail_head
        made.append(written.manifest(made_at, app_version, seq, digest))
        content = made[0].to_json()
        yield _header(_MANIFEST, len(content)) + content + _filling(len(content)) + bytes(2 * tarfile.BLOCKSIZE)

    write_age_file(target, pieces(), recipients)
    return made[0]


def read_archive(path: Path, identity: str) -> Archive:
    """Return the backup, after everything in it was checked.

    Raises VaultError, each with its own sentence: a key that is none or does not open the file; a file that is
    no backup, cut off, damaged, or of an unknown version; members that are missing, changed or not listed.
    """
    digests: dict[str, str] = {}
    rows: dict[str, int] = {}
    manifest: Manifest | None = None
    with _members(path, identity) as members:
        for name, content in members:
            if name == _MANIFEST:
                manifest = manifest_of_json(content.read(), path.name)
                continue
            digests[name], lines = _digest_and_lines(content)
            table = _table_of(name)
            if table:
                rows[table] = rows.get(table, 0) + lines
    if manifest is None:
        raise VaultError.single(path.name, "its list of contents is missing", "use another backup")
    _check_contents(path.name, manifest, digests, rows)
    return Archive(path=path, manifest=manifest, _identity=identity)


def verify_archive(path: Path, identity: str) -> Manifest:
    """Return what the backup holds, with its counts, after everything was checked; errors as `read_archive`."""
    return read_archive(path, identity).manifest


@dataclass(slots=True)
class _Written:
    """What the tar holds so far."""

    rows: dict[str, int]
    members: dict[str, str]
    progress: Progress | None
    papers: int = 0
    size: int = 0

    def add(self, name: str, digest: str, size: int) -> None:
        self.members[name] = digest
        self.size += size
        _tell(self.progress, name, self.size)

    def manifest(self, made_at: str, app_version: str, seq: int, digest: bytes) -> Manifest:
        return Manifest(made_at, app_version, seq, digest, self.rows, self.papers, self.members)


def _table_pieces(written: _Written, table: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    if not _TABLE.fullmatch(table) or table in written.rows:
        raise VaultError.single(f"table {table!r}", "its name is taken or cannot be written", "give it another name")
    written.rows[table] = 0
    for number, part in enumerate(_parts(written, table, rows), start=1):
        name = f"tables/{table}.ndjson" if number == 1 else f"tables/{table}.{number}.ndjson"
        yield _header(name, len(part)) + part + _filling(len(part))
        written.add(name, hashlib.sha256(part).hexdigest(), len(part))


def _parts(written: _Written, table: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Return the lines of a table in parts of at most PART_BYTES and one row; one empty part for no rows."""
    part = bytearray()
    for row in rows:
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
        part += row_line(table, row)
        written.rows[table] += 1
    yield bytes(part)


def _paper_pieces(written: _Written, paper: str, path: Path) -> Iterator[bytes]:
    name, place = f"papers/{paper}", f"paper {paper!r}"
    if not _PAPER.fullmatch(paper) or name in written.members:
        raise VaultError.single(place, "its number is taken or cannot be written", "give it another number")
    digest, done = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            yield _header(name, size)
            while piece := file.read(CHUNK):
                digest.update(piece)
                done += len(piece)
                if done > size:
                    break
                yield piece
    except OSError as error:
        raise not_read(place, error) from error
    if done != size:
        raise VaultError.single(place, "it changed while the backup was written", "start the backup again")
    yield _filling(size)
    written.papers += 1
    written.add(name, digest.hexdigest(), size)


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


def _filling(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


@contextmanager
def _members(path: Path, identity: str) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Give the members with their names; read to the end, the whole file is proved undamaged."""
    with opened(path, identity) as stream:
        yield _each_member(path.name, stream)


def _each_member(place: str, stream: io.BufferedReader) -> Iterator[tuple[str, IO[bytes]]]:
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK) as tar:
            while (member := tar.next()) is not None:
                content = tar.extractfile(member) if member.isreg() and not member.issparse() else None
                is_known = member.name == _MANIFEST or _MEMBER.fullmatch(member.name)
                if content is None or not is_known or member.name in seen or _MANIFEST in seen:
                    raise VaultError.single(place, "it holds something that no backup holds", "use another backup")
                seen.add(member.name)
                yield member.name, content
                # The library keeps every header it has read; a backup may have very many.
                tar.members.clear()  # type: ignore[attr-defined]
        while stream.read(CHUNK):
            pass
    except tarfile.TarError:
        raise VaultError.single(place, "what it holds is not a backup of Asylon", "use another backup") from None


def _digest_and_lines(content: IO[bytes]) -> tuple[str, int]:
    digest, lines = hashlib.sha256(), 0
    while piece := content.read(CHUNK):
        digest.update(piece)
        lines += piece.count(b"\n")
    return digest.hexdigest(), lines


def _check_contents(place: str, manifest: Manifest, digests: Mapping[str, str], rows: Mapping[str, int]) -> None:
    """Raise VaultError with everything in which the contents differ from the manifest."""
    faults = []
    for name, digest in manifest.members.items():
        if name not in digests:
            faults.append(Fault(place, f"{name} is missing", "use another backup"))
        elif digests[name] != digest:
            faults.append(Fault(place, f"{name} was changed", "use another backup"))
    faults.extend(
        Fault(place, f"{name} is not in its list of contents", "use another backup")
        for name in digests
        if name not in manifest.members
    )
    papers = sum(name.startswith("papers/") for name in digests)
    if not faults and (dict(rows), papers) != (dict(manifest.rows), manifest.papers):
        faults.append(Fault(place, "it holds other numbers of rows or papers than it says", "use another backup"))
    if faults:
        raise VaultError(faults)


def _check_hash(archive: Archive, name: str, digest: str) -> None:
    if archive.manifest.members.get(name) != digest:
        problem = f"{name} was changed since the backup was opened"
        raise VaultError.single(archive.path.name, problem, "open it again, or use another backup")


def _table_of(name: str) -> str:
    """Return the table that a member is part of; empty for a paper."""
    match = _MEMBER.fullmatch(name)
    return (match["table"] or "") if match else ""


def _tell(progress: Progress | None, name: str, size: int) -> None:
    if progress is not None:
        progress(name, size)
