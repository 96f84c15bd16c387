"""Opened names in order: the same name first, the same letters by chance last."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylon.vault.likeness import likeness
from tests.vault.spellings import DISTINCT, SPELLINGS, groups


@pytest.mark.parametrize(
    ("asked", "better", "worse"),
    [
        ("Юлия Петрова", "Julia Petrova", "Юлий Петров"),
        ("Ivan Petrov", "Петров Иван", "Petrov"),
        ("Petrov", "Ivan Petrov", "Petrenko"),
        ("Hussein", "Husayn", "Hassan"),
        ("אלכסנדר", "Alexander", "Aleksei"),
        ("محمد", "Mohammed", "Mahmoud Ali"),
        ("Maria Anna Schmidt", "Anna Maria Schmidt", "Maria Schmidt"),
        ("Ghassan", "غسان", "Mansour"),
    ],
)
def test_order(asked: str, better: str, worse: str) -> None:
    assert likeness(asked, better) > likeness(asked, worse)


def test_extremes() -> None:
    assert likeness("Щербаков Иван", "Ivan Schtscherbakow") == 1.0
    assert likeness("Анна", "Boris") == 0.0
    assert likeness("", "Boris") == likeness("Boris", "") == likeness("", "") == 0.0


def test_spellings_of_one_name_are_more_alike_than_different_names() -> None:
    same = [likeness(a, b) for group in groups(SPELLINGS) for a, b in combinations(group, 2)]
    different = [likeness(a, b) for a, b in combinations(DISTINCT.split()[:80], 2)]
    assert sum(worth > 0.6 for worth in same) / len(same) >= 0.95
    assert sum(worth > 0.6 for worth in different) / len(different) < 0.02


NAMES = st.lists(st.sampled_from(DISTINCT.split()), max_size=4).map(" ".join)


@given(NAMES, NAMES)
def test_likeness_is_mutual_and_bounded(a: str, b: str) -> None:
    assert 0.0 <= likeness(a, b) <= 1.0
    assert likeness(a, b) == pytest.approx(likeness(b, a))


@given(st.text())
def test_a_name_is_like_itself(name: str) -> None:
    assert likeness(name, name) in (0.0, 1.0)
