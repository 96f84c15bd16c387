"""Dates as people give them: a day, a month, a year, a range, "before" and "after".

A partial date is the span of days on which the thing may have happened. Comparisons of two
spans are three-valued: True, False, or None when the spans leave it open.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from asylon.language import said

FIRST = date.min.toordinal()
LAST = date.max.toordinal()

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_BOUND = re.compile(r"(before|after)\s+(\S+)", re.IGNORECASE)

FORMS = (
    'a day "2011-10-05", a month "2011-10", a year "2011", a range "2011-10-05/2011-11", '
    '"before 2011-10" or "after 2011-10"'
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """The span of days, both ends included, in which something happened.

    `lo` and `hi` are proleptic ordinals (`date.toordinal`); `text` is the notation it came in
    and `wording` what the person or paper said ("around the olive harvest").
    """

    lo: int
    hi: int
    text: str
    wording: str | None = None

    @property
    def is_exact(self) -> bool:
        """Tell whether the span is a single day."""
        return self.lo == self.hi

    @property
    def earliest(self) -> date | None:
        """Return the first possible day, or None when the span is open at that end."""
        return None if self.lo == FIRST else date.fromordinal(self.lo)

    @property
    def latest(self) -> date | None:
        """Return the last possible day, or None when the span is open at that end."""
        return None if self.hi == LAST else date.fromordinal(self.hi)

    def before(self, other: PartialDate) -> bool | None:
        """Tell whether this lies on an earlier day than `other`; None when that is open."""
        return compare_before((self.lo, self.hi), (other.lo, other.hi))

    def __str__(self) -> str:
        return self.text


def compare_before(a: tuple[int, int], b: tuple[int, int]) -> bool | None:
    """Tell whether span `a` lies before span `b`; None when they overlap too far to say."""
    if a[1] < b[0]:
        return True
    return False if a[0] >= b[1] else None


def from_day(day: date, wording: str | None = None) -> PartialDate:
    """Return the exact date of `day`."""
    ordinal = day.toordinal()
    return PartialDate(ordinal, ordinal, day.isoformat(), wording)


@lru_cache(maxsize=100_000)
def parse_date(text: str, wording: str | None = None) -> PartialDate:
    """Return the partial date written as `text`.

    Raises ValueError with one sentence (`Said`) when the text is none of the known forms or names a day
    that does not exist.
    """
    given = text.strip()
    if bound := _BOUND.fullmatch(given):
        lo, hi = _span(bound[2])
        if lo == FIRST or hi == LAST:
            raise ValueError(said("'{given}' is outside the calendar", given=given))
        if bound[1].lower() == "before":
            return PartialDate(FIRST, lo - 1, given, wording)
        return PartialDate(hi + 1, LAST, given, wording)
    if "/" in given:
        return _parse_range(given, wording)
    lo, hi = _span(given)
    return PartialDate(lo, hi, given, wording)


def _parse_range(given: str, wording: str | None) -> PartialDate:
    first, _, last = given.partition("/")
    lo = FIRST if first == ".." else _span(first)[0]
    hi = LAST if last == ".." else _span(last)[1]
    if hi < lo:
        raise ValueError(said("the range '{given}' ends before it begins", given=given))
    return PartialDate(lo, hi, given, wording)


def _span(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError(said("'{given}' is not a date", given=text))
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if day is not None:
            ordinal = date(year, int(month), int(day)).toordinal()
            return ordinal, ordinal
        if month is not None:
            end = monthrange(year, int(month))[1] if 1 <= int(month) <= 12 else 0
            return date(year, int(month), 1).toordinal(), date(year, int(month), end).toordinal()
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    except ValueError:
        raise ValueError(said("'{given}' is a day that does not exist", given=text)) from None
