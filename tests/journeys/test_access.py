"""Journeys F, G and H: who gets in by broken glass, what a locked desk shows, and what a taken case leaves open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Sit
from tests.journeys.seat import PHONE, Seat, Way
from tests.journeys.work import give, number_of, open_family, take, wake

REASON = "The deportation is tonight and nobody of the team answers."


@pytest.mark.parametrize("way", [Way("en"), Way("he", PHONE)], ids=str)
def test_broken_glass_is_told_to_the_lead(sit: Sit, way: Way) -> None:
    noa, rivka = sit("noa", way), sit("rivka", way)
    surname = {"en": "Nkurunziza", "he": "Phiri"}[way.language]
    case = open_family(noa, surname)
    number = number_of(noa)
    rivka.go(case)
    rivka.look("not-there", status=404)
    rivka.go("/glass")
    rivka.look("glass")
    break_glass(rivka, "AB-0000-0000")
    unknown = rivka.page.locator("main [role=alert]").inner_text()
    assert rivka.page.url.endswith("/glass")
    break_glass(rivka, number)
    assert rivka.page.url == f"{rivka.origin}{case}", unknown
    rivka.look("case-by-glass")
    assert surname in rivka.page.locator("main").inner_text()
    assert rivka.page.locator('main a[href$="/events/add"]').count() == 0, "to read and not to write"
    noa.go("/notices")
    noa.look("notices")
    line = noa.page.locator("main li", has_text=number).first.inner_text()
    assert "Rivka Stern" in line
    noa.go(f"{case}/access")
    assert REASON in noa.page.locator("main").inner_text()


def break_glass(seat: Seat, number: str) -> None:
    seat.page.locator("main input[name=number]").fill(number)
    seat.page.locator("main textarea[name=reason]").fill(REASON)
    seat.press("main form:has(input[name=number]) button.danger")


@pytest.mark.parametrize("way", [Way("en"), Way("he")], ids=str)
def test_one_press_locks_and_leaves_nothing(sit: Sit, way: Way) -> None:
    seat = sit("rivka", way, is_fresh=True)
    page = seat.go("/team")
    other = seat.context.new_page()
    other.goto("/account")
    assert "Rivka Stern" in other.content()
    if way.language == "en":
        seat.press("#lock-form button")
    else:
        page.locator("main").click()
        with page.expect_navigation():
            page.keyboard.press("Shift+L")
    assert page.url == f"{seat.origin}/sign-in"
    seat.look("locked")
    wake(other)
    other.wait_for_url("**/sign-in*")
    assert "Rivka Stern" not in other.content()
    page.go_back(wait_until="load")
    expect(page.locator("input[name=password]")).to_be_visible()
    assert "Rivka Stern" not in page.content()


def test_page_of_a_taken_case_closes(sit: Sit) -> None:
    """Journey H."""
    noa, dan = sit("noa"), sit("dan")
    case = open_family(noa, "Haile")
    give(noa, case, "Dan Peled", "member")
    page = dan.go(case)
    wake(page)
    page.wait_for_timeout(500)
    assert "Haile" in page.locator("main").inner_text(), "as long as it is given the page stays"
    take(noa, case, "Dan Peled")
    wake(page)
    page.wait_for_url(lambda url: case not in url)
    assert "Haile" not in page.content()
    dan.go(case)
    dan.look("case-taken", status=404)
    dan.go("/board")
    dan.look("board-after")


def test_print_view(sit: Sit) -> None:
    """Journey J."""
    seat = sit("noa")
    case = open_family(seat, "Mengistu")
    page = seat.go(case)
    number = number_of(seat)
    page.emulate_media(media="print")
    seat.picture("case-print")
    expect(page.locator(".print-head")).to_be_visible()
    assert number in page.locator(".print-head").inner_text()
    for hidden in ("#lock-form", "nav.side", "nav.bottom", ".no-print >> nth=0", "form.search"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("ol.timeline")).to_be_visible()
    paper = page.pdf()
    assert paper.startswith(b"%PDF")
    assert len(paper) > 10_000
