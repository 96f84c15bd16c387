"""Cohorts: first and latest outcome of those who applied in a year; a cohort that is not followed is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from asylon.statistics.cohorts import cohort
from asylon.statistics.measures import Answered, Measure, Refused
from asylon.statistics.store import Release
from tests.statistics.releases import decided, made, release

PARTS = (
    *("grants_of_protection", "grants_of_other_leave", "refusals", "withdrawn_applications"),
    *("administrative_outcomes", "not_yet_known"),
)


def followed(tmp_path: Path, initial: tuple[int, ...], latest: tuple[int, ...], year: int = 2019) -> Release:
    row: dict[str, object] = {"year_of_application": year, "origin": "SYR"}
    for prefix, figures in (("initial", initial), ("latest", latest)):
        row |= {f"{prefix}_{name}": figure for name, figure in zip(PARTS, figures, strict=True)}
    return made(tmp_path, {"outcomes": pl.DataFrame([row])}, "uk")


def value(answered: Answered) -> float:
    assert isinstance(answered, Measure), answered
    return answered.value


def test_first_and_latest_outcome_of_the_same_people(tmp_path: Path) -> None:
    kept = followed(tmp_path, (30, 10, 60, 20, 5, 25), (50, 10, 40, 20, 5, 25))
    first, latest, still = cohort(kept, 2019)
    assert value(first) == pytest.approx(40)
    assert value(latest) == pytest.approx(60)
    assert value(still) == pytest.approx(100 * 25 / 150)
    assert isinstance(first, Measure)
    assert (first.numerator.value, first.denominator.value, first.unit) == (40, 100, "C")
    assert first.closed_share == pytest.approx(20), "25 of the 125 that ended"
    assert first.warnings == ("25 of 150 claims (17 %) have no outcome yet: the rate can still move",)
    assert first.interval is not None
    assert first.interval.low < 40 < first.interval.high


def test_what_is_not_followed_is_refused_with_its_reason(tmp_path: Path) -> None:
    kept = followed(tmp_path / "a", (1, 0, 1, 0, 0, 0), (1, 0, 1, 0, 0, 0))
    answers = [
        cohort(made(tmp_path / "b", {"decisions": decided(("SYR", "DEU", 1, 0, 0, 0))}), 2019),
        cohort(kept, 1999),
        cohort(kept, 2019, origin="FRA"),
    ]
    reasons = ["does not follow claims", "no row for claims of 1999", "no row for claims of 2019"]
    for answer, reason in zip(answers, reasons, strict=True):
        assert all(isinstance(one, Refused) and reason in one.reason for one in answer)


def test_a_cohort_nobody_of_which_is_decided_has_no_rate(tmp_path: Path) -> None:
    first, latest, still = cohort(followed(tmp_path, (0, 0, 0, 4, 0, 6), (0, 0, 0, 4, 0, 6)), 2019)
    assert isinstance(first, Refused)
    assert isinstance(latest, Refused)
    assert value(still) == pytest.approx(60)


@pytest.mark.parametrize(("year", "initial", "latest"), [(2019, 57.0, 72.3), (2012, 36.7, 53.9)])
def test_british_cohorts(year: int, initial: float, latest: float) -> None:
    """Study of the field, trap 22 and section 16; computed there from the same table."""
    first, last, _ = cohort(release("uk"), year)
    assert (round(value(first), 1), round(value(last), 1)) == (initial, latest)


def test_a_recent_cohort_says_how_much_is_open() -> None:
    first, _, still = cohort(release("uk"), 2023)
    assert isinstance(first, Measure)
    assert "49,054 of 72,464 claims (68 %)" in first.warnings[0]
    assert value(still) > 60


def test_a_cohort_of_one_origin_is_part_of_all() -> None:
    everybody, *_ = cohort(release("uk"), 2019)
    syrians, *_ = cohort(release("uk"), 2019, origin="SYR")
    assert isinstance(everybody, Measure)
    assert isinstance(syrians, Measure)
    assert syrians.denominator.value < everybody.denominator.value
    assert value(syrians) > value(everybody)
