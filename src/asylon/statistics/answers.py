"""The question most often asked: what happens to people from there who ask for asylum here, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.codes import AUTHORITIES, LATER_LEVELS, LEVELS, UNITS
from asylon.statistics.definitions import ALL_DEFINITIONS, definition
from asylon.statistics.doubts.findings import Doubt, doubt_row, touching
from asylon.statistics.intervals import Count
from asylon.statistics.measures import (
    Answered,
    Subject,
    Tally,
    add_outcomes,
    measure_row,
    measure_tallies,
    sum_outcomes,
    tally,
    tally_years,
    together,
)
from asylon.statistics.store import Release
from asylon.statistics.tables import HALF, OUTCOMES

STOCKS = ("pending", "refugees", "others_of_concern")
# Where a source has the rows apart on which a body's own rate stands, that rate is taken of them.
OWN_TABLES = {"home_office_grant_rate": "decisions_main_applicants"}
_SUMMED = (*OUTCOMES, "total")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ISO alpha-3 codes or None for everybody; years both included, None for all there are.

    `authority` (G, U, J), `level` and `stage` narrow the rows by UNHCR's codes.
    """

    origin: str | None = None
    asylum: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    authority: str | None = None
    level: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer with all it rests on.

    `rows`: one for each year and unit: year, unit, applications, stages, levels, recognised, other, rejected, closed,
    total, pending, refugees, others_of_concern, closed_share (percent). Outcomes leave later levels (appeals, repeats)
    out, `by_level` has every level apart. Null is "no row". `outcomes` are the outcomes of all `rows` of a unit (P, C)
    together, with the bounds that rounding of each published cell allows. `half_year` are the rows of a half year,
    never among the years. `measures` hold every definition for the whole time; `by_year` the main one for each year.
    """

    question: Question
    release: Release
    rows: pl.DataFrame
    by_level: pl.DataFrame
    outcomes: Mapping[str, Mapping[str, Count]]
    half_year: pl.DataFrame
    measures: tuple[Answered, ...]
    by_year: tuple[Answered, ...]
    doubts: tuple[Doubt, ...]

    @property
    def licence(self) -> str:
        """The line that is printed with the answer."""
        return self.release.licence


def answer(release: Release, question: Question, *, doubts: pl.DataFrame | None = None) -> Answer:
    """Return what a release says to a question; of `doubts` (see `doubts_of`) those that touch it are attached.

    Raises `StatisticsError` for reversed years, for years that the release does not reach, and for a country as a
    whole where the release is an excerpt.
    """
    _check_whole(release, question)
    first, last = _years(release, question)
    asked = [pl.col("year").is_between(first, last), *_filters(question)]
    narrowed = [*asked, *_of(question, "level"), *_of(question, "authority")]
    decided = sum_outcomes(release.frame("decisions").filter(*narrowed), release.edition.source)
    applied = _applied(release.frame("applications").filter(*narrowed, _stage(question)))
    stocks = _stocks(release, asked)
    years = tally_years(decided)
    mine = _doubts(doubts, question, (first, last))
    warnings = sorted({_warning(doubt) for doubt in mine if doubt.table == "decisions"})
    subject = Subject(question.origin, question.asylum, first, last)
    return Answer(
        question=question,
        release=release,
        rows=_rows(applied, decided, stocks),
        by_level=_by_level(applied, decided),
        outcomes=_outcomes(years),
        half_year=_half(release, question),
        measures=_measures(years, _own(release, narrowed), subject, release, warnings),
        by_year=_by_year(years, subject, release, mine),
        doubts=mine,
    )


def _check_whole(release: Release, question: Question) -> None:
    if not release.edition.is_excerpt or (question.origin and question.asylum):
        return
    pairs = release.frame("decisions").select("origin", "asylum").unique().sort("asylum", "origin").rows()
    listed = ", ".join(f"{origin} in {asylum}" for origin, asylum in pairs)
    problem = f"is an excerpt and holds no country whole (only {listed})"
    raise StatisticsError.single(release.id, problem, "import the whole release with 'asylon stats import unhcr PATH'")


def _years(release: Release, question: Question) -> tuple[int, int]:
    require_order(question.first_year, question.last_year)
    ends = [release.frame(name)["year"] for name in ("applications", "decisions")]
    held = [int(end) for year in ends for end in (year.min(), year.max()) if end is not None]  # type: ignore[arg-type]
    least, most = min(held, default=0), max(held, default=0)
    first, last = question.first_year or least, question.last_year or most
    if first > most or last < least:
        place = f"years {question.first_year or ''}-{question.last_year or ''}"
        raise StatisticsError.single(place, f"{release.id} holds the years {least}-{most}", "ask for some of them")
    return first, last


def require_order(first: int | None, last: int | None) -> None:
    """Raise `StatisticsError` when the first year is after the last; None is no bound."""
    if first is not None and last is not None and first > last:
        place = f"--from {first} --to {last}"
        raise StatisticsError.single(place, "the years are reversed", f"write --from {last} --to {first}")


def _filters(question: Question) -> list[pl.Expr]:
    named = {"origin": question.origin, "asylum": question.asylum}
    return [pl.col(column) == value for column, value in named.items() if value is not None]


def _of(question: Question, column: str) -> list[pl.Expr]:
    value = getattr(question, column)
    return [] if value is None else [pl.col(column) == value]


def _stage(question: Question) -> pl.Expr:
    return pl.col("new") if question.stage is None else pl.col("stage") == question.stage


def _stocks(release: Release, asked: Sequence[pl.Expr]) -> pl.DataFrame:
    held = [name for name in STOCKS if release.has("stocks") and name in release.tables["stocks"].columns]
    if not held:
        return pl.DataFrame(schema={"year": pl.Int16, **dict.fromkeys(STOCKS, pl.Int64)})
    stocks = release.frame("stocks").filter(*asked)
    summed = [_sum(name) if name in held else pl.lit(None, pl.Int64).alias(name) for name in STOCKS]
    return stocks.group_by("year").agg(summed)


def _sum(name: str) -> pl.Expr:
    """Sum that stays null where every part is null: not reported is not zero."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _codes(name: str) -> pl.Expr:
    return pl.col(name).unique().sort()


