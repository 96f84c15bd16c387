"""Days counted from today, so that the invented cases are as old on every day they are made."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY_SUNDAY = (5, 6)
FRIDAY_SATURDAY = (4, 5)


def years_before(day: date, years: int) -> date:
    """Return the day of the same number `years` earlier, 28 February for a leap day."""
    year = day.year - years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Moments:
    """Days around `today` in the notation of a case file; `rest` are the weekdays on which offices are closed."""

    today: date
    rest: tuple[int, ...] = SATURDAY_SUNDAY

    def ago(self, *, years: int = 0, days: int = 0) -> str:
        """Return the day that lies so far back, whatever day of the week it is."""
        return self._back(years, days).isoformat()

    def office(self, *, years: int = 0, days: int = 0) -> str:
        """Return the day that lies so far back, or the last day before it on which offices were open."""
        day = self._back(years, days)
        while day.weekday() in self.rest:
            day -= timedelta(days=1)
        return day.isoformat()

    def month(self, *, years: int = 0, days: int = 0) -> str:
        """Return only the month of the day that lies so far back."""
        return self.ago(years=years, days=days)[:7]

    def year(self, *, years: int) -> str:
        """Return only the year that lies so far back."""
        return self.ago(years=years)[:4]

    def ahead(self, days: int) -> str:
        """Return the day that lies so far ahead, whatever day of the week it is."""
        return (self.today + timedelta(days=days)).isoformat()

    def office_ahead(self, days: int) -> str:
        """Return the day that lies so far ahead, or the first one after it on which offices are open."""
        day = self.today + timedelta(days=days)
        while day.weekday() in self.rest:
            day += timedelta(days=1)
        return day.isoformat()

    def _back(self, years: int, days: int) -> date:
        return years_before(self.today, years) - timedelta(days=days)
