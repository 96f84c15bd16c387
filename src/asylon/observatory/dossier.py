"""The dossier of a country of asylum: the pages about people from some countries, as one paper with its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from asylon.language import language as catalogue
from asylon.observatory import chartrows
from asylon.observatory.charts import COLOURS, WIDTH, Drawing
from asylon.observatory.figures import Figures
from asylon.observatory.here import Here
from asylon.observatory.pages.asked import BREAKS_OUTCOMES, BREAKS_WAITING, breaks
from asylon.observatory.pages.findings import Told, finding, told_whole
from asylon.observatory.pages.shown import chart_texts, outcome_heads
from asylon.observatory.rates import formula
from asylon.observatory.routes import Address
from asylon.observatory.words import doubt_words, say, years
from asylon.papers.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Foreign,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Source,
    Sources,
    Strong,
    Table,
    Words,
)
from asylon.statistics.answers import Answer, Question, answer
from asylon.statistics.definitions import definition
from asylon.statistics.measures import Measure, Refused
from asylon.statistics.waiting import Waiting, waiting_in

# What a chart on a page takes from the sheet, as colours for paper.
PAPER_COLOURS = {
    **COLOURS,
    "ink": "#1a1a1a",
    "paper": "#ffffff",
    "edge": "#767676",
    "pending": "#b8528a",
    "rate": "#0072b2",
    "break": "#8a6d3b",
    "applications-text": "#00694d",
    "pending-text": "#923a6a",
}
_VARIABLE = re.compile(r"var\(--chart-([a-z-]+)\)")
SHOWN_DOUBTS = 10
ROOM = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dossier is asked for: a country of asylum, countries of origin, years (None: the newest ten)."""

    asylum: str
    origins: tuple[str, ...]
    first_year: int | None = None
    last_year: int | None = None


def dossier(figures: Figures, asked: Asked, *, language: str, today: date) -> Document:
    """Return the dossier as a document, in a language of the site; `today` is the day printed on it.

    Raises `StatisticsError` as `answer` does, for each pair.
    """
    with translation.override(language):
        here = Here(Address(language, "asylum", (asked.asylum,)), figures)
        span = asked.first_year or figures.told[0], asked.last_year or figures.told[1]
        blocks: list[Block] = []
        for number, origin in enumerate(asked.origins):
            whole = answer(figures.release, Question(origin, asked.asylum, *span), doubts=figures.doubts)
            blocks += [PageBreak()] if number else []
            blocks += _pair(whole, span, here)
        edition = figures.release.edition
        return Document(
            title=_("People who asked %(asylum)s for asylum") % {"asylum": here.told(asked.asylum)},
            language=language,
            subtitle=_subtitle(asked, span, here),
            day=catalogue(language).day(today),
            made=today,
            source_line=f"{edition.title}, {edition.dated.isoformat()} · {edition.licence}",
            licences=(figures.release.licence,),
            blocks=(*blocks, *_method(figures)),
        )


def _subtitle(asked: Asked, span: tuple[int, int], here: Here) -> str:
    names = ", ".join(here.name(origin) for origin in asked.origins)
    return _("Countries of origin: %(names)s. %(years)s") % {"names": names, "years": years(*span)}


def _pair(whole: Answer, span: tuple[int, int], here: Here) -> Iterator[Block]:
    """Yield the part about people from one country: finding, years, charts, waiting, rates, doubts."""
    question = whole.question
    names = {"origin": here.told(question.origin or ""), "asylum": here.told(question.asylum or "")}
    yield Heading(_("People from %(origin)s who asked %(asylum)s for asylum") % names)
    facts = told_whole(whole, span)
    yield Callout("finding", " ".join(finding(facts, here)), title=_("Finding"))
    if whole.rows.is_empty():
        return
    yield _years(whole, here)
    yield from _charts(whole, facts, here)
    yield Heading(_("Waiting"), 2)
    yield from _waiting(waiting_in(whole), here)
    yield Heading(_("The same question under every definition"), 2)
    yield from _rates(whole, here)
    if whole.doubts:
        yield Heading(_("Doubts about these figures"), 2)
        yield from _doubts(whole, here)


def _years(whole: Answer, here: Here) -> Table:
    heads = outcome_heads()
    rows = [
        (
            str(row["year"]),
            here.count(row["applications"]),
            *(here.count(row[name]) for name in heads),
            here.percent(row["closed_share"]),
            here.count(row["pending"]),
        )
        for row in whole.rows.iter_rows(named=True)
        if row["unit"] == "P"
    ]
    notes = [_("A dash is “no row”: nothing was reported, which is not zero. Appeals and repeats are left out.")]
    if (whole.rows["unit"] == "C").any():
        notes.append(_("Rows that count cases and not people are left out: the two are never added."))
    return Table(
        (_("Year"), _("New applications"), *heads.values(), _("Closed share"), _("Waiting on 31 December")),
        tuple(rows),
        _("What was reported, persons"),
        notes=tuple(notes),
    )


