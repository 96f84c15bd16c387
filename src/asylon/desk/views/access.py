"""Who may see a case: given, changed, taken, barred; closed, reopened, destroyed; and broken glass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.forms.access import ROLES_SAY, GiveForm, GlassForm
from asylon.desk.forms.cases import NumberForm
from asylon.desk.models import Role, User
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.access import bars_of, colleagues, members_of, what_is_destroyed
from asylon.desk.selectors.cases import OpenCase, open_case
from asylon.desk.services import memberships
from asylon.desk.services.cases import case_close as close_case
from asylon.desk.services.cases import case_delete as delete_case
from asylon.desk.services.cases import case_reopen as reopen_case
from asylon.desk.services.conflicts import grant_warnings, inside_case
from asylon.desk.services.memberships import GLASS_HOURS, glass_break
from asylon.desk.views.caseframe import case_url, framed
from asylon.errors import VaultError


@reads("access", "case")
@require_GET
def access(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show who may see a case, to its lead."""
    opened = open_case(request.keyring, case, "grant")
    return _shown(request, opened, GiveForm(colleagues=colleagues(opened)))


def _shown(request: DeskRequest, opened: OpenCase, form: GiveForm, warnings: tuple[str, ...] = ()) -> HttpResponse:
    context = {
        "form": form,
        "warnings": warnings,
        "conflicts": inside_case(opened),
        "members": members_of(opened),
        "bars": bars_of(opened),
        "to_bar": list(colleagues(opened, is_barring=True)),
        "roles": [(value, label, ROLES_SAY[Role(value)]) for value, label in Role.choices],
    }
    return framed(request, opened, "desk/cases/access.html", context, tab="access", crumb=_("Who may see it"))


