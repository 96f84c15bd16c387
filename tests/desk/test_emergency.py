"""A new key for emergencies: what the old one opens afterwards, who may make it, who is told that it is time."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from asylon.desk.models import Case, Enquiry, Notice, Organisation, OrgKey, TrailRow, User
from asylon.desk.selectors.enquiries import open_enquiry
from asylon.desk.services import accounts, emergency, intake, recovery
from asylon.desk.services.accounts import AccountDraft
from asylon.desk.services.memberships import glass_break
from asylon.desk.services.trail import record
from asylon.errors import VaultError
from asylon.vault.sealing import new_pair, public_of, unwrap, wrap
from tests.desk.cast import PASSWORD, Cast, emergency_pair, index_key, keyring, make_case, make_cast, sign_in
from tests.desk.settings import RECOVERY

pytestmark = pytest.mark.django_db
REASON = "She is at the airport now."
OLD = emergency_pair().private


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def make_lead(user: User, boss: User) -> User:
    change(user, boss, is_lead=True)
    return User.objects.get(pk=user.pk)


def change(user: User, by: User, *, is_lead: bool) -> None:
    draft = AccountDraft(user.display_name, user.work, user.team, is_lead, user.is_administrator)
    accounts.account_change(user=User.objects.get(pk=user.pk), by=keyring(by), draft=draft)


def keep_enquiry(author: User) -> UUID:
    enquiry = uuid4()
    intake.enquiry_save(keyring=keyring(author), enquiry_id=enquiry, fields={"enquiry-country": "ru"})
    intake.enquiry_keep(
        keyring=keyring(author), enquiry_id=enquiry, state="refused", reason="Too far away.", has_consent=True
    )
    return enquiry


def wraps() -> list[bytes]:
    return [
        bytes(wrapped)
        for rows in (Case.objects.unwalled("backup"), Enquiry.objects.all())
        for wrapped in rows.values_list("emergency_wrap", flat=True)
    ]


def opened_by(private: bytes) -> int:
    count = 0
    for wrapped in wraps():
        try:
            unwrap(wrapped, private)
            count += 1
        except VaultError:
            pass
    return count


def renew(user: User) -> int:
    return emergency.emergency_renew(keyring=keyring(user))


def test_old_key_opens_no_case_and_no_enquiry(cast: Cast) -> None:
    make_case(cast.owner)
    keep_enquiry(cast.owner)
    assert opened_by(OLD) == 2
    assert renew(cast.boss) == 2
    make_case(cast.owner, title="Afterwards")
    keep_enquiry(cast.owner)
    assert (opened_by(OLD), len(wraps())) == (0, 4)
    assert opened_by(keyring(cast.boss).org_key(OrgKey.Kind.EMERGENCY)) == 4


def test_glass_breaks_for_every_lead_as_before(cast: Cast) -> None:
    opened, enquiry = make_case(cast.owner), keep_enquiry(cast.owner)
    leads = [cast.boss, make_lead(cast.stranger, cast.boss)]
    renew(cast.boss)
    later = make_case(cast.owner, title="Afterwards")
    for lead in leads:
        for case in (opened, later):
            row = glass_break(keyring=keyring(lead), number=case.case.number, reason=REASON)
            assert row is not None
            assert keyring(lead).case_key(row) == case.key
        assert open_enquiry(keyring(lead), enquiry)[1].reason == "Too far away."
    assert renew(leads[1]) == 3, "and again, by another"


def test_new_key_is_of_nobody_but_leads_who_had_the_old(cast: Cast) -> None:
    lead_without = make_lead(cast.stranger, cast.boss)
    lead_without.org_keys.filter(kind=OrgKey.Kind.EMERGENCY).delete()
    for odd in (cast.owner, cast.admin):
        OrgKey.objects.create(user=odd, kind=OrgKey.Kind.EMERGENCY, wrapped=wrap(OLD, bytes(odd.public_key)))
    renew(cast.boss)
    assert [row.user for row in OrgKey.objects.filter(kind=OrgKey.Kind.EMERGENCY)] == [cast.boss]


@pytest.mark.parametrize("name", ["owner", "interpreter", "admin"])
def test_who_does_not_lead_cannot_even_with_the_key(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    OrgKey.objects.create(user=user, kind=OrgKey.Kind.EMERGENCY, wrapped=wrap(OLD, bytes(user.public_key)))
    make_case(cast.owner)
    with pytest.raises(PermissionDenied):
        renew(user)
    client = sign_in(user)
    assert client.get("/team/emergency-key").status_code == client.post("/team/emergency-key").status_code == 403
    assert "/team/emergency-key" not in client.get("/team").content.decode()
    assert opened_by(OLD) == 1


def test_lead_without_the_key_or_closed_cannot(cast: Cast) -> None:
    lead, closed = make_lead(cast.stranger, cast.boss), make_lead(cast.reader, cast.boss)
    lead.org_keys.filter(kind=OrgKey.Kind.EMERGENCY).delete()
    ring = keyring(closed)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        renew(lead)
    with pytest.raises(PermissionDenied):
        emergency.emergency_renew(keyring=ring)
    assert sign_in(lead).get("/team/emergency-key").status_code == 403


def test_one_wrap_that_does_not_open_leaves_all_as_they_were(cast: Cast) -> None:
    make_case(cast.owner)
    Enquiry.objects.filter(pk=keep_enquiry(cast.owner)).update(emergency_wrap=b"damaged")
    with pytest.raises(VaultError):
        renew(cast.boss)
    assert opened_by(OLD) == 1
    assert bytes(Organisation.objects.get().emergency_public) == emergency_pair().public
    assert keyring(cast.boss).org_key(OrgKey.Kind.EMERGENCY) == OLD


def test_holders_of_the_recovery_words_have_the_new_key(cast: Cast) -> None:
    renew(cast.boss)
    org = Organisation.objects.get()
    assert public_of(unwrap(org.recovery_emergency, RECOVERY.private)) == bytes(org.emergency_public)


def test_new_recovery_words_bring_a_new_key(cast: Cast) -> None:
    opened, fresh = make_case(cast.owner), new_pair()
    Organisation.objects.update(
        recovery_index=wrap(index_key(), RECOVERY.public), recovery_emergency=wrap(OLD, RECOVERY.public)
    )
    recovery.recovery_renew(recovery_private=RECOVERY.private, recovery_public=fresh.public, threshold=1, holders=1)
    assert opened_by(OLD) == 0
    assert opened_by(unwrap(Organisation.objects.get().recovery_emergency, fresh.private)) == 1
    assert glass_break(keyring=keyring(cast.boss), number=opened.case.number, reason=REASON)
    assert TrailRow.objects.get(action="vault.emergency_renewed").actor == "vault"


def test_page_says_what_it_does_and_does_it(cast: Cast) -> None:
    make_case(cast.owner)
    client = sign_in(cast.boss)
    assert "/team/emergency-key" in client.get("/team").content.decode()
    page = client.get("/team/emergency-key").content.decode()
    assert "stays open to the old key" in page
    assert opened_by(OLD) == 1, "asking changes nothing"
    assert client.post("/team/emergency-key").headers["Location"] == "/team"
    assert opened_by(OLD) == 0
    row = TrailRow.objects.get(action="vault.emergency_renewed")
    assert (row.actor, row.count, row.detail) == ("boss", 1, {})


# ---------------------------------------------------------------- when it is time


def said_to(user: User) -> bool:
    page = sign_in(user).get("/team").content.decode()
    return "may have kept it" in page


@pytest.mark.parametrize("loss", ["closed", "no lead", "reset"])
def test_leads_are_told_until_there_is_a_new_key(cast: Cast, loss: str) -> None:
    former = make_lead(cast.stranger, cast.boss)
    assert not said_to(cast.boss)
    if loss == "closed":
        accounts.account_close(user=former, by=cast.boss)
    elif loss == "reset":
        accounts.account_reset(user=former, by=cast.admin, password=PASSWORD)
    else:
        change(former, cast.boss, is_lead=False)
    notice = Notice.objects.get(kind=Notice.Kind.KEPT_KEY)
    assert (notice.user, notice.about) == (cast.boss, former)
    assert [said_to(user) for user in (cast.boss, cast.owner, cast.admin)] == [True, False, False]
    assert 'href="/team/emergency-key"' in sign_in(cast.boss).get("/notices").content.decode()
    if loss == "no lead":
        accounts.account_close(user=User.objects.get(pk=former.pk), by=cast.boss)
        assert said_to(cast.boss), "closing the account afterwards takes the notice from nobody"
    renew(cast.boss)
    assert not said_to(cast.boss)
    assert not Notice.objects.filter(kind=Notice.Kind.KEPT_KEY).exists()


def test_nothing_is_said_of_who_never_held_the_key(cast: Cast) -> None:
    accounts.account_close(user=cast.stranger, by=cast.boss)
    assert not Notice.objects.filter(kind=Notice.Kind.KEPT_KEY).exists()


def test_who_leads_no_longer_is_told_nothing(cast: Cast) -> None:
    first, second = make_lead(cast.stranger, cast.boss), make_lead(cast.reader, cast.boss)
    change(first, cast.boss, is_lead=False)
    change(second, cast.boss, is_lead=False)
    told = Notice.objects.filter(kind=Notice.Kind.KEPT_KEY).values_list("user__username", "about__username")
    assert sorted(told) == [("boss", "reader"), ("boss", "stranger")]


def test_store_in_use_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    make_case(cast.owner)
    left = [None] * (emergency.TRIES - 1)

    def refused(*words: str, **more: int) -> None:
        if left:
            left.pop()
            raise OperationalError("deadlock detected")
        record(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(emergency, "record", refused)
    assert renew(cast.boss) == 1
    assert opened_by(keyring(cast.boss).org_key(OrgKey.Kind.EMERGENCY)) == 1