def _charts(whole: Answer, facts: Told, here: Here) -> Iterator[Picture]:
    rows, span = list(whole.rows.iter_rows(named=True)), facts.years
    texts = chart_texts(whole, facts, here)
    drawn = (
        ("outcomes", chartrows.outcomes_drawing(rows, span, breaks(whole.doubts, rows, BREAKS_OUTCOMES, "total"))),
        ("waiting", chartrows.waiting_drawing(rows, span, breaks(whole.doubts, rows, BREAKS_WAITING, "pending"))),
    )
    for kind, drawing in drawn:
        text = texts[kind]
        caption = (Strong(text["title"]), f". {text['note']}")
        yield Picture(_svg(drawing, text["words"], text["finding"], here), text["finding"], caption)


def _svg(drawing: Drawing, words: Sequence[str], alt: str, here: Here) -> bytes:
    """Return a chart of a page as a picture that stands alone."""
    said = drawing.said(here.language, words, finding=alt)
    coloured = _VARIABLE.sub(lambda found: PAPER_COLOURS[found[1]], said)
    head = '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" '
    # Letters on paper are wider than on the page: labels at the right end need room.
    wide = coloured.replace(f'viewBox="0 0 {WIDTH} ', f'viewBox="0 0 {WIDTH + ROOM} ', 1)
    return wide.replace("<svg ", head, 1).encode()


def _waiting(waits: Waiting, here: Here) -> Iterator[Block]:
    last = waits.years[-1] if waits.years else None
    if last is not None and last.implied_wait is not None:
        text = _(
            "At the pace of %(year)s, and if nobody else came, the queue would take %(years)s years to empty. This is "
            "a ratio of people waiting to outcomes, not a measured wait."
        )
        yield Paragraph(text % {"year": last.year, "years": here.number(round(last.implied_wait, 1))})
    shares = [share for share in waits.still_waiting if share.in_order is not None or share.equal_chance is not None]
    if not shares:
        return
    longest = max(share.years for share in shares)
    by_year: dict[int, dict[int, str]] = {}
    for share in shares:
        text = f"{_share(share.in_order, here)} / {_share(share.equal_chance, here)}"
        by_year.setdefault(share.applied_in, {})[share.years] = text
    yield Table(
        (_("Applied in"), *(_("after %(n)s y.") % {"n": here.number(n)} for n in range(1, longest + 1))),
        tuple((str(year), *(row.get(n, "") for n in range(1, longest + 1))) for year, row in by_year.items()),
        _("Share of a year's applicants still without an outcome"),
        notes=(
            _(
                "First number: files are closed in the order in which they came. Second: everybody who waits has the "
                "same chance of an outcome in a year. Both follow from stock and flow; no official table dates single "
                "cases."
            ),
        ),
    )


def _share(value: float | None, here: Here) -> str:
    return here.percent(None if value is None else round(value))


def _rates(whole: Answer, here: Here) -> Iterator[Block]:
    measures = [m for m in whole.measures if isinstance(m, Measure)]
    refused = [m for m in whole.measures if isinstance(m, Refused)]
    if measures:
        yield Table(
            (_("Definition"), _("Rate"), _("Interval (95%)"), _("Counts"), _("Closed share"), _("Level")),
            tuple(_rate(measure, here) for measure in measures),
            _("Rates with definition, interval from rounding and sampling together, counts and closed share"),
            align=("words", "numbers", "numbers", "numbers", "numbers", "words"),
        )
    if refused:
        yield Paragraph(_("Not answered, and why:"))
        reasons: dict[str, list[str]] = {}
        for m in refused:
            reasons.setdefault(say(m.reason), []).append(f"{m.body} ({say(m.title)})")
        yield Bullets(tuple(f"{', '.join(bodies)}: {reason}" for reason, bodies in reasons.items()))


def _rate(measure: Measure, here: Here) -> tuple[Words, ...]:
    interval = here.span(measure.interval.low, measure.interval.high) if measure.interval else ""
    counts = _("%(part)s of %(whole)s") % {
        "part": here.count(measure.numerator.value),
        "whole": here.count(measure.denominator.value),
    }
    what = f"{measure.body}: {say(measure.title)}. {formula(definition(measure.name))}"
    closed = here.percent(measure.closed_share)
    return (what, here.percent(measure.value), interval, counts, closed, (Foreign("/".join(measure.levels), "en"),))


def _doubts(whole: Answer, here: Here) -> Iterator[Block]:
    shown = whole.doubts[:SHOWN_DOUBTS]
    yield Bullets(tuple(doubt_words(doubt.message, doubt.values, here.language) for doubt in shown))
    if rest := len(whole.doubts) - len(shown):
        yield Paragraph(_("And %(n)s more: see the page of doubts.") % {"n": here.count(rest)})


def _method(figures: Figures) -> Iterable[Block]:
    edition = figures.release.edition
    yield Heading(_("How to read this"))
    yield Bullets(
        (
            _("Value, zero and “no row” are three things. What was not reported is not zero."),
            _("Small numbers are rounded by the source: 1 and 2 vanish. Intervals hold what rounding allows."),
            _("Persons and cases are never added, and levels of decision see the same people more than once."),
            _(
                "Closed without a decision holds withdrawals, no-shows, departures, transfers and, in some countries, "
                "refusals. The tables cannot tell which."
            ),
        )
    )
    yield Heading(_("Sources"))
    yield Sources(
        (Source(f"{edition.attribution}; {edition.title}, {edition.dated.isoformat()}", licence=edition.licence),)
    )
