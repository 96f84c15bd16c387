"""What an attacker tries on the web: each of these fails when its control is taken away."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from asylon.desk.models import TrailRow, User
from asylon.desk.services.accounts import account_close, account_lock
from asylon.desk.services.memberships import membership_take
from asylon.desk.session import COOKIE, SEEN
from tests.desk.cast import PASSWORD, Cast, make_case, make_cast, make_shared_case, reopen, sign_in
from tests.desk.routes import routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def post_sign_in(client: Client, name: str, password: str) -> Any:
    return client.post("/sign-in", {"login": name, "password": password})


def test_forms_from_elsewhere_are_refused(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    posts = [
        route for route in routes() if route.path and route.path.shows in ("case", "own") and route.ids == ("case",)
    ]
    assert posts
    for route in posts:
        answer = strict.post(route.address({"case": opened.case.pk}), {})
        assert answer.status_code in (403, 405), route.name
    assert strict.post("/lock").status_code == 403


def test_session_changes_at_sign_in_and_key_comes_with_it(cast: Cast) -> None:
    client = Client()
    client.get("/sign-in")
    client.cookies[settings.SESSION_COOKIE_NAME] = "fixed-by-somebody-else"
    assert post_sign_in(client, "owner", PASSWORD).status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "fixed-by-somebody-else"
    assert client.cookies[COOKIE]["httponly"]
    assert client.cookies[COOKIE]["samesite"] == "Strict"


def test_session_without_its_key_is_locked(cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert client.get("/board").status_code == 200
    del client.cookies[COOKIE]
    answer = client.get("/board")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")
    assert client.get("/board").status_code == 302


def test_key_of_another_session_opens_nothing(cast: Cast) -> None:
    client, other = sign_in(cast.owner), sign_in(cast.stranger)
    client.cookies[COOKIE] = other.cookies[COOKIE].value
    assert client.get("/board").status_code == 302


@pytest.mark.parametrize(("name", "minutes"), [("owner", 61), ("interpreter", 16)])
def test_idle_sessions_lock_by_work(cast: Cast, name: str, minutes: int) -> None:
    client = sign_in(getattr(cast, name))
    client.get("/account")
    session = client.session
    session[SEEN] = int(time.time()) - (minutes - 2) * 60
    session.save()
    assert client.get("/alive").status_code == 204
    session[SEEN] = int(time.time()) - minutes * 60
    session.save()
    assert client.get("/alive").status_code == 401
    assert client.get("/account").status_code == 302


def test_polls_of_an_open_page_do_not_keep_it_open(cast: Cast) -> None:
    client = sign_in(cast.owner)
    client.get("/account")
    session = client.session
    session[SEEN] = before = int(time.time()) - 1000
    session.save()
    client.get("/alive")
    assert client.session[SEEN] == before
    client.get("/account")
    assert client.session[SEEN] > before


def test_closed_and_locked_accounts_end_at_once(cast: Cast) -> None:
    for end in (account_lock, account_close):
        client = sign_in(cast.colleague)
        assert client.get("/alive").status_code == 204
        end(user=cast.colleague, by=cast.boss)
        assert client.get("/alive").status_code == 401
        assert client.get("/board").status_code == 302
        cast.colleague.refresh_from_db()
    assert post_sign_in(Client(), "colleague", PASSWORD).status_code == 200


def test_taken_membership_closes_open_pages(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.colleague)
    page = f"/alive?case={opened.case.pk}"
    assert client.get(page).status_code == 204
    membership_take(opened=opened, user=cast.colleague)
    assert client.get(page).status_code == 401
    assert client.get(f"/cases/{opened.case.pk}").status_code == 404


def test_one_press_lock(cast: Cast) -> None:
    client = sign_in(cast.owner)
    answer = client.post("/lock")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/alive").status_code == 401
    assert TrailRow.objects.filter(action="session.locked", actor="owner").count() == 1


def test_guessing_is_slowed_down(cast: Cast) -> None:
    client = Client()
    answers = [post_sign_in(client, "owner", f"wrong password {number}") for number in range(7)]
    assert answers[0].status_code == 200
    right = post_sign_in(client, "owner", PASSWORD)
    assert right.status_code != 302, "after many wrong tries even the right password waits"
    cache.clear()
    assert post_sign_in(client, "owner", PASSWORD).status_code == 302


def bare(answer: HttpResponse, name: str) -> str:
    text = re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", answer.content.decode())
    return text.replace(name, "NAME")


def test_sign_in_answers_alike_for_unknown_wrong_and_closed(cast: Cast) -> None:
    account_close(user=cast.reader, by=cast.boss)
    answers = {}
    for name in ("nobody", "owner", "reader"):
        cache.clear()
        answer = post_sign_in(Client(), name, "a wrong password of tests")
        answers[name] = (answer.status_code, bare(answer, name), sorted(answer.cookies))
    assert len(set(map(str, answers.values()))) == 1, answers


def test_sign_in_takes_as_long_for_unknown_names(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is tried against a key in every case: the costly step is counted, not guessed from a clock."""
    from asylon.desk import session

    calls: list[str] = []
    real: Callable[..., bytes] = session.password_key  # type: ignore[attr-defined]

    def counted(password: str, salt: bytes, cost: object) -> bytes:
        calls.append(password)
        return real(password, salt, cost)

    monkeypatch.setattr(session, "password_key", counted)
    account_close(user=cast.reader, by=cast.boss)
    counts = {}
    for name in ("nobody", "owner", "reader"):
        cache.clear()
        calls.clear()
        post_sign_in(Client(), name, "a wrong password of tests")
        counts[name] = len(calls)
    assert len(set(counts.values())) == 1, counts
    assert counts["nobody"] >= 1


