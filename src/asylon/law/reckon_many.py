"""Start and ends of one clause for all its triggers at once: the columns' twin of `reckon`."""

from __future__ import annotations


from dataclasses import dataclass

import numpy as np

from asylon.law.calendars import Calendar, calendar_for
from asylon.law.columns import NONE, Bools, Columns, Ints
from asylon.law.days import parse_date
from asylon.law.matching import FALSE, NOWHERE, TRUE, UNKNOWN, Gaps, Matcher
from asylon.law.packs import After, Clause, Counting, Extension, Law, Length, Term
from asylon.law.reckon import DAY_SPAN
from asylon.law.tables import add_hours_to, add_lengths, day_table, thaw_all
from asylon.law.terms import MINUTES
from asylon.law.view import detail_code, event_code

FAR = 1 << 50


@dataclass(slots=True)
class Reckoned:
    """Aligned with the triggers: starts, ends, whether there is an end and a number at all.

    Days are ordinals; with `is_hours` the ends are minutes. `applies` is unset where no
    alternative of the term fits; `guessed` is set where a printed date is not given and the
    longest the law allows stands in for it, `endless` where it may be any time later.
    """

    start: Ints
    start_high: Ints
    has_start: Bools
    raw: Ints
    legal: Ints
    safe: Ints
    latest: Ints
    has_end: Bools
    has_number: Bools
    applies: Bools
    is_hours: bool
    gaps: Gaps
    guessed: Bools
    endless: Bools


@dataclass(frozen=True, slots=True)
class Begin:
    """The first and last possible day from which each term runs, and where there is one."""

    low: Ints
    high: Ints
    known: Bools


@dataclass(slots=True)
class Parents:
    """What chained clauses need of the one they hang on, aligned with their triggers."""

    start: Ints
    start_high: Ints
    has_start: Bools
    raw: Ints
    legal: Ints
    latest: Ints
    has_end: Bools
    is_hours: bool
    length: Length | None


