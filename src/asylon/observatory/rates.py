"""Rates on pages: never a percentage without its definition, interval, counts, closed share, level and unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import polars as pl
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from asylon.observatory.figures import Figures
from asylon.observatory.here import Here
from asylon.observatory.tables import Column, Row, counts, percentages, spans
from asylon.observatory.words import NOTHING, say
from asylon.statistics.codes import LEVELS, UNITS
from asylon.statistics.definitions import Definition, definition
from asylon.statistics.measures import Answered, Measure, Refused, Subject, measure_rate

# The rate by which countries are set beside each other: its counts are those that UNHCR itself adds up.
COMPARED_BY = "total_protection_rate"
# A table of countries, as its file has it.
_FILE = pl.Schema(
    {
        "country": pl.String,
        "applied": pl.Int64,
        "applied_cases": pl.Int64,
        "measure": pl.String,
        "rate": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "positive": pl.Int64,
        "decided": pl.Int64,
        "closed_share": pl.Float64,
        "levels": pl.String,
        "unit": pl.String,
        "other_unit": pl.Boolean,
        "pending": pl.Int64,
    }
)
UNRATED: Mapping[str, Any] = {
    **dict.fromkeys(("rate", "low", "high", "positive", "decided", "closed_share")),
    **dict.fromkeys(("measure", "levels", "unit", "reason"), ""),
    "other_unit": False,
}


NOT_APPLIED: Mapping[str, int | None] = {"applied": None, "applied_cases": None}


def countries_frame(rows: Sequence[Mapping[str, Any]], figures: Figures) -> pl.DataFrame:
    """Return rows of countries as a file has them: columns that no row knows are left out, the release is named."""
    known = {name: kind for name, kind in _FILE.items() if not rows or name in rows[0]}
    frame = pl.DataFrame([{name: row[name] for name in known} for row in rows], schema=known)
    return frame.with_columns(release=pl.lit(figures.release.id))


def rate_row(measure: Answered) -> dict[str, Any]:
    """Return a measure as the fields of a table; all but `reason` are None for one that was refused."""
    empty = dict.fromkeys(("rate", "low", "high", "positive", "decided", "closed_share"))
    if isinstance(measure, Refused):
        return {"measure": measure.name, **empty, "levels": "", "unit": measure.unit or "", "reason": measure.reason}
    interval = measure.interval
    return {
        "measure": measure.name,
        "rate": measure.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "positive": measure.numerator.value,
        "decided": measure.denominator.value,
        "closed_share": measure.closed_share,
        "levels": "/".join(measure.levels),
        "unit": measure.unit,
        "reason": "",
    }


def rate_columns(here: Here) -> list[Column]:
    """Return the columns that a rate never goes without."""
    return [
        Column(_("Rate"), lambda row: _rate(row, here)),
        Column(_("Interval (95%)"), spans("low", "high", here.language)),
        Column(_("Counts"), lambda row: _counts(row, here)),
        Column(_("Closed share"), percentages("closed_share", here.language)),
        Column(_("Level"), lambda row: levels(row["levels"]), is_number=False),
        Column(_("Unit"), lambda row: unit(row["unit"]), is_number=False),
    ]


def _rate(row: Row, here: Here) -> str:
    if row["rate"] is None:
        none = _("not answered")
        return f'<span class="none">{none}</span>'
    return f"<strong>{here.percent(row['rate'])}</strong>"


def _counts(row: Row, here: Here) -> str:
    if row["decided"] is None:
        return NOTHING
    return _("%(part)s of %(whole)s") % {"part": here.count(row["positive"]), "whole": here.count(row["decided"])}


def levels(codes: str) -> str:
    """Return level codes, each with its meaning as its title."""
    return "/".join(_level(code) for code in codes.split("/") if code)


def _level(code: str) -> str:
    return f'<abbr title="{escape(_(LEVELS[code]))}">{code}</abbr>' if code in LEVELS else escape(code)


def unit(code: str) -> str:
    """Return what is counted: persons or cases."""
    return _(UNITS[code]) if code in UNITS else ""


def applied_by(
    figures: Figures, side: str, *, years: tuple[int, int], fixed: Mapping[str, str]
) -> dict[str, dict[str, int | None]]:
    """Return new applications for each country of a side: `applied` in persons, `applied_cases`; None for no row."""
    asked = [pl.col(column) == value for column, value in fixed.items()]
    rows = figures.release.frame("applications").filter("new", pl.col("year").is_between(*years), *asked)
    found: dict[str, dict[str, int | None]] = {}
    for country, unit_code, people in rows.group_by(side, "unit").agg(pl.col("applied").sum()).iter_rows():
        name = "applied" if unit_code == "P" else "applied_cases"
        found.setdefault(str(country), dict(NOT_APPLIED))[name] = people
    return found


def applied_column(here: Here) -> Column:
    """Return the column of new applications: people, and below them what is counted in cases; never added."""
    people = counts("applied", here.language, _("no row"))

    def show(row: Row) -> str:
        if not row["applied_cases"]:
            return people(row)
        cases = _("in cases: %(n)s") % {"n": here.count(row["applied_cases"])}
        return f'{people(row)}<span class="sub">{cases}</span>'

    return Column(_("New applications"), show)


def size_of(row: Mapping[str, Any]) -> int:
    """Return by what a row of a country is ordered: the larger of its applications in people and in cases."""
    return max(row["applied"] or 0, row["applied_cases"] or 0)


def rates_by(figures: Figures, side: str, *, years: tuple[int, int], fixed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the compared rate for each country of a side (`origin`, `asylum`), most decisions first.

    `fixed` names the other side. Each row has the fields of `rate_row` and `country`; where persons and cases are
    reported both, the row is of the unit with more decisions and `other_unit` is true.
    """
    asked = [pl.col(column) == value for column, value in fixed.items()]
    rows = figures.release.frame("decisions").filter(pl.col("year").is_between(*years), *asked)
    rate = definition(COMPARED_BY)
    found = []
    for (country,), part in sorted(rows.partition_by(side, as_dict=True).items()):
        sides = {**fixed, side: str(country)}
        subject = Subject(sides.get("origin"), sides.get("asylum"), *years)
        found.append({"country": str(country), **_larger(part, rate, subject, figures)})
    return sorted(found, key=lambda row: (-(row["decided"] or 0), row["country"]))


