"""Accounts: who may make, change, admit, lock, close and reset whom."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asylon.desk.models import Membership, Notice, OrgKey, Team, TrailRow, User
from asylon.desk.passwords import first_password, is_monotonous, passphrase_problem
from asylon.desk.selectors.cases import open_case
from asylon.desk.services import accounts
from asylon.desk.services.accounts import AccountDraft
from asylon.desk.services.memberships import glass_break, membership_give
from asylon.desk.session import Keyring, open_private
from asylon.errors import VaultError
from tests.desk.cast import PASSWORD, SECRETS, Cast, keyring, make_case, make_cast, make_shared_case, share, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def draft_of(user: User, **changed: Any) -> AccountDraft:
    names = ("display_name", "work", "team", "is_lead", "is_administrator")
    return AccountDraft(**{name: getattr(user, name) for name in names} | changed)


def make(by: User | None, **more: Any) -> User:
    values = {"username": "newcomer", "display_name": "New", "password": PASSWORD, "work": "lawyer"}
    return accounts.account_make(**values | more, by=by)


# ---------------------------------------------------------------- rights


def test_only_administrators_make_accounts(cast: Cast) -> None:
    for by in (cast.owner, cast.boss, cast.interpreter):
        with pytest.raises(PermissionDenied):
            make(by)
    assert make(cast.admin).must_change_password
    assert Notice.objects.filter(user=cast.boss, kind="newcomer", about__username="newcomer").count() == 1


def test_only_a_lead_makes_a_lead(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        make(cast.admin, is_lead=True)
    with pytest.raises(PermissionDenied):
        accounts.account_change(user=cast.owner, by=keyring(cast.admin), draft=draft_of(cast.owner, is_lead=True))
    accounts.account_change(user=cast.owner, by=keyring(cast.boss), draft=draft_of(cast.owner, is_lead=True))
    assert User.objects.get(pk=cast.owner.pk).is_lead


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    giver=st.tuples(st.booleans(), st.booleans()),
    before=st.tuples(st.booleans(), st.booleans()),
    wanted=st.tuples(st.booleans(), st.booleans()),
    is_self=st.booleans(),
)
def test_no_grant_exceeds_the_giver(
    cast: Cast, giver: tuple[bool, bool], before: tuple[bool, bool], wanted: tuple[bool, bool], is_self: bool
) -> None:
    by, user = cast.colleague, cast.colleague if is_self else cast.reader
    User.objects.filter(pk=by.pk).update(is_lead=giver[0], is_administrator=giver[1])
    if not is_self:
        User.objects.filter(pk=user.pk).update(is_lead=before[0], is_administrator=before[1])
    by, user = User.objects.get(pk=by.pk), User.objects.get(pk=user.pk)
    held = (user.is_lead, user.is_administrator)
    ring = Keyring(by, keyring(cast.colleague).private)
    if giver[0]:
        accounts.org_keys_give(user=by, index=b"i" * 32, emergency=b"e" * 32, by=None)
    try:
        accounts.account_change(user=user, by=ring, draft=draft_of(user, is_lead=wanted[0], is_administrator=wanted[1]))
    except (PermissionDenied, ValidationError):
        after = User.objects.get(pk=user.pk)
        assert (after.is_lead, after.is_administrator) == held
        return
    after = User.objects.get(pk=user.pk)
    for was, now, may in zip(held, (after.is_lead, after.is_administrator), giver, strict=True):
        assert now == was or may, "somebody gave or took what they do not have"
        assert not (is_self and now and not was), "somebody raised their own rights"


def test_team_and_work_are_for_administrators(cast: Cast) -> None:
    other = Team.objects.create(name="Second")
    for changed in ({"work": "volunteer"}, {"team": other}, {"display_name": "Somebody"}):
        with pytest.raises(PermissionDenied):
            accounts.account_change(user=cast.owner, by=keyring(cast.boss), draft=draft_of(cast.owner, **changed))
    accounts.account_change(user=cast.owner, by=keyring(cast.admin), draft=draft_of(cast.owner, team=other))
    assert User.objects.get(pk=cast.owner.pk).team == other


def test_last_lead_and_last_administrator_stay(cast: Cast) -> None:
    boss, admin = keyring(cast.boss), keyring(cast.admin)
    with pytest.raises(ValidationError, match="only lead"):
        accounts.account_change(user=cast.boss, by=boss, draft=draft_of(cast.boss, is_lead=False))
    with pytest.raises(ValidationError, match="only administrator"):
        accounts.account_change(user=cast.admin, by=admin, draft=draft_of(cast.admin, is_administrator=False))
    with pytest.raises(ValidationError, match="only lead"):
        accounts.account_close(user=cast.boss, by=cast.admin)
    with pytest.raises(ValidationError, match="only administrator"):
        accounts.account_close(user=cast.admin, by=cast.boss)
    with pytest.raises(ValidationError, match="only lead"):
        accounts.account_reset(user=cast.boss, by=cast.admin, password=first_password())


def test_new_lead_holds_the_emergency_key_and_loses_it_again(cast: Cast) -> None:
    opened = make_case(cast.stranger)
    accounts.account_change(user=cast.owner, by=keyring(cast.boss), draft=draft_of(cast.owner, is_lead=True))
    lead = keyring(User.objects.get(pk=cast.owner.pk))
    assert glass_break(keyring=lead, number=opened.case.number, reason="She was detained an hour ago.")
    accounts.account_change(user=lead.user, by=keyring(cast.boss), draft=draft_of(lead.user, is_lead=False))
    assert set(OrgKey.objects.filter(user=cast.owner).values_list("kind", flat=True)) == {"index"}


# ---------------------------------------------------------------- keys


def test_newcomer_opens_nothing_until_admitted(cast: Cast) -> None:
    opened = make_case(cast.owner)
    newcomer = make(cast.admin)
    ring = Keyring(newcomer, open_private(newcomer, PASSWORD) or b"")
    with pytest.raises(VaultError, match="ask a lead"):
        _ = ring.index
    with pytest.raises(ValidationError):
        membership_give(opened=opened, user=newcomer, role="member")
    for by in (cast.admin, cast.owner):
        with pytest.raises(PermissionDenied):
            accounts.member_admit(user=newcomer, keyring=keyring(by))
    accounts.member_admit(user=newcomer, keyring=keyring(cast.boss))
    assert not Notice.objects.filter(kind="newcomer", about=newcomer).exists()
    membership_give(opened=opened, user=newcomer, role="member")
    assert open_case(ring, opened.case.pk).content.title
    assert set(newcomer.org_keys.values_list("kind", flat=True)) == {"index"}


def test_account_for_administration_alone_is_admitted_to_nothing(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        accounts.member_admit(user=cast.admin, keyring=keyring(cast.boss))


def test_administrator_can_read_nothing_on_any_page(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.admin)
    for address in ("/team", "/team/new", f"/team/{cast.owner.pk}", "/notices", "/account"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not [secret for secret in (*SECRETS, opened.case.number) if secret in answer.content.decode()]
    assert client.get("/trail").status_code == 403
    assert client.get(f"/cases/{opened.case.pk}/trail").status_code == 404
    with pytest.raises(Http404):
        open_case(keyring(cast.admin), opened.case.pk)


def test_reset_password_opens_no_old_case(cast: Cast) -> None:
    opened = make_shared_case(cast)
    password = first_password()
    old = keyring(cast.colleague)
    accounts.account_reset(user=cast.colleague, by=cast.admin, password=password)
    user = User.objects.get(pk=cast.colleague.pk)
    assert open_private(user, PASSWORD) is None
    fresh = Keyring(user, open_private(user, password) or b"")
    assert fresh.private != old.private
    assert user.must_change_password
    assert not user.is_admitted
    with pytest.raises(Http404):
        open_case(fresh, opened.case.pk)
    assert not Membership.objects.unwalled("write").filter(user=user).exists()
    accounts.member_admit(user=user, keyring=keyring(cast.boss))
    share(opened, user, "member")
    assert open_case(fresh, opened.case.pk).content.title


def test_who_resets_an_account_gets_no_more_rights_than_they_have(cast: Cast) -> None:
    accounts.account_change(user=cast.owner, by=keyring(cast.boss), draft=draft_of(cast.owner, is_lead=True))
    accounts.account_reset(user=User.objects.get(pk=cast.owner.pk), by=cast.admin, password=first_password())
    after = User.objects.get(pk=cast.owner.pk)
    assert (after.is_lead, after.is_administrator) == (False, False)
    for by in (cast.boss, cast.owner):
        with pytest.raises(PermissionDenied):
            accounts.account_reset(user=cast.reader, by=by, password=first_password())
    with pytest.raises(PermissionDenied):
        accounts.account_reset(user=cast.admin, by=cast.admin, password=first_password())


def test_closed_account_leaves_no_key_behind(cast: Cast) -> None:
    make_shared_case(cast)
    Authenticator.objects.create(user=cast.colleague, type=Authenticator.Type.TOTP, data={})
    accounts.account_close(user=cast.colleague, by=cast.admin)
    user = User.objects.get(pk=cast.colleague.pk)
    assert (user.is_active, bytes(user.sealed_private)) == (False, b"")
    assert not user.org_keys.exists()
    assert not Authenticator.objects.filter(user=user).exists()
    assert not Membership.objects.unwalled("write").filter(user=user).exists()
    for by, closed in product((cast.owner, cast.interpreter), (cast.reader,)):
        with pytest.raises(PermissionDenied):
            accounts.account_close(user=closed, by=by)


def test_closed_lead_can_do_nothing_with_an_old_row(cast: Cast) -> None:
    accounts.account_change(user=cast.owner, by=keyring(cast.boss), draft=draft_of(cast.owner, is_lead=True))
    held = User.objects.get(pk=cast.owner.pk)
    accounts.account_close(user=User.objects.get(pk=cast.owner.pk), by=cast.boss)
    held.refresh_from_db()
    with pytest.raises(PermissionDenied):
        accounts.account_close(user=cast.reader, by=held)


def test_cases_that_would_be_left_alone_are_counted(cast: Cast) -> None:
    opened = make_case(cast.owner)
    make_case(cast.owner)
    assert accounts.cases_without_other_lead(cast.owner) == 2
    share(opened, cast.colleague, "lead")
    assert accounts.cases_without_other_lead(cast.owner) == 1
    page = sign_in(cast.boss).get(f"/team/{cast.owner.pk}/close").content.decode()
    assert "1 case has no other lead" in page


# ---------------------------------------------------------------- pages


def test_team_page_shows_everybody_and_acts_only_to_those_who_may(cast: Cast) -> None:
    make(cast.admin)
    page = sign_in(cast.owner).get("/team").content.decode()
    assert all(str(user) in page for user in cast.everybody().values())
    assert "waits for a lead" in page
    assert "/admit" not in page
    assert "New account" not in page
    page = sign_in(cast.boss).get("/team").content.decode()
    assert page.count("/admit") == 1
    assert "/team/new" in sign_in(cast.admin).get("/team").content.decode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("owner", {"team": 200, "new": 403, "colleague": 403, "close": 403, "reset": 403, "factor": 403}),
        ("boss", {"team": 200, "new": 403, "colleague": 200, "close": 200, "reset": 403, "factor": 403}),
        ("admin", {"team": 200, "new": 200, "colleague": 200, "close": 200, "reset": 200, "factor": 200}),
    ],
)
def test_pages_answer_by_right(cast: Cast, name: str, expected: dict[str, int]) -> None:
    client, about = sign_in(getattr(cast, name)), f"/team/{cast.reader.pk}"
    addresses = {
        "team": "/team",
        "new": "/team/new",
        "colleague": about,
        "close": f"{about}/close",
        "reset": f"{about}/reset",
        "factor": f"{about}/second-factor",
    }
    assert {key: client.get(address).status_code for key, address in addresses.items()} == expected
    assert client.get("/team/999999").status_code == (403 if name == "owner" else 404)


def test_first_password_is_shown_once_and_works(cast: Cast) -> None:
    client = sign_in(cast.admin)
    filled = {"username": "dana", "display_name": "Dana", "work": "caseworker", "is_lead": "on"}
    answer = client.post("/team/new", filled)
    found = re.search(r'id="first-password">([^<]+)<', answer.content.decode())
    assert found
    user = User.objects.get(username="dana")
    assert not user.is_lead, "an administrator who is no lead makes no lead, whatever the form sends"
    assert open_private(user, found[1]) is not None
    assert found[1] not in client.get("/team").content.decode()
    again = client.post("/team/new", filled)
    assert again.status_code == 422
    assert "taken" in again.content.decode()
    assert "Dana" in again.content.decode()


def test_reset_shows_a_password_and_says_what_is_lost(cast: Cast) -> None:
    client = sign_in(cast.admin)
    asked = client.get(f"/team/{cast.reader.pk}/reset").content.decode()
    assert "open nothing until a lead admits them again" in asked
    found = re.search(r'id="first-password">([^<]+)<', client.post(f"/team/{cast.reader.pk}/reset").content.decode())
    assert found
    newcomer = Client()
    newcomer.post("/sign-in", {"login": "reader", "password": found[1]})
    assert newcomer.get("/team").headers["Location"] == "/account/password"


def test_fault_of_closing_the_only_lead_is_said(cast: Cast) -> None:
    answer = sign_in(cast.admin).post(f"/team/{cast.boss.pk}/close")
    assert answer.status_code == 422
    assert "This is the only lead" in answer.content.decode()
    assert User.objects.get(pk=cast.boss.pk).is_active


def test_teams_are_added_once(cast: Cast) -> None:
    client = sign_in(cast.boss)
    for _time in range(2):
        client.post("/team/teams", {"name": " North  side "})
    assert Team.objects.filter(name="North side").count() == 1
    assert sign_in(cast.owner).post("/team/teams", {"name": "Mine"}).status_code == 403


@pytest.mark.parametrize("path", ["/board", "/cases", "/people"])
def test_who_keeps_accounts_only_is_led_to_the_team_and_not_to_the_intake(cast: Cast, path: str) -> None:
    page = sign_in(cast.admin).get(path).content.decode()
    assert 'class="button" href="/team"' in page
    assert 'href="/intake"' not in page


def test_notices_say_what_happened_and_are_read(cast: Cast) -> None:
    opened = make_shared_case(cast)
    glass_break(keyring=keyring(cast.boss), number=opened.case.number, reason="She was detained an hour ago.")
    client = sign_in(cast.owner)
    page = client.get("/notices").content.decode()
    assert "opened this case in an emergency" in page
    assert opened.case.number in page
    assert client.get("/account").context["notice_count"] == 1
    told = re.findall(r'href="([^"]+)"[^<]*(?:<svg.*?</svg>|</?span>|[^<])*<span class="count new">', page)
    assert told == ["/notices", "/notices"], "the number stands at the notices and nowhere else"
    notice = Notice.objects.get(user=cast.owner)
    sign_in(cast.colleague).post("/notices", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None, "nobody reads for somebody else"
    client.post("/notices", {"notice": notice.pk})
    assert client.get("/account").context["notice_count"] == 0


def test_notice_of_a_case_that_was_taken_names_it_no_more(cast: Cast) -> None:
    opened = make_shared_case(cast)
    Notice.objects.create(user=cast.stranger, kind="possible_conflict", case=opened.case, about=cast.boss)
    page = sign_in(cast.stranger).get("/notices").content.decode()
    assert "separate teams" in page
    assert opened.case.number not in page
    assert str(opened.case.pk) not in page


def test_own_account_is_changed_and_only_that(cast: Cast) -> None:
    client = sign_in(cast.owner)
    client.post("/account", {"display_name": "Mx Owner", "language": "he", "is_lead": "on", "username": "boss2"})
    user = User.objects.get(pk=cast.owner.pk)
    assert (user.display_name, user.language, user.is_lead, user.username) == ("Mx Owner", "he", False, "owner")
    assert 'dir="rtl"' in client.get("/account").content.decode()


def test_lost_second_factor_is_removed_by_an_administrator(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.owner, type=Authenticator.Type.TOTP, data={})
    desk = sign_in(cast.admin)
    assert "password alone opens" in desk.get(f"/team/{cast.owner.pk}/second-factor").content.decode()
    desk.post(f"/team/{cast.owner.pk}/second-factor")
    assert not Authenticator.objects.filter(user=cast.owner).exists()
    assert TrailRow.objects.filter(action="account.changed", object="owner", actor="admin").exists()


# ---------------------------------------------------------------- words that are easy to guess


def test_first_passwords_are_long_and_never_twice() -> None:
    made = {first_password() for _time in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"([a-hj-kmnp-z2-9]{5}-){3}[a-hj-kmnp-z2-9]{5}", word) for word in made)


@pytest.mark.parametrize("weak", ["zzzzzzzzzzzzzz", "xyxyxyxyxyxyxy", "poiuytrewq99!", "0987654321098", "tooshort"])
def test_weak_passphrases_are_named(weak: str) -> None:
    assert passphrase_problem(weak)


def test_plain_words_are_good_passphrases() -> None:
    assert passphrase_problem("violet harbour maple trumpet") == ""
    assert not is_monotonous("correct horse battery staple")
