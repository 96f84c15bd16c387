"""The tables of a page of people who asked, the words of its charts, its doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from asylon.observatory.here import Here
from asylon.observatory.pages.findings import OUTCOMES, Told
from asylon.observatory.rates import definition_columns, levels, points, rate_row, unit
from asylon.observatory.tables import Column, Table, counts, percentages, plain, spans
from asylon.observatory.words import NOTHING, doubt_words, say
from asylon.statistics.answers import Answer
from asylon.statistics.codes import AUTHORITIES
from asylon.statistics.doubts import CHECKS, Doubt

_RATE = pl.Schema(
    {"rate": pl.Float64, "low": pl.Float64, "high": pl.Float64, "positive": pl.Int64, "decided": pl.Int64}
)


def outcome_heads() -> dict[str, str]:
    """Return the four outcomes as heads of columns and panels."""
    return {
        "recognised": _("Refugee status"),
        "other": _("Other protection"),
        "rejected": _("Rejected"),
        "closed": _("Closed without a decision"),
    }


def year_table(whole: Answer, here: Here) -> Table:
    """Return the years: applications, outcomes, closed share, rate with interval and counts, people waiting."""
    rated = [
        {"year": m.subject.first_year, **{k: v for k, v in rate_row(m).items() if k in ("unit", *_RATE)}}
        for m in whole.by_year
        if m.unit
    ]
    rates = pl.DataFrame(rated, schema={"year": pl.Int16, "unit": pl.String, **_RATE})
    frame = whole.rows.join(rates, on=["year", "unit"], how="left").sort("year", "unit", descending=[True, True])
    missing = _("no row")

    def number(field: str) -> Any:
        return counts(field, here.language, missing)

    columns = [
        Column(_("Year"), plain("year"), is_number=False),
        Column(_("Unit"), lambda row: unit(row["unit"]), is_number=False),
        Column(_("New applications"), number("applications")),
        *(Column(title, number(name)) for name, title in outcome_heads().items()),
        Column(_("Closed share"), percentages("closed_share", here.language)),
        Column(_("Total protection rate"), lambda row: here.percent(row["rate"])),
        Column(_("Interval (95%)"), spans("low", "high", here.language)),
        Column(_("Decisions"), number("decided")),
        Column(_("Waiting on 31 December"), number("pending")),
        Column(_("Level"), lambda row: levels("/".join(row["levels"] or [])), is_number=False),
    ]
    caption = _(
        "By year. Outcomes leave appeals and repeats out; the rate is UNHCR's total protection rate, over all levels."
    )
    frame = frame.with_columns(release=pl.lit(whole.release.id))
    return Table("years", caption, columns, list(frame.iter_rows(named=True)), frame)


def level_table(whole: Answer, here: Here) -> Table:
    """Return every level and authority apart: the same people may stand in two levels."""
    missing = _("no row")
    frame = whole.by_level.sort("year", "authority", "level", "unit", descending=[True, False, False, True])
    columns = [
        Column(_("Year"), plain("year"), is_number=False),
        Column(_("Decided by"), lambda row: say(AUTHORITIES.get(row["authority"], "")), is_number=False),
        Column(_("Level"), lambda row: levels(row["level"]), is_number=False),
        Column(_("Unit"), lambda row: unit(row["unit"]), is_number=False),
        Column(_("Applications"), counts("applications", here.language, missing)),
        *(Column(title, counts(name, here.language, missing)) for name, title in outcome_heads().items()),
    ]
    caption = _(
        "By level and authority. A refusal at first instance may stand at appeal once more: levels are not added."
    )
    frame = frame.with_columns(release=pl.lit(whole.release.id))
    return Table("levels", caption, columns, list(frame.iter_rows(named=True)), frame)


def measure_table(facts: Told, here: Here) -> Table:
    """Return every definition side by side, the refused ones with their reason."""
    rows = [{**rate_row(measure), "years": here.years(*facts.years)} for measure in facts.measures]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(release=pl.lit(facts.release))
    caption = _("The same question under every definition, %(years)s") % {"years": here.years(*facts.years)}
    return Table("definitions", caption, definition_columns(here), rows, frame)


def chart_texts(whole: Answer, facts: Told, here: Here) -> dict[str, dict[str, Any]]:
    """Return title, words, finding and note of the three charts of a page."""
    return {
        "outcomes": _outcome_texts(whole, facts, here),
        "waiting": _waiting_texts(whole, here),
        "rates": _rate_texts(whole, here),
    }


def _outcome_texts(whole: Answer, facts: Told, here: Here) -> dict[str, Any]:
    sums: Mapping[str, int | None] = facts.sums.get(facts.unit, {})
    heads = outcome_heads()
    parts = "; ".join(f"{heads[name]}: {here.count(sums.get(name))}" for name in OUTCOMES)
    notes = [_("One scale for all four. No mark: no row. A tick on the line: zero.")]
    if (whole.rows["unit"] == "C").any():
        notes.append(_("Filled bars count people, outlined bars cases."))
    notes.append(_("Dashed lines: the series changes its meaning there, see the doubts."))
    return {
        "title": _("How applications ended, by year"),
        "finding": _("Outcomes of %(years)s in sum. %(parts)s.") % {"years": here.years(*facts.years), "parts": parts},
        "words": list(heads.values()),
        "note": " ".join(notes),
    }


def _waiting_texts(whole: Answer, here: Here) -> dict[str, Any]:
    held = whole.rows.filter(pl.col("pending").is_not_null()).sort("year")
    finding = _("Nobody is on record as waiting.")
    if held.height:
        row = held.row(-1, named=True)
        peak = held.row(int(held["pending"].arg_max() or 0), named=True)
        text = _("People waiting at the end of %(year)s: %(count)s. The most were %(most)s, at the end of %(peak)s.")
        values = {"year": row["year"], "count": here.count(row["pending"]), "peak": peak["year"]}
        finding = text % {**values, "most": here.count(peak["pending"])}
    return {
        "title": _("New applications, and people waiting at the end of the year"),
        "finding": finding,
        "words": [_("New applications"), _("Waiting")],
        "note": _("People, not cases. A line stops where a year has no row and where the series changes its meaning."),
    }


def _rate_texts(whole: Answer, here: Here) -> dict[str, Any]:
    found = points(whole.by_year)
    finding = _("No year has a rate: nobody got a decision on the merits.")
    if found:
        last = found[-1]
        text = _("%(year)s: %(rate)s of %(n)s decisions on the merits were positive, interval %(span)s.")
        values = {"year": last["year"], "rate": here.percent(last["value"]), "n": here.count(last["n"])}
        finding = text % {**values, "span": here.span(last["low"], last["high"])}
    return {
        "title": _("Total protection rate by year, with its interval"),
        "finding": finding,
        "words": [],
        "note": _(
            "UNHCR's definition: closures are left out. Bars: interval of rounding and sampling together. Hollow "
            "points rest on fewer than 50 decisions. No point: no decision on the merits."
        ),
    }


def doubt_rows(doubts: Sequence[Doubt], here: Here) -> list[dict[str, Any]]:
    """Return the doubts by check: what it looks for, the years it found, each finding in the words of the check."""
    return [
        {
            "check": check.name,
            "looks_for": say(check.looks_for),
            "threshold": say(check.threshold),
            "years": ", ".join(_years_of(found, here)),
            "count": here.count(len(found)),
            "findings": [{"why": doubt_words(doubt.message, doubt.values, here.language)} for doubt in found],
        }
        for check in CHECKS
        if (found := [doubt for doubt in doubts if doubt.check == check.name])
    ]


def _years_of(doubts: Iterable[Doubt], here: Here) -> list[str]:
    spans = sorted({(doubt.first_year, doubt.last_year) for doubt in doubts})
    return [here.years(*span) for span in spans] or [NOTHING]
