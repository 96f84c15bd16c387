"""Where a duty stands: every kind against every order of act, end of all, term and day."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylon.law.columnread import STANDINGS, stand_all
from asylon.law.duty import Standing
from asylon.law.reckon_many import FAR
from asylon.law.standing import stand, stand_over

MOMENTS = st.none() | st.integers(0, 6)


@pytest.mark.parametrize(
    ("met", "cancelled", "end", "on", "standing"),
    [
        (None, None, 10, 9, "running"),
        (None, None, 10, 10, "running"),
        (None, None, 10, 11, "missed"),
        (10, None, 10, 20, "met"),
        (11, None, 10, 20, "met_late"),
        (None, 10, 10, 20, "cancelled"),
        (None, 11, 10, 20, "missed"),
        (5, 5, 10, 20, "met"),
        (6, 5, 10, 20, "cancelled"),
        (12, 11, 10, 20, "missed"),
        (None, None, None, 99, "running"),
        (50, None, None, 99, "met"),
        (None, 50, None, 99, "cancelled"),
    ],
)
def test_deadline(met: int | None, cancelled: int | None, end: int | None, on: int, standing: str) -> None:
    for kind in (
        "deadline_act",
        "deadline_state",
        "deadline_backward",
        "confinement_limit",
        "hours",
        "chained",
        "soft",
    ):
        assert stand(kind, met, cancelled, end, on) == standing


@pytest.mark.parametrize(
    ("met", "cancelled", "end", "on", "standing"),
    [
        (None, None, 10, 9, "running"),
        (None, None, 10, 10, "met"),
        (9, None, 10, 20, "missed"),
        (10, None, 10, 20, "met"),
        (None, 9, 10, 20, "cancelled"),
        (None, 10, 10, 20, "met"),
        (None, None, None, 20, "running"),
        (5, None, None, 20, "met"),
    ],
)
def test_earliest(met: int | None, cancelled: int | None, end: int | None, on: int, standing: str) -> None:
    assert stand("earliest", met, cancelled, end, on) == standing


@pytest.mark.parametrize(
    ("cancelled", "end", "on", "standing"),
    [
        (None, 10, 10, "running"),
        (None, 10, 11, "met"),
        (10, 10, 11, "cancelled"),
        (11, 10, 12, "met"),
        (None, None, 9, "running"),
    ],
)
def test_validity(cancelled: int | None, end: int | None, on: int, standing: str) -> None:
    assert stand("validity", 3, cancelled, end, on) == standing


def test_possibilities_that_agree_give_their_standing() -> None:
    assert stand_over("deadline_act", [3, 5], [None], [7, 9], 8) == "met"
    assert stand_over("deadline_act", [None], [None], [5, 9], 20) == "missed"


def test_possibilities_that_differ_are_undetermined() -> None:
    assert stand_over("deadline_act", [3, None], [None], [7], 8) == "undetermined"
    assert stand_over("deadline_act", [None], [None], [5, 9], 7) == "undetermined"


@given(st.sampled_from(["deadline_act", "earliest", "validity"]), MOMENTS, MOMENTS, MOMENTS, st.integers(0, 6))
def test_arrays_say_the_same(kind: str, met: int | None, cancelled: int | None, end: int | None, on: int) -> None:
    acted, ended, last = (np.array([FAR if value is None else value], np.int64) for value in (met, cancelled, end))
    (code,) = stand_all(kind, acted, ended, last, on)
    assert STANDINGS[code] == stand(kind, met, cancelled, end, on)


def test_every_standing_has_a_code() -> None:
    assert set(STANDINGS) == set(get_args(Standing))
