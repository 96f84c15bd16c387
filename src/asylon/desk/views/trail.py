"""The trail: who did what, for leads of the organisation; and of one case, for its leads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from asylon.desk.forms.accounts import TrailForm
from asylon.desk.models import CasePerson, User
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.cases import open_case
from asylon.desk.selectors.trail import SHORT, TrailPage, case_trail_page, trail_head, trail_page
from asylon.desk.services.trail import record
from asylon.desk.trailwords import action_words, kinds_in_words


@reads("trail", "trail")
@require_GET
def trail(request: DeskRequest) -> HttpResponse:
    """Show the trail of the organisation; it names people who work here and ids, never content."""
    if not request.user.is_lead:
        raise PermissionDenied
    form = TrailForm(request.GET, kinds=kinds_in_words())
    given = form.cleaned_data if form.is_valid() else {}
    page = trail_page(request.user, before=_before(request), is_changes=_is_changes(request), **given)
    record("trail.read", by=request.user, count=len(page.rows))
    seq, digest = trail_head()
    context = {
        "nav_current": "trail",
        "form": form,
        "tabs": _tabs(request),
        "rows": _rows(page),
        "older": _older(request, page),
        "head_seq": seq,
        "head_hash": " ".join(digest[at : at + 4] for at in range(0, min(SHORT, len(digest)), 4)),
    }
    return render(request, "desk/trail/trail.html", context)


@reads("case_trail", "case")
@require_GET
def case_trail(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show who read and changed one case and its people."""
    opened = open_case(request.keyring, case, "grant", action="trail.read")
    people = CasePerson.objects.visible_to(request.user).filter(case_id=case).values_list("person_id", flat=True)
    page = case_trail_page(request.user, case, people, is_changes=_is_changes(request), before=_before(request))
    context = {
        "nav_current": "cases",
        "case": opened.case,
        "tabs": _tabs(request),
        "rows": _rows(page),
        "older": _older(request, page),
        "crumbs": [
            {"label": _("Cases"), "url": reverse("cases")},
            {"label": opened.case.number, "url": reverse("case", kwargs={"case": case})},
        ],
    }
    return render(request, "desk/trail/case.html", context)


def _before(request: DeskRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _is_changes(request: DeskRequest) -> bool:
    return request.GET.get("only") == "changes"


def _kept(request: DeskRequest, *names: str) -> dict[str, str]:
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _tabs(request: DeskRequest) -> list[dict[str, Any]]:
    """Return the choice between everything and what changed something, under the same filter."""
    kept, is_changes = _kept(request, "who", "what", "number"), _is_changes(request)
    return [
        {"label": _("Everything"), "url": "?" + urlencode(kept), "is_current": not is_changes},
        {"label": _("Changes only"), "url": "?" + urlencode(kept | {"only": "changes"}), "is_current": is_changes},
    ]


def _older(request: DeskRequest, page: TrailPage) -> str:
    if page.older is None:
        return ""
    return "?" + urlencode(_kept(request, "who", "what", "number", "only") | {"before": str(page.older)})


def _rows(page: TrailPage) -> list[dict[str, Any]]:
    names = dict(User.objects.values_list("username", "display_name"))
    return [
        {
            "row": row,
            "who": names.get(row.actor, row.actor),
            "about": names.get(row.object, ""),
            "what": action_words(row.action),
            "number": page.numbers.get(row.object, ""),
            "member": names.get(str(row.detail.get("member", "")), ""),
        }
        for row in page.rows
    ]


routes = [
    path("trail", trail, name="trail"),
    path("cases/<uuid:case>/trail", case_trail, name="case_trail"),
]
