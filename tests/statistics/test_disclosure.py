"""Whoever adds and subtracts what is shown learns nothing of a small group, from one table or from several."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]

from asylon.errors import StatisticsError
from asylon.statistics.differencing import Guard, Released
from asylon.statistics.disclosure import TOTAL, WITHHELD, Protected, rounded, suppress

MINIMUM = 5
CHEAP = settings(max_examples=60, deadline=None, derandomize=True)
counts = st.one_of(st.integers(0, 6), st.integers(0, 40))


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    return pl.DataFrame(
        [(f"r{r}", f"c{c}", draw(counts)) for r in range(rows) for c in range(columns)],
        schema=["origin", "outcome", "cases"],
        orient="row",
    )


def by_both(table: pl.DataFrame) -> Protected:
    return suppress(table, dimensions=["origin", "outcome"], value="cases", minimum=MINIMUM)


def equations(table: pl.DataFrame, dimensions: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """Return the sums that anybody knows to hold between the cells of a table with totals."""
    rows = list(table.select(dimensions).iter_rows())
    found = []
    for number, key in enumerate(rows):
        for at in (at for at, name in enumerate(key) if name == TOTAL):
            row = np.zeros(len(rows))
            row[number] = -1
            for other, name in enumerate(rows):
                row[other] += name[at] != TOTAL and all(name[i] == key[i] for i in range(len(key)) if i != at)
            found.append(row)
    return np.array(found)


def attacked(protected: Protected) -> dict[int, tuple[float, float]]:
    """Return for each withheld cell the least and most that an integer program finds; infinite without an end."""
    table = protected.table
    known = table["count"].to_list()
    bounds = Bounds([1 if n is None else n for n in known], [np.inf if n is None else n for n in known])
    sums = LinearConstraint(equations(table, protected.dimensions), 0, 0)
    found = {}
    for number in (at for at, n in enumerate(known) if n is None):
        aim = np.zeros(len(known))
        aim[number] = 1
        ends = [milp(sign * aim, integrality=np.ones(len(known)), bounds=bounds, constraints=sums) for sign in (1, -1)]
        found[number] = ends[0].fun, -ends[1].fun if ends[1].fun is not None else np.inf
    return found


@CHEAP
@given(tables())
def test_an_attacker_with_all_totals_pins_no_withheld_cell(table: pl.DataFrame) -> None:
    protected = by_both(table)
    rows = protected.table.to_dicts()
    for number, (low, high) in attacked(protected).items():
        assert high - low + 1 >= MINIMUM
        # The bounds that stand in the table are those of the attacker, no wider and no narrower.
        assert (rows[number]["low"], rows[number]["high"] or np.inf) == (round(low), high)


@CHEAP
@given(tables())
def test_small_cells_are_withheld_and_what_is_shown_is_true(table: pl.DataFrame) -> None:
    protected = by_both(table)
    inner = {row[:2]: row[2] for row in table.iter_rows()}
    for row in protected.table.to_dicts():
        wanted = sum(n for (a, b), n in inner.items() if row["origin"] in (a, TOTAL) and row["outcome"] in (b, TOTAL))
        assert row["shown"] == (WITHHELD if row["count"] is None else str(wanted))
        assert row["low"] <= wanted <= (row["high"] or wanted)
        assert not 0 < (row["count"] or 0) < MINIMUM
        assert wanted > 0 or row["count"] == 0
    assert protected.withheld == protected.table["count"].null_count()


def test_a_table_worked_by_hand() -> None:
    """Of 3, 20 and 9 in a row with its total, 9 is the least that hides 3: its row is then 12 for both."""
    table = pl.DataFrame({"outcome": ["protected", "refused", "closed"], "cases": [3, 20, 9]})
    protected = suppress(table, dimensions=["outcome"], value="cases")
    assert protected.table.rows() == [
        ("protected", None, 1, 11, "*"),
        ("refused", 20, 20, 20, "20"),
        ("closed", None, 1, 11, "*"),
        ("total", 32, 32, 32, "32"),
    ]
    assert (protected.primary, protected.secondary) == (1, 1)


def test_a_row_alone_takes_its_total_along() -> None:
    table = pl.DataFrame({"outcome": ["protected"], "cases": [3]})
    assert suppress(table, dimensions=["outcome"], value="cases").table["shown"].to_list() == ["*", "*"]


def test_without_totals_only_small_cells_are_withheld() -> None:
    table = pl.DataFrame({"outcome": ["a", "b", "c"], "cases": [3, 20, 0]})
    protected = suppress(table, dimensions=["outcome"], value="cases", totals=False)
    assert protected.table.rows() == [("a", None, 1, 4, "*"), ("b", 20, 20, 20, "20"), ("c", 0, 0, 0, "0")]


def test_a_combination_without_a_row_is_nobody() -> None:
    table = pl.DataFrame({"a": ["x", "y"], "b": ["u", "v"], "cases": [10, 12]})
    shown = {row[:2]: row[2] for row in suppress(table, dimensions=["a", "b"], value="cases").table.iter_rows()}
    assert shown["x", "v"] == 0
    assert shown[TOTAL, TOTAL] == 22


@CHEAP
@given(tables())
def test_rounded_totals_add_up_and_every_count_lies_within_its_bounds(table: pl.DataFrame) -> None:
    protected = rounded(table, dimensions=["origin", "outcome"], value="cases")
    sums = equations(protected.table, protected.dimensions)
    assert (sums @ protected.table["count"].to_numpy() == 0).all()
    inner = {row[:2]: row[2] for row in table.iter_rows()}
    for row in protected.table.to_dicts():
        true = sum(n for (a, b), n in inner.items() if row["origin"] in (a, TOTAL) and row["outcome"] in (b, TOTAL))
        assert row["low"] <= true <= row["high"]


GOOD = pl.DataFrame({"a": ["x", "y"], "cases": [10, 12]})


@pytest.mark.parametrize(
    ("table", "dimensions", "said"),
    [
        (GOOD, [], "0 dimensions are asked for"),
        (GOOD, ["a", "a"], "2 dimensions are asked for"),
        (GOOD, ["b"], "has no column b"),
        (GOOD.with_columns(pl.col("cases").cast(float)), ["a"], "column cases is not all whole numbers from 0"),
        (GOOD.with_columns(-pl.col("cases")), ["a"], "column cases is not all whole numbers from 0"),
        (GOOD.with_columns(a=pl.lit(None, pl.String)), ["a"], "column a is not all names of groups"),
        (GOOD.with_columns(a=pl.lit(TOTAL)), ["a"], "column a is not all names of groups"),
        (GOOD.with_columns(a=pl.lit("x")), ["a"], "holds a cell twice"),
        (GOOD.clear(), ["a"], "has no row"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(table: pl.DataFrame, dimensions: list[str], said: str) -> None:
    with pytest.raises(StatisticsError) as error:
        suppress(table, dimensions=dimensions, value="cases")
    assert said in str(error.value)


@pytest.mark.parametrize("base", [0, 1, 4])
def test_a_base_with_a_middle_is_refused(base: int) -> None:
    with pytest.raises(StatisticsError, match="is no base"):
        rounded(GOOD, dimensions=["a"], value="cases", base=base)


def test_a_minimum_that_protects_nobody_is_refused() -> None:
    with pytest.raises(StatisticsError, match="protects nobody"):
        suppress(GOOD, dimensions=["a"], value="cases", minimum=1)


# ---------------------------------------------------------------- several releases


def people(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def some(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last))


def test_one_more_person_is_refused_and_the_earlier_release_is_named() -> None:
    guard = Guard((Released("Spring", (some(0, 40),)), Released("Other", (some(100, 140),))))
    refusal = guard.refusal(Released("Summer", (some(0, 41),)))
    assert refusal is not None
    assert refusal.earlier == ("Spring",)
    assert refusal.reason == "it shows the number of a group of fewer than 5 together with Spring"
    assert guard.refusal(Released("Autumn", (some(0, 45),))) is None
    assert guard.refusal(Released("The same again", (some(0, 40),))) is None


def test_one_person_fewer_is_refused() -> None:
    assert Guard((Released("Spring", (some(0, 40),)),)).refusal(Released("Summer", (some(1, 40),)))


def test_a_whole_minus_several_cells_is_refused() -> None:
    cells = Released("By origin", (some(0, 10), some(10, 20), some(20, 30)))
    assert Guard((cells,)).refusal(Released("Africa", (some(0, 22),))) is not None
    assert Guard((cells,)).refusal(Released("Africa", (some(0, 25),))) is None


def test_a_year_minus_its_halves_from_two_releases_is_refused() -> None:
    halves = Released("First half", (some(0, 10),)), Released("Second half", (some(10, 20),))
    refusal = Guard(halves).refusal(Released("Year", (some(0, 23),)))
    assert refusal is not None
    assert refusal.earlier == ("First half", "Second half")
    assert Guard(halves).refusal(Released("Year", (some(0, 20),))) is None


def test_a_group_in_several_parts_is_refused() -> None:
    """The difference of two nested cells is three people who stand in three different cells elsewhere."""
    other = Released("By court", (some(0, 10) | people(50), some(10, 20) | people(51), some(20, 30) | people(52)))
    guard = Guard((Released("Spring", (some(0, 40),)), other))
    assert guard.refusal(Released("Summer", (some(0, 40) | people(50, 51, 52),))) is not None


def test_a_chain_of_overlapping_cells_is_refused() -> None:
    """(a and b) - (b and c) + (c and d) is a and d: two people, in three releases of which no two tell it."""
    a, b, c, d = people(0), some(1, 5), some(10, 26), people(30)
    one, two, three = Released("One", (a | b,)), Released("Two", (b | c,)), Released("Three", (c | d,))
    assert Guard((one, two)).refusal(three) is not None
    assert Guard((one,)).refusal(three) is None
    assert Guard((two,)).refusal(three) is None


def test_a_chain_that_ends_in_three_people_of_three_cells_is_refused() -> None:
    a, b, c, d, e = people(0), some(1, 9), some(10, 26), people(30), people(31)
    cells = (a | b, b | c, d | some(40, 50), c | d | e)
    one, two, three, four = (Released(str(number), (cell,)) for number, cell in enumerate(cells))
    assert Guard((one, two, three)).refusal(four) is not None
    assert Guard((one, three)).refusal(four) is None


def test_the_same_person_counted_twice_is_refused() -> None:
    """(a, b, c) + (a, d) - (b, c, d) is twice a: half of it is one person."""
    a, b, c, d = people(0), some(1, 10), some(10, 20), some(20, 30)
    guard = Guard((Released("One", (a | b | c,)), Released("Two", (a | d,))))
    assert guard.refusal(Released("Three", (b | c | d,))) is not None


def test_a_small_cell_by_itself_is_refused() -> None:
    assert Guard().refusal(Released("Three people", (some(0, 3),))) is not None
    assert Guard().refusal(Released("Nobody", ())) is None
    assert Guard(minimum=3).refusal(Released("Three people", (some(0, 3),))) is None


persons = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("uvw"), st.sampled_from("xyz")), max_size=60)


def release(people: list[tuple[str, str, str]], axes: tuple[int, int], chosen: set[int], name: str) -> Released:
    """Return the table of the chosen people by two of their marks, protected, as the guard sees it."""
    keys = {number: tuple(people[number][axis] for axis in axes) for number in chosen}
    cells = {key: [n for n in keys if keys[n] == key] for key in set(keys.values())}
    table = pl.DataFrame([(*key, len(found)) for key, found in cells.items()], schema=["a", "b", "n"], orient="row")
    shown = suppress(table, dimensions=["a", "b"], value="n", minimum=MINIMUM).table
    return Released(
        name,
        tuple(
            frozenset(n for n, key in keys.items() if all(w in (TOTAL, k) for w, k in zip(row[:2], key, strict=True)))
            for row in shown.filter(pl.col("count").is_not_null()).iter_rows()
        ),
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(persons, st.sampled_from([(0, 1), (0, 2), (1, 2)]), st.integers(0, 6), st.data())
def test_two_releases_do_not_reveal_anybody(
    people: list[tuple[str, str, str]], axes: tuple[int, int], left_out: int, data: st.DataObject
) -> None:
    """An attacker solves all equations at once: no group of fewer than five has a size that follows from them."""
    everybody = set(range(len(people)))
    fewer = everybody - set(range(left_out))
    if not fewer:
        return
    first, second = release(people, (0, 1), everybody, "first"), release(people, axes, fewer, "second")
    if Guard((first,), MINIMUM).refusal(second) is None:
        assert revealed([*first.cells, *second.cells]) == []
        assert narrowest([*first.cells, *second.cells]) >= MINIMUM
    assert revealed([*first.cells]) == []


def parts_of(cells: list[frozenset[Any]]) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Return which cells hold which parts, and how many persons each part has."""
    marks = {person: tuple(person in cell for cell in cells) for cell in cells for person in cell}
    parts = sorted(set(marks.values()))
    return np.array(parts, float).T.reshape(len(cells), len(parts)), [list(marks.values()).count(p) for p in parts]


