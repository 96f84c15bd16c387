"""Accounts and the keys of people: made by an administrator, given keys by a lead, closed at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.config import current
from asylon.desk.models import Membership, Notice, Organisation, OrgKey, Role, Team, User
from asylon.desk.naming import looks_of
from asylon.desk.services.trail import record
from asylon.desk.services.vouched import mark_user, wrap_for_user
from asylon.desk.session import Keyring
from asylon.vault.sealing import KeyPair, new_pair, new_salt, password_key, public_of, seal


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """What may be changed about an account."""

    display_name: str
    work: str
    team: Team | None = None
    is_lead: bool = False
    is_administrator: bool = False


def is_called_alike(name: str, *, but: User | None = None) -> bool:
    """Tell whether a colleague other than `but` is called so already: a case would be given to the wrong one."""
    others = User.objects.filter(is_active=True)
    others = others.exclude(pk=but.pk) if but else others
    taken = {looks_of(text) for pair in others.values_list("display_name", "username") for text in pair}
    return looks_of(name) in taken


def set_keys(user: User, pair: KeyPair, password: str) -> None:
    """Seal a key pair with a password in the row of a person; the caller saves it."""
    cost = current().cost
    user.salt, user.passes, user.memory = new_salt(), cost.passes, cost.memory
    user.public_key = pair.public
    mark_user(user)
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

    Only an administrator makes accounts, and gives no right that they lack themselves; `by` is None for the first
    ones at `vault init`. ValidationError when the name is taken or the password is weak.
    """
    if by is not None and not _may_make(by, is_lead=is_lead):
        raise PermissionDenied
    user = User(username=username, display_name=display_name, work=work, team=team, is_lead=is_lead)
    user.is_administrator, user.must_change_password = is_administrator, must_change_password
    user.clean()
    if User.objects.filter(username=user.username).exists():
        raise ValidationError({"username": _("This user name is taken; choose another.")})
    validate_password(password, user)
    set_keys(user, new_pair(), password)
    user.save()
    record("account.made", by=by or "vault", about=user.username, work=work)
    _tell_leads(user)
    return user


def _may_make(by: User, *, is_lead: bool) -> bool:
    return by.is_active and by.is_administrator and (by.is_lead or not is_lead)


def _tell_leads(newcomer: User) -> None:
    """Tell the leads that somebody waits for keys, once."""
    Notice.objects.filter(kind=Notice.Kind.NEWCOMER, about=newcomer).delete()
    if not may_be_admitted(newcomer):
        return
    for lead in User.objects.filter(is_lead=True, is_active=True).exclude(pk=newcomer.pk):
        Notice.objects.create(user=lead, kind=Notice.Kind.NEWCOMER, about=newcomer)


def organisation() -> Organisation:
    """Return the organisation of this vault."""
    return Organisation.objects.get()


def organisation_held() -> Organisation:
    """Return the organisation, whose keys nobody changes until the transaction of the caller ends."""
    return Organisation.objects.select_for_update().get()


@transaction.atomic
def team_make(*, name: str, by: User) -> Team:
    """Return a new team; ValidationError when there is one of this name."""
    if not (by.is_lead or by.is_administrator):
        raise PermissionDenied
    wanted = " ".join(name.split())
    if not wanted or Team.objects.filter(name__iexact=wanted).exists():
        raise ValidationError({"name": _("Give the team a name that no other team has.")})
    record("account.changed", by=by, about="team")
    return Team.objects.create(name=wanted)


@transaction.atomic
def account_change(*, user: User, by: Keyring, draft: AccountDraft) -> None:
    """Save name, work, team and rights of a colleague.

    Name, work, team and the right to administer are for administrators, the right to lead is for leads. Nobody
    gives a right that they lack or raises their own, and the last lead or administrator stays. A new lead who was
    admitted gets the emergency key at once.
    """
    who = by.user
    organisation_held()
    _check_grants(user, who, draft)
    if (user.is_lead and not draft.is_lead) or (user.is_administrator and not draft.is_administrator):
        _keep_one(user, is_lead=draft.is_lead, is_administrator=draft.is_administrator)
    was_lead = user.is_lead
    user.display_name, user.work, user.team = draft.display_name.strip(), draft.work, draft.team
    user.is_lead, user.is_administrator = draft.is_lead, draft.is_administrator
    user.save(update_fields=["display_name", "work", "team", "is_lead", "is_administrator"])
    if user.is_lead and not was_lead and user.is_admitted:
        emergency = by.org_key(OrgKey.Kind.EMERGENCY)
        org_keys_give(user=user, index=by.org_key(OrgKey.Kind.INDEX), emergency=emergency, by=who)
    if was_lead and not user.is_lead:
        _take_emergency_key(user)
    rights = {"lead": int(user.is_lead), "administrator": int(user.is_administrator)}
    record("account.changed", by=who, about=user.username, **rights)


def _take_emergency_key(user: User) -> None:
    """Take the emergency key from who leads no longer, and tell the leads, since they may have kept it."""
    taken, _rows = user.org_keys.filter(kind=OrgKey.Kind.EMERGENCY).delete()
    kept = Notice.Kind.KEPT_KEY
    Notice.objects.filter(kind=kept, user=user).delete()
    if taken:
        leads = User.objects.filter(is_lead=True, is_active=True).exclude(pk=user.pk)
        Notice.objects.bulk_create(Notice(user=lead, kind=kept, about=user) for lead in leads)


def _check_grants(user: User, by: User, draft: AccountDraft) -> None:
    """Raise PermissionDenied for a change that is not this person's to make."""
    facts = (draft.display_name.strip(), draft.work, draft.team) != (user.display_name, user.work, user.team)
    leads = draft.is_lead != user.is_lead
    administers = draft.is_administrator != user.is_administrator
    if not by.is_active or not user.is_active or not (by.is_lead or by.is_administrator):
        raise PermissionDenied
    if (leads and not by.is_lead) or ((facts or administers) and not by.is_administrator):
        raise PermissionDenied


