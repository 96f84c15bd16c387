"""Counts over all cases leave protected, by two people, and never twice so that they show somebody."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from asylon.desk.content import StoryContent
from asylon.desk.models import Case, Event, Notice, Release, Story, TrailRow, User
from asylon.desk.selectors.releasewords import DIMENSION_LABELS, tables_in_words, waits_in_words
from asylon.desk.services.counting import (
    DIMENSIONS,
    FEW,
    REPORT,
    CountedCase,
    Period,
    counted_cases,
    keys_of,
    table_of,
    wait_of,
)
from asylon.desk.services.course import EventFacts
from asylon.desk.services.releases import (
    PURPOSE,
    ReleaseDraft,
    release_approve,
    release_ask,
    release_draft,
    release_drop,
)
from asylon.desk.services.stories import stories_read, story_add, story_withdraw
from asylon.desk.walls import may_count
from asylon.vault.store import KEPT_KEYS
from tests.desk.bulk import make_cases
from tests.desk.cast import SECRETS, Cast, keyring, make_case, make_cast, sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR = {"name": "Of this year", "first": (TODAY - timedelta(days=300)).isoformat(), "last": TODAY.isoformat()}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def caseload(cast: Cast, count: int = 40, seed: int = 1) -> list[Case]:
    return make_cases(cast.owner, count, on=TODAY, seed=seed)


def drafted(cast: Cast, *by: str, name: str = "Of this year", last: date = TODAY, who: str = "boss") -> Release:
    draft = ReleaseDraft(name, TODAY - timedelta(days=300), last, by)
    return release_draft(user=getattr(cast, who), draft=draft)


def released(cast: Cast, *by: str, **options: Any) -> Release:
    row = drafted(cast, *by, **options)
    release_ask(user=cast.boss, release=row.pk, purpose="Yearly report", recipient="The public")
    return release_approve(user=cast.admin, release=row.pk)


def numbers(row: Release) -> Mapping[tuple[str, ...], str]:
    (table,) = row.tables
    return {tuple(line[: len(table["by"])]): line[len(table["by"])] for line in table["rows"]}


def acts() -> list[str]:
    return list(TrailRow.objects.filter(action__startswith="stati").order_by("seq").values_list("action", flat=True))


# ---------------------------------------------------------------- who


PAGES = ("/statistics", "/statistics/new", "/statistics/stories")


@pytest.mark.parametrize("name", ["owner", "colleague", "reader", "interpreter", "stranger"])
def test_counts_are_for_leads_and_administrators(cast: Cast, name: str) -> None:
    caseload(cast)
    row = released(cast, "country")
    client = sign_in(getattr(cast, name))
    assert [client.get(page).status_code for page in PAGES] == [403, 403, 403]
    assert client.post("/statistics/new", YEAR | {"by": "country"}).status_code == 403
    for part in ("", "/csv", "/page", "/pdf"):
        assert client.get(f"/statistics/{row.pk}{part}").status_code == 403
    for part in ("/ask", "/approve", "/drop"):
        assert client.post(f"/statistics/{row.pk}{part}", {"purpose": "x", "recipient": "y"}).status_code == 403
    assert b'href="/statistics"' not in client.get("/board").content
    user = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        drafted(cast, "country", who=name)
    for act in (release_approve, release_drop):
        with pytest.raises(PermissionDenied):
            act(user=user, release=row.pk)


def test_lead_and_administrator_may_and_closed_accounts_may_not(cast: Cast) -> None:
    assert may_count(cast.boss)
    assert may_count(cast.admin)
    cast.boss.is_active = False
    assert not may_count(cast.boss)
    page = sign_in(cast.admin).get("/statistics")
    assert page.status_code == 200
    assert b'href="/statistics"' in page.content


def test_a_draft_is_its_authors_until_they_ask(cast: Cast) -> None:
    caseload(cast)
    row = drafted(cast, "country")
    admin = sign_in(cast.admin)
    assert admin.get(f"/statistics/{row.pk}").status_code == 404
    assert admin.post(f"/statistics/{row.pk}/approve").status_code == 404
    release_ask(user=cast.boss, release=row.pk, purpose="Report", recipient="All")
    assert admin.get(f"/statistics/{row.pk}").status_code == 200
    assert Notice.objects.filter(user=cast.admin, kind=Notice.Kind.TO_RELEASE, about=cast.boss).count() == 1
    assert b"asks you, as a second person" in admin.get("/notices").content


# ---------------------------------------------------------------- from draft to file


def test_the_whole_way_through_the_pages(cast: Cast) -> None:
    cases = caseload(cast)
    boss, admin = sign_in(cast.boss), sign_in(cast.admin)
    answer = boss.post("/statistics/new", YEAR | {"by": "country"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    place = answer.headers["Location"]
    page = boss.get(place).content.decode()
    assert "Italy" in page
    assert "1 table, 3 rows, 3 numbers" in " ".join(page.split())
    assert [case.number for case in cases if case.number in page] == []
    assert boss.get(f"{place}/csv").status_code == 403
    assert boss.post(f"{place}/approve").status_code == 403
    assert boss.post(f"{place}/ask", {"purpose": "", "recipient": ""}).status_code == 422
    boss.post(f"{place}/ask", {"purpose": "Annual report", "recipient": "Newspapers"})
    assert boss.post(f"{place}/approve").status_code == 403  # the first person is never the second
    assert Release.objects.get().state == "asked"
    admin.post(f"{place}/approve")
    assert Release.objects.get().state == "released"
    assert Release.objects.get().released_by == cast.admin
    listed = admin.get("/statistics").content.decode()
    assert "Annual report" in listed
    rows = list(csv.DictReader(io.StringIO(admin.get(f"{place}/csv").content.decode("utf-8-sig"))))
    assert {row["row"]: row["shown"] for row in rows} == {"it": "20", "ru": "20", "total": "40"}
    assert acts() == [
        "statistics.drafted", "statistics.read", "statistics.asked", "statistics.released", "statistics.taken"
    ]  # fmt: skip
    assert TrailRow.objects.get(action="statistics.taken").detail == {"form": "csv"}


def test_what_was_released_can_be_asked_approved_or_dropped_no_more(cast: Cast) -> None:
    caseload(cast)
    row = released(cast, "country")
    before = Release.objects.values().get()
    for act in (
        lambda: release_approve(user=cast.admin, release=row.pk),
        lambda: release_drop(user=cast.admin, release=row.pk),
        lambda: release_ask(user=cast.boss, release=row.pk, purpose="Another", recipient="Another"),
    ):
        with pytest.raises(ValidationError):
            act()
    assert Release.objects.values().get() == before


def test_only_the_author_asks(cast: Cast) -> None:
    caseload(cast)
    row = drafted(cast, "country")
    release_ask(user=cast.boss, release=row.pk, purpose="Report", recipient="All")
    with pytest.raises(PermissionDenied):
        release_ask(user=cast.admin, release=row.pk, purpose="Report", recipient="All")


def test_a_dropped_draft_is_gone_from_the_pages(cast: Cast) -> None:
    caseload(cast)
    row = drafted(cast, "country")
    client = sign_in(cast.boss)
    assert client.post(f"/statistics/{row.pk}/drop").headers["Location"] == "/statistics"
    assert client.get(f"/statistics/{row.pk}").status_code == 404


@pytest.mark.parametrize("act", ["drafted", "asked", "released", "dropped"])
def test_a_change_and_its_trail_share_a_transaction(cast: Cast, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caseload(cast)
    row = None if act == "drafted" else drafted(cast, "country")
    if act == "released":
        assert row is not None
        release_ask(user=cast.boss, release=row.pk, purpose="Report", recipient="All")
    before = list(Release.objects.values())

    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("asylon.desk.services.releases.record", broken)
    tries: dict[str, Callable[[], Any]] = {
        "drafted": lambda: drafted(cast, "country"),
        "asked": lambda: release_ask(user=cast.boss, release=row.pk, purpose="Report", recipient="All"),  # type: ignore[union-attr]
        "released": lambda: release_approve(user=cast.admin, release=row.pk),  # type: ignore[union-attr]
        "dropped": lambda: release_drop(user=cast.boss, release=row.pk),  # type: ignore[union-attr]
    }
    with pytest.raises(RuntimeError):
        tries[act]()
    assert list(Release.objects.values()) == before


# ---------------------------------------------------------------- what is shown


def test_small_cells_are_withheld_from_page_files_and_store(cast: Cast) -> None:
    caseload(cast)
    small = make_case(cast.owner)
    row = drafted(cast, "country")
    shown = numbers(row)
    assert ("il",) not in shown  # that there is a case at all is not told
    assert shown[FEW,] == "*"
    assert list(shown.values()).count("*") == 2  # the one that is small, and one that hides it
    assert small.case.pk.hex not in json.dumps(row.tables)
    page = sign_in(cast.boss).get(f"/statistics/{row.pk}").content.decode()
    assert "2 of them are withheld" in page
    assert [secret for secret in (*SECRETS, small.case.number) if secret in page] == []


def test_who_was_counted_lies_sealed_and_names_no_case(cast: Cast) -> None:
    cases = caseload(cast)
    row = drafted(cast, "country")
    data = bytes(row.members)
    assert len(data) % 4096 < 64  # filled up, so that the length tells little
    assert not any(case.pk.hex.encode() in data or case.pk.bytes in data for case in cases)


def test_countries_with_few_cases_are_one_group(cast: Cast) -> None:
    caseload(cast)
    for country in ("il", "de", "de", "rs", "rs"):
        Case.objects.unwalled("write").filter(pk=make_case(cast.owner).case.pk).update(jurisdiction=country)
    shown = numbers(drafted(cast, "country"))
    assert shown == {("it",): "20", ("ru",): "20", (FEW,): "5", ("total",): "45"}


def test_every_dimension_is_counted_and_has_words(cast: Cast) -> None:
    assert set(DIMENSIONS) == set(DIMENSION_LABELS) >= {name for by in REPORT for name in by}
    caseload(cast)
    cases = counted_cases(Period(TODAY - timedelta(days=300), TODAY), key=b"k" * 32)
    for name in DIMENSIONS:
        assert table_of(keys_of(cases, [name], minimum=5), [name])["cases"].sum() == 40


def event(case: Case, name: str, on: date, **details: str) -> None:
    Event.objects.create(
        case=case, name=name, on=on.isoformat(), earliest=on, latest=on, details=details, recorded_at=timezone.now()
    )


def one_case(cast: Cast, *events: tuple[str, int, dict[str, str]]) -> Case:
    """Return a case with events so many days ago."""
    opened = make_case(cast.owner)
    Event.objects.unwalled("write").filter(case=opened.case).delete()
    for name, days, details in events:
        event(opened.case, name, TODAY - timedelta(days=days), **details)
    return opened.case


LODGED = ("lodged", 900, {"procedure": "asylum"})


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], {"stage": "before", "outcome": "open", "waited": "none", "detained": "no", "fined": "no"}),
        ([LODGED], {"stage": "waiting", "outcome": "open", "waited": "five"}),
        (
            [LODGED, ("decision_first_instance", 500, {"outcome": "rejected", "procedure": "asylum"})],
            {"stage": "decided", "outcome": "refused", "waited": "none"},
        ),
        (
            [
                LODGED,
                ("decision_first_instance", 500, {"outcome": "rejected", "procedure": "asylum"}),
                ("appeal_lodged", 480, {}),
            ],
            {"stage": "court", "outcome": "refused"},
        ),
        ([LODGED, ("refugee_status_granted", 5, {})], {"stage": "decided", "outcome": "protected"}),
        ([LODGED, ("withdrawal", 5, {})], {"outcome": "ended"}),
        ([("detention_started", 20, {})], {"detained": "yes"}),
        ([("detention_started", 400, {}), ("detention_ended", 390, {})], {"detained": "no"}),
        ([("detention_started", 400, {}), ("detention_ended", 250, {})], {"detained": "yes"}),
        ([("detention_started", 400, {}), ("detention_reviewed", 390, {"outcome": "released"})], {"detained": "no"}),
        ([("detention_started", 400, {}), ("detention_reviewed", 390, {"outcome": "extended"})], {"detained": "yes"}),
        ([("fine_imposed", 20, {})], {"fined": "yes"}),
        ([("fine_imposed", 400, {})], {"fined": "no"}),
    ],
)
def test_a_case_stands_where_its_events_put_it(
    cast: Cast, events: list[tuple[str, int, dict[str, str]]], expected: dict[str, str]
) -> None:
    one_case(cast, *events)
    (counted,) = counted_cases(Period(TODAY - timedelta(days=300), TODAY), key=b"k" * 32)
    assert {name: counted.values[name] for name in expected} == expected


def test_what_came_after_the_period_or_was_removed_is_not_seen(cast: Cast) -> None:
    case = one_case(cast, LODGED, ("fine_imposed", 2, {}), ("detention_started", 200, {}))
    Event.objects.unwalled("write").filter(name="detention_started").update(removed_at=timezone.now())
    Case.objects.unwalled("write").filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(days=950))
    (counted,) = counted_cases(Period(TODAY - timedelta(days=300), TODAY - timedelta(days=10)), key=b"k" * 32)
    assert (counted.values["fined"], counted.values["detained"]) == ("no", "no")
    assert counted_cases(Period(TODAY - timedelta(days=2000), TODAY - timedelta(days=1000)), key=b"k" * 32) == []


def test_a_closed_case_counts_until_it_was_closed(cast: Cast) -> None:
    case = one_case(cast, LODGED)
    rows = Case.objects.unwalled("write").filter(pk=case.pk)
    rows.update(opened_at=timezone.now() - timedelta(days=950), closed_at=timezone.now() - timedelta(days=100))
    (counted,) = counted_cases(Period(TODAY - timedelta(days=300), TODAY), key=b"k" * 32)
    assert counted.values["stage"] == "closed"
    (counted,) = counted_cases(Period(TODAY - timedelta(days=300), TODAY - timedelta(days=150)), key=b"k" * 32)
    assert counted.values["stage"] == "waiting"
    assert counted_cases(Period(TODAY - timedelta(days=50), TODAY), key=b"k" * 32) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first": TODAY.isoformat(), "last": (TODAY - timedelta(days=1)).isoformat()}, "lies before the first"),
        ({"last": (TODAY + timedelta(days=1)).isoformat()}, "still to come"),
        ({"by": "country", "across": "country"}, "Choose one breakdown, or two that differ."),
        ({"by": "", "across": "country"}, "Choose the first breakdown, too."),
        ({"last": "yesterday"}, "This is no day"),
        ({"by": "title"}, "Select a valid choice"),
        ({}, "No case was open in these days."),
    ],
)
def test_what_cannot_be_counted_says_why(cast: Cast, given: dict[str, str], said: str) -> None:
    answer = sign_in(cast.boss).post("/statistics/new", YEAR | {"by": "country"} | given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Release.objects.exists()


# ---------------------------------------------------------------- the guard


def test_the_guard_refuses_what_differs_by_one_person_and_names_the_release(cast: Cast) -> None:
    caseload(cast)
    released(cast, "country", name="In spring")
    make_cases(cast.owner, 1, on=TODAY, seed=7)
    client = sign_in(cast.admin)
    answer = client.post("/statistics/new", YEAR | {"by": "country"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Together with “In spring” this would show" in page
    assert "21" not in page.partition("<main")[2]
    assert acts()[-1] == "statistics.refused"
    make_cases(cast.owner, 10, on=TODAY, seed=8)
    assert client.post("/statistics/new", YEAR | {"by": "country"}).status_code == 302


def test_nobody_finds_a_person_by_trying(cast: Cast) -> None:
    """What somebody drafted and dropped they have seen: the guard compares with it, and only for them."""
    caseload(cast)
    row = drafted(cast, "country")
    release_drop(user=cast.boss, release=row.pk)
    make_cases(cast.owner, 1, on=TODAY, seed=7)
    with pytest.raises(ValidationError):
        drafted(cast, "country")
    assert drafted(cast, "country", who="admin").state == "draft"


def test_of_two_that_were_asked_for_only_one_is_released(cast: Cast) -> None:
    caseload(cast)
    first = drafted(cast, "country")
    make_cases(cast.owner, 1, on=TODAY, seed=7)
    second = drafted(cast, "country", who="admin")
    release_ask(user=cast.boss, release=first.pk, purpose="Report", recipient="All")
    release_ask(user=cast.admin, release=second.pk, purpose="Report", recipient="All")
    release_approve(user=cast.admin, release=first.pk)
    with pytest.raises(ValidationError, match="Together with"):
        release_approve(user=cast.boss, release=second.pk)
    assert Release.objects.get(pk=second.pk).state == "asked"


def test_a_case_that_is_destroyed_stays_counted(cast: Cast) -> None:
    cases = caseload(cast)
    released(cast, "country")
    Case.objects.unwalled("write").filter(pk=cases[0].pk).delete()
    with pytest.raises(ValidationError, match="Together with"):
        drafted(cast, "country", who="admin")


# ---------------------------------------------------------------- report and stories


STORY = StoryContent("A seamstress", "She waited six years.\n\nThen she was refused.", "2026-03-04", "Noa, folder 7")


def test_the_yearly_report_has_its_tables_waits_and_stories(cast: Cast) -> None:
    caseload(cast, 120)
    row = drafted(cast)
    assert [tuple(table["by"]) for table in row.tables] == list(REPORT)
    assert all(table["rows"] for table in row.tables)
    assert row.waits["cases"] >= 20
    assert all(share is None or share % 5 == 0 for share in row.waits["waiting"].values())
    story_add(keyring=keyring(cast.boss), content=STORY, year=TODAY.year, has_consent=True)
    other = story_add(keyring=keyring(cast.boss), content=STORY, year=TODAY.year - 1, has_consent=True)
    release_ask(user=cast.boss, release=row.pk, purpose="Report", recipient="All")
    story_add(keyring=keyring(cast.boss), content=STORY, year=TODAY.year, has_consent=True)
    with pytest.raises(ValidationError):
        release_approve(user=cast.admin, release=row.pk)  # who cannot read the story cannot release it
    User.objects.filter(pk=cast.colleague.pk).update(is_lead=True)
    row = release_approve(user=User.objects.get(pk=cast.colleague.pk), release=row.pk)
    assert len(row.stories) == 1  # as they stood when the second person was asked
    assert str(other.pk) not in row.stories
    client = sign_in(cast.boss)
    page = client.get(f"/statistics/{row.pk}/page").content.decode()
    assert "A seamstress" in page
    assert "How long people wait" in page
    assert "Noa, folder 7" not in page
    pdf = client.get(f"/statistics/{row.pk}/pdf")
    assert pdf.content[:5] == b"%PDF-"
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    story_withdraw(keyring=keyring(cast.boss), story=Story.objects.get(pk=row.stories[0]).pk)
    assert "A seamstress" not in client.get(f"/statistics/{row.pk}/page").content.decode()


WAITS = {"cases": 64, "median": 14, "waiting": {"0.5": 90, "1": 55, "2": 0, "5": None}}


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ({}, []),
        (
            WAITS,
            [
                "Half of the 64 people who asked waited 14 months or longer.",
                "After half a year about 90 in a hundred waited still.",
                "After a year about 55 in a hundred waited still.",
                "After two years almost nobody waited still.",
            ],
        ),
        (
            WAITS | {"median": None, "waiting": {"0.5": 90}},
            [
                "Less than half of the 64 people who asked had an end of their wait.",
                "After half a year about 90 in a hundred waited still.",
            ],
        ),
    ],
)
def test_waits_are_told_in_words(waits: dict[str, Any], said: list[str]) -> None:
    assert waits_in_words(Release(waits=waits)) == said


def test_few_waits_and_few_ends_are_not_told(cast: Cast) -> None:
    period = Period(TODAY - timedelta(days=300), TODAY)

    def case(number: int, *, is_ended: bool) -> CountedCase:
        lodged = TODAY - timedelta(days=200 + number)
        events = [EventFacts("lodged", lodged.isoformat(), lodged, lodged, {})]
        if is_ended:
            end = lodged + timedelta(days=100)
            events.append(EventFacts("withdrawal", end.isoformat(), end, end, {}))
        return CountedCase(f"{number:03}", None, tuple(events), {"country": "il"})

    def told(ended: int, waiting: int) -> dict[str, Any]:
        cases = [case(number, is_ended=number < ended) for number in range(ended + waiting)]
        return wait_of(cases, period, minimum=5)[0]

    assert told(5, 14) == told(4, 30) == {}
    assert told(5, 15)["cases"] == 20
    assert told(15, 5) == {"cases": 20, "median": 3, "waiting": {"0.5": 25, "1": None, "2": None, "5": None}}


def test_who_was_closed_here_is_not_taken_for_waiting_until_today(cast: Cast) -> None:
    """Of ten who ended after 100 days and ten last seen after 50, nobody is left to wait longer."""
    period = Period(TODAY - timedelta(days=900), TODAY)
    day = TODAY - timedelta(days=800)
    lodged = EventFacts("lodged", day.isoformat(), day, day, {})
    end = day + timedelta(days=100)
    ended = EventFacts("withdrawal", end.isoformat(), end, end, {})
    cases = [CountedCase(f"a{n}", None, (lodged, ended), {"country": "il"}) for n in range(10)]
    cases += [CountedCase(f"b{n}", day + timedelta(days=50), (lodged,), {"country": "il"}) for n in range(10)]
    assert wait_of(cases, period, minimum=5)[0]["waiting"] == {"0.5": 0, "1": 0, "2": 0, "5": 0}


def test_the_guard_knows_its_releases_in_a_restored_vault() -> None:
    assert PURPOSE in KEPT_KEYS


def test_an_administrator_without_keys_reads_no_story(cast: Cast) -> None:
    caseload(cast)
    story_add(keyring=keyring(cast.boss), content=STORY, year=TODAY.year, has_consent=True)
    row = drafted(cast)
    release_ask(user=cast.boss, release=row.pk, purpose="Report", recipient="All")
    assert "A seamstress" not in sign_in(cast.admin).get(f"/statistics/{row.pk}").content.decode()
    assert "A seamstress" in sign_in(cast.boss).get(f"/statistics/{row.pk}").content.decode()
    with pytest.raises(PermissionDenied):
        stories_read(keyring=keyring(cast.admin))


SENT = {"title": "A seamstress", "text": "She waited.", "year": "2026", "consent_on": "2026-03-04", "held_by": "Noa"}


def test_a_story_is_sealed_shown_and_withdrawn(cast: Cast) -> None:
    client = sign_in(cast.boss)
    assert client.post("/statistics/stories", SENT | {"has_consent": "on"}).status_code == 302
    row = Story.objects.get()
    assert b"waited" not in bytes(row.sealed)
    assert "She waited." in client.get("/statistics/stories").content.decode()
    assert client.get(f"/statistics/stories/{row.pk}/withdraw").status_code == 200
    client.post(f"/statistics/stories/{row.pk}/withdraw")
    assert not Story.objects.exists()
    assert client.post(f"/statistics/stories/{row.pk}/withdraw").status_code == 404
    done = TrailRow.objects.filter(action__startswith="story").order_by("seq").values_list("action", flat=True)
    assert list(done) == ["story.added", "story.read", "story.withdrawn"]


@pytest.mark.parametrize(
    "given", [{}, {"has_consent": "on", "held_by": ""}, {"has_consent": "on", "consent_on": "2999-01-01"}]
)
def test_without_written_consent_no_story_is_kept(cast: Cast, given: dict[str, str]) -> None:
    assert sign_in(cast.boss).post("/statistics/stories", SENT | given).status_code == 422
    assert not Story.objects.exists()
    with pytest.raises(ValidationError):
        story_add(keyring=keyring(cast.boss), content=STORY, year=2026, has_consent=False)


# ---------------------------------------------------------------- cost


def asked(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as found:
        answer = client.post("/statistics/new", YEAR | {"by": "country", "across": "outcome", "name": name})
        assert answer.status_code == 302, answer.content.decode()
    return len([query for query in found if "SAVEPOINT" not in query["sql"] and "session" not in query["sql"]])


def test_counting_asks_the_store_as_often_for_many_cases_as_for_few(cast: Cast) -> None:
    caseload(cast, 10)
    client = sign_in(cast.boss)
    client.get("/statistics/new")
    few = asked(client, "Few")
    caseload(cast, 300, seed=3)
    assert asked(client, "Many") == few


def test_tables_in_words_end_with_their_total(cast: Cast) -> None:
    caseload(cast)
    (table,) = tables_in_words(drafted(cast, "country", "outcome"))
    assert table.rows[-1][0] == table.header[-1] == "All"
    assert table.cells == 12
