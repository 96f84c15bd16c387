"""Events of a case: added, changed with the old date kept, removed, brought back, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk import law
from asylon.desk.content import EventContent
from asylon.desk.lawview import fault_beside
from asylon.desk.models import Event, EventVersion, Membership, Notice, Proceeding
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.cases import mark_changed
from asylon.desk.services.trail import record
from asylon.desk.walls import roles_for, unlapsed
from asylon.desk.words import reader_language
from asylon.errors import AsylonError

CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event as a person enters it: `on` is a date as given, `details` the words of the vocabulary."""

    name: str
    on: str
    details: Mapping[str, str] = field(default_factory=dict)
    wording: str = ""
    note: str = ""
    paper_note: str = ""
    proceeding: Proceeding | None = None


def plain_events(opened: OpenCase, *, without: Event | None = None) -> list[dict[str, Any]]:
    """Return the events of a case as the law sees them, removed ones left out."""
    rows = Event.objects.unwalled("write").filter(case=opened.case, removed_at__isnull=True)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    return [law.plain_event(row.on, row.name, row.details) for row in rows]


def draft_faults(opened: OpenCase, draft: EventDraft, *, without: Event | None = None) -> Sequence[Any]:
    """Return what is wrong with a draft in this case, every fault at once; empty when nothing is."""
    clear, _sealed = law.clear_details(draft.name, draft.details) if draft.name in law.event_kinds() else ({}, {})
    given = law.plain_event(draft.on, draft.name, {**draft.details, **clear})
    return law.event_faults(opened.case, [given]) or law.event_faults(
        opened.case, [*plain_events(opened, without=without), law.plain_event(draft.on, draft.name, clear)]
    )


def _fill(opened: OpenCase, row: Event, draft: EventDraft) -> None:
    """Put a checked draft into a row; ValidationError with every fault."""
    faults = draft_faults(opened, draft, without=row)
    if faults:
        words = reader_language()
        raise ValidationError([fault_beside(fault, words) for fault in faults])
    clear, sealed = law.clear_details(draft.name, draft.details)
    span = law.as_date(draft.on)
    row.name, row.on, row.details = draft.name, draft.on.strip(), clear
    row.earliest, row.latest = span.earliest, span.latest
    row.proceeding = draft.proceeding
    content = EventContent(draft.wording, draft.note, draft.paper_note, sealed)
    row.sealed = opened.seal(row, content)


@transaction.atomic
def event_add(*, opened: OpenCase, draft: EventDraft) -> Event:
    """Return a new event of a case; ValidationError with every fault of the draft."""
    _must_write(opened)
    row = Event(case=opened.case, recorded_by=opened.keyring.user, recorded_at=timezone.now())
    _fill(opened, row, draft)
    row.save(force_insert=True)
    record("event.added", by=opened.keyring.user, about=opened.case.pk, event=str(row.pk))
    _mark_critical(opened, touched=row)
    mark_changed(opened.case)
    return row


def _must_write(opened: OpenCase) -> None:
    if not opened.may("write"):
        raise PermissionDenied


def _mark_critical(opened: OpenCase, *, touched: Event) -> None:
    """Mark the events with which a term of ours starts, whichever of them was entered first.

    A second person must confirm their dates. Where the timeline cannot be assessed the marks stay as they are.
    """
    rows = list(Event.objects.unwalled("write").filter(case=opened.case, removed_at__isnull=True))
    starts = _starts_of_ours(opened, rows)
    if starts is None:
        return
    is_new = False
    for row in rows:
        was, row.is_critical = row.is_critical, (row.name, row.on) in starts
        if row.is_critical != was:
            Event.objects.unwalled("write").filter(pk=row.pk).update(is_critical=row.is_critical)
        if row.pk == touched.pk:
            touched.is_critical = row.is_critical
        is_new |= row.is_critical and row.confirmed_at is None and (not was or row.pk == touched.pk)
    if is_new:
        _ask_to_confirm(opened)
    _drop_notices(opened)


def _starts_of_ours(opened: OpenCase, rows: Sequence[Event]) -> set[tuple[str, str]] | None:
    """Return name and date of the events with which a term of ours starts, None when the law cannot say."""
    last = max((row.latest or row.earliest or row.recorded_at.date() for row in rows), default=timezone.localdate())
    plain = [law.plain_event(row.on, row.name, row.details) for row in rows]
    try:
        outcome = law.assess_case(opened.case, plain, on=max(last, timezone.localdate()))
    except AsylonError:
        return None
    ours = (duty for duty in outcome.duties if duty.clause.bearer in law.OURS and duty.ending is not None)
    return {(duty.trigger_event, duty.trigger_on) for duty in ours}


