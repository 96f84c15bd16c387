"""Curves of waiting over a million durations, against lifelines in one run, answers compared.

`python -m benchmarks.durations` measures and prints; it exits 1 when a limit is missed. `--cases`
takes another number, and then holds nothing to a limit.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from asylon.statistics.durations import cumulative_incidence, kaplan_meier

if TYPE_CHECKING:
    from benchmarks.run import Check, Part

CASES = 1_000_000
RATIO = 8.0
NEAR = 1e-9
CAUSES = ("decision", "departure", "removal", "withdrawal")
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Timing:
    """One task: best seconds of Asylon and lifelines (None when not installed), and the largest difference."""

    task: str
    rows: int
    ours: float
    theirs: float | None
    difference: float | None
    limit: float | None = RATIO

    @property
    def ratio(self) -> float | None:
        """Return how many times as fast Asylon is."""
        return None if self.theirs is None else self.theirs / self.ours


@dataclass(frozen=True, slots=True)
class Cohort:
    """Invented waits: durations, code of the end (0 waits still), the same as words, day of entry."""

    days: npt.NDArray[np.float64]
    codes: npt.NDArray[np.int64]
    causes: pl.Series
    entry: npt.NDArray[np.float64]


def invent(cases: int, *, is_rounded: bool) -> Cohort:
    """Return `cases` waits with constant rates of four ends and of being last seen, in days or parts of days."""
    random = np.random.default_rng(SEED)
    days = random.exponential(400, cases)
    entry = np.where(random.random(cases) < 0.5, 0.0, np.floor(days * random.random(cases)))
    days = np.floor(days) + 1 if is_rounded else days
    codes = random.choice(len(CAUSES) + 1, cases, p=[0.4, 0.3, 0.1, 0.1, 0.1])
    words = pl.DataFrame({"code": codes}).select(pl.col("code").replace_strict(dict(enumerate((None, *CAUSES)))))
    return Cohort(days, codes, words.to_series(), np.where(entry < days, entry, 0.0))


def measure(cases: int = CASES, repeats: int = 5) -> Iterator[Timing]:
    """Yield each task once measured; lifelines' competing risks run once, they take about a minute at a million."""
    for is_rounded in (False, True):
        cohort = invent(cases, is_rounded=is_rounded)
        kind = "whole days" if is_rounded else "no two alike"
        yield _curve(cohort, f"Kaplan-Meier with band, {kind}", repeats, None)
        yield _curve(cohort, f"Kaplan-Meier with band and late entry, {kind}", repeats, cohort.entry)
    yield _incidence(invent(cases, is_rounded=False), "Aalen-Johansen with band, no two alike", repeats)


def _curve(cohort: Cohort, task: str, repeats: int, entry: npt.NDArray[np.float64] | None) -> Timing:
    ended, limit = cohort.codes > 0, RATIO if entry is None else None
    ours, curve = _best(lambda: kaplan_meier(cohort.days, ended, entry=entry), repeats)
    if find_spec("lifelines") is None:
        return Timing(task, len(cohort.days), ours, None, None, limit)
    from lifelines import KaplanMeierFitter

    theirs, fit = _best(lambda: KaplanMeierFitter().fit(cohort.days, ended, entry=entry), min(repeats, 3))
    rows = np.searchsorted(fit.timeline, curve.times)
    bands = fit.confidence_interval_.to_numpy()[rows]
    pairs = [(curve.survival, fit.survival_function_.to_numpy()[rows, 0])]
    pairs += [(curve.lower, bands[:, 0]), (curve.upper, bands[:, 1])]
    return Timing(task, len(cohort.days), ours, theirs, _difference(pairs), limit)


def _incidence(cohort: Cohort, task: str, repeats: int) -> Timing:
    ours, curves = _best(lambda: cumulative_incidence(cohort.days, cohort.causes), repeats)
    if find_spec("lifelines") is None:
        return Timing(task, len(cohort.days), ours, None, None)
    from lifelines import AalenJohansenFitter

    theirs, fit = _best(lambda: AalenJohansenFitter(seed=SEED).fit(cohort.days, cohort.codes, 1), 1)
    curve = curves[CAUSES[0]]
    rows = np.searchsorted(fit.timeline, curve.times)
    bands = np.sort(fit.confidence_interval_.to_numpy()[rows])
    pairs = [(curve.incidence, fit.cumulative_density_.to_numpy()[rows, 0])]
    pairs += [(curve.variance, fit.variance_.to_numpy()[rows])]
    pairs += [(curve.lower, bands[:, 0]), (curve.upper, bands[:, 1])]
    return Timing(task, len(cohort.days), ours, theirs, _difference(pairs))


def _best(run: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the best seconds and the last answer; lifelines' warnings of its own logarithms of zero are kept quiet."""
    seconds = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(repeats):
            start = time.perf_counter()
            answer = run()
            seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def _difference(pairs: Sequence[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]) -> float:
    """Return the largest difference; where either says that a bound is not known there is nothing to compare."""
    return max(float(np.nanmax(np.abs(ours - theirs), initial=0.0)) for ours, theirs in pairs)


def durations_part(repeats: int = 5, cases: int = CASES) -> Part:
    """Measure curves of waiting and return their part of the document."""
    from benchmarks.run import Part, table  # in there: benchmarks.run calls this part

    load = os.getloadavg()[0]
    found = list(measure(cases, repeats))
    rows = [_row(timing) for timing in found]
    head = ["task", "Asylon, ms", "lifelines, s", "times as fast", "largest difference"]
    text = f"{TEXT.format(cases=cases, load=load, repeats=repeats)}\n\n{table(head, rows)}\n"
    return Part(text, tuple(_checks(found)) if cases == CASES else ())


def _row(timing: Timing) -> list[str]:
    theirs, ratio = _told(timing.theirs, "{:.2f}"), _told(timing.ratio, "{:.1f}")
    return [timing.task, f"{timing.ours * 1e3:.1f}", theirs, ratio, _told(timing.difference, "{:.0e}")]


def _told(number: float | None, form: str) -> str:
    return "not measured" if number is None else form.format(number)


def _checks(found: Sequence[Timing]) -> Iterator[Check]:
    from benchmarks.run import Check

    for timing in found:
        ratio, gap = timing.ratio, timing.difference
        what = f"{timing.rows:,} durations: {timing.task}, against lifelines"
        if timing.limit is not None:
            fast = None if ratio is None else ratio >= timing.limit
            yield Check(what, _told(ratio, "{:.1f}"), f"at least {timing.limit:.0f} times as fast", fast)
        yield Check(what, _told(gap, "{:.0e}"), f"answers within {NEAR:.0e}", None if gap is None else gap <= NEAR)


TEXT = """## Curves of waiting

{cases:,} invented durations, measured beside lifelines in one process (load before: {load:.1f}); the
best of {repeats} for Asylon and of at most 3 for lifelines, whose competing risks run once. Asylon
gives the curves of all four causes in the time told, lifelines that of one. Reading and checking the
input, band and variance are in. The answers are compared value by value, where both give one. No
speed is asked of curves with late entry: most cohorts have none."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 when a limit is missed or was not measured."""
    from benchmarks.run import limits_table

    parser = argparse.ArgumentParser(prog="python -m benchmarks.durations", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="how many durations")
    part = durations_part(cases=parser.parse_args(arguments).cases)
    print(part.text)
    if part.checks:
        print(limits_table(part.checks))
    return 0 if all(check.holds for check in part.checks) else 1


if __name__ == "__main__":
    sys.exit(main())