class ColumnReckoner:
    """Reckons clauses over columns. `regions` is the region of each distinct person, or None."""

    def __init__(self, matcher: Matcher, law: Law) -> None:
        self.matcher, self.columns, self.law = matcher, matcher.columns, law
        regions = [person.get("region") for person in matcher.people]
        self.someday = int(self.columns.day[0]) if self.columns.size else 1
        self.regions = [None if region is None else str(region) for region in regions]

    def reckon(self, clause: Clause, triggers: Ints, parents: Parents | None) -> Reckoned:
        """Return start and ends of `clause` for each trigger."""
        size = len(triggers)
        gaps = Gaps(size)
        self.guessed, self.endless = np.zeros(size, bool), np.zeros(size, bool)
        begin = self._start(clause, triggers, parents, gaps)
        if isinstance(clause.trigger, Extension):
            return self._extended(clause, clause.trigger, triggers, parents, begin, gaps)
        low, high = np.full(size, FAR), np.full(size, -FAR)
        has_number, applies = np.zeros(size, bool), np.full(size, not clause.terms)
        active = np.ones(size, bool)
        for term in clause.terms:
            fits = self.matcher.holds(term.when, triggers)
            chosen = active & (fits != FALSE)
            self.matcher.unknowns(term.when, triggers, active & (fits == UNKNOWN), gaps)
            active &= fits != TRUE
            applies |= chosen
            has_number |= chosen & (term.wording is None)
            if term.wording is None and chosen.any():
                self._option(clause, term, triggers, begin, chosen, low, high, gaps)
        is_hours = any(t.least is not None and t.least.unit == "hours" for t in clause.terms)
        return self._rounded(clause, triggers, begin, low, high, has_number, applies, is_hours, gaps)

    def _start(self, clause: Clause, triggers: Ints, parents: Parents | None, gaps: Gaps) -> Begin:
        if isinstance(clause.trigger, After):
            assert parents is not None
            scale = MINUTES if parents.is_hours else 1
            return Begin(parents.legal // scale, parents.latest // scale, parents.has_end)
        if isinstance(clause.trigger, Extension):
            assert parents is not None
            return Begin(parents.start, parents.start_high, parents.has_start)
        if clause.start.detail is not None:
            day, known = self._printed(clause, triggers, gaps)
            return Begin(day, day, known)
        anchors, known = triggers, np.ones(len(triggers), bool)
        if clause.start.event is not None:
            anchors = self.matcher.last_before(clause.start.event, triggers)[0]
            known = anchors != NOWHERE
            gaps.add(event_code([clause.start.event]), ~known)
            anchors = np.maximum(anchors, 0)
        day = self._served(clause, anchors)
        return Begin(day, day, known)

    def _printed(self, clause: Clause, triggers: Ints, gaps: Gaps) -> tuple[Ints, Bools]:
        key = clause.start.detail or ""
        day, known = self._days_in(key, triggers)
        gaps.add(detail_code(clause.trigger_events, key), ~known)
        if clause.start.otherwise is None:
            return day, known
        if clause.start.otherwise.number:
            self.guessed |= ~known
        else:
            self.endless |= ~known
        otherwise = self._plus(clause, triggers, self.columns.day[triggers], clause.start.otherwise)
        return np.where(known, day, otherwise), np.ones(len(triggers), bool)

    def _days_in(self, key: str, triggers: Ints) -> tuple[Ints, Bools]:
        """Return the day printed in a detail of each trigger, and where there is one."""
        codes, values = self.columns.values(key)
        table = np.array([*(parse_date(value).lo for value in values), 0], np.int64)
        code = codes[self.columns.detail[triggers]]
        return table[code], code != NONE

    def _served(self, clause: Clause, anchors: Ints) -> Ints:
        day = self.columns.day[anchors].copy()
        counting = self.law.countings.get(clause.counting)
        given, free = day.copy(), np.ones(len(anchors), bool)
        for name in counting.deemed if counting else ():
            deemed = self.law.deemed[name]
            is_one = free & (self.matcher.match(deemed.pattern, anchors) == TRUE)
            is_one &= (given >= (deemed.start or 0)) & (given <= (deemed.end or FAR))
            day[is_one] += deemed.days
            free &= ~is_one
        return day

    def _option(
        self,
        clause: Clause,
        term: Term,
        triggers: Ints,
        begin: Begin,
        chosen: Bools,
        low: Ints,
        high: Ints,
        gaps: Gaps,
    ) -> None:
        """Widen `low` and `high` by the ends that this alternative gives in the chosen rows."""
        if term.until_day is not None:
            _widen(low, high, chosen, np.full(len(low), term.until_day), np.full(len(low), term.until_day))
            return
        if term.until_detail is not None:
            printed, known = self._days_in(term.until_detail, triggers)
            for name in clause.freezes:
                printed = thaw_all(self.columns.day[triggers], printed, self.law.freezes[name])
            _widen(low, high, chosen & known, printed, printed)
            gaps.add(detail_code(clause.trigger_events, term.until_detail), chosen & ~known)
            chosen = chosen & ~known
            self.guessed |= chosen & begin.known & (term.least is not None)
        if term.least is None or term.most is None:
            return
        if term.least != term.most:
            gaps.add(f"parameter:{term.parameter}", chosen & begin.known)
        is_backward = clause.kind == "deadline_backward"
        least, most = (term.most, term.least) if is_backward else (term.least, term.most)
        rows = np.flatnonzero(chosen & begin.known)
        low[rows] = np.minimum(low[rows], self._add(clause, triggers[rows], begin.low[rows], least)[0])
        high[rows] = np.maximum(high[rows], self._add(clause, triggers[rows], begin.high[rows], most)[1])

    def _add(self, clause: Clause, triggers: Ints, start: Ints, length: Length) -> tuple[Ints, Ints]:
        if length.unit == "hours":
            time = self.columns.time[triggers]
            if isinstance(clause.trigger, After) or clause.start.event is not None:
                time = np.full(len(triggers), NONE)
            first, last = np.where(time >= 0, time, 0), np.where(time >= 0, time, DAY_SPAN)
            zone = self.law.zone
            return add_hours_to(start, first, length.number, zone), add_hours_to(start, last, length.number, zone)
        ends = self._plus(clause, triggers, start, length, is_backward=clause.kind == "deadline_backward")
        return ends, ends

    def _plus(
        self, clause: Clause, triggers: Ints, start: Ints, length: Length, *, is_backward: bool = False
    ) -> Ints:
        ends = np.empty(len(start), np.int64)
        freezes = tuple(self.law.freezes[name] for name in clause.freezes)
        for calendar, rows in self._by_calendar(clause, triggers):
            counting = self._counting(clause)
            ends[rows] = add_lengths(start[rows], length, counting, calendar, backward=is_backward, freezes=freezes)
        return ends

    def _counting(self, clause: Clause) -> Counting:
        return self.law.countings[clause.counting]

    def _by_calendar(self, clause: Clause, triggers: Ints) -> list[tuple[Calendar, Ints]]:
        """Return the calendars that apply and the rows for which each does."""
        counting = self.law.countings.get(clause.counting)
        spec = self.law.calendars[(counting.calendar if counting else "") or self.law.calendar]
        everyone = np.arange(len(triggers))
        distinct = set(self.regions)
        if spec.region_attribute is None or len(distinct) <= 1:
            region = next(iter(distinct), None)
            return [(calendar_for(spec, region), everyone)]
        names = sorted(distinct, key=lambda region: region or "")
        code = np.array([names.index(region) for region in self.regions])
        mine = code[self.matcher.attributes[self.columns.case[triggers]]]
        return [(calendar_for(spec, name), np.flatnonzero(mine == i)) for i, name in enumerate(names)]

    def _extended(
        self,
        clause: Clause,
        extension: Extension,
        triggers: Ints,
        parents: Parents | None,
        begin: Begin,
        gaps: Gaps,
    ) -> Reckoned:
        size = len(triggers)
        low, high = np.full(size, FAR), np.full(size, -FAR)
        always = np.ones(size, bool)
        base = parents.length if parents else None
        if parents is None:
            return self._rounded(clause, triggers, begin, low, high, always, always, False, gaps)
        usable, start = begin.known & parents.has_end, begin.low
        origin = start if base else parents.raw
        longest = self._longer(clause, triggers, origin, base, extension.most)
        until, has_until = self._days_in("until", triggers)
        capped = np.minimum(until, longest)
        _widen(low, high, usable & has_until, capped, capped)
        left = usable & ~has_until
        for unit in ("months", "days"):
            left = self._by_unit(clause, unit, triggers, origin, base, longest, left, low, high)
        gaps.add(detail_code(clause.trigger_events, "months"), left)
        _widen(low, high, left, parents.raw, longest)
        return self._rounded(clause, triggers, begin, low, high, always, always, False, gaps)

    def _by_unit(
        self, clause: Clause, unit: str, triggers: Ints, start: Ints, base: Length | None, longest: Ints, left: Bools, low: Ints, high: Ints
    ) -> Bools:
        codes, values = self.columns.values(unit)
        code = codes[self.columns.detail[triggers]]
        for number, value in enumerate(values):
            rows = left & (code == number)
            if rows.any():
                extra = Length(int(value), "months" if unit == "months" else "days")
                ends = np.minimum(self._longer(clause, triggers, start, base, extra), longest)
                _widen(low, high, rows, ends, ends)
        return left & (code == NONE)

    def _longer(self, clause: Clause, triggers: Ints, start: Ints, base: Length | None, extra: Length) -> Ints:
        if base is None:
            return self._add(clause, triggers, start, extra)[0]
        if base.unit == extra.unit:
            return self._add(clause, triggers, start, Length(base.number + extra.number, base.unit))[0]
        return self._add(clause, triggers, self._add(clause, triggers, start, base)[0], extra)[0]

    def _rounded(
        self,
        clause: Clause,
        triggers: Ints,
        begin: Begin,
        low: Ints,
        high: Ints,
        has_number: Bools,
        applies: Bools,
        is_hours: bool,
        gaps: Gaps,
    ) -> Reckoned:
        has_end = low != FAR
        start, top, known = begin.low, begin.high, begin.known
        if is_hours:
            return Reckoned(start, top, known, low, low, low, high, has_end, has_number, applies, True, gaps, self.guessed, self.endless)
        low, high = np.where(has_end, low, self.someday), np.where(has_end, high, self.someday)
        legal, safe, latest = low.copy(), low.copy(), high.copy()
        roll = _roll(clause, self.law)
        for calendar, rows in self._by_calendar(clause, triggers):
            if len(rows):
                table = day_table(calendar, low[rows], high[rows])
                legal[rows], safe[rows] = table.rounded(low[rows], roll)
                latest[rows] = table.rounded(high[rows], roll)[0]
        return Reckoned(start, top, known, low, legal, safe, latest, has_end, has_number, applies, False, gaps, self.guessed, self.endless)


def _widen(low: Ints, high: Ints, rows: Bools, first: Ints, last: Ints) -> None:
    low[rows] = np.minimum(low[rows], first[rows])
    high[rows] = np.maximum(high[rows], last[rows])


def _roll(clause: Clause, law: Law) -> str:
    if clause.kind == "deadline_backward":
        return "backward"
    if clause.kind in ("confinement_limit", "earliest", "validity", "hours"):
        return "none"
    return law.countings[clause.counting].roll


