"""Reads the trail: for the leads of the organisation, and of one case for its leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from asylon.desk.models import Case, TrailHead, TrailRow, User

PAGE = 50
READINGS = Q(action__endswith=".read") | Q(action="search.done")
SHORT = 16  # hexadecimal digits of a hash that are enough to note by hand


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some rows of the trail, newest first; `older` is where the next page begins, None at the end.

    `numbers` are those of the cases among the rows that the reader may see, by the id as text.
    """

    rows: tuple[TrailRow, ...]
    older: int | None
    numbers: dict[str, str]


def trail_page(
    user: User,
    *,
    who: str = "",
    what: str = "",
    number: str = "",
    is_changes: bool = False,
    before: int | None = None,
) -> TrailPage:
    """Return a page of the trail, or of what changed something; a case number finds only what `user` may see."""
    rows = TrailRow.objects.order_by("-seq")
    if who:
        rows = rows.filter(actor=who)
    if what:
        rows = rows.filter(action__startswith=f"{what}.")
    if number:
        found = Case.objects.visible_to(user).filter(number=number.strip().upper()).values_list("pk", flat=True)
        rows = rows.filter(object__in=[str(pk) for pk in found])
    return _page(user, rows, is_changes=is_changes, before=before)


def case_trail_page(
    user: User, case: UUID, people: Iterable[UUID], *, is_changes: bool = False, before: int | None = None
) -> TrailPage:
    """Return a page of the trail of a case and its people, or of what changed something.

    Of its people only what was done by those who had a part in the case: who reads them through another case would
    tell that there is one.
    """
    about = TrailRow.objects.filter(object=str(case)).order_by()
    given = about.filter(action__startswith="membership.").annotate(member=KT("detail__member"))
    names = {*about.values_list("actor", flat=True).distinct(), *given.values_list("member", flat=True).distinct()}
    of_people = Q(object__in=[str(person) for person in people], actor__in=sorted(filter(None, names)))
    rows = TrailRow.objects.filter(Q(object=str(case)) | of_people).order_by("-seq")
    return _page(user, rows, is_changes=is_changes, before=before)


def _page(user: User, rows: QuerySet[TrailRow], *, is_changes: bool, before: int | None) -> TrailPage:
    if is_changes:
        rows = rows.exclude(READINGS)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    shown = tuple(rows[: PAGE + 1])
    ids = [identity for row in shown[:PAGE] if (identity := _as_uuid(row.object)) is not None]
    seen: Any = Case.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "number")
    numbers = {str(pk): number for pk, number in seen}
    return TrailPage(shown[:PAGE], shown[PAGE - 1].seq if len(shown) > PAGE else None, numbers)


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def trail_head() -> tuple[int, str]:
    """Return number and hash of the last row of the trail; 0 and an empty hash when there is none."""
    head = TrailHead.objects.first()
    return (head.seq, bytes(head.hash).hex()) if head else (0, "")