def revealed(cells: list[frozenset[Any]]) -> list[tuple[int, ...]]:
    """Return the groups of fewer than five whose number is a combination of the cells, by ranks of matrices."""
    matrix, sizes = parts_of(cells)
    rank = np.linalg.matrix_rank(matrix) if sizes else 0
    small = [at for at, size in enumerate(sizes) if size < MINIMUM]
    groups = [g for many in range(1, MINIMUM) for g in combinations(small, many) if sum(sizes[a] for a in g) < MINIMUM]
    return [
        group
        for group in groups
        if np.linalg.matrix_rank(np.vstack([matrix, [at in group for at in range(len(sizes))]])) == rank
    ]


def narrowest(cells: list[frozenset[Any]]) -> float:
    """Return how far apart the bounds of a small part are at the least, by linear programs; infinite for none."""
    matrix, sizes = parts_of(cells)
    sums = LinearConstraint(matrix, matrix @ sizes, matrix @ sizes) if sizes else ()
    found = [np.inf]
    for at in (at for at, size in enumerate(sizes) if size < MINIMUM):
        aim = np.eye(len(sizes))[at]
        ends = [milp(sign * aim, constraints=sums) for sign in (1, -1)]
        found.append(-ends[1].fun - ends[0].fun + 1e-6)
    return min(found)


def test_the_attacker_of_these_tests_finds_what_is_there() -> None:
    assert revealed([some(0, 40), some(0, 41)]) != []
    assert revealed([some(0, 40), some(0, 45)]) == []
