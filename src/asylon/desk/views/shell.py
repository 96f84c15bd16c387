"""The frame of every page: lock, language, theme, and whether an open page may stay open."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from asylon.desk.context import THEMES
from asylon.desk.middleware import lock as end_session
from asylon.desk.models import User
from asylon.desk.registry import reads
from asylon.desk.services.trail import record
from asylon.desk.session import COOKIE
from asylon.desk.walls import memberships_of


def back(request: HttpRequest, otherwise: str = "board") -> HttpResponseRedirect:
    """Return a redirect to the page of this desk that the person came from, else to `otherwise`."""
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        wanted = reverse(otherwise)
    return HttpResponseRedirect(wanted)


@reads("alive", "nothing", is_open=True)
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 204 while the session may go on, 401 when an open page must close; `case` names its case."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    asked = request.GET.get("case")
    return HttpResponse(status=204 if asked is None or _may_stay(request.user, asked) else 401)


def _may_stay(user: User, case: str) -> bool:
    try:
        return memberships_of(user).filter(case_id=UUID(case)).exists()
    except ValueError:
        return False


@reads("lock", "nothing", is_open=True)
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the desk in one press: the session ends and its key is dropped."""
    if request.user.is_authenticated:
        record("session.locked", by=request.user)
    end_session(request)
    response = HttpResponseRedirect(reverse("account_login"))
    response.delete_cookie(COOKIE, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@reads("theme", "nothing", is_open=True)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme for this session."""
    if (chosen := request.POST.get("theme", "")) in THEMES:
        request.session["theme"] = chosen
    return back(request)


@reads("language", "nothing", is_open=True)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language for this session and for the next sign-in."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        request.session["language"] = chosen
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return back(request)


@reads("keys_help", "nothing")
@require_GET
def keys_help(request: HttpRequest) -> HttpResponse:
    """Show what the keys of the keyboard do."""
    return render(request, "desk/keys.html")


routes = [
    path("alive", alive, name="alive"),
    path("lock", lock, name="lock"),
    path("theme", theme, name="theme"),
    path("language", language, name="language"),
    path("help/keys", keys_help, name="keys_help"),
]
