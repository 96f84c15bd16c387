"""Start and ends of one clause for all its triggers at once: the columns' twin of `reckon`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asylon.law.calendars import Calendar, calendar_for
from asylon.law.columns import NONE, Bools, Ints, always, everyone, kept, never, rows_of, same_for_all
from asylon.law.days import parse_date
from asylon.law.matching import FALSE, NOWHERE, TRUE, UNKNOWN, Gaps, Matcher
from asylon.law.packs import After, CalendarSpec, Clause, Extension, Law, Length, Pattern, Start, Term
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
    longest the law allows stands in for it, `endless` where it may be any time later. Without
    `may_wait` no term starts after the day one looks.
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
    guessed: Bools
    endless: Bools
    is_hours: bool
    may_wait: bool
    gaps: Gaps

    def cut(self, rows: Ints) -> Reckoned:
        """Return only these rows."""
        names = [name for name in self.__slots__ if name not in ("is_hours", "may_wait", "gaps")]
        kept = {name: getattr(self, name)[rows] for name in names}
        return Reckoned(**kept, is_hours=self.is_hours, may_wait=self.may_wait, gaps=self.gaps.cut(rows))


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

    def cut(self, rows: Ints) -> Parents:
        """Return only these rows."""
        names = [name for name in self.__slots__ if name not in ("is_hours", "length")]
        kept = {name: getattr(self, name)[rows] for name in names}
        return Parents(**kept, is_hours=self.is_hours, length=self.length)


@dataclass(frozen=True, slots=True)
class _Begin:
    """The first and last possible day from which each term runs, and where there is one."""

    low: Ints
    high: Ints
    known: Bools


class _Draft:
    """The ends of one clause while its alternatives are tried."""

    def __init__(self, clause: Clause, triggers: Ints) -> None:
        size = len(triggers)
        self.clause, self.triggers, self.gaps = clause, triggers, Gaps(size)
        self.low, self.high = same_for_all(size, FAR), same_for_all(size, -FAR)
        self.is_exact = self.is_fresh = True
        self.has_number, self.applies = np.zeros(size, bool), np.zeros(size, bool)
        self.guessed, self.endless = np.zeros(size, bool), np.zeros(size, bool)

    def reach(self, rows: Ints, first: Ints, last: Ints) -> None:
        """Let the ends of `rows`, to which the others are aligned, reach from `first` to `last` as well."""
        self.is_exact = self.is_exact and first is last and self.is_fresh
        if len(rows) == len(self.low) and self.is_fresh:
            self.low, self.high = first, last
        else:
            self._part()
            self.low[rows] = np.minimum(self.low[rows], first)
            self.high[rows] = np.maximum(self.high[rows], last)
        self.is_fresh = False

    def _part(self) -> None:
        if not self.low.flags.writeable:  # nothing was written yet
            self.low, self.high = self.low.copy(), self.high.copy()
        elif self.low is self.high:  # one array served as both as long as they were equal
            self.high = self.high.copy()

    def widen(self, rows: Bools, first: Ints, last: Ints) -> None:
        """Let the ends of `rows` reach from `first` to `last` as well."""
        self.is_exact = self.is_fresh = False
        self._part()
        self.low[rows] = np.minimum(self.low[rows], first[rows])
        self.high[rows] = np.maximum(self.high[rows], last[rows])


_TableKey = tuple[Length, str, Calendar, tuple[str, ...], bool, str]


def plain_length(clause: Clause) -> Length | None:
    """Return the length of a clause that has one in days or longer, from its trigger; None for any other."""
    if not isinstance(clause.trigger, Pattern) or clause.start != Start() or len(clause.terms) != 1:
        return None
    term = clause.terms[0]
    is_one = term.when is None and term.least == term.most and term.until_detail is None and term.until_day is None
    return term.least if is_one and term.least is not None and term.least.unit != "hours" else None


class ColumnReckoner:
    """Reckons clauses over columns."""

    def __init__(self, matcher: Matcher, law: Law) -> None:
        self.matcher, self.columns, self.law = matcher, matcher.columns, law
        self._places: dict[int, tuple[Ints, Ints, Ints]] = {}
        self._tables: dict[_TableKey, tuple[Ints, Ints, Ints]] = {}
        day = self.columns.day
        self.span = np.arange(day.min(), day.max() + 1) if len(day) else day
        self.someday = int(self.columns.day[0]) if self.columns.size else 1
        regions = [person.get("region") for person in matcher.people]
        self.regions = [None if region is None else str(region) for region in regions]

    def reckon(self, clause: Clause, triggers: Ints, parents: Parents | None) -> Reckoned:
        """Return start and ends of `clause` for each trigger."""
        if (plain := self._plain(clause, triggers)) is not None:
            return plain
        draft = _Draft(clause, triggers)
        begin = self._start(draft, parents)
        if isinstance(clause.trigger, Extension):
            draft.has_number[:] = draft.applies[:] = True
            if parents is not None:
                self._extend(draft, clause.trigger, parents, begin)
        else:
            self._alternatives(draft, begin)
        return self._rounded(draft, begin)

    def _plain(self, clause: Clause, triggers: Ints) -> Reckoned | None:
        """Return the ends of a clause with one length from its trigger's day, None for any other.

        Its ends depend on the day only: they are reckoned once for every day of the columns.
        """
        counting = self.law.countings.get(clause.counting)
        length = plain_length(clause)
        if length is None or counting is None or counting.deemed or not len(triggers):
            return None
        groups = self._by_calendar(clause, triggers)
        if len(groups) != 1:
            return None
        raw, legal, safe = self._table(clause, length, groups[0][0])
        size, (start, at) = len(triggers), self._day_places(triggers)
        ends = legal[at]
        return Reckoned(
            start=start,
            start_high=start,
            has_start=always(size),
            raw=raw[at],
            legal=ends,
            safe=safe[at],
            latest=ends,
            has_end=always(size),
            has_number=always(size),
            applies=always(size),
            guessed=never(size),
            endless=never(size),
            is_hours=False,
            may_wait=False,
            gaps=Gaps(size),
        )

    def _table(self, clause: Clause, length: Length, calendar: Calendar) -> tuple[Ints, Ints, Ints]:
        """Return raw, legal and safe end for every day of the columns as a start."""
        key = (
            length,
            clause.counting,
            calendar,
            clause.freezes,
            clause.kind == "deadline_backward",
            self.law.roll(clause),
        )
        if key not in self._tables:
            freezes = tuple(self.law.freezes[name] for name in clause.freezes)
            counting = self.law.countings[clause.counting]
            raw = add_lengths(self.span, length, counting, calendar, backward=key[4], freezes=freezes)
            self._tables[key] = raw, *day_table(calendar, raw, raw).rounded(raw, key[5])
        return self._tables[key]

    def _day_places(self, triggers: Ints) -> tuple[Ints, Ints]:
        """Return the days of the triggers and their places in the span, kept for the array."""
        if id(triggers) not in self._places:
            day = self.columns.day[triggers]
            self._places[id(triggers)] = triggers, day, day - self.span[0]
        return self._places[id(triggers)][1:]

    def _alternatives(self, draft: _Draft, begin: _Begin) -> None:
        draft.applies[:] = not draft.clause.terms
        active = np.ones(len(draft.triggers), bool)
        for term in draft.clause.terms:
            chosen = active
            if term.when is not None:
                fits = self.matcher.holds(term.when, draft.triggers)
                chosen = active & (fits != FALSE)
                self.matcher.unknowns(term.when, draft.triggers, active & (fits == UNKNOWN), draft.gaps)
                active = active & (fits != TRUE)
            else:
                active = np.zeros(len(active), bool)
            draft.applies |= chosen
            draft.has_number |= chosen & (term.wording is None)
            if term.wording is None and chosen.any():
                self._option(draft, term, begin, chosen)

    def _start(self, draft: _Draft, parents: Parents | None) -> _Begin:
        clause, triggers = draft.clause, draft.triggers
        if isinstance(clause.trigger, After):
            assert parents is not None
            scale = MINUTES if parents.is_hours else 1
            return _Begin(parents.legal // scale, parents.latest // scale, parents.has_end)
        if isinstance(clause.trigger, Extension):
            assert parents is not None
            return _Begin(parents.start, parents.start_high, parents.has_start)
        if clause.start.detail is not None:
            return self._printed(draft, clause.start.detail, clause.start.otherwise)
        anchors, known = triggers, np.ones(len(triggers), bool)
        if clause.start.event is not None:
            anchors = self.matcher.last_before(clause.start.event, triggers)[0]
            known = anchors != NOWHERE
            draft.gaps.add(event_code([clause.start.event]), ~known)
            anchors = np.maximum(anchors, 0)
        day = self._served(clause, anchors)
        return _Begin(day, day, known)

    def _printed(self, draft: _Draft, key: str, otherwise: Length | None) -> _Begin:
        day, known = self._days_in(key, draft.triggers)
        draft.gaps.add(detail_code(draft.clause.trigger_events, key), ~known)
        if otherwise is None:
            return _Begin(day, day, known)
        if otherwise.number:
            draft.guessed |= ~known
        else:
            draft.endless |= ~known
        longest = self._plus(draft.clause, draft.triggers, self.columns.day[draft.triggers], otherwise)
        day = np.where(known, day, longest)
        return _Begin(day, day, np.ones(len(day), bool))

    def _days_in(self, key: str, triggers: Ints) -> tuple[Ints, Bools]:
        """Return the day printed in a detail of each trigger, and where there is one."""
        codes, values = self.columns.values(key)
        table = np.array([*(parse_date(value).lo for value in values), 0], np.int64)
        code = codes[self.columns.detail[triggers]]
        return table[code], code != NONE

    def _served(self, clause: Clause, anchors: Ints) -> Ints:
        given = self._day_places(anchors)[0]
        counting = self.law.countings.get(clause.counting)
        if counting is None or not counting.deemed:
            return given
        day, free = given.copy(), np.ones(len(anchors), bool)
        for name in counting.deemed:
            deemed = self.law.deemed[name]
            is_one = free & (self.matcher.match(deemed.pattern, anchors) == TRUE)
            is_one &= (given >= (deemed.start or 0)) & (given <= (deemed.end or FAR))
            day[is_one] += deemed.days
            free &= ~is_one
        return day

    def _option(self, draft: _Draft, term: Term, begin: _Begin, chosen: Bools) -> None:
        """Widen the ends by what this alternative gives in the chosen rows."""
        if term.until_day is not None:
            fixed = np.full(len(chosen), term.until_day)
            draft.widen(chosen, fixed, fixed)
            return
        if term.until_detail is not None:
            chosen = self._until(draft, term.until_detail, chosen)
            draft.guessed |= chosen & begin.known & (term.least is not None)
        if term.least is None or term.most is None:
            return
        if term.least != term.most:
            draft.gaps.add(f"parameter:{term.parameter}", chosen & begin.known)
        is_backward = draft.clause.kind == "deadline_backward"
        least, most = (term.most, term.least) if is_backward else (term.least, term.most)
        rows = rows_of(chosen & begin.known)
        triggers = kept(draft.triggers, rows)
        first = last = self._add(draft.clause, triggers, kept(begin.low, rows), least, last=False)
        if least != most or begin.low is not begin.high or least.unit == "hours":
            last = self._add(draft.clause, triggers, kept(begin.high, rows), most, last=True)
        draft.reach(rows, first, last)

    def _until(self, draft: _Draft, key: str, chosen: Bools) -> Bools:
        """Take the printed dates, and return the chosen rows that have none."""
        printed, known = self._days_in(key, draft.triggers)
        for name in draft.clause.freezes:
            printed = thaw_all(self.columns.day[draft.triggers], printed, self.law.freezes[name])
        draft.widen(chosen & known, printed, printed)
        draft.gaps.add(detail_code(draft.clause.trigger_events, key), chosen & ~known)
        without: Bools = chosen & ~known
        return without

    def _add(self, clause: Clause, triggers: Ints, start: Ints, length: Length, *, last: bool) -> Ints:
        """Return raw ends; where the hour of a term in hours is not known, its first or last."""
        if length.unit != "hours":
            return self._plus(clause, triggers, start, length, is_backward=clause.kind == "deadline_backward")
        time = self.columns.time[triggers]
        if isinstance(clause.trigger, After) or clause.start.event is not None:
            time = np.full(len(triggers), NONE)
        minute = np.where(time >= 0, time, DAY_SPAN if last else 0)
        return add_hours_to(start, minute, length.number, self.law.zone)

    def _plus(self, clause: Clause, triggers: Ints, start: Ints, length: Length, *, is_backward: bool = False) -> Ints:
        counting = self.law.countings[clause.counting]
        freezes = tuple(self.law.freezes[name] for name in clause.freezes)
        groups = self._by_calendar(clause, triggers)
        if len(groups) == 1:
            return add_lengths(start, length, counting, groups[0][0], backward=is_backward, freezes=freezes)
        ends = np.empty(len(start), np.int64)
        for calendar, rows in groups:
            ends[rows] = add_lengths(start[rows], length, counting, calendar, backward=is_backward, freezes=freezes)
        return ends

    def _calendar_spec(self, clause: Clause) -> CalendarSpec:
        counting = self.law.countings.get(clause.counting)
        return self.law.calendars[(counting.calendar if counting else "") or self.law.calendar]

    def _by_calendar(self, clause: Clause, triggers: Ints) -> list[tuple[Calendar, Ints]]:
        """Return the calendars that apply and the rows for which each does."""
        spec, distinct = self._calendar_spec(clause), set(self.regions)
        if spec.region_attribute is None or len(distinct) <= 1:
            region = next(iter(distinct), None)
            return [(calendar_for(spec, region), everyone(len(triggers)))]
        names = sorted(distinct, key=lambda region: region or "")
        code = np.array([names.index(region) for region in self.regions])
        mine = code[self.matcher.attributes[self.columns.case[triggers]]]
        return [(calendar_for(spec, name), np.flatnonzero(mine == i)) for i, name in enumerate(names)]

    def _extend(self, draft: _Draft, extension: Extension, parents: Parents, begin: _Begin) -> None:
        """Count original term and extension as one term from the original start."""
        left: Bools = begin.known & parents.has_end
        origin = begin.low if parents.length else parents.raw
        longest = self._longer(draft, origin, parents.length, extension.most)
        until, has_until = self._days_in("until", draft.triggers)
        capped = np.minimum(until, longest)
        draft.widen(left & has_until, capped, capped)
        left = left & ~has_until
        for unit in ("months", "days"):
            left = self._by_unit(draft, unit, origin, parents.length, longest, left)
        draft.gaps.add(detail_code(draft.clause.trigger_events, "months"), left)
        draft.widen(left, parents.raw, longest)

    def _by_unit(
        self, draft: _Draft, unit: str, origin: Ints, base: Length | None, longest: Ints, left: Bools
    ) -> Bools:
        """Take the lengths given in `unit`, and return the rows that give none."""
        codes, values = self.columns.values(unit)
        code = codes[self.columns.detail[draft.triggers]]
        for number, value in enumerate(values):
            rows = left & (code == number)
            if rows.any():
                extra = Length(int(value), "months" if unit == "months" else "days")
                ends = np.minimum(self._longer(draft, origin, base, extra), longest)
                draft.widen(rows, ends, ends)
        without: Bools = left & (code == NONE)
        return without

    def _longer(self, draft: _Draft, origin: Ints, base: Length | None, extra: Length) -> Ints:
        clause, triggers = draft.clause, draft.triggers
        if base is None:
            return self._plus(clause, triggers, origin, extra)
        if base.unit == extra.unit:
            return self._plus(clause, triggers, origin, Length(base.number + extra.number, base.unit))
        return self._plus(clause, triggers, self._plus(clause, triggers, origin, base), extra)

    def _rounded(self, draft: _Draft, begin: _Begin) -> Reckoned:
        is_hours = any(t.least is not None and t.least.unit == "hours" for t in draft.clause.terms)
        has_end = draft.low != FAR
        raw = legal = safe = draft.low
        latest = draft.high
        if not is_hours:
            raw = draft.low if has_end.all() else np.where(has_end, draft.low, self.someday)
            legal, safe = self._moved(draft, raw)
            latest = legal
            if not draft.is_exact:
                latest = self._moved(draft, np.where(has_end, draft.high, self.someday))[0]
        return Reckoned(
            start=begin.low,
            start_high=begin.high,
            has_start=begin.known,
            raw=raw,
            legal=legal,
            safe=safe,
            latest=latest,
            has_end=has_end,
            has_number=draft.has_number,
            applies=draft.applies,
            guessed=draft.guessed,
            endless=draft.endless,
            is_hours=is_hours,
            may_wait=True,
            gaps=draft.gaps,
        )

    def _moved(self, draft: _Draft, raw: Ints) -> tuple[Ints, Ints]:
        """Return legal and safe ends of raw ends."""
        roll = self.law.roll(draft.clause)
        groups = self._by_calendar(draft.clause, draft.triggers)
        if len(groups) == 1 and len(raw):
            return day_table(groups[0][0], raw, raw).rounded(raw, roll)
        legal, safe = raw.copy(), raw.copy()
        for calendar, rows in groups:
            if len(rows):
                legal[rows], safe[rows] = day_table(calendar, raw[rows], raw[rows]).rounded(raw[rows], roll)
        return legal, safe


def no_ends(size: int, gaps: Gaps) -> Reckoned:
    """Return what a right has: no start and no end."""
    zeros, never = np.zeros(size, np.int64), np.zeros(size, bool)
    return Reckoned(
        start=zeros,
        start_high=zeros,
        has_start=never,
        raw=zeros,
        legal=zeros,
        safe=zeros,
        latest=zeros,
        has_end=never,
        has_number=never,
        applies=~never,
        guessed=never,
        endless=never,
        is_hours=False,
        may_wait=False,
        gaps=gaps,
    )
