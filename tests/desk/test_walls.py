"""The wall holds on every way by which content leaves, whatever is granted, revoked, broken or deleted.

A state machine gives, takes, bars, lets lapse, breaks glass, deletes and closes accounts. After every
step each person tries every registered page; who has no access must find no trace of the case, and who has
must find it, so that an empty desk cannot pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from asylon.desk.models import Bar, CasePerson, Event, Family, Membership, Note, Paper, Person, Proceeding
from asylon.desk.registry import ReadPath
from asylon.desk.selectors.cases import OpenCase, open_case
from asylon.desk.services.cases import case_delete
from asylon.desk.services.memberships import (
    bar_lift,
    bar_set,
    glass_break,
    membership_give,
    membership_leave,
    membership_take,
)
from asylon.desk.services.notes import note_add
from asylon.desk.services.people import family_make
from asylon.desk.services.proceedings import proceeding_open
from asylon.desk.walls import ALLOWED, may
from tests.desk.cast import SECRETS, Cast, keyring, make_case, make_cast, make_shared_case, person_content, sign_in
from tests.desk.routes import Route, routes

MODELS = {"event": Event, "person": Person, "family": Family, "note": Note, "paper": Paper, "proceeding": Proceeding}
# What a page that shows nothing of a case still answers to: these are asked with POST in their own tests.
POST_ONLY = 405


def case_routes() -> list[Route]:
    """Return the routes whose address names a row of a case."""
    return [route for route in routes() if route.path and route.path.shows == "case"]


def list_routes() -> list[Route]:
    """Return the routes that show many things at once and take no id of a case."""
    shown = ("list", "own", "trail", "accounts", "counts")
    return [route for route in routes() if route.path and route.path.shows in shown and not route.ids]


def ids_of(opened: OpenCase, owner: Any) -> dict[str, Any]:
    """Return an id of each kind in the case, a random one where it has none."""
    found: dict[str, Any] = {"case": opened.case.pk, "enquiry": uuid4(), "user": owner.pk, "relation": uuid4()}
    for key, model in MODELS.items():
        row = model.objects.visible_to(owner).first()
        found[key] = row.pk if row else uuid4()
    return found


def fill(opened: OpenCase) -> None:
    """Give a case one of everything that has a page."""
    note_add(opened=opened, text="She must not be called at home.")
    proceeding_open(opened=opened, kind="appeal")
    parts = list(CasePerson.objects.visible_to(opened.keyring.user).filter(case=opened.case))
    family_make(opened=opened, parts=parts)


def traces(answer: HttpResponseBase, opened: OpenCase, ids: dict[str, Any]) -> set[str]:
    """Return what of the case stands in an answer: names, number, ids, in body or headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    text = body.decode("utf-8", "replace") + str(answer.headers)
    marks = {*SECRETS, opened.case.number, *(str(value) for value in ids.values() if isinstance(value, UUID))}
    return {mark for mark in marks if mark in text}


@pytest.mark.django_db
def test_every_page_of_a_case_is_not_there_for_who_may_not_see_it() -> None:
    cast = make_cast()
    opened = make_shared_case(cast)
    fill(opened)
    ids = ids_of(opened, cast.owner)
    nowhere = {key: uuid4() if isinstance(value, UUID) else value for key, value in ids.items()}
    asked = 0
    for name in ("stranger", "boss", "admin"):
        client = sign_in(getattr(cast, name))
        for route in case_routes():
            answers = [client.get(route.address(values)) for values in (ids, nowhere)]
            mine, none = answers
            assert mine.status_code == none.status_code in (404, POST_ONLY), (name, route.name, mine.status_code)
            assert same(mine, ids) == same(none, nowhere), f"{route.name} tells {name} that the case is there"
            posts = [client.post(route.address(values), {}) for values in (ids, nowhere)]
            assert posts[0].status_code == posts[1].status_code in (404, POST_ONLY), (name, route.name)
            asked += 1
    assert asked > 30


def same(answer: Any, ids: dict[str, Any]) -> str:
    """Return an answer without what differs by address or by chance: the ids asked for and the tokens of forms."""
    import re

    text = answer.content.decode()
    for value in ids.values():
        text = text.replace(str(value), "ID")
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", text)


@pytest.mark.django_db
def test_who_may_see_the_case_finds_it_and_roles_hold() -> None:
    cast = make_cast()
    opened = make_shared_case(cast)
    fill(opened)
    ids = ids_of(opened, cast.owner)
    seen: dict[str, set[str]] = {}
    for name in ("owner", "colleague", "reader", "interpreter"):
        client = sign_in(getattr(cast, name))
        for route in case_routes():
            answer = client.get(route.address(ids))
            assert answer.status_code in (200, 302, 403, 404, 405), (name, route.name, answer.status_code)
            if answer.status_code == 200:
                seen.setdefault(name, set()).add(route.name)
                if route.name == "case":
                    assert traces(answer, opened, ids) >= {SECRETS[0], opened.case.number}
    assert "case" in seen["owner"] & seen["colleague"] & seen["reader"]
    assert "case" not in seen["interpreter"]
    assert "case_card" in seen["interpreter"]
    assert seen["owner"] > seen["reader"]


