"""The timeline of an opened case, as the page draws it: events with what is sealed about them, old dates, lanes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from asylon.desk import law, lawview
from asylon.desk.content import EventContent, PaperContent, ProceedingContent
from asylon.desk.models import Event, EventVersion, Paper, Proceeding
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.lanes import Lanes, lanes_of
from asylon.desk.words import EVENT_LABELS, VALUE_LABELS, detail_label, event_label, reader_language, value_label

GOOD = frozenset(
    {
        "accepted", "admissible", "admitted", "annulled", "granted", "humanitarian", "refugee",
        "refugee_status_granted", "released", "subsidiary", "subsidiary_protection_granted", "temporary_asylum",
        "temporary_asylum_granted",
    }
)  # fmt: skip
BAD = frozenset(
    {
        "dismissed", "excluded", "extended", "inadmissible", "manifestly_unfounded", "ordered", "refused", "rejected",
        "removal", "status_lost", "status_withdrawn", "struck_out", "terminated", "upheld",
    }
)  # fmt: skip
_DAY = re.compile(r"decision of (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class OldDate:
    """What an event said before a change, by whom and until when."""

    on: str
    title: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline, in the words of the part `timeline`; `kind` is empty, `today` or `supposed`."""

    on: str
    title: str
    earliest: date | None = None
    latest: date | None = None
    id: str = ""
    pk: UUID | None = None
    lane: str = ""
    url: str = ""
    time: str = ""
    detail: str = ""
    wording: str = ""
    note: str = ""
    outcome: str = ""
    outcome_mark: str = ""
    kind: str = ""
    is_unconfirmed: bool = False
    by: str = ""
    by_on: date | None = None
    confirmed_by: str = ""
    paper: str = ""
    paper_url: str = ""
    old: tuple[OldDate, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The entries in order with a line for the day from which one looks, the removed ones, and the lanes."""

    entries: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    lanes: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]

    @property
    def plain(self) -> list[dict[str, Any]]:
        """Return the events as the law sees them."""
        return [law.plain_event(row.on, row.name, row.details) for row in self.events]

    @property
    def count(self) -> int:
        """Return how many events the timeline has."""
        return len(self.events)


def events_of(opened: OpenCase) -> list[Event]:
    """Return all events of a case by date, removed ones too."""
    rows = Event.objects.visible_to(opened.keyring.user, "card").filter(case=opened.case)
    found = list(rows.select_related("recorded_by", "confirmed_by"))
    return sorted(found, key=lambda row: (row.earliest or row.latest or date.max, row.recorded_at))


def proceedings_of(opened: OpenCase) -> list[tuple[Proceeding, ProceedingContent]]:
    """Return the proceedings of a case with their content."""
    rows = Proceeding.objects.visible_to(opened.keyring.user).filter(case=opened.case)
    return [(row, opened.unseal(row, ProceedingContent)) for row in rows]


def papers_of(opened: OpenCase) -> list[tuple[Paper, PaperContent]]:
    """Return the papers of a case with what they are called, newest first, removed ones too."""
    rows = Paper.objects.visible_to(opened.keyring.user, "papers").filter(case=opened.case)
    return [(row, opened.unseal(row, PaperContent)) for row in rows.select_related("added_by", "event")]


def timeline_view(opened: OpenCase, *, on: date, supposed: Sequence[Mapping[str, Any]] = ()) -> TimelineView:
    """Return the timeline of an opened case, with a line for the day `on` and what is only supposed among it."""
    rows = events_of(opened)
    kept = [row for row in rows if row.removed_at is None]
    unsaved = [unsaved_event(event) for event in supposed]
    lanes = lanes_of([*kept, *unsaved], proceedings_of(opened))
    reader = _Reader(opened, lanes)
    entries = [*map(reader.entry, kept), *(_supposed(row, lanes) for row in unsaved)]
    entries.sort(key=lambda entry: entry.earliest or entry.latest or date.max)
    gone = tuple(reader.entry(row) for row in rows if row.removed_at is not None)
    return TimelineView(_with_today(entries, on), gone, lanes.used, tuple(kept))


def unsaved_event(event: Mapping[str, Any]) -> Event:
    """Return a supposed event as a row that is never saved."""
    span = law.as_date(event["on"])
    details = {key: value for key, value in event.items() if key not in ("on", "event")}
    return Event(name=event["event"], on=event["on"], details=details, earliest=span.earliest, latest=span.latest)


def _supposed(row: Event, lanes: Lanes) -> Entry:
    outcome = row.details.get("outcome", "")
    return Entry(
        on=row.on,
        title=event_label(row.name),
        earliest=row.earliest,
        latest=row.latest,
        lane=lanes.of.get(row.pk, ""),
        detail=details_text(row.name, row.details),
        outcome=value_label("outcome", outcome),
        outcome_mark=outcome_mark(outcome),
        kind="supposed",
    )


def _with_today(entries: Sequence[Entry], on: date) -> tuple[Entry, ...]:
    """Return the entries with the line of the day `on` before the first that lies after it."""
    place = next((at for at, entry in enumerate(entries) if entry.earliest and entry.earliest > on), len(entries))
    return (*entries[:place], Entry(on.isoformat(), "", kind="today"), *entries[place:])


class _Reader:
    """Opens what is sealed about the events of one case."""

    def __init__(self, opened: OpenCase, lanes: Lanes) -> None:
        self.opened = opened
        self.lanes = lanes
        user = opened.keyring.user
        self.old: dict[UUID, list[EventVersion]] = {}
        versions = EventVersion.objects.visible_to(user).filter(case=opened.case).select_related("changed_by")
        for version in versions.order_by("-version"):
            self.old.setdefault(version.event_id, []).append(version)
        self.papers = {row.event_id: (row, content) for row, content in papers_of(opened) if row.removed_at is None}

    def entry(self, row: Event) -> Entry:
        content: EventContent = self.opened.unseal(row, EventContent)
        details = {**row.details, **content.details}
        outcome = details.get("outcome", "")
        paper = self.papers.get(row.pk)
        entry = Entry(
            on=row.on,
            title=event_label(row.name),
            earliest=row.earliest,
            latest=row.latest,
            id=f"event-{row.pk}",
            pk=row.pk,
            lane=self.lanes.of.get(row.pk, ""),
            url=reverse("event", kwargs={"case": row.case_id, "event": row.pk}),
            time=details.get("time", ""),
            detail=details_text(row.name, details),
            wording=content.wording,
            note=content.note,
            outcome=value_label("outcome", outcome),
            outcome_mark=outcome_mark(outcome),
            is_unconfirmed=row.is_critical and row.confirmed_at is None,
            by=str(row.recorded_by or ""),
            by_on=row.recorded_at.date(),
            confirmed_by=str(row.confirmed_by or "") if row.confirmed_at else "",
            paper=content.paper_note,
            old=self._old(row),
        )
        return self._with_paper(entry, *paper) if paper else entry

    def _with_paper(self, entry: Entry, row: Paper, content: PaperContent) -> Entry:
        title = f"{content.title}: {entry.paper}" if entry.paper else content.title
        return replace(entry, paper=title, paper_url=reverse("paper", kwargs={"case": row.case_id, "paper": row.pk}))

    def _old(self, row: Event) -> tuple[OldDate, ...]:
        """Return the dates and kinds that were replaced, each once, newest first."""
        found: list[OldDate] = []
        now = (row.on, row.name)
        for version in self.old.get(row.pk, ()):
            if (version.on, version.name) != now:
                by, now = str(version.changed_by or ""), (version.on, version.name)
                found.append(OldDate(version.on, event_label(version.name), by, version.changed_at))
        return tuple(found)


def outcome_mark(outcome: str) -> str:
    """Return the mark of an outcome's chip: met, missed, or empty when it says neither."""
    return "met" if outcome in GOOD else "missed" if outcome in BAD else ""


def outcome_label(outcome: str) -> str:
    """Return the last outcome of a case in words: a value of `outcome` or the name of an event; empty for none."""
    is_value = outcome in VALUE_LABELS["outcome"]
    return value_label("outcome", outcome) if is_value or outcome not in EVENT_LABELS else event_label(outcome)


def details_text(name: str, details: Mapping[str, str]) -> str:
    """Return the details of an event in one line, without time and outcome, which have places of their own."""
    return " · ".join(f"{label}: {value}" for label, value in detail_lines(name, details, without=("time", "outcome")))


def detail_lines(name: str, details: Mapping[str, str], *, without: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return label and value of each detail of an event that is said, in the order of the vocabulary."""
    kinds = {field.key: field.type for field in lawview.event_fields(name)} if name in law.event_kinds() else {}
    keys = [*kinds, *(key for key in details if key not in kinds)]
    said = [key for key in keys if details.get(key) and key not in without]
    return [(detail_label(key), detail_value(kinds.get(key, "text"), key, details[key])) for key in said]


def detail_value(kind: str, key: str, value: str) -> str:
    """Return the value of a detail in words: days, references and choices as people say them."""
    if kind == "date" and law.is_day(value):
        return reader_language().day(date.fromisoformat(value))
    if kind == "reference":
        if value in EVENT_LABELS:
            return event_label(value)
        if found := _DAY.fullmatch(value):
            day = reader_language().day(date.fromisoformat(found[1]))
            return _("decision of %(day)s") % {"day": day}
    return value_label(key, value)
