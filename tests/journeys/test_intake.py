"""Journey B: a family of four is taken in, with two cases, on one screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Sit
from tests.journeys.seat import PHONE, Seat, Way
from tests.journeys.work import FAMILIES, act, case_path, open_family, type_family, unfold

WAYS = [Way("en"), Way("he", PHONE)]
SURNAMES = {"en": "Haddad", "he": "Zaslavska"}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_family_of_four_with_two_cases(sit: Sit, way: Way) -> None:
    seat, surname = sit("noa", way), SURNAMES[way.language]
    page = seat.go("/intake")
    seat.look("intake-empty")
    type_family(seat, surname)
    saved_by_itself(seat)
    draft = page.locator("form[data-autosave]").get_attribute("action")
    assert draft
    seat.go(draft)
    assert page.locator("[name=people-3-name]").input_value() == f"{FAMILIES[surname][3]} {surname}"
    assert page.locator("[name=enquiry-consent]").is_checked()
    seat.look("intake-resumed")
    act(seat, "check")
    assert page.locator("#check [role=status]").is_visible()
    assert page.locator("#check table").count() == 0, "nobody of this name is known"
    assert page.locator("[name=people-3-name]").input_value() == f"{FAMILIES[surname][3]} {surname}"
    seat.look("intake-checked")
    act(seat, "open")
    case = case_path(seat)
    seat.look("case-opened")
    seat.go(draft)
    assert seat.status == 404, "the draft is gone"
    seat.go(case)
    family_shows_both(seat, surname)


def saved_by_itself(seat: Seat) -> None:
    """Wait for the desk to say that it keeps what is typed."""
    said = seat.page.locator("[data-saved]")
    expect(said).not_to_be_empty()
    assert "failed" not in (said.get_attribute("class") or "")


def family_shows_both(seat: Seat, surname: str) -> None:
    page = seat.page
    seat.press('main a[href*="/families/"] >> nth=0')
    seat.look("family")
    text = page.locator("main").inner_text()
    assert [name for name in FAMILIES[surname] if f"{name} {surname}" not in text] == []
    cases = page.eval_on_selector_all('main a[href*="/cases/"]', "all => all.map(a => a.href.split('/')[4])")
    assert len(set(cases)) == 2


def test_second_enquiry_for_the_same_person_is_found(sit: Sit) -> None:
    seat = sit("noa")
    open_family(seat, "Rahimi")
    page = seat.go("/intake")
    page.locator("[name=people-0-name]").fill("Farzaneh Rahimi")
    act(seat, "check")
    assert "Farzana Rahimi" in page.locator("#check table").inner_text()
    seat.look("intake-match")


def test_faults_are_said_at_once_and_nothing_is_lost(sit: Sit) -> None:
    seat = sit("noa", Way(width=PHONE))
    page = seat.go("/intake")
    page.locator("[name=people-0-name]").fill("Abel Tesfay")
    page.locator("[name=people-0-born]").fill("thursday")
    unfold(seat, "events-0-on")
    page.locator("[name=events-0-on]").fill("2026-02-31")
    act(seat, "open")
    seat.look("intake-faults")
    faults = page.locator("main [role=alert]").inner_text()
    assert faults.count("\n") >= 4, faults
    assert page.locator("[name=people-0-born]").input_value() == "thursday"
    assert page.locator("[name=events-0-on]").input_value() == "2026-02-31"


def test_refused_enquiry_is_kept_with_its_reason(sit: Sit) -> None:
    seat = sit("noa")
    page = seat.go("/intake")
    page.locator("[name=people-0-name]").fill("Zurab Kvaratskhelia")
    page.locator("main details:has([name=decision-reason]) > summary").click()
    page.locator("[name=decision-reason]").fill("We act for the other side.")
    act(seat, "refused")
    kept = page.url
    seat.look("enquiry-kept")
    assert "We act for the other side." in page.locator("main").inner_text()
    seat.go("/intake/kept")
    seat.look("enquiries-kept")
    assert "Zurab Kvaratskhelia" in page.locator("main table").inner_text()
    seat.go("/intake")
    page.locator("[name=people-0-name]").fill("Zurab Kvaratshelia")
    act(seat, "check")
    assert page.locator(f'#check table a[href="{kept.removeprefix(seat.origin)}"]').count() == 1
    seat.go(f"{kept}/remove")
    seat.look("enquiry-remove")
    seat.press('main form[method="post"] button.danger')
    assert seat.context.request.get(kept).status == 404


def test_one_person_opens_one_case_and_may_get_a_family(sit: Sit) -> None:
    seat = sit("noa")
    page = seat.go("/intake")
    page.locator("[name=people-0-name]").fill("Liang Wen")
    page.locator("[name=enquiry-country]").select_option("il")
    page.locator("[name=enquiry-consent]").check()
    act(seat, "open")
    case = case_path(seat)
    seat.press(f'main a[href^="{case}/people/"]:has-text("Liang Wen")')
    seat.look("person-alone")
    seat.press(f'main a[href="{case}/family"]')
    seat.look("family-make")
