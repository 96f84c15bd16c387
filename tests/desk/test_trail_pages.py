"""The pages of the trail: for leads, without content, and of one case for its leads."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from asylon.desk.models import TrailHead, TrailRow
from asylon.desk.services.trail import ACTIONS, record
from asylon.desk.trailwords import ACTIONS as WORDS
from asylon.desk.trailwords import KINDS, action_words
from tests.desk.cast import SECRETS, Cast, make_case, make_cast, make_shared_case, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_every_action_has_words() -> None:
    assert set(WORDS) == set(ACTIONS)
    assert {action.partition(".")[0] for action in ACTIONS} <= set(KINDS) | {"cases"}


@pytest.mark.parametrize("name", ["owner", "colleague", "reader", "interpreter", "stranger", "admin"])
def test_trail_is_for_leads_of_the_organisation(cast: Cast, name: str) -> None:
    assert sign_in(getattr(cast, name)).get("/trail").status_code == 403


def test_trail_shows_who_and_what_and_no_content(cast: Cast) -> None:
    opened = make_shared_case(cast)
    answer = sign_in(cast.boss).get("/trail")
    page = answer.content.decode()
    assert "opened a new case" in page
    assert "gave access to a case" in page
    assert "Colleague" in page
    assert not [secret for secret in (*SECRETS, opened.case.number) if secret in page]
    assert TrailRow.objects.filter(action="trail.read", actor="boss").count() == 1


def test_head_can_be_noted(cast: Cast) -> None:
    page = sign_in(cast.boss).get("/trail").content.decode()
    head = TrailHead.objects.get()
    digest = bytes(head.hash).hex()
    assert str(head.seq) in page
    assert " ".join(digest[at : at + 4] for at in range(0, 16, 4)) in page


def test_filters_find_by_colleague_kind_and_visible_case(cast: Cast) -> None:
    mine, theirs = make_case(cast.boss), make_case(cast.owner)
    client = sign_in(cast.boss)

    def found(query: str) -> list[TrailRow]:
        return [item["row"] for item in client.get(f"/trail?{query}").context["rows"]]

    assert {row.actor for row in found("who=owner")} == {"owner"}
    assert {row.action.partition(".")[0] for row in found("what=event")} == {"event"}
    assert {row.object for row in found(f"number={mine.case.number.lower()}")} == {str(mine.case.pk)}
    assert found(f"number={theirs.case.number}") == found("number=222-222") == []
    assert found("what=nonsense")[0].action == "trail.read", "a choice that is none is left out"


def test_changes_are_found_among_readings(cast: Cast) -> None:
    opened = make_case(cast.boss)
    client = sign_in(cast.boss)
    client.get(f"/cases/{opened.case.pk}")
    for address in ("/trail", f"/cases/{opened.case.pk}/trail"):
        everything, changes = (client.get(address + asked).content.decode() for asked in ("", "?only=changes"))
        assert action_words("case.read") in everything
        assert action_words("case.read") not in changes
        assert action_words("case.opened") in changes
    older = client.get("/trail?only=changes&who=boss").content.decode()
    assert 'name="only" value="changes"' in older


def test_rows_are_paged(cast: Cast) -> None:
    for _row in range(120):
        record("search.done", by=cast.owner)
    client = sign_in(cast.boss)
    seen: list[int] = []
    address = "/trail?what=search"
    while address:
        context = client.get(address).context
        seen += [item["row"].seq for item in context["rows"]]
        address = f"/trail{context['older']}" if context["older"] else ""
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("owner", 200),
        ("colleague", 403),
        ("reader", 403),
        ("interpreter", 403),
        ("stranger", 404),
        ("boss", 404),
        ("admin", 404),
    ],
)
def test_trail_of_a_case_is_for_its_leads(cast: Cast, name: str, status: int) -> None:
    opened = make_shared_case(cast)
    answer = sign_in(getattr(cast, name)).get(f"/cases/{opened.case.pk}/trail")
    assert answer.status_code == status


def test_trail_of_a_case_holds_its_rows_and_no_others(cast: Cast) -> None:
    opened, other = make_shared_case(cast), make_case(cast.owner)
    rows = sign_in(cast.owner).get(f"/cases/{opened.case.pk}/trail").context["rows"]
    objects = {item["row"].object for item in rows}
    assert str(opened.case.pk) in objects
    assert str(other.case.pk) not in objects
    assert {"person.added", "event.added", "membership.given"} <= {item["row"].action for item in rows}


def test_queries_do_not_grow_with_the_trail(cast: Cast) -> None:
    client = sign_in(cast.boss)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/trail").status_code == 200
        return len(found)

    asked()
    make_case(cast.boss)
    before = asked()
    for _row in range(200):
        record("search.done", by=cast.owner)
    make_case(cast.boss)
    assert asked() == before
