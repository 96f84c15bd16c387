"""Rates of every origin, country of asylum and year from one Parquet file: Asylon, polars by hand, pandas, duckdb.

Each way goes from the same file to a table in memory with the same columns; the answers are compared row by row.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from asylon.statistics.rates import rates_of

KEY = ["year", "origin", "asylum", "unit"]
OUTCOMES = ["recognised", "other", "rejected", "closed"]
RATES = ["recognition_rate", "protection_rate", "closed_share"]
WARM_UPS = 2
# What a cell of 0, 5 or 10 adds to the lowest and to the highest count (docs/statistics.md), for the peers.
LOW, HIGH = {5: -2, 10: -2}, {0: 2, 5: 2}

OURS, BY_HAND, PANDAS, DUCKDB = "Asylon", "polars by hand", "pandas", "duckdb"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the rates: median and slowest second, rows found; None where it is not installed."""

    name: str
    task: str
    middle: float | None
    slowest: float | None
    rows: int


def measure(file: Path, repeats: int) -> list[Way]:
    """Return every way of both tasks; they take turns, so that other work on the machine slows all alike."""
    found: list[Way] = []
    for task, bounds in (("rates", False), ("rates with bounds of rounding", True)):
        ways: dict[str, Callable[[], Any]] = {
            OURS: partial(rates_of, file, "unhcr", bounds=bounds),
            BY_HAND: partial(by_hand, file, bounds=bounds),
        }
        if find_spec("pandas"):
            ways[PANDAS] = partial(by_pandas, file, bounds=bounds)
        if find_spec("duckdb"):
            ways[DUCKDB] = partial(by_duckdb, file, bounds=bounds)
        compare(ways)
        times = _in_turns(ways, repeats)
        rows = ways[OURS]().height
        for name in (OURS, BY_HAND, PANDAS, DUCKDB):
            seconds = times.get(name)
            middle, slowest = (median(seconds), max(seconds)) if seconds else (None, None)
            found.append(Way(name, task, middle, slowest, rows))
    return found


