"""Rates standardised by origin: what would a country's rate be if the same people asked everywhere?

Direct: the country's own rates by origin, weighted with the world's mix of origins. Indirect: what the country granted
against what the rates of all other countries would have granted to the same people. Both take origin alone into
account. A. Leerkes (WODC, The Hague, 2015) standardised European rates for nationality, age and sex as well: the gaps
between states shrank and a factor of about two remained. Age and sex of decisions are not in UNHCR's tables.

Rows: decisions of governments without appeals and repeats, one unit, protection over substantive decisions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.language import said
from asylon.statistics.codes import LATER_LEVELS
from asylon.statistics.countries import UNKNOWN
from asylon.statistics.intervals import Count, Interval, rounding_bounds, wilson
from asylon.statistics.measures import Answered, Measure, Refused, Subject
from asylon.statistics.store import Release

# With fewer decisions rounding alone can move the rate of an origin by more than ten points (5 may be 3 or 7).
MINIMUM = 20
DIRECT = ("standardised_rate_direct", "protection rate at the world's mix of origins")
INDIRECT = ("standardised_ratio_indirect", "protection granted, in percent of what other countries' rates would grant")
_MOVER = (
    "MOVER with Wilson's limits for each origin, G. Y. Zou, W. Huang, X. Zhang (2009), Computational Statistics & Data "
    "Analysis 53: 1080-1085"
)
_RATIO = (
    "MOVER for a ratio with Wilson's limits for each origin, A. Donner, G. Y. Zou (2012), Statistical Methods in "
    "Medical Research 21: 347-359"
)
_DIRECT = (DIRECT, "sum over origins of weight x rate; weight: the origin's share of the world's decisions", _MOVER)
_INDIRECT = (INDIRECT, "positive / sum over origins of decisions x rate of the other countries", _RATIO)
_ENDS = ("value", "low", "high")
_COLUMNS = ("origin", "decided", "positive")
_RATE = 100 * pl.col("positive") / pl.col("decided")


@dataclass(frozen=True, slots=True)
class Standardised:
    """A standardised measure with what it rests on.

    `crude` is the rate of the same decisions without weights, in percent. `coverage` is, in percent, the part of the
    standard (direct: the world's decisions; indirect: the country's own) that stands on origins taken in. `strata`: one
    row for each of them: origin, decided, positive, rate (percent), standard (direct: weight, percent of all weights
    used; indirect: rate of the other countries, percent). Empty and None where the measure is refused.
    """

    measure: Answered
    crude: float | None
    coverage: float | None
    strata: pl.DataFrame


def standardise_directly(
    release: Release, asylum: str, years: tuple[int, int], *, unit: str = "P", minimum: int = MINIMUM
) -> Standardised:
    """Return a country's protection rate (percent) at the origin mix of the world's decisions in the same years.

    Origins with at least `minimum` substantive decisions in the country are taken in. The interval is for the country's
    own rates; the weights are taken as given.
    """
    subject = Subject(None, asylum, *years, authorities=("G",))
    world = _cells(release, years, unit)
    own = world.filter(pl.col("asylum") == asylum)
    weights = world.group_by("origin").agg(standard=pl.col("decided").sum())
    strata = own.filter(pl.col("decided") >= minimum).join(weights, on="origin").sort("origin")
    if strata.is_empty():
        return _refused(DIRECT, subject, unit, _too_few(own, minimum))
    used = _total(strata["standard"])
    shares, rows = (strata["standard"] / used).to_list(), strata.to_dicts()
    ends = [_weighted(rows, shares, end) for end in _ENDS]
    strata = strata.with_columns(standard=100 * pl.col("standard") / used)
    return _standardised(_DIRECT, strata, ends, 100 * used / _total(weights["standard"]), (subject, unit, release))


def standardise_indirectly(
    release: Release, asylum: str, years: tuple[int, int], *, unit: str = "P", minimum: int = MINIMUM
) -> Standardised:
    """Return what a country granted in percent of what the rates of all other countries would have granted.

    Origins on which the other countries took at least `minimum` substantive decisions are taken in. The country itself
    is left out of the standard, so that a large one is not compared with itself. The interval covers both rates;
    `rounding` is of the country's own figures.
    """
    subject = Subject(None, asylum, *years, authorities=("G",))
    world = _cells(release, years, unit)
    own = world.filter((pl.col("asylum") == asylum) & (pl.col("decided") > 0))
    others = world.filter(pl.col("asylum") != asylum).group_by("origin")
    rates = others.agg(there=pl.col("decided").sum(), granted=pl.col("positive").sum())
    strata = own.join(rates.filter(pl.col("there") >= minimum), on="origin").sort("origin")
    strata = strata.with_columns(standard=pl.col("granted") / pl.col("there"))
    rows = strata.to_dicts()
    ends = [found for end in _ENDS if (found := _ratio(rows, end)) is not None]
    if len(ends) < len(_ENDS):
        return _refused(INDIRECT, subject, unit, _nothing_expected(own, minimum))
    coverage = 100 * _total(strata["decided"]) / _total(own["decided"])
    strata = strata.with_columns(standard=100 * pl.col("standard"))
    return _standardised(_INDIRECT, strata, ends, coverage, (subject, unit, release))


def _cells(release: Release, years: tuple[int, int], unit: str) -> pl.DataFrame:
    """Return positive and rejected by country and origin with their rounding bounds; unknown origins left out."""
    rows = release.frame("decisions").filter(
        pl.col("year").is_between(*years),
        pl.col("authority") == "G",
        pl.col("unit") == unit,
        ~pl.col("level").is_in(LATER_LEVELS),
        pl.col("origin").is_not_null() & (pl.col("origin") != UNKNOWN),
        pl.all_horizontal(pl.col("recognised", "other", "rejected").is_not_null()),
    )
    sums: list[pl.Expr] = [pl.col("closed").sum(), pl.col("closed").null_count().alias("closed_unknown")]
    for name, parts in (("positive", ("recognised", "other")), ("rejected", ("rejected",))):
        bounds = [rounding_bounds(release.edition.source, "decisions", pl.col(part)) for part in parts]
        sums.append(pl.sum_horizontal(pl.col(parts).sum()).alias(name))
        sums.append(pl.sum_horizontal(low.sum() for low, _ in bounds).alias(f"{name}_low"))
        sums.append(pl.sum_horizontal(high.sum() for _, high in bounds).alias(f"{name}_high"))
    cells = rows.group_by("asylum", "origin").agg(sums)
    return cells.with_columns(decided=pl.col("positive") + pl.col("rejected"))


def _split(row: Mapping[str, Any], end: str) -> tuple[int, int]:
    """Return positive and rejected of an origin as published, or at the lowest or highest rate that rounding allows."""
    if end == "low":
        return row["positive_low"], row["rejected_high"]
    if end == "high":
        return row["positive_high"], row["rejected_low"]
    return row["positive"], row["rejected"]


def _weighted(rows: Sequence[Mapping[str, Any]], shares: Iterable[float], end: str) -> tuple[float, float, float]:
    """Return the weighted rate and its MOVER limits, in percent."""
    value = below = above = 0.0
    for row, share in zip(rows, shares, strict=True):
        positive, rejected = _split(row, end)
        limits = wilson(positive, positive + rejected)
        if limits is None:
            continue
        rate = 100 * positive / (positive + rejected)
        value += share * rate
        below += (share * (rate - limits.low)) ** 2
        above += (share * (limits.high - rate)) ** 2
    value = min(100.0, value)  # weights that sum to one in floating point may not
    return value, max(0.0, value - math.sqrt(below)), min(100.0, value + math.sqrt(above))


def _ratio(rows: Sequence[Mapping[str, Any]], end: str) -> tuple[float, float, float] | None:
    """Return observed over expected in percent and its MOVER limits; None where the expected number is too uncertain.

    At `low` and `high` the country's own counts stand at the lowest and highest ratio that rounding allows. Observed
    and expected vary independently: the country is not in its standard.
    """
    ratio, splits = 1.0, [_split(row, end) for row in rows]
    for _ in range(20):  # Dinkelbach's method: each turn picks the corner that is best at the last ratio
        expected = sum((x + y) * row["standard"] for (x, y), row in zip(splits, rows, strict=True))
        if expected <= 0:
            return None
        ratio, before = sum(x for x, _ in splits) / expected, ratio
        if end == "value" or ratio == before:
            break
        splits = [_corner(row, end, ratio) for row in rows]
    own = [(x + y, x, x + y) for x, y in splits]
    others = [(x + y, row["granted"], row["there"]) for (x, y), row in zip(splits, rows, strict=True)]
    limits = _ratio_limits((sum(x for x, _ in splits), *_spread(own)), (expected, *_spread(others)))
    return (100 * ratio, *limits) if limits else None


def _corner(row: Mapping[str, Any], end: str, ratio: float) -> tuple[int, int]:
    """Return positive and rejected of an origin that push the ratio furthest; a grant raises what is expected too."""
    raises = ratio * row["standard"] < 1
    most = raises == (end == "high")
    return row["positive_high" if most else "positive_low"], row["rejected_low" if end == "high" else "rejected_high"]


def _spread(parts: Iterable[tuple[float, float, float]]) -> tuple[float, float]:
    """Return how far a sum of weight x share may lie below and above itself, by Wilson's limits of each share.

    Each part is (weight, positives, trials).
    """
    below = above = 0.0
    for weight, positive, trials in parts:
        limits = wilson(positive, trials)
        if limits is None:
            continue
        below += (weight * (positive / trials - limits.low / 100)) ** 2
        above += (weight * (limits.high / 100 - positive / trials)) ** 2
    return math.sqrt(below), math.sqrt(above)


def _ratio_limits(
    observed: tuple[float, float, float], expected: tuple[float, float, float]
) -> tuple[float, float] | None:
    """Return MOVER limits of a ratio in percent; each side is (value, how far below, how far above)."""
    (top, top_below, top_above), (base, base_below, base_above) = observed, expected
    if base_below >= base or base_above >= base:
        return None
    # With l and u the limits of a side v: l (2 v - l) = v^2 - (v - l)^2, and the same for u.
    low_base, high_base = base**2 - base_above**2, base**2 - base_below**2
    product = top * base
    low = product - math.sqrt(max(0.0, product**2 - (top**2 - top_below**2) * low_base))
    high = product + math.sqrt(max(0.0, product**2 - (top**2 - top_above**2) * high_base))
    return 100 * max(0.0, low / low_base), 100 * high / high_base


def _standardised(
    kind: tuple[tuple[str, str], str, str],
    strata: pl.DataFrame,
    ends: Sequence[tuple[float, float, float]],
    coverage: float,
    about: tuple[Subject, str, Release],
) -> Standardised:
    """Return the measure of (value, low, high) as published, at the lowest and at the highest that rounding allows."""
    ((name, title), formula, source), (subject, unit, release), (published, lowest, highest) = kind, about, ends
    above, crude = _count(strata, "positive"), _crude(strata)
    measure = Measure(
        name=name,
        title=title,
        value=published[0],
        scale="percent",
        numerator=above,
        denominator=above + _count(strata, "rejected"),
        formula=formula,
        body="Asylon",
        why="takes out that different people apply in different countries; origin alone, not age or sex",
        source=source,
        levels=("without appeals and repeats",),
        unit=unit,
        closed_share=_closed(strata),
        rounding=Interval(lowest[0], highest[0], "rounding"),
        sampling=Interval(published[1], published[2], "sampling"),
        interval=Interval(lowest[1], highest[2], "rounding and sampling"),
        subject=subject,
        release=release.id,
        licence=release.licence,
        warnings=_warnings(strata, crude, coverage),
    )
    return Standardised(measure, crude, coverage, strata.select(*_COLUMNS, _RATE.alias("rate"), "standard"))


def _warnings(strata: pl.DataFrame, crude: float, coverage: float) -> tuple[str, ...]:
    return (
        said("without standardising {crude:.1f} %", crude=crude),
        said("{origins} origins, {coverage:.0f} % of the standard", origins=strata.height, coverage=coverage),
    )


def _closed(strata: pl.DataFrame) -> float | None:
    if _total(strata["closed_unknown"]):
        return None
    return 100 * _total(strata["closed"]) / (_total(strata["decided"]) + _total(strata["closed"]))


def _count(strata: pl.DataFrame, name: str) -> Count:
    return Count(_total(strata[name]), _total(strata[f"{name}_low"]), _total(strata[f"{name}_high"]))


def _total(counts: pl.Series) -> int:
    return int(counts.sum())


def _crude(strata: pl.DataFrame) -> float:
    return 100 * _total(strata["positive"]) / _total(strata["decided"])


def _refused(kind: tuple[str, str], subject: Subject, unit: str, reason: str) -> Standardised:
    return Standardised(Refused(*kind, "Asylon", subject, unit, reason), None, None, pl.DataFrame())


def _too_few(own: pl.DataFrame, minimum: int) -> str:
    if own.is_empty():
        return said("no decision of the government is reported in this unit, which is not zero")
    return said("no origin has {minimum} substantive decisions there", minimum=minimum)


def _nothing_expected(own: pl.DataFrame, minimum: int) -> str:
    if own.is_empty():
        return _too_few(own, minimum)
    return said(
        "other countries took fewer than {minimum} decisions on these origins, or granted next to none", minimum=minimum
    )