def _applied(applications: pl.DataFrame) -> pl.DataFrame:
    """Return applications summed: one row for each year, authority, stage, level and unit."""
    return applications.group_by("year", "authority", "stage", "level", "unit").agg(_sum("applied"))


def _rows(applied: pl.DataFrame, decided: pl.DataFrame, stocks: pl.DataFrame) -> pl.DataFrame:
    applied = applied.group_by("year", "unit").agg(
        _sum("applied").alias("applications"), _codes("stage").alias("stages")
    )
    first = decided.filter(~pl.col("level").is_in(LATER_LEVELS))
    decided = first.group_by("year", "unit").agg(
        *(_sum(name) for name in _SUMMED), _codes("level").alias("levels"), _codes("authority").alias("authorities")
    )
    rows = applied.join(decided, on=["year", "unit"], how="full", coalesce=True)
    # People wait as persons: the stock stands on the row of persons, on one of its own where there is none.
    rows = rows.join(stocks.with_columns(unit=pl.lit("P")), on=["year", "unit"], how="full", coalesce=True)
    outcomes = pl.sum_horizontal(OUTCOMES, ignore_nulls=False)
    share = pl.when(outcomes > 0).then(100 * pl.col("closed") / outcomes)
    order = ["year", "unit", "applications", *_SUMMED, *STOCKS, "stages", "levels", "authorities"]
    return rows.select(order).with_columns(closed_share=share).sort("year", "unit", descending=[False, True])


