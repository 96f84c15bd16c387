"""Stories of people who agreed in writing that they are told: anonymised, sealed for who holds the keys of the office.

A story names no case and stands beside none. When somebody takes their consent back it is destroyed, and papers that
are made after that are without it, also those of a release that had it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.content import StoryContent, dump, load
from asylon.desk.models import OrgKey, Story
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.desk.walls import may_count
from asylon.vault.sealing import derive, seal, unseal


def may_tell(keyring: Keyring) -> bool:
    """Tell whether this person may write and read stories: may count, and holds the keys of the office."""
    return may_count(keyring.user) and keyring.user.is_admitted


@transaction.atomic
def story_add(*, keyring: Keyring, content: StoryContent, year: int, has_consent: bool) -> Story:
    """Return a new story for the report of a year, sealed.

    ValidationError without written consent, its day, and who holds the paper.
    """
    key = _key(keyring)
    if not has_consent:
        raise ValidationError(_("Without written consent no story is kept."))
    if not content.held_by.strip() or date.fromisoformat(content.consent_on) > timezone.localdate():
        raise ValidationError(_("Say when consent was given, and who holds the paper."))
    row = Story(year=year, written_by=keyring.user, written_at=timezone.now())
    row.sealed = seal(key, dump(content), row.place)
    row.save(force_insert=True)
    record("story.added", by=keyring.user, about=row.pk)
    return row


@transaction.atomic
def story_withdraw(*, keyring: Keyring, story: UUID) -> None:
    """Destroy a story; Http404 when it is not there."""
    if not may_tell(keyring):
        raise PermissionDenied
    count, _rows = Story.objects.filter(pk=story).delete()
    if not count:
        raise Http404
    record("story.withdrawn", by=keyring.user, about=story)


def stories_read(*, keyring: Keyring, ids: Iterable[str] | None = None) -> list[tuple[Story, StoryContent]]:
    """Return the stories of `ids` that are still there, all for None, newest first, and record that they were read."""
    key = _key(keyring)
    rows = Story.objects.select_related("written_by")
    found = list(rows if ids is None else rows.filter(pk__in=list(ids)))
    if found:
        record("story.read", by=keyring.user, count=len(found))
    return [(row, load(StoryContent, unseal(key, row.sealed, row.place))) for row in found]


def _key(keyring: Keyring) -> bytes:
    if not may_tell(keyring):
        raise PermissionDenied
    return derive(keyring.org_key(OrgKey.Kind.INDEX), "stories")
