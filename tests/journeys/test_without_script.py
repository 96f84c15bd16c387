"""Journey I: taking in a family and entering events without any script."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Sit
from tests.journeys.seat import PHONE, Way
from tests.journeys.work import (
    CLAIM,
    FAMILIES,
    NOTIFIED_LONG_AGO,
    RUNNING,
    act,
    case_path,
    day,
    move,
    refuse,
    stands,
    type_family,
)

WAYS = [Way("en", has_script=False), Way("he", PHONE, has_script=False)]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_intake_and_events_without_script(sit: Sit, way: Way) -> None:
    seat, surname = sit("noa", way), {"en": "Adeyemi", "he": "Ibragimov"}[way.language]
    page = seat.go("/intake")
    type_family(seat, surname)
    act(seat, "save")
    draft = page.url.removeprefix(seat.origin)
    seat.go("/intake")
    seat.press(f'aside a[href="{draft}"]')
    assert page.locator("[name=people-3-name]").input_value() == f"{FAMILIES[surname][3]} {surname}"
    seat.look("plain-intake")
    act(seat, "open")
    case = case_path(seat)
    event = refuse(seat, case)
    assert stands(seat, CLAIM) in RUNNING
    move(seat, event, day(NOTIFIED_LONG_AGO))
    assert stands(seat, CLAIM) == "missed_by_us"
    seat.look("plain-case")
    seat.go(event)
    seat.press(f'main form[action="{event}/undo"] button')
    assert stands(seat, CLAIM) in RUNNING
    seat.go(event)
    seat.press(f'main form[action="{event}/remove"] button')
    assert stands(seat, CLAIM) == ""
    page.locator("main details:has(form[action$='/restore']) > summary").first.click()
    seat.press(f'main form[action="{event}/restore"] button')
    assert stands(seat, CLAIM) in RUNNING
    seat.press("#lock-form button")
    assert page.url == f"{seat.origin}/sign-in"
