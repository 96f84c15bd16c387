"""What the holders of the recovery key can do: give one person every key back, and make way for a new recovery key."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from asylon.desk.models import Bar, Case, Membership, Role, User
from asylon.desk.services.accounts import org_keys_give, organisation_held, set_keys
from asylon.desk.services.emergency import emergency_replace, rewrap, tried
from asylon.desk.services.trail import record
from asylon.desk.services.vouched import mark_recovery, wrap_for_user
from asylon.vault.sealing import Opener, new_pair, unwrap, wrap


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many cases a person leads again, how many stayed shut by a bar, and whether they lead the organisation."""

    cases: int
    barred: int
    leads: bool


@transaction.atomic
def keys_recover(*, user: User, recovery_private: bytes, password: str) -> Recovered:
    """Give a person new keys, those of the organisation, and every case as its lead.

    Their old password, second factor and sessions are gone. A bar holds against the recovery key as well: it can
    be lifted by a lead of that case. ValidationError for a weak password, VaultError for the key of another vault.
    """
    validate_password(password, user)
    org = organisation_held()
    set_keys(user, new_pair(), password)
    user.must_change_password, user.epoch = False, user.epoch + 1
    has_org_keys = bool(org.recovery_index and org.recovery_emergency)
    user.is_lead = user.is_lead or has_org_keys
    user.save()
    Authenticator.objects.filter(user=user).delete()
    if has_org_keys:
        index, emergency = (unwrap(key, recovery_private) for key in (org.recovery_index, org.recovery_emergency))
        org_keys_give(user=user, index=index, emergency=emergency, by=None)
    else:
        user.org_keys.all().delete()
    barred = set(Bar.objects.filter(user=user).values_list("case_id", flat=True))
    Membership.objects.unwalled("recover").filter(user=user).delete()
    given = 0
    for case in Case.objects.unwalled("recover").exclude(pk__in=barred).only("pk", "recovery_wrap").iterator(500):
        key = unwrap(case.recovery_wrap, recovery_private)
        Membership.objects.create(
            case=case, user=user, role=Role.LEAD, wrapped_key=wrap_for_user(user, key), given_by=None
        )
        given += 1
    record("account.recovered", by="vault", about=user.username, count=given)
    return Recovered(given, len(barred), has_org_keys)


def recovery_renew(*, recovery_private: bytes, recovery_public: bytes, threshold: int, holders: int) -> int:
    """Return how many cases were wrapped anew, for another recovery key; the old one opens nothing here any more.

    The emergency key is made anew with it. All of it or nothing is done: VaultError when something was not wrapped
    for `recovery_private`, OperationalError when the store gives no way, since others write as well.
    """
    return tried(lambda: _renew(Opener(recovery_private), recovery_public, threshold, holders))


@transaction.atomic(durable=True)
def _renew(opener: Opener, public: bytes, threshold: int, holders: int) -> int:
    org = organisation_held()
    if org.recovery_index:
        org.recovery_index = wrap(opener.unwrap(org.recovery_index), public)
    org.recovery_public, org.recovery_threshold = public, threshold
    mark_recovery(org)
    org.save()
    if org.recovery_emergency:
        emergency_replace(org, old=opener.unwrap(org.recovery_emergency), by=None)
    count = rewrap(Case.objects.unwalled("recover"), "recovery_wrap", opener, public)
    record("vault.words_renewed", by="vault", count=count, threshold=threshold, holders=holders)
    return count
