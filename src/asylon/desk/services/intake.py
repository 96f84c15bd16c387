"""Enquiries: kept while they are typed, refused or referred with a reason, or opened as cases in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from asylon.desk import law
from asylon.desk.content import CaseContent, EnquiryContent, PersonContent, dump
from asylon.desk.models import CasePerson, Enquiry, Family, IndexKey, Kinship, Part, TrailRow, User
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.enquiries import content_of, enquiry_key, people_in
from asylon.desk.services.accounts import organisation_held
from asylon.desk.services.cases import case_open
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.notes import note_add
from asylon.desk.services.people import (
    family_join,
    family_make,
    index_write,
    interests_set,
    person_add,
    relation_set,
)
from asylon.desk.services.trail import record
from asylon.desk.services.vouched import wrap_for_emergency, wrap_for_user
from asylon.desk.session import Keyring
from asylon.vault.sealing import new_key, seal

OWN_CASE = "own"
# One stretch of typing is one row of the trail.
STRETCH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class IntakePerson:
    """Somebody named at intake: `part` in the first case or OWN_CASE; `relation` is what they are to the first."""

    content: PersonContent
    part: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class FirstEvent:
    """Something that happened already; `is_for_all` enters it in every case that is opened.

    Without a `procedure` it is the usual one of the country, or that of the application before it.
    """

    name: str
    on: str
    is_for_all: bool = False
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """A whole intake, checked; the first of `people` is the applicant."""

    jurisdiction: str
    people: tuple[IntakePerson, ...]
    events: tuple[FirstEvent, ...] = ()
    caller: str = ""
    account: str = ""
    urgency: str = ""
    are_opposed: bool = False
    decision: str = ""
    decision_words: str = ""
    decision_reason: str = ""


@transaction.atomic
def enquiry_save(*, keyring: Keyring, enquiry_id: UUID, fields: Mapping[str, str]) -> Enquiry:
    """Keep what was typed as a draft of its author; Http404 when the enquiry is somebody else's or no draft.

    An enquiry that was opened as a case or destroyed does not come back, whatever an old page still sends.
    """
    row = Enquiry.objects.select_for_update().filter(pk=enquiry_id).first()
    if row is not None and (row.author_id != keyring.user.pk or row.state != Enquiry.State.DRAFT):
        raise Http404
    if row is None and TrailRow.objects.filter(action="enquiry.deleted", object=str(enquiry_id)).exists():
        raise Http404
    is_new = row is None
    row, key = (_new(keyring, enquiry_id)) if row is None else (row, enquiry_key(keyring, row))
    is_new_stretch = is_new or timezone.now() - row.saved_at > STRETCH
    _seal(row, key, EnquiryContent(dict(fields)))
    row.save(force_insert=is_new)
    if is_new_stretch:
        record("enquiry.saved", by=keyring.user, about=row.pk)
    return row


def _new(keyring: Keyring, enquiry_id: UUID) -> tuple[Enquiry, bytes]:
    key, user = new_key(), keyring.user
    row = Enquiry(pk=enquiry_id, author=user)
    row.wrapped_key = wrap_for_user(user, key)
    row.emergency_wrap = wrap_for_emergency(organisation_held(), key)
    return row, key


def _seal(row: Enquiry, key: bytes, content: EnquiryContent) -> None:
    row.sealed, row.saved_at = seal(key, dump(content), row.place("content")), timezone.now()


def _own(keyring: Keyring, enquiry_id: UUID, *states: str) -> Enquiry:
    row = Enquiry.objects.select_for_update().filter(pk=enquiry_id, author=keyring.user, state__in=states).first()
    if row is None:
        raise Http404
    return row


@transaction.atomic
def enquiry_keep(
    *, keyring: Keyring, enquiry_id: UUID, state: str, reason: str, decision: str = "", has_consent: bool
) -> None:
    """Refuse or refer a draft and keep it with its reason, so that a later check finds it.

    Without consent only what a later check needs is kept: names, births, numbers, and the reason.
    """
    row = _own(keyring, enquiry_id, Enquiry.State.DRAFT)
    key = enquiry_key(keyring, row)
    fields = content_of(row, key).fields
    content = EnquiryContent(fields if has_consent else _needed(fields), reason.strip())
    _seal(row, key, content)
    row.state = Enquiry.State(state).value
    row.save()
    index_write(keyring.index, *people_in(content), enquiry=row)
    record(f"enquiry.{row.state}", by=keyring.user, about=row.pk)
    if decision:
        record("conflict.decided", by=keyring.user, about=row.pk, decision=decision)


_NEEDED = ("name", "native", "born", "number", "phone", "_FORMS")


def _needed(fields: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key.startswith("people-") and key.endswith(_NEEDED)}


@transaction.atomic
def enquiry_take_up(*, keyring: Keyring, enquiry_id: UUID) -> None:
    """Make a refused or referred enquiry of one's own a draft again; its reason stays with it until it is saved."""
    row = _own(keyring, enquiry_id, Enquiry.State.REFUSED, Enquiry.State.REFERRED)
    row.state = Enquiry.State.DRAFT
    row.save(update_fields=["state"])
    IndexKey.objects.filter(enquiry=row).delete()
    record("enquiry.saved", by=keyring.user, about=row.pk)


