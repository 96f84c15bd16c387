"""Doubts about stocks: books that do not close, people who changed the column, people who are gone."""

from __future__ import annotations

import polars as pl

from asylon.statistics.doubts.findings import found, nothing
from asylon.statistics.store import Release, Store

SMALLEST = 1_000
COUNTRY_SHARE, COUNTRY_PERSONS = 0.25, 20_000
PAIR_SHARE = 0.10
GONE_PERSONS, GONE_SHARE, EXPLAINED = 5_000, 0.80, 0.5
# UNHCR's own counts by category; people move between these columns without moving.
_COLUMNS = ("refugees", "pending", "others_of_concern", "in_need_of_protection")


def residuals(release: Release, *key: str) -> pl.DataFrame:
    """Return what the books leave open, in persons: stock - (stock of the year before + applications - decisions).

    One row for each `key` and year with a stock in it and before it. All stages and levels count, because the stock
    holds whoever waits at any of them. `could_be_pending` is the stock before plus the applications.
    """
    if not release.has("stocks"):
        return pl.DataFrame(schema={**dict.fromkeys(key, pl.String), "year": pl.Int16, "residual": pl.Int64})
    by = [*key, "year"]
    stock = release.frame("stocks").group_by(by).agg(pl.col("pending").sum())
    before = stock.with_columns(year=(pl.col("year") + 1).cast(pl.Int16)).rename({"pending": "before"})
    applied = release.frame("applications").group_by(by).agg(pl.col("applied").sum())
    decided = release.frame("decisions").group_by(by).agg(decided=pl.col("total").sum())
    # A stock of nobody the year before is mostly a stock that nobody reported: no book to close.
    before = before.filter(pl.col("before") > 0)
    # Applications or decisions that nobody reported count as none: the residual then shows their size.
    rows = stock.join(before, on=by).join(applied, on=by, how="left").join(decided, on=by, how="left")
    rows = rows.with_columns(pl.col("applied", "decided").fill_null(0))
    could = pl.col("before") + pl.col("applied")
    return rows.with_columns(could_be_pending=could, residual=pl.col("pending") - could + pl.col("decided"))


def stock_flow(release: Release, store: Store | None) -> pl.DataFrame:
    """Return countries and years whose pending stock does not follow from the year before."""
    del store
    rows = residuals(release, "asylum")
    if rows.is_empty():
        return nothing()
    size, share = pl.col("residual").abs(), pl.col("residual").abs() / pl.col("could_be_pending")
    kept = rows.filter((size >= SMALLEST) & ((share > COUNTRY_SHARE) | (size >= COUNTRY_PERSONS)))
    return _open(kept, "stock_flow")


def stock_flow_of_pairs(release: Release, store: Store | None) -> pl.DataFrame:
    """Return origins in a country and years whose pending stock does not follow from the year before."""
    del store
    rows = residuals(release, "origin", "asylum")
    if rows.is_empty():
        return nothing()
    size, share = pl.col("residual").abs(), pl.col("residual").abs() / pl.col("could_be_pending")
    kept = rows.filter((size >= SMALLEST) & (share > PAIR_SHARE))
    return _open(kept, "stock_flow_of_pair")


def _open(kept: pl.DataFrame, message: str) -> pl.DataFrame:
    values = {name: pl.col(name) for name in ("pending", "before", "applied", "decided", "residual")}
    values["left"] = pl.col("could_be_pending") - pl.col("decided")
    size = pl.col("residual")
    return found(kept, table="stocks", size=size, unit="persons", message=message, values=values)


def _changes(release: Release) -> pl.DataFrame:
    """Return each population column of each pair with its value a year before; absent rows count as nobody."""
    stocks = release.frame("stocks")
    held = [name for name in _COLUMNS if name in stocks.columns]
    by = ["origin", "asylum", "year"]
    known = stocks.select(*by, *(pl.col(name).fill_null(0) for name in held))
    before = known.with_columns(year=(pl.col("year") + 1).cast(pl.Int16))
    newest = stocks["year"].max()
    both = known.join(before, on=by, how="full", coalesce=True, suffix="_before").filter(pl.col("year") <= newest)
    absent = [pl.lit(0, pl.Int64).alias(name) for name in _COLUMNS if name not in held]
    return both.with_columns(*absent, *(a.alias(f"{a.meta.output_name()}_before") for a in absent)).fill_null(0)


def moved_columns(release: Release, store: Store | None) -> pl.DataFrame:
    """Return pairs and years in which one population column lost what another gained."""
    del store
    if not release.has("stocks"):
        return nothing()
    changes = _changes(release)
    pairs = [(a, b) for index, a in enumerate(_COLUMNS) for b in _COLUMNS[index + 1 :]]
    # Pending people who are recognised move from one column to another by a decision: that is no doubt.
    return pl.concat([_moved(changes, a, b) for a, b in pairs if (a, b) != ("refugees", "pending")])


def _moved(changes: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    a, b = (pl.col(name) - pl.col(f"{name}_before") for name in (first, second))
    smaller, larger = pl.min_horizontal(a.abs(), b.abs()), pl.max_horizontal(a.abs(), b.abs())
    kept = changes.filter((a * b < 0) & (smaller >= SMALLEST) & (2 * smaller >= larger))
    values = {
        "first": pl.lit(first),
        "first_before": pl.col(f"{first}_before"),
        "first_now": pl.col(first),
        "second": pl.lit(second),
        "second_before": pl.col(f"{second}_before"),
        "second_now": pl.col(second),
    }
    named = "moved_between_columns"
    return found(kept, table="stocks", size=smaller, unit="persons", message=named, values=values, years=2)


def gone_without_trace(release: Release, store: Store | None) -> pl.DataFrame:
    """Return pairs and years in which most refugees left the stock and no return or naturalisation says where to."""
    del store
    if not release.has("stocks"):
        return nothing()
    by = ["origin", "asylum", "year"]
    changes = _changes(release).join(_explained(release, by), on=by, how="left")
    fall = pl.col("refugees_before") - pl.col("refugees")
    known = pl.col("explained").fill_null(0)
    kept = changes.filter(
        (fall >= GONE_PERSONS) & (fall >= GONE_SHARE * pl.col("refugees_before")) & (known < EXPLAINED * fall)
    )
    values = {"refugees": pl.col("refugees"), "before": pl.col("refugees_before"), "explained": known}
    named = "gone_without_trace"
    return found(kept, table="stocks", size=fall, unit="persons", message=named, values=values, years=2)


def _explained(release: Release, by: list[str]) -> pl.DataFrame:
    explained = [
        release.frame(table).group_by(by).agg(explained=pl.col(column).sum())
        for table, column in (("stocks", "returned_refugees"), ("solutions", "naturalisation"))
        if release.has(table) and column in release.tables[table].columns
    ]
    if not explained:
        return pl.DataFrame(schema={"origin": pl.String, "asylum": pl.String, "year": pl.Int16, "explained": pl.Int64})
    return pl.concat(explained).group_by(by).agg(pl.col("explained").sum())
