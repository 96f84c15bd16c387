"""Signing in opens a person's key; it stays open for the session and nowhere else.

The private key lies in the server's session sealed under a random key that only the browser's cookie holds.
A copy of the database opens nothing without the cookies, a stolen cookie nothing without the session.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from asylon.desk.config import current
from asylon.desk.models.accounts import OrgKey, User
from asylon.errors import VaultError
from asylon.vault.index import BlindIndex
from asylon.vault.sealing import Cost, new_key, password_key, seal, unseal, unwrap

COOKIE = "asylon_key"
HELD = "private"
EPOCH = "epoch"
SEEN = "seen"

# Minutes without a request after which a session is locked, by work. Administrators the soonest.
IDLE_MINUTES = {"lawyer": 60, "caseworker": 60, "interpreter": 15, "volunteer": 15, "administrator": 15}


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
            hold(request, private)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, None when the account is closed."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def hold(request: HttpRequest, private: bytes) -> None:
    """Keep the private key for this session; `KeyMiddleware` sets the cookie."""
    key = new_key()
    request.session[HELD] = base64.b64encode(seal(key, private, "session:private")).decode()
    request.new_key = key  # type: ignore[attr-defined]


def held(request: HttpRequest) -> bytes | None:
    """Return the private key of this session, None when it is locked."""
    sealed, cookie = request.session.get(HELD), request.COOKIES.get(COOKIE)
    fresh = getattr(request, "new_key", None)
    if not sealed or not (cookie or fresh):
        return None
    try:
        key = fresh or base64.urlsafe_b64decode(str(cookie))
        return unseal(key, base64.b64decode(sealed), "session:private")
    except (VaultError, ValueError):
        return None


def set_cookie(response: HttpResponse, key: bytes) -> None:
    """Give the browser the key of its session."""
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(key).decode(),
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
            key = self._cases[membership.case_id] = unwrap(membership.wrapped_key, self.private)
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
    def index(self) -> BlindIndex:
        """Return the blind index of names and numbers."""
        return BlindIndex(self.org_key(OrgKey.Kind.INDEX))
