"""Standardised rates: by hand on two origins, against simulation, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from asylon.statistics.intervals import wilson
from asylon.statistics.measures import Answered, Measure, Refused
from asylon.statistics.standard import MINIMUM, Standardised, standardise_directly, standardise_indirectly
from asylon.statistics.store import Release
from tests.statistics.releases import decided, made, release

YEAR = (2020, 2020)


def taken(answered: Answered) -> Measure:
    assert isinstance(answered, Measure), answered
    return answered


# Simpson's paradox by hand: for each origin A grants more often than B, over all A grants less, because those who
# apply in A come from where grants are rare. (origin, asylum, recognised, other, rejected, closed)
PARADOX = (
    ("SYR", "AAA", 90, 0, 10, 0),  # 90 % of 100
    ("ALB", "AAA", 180, 0, 720, 0),  # 20 % of 900
    ("SYR", "BBB", 720, 0, 180, 100),  # 80 % of 900
    ("ALB", "BBB", 10, 0, 90, 0),  # 10 % of 100
)


@pytest.fixture
def paradox(tmp_path: Path) -> Release:
    return made(tmp_path, {"decisions": decided(*PARADOX)}, "by hand")


def test_simpsons_paradox_is_turned_round_by_direct_standardisation(paradox: Release) -> None:
    a, b = standardise_directly(paradox, "AAA", YEAR), standardise_directly(paradox, "BBB", YEAR)
    assert a.crude == pytest.approx(27)
    assert b.crude == pytest.approx(73)
    # The world decided 1,000 on each origin: weights one half.
    assert taken(a.measure).value == pytest.approx((90 + 20) / 2)
    assert taken(b.measure).value == pytest.approx((80 + 10) / 2)
    assert a.coverage == b.coverage == 100
    assert taken(b.measure).closed_share == pytest.approx(100 * 100 / 1_100)


def test_simpsons_paradox_is_turned_round_by_indirect_standardisation(paradox: Release) -> None:
    a, b = standardise_indirectly(paradox, "AAA", YEAR), standardise_indirectly(paradox, "BBB", YEAR)
    # At B's rates A would have granted 0.8 x 100 + 0.1 x 900; at A's rates B 0.9 x 900 + 0.2 x 100.
    assert taken(a.measure).value == pytest.approx(100 * 270 / 170)
    assert taken(b.measure).value == pytest.approx(100 * 730 / 830)
    assert a.strata.select("origin", "decided", "positive", "rate", "standard").rows() == [
        ("ALB", 900, 180, 20.0, 10.0),
        ("SYR", 100, 90, 90.0, 80.0),
    ]


def test_the_same_rates_everywhere_need_no_correction_whatever_the_mix(tmp_path: Path) -> None:
    rows = (("SYR", "AAA", 80, 0, 20, 0), ("ALB", "AAA", 9, 0, 81, 0), ("SYR", "BBB", 8_000, 0, 2_000, 0),
            ("ALB", "BBB", 10, 0, 90, 0))  # fmt: skip
    kept = made(tmp_path, {"decisions": decided(*rows)}, "by hand")
    a, b = (standardise_directly(kept, asylum, YEAR) for asylum in ("AAA", "BBB"))
    assert taken(a.measure).value == pytest.approx(taken(b.measure).value)
    for asylum in ("AAA", "BBB"):
        assert taken(standardise_indirectly(kept, asylum, YEAR).measure).value == pytest.approx(100)


def test_one_origin_alone_gives_back_the_crude_rate_with_its_wilson_limits(tmp_path: Path) -> None:
    kept = made(tmp_path, {"decisions": decided(("SYR", "AAA", 30, 10, 60, 5))}, "by hand")
    answered = standardise_directly(kept, "AAA", YEAR)
    measure, limits = taken(answered.measure), wilson(40, 100)
    assert measure.value == pytest.approx(40)
    assert limits is not None
    assert measure.sampling is not None
    assert (measure.sampling.low, measure.sampling.high) == pytest.approx((limits.low, limits.high))


def test_against_a_rate_known_without_doubt_the_ratio_has_wilsons_limits(tmp_path: Path) -> None:
    rows = (("SYR", "AAA", 30, 10, 60, 5), ("SYR", "BBB", 10**9, 0, 10**9, 0))
    kept = made(tmp_path, {"decisions": decided(*rows)}, "by hand")
    measure, limits = taken(standardise_indirectly(kept, "AAA", YEAR).measure), wilson(40, 100)
    assert measure.value == pytest.approx(80)
    assert limits is not None
    assert measure.sampling is not None
    assert (measure.sampling.low, measure.sampling.high) == pytest.approx((2 * limits.low, 2 * limits.high), rel=1e-3)


def test_what_the_weights_cannot_see_is_said(tmp_path: Path) -> None:
    few = MINIMUM - 1
    rows = (("SYR", "AAA", 50, 0, 50, 0), ("IRQ", "AAA", few, 0, 0, 0), ("IRQ", "BBB", 300, 0, 0, 0),
            ("UNK", "AAA", 500, 0, 0, 0))  # fmt: skip
    kept = made(tmp_path, {"decisions": decided(*rows)}, "by hand")
    answered = standardise_directly(kept, "AAA", YEAR)
    assert answered.strata["origin"].to_list() == ["SYR"], "neither a small origin nor an unknown one"
    assert answered.coverage == pytest.approx(100 * 100 / (100 + few + 300))
    assert "1 origins, 24 % of the standard" in taken(answered.measure).warnings
    assert "without standardising 50.0 %" in taken(answered.measure).warnings


def test_appeals_cases_and_unhcrs_own_decisions_stay_out(tmp_path: Path) -> None:
    base = decided(("SYR", "AAA", 40, 0, 60, 0))
    noise = [base.with_columns(pl.lit(value).alias(name)) for name, value in
             (("level", "AR"), ("unit", "C"), ("authority", "U"))]  # fmt: skip
    kept = made(tmp_path, {"decisions": pl.concat([base, *noise])}, "by hand")
    assert taken(standardise_directly(kept, "AAA", YEAR).measure).denominator.value == 100


def test_rounding_of_small_cells_widens_the_interval(tmp_path: Path) -> None:
    rows = decided(("SYR", "AAA", 5, 0, 20, 0), ("SYR", "BBB", 500, 0, 500, 0))
    exact = standardise_directly(made(tmp_path / "a", {"decisions": rows}, "by hand"), "AAA", YEAR)
    rounded = standardise_directly(made(tmp_path / "b", {"decisions": rows}, "unhcr"), "AAA", YEAR)
    assert taken(exact.measure).rounding is not None
    assert taken(exact.measure).rounding.low == taken(exact.measure).rounding.high == pytest.approx(20)  # type: ignore[union-attr]
    bounds = taken(rounded.measure).rounding
    assert bounds is not None
    # Published 5 may be 3 to 7, a zero of other protection up to 2.
    assert (bounds.low, bounds.high) == pytest.approx((100 * 3 / 23, 100 * 9 / 29))


def corners(rows: list[tuple[int, int, int, int, float]]) -> tuple[float, float]:
    """Return the lowest and highest ratio over every corner of the bounds, by trying them all."""
    from itertools import product

    found = []
    for chosen in product(*[[(x, y) for x in row[:2] for y in row[2:4]] for row in rows]):
        expected = sum((x + y) * row[4] for (x, y), row in zip(chosen, rows, strict=True))
        found.append(100 * sum(x for x, _ in chosen) / expected)
    return min(found), max(found)


def test_rounding_bounds_of_the_ratio_are_those_of_the_best_and_worst_corner(tmp_path: Path) -> None:
    rows = decided(
        ("SYR", "AAA", 10, 0, 0, 0), ("IRQ", "AAA", 5, 0, 10, 0), ("ALB", "AAA", 0, 0, 30, 0),
        ("SYR", "BBB", 300, 0, 700, 0), ("IRQ", "BBB", 500, 0, 500, 0), ("ALB", "BBB", 100, 0, 900, 0),
    )  # fmt: skip
    kept = made(tmp_path, {"decisions": rows}, "unhcr")
    bounds = taken(standardise_indirectly(kept, "AAA", YEAR).measure).rounding
    assert bounds is not None
    # positive low and high (recognised and other), rejected low and high, rate elsewhere
    tried = corners([(8, 12, 0, 2, 0.3), (3, 9, 8, 10, 0.5), (0, 4, 30, 30, 0.1)])
    assert (bounds.low, bounds.high) == pytest.approx(tried)


def test_refusals_say_why(tmp_path: Path) -> None:
    rows = decided(("SYR", "AAA", 5, 0, 5, 0), ("ALB", "AAA", 1, 0, 30, 0), ("ALB", "BBB", 0, 0, 400, 0))
    kept = made(tmp_path, {"decisions": rows}, "by hand")

    def reason(answered: Standardised) -> str:
        assert isinstance(answered.measure, Refused)
        assert answered.crude is None
        assert answered.strata.is_empty()
        return answered.measure.reason

    assert "no decision of the government" in reason(standardise_directly(kept, "CCC", YEAR))
    assert "no decision of the government" in reason(standardise_indirectly(kept, "CCC", YEAR))
    assert "no origin has 500" in reason(standardise_directly(kept, "AAA", YEAR, minimum=500))
    assert "granted next to none" in reason(standardise_indirectly(kept, "AAA", YEAR))


def test_intervals_cover_the_truth_about_as_often_as_they_say(tmp_path: Path) -> None:
    """Draws of decisions at known rates: the 95 % limits hold the true value in 95 % of 600 draws.

    Three standard errors of a share of 0.95 in 600 draws are 2.7 points; the seed is fixed. Each draw is a year.
    """
    generator = np.random.default_rng(20)
    here = {"SYR": (60, 0.85), "IRQ": (40, 0.4), "ALB": (120, 0.06)}
    there = {"SYR": (300, 0.7), "IRQ": (500, 0.5), "ALB": (80, 0.1)}
    mix = {origin: here[origin][0] + there[origin][0] for origin in here}
    direct = 100 * sum(mix[o] * here[o][1] for o in here) / sum(mix.values())
    ratio = 100 * sum(n * p for n, p in here.values()) / sum(here[o][0] * there[o][1] for o in here)
    draws = range(2000, 2600)
    frames = []
    for year in draws:
        rows = []
        for asylum, rates in (("AAA", here), ("BBB", there)):
            for origin, (trials, rate) in rates.items():
                positive = int(generator.binomial(trials, rate))
                rows.append((origin, asylum, positive, 0, trials - positive, 0))
        frames.append(decided(*rows, year=year))
    kept = made(tmp_path, {"decisions": pl.concat(frames)}, "by hand")
    for truth, standardise in ((direct, standardise_directly), (ratio, standardise_indirectly)):
        limits = [taken(standardise(kept, "AAA", (year, year)).measure).sampling for year in draws]
        held = sum(limit is not None and limit.low <= truth <= limit.high for limit in limits)
        assert 0.923 < held / len(draws) < 0.977, standardise.__name__


def test_published_figures_standardise_within_their_own_bounds() -> None:
    kept = release("unhcr")
    for asylum in ("DEU", "FRA", "ITA", "RUS", "HUN", "ISR"):
        for answered in (
            standardise_directly(kept, asylum, (2019, 2019)),
            standardise_indirectly(kept, asylum, (2019, 2019)),
        ):
            measure = taken(answered.measure)
            for limits in (measure.rounding, measure.sampling, measure.interval):
                assert limits is not None
                assert 0 <= limits.low <= measure.value <= limits.high
                assert math.isfinite(limits.high)
            assert measure.interval is not None
            assert measure.sampling is not None
            assert measure.interval.low <= measure.sampling.low
            assert measure.interval.high >= measure.sampling.high


def test_standardising_moves_italy_up_and_keeps_the_order_of_magnitude() -> None:
    """Italy 2019: 19 % as it stands, close to a half at the world's mix: most came from where few win anywhere."""
    italy = standardise_directly(release("unhcr"), "ITA", (2019, 2019))
    assert italy.crude is not None
    assert taken(italy.measure).value > 2 * italy.crude
