"""Doubts: known errors are found without being named in code; each check on tables made to break it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.statistics.doubts import CHECKS, MESSAGES, doubts_in, doubts_of, find_doubts
from asylon.statistics.store import Release, Store
from tests.shared import ROOT
from tests.statistics.stores import ask, full, small, unhcr_tables

YEARS = range(2018, 2023)


def found(check: str, **words: Any) -> list[dict[str, Any]]:
    options = [part for name, value in words.items() for part in (f"--{name}", value)]
    rows: list[dict[str, Any]] = ask("doubts", "--check", check, *options)
    return rows


def test_no_country_is_named_in_a_check() -> None:
    folder = ROOT / "src" / "asylon" / "statistics" / "doubts"
    text = " ".join(path.read_text() for path in folder.glob("*.py"))
    for word in ("DEU", "RUS", "USA", "ISR", "ERI", "CAN", "German", "Russia", "Eritre", "Israel"):
        assert word not in text


def test_germany_2020() -> None:
    rows = found("double_exchange", asylum="DEU")
    assert [(row["level"], row["years"]) for row in rows] == [("NA", [2020, 2020])]
    # The check is sharp: in a quarter of a century of the whole world it speaks four times.
    assert len(found("double_exchange")) == 4


def test_russia_changes_the_meaning_of_its_columns() -> None:
    years = {row["years"][1] for row in found("coding_break", asylum="RUS")}
    assert {2012, 2013, 2016, 2019} <= years


def test_the_united_states_change_the_unit() -> None:
    rows = [row for row in found("unit_break", asylum="USA") if row["level"] == "IN" and row["table"] == "decisions"]
    assert sorted(row["years"][1] for row in rows if row["years"][1] >= 2020) == [2021, 2025]


def test_eritreans_in_israel_change_the_column() -> None:
    moved = found("moved_between_columns", asylum="ISR", origin="ERI")
    assert [row["years"] for row in moved] == [[2019, 2020]]
    residuals = {row["years"][1]: row["size"] for row in found("stock_flow_of_pair", asylum="ISR", origin="ERI")}
    assert (residuals[2019], residuals[2020]) == (2160, 1154)


def test_ukrainians_in_russia_are_gone() -> None:
    rows = found("gone_without_trace", asylum="RUS", origin="UKR")
    assert [(row["years"], row["size"]) for row in rows] == [([2023, 2024], 1_227_554 - 6_894)]


def test_residuals_of_2025() -> None:
    sizes = {row["country"]: row["size"] for row in found("stock_flow", **{"from": 2025, "to": 2025})}
    expected = {"USA": 220_435, "GBR": 46_656, "LBY": 29_226, "PAK": -64_551, "MEX": -61_756, "TUR": -58_045}
    assert {country: sizes[country] for country in expected} == expected


def test_demographics_that_lost_their_years(tmp_path: Path) -> None:
    june = full().release(as_of="2025.12.1")
    whole = june.frame("demographics")
    store = Store(tmp_path)
    edition = june.edition
    for version, day, rows in (("12", 12, whole), ("25", 25, whole.filter(pl.col("year") == 2025))):
        named = _edition(edition, version, date(2026, 6, day))
        store.write(named, {"decisions": june.frame("decisions"), "demographics": rows})
    doubts = find_doubts(store.release(as_of="25"), store).filter(pl.col("check") == "lost_rows")
    assert doubts["table"].to_list() == ["demographics"]
    assert "the years 2001-2024" in doubts_in(doubts)[0].why
    assert find_doubts(store.release(as_of="12"), store).filter(pl.col("check") == "lost_rows").is_empty()


def _edition(edition: Any, version: str, day: date) -> Any:
    from dataclasses import replace

    return replace(edition, version=version, dated=day)


def test_every_release_has_its_doubts_and_none_is_found_twice() -> None:
    store = full()
    for release in store.releases():
        doubts = doubts_of(store, release)
        assert doubts.height > 1000
        assert set(doubts["release"]) == {release.id}
        key = ["check", "asylum", "origin", "level", "first_year", "last_year", "table", "message", "values"]
        assert not doubts.select(key).is_duplicated().any()


# ---------------------------------------------------------------- each check on small tables


def decided(year: int, origin: str, *outcomes: int, **more: Any) -> dict[str, Any]:
    names = ("dec_recognized", "dec_other", "dec_rejected", "dec_closed")
    return {"year": year, "coo": origin, "coa": "POL", **dict(zip(names, outcomes, strict=True)), **more}


def stock(year: int, **columns: int) -> dict[str, Any]:
    return {"year": year, "coo": "SYR", "coa": "POL", **columns}


def release_of(
    root: Path,
    decisions: list[dict[str, Any]],
    population: list[dict[str, Any]] | None = None,
    applications: list[dict[str, Any]] | None = None,
) -> Release:
    calm = [stock(year) for year in YEARS]
    applied = [{"year": year, "coo": "SYR", "coa": "POL", "applied": 1000} for year in YEARS]
    return small(root, unhcr_tables(applications or applied, decisions, population or calm))


def checks(release: Release) -> dict[str, list[int]]:
    doubts = find_doubts(release)
    rows = doubts.group_by("check").agg(pl.col("last_year").unique().sort())
    return {row["check"]: row["last_year"] for row in rows.iter_rows(named=True)}


CALM = [decided(year, origin, 300, 200, 400, 100) for year in YEARS for origin in ("SYR", "AFG")]


def test_calm_figures_raise_no_doubt(tmp_path: Path) -> None:
    assert checks(release_of(tmp_path, CALM)) == {}


def test_a_column_booked_elsewhere(tmp_path: Path) -> None:
    moved = [{**row, "dec_rejected": 0, "dec_closed": 500} if row["year"] == 2021 else row for row in CALM]
    assert checks(release_of(tmp_path, moved)) == {"coding_break": [2021, 2022]}


def test_another_mix_of_origins_is_no_break(tmp_path: Path) -> None:
    """Half the people are from where most are protected, half from where most are refused; then the mix turns over."""
    rows = []
    for year in YEARS:
        many, few = (900, 100) if year < 2021 else (100, 900)
        rows += [
            decided(year, "SYR", many * 9 // 10, 0, many // 10, 0),
            decided(year, "ALB", few // 10, 0, few * 9 // 10, 0),
        ]
    assert checks(release_of(tmp_path, rows)) == {}


def test_books_that_do_not_close(tmp_path: Path) -> None:
    people = [stock(year, asylum_seekers=9000 if year == 2020 else 4000) for year in YEARS]
    applied = [{"year": year, "coo": "SYR", "coa": "POL", "applied": 2000} for year in YEARS]
    found = checks(release_of(tmp_path, CALM, people, applied))
    assert found["stock_flow"] == [2020, 2021]


def test_people_who_changed_the_column(tmp_path: Path) -> None:
    people = [stock(year, refugees=8000 if year < 2021 else 100, ooc=0 if year < 2021 else 7900) for year in YEARS]
    found = checks(release_of(tmp_path, CALM, people))
    assert found == {"moved_between_columns": [2021], "gone_without_trace": [2021]}


def test_returns_account_for_who_is_gone(tmp_path: Path) -> None:
    people = [
        stock(year, refugees=8000 if year < 2021 else 100, returned_refugees=7900 if year == 2021 else 0)
        for year in YEARS
    ]
    assert checks(release_of(tmp_path, CALM, people)) == {}


def test_another_unit(tmp_path: Path) -> None:
    rows = [{**row, "dec_pc": "C" if row["year"] >= 2021 else "P"} for row in CALM]
    assert checks(release_of(tmp_path, rows)) == {"unit_break": [2021]}


def test_a_false_total(tmp_path: Path) -> None:
    rows = [{**row, "dec_total": 1500 if (row["year"], row["coo"]) == (2020, "AFG") else 1000} for row in CALM]
    assert checks(release_of(tmp_path, rows)) == {"false_total": [2020]}


def test_a_report_that_stayed_away(tmp_path: Path) -> None:
    rows = [row for row in CALM if row["year"] != 2021]
    assert checks(release_of(tmp_path, rows)) == {"missing_report": [2021]}


def test_people_counted_in_the_country_they_are_from(tmp_path: Path) -> None:
    people = [stock(2020), {"year": 2020, "coo": "POL", "coa": "POL", "refugees": 5}]
    assert checks(release_of(tmp_path, CALM, people)) == {"same_country": [2020]}


def test_a_short_year_of_a_release_nobody_knows(tmp_path: Path) -> None:
    rows = [
        decided(2022, o, 100, 60, 130, 30) if y == 2022 else decided(y, o, 300, 200, 400, 100)
        for y in YEARS
        for o in ("SYR", "AFG")
    ]
    assert checks(release_of(tmp_path, rows)) == {"short_year": [2022]}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_says_what_and_why(check: Any) -> None:
    assert len(check.looks_for) > 20
    assert any(character.isdigit() for character in check.threshold) or "any" in check.threshold


def test_every_finding_is_one_of_the_messages_filled_whole() -> None:
    found = doubts_in(doubts_of(full(), full().release(as_of="2025.12.1")))
    assert {doubt.message for doubt in found} <= set(MESSAGES.values())
    assert not any("{" in doubt.why or "null" in doubt.why for doubt in found)
    named = {doubt.check: doubt.why for doubt in found if doubt.asylum == "RUS"}
    assert named["gone_without_trace"].startswith("people from ")
    assert "in Russia" in named["gone_without_trace"]
