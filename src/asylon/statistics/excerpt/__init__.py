"""A small excerpt of UNHCR's tables that travels with the project: eight pairs from 2011, to look at before importing.

People from Russia, Belarus, Ukraine, Eritrea and Sudan in Israel; from Syria, Ukraine and Afghanistan in Russia.
Figures of the UNHCR Refugee Population Statistics Database, release of 25 June 2026, CC BY 4.0. It holds no country
whole, so questions about a country or the world are refused.
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import polars as pl

from asylon.statistics.store import Edition, Release, Store

DATED = date(2026, 6, 25)


def write_excerpt(store: Store, today: date) -> Release:
    """Write the excerpt into a store as a release and return it; an imported release of the same day goes before it."""
    from asylon.statistics.sources.unhcr import MANIFEST

    edition = Edition(
        source="unhcr",
        version="excerpt",
        dated=DATED,
        title="UNHCR Global Trends 2025, excerpt of eight pairs",
        licence=MANIFEST.licence,
        attribution=MANIFEST.attribution,
        origin="comes with Asylon",
        fetched=today,
        latest_year=2025,
        notes=("an excerpt: eight pairs of origin and country of asylum, no country whole",),
        is_excerpt=True,
    )
    return store.write(edition, {name: _table(name) for name in ("applications", "decisions", "stocks")})


def _table(name: str) -> pl.DataFrame:
    data = (files("asylon.statistics.excerpt") / f"{name}.csv").read_bytes()
    # "NA" is a code in these tables, never a missing value.
    return pl.read_csv(data, schema_overrides={"year": pl.Int16}, null_values=[""])
