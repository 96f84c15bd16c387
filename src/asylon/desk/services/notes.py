"""Notes of a case: written, taken away, brought back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.content import NoteContent
from asylon.desk.models import Event, Note
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.trail import record


@transaction.atomic
def note_add(*, opened: OpenCase, text: str, event: Event | None = None) -> Note:
    """Return a new sealed note; ValidationError when it is empty."""
    _must_write(opened)
    if not text.strip():
        raise ValidationError({"text": _("The note is empty; write it, or leave this page.")})
    note = Note(case=opened.case, event=event, written_by=opened.keyring.user, written_at=timezone.now())
    note.sealed = opened.seal(note, NoteContent(text.strip()))
    note.save(force_insert=True)
    record("note.added", by=opened.keyring.user, about=opened.case.pk, note=str(note.pk))
    return note


@transaction.atomic
def note_remove(*, opened: OpenCase, note: Note) -> None:
    """Take a note out of the file; it can be brought back."""
    _set_removed(opened, note, is_removed=True)


@transaction.atomic
def note_restore(*, opened: OpenCase, note: Note) -> None:
    """Bring a note back."""
    _set_removed(opened, note, is_removed=False)


def _set_removed(opened: OpenCase, note: Note, *, is_removed: bool) -> None:
    _must_write(opened)
    rows = Note.objects.unwalled("write").filter(pk=note.pk, case=opened.case, removed_at__isnull=is_removed)
    if rows.update(removed_at=timezone.now() if is_removed else None):
        action = "note.removed" if is_removed else "note.restored"
        record(action, by=opened.keyring.user, about=opened.case.pk, note=str(note.pk))


def _must_write(opened: OpenCase) -> None:
    if not opened.may("write"):
        raise PermissionDenied