class WallMachine(RuleBasedStateMachine):
    """Grants, revocations, bars, lapses, broken glass and deletions, with every page probed as everybody."""

    people = ("colleague", "reader", "interpreter", "stranger", "boss")

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast: Cast = make_cast()
        self.opened = make_case(self.cast.owner)
        fill(self.opened)
        make_case(self.cast.stranger, title="Another", person=person_content("Somebody Else"))
        self.ids = ids_of(self.opened, self.cast.owner)
        self.is_deleted = False
        self.roles: dict[str, str] = {}
        self.clients: dict[str, Client] = {name: sign_in(getattr(self.cast, name)) for name in ("owner", *self.people)}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def owned(self) -> OpenCase:
        return open_case(keyring(self.cast.owner), self.opened.case.pk)

    @precondition(lambda self: not self.is_deleted)
    @rule(name=st.sampled_from(people), role=st.sampled_from(sorted(ALLOWED)))
    def give(self, name: str, role: str) -> None:
        user = getattr(self.cast, name)
        if Bar.objects.filter(user=user, case_id=self.opened.case.pk).exists():
            return
        membership_give(opened=self.owned(), user=user, role=role)
        self.roles[name] = role

    @precondition(lambda self: not self.is_deleted)
    @rule(name=st.sampled_from(people))
    def take(self, name: str) -> None:
        membership_take(opened=self.owned(), user=getattr(self.cast, name))
        self.roles.pop(name, None)

    @precondition(lambda self: not self.is_deleted)
    @rule(name=st.sampled_from(people))
    def leave(self, name: str) -> None:
        if self.roles.pop(name, None):
            user = getattr(self.cast, name)
            membership_leave(opened=open_case(keyring(user), self.opened.case.pk, "card"))

    @precondition(lambda self: not self.is_deleted)
    @rule(name=st.sampled_from(people))
    def lapse(self, name: str) -> None:
        rows = Membership.objects.unwalled("write").filter(case_id=self.opened.case.pk, user=getattr(self.cast, name))
        rows.update(until=timezone.now() - timedelta(seconds=1))
        self.roles.pop(name, None)

    @precondition(lambda self: not self.is_deleted)
    @rule(name=st.sampled_from(people), lifts=st.booleans())
    def bar(self, name: str, lifts: bool) -> None:
        user = getattr(self.cast, name)
        if lifts:
            bar_lift(opened=self.owned(), user=user)
        else:
            bar_set(opened=self.owned(), user=user)
            self.roles.pop(name, None)

    @rule()
    def break_glass(self) -> None:
        boss = self.cast.boss
        held = self.roles.get("boss")
        got = glass_break(keyring=keyring(boss), number=self.opened.case.number, reason="She was detained an hour ago.")
        is_barred = Bar.objects.filter(user=boss, case_id=self.opened.case.pk).exists()
        assert (got is None) == (self.is_deleted or is_barred)
        if got is not None:
            self.roles["boss"] = held or "reader"

    @precondition(lambda self: not self.is_deleted)
    @rule()
    def delete(self) -> None:
        case_delete(opened=self.owned())
        self.is_deleted, self.roles = True, {}

    def role(self, name: str) -> str | None:
        return None if self.is_deleted else self.roles.get(name)

    @invariant()
    def the_case_is_there_for_who_may_see_it_only(self) -> None:
        page = Route("case", None, ("case",)).address(self.ids)
        for name in self.people:
            role, answer = self.role(name), self.clients[name].get(page)
            expected = 404 if role is None else 200 if may(role, "read") else 403
            assert answer.status_code == expected, (name, role, answer.status_code)

    @rule(name=st.sampled_from(people))
    def try_everything(self, name: str) -> None:
        if self.role(name) is None:
            self._finds_nothing(name, self.clients[name])

    def _finds_nothing(self, name: str, client: Client) -> None:
        for route in case_routes():
            answer = client.get(route.address(self.ids))
            assert answer.status_code in (404, POST_ONLY), (name, route.name, answer.status_code)
        for route in list_routes():
            answer = client.get(route.address({}))
            found = traces(answer, self.opened, self.ids)
            assert found == set(), f"{route.name} shows {name} {found}"


@pytest.mark.django_db
def test_wall_property() -> None:
    run_state_machine_as_test(
        WallMachine,
        settings=settings(
            phases=(Phase.explicit, Phase.generate),  # a shorter story is not worth minutes of shrinking
            max_examples=10,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_machine_probes_every_kind_of_page() -> None:
    assert {path.shows for path in paths()} >= {"case", "list", "own", "accounts", "trail", "counts"}


def paths() -> Iterator[ReadPath]:
    yield from (route.path for route in routes() if route.path)
