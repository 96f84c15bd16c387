"""Journey C: what happened is entered, a term runs, a wrong date turns it red, a second person confirms."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Sit
from tests.journeys.seat import PHONE, Seat, Way
from tests.journeys.work import (
    CLAIM,
    NOTIFIED,
    NOTIFIED_LONG_AGO,
    RUNNING,
    day,
    duty_of,
    give,
    move,
    open_family,
    refuse,
    stands,
)

WAYS = [Way("en"), Way("he", PHONE)]
SURNAMES = {"en": "Berhane", "he": "Karimov"}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_events_duties_and_the_second_person(sit: Sit, way: Way) -> None:
    noa = sit("noa", way)
    case = open_family(noa, SURNAMES[way.language])
    assert stands(noa, CLAIM) == ""
    noa.go(f"{case}/events/add")
    noa.look("event-choose")
    event = refuse(noa, case)
    assert stands(noa, CLAIM) in RUNNING
    noa.look("case-running")
    move(noa, event, day(NOTIFIED_LONG_AGO))
    assert stands(noa, CLAIM) == "missed_by_us"
    why_is_told(noa)
    old_date_is_kept(noa, event)
    second_person_confirms(noa, sit("dan", way), case, event)
    noa.go(event)
    noa.press(f'main form[action="{event}/undo"] button')
    assert stands(noa, CLAIM) in RUNNING, "the last change was undone"


def why_is_told(seat: Seat) -> None:
    card = duty_of(seat, CLAIM)
    card.locator("summary").first.click()
    assert card.locator("ol.why li").count() >= 2
    assert "74" in card.inner_text(), "the provision stands beside the reckoning"
    seat.look("case-missed")


def old_date_is_kept(seat: Seat, event: str) -> None:
    old = seat.page.locator(f"#event-{event.rpartition('/')[2]} del time")
    assert old.first.get_attribute("datetime") == day(NOTIFIED)
    seat.go(event)
    seat.look("event")
    assert seat.page.locator(f'main time[datetime="{day(NOTIFIED)}"]').count() >= 1


def second_person_confirms(noa: Seat, dan: Seat, case: str, event: str) -> None:
    confirm = f'main form[action="{event}/confirm"] button'
    assert noa.page.locator(confirm).count() == 0, "nobody confirms their own date"
    give(noa, case, "Dan Peled", "member")
    noa.look("access")
    dan.go(case)
    assert dan.page.locator("li.unconfirmed").count() >= 1
    dan.go(event)
    dan.look("event-to-confirm")
    dan.press(confirm)
    entry = dan.page.locator(f"#event-{event.rpartition('/')[2]}")
    assert "unconfirmed" not in (entry.get_attribute("class") or "")
    assert "Dan Peled" in entry.inner_text()


def test_removed_event_comes_back(sit: Sit) -> None:
    seat = sit("noa")
    case = open_family(seat, "Okello")
    event = refuse(seat, case)
    seat.go(event)
    seat.press(f'main form[action="{event}/remove"] button')
    assert stands(seat, CLAIM) == ""
    seat.look("case-removed-event")
    seat.page.locator("main details:has(form[action$='/restore']) > summary").first.click()
    seat.press(f'main form[action="{event}/restore"] button')
    assert stands(seat, CLAIM) in RUNNING
