"""The arithmetic of terms: from a start and a length to the day on which it ends.

Days are proleptic ordinals, hours are minutes counted from ordinal zero (`day * 1440 + minute`)
on the clock of the place. The rules of each system (first day, rounding, recess) are data:
`packs.Counting`, one row of section 6 of the law brief each.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from zoneinfo import ZoneInfo

from asylon.law.calendars import Calendar
from asylon.law.days import FIRST, LAST
from asylon.law.packs import Counting, Freeze, Length

MINUTES = 1440
EARLY, LATE = date(1800, 1, 1).toordinal(), date(2200, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Ends:
    """The three ends of a term, as ordinals.

    `raw` is what the arithmetic gives, `legal` where the law moves it, `safe` the last day on or
    before `raw` on which offices are open.
    """

    raw: int
    legal: int
    safe: int


def is_open(day: int) -> bool:
    """Tell whether `day` stands for an end of a span that is open, or lies beyond any file."""
    return not EARLY < day < LATE


def add_months(day: int, months: int) -> int:
    """Return the day of the same number `months` later, or the last day of that month.

    `months` may be negative. Source: Reg. (EU) 2024/1348 art 73 and its kin in section 6 of the
    law brief (same number; if missing, last day of the month).
    """
    start = date.fromordinal(day)
    total = start.year * 12 + start.month - 1 + months
    year, month = divmod(total, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return FIRST if year < MINYEAR else LAST
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def is_stepwise(length: Length, counting: Counting) -> bool:
    """Tell whether single days are counted, leaving some out, instead of going by the calendar."""
    if length.unit == "working_days":
        return True
    return length.unit == "days" and (counting.days == "working" or bool(counting.recess))


def add_length(
    day: int,
    length: Length,
    counting: Counting,
    calendar: Calendar,
    *,
    backward: bool = False,
    freezes: Sequence[Freeze] = (),
) -> int:
    """Return the day on which `length` from `day` ends, before any rounding.

    The day of the event counts or not as `counting` says; recess days and, for working days,
    days off do not count. What falls into one of `freezes` does not count either. From a day that
    stands for an open end of a span the end is open too.
    """
    if is_open(day):
        return day
    sign = -1 if backward else 1
    number, unit = length.number, length.unit
    offset = 1 if counting.event_day == "included" and unit not in ("months", "years") else 0
    if is_stepwise(length, counting):
        is_working = unit == "working_days" or counting.days == "working"
        return _step_days(day - sign * offset, sign * number, calendar, is_working, counting.recess, freezes)
    if unit in ("months", "years"):
        end = add_months(day, sign * number * (12 if unit == "years" else 1))
    else:
        end = day + sign * ((7 * number if unit == "weeks" else number) - offset)
    for freeze in () if backward else freezes:
        end = thaw(day, end, freeze)
    return end


def _step_days(
    day: int, number: int, calendar: Calendar, is_working: bool, recess: tuple[str, ...], freezes: Sequence[Freeze]
) -> int:
    step, left = (1 if number >= 0 else -1), abs(number)
    while left:
        day += step
        is_off = is_working and calendar.is_rest(day)
        is_frozen = any(freeze.start <= day <= freeze.end for freeze in freezes)
        if not is_off and not is_frozen and not (recess and calendar.in_recess(day, recess)):
            left -= 1
    return day


def add_hours(day: int, minute: int, hours: int, zone: str) -> int:
    """Return the minute at which `hours` from `minute` of `day` end, on the clock of `zone`.

    Hours are hours that pass: a change of the clock in between is counted.
    """
    if is_open(day):
        return day * MINUTES + minute
    place = ZoneInfo(zone)
    start = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(minutes=minute)
    end = (start.replace(tzinfo=place).astimezone(ZoneInfo("UTC")) + timedelta(hours=hours)).astimezone(place)
    return end.toordinal() * MINUTES + end.hour * 60 + end.minute


def thaw(start: int, end: int, freeze: Freeze) -> int:
    """Return `end` moved by the days of the term that fell into `freeze`.

    A term that starts inside the interval begins to run on the day after it.
    """
    if start > freeze.end or end < freeze.start:
        return end
    return end + freeze.end - max(start, freeze.start - 1)


def round_ends(raw: int, roll: str, calendar: Calendar) -> Ends:
    """Return raw, legal and safe end of a term whose arithmetic ends on `raw`."""
    if is_open(raw):
        return Ends(raw, raw, raw)
    legal = raw
    if roll == "forward":
        while calendar.is_rest(legal):
            legal += 1
    elif roll == "backward":
        while calendar.is_rest(legal):
            legal -= 1
    safe = min(raw, legal)
    while not calendar.is_open(safe):
        safe -= 1
    return Ends(raw, legal, safe)