def _keep_one(user: User, *, is_lead: bool = False, is_administrator: bool = False) -> None:
    """Raise ValidationError when nobody else would lead or administer."""
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    if user.is_lead and not is_lead and not others.filter(is_lead=True).exists():
        raise ValidationError(_("This is the only lead; make somebody else lead first."))
    if user.is_administrator and not is_administrator and not others.filter(is_administrator=True).exists():
        raise ValidationError(_("This is the only administrator; make somebody else administrator first."))


@transaction.atomic
def org_keys_give(*, user: User, index: bytes, emergency: bytes | None, by: User | None) -> None:
    """Wrap the organisation's keys for a person, who waits no longer; the emergency key only for a lead."""
    given = {OrgKey.Kind.INDEX: index} | ({OrgKey.Kind.EMERGENCY: emergency} if emergency and user.is_lead else {})
    for kind, key in given.items():
        OrgKey.objects.update_or_create(
            user=user,
            kind=kind,
            defaults={"wrapped": wrap_for_user(user, key), "given_by": by, "given_at": timezone.now()},
        )
    Notice.objects.filter(kind=Notice.Kind.NEWCOMER, about=user).delete()


@transaction.atomic
def member_admit(*, user: User, keyring: Keyring) -> None:
    """Give a newcomer the organisation's keys from those of a lead; PermissionDenied for anybody else.

    Somebody who only administers accounts gets none.
    """
    lead = keyring.user
    organisation_held()
    if not lead.is_lead or not user.is_active or not may_be_admitted(user):
        raise PermissionDenied
    emergency = keyring.org_key(OrgKey.Kind.EMERGENCY) if user.is_lead else None
    org_keys_give(user=user, index=keyring.org_key(OrgKey.Kind.INDEX), emergency=emergency, by=lead)
    record("account.admitted", by=lead, about=user.username)


def may_be_admitted(user: User) -> bool:
    """Tell whether this person works on cases: an account for administration alone holds no key."""
    return not user.keeps_accounts_only


@transaction.atomic
def password_change(*, user: User, keyring: Keyring, password: str) -> None:
    """Seal the person's key with a new password and end all other sessions; ValidationError when it is weak."""
    validate_password(password, user)
    # Not the public half in the row: whoever changed that would be vouched for.
    set_keys(user, KeyPair(public_of(keyring.private), keyring.private), password)
    user.must_change_password = False
    user.epoch += 1
    user.save()
    record("account.password", by=user, about=user.username)


@transaction.atomic
def account_reset(*, user: User, by: User, password: str) -> None:
    """Give a person a new key pair for a forgotten password: all access is gone until leads give it again.

    The rights to lead and to administer go as well: who resets an account knows its first password, and must not
    become somebody who may do more than they. ValidationError for the only lead or administrator: nobody could give
    the keys again, only the holders of the recovery key.
    """
    if not by.is_active or not by.is_administrator or user.pk == by.pk or not user.is_active:
        raise PermissionDenied
    organisation_held()
    _keep_one(user)
    validate_password(password, user)
    set_keys(user, new_pair(), password)
    user.is_lead = user.is_administrator = False
    user.must_change_password, user.epoch = True, user.epoch + 1
    user.save()
    _take_emergency_key(user)
    user.org_keys.all().delete()
    _drop_memberships(user)
    _tell_leads(user)
    record("account.password", by=by, about=user.username)


def _drop_memberships(user: User) -> None:
    Membership.objects.unwalled("write").filter(user=user).delete()


def cases_without_other_lead(user: User) -> int:
    """Return how many cases would be left without anybody who may give access."""
    leads = Membership.objects.unwalled("write").filter(role=Role.LEAD, until__isnull=True, user__is_active=True)
    return leads.filter(user=user).exclude(case__in=leads.exclude(user=user).values("case")).count()


@transaction.atomic
def second_factor_reset(*, user: User, by: User) -> None:
    """Remove the second factor of somebody who lost it; they set up a new one at the next sign-in."""
    if not by.is_active or not by.is_administrator or user.pk == by.pk:
        raise PermissionDenied
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    record("account.changed", by=by, about=user.username, second_factor=0)


@transaction.atomic
def account_lock(*, user: User, by: User) -> None:
    """End every session of a person at once; a lead or administrator may do it for a colleague in danger."""
    if not by.is_active or not (by.is_lead or by.is_administrator or by.pk == user.pk):
        raise PermissionDenied
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])
    record("account.locked", by=by, about=user.username)


@transaction.atomic
def account_close(*, user: User, by: User) -> None:
    """Close an account: its sessions end, its keys and memberships are destroyed."""
    if not by.is_active or not (by.is_lead or by.is_administrator) or by.pk == user.pk:
        raise PermissionDenied
    organisation_held()
    _keep_one(user)
    user.is_active, user.epoch = False, user.epoch + 1
    user.sealed_private = b""
    user.password = f"closed:{secrets.token_hex(16)}"
    user.save()
    _take_emergency_key(user)
    user.org_keys.all().delete()
    Authenticator.objects.filter(user=user).delete()
    _drop_memberships(user)
    Notice.objects.filter(about=user).exclude(kind=Notice.Kind.KEPT_KEY).delete()
    record("account.closed", by=by, about=user.username)


def notices_mark_read(*, user: User, ids: list[int] | None = None) -> int:
    """Mark own notices as read, all of them without `ids`, and return how many were not."""
    rows = Notice.objects.filter(user=user, read_at__isnull=True)
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=timezone.now())
