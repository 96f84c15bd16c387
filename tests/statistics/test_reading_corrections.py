"""A person corrects what was read; rows go out and come back; contradictions are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asylon.errors import StatisticsError
from asylon.statistics.reading import Period, contradictions, figures_of_reader, read_figures, sums_of_parts

TEXT = "As of 2015, 1032 Syrians received temporary asylum in Russia, and only two persons received refugee status."


def rows() -> list[dict[str, Any]]:
    """Return the figures of the text as a command writes them and a person gets them."""
    written: list[dict[str, Any]] = json.loads(json.dumps([figure.to_row() for figure in read_figures(TEXT)]))
    return written


def test_rows_come_back_as_they_went() -> None:
    assert figures_of_reader(rows(), read_figures(TEXT)) == read_figures(TEXT)


def test_what_a_person_changed_is_marked() -> None:
    edited = rows()
    edited[0]["value"] = edited[0]["low"] = edited[0]["high"] = 1302
    edited[1]["period"]["end"] = "2015-09-30"
    first, second = figures_of_reader(edited, read_figures(TEXT))
    assert (first.value, first.corrected_by_hand) == (1302, ("value", "low", "high"))
    assert second.period == Period("As of 2015", "as_of", "2015-01-01", "2015-09-30", "year")
    assert second.corrected_by_hand == ("period",)
    assert second.value == 2


def test_a_figure_is_corrected_in_the_program() -> None:
    figure = read_figures(TEXT)[0]
    corrected = figure.corrected(origin="UKR", unit="applications").corrected(origin="SYR")
    assert (corrected.origin, corrected.unit) == ("SYR", "applications")
    assert corrected.corrected_by_hand == ("origin", "unit")
    assert (figure.origin, figure.corrected_by_hand) == ("SYR", ())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("unit", "persons", "write one of people, households"),
        ("origin", "SY", "is not an ISO 3166 code of three letters"),
        ("asylum", "RUS,XXX", "is not an ISO 3166 code of three letters"),
        ("value", "1,032", "write digits only"),
        ("value", -1, "is not a number from zero up"),
        ("qualifier", None, "None is not known"),
        ("status", "temporary", "write one of temporary_asylum"),
        ("start", "12", "is not a place in the text"),
        ("period", "2015", "is not a period"),
        ("period", {"words": "x", "kind": "then"}, "kinds are during, as_of"),
        ("period", {"words": "x", "start": "2015-13-01"}, "are not days"),
        ("period", {"words": "x", "start": "2016-01-01", "end": "2015-01-01"}, "after its end"),
        ("colour", "red", "is not a field that can be set"),
        ("from_place", 5, "is not text"),
        ("why", "because", "is not a list"),
    ],
)
def test_each_wrong_field_has_its_sentence(field: str, value: object, words: str) -> None:
    edited = rows()
    edited[0][field] = value
    with pytest.raises(StatisticsError) as caught:
        figures_of_reader(edited)
    (fault,) = caught.value.faults
    assert words in str(fault)
    assert "1032 Syrians" in str(fault)
    assert field in str(fault)


def test_all_wrong_fields_of_all_rows_are_told_at_once() -> None:
    edited = rows()
    edited[0]["unit"], edited[1]["asylum"], edited[1]["measure"] = "souls", "Russia", "won"
    with pytest.raises(StatisticsError) as caught:
        figures_of_reader(edited)
    assert len(caught.value.faults) == 3


def test_a_row_without_its_place_is_refused() -> None:
    edited = rows()
    del edited[0]["start"]
    with pytest.raises(StatisticsError, match="start: is missing"):
        figures_of_reader(edited)


def test_bounds_may_not_be_crossed() -> None:
    with pytest.raises(StatisticsError, match="low 2000 is above high 1032"):
        read_figures(TEXT)[0].corrected(low=2000)
    with pytest.raises(StatisticsError, match="is not a field that can be set"):
        read_figures(TEXT)[0].corrected(start=1)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("In 2016, 395 Russians asked for asylum in Israel. In 2016, 410 Russians asked for asylum in Israel.", 1),
        ("In 2016, 395 Russians asked for asylum in Israel. In 2017, 635 Russians asked for asylum in Israel.", 0),
        ("In 2016, 395 Russians asked for asylum in Israel. In 2016, 395 Russians asked for asylum in Israel.", 0),
        ("In 2016, 395 Russians asked for asylum in Israel. In 2016, over 300 Russians asked for asylum in Israel.", 0),
        (
            "In 2016, 395 Russians asked for asylum in Israel. In 2016, about 400 Russians asked for asylum in Israel.",
            0,
        ),
        (
            "In 2016, 395 Russians asked for asylum in Israel. In 2016, about 500 Russians asked for asylum in Israel.",
            1,
        ),
        ("In 2016, 395 Russians asked for asylum in Israel. In 2016, 410 Syrians asked for asylum in Israel.", 0),
        ("In 2016, 395 Russians asked for asylum in Israel. In 2016, 410 Russians asked for asylum in Italy.", 0),
        ("According to one, 310 families were displaced; according to another, 420 families were displaced.", 1),
        ("В 2016 году убежища в Израиле попросили 395 россиян. В 2016 году убежища в Израиле попросили 14 россиян.", 1),
    ],
)
def test_contradictions(text: str, pairs: int) -> None:
    found = contradictions(read_figures(text))
    assert len(found) == pairs
    assert all(pair.first.start < pair.second.start for pair in found)


def test_parts_of_one_sentence_may_add_up() -> None:
    text = "In the north 31 houses were destroyed and more than 300 damaged, in the south 36 houses were destroyed."
    assert {31 + 36, 31 + 300 + 36} <= set(sums_of_parts(read_figures(text)))
    apart = "In the north 31 houses were destroyed. In the south 36 houses were destroyed."
    assert sums_of_parts(read_figures(apart)) == ()
    assert sums_of_parts(read_figures("31 houses were destroyed and 400 people displaced.")) == ()
