"""Answers: value, zero and no row are three things; years, half years, stages, levels, and the doubts that touch."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.answers import Answer, Question, answer, answer_row
from asylon.statistics.definitions import definition
from asylon.statistics.doubts.findings import SCHEMA
from asylon.statistics.intervals import Count
from asylon.statistics.measures import Measure, Subject, measure_rate
from asylon.statistics.sources import Draft, source, write_drafts
from asylon.statistics.sources.unhcr import draft_of
from asylon.statistics.store import Release, Store
from asylon.statistics.tables import split_half
from tests.statistics.stores import TODAY, full, small, unhcr_tables

SYRIA_POLAND = {"coo": "SYR", "coa": "POL"}


def applied(year: int, number: int, **more: Any) -> dict[str, Any]:
    return {"year": year, **SYRIA_POLAND, "applied": number, **more}


def decided(year: int, *outcomes: int, **more: Any) -> dict[str, Any]:
    names = ("dec_recognized", "dec_other", "dec_rejected", "dec_closed")
    return {"year": year, **SYRIA_POLAND, **dict(zip(names, outcomes, strict=True)), **more}


def stock(year: int, pending: int, refugees: int = 0, **more: Any) -> dict[str, Any]:
    return {"year": year, **SYRIA_POLAND, "asylum_seekers": pending, "refugees": refugees, **more}


def release(root: Path) -> Release:
    applications = [
        applied(2020, 100),
        applied(2020, 30, app_type="R"),
        applied(2020, 7, app_type="A", dec_level="AR"),
        applied(2021, 0),
        applied(2021, 40, app_pc="C"),
        applied(2023, 60, app_type="NR"),
        applied(2023, 20, coo="AFG"),
    ]
    decisions = [
        decided(2020, 20, 10, 30, 40),
        decided(2020, 5, 0, 15, 0, dec_level="AR"),
        decided(2020, 11, 0, 11, 0, procedure_type="U"),
        decided(2021, 0, 0, 0, 0),
        decided(2021, 12, 0, 12, 0, dec_pc="C"),
        decided(2022, 0, 0, 0, 33),
        decided(2022, 44, 0, 0, 0, coo="AFG"),
    ]
    stocks = [stock(2020, 15, 200), stock(2021, 0), stock(2023, 60, ooc=11), stock(2022, 99, coo="AFG")]
    return small(root, unhcr_tables(applications, decisions, stocks))


def rows(found: Answer) -> dict[tuple[int, str], dict[str, Any]]:
    return {(row["year"], row["unit"]): row for row in found.rows.iter_rows(named=True)}


def test_value_zero_and_no_row_are_three_things(tmp_path: Path) -> None:
    found = rows(answer(release(tmp_path), Question("SYR", "POL")))
    applications = {year: found[year, "P"]["applications"] for year in (2020, 2021, 2022, 2023) if (year, "P") in found}
    assert applications == {2020: 100, 2021: 0, 2022: None, 2023: None}
    assert [found[year, "P"]["closed"] for year in (2020, 2021, 2022)] == [40, 0, 33]
    assert (found[2022, "P"]["pending"], found[2021, "P"]["pending"]) == (None, 0)
    # A year of which nothing was decided has no share, not a share of nought.
    assert [found[year, "P"]["closed_share"] for year in (2021, 2022)] == [None, 100]


def test_a_sum_of_nothing_reported_is_not_nought(tmp_path: Path) -> None:
    raw = unhcr_tables(
        [applied(2020, 10), applied(2020, 7, app_type="NR"), applied(2021, 10)],
        [decided(2020, 0, 0, 1, 0), decided(2021, 0, 0, 1, 0)],
        [stock(2020, 5), stock(2021, 5)],
    )
    raw["asylum_applications"] = raw["asylum_applications"].with_columns(applied=pl.Series([None, 7, 10]))
    raw["population"] = raw["population"].with_columns(refugees=pl.Series([0, None]))
    found = rows(answer(small(tmp_path, raw), Question("SYR", "POL")))
    assert (found[2020, "P"]["applications"], found[2021, "P"]["applications"]) == (None, 10)
    assert (found[2020, "P"]["refugees"], found[2021, "P"]["refugees"]) == (0, None)


def test_no_row_at_all(tmp_path: Path) -> None:
    found = answer(release(tmp_path), Question("IRQ", "POL"))
    assert found.rows.is_empty()
    assert found.by_level.is_empty()
    assert found.outcomes == {}
    assert {m.reason for m in found.measures} == {"no row: nothing was reported, which is not zero"}  # type: ignore[union-attr]
    assert answer_row(found)["rows"] == []


def test_units_stand_apart_and_people_wait_as_persons(tmp_path: Path) -> None:
    found = rows(answer(release(tmp_path), Question("SYR", "POL", 2021, 2021)))
    assert (found[2021, "P"]["applications"], found[2021, "C"]["applications"]) == (0, 40)
    assert (found[2021, "P"]["recognised"], found[2021, "C"]["recognised"]) == (0, 12)
    assert (found[2021, "P"]["pending"], found[2021, "C"]["pending"]) == (0, None)


def test_appeals_are_left_out_of_the_year_and_stand_by_level(tmp_path: Path) -> None:
    found = answer(release(tmp_path), Question("SYR", "POL", 2020, 2020))
    row = rows(found)[2020, "P"]
    assert [row[name] for name in ("recognised", "other", "rejected", "closed", "total")] == [31, 10, 41, 40, 122]
    assert (row["levels"], row["authorities"]) == (["FI"], ["G", "U"])
    levels = {(r["authority"], r["level"]): r["recognised"] for r in found.by_level.iter_rows(named=True)}
    assert levels == {("G", "FI"): 20, ("G", "AR"): 5, ("U", "FI"): 11}
    # 10 stands for 8-10; the bounds are those of each published cell, not of their sum.
    assert found.outcomes["P"]["other"] == Count(10, 8, 12)


def test_authority_level_and_stage_narrow_the_rows(tmp_path: Path) -> None:
    made = release(tmp_path)

    def first(**narrow: str) -> dict[str, Any]:
        return rows(answer(made, Question("SYR", "POL", 2020, 2020, **narrow)))[2020, "P"]

    assert first(authority="U")["recognised"] == 11
    assert first(authority="G")["recognised"] == 20
    assert (first()["applications"], first()["stages"]) == (100, ["N"])
    assert first(stage="R")["applications"] == 30
    assert first(stage="A")["applications"] == 7
    appeals = answer(made, Question("SYR", "POL", 2020, 2020, level="AR"))
    (rate,) = [m for m in appeals.measures if m.name == "total_protection_rate"]
    assert isinstance(rate, Measure)
    assert (rate.value, rate.levels) == (25, ("AR",))


def test_combined_stages_count_where_a_country_reports_only_those(tmp_path: Path) -> None:
    found = rows(answer(release(tmp_path), Question("SYR", "POL", 2023, 2023)))
    assert found[2023, "P"]["applications"] is None, "new applications of another origin are told apart that year"
    with_all = small(
        tmp_path / "b", unhcr_tables([applied(2023, 60, app_type="NR")], [decided(2023, 0, 0, 1, 0)], [stock(2023, 1)])
    )
    row = rows(answer(with_all, Question("SYR", "POL")))[2023, "P"]
    assert (row["applications"], row["stages"]) == (60, ["NR"])


def test_a_whole_country_and_the_world_are_sums_of_pairs(tmp_path: Path) -> None:
    made = release(tmp_path)
    poland, world = answer(made, Question(asylum="POL")), answer(made, Question())
    assert poland.rows.equals(world.rows)
    assert rows(poland)[2022, "P"]["recognised"] == 44
    assert rows(poland)[2022, "P"]["pending"] == 99
    assert rows(answer(made, Question(origin="AFG")))[2022, "P"]["recognised"] == 44


# ---------------------------------------------------------------- years


def test_reversed_years(tmp_path: Path) -> None:
    with pytest.raises(StatisticsError, match=r"the years are reversed; write --from 2020 --to 2022"):
        answer(release(tmp_path), Question("SYR", "POL", 2022, 2020))


@pytest.mark.parametrize(("first", "last"), [(1990, 1999), (2025, 2030), (2025, None), (None, 2019)])
def test_years_that_a_release_does_not_reach(tmp_path: Path, first: int | None, last: int | None) -> None:
    with pytest.raises(StatisticsError, match=r"holds the years 2020-2023"):
        answer(release(tmp_path), Question("SYR", "POL", first, last))


def test_years_beyond_the_ends_ask_for_what_there_is(tmp_path: Path) -> None:
    found = answer(release(tmp_path), Question("SYR", "POL", 1900, 2500))
    assert [m.subject.years for m in found.by_year][:1] == [(2020, 2020)]
    assert found.rows["year"].max() == 2023


# ---------------------------------------------------------------- half years


def half_release(root: Path) -> Release:
    """The last year holds its first half only, as the publisher says."""
    raw = unhcr_tables(
        [applied(2024, 100), applied(2025, 40), applied(2025, 6, dec_level="TA")],
        [decided(2024, 10, 0, 90, 0), decided(2025, 0, 0, 12, 0), decided(2025, 20, 0, 0, 0, dec_level="TA")],
        [stock(2024, 500), stock(2025, 510)],
    )
    whole = draft_of(raw, origin="made for a test")
    draft = Draft(split_half(whole.tables, 2025), "a test", "2025.06", date(2025, 11, 1), None, 2025, "first half")
    return write_drafts(Store(root), source("unhcr").manifest, [draft], today=TODAY)[0]


def test_half_a_year_stands_apart(tmp_path: Path) -> None:
    found = answer(half_release(tmp_path), Question("SYR", "POL"))
    assert found.rows["year"].to_list() == [2024]
    assert {m.subject.last_year for m in (*found.measures, *found.by_year)} == {2024}
    (half,) = answer_row(found)["half_year"]
    assert (half["period"], half["applications"], half["rejected"], half["pending"]) == (
        "2025-01..2025-06",
        46,
        12,
        510,
    )
    assert "year" not in half, "nothing can take it for a year"


def test_half_a_year_keeps_to_the_level_that_was_asked(tmp_path: Path) -> None:
    (half,) = answer_row(answer(half_release(tmp_path), Question("SYR", "POL", level="TA")))["half_year"]
    assert (half["applications"], half["recognised"], half["rejected"]) == (6, 20, 0)


def test_half_a_year_cannot_be_asked_for_as_a_year(tmp_path: Path) -> None:
    with pytest.raises(StatisticsError, match="holds the years 2024-2024"):
        answer(half_release(tmp_path), Question("SYR", "POL", 2025, 2025))


# ---------------------------------------------------------------- doubts


def doubt(why: str, first: int, last: int, **about: Any) -> dict[str, Any]:
    plain = {"check": "x", "table": "decisions", "asylum": None, "origin": None, "level": None, "size": 1.0}
    return {
        **plain,
        "unit": "persons",
        "release": "unhcr@1",
        "first_year": first,
        "last_year": last,
        "message": why,
        "values": "{}",
        **about,
    }


def touched(root: Path, question: Question) -> set[str]:
    doubts = pl.DataFrame(
        [
            doubt("country", 2020, 2021, asylum="POL"),
            doubt("pair", 2021, 2022, asylum="POL", origin="SYR"),
            doubt("level", 2020, 2020, asylum="POL", level="AR"),
            doubt("everybody", 2022, 2022),
            doubt("elsewhere", 2020, 2022, asylum="DEU"),
        ],
        schema=SCHEMA,
    )
    return {str(found.why) for found in answer(release(root), question, doubts=doubts).doubts}


def test_doubts_touch_the_questions_they_are_about(tmp_path: Path) -> None:
    pair = Question("SYR", "POL")
    assert touched(tmp_path, pair) == {"country", "pair", "level", "everybody"}
    assert touched(tmp_path, Question("SYR", "POL", 2020, 2020)) == {"country", "level"}
    assert touched(tmp_path, Question("SYR", "POL", level="FI")) == {"country", "pair", "everybody"}
    assert touched(tmp_path, Question("AFG", "POL")) == {"country", "level", "everybody"}
    assert touched(tmp_path, Question(asylum="POL")) == {"country", "level", "everybody"}
    assert touched(tmp_path, Question("SYR")) == {"everybody"}


def test_a_doubt_stands_beside_the_numbers_it_touches(tmp_path: Path) -> None:
    doubts = pl.DataFrame(
        [doubt("moved", 2020, 2020, asylum="POL"), doubt("books", 2020, 2022, asylum="POL", table="stocks")],
        schema=SCHEMA,
    )
    found = answer(release(tmp_path), Question("SYR", "POL"), doubts=doubts)
    marked = [m for m in found.measures if isinstance(m, Measure) and "doubt: moved" in m.warnings]
    assert len(marked) > 5
    years = {m.subject.first_year: m.warnings for m in found.by_year if isinstance(m, Measure)}
    assert "doubt: moved" in years[2020]
    every = [m for m in (*found.measures, *found.by_year) if isinstance(m, Measure)]
    assert not any("books" in warning for m in every for warning in m.warnings), "stocks are in no rate"
    assert [row["why"] for row in answer_row(found)["doubts"]] == ["moved", "books"]


# ---------------------------------------------------------------- the same, year by year


@pytest.mark.parametrize("question", [Question(), Question("SYR"), Question(asylum="USA"), Question("RUS", "ISR")])
def test_years_are_measured_as_each_would_be_alone(question: Question) -> None:
    newest = full().release()
    decisions = newest.frame("decisions").filter(
        *(pl.col(name) == value for name in ("origin", "asylum") if (value := getattr(question, name)))
    )
    found = answer(newest, question).by_year
    years = sorted(decisions["year"].unique())
    assert sorted({m.subject.first_year for m in found}) == years
    rate = definition("total_protection_rate")
    for year in years[::4]:
        about = Subject(question.origin, question.asylum, year, year)
        alone = measure_rate(decisions.filter(pl.col("year") == year), rate, about, newest)
        assert [m for m in found if m.subject.first_year == year] == alone
