"""UNHCR's Refugee Population Statistics Database: the folder of tables, its old releases, the live interface."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.codes import AUTHORITIES, LEVELS, STAGES, UNITS
from asylon.statistics.countries import UNKNOWN, unhcr_codes
from asylon.statistics.sources import Draft, Manifest, Progress, Source
from asylon.statistics.tables import (
    KEYS,
    require_columns,
    require_unique,
    require_whole_numbers,
    require_years,
    split_half,
    with_new,
)

if TYPE_CHECKING:
    from asylon.statistics.http import Fetcher

MANIFEST = Manifest(
    name="unhcr",
    title="UNHCR Refugee Population Statistics Database",
    what="asylum applications and decisions by origin, country of asylum, procedure and level; year-end populations",
    publisher="Office of the United Nations High Commissioner for Refugees",
    url="https://www.unhcr.org/refugee-statistics/",
    licence="CC BY 4.0",
    attribution="UNHCR Refugee Population Statistics Database, https://www.unhcr.org/refugee-statistics/",
    coverage="applications and decisions from 2000, populations from 1951; every country that reports",
    rounding=(
        "applications and stocks below 5, decisions below 10 are rounded to a multiple of 5: a 5 stands for 3-5 "
        "(3-7 in decisions), a 10 in decisions for 8-10, a zero or a missing row for 0-2"
    ),
    codes={**LEVELS, **STAGES, **AUTHORITIES, **UNITS},
    caveats=(
        "'otherwise closed' holds withdrawals, no-shows, departures, transfers and, in some countries, refusals",
        "levels add the same people twice: a refusal at first instance may stand at appeal once more",
        "some countries and years count cases, not persons",
        "IDMC and UNRWA series come through UNHCR under conditions of their own and are not part of its totals",
    ),
)

_PLACES = ("coo", "coa")
_NEW_NAMES = {
    "procedure_type": "authority",
    "app_type": "stage",
    "dec_level": "level",
    "app_pc": "unit",
    "dec_pc": "unit",
    "dec_recognized": "recognised",
    "dec_other": "other",
    "dec_rejected": "rejected",
    "dec_closed": "closed",
    "dec_total": "total",
    "asylum_seekers": "pending",
    "ooc": "others_of_concern",
    "oip": "in_need_of_protection",
    "hst": "hosts",
}
# What each table of the package must hold, and its name with us; the first three are needed, the others are kept.
TABLES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "asylum_applications": (
        "applications",
        ("year", "coo", "coa", "procedure_type", "app_type", "dec_level", "app_pc"),
        ("applied",),
    ),
    "asylum_decisions": (
        "decisions",
        ("year", "coo", "coa", "procedure_type", "dec_level", "dec_pc"),
        ("dec_recognized", "dec_other", "dec_rejected", "dec_closed", "dec_total"),
    ),
    "population": ("stocks", ("year", "coo", "coa"), ("refugees", "asylum_seekers", "returned_refugees", "ooc")),
    "flows": ("flows", ("year", "coo", "coa"), ("refugees", "asylum_seekers")),
    "solutions": ("solutions", ("year", "coo", "coa"), ("returned_refugees", "resettlement", "naturalisation")),
    "demographics": ("demographics", ("year", "coo", "coa", "pop_type"), ("total",)),
    "idmc": ("idmc", ("year", "coo", "coa"), ("total",)),
    "unrwa": ("unrwa", ("year", "coo", "coa"), ("total",)),
}
# What is fetched, and the first year that it has.
FETCHED = {"asylum_applications": 2000, "asylum_decisions": 2000, "population": 1951}
NEEDED = ("asylum_applications", "asylum_decisions", "population")


def read(path: Path) -> Sequence[Draft]:
    """Return the editions in a folder: one of tables (Parquet or rda), or every release of a folder of old ones."""
    if not path.is_dir():
        remedy = "give the folder that holds asylum_applications, asylum_decisions and population (.parquet or .rda)"
        raise StatisticsError.single(path.name, "is not a folder of UNHCR tables", remedy)
    if (path / "vintages.csv").is_file():
        return read_old_releases(path)
    return [draft_of(dict(_read_tables(path)), origin=f"folder of tables ({_kind(path)})")]


def draft_of(raw: dict[str, pl.DataFrame], *, origin: str) -> Draft:
    """Return the edition of raw tables under the package's names; recognises known releases by their size."""
    missing = [name for name in NEEDED if name not in raw]
    if missing:
        remedy = f"a folder of UNHCR tables holds {', '.join(NEEDED)} as .parquet or .rda"
        raise StatisticsError.single("unhcr", f"{', '.join(missing)} not found", remedy)
    tables = {TABLES[name][0]: _in_our_form(name, frame) for name, frame in raw.items() if name in TABLES}
    known = known_release(tables)
    latest = int(tables["decisions"]["year"].max() or 0)  # type: ignore[arg-type]
    if known is None:
        return Draft(tables=tables, origin=origin, latest_year=latest, latest_year_covers="unknown")
    return _known_draft(known, tables, origin)


def _known_draft(known: dict[str, str], tables: dict[str, pl.DataFrame], origin: str) -> Draft:
    year = int(known["latest_year"])
    covers = known["covers"]
    return Draft(
        tables=split_half(tables, year) if covers == "first half" else tables,
        origin=origin,
        version=known["version"],
        dated=date.fromisoformat(known["dated"]),
        title=f"UNHCR {known['title']}",
        latest_year=year,
        latest_year_covers=covers,
    )


