"""The local store of releases: every dated edition of every source, kept; Parquet files named by what they hold.

    DIR/objects/ab/ab12….parquet       one table; the name is the SHA-256 of the file
    DIR/releases/unhcr/2025.12.1.json  one release: what it is, whose, under which licence, and its tables

A release is written last and in one step: an import that was cut off leaves the store as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from asylon.errors import StatisticsError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a release: the hash that names its file, its number of rows, its columns."""

    digest: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """What is said of a release when it is written.

    `latest_year_covers` is `full year`, `first half` or `unknown`; `origin` is the address or folder kind it came
    from, without anything personal; `fetched` is the day of the import. An excerpt holds some pairs, no country whole.
    """

    source: str
    version: str
    dated: date
    title: str
    licence: str
    attribution: str
    origin: str
    fetched: date
    latest_year: int | None = None
    latest_year_covers: str = "full year"
    notes: tuple[str, ...] = ()
    is_excerpt: bool = False

    @property
    def id(self) -> str:
        """The name by which the release is asked for: `unhcr@2025.12.1`."""
        return f"{self.source}@{self.version}"


@dataclass(frozen=True, slots=True)
class Release:
    """One edition in a store, with its tables; `frame` reads one of them."""

    edition: Edition
    tables: Mapping[str, Table]
    root: Path = field(compare=False)

    @property
    def id(self) -> str:
        """The name by which the release is asked for: `unhcr@2025.12.1`."""
        return self.edition.id

    @property
    def licence(self) -> str:
        """The line that every answer carries: whose figures, under which licence, which edition."""
        edition = self.edition
        return f"{edition.attribution}; {edition.title}, {edition.dated.isoformat()}; {edition.licence}"

    def has(self, name: str) -> bool:
        """Tell whether the release holds a table of this name."""
        return name in self.tables

    def path(self, name: str) -> Path:
        """Return the Parquet file of a table; raises `StatisticsError` when the release has none of this name."""
        if name not in self.tables:
            held = ", ".join(self.tables)
            raise StatisticsError.single(self.id, f"has no table '{name}'", f"it holds {held}")
        return object_path(self.root, self.tables[name].digest)

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table whole; it is read once and kept."""
        return _read(self.path(name))


def object_path(root: Path, digest: str) -> Path:
    """Return where the file of this hash stands."""
    return root / "objects" / digest[:2] / f"{digest}.parquet"


@lru_cache(maxsize=64)
def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        remedy = "import the release again: 'asylon stats import' writes what is missing"
        raise StatisticsError.single(path.name, "cannot be read as Parquet", remedy) from error


class Store:
    """A folder of releases. Reading never writes; writing is all or nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def releases(self, source: str | None = None) -> tuple[Release, ...]:
        """Return the releases of a source, of all sources when None; oldest first, empty when there are none."""
        folder = self.root / "releases"
        found = [self._load(path) for path in sorted(folder.glob(f"{source or '*'}/*.json"))]
        return tuple(sorted(found, key=lambda r: (r.edition.dated, not r.edition.is_excerpt, r.id)))

    def release(self, source: str = "unhcr", as_of: str | None = None) -> Release:
        """Return the newest release of a source, or that of `as_of`: a version, a release's name, or an ISO day.

        A day stands for the newest release on or before it. Raises `StatisticsError` when there is none, and says
        what to run.
        """
        known = self.releases(source)
        if not known:
            remedy = f"run 'asylon stats fetch {source}', or 'asylon stats import {source} PATH' without a network"
            if source == "unhcr":
                remedy += "; 'asylon stats sample' gives a small excerpt to look at"
            raise StatisticsError.single(str(self.root), f"holds no release of {source}", remedy)
        if as_of is None:
            return known[-1]
        named = [release for release in known if as_of in (release.id, release.edition.version)]
        if named:
            return named[-1]
        return _on_or_before(known, as_of)

    def write(self, edition: Edition, tables: Mapping[str, pl.DataFrame]) -> Release:
        """Write a release and return it; one that is held already keeps whatever it has more of.

        Every table is written under its hash, then the entry in one rename: whoever reads sees all or nothing. Raises
        `StatisticsError` when the edition is held with other figures: no edition is ever replaced by another.
        """
        entry = self.root / "releases" / edition.source / f"{edition.version}.json"
        before = self._load(entry) if entry.is_file() else None
        kept = self._kept(before, tables) if before else {}
        if before and len(kept) == len(before.tables) and all(name in kept for name in tables):
            return before
        for name, frame in tables.items():
            if name not in kept:
                kept[name] = Table(self._write_object(frame), frame.height, tuple(frame.columns))
        write_atomically(entry, json.dumps(_row(edition, kept), ensure_ascii=False, indent=1).encode())
        return Release(edition, kept, self.root)

    def _kept(self, before: Release, tables: Mapping[str, pl.DataFrame]) -> dict[str, Table]:
        """Return the whole tables of an edition that the new ones add nothing to; raises where they contradict it."""
        kept: dict[str, Table] = {}
        for name, table in before.tables.items():
            if not self._is_whole(table.digest):
                continue
            if name not in tables or _holds(before.frame(name), tables[name]):
                kept[name] = table
            elif not _holds(tables[name], before.frame(name)):
                problem = f"is held already, with other figures in '{name}'"
                remedy = f"name this edition apart with --version, or delete releases/{before.edition.source}/"
                raise StatisticsError.single(before.id, problem, f"{remedy}{before.edition.version}.json to replace it")
        return kept

    def _write_object(self, frame: pl.DataFrame) -> str:
        import io

        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", statistics=True)
        data = buffer.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        path = object_path(self.root, digest)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            write_atomically(path, data)
        return digest

    def _load(self, path: Path) -> Release:
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            return _release(row, self.root)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            remedy = "import the release again; the file can be deleted, its tables stay"
            raise StatisticsError.single(path.name, "is not the entry of a release", remedy) from error

    def damaged(self) -> list[str]:
        """Return the names of table files that are missing or no longer match their hash; empty when all is whole."""
        digests = {table.digest for release in self.releases() for table in release.tables.values()}
        return sorted(digest for digest in digests if not self._is_whole(digest))

    def _is_whole(self, digest: str) -> bool:
        path = object_path(self.root, digest)
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _holds(frame: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Tell whether a table has every column and figure of another (an older form may lack columns)."""
    return set(other.columns) <= set(frame.columns) and frame.select(other.columns).equals(other)


def _on_or_before(known: Sequence[Release], as_of: str) -> Release:
    listed = ", ".join(f"{release.edition.version} ({release.edition.dated})" for release in known)
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        problem = "is neither a release here nor a day"
        raise StatisticsError.single(f"release {as_of!r}", problem, f"write one of {listed}, or 2025-06-30") from None
    before = [release for release in known if release.edition.dated <= day]
    if not before:
        raise StatisticsError.single(f"release {as_of}", "is before the first release here", f"there are {listed}")
    return before[-1]


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Raises `StatisticsError` where the folder cannot be written to; nothing is left behind then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        _fill(handle, Path(name), path, data)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        remedy = "choose a folder that you may write to and that has room"
        raise StatisticsError.single(str(path.parent), f"cannot be written to ({reason})", remedy) from error


def _fill(handle: int, part: Path, path: Path, data: bytes) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _row(edition: Edition, tables: Mapping[str, Table]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "source": edition.source,
        "version": edition.version,
        "dated": edition.dated.isoformat(),
        "title": edition.title,
        "licence": edition.licence,
        "attribution": edition.attribution,
        "origin": edition.origin,
        "fetched": edition.fetched.isoformat(),
        "latest_year": edition.latest_year,
        "latest_year_covers": edition.latest_year_covers,
        "notes": list(edition.notes),
        "is_excerpt": edition.is_excerpt,
        "tables": {name: {"sha256": t.digest, "rows": t.rows, "columns": t.columns} for name, t in tables.items()},
    }


def _release(row: dict[str, Any], root: Path) -> Release:
    tables = {
        name: Table(table["sha256"], table["rows"], tuple(table["columns"])) for name, table in row["tables"].items()
    }
    texts = ("source", "version", "title", "licence", "attribution", "origin", "latest_year", "latest_year_covers")
    edition = Edition(
        **{name: row[name] for name in texts},
        dated=date.fromisoformat(row["dated"]),
        fetched=date.fromisoformat(row["fetched"]),
        notes=tuple(row["notes"]),
        is_excerpt=row.get("is_excerpt", False),
    )
    return Release(edition, tables, root)