def medians(*works: Callable[[], object], rounds: int = 25) -> list[float]:
    """Return the median seconds of each work, taken in turns so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            start = time.perf_counter()
            work()
            times[place].append(time.perf_counter() - start)
    return [statistics.median(one) for one in times]


def test_addresses_take_as_long_for_not_there_and_not_yours(cast: Cast) -> None:
    from uuid import uuid4

    opened = make_case(cast.owner)
    client = sign_in(cast.stranger)
    theirs, none = medians(lambda: client.get(f"/cases/{opened.case.pk}"), lambda: client.get(f"/cases/{uuid4()}"))
    assert theirs / none == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(cast: Cast, address: str) -> None:
    client = Client()
    answer = client.post("/sign-in", {"login": "owner", "password": PASSWORD, "next": address})
    assert answer.headers["Location"] == "/board"
    for page in ("/theme", "/language"):
        answer = client.post(page, {"next": address, "theme": "dark", "language": "en"})
        assert answer.headers["Location"] == "/board"


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "evil.example:80", "testserver@evil.example"]
)
def test_other_hosts_are_refused(host: str) -> None:
    assert Client().get("/sign-in", headers={"host": host}).status_code == 400


def test_headers_cannot_be_split(cast: Cast) -> None:
    client = sign_in(cast.owner)
    answer = client.post("/theme", {"next": "/board\r\nSet-Cookie: a=b", "theme": "dark"})
    assert "a" not in answer.cookies
    assert "\n" not in answer.headers["Location"]


def test_every_page_carries_the_headers(cast: Cast) -> None:
    client = sign_in(cast.owner)
    pages = [Client().get("/sign-in"), client.get("/board"), client.get("/cases/none"), client.get("/account")]
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Cache-Control"] == "no-store, private"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["X-Frame-Options"] == "DENY"


def test_pages_hold_no_code_of_their_own_and_load_nothing_from_elsewhere(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    shown = 0
    for route in routes():
        if not route.path or not set(route.ids) <= {"case"}:
            continue
        answer = client.get(route.address({"case": opened.case.pk}))
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        text = answer.content.decode()
        shown += 1
        assert not re.search(r"<[^>]+\s(on\w+|style)=", text), route.name
        assert not re.search(r"<style|<script(?![^>]*(src=|type=\"application/json\"))", text), route.name
        assert not re.search(r"(src|href|action)=\"(https?:)?//(?!127)", re.sub(r"<a [^>]+>", "", text)), route.name
        title = re.search(r"<title>(.*?)</title>", text, re.S)
        assert title, route.name
        assert "Zasla" not in title[1], route.name
    assert shown > 8


def test_fields_that_a_form_does_not_show_are_not_taken(cast: Cast) -> None:
    client = sign_in(cast.owner)
    extra = {
        "is_lead": "on",
        "is_administrator": "on",
        "is_active": "",
        "epoch": "0",
        "username": "boss",
        "work": "administrator",
    }
    for route in routes():
        if route.path and route.path.shows in ("own", "accounts") and not route.ids and route.name != "account_logout":
            client.post(route.address({}), {**extra, "display_name": "Owner", "language": "en"})
    owner = User.objects.get(pk=cast.owner.pk)
    assert (owner.username, owner.is_lead, owner.is_administrator, owner.work) == ("owner", False, False, "lawyer")


def test_last_place_after_sign_in_is_kept_and_local(cast: Cast) -> None:
    opened = make_case(cast.owner)
    answer = Client().get(f"/cases/{opened.case.pk}")
    assert answer.headers["Location"] == f"/sign-in?next=/cases/{opened.case.pk}"
    assert reopen(opened, cast.owner).case.pk == opened.case.pk
