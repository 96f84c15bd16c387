"""Pages about people who asked: a country of asylum, a country of origin, and a pair of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from asylon.observatory import chartrows
from asylon.observatory.charts import Drawing
from asylon.observatory.figures import Figures
from asylon.observatory.here import Here, Sheet
from asylon.observatory.pages.findings import Told, finding, head, told
from asylon.observatory.pages.shown import chart_texts, doubt_rows, level_table, measure_table, year_table
from asylon.observatory.rates import (
    NOT_APPLIED,
    UNRATED,
    applied_by,
    applied_column,
    countries_frame,
    points,
    rate_columns,
    rates_by,
    size_of,
)
from asylon.observatory.tables import Column, Table, linked
from asylon.statistics.answers import Answer, Question, answer
from asylon.statistics.countries import second_meaning
from asylon.statistics.doubts import Doubt

# A year that one of these checks marks cannot be compared with the year before.
BREAKS_OUTCOMES = ("coding_break", "double_exchange", "exchanged_columns", "unit_break")
BREAKS_WAITING = ("unit_break", "moved_between_columns")
# So many countries beside each other can still be read in one chart.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page of people who asked rests on, in no language: answers, charts, the countries on the other side."""

    whole: Answer
    told: Told
    outcomes: Drawing
    waiting: Drawing
    rates: Drawing
    partners: Sequence[Mapping[str, Any]]
    beside: Drawing | None


def gather(figures: Figures, origin: str | None, asylum: str | None) -> Facts:
    """Return the facts of a pair, or of a country where one side is None."""
    whole = answer(figures.release, Question(origin, asylum), doubts=figures.doubts)
    rows = list(whole.rows.iter_rows(named=True))
    span = figures.years
    within = [row for row in rows if span[0] <= row["year"] <= span[1]]
    ended = breaks(whole.doubts, within, BREAKS_OUTCOMES, "total")
    waited = breaks(whole.doubts, within, BREAKS_WAITING, "pending")
    partners = _partners(figures, origin, asylum)
    shown = _shown(partners)
    return Facts(
        whole=whole,
        told=told(figures, whole),
        outcomes=chartrows.outcomes_drawing(within, span, ended),
        waiting=chartrows.waiting_drawing(within, span, waited),
        rates=chartrows.rates_drawing(points(whole.by_year), span, ended),
        partners=partners,
        beside=chartrows.countries_drawing(shown) if shown else None,
    )


def breaks(doubts: Sequence[Doubt], rows: Sequence[Mapping[str, Any]], checks: Sequence[str], column: str) -> set[int]:
    """Return the years before which a series breaks, where there are rows on both sides of the break.

    A doubt about a level that the rows do not have breaks nothing.
    """
    levels = {level for row in rows for level in row["levels"] or ()}
    years = {row["year"] for row in rows if row[column] is not None}
    return {
        doubt.last_year
        for doubt in doubts
        if doubt.check in checks
        and (doubt.level is None or doubt.level in levels)
        and {doubt.last_year, doubt.last_year - 1} <= years
    }


def _partners(figures: Figures, origin: str | None, asylum: str | None) -> list[dict[str, Any]]:
    """Return a row for each country on the other side; none for a pair."""
    if origin and asylum:
        return []
    side, fixed = ("origin", {"asylum": asylum}) if asylum else ("asylum", {"origin": origin})
    fixed = {name: code for name, code in fixed.items() if code}
    years = figures.compared
    applied = applied_by(figures, side, years=years, fixed=fixed)
    rated = {row["country"]: row for row in rates_by(figures, side, years=years, fixed=fixed)}
    return sorted(
        (
            {**rated.get(code, UNRATED), **applied.get(code, NOT_APPLIED), "country": code, "side": side}
            for code in {*applied, *rated}
            if code != (asylum or origin)
        ),
        key=lambda row: (-size_of(row), -(row["decided"] or 0), row["country"]),
    )


