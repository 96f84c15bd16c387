"""Charts: no line over a gap or a break, zero and no row apart, words put in afterwards, text for the blind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from asylon.observatory import chartrows, charts
from asylon.observatory.chartrows import countries_drawing, nice_top, outcomes_drawing, rates_drawing, waiting_drawing

SPAN = (2016, 2022)
HEADS = ["Refugee status", "Other protection", "Rejected", "Closed"]


def row(year: int, **values: Any) -> Mapping[str, Any]:
    empty = dict.fromkeys(("applications", "pending", "recognised", "other", "rejected", "closed"))
    return {"year": year, "unit": "P", **empty, **values}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the last drawing was made from."""
    seen: dict[str, Any] = {}
    draw = charts.draw

    def spy(kind: str, height: int, given: Any, *rest: Any) -> Any:
        seen.clear()
        seen.update(given)
        return draw(kind, height, given, *rest)

    monkeypatch.setattr(chartrows, "draw", spy)
    return seen


def segments(tables: Mapping[str, Any], series: str) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for point in tables["points"]:
        if point["series"] == series:
            found.setdefault(point["segment"], []).append(point["x"])
    return list(found.values())


def paths(svg: str) -> list[str]:
    return re.findall(r'<path d="(M[^"]*L[^"]*)"[^>]*stroke="var\(--chart-pending\)"', svg)


def test_a_line_stops_at_a_year_without_a_row(tables: dict[str, Any]) -> None:
    drawing = waiting_drawing([row(year, pending=year) for year in (2016, 2017, 2019, 2020)], SPAN)
    assert segments(tables, "pending") == [[2016, 2017], [2019, 2020]]
    assert len(paths(drawing.svg)) == 2


def test_a_line_stops_where_the_series_changes_its_meaning(tables: dict[str, Any]) -> None:
    drawing = waiting_drawing([row(year, pending=year) for year in range(2016, 2021)], SPAN, breaks={2018})
    assert segments(tables, "pending") == [[2016, 2017], [2018, 2019, 2020]]
    assert len(paths(drawing.svg)) == 2
    assert 'stroke="var(--chart-break)"' in drawing.svg
    whole = waiting_drawing([row(year, pending=year) for year in range(2016, 2021)], SPAN)
    assert len(paths(whole.svg)) == 1
    assert "--chart-break" not in whole.svg


def test_zero_is_a_tick_and_no_row_is_nothing(tables: dict[str, Any]) -> None:
    outcomes_drawing([row(2017, recognised=0, rejected=5), row(2018, recognised=3, rejected=None)], SPAN)
    assert [(mark["x"], mark["series"]) for mark in tables["zeros"]] == [(2017, "recognised")]
    assert {(mark["x"], mark["series"]) for mark in tables["bars"]} == {(2017, "rejected"), (2018, "recognised")}


def test_cases_are_drawn_otherwise_than_people_and_beside_them(tables: dict[str, Any]) -> None:
    outcomes_drawing([row(2017, rejected=5), {**row(2017, rejected=7), "unit": "C"}], SPAN)
    (people,), (cases,) = tables["bars"], tables["cases"]
    assert people["x"] < 2017 < cases["x"]


def test_a_rate_has_its_interval_and_few_decisions_are_hollow(tables: dict[str, Any]) -> None:
    points = [
        {"year": 2017, "value": 40.0, "low": 20.0, "high": 60.0, "n": 20},
        {"year": 2018, "value": 40.0, "low": 38.0, "high": 42.0, "n": 900},
    ]
    rates_drawing(points, SPAN)
    few, many = tables["points"]
    assert few["few"]
    assert not many["few"]
    assert few["low"] - few["high"] > many["low"] - many["high"] > 0


def test_words_and_numbers_come_last_and_one_drawing_serves_every_language() -> None:
    rows = [row(2017, rejected=1320), row(2018, rejected=12)]
    drawing = outcomes_drawing(rows, SPAN)
    assert outcomes_drawing(rows, SPAN) is drawing
    english = drawing.said("en", HEADS, finding="1,320 were refused")
    russian = drawing.said("ru", ["Статус", "Иная", "Отказы", "Закрыто"], finding="Отказы: 1 320")
    assert ">1,320<" in english
    assert ">1\u00a0320<" in russian
    assert "Отказы" in russian
    assert "Rejected" not in russian
    assert not re.search("[\ue000-\uf8ff]", english + russian)


def test_the_finding_is_the_text_of_the_picture_and_nothing_breaks_out_of_it() -> None:
    said = countries_drawing([{"value": 40.0, "low": 30.0, "high": 50.0, "n": 9}]).said(
        "he", ["<b>", "n & 1"], finding='a "quoted" <finding>'
    )
    assert 'role="img"' in said
    assert 'aria-label="a &quot;quoted&quot; &lt;finding&gt;"' in said
    assert "&lt;b&gt;" in said
    assert 'direction="ltr"' in said
    assert "style=" not in said


def test_colours_are_those_of_the_sheet() -> None:
    drawing = outcomes_drawing([row(2017, recognised=5, other=5, rejected=5, closed=5)], SPAN)
    assert not re.search(r"#[0-9a-f]{3,6}\b", drawing.svg)
    assert {"recognised", "other", "rejected", "closed"} <= set(re.findall(r"--chart-([a-z]+)", drawing.svg))


@pytest.mark.parametrize(
    ("value", "top"), [(0, 10), (9, 10), (11, 15), (26, 30), (99, 100), (5932, 6000), (10**6, 10**6)]
)
def test_the_end_of_a_scale_holds_what_is_shown(value: int, top: int) -> None:
    assert nice_top(value) == top >= value
