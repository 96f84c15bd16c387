"""Signing in: who gets in, what opens the keys, when it ends."""

from __future__ import annotations

import base64
import re
import time
from http.cookies import Morsel
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from asylon.desk import config
from asylon.desk.models import TrailRow, User
from asylon.desk.services.accounts import account_close, account_lock, account_make
from asylon.desk.services.memberships import membership_take
from asylon.desk.session import BEGUN, COOKIE, IDLE_MINUTES, LONGEST_HOURS, SEEN, STEP_COOKIE
from asylon.vault.sealing import Cost, password_key
from tests.desk.cast import PASSWORD, Cast, make_cast, make_shared_case, sign_in

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "violet harbour maple trumpet"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def second_factor_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(config, "_current", replace(config.current(), demands_second_factor=True))


def post_password(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", {"login": username, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/alive").status_code == 204


def live(client: Client, name: str) -> Morsel[str] | None:
    morsel = client.cookies.get(name)
    return morsel if morsel is not None and morsel.value else None


# ---------------------------------------------------------------- the password


def test_key_cookie_comes_with_the_sign_in_and_not_before(cast: Cast) -> None:
    client = Client()
    client.get("/sign-in")
    post_password(client, "owner", "not the password")
    assert live(client, COOKIE) is None
    post_password(client, "owner")
    cookie = live(client, COOKIE)
    assert cookie is not None
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    assert live(client, STEP_COOKIE) is None
    assert is_in(client)


def test_user_name_in_capitals_is_the_same(cast: Cast) -> None:
    client = Client()
    post_password(client, " OWNER ")
    assert is_in(client)


def test_session_id_changes_at_the_sign_in(cast: Cast) -> None:
    client = Client()
    client.post("/theme", {"theme": "dark"})
    before = client.cookies["asylon_session"].value
    post_password(client, "owner")
    assert client.cookies["asylon_session"].value != before
    thief = Client()
    thief.cookies["asylon_session"] = before
    assert not is_in(thief)


def test_session_without_its_key_cookie_is_locked_and_gone(cast: Cast) -> None:
    client = sign_in(cast.owner)
    thief = Client()
    thief.cookies["asylon_session"] = client.cookies["asylon_session"].value
    assert thief.get("/account").status_code == 302
    assert not is_in(client), "a session that was tried without its key ends"


def test_key_cookie_of_another_session_opens_nothing(cast: Cast) -> None:
    first, second = sign_in(cast.owner), sign_in(cast.owner)
    second.cookies[COOKIE] = first.cookies[COOKIE].value
    assert not is_in(second)


def test_stale_key_cookie_is_useless_and_taken_away(cast: Cast) -> None:
    client = sign_in(cast.owner)
    kept = client.cookies[COOKIE].value
    client.post("/lock")
    assert live(client, COOKIE) is None
    client.cookies[COOKIE] = kept
    assert not is_in(client)
    post_password(client, "owner")
    assert client.cookies[COOKIE].value != kept


def test_database_holds_no_private_key_in_clear(cast: Cast) -> None:
    from django.contrib.sessions.models import Session

    from tests.desk.cast import keyring

    sign_in(cast.owner)
    private = keyring(cast.owner).private
    stored = [session.get_decoded() for session in Session.objects.all()]
    assert stored
    assert not any(base64.b64encode(private).decode() in str(row) or private.hex() in str(row) for row in stored)


def plain(answer: Any, name: str) -> str:
    text = re.sub(r'value="[^"]{60,}"', 'value="TOKEN"', answer.content.decode())
    return text.replace(f'value="{name}"', 'value="NAME"')


def test_refusals_are_alike(cast: Cast) -> None:
    account_close(user=cast.reader, by=cast.boss)
    answers = {}
    for name in ("nobody", "owner", "reader"):
        cache.clear()
        answer = post_password(Client(), name, "not the password" if name != "reader" else PASSWORD)
        answers[name] = (answer.status_code, plain(answer, name), sorted(answer.cookies))
    assert answers["nobody"] == answers["owner"] == answers["reader"]
    assert "name and/or password" in answers["nobody"][1] or "not correct" in answers["nobody"][1]
    assert list(TrailRow.objects.filter(action="session.refused").values_list("actor", flat=True)) == ["nobody"] * 3


