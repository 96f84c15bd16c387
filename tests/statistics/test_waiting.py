"""Waiting: shares by hand on small queues, books that close, years without a row, the finding in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylon.statistics.answers import Question
from asylon.statistics.intervals import Count
from asylon.statistics.waiting import Waiting, WaitYear, _still_waiting, waiting, waiting_row
from tests.statistics.stores import small, unhcr_tables

ASKED = Question("SYR", "POL")


def queue(root: Path, *years: tuple[int, int | None, int | None, int | None], **more: Any) -> Waiting:
    """What is said of a queue given as year, applied, decided (rejected), pending; None is no row."""
    place = {"coo": "SYR", "coa": "POL"}
    beside = {"coo": "AFG", "coa": "DEU"}  # so that a table is never empty
    applications = [{"year": y, **place, "applied": a} for y, a, _, _ in years if a is not None]
    decisions = [{"year": y, **place, "dec_rejected": d} for y, _, d, _ in years if d is not None]
    people = [{"year": y, **place, "asylum_seekers": p} for y, _, _, p in years if p is not None]
    ends = [years[0][0], years[-1][0]]
    made = unhcr_tables(
        [*applications, *({"year": y, **beside, "applied": 1} for y in ends)],
        [*decisions, *more.get("decisions", []), *({"year": y, **beside} for y in ends)],
        [*people, *({"year": y, **beside} for y in ends)],
    )
    return waiting(small(root, made), ASKED, longest=more.get("longest", 5))


def shares(found: Waiting, name: str) -> dict[tuple[int, int], float | None]:
    return {(share.applied_in, share.years): getattr(share, name) for share in found.still_waiting}


def test_in_order_by_hand(tmp_path: Path) -> None:
    """Of the first hundred 20 are closed, then 40; 50 more come behind them. A year later 10 more are closed."""
    found = queue(tmp_path, (2020, 100, 20, 80), (2021, 50, 40, 90), (2022, 0, 10, 80))
    assert shares(found, "in_order") == {(2020, 1): 40, (2020, 2): 30, (2021, 1): 100}


def test_equal_chance_by_hand(tmp_path: Path) -> None:
    """80 of 100 stay, then 90 of 130: 0.8 x 90 / 130; then 80 of 90."""
    found = queue(tmp_path, (2020, 100, 20, 80), (2021, 50, 40, 90), (2022, 0, 10, 80))
    assert shares(found, "equal_chance") == pytest.approx(
        {
            (2020, 1): 100 * 0.8 * 90 / 130,
            (2020, 2): 100 * 0.8 * 90 / 130 * 80 / 90,
            (2021, 1): 100 * 90 / 130 * 80 / 90,
        }
    )


def test_nobody_waits_and_everybody_waits(tmp_path: Path) -> None:
    done = queue(tmp_path / "a", (2020, 100, 100, 0), (2021, 100, 100, 0))
    assert (shares(done, "in_order"), shares(done, "equal_chance")) == ({(2020, 1): 0}, {(2020, 1): 0})
    stuck = queue(tmp_path / "b", (2020, 100, 0, 100), (2021, 100, 0, 200))
    assert (shares(stuck, "in_order"), shares(stuck, "equal_chance")) == ({(2020, 1): 100}, {(2020, 1): 100})


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1)), min_size=2, max_size=6))
def test_the_shares_of_all_years_add_up_to_the_queue(years: list[tuple[int, float]]) -> None:
    """From an empty queue whose books close, those who still wait of each year are together those who wait."""
    pending, made = 0, []
    for index, (applied, part) in enumerate(years):
        ended = int((pending + applied) * part)
        pending += applied - ended
        made.append(WaitYear(2000 + index, applied, 0, ended, 0, pending, None))
    last = made[-1]
    assert last.pending is not None
    found = {
        share.applied_in: share
        for share in _still_waiting(tuple(made), 10)
        if share.applied_in + share.years == last.year
    }
    older = [(found[year.year], year.applied or 0) for year in made[:-1]]
    known = sum((share.equal_chance or 0.0) * applied for share, applied in older) / 100
    at_risk = last.pending + (last.rejected or 0)
    assert known + (last.applied or 0) * last.pending / at_risk == pytest.approx(last.pending)
    ordered = sum((share.in_order or 0.0) * applied for share, applied in older) / 100
    # In order, the newest are the last to be closed: the older ones wait only beyond them.
    assert ordered + min(last.applied or 0, last.pending) == pytest.approx(last.pending)


def test_a_missing_year_is_not_guessed_over(tmp_path: Path) -> None:
    found = queue(tmp_path, (2020, 100, 0, 100), (2021, None, None, None), (2022, 10, 5, 60))
    assert shares(found, "in_order") == {(2020, 2): None}
    assert shares(found, "equal_chance") == {(2020, 2): None}
    assert [year.year for year in found.years] == [2020, 2022]


def test_a_year_without_a_stock_or_applications(tmp_path: Path) -> None:
    found = queue(tmp_path, (2020, 100, 10, 90), (2021, None, 20, 70), (2022, 50, 30, None))
    assert shares(found, "in_order") == {(2020, 1): None, (2020, 2): None}
    assert shares(found, "equal_chance")[2020, 1] == pytest.approx(100 * 0.9 * 70 / 90)
    assert shares(found, "equal_chance")[2020, 2] is None
    assert not [share for share in found.still_waiting if share.applied_in == 2021], "nobody applied that year"


def test_implied_wait_is_stock_over_outcomes(tmp_path: Path) -> None:
    found = queue(tmp_path, (2020, 100, 20, 80), (2021, 50, 0, 130), (2022, 0, None, 130), (2023, 0, 10, None))
    assert [year.implied_wait for year in found.years] == [4, None, None, None]
    assert [year.rejected for year in found.years] == [20, 0, None, 10]


def test_longest_is_how_far_it_looks(tmp_path: Path) -> None:
    years = [(year, 10, 5, 20) for year in range(2010, 2020)]
    found = queue(tmp_path, *years, longest=3)
    assert max(share.years for share in found.still_waiting) == 3


def test_bounds_are_of_every_cell_and_not_of_the_sum(tmp_path: Path) -> None:
    """Three cells of 5 stand for 3-7 each; their sum of 15 is not exact."""
    temporary = [{"year": 2020, "coo": "SYR", "coa": "POL", "dec_level": "TA", "dec_rejected": 5}]
    found = queue(tmp_path, (2020, 9, 5, 1), (2021, 9, 5, 1), decisions=temporary)
    assert found.rejected == Count(15, 9, 21)
    # Every row has a zero under recognised and one under other, and each hides up to two people.
    assert found.positive == Count(0, 0, 12)


def test_appeals_are_not_counted_once_more(tmp_path: Path) -> None:
    appeal = [{"year": 2020, "coo": "SYR", "coa": "POL", "dec_level": "AR", "dec_rejected": 70}]
    found = queue(tmp_path, (2020, 100, 80, 20), (2021, 1, 20, 1), decisions=appeal)
    assert found.rejected.value == 100
    assert found.years[0].rejected == 80


def test_cases_are_left_out(tmp_path: Path) -> None:
    cases = [{"year": 2020, "coo": "SYR", "coa": "POL", "dec_pc": "C", "dec_rejected": 70}]
    found = queue(tmp_path, (2020, 100, 80, 20), (2021, 1, 20, 1), decisions=cases)
    assert found.rejected.value == 100


def test_the_finding_says_its_numbers(tmp_path: Path) -> None:
    closed = [{"year": 2021, "coo": "SYR", "coa": "POL", "dec_closed": 900}]
    found = queue(tmp_path, (2020, 3000, 100, 2900), (2021, 0, None, 2000), decisions=closed)
    first, second, third, fourth = (str(sentence) for sentence in found.finding)
    assert first == "People from Syria who asked Poland for asylum, 2020-2021: 3,000 applications."
    assert second.startswith("1,000 outcomes are on record: 0 (0-8) positive, 100 rejected, 900 closed")
    assert "(90 %)" in second
    assert third == "2,000 people were waiting at the end of 2021."
    assert "2.2 years" in fourth
    assert "not a measured wait" in fourth
    # Each sentence can be said in another language: its message and its values are apart.
    assert set(found.finding[0].values) == {"origin", "asylum", "first", "last", "applied"}


def test_nothing_reported_is_no_finding(tmp_path: Path) -> None:
    found = queue(tmp_path, (2020, None, None, None), (2021, None, None, None))
    assert (found.years, found.still_waiting, found.finding) == ((), (), ())
    row = waiting_row(found)
    assert (row["years"], row["finding"]) == ([], [])
    assert len(row["assumptions"]) == 2
