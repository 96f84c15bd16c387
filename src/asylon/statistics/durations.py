"""How long people wait: the share still waiting, and how waiting ends, from durations of single cases.

A case that has not ended is not left out and is not counted as short: it is known to have lasted
at least so long (right censoring). Durations are numbers of one unit, days everywhere in Asylon.
The arithmetic is one pass over the durations that occur, for a case as for a million.

Methods: Kaplan and Meier 1958, with the variance of Greenwood 1926; Aalen and Johansen 1978, with
the delta-method variance of Choudhury 2002, which stays right where several cases end on one day.
All bands are drawn on the log-log scale, so they stay between 0 and 1. On that scale a share of
exactly 0 or 1 has a width of zero, which would claim certainty: the end of the band that matters
is then unknown (NaN in the arrays, None in an `Estimate`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from asylon.errors import StatisticsError
from asylon.language import Said, said
from asylon.statistics.durationread import (
    Bools,
    Floats,
    Ints,
    Leaving,
    check_share,
    leavings,
    read_causes,
    read_days,
    read_flags,
)

ROUNDING = 1e-12  # shares nearer to each other than this differ by rounding alone
Group = str | int | None
Days = Sequence[float] | Ints | Floats | pl.Series
Flags = Sequence[int] | Ints | Bools | pl.Series


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; whatever the cases do not tell is None."""

    value: float | None
    low: float | None
    high: float | None


UNKNOWN = Estimate(None, None, None)


@dataclass(frozen=True, slots=True, eq=False)
class WaitCurve:
    """The share of cases still waiting after each duration at which a case ended or was last seen.

    The arrays are aligned and ascending in `times` (days); `survival` holds from its time until
    the next, and is 1 before the first. `lower` and `upper` are the pointwise band at
    `confidence`. `censored` counts cases last seen waiting.
    """

    cases: int
    times: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    survival: Floats
    lower: Floats
    upper: Floats
    confidence: float
    method: Said

    def __post_init__(self) -> None:
        _close(self)

    def quantile(self, share: float) -> Estimate:
        """Return the days by which `share` of the cases had ended, with its interval.

        Value or bound is None where the curve, or its band, does not reach that far. The interval
        is that of Brookmeyer and Crowley 1982: the durations whose band holds the share.
        """
        check_share(share, "share")
        left = 1 - share
        return Estimate(*(self._first(curve, left) for curve in (self.survival, self.lower, self.upper)))

    def median(self) -> Estimate:
        """Return the days by which half the cases had ended, with its interval; None where not reached."""
        return self.quantile(0.5)

    def _first(self, curve: Floats, left: float) -> float | None:
        reached = np.flatnonzero(curve <= left + ROUNDING)
        return float(self.times[reached[0]]) if len(reached) else None

    def share_at(self, days: float) -> Estimate:
        """Return the share still waiting after `days`, with its interval; unknown beyond the last case seen."""
        read_days([days], "days")
        if days > self.times[-1] and self.survival[-1] > 0:
            return UNKNOWN
        return _value_at(self.times, (self.survival, self.lower, self.upper), days, before=1.0)

    def restricted_mean(self, days: float) -> Estimate:
        """Return the mean days waited of the first `days`, with its interval; unknown beyond the last case seen.

        The area under the curve, with the variance of Irwin 1949 and a normal interval kept within
        0 and `days`.
        """
        read_days([days], "days")
        if days > self.times[-1] and self.survival[-1] > 0:
            return UNKNOWN
        inside = self.times < days
        steps = np.diff(np.concatenate(([0.0], self.times[inside], [days])))
        areas = steps * np.concatenate(([1.0], self.survival[inside]))
        mean, beyond = float(areas.sum()), areas[::-1].cumsum()[::-1][1:]
        spread = float((beyond**2 * _greenwood(self.at_risk, self.events)[inside]).sum()) ** 0.5
        reach = _z(self.confidence) * spread
        if reach == 0:  # no event within: the width is not zero but unknown
            return Estimate(mean, None, None)
        return Estimate(mean, max(mean - reach, 0.0), min(mean + reach, days))

    def frame(self) -> pl.DataFrame:
        """Return the curve as a table, one row a duration; an unknown bound is null."""
        names = ("at_risk", "events", "censored", "survival", "lower", "upper")
        columns = {"days": self.times, **{name: getattr(self, name) for name in names}}
        return pl.DataFrame(columns).with_columns(pl.col("lower", "upper").fill_nan(None))


