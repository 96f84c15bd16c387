"""The team: who works here, what they may do, who waits for keys. Leads admit, administrators keep accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.forms.accounts import ColleagueForm, NewColleagueForm, TeamForm
from asylon.desk.models import OrgKey, Team, User
from asylon.desk.passwords import first_password
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.services import accounts, emergency


def _may_manage(user: User) -> bool:
    return user.is_lead or user.is_administrator


def _must_manage(request: DeskRequest) -> None:
    if not _may_manage(request.user):
        raise PermissionDenied


def _colleague(request: DeskRequest, user: int) -> User:
    _must_manage(request)
    return get_object_or_404(User, pk=user)


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    rows = [(_("Team"), reverse("team")), *more]
    return [{"label": label, "url": url} for label, url in rows]


@reads("team", "accounts")
@require_GET
def team(request: DeskRequest) -> HttpResponse:
    """Show everybody who works here."""
    admitted = set(OrgKey.objects.filter(kind=OrgKey.Kind.INDEX).values_list("user_id", flat=True))
    people = list(User.objects.select_related("team").order_by("-is_active", "display_name"))
    rows = [
        {
            "person": person,
            "is_admitted": person.pk in admitted,
            "waits": person.is_active and person.pk not in admitted and accounts.may_be_admitted(person),
        }
        for person in people
    ]
    context = {
        "nav_current": "team",
        "rows": [row for row in rows if row["person"].is_active],  # type: ignore[attr-defined]
        "closed": [person for person in people if not person.is_active],
        "teams": Team.objects.order_by("name"),
        "may_manage": _may_manage(request.user),
        "may_renew": emergency.may_renew(request.user),
        "is_key_kept": emergency.is_kept_by_former(request.user),
        "form": TeamForm(),
    }
    return render(request, "desk/team/team.html", context)


@reads("team_add", "nothing")
@require_POST
def team_add(request: DeskRequest) -> HttpResponse:
    """Make a team."""
    _must_manage(request)
    form = TeamForm(request.POST)
    try:
        accounts.team_make(name=form["name"].value() or "", by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The team was added."))
    return redirect("team")


@reads("colleague_new", "accounts")
@require_http_methods(["GET", "POST"])
@sensitive_variables("password")
def colleague_new(request: DeskRequest) -> HttpResponse:
    """Make an account and show its first password once."""
    if not request.user.is_administrator:
        raise PermissionDenied
    form = NewColleagueForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        draft, password = form.draft(), first_password()
        user = accounts.account_make(
            username=form.cleaned_data["username"],
            display_name=draft.display_name,
            password=password,
            work=draft.work,
            by=request.user,
            is_lead=draft.is_lead,
            is_administrator=draft.is_administrator,
            team=draft.team,
        )
        return _password_page(request, user, password)
    context = {"nav_current": "team", "form": form, "crumbs": _crumbs()}
    return render(
        request, "desk/team/new.html", context, status=200 if request.method == "GET" or form.is_valid() else 422
    )


def _password_page(request: DeskRequest, user: User, password: str) -> HttpResponse:
    context = {"nav_current": "team", "person": user, "password": password, "crumbs": _crumbs()}
    return render(request, "desk/team/password.html", context)


@reads("colleague", "accounts")
@require_http_methods(["GET", "POST"])
def colleague(request: DeskRequest, user: int) -> HttpResponse:
    """Show and change a colleague's account."""
    person = _colleague(request, user)
    form = ColleagueForm(request.POST or None, by=request.user, user=person)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.account_change(user=person, by=request.keyring, draft=form.draft())
        except ValidationError as error:
            form.add_error(None, error)
            person.refresh_from_db()
        else:
            messages.success(request, _("The account was changed."))
            return redirect("colleague", user=user)
    context = {
        "nav_current": "team",
        "person": person,
        "form": form,
        "is_self": person.pk == request.user.pk,
        "is_admitted": person.is_admitted,
        "may_admit": request.user.is_lead and person.is_active and accounts.may_be_admitted(person),
        "crumbs": _crumbs(),
    }
    return render(request, "desk/team/colleague.html", context, status=422 if form.errors else 200)


@reads("colleague_admit", "nothing")
@require_POST
def colleague_admit(request: DeskRequest, user: int) -> HttpResponse:
    """Give a newcomer the organisation's keys."""
    person = _colleague(request, user)
    accounts.member_admit(user=person, keyring=request.keyring)
    messages.success(request, _("The colleague was admitted and can be given cases now."))
    return redirect("team")


@reads("colleague_lock", "nothing")
@require_POST
def colleague_lock(request: DeskRequest, user: int) -> HttpResponse:
    """End every session of a colleague now."""
    person = _colleague(request, user)
    accounts.account_lock(user=person, by=request.user)
    if person.pk == request.user.pk:
        return HttpResponseRedirect(reverse("account_login"))
    messages.success(
        request, _("Every open desk of this colleague is locked. They can sign in again with their password.")
    )
    return redirect("colleague", user=user)


def _confirm(request: DeskRequest, person: User, **words: Any) -> HttpResponse:
    back = reverse("colleague", kwargs={"user": person.pk})
    return _confirm_page(request, heading=str(person), crumbs=_crumbs((str(person), back)), cancel_url=back, **words)


