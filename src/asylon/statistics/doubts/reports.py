"""Doubts about reporting: units that change, reports that stay away, years that are short, rows that got lost."""

from __future__ import annotations

import json

import polars as pl

from asylon.statistics.doubts.findings import SCHEMA, found, nothing
from asylon.statistics.doubts.messages import MESSAGES
from asylon.statistics.store import Release, Store

REPORTED_YEARS, REPORTED_SIZE = 3, 1_000
SHORT_SHARE = 0.6
SAME_COUNTRY_PERSONS = 5
_UNIT_VALUES = {"unit": "units", "unit_before": "before"}
_WORDS = {"P": "persons", "C": "cases", "PC": "persons and cases"}


def unit_breaks(release: Release, store: Store | None) -> pl.DataFrame:
    """Return country-levels and years that count in another unit than the year before, or in two at once."""
    del store
    tables = (("decisions", "total"), ("applications", "applied"))
    return pl.concat([_unit_breaks(release.frame(name), name, value) for name, value in tables if release.has(name)])


def _unit_breaks(frame: pl.DataFrame, table: str, value: str) -> pl.DataFrame:
    units = (
        frame.group_by("asylum", "level", "year")
        .agg(units=pl.col("unit").unique().sort(descending=True).str.join(""), size=pl.col(value).sum())
        .filter(pl.col("size") >= REPORTED_SIZE)
        .sort("asylum", "level", "year")
    )
    before = pl.col("units").shift().over("asylum", "level")
    gap = pl.col("year") - pl.col("year").shift().over("asylum", "level")
    kept = units.with_columns(before=before, gap=gap).filter(
        (pl.col("units") != pl.col("before")) | (pl.col("units") == "PC")
    )
    mixed = pl.col("units") == "PC"
    counted = {"table": pl.lit(table), **{name: _unit_words(column) for name, column in _UNIT_VALUES.items()}}
    size, unit = pl.col("size"), "rows' total"
    frames = [
        found(kept.filter(rows), table=table, size=size, unit=unit, message=message, values=counted)
        for rows, message in ((mixed, "unit_mixed"), (~mixed, "unit_changed"))
    ]
    return pl.concat(frames)


def _unit_words(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(_WORDS, default="")


def missing_reports(release: Release, store: Store | None) -> pl.DataFrame:
    """Return countries and years without a row after three years of reports."""
    del store
    tables = (("decisions", "total"), ("applications", "applied"))
    frames = [_missing(release.frame(name), name, value) for name, value in tables if release.has(name)]
    return pl.concat(frames) if frames else nothing()


def _missing(frame: pl.DataFrame, table: str, value: str) -> pl.DataFrame:
    reported = frame.group_by("asylum", "year").agg(size=pl.col(value).sum())
    newest = int(frame["year"].max() or 0)  # type: ignore[arg-type]
    expected: pl.DataFrame | None = None
    for back in range(1, REPORTED_YEARS + 1):
        earlier = reported.with_columns(year=(pl.col("year") + back).cast(pl.Int16)).rename({"size": f"size{back}"})
        expected = earlier if expected is None else expected.join(earlier, on=["asylum", "year"])
    assert expected is not None
    mean = pl.mean_horizontal([f"size{back}" for back in range(1, REPORTED_YEARS + 1)])
    kept = expected.join(reported, on=["asylum", "year"], how="anti").filter(
        (mean >= REPORTED_SIZE) & (pl.col("year") <= newest)
    )
    values = {"table": pl.lit(table), "people": mean}
    return found(kept, table=table, size=mean, unit="persons", message="missing_report", values=values)


def same_country(release: Release, store: Store | None) -> pl.DataFrame:
    """Return rows that count people as refugees or asylum-seekers from the country they are in."""
    del store
    if not release.has("stocks"):
        return nothing()
    people = pl.col("refugees").fill_null(0) + pl.col("pending").fill_null(0)
    kept = release.frame("stocks").filter(
        (pl.col("origin") == pl.col("asylum")) & (people >= SAME_COUNTRY_PERSONS) & (pl.col("origin") != "UNK")
    )
    values = {name: pl.col(name).fill_null(0) for name in ("refugees", "pending")}
    return found(kept, table="stocks", size=people, unit="persons", message="same_country", values=values)


def short_years(release: Release, store: Store | None) -> pl.DataFrame:
    """Return the newest year where it is much smaller than the one before and nobody says that it is whole."""
    del store
    if release.edition.latest_year_covers != "unknown":
        return nothing()
    years = release.frame("decisions").group_by("year").agg(size=pl.col("total").sum()).sort("year").tail(2)
    if years.height < 2 or years["size"][1] >= SHORT_SHARE * years["size"][0]:
        return nothing()
    rows = years.tail(1).with_columns(before=pl.lit(years["size"][0]))
    values = {"decisions": pl.col("size"), "before": pl.col("before")}
    size = pl.col("size")
    return found(rows, table="decisions", size=size, unit="persons", message="short_year", values=values)


def lost_rows(release: Release, store: Store | None) -> pl.DataFrame:
    """Return tables that hold fewer years, or fewer than half the rows, than in the release before."""
    earlier = _earlier(release, store)
    if earlier is None:
        return nothing()
    frames = [_lost(release, earlier, name) for name in earlier.tables if not name.endswith("_half")]
    kept = [frame for frame in frames if frame.height]
    return pl.concat(kept) if kept else nothing()


def _earlier(release: Release, store: Store | None) -> Release | None:
    before = [
        known
        for known in (store.releases(release.edition.source) if store else ())
        if known.edition.dated < release.edition.dated
    ]
    return before[-1] if before else None


def _lost(release: Release, earlier: Release, name: str) -> pl.DataFrame:
    rows_before = earlier.tables[name].rows
    if not release.has(name):
        years, rows = _years(earlier, name), 0
    else:
        years = sorted(set(_years(earlier, name)) - set(_years(release, name)) - _half_years(earlier))
        rows = release.tables[name].rows
    if not years and rows * 2 >= rows_before:
        return nothing()
    first, last = (years[0], years[-1]) if years else (0, 9999)
    told = {"table": name, "earlier": earlier.id, "rows": rows, "rows_before": rows_before}
    told |= {"first_year": first, "last_year": last} if years else {}
    row = {
        "table": name,
        "first_year": first,
        "last_year": last,
        "size": rows_before - rows,
        "unit": "rows",
        "message": MESSAGES["lost_years" if years else "lost_rows"],
        "values": json.dumps(told),
    }
    return pl.DataFrame([row], schema_overrides=SCHEMA).select(
        *(pl.lit(None, pl.String).alias(column) for column in ("asylum", "origin", "level")), *row
    )


def _years(release: Release, name: str) -> list[int]:
    return sorted(release.frame(name)["year"].unique()) if "year" in release.tables[name].columns else []


def _half_years(release: Release) -> set[int]:
    edition = release.edition
    return {edition.latest_year} if edition.latest_year_covers == "first half" and edition.latest_year else set()
