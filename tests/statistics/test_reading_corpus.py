"""Scores on the corpora beside the project; without them these tests are passed over."""

from __future__ import annotations

import pytest
from benchmarks import text as bench

from asylon.statistics.reading import read_figures
from tests.shared import shared


@pytest.fixture(scope="module", autouse=True)
def corpus() -> None:
    shared()


def test_excerpts_are_read_as_well_as_promised() -> None:
    labels = bench.records("idetect_dev.jsonl")
    answers = [bench.by_asylon(label["excerpt"]) for label in labels]
    found = bench.scores(answers, labels)
    assert found["quantity"] >= 0.92
    assert found["unit"] >= 0.92
    assert found["term"] >= 0.85
    plain = [bench.by_nearest_keyword(label["excerpt"]) for label in labels]
    assert found["quantity"] > bench.scores(plain, labels)["quantity"]
    shown = [bench.is_label_visible(label, answer) for label, answer in zip(labels, plain, strict=True)]
    kept = [(a, label) for a, label, is_shown in zip(answers, labels, shown, strict=True) if is_shown]
    assert bench.scores([a for a, _ in kept], [label for _, label in kept])["found"] >= 0.98


def test_marked_quantities_are_read_with_value_and_qualifier() -> None:
    marked = bench.marked_quantities()
    assert len(marked) > 80
    right = [any(bench.is_read(f, want) for f in read_figures(words)) for words, want in marked]
    assert sum(right) / len(right) >= 0.95


def test_ten_thousand_excerpts_take_less_than_twenty_seconds() -> None:
    assert bench.seconds_for(500) * 20 < 20
