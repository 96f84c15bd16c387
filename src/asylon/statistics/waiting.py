"""Waiting as refusal, from official figures: outcomes, stock, implied wait, who still waits after n years.

Official tables count people, not cases with dates, so a wait can only be inferred from stock and flow. Each inference
names its assumption; where the tables cannot carry it the value is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.language import Said, said
from asylon.statistics.answers import Answer, Question, answer
from asylon.statistics.countries import country_name
from asylon.statistics.intervals import NOBODY, Count
from asylon.statistics.store import Release

FIRST_IN_FIRST_OUT = said("files are closed in the order in which they came")
EQUAL_CHANCE = said("everybody who waits has the same chance of an outcome in a year")
SMALLEST_STOCK = 5


@dataclass(frozen=True, slots=True)
class WaitYear:
    """One year: people applied, outcomes and pending at its end (None is "no row"), and the implied wait in years.

    `implied_wait` is pending divided by outcomes of the year, closures among them: how long the queue would take to
    empty at the year's pace if nobody came. It is a ratio, not a measured wait.
    """

    year: int
    applied: int | None
    positive: int | None
    rejected: int | None
    closed: int | None
    pending: int | None
    implied_wait: float | None


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """Which share of a year's applicants waits after `years` years, in percent, under two assumptions.

    `in_order` assumes that files are closed in the order in which they came, `equal_chance` that everybody who waits
    has the same chance. None where a year between has no row.
    """

    applied_in: int
    years: int
    in_order: float | None
    equal_chance: float | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waiting does in a pair: years, shares still waiting, and a finding in words with its numbers."""

    origin: str | None
    asylum: str | None
    years: tuple[WaitYear, ...]
    still_waiting: tuple[StillWaiting, ...]
    positive: Count
    rejected: Count
    closed: Count
    finding: tuple[Said, ...]
    assumptions: tuple[Said, ...]
    release: str
    licence: str


def waiting(release: Release, question: Question, *, longest: int = 5) -> Waiting:
    """Return what a release says about waiting for one origin, one country of asylum, or a pair of them.

    `longest` is how many years after the application are looked at. Raises `StatisticsError` as `answer` does.
    """
    return waiting_in(answer(release, question), longest=longest)


def waiting_in(answered: Answer, *, longest: int = 5) -> Waiting:
    """Return what an answer says about waiting: see `waiting`."""
    question, release = answered.question, answered.release
    rows = answered.rows.filter(pl.col("unit") == "P")
    years = tuple(_year(row) for row in rows.iter_rows(named=True))
    outcomes = answered.outcomes.get("P", {})
    positive, rejected, closed = (
        _sum(outcomes, *names) for names in (("recognised", "other"), ("rejected",), ("closed",))
    )
    return Waiting(
        origin=question.origin,
        asylum=question.asylum,
        years=years,
        still_waiting=tuple(_still_waiting(years, longest)),
        positive=positive,
        rejected=rejected,
        closed=closed,
        finding=tuple(_finding(question, years, (positive, rejected, closed))),
        assumptions=(FIRST_IN_FIRST_OUT, EQUAL_CHANCE),
        release=release.id,
        licence=release.licence,
    )


def _year(row: dict[str, Any]) -> WaitYear:
    parts = [row[name] for name in ("recognised", "other")]
    positive = None if None in parts else sum(parts)
    outcomes = [positive, row["rejected"], row["closed"]]
    total = None if None in outcomes else sum(number for number in outcomes if number is not None)
    wait = row["pending"] / total if row["pending"] is not None and total else None
    return WaitYear(row["year"], row["applications"], positive, row["rejected"], row["closed"], row["pending"], wait)


def _sum(outcomes: Mapping[str, Count], *names: str) -> Count:
    total = NOBODY
    for name in names:
        total += outcomes.get(name, NOBODY)
    return total


def _still_waiting(years: tuple[WaitYear, ...], longest: int) -> list[StillWaiting]:
    by_year = {year.year: year for year in years}
    found = []
    for start in years:
        for after in range(1, longest + 1):
            span = [by_year.get(start.year + step) for step in range(after + 1)]
            if span[-1] is None or not start.applied:  # what is after a year without a row may be known again
                continue
            found.append(StillWaiting(start.year, after, _in_order(span), _equal_chance(span)))
    return found


