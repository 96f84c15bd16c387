"""Who holds the key of a case: given, taken, lapsed, barred, and the glass that is broken."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.content import NoteContent, dump
from asylon.desk.models import Bar, Case, Membership, Notice, OrgKey, Role, User
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.trail import record
from asylon.desk.services.vouched import wrap_for_user
from asylon.desk.session import Keyring
from asylon.desk.walls import unlapsed
from asylon.vault.sealing import seal, unwrap

GLASS_HOURS = 4


@transaction.atomic
def membership_give(*, opened: OpenCase, user: User, role: str, until: datetime | None = None) -> Membership:
    """Wrap the key of a case for a colleague, or change their role; only a lead of the case may.

    ValidationError when the colleague has no keys yet, is barred, or the last lead would be lost.
    """
    if not opened.may("grant"):
        raise PermissionDenied
    case = opened.case
    if not user.is_active or not user.is_admitted:
        raise ValidationError(_("This colleague has no keys yet; a lead must admit them first."))
    if Bar.objects.filter(case=case, user=user).exists():
        raise ValidationError(_("This colleague is barred from the case; lift the bar first."))
    if role != Role.LEAD or until is not None:
        _keep_a_lead(case, user)
    row = Membership.objects.unwalled("write").filter(case=case, user=user).first() or Membership(case=case, user=user)
    action = "membership.given" if row._state.adding else "membership.changed"
    row.role, row.until, row.is_break_glass, row.sealed_reason = role, until, False, None
    row.wrapped_key, row.given_by = wrap_for_user(user, opened.key), opened.keyring.user
    row.save()
    if action == "membership.given":
        Notice.objects.create(user=user, kind=Notice.Kind.GIVEN_CASE, case=case, about=opened.keyring.user)
    record(action, by=opened.keyring.user, about=case.pk, member=user.username, role=role)
    return row


def _keep_a_lead(case: Case, losing: User) -> None:
    leads = Membership.objects.unwalled("write").filter(case=case, role=Role.LEAD, until__isnull=True)
    if set(leads.select_for_update().values_list("user_id", flat=True)) == {losing.pk}:
        raise ValidationError(_("A case keeps at least one lead; make somebody else lead first."))


@transaction.atomic
def membership_take(*, opened: OpenCase, user: User) -> None:
    """Take the key of a case from somebody; their open pages stop answering at once. Who takes their own leaves."""
    if user.pk == opened.keyring.user.pk:
        membership_leave(opened=opened)
        return
    if not opened.may("grant"):
        raise PermissionDenied
    _keep_a_lead(opened.case, user)
    taken, _rows = Membership.objects.unwalled("write").filter(case=opened.case, user=user).delete()
    if taken:
        Notice.objects.filter(user=user, case=opened.case).delete()
        record("membership.taken", by=opened.keyring.user, about=opened.case.pk, member=user.username)


@transaction.atomic
def membership_leave(*, opened: OpenCase) -> None:
    """Give back one's own key of a case; its leads are told. ValidationError for the last lead.

    Of broken glass the row stays, as lapsed: the reason in it is for the leads to read.
    """
    case, user = opened.case, opened.keyring.user
    _keep_a_lead(case, user)
    held = Membership.objects.unwalled("write").filter(case=case, user=user)
    held.filter(is_break_glass=True).update(until=timezone.now())
    held.filter(is_break_glass=False).delete()
    Notice.objects.filter(user=user, case=case).delete()
    for lead in _leads(case, "write").exclude(user=user):
        Notice.objects.create(user_id=lead.user_id, kind=Notice.Kind.LEFT_CASE, case=case, about=user)
    record("membership.left", by=user, about=case.pk, member=user.username, role=opened.membership.role)


def _leads(case: Case, why: str) -> QuerySet[Membership]:
    return Membership.objects.unwalled(why).filter(unlapsed(), case=case, role=Role.LEAD)


@transaction.atomic
def bar_set(*, opened: OpenCase, user: User) -> None:
    """Bar somebody from a case: it beats every role, and broken glass."""
    if not opened.may("grant") or user.pk == opened.keyring.user.pk:
        raise PermissionDenied
    _keep_a_lead(opened.case, user)
    Membership.objects.unwalled("write").filter(case=opened.case, user=user).delete()
    Notice.objects.filter(user=user, case=opened.case).delete()
    Bar.objects.get_or_create(case=opened.case, user=user, defaults={"set_by": opened.keyring.user})
    record("bar.set", by=opened.keyring.user, about=opened.case.pk, member=user.username)


@transaction.atomic
def bar_lift(*, opened: OpenCase, user: User) -> None:
    """Lift a bar; it gives no access by itself."""
    if not opened.may("grant"):
        raise PermissionDenied
    Bar.objects.filter(case=opened.case, user=user).delete()
    record("bar.lifted", by=opened.keyring.user, about=opened.case.pk, member=user.username)


@transaction.atomic
def glass_break(*, keyring: Keyring, number: str, reason: str) -> Membership | None:
    """Open a case in an emergency for GLASS_HOURS as a reader; its leads are told.

    None, recorded alike, when there is no such case or the person is barred. PermissionDenied for whoever may
    not break glass; ValidationError without a reason.
    """
    user = keyring.user
    if not user.is_lead:
        raise PermissionDenied
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": _("Say in a sentence why this cannot wait; the leads will read it.")})
    emergency = keyring.org_key(OrgKey.Kind.EMERGENCY)
    case = Case.objects.unwalled("break glass").filter(number=number.strip().upper()).first()
    if case is None or Bar.objects.filter(case=case, user=user).exists():
        record("case.glass_refused", by=user)
        return None
    held = Membership.objects.unwalled("break glass").filter(case=case, user=user).first()
    if held is not None and (held.until is None or held.until > timezone.now()):
        return held
    key = unwrap(case.emergency_wrap, emergency)
    row = held or Membership(case=case, user=user)
    row.role, row.is_break_glass, row.given_by = Role.READER, True, user
    row.wrapped_key = wrap_for_user(user, key)
    row.until = timezone.now() + timedelta(hours=GLASS_HOURS)
    row.sealed_reason = seal(key, dump(NoteContent(reason.strip())), row.place("reason"))
    row.save()
    for lead in _leads(case, "break glass"):
        Notice.objects.create(user_id=lead.user_id, kind=Notice.Kind.GLASS_BROKEN, case=case, about=user)
    record("case.glass_broken", by=user, about=case.pk)
    return row