def _by_level(applied: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    key = ["year", "authority", "level", "unit"]
    applied = applied.group_by(key).agg(_sum("applied").alias("applications"), _codes("stage").alias("stages"))
    return applied.join(decided.select(*key, *_SUMMED), on=key, how="full", coalesce=True).sort(key)


def _outcomes(years: Mapping[int, Sequence[Tally]]) -> dict[str, dict[str, Count]]:
    first = [one for year in years.values() for one in year if one.level not in LATER_LEVELS]
    units = sorted({one.unit for one in first}, reverse=True)
    return {unit: add_outcomes([one for one in first if one.unit == unit]) for unit in units}


def _half(release: Release, question: Question) -> pl.DataFrame:
    if not release.has("decisions" + HALF):
        return pl.DataFrame()
    filters = _filters(question)
    narrowed = [*filters, *_of(question, "level"), *_of(question, "authority")]
    applied = _applied(release.frame("applications" + HALF).filter(*narrowed, _stage(question)))
    decided = sum_outcomes(release.frame("decisions" + HALF).filter(*narrowed), release.edition.source)
    empty = pl.DataFrame(schema={"year": pl.Int16, **dict.fromkeys(STOCKS, pl.Int64)})
    stocks = release.frame("stocks" + HALF).filter(*filters) if release.has("stocks" + HALF) else empty
    return _rows(applied, decided, stocks.group_by("year").agg([_sum(name) for name in STOCKS]))


def _own(release: Release, narrowed: Sequence[pl.Expr]) -> dict[str, tuple[Tally, ...]]:
    source = release.edition.source
    held = {name: table for name, table in OWN_TABLES.items() if release.has(table)}
    return {name: tally(release.frame(table).filter(*narrowed), source) for name, table in held.items()}


def _measures(
    years: Mapping[int, Sequence[Tally]],
    own: Mapping[str, Sequence[Tally]],
    subject: Subject,
    release: Release,
    warnings: Sequence[str],
) -> tuple[Answered, ...]:
    tallies = together(one for year in years.values() for one in year)
    return tuple(
        measure
        for asked in ALL_DEFINITIONS
        for measure in measure_tallies(own.get(asked.name, tallies), asked, subject, release, warnings=warnings)
    )


def _by_year(
    years: Mapping[int, Sequence[Tally]], subject: Subject, release: Release, doubts: Sequence[Doubt]
) -> tuple[Answered, ...]:
    rate = definition("total_protection_rate")
    answered: list[Answered] = []
    for year, tallies in years.items():
        about = Subject(subject.origin, subject.asylum, year, year)
        warnings = sorted(_warning(d) for d in doubts if d.table == "decisions" and d.first_year <= year <= d.last_year)
        answered += measure_tallies(tallies, rate, about, release, warnings=warnings)
    return tuple(answered)


def _doubts(doubts: pl.DataFrame | None, question: Question, years: tuple[int, int]) -> tuple[Doubt, ...]:
    if doubts is None:
        return ()
    return touching(doubts, origin=question.origin, asylum=question.asylum, level=question.level, years=years)


def _warning(doubt: Doubt) -> str:
    return f"doubt: {doubt.why}"


def answer_row(answered: Answer) -> dict[str, Any]:
    """Return an answer as plain values for JSON; null is "no row"."""
    question = answered.question
    return {
        "release": answered.release.id,
        "origin": question.origin,
        "asylum": question.asylum,
        "rows": [_row(row) for row in answered.rows.iter_rows(named=True)],
        "by_level": [_row(row) for row in answered.by_level.iter_rows(named=True)],
        "half_year": [_half_row(row) for row in answered.half_year.iter_rows(named=True)],
        "measures": [measure_row(measure) for measure in answered.measures],
        "by_year": [measure_row(measure) for measure in answered.by_year],
        "doubts": [doubt_row(doubt) for doubt in answered.doubts],
        "licence": answered.licence,
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(row)
    plain["unit"] = UNITS[row["unit"]]
    if "level" in row:
        plain["level_title"] = LEVELS.get(row["level"])
        plain["authority"] = AUTHORITIES.get(row["authority"], row["authority"])
    return plain


def _half_row(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = _row(row)
    return {"period": f"{plain.pop('year')}-01..{row['year']}-06", **plain}
