"""Intake: one screen that keeps what is typed, checks for conflicts, and opens cases in one press."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.content import EnquiryContent
from asylon.desk.forms.groups import as_data, as_fields
from asylon.desk.forms.intake import URGENCIES, IntakeSheet
from asylon.desk.models import Enquiry
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.enquiries import enquiries_of, open_all, open_enquiry, people_in
from asylon.desk.selectors.people import nationalities
from asylon.desk.services.conflicts import Match, conflict_check
from asylon.desk.services.intake import (
    cases_open,
    enquiry_keep,
    enquiry_remove,
    enquiry_save,
    enquiry_take_up,
    opened_as,
)
from asylon.desk.services.trail import record

PREFIXES = ("enquiry", "safe", "decision", "people", "events")
DRAFTS_SHOWN = 12
ON_A_PAGE = 30


def _must_take_enquiries(request: DeskRequest) -> None:
    # Who opens a case leads it, and a conflict check tells who is known: neither is for whoever only interprets.
    if not request.user.takes_enquiries or not request.user.is_admitted:
        raise PermissionDenied


@reads("intake", "own")
@require_GET
def intake(request: DeskRequest) -> HttpResponse:
    """Show an empty screen; the draft comes to be with the first thing that is typed."""
    _must_take_enquiries(request)
    return _screen(request, uuid4(), IntakeSheet())


@reads("enquiry", "own")
@require_http_methods(["GET", "POST"])
def enquiry(request: DeskRequest, enquiry: UUID) -> HttpResponse:
    """Show a draft to go on with, or a kept enquiry; a POST saves the draft and does what was pressed."""
    _must_take_enquiries(request)
    if request.method == "POST":
        return _act(request, enquiry)
    row, content = open_enquiry(request.keyring, enquiry)
    record("enquiry.read", by=request.user, about=row.pk)
    if row.state != Enquiry.State.DRAFT:
        return _kept(request, row, content)
    return _screen(request, row.pk, IntakeSheet.typed(as_data(content.fields)), row=row, reason=content.reason)


@reads("enquiry_save", "nothing")
@require_POST
def save(request: DeskRequest, enquiry: UUID) -> HttpResponse:
    """Keep what is being typed, and answer nothing."""
    _must_take_enquiries(request)
    enquiry_save(keyring=request.keyring, enquiry_id=enquiry, fields=as_fields(request.POST, PREFIXES))
    return HttpResponse(status=204)


def _act(request: DeskRequest, enquiry_id: UUID) -> HttpResponse:
    if case := opened_as(request.user, enquiry_id):
        return redirect("case", case=case)
    fields = as_fields(request.POST, PREFIXES)
    row = enquiry_save(keyring=request.keyring, enquiry_id=enquiry_id, fields=fields)
    data = as_data(fields)
    if add := request.POST.get("add"):
        return _screen(request, row.pk, IntakeSheet.typed(data, add=add), row=row)
    act = request.POST.get("act", "")
    if act == "check":
        sheet = IntakeSheet(data)
        sheet.check()
        found = {"matches": _check(request, row.pk, fields), "inside": sheet.inside(), "is_checked": True}
        return _screen(request, row.pk, IntakeSheet.typed(data), row=row, **found)
    if act == "open":
        return _open(request, row, fields)
    if act in (Enquiry.State.REFUSED, Enquiry.State.REFERRED):
        return _keep(request, row, fields, act)
    messages.success(request, _("The draft was saved."))
    return redirect("enquiry", enquiry=row.pk)


def _check(request: DeskRequest, enquiry_id: UUID, fields: dict[str, str]) -> tuple[Match, ...]:
    people = people_in(EnquiryContent(fields))
    return conflict_check(keyring=request.keyring, people=people, enquiry=enquiry_id)


def _open(request: DeskRequest, row: Enquiry, fields: dict[str, str]) -> HttpResponse:
    sheet = IntakeSheet(as_data(fields))
    sheet.is_valid()
    matches = _check(request, row.pk, fields)
    sheet.decision_faults(has_matches=bool(matches))
    if not sheet.wrong():
        try:
            cases = cases_open(keyring=request.keyring, enquiry_id=row.pk, intake=sheet.intake())
        except ValidationError as error:
            sheet.other += error.messages
        else:
            words = _("The case was opened.") if len(cases) == 1 else _("The cases were opened.")
            messages.success(request, words)
            return redirect("case", case=cases[0].case.pk)
    found = {"matches": matches, "inside": sheet.inside(), "is_checked": True}
    return _screen(request, row.pk, sheet, row=row, **found)


def _keep(request: DeskRequest, row: Enquiry, fields: dict[str, str], state: str) -> HttpResponse:
    sheet = IntakeSheet(as_data(fields))
    sheet.check()
    sheet.keeping_faults()
    if sheet.wrong():
        return _screen(request, row.pk, sheet, row=row)
    decided = sheet["decision"].cleaned_data
    enquiry_keep(
        keyring=request.keyring,
        enquiry_id=row.pk,
        state=state,
        reason=decided["reason"],
        decision=decided["decision"] if decided["decision"] == "refuse" else "",
        has_consent=sheet["enquiry"].cleaned_data["consent"],
    )
    messages.success(request, _("The enquiry is kept with its reason."))
    return redirect("enquiry", enquiry=row.pk)


def _screen(request: DeskRequest, enquiry_id: UUID, sheet: Any, **more: Any) -> HttpResponse:
    rows = enquiries_of(request.user).filter(state=Enquiry.State.DRAFT).exclude(pk=enquiry_id)
    drafts = open_all(request.keyring, rows[:DRAFTS_SHOWN])
    context = {
        "nav_current": "intake",
        "enquiry_id": enquiry_id,
        "sheet": sheet,
        "drafts": [_line(row, content) for row, content in drafts],
        **more,
    }
    return render(request, "desk/intake/screen.html", context)


def _line(row: Enquiry, content: EnquiryContent | None) -> dict[str, Any]:
    people = people_in(content) if content else []
    urgency = content.fields.get("enquiry-urgency", "") if content else ""
    return {
        "url": reverse("enquiry", kwargs={"enquiry": row.pk}),
        "row": row,
        "called": people[0].called if people else "",
        "others": max(len(people) - 1, 0),
        "urgency": dict(URGENCIES).get(urgency, "") if urgency else "",
        "reason": content.reason if content else "",
        "is_shut": content is None,
    }


# ---------------------------------------------------------------- kept enquiries


def _kept(request: DeskRequest, row: Enquiry, content: EnquiryContent) -> HttpResponse:
    context = {
        "nav_current": "intake",
        "row": row,
        "content": content,
        "people": [(person, nationalities(person)) for person in people_in(content)],
        "account": content.fields.get("enquiry-account", ""),
        "caller": content.fields.get("enquiry-caller", ""),
        "is_mine": row.author_id == request.user.pk,
    }
    return render(request, "desk/intake/kept.html", context)


@reads("intake_kept", "own")
@require_GET
def kept(request: DeskRequest) -> HttpResponse:
    """List the enquiries that were refused or referred: one's own, for a lead all."""
    _must_take_enquiries(request)
    rows = enquiries_of(request.user).exclude(state=Enquiry.State.DRAFT).select_related("author")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(row, content) for row, content in open_all(request.keyring, page.object_list)]
    record("enquiry.read", by=request.user, count=len(lines))
    return render(request, "desk/intake/list.html", {"nav_current": "intake", "page": page, "lines": lines})