def _larger(part: pl.DataFrame, rate: Definition, subject: Subject, figures: Figures) -> dict[str, Any]:
    measured = [rate_row(measure) for measure in measure_rate(part, rate, subject, figures.release)]
    largest = max(measured, key=lambda row: row["decided"] or 0)
    return {**largest, "other_unit": len(measured) > 1}


def points(measures: Iterable[Answered]) -> list[dict[str, Any]]:
    """Return a point for each year that has a rate: year, value, low, high, n; of two units the larger."""
    by_year: dict[int, Measure] = {}
    for measure in measures:
        if isinstance(measure, Measure):
            held = by_year.get(measure.subject.first_year)
            if held is None or held.denominator.value < measure.denominator.value:
                by_year[measure.subject.first_year] = measure
    return [
        {
            "year": year,
            "value": measure.value,
            "low": measure.interval.low if measure.interval else measure.value,
            "high": measure.interval.high if measure.interval else measure.value,
            "n": measure.denominator.value,
        }
        for year, measure in sorted(by_year.items())
    ]


def definition_columns(here: Here) -> list[Column]:
    """Return the columns of every definition side by side, with what makes it differ or why it is not answered."""
    named = {measure: definition(measure) for measure in _names()}
    return [
        Column(_("Definition"), lambda row: _named(named[row["measure"]]), is_number=False),
        *rate_columns(here),
        Column(
            _("What makes it differ"),
            lambda row: escape(capfirst(say(row["reason"] or named[row["measure"]].why))),
            is_number=False,
        ),
    ]


def _names() -> Sequence[str]:
    from asylon.statistics.definitions import ALL_DEFINITIONS

    return [known.name for known in ALL_DEFINITIONS]


def _named(known: Definition) -> str:
    title, below = escape(capfirst(say(known.title))), escape(f"{_(known.body)}: {formula(known)}")
    return f'{title}<span class="sub">{below}</span>'


def formula(known: Definition) -> str:
    """Return a definition as a fraction of outcomes in words."""
    words = outcome_words()
    above, below = (" + ".join(words[name] for name in names) for names in (known.numerator, known.denominator))
    return f"({above}) / ({below})"


def outcome_words() -> dict[str, str]:
    """Return the outcomes in words, as they stand in formulas and heads of columns."""
    return {
        "recognised": _("refugee status"),
        "other": _("other protection"),
        "rejected": _("rejected"),
        "closed": _("closed"),
        "subsidiary": _("subsidiary protection"),
        "humanitarian": _("humanitarian protection"),
    }
