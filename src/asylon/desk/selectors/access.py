"""Who may see a case: its members, those who are barred, and the colleagues who could be given it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from asylon.desk.content import NoteContent
from asylon.desk.models import Bar, CasePerson, Event, Membership, Note, OrgKey, Paper, User
from asylon.desk.selectors.cases import OpenCase


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One membership; `reason` is what was said when the glass was broken."""

    row: Membership
    user: User
    is_self: bool
    has_lapsed: bool
    until: datetime | None
    reason: str


def members_of(opened: OpenCase) -> list[MemberLine]:
    """Return who holds the key of a case, leads first, and who held it until it lapsed."""
    rows = Membership.objects.visible_to(opened.keyring.user).filter(case=opened.case)
    order = {"lead": 0, "member": 1, "reader": 2}
    found = sorted(
        rows.select_related("user", "given_by"), key=lambda row: (order.get(row.role, 3), row.user.display_name)
    )
    now = timezone.now()
    return [
        MemberLine(
            row,
            row.user,
            row.user_id == opened.keyring.user.pk,
            row.until is not None and row.until <= now,
            row.until,
            _reason(opened, row),
        )
        for row in found
    ]


def _reason(opened: OpenCase, row: Membership) -> str:
    if not row.sealed_reason:
        return ""
    from asylon.desk.content import load
    from asylon.vault.sealing import unseal

    return load(NoteContent, unseal(opened.key, row.sealed_reason, row.place("reason"))).text


def bars_of(opened: OpenCase) -> list[Bar]:
    """Return who is barred from a case."""
    return list(Bar.objects.filter(case=opened.case).select_related("user", "set_by").order_by("user__display_name"))


def colleagues(opened: OpenCase, *, is_barring: bool = False) -> QuerySet[User]:
    """Return the admitted colleagues who are not barred: to be given a case, or to be barred from it."""
    barred = Bar.objects.filter(case=opened.case).values("user_id")
    rows = User.objects.filter(is_active=True).exclude(pk__in=barred)
    if is_barring:
        return rows.exclude(pk=opened.keyring.user.pk).order_by("display_name")
    admitted = OrgKey.objects.filter(kind=OrgKey.Kind.INDEX).values("user_id")
    return rows.filter(pk__in=admitted).order_by("display_name")


def what_is_destroyed(opened: OpenCase) -> dict[str, int]:
    """Return how much of what is destroyed with a case."""
    user, case = opened.keyring.user, opened.case
    models: dict[str, Any] = {"events": Event, "notes": Note, "papers": Paper, "people": CasePerson}
    found = {name: model.objects.visible_to(user).filter(case=case).count() for name, model in models.items()}
    # People who are in another case stay; only cases one sees can be counted, so this is the most it may be.
    elsewhere = CasePerson.objects.visible_to(user).exclude(case=case)
    mine = CasePerson.objects.visible_to(user).filter(case=case)
    ids = list(mine.values_list("person_id", flat=True))
    found["staying"] = elsewhere.filter(person_id__in=ids).values("person_id").distinct().count()
    return found