@dataclass(frozen=True, slots=True, eq=False)
class IncidenceCurve:
    """The share of all cases that had ended by one cause after each duration, other causes competing.

    The arrays are aligned and ascending in `times` (days); `incidence` holds from its time until
    the next, and is 0 before the first. Over all causes the incidences and `waiting`, the share
    still waiting, add up to 1. `events` counts the ends by this cause.
    """

    cause: str
    cases: int
    times: Floats
    at_risk: Ints
    events: Ints
    waiting: Floats
    incidence: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    confidence: float
    method: Said

    def __post_init__(self) -> None:
        _close(self)

    def share_at(self, days: float) -> Estimate:
        """Return the share ended by this cause within `days`, with its interval; unknown beyond the last case seen."""
        read_days([days], "days")
        if days > self.times[-1] and self.waiting[-1] > 0:
            return UNKNOWN
        return _value_at(self.times, (self.incidence, self.lower, self.upper), days, before=0.0)

    def frame(self) -> pl.DataFrame:
        """Return the curve as a table, one row a duration; an unknown bound is null."""
        names = ("at_risk", "events", "waiting", "incidence", "variance", "lower", "upper")
        columns = {"days": self.times, **{name: getattr(self, name) for name in names}}
        table = pl.DataFrame(columns).with_columns(pl.col("lower", "upper").fill_nan(None))
        return table.select(pl.lit(self.cause).alias("cause"), pl.all())


@dataclass(frozen=True, slots=True)
class Withheld:
    """A group that is not shown, and why; its size is not told either."""

    reason: Said


@dataclass(frozen=True, slots=True)
class LogRank:
    """The log-rank test of equal waits: statistic, degrees of freedom, and how likely chance alone is to exceed it."""

    statistic: float
    degrees: int
    p: float


def kaplan_meier(durations: Days, observed: Flags, *, entry: Days | None = None, confidence: float = 0.95) -> WaitCurve:
    """Return the share still waiting over time, with its band (Kaplan and Meier).

    `durations` are days from the start of the wait to its end, or to the day the case was last
    seen; `observed` says for each whether it ended. `entry` is the day of the wait on which a case
    came under observation (left truncation): it counts among the waiting after that day, and from
    the first day on when it is 0. Raises StatisticsError when the values are not such, and when
    everybody under observation had ended before others came under it: what follows is not known.
    """
    check_share(confidence, "confidence")
    days = read_days(durations, "durations")
    leaving = leavings(days, read_flags(observed, len(days), "observed"), 1, entry)
    events = leaving.ended[0]
    survival = _survival(leaving.at_risk, events)
    spread = np.sqrt(np.cumsum(_greenwood(leaving.at_risk, events)))
    lower, upper = _log_log(survival, spread, confidence)
    return WaitCurve(
        leaving.cases,
        leaving.times,
        leaving.at_risk,
        events,
        leaving.censored,
        survival,
        lower,
        upper,
        confidence,
        said(
            "Kaplan-Meier, with log-log bands from Greenwood's variance at {percent}%",
            percent=_percent(confidence),
        ),
    )


