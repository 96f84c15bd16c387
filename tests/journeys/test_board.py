"""Journeys D and E: the morning board, by mouse and by keys alone; and what would follow if something happened."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Sit
from tests.journeys.people import Office
from tests.journeys.seat import PHONE, Way, seated
from tests.journeys.work import CLAIM, NOTIFIED_LONG_AGO, add_event, day, move, open_family, refuse, stands

WAYS = [Way("en"), Way("he", PHONE)]
PAGE_ROWS = 50


@pytest.fixture(scope="module")
def missed_case(office: Office) -> None:
    """A case with a term that was missed, made once."""
    with seated(office.seat("noa", Way())) as seat:
        move(seat, refuse(seat, open_family(seat, "Petrosyan")), day(NOTIFIED_LONG_AGO))


def sections(page: Page) -> dict[str, int]:
    """Return the sections of the open board with the number at each."""
    found: dict[str, str] = page.eval_on_selector_all(
        "main section h2[id]:has(.count)",
        "all => Object.fromEntries(all.map(h => [h.id, h.querySelector('.count').textContent]))",
    )
    return {key: int(text) for key, text in found.items()}


@pytest.mark.usefixtures("missed_case")
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_counts_are_those_of_the_lists(sit: Sit, way: Way) -> None:
    seat = sit("noa", way)
    page = seat.go("/board")
    seat.look("board")
    counts = sections(page)
    assert counts["our_missed"] >= 1
    for query in ("", "&country=de", "&country=il", "&bearer=authority"):
        seat.go(f"/board?{query[1:]}")
        for key, count in sections(page).items():
            seat.go(f"/board?section={key}{query}")
            assert int(page.locator("h1 ~ .count, .title .count").first.inner_text()) == count, (key, query)
            assert page.locator("main [data-row]").count() == min(count, PAGE_ROWS), (key, query)
    seat.look("board-section")


@pytest.mark.usefixtures("missed_case")
def test_filter_is_kept_as_a_view(sit: Sit) -> None:
    seat = sit("noa")
    page = seat.go("/board")
    page.locator("form.filters select[name=country]").select_option("de")
    seat.press("form.filters button")
    assert "country=de" in page.url
    page.locator("main details:has(input[name=query]) > summary").click()
    page.locator("main input[name=name]").fill("German cases")
    seat.press("main form:has(input[name=query]) button")
    seat.look("board-saved-view")
    tab = page.locator("nav.tabs a", has_text="German cases")
    seat.go("/board")
    with page.expect_navigation():
        tab.click()
    assert "country=de" in page.url
    seat.press("main form:has(input[name=view]) button")
    assert page.locator("nav.tabs a", has_text="German cases").count() == 0


@pytest.mark.usefixtures("missed_case")
def test_board_without_a_mouse(sit: Sit) -> None:
    seat = sit("noa")
    page = seat.go("/board")
    rows = page.locator("main [data-row]")
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(row).locator("[data-open]").first).to_be_focused()
    seat.look("board-keys")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/cases/[0-9a-f-]{36}", page.url)
    page.keyboard.press("/")
    expect(page.locator("#search-field")).to_be_focused()
    page.keyboard.type("Gevorg Petrosian")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{seat.origin}/search", "what is searched for stands in no address"
    assert "Gevorg Petrosyan" in page.locator("main table").inner_text()
    seat.look("search-found")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert seat.status == 200
    seat.look("person-found")
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert page.url == f"{seat.origin}/cases"


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_what_if_saves_nothing(sit: Sit, way: Way) -> None:
    """Journey E: a claim that was brought in time turns the term that runs into one that is met."""
    seat = sit("noa", way)
    surname = {"en": "Suleiman", "he": "Beridze"}[way.language]
    case = open_family(seat, surname)
    refuse(seat, case)
    page = seat.page
    before = page.locator("ol.timeline > li").count()
    standing = stands(seat, CLAIM)
    seat.go(f"{case}/whatif")
    seat.look("what-if-empty")
    page.locator("main select[name=s0-event]").select_option("appeal_lodged")
    page.locator("main input[name=s0-on]").fill(date.today().isoformat())
    seat.press("main form[method=get] button.main-act")
    seat.look("what-if")
    assert page.locator("ol.timeline > li.supposed").count() == 1
    moved = page.locator("main table tr", has=page.locator(".rule", has_text=CLAIM))
    assert moved.locator(".mark.met").count() == 1, moved.inner_text()
    seat.go(case)
    assert page.locator("ol.timeline > li").count() == before
    assert stands(seat, CLAIM) == standing
    add_event(seat, case, "appeal_lodged", day(0))
    assert stands(seat, CLAIM) == "met", "what was supposed and what happened come to the same"