def test_refusals_take_the_same_time(cast: Cast) -> None:
    account_close(user=cast.reader, by=cast.boss)
    found = []
    for _try in range(4):  # what else this machine does meanwhile may spoil one measurement, a leak spoils all
        best = best_times("nobody", "owner", "reader")
        found.append(max(best.values()) / min(best.values()))
        if found[-1] < 1.25:
            return
    raise AssertionError(f"one of the refusals is slower: {found}")


def best_times(*names: str) -> dict[str, float]:
    """Return the quickest of some refused sign-ins for each name: load only ever adds time."""
    took: dict[str, list[float]] = {name: [] for name in names}
    for _round in range(12):
        for name, times in took.items():
            cache.clear()
            client = Client()
            start = time.perf_counter()
            post_password(client, name, "not the password")
            times.append(time.perf_counter() - start)
    return {name: min(times) for name, times in took.items()}


def test_an_unknown_name_costs_as_much_work(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[Cost] = []

    def counted(password: str, salt: bytes, cost: Cost) -> bytes:
        costs.append(cost)
        return password_key(password, salt, cost)

    monkeypatch.setattr("asylon.desk.session.password_key", counted)
    account_close(user=cast.reader, by=cast.boss)
    for name in ("nobody", "owner", "reader"):
        post_password(Client(), name, "not the password")
    assert costs == [config.current().cost] * 3


def test_tries_are_limited_for_one_name_whoever_it_is(cast: Cast) -> None:
    for name in ("owner", "nobody"):
        cache.clear()
        for _try in range(5):
            post_password(Client(), name, "not the password")
        answer = post_password(Client(), name, PASSWORD)
        assert "Too many failed login attempts" in answer.content.decode(), name
        assert not is_in(Client())
    post_password(client := Client(), "colleague")
    assert is_in(client), "another person is not kept out"


@pytest.mark.parametrize(
    "goal", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(cast: Cast, goal: str) -> None:
    answer = post_password(Client(), "owner", next=goal)
    assert answer.headers["Location"] == "/board"
    answer = sign_in(cast.owner).post("/theme", {"theme": "dark", "next": goal})
    assert answer.headers["Location"] == "/board"


def test_locked_page_leads_back_to_where_one_was(cast: Cast) -> None:
    answer = Client().get("/team?who=anybody")
    assert answer.headers["Location"] == "/sign-in?next=/team"
    assert answer.headers["Cache-Control"] == "no-store, private"
    answer = post_password(Client(), "owner", next="/team")
    assert answer.headers["Location"] == "/team"


def test_nothing_said_at_the_sign_in_holds_the_name(cast: Cast) -> None:
    client = sign_in(cast.owner)
    kept = " ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    assert "owner" not in kept.lower()
    assert "messages" not in client.cookies


# ---------------------------------------------------------------- the second factor


def with_totp(user: User) -> str:
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code(secret: str) -> str:
    """Return a code that is good for five seconds more, as somebody types who waits for the next one otherwise."""
    if time.time() % 30 > 25:
        time.sleep(30 - time.time() % 30)
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def test_password_alone_opens_nothing_where_there_is_a_second_factor(cast: Cast) -> None:
    secret = with_totp(cast.owner)
    client = Client()
    answer = post_password(client, "owner")
    assert answer.headers["Location"] == "/second-factor/authenticate/"
    assert live(client, COOKIE) is None
    step = live(client, STEP_COOKIE)
    assert step is not None
    assert 0 < int(step["max-age"]) <= 300
    assert not is_in(client)
    assert client.get("/account").status_code == 302
    before = client.cookies["asylon_session"].value
    answer = client.post("/second-factor/authenticate/", {"code": "000000"})
    assert answer.status_code == 200
    assert not is_in(client)
    answer = client.post("/second-factor/authenticate/", {"code": code(secret)})
    assert answer.headers["Location"] == "/board"
    assert is_in(client)
    assert live(client, STEP_COOKIE) is None
    assert client.cookies["asylon_session"].value != before


def test_code_is_taken_once(cast: Cast) -> None:
    secret = with_totp(cast.owner)
    given = code(secret)
    first, second = Client(), Client()
    for client in (first, second):
        post_password(client, "owner")
        client.post("/second-factor/authenticate/", {"code": given})
    assert is_in(first)
    assert not is_in(second)


def test_recovery_code_opens_once(cast: Cast) -> None:
    with_totp(cast.owner)
    row = Authenticator.objects.get(user=cast.owner, type=Authenticator.Type.RECOVERY_CODES)
    given = row.wrap().get_unused_codes()[0]
    for expected in (True, False):
        client = Client()
        post_password(client, "owner")
        client.post("/second-factor/authenticate/", {"code": given})
        assert is_in(client) is expected


def test_codes_are_limited(cast: Cast) -> None:
    secret = with_totp(cast.owner)
    client = Client()
    post_password(client, "owner")
    for _try in range(5):
        client.post("/second-factor/authenticate/", {"code": "000000"})
    client.post("/second-factor/authenticate/", {"code": code(secret)})
    assert not is_in(client)


def test_step_of_one_person_does_not_carry_the_key_of_another(cast: Cast) -> None:
    secret = with_totp(cast.owner)
    client = Client()
    post_password(client, "owner")
    stolen = client.cookies[STEP_COOKIE].value
    other = Client()
    post_password(other, "owner")
    other.cookies[STEP_COOKIE] = stolen
    other.post("/second-factor/authenticate/", {"code": code(secret)})
    assert not is_in(other), "signed in, but without a key: locked at once"


def test_secret_of_the_app_lies_sealed(cast: Cast) -> None:
    secret = with_totp(cast.owner)
    stored = Authenticator.objects.get(user=cast.owner, type=Authenticator.Type.TOTP).data
    assert secret not in str(stored)


@pytest.mark.usefixtures("second_factor_demanded")
def test_whoever_has_no_second_factor_must_set_one_up(cast: Cast) -> None:
    client = sign_in(cast.owner)
    for address in ("/account", "/team", "/board", "/notices"):
        assert client.get(address).headers["Location"] == "/second-factor/totp/activate/"
    page = client.get("/second-factor/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert "<svg" in page.content.decode()
    client.post("/second-factor/totp/activate/", {"code": code(secret)})
    assert client.get("/team").status_code == 200


def test_first_password_must_be_changed_before_anything(cast: Cast) -> None:
    account_make(username="newcomer", display_name="New", password=PASSWORD, work="lawyer", by=cast.admin)
    client = Client()
    post_password(client, "newcomer")
    assert client.get("/team").headers["Location"] == "/account/password"
    answer = client.post("/account/password", {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert answer.headers["Location"] == "/account"
    assert client.get("/team").status_code == 200


# ---------------------------------------------------------------- the end of a session


@pytest.mark.parametrize(
    ("name", "work"), [("owner", "lawyer"), ("interpreter", "interpreter"), ("admin", "administrator")]
)
def test_idle_session_is_locked_by_work(cast: Cast, name: str, work: str) -> None:
    limit = IDLE_MINUTES[work] * 60
    assert limit == (3600 if work == "lawyer" else 900)
    for idle, stays in ((limit - 30, True), (limit + 30, False)):
        client = sign_in(getattr(cast, name))
        is_in(client)
        session = client.session
        session[SEEN] = int(time.time()) - idle
        session.save()
        assert is_in(client) is stays


def test_polls_of_an_open_page_are_not_work(cast: Cast) -> None:
    client = sign_in(cast.owner)
    client.get("/notices")
    session = client.session
    session[SEEN] = seen = int(time.time()) - 120
    session.save()
    is_in(client)
    assert client.session[SEEN] == seen
    client.get("/notices")
    assert client.session[SEEN] > seen


def begin(client: Client, hours: float) -> int:
    """Make a session as old as this and return when it began."""
    session = client.session
    session[BEGUN] = begun = int(time.time() - hours * 3600)
    session.save()
    return begun


def test_session_ends_after_half_a_day_whatever_is_done(cast: Cast) -> None:
    client = sign_in(cast.owner)
    begun = begin(client, LONGEST_HOURS - 0.1)
    client.get("/notices")
    client.post("/account/sessions")
    assert is_in(client)
    assert client.session[BEGUN] == begun, "neither work nor locking the others makes it younger"
    begin(client, LONGEST_HOURS + 0.1)
    assert not is_in(client)
    assert is_in(sign_in(cast.owner))


def test_session_that_does_not_say_when_it_began_is_locked(cast: Cast) -> None:
    client = sign_in(cast.owner)
    session = client.session
    del session[BEGUN]
    session.save()
    assert not is_in(client)
    assert is_in(sign_in(cast.owner))


def test_one_press_locks(cast: Cast) -> None:
    client = sign_in(cast.owner)
    answer = client.post("/lock")
    assert answer.headers["Location"] == "/sign-in"
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert not is_in(client)
    assert client.get("/lock").status_code == 405


def test_colleague_locks_every_desk_of_a_person(cast: Cast) -> None:
    desks = [sign_in(cast.owner), sign_in(cast.owner)]
    answer = sign_in(cast.boss).post(f"/team/{cast.owner.pk}/lock")
    assert answer.status_code == 302
    assert [is_in(desk) for desk in desks] == [False, False]
    assert is_in(sign_in(cast.owner)), "the password opens again"
    assert sign_in(cast.colleague).post(f"/team/{cast.owner.pk}/lock").status_code == 403


def test_closed_account_stops_answering_at_once(cast: Cast) -> None:
    desk = sign_in(cast.owner)
    account_close(user=cast.owner, by=cast.boss)
    assert not is_in(desk)
    assert desk.get("/team").status_code == 302
    answer = post_password(Client(), "owner")
    assert answer.status_code == 200


def test_open_page_of_a_case_closes_when_the_case_is_taken(cast: Cast) -> None:
    opened = make_shared_case(cast)
    desk, card = sign_in(cast.colleague), sign_in(cast.interpreter)
    address = f"/alive?case={opened.case.pk}"
    assert desk.get(address).status_code == card.get(address).status_code == 204
    membership_take(opened=opened, user=cast.colleague)
    assert desk.get(address).status_code == 401
    assert is_in(desk), "the rest of the desk stays open"
    for strange in (uuid4(), "", "x", "%00"):
        assert desk.get(f"/alive?case={strange}").status_code == 401


def test_password_change_keeps_the_key_and_ends_the_other_desks(cast: Cast) -> None:
    opened = make_shared_case(cast)
    here, there = sign_in(cast.owner), sign_in(cast.owner)
    before = here.cookies["asylon_session"].value, here.cookies[COOKIE].value
    answer = here.post("/account/password", {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert answer.headers["Location"] == "/account"
    assert (here.cookies["asylon_session"].value, here.cookies[COOKIE].value) != before
    assert is_in(here)
    assert not is_in(there)
    post_password(old := Client(), "owner")
    assert not is_in(old)
    post_password(new := Client(), "owner", NEW_PASSWORD)
    assert new.get(f"/cases/{opened.case.pk}/trail").status_code == 200


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short", "too short"),
        ("password1234", "common"),
        ("aaaaaaaaaaaaaa", "easy to guess"),
        ("abcabcabcabcabc", "easy to guess"),
        ("qwertyuiopas", "easy to guess"),
        ("123456789012", "entirely numeric|easy to guess|common"),
        ("owner-owner-owner", "similar|easy to guess"),
    ],
)
def test_weak_passwords_are_refused(cast: Cast, new: str, said: str) -> None:
    client = sign_in(cast.owner)
    answer = client.post("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 422
    assert re.search(said, answer.content.decode())
    post_password(still := Client(), "owner")
    assert is_in(still)


def test_old_password_is_needed_for_a_new_one(cast: Cast) -> None:
    client = sign_in(cast.owner)
    answer = client.post("/account/password", {"old": "wrong", "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert answer.status_code == 422
    post_password(still := Client(), "owner")
    assert is_in(still)


def test_others_can_be_locked_from_the_own_account(cast: Cast) -> None:
    here, there = sign_in(cast.owner), sign_in(cast.owner)
    here.post("/account/sessions")
    assert is_in(here)
    assert not is_in(there)


def test_account_lock_is_for_leads_administrators_and_oneself(cast: Cast) -> None:
    from django.core.exceptions import PermissionDenied

    for by in (cast.boss, cast.admin, cast.owner):
        account_lock(user=cast.owner, by=by)
    with pytest.raises(PermissionDenied):
        account_lock(user=cast.owner, by=cast.colleague)
