"""The conflict check: finds everybody, tells nobody what is not theirs, and costs the same either way."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from asylon.desk.content import Contact, IdentityPaper, Name, PersonContent
from asylon.desk.models import Case, CasePerson, Enquiry, Notice, TrailRow, User
from asylon.desk.services.cases import case_close
from asylon.desk.services.conflicts import LOT, Match, conflict_check
from asylon.desk.services.memberships import bar_set
from asylon.desk.services.people import person_add
from tests.desk.cast import (
    SECRET_BORN,
    SECRET_NAME,
    SECRET_NUMBER,
    Cast,
    keyring,
    make_case,
    make_cast,
    person_content,
    share,
    sign_in,
)
from tests.desk.test_intake import screen

pytestmark = pytest.mark.django_db

SENTENCE = "If other teams are concerned, they are told."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def named(*names: str, born: str = "", number: str = "", phone: str = "") -> PersonContent:
    return PersonContent(
        names=tuple(Name(name) for name in names),
        born=born,
        papers=(IdentityPaper("passport", number),) if number else (),
        contacts=(Contact("phone", phone),) if phone else (),
    )


def check(user: User, *people: PersonContent) -> tuple[Match, ...]:
    return conflict_check(keyring=keyring(user), people=people, enquiry=uuid4())


def told() -> list[tuple[str, str]]:
    """Return who was told of a possible conflict, and by whose question."""
    rows = Notice.objects.filter(kind="possible_conflict").select_related("user", "about")
    return sorted((row.user.username, row.about.username) for row in rows if row.about)


# ---------------------------------------------------------------- what is found


@pytest.mark.parametrize(
    ("asked", "reasons"),
    [
        (named("Марына Заслаўская"), ("name",)),
        (named("Marina Saslawskaja"), ("name",)),
        (named("Maryna Ivanovna Zaslavskaya"), ("name",)),
        (named("Somebody Unlike", number="mp 739-18-46"), ("number",)),
        (named("Somebody Unlike", phone="00375 0000 0017"), ("number",)),
        (named("Maryna Petrova", born=SECRET_BORN), ("born",)),
        (named("Maryna Zaslavskaya", born=SECRET_BORN), ("born", "name")),
        (named("Maryna Petrova", born="1988-04-18"), None),
        (named("Maryna Petrova"), None),
        (named("Somebody Unlike", born=SECRET_BORN), None),
        (named(""), None),
    ],
)
def test_what_is_one_and_the_same(cast: Cast, asked: PersonContent, reasons: tuple[str, ...] | None) -> None:
    make_case(cast.owner)
    found = check(cast.owner, asked)
    assert [match.reasons for match in found] == ([reasons] if reasons else [])


def test_former_closed_and_opposing_people_are_found(cast: Cast) -> None:
    opened = make_case(cast.owner)
    person_add(opened=opened, content=named("Pjotr Opponent"), part="opponent")
    case_close(opened=opened)
    found = check(cast.owner, named("Пётр Оппонент"), named("Maryna Zaslavskaya"))
    assert {match.called for match in found} == {"Pjotr Opponent", SECRET_NAME}
    assert all("closed" in match.where for match in found)
    assert any("Opponent" in match.where for match in found)


def test_likeliest_first_with_a_link(cast: Cast) -> None:
    make_case(cast.owner, person=named("Marina Saslawski"))
    exact = make_case(cast.owner, person=named("Marina Zaslavskaya"))
    found = check(cast.owner, named("Marina Zaslavskaya"))
    assert found[0].called == "Marina Zaslavskaya"
    assert found[0].alike == 1.0
    assert found[0].url.startswith(f"/cases/{exact.case.pk}/people/")
    assert found[0].percent == 100
    assert all(match.alike < 1 for match in found[1:])


def test_kept_enquiries_are_found_by_author_and_lead(cast: Cast) -> None:
    client, enquiry = sign_in(cast.owner), uuid4()
    data = screen([{"name": "Rima Haddad", "number": "N 0011"}], decision_reason="No room.") | {"act": "refused"}
    assert client.post(f"/intake/{enquiry}", data).status_code == 302
    for user in (cast.owner, cast.boss):
        [match] = check(user, named("Рима Хаддад"))
        assert (match.called, match.where, match.url) == ("Rima Haddad", "Refused", f"/intake/{enquiry}")
    assert told() == []
    assert check(cast.colleague, named("Рима Хаддад")) == ()
    assert told() == [("owner", "colleague")]


def test_drafts_of_others_are_not_compared(cast: Cast) -> None:
    sign_in(cast.owner).post(f"/intake/{uuid4()}", screen([{"name": "Rima Haddad"}]) | {"act": "save"})
    assert Enquiry.objects.count() == 1
    assert check(cast.colleague, named("Rima Haddad")) == ()
    assert told() == []


# ---------------------------------------------------------------- what is hidden


def test_leads_of_the_hidden_case_are_told_and_only_they(cast: Cast) -> None:
    opened = make_case(cast.owner)
    share(opened, cast.colleague, "lead")
    share(opened, cast.reader, "reader")
    assert check(cast.stranger, named(SECRET_NAME)) == ()
    assert told() == [("colleague", "stranger"), ("owner", "stranger")]
    notice = Notice.objects.filter(kind="possible_conflict", user=cast.owner).get()
    assert notice.case_id == opened.case.pk
    check(cast.stranger, named(SECRET_NAME))  # asked again: told once, until they have read it
    assert len(told()) == 2
    Notice.objects.filter(user=cast.owner).update(read_at=notice.at)
    check(cast.stranger, named(SECRET_NAME))
    assert told().count(("owner", "stranger")) == 2


def test_who_may_see_the_match_tells_nobody(cast: Cast) -> None:
    opened = make_case(cast.owner)
    share(opened, cast.reader, "reader")
    assert len(check(cast.reader, named(SECRET_NAME))) == 1
    assert told() == []


def test_a_bar_hides_and_a_card_hides(cast: Cast) -> None:
    opened = make_case(cast.owner)
    share(opened, cast.colleague, "member")
    share(opened, cast.interpreter, "interpreter")
    bar_set(opened=opened, user=cast.colleague)
    assert check(cast.colleague, named(SECRET_NAME)) == ()
    assert check(cast.interpreter, named(SECRET_NAME)) == ()
    assert told() == [("owner", "colleague"), ("owner", "interpreter")]


def test_a_person_of_two_teams_is_shown_and_the_other_team_is_told(cast: Cast) -> None:
    from asylon.desk.services.people import person_join
    from tests.desk.cast import reopen

    theirs = make_case(cast.owner)
    mine = make_case(cast.stranger, person=named("Somebody Unlike"))
    share(mine, cast.owner, "member")
    part = CasePerson.objects.visible_to(cast.owner).select_related("person").get(case=theirs.case)
    person_join(opened=reopen(mine, cast.owner), other=theirs, part_there=part, part="relative")
    Notice.objects.all().delete()
    [match] = check(cast.stranger, named(SECRET_NAME))
    assert mine.case.number in match.where
    assert theirs.case.number not in match.where
    assert told() == [("owner", "stranger")]


def test_lots_of_hidden_matches_leave_no_filling_behind(cast: Cast) -> None:
    for _place in range(LOT + 3):
        make_case(cast.owner)
    check(cast.stranger, named(SECRET_NAME))
    assert len(told()) == LOT + 3
    assert not Notice.objects.filter(user=cast.stranger).exists()


def ask_plainly(client: Client, name: str) -> Any:
    return client.post(f"/intake/{uuid4()}", screen([{"name": name}]) | {"act": "check"})


def plain(answer: Any, name: str) -> str:
    """Return a page without what differs by chance or by what was typed, and without the list of other drafts."""
    text = answer.content.decode()
    text = re.sub(r'<ul class="list">.*?</ul>|<p class="quiet small">No other draft.</p>', "", text, flags=re.S)
    text = re.sub(
        r'csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{8}-[0-9a-f-]{27}|Draft saved \d\d:\d\d|<time.*?</time>', "", text
    )
    return text.replace(name, "NAME")


HIDDEN, NOBODY = "Maryna Zaslaŭskaja", "Halyna Kavalčuk"


def test_page_trail_and_statements_are_the_same_for_hidden_and_none(cast: Cast) -> None:
    make_case(cast.owner)
    client = sign_in(cast.stranger)
    ask_plainly(client, NOBODY)
    seen = []
    for name in (HIDDEN, NOBODY):
        with CaptureQueriesContext(connection) as queries:
            answer = ask_plainly(client, name)
        trail = TrailRow.objects.filter(action="conflict.checked").latest("seq")
        assert SENTENCE in answer.content.decode()
        assert "Nobody like this is known in what you may see." in answer.content.decode()
        seen.append(
            (plain(answer, name), statements(queries), trail.count, trail.detail, answer.headers["Content-Type"])
        )
    hidden, none = seen
    assert hidden[0] == none[0]
    assert hidden[1] == none[1]
    assert hidden[2:] == none[2:] == (0, {"people": 1}, "text/html; charset=utf-8")
    assert told() == [("owner", "stranger")]  # so the match was there


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Return the statements without their values. Lists keep their length, but for that of the keys asked for,
    which comes from the name typed and not from what is stored."""
    found = []
    for query in queries:
        text = re.sub(r'SAVEPOINT "[^"]*"', "SAVEPOINT", query["sql"])
        text = re.sub(r"'[^']*'|X'[0-9A-F]*'|\\x[0-9a-f]+|b\"[^\"]*\"|\b\d+\b|\b[0-9a-f]{32}\b|\bNULL\b", "?", text)
        text = re.sub(r"::[a-z0-9]+(\[\])?", "", text).replace("(?)", "?")  # what PostgreSQL is told of types
        found.append(re.sub(r'("key" IN) \([^)]*\)', r"\1 (…)", text)[:4000])
    return found


