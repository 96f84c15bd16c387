"""Accounts and the keys of people: made by an administrator, given keys by a lead, closed at once."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from asylon.desk.config import current
from asylon.desk.models import Membership, Notice, Organisation, OrgKey, Team, User
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.vault.sealing import KeyPair, new_pair, new_salt, password_key, seal, wrap


def _set_keys(user: User, pair: KeyPair, password: str) -> None:
    cost = current().cost
    user.salt, user.passes, user.memory = new_salt(), cost.passes, cost.memory
    user.public_key = pair.public
    key = password_key(password, bytes(user.salt), cost)
    user.sealed_private = seal(key, pair.private, f"user:{user.username}:private")
    user.set_password(password)


@transaction.atomic
def account_make(
    *,
    username: str,
    display_name: str,
    password: str,
    work: str,
    by: User | None,
    is_lead: bool = False,
    is_administrator: bool = False,
    team: Team | None = None,
    must_change_password: bool = True,
) -> User:
    """Return a new account with a key pair of its own and no key to anything.

    Only an administrator makes accounts; `by` is None for the first ones at `vault init`. ValidationError
    when the name is taken or the password is weak.
    """
    if by is not None and not by.is_administrator:
        raise PermissionDenied
    user = User(username=username.strip().lower(), display_name=display_name.strip(), work=work, team=team)
    user.is_lead, user.is_administrator = is_lead, is_administrator
    user.must_change_password = must_change_password
    if User.objects.filter(username=user.username).exists():
        raise ValidationError({"username": _("This user name is taken; choose another.")})
    validate_password(password, user)
    _set_keys(user, new_pair(), password)
    user.save()
    record("account.made", by=by or "vault", about=user.username, work=work)
    for lead in User.objects.filter(is_lead=True, is_active=True).exclude(pk=user.pk):
        Notice.objects.create(user=lead, kind=Notice.Kind.NEWCOMER, about=user)
    return user


def organisation() -> Organisation:
    """Return the organisation of this vault."""
    return Organisation.objects.get()


@transaction.atomic
def org_keys_give(*, user: User, index: bytes, emergency: bytes | None, by: User | None) -> None:
    """Wrap the organisation's keys for a person; the emergency key only for a lead."""
    given = {OrgKey.Kind.INDEX: index} | ({OrgKey.Kind.EMERGENCY: emergency} if emergency and user.is_lead else {})
    for kind, key in given.items():
        OrgKey.objects.update_or_create(
            user=user, kind=kind, defaults={"wrapped": wrap(key, bytes(user.public_key)), "given_by": by}
        )


@transaction.atomic
def member_admit(*, user: User, keyring: Keyring) -> None:
    """Give a newcomer the organisation's keys from those of a lead; PermissionDenied for anybody else."""
    lead = keyring.user
    if not lead.is_lead or not user.is_active:
        raise PermissionDenied
    emergency = keyring.org_key(OrgKey.Kind.EMERGENCY) if user.is_lead else None
    org_keys_give(user=user, index=keyring.org_key(OrgKey.Kind.INDEX), emergency=emergency, by=lead)
    Notice.objects.filter(kind=Notice.Kind.NEWCOMER, about=user).delete()
    record("account.admitted", by=lead, about=user.username)


@transaction.atomic
def password_change(*, user: User, keyring: Keyring, password: str) -> None:
    """Seal the person's key with a new password and end all other sessions; ValidationError when it is weak."""
    validate_password(password, user)
    _set_keys(user, KeyPair(bytes(user.public_key), keyring.private), password)
    user.must_change_password = False
    user.epoch += 1
    user.save()
    record("account.password", by=user, about=user.username)


@transaction.atomic
def account_reset(*, user: User, by: User, password: str) -> None:
    """Give a person a new key pair for a forgotten password: all access is gone until leads give it again."""
    if not by.is_administrator or user.pk == by.pk:
        raise PermissionDenied
    validate_password(password, user)
    _set_keys(user, new_pair(), password)
    user.must_change_password, user.epoch = True, user.epoch + 1
    user.save()
    user.org_keys.all().delete()
    _drop_memberships(user)
    for lead in User.objects.filter(is_lead=True, is_active=True).exclude(pk=user.pk):
        Notice.objects.create(user=lead, kind=Notice.Kind.NEWCOMER, about=user)
    record("account.password", by=by, about=user.username)


def _drop_memberships(user: User) -> None:
    Membership.objects.unwalled("write").filter(user=user).delete()


@transaction.atomic
def account_lock(*, user: User, by: User) -> None:
    """End every session of a person at once; a lead or administrator may do it for a colleague in danger."""
    if not (by.is_lead or by.is_administrator or by.pk == user.pk):
        raise PermissionDenied
    User.objects.filter(pk=user.pk).update(epoch=user.epoch + 1)
    record("account.locked", by=by, about=user.username)


@transaction.atomic
def account_close(*, user: User, by: User) -> None:
    """Close an account: its sessions end, its keys and memberships are destroyed."""
    if not (by.is_lead or by.is_administrator) or by.pk == user.pk:
        raise PermissionDenied
    user.is_active, user.epoch = False, user.epoch + 1
    user.sealed_private = b""
    user.password = f"closed:{secrets.token_hex(16)}"
    user.save()
    user.org_keys.all().delete()
    _drop_memberships(user)
    Notice.objects.filter(about=user).delete()
    record("account.closed", by=by, about=user.username)
