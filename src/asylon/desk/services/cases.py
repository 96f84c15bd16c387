"""Opens, changes, closes and destroys cases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from asylon.desk.content import CaseContent, dump
from asylon.desk.models import Case, Family, IndexKey, Membership, Paper, Person, Proceeding, Role, Team
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.accounts import organisation_held
from asylon.desk.services.trail import record
from asylon.desk.services.vouched import wrap_for_emergency, wrap_for_recovery, wrap_for_user
from asylon.desk.session import Keyring
from asylon.vault.sealing import new_key, seal

# No vowels, no digit that looks like a letter: a number says nothing and spells nothing.
_DIGITS, _LETTERS = "23456789", "BCDFGHJKLMNPQRSTVWXZ"

_is_put_off: ContextVar[bool] = ContextVar("reckoning_put_off", default=False)


def new_number() -> str:
    """Return a free case number such as `QF7-M2K`; it tells neither order nor count."""
    while True:
        # A letter first: in a Hebrew sentence a number that begins with a digit is shown with its halves swapped.
        letters = secrets.choice(_LETTERS) + "".join(secrets.choice(_DIGITS + _LETTERS) for _ in range(5))
        number = f"{letters[:3]}-{letters[3:]}"
        if not Case.objects.unwalled("number").filter(number=number).exists():
            return number


@transaction.atomic
def case_open(
    *,
    keyring: Keyring,
    jurisdiction: str,
    content: CaseContent,
    attributes: Mapping[str, Any] | None = None,
    family: Family | None = None,
    team: Team | None = None,
) -> OpenCase:
    """Return a new case with a key of its own, opened; the person who opens it leads it."""
    user, key, org = keyring.user, new_key(), organisation_held()
    case = Case(number=new_number(), jurisdiction=jurisdiction, attributes=dict(attributes or {}))
    case.family, case.team = family, team or user.team
    case.recovery_wrap = wrap_for_recovery(org, key)
    case.emergency_wrap = wrap_for_emergency(org, key)
    case.sealed = seal(key, dump(content), case.place("content"))
    case.save(force_insert=True)
    membership = Membership.objects.create(
        case=case, user=user, role=Role.LEAD, wrapped_key=wrap_for_user(user, key), given_by=user
    )
    opened = OpenCase(case, membership, key, keyring)
    file_index_write(opened, content.reference)
    record("case.opened", by=user, about=case.pk)
    return opened


def file_index_write(opened: OpenCase, number: str, proceeding: Proceeding | None = None) -> None:
    """Write the blind-index keys of the file number of a case, or of one of its proceedings, anew."""
    IndexKey.objects.filter(case=opened.case, proceeding=proceeding).delete()
    keys = opened.keyring.index.file_keys(number) if number else ()
    kind = IndexKey.Kind.FILE
    IndexKey.objects.bulk_create(
        IndexKey(kind=kind, key=key, case=opened.case, proceeding=proceeding) for key in sorted(keys)
    )


@transaction.atomic
def case_change(*, opened: OpenCase, content: CaseContent, team: Team | None = None) -> None:
    """Save a new heading, account and team of a case."""
    if not opened.may("write"):
        raise PermissionDenied
    sealed = opened.seal(opened.case, content)
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(sealed=sealed, team=team)
    file_index_write(opened, content.reference)
    record("case.changed", by=opened.keyring.user, about=opened.case.pk)


@transaction.atomic
def facts_set(*, opened: OpenCase, facts: Mapping[str, Any]) -> None:
    """Save what is known of the facts that the law asks about; a fact that is None becomes unknown."""
    if not opened.may("write"):
        raise PermissionDenied
    case = Case.objects.unwalled("write").select_for_update().get(pk=opened.case.pk)
    known = {key: value for key, value in {**case.attributes, **facts}.items() if value is not None}
    if known == case.attributes:
        return
    Case.objects.unwalled("write").filter(pk=case.pk).update(attributes=known)
    opened.case.attributes = known
    record("case.changed", by=opened.keyring.user, about=case.pk)
    mark_changed(opened.case)


@transaction.atomic
def case_close(*, opened: OpenCase) -> None:
    """Close a case: it leaves the board and stays readable."""
    _set_closed(opened, is_closed=True)


@transaction.atomic
def case_reopen(*, opened: OpenCase) -> None:
    """Open a closed case again."""
    _set_closed(opened, is_closed=False)


def _set_closed(opened: OpenCase, *, is_closed: bool) -> None:
    if not opened.may("close"):
        raise PermissionDenied
    at = timezone.now() if is_closed else None
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(closed_at=at)
    mark_changed(opened.case)
    record("case.closed" if is_closed else "case.reopened", by=opened.keyring.user, about=opened.case.pk)


def mark_changed(case: Case) -> None:
    """Note that duties of a case must be reckoned again, and do so in this transaction unless that is put off."""
    from asylon.desk.services.reckoning import reckon_case

    Case.objects.unwalled("write").filter(pk=case.pk).update(changed=F("changed") + 1)
    if not _is_put_off.get():
        reckon_case(case.pk)


@contextmanager
def reckoning_put_off() -> Iterator[None]:
    """Leave changed cases stale while many are written; whoever asks for this calls `reckon_all` afterwards."""
    token = _is_put_off.set(True)
    try:
        yield
    finally:
        _is_put_off.reset(token)


def case_delete(*, opened: OpenCase) -> None:
    """Destroy a case: its key with all its wraps, its rows, its papers, and people who are in no other case.

    Backups made before still hold it until they expire; the manual says so.
    """
    if not opened.may("delete"):
        raise PermissionDenied
    from asylon.desk.services.papers import stored_remove

    case_id = opened.case.pk
    with transaction.atomic():
        stored = list(Paper.objects.unwalled("write").filter(case_id=case_id).values_list("stored", flat=True))
        people = Person.objects.unwalled("write")
        alone = people.filter(parts__case_id=case_id).exclude(
            pk__in=people.filter(parts__case__in=Case.objects.unwalled("write").exclude(pk=case_id)).values("pk")
        )
        gone = list(alone.values_list("pk", flat=True))
        Case.objects.unwalled("write").filter(pk=case_id).delete()
        IndexKey.objects.filter(person_id__in=gone).delete()
        people.filter(pk__in=gone).delete()
        Family.objects.unwalled("write").filter(members__isnull=True).delete()
        record("case.deleted", by=opened.keyring.user, about=case_id, papers=len(stored), people=len(gone))
    for name in stored:  # after the transaction: bytes whose key is gone are noise either way
        stored_remove(name)
