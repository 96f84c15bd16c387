"""The pages of the second factor: our words, and the password asked for again whenever somebody could have left."""

from __future__ import annotations

import re
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.test import Client

from asylon.desk.models import User
from tests.desk.cast import PASSWORD, Cast, make_cast, sign_in
from tests.desk.test_session import code, with_totp

pytestmark = pytest.mark.django_db

CODES = "/second-factor/recovery-codes/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def minutes_pass(client: Client, minutes: int) -> None:
    """Let everything by which somebody proved who they are lie so many minutes back."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record | {"at": time.time() - minutes * 60} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()


def set_up_app(client: Client) -> str:
    """Set the app up as the page asks; return where one is sent."""
    secret = client.get("/second-factor/totp/activate/").context["form"].secret
    return str(client.post("/second-factor/totp/activate/", {"code": code(secret)}).headers["Location"])


def with_passkey(user: User) -> Authenticator:
    with_totp(user)
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key of the safe", "credential": {}}
    )


def prove(client: Client) -> None:
    assert client.post("/sign-in/again", {"password": PASSWORD}).status_code == 302


def test_first_app_leads_to_the_codes_without_a_second_password(cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert set_up_app(client) == CODES
    page = client.get(CODES)
    assert page.status_code == 200
    assert len(re.findall(r"<li><code>\d+</code></li>", page.content.decode())) == 10


def test_later_the_password_is_asked_for_again(cast: Cast) -> None:
    client = sign_in(cast.owner)
    set_up_app(client)
    minutes_pass(client, 6)
    for address in (CODES, "/second-factor/totp/deactivate/", f"{CODES}generate/", "/second-factor/webauthn/add/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in/again")


def test_slow_first_set_up_asks_once_and_then_shows_the_codes(cast: Cast) -> None:
    client = sign_in(cast.owner)
    minutes_pass(client, 6)
    assert client.get("/second-factor/totp/activate/").status_code == 302
    prove(client)
    assert set_up_app(client) == CODES
    assert client.get(CODES).status_code == 200


def test_pages_speak_the_words_of_the_desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webauthn, "get_credentials", lambda _user: [])
    client = sign_in(cast.owner)
    key = with_passkey(cast.owner)
    minutes_pass(client, 6)
    prove(client)
    said = {
        "/second-factor/webauthn/": ("Passkeys", "Name anew"),
        f"/second-factor/webauthn/keys/{key.pk}/edit/": ("Name a passkey anew", "Do not save"),
        f"/second-factor/webauthn/keys/{key.pk}/remove/": ("Remove <bdi>Key of the safe</bdi>?", "Do not"),
        "/second-factor/totp/deactivate/": ("Remove the authenticator app?", "Do not"),
        f"{CODES}generate/": ("Make ten new codes?", "stop working at once"),
        "/second-factor/reauthenticate/": ("A code again", "Use a passkey instead"),
        "/second-factor/webauthn/reauthenticate/": ("Your passkey again", "Use a code instead"),
        "/sign-in/again": ("Your password again", "Use a passkey instead"),
        "/sign-out": ("Lock the desk", 'action="/lock"'),
    }
    for address, words in said.items():
        page = client.get(address).content.decode()
        for word in words:
            assert word in page, address
        assert not re.search("security key|deactivate|sign out|are you sure", re.sub("<[^>]+>", "", page), re.I)


def test_passkey_is_named_anew_and_removed(cast: Cast) -> None:
    client = sign_in(cast.owner)
    key = with_passkey(cast.owner)
    prove(client)
    address = f"/second-factor/webauthn/keys/{key.pk}"
    assert "This field is required" in client.post(f"{address}/edit/", {"name": ""}).content.decode()
    client.post(f"{address}/edit/", {"name": "Blue stick"})
    assert "Blue stick" in client.get("/second-factor/webauthn/").content.decode()
    assert sign_in_of_another(cast).get(f"{address}/remove/").status_code in (302, 404)
    client.post(f"{address}/remove/")
    assert "No passkey yet" in client.get("/second-factor/webauthn/").content.decode()


def sign_in_of_another(cast: Cast) -> Client:
    client = sign_in(cast.stranger)
    prove(client)
    return client