@reads("access_give", "case")
@require_POST
def access_give(request: DeskRequest, case: UUID) -> HttpResponse:
    """Give the key of a case to a colleague, or change their role."""
    opened = open_case(request.keyring, case, "grant", action=None)
    form = GiveForm(request.POST, colleagues=colleagues(opened))
    if form.is_valid():
        given = form.cleaned_data
        warnings = grant_warnings(opened=opened, colleague=given["user"])
        if warnings and "anyway" not in request.POST:
            return _shown(request, opened, form, warnings)
        try:
            memberships.membership_give(opened=opened, user=given["user"], role=given["role"], until=given["until"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Access was given."))
            return _back(opened)
    return _shown(request, opened, form)


def _back(opened: OpenCase) -> HttpResponse:
    return HttpResponseRedirect(reverse("access", kwargs={"case": opened.case.pk}))


def _pressed(
    request: DeskRequest, case: UUID, user: int, act: Callable[[OpenCase, User], Any], said: str
) -> HttpResponse:
    opened = open_case(request.keyring, case, "grant", action=None)
    found = User.objects.filter(pk=user).first()
    if found is None:
        raise Http404
    try:
        act(opened, found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _back(opened)
    messages.success(request, said)
    if found.pk == request.user.pk:  # who took their own access sees the case no more
        return HttpResponseRedirect(reverse("cases"))
    return _back(opened)


@reads("access_take", "case")
@require_POST
def access_take(request: DeskRequest, case: UUID, user: int) -> HttpResponse:
    """Take the key of a case from somebody."""

    def act(opened: OpenCase, found: User) -> None:
        memberships.membership_take(opened=opened, user=found)

    return _pressed(request, case, user, act, _("Access was taken; open pages close at once."))


@reads("access_leave", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def access_leave(request: DeskRequest, case: UUID) -> HttpResponse:
    """Ask whether one wants to give back one's own key of a case, and take it."""
    opened = open_case(request.keyring, case, "card", action=None)
    back = reverse("case" if opened.may("read") else "case_card", kwargs={"case": case})
    if request.method == "POST":
        try:
            memberships.membership_leave(opened=opened)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(back)
        messages.success(request, _("You left the case."))
        return HttpResponseRedirect(reverse("cases"))
    return render(request, "desk/cases/leave.html", _leaving(opened, back))


def _leaving(opened: OpenCase, back: str) -> dict[str, Any]:
    consequences = [
        _("You give back your key. Pages of this case that you have open stop answering."),
        _("You cannot come back by yourself: a lead of the case would have to give it to you again."),
        _("The leads of the case are told, and the trail keeps that you left."),
    ]
    return {"nav_current": "cases", "case": opened.case, "cancel_url": back, "consequences": consequences}


@reads("access_bar", "case")
@require_POST
def access_bar(request: DeskRequest, case: UUID) -> HttpResponse:
    """Bar somebody from a case."""
    chosen = request.POST.get("user", "")

    def act(opened: OpenCase, found: User) -> None:
        memberships.bar_set(opened=opened, user=found)

    if not chosen.isdecimal():
        opened = open_case(request.keyring, case, "grant", action=None)
        messages.error(request, _("Choose whom to bar."))
        return _back(opened)
    return _pressed(request, case, int(chosen), act, _("The bar was set. Nothing opens this case to them now."))


@reads("access_lift", "case")
@require_POST
def access_lift(request: DeskRequest, case: UUID, user: int) -> HttpResponse:
    """Lift a bar."""

    def act(opened: OpenCase, found: User) -> None:
        memberships.bar_lift(opened=opened, user=found)

    return _pressed(request, case, user, act, _("The bar was lifted. It gives no access by itself."))


@reads("case_close", "case")
@require_POST
def case_close(request: DeskRequest, case: UUID) -> HttpResponse:
    """Close a case: it leaves the board and stays readable."""
    opened = open_case(request.keyring, case, "close", action=None)
    close_case(opened=opened)
    messages.success(request, _("The case was closed. It left the board and can be reopened."))
    return HttpResponseRedirect(case_url(opened))


@reads("case_reopen", "case")
@require_POST
def case_reopen(request: DeskRequest, case: UUID) -> HttpResponse:
    """Open a closed case again."""
    opened = open_case(request.keyring, case, "close", action=None)
    reopen_case(opened=opened)
    messages.success(request, _("The case was reopened; its duties were reckoned anew."))
    return HttpResponseRedirect(case_url(opened))


@reads("case_delete", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def case_delete(request: DeskRequest, case: UUID) -> HttpResponse:
    """Say what is destroyed with a case, and destroy it when its number is typed."""
    opened = open_case(request.keyring, case, "delete", action=None if request.method == "POST" else "case.read")
    form = NumberForm(request.POST if request.method == "POST" else None, number=opened.case.number)
    if request.method == "POST" and form.is_valid():
        delete_case(opened=opened)
        messages.success(request, _("The case was destroyed, with its key."))
        return HttpResponseRedirect(reverse("cases"))
    context = {"form": form, "consequences": _consequences(what_is_destroyed(opened))}
    return framed(request, opened, "desk/cases/delete.html", context, crumb=_("Destroy"))


def _consequences(counts: dict[str, int]) -> list[str]:
    events, notes, papers = counts["events"], counts["notes"], counts["papers"]
    people = counts["people"] - counts["staying"]
    lines = (
        (events, ngettext("%(n)d event", "%(n)d events", events)),
        (notes, ngettext("%(n)d note", "%(n)d notes", notes)),
        (papers, ngettext("%(n)d paper", "%(n)d papers", papers)),
        (people, ngettext("%(n)d person, if in no other case", "%(n)d people, those in no other case", people)),
    )
    return [
        *(line % {"n": n} for n, line in lines if n),
        _("The key of the case is destroyed: nobody, with no password and no recovery share, can read it again."),
        _("Backups made before still hold it until they are destroyed too."),
        _("The trail keeps that it was destroyed, by whom and when."),
    ]


@reads("glass", "nothing")
@require_http_methods(["GET", "HEAD", "POST"])
def glass(request: DeskRequest) -> HttpResponse:
    """Open a case in an emergency; where there is no such case or one is barred, the page is the same."""
    if not request.user.is_lead:
        raise PermissionDenied
    form = GlassForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = glass_break(keyring=request.keyring, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except VaultError as error:
            form.add_error(None, f"{error.faults[0].problem}; {error.faults[0].remedy}.")
        else:
            if found is not None:
                said = _("The glass is broken: you may read this case for %(n)d hours. Its leads were told.")
                messages.warning(request, said % {"n": GLASS_HOURS})
                return HttpResponseRedirect(reverse("case", kwargs={"case": found.case_id}))
            form.add_error(None, _("No case was opened. Look at the number once more, or ask a lead of the case."))
    context = {"nav_current": "cases", "form": form, "hours": GLASS_HOURS}
    return render(request, "desk/cases/glass.html", context)


routes = [
    path("cases/<uuid:case>/access", access, name="access"),
    path("cases/<uuid:case>/access/give", access_give, name="access_give"),
    path("cases/<uuid:case>/leave", access_leave, name="access_leave"),
    path("cases/<uuid:case>/access/bar", access_bar, name="access_bar"),
    path("cases/<uuid:case>/access/<int:user>/take", access_take, name="access_take"),
    path("cases/<uuid:case>/access/<int:user>/lift", access_lift, name="access_lift"),
    path("cases/<uuid:case>/close", case_close, name="case_close"),
    path("cases/<uuid:case>/reopen", case_reopen, name="case_reopen"),
    path("cases/<uuid:case>/delete", case_delete, name="case_delete"),
    path("glass", glass, name="glass"),
]
