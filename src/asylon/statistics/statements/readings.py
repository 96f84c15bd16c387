"""What a statement may mean, and what a release says to each meaning.

A sentence matches on its definition, not on its number: "1,032 Syrians received temporary asylum as of 2015" may speak
of those who held it at the end of the year, of the grants of that year, or of all grants until then. Each of these is
a reading; the one the words point to is the meant one, the others are alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from asylon.statistics.countries import country_name
from asylon.statistics.intervals import Count, rounding_bounds
from asylon.statistics.reading import Figure
from asylon.statistics.store import Release

TEMPORARY = "TA"
SHOWN_ROWS = 20
# A stock of 31 December answers for a day in the first half of the next year too.
_FIRST_HALF = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a statement with what is published for it.

    `count` is None where no row exists. `is_meant` tells the meaning that the words point to from the alternatives;
    `is_part` that the statement covers a part of the rows' time only; `is_published` that it is a figure somebody
    published and no count of a release; `is_dated` is false where the text names no time and the nearest year was
    taken. `rows` are the published rows (at most 20 of `n_rows`); `source` is the licence line or the publication they
    come from.
    """

    words: str
    count: Count | None
    unit: str
    is_meant: bool
    is_part: bool
    rows: tuple[Mapping[str, Any], ...]
    n_rows: int
    source: str
    is_published: bool = False
    is_dated: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """The years of a statement; `is_part` when it covers only some months of them."""

    first: int
    last: int
    is_part: bool
    stock_year: int
    is_dated: bool


def span_of(figure: Figure, newest: int) -> Span:
    """Return the years a figure is about; all up to `newest` where the text has no date."""
    period = figure.period
    start = _day(period.start) if period else None
    end = _day(period.end) if period else None
    if period is None or (start is None and end is None):
        return Span(0, newest, is_part=False, stock_year=newest, is_dated=False)
    first = start.year if start else 0
    last = min(end.year, newest) if end else newest
    is_part = bool((start and (start.month, start.day) != (1, 1)) or (end and (end.month, end.day) != (12, 31)))
    day = end or start
    assert day is not None
    stock_year = day.year - 1 if period.precision != "year" and day.month <= _FIRST_HALF else day.year
    return Span(first, last, is_part=is_part, stock_year=min(stock_year, newest), is_dated=True)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def readings(figure: Figure, release: Release) -> list[Reading]:
    """Return the meanings of a figure with what the release and the published facts say; empty when it names none."""
    from asylon.statistics.statements.published import published_readings

    # A country named without a role, which is not where the people come from, is where they are.
    if figure.asylum is None and figure.country not in (None, figure.origin):
        figure = replace(figure, asylum=figure.country)
    found = [*published_readings(figure)]
    if figure.measure in ("treaty_parties", "change") or figure.unit in ("states", "money"):
        return found
    newest = int(release.frame("decisions")["year"].max() or 0)  # type: ignore[arg-type]
    span = span_of(figure, newest)
    official = list(_official(figure, release, span))
    if not span.is_dated and official:
        official = [*_undated(figure, release), *(_as_alternative(reading) for reading in official)]
    # What people did (left, headed to) is in no asylum table: those who asked for asylum are only some of them.
    if figure.measure in ("departures", "arrivals"):
        official = [_as_alternative(reading) for reading in official]
    return [*found, *official]


def _undated(figure: Figure, release: Release) -> Iterator[Reading]:
    """Yield what the words mean in the year whose number comes nearest: the text does not say which it speaks of."""
    from dataclasses import replace

    year = _nearest_year(figure, release)
    if year is not None:
        span = Span(year, year, is_part=False, stock_year=year, is_dated=False)
        for reading in _official(figure, release, span):
            yield replace(reading, is_dated=False)


def _nearest_year(figure: Figure, release: Release) -> int | None:
    stock = figure.measure in ("stock", "pending", "idps")
    column = {"stock": "refugees", "pending": "pending", "idps": "idps"}.get(figure.measure or "", "applied")
    table = "stocks" if stock else "applications"
    rows = release.frame(table).filter(*_places(figure), *([] if stock else [pl.col("new")]))
    if figure.measure in ("granted", "recognised", "rejected", "closed"):
        outcomes = {"granted": ["recognised", "other"]}.get(figure.measure, [figure.measure])
        rows = release.frame("decisions").filter(*_places(figure), *_level(figure))
        rows, column = rows.with_columns(counted=pl.sum_horizontal(outcomes)), "counted"
    number = figure.number
    if number is None or rows.is_empty() or column not in rows.columns:
        return None
    years = rows.group_by("year").agg(pl.col(column).sum()).sort("year")
    nearest = years.with_columns(apart=(pl.col(column) - number).abs()).sort("apart", "year", descending=[False, True])
    return int(nearest["year"][0])


