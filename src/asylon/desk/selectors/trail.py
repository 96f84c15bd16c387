"""Reads the trail: for the leads of the organisation, and of one case for its leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from asylon.desk.models import Case, TrailHead, TrailRow, User

PAGE = 50
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
    objects: Iterable[object] | None = None,
    before: int | None = None,
) -> TrailPage:
    """Return a page of the trail; a case number finds only what `user` may see, and else nothing."""
    rows = TrailRow.objects.order_by("-seq")
    if who:
        rows = rows.filter(actor=who)
    if what:
        rows = rows.filter(action__startswith=f"{what}.")
    if number:
        found = Case.objects.visible_to(user).filter(number=number.strip().upper()).values_list("pk", flat=True)
        rows = rows.filter(object__in=[str(pk) for pk in found])
    if objects is not None:
        rows = rows.filter(object__in=[str(item) for item in objects])
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return _page(user, rows)


def _page(user: User, rows: QuerySet[TrailRow]) -> TrailPage:
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