def cumulative_incidence(
    durations: Days,
    cause: Sequence[str | None] | pl.Series,
    *,
    causes: Sequence[str] | None = None,
    entry: Days | None = None,
    confidence: float = 0.95,
) -> dict[str, IncidenceCurve]:
    """Return for each cause the share ended by it over time, with variance and band (Aalen and Johansen).

    `cause` names how each case ended, and is None for one last seen waiting. The result has one
    curve for each of `causes`, in that order, flat at zero where none ended so; left out, they are
    the causes that occur, sorted. `durations` and `entry` are those of `kaplan_meier`. Raises
    StatisticsError when the values are not such or a cause is not one of `causes`.
    """
    check_share(confidence, "confidence")
    days = read_days(durations, "durations")
    names, codes = read_causes(cause, causes, len(days))
    leaving = leavings(days, codes, len(names), entry)
    total = leaving.ended.sum(axis=0)
    survival = _survival(leaving.at_risk, total)
    return {
        name: _incidence(name, leaving, mine, total, survival, confidence)
        for name, mine in zip(names, leaving.ended, strict=True)
    }


def compare(
    frame: pl.DataFrame, by: str = "procedure", *, minimum: int = 10, confidence: float = 0.95
) -> dict[Group, WaitCurve | Withheld]:
    """Return for each value of the column `by` the curve of its waits, or why it is withheld.

    `frame` has the columns days and cause (null while the wait goes on), as `durations_of` gives
    them; any cause ends a wait. Values come sorted, with None last for cases where it is not
    stated. Groups under `minimum` cases are withheld; whoever also publishes the curve of all
    cases together must see to it that no single withheld group follows by subtraction. Raises
    StatisticsError for a column that is not there and durations that cannot be.
    """
    return {
        group: kaplan_meier(part["days"], part["cause"].is_not_null(), confidence=confidence)
        if len(part) >= minimum
        else Withheld(said("fewer than {minimum} cases", minimum=minimum))
        for group, part in _groups(frame, by)
    }


def _groups(frame: pl.DataFrame, by: str) -> list[tuple[Any, pl.DataFrame]]:
    missing = [column for column in ("days", "cause", by) if column not in frame.columns]
    if missing:
        remedy = f"name one of its columns: {', '.join(frame.columns)}"
        raise StatisticsError.single("waits", f"lack the column {missing[0]!r}", remedy)
    return [(key[0], part) for key, part in frame.sort(by, nulls_last=True).group_by(by, maintain_order=True)]


def log_rank(frame: pl.DataFrame, by: str = "procedure", *, minimum: int = 10) -> LogRank | None:
    """Return the log-rank test over the groups that `compare` shows, those not stated apart.

    Mantel 1966, for any number of groups: were their waits alike, the statistic would follow the
    chi-square distribution. None when fewer than two groups, or no ends, are there to compare.
    Raises StatisticsError as `compare` does.
    """
    curves = [
        curve
        for group, curve in compare(frame, by, minimum=minimum).items()
        if isinstance(curve, WaitCurve) and group is not None
    ]
    if len(curves) < 2:
        return None
    times = np.unique(np.concatenate([curve.times[curve.events > 0] for curve in curves]))
    waiting, ended = (np.array([_at(curve, times, what) for curve in curves]) for what in ("at_risk", "events"))
    at_risk, events = waiting.sum(axis=0), ended.sum(axis=0)
    share = waiting / at_risk
    excess = (ended - share * events).sum(axis=1)[:-1]
    weight = events * (at_risk - events) / np.maximum(at_risk - 1, 1)
    spread = (np.diag(share @ weight) - (share * weight) @ share.T)[:-1, :-1]
    if np.linalg.matrix_rank(spread) < len(spread):
        return None
    statistic = float(excess @ np.linalg.solve(spread, excess))
    return LogRank(statistic, len(excess), chi_square_tail(statistic, len(excess)))


