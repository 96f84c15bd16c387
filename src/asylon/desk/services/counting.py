"""Counts over all cases of the organisation, from what lies there in clear; nothing here opens a seal or names a case.

What may be counted (docs/decisions/012-counting.md): the country of a case, the facts that the law asks about, when it
was opened and closed, and kinds, dates and outcomes of its events. What leaves this module are counts and digests, and
`services.releases` shows of those only what is protected.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import Q
from django.utils import timezone

from asylon.desk.models import Case, Event
from asylon.desk.services.course import LODGED, Course, EventFacts, verdict
from asylon.statistics.durations import kaplan_meier
from asylon.statistics.waits import durations_of

YEAR = 365.25
MONTH = YEAR / 12
# A curve of fewer waits, or with fewer ends, would tell of single people.
FEWEST_WAITS = 20
STEP = 5  # percentage points to which a share of those who wait is rounded
# Outcomes by which somebody gave up or left by themselves.
GONE = frozenset({"withdrawal", "departure_voluntary"})
APPEALS = frozenset({"appeal_lodged", "further_appeal_lodged"})


@dataclass(frozen=True, slots=True)
class CountedCase:
    """One case as it is counted: its digest, when it was closed, its events, its value in each dimension."""

    digest: str
    closed: date | None
    events: tuple[EventFacts, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Period:
    """The days counted, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is read of one case, as it stood at the end of the period."""

    country: str
    attributes: Mapping[str, Any]
    opened: date
    closed: date | None
    events: tuple[EventFacts, ...]
    course: Course
    period: Period


def counted_cases(period: Period, *, key: bytes) -> list[CountedCase]:
    """Return every case that was open at some time in the period, in two queries; `key` makes the digests."""
    first, last = _moment(period.first), _moment(period.last + timedelta(days=1))
    rows = Case.objects.unwalled("statistics").filter(Q(closed_at__isnull=True) | Q(closed_at__gte=first))
    cases = rows.filter(opened_at__lt=last)
    events: dict[UUID, list[EventFacts]] = {}
    seen = Event.objects.unwalled("statistics").filter(case__in=cases, removed_at__isnull=True)
    seen = seen.filter(Q(earliest__isnull=True) | Q(earliest__lte=period.last)).order_by("earliest", "recorded_at")
    for case, *values in seen.values_list("case_id", "name", "on", "earliest", "latest", "details"):
        events.setdefault(case, []).append(EventFacts(*values))
    names = ("pk", "jurisdiction", "attributes", "opened_at", "closed_at")
    return [
        _counted(pk, tuple(events.get(pk, ())), values, period, key)
        for pk, *values in cases.order_by("pk").values_list(*names)
    ]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _counted(
    pk: UUID, events: tuple[EventFacts, ...], values: Sequence[Any], period: Period, key: bytes
) -> CountedCase:
    country, attributes, opened, closed = values
    ended = timezone.localdate(closed) if closed else None
    facts = _Facts(
        country,
        attributes,
        timezone.localdate(opened),
        ended if ended and ended <= period.last else None,
        events,
        Course(events, period.last),
        period,
    )
    digest = hmac.digest(key, pk.bytes, "blake2b")[:12].hex()
    return CountedCase(digest, facts.closed, events, {name: read(facts) for name, read in DIMENSIONS.items()})


# ---------------------------------------------------------------- dimensions


def _country(facts: _Facts) -> str:
    return facts.country


def _origin(facts: _Facts) -> str:
    """Return the nationality as far as it lies in clear: one that the law of the country asks about, else other."""
    return str(facts.attributes.get("nationality") or "unknown")


def _opened(facts: _Facts) -> str:
    return str(facts.opened.year)


def _outcome(facts: _Facts) -> str:
    outcome = facts.course.outcome
    return verdict(outcome) or ("ended" if outcome in GONE else "open")


def _stage(facts: _Facts) -> str:
    """Return where the case stood at the end of the period."""
    if facts.closed:
        return "closed"
    decided = [event.name for event in facts.events if event.name in APPEALS or event.name == "appeal_decided"]
    if decided and decided[-1] in APPEALS:
        return "court"
    if facts.course.waiting:
        return "waiting"
    return "decided" if facts.course.outcome else "before"


def _detained(facts: _Facts) -> str:
    """Tell whether the person was in detention on any day of the period."""
    since: date | None = None
    for event in facts.events:
        if event.name == "detention_started":
            since = event.earliest or facts.period.first
        elif _is_release(event) and since is not None:
            if (event.latest or facts.period.last) >= facts.period.first:
                return "yes"
            since = None
    return "yes" if since is not None else "no"


def _is_release(event: EventFacts) -> bool:
    return event.name == "detention_ended" or event.details.get("outcome") == "released"


def _fined(facts: _Facts) -> str:
    fines = [event for event in facts.events if event.name == "fine_imposed"]
    return "yes" if any((event.latest or facts.period.last) >= facts.period.first for event in fines) else "no"


def _waited(facts: _Facts) -> str:
    """Return how long those had waited who were waiting at the end of the period."""
    wait = facts.course.waiting
    if wait is None or facts.closed:
        return "none"
    days = (facts.period.last - wait.first).days
    return next((name for name, years in WAITED.items() if days < years * YEAR), "longer")


WAITED = {"half": 0.5, "one": 1, "two": 2, "five": 5}
DIMENSIONS: Mapping[str, Callable[[_Facts], str]] = {
    "country": _country,
    "origin": _origin,
    "opened": _opened,
    "stage": _stage,
    "outcome": _outcome,
    "waited": _waited,
    "detained": _detained,
    "fined": _fined,
}
# Dimensions whose values no list holds.
OPEN = frozenset({"country", "origin", "opened"})
FEW = "few"
# What the yearly report says, a table each: how many, where, from where, how it stands, detained, fined, waiting.
REPORT = (("country",), ("origin",), ("outcome",), ("stage",), ("waited",), ("detained",), ("fined",))


def keys_of(cases: Sequence[CountedCase], by: Sequence[str], *, minimum: int) -> list[tuple[str, ...]]:
    """Return for each case the cell it stands in.

    Countries and years with fewer cases than `minimum` are one group, `FEW`: that there is one at all may say whose.
    """
    columns = [_folded([case.values[name] for case in cases], name, minimum) for name in by]
    return list(zip(*columns, strict=True))


def _folded(values: Sequence[str], name: str, minimum: int) -> list[str]:
    if name not in OPEN:
        return list(values)
    many = Counter(values)
    return [value if many[value] >= minimum else FEW for value in values]


def table_of(keys: Iterable[tuple[str, ...]], by: Sequence[str]) -> pl.DataFrame:
    """Return the number of cases in each cell that occurs, one row each."""
    frame = pl.DataFrame(list(keys), schema=dict.fromkeys(by, pl.String), orient="row")
    return frame.group_by(by).len("cases").sort(by).with_columns(pl.col("cases").cast(pl.Int64))


# ---------------------------------------------------------------- waits


def wait_of(cases: Sequence[CountedCase], period: Period, *, minimum: int) -> tuple[dict[str, Any], frozenset[str]]:
    """Return how long people wait for an end, as plain values, and the digests of those counted; empty for too few.

    Kaplan-Meier: who waits still is not left out and does not count as short. Shares are rounded to five percentage
    points and the median to whole months, so that neither tells of one person.
    """
    frame = durations_of(_events(cases), on=period.last, starts=sorted(LODGED)).frame
    ended = frame["cause"].is_not_null()
    if len(frame) < FEWEST_WAITS or ended.sum() < minimum:
        return {}, frozenset()
    curve = kaplan_meier(_until_closed(frame, cases), ended)
    median = curve.median().value
    shares = {str(years): _rounded(curve.share_at(years * YEAR).value) for years in (0.5, 1, 2, 5)}
    row = {"cases": len(frame), "median": None if median is None else round(median / MONTH), "waiting": shares}
    return row, frozenset(frame["case"])


def _until_closed(frame: pl.DataFrame, cases: Iterable[CountedCase]) -> pl.Series:
    """Return the days of each wait; one without an end was last seen when its case was closed here."""
    closed = pl.DataFrame(
        [(case.digest, case.closed) for case in cases], schema={"case": pl.String, "closed": pl.Date}, orient="row"
    )
    seen = (pl.col("closed") - pl.col("started")).dt.total_days().clip(lower_bound=0)
    is_lost = pl.col("cause").is_null() & pl.col("closed").is_not_null()
    days = pl.when(is_lost).then(pl.min_horizontal("days", seen)).otherwise("days")
    return frame.join(closed, "case", "left").select(days.alias("days"))["days"]


def _rounded(share: float | None) -> int | None:
    return None if share is None else STEP * round(100 * share / STEP)


def _events(cases: Iterable[CountedCase]) -> pl.DataFrame:
    def rows() -> Iterator[tuple[str, str, str, str, str]]:
        for case in cases:
            for event in case.events:
                yield case.digest, case.values["country"], event.on, event.name, json.dumps(event.details)

    return pl.DataFrame(list(rows()), schema=["case", "jurisdiction", "on", "event", "details"], orient="row")
