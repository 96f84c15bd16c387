"""Eurostat's asylum statistics: first-time applicants and first-instance decisions, from files or the interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.countries import STATELESS, UNKNOWN, two_letter_codes
from asylon.statistics.sources import Draft, Manifest, Progress, Source
from asylon.statistics.sources.tabular import (
    SUFFIXES,
    iso_by_name,
    last_year,
    numbers,
    read_table,
    tables_in,
    unknown_note,
)
from asylon.statistics.tables import (
    APPLICATION_KEY,
    DECISION_KEY,
    OUTCOMES,
    require_columns,
    require_unique,
    require_whole_numbers,
)

if TYPE_CHECKING:
    from asylon.statistics.http import Fetcher

# What is fetched, and the first year that it has.
FETCHED = {"migr_asyappctza": 2008, "migr_asydcfsta": 2008}
MANIFEST = Manifest(
    name="eurostat",
    title="Eurostat asylum statistics",
    what="first-time asylum applicants by citizenship and first-instance decisions in the EU and EFTA states",
    publisher="Eurostat, the statistical office of the European Union",
    url="https://ec.europa.eu/eurostat/web/migration-asylum",
    licence="Eurostat reuse policy (CC BY 4.0)",
    attribution="Eurostat, migr_asyappctza and migr_asydcfsta",
    coverage="EU, EFTA and the United Kingdom (to 2020); extracts of 2017 hold 2012-2016 and totals 2008-2016",
    rounding="every count is rounded to the nearest multiple of 5",
    codes={
        "FRST": "first-time applicants: not counted in that state before",
        "GENCONV": "refugee status",
        "SUB_PROT": "subsidiary protection",
        "HUMSTAT": "humanitarian reasons, national law",
        "d": "definition differs",
        "p": "provisional",
        "b": "break in the series",
        "e": "estimated",
    },
    caveats=(
        "first-time applicants leave out who applied in that state before; UNHCR's new claims may not",
        "':' is not available, which is not zero; flags are kept with the figures",
        "closures and withdrawals are no decisions and stand in another table",
        "stages are not linked by person: no overall rate can be made from them",
        "aggregates (EU, 'Total') are kept apart and never added to countries",
    ),
)

MARKS = {
    ":": "not available",
    "z": "not applicable",
    ": z": "not applicable",
    ":z": "not applicable",
    "c": "confidential",
}
_TOTALS = ("Total", "TOTAL", "T")
# Until 2023 the code of first-time applicants was NASY_APP.
_FIRST_TIME = ("First time applicant", "FRST", "NASY_APP")
# The kinds of decision that are parts of ours, by their codes and their labels.
_STATUS = {
    "GENCONV": "recognised",
    "Geneva Convention status": "recognised",
    "SUB_PROT": "subsidiary",
    "Subsidiary protection status": "subsidiary",
    "HUMSTAT": "humanitarian",
    "Humanitarian status": "humanitarian",
    "TEMP_PROT": "temporary",
    "Temporary protection status": "temporary",
    "REJECTED": "rejected",
    "Rejected": "rejected",
}
_POSITIVE = ("Total positive decisions", "TOTAL_POS")
# Codes of citizenship that are no country's two letters; null for a collective entry.
_CODES = {"STLS": STATELESS, "UNK": UNKNOWN, "TW": "TWN", "RNC": None, "UK_OCT": None}
_AGGREGATES = ("EU", "EA", "EXT_", "EFTA", "NEU", "TOTAL", "European Union", "Extra-EU", "Total")
_OUR_NAMES = {"time": "year", "TIME_PERIOD": "year", "time_period": "year", "applicant": "asyl_app"}
_COMMON = ("geo", "citizen", "sex", "age", "value")


def read(path: Path) -> Sequence[Draft]:
    """Return the edition in a folder of extracts or in one; raise `StatisticsError` when none is of a known kind.

    Eurostat's own downloads (TSV and SDMX-CSV, plain or .gz) are read, and tables with a row for each cell.
    """
    files = [path] if path.is_file() else sorted(path.glob("*"))
    downloads = {file.name: reader(file) for file in files if (reader := _reader(file)) is not None}
    others = {file.name: read_table(file) for file in files if file.suffix in SUFFIXES and file.name not in downloads}
    raw = {**downloads, **others} or tables_in(path, "Eurostat's asylum data")
    return [draft_of(raw, origin="extracts of Eurostat tables")]


def _reader(file: Path) -> Callable[[Path], pl.DataFrame] | None:
    """Return what reads a download of Eurostat, None for another file; Eurostat's CSV names OBS_VALUE in its head."""
    from asylon.statistics.jsonstat import read_eurostat_csv, read_eurostat_tsv

    if file.name.endswith((".tsv", ".tsv.gz")):
        return read_eurostat_tsv
    if not file.name.endswith((".csv", ".csv.gz")):
        return None
    return read_eurostat_csv if file.suffix == ".gz" or b"OBS_VALUE" in file.read_bytes()[:1_000] else None


