"""Two sources side by side, and columns booked the other way round: found where they are, nowhere else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.crosscheck import (
    LEAST_ORIGINS,
    READINGS,
    SUBSIDIARY_AS_REFUGEE,
    by_country,
    exchanged,
    misread,
    side_by_side,
)
from asylon.statistics.doubts import CHECKS
from asylon.statistics.doubts.second import exchanged_columns
from asylon.statistics.store import Release, Store
from tests.shared import shared
from tests.statistics.releases import decided, made, release, store

ORIGINS = ("SYR", "IRQ", "AFG", "ERI", "IRN", "TUR")
# Refused and closed of each origin, differently mixed.
TRUE = tuple((origin, "DEU", 100, 0, 40 * number, 300 - 40 * number) for number, origin in enumerate(ORIGINS, 1))


def turned(rows: tuple[tuple[object, ...], ...]) -> tuple[tuple[object, ...], ...]:
    return tuple((*row[:4], row[5], row[4]) for row in rows)


def pair(
    tmp_path: Path, ours: tuple[tuple[object, ...], ...], theirs: tuple[tuple[object, ...], ...]
) -> tuple[Release, Release]:
    return (
        made(tmp_path / "a", {"decisions": decided(*ours)}, "office"),
        made(tmp_path / "b", {"decisions": decided(*theirs)}, "collector"),
    )


def test_exchanged_columns_are_found_with_their_numbers(tmp_path: Path) -> None:
    (found,) = exchanged(*pair(tmp_path, TRUE, turned(TRUE)))
    assert (found.reading, found.asylum, found.year) == ("rejected_and_closed_exchanged", "DEU", 2020)
    assert (found.origins, found.better, found.apart_as_read) == (6, 6, 0)
    assert found.people == 6 * 300
    assert found.apart_as_published == sum(2 * abs(300 - 80 * number) for number in range(1, 7))
    assert (found.witness, found.release) == ("office@test", "collector@test")
    assert "Germany 2020: collector agrees with office with rejected and closed exchanged: 0 people apart" in found.why


def test_columns_as_they_should_be_raise_no_doubt(tmp_path: Path) -> None:
    assert misread(*pair(tmp_path, TRUE, TRUE)) == ()


def test_a_difference_that_exchanging_does_not_explain_is_none(tmp_path: Path) -> None:
    other = tuple((*row[:4], int(str(row[4])) // 2, row[5]) for row in TRUE)
    assert exchanged(*pair(tmp_path, TRUE, other)) == ()


def test_a_reading_that_only_halves_the_difference_is_none(tmp_path: Path) -> None:
    ours = tuple((origin, "DEU", 0, 0, 300, 0) for origin in ORIGINS)
    theirs = tuple((origin, "DEU", 0, 0, 100, 200) for origin in ORIGINS)
    assert exchanged(*pair(tmp_path, ours, theirs)) == ()


def test_what_unhcr_decided_is_not_held_against_the_state(tmp_path: Path) -> None:
    rows = decided(("SYR", "DEU", 5, 0, 0, 0))
    unhcrs = rows.with_columns(authority=pl.lit("U"), recognised=pl.lit(9, pl.Int64))
    both = made(tmp_path, {"decisions": pl.concat([rows, unhcrs])}, "x")
    assert side_by_side(both, both)["recognised_b"].to_list() == [5]


def test_two_sources_of_one_country_do_not_doubt_each_other(tmp_path: Path) -> None:
    made(tmp_path, {"decisions": decided(*TRUE)}, "office")
    other = made(tmp_path, {"decisions": decided(*turned(TRUE))}, "ministry")
    assert exchanged_columns(other, Store(tmp_path)).is_empty()
    abroad = (*turned(TRUE), ("SYR", "FRA", 1, 0, 0, 0))
    collected = made(tmp_path, {"decisions": decided(*abroad)}, "collector")
    assert exchanged_columns(collected, Store(tmp_path)).height == 1, "one of two offices agrees as published"


def test_a_few_origins_alone_prove_nothing(tmp_path: Path) -> None:
    few = TRUE[: LEAST_ORIGINS - 1]
    assert exchanged(*pair(tmp_path, few, turned(few))) == ()


def test_one_large_origin_does_not_outvote_the_others(tmp_path: Path) -> None:
    giant = (("PAK", "DEU", 0, 0, 100_000, 0),)
    small = tuple((origin, "DEU", 0, 0, 800, 200) for origin in ORIGINS)
    assert exchanged(*pair(tmp_path, (*giant, *small), (*turned(giant), *small))) == ()


def test_fewer_than_five_hundred_people_prove_nothing(tmp_path: Path) -> None:
    small = tuple((origin, "DEU", 0, 0, 60, 20) for origin in ORIGINS)
    assert exchanged(*pair(tmp_path, small, turned(small))) == ()


def test_small_differences_are_not_taken_for_an_exchange(tmp_path: Path) -> None:
    even = tuple((origin, "DEU", 0, 0, 104, 100) for origin in ORIGINS)
    assert exchanged(*pair(tmp_path, even, turned(even))) == ()


def test_a_reading_needs_what_its_witness_tells_apart(tmp_path: Path) -> None:
    rows = decided(*[(origin, "DEU", 50 + number, 40, 10, 0) for number, origin in enumerate(ORIGINS)])
    parts = rows.with_columns(subsidiary=pl.lit(30, pl.Int64), humanitarian=pl.lit(10, pl.Int64))
    booked = rows.with_columns(pl.col("recognised") + 30, other=pl.lit(10, pl.Int64))
    collector = made(tmp_path / "b", {"decisions": booked}, "collector")
    (found,) = misread(made(tmp_path / "a", {"decisions": parts}, "office"), collector)
    assert found.reading == SUBSIDIARY_AS_REFUGEE.name
    assert misread(made(tmp_path / "c", {"decisions": rows}, "office"), collector, [SUBSIDIARY_AS_REFUGEE]) == ()


def test_side_by_side_keeps_no_row_apart_from_zero(tmp_path: Path) -> None:
    ours = (("SYR", "DEU", 5, 0, 0, 0), ("IRQ", "DEU", 0, 0, 3, 0))
    theirs = (("SYR", "DEU", 7, 0, 0, 0), (None, "DEU", 1, 0, 0, 0))
    compared = side_by_side(*pair(tmp_path, ours, theirs))
    found = {row["origin"]: row for row in compared.iter_rows(named=True)}
    assert found["SYR"]["recognised_difference"] == 2
    assert (found["IRQ"]["recognised_a"], found["IRQ"]["recognised_b"]) == (0, None)
    assert found["IRQ"]["recognised_difference"] is None
    assert found[None]["recognised_b"] == 1
    with pytest.raises(StatisticsError, match="applications or decisions"):
        side_by_side(*pair(tmp_path, ours, theirs), table="stocks")


def test_side_by_side_of_one_level(tmp_path: Path) -> None:
    rows = decided(("SYR", "DEU", 5, 0, 0, 0))
    both = made(
        tmp_path,
        {"decisions": pl.concat([rows, rows.with_columns(level=pl.lit("RA"), recognised=pl.lit(9, pl.Int64))])},
        "x",
    )
    assert side_by_side(both, both)["recognised_a"].to_list() == [5]
    assert side_by_side(both, both, level="RA")["recognised_a"].to_list() == [9]


def test_germany_2020_is_found_and_no_other_year() -> None:
    """Study, section 9: rejected and closed exchanged, subsidiary protection under recognised; 2015-2019 agree."""
    found = misread(release("bamf"), release("unhcr"))
    named = {(one.asylum, one.year, one.reading) for one in found}
    assert named == {("DEU", 2020, "rejected_and_closed_exchanged"), ("DEU", 2020, "subsidiary_in_recognised")}
    swap = exchanged(release("bamf"), release("unhcr"))
    assert len(swap) == 1
    assert swap[0].apart_as_read < 0.06 * swap[0].apart_as_published
    assert misread(release("uk"), release("unhcr")) == ()


def test_the_doubt_is_raised_beside_the_second_source_and_not_against_it() -> None:
    german, everywhere = release("bamf"), release("unhcr")
    found = exchanged_columns(everywhere, store())
    assert found.select("asylum", "first_year", "last_year", "origin").rows() == [("DEU", 2020, 2020, None)] * 2
    assert found["size"].to_list() == sorted(found["size"], reverse=True)
    assert exchanged_columns(german, store()).is_empty()
    assert exchanged_columns(everywhere, None).is_empty()
    check = next(check for check in CHECKS if check.name == "exchanged_columns")
    assert check.find(everywhere, store()).equals(found)


def test_the_origins_of_germany_2020() -> None:
    """Study, section 9: what each of the two says of Syrians and Iraqis."""
    compared = side_by_side(release("bamf"), release("unhcr")).filter(asylum="DEU", year=2020)
    rows = {row["origin"]: row for row in compared.iter_rows(named=True)}
    named = ("rejected_a", "closed_a", "rejected_b", "closed_b")
    assert tuple(rows["SYR"][name] for name in named) == (30, 3_381, 3_139, 28)
    assert tuple(rows["IRQ"][name] for name in named) == (4_632, 2_067, 1_792, 4_637)
    assert rows["SYR"]["recognised_b"] == 33_940
    bamf = (
        release("bamf").frame("decisions").filter(asylum="DEU", year=2020, origin="SYR", level="NA").row(0, named=True)
    )
    assert (bamf["recognised"], bamf["subsidiary"]) == (18_625, 15_300)


@pytest.mark.parametrize("year", [2015, 2016, 2017, 2018, 2019])
def test_other_years_of_germany_agree_better_as_published(year: int) -> None:
    compared = side_by_side(release("bamf"), release("unhcr")).filter(asylum="DEU", year=year).drop_nulls()
    straight = sum(abs(compared[f"{name}_difference"]).sum() for name in ("rejected", "closed"))
    crossed = sum(
        abs(compared[f"{a}_b"] - compared[f"{b}_a"]).sum() for a, b in (("rejected", "closed"), ("closed", "rejected"))
    )
    assert crossed > 4 * straight


def new_claims() -> dict[tuple[str, int], float]:
    compared = by_country(side_by_side(release("eurostat"), release("unhcr"), table="applications"), "applied")
    chosen = compared.filter(
        pl.col("asylum").is_in(["AUT", "DEU", "FRA", "GBR", "HUN", "ITA", "SWE"]), pl.col("unit") == "P"
    )
    return {(row["asylum"], row["year"]): row["percent"] for row in chosen.iter_rows(named=True)}


def test_new_claims_at_eurostat_and_unhcr() -> None:
    """Study, section 9: 24 of 32 country-years of seven states within half a percent; four gaps are named there."""
    percent = new_claims()
    assert len(percent) == 32
    assert sum(abs(value) <= 0.5 for value in percent.values()) == 24
    named = {("FRA", 2015): 5.1, ("AUT", 2014): 9.2, ("GBR", 2015): -2.7, ("ITA", 2016): 1.5}
    assert {key: round(percent[key], 1) for key in named} == named


def test_the_austrian_ministry_counts_a_little_more() -> None:
    """Study, section 9: 17,413 against 17,393 (2012), 17,503 against 17,484 (2013), lost to rounding."""
    ministry = pl.read_parquet(shared() / "data/austria/asylum_applications_2002_2015.parquet")
    ours = dict(ministry.group_by("year").agg(pl.col("total").sum()).iter_rows())
    rows = release("unhcr").frame("applications").filter(asylum="AUT", new=True)
    theirs = dict(rows.group_by("year").agg(pl.col("applied").sum()).iter_rows())
    assert [(ours[year], theirs[year]) for year in (2012, 2013)] == [(17_413, 17_393), (17_503, 17_484)]


def test_every_reading_has_its_own_name() -> None:
    assert len({reading.name for reading in READINGS}) == len(READINGS) == 7
