"""Measures: every definition by hand, every refusal with its reason, and nothing that can be printed bare."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.definitions import ALL_DEFINITIONS, DEFINITIONS, definition
from asylon.statistics.intervals import Count
from asylon.statistics.measures import Answered, Measure, Refused, Subject, count_outcomes, measure_rate, measure_row
from asylon.statistics.rates import all_rates
from asylon.statistics.store import Edition, Release, Store
from tests.statistics.stores import full

SUBJECT = Subject("SYR", "POL", 2024, 2024)
OUTCOMES = ("recognised", "other", "rejected", "closed")


def release(root: Path, source: str = "uk") -> Release:
    """A release of a source that rounds nothing, so that a measure is its bare arithmetic."""
    day = date(2026, 1, 1)
    edition = Edition(source, "1", day, "made by hand", "CC BY 4.0", "Some Office, Somewhere", "a test", day)
    return Store(root).write(edition, {"decisions": rows([20, 10, 60, 40])})


def rows(*outcomes: list[int | None], **columns: Any) -> pl.DataFrame:
    """Rows of decisions; a column given as a list goes down the rows."""
    plain = {"year": 2024, "origin": "SYR", "asylum": "POL", "authority": "G", "level": "FI", "unit": "P"}
    frame = pl.DataFrame(outcomes, schema=dict.fromkeys(OUTCOMES, pl.Int64), orient="row")
    told = {name: columns.get(name, value) for name, value in {**plain, **columns}.items()}
    series = [
        pl.Series(name, value if isinstance(value, list) else [value] * frame.height) for name, value in told.items()
    ]
    return frame.with_columns(series).with_columns(pl.col("year").cast(pl.Int16))


def measured(root: Path, frame: pl.DataFrame, name: str, source: str = "uk") -> Measure:
    (found,) = measure_rate(frame, definition(name), SUBJECT, release(root, source))
    assert isinstance(found, Measure), str(found)
    return found


def refused(root: Path, frame: pl.DataFrame, name: str) -> Refused:
    (found,) = measure_rate(frame, definition(name), SUBJECT, release(root))
    assert isinstance(found, Refused), str(found)
    return found


# One first instance, one court, one appeal: recognised, other, rejected, closed; of other and of closed the parts.
EVERYTHING = rows(
    [20, 10, 60, 40],
    [30, 5, 15, 25],
    [7, 3, 50, 4],
    level=["FI", "EO", "AR"],
    subsidiary=[6, 4, 1],
    humanitarian=[4, 1, 2],
)
BY_HAND = {
    "refugee_recognition_rate": (57, 57 + 18 + 125),
    "total_protection_rate": (75, 57 + 18 + 125),
    "eurostat_recognition_rate": (30, 90),
    "euaa_recognition_rate": (26, 90),
    "aida_rate": (30, 90),
    "bamf_protection_quota": (30, 130),
    "home_office_grant_rate": (30, 90),
    "trac_grant_rate": (30, 45),
    "protection_rate_without_appeals": (30 + 35, 90 + 50),
    "positive_of_all_outcomes": (75, 57 + 18 + 125 + 69),
    "closed_share": (69, 57 + 18 + 125 + 69),
}


@pytest.mark.parametrize("asked", ALL_DEFINITIONS, ids=lambda asked: asked.name)
def test_every_definition_by_hand(tmp_path: Path, asked: Any) -> None:
    above, below = BY_HAND[asked.name]
    found = measured(tmp_path, EVERYTHING, asked.name)
    assert (found.numerator, found.denominator) == (Count(above, above, above), Count(below, below, below))
    assert found.value == pytest.approx(100 * above / below)
    assert (found.title, found.body, found.formula) == (asked.title, asked.body, asked.formula)
    assert found.sampling is not None
    assert found.rounding is not None
    assert found.rounding.low == pytest.approx(found.value), "nothing is rounded here"


def test_the_official_bodies_are_seven_and_each_says_why() -> None:
    assert len({asked.body for asked in DEFINITIONS}) == 7
    assert all(len(asked.why) > 30 and asked.source for asked in ALL_DEFINITIONS)
    assert set(BY_HAND) == {asked.name for asked in ALL_DEFINITIONS}


def test_closed_share_stands_beside_the_rate(tmp_path: Path) -> None:
    found = measured(tmp_path, rows([10, 0, 10, 60]), "total_protection_rate")
    assert found.closed_share == 75
    assert measured(tmp_path, rows([10, 0, 10, 0]), "total_protection_rate").closed_share == 0
    assert measured(tmp_path, rows([10, 0, 10, None]), "total_protection_rate").closed_share is None


def test_rounding_of_every_cell_is_in_the_bounds(tmp_path: Path) -> None:
    """Two cells of 5 stand for 3 to 7 each, two of 0 for nobody to two each."""
    found = measured(tmp_path, rows([5, 0, 20, 0], [5, 0, 20, 0]), "refugee_recognition_rate", "unhcr")
    assert found.numerator == Count(10, 6, 14)
    assert found.rounding is not None
    assert (found.rounding.low, found.rounding.high) == pytest.approx((100 * 6 / 50, 100 * 14 / 54))


# ---------------------------------------------------------------- refusals


def test_a_first_instance_rate_where_only_the_mixture_is_reported(tmp_path: Path) -> None:
    told = refused(tmp_path, rows([1, 2, 30, 4], level="FA"), "eurostat_recognition_rate").reason
    assert told == (
        "only the mixture is reported: FA (first instance and appeal together); a first-instance rate does not exist "
        "there"
    )


def test_a_level_that_is_not_reported(tmp_path: Path) -> None:
    told = refused(tmp_path, rows([1, 2, 30, 4]), "trac_grant_rate").reason
    assert told == "it is about immigration court, and only FI (first instance) is reported"


def test_parts_that_are_not_told_apart(tmp_path: Path) -> None:
    told = refused(tmp_path, rows([1, 2, 30, 4]), "euaa_recognition_rate").reason
    assert told == "Some Office does not tell subsidiary protection apart"


@pytest.mark.parametrize("frame", [rows([1, 2, None, 4]), rows([1, 2, 3, 4], [1, 2, None, 4])], ids=["alone", "beside"])
def test_an_outcome_that_is_not_reported_is_no_zero(tmp_path: Path, frame: pl.DataFrame) -> None:
    told = refused(tmp_path, frame, "total_protection_rate").reason
    assert told == "Some Office does not tell rejected apart"
    assert count_outcomes(frame, "uk")["rejected"] is None


def test_no_row_is_told_apart_from_zero(tmp_path: Path) -> None:
    assert "no row" in refused(tmp_path, rows(), "total_protection_rate").reason
    nobody = refused(tmp_path, rows([0, 0, 0, 0]), "total_protection_rate").reason
    assert nobody == "nobody is below the line: the reported outcomes are all zero or closed"
    assert refused(tmp_path, rows([0, 0, 0, 9]), "total_protection_rate").reason == nobody
    assert measured(tmp_path, rows([0, 0, 0, 9]), "closed_share").value == 100
    assert measured(tmp_path, rows([0, 0, 9, 0]), "total_protection_rate").value == 0


# ---------------------------------------------------------------- units, authorities, marks


def test_persons_and_cases_are_never_added(tmp_path: Path) -> None:
    frame = rows([10, 0, 90, 0], [50, 0, 50, 0], unit=["P", "C"])
    found = measure_rate(frame, definition("total_protection_rate"), SUBJECT, release(tmp_path))
    assert [(f.unit, f.value) for f in found if isinstance(f, Measure)] == [("P", 10), ("C", 50)]
    for one in found:
        assert isinstance(one, Measure)
        assert "persons and cases are reported both and never added" in one.warnings


def test_who_decided_is_said(tmp_path: Path) -> None:
    def warnings(*authorities: str) -> tuple[str, ...]:
        same: list[int | None] = [50, 0, 50, 0]
        frame = rows(*(same for _ in authorities), authority=list(authorities))
        return measured(tmp_path, frame, "total_protection_rate").warnings

    assert warnings("G") == ()
    assert warnings("U") == ("decided by UNHCR, not by the state",)
    assert warnings("G", "U")[0].startswith("decided by governments and by UNHCR")


def test_levels_left_out_are_said(tmp_path: Path) -> None:
    found = measured(tmp_path, EVERYTHING, "eurostat_recognition_rate")
    assert found.levels == ("FI",)
    assert found.warnings == ("levels left out: AR, EO",)


def test_few_decisions_are_said(tmp_path: Path) -> None:
    assert measured(tmp_path, rows([9, 0, 40, 900]), "total_protection_rate").warnings == (
        "rests on 49 decisions: read the interval, not the point",
    )
    assert measured(tmp_path, rows([10, 0, 40, 0]), "total_protection_rate").warnings == ()


# ---------------------------------------------------------------- never bare


def test_a_measure_cannot_be_printed_without_what_it_rests_on(tmp_path: Path) -> None:
    found = measured(tmp_path, EVERYTHING, "total_protection_rate")
    text = f"{found}"
    for part in ("total protection rate", "UNHCR", "37.5 %", "75 of 200 persons", "closed 26 %", "2024", "uk@1"):
        assert part in text
    assert "level AR/EO/FI" in text
    assert "[" in text, "the interval stands beside the number"
    anything: Any = found
    operations: list[Any] = [float, int, round]
    for operation in operations:
        with pytest.raises(TypeError):
            operation(anything)


def test_a_refusal_is_never_a_number(tmp_path: Path) -> None:
    found = refused(tmp_path, rows(), "total_protection_rate")
    assert str(found) == "total protection rate (UNHCR): not answered: no row: nothing was reported, which is not zero"
    row = measure_row(found)
    assert (row["value"], row["reason"]) == (None, found.reason)


def test_plain_values_hold_everything(tmp_path: Path) -> None:
    row = measure_row(measured(tmp_path, EVERYTHING, "closed_share"))
    assert row["numerator"] == {"value": 69, "low": 69, "high": 69}
    assert (row["unit"], row["scale"], row["from"], row["to"]) == ("persons", "percent", 2024, 2024)
    assert row["licence"].startswith("Some Office")
    assert set(row["interval"]) == {"low", "high", "kind"}
    for name in ("formula", "why", "source", "levels", "release", "warnings", "origin", "asylum", "body", "title"):
        assert row[name] is not None


def test_a_misspelt_definition_is_suggested() -> None:
    with pytest.raises(StatisticsError, match="did you mean total_protection_rate"):
        definition("total_protecton_rate")
    with pytest.raises(StatisticsError, match="write one of refugee_recognition_rate"):
        definition("zzz")


# ---------------------------------------------------------------- all rates at once


def test_all_rates_are_those_of_the_measures() -> None:
    newest = full().release()
    rates = all_rates(newest)
    assert rates.select("year", "origin", "asylum").n_unique() == 82_178
    assert not rates.select("year", "origin", "asylum", "unit").is_duplicated().any()
    of_israel = pl.col("asylum") == "ISR"
    asked, decisions = rates.filter(of_israel), newest.frame("decisions").filter(of_israel)
    assert asked.height > 500
    for row in asked.sort("year", "origin", "unit").gather_every(12).iter_rows(named=True):
        mine = decisions.filter(pl.col(name) == row[name] for name in ("year", "origin", "unit"))
        subject = Subject(row["origin"], "ISR", row["year"], row["year"])
        for column, name in (("recognition_rate", "refugee_recognition_rate"), *_SAME):
            (found,) = measure_rate(mine, definition(name), subject, newest)
            agree(found, row, column)


_SAME = (("protection_rate", "total_protection_rate"), ("closed_share", "closed_share"))


def agree(found: Answered, row: dict[str, Any], column: str) -> None:
    if isinstance(found, Refused):
        assert row[column] is row[f"{column}_low"] is row[f"{column}_high"] is None
        return
    assert found.rounding is not None
    bounds = (found.value, found.rounding.low, found.rounding.high)
    assert tuple(row[column + end] for end in ("", "_low", "_high")) == pytest.approx(bounds)


def test_rates_without_a_report_are_null(tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    edition = Edition("uk", "1", day, "made by hand", "none", "nobody", "a test", day)
    frame = rows([1, 2, None, 4], [9, 9, 9, 9], [3, 3, 4, 0], [0, 0, 0, 8], origin=["AFG", "AFG", "SYR", "IRQ"])
    found = {row["origin"]: row for row in all_rates(Store(tmp_path).write(edition, {"decisions": frame})).to_dicts()}
    assert (found["AFG"]["rejected"], found["AFG"]["protection_rate"]) == (None, None)
    assert (found["SYR"]["protection_rate"], found["SYR"]["closed_share"]) == (60, 0)
    assert (found["IRQ"]["protection_rate"], found["IRQ"]["closed_share"]) == (None, 100)
    bare = all_rates(Store(tmp_path).release("uk"), bounds=False)
    assert not [name for name in bare.columns if name.endswith(("_low", "_high"))]
