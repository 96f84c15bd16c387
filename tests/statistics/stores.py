"""Stores for tests: one with UNHCR's tables and old releases beside the project, small ones made by hand."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl

from asylon.statistics.sources import Manifest, source, write_drafts
from asylon.statistics.sources.unhcr import draft_of
from asylon.statistics.store import Release, Store
from tests.shared import asylon, shared

TODAY = date(2026, 11, 25)


@lru_cache(maxsize=1)
def _full(folder: Path) -> Store:
    store = Store(Path(mkdtemp(prefix="asylon-statistics-")))
    unhcr = source("unhcr")
    for path in (folder / "unhcr", folder / "unhcr_vintages"):
        write_drafts(store, unhcr.manifest, unhcr.read(path), today=TODAY)
    return store


def full() -> Store:
    """Return the store with all ten releases of UNHCR; skips the test where the material is not here."""
    return _full(shared() / "data")


def ask(*words: object) -> Any:
    """Run `asylon stats … --json` on the full store and return what it printed."""
    ran = asylon("stats", *words, "--json", "--data", full().root)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def unhcr_tables(
    applications: list[dict[str, Any]], decisions: list[dict[str, Any]], population: list[dict[str, Any]]
) -> dict[str, pl.DataFrame]:
    """Return raw tables in UNHCR's form from rows that name only what matters; codes are UNHCR's own."""
    person = {"procedure_type": "G", "dec_level": "FI"}
    outcomes = dict.fromkeys(("dec_recognized", "dec_other", "dec_rejected", "dec_closed"), 0)
    stocks = dict.fromkeys(("refugees", "asylum_seekers", "returned_refugees", "ooc"), 0)
    whole = [{**person, "dec_pc": "P", **outcomes, **row} for row in decisions]
    for row in whole:
        row.setdefault("dec_total", sum(row[name] for name in outcomes))
    return {
        "asylum_applications": pl.DataFrame(
            [{**person, "app_type": "N", "app_pc": "P", **row} for row in applications]
        ),
        "asylum_decisions": pl.DataFrame(whole),
        "population": pl.DataFrame([{**stocks, **row} for row in population]),
    }


def small(root: Path, raw: dict[str, pl.DataFrame], *, version: str = "1", dated: date = TODAY) -> Release:
    """Write raw tables in UNHCR's form as a release of a store in `root` and return it."""
    manifest: Manifest = source("unhcr").manifest
    draft = draft_of(raw, origin="made for a test")
    return write_drafts(Store(root), manifest, [draft], today=TODAY, version=version, dated=dated)[0]