def _ask_to_confirm(opened: OpenCase) -> None:
    others = Membership.objects.unwalled("write").filter(unlapsed(), case=opened.case, role__in=roles_for("confirm"))
    for member in others.exclude(user=opened.keyring.user):
        Notice.objects.get_or_create(
            user_id=member.user_id, kind=Notice.Kind.TO_CONFIRM, case=opened.case, read_at=None
        )


def _drop_notices(opened: OpenCase) -> None:
    """Take back what asks to confirm dates when none is left to confirm."""
    rows = Event.objects.unwalled("write").filter(case=opened.case, removed_at__isnull=True)
    if not rows.filter(is_critical=True, confirmed_at__isnull=True).exists():
        Notice.objects.filter(case=opened.case, kind=Notice.Kind.TO_CONFIRM).delete()


def _keep_version(row: Event, opened: OpenCase) -> None:
    EventVersion.objects.create(
        case=opened.case,
        event=row,
        version=row.version,
        name=row.name,
        on=row.on,
        details=row.details,
        sealed=row.sealed,
        was_removed=row.removed_at is not None,
        changed_by=row.recorded_by,
        changed_at=row.recorded_at,
    )
    row.version += 1


def _locked(opened: OpenCase, event: Event, version: int) -> Event:
    row = Event.objects.unwalled("write").select_for_update().get(pk=event.pk, case=opened.case)
    if row.version != version:
        text = _("Somebody changed this event meanwhile; your text is kept. Compare and save again.")
        raise ValidationError(text, code=CHANGED_MEANWHILE)
    return row


@transaction.atomic
def event_change(*, opened: OpenCase, event: Event, draft: EventDraft, version: int) -> Event:
    """Save an event anew; the old date is kept, and a confirmation falls when the date or kind changes."""
    _must_write(opened)
    row = _locked(opened, event, version)
    before = (row.name, row.on, dict(row.details))
    _keep_version(row, opened)
    _fill(opened, row, draft)
    if (row.name, row.on, row.details) != before:
        row.confirmed_by = row.confirmed_at = None
    row.recorded_by, row.recorded_at = opened.keyring.user, timezone.now()
    row.save()
    record("event.changed", by=opened.keyring.user, about=opened.case.pk, event=str(row.pk))
    _mark_critical(opened, touched=row)
    mark_changed(opened.case)
    return row


@transaction.atomic
def event_remove(*, opened: OpenCase, event: Event) -> None:
    """Take an event out of the timeline; it can be brought back."""
    _set_removed(opened, event, is_removed=True)


@transaction.atomic
def event_restore(*, opened: OpenCase, event: Event) -> None:
    """Bring a removed event back."""
    _set_removed(opened, event, is_removed=False)


def _set_removed(opened: OpenCase, event: Event, *, is_removed: bool) -> None:
    _must_write(opened)
    row = Event.objects.unwalled("write").select_for_update().get(pk=event.pk, case=opened.case)
    if (row.removed_at is not None) == is_removed:
        return
    row.removed_at = timezone.now() if is_removed else None
    row.save(update_fields=["removed_at"])
    action = "event.removed" if is_removed else "event.restored"
    record(action, by=opened.keyring.user, about=opened.case.pk, event=str(row.pk))
    _mark_critical(opened, touched=row)
    mark_changed(opened.case)


@transaction.atomic
def event_undo(*, opened: OpenCase, event: Event) -> None:
    """Bring back the version before the last change, as a new version."""
    _must_write(opened)
    row = Event.objects.unwalled("write").select_for_update().get(pk=event.pk, case=opened.case)
    old = EventVersion.objects.unwalled("write").filter(event=row).order_by("-version").first()
    if old is None:
        raise ValidationError(_("This event was never changed; there is nothing to undo."))
    content: EventContent = opened.unseal(_as_event(old, row), EventContent)
    draft = EventDraft(
        name=old.name,
        on=old.on,
        details={**old.details, **content.details},
        wording=content.wording,
        note=content.note,
        paper_note=content.paper_note,
        proceeding=row.proceeding,
    )
    event_change(opened=opened, event=row, draft=draft, version=row.version)


def _as_event(old: EventVersion, row: Event) -> Event:
    """Return the old sealed content in the place it was sealed for."""
    return Event(pk=row.pk, case_id=row.case_id, sealed=old.sealed)


@transaction.atomic
def event_confirm(*, opened: OpenCase, event: Event, version: int) -> None:
    """Confirm a critical date as a second person; ValidationError for whoever recorded it."""
    if not opened.may("confirm"):
        raise PermissionDenied
    row = _locked(opened, event, version)
    if row.confirmed_at is not None or row.removed_at is not None:
        return
    if row.recorded_by_id == opened.keyring.user.pk:
        raise ValidationError(_("You recorded this date yourself; somebody else must compare it with the paper."))
    row.confirmed_by, row.confirmed_at = opened.keyring.user, timezone.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    record("event.confirmed", by=opened.keyring.user, about=opened.case.pk, event=str(row.pk))
    _drop_notices(opened)