@lru_cache(maxsize=1)
def known_releases() -> tuple[dict[str, str], ...]:
    """Return the releases of the `refugees` package whose size is known, oldest first (`known_unhcr.csv`)."""
    text = (files("asylon.statistics.sources") / "known_unhcr.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def known_release(tables: dict[str, pl.DataFrame]) -> dict[str, str] | None:
    """Return which known release these tables are, by rows and sums; None when they are of none."""
    size = size_of(tables)
    for known in known_releases():
        if all(str(size[name]) == known[name] for name in size):
            return known
    return None


def size_of(tables: dict[str, pl.DataFrame]) -> dict[str, int]:
    """Return what tells releases apart: rows of applications and decisions, people applied, decided and returned."""
    applications, decisions = tables["applications"], tables["decisions"]
    return {
        "applications_rows": applications.height,
        "decisions_rows": decisions.height,
        "applied": int(applications["applied"].sum()),
        "decided": int(decisions["total"].sum()),
        "returned": int(tables["stocks"]["returned_refugees"].sum()),
    }


def _kind(path: Path) -> str:
    return "rda" if any(path.glob("*.rda")) else "Parquet"


def _read_tables(path: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    for name in TABLES:
        if (file := path / f"{name}.parquet").is_file():
            yield name, _read_parquet(file)
        elif (file := path / f"{name}.rda").is_file():
            from asylon.statistics.rda import read_rda

            yield name, read_rda(file)[name]


def _read_parquet(file: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        remedy = "it may be cut off: get it again; nothing was written"
        raise StatisticsError.single(file.name, "cannot be read as Parquet", remedy) from error


def _in_our_form(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    ours, key, values = TABLES[name]
    require_columns(frame, [*key, *values], name)
    frame = require_years(frame, name)
    numbers = [column for column, kind in frame.schema.items() if column not in ("year", *key) and kind.is_numeric()]
    frame = require_whole_numbers(frame, [*numbers, *(v for v in values if v not in numbers)], name)
    places = [
        _country(frame, place).alias(ours_place)
        for place, ours_place in zip(_PLACES, ("origin", "asylum"), strict=True)
    ]
    dropped = {f"{place}{part}" for place in _PLACES for part in ("", "_name", "_iso")}
    rest = [pl.col(column) for column in frame.columns if column not in {"year", *dropped}]
    frame = frame.select("year", *places, *rest)
    frame = frame.rename({old: new for old, new in _NEW_NAMES.items() if old in frame.columns})
    if ours == "applications":
        frame = with_new(frame)
    if ours in KEYS:
        require_unique(frame, KEYS[ours], name)
        frame = frame.sort([*("asylum", "origin", "year"), *KEYS[ours][3:]])
    return frame


def _country(frame: pl.DataFrame, place: str) -> pl.Expr:
    """Return ISO alpha-3 by UNHCR's own code, which every release has; an unknown code keeps its ISO column."""
    codes = unhcr_codes()
    fallback = pl.col(f"{place}_iso") if f"{place}_iso" in frame.columns else pl.lit(UNKNOWN)
    return pl.col(place).replace_strict(codes, default=None, return_dtype=pl.String).fill_null(fallback)


def read_old_releases(path: Path) -> Sequence[Draft]:
    """Return every release of a folder in run-length form: each row with the first and last release that showed it.

    `vintages.csv` lists the releases (vintage, package_version, commit_date, latest_year, latest_year_covers, release).
    """
    listing = pl.read_csv(path / "vintages.csv")
    columns = ("vintage", "package_version", "commit_date", "latest_year", "latest_year_covers", "release")
    require_columns(listing, columns, "vintages.csv")
    runs = {name: _read_parquet(path / f"{name}_vintages.parquet") for name in NEEDED}
    return [_old_release(row, runs) for row in listing.iter_rows(named=True)]


def _old_release(row: dict[str, str | int], runs: dict[str, pl.DataFrame]) -> Draft:
    number = int(row["vintage"])
    shown = pl.lit(number).is_between(pl.col("vintage_from"), pl.col("vintage_to"))
    tables = {
        TABLES[name][0]: _in_our_form(name, frame.filter(shown).drop("vintage_from", "vintage_to"))
        for name, frame in runs.items()
    }
    known = {
        "version": str(row["package_version"]),
        "dated": str(row["commit_date"]),
        "title": str(row["release"]),
        "latest_year": str(row["latest_year"]),
        "covers": str(row["latest_year_covers"]),
    }
    return _known_draft(known, tables, "old releases in run-length form")


def fetch(fetcher: Fetcher, folder: Path, today: date, progress: Progress) -> Sequence[Draft]:
    """Return the edition that UNHCR's interface gives today; pages already in `folder` are not asked for again."""
    from asylon.statistics.http import Kept
    from asylon.statistics.unhcr_api import fetch_table

    raw: dict[str, pl.DataFrame] = {}
    for name, first in FETCHED.items():
        pages = Kept(folder / name)
        raw[name] = fetch_table(
            name,
            fetcher,
            {"yearFrom": first, "yearTo": today.year},
            pages=pages,
            progress=lambda done, total, name=name: progress(name, done, total),  # type: ignore[misc]
        )
    draft = draft_of(raw, origin="https://api.unhcr.org/population/v1/")
    if draft.version is not None:
        return [draft]
    # The interface gives whole years only (it has no mid-year figures), so the newest one is whole.
    day = today.isoformat()
    title = f"UNHCR, as its interface answered on {day}"
    return [replace(draft, dated=today, latest_year_covers="full year", version=f"live-{day}", title=title)]


SOURCE = Source(MANIFEST, read, fetch)