def test_case_is_opened_alike_for_hidden_and_none(cast: Cast) -> None:
    make_case(cast.owner)
    client = sign_in(cast.stranger)
    for name in (HIDDEN, NOBODY):
        data = screen([{"name": name}]) | {"act": "open"}
        answer = client.post(f"/intake/{uuid4()}", data)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/cases/")
    decided = [row.detail["decision"] for row in TrailRow.objects.filter(action="conflict.decided")]
    assert decided == ["nothing found", "nothing found"]
    assert told() == [("owner", "stranger")]


def medians(*works: Callable[[], object], rounds: int = 25) -> list[float]:
    times: list[list[float]] = [[] for _ in works]
    for turn in range(rounds):
        for place in range(len(works)) if turn % 2 else reversed(range(len(works))):
            start = time.perf_counter()
            works[place]()
            times[place].append(time.perf_counter() - start)
    return [statistics.median(one) for one in times]


def test_time_is_the_same_for_hidden_and_none(cast: Cast) -> None:
    for _place in range(3):
        make_case(cast.owner)
    keys = keyring(cast.stranger)
    content = named(HIDDEN, born=SECRET_BORN, number=SECRET_NUMBER)
    other = replace(content, names=(Name(NOBODY),), papers=(IdentityPaper("passport", "XX0000001"),))

    def asking(one: PersonContent) -> Callable[[], object]:
        return lambda: conflict_check(keyring=keys, people=[one], enquiry=uuid4())

    for _attempt in range(3):  # a machine that is busy for a moment is not a leak
        hidden, none = medians(asking(content), asking(other))
        if hidden / none == pytest.approx(1, abs=0.2):
            break
    assert hidden / none == pytest.approx(1, abs=0.2)
    assert ("owner", "stranger") in told()


