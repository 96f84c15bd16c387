"""One event with everything that is said of it, and how it stood before each change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asylon.desk.content import EventContent, PaperContent
from asylon.desk.models import Event, EventVersion, Paper, Proceeding
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.timeline import detail_lines
from asylon.desk.words import event_label


@dataclass(frozen=True, slots=True)
class Said:
    """What an event said at one time: `lines` are label and value of its details, `is_now` the one in force."""

    title: str
    on: str
    lines: tuple[tuple[str, str], ...]
    wording: str
    note: str
    paper_note: str
    by: str
    at: datetime
    is_now: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event as it stands, its earlier versions (newest first), the papers that show it, its proceeding."""

    now: Said
    before: tuple[Said, ...]
    papers: tuple[tuple[Paper, PaperContent], ...]
    proceeding: str
    confirmed_by: str
    is_own: bool


def merged_details(row: Event | EventVersion, content: EventContent) -> dict[str, str]:
    """Return all details of an event, those the server reads and those that are sealed."""
    return {**row.details, **content.details}


def event_page(opened: OpenCase, row: Event) -> EventPage:
    """Return what the page of an event shows."""
    user = opened.keyring.user
    versions = EventVersion.objects.visible_to(user).filter(event=row).select_related("changed_by")
    papers = Paper.objects.visible_to(user, "papers").filter(event=row, removed_at__isnull=True)
    proceeding = Proceeding.objects.visible_to(user).filter(events=row).first()
    return EventPage(
        now=_said(opened, row, row, str(row.recorded_by or ""), row.recorded_at, is_now=True),
        before=tuple(
            _said(opened, old, row, str(old.changed_by or ""), old.changed_at, is_now=False) for old in versions
        ),
        papers=tuple((paper, opened.unseal(paper, PaperContent)) for paper in papers),
        proceeding=str(proceeding.get_kind_display()) if proceeding else "",
        confirmed_by=str(row.confirmed_by or "") if row.confirmed_at else "",
        is_own=row.recorded_by_id == user.pk,
    )


def _said(opened: OpenCase, said: Event | EventVersion, row: Event, by: str, at: datetime, *, is_now: bool) -> Said:
    # An old version was sealed in the place of its event.
    content: EventContent = opened.unseal(Event(pk=row.pk, case_id=row.case_id, sealed=said.sealed), EventContent)
    details = merged_details(said, content)
    lines = tuple(detail_lines(said.name, details))
    return Said(
        event_label(said.name), said.on, lines, content.wording, content.note, content.paper_note, by, at, is_now
    )