def _as_alternative(reading: Reading) -> Reading:
    return replace(reading, is_meant=False)


def _official(figure: Figure, release: Release, span: Span) -> Iterator[Reading]:
    if figure.origin is None and figure.asylum is None:
        return
    if figure.unit == "percent":
        yield from _shares(figure, release, span)
        return
    measure = figure.measure
    if measure in ("applications", "departures", "arrivals", None) or figure.unit == "applications":
        yield _applications(figure, release, span, is_meant=measure != "departures")
    if measure in ("granted", "recognised", "stock", None) and figure.unit != "applications":
        yield from _protected(figure, release, span)
    if measure in ("rejected", "closed"):
        yield _outcome(figure, release, span, (measure,), is_meant=True)
    if measure == "pending":
        yield _stock(figure, release, span.stock_year, "pending", is_meant=True)
    if measure == "idps":
        yield _stock(figure, release, span.stock_year, "idps", is_meant=True)


def _protected(figure: Figure, release: Release, span: Span) -> Iterator[Reading]:
    """Yield holders at the year's end, grants of the years, and all grants until then; which is meant the words say."""
    outcomes = ("recognised",) if figure.status == "refugee_status" else ("recognised", "other")
    holds = figure.measure == "stock" or (figure.period is not None and figure.period.kind == "as_of")
    told_apart = not (figure.status == "refugee_status" and _has_temporary(figure, release))
    if told_apart:
        yield _stock(figure, release, span.stock_year, "refugees", is_meant=holds)
        if span.is_dated and not span.is_part:
            yield _stock(figure, release, span.stock_year - 1, "refugees", is_meant=False)
    yield _outcome(figure, release, span, outcomes, is_meant=not holds or not told_apart)
    if holds and span.is_dated:
        until = Span(0, span.last, is_part=False, stock_year=span.stock_year, is_dated=True)
        yield _outcome(figure, release, until, outcomes, is_meant=False)


def _has_temporary(figure: Figure, release: Release) -> bool:
    rows = release.frame("decisions").filter(pl.col("level") == TEMPORARY, *_places(figure))
    return not rows.is_empty()


def _places(figure: Figure) -> list[pl.Expr]:
    named = {"origin": figure.origin, "asylum": figure.asylum}
    return [pl.col(column).is_in(value.split(",")) for column, value in named.items() if value is not None]


def _level(figure: Figure) -> list[pl.Expr]:
    if figure.status == "temporary_asylum":
        return [pl.col("level") == TEMPORARY]
    if figure.status == "refugee_status":
        return [pl.col("level") != TEMPORARY]
    return []


def subject_words(figure: Figure) -> str:
    """Return whom a figure is about, host and origin told apart."""
    who = f"people from {names_of(figure.origin)}" if figure.origin else "people of all origins"
    return f"{who} in {names_of(figure.asylum)}" if figure.asylum else f"{who} in all countries of asylum"


def names_of(codes: str) -> str:
    """Return the names of one country or of several: "Russia and Belarus" for `RUS,BLR`."""
    return " and ".join(country_name(code) for code in codes.split(","))


def _time_words(span: Span, rows: pl.DataFrame) -> str:
    if rows.is_empty():
        return f"{span.first}-{span.last}" if span.first not in (0, span.last) else f"{span.last}"
    first, last = int(rows["year"].min()), int(rows["year"].max())  # type: ignore[arg-type]
    return f"{first}" if first == last else f"{first}-{last}"


def _applications(figure: Figure, release: Release, span: Span, *, is_meant: bool) -> Reading:
    level = _level(figure)
    # With a procedure named, every application in it counts; else the new ones, as offices announce them.
    rows = release.frame("applications").filter(
        *_places(figure), *(level or [pl.col("new")]), pl.col("year").is_between(max(span.first, 1), span.last)
    )
    kind = "applications" if level else "new applications"
    words = f"{kind}{_status_words(figure)} of {subject_words(figure)}, {_time_words(span, rows)}"
    return _reading(words, rows, ("applied",), "applications", release, is_meant=is_meant, is_part=span.is_part)


def _status_words(figure: Figure) -> str:
    return {"temporary_asylum": " for temporary asylum", "refugee_status": " for refugee status"}.get(figure.status, "")


