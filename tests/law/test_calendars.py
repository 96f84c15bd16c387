"""Days off: weekends, holidays, decreed transfers, Länder, court recess, overrides."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from asylon.errors import PackError
from asylon.law.calendars import Calendar, calendar_for
from asylon.law.packs import CalendarSpec, Override, Recess, Source
from tests.shared import packs

SOURCE = Source("by hand", None, "high", "opened")
WEEKEND = frozenset({5, 6})


def calendar(jurisdiction: str, region: str | None = None) -> Calendar:
    law = packs().law(jurisdiction)
    return calendar_for(law.calendars[law.calendar], region)


def own(*overrides: Override, recess: tuple[Recess, ...] = (), country: str = "none") -> Calendar:
    return Calendar(CalendarSpec("own", country, None, WEEKEND, WEEKEND, overrides, recess), None)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("jurisdiction", "region", "when", "rests", "opens"),
    [
        ("ru", None, "2027-02-20", False, True),  # Saturday, worked by decree
        ("ru", None, "2027-02-22", True, False),  # Monday off in its place
        ("ru", None, "2027-02-23", True, False),
        ("ru", None, "2027-01-08", True, False),
        ("ru", None, "2027-01-11", False, True),
        ("il", None, "2026-11-20", False, False),  # Friday: no rest day, offices closed
        ("il", None, "2026-11-21", True, False),
        ("il", None, "2026-11-22", False, True),
        ("il", None, "2026-09-21", True, False),  # Yom Kippur
        ("de", "BY", "2026-06-04", True, False),  # Corpus Christi
        ("de", "BE", "2026-06-04", False, True),
        ("de", "BE", "2027-03-08", True, False),  # Women's Day
        ("de", "NW", "2027-03-08", False, True),
        ("de", None, "2026-10-03", True, False),
        ("it", None, "2026-06-02", True, False),
        ("it", None, "2026-06-29", False, True),  # feast of Rome only
        ("us", None, "2026-07-03", True, False),  # observed
    ],
)
def test_days(jurisdiction: str, region: str | None, when: str, rests: bool, opens: bool) -> None:
    found = calendar(jurisdiction, region)
    assert (found.is_rest(day(when)), found.is_open(day(when))) == (rests, opens)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("summer", "2026-07-21", "2026-09-05"),
        ("sukkot", "2026-09-25", "2026-10-03"),
        ("sukkot", "2013-09-18", "2013-09-26"),
        ("pesach", "2027-04-21", "2027-04-28"),
    ],
)
def test_recess_of_the_israeli_courts(name: str, first: str, last: str) -> None:
    found = calendar("il")
    inside = [n for n in range(day(first) - 5, day(last) + 6) if found.in_recess(n, (name,))]
    assert inside == list(range(day(first), day(last) + 1))


def test_recess_that_is_not_named_does_not_count() -> None:
    assert not calendar("il").in_recess(day("2026-08-01"), ("sukkot",))
    assert not calendar("il").in_recess(day("2026-08-01"), ())


def test_override_wins_over_holiday_and_weekend() -> None:
    saturday, monday = day("2026-06-06"), day("2026-06-08")
    found = own(
        Override(saturday, saturday, working=True, name="worked", source=SOURCE),
        Override(monday, monday + 1, working=False, name="closed by order", source=SOURCE),
    )
    assert found.is_open(saturday)
    assert [found.is_rest(monday + n) for n in range(3)] == [True, True, False]
    assert found.name(monday) == "closed by order"


def test_name_of_a_day_off() -> None:
    assert calendar("it").name(day("2026-12-25")) == "Christmas Day"
    assert calendar("it").name(day("2026-12-27")) == "Sunday"


def test_weekends_go_on_where_the_package_knows_no_year() -> None:
    found = calendar("it")
    for year in (1850, 2150):
        first = date(year, 1, 1)
        week = [first + timedelta(days=n) for n in range(7)]
        assert [found.is_rest(when.toordinal()) for when in week] == [when.weekday() > 4 for when in week]


@pytest.mark.parametrize(("country", "region", "place"), [("QQ", None, "own"), ("DE", "QQ", "own, region 'QQ'")])
def test_unknown_country_or_region(country: str, region: str | None, place: str) -> None:
    spec = CalendarSpec("own", country, "region", WEEKEND, WEEKEND, (), ())
    with pytest.raises(PackError) as caught:
        Calendar(spec, region)
    assert str(caught.value) == f"calendar {place}: is not known to the holidays package; correct the code."


def test_region_is_ignored_where_the_calendar_has_none() -> None:
    assert calendar("it", "RM") is calendar("it", None)


def test_calendar_is_made_once() -> None:
    assert calendar("de", "BY") is calendar("de", "BY")
    assert calendar("de", "BY") is not calendar("de", "BE")


def test_other_countries_can_still_be_asked_for_as_a_whole() -> None:
    """The stand-in that spares importing every country gives way to the real package."""
    code = (
        "from asylon.law.daysoff import days_off\n"
        "assert '2027-01-07' in days_off('RU', None)\n"
        "import sys, holidays\n"
        "assert 'holidays.countries.france' not in sys.modules\n"
        "from holidays.countries import France\n"
        "assert '2026-07-14' in France(years=2026)\n"
        "assert 'DE' in holidays.list_localized_countries()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