@reads("enquiry_take_up", "nothing")
@require_POST
def take_up(request: DeskRequest, enquiry: UUID) -> HttpResponse:
    """Make a kept enquiry of one's own a draft again."""
    _must_take_enquiries(request)
    enquiry_take_up(keyring=request.keyring, enquiry_id=enquiry)
    messages.success(request, _("The enquiry is a draft again."))
    return redirect("enquiry", enquiry=enquiry)


@reads("enquiry_remove", "own")
@require_http_methods(["GET", "POST"])
def remove(request: DeskRequest, enquiry: UUID) -> HttpResponse:
    """Ask, then destroy an enquiry of one's own."""
    row = enquiries_of(request.user).filter(pk=enquiry, author=request.user).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        enquiry_remove(keyring=request.keyring, enquiry_id=enquiry)
        messages.success(request, _("The enquiry was destroyed."))
        return redirect("intake")
    return render(request, "desk/intake/remove.html", {"nav_current": "intake", "row": row})


routes = [
    path("intake", intake, name="intake"),
    path("intake/kept", kept, name="intake_kept"),
    path("intake/<uuid:enquiry>", enquiry, name="enquiry"),
    path("intake/<uuid:enquiry>/save", save, name="enquiry_save"),
    path("intake/<uuid:enquiry>/take-up", take_up, name="enquiry_take_up"),
    path("intake/<uuid:enquiry>/remove", remove, name="enquiry_remove"),
]
