"""Who may give, take, bar, break and destroy; and what is left afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from asylon.desk.models import (
    Bar,
    BoardItem,
    Case,
    CasePerson,
    Event,
    Family,
    IndexKey,
    Membership,
    Note,
    Person,
    TrailRow,
    User,
)
from asylon.desk.selectors.cases import headings, open_case
from asylon.desk.services.accounts import account_make, member_admit
from asylon.desk.services.cases import case_close, case_delete, case_reopen
from asylon.desk.services.memberships import bar_lift, bar_set, glass_break, membership_give, membership_take
from asylon.desk.services.people import family_make, person_add
from asylon.desk.session import KeyBackend
from asylon.desk.walls import ALLOWED, Act, may
from tests.desk.cast import (
    PASSWORD,
    Cast,
    keyring,
    make_case,
    make_cast,
    make_shared_case,
    person_content,
    reopen,
    share,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_no_role_exceeds_the_one_that_gives_it() -> None:
    """Whoever may give access is a lead, and a lead may do everything: no grant exceeds the granter."""
    givers = [role for role, acts in ALLOWED.items() if "grant" in acts]
    assert givers == ["lead"]
    assert all(acts <= ALLOWED["lead"] for acts in ALLOWED.values())
    assert not may("nobody", "read")


@pytest.mark.parametrize("name", ["colleague", "reader"])
def test_only_leads_give_take_bar_close_and_delete(cast: Cast, name: str) -> None:
    opened = make_shared_case(cast)
    theirs = reopen(opened, getattr(cast, name))
    for act in (
        lambda: membership_give(opened=theirs, user=cast.stranger, role="reader"),
        lambda: membership_give(opened=theirs, user=getattr(cast, name), role="lead"),
        lambda: membership_take(opened=theirs, user=cast.owner),
        lambda: bar_set(opened=theirs, user=cast.stranger),
        lambda: bar_lift(opened=theirs, user=cast.stranger),
        lambda: case_close(opened=theirs),
        lambda: case_delete(opened=theirs),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Membership.objects.visible_to(cast.owner).count() == 4


def test_reader_writes_nothing(cast: Cast) -> None:
    opened = make_shared_case(cast)
    with pytest.raises(PermissionDenied):
        person_add(opened=reopen(opened, cast.reader), content=person_content("Another"))


@pytest.mark.parametrize("name", ["colleague", "reader", "interpreter", "stranger"])
def test_what_is_listed_goes_by_the_role(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    opened = make_shared_case(cast)
    row = Membership.objects.unwalled("write").filter(user=user, case=opened.case).first()
    for act in get_args(Act):
        is_allowed = row is not None and may(row.role, act)
        for model in (Case, Event, CasePerson, Person):
            assert model.objects.visible_to(user, act).exists() is is_allowed, (model, act)


def test_a_case_keeps_a_lead(cast: Cast) -> None:
    opened = make_shared_case(cast)
    for act in (
        lambda: membership_take(opened=opened, user=cast.owner),
        lambda: membership_give(opened=opened, user=cast.owner, role="reader"),
    ):
        with pytest.raises(ValidationError):
            act()


def test_keys_go_only_to_the_admitted(cast: Cast) -> None:
    opened = make_case(cast.owner)
    new = account_make(username="new", display_name="New", password=PASSWORD, work="lawyer", by=cast.admin)
    for user in (new, cast.admin):
        with pytest.raises(ValidationError, match="no keys yet"):
            membership_give(opened=opened, user=user, role="reader")
    with pytest.raises(PermissionDenied):
        member_admit(user=new, keyring=keyring(cast.owner))
    with pytest.raises(PermissionDenied):
        member_admit(user=cast.admin, keyring=keyring(cast.boss))
    member_admit(user=new, keyring=keyring(cast.boss))
    assert keyring(new).org_key("index") == keyring(cast.owner).org_key("index")
    assert not new.org_keys.filter(kind="emergency").exists()
    assert membership_give(opened=opened, user=new, role="reader").role == "reader"


def test_shares_lapse(cast: Cast) -> None:
    opened = make_case(cast.owner)
    soon = timezone.now() + timedelta(hours=1)
    membership_give(opened=opened, user=cast.reader, role="reader", until=soon)
    assert open_case(keyring(cast.reader), opened.case.pk).case.pk == opened.case.pk
    Membership.objects.unwalled("write").filter(user=cast.reader).update(until=timezone.now())
    with pytest.raises(Http404):
        open_case(keyring(cast.reader), opened.case.pk)
    assert not Event.objects.visible_to(cast.reader).exists()


def test_a_bar_beats_a_membership_that_is_still_there(cast: Cast) -> None:
    opened = make_shared_case(cast)
    Bar.objects.create(case=opened.case, user=cast.reader)
    assert Membership.objects.unwalled("write").filter(user=cast.reader).exists()
    with pytest.raises(Http404):
        open_case(keyring(cast.reader), opened.case.pk)
    assert not Person.objects.visible_to(cast.reader).exists()


def test_a_closed_account_sees_nothing_even_with_its_key(cast: Cast) -> None:
    opened = make_shared_case(cast)
    keys = keyring(cast.colleague)
    User.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    with pytest.raises(Http404):
        open_case(keys, opened.case.pk)


def test_a_session_finds_no_closed_account(cast: Cast) -> None:
    assert KeyBackend().get_user(cast.colleague.pk) == cast.colleague
    User.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    assert KeyBackend().get_user(cast.colleague.pk) is None


def test_rows_of_others_are_not_there(cast: Cast) -> None:
    opened = make_case(cast.owner)
    make_case(cast.stranger, title="Another", person=person_content("Somebody Else"))
    for model in (Case, Event, Person, CasePerson, Membership, BoardItem):
        own = set(model.objects.visible_to(cast.stranger).values_list("pk", flat=True))
        other = set(model.objects.visible_to(cast.owner).values_list("pk", flat=True))
        assert own, model
        assert other, model
        assert not own & other, model
    assert opened.case.pk not in headings(keyring(cast.stranger), [opened.case.pk])


def test_broken_glass_is_for_leads_with_a_reason_and_closes_again(cast: Cast) -> None:
    opened = make_shared_case(cast)
    with pytest.raises(PermissionDenied):
        glass_break(keyring=keyring(cast.stranger), number=opened.case.number, reason="I want to look at it.")
    with pytest.raises(ValidationError):
        glass_break(keyring=keyring(cast.boss), number=opened.case.number, reason="now")
    row = glass_break(keyring=keyring(cast.boss), number=opened.case.number, reason="She was detained an hour ago.")
    assert row is not None
    assert row.until is not None
    assert timedelta(hours=3) < row.until - timezone.now() <= timedelta(hours=4)
    assert row.role == "reader"
    assert TrailRow.objects.filter(action="case.glass_broken", actor="boss", object=str(opened.case.pk)).count() == 1
    assert b"detained" not in bytes(row.sealed_reason or b"")


def test_reads_stand_in_the_trail(cast: Cast) -> None:
    opened = make_shared_case(cast)
    before = TrailRow.objects.filter(action="case.read", object=str(opened.case.pk)).count()
    open_case(keyring(cast.reader), opened.case.pk)
    rows = TrailRow.objects.filter(action="case.read", object=str(opened.case.pk))
    assert rows.count() == before + 1
    assert rows.first().actor == "reader"  # type: ignore[union-attr]


def test_closing_takes_a_case_off_the_board_and_reopening_brings_it_back(cast: Cast) -> None:
    opened = make_case(cast.owner)
    lines = BoardItem.objects.visible_to(cast.owner).count()
    assert lines
    case_close(opened=opened)
    assert BoardItem.objects.visible_to(cast.owner).count() == 0
    case_reopen(opened=opened)
    assert BoardItem.objects.visible_to(cast.owner).count() == lines


def test_deleting_destroys_keys_rows_and_people_who_are_nowhere_else(cast: Cast) -> None:
    opened, other = make_case(cast.owner), make_case(cast.owner, title="Stays", person=person_content("Other One"))
    family_make(opened=opened, parts=CasePerson.objects.visible_to(cast.owner).filter(case=opened.case))
    shared = share(opened, cast.reader, "reader")
    gone = Person.objects.visible_to(cast.owner).exclude(parts__case=other.case).get()
    case_delete(opened=opened)
    assert [case.pk for case in Case.objects.visible_to(cast.owner)] == [other.case.pk]
    assert not Membership.objects.unwalled("write").filter(pk=shared.pk).exists()
    people = Person.objects.unwalled("write")
    assert not people.filter(pk=gone.pk).exists()
    assert people.count() == 1
    assert not IndexKey.objects.filter(person_id=gone.pk).exists()
    assert IndexKey.objects.exists()
    assert not Family.objects.unwalled("write").exists()
    assert not Note.objects.unwalled("write").filter(case_id=opened.case.pk).exists()
    assert TrailRow.objects.filter(action="case.deleted", object=str(opened.case.pk)).count() == 1
