"""Reads durations, their ends and entries into arrays, and counts who was waiting when; refuses what cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from asylon.errors import StatisticsError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LONGEST_TABLE = 2**16  # days, 179 years: waits in whole days below are counted into a table, without sorting


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """At each duration at which cases left the waiting: how many waited until then, ended, or were last seen.

    `ended` has one row a cause, `at_risk` and `censored` one number a duration.
    """

    cases: int
    times: Floats
    at_risk: Ints
    censored: Ints
    ended: Ints


def leavings(days: Floats, codes: Ints, causes: int, entry: Any) -> Leaving:
    """Return who left the waiting when; `codes` says how, from 1 to `causes`, and 0 for who was last seen waiting.

    Raises StatisticsError when there are no cases, or when entries cannot be as given.
    """
    if not len(days):
        raise StatisticsError.single("durations", "there are none", "give at least one case")
    times, counts = _counted(days, codes, causes + 1)
    left = counts.sum(axis=0)
    at_risk = len(days) - np.cumsum(left) + left
    if entry is not None:
        at_risk -= len(days) - _entered(read_days(entry, "entry"), days, times)
        _refuse_gap(times, at_risk, left - counts[0])
    return Leaving(len(days), times, at_risk, counts[0], counts[1:])


def _counted(days: Floats, codes: Ints, kinds: int) -> tuple[Floats, Ints]:
    """Return the durations that occur, ascending, and how many cases of each code have them, a row a code."""
    place: Ints
    if days.max() < LONGEST_TABLE and np.array_equal(place := days.astype(np.int64), days):
        times = np.arange(int(days.max()) + 1, dtype=np.float64)
    else:
        ordered, codes = _sorted(days, codes, kinds)
        is_new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
        times, place = ordered[is_new], np.cumsum(is_new) - 1
    counts = np.bincount(codes * len(times) + place, minlength=len(times) * kinds).reshape(kinds, -1)
    occurs = counts.any(axis=0)
    return (times, counts) if occurs.all() else (times[occurs], counts[:, occurs])


def _sorted(days: Floats, codes: Ints, kinds: int) -> tuple[Floats, Ints]:
    """Return durations ascending with their codes; those of equal durations stand in no order."""
    if kinds > 2:
        order = np.argsort(days)
        return days[order], codes[order]
    # No duration has a sign: its bit carries the code, and one plain sort is several times as fast as one of places.
    keys = np.sort(days.view(np.uint64) << np.uint64(1) | codes.astype(np.uint64))
    return (keys >> np.uint64(1)).view(np.float64), (keys & np.uint64(1)).astype(np.int64)


def _entered(entry: Floats, days: Floats, times: Floats) -> Ints:
    """Return how many had come under observation before each time; those of day 0 from the beginning."""
    _same_length(len(entry), len(days), "entry")
    late = np.flatnonzero((entry >= days) & (entry > 0))
    if len(late):
        place = f"entry, row {late[0] + 1}"
        problem = f"{entry[late[0]]:g} is not before the end of the wait, {days[late[0]]:g}"
        raise StatisticsError.single(place, problem, "leave out cases that were never seen waiting")
    first, counts = _counted(entry, np.zeros(len(entry), np.int64), 1)
    entered = np.concatenate(([0], np.cumsum(counts[0])))
    before: Ints = entered[np.searchsorted(np.where(first == 0, -1.0, first), times, side="left")]
    return before


def _refuse_gap(times: Floats, at_risk: Ints, ended: Ints) -> None:
    gone = np.flatnonzero(at_risk[:-1] == ended[:-1])
    if len(gone):
        problem = f"everybody under observation had ended at {times[gone[0]]:g} while others entered later"
        raise StatisticsError.single("entry", problem, "reckon the waits from a later day on")


def read_days(values: Any, name: str) -> Floats:
    """Return `values` as finite numbers of days, none negative; raises StatisticsError naming the row."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise StatisticsError.single(name, "are not numbers", "give each as a number of days") from None
    if numbers.ndim != 1 or (isinstance(values, pl.Series) and values.dtype.is_temporal()):
        raise StatisticsError.single(name, "are not one column of numbers", "give each as a number of days")
    bad = np.flatnonzero(~((numbers >= 0) & (numbers < np.inf)))
    if len(bad):
        found = numbers[bad[0]]
        problem = f"{found:g} is negative" if found < 0 else "is not known" if np.isnan(found) else "is without end"
        remedy = "mend it or leave the case out and say so"
        if len(bad) > 1:
            remedy = f"mend it and {len(bad) - 1} like it, or leave them out and say so"
        raise StatisticsError.single(f"{name}, row {bad[0] + 1}", problem, remedy)
    return numbers


def read_flags(values: Any, length: int, name: str) -> Ints:
    """Return `values` that say yes or no as 1 or 0, `length` of them; raises StatisticsError naming the row."""
    given = np.asarray(values)
    _same_length(given.size if given.ndim == 1 else 0, length, name)
    if given.dtype == np.bool_:
        return given.astype(np.int64)
    is_flag = np.isin(given, (0, 1)) if given.dtype.kind in "iuf" else [_is_flag(value) for value in given.tolist()]
    bad = np.flatnonzero(~np.asarray(is_flag, bool))
    if len(bad):
        place, problem = f"{name}, row {bad[0] + 1}", f"{given[bad[0]]} is neither yes nor no"
        raise StatisticsError.single(place, problem, "write True or False")
    return given.astype(np.int64)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool | int | float) and value in (0, 1)


def _same_length(found: int, wanted: int, name: str) -> None:
    if found != wanted:
        remedy = "give one value for each case"
        raise StatisticsError.single(name, f"has {found} values beside {wanted} durations", remedy)


def read_causes(
    cause: Sequence[str | None] | pl.Series, known: Sequence[str] | None, length: int
) -> tuple[list[str], Ints]:
    """Return the causes, and for each case the place of its own among them from 1 on, 0 while it waits.

    Raises StatisticsError when a cause is not among `known`.
    """
    try:
        series = pl.Series("cause", cause, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        series = pl.Series("cause", [0])
    if series.dtype not in (pl.String, pl.Null, pl.Categorical, pl.Enum):
        raise StatisticsError.single("cause", "is not a word", "name each cause, and give None for who still waits")
    _same_length(len(series), length, "cause")
    series = series.cast(pl.String)
    found = series.drop_nulls().unique().sort().to_list()
    if known is not None:
        for name in found:
            _need_known(name, known)
    names = found if known is None else list(dict.fromkeys(known))
    places = series.cast(pl.Enum(names)).to_physical().cast(pl.Int64) + 1
    return names, places.fill_null(0).to_numpy()


def _need_known(name: str, known: Sequence[str]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
        raise StatisticsError.single("cause", f"{name!r} is not one of the causes", remedy)


def check_share(value: float, name: str) -> None:
    """Raise StatisticsError when `value` does not lie between 0 and 1."""
    if not 0 < value < 1:
        raise StatisticsError.single(name, f"{value!r} does not lie between 0 and 1", "write 0.95 for 95 percent")
