"""What the holders of the recovery key can give back: the organisation's keys and every case, to one person."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from asylon.desk.models import Bar, Case, Membership, Role, User
from asylon.desk.services.accounts import org_keys_give, organisation, set_keys
from asylon.desk.services.trail import record
from asylon.vault.sealing import new_pair, unwrap, wrap


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
    org = organisation()
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
            case=case, user=user, role=Role.LEAD, wrapped_key=wrap(key, bytes(user.public_key)), given_by=None
        )
        given += 1
    record("account.recovered", by="vault", about=user.username, count=given)
    return Recovered(given, len(barred), has_org_keys)
