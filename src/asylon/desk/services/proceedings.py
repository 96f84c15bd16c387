"""Proceedings of a case: each course before an office, court or committee, with what it follows."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from asylon.desk.content import ProceedingContent
from asylon.desk.models import Proceeding
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.cases import file_index_write
from asylon.desk.services.trail import record


@transaction.atomic
def proceeding_open(
    *, opened: OpenCase, kind: str, content: ProceedingContent | None = None, follows: Proceeding | None = None
) -> Proceeding:
    """Return a new proceeding of a case; ValidationError when it follows one of another case."""
    _check(opened, None, follows)
    row = Proceeding(case=opened.case, kind=kind, follows=follows)
    content = content or ProceedingContent()
    row.sealed = opened.seal(row, content)
    row.save(force_insert=True)
    file_index_write(opened, content.file_number, row)
    record("proceeding.opened", by=opened.keyring.user, about=opened.case.pk, proceeding=str(row.pk))
    return row


@transaction.atomic
def proceeding_change(
    *,
    opened: OpenCase,
    proceeding: Proceeding,
    kind: str,
    content: ProceedingContent,
    follows: Proceeding | None = None,
) -> None:
    """Save kind, forum, judge, file number of a proceeding, and which one it follows."""
    _check(opened, proceeding, follows)
    row = Proceeding.objects.unwalled("write").select_for_update().get(pk=proceeding.pk, case=opened.case)
    row.kind, row.follows, row.sealed = kind, follows, opened.seal(row, content)
    row.save(update_fields=["kind", "follows", "sealed"])
    file_index_write(opened, content.file_number, row)
    record("proceeding.changed", by=opened.keyring.user, about=opened.case.pk, proceeding=str(row.pk))


def _check(opened: OpenCase, row: Proceeding | None, follows: Proceeding | None) -> None:
    if not opened.may("write"):
        raise PermissionDenied
    if follows is None:
        return
    if follows.case_id != opened.case.pk or _leads_to(follows, row):
        raise ValidationError({"follows": _("A proceeding cannot follow itself; choose an earlier one.")})


def _leads_to(start: Proceeding, row: Proceeding | None) -> bool:
    """Tell whether one comes to `row` by going back from `start`."""
    if row is None:
        return False
    by_id = dict(Proceeding.objects.unwalled("write").filter(case=row.case_id).values_list("pk", "follows_id"))
    place: UUID | None = start.pk
    seen: set[UUID] = set()
    while place is not None and place not in seen:
        if place == row.pk:
            return True
        seen.add(place)
        place = by_id.get(place)
    return False