def _in_order(span: list[WaitYear | None]) -> float | None:
    """Whoever is pending beyond all that came later came in the first year or before."""
    first, last = span[0], span[-1]
    later = [year.applied for year in span[1:] if year is not None and year.applied is not None]
    if first is None or last is None or last.pending is None or len(later) < len(span) - 1 or not first.applied:
        return None
    left = last.pending - sum(later)
    return 100 * min(max(left, 0), first.applied) / first.applied


def _equal_chance(span: list[WaitYear | None]) -> float | None:
    share = 1.0
    for year in span:
        if (
            year is None
            or year.pending is None
            or year.positive is None
            or year.rejected is None
            or year.closed is None
        ):
            return None
        ended = year.positive + year.rejected + year.closed
        at_risk = year.pending + ended
        if not at_risk:
            return None
        share *= year.pending / at_risk
    return 100 * share


def _finding(question: Question, years: tuple[WaitYear, ...], sums: tuple[Count, Count, Count]) -> list[Said]:
    """Return the finding in sentences; none where nothing was reported."""
    positive, rejected, closed = sums
    outcomes = positive.value + rejected.value + closed.value
    applied = sum(year.applied for year in years if year.applied is not None)
    if not years or not (outcomes or applied):
        return []
    names = {
        "origin": country_name(question.origin) if question.origin else "",
        "asylum": country_name(question.asylum) if question.asylum else "",
        "first": years[0].year,
        "last": years[-1].year,
    }
    sentences = [said(_SUBJECT[bool(question.origin), bool(question.asylum)], **names, applied=f"{applied:,}")]
    if outcomes:
        sentences.append(
            said(
                "{outcomes} outcomes are on record: {positive} positive, {rejected} rejected, {closed} closed without "
                "a recorded decision ({share} %).",
                outcomes=f"{outcomes:,}",
                positive=_with_bounds(positive),
                rejected=f"{rejected.value:,}",
                closed=f"{closed.value:,}",
                share=round(100 * closed.value / outcomes),
            )
        )
    return [*sentences, *_queue(years)]


_SUBJECT = {
    (True, True): "People from {origin} who asked {asylum} for asylum, {first}-{last}: {applied} applications.",
    (True, False): "People from {origin} who asked for asylum anywhere, {first}-{last}: {applied} applications.",
    (False, True): "People who asked {asylum} for asylum, {first}-{last}: {applied} applications.",
    (False, False): "People who asked for asylum anywhere, {first}-{last}: {applied} applications.",
}


def _with_bounds(count: Count) -> str:
    if count.low == count.high == count.value:
        return f"{count.value:,}"
    return f"{count.value:,} ({count.low:,}-{count.high:,})"


def _queue(years: tuple[WaitYear, ...]) -> list[Said]:
    last = years[-1]
    if last.pending is None or last.pending < SMALLEST_STOCK:
        return []
    text = said("{pending} people were waiting at the end of {year}.", pending=f"{last.pending:,}", year=last.year)
    if last.implied_wait is None:
        return [text]
    wait = said(
        "At that year's pace the queue would take {years} years to empty (a ratio, not a measured wait).",
        years=f"{last.implied_wait:.1f}",
    )
    return [text, wait]


def waiting_row(found: Waiting) -> dict[str, Any]:
    """Return a finding about waiting as plain values for JSON."""
    return {
        "origin": found.origin,
        "asylum": found.asylum,
        "years": [{name: getattr(year, name) for name in WaitYear.__slots__} for year in found.years],
        "still_waiting": [
            {"applied_in": s.applied_in, "after_years": s.years, "in_order": s.in_order, "equal_chance": s.equal_chance}
            for s in found.still_waiting
        ],
        "positive": {"value": found.positive.value, "low": found.positive.low, "high": found.positive.high},
        "rejected": found.rejected.value,
        "closed": found.closed.value,
        "finding": [str(sentence) for sentence in found.finding],
        "assumptions": [str(sentence) for sentence in found.assumptions],
        "release": found.release,
        "licence": found.licence,
    }
