"""Doubts that a second source raises: columns of a collection that fit a country's own counts in another order."""

from __future__ import annotations

import polars as pl

from asylon.statistics.crosscheck import Misread, misread
from asylon.statistics.doubts.findings import found, nothing
from asylon.statistics.store import Release, Store


def exchanged_columns(release: Release, store: Store | None) -> pl.DataFrame:
    """Return country-years of a collection that fit a country's own counts only with columns booked otherwise.

    The witnesses are the newest releases of every other source in the store that counts the decisions of one country
    alone: its own authority. Such a release is not doubted in turn: two sources do not tell which of them is wrong.
    """
    if store is None or _is_of_one_country(release):
        return nothing()
    sources = {known.edition.source for known in store.releases()} - {release.edition.source}
    witnesses = [w for name in sorted(sources) if _is_of_one_country(w := store.release(name))]
    rows = [one for witness in witnesses for one in misread(witness, release)]
    return _frame(rows) if rows else nothing()


def _is_of_one_country(release: Release) -> bool:
    return release.has("decisions") and release.frame("decisions")["asylum"].n_unique() == 1


def _frame(rows: list[Misread]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "asylum": [row.asylum for row in rows],
            "year": [row.year for row in rows],
            "size": [row.apart_as_published - row.apart_as_read for row in rows],
            "doubted": [row.release.partition("@")[0] for row in rows],
            "witness": [row.witness.partition("@")[0] for row in rows],
            "reading": [str(row.why.values["reading"]) for row in rows],
            "read": [row.apart_as_read for row in rows],
            "published": [row.apart_as_published for row in rows],
            "better": [row.better for row in rows],
            "origins": [row.origins for row in rows],
        }
    )
    names = ("doubted", "witness", "reading", "read", "published", "better", "origins")
    values = {name: pl.col(name) for name in names}
    size = pl.col("size")
    return found(frame, table="decisions", size=size, unit="persons", message="exchanged_columns", values=values)