def _at(curve: WaitCurve, times: Floats, what: str) -> Floats:
    """Return the cases of a curve that waited until, or ended at, each of `times`."""
    place = np.searchsorted(curve.times, times)
    last = len(curve.times) - 1
    counts = getattr(curve, what)[np.minimum(place, last)]
    is_there = place <= last if what == "at_risk" else curve.times[np.minimum(place, last)] == times
    found: Floats = np.where(is_there, counts, 0.0)
    return found


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the probability that a chi-square variable of so many degrees of freedom exceeds `value`."""
    half = value / 2
    if half <= 0:
        return 1.0
    order, tail = (0.5, math.erfc(math.sqrt(half))) if degrees % 2 else (1.0, math.exp(-half))
    while order < degrees / 2:  # the recurrence of the incomplete gamma function
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return tail


def _incidence(
    cause: str, leaving: Leaving, mine: Ints, total: Ints, survival: Floats, confidence: float
) -> IncidenceCurve:
    before = np.concatenate(([1.0], survival[:-1]))  # the share waiting just before each time
    hazard = mine / leaving.at_risk
    share = np.cumsum(before * hazard)
    share[share > 1 - ROUNDING] = 1.0
    variance = _incidence_variance(share, before, hazard, _greenwood(leaving.at_risk, total), leaving.at_risk)
    spread = np.sqrt(variance) / np.where(share > 0, share, 1.0)
    lower, upper = _log_log(share, spread, confidence)
    return IncidenceCurve(
        cause,
        leaving.cases,
        leaving.times,
        leaving.at_risk,
        mine,
        survival,
        share,
        variance,
        lower,
        upper,
        confidence,
        said(
            "Aalen-Johansen, with log-log bands from the delta-method variance at {percent}%",
            percent=_percent(confidence),
        ),
    )


def _incidence_variance(share: Floats, before: Floats, hazard: Floats, greenwood: Floats, at_risk: Ints) -> Floats:
    """Return Choudhury's variance; his sums over (F(t) - F(i))**2 and (F(t) - F(i)) are expanded into running sums."""
    own = before**2 * hazard * (1 - hazard) / at_risk
    shared = before * hazard / at_risk
    linear = share * np.cumsum(greenwood * share)
    squares = share**2 * np.cumsum(greenwood) - 2 * linear + np.cumsum(greenwood * share**2)
    products = share * np.cumsum(shared) - np.cumsum(shared * share)
    total = np.maximum(squares + np.cumsum(own) - 2 * products, 0)  # rounding may fall below 0
    return total.astype(np.float64, copy=False)


def _survival(at_risk: Ints, events: Ints) -> Floats:
    return np.cumprod((at_risk - events) / at_risk, dtype=np.float64)


def _greenwood(at_risk: Ints, events: Ints) -> Floats:
    """Return the terms of Greenwood's sum, 0 where everybody ended: nothing after it is reckoned from them."""
    staying = (at_risk - events).astype(np.float64)
    terms: Floats = np.divide(events / at_risk, staying, out=np.zeros(len(at_risk)), where=staying > 0)
    return terms


def _log_log(share: Floats, spread: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the band of `share` on the log-log scale; `spread` is the standard error of its logarithm."""
    with np.errstate(all="ignore"):  # a bound that runs off the scale has reached 0 or 1; the ends are set below
        log = np.log(share)
        stretch = np.exp(_z(confidence) * spread / -log)
        lower, upper = np.exp(log * stretch), np.exp(log / stretch)
    lower[share == 0], upper[share == 0] = 0.0, np.nan
    lower[share == 1], upper[share == 1] = np.nan, 1.0
    return lower, upper


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _percent(confidence: float) -> str:
    return f"{100 * confidence:.4g}"


def _value_at(times: Floats, curves: tuple[Floats, Floats, Floats], days: float, *, before: float) -> Estimate:
    place = int(np.searchsorted(times, days, side="right")) - 1
    if place < 0:
        return Estimate(before, None if before else 0.0, before or None)
    found = [float(curve[place]) for curve in curves]
    return Estimate(*(None if np.isnan(number) else number for number in found))


def _close(curve: object) -> None:
    """Close the arrays of a curve to writing: it is a value."""
    for field in fields(curve):  # type: ignore[arg-type]
        value = getattr(curve, field.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
