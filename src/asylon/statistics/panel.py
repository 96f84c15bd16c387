"""Trends over the same countries, and figures per 100,000 inhabitants.

155 countries reported applications for 2016 and 139 for 2025: a world sum over whoever reported is no trend. A constant
panel holds the countries that reported in every year of a span and did not change between persons and cases; who is
left out is listed with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from asylon.errors import StatisticsError
from asylon.language import said
from asylon.statistics.codes import LATER_LEVELS
from asylon.statistics.definitions import WITHOUT_LATER, definition
from asylon.statistics.intervals import Count, Interval, rounding_bounds
from asylon.statistics.measures import Answered, Measure, Refused, Subject, measure_rate
from asylon.statistics.store import Release
from asylon.statistics.tables import OUTCOMES

PER_100_000 = "per 100,000 inhabitants"
# What is counted: table, column, words.
_COUNTED = {
    "applications": ("applications", "applied", "new applications"),
    "decisions": ("decisions", "total", "decisions without appeals and repeats"),
    "pending": ("stocks", "pending", "pending at the end of the year"),
    "refugees": ("stocks", "refugees", "refugees at the end of the year"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """Countries that reported in every year of a span, and their figures.

    `asylum` are their ISO codes. `rows`: year, panel (sum over them), all_reporting (sum over whoever reported that
    year), countries_reporting; for decisions also the panel's recognised, other, rejected, closed. `left_out`: asylum,
    reported (number of years), missing_years, share (percent of what all reported over the span), reason. `rates`: the
    panel's protection rate without appeals and repeats for each year, empty for applications.
    """

    what: str
    unit: str
    years: tuple[int, int]
    asylum: tuple[str, ...]
    rows: pl.DataFrame
    left_out: pl.DataFrame
    rates: tuple[Answered, ...]


def constant_panel(
    release: Release,
    first: int,
    last: int,
    *,
    what: str = "applications",
    unit: str = "P",
    authority: str | None = None,
) -> Panel:
    """Return the trend of new applications or of decisions over the countries that reported in each year.

    A country that counted cases in some of the years, of any of its authorities, is not in a panel of persons: part of
    its series would come and go (the United States). Raises `StatisticsError` for reversed years and for years that the
    release does not reach.
    """
    if what not in ("applications", "decisions"):
        raise StatisticsError.single(f"panel of {what!r}", "is no flow", "ask for applications or decisions")
    table, column, _ = _COUNTED[what]
    _require_years(release.frame(table), release, first, last)
    asked = [] if authority is None else [pl.col("authority") == authority]
    every = _flow(release, what).filter(pl.col("year").is_between(first, last), *asked)
    rows = every.filter(pl.col("unit") == unit)
    reported = rows.group_by("asylum").agg(reported=pl.col("year").n_unique())
    whole = reported.filter(pl.col("reported") == last - first + 1)["asylum"]
    members = sorted(set(whole) - set(_changes_of_unit(every)))
    held = rows.filter(pl.col("asylum").is_in(members))
    rates = _rates(held, release, range(first, last + 1)) if what == "decisions" and members else ()
    left_out = _left_out(every, rows, members, (first, last), column)
    return Panel(what, unit, (first, last), tuple(members), _trend(rows, held, column), left_out, rates)


def _trend(rows: pl.DataFrame, held: pl.DataFrame, column: str) -> pl.DataFrame:
    outcomes = [name for name in OUTCOMES if name in rows.columns]
    yearly = rows.group_by("year").agg(
        all_reporting=pl.col(column).sum(), countries_reporting=pl.col("asylum").n_unique()
    )
    sums = held.group_by("year").agg(pl.col(column).sum().alias("panel"), *(pl.col(name).sum() for name in outcomes))
    return yearly.join(sums, on="year", how="left").sort("year")


def _flow(release: Release, what: str) -> pl.DataFrame:
    frame = release.frame(_COUNTED[what][0])
    if what == "applications":
        return frame.filter(pl.col("new"))
    return frame.filter(~pl.col("level").is_in(LATER_LEVELS))


def _changes_of_unit(every: pl.DataFrame) -> dict[str, list[int]]:
    """Return the countries that do not count in the same units in every year, with the years that count cases."""
    units = every.group_by("asylum", "year").agg(pl.col("unit").unique().sort())
    changing = units.group_by("asylum").agg(pl.col("unit").n_unique()).filter(pl.col("unit") > 1)["asylum"]
    cases = units.filter(pl.col("asylum").is_in(changing.to_list()), pl.col("unit").list.contains("C"))
    return {asylum: sorted(years) for asylum, years in cases.group_by("asylum").agg("year").iter_rows()}


def _require_years(frame: pl.DataFrame, release: Release, first: int, last: int) -> None:
    if first > last:
        raise StatisticsError.single(f"{first}-{last}", "the years are reversed", f"write {last} to {first}")
    held = frame["year"]
    least, most = int(held.min() or 0), int(held.max() or 0)  # type: ignore[arg-type]
    if first < least or last > most:
        problem = f"{release.id} holds the years {least}-{most}"
        raise StatisticsError.single(f"{first}-{last}", problem, "a panel needs every year: ask for some of them")


def _rates(held: pl.DataFrame, release: Release, years: Sequence[int]) -> tuple[Answered, ...]:
    asked = definition("protection_rate_without_appeals")
    assert asked.levels == WITHOUT_LATER
    return tuple(
        measure
        for year in years
        for measure in measure_rate(
            held.filter(pl.col("year") == year), asked, Subject(None, None, year, year), release
        )
    )


def _left_out(
    every: pl.DataFrame, rows: pl.DataFrame, members: Sequence[str], years: tuple[int, int], column: str
) -> pl.DataFrame:
    """Return who is not in the panel and why, largest first."""
    span, cases = set(range(years[0], years[1] + 1)), _changes_of_unit(every)
    whole = int(rows[column].sum())
    here = rows.filter(~pl.col("asylum").is_in(members))
    sums = here.group_by("asylum").agg(pl.col("year").unique(), pl.col(column).sum().alias("sum"))
    held = {asylum: (set(reported), figure) for asylum, reported, figure in sums.iter_rows()}
    found = []
    for asylum in sorted(set(every["asylum"]) - set(members)):
        reported, figure = held.get(asylum, (set(), 0))
        share = 100 * figure / whole if whole else 0.0
        missing = sorted(span - reported)
        found.append((asylum, len(reported), missing, share, _why_left_out(cases.get(asylum), missing)))
    named = ["asylum", "reported", "missing_years", "share", "reason"]
    types: list[pl.DataType] = [pl.String(), pl.Int64(), pl.List(pl.Int64), pl.Float64(), pl.String()]
    frame = pl.DataFrame(found, schema=dict(zip(named, types, strict=True)), orient="row")
    return frame.sort("share", "asylum", descending=[True, False])


def _why_left_out(cases: Sequence[int] | None, missing: Sequence[int]) -> str:
    if cases:
        return said("changes its unit: cases in {years}", years=_listed(cases))
    return said("no row in {years}", years=_listed(missing))


def _listed(years: Sequence[int]) -> str:
    return ", ".join(str(year) for year in years)


def per_100_000(
    release: Release, population: Release, asylum: str, year: int, *, what: str = "applications", unit: str = "P"
) -> Answered:
    """Return new applications, decisions, people pending or refugees of a year per 100,000 inhabitants of the country.

    `rounding` are the bounds of the count; inhabitants are taken as exact. Refused where either has no row.
    """
    if what not in _COUNTED:
        raise StatisticsError.single(what, "cannot be counted per inhabitant", f"write one of {', '.join(_COUNTED)}")
    table, column, words = _COUNTED[what]
    name, title, subject = f"{what}_per_100_000", f"{words} {PER_100_000}", Subject(None, asylum, year, year)
    people = population.frame("population").filter((pl.col("iso3") == asylum) & (pl.col("year") == year))
    rows = _counted(release, what, unit).filter(pl.col("asylum") == asylum, pl.col("year") == year)
    if people.is_empty() or rows.is_empty():
        reason = said("no row for its inhabitants") if people.is_empty() else said("no row, which is not zero")
        return Refused(name, title, "Asylon", subject, unit, reason)
    low, high = rounding_bounds(release.edition.source, table, pl.col(column))
    sums = rows.select(pl.col(column).sum(), low.sum().alias("low"), high.sum().alias("high")).row(0)
    inhabitants, projected = (people[name].item() for name in ("population", "projected"))
    levels = tuple(rows["level"].unique().sort()) if "level" in rows.columns else ()
    warning = said("inhabitants are a projection of {release}", release=population.edition.title)
    return _per_capita(
        (name, title, f"100,000 x {column} / inhabitants", unit),
        Count(*sums),
        Count(inhabitants, inhabitants, inhabitants),
        subject,
        (release.id, f"{release.licence}; {population.licence}"),
        levels,
        (warning,) if projected else (),
    )


def _counted(release: Release, what: str, unit: str) -> pl.DataFrame:
    table, column, _ = _COUNTED[what]
    rows = release.frame(table) if table == "stocks" else _flow(release, what).filter(pl.col("unit") == unit)
    return rows.filter(pl.col(column).is_not_null())


def _per_capita(
    named: tuple[str, str, str, str],
    count: Count,
    inhabitants: Count,
    subject: Subject,
    released: tuple[str, str],
    levels: tuple[str, ...],
    warnings: tuple[str, ...],
) -> Measure:
    name, title, formula, unit = named
    value, low, high = (100_000 * number / inhabitants.value for number in (count.value, count.low, count.high))
    bounds = Interval(low, high, "rounding")
    return Measure(
        name=name,
        title=title,
        value=value,
        scale=PER_100_000,
        numerator=count,
        denominator=inhabitants,
        formula=formula,
        body="Asylon",
        why="sets the number beside the size of the country that decides",
        source="docs/statistics.md",
        levels=levels,
        unit=unit,
        closed_share=None,
        rounding=bounds,
        sampling=None,
        interval=bounds,
        subject=subject,
        release=released[0],
        licence=released[1],
        warnings=warnings,
    )
