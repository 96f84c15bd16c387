"""Releases of the material beside the project, written once for a whole run of tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from asylon.statistics.sources import Draft, Source, source, write_drafts
from asylon.statistics.store import Edition, Release, Store
from tests.shared import shared

DAY = date(2026, 11, 21)
FOLDERS = {"eoir": "eoir_reference"}


@lru_cache(maxsize=1)
def store() -> Store:
    folder = Path(tempfile.mkdtemp(prefix="asylon-statistics-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Store(folder)


def release(name: str) -> Release:
    """Return the newest edition of a source in the material; skips the test where there is no material."""
    return _release(name, shared() / "data" / FOLDERS.get(name, name))


@lru_cache(maxsize=8)
def _release(name: str, folder: Path) -> Release:
    found = source(name)
    return write_drafts(store(), found.manifest, found.read(folder), today=DAY)[-1]


def draft_of(found: Source, path: Path) -> Draft:
    (draft,) = found.read(path)
    return draft


def made(tmp_path: Path, tables: Mapping[str, pl.DataFrame], source_name: str = "unhcr") -> Release:
    """Return a release of tables written by hand."""
    edition = Edition(
        source=source_name,
        version="test",
        dated=DAY,
        title="figures of a test",
        licence="none",
        attribution=source_name,
        origin="a test",
        fetched=DAY,
    )
    return Store(tmp_path).write(edition, tables)


def decided(*rows: tuple[object, ...], year: int = 2020) -> pl.DataFrame:
    """Return `decisions` of rows (origin, asylum, recognised, other, rejected, closed), government, FI, persons."""
    columns = ("origin", "asylum", "recognised", "other", "rejected", "closed")
    frame = pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], infer_schema_length=None)
    return frame.with_columns(
        pl.lit(year, pl.Int16).alias("year"),
        authority=pl.lit("G"),
        level=pl.lit("FI"),
        unit=pl.lit("P"),
        total=pl.sum_horizontal("recognised", "other", "rejected", "closed"),
    )