def _confirm_page(request: DeskRequest, **words: Any) -> HttpResponse:
    context = {"nav_current": "team"} | words
    return render(request, "desk/team/confirm.html", context, status=422 if words.get("fault") else 200)


def _left_alone(person: User) -> list[str]:
    alone = accounts.cases_without_other_lead(person)
    if not alone:
        return []
    line = ngettext(
        "%(n)d case has no other lead: nobody could give access to it. Name another lead there first.",
        "%(n)d cases have no other lead: nobody could give access to them. Name another lead there first.",
        alone,
    )
    return [line % {"n": alone}]


@reads("colleague_close", "accounts")
@require_http_methods(["GET", "POST"])
def colleague_close(request: DeskRequest, user: int) -> HttpResponse:
    """Close an account after saying what that means."""
    person, fault = _colleague(request, user), ""
    if person.pk == request.user.pk:
        raise PermissionDenied
    if request.method == "POST":
        try:
            accounts.account_close(user=person, by=request.user)
        except ValidationError as error:
            fault = " ".join(error.messages)
        else:
            messages.success(request, _("The account is closed. Its open pages stopped answering."))
            return redirect("team")
    lines = [
        _("Every open desk of this person stops at once."),
        _("Their keys are destroyed: they open no case again, and the account cannot be opened again."),
        _("What they wrote stays, with their name in the trail."),
    ]
    words = {"question": _("Close this account?"), "button": _("Close the account")}
    return _confirm(request, person, lines=[*_left_alone(person), *lines], fault=fault, **words)


@reads("colleague_reset", "accounts")
@require_http_methods(["GET", "POST"])
@sensitive_variables("password")
def colleague_reset(request: DeskRequest, user: int) -> HttpResponse:
    """Give a colleague who forgot their password a first password again."""
    person, fault = _colleague(request, user), ""
    if person.pk == request.user.pk or not request.user.is_administrator or not person.is_active:
        raise PermissionDenied
    if request.method == "POST":
        password = first_password()
        try:
            accounts.account_reset(user=person, by=request.user, password=password)
        except ValidationError as error:
            fault = " ".join(error.messages)
        else:
            return _password_page(request, person, password)
    lines = [
        _("The old password opened this person's keys. Nobody can open them without it."),
        _("They get new keys, which open nothing until a lead admits them again."),
        _("Every case must be given to them again by a lead of the case. They are no lead and no administrator."),
        _("Do it only after you spoke to the person themselves, face to face or by a voice you know."),
    ]
    words = {"question": _("Give this person a new first password?"), "button": _("Make a first password")}
    return _confirm(request, person, lines=[*_left_alone(person), *lines], fault=fault, **words)


@reads("colleague_second_factor", "accounts")
@require_http_methods(["GET", "POST"])
def colleague_second_factor(request: DeskRequest, user: int) -> HttpResponse:
    """Remove the second factor of a colleague who lost it."""
    person = _colleague(request, user)
    if person.pk == request.user.pk or not request.user.is_administrator:
        raise PermissionDenied
    if request.method == "POST":
        accounts.second_factor_reset(user=person, by=request.user)
        messages.success(
            request, _("The second factor is removed. The colleague sets up a new one at the next sign-in.")
        )
        return redirect("colleague", user=user)
    lines = [
        _("Until they set up a new one, the password alone opens their desk."),
        _("Do it only after you spoke to the person themselves, face to face or by a voice you know."),
    ]
    words = {"question": _("Remove the second factor of this person?"), "button": _("Remove the second factor")}
    return _confirm(request, person, lines=lines, **words)


@reads("emergency_key", "nothing")
@require_http_methods(["GET", "POST"])
def emergency_key(request: DeskRequest) -> HttpResponse:
    """Make a new key for emergencies after saying what that means."""
    if not emergency.may_renew(request.user):
        raise PermissionDenied
    if request.method == "POST":
        emergency.emergency_renew(keyring=request.keyring)
        messages.success(request, _("There is a new key for emergencies. The old one opens nothing here any more."))
        return redirect("team")
    lines = [
        _("Whoever led before and kept the old key opens no case with it, not even with a later copy of the store."),
        _("A copy or backup from before stays open to the old key; who has both keeps the keys of its cases."),
        _("Every lead who holds the key gets the new one at once. Whoever leads goes on breaking glass as before."),
        _("With many cases it takes a moment, in which nobody can begin a new case or enquiry."),
    ]
    words = {"question": _("Make a new key for emergencies?"), "button": _("Make a new key")}
    heading, team_url = _("New key for emergencies"), reverse("team")
    return _confirm_page(request, heading=heading, crumbs=_crumbs(), cancel_url=team_url, lines=lines, **words)


routes = [
    path("team", team, name="team"),
    path("team/teams", team_add, name="team_add"),
    path("team/new", colleague_new, name="colleague_new"),
    path("team/emergency-key", emergency_key, name="emergency_key"),
    path("team/<int:user>", colleague, name="colleague"),
    path("team/<int:user>/admit", colleague_admit, name="colleague_admit"),
    path("team/<int:user>/lock", colleague_lock, name="colleague_lock"),
    path("team/<int:user>/close", colleague_close, name="colleague_close"),
    path("team/<int:user>/reset", colleague_reset, name="colleague_reset"),
    path("team/<int:user>/second-factor", colleague_second_factor, name="colleague_second_factor"),
]
