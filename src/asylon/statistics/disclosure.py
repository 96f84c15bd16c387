"""Counts of one's own cases made safe to show: small cells withheld, and what would give them away by subtraction.

A cell of 1 to `minimum` - 1 persons is withheld (primary). Then so many further cells are withheld (secondary) that
whoever adds and subtracts the rest, totals included, is left with at least `minimum` possible numbers for every
withheld cell. All withheld cells carry one mark, because a second one would say which are the small ones.
A zero is shown: it speaks of nobody. That a whole group met the same fate can be read from zeros; where this harms,
choose a coarser breakdown. The bounds that the rest leaves are part of the result: everybody could compute them.

Method: the cells of a table with its totals are the flows of a network (grand total to rows to columns and back), so
the exact bounds of a withheld cell are two maximal flows, and the cells to withhold with it lie on a cheapest cycle
(J. Castro, "Recent advances in optimization techniques for statistical tabular data protection", EJOR 216 (2012)
257-269; M. Fischetti, J. J. Salazar, "Models and algorithms for optimizing cell suppression in tabular data with
linear constraints", JASA 95 (2000) 916-928). The attacker knows the rules, and that a withheld cell is not zero.
Not covered: an attacker who reruns the choice itself for every possible table, and one who is in the table and knows
of others in their cell. Several releases together are the business of `asylon.statistics.differencing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.network import Arc, Network, Node

MINIMUM = 5
TOTAL = "total"
WITHHELD = "*"
_LIMIT = 2  # dimensions: the bounds of a table of three are no flows


@dataclass(frozen=True, slots=True, eq=False)
class Protected:
    """A table that may be shown, in persons or cases as the table it came from.

    `table` has the dimensions, then `count` (null where withheld), `low` and `high` (what a reader can work out: equal
    to the count where it is shown, `high` null without an upper bound), and `shown`, a text that is never empty. Rows
    of totals say `TOTAL` in their dimensions. Combinations that nobody is in are rows with zero.
    """

    table: pl.DataFrame
    dimensions: tuple[str, ...]
    minimum: int
    primary: int
    secondary: int

    @property
    def withheld(self) -> int:
        """Return how many cells are not shown."""
        return self.primary + self.secondary


def suppress(
    table: pl.DataFrame, *, dimensions: Sequence[str], value: str, minimum: int = MINIMUM, totals: bool = True
) -> Protected:
    """Return counts by one or two dimensions with small cells withheld, and those that would give them away.

    `table` has one row for each cell: texts in `dimensions`, a whole number from 0 in `value`. With `totals` the sums
    over each dimension and over all are shown, and may be withheld too; without them only small cells are.
    StatisticsError for another shape, a cell given twice, an unknown value without a name, a negative number.
    """
    cells = _read(table, tuple(dimensions), value, minimum)
    arcs = list(_arcs(cells, len(dimensions))) if totals else [Arc((), (), key, n) for key, n in cells.items()]
    small = frozenset(number for number, arc in enumerate(arcs) if 0 < arc.value < minimum)
    network = Network(arcs)
    hidden = network.protected(small, minimum) if totals else small
    bounds = {number: network.bounds(number, hidden) if totals else (1, minimum - 1) for number in hidden}
    rows = [
        (*arc.name, None, *bounds[number], WITHHELD)
        if number in hidden
        else (*arc.name, arc.value, arc.value, arc.value, str(arc.value))
        for number, arc in enumerate(arcs)
    ]
    return Protected(_frame(rows, dimensions), tuple(dimensions), minimum, len(small), len(hidden) - len(small))


def rounded(table: pl.DataFrame, *, dimensions: Sequence[str], value: str, base: int = 5) -> Protected:
    """Return the counts rounded to the nearest multiple of `base`, with the sums of the rounded ones as totals.

    Because totals add up what is shown, they tell nothing new: each cell alone can be anything that is rounded to it.
    `base` must be odd, so that no number lies in the middle. StatisticsError as in `suppress`.
    """
    if base < 3 or base % 2 == 0:
        raise StatisticsError.single("rounding", f"{base} is no base", "use an odd number from 3, such as 5")
    names, half = tuple(dimensions), base // 2
    cells = {key: (count + half) // base * base for key, count in _read(table, names, value, base).items()}
    parts = [sum(all(at in (TOTAL, own) for at, own in zip(key, cell, strict=True)) for cell in cells)
             for key in _keys(cells, len(names))]  # fmt: skip
    rows = [
        (*arc.name, arc.value, max(arc.value - half * many, 0), arc.value + half * many, str(arc.value))
        for arc, many in zip(_arcs(cells, len(names)), parts, strict=True)
    ]
    return Protected(_frame(rows, names), names, base, 0, 0)


# ---------------------------------------------------------------- reading


def _read(table: pl.DataFrame, dimensions: tuple[str, ...], value: str, minimum: int) -> dict[tuple[str, ...], int]:
    """Return the count of every combination of the values that occur, in their order; zero where there is no row."""
    place = "table of counts"
    if not 0 < len(dimensions) <= _LIMIT or len(set(dimensions)) < len(dimensions):
        raise StatisticsError.single(place, f"{len(dimensions)} dimensions are asked for", "ask for one, or for two")
    if missing := [name for name in (*dimensions, value) if name not in table.columns]:
        raise StatisticsError.single(place, f"has no column {missing[0]}", f"choose from {', '.join(table.columns)}")
    if minimum < 2:
        raise StatisticsError.single(place, f"a minimum of {minimum} protects nobody", "use 2 or more; 5 is usual")
    for name in dimensions:
        named = table[name]
        if named.dtype != pl.String or named.null_count() or (named == TOTAL).any():
            remedy = f"use texts, give the unknown a name, and call none {TOTAL!r}"
            raise StatisticsError.single(place, f"column {name} is not all names of groups", remedy)
    _check_counts(table, dimensions, value)
    given = {row[:-1]: row[-1] for row in table.select(*dimensions, value).iter_rows()}
    values = [table[name].unique(maintain_order=True).to_list() for name in dimensions]
    pairs = [(a, b) for a in values[0] for b in values[1]] if len(values) == _LIMIT else [(a,) for a in values[0]]
    return {key: given.get(key, 0) for key in pairs}


def _check_counts(table: pl.DataFrame, dimensions: tuple[str, ...], value: str) -> None:
    place, counts = "table of counts", table[value]
    if table.is_empty():
        raise StatisticsError.single(place, "has no row", "count something first")
    if not counts.dtype.is_integer() or counts.null_count() or (counts < 0).any():
        raise StatisticsError.single(place, f"column {value} is not all whole numbers from 0", "count persons or cases")
    if table.select(dimensions).is_duplicated().any():
        raise StatisticsError.single(place, "holds a cell twice", "add such rows up first")


# ---------------------------------------------------------------- totals


def _keys(cells: dict[tuple[str, ...], int], dimensions: int) -> Iterator[tuple[str, ...]]:
    """Yield the names of all cells of a table with its totals, row by row, totals last."""
    rows = [*dict.fromkeys(key[0] for key in cells), TOTAL]
    if dimensions == 1:
        yield from ((row,) for row in rows)
        return
    columns = [*dict.fromkeys(key[1] for key in cells), TOTAL]
    yield from ((row, column) for row in rows for column in columns)


def _arcs(cells: dict[tuple[str, ...], int], dimensions: int) -> Iterator[Arc]:
    """Yield every cell as a flow: a total flows to its parts, and they flow back as the totals of the other side."""
    sums: dict[tuple[str, ...], int] = {}
    for key, count in cells.items():
        for name in [(key[0],), (TOTAL,)] if dimensions == 1 else [key, (key[0], TOTAL), (TOTAL, key[1]), (TOTAL,) * 2]:
            sums[name] = sums.get(name, 0) + count
    for key in _keys(cells, dimensions):
        # Rows, columns, and the two ends of the grand total: what comes out of one goes into the other. Without columns
        # there are only the total and its parts.
        row: Node = ("row", key[0]) if dimensions > 1 else ("parts",)
        column: Node = ("column", key[1]) if dimensions > 1 else ("all",)
        is_onwards = (key[0] == TOTAL) == (key[1] == TOTAL) if dimensions > 1 else key[0] != TOTAL
        start, end = (row, column) if is_onwards else (column, row)
        yield Arc(start, end, key, sums[key])


def _frame(rows: Sequence[tuple[object, ...]], dimensions: Sequence[str]) -> pl.DataFrame:
    numbers = dict.fromkeys(("count", "low", "high"), pl.Int64)
    schema = {**dict.fromkeys(dimensions, pl.String), **numbers, "shown": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
