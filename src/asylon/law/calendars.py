"""Which days are rest days, on which offices are closed, which days a recess takes out.

Days off come from the `holidays` package; what it does not know (closures by order, eves,
corrections) stands with its source in the overrides of a pack and wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from asylon.errors import PackError
from asylon.law.daysoff import days_off
from asylon.law.packs import CalendarSpec, Override, Recess

OPENED = 1900  # first and last year for which the holidays package is asked
CLOSED = 2100


class Calendar:
    """The days off of one country or region. Days are proleptic ordinals."""

    def __init__(self, spec: CalendarSpec, region: str | None) -> None:
        self.spec = spec
        self.region = region
        try:
            self._holidays = days_off(spec.country, region)
        except NotImplementedError:
            place = f"calendar {spec.id}" + (f", region {region!r}" if region else "")
            raise PackError.single(place, "is not known to the holidays package", "correct the code") from None
        self._recess_days: dict[tuple[str, int], range] = {}
        self._rest: dict[int, bool] = {}

    def is_rest(self, day: int) -> bool:
        """Tell whether `day` is a rest day: a term that ends on it may move."""
        known = self._rest.get(day)
        if known is None:
            known = self._rest[day] = self._off(day, self.spec.rest)
        return known

    def is_open(self, day: int) -> bool:
        """Tell whether offices are open on `day`, so that something can be filed."""
        return not (self.is_rest(day) or self._off(day, self.spec.closed))

    def _off(self, day: int, weekdays: frozenset[int]) -> bool:
        if override := self._override(day):
            return not override.working
        when = date.fromordinal(day)
        if not OPENED <= when.year <= CLOSED:
            return when.weekday() in weekdays
        if when in self._holidays:
            return True
        return when.weekday() in weekdays and when not in self._holidays.weekend_workdays

    def _override(self, day: int) -> Override | None:
        return next((o for o in self.spec.overrides if o.start <= day <= o.end), None)

    def name(self, day: int) -> str:
        """Return why `day` is off: the holiday's name, or the day of the week."""
        if override := self._override(day):
            return override.name
        when = date.fromordinal(day)
        found = self._holidays.get(when) if OPENED <= when.year <= CLOSED else None
        return str(found) if found else when.strftime("%A")

    def in_recess(self, day: int, recess: tuple[str, ...]) -> bool:
        """Tell whether `day` lies in one of the named court holidays."""
        return any(day in self._recess_of(item, day) for item in self.spec.recess if item.id in recess)

    def _recess_of(self, item: Recess, day: int) -> range:
        year = date.fromordinal(day).year
        key = (item.id, year)
        if key not in self._recess_days:
            self._recess_days[key] = self._recess_range(item, year)
        return self._recess_days[key]

    def _recess_range(self, item: Recess, year: int) -> range:
        if item.first and item.last:
            return range(date(year, *item.first).toordinal(), date(year, *item.last).toordinal() + 1)
        first = next(self._named(item.holiday or "", year), None)
        if first is None:
            return range(0)
        return range(first - item.before, first + item.after + 1)

    def _named(self, name: str, year: int) -> Iterator[int]:
        day = date(year, 1, 1)
        while day.year == year:
            if name in (self._holidays.get(day) or ""):
                yield day.toordinal()
            day += timedelta(days=1)


@lru_cache(maxsize=256)
def _calendar(spec: CalendarSpec, region: str | None) -> Calendar:
    return Calendar(spec, region)


def calendar_for(spec: CalendarSpec, region: str | None) -> Calendar:
    """Return the calendar of `spec` in `region`, made once and kept."""
    return _calendar(spec, region if spec.region_attribute else None)
