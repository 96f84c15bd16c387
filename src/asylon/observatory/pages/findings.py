"""The finding in plain words on top of a page, and the heading that cannot confuse host and origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from asylon.observatory.figures import Figures
from asylon.observatory.here import Here
from asylon.statistics.answers import Answer, Question
from asylon.statistics.definitions import ALL_DEFINITIONS
from asylon.statistics.doubts import Doubt
from asylon.statistics.measures import Answered, Measure, Subject, measure_tallies, tally

OUTCOMES = ("recognised", "other", "rejected", "closed")
# From this share on, closures decide what a rate can say.
MANY_CLOSED = 25


@dataclass(frozen=True, slots=True)
class Told:
    """What the finding is about: some years of an answer, their measures and doubts, and their sums by unit.

    Units are P (persons) and C (cases); a sum is None where no year has a row. `waiting` is the newest year-end stock
    as (year, people).
    """

    question: Question
    years: tuple[int, int]
    sums: Mapping[str, Mapping[str, int | None]]
    waiting: tuple[int, int] | None
    measures: Sequence[Answered]
    doubts: Sequence[Doubt]
    release: str

    @property
    def unit(self) -> str:
        """The unit in which most outcomes are counted."""
        return max(self.sums, key=self.total, default="P")

    def total(self, unit: str) -> int:
        """Return all outcomes in a unit; 0 where there are none."""
        return sum(self.sums[unit][name] or 0 for name in OUTCOMES) if unit in self.sums else 0

    def measure(self, name: str) -> Measure | None:
        """Return a measure by name, that with most decisions; None where it was refused."""
        held = [m for m in self.measures if m.name == name and isinstance(m, Measure)]
        return max(held, key=lambda m: m.denominator.value, default=None)


def told(figures: Figures, whole: Answer) -> Told:
    """Return the years of an answer that a page speaks of first; all of them where those hold nothing."""
    question, span = whole.question, figures.told
    rows = whole.rows.filter(pl.col("year").is_between(*span))
    if not (rows["applications"].count() or rows["total"].count()):
        rows, span = whole.rows, figures.years
    return Told(
        question,
        span,
        _sums(rows),
        _waiting(rows),
        tuple(_measures(figures, question, span)),
        tuple(doubt for doubt in whole.doubts if doubt.first_year <= span[1] and doubt.last_year >= span[0]),
        whole.release.id,
    )


def told_whole(whole: Answer, span: tuple[int, int]) -> Told:
    """Return what a finding says of all the years of an answer."""
    rows = whole.rows
    sums, waiting = _sums(rows), _waiting(rows)
    return Told(whole.question, span, sums, waiting, whole.measures, whole.doubts, whole.release.id)


def _measures(figures: Figures, question: Question, span: tuple[int, int]) -> Iterator[Answered]:
    """Yield every definition over the years, as `answer` does over its own."""
    sides = {"origin": question.origin, "asylum": question.asylum}
    mine = [pl.col(side) == code for side, code in sides.items() if code]
    rows = figures.release.frame("decisions").filter(pl.col("year").is_between(*span), *mine)
    subject = Subject(question.origin, question.asylum, *span)
    tallies = tally(rows, figures.release.edition.source)
    for known in ALL_DEFINITIONS:
        yield from measure_tallies(tallies, known, subject, figures.release)


def _sums(rows: pl.DataFrame) -> dict[str, dict[str, int | None]]:
    names = ("applications", *OUTCOMES)
    summed = rows.group_by("unit").agg(
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in names
    )
    return {row["unit"]: {name: row[name] for name in names} for row in summed.iter_rows(named=True)}


def _waiting(rows: pl.DataFrame) -> tuple[int, int] | None:
    held = rows.filter(pl.col("pending").is_not_null()).sort("year")
    return (held["year"][-1], held["pending"][-1]) if held.height else None


def head(question: Question, here: Here) -> tuple[str, list[dict[str, str]]]:
    """Return the heading of a page and its label line: which country is asked, from which people come."""
    labels = []
    if question.asylum:
        labels.append({"label": _("Country of asylum"), "name": here.name(question.asylum), "code": question.asylum})
    if question.origin:
        labels.append({"label": _("Country of origin"), "name": here.name(question.origin), "code": question.origin})
    names = _names(question, here)
    if question.origin and question.asylum:
        return _("People from %(origin)s who asked %(asylum)s for asylum") % names, labels
    if question.asylum:
        return _("People who asked %(asylum)s for asylum") % names, labels
    return _("People from %(origin)s who asked other countries for asylum") % names, labels


def _names(question: Question, here: Here) -> dict[str, str]:
    return {
        "origin": here.told(question.origin) if question.origin else "",
        "asylum": here.told(question.asylum) if question.asylum else "",
    }


def finding(facts: Told, here: Here) -> list[str]:
    """Return the finding in sentences, each with its numbers; never empty."""
    sentences = [_applied(facts, here), *_ended(facts, here)]
    if facts.waiting:
        text = _("At the end of %(year)s, %(count)s people were waiting for a decision.")
        sentences.append(text % {"year": facts.waiting[0], "count": here.count(facts.waiting[1])})
    if found := len(facts.doubts):
        text = ngettext(
            "%(n)s doubt touches the figures of these years.", "%(n)s doubts touch the figures of these years.", found
        )
        sentences.append(text % {"n": here.count(found)})
    return sentences


def _applied(facts: Told, here: Here) -> str:
    question = facts.question
    applied = {unit: sums["applications"] for unit, sums in facts.sums.items() if sums["applications"] is not None}
    values = {**_names(question, here), "years": here.years(*facts.years)}
    if not applied:
        return _("%(years)s: no row of new applications. Nothing was reported, which is not zero.") % values
    if "P" not in applied:
        text = _("%(years)s: %(cases)s new applications, counted in cases and not in people.")
        return text % {**values, "cases": here.count(applied["C"])}
    values["count"] = here.count(applied["P"])
    if question.origin and question.asylum:
        text = _("%(years)s: people from %(origin)s who asked %(asylum)s for asylum made %(count)s new applications.")
    elif question.asylum:
        text = _("%(years)s: people who asked %(asylum)s for asylum made %(count)s new applications.")
    else:
        text = _("%(years)s: people from %(origin)s made %(count)s new applications in other countries.")
    cases = applied.get("C")
    if not cases:
        return text % values
    more = _("Another %(cases)s are counted in cases; cases and people are never added.") % {"cases": here.count(cases)}
    return f"{text % values} {more}"


def _ended(facts: Told, here: Here) -> list[str]:
    unit = facts.unit
    total = facts.total(unit)
    if not total:
        return [_("No outcome is on record for these years.")]
    sums = facts.sums[unit]
    share = 100 * (sums["closed"] or 0) / total
    values: dict[str, Any] = {name: here.count(sums[name] or 0) for name in OUTCOMES}
    values |= {"total": here.count(total), "share": here.percent(share)}
    if unit == "P":
        text = _(
            "Of %(total)s outcomes, %(recognised)s gave refugee status, %(other)s another protection, %(rejected)s "
            "were refusals, and %(closed)s (%(share)s) were closed without a decision on the merits."
        )
    else:
        text = _(
            "Of %(total)s outcomes counted in cases, %(recognised)s gave refugee status, %(other)s another protection, "
            "%(rejected)s were refusals, and %(closed)s (%(share)s) were closed without a decision on the merits."
        )
    return [text % values, *_rated(facts, here, share)]


def _rated(facts: Told, here: Here, closed: float) -> list[str]:
    rate = facts.measure("protection_rate_without_appeals")
    sentences = []
    if rate is None:
        sentences.append(_("No protection rate exists: nobody got a decision on the merits."))
    elif rate.interval:
        text = _(
            "Of %(n)s decisions on the merits, %(rate)s were positive (interval %(span)s from rounding and sampling)."
        )
        span = here.span(rate.interval.low, rate.interval.high)
        values = {"n": here.count(rate.denominator.value), "rate": here.percent(rate.value), "span": span}
        sentences.append(text % values)
    if closed >= MANY_CLOSED:
        text = _("%(share)s of all outcomes are closures: no rate says what happened to these people.")
        sentences.append(text % {"share": here.percent(closed)})
    return sentences
