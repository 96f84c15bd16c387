"""Small tables in the form of each publisher, made here: no figure is anybody's."""

from __future__ import annotations

from datetime import date

import polars as pl

from asylon.statistics.sources import bamf


def months(first: date, count: int, **figures: int) -> pl.DataFrame:
    """Return `count` months of one nationality in BAMF's form: zeros but for the figures given."""
    days = pl.date_range(first, pl.lit(first).dt.offset_by(f"{count - 1}mo"), "1mo", eager=True)
    keys = {"month": days, "iso3": "SYR", "nationality_de": "Syrien", "bamf_code": "475"}
    return pl.DataFrame(keys).with_columns(pl.lit(figures.get(name, 0), pl.Int64).alias(name) for name in bamf.NUMBERS)


def home_office_decisions(*rows: tuple[str, str, str, str, int], quarters: int = 4, year: int = 2023) -> pl.DataFrame:
    """Return rows (nationality, applicant type, outcome group, outcome, decisions) repeated in each quarter."""
    names = ("Nationality", "Applicant type", "Case outcome group", "Case outcome", "Decisions")
    rest = {"Region": "x", "Case type": "Asylum Case", "Age": "x", "Sex": "x", "UASC": "x", "Host Country": "x"}
    return pl.DataFrame(
        [
            {**dict(zip(names, row, strict=True)), **rest, "Year": year, "Quarter": f"{year} Q{quarter}"}
            for quarter in range(1, quarters + 1)
            for row in rows
        ]
    )


def applicants(*rows: tuple[int, str, str, object]) -> pl.DataFrame:
    """Return rows (year, geo, citizen, value) of first-time applicants in Eurostat's form."""
    frame = pl.DataFrame(
        [dict(zip(("year", "geo", "citizen", "value"), row, strict=True)) for row in rows], infer_schema_length=None
    )
    return frame.with_columns(
        sex=pl.lit("Total"), age=pl.lit("Total"), asyl_app=pl.lit("First time applicant"), flag=pl.lit(None, pl.String)
    )


def populations(*rows: tuple[str | None, str, int, object]) -> pl.DataFrame:
    """Return rows (iso3, entity, year, population)."""
    return pl.DataFrame(
        [dict(zip(("iso3", "entity", "year", "population"), row, strict=True)) for row in rows],
        infer_schema_length=None,
    )


def lookups() -> pl.DataFrame:
    """Return a code list in EOIR's form, with a code of two meanings and one that looks like a missing value."""
    rows = [
        ("tblFruit", "fruit", "A", "apple"),
        ("tblFruit", "fruit", "A", "apricot"),
        ("tblFruit", "fruit", "NA", "nashi"),
        ("tblFruit", "fruit", "Z", ""),
    ]
    return pl.DataFrame(rows, schema=["table", "name", "value", "description"], orient="row")
