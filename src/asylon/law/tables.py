"""Calendars and clocks as tables, so that a term is arithmetic on arrays of days.

The arithmetic is that of `terms`, over arrays; the property test of the two readers holds them
together. Days are proleptic ordinals, hours minutes (`day * 1440 + minute`).
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from asylon.law.calendars import Calendar
from asylon.law.columns import Bools, Ints
from asylon.law.packs import Counting, Freeze, Length
from asylon.law.terms import MINUTES, add_hours, is_stepwise

UNIX = date(1970, 1, 1).toordinal()
DECADE = 3653
FEW = 512  # rows below which a table of days does not pay
MARGIN = 4 * 366  # working days of long terms and long closures stay inside the table


class DayTable:
    """Rest days, open days and counted days of one calendar, from `first` to `last`."""

    def __init__(self, calendar: Calendar, first: int, last: int) -> None:
        self.calendar, self.first = calendar, first - MARGIN
        self.numbers = np.arange(self.first, last + MARGIN)
        days = [int(day) for day in self.numbers]
        self.rest = np.fromiter((calendar.is_rest(day) for day in days), bool, len(days))
        is_open = np.fromiter((calendar.is_open(day) for day in days), bool, len(days))
        self.next_working = _fill_back(np.where(self.rest, -1, self.numbers))
        self.last_working = _fill_on(np.where(self.rest, -1, self.numbers))
        self.last_open = _fill_on(np.where(is_open, self.numbers, -1))
        self._counted: dict[tuple[bool, tuple[str, ...], tuple[Freeze, ...]], Ints] = {}

    def rounded(self, raw: Ints, roll: str) -> tuple[Ints, Ints]:
        """Return legal and safe ends for raw ends."""
        at = raw - self.first
        if roll == "backward":
            legal = self.last_working[at]
            return legal, self.last_open[legal - self.first]
        legal = self.next_working[at] if roll == "forward" else raw
        return legal, self.last_open[at]

    def counted(self, is_working: bool, recess: tuple[str, ...], freezes: tuple[Freeze, ...]) -> Ints:
        """Return the days that count, ascending: no rest days (`is_working`), recess or frozen days."""
        key = is_working, recess, freezes
        if key not in self._counted:
            counts = ~self.rest if is_working else np.ones(len(self.rest), bool)
            if recess:
                free = [self.calendar.in_recess(int(day), recess) for day in self.numbers]
                counts = counts & ~np.array(free, bool)
            for freeze in freezes:
                counts = counts & ~((self.numbers >= freeze.start) & (self.numbers <= freeze.end))
            self._counted[key] = self.numbers[counts]
        return self._counted[key]


def _fill_on(values: Ints) -> Ints:
    return np.maximum.accumulate(values)


def _fill_back(values: Ints) -> Ints:
    far = np.iinfo(np.int64).max
    reached: Ints = np.minimum.accumulate(np.where(values < 0, far, values)[::-1])[::-1]
    return reached


@lru_cache(maxsize=64)
def _day_table(calendar: Calendar, first: int, last: int) -> DayTable:
    return DayTable(calendar, first, last)


def day_table(calendar: Calendar, low: Ints, high: Ints) -> DayTable:
    """Return a table that holds these days, rounded out to tens of years so that few are made."""
    first = int(low.min()) // DECADE * DECADE
    return _day_table(calendar, first, (int(high.max()) // DECADE + 1) * DECADE)


def add_months_to(days: Ints, months: int) -> Ints:
    """Return the day of the same number `months` later, or the last day of that month."""
    stamps = (days - UNIX).astype("datetime64[D]")
    month = stamps.astype("datetime64[M]")
    number = (stamps - month.astype("datetime64[D]")).astype(np.int64)
    first = (month + months).astype("datetime64[D]").astype(np.int64)
    after = (month + (months + 1)).astype("datetime64[D]").astype(np.int64)
    ends: Ints = np.minimum(first + number, after - 1) + UNIX
    return ends


def add_lengths(
    days: Ints,
    length: Length,
    counting: Counting,
    calendar: Calendar,
    *,
    backward: bool = False,
    freezes: tuple[Freeze, ...] = (),
) -> Ints:
    """Return the raw ends of `length` from each day: `terms.add_length` over arrays.

    Where there are more rows than days, every day of the span is reckoned once.
    """
    if len(days) < FEW:
        return _add(days, length, counting, calendar, backward=backward, freezes=freezes)
    first, last = int(days.min()), int(days.max())
    if last - first > len(days):
        return _add(days, length, counting, calendar, backward=backward, freezes=freezes)
    span = np.arange(first, last + 1)
    return _add(span, length, counting, calendar, backward=backward, freezes=freezes)[days - first]


def _add(
    days: Ints,
    length: Length,
    counting: Counting,
    calendar: Calendar,
    *,
    backward: bool,
    freezes: tuple[Freeze, ...],
) -> Ints:
    sign = -1 if backward else 1
    number, unit = length.number, length.unit
    offset = 1 if counting.event_day == "included" and unit not in ("months", "years") else 0
    if is_stepwise(length, counting):
        is_working = unit == "working_days" or counting.days == "working"
        return _count_days(days - sign * offset, sign * number, calendar, (is_working, counting.recess, freezes))
    if unit in ("months", "years"):
        ends = add_months_to(days, sign * number * (12 if unit == "years" else 1))
    else:
        ends = days + sign * ((7 * number if unit == "weeks" else number) - offset)
    for freeze in () if backward else freezes:
        ends = thaw_all(days, ends, freeze)
    return ends


def _count_days(
    days: Ints, number: int, calendar: Calendar, key: tuple[bool, tuple[str, ...], tuple[Freeze, ...]]
) -> Ints:
    if not len(days) or not number:
        return days
    counted = day_table(calendar, days, days).counted(*key)
    if number > 0:
        return counted[np.searchsorted(counted, days, side="right") + number - 1]
    return counted[np.searchsorted(counted, days, side="left") + number]


@lru_cache(maxsize=64)
def _offsets(zone: str, first: int, last: int) -> Ints:
    """Return the distance from universal time, in minutes, at the start of each day."""
    place = ZoneInfo(zone)
    starts = (datetime.combine(date.fromordinal(day), datetime.min.time(), place) for day in range(first, last))
    return np.fromiter((int((start.utcoffset() or start - start).total_seconds()) // 60 for start in starts), np.int64)


def add_hours_to(days: Ints, minutes: Ints, hours: int, zone: str) -> Ints:
    """Return the minutes at which `hours` from each start end, on the clock of `zone`.

    Where the clock is not changed in between this is plain addition; the rest is worked out one
    by one.
    """
    ends = days * MINUTES + minutes + hours * 60
    if not len(days):
        return ends
    first = int(days.min()) // DECADE * DECADE
    last = (int(days.max()) + hours // 24 + 2) // DECADE * DECADE + DECADE
    offsets = _offsets(zone, first, last)
    is_plain: Bools = offsets[days - first] == offsets[days - first + hours // 24 + 2]
    for row in np.flatnonzero(~is_plain):
        ends[row] = add_hours(int(days[row]), int(minutes[row]), hours, zone)
    return ends


def thaw_all(starts: Ints, ends: Ints, freeze: Freeze) -> Ints:
    """Return the ends moved by what of each term fell into `freeze`."""
    is_hit = (starts <= freeze.end) & (ends >= freeze.start)
    return np.where(is_hit, ends + freeze.end - np.maximum(starts, freeze.start - 1), ends)
