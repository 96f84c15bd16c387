"""What holds for every request: language, an open key, a second factor, nothing kept by the browser."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from urllib.parse import quote

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from asylon.desk.config import current
from asylon.desk.models.accounts import User
from asylon.desk.registry import PACKAGES
from asylon.desk.session import (
    BEGUN,
    COOKIE,
    EPOCH,
    IDLE_MINUTES,
    LONGEST_HOURS,
    SEEN,
    STEP_COOKIE,
    STEP_SECONDS,
    Keyring,
    held,
    hold_for_step,
    set_cookie,
)
from asylon.errors import VaultError

_log = logging.getLogger(__name__)

Respond = Callable[[HttpRequest], HttpResponse]

# Paths that a session without a second factor may still reach, by route name.
BEFORE_SECOND_FACTOR = {*PACKAGES, "lock", "language", "theme", "password", "alive"}
# A poll of an open page says that somebody left it open, not that somebody works.
NOT_WORK = {"alive"}


class LanguageMiddleware:
    """Shows the desk in the language chosen in the session, else in that of the browser."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language for one request."""
        chosen = request.session.get("language") or translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language() or "en"
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class KeyMiddleware:
    """Puts the open keys on the request; a session that is idle, too long open, ended or without its key is locked."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the sign-in page where the session must not go on."""
        if request.user.is_authenticated:
            if not self._open(request, request.user):
                lock(request)
                return self._locked(request)
        elif not _is_open(request):
            return self._locked(request)
        response = self.get_response(request)
        self._give_keys(request, response)
        return response

    def _give_keys(self, request: HttpRequest, response: HttpResponse) -> None:
        """Set the cookie of a session that was opened, or of one that waits for its second factor; drop old ones."""
        if request.user.is_authenticated:
            if (key := getattr(request, "new_key", None)) is not None:
                set_cookie(response, key)
                response.delete_cookie(STEP_COOKIE)
            return
        drop(request, response, COOKIE)
        opened = getattr(request, "opened", None)
        if opened is not None and LOGIN_SESSION_KEY in request.session:
            step = hold_for_step(request, User(pk=opened[0]), opened[1])
            set_cookie(response, step, name=STEP_COOKIE, seconds=STEP_SECONDS)

    def _open(self, request: HttpRequest, user: User) -> bool:
        now = int(time.time())
        idle = now - int(request.session.get(SEEN, now))
        if idle > IDLE_MINUTES.get(user.work, 15) * 60:
            return False
        if now - int(request.session.get(BEGUN, 0)) > LONGEST_HOURS * 3600:
            return False
        if request.session.get(EPOCH) != user.epoch:
            return False
        private = held(request, user)
        if private is None:
            return False
        if route_name(request) not in NOT_WORK and now - int(request.session.get(SEEN, 0)) >= 15:
            request.session[SEEN] = now
        request.keyring = Keyring(user, private)  # type: ignore[attr-defined]
        return True

    def _locked(self, request: HttpRequest) -> HttpResponse:
        if route_name(request) == "alive" or request.headers.get("HX-Request"):
            response = HttpResponse(status=401)
        else:
            ask = f"?next={quote(request.path)}" if request.method == "GET" else ""
            response = HttpResponseRedirect(reverse("account_login") + ask)
        drop(request, response, COOKIE)
        return response


def drop(request: HttpRequest, response: HttpResponse, cookie: str) -> None:
    """Take a cookie from a browser that sent it."""
    if cookie in request.COOKIES:
        response.delete_cookie(cookie, samesite="Strict")


def _is_open(request: HttpRequest) -> bool:
    """Tell whether a page is reached without signing in; what no route answers is not there for anybody."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    path = PACKAGES.get(found.url_name or "") or getattr(found.func, "read_path", None)
    return path is not None and path.is_open


def lock(request: HttpRequest) -> None:
    """End the session and drop its key."""
    logout(request)


def route_name(request: HttpRequest) -> str:
    """Return the name of the route that a request goes to, empty when there is none."""
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


class SecondFactorMiddleware:
    """Sends whoever has no second factor, or must change a first password, there before anything else."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect to what is still to do."""
        user = request.user
        if user.is_authenticated and route_name(request) not in BEFORE_SECOND_FACTOR:
            if user.must_change_password:
                return HttpResponseRedirect(reverse("password"))
            if current().demands_second_factor and not is_mfa_enabled(user):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


class FaultMiddleware:
    """Says what is wrong with the vault, and what to do, where a page cannot be shown because of it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a page with the faults of the vault for who has signed in; they name nothing of a case."""
        if not isinstance(exception, VaultError) or getattr(request, "keyring", None) is None:
            return None
        _log.error("the vault", exc_info=exception)
        return render(request, "500.html", {"faults": exception.faults}, status=500)


class HeaderMiddleware:
    """Tells the browser to keep nothing and to give pages no powers."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the headers that no page may lack."""
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