@transaction.atomic
def enquiry_remove(*, keyring: Keyring, enquiry_id: UUID) -> None:
    """Destroy an enquiry of one's own, with its key."""
    row = _own(keyring, enquiry_id, *Enquiry.State.values)
    record("enquiry.deleted", by=keyring.user, about=row.pk)
    row.delete()


# ---------------------------------------------------------------- one press: cases


def opened_as(user: User, enquiry_id: UUID) -> UUID | None:
    """Return the case that `user` opened from an enquiry, None when they did not: for a button pressed twice."""
    row = TrailRow.objects.filter(action="enquiry.deleted", object=str(enquiry_id), actor=user.username).first()
    return UUID(str(row.detail["case"])) if row is not None and "case" in row.detail else None


@transaction.atomic
def cases_open(*, keyring: Keyring, enquiry_id: UUID, intake: Intake) -> list[OpenCase]:
    """Return the cases an intake asks for, that of the applicant first; the draft is gone with it.

    ValidationError with every fault, and then nothing at all was made.
    """
    organisation_held()  # before the row: whoever makes the office a new key takes them in this order
    row = _own(keyring, enquiry_id, Enquiry.State.DRAFT)
    first, *others = intake.people
    opened = _open(keyring, intake, intake.account)
    parts = [person_add(opened=opened, content=first.content)]
    cases = [opened]
    for other in others:
        if other.part == OWN_CASE:
            cases.append(_open(keyring, intake))
            parts.append(person_add(opened=cases[-1], content=other.content))
        else:
            parts.append(person_add(opened=opened, content=other.content, part=other.part))
    _tie_family(cases, intake, parts)
    _enter_events(cases, intake)
    for case in cases:
        note_add(opened=case, text=_how_it_came(keyring, intake, is_first=case is opened))
    record("conflict.decided", by=keyring.user, about=row.pk, decision=intake.decision or "nothing found")
    record("enquiry.deleted", by=keyring.user, about=row.pk, case=str(opened.case.pk))
    row.delete()
    return cases


def _open(keyring: Keyring, intake: Intake, account: str = "") -> OpenCase:
    return case_open(keyring=keyring, jurisdiction=intake.jurisdiction, content=CaseContent(summary=account))


def _tie_family(cases: list[OpenCase], intake: Intake, parts: list[CasePerson]) -> None:
    """Make the relations to the first person, and a family of those who belong together."""
    opened = cases[0]
    for person, part in zip(intake.people[1:], parts[1:], strict=True):
        if person.relation:
            relation_set(opened=opened, person=part.person, other=parts[0].person, kind=Kinship(person.relation).value)
    kin = [part for part in parts if part.part in (Part.APPLICANT, Part.DEPENDANT, Part.RELATIVE)]
    if len(kin) < 2:
        return
    family = family_make(opened=opened, parts=[part for part in kin if part.case_id == opened.case.pk])
    _join_own_cases(cases[1:], family, kin)
    if intake.are_opposed:
        interests_set(opened=opened, family=family, are_opposed=True)


def _join_own_cases(cases: list[OpenCase], family: Family, kin: list[CasePerson]) -> None:
    for case in cases:
        for part in kin:
            if part.case_id == case.case.pk:
                family_join(opened=case, family=family, part=part)


def _enter_events(cases: list[OpenCase], intake: Intake) -> None:
    events = _in_order(intake)
    for place, case in enumerate(cases):
        for event in events:
            if place == 0 or event.is_for_all:
                details = {"procedure": event.procedure} if event.procedure else {}
                event_add(opened=case, draft=EventDraft(event.name, event.on, details))


def _in_order(intake: Intake) -> list[FirstEvent]:
    """Return the events by their days, each with its procedure as far as one was said or is usual."""
    days = {event.on: law.as_date(event.on) for event in intake.events}
    earlier: list[Mapping[str, str]] = []
    made = []
    for event in sorted(intake.events, key=lambda one: days[one.on].earliest or days[one.on].latest or date.max):
        procedure = event.procedure or law.usual_procedure(intake.jurisdiction, event.name, earlier)
        earlier.append({"event": event.name, "procedure": procedure})
        made.append(replace(event, procedure=procedure))
    return made


def _how_it_came(keyring: Keyring, intake: Intake, *, is_first: bool) -> str:
    """Return the note of how a case came to us; what was told stays in the case of the one who told it."""
    lines = [
        _("Intake of %(day)s by %(who)s.") % {"day": date_format(timezone.localdate()), "who": keyring.user},
        _("The person agreed that we keep what they say."),
    ]
    if is_first:
        lines += [
            intake.caller and _("Who called: %(who)s.") % {"who": intake.caller},
            intake.urgency and _("Urgency: %(words)s.") % {"words": intake.urgency},
            intake.decision and _("Conflict check: %(words)s.") % {"words": intake.decision_words},
            intake.decision_reason,
        ]
    return "\n".join(line for line in lines if line)
