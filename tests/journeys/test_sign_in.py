"""Journey A: the first sign-in, the ones after it, and the ways when the phone is lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession

from tests.journeys.conftest import Sit
from tests.journeys.people import Office, Somebody, give_code, give_password, totp
from tests.journeys.seat import PHONE, Seat, Way, seated

WAYS = [Way("en"), Way("he", PHONE)]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_first_sign_in(office: Office, newcomer: Callable[[], Somebody], way: Way) -> None:
    somebody = newcomer()
    with seated(office.empty_seat(way)) as seat:
        seat.go("/sign-in")
        seat.look("sign-in")
        give_password(seat, somebody)
        change_first_password(seat, somebody)
        set_up_app(seat, somebody)
        seat.go("/board")
        seat.look("board-empty")
        assert seat.page.locator("main .empty").count() >= 1, "an empty board says what to do"
    with seated(office.empty_seat(way)) as seat:
        give_password(seat, somebody)
        seat.look("second-factor")
        give_code(seat, somebody.codes.pop())
    with seated(office.empty_seat(way)) as seat:
        give_password(seat, somebody)
        # The code of the set-up was used: the app shows another one half a minute later.
        seat.page.locator("input[name=code]").fill(totp(somebody.secret, at=0))
        seat.press("main form:has(input[name=code]) button[type=submit]")
        seat.look("second-factor-wrong")
        assert "/second-factor/authenticate" in seat.page.url


def change_first_password(seat: Seat, somebody: Somebody) -> None:
    assert seat.page.url == f"{seat.origin}/account/password", seat.page.locator("main").inner_text() + str(seat.status)
    seat.look("first-password")
    chosen = f"{secrets.token_urlsafe(9)}-lantern"
    for name, typed in (("old", somebody.password), ("new", chosen), ("again", chosen)):
        seat.page.locator(f"main input[name={name}]").fill(typed)
    seat.press("main form button.main-act")
    somebody.password = chosen


def set_up_app(seat: Seat, somebody: Somebody) -> None:
    """Type the secret that the page shows into the app, give its code, keep the recovery codes."""
    seat.go("/board")
    assert seat.page.url.endswith("/second-factor/totp/activate/")
    seat.look("second-factor-set-up")
    somebody.secret = seat.page.locator("#authenticator_secret").input_value()
    seat.page.locator("input[name=code]").fill(totp(somebody.secret))
    seat.press("main form:has(input[name=code]) button[type=submit]")
    type_password_again(seat, somebody)
    assert seat.page.url.endswith("/second-factor/recovery-codes/")
    seat.look("recovery-codes")
    somebody.codes = seat.page.locator("main ul code").all_inner_texts()
    assert len(set(somebody.codes)) == 10


def test_code_of_the_app_opens(office: Office) -> None:
    olga = office.people["olga"]
    with seated(office.empty_seat(Way())) as seat:
        give_password(seat, olga)
        give_code(seat, totp(olga.secret))


def test_passkey_is_added_and_opens(office: Office, sit: Sit) -> None:
    olga = office.people["olga"]
    seat = sit("olga", is_fresh=True)
    keys, device = plug_in_key(seat)
    seat.go("/second-factor/webauthn/add/")
    type_password_again(seat, olga)
    assert seat.page.url.endswith("/second-factor/webauthn/add/")
    seat.look("passkey-add")
    seat.page.locator("main input[name=name]").fill("Key of the safe")
    seat.press("#mfa_webauthn_add")
    seat.go("/second-factor/webauthn/")
    seat.look("passkeys")
    assert "Key of the safe" in seat.page.locator("main").inner_text()
    assert len(keys.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1
    # The key is in the device and not in the session: leave, and come back with it.
    seat.context.clear_cookies()
    give_password(seat, olga)
    seat.press("#mfa_webauthn_authenticate")
    assert seat.page.url == f"{seat.origin}/board"


def plug_in_key(seat: Seat) -> tuple[CDPSession, str]:
    """Give the browser a security key that always says yes; return who to ask about it, and its number."""
    session = seat.context.new_cdp_session(seat.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def type_password_again(seat: Seat, somebody: Somebody) -> None:
    """Pass the page that asks who is there before a second factor is changed."""
    if "/again" in seat.page.url:
        seat.look("sign-in-again")
        seat.page.locator("main input[name=password]").fill(somebody.password)
        seat.press("main form:has(input[name=password]) button[type=submit]")
