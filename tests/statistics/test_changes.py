"""What one release says differently from another: every figure, each kind, the largest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.changes import SCHEMA, changes, changes_by_country
from asylon.statistics.store import Release, Store
from tests.statistics.stores import small, unhcr_tables

POLAND = {"coo": "SYR", "coa": "POL"}


def release(root: Path, version: str, applied: dict[int, int], rejected: dict[int, int], **more: Any) -> Release:
    applications = [{"year": year, **POLAND, "applied": number} for year, number in applied.items()]
    decisions = [{"year": year, **POLAND, "dec_rejected": number} for year, number in rejected.items()]
    people = more.get("people", [{"year": 2020, **POLAND, "asylum_seekers": 5}])
    tables = unhcr_tables(applications, [*decisions, *more.get("decisions", [])], people)
    return small(root, tables, version=version, dated=date(2025, 1, int(version)))


def told(found: pl.DataFrame) -> list[tuple[Any, ...]]:
    return found.select("table", "year", "figure", "before", "after", "difference", "kind").rows()


def test_revised_added_and_removed_the_largest_first(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 100, 2021: 7}, {2020: 50, 2021: 0})
    more = [{"year": 2020, "coo": "AFG", "coa": "POL", "dec_recognized": 300, "dec_closed": 5}]
    after = release(
        tmp_path, "2", {2020: 90, 2021: 7}, {2021: 20}, decisions=[*more, {"year": 2020, "coo": "IRQ", "coa": "POL"}]
    )
    found = changes(before, after)
    assert told(found)[:4] == [
        ("decisions", 2020, "recognised", None, 300, 300, "added"),
        ("decisions", 2020, "rejected", 50, None, -50, "removed"),
        ("decisions", 2021, "rejected", 0, 20, 20, "revised"),
        ("applications", 2020, "applied", 100, 90, -10, "revised"),
    ]
    assert found.filter(pl.col("difference").abs() == 10)["origin"].to_list() == ["SYR"]
    assert (found["asylum"] == "POL").all()
    assert found.schema == SCHEMA


def test_a_row_of_zeros_that_came_or_went_is_a_change(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 1}, {2020: 9})
    after = release(tmp_path, "2", {2020: 1}, {2020: 9}, decisions=[{"year": 2020, "coo": "AFG", "coa": "POL"}])
    found = changes(before, after)
    assert {(row["before"], row["after"], row["kind"]) for row in found.to_dicts()} == {(None, 0, "added")}
    assert sorted(found["figure"]) == ["closed", "other", "recognised", "rejected"]


def test_nothing_changed(tmp_path: Path) -> None:
    one, other = (release(tmp_path, version, {2020: 100}, {2020: 50}) for version in ("1", "2"))
    found = changes(one, other)
    assert found.is_empty()
    assert found.schema == SCHEMA
    assert changes_by_country(found).is_empty()


def test_backwards_is_the_reverse(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 100}, {2020: 50})
    after = release(tmp_path, "2", {2020: 130}, {2020: 50, 2021: 9})
    there, back = changes(before, after), changes(after, before)
    assert there["difference"].sum() == -back["difference"].sum() == 30
    assert set(there["before"]) == set(back["after"])


def test_years_that_one_of_them_does_not_hold_are_no_change(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 100}, {2020: 50})
    after = release(tmp_path, "2", {2020: 100, 2021: 400}, {2020: 50, 2021: 300})
    assert changes(before, after).is_empty()


def test_stocks_are_compared_too(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 1}, {2020: 1})
    people = [{"year": 2020, **POLAND, "asylum_seekers": 12, "refugees": 0}]
    after = release(tmp_path, "2", {2020: 1}, {2020: 1}, people=people)
    assert told(changes(before, after)) == [("stocks", 2020, "pending", 5, 12, 7, "revised")]


def test_sums_by_country_add_what_cancels_out(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 1}, {2020: 100})
    after = release(
        tmp_path, "2", {2020: 1}, {2020: 60}, decisions=[{"year": 2020, "coo": "AFG", "coa": "POL", "dec_rejected": 40}]
    )
    (row,) = changes_by_country(changes(before, after)).to_dicts()
    assert (row["table"], row["asylum"], row["year"], row["rows"]) == ("decisions", "POL", 2020, 2)
    assert (row["moved"], row["difference"]) == (80, 0)


def test_the_order_of_rows_in_a_release_does_not_matter(tmp_path: Path) -> None:
    before = release(tmp_path, "1", {2020: 1}, {2020: 0, 2021: 0, 2022: 0})
    changed = {2020: 9, 2021: 9, 2022: 9}
    found = [
        changes(before, release(tmp_path / str(index), "2", {2020: 1}, {year: changed[year] for year in order}))
        for index, order in enumerate(permutations(changed))
    ]
    assert all(one.equals(found[0]) for one in found)
    assert found[0]["year"].to_list() == [2020, 2021, 2022]


def test_releases_of_two_sources_are_not_compared(tmp_path: Path) -> None:
    mine = release(tmp_path, "1", {2020: 1}, {2020: 1})
    other = Store(tmp_path).write(replace(mine.edition, source="uk"), {"decisions": mine.frame("decisions")})
    with pytest.raises(StatisticsError, match="are of different sources"):
        changes(mine, other)
