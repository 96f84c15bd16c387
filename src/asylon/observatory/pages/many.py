"""Pages that set countries beside each other: one origin in different countries, one year everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from asylon.observatory import chartrows
from asylon.observatory.charts import Drawing
from asylon.observatory.figures import Figures
from asylon.observatory.here import Here, Sheet
from asylon.observatory.rates import (
    NOT_APPLIED,
    UNRATED,
    applied_by,
    applied_column,
    countries_frame,
    rate_columns,
    rates_by,
    size_of,
)
from asylon.observatory.tables import Column, Table, counts, linked
from asylon.observatory.worldmap import CREDIT, world_map
from asylon.statistics.countries import countries

# Below 200 decisions on the merits half of an interval at 50 per cent is wider than 7 points: as wide as many of the
# differences between two countries.
LEAST_DECISIONS = 200
# Ends of the classes of the map, in percent.
CLASSES = (10, 25, 50, 75)


@dataclass(frozen=True, slots=True)
class Compared:
    """The rates of one origin by country of asylum: those with enough decisions, highest first, and the others."""

    origin: str
    enough: Sequence[Mapping[str, Any]]
    too_few: Sequence[Mapping[str, Any]]
    drawing: Drawing


def gather_compared(figures: Figures, origin: str) -> Compared:
    """Return how people from one origin are treated in different countries, over the newest years together."""
    rows = rates_by(figures, "asylum", years=figures.compared, fixed={"origin": origin})
    rows = [row for row in rows if row["country"] != origin]
    enough = [row for row in rows if (row["decided"] or 0) >= LEAST_DECISIONS]
    enough.sort(key=lambda row: (-row["rate"], row["country"]))
    points = [{"value": row["rate"], "low": row["low"], "high": row["high"], "n": row["decided"]} for row in enough]
    return Compared(origin, enough, [row for row in rows if row not in enough], chartrows.countries_drawing(points))


def compared(facts: Compared, here: Here) -> Sheet:
    """Return the page of one origin in different countries."""
    values = {
        "origin": here.told(facts.origin),
        "years": here.years(*here.figures.compared),
        "n": here.count(len(facts.enough)),
        "least": here.count(LEAST_DECISIONS),
    }
    finding = _("No country decided on %(least)s or more people from %(origin)s in %(years)s.") % values
    if facts.enough:
        finding = _spread(facts, values, here)
    table = _compared_table(facts, here)
    context = {
        "labels": [{"label": _("Country of origin"), "name": here.name(facts.origin), "code": facts.origin}],
        "finding": [finding],
        "chart": _compared_chart(facts, finding, values, here) if facts.enough else None,
        "least": values["least"],
        "origin_url": here.page("origin", facts.origin),
    }
    title = _("People from %(origin)s in different countries of asylum") % values
    return Sheet("compare.html", title, context, {table.name: table})


def _compared_chart(facts: Compared, finding: str, values: Mapping[str, str], here: Here) -> dict[str, str]:
    note = _("%(rate)s · n = %(n)s · closed %(closed)s")
    words = []
    for row in facts.enough:
        told = {"rate": row["rate"], "closed": row["closed_share"]}
        told = {name: here.percent(share) for name, share in told.items()}
        words += [here.name(row["country"]), note % {**told, "n": here.count(row["decided"])}]
    return {
        "kind": "compare",
        "title": _("Total protection rate by country of asylum, %(years)s") % values,
        "finding": finding,
        "svg": facts.drawing.said(here.language, words, finding=finding),
        "note": _(
            "UNHCR's definition, all levels. Bars: interval of rounding and sampling together. Closed: share of all "
            "outcomes that ended without a decision on the merits."
        ),
        "table": "countries",
        "csv": here.to(here.address.data("countries")),
    }


def _spread(facts: Compared, values: Mapping[str, Any], here: Here) -> str:
    first, last = facts.enough[0], facts.enough[-1]
    spread = {
        "first": here.name(first["country"]),
        "high": here.percent(first["rate"]),
        "last": here.name(last["country"]),
        "low": here.percent(last["rate"]),
    }
    text = _(
        "%(years)s, people from %(origin)s, by country of asylum: positive decisions from %(low)s (%(last)s) to "
        "%(high)s (%(first)s), %(n)s countries."
    )
    return text % {**values, **spread}


def _compared_table(facts: Compared, here: Here) -> Table:
    rows = [*({**row, "enough": True} for row in facts.enough), *({**row, "enough": False} for row in facts.too_few)]
    origin = facts.origin
    few = _("fewer than %(least)s decisions") % {"least": here.count(LEAST_DECISIONS)}
    columns = [
        Column(
            _("Country of asylum"),
            linked(lambda row: here.name(row["country"]), lambda row: here.pair(origin, row["country"])),
            is_number=False,
        ),
        *rate_columns(here),
        Column(_("Compared"), lambda row: _("yes") if row["enough"] else few, is_number=False),
    ]
    frame = countries_frame(rows, here.figures)
    caption = _("People from this origin by country of asylum, %(years)s") % {
        "years": here.years(*here.figures.compared)
    }
    return Table("countries", caption, columns, rows, frame)


@dataclass(frozen=True, slots=True)
class World:
    """One year in every country of asylum: rates, new applications, people waiting, sums of the world."""

    year: int
    rows: Sequence[Mapping[str, Any]]
    sums: Mapping[str, int | None]


def gather_world(figures: Figures, year: int) -> World:
    """Return one year in every country of asylum."""
    rated = {row["country"]: row for row in rates_by(figures, "asylum", years=(year, year), fixed={})}
    this = pl.col("year") == year
    applied = applied_by(figures, "asylum", years=(year, year), fixed={})
    stocks = figures.release.frame("stocks").filter(this)
    waiting = dict(_summed(stocks, "pending")) if "pending" in stocks.columns else {}
    rows = [
        {**UNRATED, **rated.get(code, {}), **applied.get(code, NOT_APPLIED), "country": code}
        | {"pending": waiting.get(code)}
        for code in {*rated, *applied}
    ]
    rows.sort(key=lambda row: (-size_of(row), row["country"]))
    persons = figures.release.frame("decisions").filter(this, pl.col("unit") == "P")
    sums = {name: int(persons[name].sum()) for name in ("recognised", "other", "rejected", "closed")}
    people, cases = (sum(row[name] or 0 for row in applied.values()) for name in ("applied", "applied_cases"))
    return World(year, rows, {**sums, "applied": people, "cases": cases, "pending": sum(waiting.values())})


def _summed(frame: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    kept = frame.filter(pl.col(column).is_not_null())
    return list(kept.group_by("asylum").agg(pl.col(column).sum()).iter_rows())


def class_of(row: Mapping[str, Any]) -> str:
    """Return the class of a country on the map: c0 to c4 by rate, `few` below the least decisions for a point."""
    if row["rate"] is None or (row["decided"] or 0) < chartrows.FEW:
        return "few"
    return f"c{sum(row['rate'] >= end for end in CLASSES)}"


def world(facts: World, here: Here) -> Sheet:
    """Return the page of one year everywhere."""
    first, last = here.figures.years
    substantive = sum(facts.sums[name] or 0 for name in ("recognised", "other", "rejected"))
    total = substantive + (facts.sums["closed"] or 0)
    finding = _world_finding(facts, substantive, total, here)
    classes, titles = {}, {}
    for row in facts.rows:
        if (country := countries().get(row["country"])) and country.iso2:
            classes[country.iso2] = class_of(row)
            titles[country.iso2] = _tooltip(row, here)
    ends = [0, *CLASSES, 100]
    context = {
        "finding": finding,
        "map": world_map(classes, titles, finding=finding[-2]),
        "classes": [
            {"name": f"c{index}", "text": here.span(low, high)} for index, (low, high) in enumerate(pairwise(ends))
        ],
        "credit": CREDIT,
        "csv": here.to(here.address.data("countries")),
        "years": [
            {"year": year, "url": here.page("world", str(year)), "is_this": year == facts.year}
            for year in range(first, last + 1)
        ],
    }
    table = _world_table(facts, here)
    return Sheet("world.html", _("Asylum in the world, %(year)s") % {"year": facts.year}, context, {table.name: table})


def _world_finding(facts: World, substantive: int, total: int, here: Here) -> list[str]:
    if not substantive:
        return [_("No decision is on record for this year."), _("Nothing to show.")]
    positive = (facts.sums["recognised"] or 0) + (facts.sums["other"] or 0)
    values = {
        "year": facts.year,
        "applied": here.count(facts.sums["applied"]),
        "pending": here.count(facts.sums["pending"]),
        "n": here.count(substantive),
        "rate": here.percent(100 * positive / substantive),
        "closed": here.percent(100 * (facts.sums["closed"] or 0) / total),
    }
    more = _("Another %(cases)s are counted in cases; cases and people are never added.")
    cases = [more % {"cases": here.count(facts.sums["cases"])}] if facts.sums["cases"] else []
    return [
        _("%(year)s: %(applied)s new applications; %(pending)s people waiting at the end of the year.") % values,
        *cases,
        _(
            "Of %(n)s decisions on the merits about people, %(rate)s were positive; "
            "%(closed)s of all outcomes were closures."
        )
        % values,
        _("Countries that did not report are missing from these sums: they are not a trend of the world."),
    ]


def _tooltip(row: Mapping[str, Any], here: Here) -> str:
    said = _("no rate")
    if row["rate"] is not None:
        interval = here.span(row["low"], row["high"])
        said = f"{here.percent(row['rate'])} ({interval}), n = {here.count(row['decided'])}"
    return f"{here.name(row['country'])}: {said}"


def _world_table(facts: World, here: Here) -> Table:
    missing = _("no row")
    sides = here.figures.sides["asylum"]
    columns = [
        Column(
            _("Country of asylum"),
            linked(
                lambda row: here.name(row["country"]),
                lambda row: here.page("asylum", row["country"]) if row["country"] in sides else None,
            ),
            is_number=False,
        ),
        applied_column(here),
        *rate_columns(here),
        Column(_("Waiting on 31 December"), counts("pending", here.language, missing)),
    ]
    frame = countries_frame(facts.rows, here.figures)
    caption = _("Every country of asylum in %(year)s; rate: UNHCR's total protection rate, all levels") % {
        "year": facts.year
    }
    return Table("countries", caption, columns, facts.rows, frame)