def fetch(fetcher: Fetcher, folder: Path, today: date, progress: Progress) -> Sequence[Draft]:
    """Return the edition that Eurostat's interface gives today; answers already in `folder` are not asked for again."""
    from asylon.statistics.eurostat_api import fetch_table
    from asylon.statistics.http import Kept

    raw: dict[str, pl.DataFrame] = {}
    for name, first in FETCHED.items():
        raw[name] = fetch_table(
            name,
            fetcher,
            (first, today.year - 1),
            kept=Kept(folder / name),
            progress=partial(progress, name),
        )
    day = today.isoformat()
    title = f"Eurostat, as its interface answered on {day}"
    draft = draft_of(raw, origin="https://ec.europa.eu/eurostat/api/dissemination/")
    return [replace(draft, version=f"live-{day}", dated=today, title=title)]


def draft_of(raw: Mapping[str, pl.DataFrame], *, origin: str) -> Draft:
    """Return the edition of raw tables; which is which is told by the columns `asyl_app` and `decision`.

    Native tables keep every row with its flag (`first_time_applicants`, `first_instance_decisions`); `applications`
    and `decisions` hold countries alone. Where an extract tells positive decisions not apart by status there are no
    `decisions`: a recognition rate under one definition cannot be made of it.
    """
    tables: dict[str, pl.DataFrame] = {}
    unknown: set[str] = set()
    for name, frame in raw.items():
        native, key = _native(name, frame)
        placed, new = _placed(native)
        unknown.update(new)
        if key == "asyl_app":
            tables["first_time_applicants"] = placed
            tables["applications"] = _applications(placed, name)
        else:
            tables["first_instance_decisions"] = placed
            tables.update(_decisions(placed, name))
    latest = last_year(frame["year"] for frame in tables.values())
    title = f"{MANIFEST.title} to {latest}"
    return Draft(tables=tables, origin=origin, title=title, latest_year=latest, notes=unknown_note(unknown))


