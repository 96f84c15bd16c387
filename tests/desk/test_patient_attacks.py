"""What a patient attacker tries: around the limits on tries, through notices and the trail, by names and by load."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from asylon.desk import settings as own_settings
from asylon.desk.content import EnquiryContent
from asylon.desk.forms.groups import MOST_ROWS
from asylon.desk.models import Case, CasePerson, Event, Membership, Notice, Organisation, TrailRow, User
from asylon.desk.selectors.enquiries import people_in
from asylon.desk.services.accounts import account_make, password_change
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.memberships import glass_break, membership_give
from asylon.desk.services.people import family_make, person_join
from asylon.desk.services.vouched import wrap_for_user
from asylon.errors import VaultError
from asylon.vault.sealing import new_pair, public_of, unwrap
from tests.desk.cast import PASSWORD, Cast, keyring, make_case, make_cast, make_shared_case, person_content, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def lapse(user: Any) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Membership.objects.unwalled("write").filter(user=user).update(until=yesterday)


# ---------------------------------------------------------------- signing in


def test_tries_at_a_name_are_counted_under_every_name_of_the_desk(cast: Cast) -> None:
    client = Client()
    for port in range(5):
        client.post("/sign-in", {"login": "owner", "password": "wrong"}, headers={"host": f"localhost:{port + 1}"})
    right = {"login": "owner", "password": PASSWORD}
    assert client.post("/sign-in", right, headers={"host": "127.0.0.1:7"}).status_code == 200


def test_counters_of_tries_are_not_pushed_out_by_others() -> None:
    kept: Any = own_settings.CACHES["default"]["OPTIONS"]
    assert kept["MAX_ENTRIES"] >= 50_000


def test_a_link_from_elsewhere_does_not_end_the_session(cast: Cast) -> None:
    """Both cookies stay behind together: a session that came without its key would be ended."""
    client = sign_in(cast.owner)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["samesite"] == "Strict"


def test_the_password_is_not_guessed_at_an_open_desk(cast: Cast) -> None:
    client = sign_in(cast.owner)
    new = "violet harbour maple trumpet"
    guesses = [{"old": f"wrong {number}", "new": new, "again": new} for number in range(11)]
    answers = [client.post("/account/password", guess).status_code for guess in guesses]
    assert answers == [422] * 10 + [429]
    cache.clear()
    assert client.post("/account/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 302


def test_pages_take_no_picture_out_of_an_address(cast: Cast) -> None:
    assert "data:" not in Client().get("/sign-in").headers["Content-Security-Policy"]


def test_one_file_at_a_time_fills_no_memory(cast: Cast) -> None:
    files = {name: BytesIO(b"x" * 1000) for name in ("one", "two")}
    assert Client().post("/sign-in", {"login": "owner", "password": "wrong", **files}).status_code == 400


def test_only_a_language_of_the_desk_is_kept(cast: Cast) -> None:
    client = sign_in(cast.owner)
    client.post("/language", {"language": "zh-hans"})
    cast.owner.refresh_from_db()
    assert cast.owner.language == ""


# ---------------------------------------------------------------- who is told, and what


def test_the_last_lead_of_a_case_does_not_lapse(cast: Cast) -> None:
    opened = make_shared_case(cast)
    soon = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError):
        membership_give(opened=opened, user=cast.owner, role="lead", until=soon)
    membership_give(opened=opened, user=cast.colleague, role="lead")
    assert membership_give(opened=opened, user=cast.owner, role="lead", until=soon).until == soon


def test_who_left_a_case_hears_of_it_no_more(cast: Cast) -> None:
    opened = make_shared_case(cast)
    membership_give(opened=opened, user=cast.colleague, role="lead")
    lapse(cast.colleague)
    Notice.objects.all().delete()
    glass_break(keyring=keyring(cast.boss), number=opened.case.number, reason="She is at the airport now.")
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11-20", {"outcome": "rejected"}))
    event_add(opened=opened, draft=EventDraft("notification", "2026-11-21", {"of": "decision of 2026-11-20"}))
    assert Notice.objects.filter(user=cast.owner).exists()
    assert not Notice.objects.filter(user=cast.colleague).exists()


def test_the_trail_of_a_case_says_nothing_of_another(cast: Cast) -> None:
    """Somebody stands in two cases: who reads them through the other is not told in this one."""
    mine, theirs = make_shared_case(cast), make_case(cast.owner, person=person_content("Another"))
    part = CasePerson.objects.unwalled("write").get(case=mine.case)
    person_join(opened=theirs, other=mine, part_there=part, part="relative")
    membership_give(opened=theirs, user=cast.stranger, role="reader")
    for user, case in ((cast.stranger, theirs), (cast.colleague, mine)):
        page = sign_in(user).get(f"/cases/{case.case.pk}/people/{part.person_id}")
        assert page.status_code == 200
    rows = sign_in(cast.owner).get(f"/cases/{mine.case.pk}/trail").context["rows"]
    read = {item["row"].actor for item in rows if item["row"].action == "person.read"}
    assert read == {"colleague"}


def test_the_order_of_cards_tells_no_dates(cast: Cast) -> None:
    """Who interprets sees the cases by their numbers, not by what is due in them."""
    rows = {}
    for day in ("2026-12-01", "2026-12-09", "2026-12-04", "2026-12-20"):
        opened = make_case(cast.owner)
        membership_give(opened=opened, user=cast.interpreter, role="interpreter")
        Case.objects.unwalled("write").filter(pk=opened.case.pk).update(next_day=day)
        rows[opened.case.number] = day
    shown = [row["number"] for row in sign_in(cast.interpreter).get("/cases").context["rows"]]
    assert shown == sorted(rows)
    shown = [row["number"] for row in sign_in(cast.owner).get("/cases").context["rows"]]
    assert [rows[number] for number in shown] == sorted(rows.values())


# ---------------------------------------------------------------- names of colleagues


@pytest.mark.parametrize("name", ["Owner", " OWNER ", "Оwnеr", "O-w-n-e-r"])
def test_nobody_takes_the_name_of_a_colleague(cast: Cast, name: str) -> None:
    client = sign_in(cast.stranger)
    assert client.post("/account", {"display_name": name, "language": "en"}).status_code == 422
    cast.stranger.refresh_from_db()
    assert cast.stranger.display_name == "Stranger"
    assert client.post("/account", {"display_name": "Stranger A.", "language": "en"}).status_code == 302


def test_an_administrator_gives_no_name_twice(cast: Cast) -> None:
    client = sign_in(cast.admin)
    given = {"username": "newcomer", "display_name": "owner", "work": "lawyer"}
    assert client.post("/team/new", given).status_code == 422
    given["display_name"] = "New Owner"
    assert client.post("/team/new", given).status_code == 200
    new = {"display_name": "Colleague", "work": "lawyer"}
    assert client.post(f"/team/{cast.owner.pk}", new).status_code == 422


def test_a_name_that_stands_twice_already_keeps_no_right_from_being_changed(cast: Cast) -> None:
    twin = account_make(username="twin", display_name="Owner", password=PASSWORD, work="lawyer", by=cast.admin)
    client = sign_in(cast.admin)
    answer = client.post(f"/team/{twin.pk}", {"display_name": "Owner", "work": "caseworker"})
    assert answer.status_code == 302


# ---------------------------------------------------------------- load


def test_an_enquiry_is_read_as_far_as_its_screen_reaches() -> None:
    """What a form would refuse is checked for conflicts all the same: it must be little."""
    typed = {f"people-{place}-name": "Anna " * 50_000 for place in range(1000)} | {f"people-{'9' * 5000}-name": "Anna"}
    people = people_in(EnquiryContent(typed))
    assert len(people) == MOST_ROWS
    assert max(len(person.called) for person in people) <= 200


# ---------------------------------------------------------------- reading without a trace


def test_no_page_of_a_case_is_read_without_a_trace(cast: Cast) -> None:
    """A form that comes back, or a question before an act, shows as much as the page itself."""
    opened = make_shared_case(cast)
    case = f"/cases/{opened.case.pk}"
    part = CasePerson.objects.unwalled("write").get(case=opened.case)
    event = Event.objects.unwalled("write").filter(case=opened.case).first()
    family = family_make(opened=opened, parts=[part])
    assert event is not None
    changed = {"on": "2024-03-05", "version": "77"}
    asked: list[tuple[str, dict[str, str] | None]] = [
        (f"{case}/notes", {"text": ""}),
        (f"{case}/papers", {"title": "x"}),
        (f"{case}/heading", {"title": "x" * 300}),
        (f"{case}/events/{event.pk}/edit", changed),
        (f"{case}/events/add?event=lodged", {"on": ""}),
        (f"{case}/people/{part.person_id}/unlink", None),
        (f"{case}/people/{part.person_id}/join", None),
        (f"{case}/people/{part.person_id}/join", {"number": "XXX-XXX", "part": "relative"}),
        (f"{case}/family", None),
        (f"{case}/family", {"people": ""}),
        (f"/families/{family.pk}/join", {"number": opened.case.number}),
        (f"{case}/access/give", {"user": ""}),
    ]
    client = sign_in(cast.owner)
    for address, data in asked:
        TrailRow.objects.filter(action__endswith=".read").delete()
        answer = client.get(address) if data is None else client.post(address, data)
        assert answer.status_code in (200, 422), (address, answer.status_code)
        assert TrailRow.objects.filter(action__endswith=".read", actor="owner").exists(), (address, data)


# ---------------------------------------------------------------- what a browser keeps or sends by itself


FORM = re.compile(r"(<form[^>]*>)(.*?)</form>", re.DOTALL)
TYPED = re.compile(r"<(?:textarea|input(?![^>]*type=\"(?:hidden|checkbox|radio|file|submit)\"))[^>]*>")


def test_the_browser_keeps_nothing_that_was_typed(cast: Cast) -> None:
    """Browsers keep what was typed into forms in a file of their own, and some send it away to be checked."""
    opened = make_shared_case(cast)
    case = f"/cases/{opened.case.pk}"
    person = CasePerson.objects.unwalled("write").get(case=opened.case).person_id
    inside = ("heading", "facts", "notes", "papers", "people/add", f"people/{person}/edit", f"people/{person}/join")
    more = ("access", "delete", "events/add?event=lodged", "proceedings/add", "whatif", "family")
    pages = [f"{case}/{page}" for page in (*inside, *more)] + ["/board", "/cases", "/people", "/intake", "/search"]
    client = sign_in(cast.owner)
    for page in pages:
        text = client.get(page).content.decode()
        assert '<meta name="google" content="notranslate">' in text, page
        assert re.search(r'<body[^>]* spellcheck="false" writingsuggestions="false"', text), page
        for head, inner in FORM.findall(text):
            fields = [field for field in TYPED.findall(inner) if "autocomplete=" not in field]
            assert not fields or 'autocomplete="off"' in head, (page, head, fields)


# ---------------------------------------------------------------- a store that others reach


def test_sessions_that_ran_out_leave_no_key_behind(cast: Cast) -> None:
    """A browser that was closed without a word may keep its cookie, and the store must not keep the other half."""
    client = sign_in(cast.owner)
    gone = client.session.session_key
    Session.objects.filter(pk=gone).update(expire_date=timezone.now() - timedelta(minutes=1))
    sign_in(cast.colleague)
    assert not Session.objects.filter(pk=gone).exists()


@pytest.mark.parametrize(
    ("column", "said"), [("recovery_public", "the recovery key"), ("emergency_public", "the key for emergencies")]
)
def test_no_case_is_opened_for_a_key_that_was_put_in_its_place(cast: Cast, column: str, said: str) -> None:
    """Whoever writes to the database of a server could else read every case that is opened from then on."""
    Organisation.objects.update(**{column: new_pair().public})
    with pytest.raises(VaultError, match=f"{said}: was changed in the database"):
        make_case(cast.owner)
    assert not Case.objects.unwalled("write").exists()


def test_no_case_is_given_to_a_key_that_was_put_in_the_place_of_a_colleague_s(cast: Cast) -> None:
    opened = make_case(cast.owner)
    theirs, mine = new_pair(), bytes(cast.stranger.public_key)
    copied = {"public_key": bytes(cast.reader.public_key), "public_mark": bytes(cast.reader.public_mark)}
    for changed in ({"public_key": theirs.public}, copied):
        User.objects.filter(pk=cast.stranger.pk).update(**changed)
        cast.stranger.refresh_from_db()
        with pytest.raises(VaultError, match="the public key of stranger: was changed in the database"):
            membership_give(opened=opened, user=cast.stranger, role="reader")
        User.objects.filter(pk=cast.stranger.pk).update(public_key=mine)
    assert Membership.objects.visible_to(cast.owner).count() == 1


def test_a_new_password_vouches_for_no_key_that_was_put_in_the_row(cast: Cast) -> None:
    ring = keyring(cast.owner)
    User.objects.filter(pk=cast.owner.pk).update(public_key=new_pair().public)
    cast.owner.refresh_from_db()
    password_change(user=cast.owner, keyring=ring, password="another long sentence of words")
    assert bytes(cast.owner.public_key) == public_of(ring.private)
    assert unwrap(wrap_for_user(cast.owner, b"a key"), ring.private) == b"a key"


def test_what_is_wrong_with_the_vault_is_said_on_the_page(cast: Cast) -> None:
    opened = make_case(cast.owner)
    User.objects.filter(pk=cast.stranger.pk).update(public_key=new_pair().public)
    client = sign_in(cast.owner)
    client.raise_request_exception = False
    answer = client.post(f"/cases/{opened.case.pk}/access/give", {"user": cast.stranger.pk, "role": "reader"})
    assert answer.status_code == 500
    assert "the public key of stranger: was changed in the database" in answer.content.decode()
