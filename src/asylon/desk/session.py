"""Signing in opens a person's key; it stays open for the session and nowhere else.

The private key lies in the server's session sealed under a random key that only the browser's cookie holds.
A copy of the database opens nothing without the cookies, a stolen cookie nothing without the session.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from asylon.desk.config import current
from asylon.desk.models.accounts import OrgKey, User
from asylon.errors import VaultError
from asylon.vault.index import BlindIndex
from asylon.vault.sealing import Cost, Opener, new_key, password_key, seal, unseal, unwrap

COOKIE = "asylon_key"
STEP_COOKIE = "asylon_step"  # between the password and the second factor; it opens nothing of a session
HELD = "private"
STEP = "private_step"
STEP_SECONDS = 300
EPOCH = "epoch"
SEEN = "seen"
BEGUN = "begun"

# Minutes without a request after which a session is locked, by work. Administrators the soonest.
IDLE_MINUTES = {"lawyer": 60, "caseworker": 60, "interpreter": 15, "volunteer": 15, "administrator": 15}
# Hours after which a session is locked whatever was done in it.
LONGEST_HOURS = 12


def open_private(user: User, password: str) -> bytes | None:
    """Return the private key that the password opens, None when it does not."""
    key = password_key(password, bytes(user.salt), Cost(user.passes, user.memory))
    try:
        return unseal(key, bytes(user.sealed_private), f"user:{user.username}:private")
    except VaultError:
        return None


class KeyBackend:
    """Signs in whoever's password opens their key. An unknown name costs the same time."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """Return the user, None when name or password are wrong or the account is closed."""
        if not username or password is None:
            return None
        user = User.objects.filter(username=username.strip().lower()).first()
        if user is None:
            password_key(password, b"\0" * 16, current().cost)
            return None
        private = open_private(user, password)
        if private is None or not user.is_active:
            return None
        if request is not None:
            request.opened = (user.pk, private)  # type: ignore[attr-defined]
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, None when the account is closed."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def hold(request: HttpRequest, user: User, private: bytes) -> None:
    """Keep the private key for this session under a new key; `KeyMiddleware` gives that one to the browser.

    The hours of the session count from the first time on.
    """
    request.session.setdefault(BEGUN, int(time.time()))
    request.new_key = _keep(request, HELD, user, private)  # type: ignore[attr-defined]
    request.session.pop(STEP, None)


def hold_for_step(request: HttpRequest, user: User, private: bytes) -> bytes:
    """Keep the private key until the second factor was given, and return the key for the browser."""
    return _keep(request, STEP, user, private)


def held(request: HttpRequest, user: User) -> bytes | None:
    """Return the private key of this session, None when it is locked."""
    fresh = getattr(request, "new_key", None)
    return _kept(request, HELD, user, fresh or _cookie_key(request, COOKIE))


def held_for_step(request: HttpRequest, user: User) -> bytes | None:
    """Return the private key that the password opened in the step before, None when that was not this person."""
    return _kept(request, STEP, user, _cookie_key(request, STEP_COOKIE))


def _keep(request: HttpRequest, name: str, user: User, private: bytes) -> bytes:
    key = new_key()
    request.session[name] = base64.b64encode(seal(key, private, f"session:{name}:{user.pk}")).decode()
    return key


def _kept(request: HttpRequest, name: str, user: User, key: bytes | None) -> bytes | None:
    sealed = request.session.get(name)
    if not sealed or not key:
        return None
    try:
        return unseal(key, base64.b64decode(sealed), f"session:{name}:{user.pk}")
    except (VaultError, ValueError):
        return None


def _cookie_key(request: HttpRequest, cookie: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(request.COOKIES.get(cookie, ""))
    except ValueError:
        return None


def set_cookie(response: HttpResponse, key: bytes, *, name: str = COOKIE, seconds: int | None = None) -> None:
    """Give the browser the key of its session, or with `seconds` that of a step."""
    response.set_cookie(
        name,
        base64.urlsafe_b64encode(key).decode(),
        max_age=seconds,
        httponly=True,
        samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        path="/",
    )


@dataclass
class Keyring:
    """The keys of one person during one request; nothing of it is stored."""

    user: User
    private: bytes = field(repr=False)
    _cases: dict[Any, bytes] = field(default_factory=dict, repr=False)

    def case_key(self, membership: Any) -> bytes:
        """Return the key of the case of a membership of this person."""
        key = self._cases.get(membership.case_id)
        if key is None:
            key = self._cases[membership.case_id] = self._opener.unwrap(membership.wrapped_key)
        return key

    def case_keys(self, memberships: Any) -> dict[Any, bytes]:
        """Return the keys of many cases, by case id."""
        return {membership.case_id: self.case_key(membership) for membership in memberships}

    def org_key(self, kind: str) -> bytes:
        """Return a key of the organisation; VaultError when no lead has given it yet."""
        row = OrgKey.objects.filter(user=self.user, kind=kind).first()
        if row is None:
            place, remedy = "your account", "ask a lead to admit you on the page 'Team'"
            raise VaultError.single(place, "does not hold this key of the organisation yet", remedy)
        return unwrap(row.wrapped, self.private)

    @cached_property
    def _opener(self) -> Opener:
        return Opener(self.private)

    @cached_property
    def index(self) -> BlindIndex:
        """Return the blind index of names and numbers."""
        return BlindIndex(self.org_key(OrgKey.Kind.INDEX))
