"""What a person must hear of, in words; a case stands with its number only while one may see it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, overload

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from asylon.desk.models import Case, Notice, User


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it is shown; `url` is empty where there is nothing to open."""

    pk: int
    text: str
    at: datetime
    is_read: bool
    who: str = ""
    number: str = ""
    url: str = ""


class NoticeLines(Sequence[NoticeLine]):
    """The notices of a person, newest first, made into words page by page in three queries."""

    def __init__(self, user: User, rows: QuerySet[Notice]) -> None:
        self._user, self._rows = user, rows

    def __len__(self) -> int:
        return self._rows.count()

    @overload
    def __getitem__(self, index: int) -> NoticeLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[NoticeLine]: ...
    def __getitem__(self, index: Any) -> Any:
        rows = list(self._rows[index]) if isinstance(index, slice) else [self._rows[index]]
        wanted = {row.case_id for row in rows if row.case_id}
        numbers = dict(Case.objects.visible_to(self._user, "card").filter(pk__in=wanted).values_list("pk", "number"))
        readable = set(Case.objects.visible_to(self._user).filter(pk__in=wanted).values_list("pk", flat=True))
        lines = [_line(row, numbers.get(row.case_id, "") if row.case_id else "", readable) for row in rows]
        return lines if isinstance(index, slice) else lines[0]


def notices_of(user: User) -> NoticeLines:
    """Return the notices of a person, the unread ones first, then the newest; empty for none."""
    rows = Notice.objects.filter(user=user).select_related("about")
    return NoticeLines(user, rows.order_by(F("read_at").desc(nulls_first=True), "-at", "-pk"))


def _line(row: Notice, number: str, readable: Container[Any]) -> NoticeLine:
    text = {
        Notice.Kind.GLASS_BROKEN: _("opened this case in an emergency. The reason is kept with the access."),
        Notice.Kind.NEWCOMER: _("waits for keys. Admit them when you have spoken to them."),
        Notice.Kind.POSSIBLE_CONFLICT: _(
            "has an enquiry about somebody who may stand in this case. Speak to them about separate teams."
        ),
        Notice.Kind.GIVEN_CASE: _("gave you this case."),
        Notice.Kind.KEPT_KEY: _("leads no longer, but may have kept the key for emergencies. Make a new one."),
        Notice.Kind.LEFT_CASE: _("left this case and gave its key back."),
        Notice.Kind.TO_RELEASE: _("asks you, as a second person, to release counts."),
        Notice.Kind.TO_CONFIRM: _("A date that starts a term waits for a second person. Compare it with the paper."),
    }[Notice.Kind(row.kind)]
    url = ""
    if row.kind == Notice.Kind.POSSIBLE_CONFLICT and not row.case_id:
        text = _("has an enquiry about somebody who stands in an enquiry you kept. Speak to them.")
        url = reverse("intake_kept")
    if row.kind == Notice.Kind.NEWCOMER and row.about_id:
        url = reverse("colleague", kwargs={"user": row.about_id})
    elif row.kind == Notice.Kind.KEPT_KEY:
        url = reverse("emergency_key")
    elif row.kind == Notice.Kind.TO_RELEASE:
        url = reverse("statistics")
    elif number:
        url = reverse("case" if row.case_id in readable else "case_card", kwargs={"case": row.case_id})
    who = str(row.about) if row.about and row.kind != Notice.Kind.TO_CONFIRM else ""
    return NoticeLine(row.pk, text, row.at, row.read_at is not None, who, number, url)