def _in_turns(ways: dict[str, Callable[[], Any]], repeats: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(-WARM_UPS, repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn >= 0:
                times[name].append(time.perf_counter() - start)
    return times


def compare(ways: dict[str, Callable[[], Any]]) -> None:
    """Raise `RuntimeError` when two ways differ in a row or a column."""
    ours = _alike(ways[OURS]())
    for name, way in ways.items():
        theirs = _alike(way())
        columns = set(ours.columns) ^ set(theirs.columns)
        if columns:
            raise RuntimeError(f"{name} has other columns: {sorted(columns)}")
        if not ours.equals(theirs.select(ours.columns)):
            raise RuntimeError(f"{name} finds other rates")


def _alike(found: Any) -> pl.DataFrame:
    """Return a table of any engine as polars, sorted, rates to nine digits; 0 / 0 is null everywhere."""
    frame: Any = found if isinstance(found, pl.DataFrame) else pl.DataFrame(found)
    numbers = [pl.col(name).cast(pl.Float64).fill_nan(None).round(9) for name in frame.columns if name not in KEY]
    kept: pl.DataFrame = frame.with_columns(*numbers, pl.col("year").cast(pl.Int64)).sort(KEY)
    return kept


def by_hand(file: Path, *, bounds: bool) -> pl.DataFrame:
    """Return the rates as somebody who knows polars writes them."""
    sums = [pl.col(OUTCOMES).sum()]
    if bounds:
        for name in OUTCOMES:
            for end, moved in (("low", LOW), ("high", HIGH)):
                cell = pl.col(name)
                shift = pl.lit(0)
                for published, by in moved.items():
                    shift = pl.when(cell == published).then(by).otherwise(shift)
                sums.append((cell + shift).sum().alias(f"{name}_{end}"))
    c = {name: pl.col(name) for name in OUTCOMES}
    decided = c["recognised"] + c["other"] + c["rejected"]
    rates = [
        (100 * c["recognised"] / decided).alias("recognition_rate"),
        (100 * (c["recognised"] + c["other"]) / decided).alias("protection_rate"),
        (100 * c["closed"] / (decided + c["closed"])).alias("closed_share"),
    ]
    frame = pl.scan_parquet(file).group_by(KEY).agg(sums).with_columns(rates)
    return (frame.with_columns(_bounds_by_hand()) if bounds else frame).collect()


ABOVE = {"recognition_rate": OUTCOMES[:1], "protection_rate": OUTCOMES[:2], "closed_share": OUTCOMES[3:]}
REST = {"recognition_rate": OUTCOMES[1:3], "protection_rate": OUTCOMES[2:3], "closed_share": OUTCOMES[:3]}


def _bounds_by_hand() -> list[pl.Expr]:
    found = []
    for rate in RATES:
        exists = pl.col(rate).is_not_nan()
        for end, other in (("low", "high"), ("high", "low")):
            above = pl.sum_horizontal([f"{name}_{end}" for name in ABOVE[rate]])
            rest = pl.sum_horizontal([f"{name}_{other}" for name in REST[rate]])
            found.append(pl.when(exists).then(100 * above / (above + rest)).alias(f"{rate}_{end}"))
    return found


def by_pandas(file: Path, *, bounds: bool) -> Any:
    """Return the rates by pandas, with the columns that are needed read by pyarrow."""
    pd: Any = import_module("pandas")
    frame = pd.read_parquet(file, columns=[*KEY, *OUTCOMES])
    if bounds:
        for name in OUTCOMES:
            cell = frame[name]
            for end, moved in (("low", LOW), ("high", HIGH)):
                frame[f"{name}_{end}"] = cell + sum(by * (cell == published) for published, by in moved.items())
    sums = frame.groupby(KEY, sort=False, as_index=False).sum()
    decided = sums["recognised"] + sums["other"] + sums["rejected"]
    sums["recognition_rate"] = 100 * sums["recognised"] / decided
    sums["protection_rate"] = 100 * (sums["recognised"] + sums["other"]) / decided
    sums["closed_share"] = 100 * sums["closed"] / (decided + sums["closed"])
    for rate in RATES if bounds else ():
        exists = sums[rate].notna()
        for end, other in (("low", "high"), ("high", "low")):
            above = sum(sums[f"{name}_{end}"] for name in ABOVE[rate])
            rest = sum(sums[f"{name}_{other}"] for name in REST[rate])
            sums[f"{rate}_{end}"] = (100 * above / (above + rest)).where(exists)
    return sums


def by_duckdb(file: Path, *, bounds: bool) -> Any:
    """Return the rates by duckdb as an Arrow table."""
    import duckdb

    sums = [f"sum({name})::bigint as {name}" for name in OUTCOMES]
    rates = [f"{_ratio(rate, '', '')} as {rate}" for rate in RATES]
    if bounds:
        for name in OUTCOMES:
            for end, moved in (("low", LOW), ("high", HIGH)):
                whens = " ".join(f"when {published} then {by}" for published, by in moved.items())
                sums.append(f"sum({name} + case {name} {whens} else 0 end)::bigint as {name}_{end}")
        rates += [
            f"case when {'+'.join([*ABOVE[rate], *REST[rate]])} > 0 then {_ratio(rate, end, other)} end as {rate}{end}"
            for rate in RATES
            for end, other in (("_low", "_high"), ("_high", "_low"))
        ]
    inner = f"select {', '.join([*KEY, *sums])} from '{file}' group by all"
    with duckdb.connect() as connection:
        return connection.sql(f"select *, {', '.join(rates)} from ({inner})").to_arrow_table()


def _ratio(rate: str, end: str, other: str) -> str:
    above, rest = ("+".join(f"{n}{e}" for n in names) for names, e in ((ABOVE[rate], end), (REST[rate], other)))
    return f"100.0 * ({above}) / nullif({above} + {rest}, 0)"