def test_visible_match_asks_for_a_decision(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client, enquiry = sign_in(cast.owner), uuid4()
    data = screen([{"name": "Marina Zaslavskaya"}])
    page = client.post(f"/intake/{enquiry}", data | {"act": "open"})
    text = page.content.decode()
    assert SECRET_NAME in text
    assert opened.case.number in text
    assert any("say what you decide" in fault.text for fault in page.context["sheet"].wrong())
    assert Case.objects.visible_to(cast.owner).count() == 1
    decided = {"decision-decision": "none", "decision-why": "Another woman of this name.", "act": "open"}
    assert client.post(f"/intake/{enquiry}", data | decided).status_code == 302
    assert TrailRow.objects.get(action="conflict.decided").detail["decision"] == "none"
    checked = TrailRow.objects.filter(action="conflict.checked").values_list("count", "object")
    assert set(checked) == {(1, str(enquiry))}
    assert SECRET_NAME not in str(list(TrailRow.objects.values_list("detail", flat=True)))


def test_a_check_writes_nothing_but_notices_and_its_row(cast: Cast) -> None:
    make_case(cast.owner, person=person_content())
    before = (Case.objects.unwalled("write").count(), CasePerson.objects.unwalled("write").count())
    rows = TrailRow.objects.count()
    check(cast.owner, named(SECRET_NAME), named("Somebody Unlike"))
    assert (Case.objects.unwalled("write").count(), CasePerson.objects.unwalled("write").count()) == before
    assert TrailRow.objects.count() == rows + 1
