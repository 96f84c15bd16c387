"""Events and proceedings of a case: added, read, changed, removed and brought back, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk import law
from asylon.desk.content import EventContent, ProceedingContent
from asylon.desk.forms.events import PREFIX, EventForm, ProceedingForm
from asylon.desk.models import Event, Paper, Proceeding
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.cases import OpenCase, open_case, row_of
from asylon.desk.selectors.eventpage import event_page, merged_details
from asylon.desk.selectors.timeline import events_of, proceedings_of
from asylon.desk.services.events import (
    CHANGED_MEANWHILE,
    event_change,
)
from asylon.desk.services.events import (
    event_add as add_event,
)
from asylon.desk.services.events import (
    event_confirm as confirm_event,
)
from asylon.desk.services.events import (
    event_remove as remove_event,
)
from asylon.desk.services.events import (
    event_restore as restore_event,
)
from asylon.desk.services.events import (
    event_undo as undo_event,
)
from asylon.desk.services.papers import paper_tie
from asylon.desk.services.proceedings import proceeding_change, proceeding_open
from asylon.desk.views.caseframe import case_url, framed
from asylon.desk.words import event_label


def _for_writing(request: DeskRequest, case: UUID) -> OpenCase:
    return open_case(request.keyring, case, "write", action=None if request.method == "POST" else "case.read")


@reads("event_add", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def event_add(request: DeskRequest, case: UUID) -> HttpResponse:
    """Ask which event happened and for its details, and add it. An event whose details were not shown is not added."""
    opened = _for_writing(request, case)
    typed = request.POST if request.method == "POST" else request.GET
    name = typed.get("event", "")
    name = name if name in law.event_kinds() else ""
    others = [row for row in events_of(opened) if row.removed_at is None]
    is_sent = request.method == "POST" and typed.get("act") != "ask" and typed.get("shown", "") == name
    initial = {} if is_sent else _typed_so_far(request.POST)
    form = EventForm(typed if is_sent else None, opened=opened, name=name, others=others, initial=initial)
    if is_sent and form.is_valid():
        made = _added(opened, form)
        if made is not None:
            messages.success(request, _("The event was added."))
            _say_critical(request, made)
            return HttpResponseRedirect(case_url(opened, f"event-{made.pk}"))
    context = {"form": form, "name": name, "is_asked_anew": request.method == "POST" and not is_sent}
    return framed(request, opened, "desk/cases/event_form.html", context, crumb=_("Add an event"))


def _typed_so_far(typed: QueryDict) -> dict[str, Any]:
    """Return what stays when another event is chosen: everything but what is proposed for each event anew."""
    proposed = ("event", "shown", f"{PREFIX}procedure")
    return {key: value for key, value in typed.items() if key not in proposed}


def _added(opened: OpenCase, form: EventForm) -> Event | None:
    try:
        made = add_event(opened=opened, draft=form.draft)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    if (paper := form.chosen_paper) is not None:
        paper_tie(opened=opened, paper=paper, event=made)
    return made


def _say_critical(request: DeskRequest, event: Event) -> None:
    if event.is_critical and event.confirmed_at is None:
        messages.info(
            request, _("A term of ours starts with it: somebody else should compare the date with the paper.")
        )


@reads("event", "case")
@require_GET
def event(request: DeskRequest, case: UUID, event: UUID) -> HttpResponse:
    """Show one event with everything that is said of it, its history, and how to confirm it."""
    opened = open_case(request.keyring, case)
    row = row_of(opened, Event, event)
    context = {"page": event_page(opened, row), "event": row, "may_confirm": opened.may("confirm")}
    return framed(request, opened, "desk/cases/event.html", context, crumb=event_label(row.name))


@reads("event_edit", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: DeskRequest, case: UUID, event: UUID) -> HttpResponse:
    """Change an event; what was typed is kept when somebody else changed it meanwhile."""
    opened = _for_writing(request, case)
    row = row_of(opened, Event, event)
    shown = Paper.objects.visible_to(request.user, "papers").filter(event=row, removed_at__isnull=True).first()
    others = [other for other in events_of(opened) if other.removed_at is None and other.pk != row.pk]
    form = _edit_form(request.POST if request.method == "POST" else None, opened, row, others, shown)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            made = event_change(opened=opened, event=row, draft=form.draft, version=form.cleaned_data["version"] or 0)
        except ValidationError as error:
            if error.error_list[0].code == CHANGED_MEANWHILE:
                theirs = event_page(opened, row)
                form = _edit_form(_with_version(request.POST, row), opened, row, others, shown)
                form.is_valid()
            form.add_error(None, error)
        else:
            _tie(opened, made, shown, form.chosen_paper)
            messages.success(request, _("The event was changed; the earlier one is kept in its history."))
            _say_critical(request, made)
            return HttpResponseRedirect(case_url(opened, f"event-{made.pk}"))
    context = {"form": form, "event": row, "name": row.name, "title": event_label(row.name), "theirs": theirs}
    return framed(request, opened, "desk/cases/event_form.html", context, crumb=_("Change an event"))


def _edit_form(
    data: QueryDict | None, opened: OpenCase, row: Event, others: list[Event], shown: Paper | None
) -> EventForm:
    content: EventContent = opened.unseal(row, EventContent)
    details = merged_details(row, content)
    initial = {
        "version": row.version,
        "on": row.on,
        "time": details.get("time", ""),
        "wording": content.wording,
        "note": content.note,
        "paper_note": content.paper_note,
        "paper": str(shown.pk) if shown else "",
        "proceeding": str(row.proceeding_id or ""),
        "details": details,
    }
    return EventForm(data, opened=opened, name=row.name, others=others, event=row, initial=initial)


def _with_version(data: QueryDict, row: Event) -> QueryDict:
    """Return what was typed, to be saved over the version that is there now."""
    fresh = data.copy()
    fresh["version"] = str(row.version)
    return fresh


def _tie(opened: OpenCase, event: Event, before: Paper | None, now: Paper | None) -> None:
    if before is not None and (now is None or now.pk != before.pk):
        paper_tie(opened=opened, paper=before, event=None)
    if now is not None:
        paper_tie(opened=opened, paper=now, event=event)


def _pressed(
    request: DeskRequest, case: UUID, event: UUID, act: Callable[[OpenCase, Event], None], said: str
) -> HttpResponse:
    """Do what a button of an event asks, say so, and go back to the case."""
    opened = open_case(request.keyring, case, action=None)
    row = row_of(opened, Event, event)
    try:
        act(opened, row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(case_url(opened, f"event-{row.pk}"))


@reads("event_remove", "case")
@require_POST
def event_remove(request: DeskRequest, case: UUID, event: UUID) -> HttpResponse:
    """Take an event out of the timeline."""
    said = _("The event was removed. It stands under “Removed events” and can be brought back.")
    return _pressed(request, case, event, lambda opened, row: remove_event(opened=opened, event=row), said)


@reads("event_restore", "case")
@require_POST
def event_restore(request: DeskRequest, case: UUID, event: UUID) -> HttpResponse:
    """Bring a removed event back."""
    said = _("The event was brought back.")
    return _pressed(request, case, event, lambda opened, row: restore_event(opened=opened, event=row), said)


@reads("event_undo", "case")
@require_POST
def event_undo(request: DeskRequest, case: UUID, event: UUID) -> HttpResponse:
    """Undo the last change of an event."""
    said = _("The last change was undone.")
    return _pressed(request, case, event, lambda opened, row: undo_event(opened=opened, event=row), said)


@reads("event_confirm", "case")
@require_POST
def event_confirm(request: DeskRequest, case: UUID, event: UUID) -> HttpResponse:
    """Confirm the date of an event as a second person."""
    version = int(given) if (given := request.POST.get("version", "")).isdecimal() else 0

    def confirm(opened: OpenCase, row: Event) -> None:
        confirm_event(opened=opened, event=row, version=version)

    return _pressed(request, case, event, confirm, _("The date was confirmed."))


@reads("proceeding_add", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def proceeding_add(request: DeskRequest, case: UUID) -> HttpResponse:
    """Open a proceeding of a case."""
    opened = _for_writing(request, case)
    form = ProceedingForm(request.POST if request.method == "POST" else None, others=proceedings_of(opened))

    def save() -> None:
        proceeding_open(opened=opened, kind=form.cleaned_data["kind"], content=form.content, follows=form.followed)

    return _proceeding(request, opened, form, save, _("The proceeding was added."), _("Add a proceeding"))


@reads("proceeding_edit", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def proceeding_edit(request: DeskRequest, case: UUID, proceeding: UUID) -> HttpResponse:
    """Change a proceeding of a case."""
    opened = _for_writing(request, case)
    row = row_of(opened, Proceeding, proceeding)
    content: ProceedingContent = opened.unseal(row, ProceedingContent)
    initial: Mapping[str, Any] = {
        "kind": row.kind,
        "forum": content.forum,
        "judge": content.judge,
        "file_number": content.file_number,
        "follows": str(row.follows_id or ""),
    }
    others = [(other, said) for other, said in proceedings_of(opened) if other.pk != row.pk]
    form = ProceedingForm(request.POST if request.method == "POST" else None, others=others, initial=initial)

    def save() -> None:
        proceeding_change(
            opened=opened,
            proceeding=row,
            kind=form.cleaned_data["kind"],
            content=form.content,
            follows=form.followed,
        )

    return _proceeding(request, opened, form, save, _("The proceeding was changed."), _("Proceeding"))


def _proceeding(
    request: DeskRequest, opened: OpenCase, form: ProceedingForm, save: Callable[[], None], said: str, crumb: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(case_url(opened, "timeline"))
    context = {"form": form, "cancel_url": reverse("case", kwargs={"case": opened.case.pk})}
    return framed(request, opened, "desk/cases/proceeding.html", context, crumb=crumb)


routes = [
    path("cases/<uuid:case>/events/add", event_add, name="event_add"),
    path("cases/<uuid:case>/events/<uuid:event>", event, name="event"),
    path("cases/<uuid:case>/events/<uuid:event>/edit", event_edit, name="event_edit"),
    path("cases/<uuid:case>/events/<uuid:event>/remove", event_remove, name="event_remove"),
    path("cases/<uuid:case>/events/<uuid:event>/restore", event_restore, name="event_restore"),
    path("cases/<uuid:case>/events/<uuid:event>/undo", event_undo, name="event_undo"),
    path("cases/<uuid:case>/events/<uuid:event>/confirm", event_confirm, name="event_confirm"),
    path("cases/<uuid:case>/proceedings/add", proceeding_add, name="proceeding_add"),
    path("cases/<uuid:case>/proceedings/<uuid:proceeding>", proceeding_edit, name="proceeding_edit"),
]
