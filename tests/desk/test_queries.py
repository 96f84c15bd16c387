"""A page asks the store the same number of questions with ten cases as with a thousand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from asylon.desk.content import StoryContent
from asylon.desk.models import CasePerson, Event, Relation, Release, Story, User
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.intake import enquiry_save
from asylon.desk.services.notes import note_add
from asylon.desk.services.papers import paper_add
from asylon.desk.services.people import family_make, person_add, relation_set
from asylon.desk.services.proceedings import proceeding_open
from asylon.desk.services.reckoning import reckon_all
from asylon.desk.services.releases import ReleaseDraft, release_approve, release_ask, release_draft
from asylon.desk.services.stories import story_add
from asylon.desk.session import Keyring
from tests.desk.bulk import make_cases
from tests.desk.cast import Cast, keyring, make_case, make_cast, person_content, share, sign_in
from tests.desk.routes import Route, routes

FEW, MANY = 10, 1000
SHOWN = ("case", "list", "own", "trail", "accounts", "counts")
# When a session was last seen is written now and then, by the clock, inside a savepoint.
CLOCK = ("django_session", "SAVEPOINT")


def watched() -> list[Route]:
    """Return every route that shows something and belongs to the desk; allauth's pages know no case."""
    return [
        route
        for route in routes()
        if route.path and route.path.shows in SHOWN and not route.name.startswith(("account_", "mfa_"))
    ]


def filled(cast: Cast) -> dict[str, Any]:
    """Make a case with one of everything that has a page, and return an id for each name in an address."""
    opened = make_case(cast.owner)
    share(opened, cast.colleague, "member")
    given = keyring(cast.owner)
    note, proceeding = note_add(opened=opened, text="A note."), proceeding_open(opened=opened, kind="appeal")
    paper = paper_add(opened=opened, data=b"%PDF-1.7\n%%EOF\n", file_name="x.pdf", title="Decision")
    event_add(opened=opened, draft=EventDraft("interview", "2026-10-05", {"kind": "merits"}))
    family = _family(opened)
    event = Event.objects.visible_to(cast.owner).order_by("recorded_at").first()
    (part, *_rest) = CasePerson.objects.visible_to(cast.owner).filter(case=opened.case)
    enquiry = enquiry_save(keyring=given, enquiry_id=uuid4(), fields={})
    relation = Relation.objects.visible_to(cast.owner).get()
    rows = {"case": opened.case, "event": event, "person": part.person, "family": family, "note": note, "paper": paper}
    rows |= {"proceeding": proceeding, "enquiry": enquiry, "user": cast.colleague, "relation": relation}
    rows |= {"release": _release(cast), "story": _story(given)}
    return {key: row.pk for key, row in rows.items()}


def _release(cast: Cast) -> Release:
    """Return counts of one case that a second person released."""
    draft = ReleaseDraft("Counts", date(2026, 1, 1), timezone.localdate())
    row = release_draft(user=User.objects.get(pk=cast.owner.pk), draft=draft)
    release_ask(user=row.drafted_by or cast.owner, release=row.pk, purpose="Report", recipient="All")
    return release_approve(user=cast.boss, release=row.pk)


def _story(given: Keyring) -> Story:
    given.user.refresh_from_db()
    content = StoryContent("A seamstress", "She waited.", "2026-03-04", "Noa")
    return story_add(keyring=given, content=content, year=2026, has_consent=True)


def _family(opened: OpenCase) -> Any:
    person_add(opened=opened, content=person_content("Another Person"), part="dependant")
    rows = CasePerson.objects.visible_to(opened.keyring.user).filter(case=opened.case)
    parts = list(rows.select_related("person"))
    relation_set(opened=opened, person=parts[0].person, other=parts[1].person, kind="spouse")
    return family_make(opened=opened, parts=parts)


def questions(client: Client, ids: dict[str, Any]) -> dict[str, tuple[int, list[str]]]:
    """Return for each page its status and what it asked the store."""
    found = {}
    for route in watched():
        address = route.address(ids)
        client.get(address)  # what is asked once in a process (types, packs) is no part of it
        with CaptureQueriesContext(connection) as asked:
            status = client.get(address).status_code
        found[route.name] = (
            status,
            [sql for sql in (query["sql"] for query in asked) if not any(word in sql for word in CLOCK)],
        )
    return found


@pytest.mark.django_db
def test_no_page_asks_more_with_more_cases() -> None:
    cast = make_cast()
    User.objects.filter(pk=cast.owner.pk).update(is_lead=True, is_administrator=True)
    ids, today = filled(cast), timezone.localdate()
    make_cases(cast.owner, FEW - 1, on=today, members=[(cast.colleague, "member")], seed=1)
    reckon_all(on=today)
    client = sign_in(cast.owner)
    few = questions(client, ids)
    cache.clear()
    make_cases(cast.owner, MANY - FEW, on=today, members=[(cast.colleague, "member")], seed=2)
    reckon_all(on=today)
    many = questions(client, ids)
    assert few.keys() == many.keys() >= {"board", "cases", "case", "people", "search", "trail", "family"}
    # 405: the route only takes what a form sends. Whatever else is not shown would be measured in vain.
    assert {name for name, (status, _sql) in many.items() if status not in (200, 405)} == set()
    assert sum(status == 200 for status, _sql in many.values()) > 25
    assert {name: status for name, (status, _sql) in few.items()} == {name: many[name][0] for name in many}
    differing = [name for name in few if len(few[name][1]) != len(many[name][1])]
    assert {name: _beside(few[name][1], many[name][1]) for name in differing} == {}


def _beside(few: list[str], many: list[str]) -> list[str]:
    """Return both numbers and the beginnings of the questions that only one of the two asked."""
    heads = [{sql[:90] for sql in asked} for asked in (few, many)]
    return [f"{len(few)} and {len(many)} questions", *sorted(heads[0] ^ heads[1])]