def _native(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Return a raw table with its year and its figures as numbers, and which of the two kinds it is."""
    renamed = {theirs: ours for theirs, ours in _OUR_NAMES.items() if theirs in frame.columns}
    frame = frame.rename(renamed)
    key = next((column for column in ("asyl_app", "decision") if column in frame.columns), None)
    if key is None:
        problem = "the schema changed: column 'asyl_app' or 'decision' is missing"
        raise StatisticsError.single(name, problem, "give an extract of migr_asyappctza or migr_asydcfsta")
    require_columns(frame, ["year", key, *_COMMON], name)
    frame = numbers(frame, ("year", "value"), name, MARKS)
    if "value_flag" in frame.columns:
        given = pl.col("flag") if "flag" in frame.columns else pl.lit(None, pl.String)
        frame = frame.with_columns(flag=pl.coalesce("value_flag", given)).drop("value_flag")
    frame = require_whole_numbers(frame, ("year", "value"), name)
    return frame.with_columns(pl.col("year").cast(pl.Int16)), key


def _placed(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the frame with `asylum` and `origin` (ISO alpha-3, null for an aggregate or a collective entry)."""
    unknown: list[str] = []
    for column, ours in (("geo", "asylum"), ("citizen", "origin")):
        found, new = _iso(frame[column].unique().to_list())
        unknown += new
        frame = frame.with_columns(pl.col(column).replace_strict(found, return_dtype=pl.String).alias(ours))
    return frame, tuple(unknown)


def _iso(labels: Sequence[str]) -> tuple[dict[str, str | None], tuple[str, ...]]:
    codes: dict[str, str | None] = {**two_letter_codes(), **_CODES}
    coded = {label: codes[label] for label in labels if label in codes}
    aggregates = dict.fromkeys(label for label in labels if label not in coded and label.startswith(_AGGREGATES))
    named, unknown = iso_by_name(label for label in labels if label not in coded and label not in aggregates)
    return {**aggregates, **named, **coded}, unknown


def _countries(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of countries, whole by sex and age; collective entries of citizenship stay without a country."""
    aggregates = [label for label in frame["citizen"].unique() if label.startswith(_AGGREGATES)]
    whole = [pl.col(column).is_in(_TOTALS) for column in ("sex", "age")]
    known = [pl.col(column).is_not_null() for column in ("asylum", "value")]
    rows = frame.filter(*whole, *known, ~pl.col("citizen").is_in(aggregates))
    return rows.with_columns(authority=pl.lit("G"), level=pl.lit("FI"), unit=pl.lit("P"))


def _applications(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = _countries(frame).filter(pl.col("asyl_app").is_in(_FIRST_TIME)).with_columns(stage=pl.lit("N"))
    require_unique(rows, ["year", "geo", "citizen"], name)
    summed = rows.group_by(APPLICATION_KEY).agg(applied=pl.col("value").sum())
    return summed.with_columns(new=pl.lit(value=True)).sort(APPLICATION_KEY)


def _decisions(frame: pl.DataFrame, name: str) -> dict[str, pl.DataFrame]:
    """Return `decisions` where the extract tells the kinds of protection apart, `decision_totals` where it does not."""
    held = set(frame["decision"].unique())
    if not {"recognised", "subsidiary", "humanitarian", "rejected"} <= {_STATUS.get(kind) for kind in held}:
        return {"decision_totals": _decision_totals(frame)}
    rows = _countries(frame).with_columns(ours=pl.col("decision").replace_strict(_STATUS, default=None))
    rows = rows.filter(pl.col("ours").is_not_null())
    require_unique(rows, ["year", "geo", "citizen", "decision"], name)
    parts = ("recognised", "subsidiary", "humanitarian", "temporary", "rejected")
    summed = rows.group_by(DECISION_KEY).agg(
        pl.when((pl.col("ours") == part).any()).then(pl.col("value").filter(pl.col("ours") == part).sum()).alias(part)
        for part in parts
    )
    other = pl.sum_horizontal("subsidiary", "humanitarian", "temporary")
    summed = summed.with_columns(other=other, closed=pl.lit(None, pl.Int64))
    summed = summed.with_columns(total=pl.sum_horizontal("recognised", "other", "rejected"))
    order = (*DECISION_KEY, *OUTCOMES, "total", "subsidiary", "humanitarian")
    return {"decisions": summed.select(order).sort(DECISION_KEY)}


def _decision_totals(frame: pl.DataFrame) -> pl.DataFrame:
    kinds = {"total": _TOTALS, "positive": _POSITIVE, "rejected": ("Rejected", "REJECTED")}
    rows = frame.filter(pl.col("asylum").is_not_null())
    sums = [
        pl.col("value").filter(pl.col("decision").is_in(names)).first().alias(ours) for ours, names in kinds.items()
    ]
    return rows.group_by("year", "asylum", "citizen").agg(sums).sort("year", "asylum", "citizen")


SOURCE = Source(MANIFEST, read, fetch)
