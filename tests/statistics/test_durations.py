"""Curves of waiting: against lifelines, against published tables, against theory, and on real dockets."""

from __future__ import annotations

import math
import warnings
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.exceptions import StatError
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time

from asylon.errors import StatisticsError
from asylon.statistics.durations import (
    IncidenceCurve,
    WaitCurve,
    Withheld,
    chi_square_tail,
    compare,
    cumulative_incidence,
    kaplan_meier,
    log_rank,
)
from tests.shared import shared

NEAR = 1e-9
# Remission in weeks under 6-mercaptopurine and placebo: Freireich et al., Blood 21 (1963) 699.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
TREATED_ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def peer_curve(days: Any, ended: Any, entry: Any = None) -> Any:
    """Return the fit of lifelines; it changes how numpy warns, so both are kept to this block."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KaplanMeierFitter().fit(days, ended, entry=entry)


def assert_agree(mine: WaitCurve, peer: Any) -> None:
    table = peer.event_table.loc[mine.times]
    np.testing.assert_array_equal(mine.events, table["observed"])
    np.testing.assert_array_equal(mine.censored, table["censored"])
    np.testing.assert_allclose(mine.survival, peer.survival_function_.loc[mine.times].iloc[:, 0], rtol=0, atol=NEAR)
    bands = peer.confidence_interval_.loc[mine.times].to_numpy()
    for curve, theirs in zip((mine.lower, mine.upper), bands.T, strict=True):
        known = ~np.isnan(curve)
        np.testing.assert_allclose(curve[known], theirs[known], rtol=0, atol=NEAR)
    # What lifelines gives as a band without width is not known: nobody ended yet, or nobody is left.
    np.testing.assert_array_equal(np.isnan(mine.lower), mine.survival == 1)
    np.testing.assert_array_equal(np.isnan(mine.upper), mine.survival == 0)
    median, theirs = mine.median().value, float(peer.median_survival_time_)
    if not np.isclose(mine.survival, 0.5, rtol=0, atol=NEAR).any():  # there rounding decides
        assert (math.inf if median is None else median) == theirs


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[list[float], list[bool]]:
    size = draw(st.integers(1, 40))
    kind = draw(st.sampled_from([st.integers(0, 12), st.floats(0, 1000, allow_subnormal=False, width=32)]))
    chance = draw(st.sampled_from([st.just(value=True), st.just(value=False), st.booleans()]))
    return [draw(kind) for _ in range(size)], [draw(chance) for _ in range(size)]


@settings(max_examples=150, deadline=None)
@given(cohorts())
def test_curve_agrees_with_lifelines(cohort: tuple[list[float], list[bool]]) -> None:
    assert_agree(kaplan_meier(*cohort), peer_curve(*cohort))


@settings(max_examples=80, deadline=None)
@given(cohorts(), st.data())
def test_curve_with_late_entry_agrees_with_lifelines(
    cohort: tuple[list[float], list[bool]], data: st.DataObject
) -> None:
    days, ended = cohort
    entry = [data.draw(st.sampled_from([0, day // 2, max(day - 1, 0)])) for day in days]
    entry = [start if start < day else 0 for start, day in zip(entry, days, strict=True)]
    try:
        mine = kaplan_meier(days, ended, entry=entry)
        peer = peer_curve(days, ended, entry)
    except (StatisticsError, StatError):  # lifelines stops for any early empty day, Asylon where the curve is at an end
        reject()
    assert_agree(mine, peer)


@pytest.mark.parametrize("seed", [1, 2])
def test_large_cohorts_agree_with_lifelines(seed: int) -> None:
    random = np.random.default_rng(seed)
    days = random.exponential(400, 5000)
    for rounded in (days, np.floor(days)):
        ended = random.random(5000) < 0.6
        assert_agree(kaplan_meier(rounded, ended), peer_curve(rounded, ended))
        entry = np.where(random.random(5000) < 0.5, 0, np.floor(rounded / 2))
        assert_agree(kaplan_meier(rounded, ended, entry=entry), peer_curve(rounded, ended, entry))


def test_curve_equals_the_published_table() -> None:
    """Values as Stata and R print them for these data (log-log band)."""
    curve = kaplan_meier(TREATED, TREATED_ENDED)
    rows = curve.frame().filter(pl.col("events") > 0).select("days", "at_risk", "survival", "lower", "upper").rows()
    wanted = [
        (6, 21, 0.8571, 0.6197, 0.9516),
        (7, 17, 0.8067, 0.5631, 0.9228),
        (10, 15, 0.7529, 0.5032, 0.8894),
        (13, 12, 0.6902, 0.4316, 0.8491),
        (16, 11, 0.6275, 0.3675, 0.8049),
        (22, 7, 0.5378, 0.2678, 0.7468),
        (23, 6, 0.4482, 0.1881, 0.6801),
    ]
    assert [tuple(round(number, 4) for number in row) for row in rows] == wanted
    assert (curve.median().value, curve.median().low, curve.median().high) == (23, 13, None)
    assert "95%" in curve.method


def test_band_is_narrower_at_less_confidence() -> None:
    wide, narrow = (kaplan_meier(TREATED, TREATED_ENDED, confidence=level).share_at(10) for level in (0.99, 0.5))
    assert wide.value == narrow.value
    assert wide.low is not None and narrow.low is not None and wide.low < narrow.low  # noqa: PT018


def test_what_the_curve_does_not_reach_is_unknown() -> None:
    curve = kaplan_meier(TREATED, TREATED_ENDED)
    assert curve.quantile(0.9).value is None
    assert curve.quantile(0.25).value == 13
    assert curve.share_at(35).value == pytest.approx(0.4482, abs=1e-4)
    assert curve.share_at(36).value is None
    assert curve.restricted_mean(36).value is None
    assert curve.share_at(5).value == 1
    assert curve.share_at(5).low is None
    all_ended = kaplan_meier([1, 2], [True, True])
    assert (all_ended.share_at(9).value, all_ended.share_at(9).low, all_ended.share_at(9).high) == (0, 0, None)


def test_half_that_rounding_misses_is_still_half() -> None:
    for size in range(2, 60, 2):
        curve = kaplan_meier(range(1, size + 1), [True] * size)
        assert curve.median().value == size / 2


def test_restricted_mean_is_the_area_and_its_interval_that_of_a_mean() -> None:
    """Without censoring it is the plain mean of min(wait, limit), with the plain variance (divisor n)."""
    random = np.random.default_rng(3)
    days = random.integers(0, 50, 300)
    cut = np.minimum(days, 30)
    mean = kaplan_meier(days, np.ones(300, bool)).restricted_mean(30)
    reach = 1.959963984540054 * cut.std() / math.sqrt(300)
    assert mean.value == pytest.approx(cut.mean(), abs=NEAR)
    assert (mean.low, mean.high) == pytest.approx((cut.mean() - reach, cut.mean() + reach), abs=NEAR)
    assert kaplan_meier([5, 9], [False, False]).restricted_mean(4).low is None


def test_restricted_mean_agrees_with_lifelines() -> None:
    peer = peer_curve(TREATED, TREATED_ENDED)
    for limit in (3, 6, 20.5, 35):
        mine = kaplan_meier(TREATED, TREATED_ENDED).restricted_mean(limit).value
        assert mine == pytest.approx(restricted_mean_survival_time(peer, limit), abs=NEAR)


def peer_incidence(days: Any, codes: Any, code: int, entry: Any = None) -> Any:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = AalenJohansenFitter(calculate_variance=True, seed=1)
        return fitter.fit(days, codes, code, entry=entry)


@pytest.mark.parametrize(("seed", "size"), [(1, 1), (2, 2), (3, 7), (4, 60), (5, 1500)])
@pytest.mark.parametrize("is_late", [False, True])
def test_incidence_agrees_with_lifelines_on_untied_days(seed: int, size: int, is_late: bool) -> None:
    random = np.random.default_rng(seed)
    days, codes = random.exponential(300, size), random.integers(0, 4, size)
    entry = np.where(random.random(size) < 0.8, 0, days * random.random(size)) if is_late else None
    names = [None, "decision", "departure", "withdrawal"]
    mine = cumulative_incidence(days, [names[code] for code in codes], causes=names[1:], entry=entry)  # type: ignore[arg-type]
    for code, name in enumerate(names[1:], 1):
        curve, peer = mine[str(name)], peer_incidence(days, codes, code, entry)
        theirs = peer.cumulative_density_.loc[curve.times].iloc[:, 0]
        np.testing.assert_allclose(curve.incidence, theirs, rtol=0, atol=NEAR)
        inner = (curve.incidence > 0) & (curve.waiting > 0)  # lifelines has nan where nobody is left
        np.testing.assert_allclose(curve.variance[inner], peer.variance_.loc[curve.times][inner], rtol=0, atol=NEAR)
        bands = peer.confidence_interval_.loc[curve.times].to_numpy()[inner]
        ours = np.stack([curve.lower, curve.upper], axis=1)[inner]
        np.testing.assert_allclose(np.sort(ours), np.sort(bands), rtol=0, atol=NEAR)


def delta_variance(days: list[int], causes: list[str | None], name: str, until: float) -> tuple[float, float]:
    """Return incidence and variance as a textbook has them: multinomial steps and the derivative by each step.

    Derivatives are taken with a complex step, so nothing of the closed formula is used.
    """
    times = sorted({day for day, cause in zip(days, causes, strict=True) if cause is not None and day <= until})
    at_risk = [sum(day >= time for day in days) for time in times]
    mine = [sum((day, cause) == (time, name) for day, cause in zip(days, causes, strict=True)) for time in times]
    every = [sum(day == time and cause is not None for day, cause in zip(days, causes, strict=True)) for time in times]
    steps = np.array([[m / n, (e - m) / n] for m, e, n in zip(mine, every, at_risk, strict=True)], complex)

    def incidence(chances: Any) -> Any:
        waiting, ended = 1, 0
        for own, other in chances:
            ended, waiting = ended + waiting * own, waiting * (1 - own - other)
        return ended

    variance = 0.0
    for step, n in enumerate(at_risk):
        slopes = []
        for part in (0, 1):
            moved = steps.copy()
            moved[step, part] += 1e-30j
            slopes.append(incidence(moved).imag / 1e-30)
        p, slope = steps[step].real, np.array(slopes)
        variance += slope @ ((np.diag(p) - np.outer(p, p)) / n) @ slope
    return float(incidence(steps).real), float(variance)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["decision", "removal", None])), min_size=1, max_size=25))
def test_incidence_and_variance_on_tied_days_are_those_of_the_textbook(rows: list[tuple[int, str | None]]) -> None:
    days, causes = [list(column) for column in zip(*rows, strict=True)]
    for name, curve in cumulative_incidence(days, causes).items():
        for place, time in enumerate(curve.times):
            found = delta_variance(days, causes, name, float(time))
            assert (curve.incidence[place], curve.variance[place]) == pytest.approx(found, abs=NEAR)


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_with_one_cause_incidence_is_what_the_curve_leaves(cohort: tuple[list[float], list[bool]]) -> None:
    days, ended = cohort
    curve = kaplan_meier(days, ended)
    one = cumulative_incidence(days, ["decision" if yes else None for yes in ended], causes=["decision"])["decision"]
    np.testing.assert_allclose(one.incidence, 1 - curve.survival, rtol=0, atol=NEAR)
    staying = np.maximum(curve.at_risk - curve.events, 1)
    greenwood = curve.survival**2 * np.cumsum(curve.events / (curve.at_risk * staying))
    np.testing.assert_allclose(one.variance, greenwood, rtol=0, atol=NEAR)


def test_incidences_and_the_share_waiting_add_up_to_one() -> None:
    random = np.random.default_rng(7)
    causes = random.choice(np.array(["decision", "withdrawal", "departure", "removal", None], object), 4000)
    curves = cumulative_incidence(random.integers(0, 700, 4000), causes.tolist())
    assert list(curves) == ["decision", "departure", "removal", "withdrawal"]
    total = sum(curve.incidence for curve in curves.values()) + curves["decision"].waiting
    np.testing.assert_allclose(total, 1, rtol=0, atol=NEAR)


def test_curves_answer_to_theory() -> None:
    """Two competing ends at constant rates: the incidence of one is its part of 1 - exp(-rate * days)."""
    random = np.random.default_rng(11)
    decided, left, seen = (random.exponential(mean, 20_000) for mean in (400, 900, 1000))
    days = np.minimum(np.minimum(decided, left), seen)
    names = np.array(["decision", "departure", None], object)
    cause = names[np.argmin([decided, left, seen], axis=0)].tolist()
    rate = 1 / 400 + 1 / 900
    waiting = kaplan_meier(days, [name is not None for name in cause]).share_at(365)
    curve = cumulative_incidence(days, cause)["decision"]
    place = np.searchsorted(curve.times, 365, side="right") - 1
    wanted = (1 / 400) / rate * (1 - math.exp(-rate * 365))
    assert curve.incidence[place] == pytest.approx(wanted, abs=4 * math.sqrt(curve.variance[place]))
    assert math.sqrt(curve.variance[place]) == pytest.approx(math.sqrt(wanted * (1 - wanted) / 20_000), rel=0.1)
    assert waiting.value == pytest.approx(math.exp(-rate * 365), abs=0.02)


def test_a_cause_without_ends_is_flat_at_zero_with_an_unknown_bound() -> None:
    curves = cumulative_incidence([3, 5], ["decision", None], causes=["decision", "removal"])
    share = curves["removal"].share_at(4)
    assert (share.value, share.low, share.high) == (0, 0, None)
    assert curves["decision"].share_at(4).value == 0.5
    assert curves["decision"].share_at(6).value is None
    assert cumulative_incidence([3, 5], [None, None]) == {}
    assert list(cumulative_incidence([3], ["removal"], causes=["removal", "decision", "removal"])) == [
        "removal",
        "decision",
    ]


def test_a_share_of_all_is_one_whatever_rounding_says() -> None:
    for size in range(2, 60):
        last = cumulative_incidence(range(size), ["decision"] * size)["decision"].share_at(size)
        assert (last.value, last.low, last.high) == (1, None, 1)


def test_a_zero_with_a_sign_is_zero() -> None:
    assert kaplan_meier([0.5, -0.0, 0.0], [True, True, False]).frame().rows()[0][:4] == (0, 3, 1, 1)


def test_curves_are_values() -> None:
    for curve in (kaplan_meier([1], [True]), cumulative_incidence([1], ["decision"])["decision"]):
        assert isinstance(curve, WaitCurve | IncidenceCurve)
        with pytest.raises(ValueError, match="read-only"):
            curve.times[0] = 2


def groups() -> pl.DataFrame:
    rows: list[tuple[int, str | None, str | None]]
    rows = [(day, "decision" if ended else None, "a") for day, ended in zip(TREATED, TREATED_ENDED, strict=True)]
    rows += [(day, "decision", "b") for day in PLACEBO] + [(4, None, None)] * 12 + [(9, None, "c")] * 3
    return pl.DataFrame(rows, ["days", "cause", "procedure"], orient="row")


def test_groups_stand_side_by_side_and_small_ones_are_withheld() -> None:
    curves = compare(groups(), minimum=10)
    assert list(curves) == ["a", "b", "c", None]
    small = curves.pop("c")
    assert isinstance(small, Withheld)
    assert small.reason == "fewer than 10 cases"
    medians = {name: curve.median().value for name, curve in curves.items() if isinstance(curve, WaitCurve)}
    assert medians == {"a": 23, "b": 8, None: None}
    assert isinstance(compare(groups(), minimum=3)["c"], WaitCurve)


def test_log_rank_agrees_with_the_published_value_and_lifelines() -> None:
    found = log_rank(groups())
    assert found is not None
    assert (round(found.statistic, 2), found.degrees) == (16.79, 1)
    table = groups().drop_nulls("procedure")
    for minimum, kept in ((10, ["a", "b"]), (3, ["a", "b", "c"])):
        mine, rows = log_rank(table, minimum=minimum), table.filter(pl.col("procedure").is_in(kept))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = multivariate_logrank_test(
                rows["days"].to_list(), rows["procedure"].to_list(), rows["cause"].is_not_null().to_list()
            )
        assert mine is not None
        assert (mine.statistic, mine.p) == pytest.approx((theirs.test_statistic, theirs.p_value), abs=NEAR)
    assert log_rank(table.filter(pl.col("procedure") == "a")) is None
    assert log_rank(table.with_columns(cause=pl.lit(None, pl.String))) is None


def test_tail_of_chi_square_agrees_with_scipy() -> None:
    from scipy.stats import chi2  # type: ignore[import-untyped]

    for degrees in (1, 2, 3, 8, 15, 400):
        for value in (0, 0.5, 3.84, 20, 380):
            assert chi_square_tail(value, degrees) == pytest.approx(chi2.sf(value, degrees), abs=NEAR)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"durations": [], "observed": []}, "durations: there are none"),
    ({"durations": [1, float("nan")]}, "durations, row 2: is not known"),
    ({"durations": [1, None]}, "durations, row 2: is not known"),
    ({"durations": [1, -3]}, "durations, row 2: -3 is negative"),
    ({"durations": [-1, -3]}, "mend it and 1 like it"),
    ({"durations": [1, float("inf")]}, "durations, row 2: is without end"),
    ({"durations": ["soon", 1]}, "durations: are not numbers"),
    ({"durations": [[1], [2]]}, "durations: are not one column"),
    ({"durations": pl.Series([date(2020, 1, 1)] * 2)}, "durations: are not one column"),
    ({"observed": [True]}, "observed: has 1 values beside 2 durations"),
    ({"observed": True}, "observed: has 0 values"),
    ({"observed": [True, None]}, "observed, row 2: None is neither yes nor no"),
    ({"observed": [1, 2]}, "observed, row 2: 2 is neither yes nor no"),
    ({"observed": [1, float("nan")]}, "observed, row 2: nan is neither"),
    ({"observed": ["yes", "no"]}, "observed, row 1: yes is neither"),
    ({"entry": [0]}, "entry: has 1 values"),
    ({"entry": [0, 2]}, "entry, row 2: 2 is not before the end of the wait, 2"),
    ({"entry": [0, 1]}, "entry: everybody under observation had ended at 1"),
    ({"confidence": 95}, "confidence: 95 does not lie between 0 and 1"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_what_cannot_be_is_refused_in_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    asked = {"durations": [1, 2], "observed": [True, True], **wrong}
    with pytest.raises(StatisticsError) as caught:
        kaplan_meier(asked.pop("durations"), asked.pop("observed"), **asked)
    assert sentence in str(caught.value)
    assert len(caught.value.faults) == 1


def test_bad_causes_and_questions_are_refused() -> None:
    with pytest.raises(StatisticsError, match=r"'decison' is not one of the causes; did you mean decision\?"):
        cumulative_incidence([1], ["decison"], causes=["decision", "removal"])
    with pytest.raises(StatisticsError, match="write one of decision, removal"):
        cumulative_incidence([1], ["xyz"], causes=["decision", "removal"])
    for cause in ([1], [True], ["decision", 1], 5):
        with pytest.raises(StatisticsError, match="is not a word"):
            cumulative_incidence([1], cause)  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="has 2 values beside 1"):
        cumulative_incidence([1], [None, None])
    with pytest.raises(StatisticsError, match="there are none"):
        cumulative_incidence([], [])
    with pytest.raises(StatisticsError, match="lack the column 'track'"):
        compare(groups(), "track")
    curve = kaplan_meier([1], [True])
    for question in (curve.share_at, curve.restricted_mean):
        with pytest.raises(StatisticsError, match="is negative"):
            question(-1)
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        curve.quantile(1)


def test_stays_of_removal_in_canada() -> None:
    """Federal Court dockets 2012-2022 (Rehaag, Luck of the Draw III): how a motion to stay a removal ends."""
    stays = pl.read_parquet(shared() / "data" / "canada_fc_stays" / "fc_stays_2012_2022.parquet")
    days = (pl.coalesce("stay_outcome_date", "last_entry_date") - pl.col("notice_date")).dt.total_days()
    table = stays.select(days.alias("days"), cause="stay_outcome").drop_nulls("days")  # 885 name no notice
    assert (stays.height, stays.height - table.height) == (7045, 885)
    with pytest.raises(StatisticsError, match=r"is negative; mend it and \d+ like it"):
        cumulative_incidence(table["days"], table["cause"])
    good = table.filter(pl.col("days") >= 0)
    curves = cumulative_incidence(good["days"], good["cause"], causes=["granted", "dismissed"])
    impossible = table.filter(pl.col("days") < 0)["cause"]
    assert len(impossible.drop_nulls()) == 14
    assert [(impossible == name).sum() + curves[name].events.sum() for name in curves] == [1603, 3120]
    decided = good.drop_nulls("cause")
    assert kaplan_meier(decided["days"], np.ones(len(decided), bool)).median().value == 4
    total = sum(curve.incidence for curve in curves.values()) + curves["granted"].waiting
    np.testing.assert_allclose(total, 1, rtol=0, atol=NEAR)
