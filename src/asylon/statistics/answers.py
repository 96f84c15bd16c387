"""The question most often asked: what happens to people from there who ask for asylum here, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.codes import AUTHORITIES, LATER_LEVELS, LEVELS, UNITS
from asylon.statistics.definitions import ALL_DEFINITIONS, Definition
from asylon.statistics.doubts.findings import Doubt, doubt_row, touching
from asylon.statistics.measures import Answered, Subject, measure_rate, measure_row
from asylon.statistics.store import Release
from asylon.statistics.tables import HALF, OUTCOMES

STOCKS = ("pending", "refugees", "others_of_concern")
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
    out, `by_level` has every level apart. Null is "no row". `half_year` are the rows of a half year, never among the
    years. `measures` hold every definition for the whole time; `by_year` the main one for each year.
    """

    question: Question
    release: Release
    rows: pl.DataFrame
    by_level: pl.DataFrame
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
    decisions = release.frame("decisions").filter(*asked, *_of(question, "level"), *_of(question, "authority"))
    applications = release.frame("applications").filter(
        *asked, *_of(question, "level"), *_of(question, "authority"), _stage(question)
    )
    stocks = _stocks(release, asked)
    mine = _doubts(doubts, question, (first, last))
    warnings = sorted({_warning(doubt) for doubt in mine if doubt.table == "decisions"})
    subject = Subject(question.origin, question.asylum, first, last)
    return Answer(
        question=question,
        release=release,
        rows=_rows(applications, decisions, stocks),
        by_level=_by_level(applications, decisions),
        half_year=_half(release, question),
        measures=_measures(decisions, ALL_DEFINITIONS, subject, release, warnings),
        by_year=_by_year(decisions, subject, release, mine),
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
    held = release.frame("decisions")["year"]
    least, most = int(held.min() or 0), int(held.max() or 0)  # type: ignore[arg-type]
    first, last = question.first_year or least, question.last_year or most
    if first > last:
        raise StatisticsError.single(
            f"--from {first} --to {last}", "the years are reversed", f"write {last} to {first}"
        )
    if first > most or last < least:
        problem = f"{release.id} holds the years {least}-{most}"
        raise StatisticsError.single(f"years {first}-{last}", problem, "ask for some of them")
    return first, last


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


def _rows(applications: pl.DataFrame, decisions: pl.DataFrame, stocks: pl.DataFrame) -> pl.DataFrame:
    applied = applications.group_by("year", "unit").agg(
        _sum("applied").alias("applications"), _codes("stage").alias("stages")
    )
    first = decisions.filter(~pl.col("level").is_in(LATER_LEVELS))
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


def _by_level(applications: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    key = ["year", "authority", "level", "unit"]
    applied = applications.group_by(key).agg(_sum("applied").alias("applications"), _codes("stage").alias("stages"))
    decided = decisions.group_by(key).agg([_sum(name) for name in _SUMMED])
    return applied.join(decided, on=key, how="full", coalesce=True).sort(key)


def _half(release: Release, question: Question) -> pl.DataFrame:
    if not release.has("decisions" + HALF):
        return pl.DataFrame()
    filters = _filters(question)
    applications = release.frame("applications" + HALF).filter(*filters, _stage(question))
    decisions = release.frame("decisions" + HALF).filter(*filters)
    empty = pl.DataFrame(schema={"year": pl.Int16, **dict.fromkeys(STOCKS, pl.Int64)})
    stocks = release.frame("stocks" + HALF).filter(*filters) if release.has("stocks" + HALF) else empty
    return _rows(applications, decisions, stocks.group_by("year").agg([_sum(name) for name in STOCKS]))


def _measures(
    decisions: pl.DataFrame,
    definitions: Sequence[Definition],
    subject: Subject,
    release: Release,
    warnings: Sequence[str],
) -> tuple[Answered, ...]:
    return tuple(
        measure
        for definition in definitions
        for measure in measure_rate(decisions, definition, subject, release, warnings=warnings)
    )


def _by_year(
    decisions: pl.DataFrame, subject: Subject, release: Release, doubts: Sequence[Doubt]
) -> tuple[Answered, ...]:
    from asylon.statistics.definitions import definition

    rate = definition("total_protection_rate")
    answered: list[Answered] = []
    for (year,), rows in sorted(decisions.partition_by("year", as_dict=True).items()):
        about = Subject(subject.origin, subject.asylum, year, year)
        warnings = sorted(_warning(d) for d in doubts if d.table == "decisions" and d.first_year <= year <= d.last_year)
        answered += measure_rate(rows, rate, about, release, warnings=warnings)
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
