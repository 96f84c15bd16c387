"""The sources of official figures: one manifest and one adapter each.

A manifest says what a source is, whose, under which licence, and what must be known of it. An adapter turns what the
publisher gives into tables of one form (`asylon.statistics.tables`), and refuses a changed schema by its column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.store import Edition, Release, Store

if TYPE_CHECKING:
    from asylon.statistics.http import Fetcher

NAMES = ("unhcr", "eurostat", "uk", "bamf", "eoir", "population")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a source before a single figure is read.

    `codes` explains its own codes, `caveats` what every reader of its figures must be told.
    """

    name: str
    title: str
    what: str
    publisher: str
    url: str
    licence: str
    attribution: str
    coverage: str
    rounding: str
    codes: Mapping[str, str]
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One edition as an adapter read it, before it is a release. What is None the person who imports may say."""

    tables: Mapping[str, pl.DataFrame]
    origin: str
    version: str | None = None
    dated: date | None = None
    title: str | None = None
    latest_year: int | None = None
    latest_year_covers: str = "full year"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A manifest with its readers: `read` takes a file or folder; `fetch`, where there is one, asks the publisher.

    `fetch(fetcher, folder, day, progress)` keeps what it has got in `folder`, so that a fetch that was cut off goes on.
    """

    manifest: Manifest
    read: Callable[[Path], Sequence[Draft]]
    fetch: Callable[[Fetcher, Path, date, Progress], Sequence[Draft]] | None = None


def source(name: str) -> Source:
    """Return a source by name; raises `StatisticsError` that lists the names when there is none."""
    found: Source = import_module(f"asylon.statistics.sources.{known_source(name)}").SOURCE
    return found


def known_source(name: str) -> str:
    """Return the name of a source as it is; raises `StatisticsError` that lists the names when it is none."""
    if name in NAMES:
        return name
    from difflib import get_close_matches

    near = get_close_matches(name, NAMES, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"write one of {', '.join(NAMES)}"
    raise StatisticsError.single(name, "is no source", remedy)


def write_drafts(
    store: Store,
    manifest: Manifest,
    drafts: Sequence[Draft],
    *,
    today: date,
    version: str | None = None,
    dated: date | None = None,
) -> list[Release]:
    """Write the drafts of one import into the store and return the releases, oldest first.

    `version` and `dated` are what the person says, for one draft that does not know them itself; a draft without a date
    is dated with the day of import, and says so in its notes.
    """
    if len(drafts) > 1 and (version or dated):
        remedy = "leave out --version and --released: each edition says its own"
        raise StatisticsError.single(manifest.name, f"has {len(drafts)} editions in there", remedy)
    return [
        store.write(_edition(manifest, draft, today=today, version=version, dated=dated), draft.tables)
        for draft in drafts
    ]


def _edition(manifest: Manifest, draft: Draft, *, today: date, version: str | None, dated: date | None) -> Edition:
    day = dated or draft.dated
    notes = draft.notes if day else (*draft.notes, "the publisher's date is not known: dated with the day of import")
    named = draft.version or (day or today).isoformat() if version is None else version
    if not named or not all(character.isalnum() or character in ".-_" for character in named) or named.startswith("."):
        raise StatisticsError.single(f"--version {named!r}", "cannot name a file", "use letters, digits, '.', '-', '_'")
    return Edition(
        source=manifest.name,
        version=named,
        dated=day or today,
        title=draft.title or f"{manifest.title} {named}",
        licence=manifest.licence,
        attribution=manifest.attribution,
        origin=draft.origin,
        fetched=today,
        latest_year=draft.latest_year,
        latest_year_covers=draft.latest_year_covers,
        notes=notes,
    )
