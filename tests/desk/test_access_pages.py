"""Who may see a case: given, changed, taken, barred; closed, reopened, destroyed; broken glass."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from asylon.desk.models import Bar, Case, CasePerson, Event, Membership, Notice, Person, TrailRow, User
from asylon.desk.models.people import Kinship
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.memberships import bar_set
from asylon.desk.services.notes import note_add
from asylon.desk.services.people import person_add, person_join, relation_set
from tests.desk.cast import (
    SECRET_NAME,
    Cast,
    keyring,
    make_case,
    make_cast,
    make_shared_case,
    person_content,
    share,
    sign_in,
)

pytestmark = pytest.mark.django_db

REASON = "She was detained an hour ago."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def address(name: str, opened: OpenCase, **ids: Any) -> str:
    wanted = {"case": opened.case.pk, **ids}
    return reverse(name, kwargs=wanted)


def role_of(opened: OpenCase, user: User) -> str | None:
    row = Membership.objects.unwalled("write").filter(case=opened.case, user=user).first()
    return row.role if row else None


def give(client: Client, opened: OpenCase, user: User, role: str = "member", **more: str) -> Any:
    return client.post(address("access_give", opened), {"user": user.pk, "role": role, **more})


def test_only_the_lead_decides(cast: Cast) -> None:
    opened = make_shared_case(cast)
    seen: dict[str, list[int]] = {}
    for name, user in cast.everybody().items():
        client = sign_in(user)
        pages = [client.get(address(page, opened)) for page in ("access", "case_delete")]
        ids = {"user": cast.stranger.pk}
        buttons = [
            give(client, opened, cast.stranger),
            client.post(address("access_bar", opened), ids),
            client.post(address("access_lift", opened, **ids)),
            client.post(address("access_take", opened, **ids)),
            client.post(address("case_close", opened)),
            client.post(address("case_reopen", opened)),
        ]
        seen[name] = [answer.status_code for answer in (*pages, *buttons)]
    assert seen == {
        "owner": [200] * 2 + [302] * 6,
        **{name: [403] * 8 for name in ("colleague", "reader", "interpreter")},
        **{name: [404] * 8 for name in ("stranger", "boss", "admin")},
    }
    assert Case.objects.visible_to(cast.owner).exists()


def test_page_lists_members_with_role_and_end(cast: Cast) -> None:
    opened = make_shared_case(cast)
    page = sign_in(cast.owner).get(address("access", opened)).content.decode()
    for words in ("Owner", "Colleague", "Reader", "Interpreter", "(you)"):
        assert words in page
    choices = page[page.index('name="user"') : page.index("</select>", page.index('name="user"'))]
    assert "Stranger" in choices
    assert "Admin" not in choices, "whoever has no keys cannot be given a case"


def test_given_changed_and_taken(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client, other = sign_in(cast.owner), sign_in(cast.stranger)
    page = address("case", opened)
    assert other.get(page).status_code == 404
    assert give(client, opened, cast.stranger, "reader").status_code == 302
    assert other.get(page).status_code == 200
    assert other.get(address("event_add", opened)).status_code == 403
    give(client, opened, cast.stranger, "member")
    assert other.get(address("event_add", opened)).status_code == 200
    assert Notice.objects.filter(user=cast.stranger, kind=Notice.Kind.GIVEN_CASE).count() == 1
    for _twice in range(2):
        assert client.post(address("access_take", opened, user=cast.stranger.pk)).status_code == 302
    assert other.get(page).status_code == 404
    assert other.get(f"/alive?case={opened.case.pk}").status_code == 401
    actions = TrailRow.objects.filter(detail__member="stranger").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["membership.given", "membership.changed", "membership.taken"]


def test_share_that_ends(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.owner)
    today = timezone.localdate()
    over = give(client, opened, cast.stranger, until=(today - timedelta(days=1)).isoformat())
    assert over.status_code == 200
    assert "This day is over" in over.content.decode()
    assert role_of(opened, cast.stranger) is None
    assert give(client, opened, cast.stranger, until=today.isoformat()).status_code == 302
    row = Membership.objects.unwalled("write").get(case=opened.case, user=cast.stranger)
    assert row.until is not None
    assert timezone.now() < row.until <= timezone.now() + timedelta(days=1)
    assert sign_in(cast.stranger).get(address("case", opened)).status_code == 200
    Membership.objects.unwalled("write").filter(pk=row.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert sign_in(cast.stranger).get(address("case", opened)).status_code == 404
    assert ">over<" in client.get(address("access", opened)).content.decode()


def test_nobody_without_keys_and_no_last_lead(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.owner)
    assert give(client, opened, cast.admin).status_code == 200
    assert role_of(opened, cast.admin) is None
    said = client.post(address("access_take", opened, user=cast.owner.pk), follow=True).content.decode()
    assert "keeps at least one lead" in said
    assert role_of(opened, cast.owner) == "lead"
    demoted = give(client, opened, cast.owner, "reader")
    assert "keeps at least one lead" in demoted.content.decode()
    give(client, opened, cast.colleague, "lead")
    gone = client.post(address("access_take", opened, user=cast.owner.pk))
    assert gone.headers["Location"] == "/cases"
    assert client.get(address("case", opened)).status_code == 404


@pytest.mark.parametrize(("name", "page"), [("colleague", "case"), ("reader", "case"), ("interpreter", "case_card")])
def test_who_does_not_lead_leaves_by_themselves(cast: Cast, name: str, page: str) -> None:
    opened, user = make_shared_case(cast), getattr(cast, name)
    give(sign_in(cast.owner), opened, cast.boss, "lead")
    client, leave = sign_in(user), address("access_leave", opened)
    assert leave in client.get(address(page, opened)).content.decode()
    asked = client.get(leave).content.decode()
    assert "You cannot come back by yourself" in asked
    assert address(page, opened) in asked, "the way back is there"
    assert role_of(opened, user), "to look is not to leave"
    assert client.post(leave).headers["Location"] == "/cases"
    assert role_of(opened, user) is None
    for again in (client.get(address(page, opened)), client.get(leave), client.post(leave)):
        assert again.status_code == 404
    told = Notice.objects.filter(kind=Notice.Kind.LEFT_CASE, case=opened.case, about=user)
    assert sorted(told.values_list("user__username", flat=True)) == ["boss", "owner"]
    assert not Notice.objects.filter(user=user, case=opened.case).exists()
    assert "left this case" in sign_in(cast.owner).get("/notices").content.decode()
    row = TrailRow.objects.get(action="membership.left", object=str(opened.case.pk))
    assert (row.actor, row.detail["member"]) == (name, name)


def test_the_last_lead_stays_and_another_may_leave(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client, leave = sign_in(cast.owner), address("access_leave", opened)
    assert leave in client.get(address("access", opened)).content.decode()
    assert "keeps at least one lead" in client.post(leave, follow=True).content.decode()
    assert role_of(opened, cast.owner) == "lead"
    assert not Notice.objects.filter(kind=Notice.Kind.LEFT_CASE).exists()
    give(client, opened, cast.colleague, "lead")
    assert client.post(leave).headers["Location"] == "/cases"
    assert role_of(opened, cast.owner) is None
    assert Notice.objects.get(kind=Notice.Kind.LEFT_CASE).user == cast.colleague


def test_who_broke_the_glass_leaves_and_the_reason_stays(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.boss)
    client.post("/glass", {"number": opened.case.number, "reason": REASON})
    assert client.post(address("access_leave", opened)).status_code == 302
    assert client.get(address("case", opened)).status_code == 404
    shown = sign_in(cast.owner).get(address("access", opened)).content.decode()
    assert REASON in shown
    assert ">over<" in shown


def test_bar_beats_everything_until_it_is_lifted(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client, other = sign_in(cast.owner), sign_in(cast.colleague)
    for _twice in range(2):
        client.post(address("access_bar", opened), {"user": cast.colleague.pk})
    assert Bar.objects.filter(case=opened.case).count() == 1
    assert other.get(address("case", opened)).status_code == 404
    page = client.get(address("access", opened)).content.decode()
    assert "barred by" in page
    assert give(client, opened, cast.colleague).status_code == 200, "who is barred is not offered"
    assert role_of(opened, cast.colleague) is None
    client.post(address("access_lift", opened, user=cast.colleague.pk))
    assert other.get(address("case", opened)).status_code == 404, "lifting gives no access"
    give(client, opened, cast.colleague)
    assert other.get(address("case", opened)).status_code == 200
    assert "Choose whom to bar." in client.post(address("access_bar", opened), {}, follow=True).content.decode()
    assert client.post(address("access_bar", opened), {"user": cast.owner.pk}).status_code == 403


def test_conflict_is_said_before_a_case_is_given(cast: Cast) -> None:

    opened = make_case(cast.owner)
    other = person_add(opened=opened, content=person_content("Her Husband"), part="opponent")
    first = CasePerson.objects.visible_to(cast.owner).filter(case=opened.case).exclude(pk=other.pk).get()
    relation_set(opened=opened, person=other.person, other=first.person, kind=Kinship.THREATENS)
    client = sign_in(cast.owner)
    asked = give(client, opened, cast.colleague)
    assert asked.status_code == 200
    page = asked.content.decode()
    assert "Think before you give this case" in page
    assert "Her Husband threatens" in page
    assert role_of(opened, cast.colleague) is None
    assert give(client, opened, cast.colleague, anyway="1").status_code == 302
    assert role_of(opened, cast.colleague) == "member"


def bare(text: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", text)


def test_broken_glass_opens_and_tells(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.boss)
    answer = client.post("/glass", {"number": opened.case.number.lower(), "reason": REASON})
    assert answer.headers["Location"] == address("case", opened)
    page = client.get(address("case", opened)).content.decode()
    assert SECRET_NAME in page
    assert "by broken glass" in page
    assert client.get(address("event_add", opened)).status_code == 403
    assert client.get(address("access", opened)).status_code == 403
    shown = sign_in(cast.owner).get(address("access", opened)).content.decode()
    assert "broken glass" in shown
    assert REASON in shown
    assert Notice.objects.filter(user=cast.owner, kind=Notice.Kind.GLASS_BROKEN).count() == 1
    again = client.post("/glass", {"number": opened.case.number, "reason": REASON})
    assert again.status_code == 302
    assert Notice.objects.filter(user=cast.owner, kind=Notice.Kind.GLASS_BROKEN).count() == 1, "once is enough"


def test_glass_answers_alike_for_unknown_and_barred(cast: Cast) -> None:
    opened = make_shared_case(cast)
    bar_set(opened=opened, user=cast.boss)
    client = sign_in(cast.boss)
    pages = {}
    for number in (opened.case.number, "222-222"):
        answer = client.post("/glass", {"number": number, "reason": REASON})
        pages[number] = (answer.status_code, bare(answer.content.decode()).replace(number, "NUMBER"))
    assert len(set(pages.values())) == 1
    assert "No case was opened" in pages["222-222"][1]
    assert TrailRow.objects.filter(action="case.glass_refused").count() == 2


def test_glass_is_for_leads_and_needs_a_reason(cast: Cast) -> None:
    opened = make_shared_case(cast)
    for user in (cast.stranger, cast.admin, cast.owner):
        client = sign_in(user)
        assert client.get("/glass").status_code == 403
        assert client.post("/glass", {"number": opened.case.number, "reason": REASON}).status_code == 403
    answer = sign_in(cast.boss).post("/glass", {"number": opened.case.number, "reason": "hm"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "why this cannot wait" in page
    assert opened.case.number in page, "what was typed stays"
    assert role_of(opened, cast.boss) is None


def test_closed_and_reopened(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.owner)
    for _twice in range(2):
        client.post(address("case_close", opened))
    assert Case.objects.visible_to(cast.owner).get().closed_at is not None
    assert "Reopen" in client.get(address("case", opened)).content.decode()
    client.post(address("case_reopen", opened))
    assert Case.objects.visible_to(cast.owner).get().closed_at is None


def test_destroying_says_what_is_destroyed_and_asks_for_the_number(cast: Cast) -> None:
    opened = make_shared_case(cast)
    note_add(opened=opened, text="x")
    person_add(opened=opened, content=person_content("Somebody Else"), part="relative")
    client = sign_in(cast.owner)
    page = client.get(address("case_delete", opened)).content.decode()
    for words in ("1 event<", "1 note<", "2 people, those in no other case", "Backups made before", opened.case.number):
        assert words in page, words
    wrong = client.post(address("case_delete", opened), {"number": "222-222"})
    assert wrong.status_code == 200
    assert "This is not the number of this case" in wrong.content.decode()
    assert Case.objects.visible_to(cast.owner).exists()
    done = client.post(address("case_delete", opened), {"number": f" {opened.case.number.lower()} "}, follow=True)
    assert "The case was destroyed, with its key." in done.content.decode()
    assert client.get(address("case", opened)).status_code == 404
    for model in (Case, Event, Person, Membership):
        assert not model.objects.unwalled("write").exists()
    assert TrailRow.objects.filter(action="case.deleted", object=str(opened.case.pk)).count() == 1


def test_person_who_is_in_another_case_stays(cast: Cast) -> None:
    opened, other = make_case(cast.owner), make_case(cast.owner, person=person_content("Somebody Else"))
    part = CasePerson.objects.visible_to(cast.owner).filter(case=opened.case).get()
    person_join(opened=other, other=opened, part_there=part, part="relative")
    client = sign_in(cast.owner)
    assert "person, if in no other case" not in client.get(address("case_delete", opened)).content.decode()
    client.post(address("case_delete", opened), {"number": opened.case.number})
    assert SECRET_NAME in client.get(address("case", other)).content.decode()


def test_share_of_a_lapsed_key_stays_closed(cast: Cast) -> None:
    opened = make_shared_case(cast)
    share(opened, cast.stranger, "reader")
    Membership.objects.unwalled("write").filter(user=cast.stranger).update(until=timezone.now())
    client = sign_in(cast.stranger)
    assert client.get(address("case", opened)).status_code == 404
    assert SECRET_NAME not in client.get("/cases").content.decode()
    assert keyring(cast.stranger).user == cast.stranger
