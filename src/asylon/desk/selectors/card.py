"""The card of a case: all that whoever interprets or accompanies may see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asylon.desk.content import EventContent, SafeContact
from asylon.desk.models import OWN_PARTS, Event, User
from asylon.desk.selectors.casepage import people_of
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.timeline import events_of
from asylon.desk.services.outlook import APPOINTMENTS, VAGUE
from asylon.desk.words import event_label

MEETINGS = APPOINTMENTS | {"interview_summoned"}


@dataclass(frozen=True, slots=True)
class Appointment:
    """Where a person must be and when."""

    on: str
    title: str
    time: str
    place: str


@dataclass(frozen=True, slots=True)
class CardPerson:
    """What whoever interprets or accompanies must know of a person, and nothing else."""

    called: str
    languages: tuple[Any, ...]
    safe: SafeContact


def card_of(opened: OpenCase, *, on: date) -> tuple[tuple[CardPerson, ...], tuple[Appointment, ...]]:
    """Return the card of a case: what to call the people, their languages, safe contact, and what is coming."""
    people = tuple(
        CardPerson(line.called, line.content.languages, line.content.safe_contact)
        for line in people_of(opened)
        if line.part.part in OWN_PARTS
    )
    return people, tuple(_appointment(opened, row) for row in events_of(opened) if _coming(row, on))


def next_meetings(user: User, case_ids: Iterable[UUID], *, on: date) -> dict[UUID, date]:
    """Return the day of the next appointment that stands on the cards of these cases, by case; in one query at most."""
    rows = Event.objects.visible_to(user, "card").filter(case_id__in=list(case_ids), name__in=MEETINGS)
    found: dict[UUID, date] = {}
    for row in rows.filter(removed_at__isnull=True, latest__gte=on):
        if day := _coming(row, on):
            found[row.case_id] = min(day, found.get(row.case_id, day))
    return found


def _coming(row: Event, on: date) -> date | None:
    """Return the day of an appointment that is still to come, None for any other event and for a vague date."""
    if row.removed_at is not None or row.name not in MEETINGS or row.earliest is None or row.latest is None:
        return None
    return row.earliest if row.latest >= on and row.latest - row.earliest <= VAGUE else None


def _appointment(opened: OpenCase, row: Event) -> Appointment:
    content: EventContent = opened.unseal(row, EventContent)
    details = {**row.details, **content.details}
    place = ", ".join(text for text in (details.get("place", ""), details.get("body", "")) if text)
    return Appointment(row.on, event_label(row.name), details.get("time", ""), place)
