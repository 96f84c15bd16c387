"""The public claims of the study, each said in a sentence of our own and read back as the figure that was claimed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from asylon.statistics.reading import read_figures
from tests.shared import shared


def table(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a CSV file by their id."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


CLAIMS = table(Path(__file__).parent / "claims.csv")


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_comes_out_whole(claim: str) -> None:
    want = CLAIMS[claim]
    figure = read_figures(want["sentence"])[0]
    assert figure.number == float(want["number"])
    assert figure.period is not None
    told = {"origin": figure.origin, "asylum": figure.asylum, "measure": figure.measure, "status": figure.status}
    told |= {"start": figure.period.start, "end": figure.period.end}
    assert told == {name: want[name] or None for name in told}


def test_one_claim_has_its_two_ends_beside_it() -> None:
    figures = read_figures(CLAIMS["c-22"]["sentence"])
    assert [(f.value, f.unit, f.period and f.period.start) for f in figures] == [
        (77, "percent", "2021-01-01"),
        (22_291, "people", "2021-01-01"),
        (99_998, "people", "2022-01-01"),
    ]


def test_the_sentences_say_what_was_claimed() -> None:
    rows = table(shared() / "data" / "derived" / "claims_check.csv")
    assert set(rows) == set(CLAIMS)
    for name, row in rows.items():
        if row["claim_value"]:
            assert read_figures(CLAIMS[name]["sentence"])[0].number == float(row["claim_value"]), name
