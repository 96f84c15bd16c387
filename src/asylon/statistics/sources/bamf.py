"""Germany by month and nationality: the monthly asylum statistics of the Federal Office (BAMF), 2015 to 2021."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.sources import Draft, Manifest, Source
from asylon.statistics.sources.tabular import last_day, numbers, tables_in
from asylon.statistics.tables import DECISION_KEY, OUTCOMES, require_columns, require_unique, require_whole_numbers

MANIFEST = Manifest(
    name="bamf",
    title="BAMF monthly asylum statistics",
    what="applications, decisions by kind of protection and pending cases by month and nationality in Germany",
    publisher="Bundesamt für Migration und Flüchtlinge, compiled by the Munich Refugee Council's data project",
    url="https://github.com/muc-fluechtlingsrat/bamf-asylgeschaeftsstatistik",
    licence="public statistics; the compilers invite reuse and name no licence",
    attribution="Bundesamt für Migration und Flüchtlinge, Asylgeschäftsstatistik (monthly)",
    coverage="Germany, January 2015 to November 2021",
    rounding="not rounded",
    codes={
        "NA": "first applications (Erstanträge)",
        "RA": "follow-up applications (Folgeanträge)",
        "recognised": "Article 16a of the Basic Law and refugee status (section 3 of the Asylum Act)",
        "subsidiary": "subsidiary protection (section 4 of the Asylum Act)",
        "humanitarian": "ban on deportation (section 60 (5), (7) of the Residence Act)",
        "closed": "formal decisions: Dublin, withdrawn, no further procedure",
    },
    caveats=(
        "months are provisional: their sum stays below the annual figure (applications 2015: 449,793, not 476,649)",
        "a year is given here only as a labelled sum of its twelve months, never when a month is missing",
        "persons; China holds the codes of Hong Kong and Taiwan; collective entries have no country",
        "first and follow-up applications are levels of their own; BAMF's own quota adds them",
    ),
)

# Ours by the parts they are made of, for first and for follow-up applications.
_LEVELS = {
    "NA": {
        "recognised": ("first_dec_asylum_16a", "first_dec_refugee_3"),
        "subsidiary": ("first_dec_subsidiary_4",),
        "humanitarian": ("first_dec_deport_ban_60",),
        "rejected": ("first_dec_rejected",),
        "closed": ("first_dec_closed",),
    },
    "RA": {
        "recognised": ("fu_dec_asylum_16a", "fu_dec_refugee_3"),
        "subsidiary": ("fu_dec_subsidiary_4",),
        "humanitarian": ("fu_dec_deport_ban_60",),
        "rejected": ("fu_dec_rejected",),
        "closed": ("fu_dec_no_further", "fu_dec_closed"),
    },
}
_STAGES = {"NA": ("N", "apps_first"), "RA": ("R", "apps_followup")}
_PENDING = ("pending_first", "pending_followup")
_WHOLE = (
    "dec_asylum_16a",
    "dec_refugee_3",
    "dec_subsidiary_4",
    "dec_deport_ban_60",
    "dec_rejected",
    "dec_other_closed",
)
NUMBERS = (
    *("apps_total", "dec_total", *_WHOLE, *_PENDING),
    *(column for _, column in _STAGES.values()),
    *(column for parts in _LEVELS.values() for columns in parts.values() for column in columns),
)
KEY = ("month", "iso3", "nationality_de", "bamf_code")


def read(path: Path) -> Sequence[Draft]:
    """Return the edition in a file or folder of months by nationality; raise `StatisticsError` when it is another."""
    held = tables_in(path, "months by nationality")
    if len(held) > 1:
        raise StatisticsError.single(path.name, f"holds {len(held)} tables", "give the one of months by nationality")
    name, frame = next(iter(held.items()))
    require_columns(frame, [*KEY, *NUMBERS], name)
    months = require_whole_numbers(numbers(frame, NUMBERS, name, {}), NUMBERS, name)
    months = months.with_columns(_month(months, name), pl.col("iso3").replace("", None))
    require_unique(months, ["month", "iso3", "nationality_de", "bamf_code"], name)
    return [_draft(months)]


def _month(months: pl.DataFrame, name: str) -> pl.Series:
    try:
        return months["month"].cast(pl.String).str.to_date("%Y-%m-%d")
    except pl.exceptions.PolarsError as error:
        problem = "column 'month': not a day like 2015-01-01"
        raise StatisticsError.single(name, problem, "nothing was written and the earlier release stays") from error


def _draft(months: pl.DataFrame) -> Draft:
    counted = months.group_by(year=pl.col("month").dt.year()).agg(held=pl.col("month").n_unique()).sort("year")
    whole = counted.filter(pl.col("held") == 12)["year"].to_list()
    part = counted.filter(pl.col("held") < 12)
    by_year = months.with_columns(year=pl.col("month").dt.year().cast(pl.Int16), asylum=pl.lit("DEU"))
    by_year = by_year.rename({"iso3": "origin"}).filter(pl.col("year").is_in(whole))
    last = last_day([months["month"]]) or date.min
    return Draft(
        tables={
            "months": months.sort("month", "bamf_code", "nationality_de"),
            "applications": _applications(by_year),
            "decisions": _decisions(by_year),
            "stocks": _stocks(by_year),
        },
        origin="months by nationality, compiled from BAMF's monthly tables",
        version=f"{last:%Y-%m}",
        title=f"{MANIFEST.title} to {last:%Y-%m}",
        latest_year=max(whole, default=None),
        notes=(*_notes(whole, part.rows()), *_odd(months)),
    )


def _notes(whole: Sequence[int], part: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    years = ", ".join(str(year) for year in whole) or "none"
    sums = f"years are sums of provisional months, below BAMF's annual figures: {years}"
    return (sums, *(f"{year} has {held} of 12 months: no year" for year, held in part))


def _odd(months: pl.DataFrame) -> tuple[str, ...]:
    odd = months.filter(pl.sum_horizontal(_WHOLE) != pl.col("dec_total"))
    return tuple(
        f"{row['month']:%Y-%m}, {row['nationality_de']}: outcomes do not add up to the total" for row in odd.to_dicts()
    )


def _applications(by_year: pl.DataFrame) -> pl.DataFrame:
    parts = [
        by_year.group_by("year", "origin", "asylum")
        .agg(applied=pl.col(column).sum())
        .with_columns(stage=pl.lit(stage), level=pl.lit(level), new=pl.lit(value=stage == "N"))
        for level, (stage, column) in _STAGES.items()
    ]
    key = ("year", "origin", "asylum", "authority", "stage", "level", "unit")
    return _marked(pl.concat(parts)).select(*key, "applied", "new", "provisional").sort(key)


def _decisions(by_year: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for level, columns in _LEVELS.items():
        sums = [pl.sum_horizontal(pl.col(names).sum()).alias(outcome) for outcome, names in columns.items()]
        parts.append(by_year.group_by("year", "origin", "asylum").agg(sums).with_columns(level=pl.lit(level)))
    frame = pl.concat(parts).with_columns(other=pl.col("subsidiary") + pl.col("humanitarian"))
    frame = _marked(frame.with_columns(total=pl.sum_horizontal(OUTCOMES)))
    order = (*DECISION_KEY, *OUTCOMES, "total", "subsidiary", "humanitarian", "provisional")
    return frame.select(order).sort(DECISION_KEY)


def _stocks(by_year: pl.DataFrame) -> pl.DataFrame:
    december = by_year.filter(pl.col("month").dt.month() == 12)
    pending = pl.sum_horizontal(pl.col(_PENDING).sum()).alias("pending")
    refugees = pl.lit(None, pl.Int64).alias("refugees")  # not reported
    return december.group_by("year", "origin", "asylum").agg(refugees, pending).sort("year", "origin")


def _marked(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(authority=pl.lit("G"), unit=pl.lit("P"), provisional=pl.lit(value=True))


SOURCE = Source(MANIFEST, read)
