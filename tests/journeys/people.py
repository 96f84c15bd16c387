"""The people of the office, and how they sign in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser

from tests.journeys.office import FRESH
from tests.journeys.seat import Seat, Way

STEP = 30  # seconds that a code of the authenticator app is good for


@dataclass
class Somebody:
    """What a person knows and holds. `codes` are the recovery codes not used yet."""

    name: str
    password: str = field(repr=False)
    secret: str = ""
    codes: list[str] = field(default_factory=list)


@dataclass
class Office:
    """The desk that is served and those who work at it."""

    browser: Browser
    origin: str
    people: dict[str, Somebody]
    fresh: list[str] = field(default_factory=lambda: list(FRESH))
    _signed_in: dict[tuple[str, str], Any] = field(default_factory=dict)

    def seat(self, name: str, way: Way, *, is_fresh: bool = False) -> Seat:
        """Return a browser in which this person is signed in, in the language of `way`.

        The session is shared by all seats of the same person and language unless `is_fresh`.
        """
        if is_fresh:
            seat = self.empty_seat(way)
            self.sign_in(seat, self.people[name])
            return seat
        key = name, way.language
        if key not in self._signed_in:
            first = self.empty_seat(way)
            self.sign_in(first, self.people[name])
            self._signed_in[key] = first.context.storage_state()
            first.close()
        return Seat(self.browser, self.origin, way, self._signed_in[key])

    def empty_seat(self, way: Way) -> Seat:
        """Return a browser in which nobody is signed in."""
        return Seat(self.browser, self.origin, way)

    def sign_in(self, seat: Seat, somebody: Somebody) -> None:
        """Sign in with password and, where one is asked for, a recovery code; choose the language."""
        give_password(seat, somebody)
        if somebody.codes:
            give_code(seat, somebody.codes.pop())
        choose_language(seat)


def give_password(seat: Seat, somebody: Somebody) -> None:
    page = seat.go("/sign-in")
    page.locator("input[name=login]").fill(somebody.name)
    page.locator("input[name=password]").fill(somebody.password)
    seat.press("main form button[type=submit]")


def give_code(seat: Seat, code: str) -> None:
    assert "/second-factor/authenticate" in seat.page.url, seat.page.url
    seat.page.locator("input[name=code]").fill(code)
    seat.press("main form:has(input[name=code]) button[type=submit]")
    assert seat.page.url.startswith(f"{seat.origin}/board"), seat.page.url


def choose_language(seat: Seat) -> None:
    """Choose the language of the seat in the account's menu; nothing happens when it is chosen already."""
    page = seat.page
    button = page.locator(f"header.bar button[name=language][value={seat.way.language}]")
    if page.locator("html").get_attribute("lang") == seat.way.language:
        return
    page.locator("header.bar details.menu > summary").click()
    with page.expect_navigation():
        button.click()
    assert page.locator("html").get_attribute("lang") == seat.way.language


def totp(secret: str, *, at: float | None = None) -> str:
    """Return the code of RFC 6238 that an authenticator app shows for a secret."""
    counter = int((time.time() if at is None else at) // STEP).to_bytes(8, "big")
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06d}"
