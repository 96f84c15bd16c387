"""The frame of all pages of one case: its name, tabs, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.models import Role
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.casepage import counts_of
from asylon.desk.selectors.cases import OpenCase, headings
from asylon.desk.services.trail import record


def framed(
    request: DeskRequest,
    opened: OpenCase,
    template: str,
    context: Mapping[str, Any],
    *,
    tab: str = "",
    crumb: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return a page of an opened case; `tab` is the part of the case it belongs to, `crumb` what it is itself.

    A page that answers what was sent (a form that comes back) is recorded as a reading here: it shows as much as one
    that was asked for, which its own view records.
    """
    if request.method == "POST":
        record("case.read", by=request.user, about=opened.case.pk)
    frame = {
        "nav_current": "cases",
        "opened": opened,
        "case": opened.case,
        "role": Role(opened.membership.role).label,
        "may_write": opened.may("write"),
        "may_grant": opened.may("grant"),
        "may_close": opened.may("close"),
        "today": timezone.localdate(),
        "called": context.get("called") or called(opened),
        "crumbs": crumbs(opened, crumb),
        "tabs": tabs(opened, tab, context.get("counts") or counts_of(opened)),
    }
    return render(request, template, {**frame, **context}, status=status)


def called(opened: OpenCase) -> str:
    """Return how a case is called."""
    found = headings(opened.keyring, [opened.case.pk]).get(opened.case.pk)
    return found.called if found else opened.case.number


def crumbs(opened: OpenCase, crumb: str) -> list[dict[str, str]]:
    """Return the way from the list of cases to this page; numbers, never names."""
    way = [{"label": _("Cases"), "url": reverse("cases")}, {"label": opened.case.number}]
    if crumb:
        way[1]["url"] = case_url(opened)
        way.append({"label": crumb})
    return way


def tabs(opened: OpenCase, current: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the parts of a case that this person may open."""
    parts: list[tuple[str, str, int | None]] = [
        ("case", _("Case"), None),
        ("papers", _("Papers"), counts["papers"]),
        ("notes", _("Notes"), counts["notes"]),
        ("whatif", _("What if"), None),
    ]
    if opened.may("grant"):
        parts.append(("access", _("Who may see it"), None))
    ids = {"case": opened.case.pk}
    return [
        {"label": label, "url": reverse(name, kwargs=ids), "is_current": name == current, "count": count}
        for name, label, count in parts
    ]


def case_url(opened: OpenCase, anchor: str = "") -> str:
    """Return the address of a case, or of a place on its page."""
    return reverse("case", kwargs={"case": opened.case.pk}) + (f"#{anchor}" if anchor else "")
