"""The emergency key, by which leads break glass, made anew: whoever kept the one before opens nothing with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from asylon.desk.models import Case, Enquiry, Notice, Organisation, OrgKey, User
from asylon.desk.services.accounts import organisation_held
from asylon.desk.services.trail import record
from asylon.desk.services.vouched import mark_emergency, wrap_for_recovery, wrap_for_user
from asylon.desk.session import Keyring
from asylon.vault.sealing import Opener, new_pair, wrap

TRIES = 5


def tried(work: Callable[[], int]) -> int:
    """Return what `work` returns; OperationalError when the store gives no way at any of some tries."""
    for _left in range(TRIES - 1):
        try:
            return work()
        except OperationalError:  # on a server two who wait for each other are parted by undoing one
            continue
    return work()


def rewrap(rows: QuerySet[Any], name: str, opener: Opener, public: bytes) -> int:
    """Wrap one field of every row anew and return how many; VaultError for one that `opener` does not open."""
    wraps = list(rows.order_by("pk").values_list("pk", name))
    for pk, wrapped in wraps:
        rows.filter(pk=pk).update(**{name: wrap(opener.unwrap(wrapped), public)})
    return len(wraps)


def may_renew(user: User) -> bool:
    """Tell whether this person leads the organisation now and holds the emergency key."""
    return _holders().filter(pk=user.pk).exists()


def is_kept_by_former(user: User) -> bool:
    """Tell whether `user` may make a new key and somebody who leads no longer held the present one."""
    return Notice.objects.filter(kind=Notice.Kind.KEPT_KEY).exists() and may_renew(user)


def _holders() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_lead=True, org_keys__kind=OrgKey.Kind.EMERGENCY)


def emergency_renew(*, keyring: Keyring) -> int:
    """Return how many cases and enquiries were wrapped for a new emergency key; the old one opens none here any more.

    Only for a lead who holds it: PermissionDenied for anybody else. All of it or nothing is done: VaultError when
    something was not wrapped for the present key, OperationalError when the store gives no way.
    """
    return tried(lambda: _renew(keyring))


@transaction.atomic(durable=True)
def _renew(keyring: Keyring) -> int:
    org = organisation_held()
    if not may_renew(keyring.user):
        raise PermissionDenied
    return emergency_replace(org, old=keyring.org_key(OrgKey.Kind.EMERGENCY), by=keyring.user)


def emergency_replace(org: Organisation, *, old: bytes, by: User | None) -> int:
    """Do what `emergency_renew` does, in the transaction of a caller that holds the organisation; it is saved."""
    pair = new_pair()
    org.emergency_public = pair.public
    mark_emergency(org)
    org.recovery_emergency = wrap_for_recovery(org, pair.private)
    org.save()
    _give(pair.private, by)
    opener, cases = Opener(old), Case.objects.unwalled("new key")
    count = sum(rewrap(rows, "emergency_wrap", opener, pair.public) for rows in (cases, Enquiry.objects.all()))
    Notice.objects.filter(kind=Notice.Kind.KEPT_KEY).delete()
    record("vault.emergency_renewed", by=by or "vault", count=count)
    return count


def _give(private: bytes, by: User | None) -> None:
    """Give the key to the leads who had the one before, and take that one from everybody else."""
    rows = OrgKey.objects.filter(kind=OrgKey.Kind.EMERGENCY)
    rows.exclude(user__in=_holders()).delete()
    for row in rows.select_related("user"):
        row.wrapped, row.given_by, row.given_at = wrap_for_user(row.user, private), by, timezone.now()
        row.save()
