"""Dates as people give them: spans of days, compared in three values."""

from __future__ import annotations

from datetime import date

import pytest

from asylon.law.days import FIRST, LAST, compare_before, from_day, parse_date


def span(text: str) -> tuple[str | None, str | None]:
    found = parse_date(text)
    return tuple(str(day) if day else None for day in (found.earliest, found.latest))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-31", "2026-01-31", "2026-01-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2011-10-05/2011-11", "2011-10-05", "2011-11-30"),
        ("2011/2012", "2011-01-01", "2012-12-31"),
        ("../2011-11", None, "2011-11-30"),
        ("2011-11/..", "2011-11-01", None),
        ("before 2011-10", None, "2011-09-30"),
        ("Before 2011-10-05", None, "2011-10-04"),
        ("after 2011-10", "2011-11-01", None),
        ("AFTER 2011", "2012-01-01", None),
        ("  2026-01-31 ", "2026-01-31", "2026-01-31"),
    ],
)
def test_forms(text: str, first: str | None, last: str | None) -> None:
    assert span(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2026-2-1", "31.01.2026", "2026-01-31T10:00", "before", "sometime", "2026-01-31x", "-2026"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(text)


@pytest.mark.parametrize("text", ["2026-02-29", "1900-02-29", "2026-04-31", "2026-00", "2026-13-01", "0000"])
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is a day that does not exist"):
        parse_date(text)


def test_range_that_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="the range '2026-02/2026-01' ends before it begins"):
        parse_date("2026-02/2026-01")


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("2026-01", "2026-02", True),
        ("2026-02", "2026-01", False),
        ("2026-01-05", "2026-01", None),
        ("2026-01-31", "2026-01", False),
        ("2026-01-05", "2026-01-05", False),
        ("before 2026", "2026-01-01", True),
        ("after 2026", "2026-12-31", False),
        ("before 2026", "before 2025", None),
    ],
)
def test_before_is_three_valued(one: str, other: str, answer: bool | None) -> None:
    assert parse_date(one).before(parse_date(other)) is answer


def test_wording_and_notation_are_kept() -> None:
    found = parse_date("2011-10", "around the olive harvest")
    assert (str(found), found.wording, found.is_exact) == ("2011-10", "around the olive harvest", False)


def test_exact_day() -> None:
    found = from_day(date(2026, 1, 31))
    assert found == parse_date("2026-01-31")
    assert found.is_exact


def test_open_ends_are_the_ends_of_the_calendar() -> None:
    assert (parse_date("before 2011").lo, parse_date("after 2011").hi) == (FIRST, LAST)
    assert compare_before((FIRST, LAST), (FIRST, LAST)) is None


@pytest.mark.parametrize("text", ["before 0001", "after 9999"])
def test_no_span_is_turned_round(text: str) -> None:
    try:
        found = parse_date(text)
    except ValueError:
        return
    assert found.lo <= found.hi
