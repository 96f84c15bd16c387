"""Intervals: Wilson's against its closed form and published values, rounding against every count it allows."""

from __future__ import annotations

from itertools import product
from statistics import NormalDist

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asylon.statistics.intervals import (
    NOBODY,
    Z95,
    Count,
    cell,
    combined,
    rate_bounds,
    rounding_bounds,
    wilson,
)

TABLES = ("decisions", "applications", "stocks")


def rounded_by_unhcr(count: int, table: str) -> int:
    """What UNHCR publishes for a count, as the rule is told: small counts to the nearest multiple of 5."""
    return 5 * ((count + 2) // 5) if count < (10 if table == "decisions" else 5) else count


@st.composite
def counts(draw: st.DrawFn, largest: int = 12) -> Count:
    low = draw(st.integers(0, largest))
    value = draw(st.integers(low, largest))
    return Count(value, low, draw(st.integers(value, largest)))


def test_quantile_is_that_of_95_per_cent() -> None:
    assert pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-12) == Z95


# R. G. Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3 (score, no continuity correction).
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_against_published_values(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=0.006)
    assert found.kind == "sampling"


@given(st.integers(1, 5000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_wilson_ends_are_where_the_score_test_just_rejects(drawn: tuple[int, int]) -> None:
    """The ends solve |p - share| = z sqrt(share (1 - share) / n), of which the code uses the closed form."""
    successes, trials = drawn
    found = wilson(successes, trials)
    assert found is not None
    assert 0 <= found.low <= 100 * successes / trials + 1e-9
    assert 100 >= found.high >= 100 * successes / trials - 1e-9
    for end in (found.low / 100, found.high / 100):
        distance = (successes / trials - end) ** 2
        assert distance == pytest.approx(Z95**2 * end * (1 - end) / trials, abs=1e-9)


def test_wilson_without_trials() -> None:
    assert wilson(0, 0) is None


@given(numerator=counts(), rest=counts())
@example(numerator=Count(5, 0, 7), rest=NOBODY)
@example(numerator=NOBODY, rest=Count(5, 0, 7))
def test_bounds_of_a_rate_against_every_count_that_rounding_allows(numerator: Count, rest: Count) -> None:
    pairs = product(range(numerator.low, numerator.high + 1), range(rest.low, rest.high + 1))
    shares = [100 * above / (above + below) for above, below in pairs if above + below]
    found = rate_bounds(numerator, rest)
    if numerator.value + rest.value == 0:
        assert found is None
        return
    assert found is not None
    assert (found.low, found.high) == pytest.approx((min(shares), max(shares)), abs=1e-9)


@given(numerator=counts(200), rest=counts(200))
def test_the_combined_interval_holds_both_others(numerator: Count, rest: Count) -> None:
    found, rounding = combined(numerator, rest), rate_bounds(numerator, rest)
    sampling = wilson(numerator.value, numerator.value + rest.value)
    if found is None:
        assert rounding is None or min(numerator.low + rest.high, numerator.high + rest.low) == 0
        return
    assert found.kind == "rounding and sampling"
    for inner in (rounding, sampling):
        assert inner is not None
        assert found.low <= inner.low + 1e-9
        assert found.high >= inner.high - 1e-9


@pytest.mark.parametrize("table", TABLES)
def test_bounds_of_a_cell_are_the_counts_that_are_published_as_it(table: str) -> None:
    published: dict[int, list[int]] = {}
    for count in range(40):
        published.setdefault(rounded_by_unhcr(count, table), []).append(count)
    for value, allowed in published.items():
        assert cell("unhcr", table, value) == Count(value, min(allowed), max(allowed))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("source", ["unhcr", "eurostat", "uk"])
def test_one_cell_and_a_column_have_the_same_bounds(source: str, table: str) -> None:
    frame = pl.DataFrame({"n": [None, *range(0, 60, 5), 11, 12, 13]})
    low, high = rounding_bounds(source, table, pl.col("n"))
    rows = frame.select("n", low.alias("low"), high.alias("high")).rows()
    assert rows[0] == (None, None, None), "not reported has no bounds"
    assert [Count(*row) for row in rows[1:]] == [cell(source, table, row[0]) for row in rows[1:]]


def test_bounds_by_source() -> None:
    assert cell("eurostat", "decisions", 20) == Count(20, 18, 22)
    assert cell("eurostat", "decisions", 0) == Count(0, 0, 2)
    assert cell("uk", "decisions", 5) == Count(5, 5, 5), "the Home Office publishes counts as they are"
    assert cell("unhcr", "solutions", 5) == Count(5, 5, 5)


@given(st.lists(counts(), max_size=4))
def test_sums_have_the_bounds_of_every_choice(parts: list[Count]) -> None:
    total = NOBODY
    for part in parts:
        total += part
    sums = {sum(choice) for choice in product(*(range(part.low, part.high + 1) for part in parts[:3]))}
    if len(parts) <= 3:
        assert (total.low, total.high) == (min(sums), max(sums))
    assert total.value == sum(part.value for part in parts)