def _outcome(figure: Figure, release: Release, span: Span, outcomes: Sequence[str], *, is_meant: bool) -> Reading:
    rows = release.frame("decisions").filter(
        *_places(figure), *_level(figure), pl.col("year").is_between(max(span.first, 1), span.last)
    )
    what = {
        ("recognised",): "recognised as refugees",
        ("recognised", "other"): "granted protection"
        if figure.status != "temporary_asylum"
        else "granted temporary asylum",
    }.get(tuple(outcomes), "/".join(outcomes))
    words = f"{subject_words(figure)} {what}, {_time_words(span, rows)}"
    return _reading(words, rows, outcomes, "decisions", release, is_meant=is_meant, is_part=span.is_part)


def _stock(figure: Figure, release: Release, year: int, column: str, *, is_meant: bool) -> Reading:
    held = release.has("stocks") and column in release.tables["stocks"].columns
    rows = release.frame("stocks").filter(*_places(figure), pl.col("year") == year) if held else pl.DataFrame()
    what = {"refugees": "holding protection", "pending": "waiting for a decision", "idps": "displaced inside"}[column]
    words = f"{subject_words(figure)} {what} on 31 December {year}"
    return _reading(words, rows, (column,), "stocks", release, is_meant=is_meant, is_part=False)


def _reading(
    words: str,
    rows: pl.DataFrame,
    columns: Sequence[str],
    table: str,
    release: Release,
    *,
    is_meant: bool,
    is_part: bool,
) -> Reading:
    units = sorted(rows["unit"].unique()) if "unit" in rows.columns else ["P"]
    if len(units) > 1:  # persons and cases are never added
        rows = rows.filter(pl.col("unit") == "P")
        words += " (rows that count persons)"
    key = [name for name in rows.columns if name in ("year", "origin", "asylum", "authority", "stage", "level", "unit")]
    shown = rows.select(*key, *columns).sort("year").head(SHOWN_ROWS).to_dicts() if rows.height else []
    unit = "cases" if units == ["C"] else "persons"
    return Reading(
        words,
        _count(rows, columns, table, release),
        unit,
        is_meant,
        is_part,
        tuple(shown),
        rows.height,
        release.licence,
    )


def _count(rows: pl.DataFrame, columns: Sequence[str], table: str, release: Release) -> Count | None:
    total: Count | None = None
    for column in columns:
        if rows.is_empty() or rows[column].null_count() == rows.height:
            continue
        low, high = rounding_bounds(release.edition.source, table, pl.col(column))
        sums = rows.select(pl.col(column).sum().alias("value"), low.sum().alias("low"), high.sum().alias("high"))
        part = Count(*sums.row(0))
        total = part if total is None else total + part
    return total


def _shares(figure: Figure, release: Release, span: Span) -> Iterator[Reading]:
    """Yield shares in percent: of one origin among all protected there, or of an outcome among all outcomes."""
    outcomes = ("rejected",) if figure.measure == "rejected" else ("recognised", "other")
    if figure.status == "refugee_status":
        outcomes = ("recognised",)
    if figure.measure == "share" and figure.origin and figure.asylum:
        of_origin = _outcome(figure, release, span, outcomes, is_meant=True)
        of_all = _outcome(replace(figure, origin=None), release, span, outcomes, is_meant=True)
        yield _share(f"share of people from {names_of(figure.origin)} among {of_all.words}", of_origin, of_all)
        return
    part = _outcome(figure, release, span, outcomes, is_meant=True)
    substantive = _outcome(figure, release, span, ("recognised", "other", "rejected"), is_meant=True)
    every = _outcome(figure, release, span, ("recognised", "other", "rejected", "closed"), is_meant=True)
    yield _share(f"{'/'.join(outcomes)} among substantive decisions, {subject_words(figure)}", part, substantive)
    yield _share(f"{'/'.join(outcomes)} among all outcomes, closures counted, {subject_words(figure)}", part, every)


def _share(words: str, part: Reading, whole: Reading) -> Reading:
    count: Count | None = None
    if part.count and whole.count and whole.count.value:
        value, low, high = (
            round(100 * above / below) if below else 0
            for above, below in (
                (part.count.value, whole.count.value),
                (part.count.low, whole.count.high),
                (min(part.count.high, whole.count.high), max(whole.count.low, part.count.high, 1)),
            )
        )
        count = Count(value, low, max(high, value))
    return Reading(
        words,
        count,
        "percent",
        part.is_meant,
        part.is_part,
        (*part.rows, *whole.rows)[:SHOWN_ROWS],
        whole.n_rows,
        part.source,
    )
