"""Inhabitants by country and year, to relate applications and decisions to the size of a country."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.sources import Draft, Manifest, Source
from asylon.statistics.sources.tabular import iso_by_name, last_year, numbers, tables_in, unknown_note
from asylon.statistics.tables import require_columns, require_unique, require_whole_numbers

MANIFEST = Manifest(
    name="population",
    title="Population by country, UN revision of 2017",
    what="inhabitants of each country by year",
    publisher="Our World in Data, from Gapminder and the United Nations' World Population Prospects 2017",
    url="https://github.com/owid/owid-datasets",
    licence="CC BY 4.0",
    attribution="Our World in Data; Gapminder; United Nations, World Population Prospects 2017",
    coverage="197 countries, 1990 to 2030",
    rounding="not rounded",
    codes={"projected": "true for years after 2015: a projection, not an estimate"},
    caveats=(
        "years after 2015 are projections made in 2017: good for a rate per 100,000, not for demography",
        "wars and flights after 2015 are not in it",
    ),
)
# The last year that the revision of 2017 estimates; later ones it projects.
LAST_ESTIMATE = 2015


def read(path: Path) -> Sequence[Draft]:
    """Return the edition in a file or folder with iso3, entity, year, population; raise `StatisticsError` on others."""
    held = tables_in(path, "population")
    if len(held) > 1:
        raise StatisticsError.single(path.name, f"holds {len(held)} tables", "give the one of populations")
    name, frame = next(iter(held.items()))
    require_columns(frame, ["iso3", "entity", "year", "population"], name)
    counts = ("year", "population")
    frame = require_whole_numbers(numbers(frame, counts, name, {}), counts, name)
    by_name, _ = iso_by_name(frame["entity"].unique())
    iso3 = pl.coalesce(
        pl.col("iso3").replace("", None),
        pl.col("entity").replace_strict(by_name, default=None, return_dtype=pl.String),
    )
    frame = frame.with_columns(pl.col("year").cast(pl.Int16), iso3=iso3, projected=pl.col("year") > LAST_ESTIMATE)
    placed = frame.filter(pl.col("iso3").is_not_null())
    require_unique(placed, ["iso3", "year"], name)
    unknown = frame.filter(pl.col("iso3").is_null())["entity"].unique()
    draft = Draft(
        tables={"population": frame.select("iso3", "entity", "year", "population", "projected").sort("iso3", "year")},
        origin="table of populations 1990-2030",
        version="un-2017",
        title=MANIFEST.title,
        latest_year=last_year([frame["year"]]),
        notes=(f"years after {LAST_ESTIMATE} are projections", *unknown_note(unknown)),
    )
    return [draft]


SOURCE = Source(MANIFEST, read)