def _shown(partners: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the points of the countries with most decisions, highest rate first."""
    enough = [row for row in partners if (row["decided"] or 0) >= chartrows.FEW]
    most = sorted(enough, key=lambda row: -row["decided"])[:SHOWN]
    return [
        {"country": row["country"], "value": row["rate"], "low": row["low"], "high": row["high"], "n": row["decided"]}
        for row in sorted(most, key=lambda row: -row["rate"])
    ]


def show(facts: Facts, here: Here) -> Sheet:
    """Return the page in its language."""
    question = facts.whole.question
    title, labels = head(question, here)
    tables = [year_table(facts.whole, here), level_table(facts.whole, here), measure_table(facts.told, here)]
    if facts.partners:
        tables.append(_partner_table(facts.partners, here))
    return Sheet(
        "asked.html",
        title,
        {
            "labels": labels,
            "finding": finding(facts.told, here),
            "charts": _charts(facts, here),
            "doubts": doubt_rows(facts.whole.doubts, here),
            "misread": _misread(question, here),
            "compare": _compared(question.origin, here),
            "sides": _sides(question, here),
        },
        {table.name: table for table in tables},
    )


def _charts(facts: Facts, here: Here) -> list[dict[str, Any]]:
    texts = chart_texts(facts.whole, facts.told, here)
    drawn = [
        ("outcomes", facts.outcomes, "years"),
        ("waiting", facts.waiting, "years"),
        ("rates", facts.rates, "years"),
    ]
    if facts.beside:
        drawn.append(("beside", facts.beside, "countries"))
        texts["beside"] = _beside_texts(facts, here)
    return [
        {**texts[kind], "svg": drawing.said(here.language, texts[kind]["words"], finding=texts[kind]["finding"])}
        | {"kind": kind, "table": table, "csv": here.to(here.address.data(table))}
        for kind, drawing, table in drawn
    ]


def _beside_texts(facts: Facts, here: Here) -> dict[str, Any]:
    shown = _shown(facts.partners)
    words = [
        text
        for point in shown
        for text in (here.name(point["country"]), f"{here.percent(point['value'])} · n = {here.count(point['n'])}")
    ]
    first, last = shown[0], shown[-1]
    title = (
        _("The countries of origin with most decisions")
        if facts.whole.question.asylum
        else _("The countries of asylum with most decisions")
    )
    sentence = _("Total protection rate: highest for %(first)s, %(high)s, lowest for %(last)s, %(low)s.")
    told = {
        "first": here.name(first["country"]),
        "high": here.percent(first["value"]),
        "last": here.name(last["country"]),
        "low": here.percent(last["value"]),
    }
    return {
        "title": title,
        "finding": sentence % told,
        "words": words,
        "note": _("Bars: interval of rounding and sampling together. Hollow points rest on fewer than 50 decisions."),
    }


def _partner_table(partners: Sequence[Mapping[str, Any]], here: Here) -> Table:
    years = here.years(*here.figures.compared)
    side = partners[0]["side"]
    mine = here.address.args[0]
    caption = _("By country of origin, %(years)s") if side == "origin" else _("By country of asylum, %(years)s")

    def address(row: Mapping[str, Any]) -> str | None:
        return here.pair(row["country"], mine) if side == "origin" else here.pair(mine, row["country"])

    columns = [
        Column(
            _("Country of origin") if side == "origin" else _("Country of asylum"),
            linked(lambda row: here.name(row["country"]), address),
            is_number=False,
        ),
        applied_column(here),
        *rate_columns(here),
    ]
    frame = countries_frame(partners, here.figures)
    return Table("countries", caption % {"years": years}, columns, partners, frame)


def _misread(question: Question, here: Here) -> list[dict[str, str]]:
    """Return a line for each country whose ISO code is another country's at UNHCR."""
    found = []
    for side, code in (("asylum", question.asylum), ("origin", question.origin)):
        other = second_meaning(code) if code else None
        if code and other and other in here.figures.sides[side]:
            text = _("%(code)s is the ISO code of %(country)s. In UNHCR's own codes the same letters mean %(other)s.")
            names = {"code": code, "country": here.told(code), "other": here.told(other)}
            found.append({"text": text % names, "url": here.page(side, other), "to": here.name(other)})
    return found


def _compared(origin: str | None, here: Here) -> str:
    return here.page("compare", origin) if origin and origin in here.figures.sides["origin"] else ""


def _sides(question: Question, here: Here) -> list[dict[str, str]]:
    """Return links from a pair to those of its countries that have a page."""
    if not (question.origin and question.asylum):
        return []
    sides = (("asylum", question.asylum, _("Country of asylum")), ("origin", question.origin, _("Country of origin")))
    return [
        {"url": here.page(side, code), "label": label, "name": here.name(code)}
        for side, code, label in sides
        if code in here.figures.sides[side]
    ]
