"""From a trigger to the ends of its term: start, length, freezes, suspensions, rounding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from asylon.law.calendars import Calendar, calendar_for
from asylon.law.conditions import holds, unknowns
from asylon.law.days import parse_date
from asylon.law.duty import Duty, Ending, Step
from asylon.law.packs import After, Clause, Extension, Law, Length, Pattern, Term
from asylon.law.terms import EARLY, MINUTES, add_hours, add_length, round_ends, thaw
from asylon.law.view import View, detail_code, event_code

DAY_SPAN = MINUTES - 1


@dataclass(slots=True)
class Reckoning:
    """What is found on the way to the ends of one duty.

    `missing` are codes of unknown facts; `floor` is set where a printed date is not given and the
    longest the law allows stands in for it: the true end lies anywhere between the two. With
    `is_endless` the missing date is no earlier than the trigger, and may be any time later.
    """

    start: tuple[int, int] | None = None
    ending: Ending | None = None
    has_number: bool = True
    is_suspended: bool = False
    floor: int | None = None
    is_endless: bool = False
    terms: tuple[Term, ...] = ()
    missing: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def say(self, code: str, **values: object) -> None:
        """Keep one step of the reckoning for the explanation."""
        self.steps.append(Step(code, values))


class Reckoner:
    """Reckons the ends of clauses in one view."""

    def __init__(self, view: View, law: Law) -> None:
        self.view = view
        self.law = law
        region = view.timeline.attributes.get("region")
        self.region = str(region) if region is not None else None

    def calendar(self, clause: Clause) -> Calendar:
        """Return the calendar by which `clause` is counted."""
        counting = self.law.countings.get(clause.counting)
        name = (counting.calendar if counting else "") or self.law.calendar
        return calendar_for(self.law.calendars[name], self.region)

    def reckon(self, clause: Clause, trigger: int, parent: Duty | None) -> Reckoning | None:
        """Return start and ends for `clause` at `trigger`, None when no alternative of it applies."""
        found = Reckoning()
        found.start = self._start(clause, trigger, parent, found)
        if isinstance(clause.trigger, Extension):
            self._extend(clause, clause.trigger, trigger, parent, found)
            return found
        found.terms = tuple(self._choose(clause, trigger, found))
        if clause.terms and not found.terms:
            return None
        found.has_number = any(term.wording is None for term in found.terms)
        if found.has_number:
            self._ends(clause, trigger, found)
        else:
            for term in found.terms:
                found.say("no_number", wording=term.wording)
        return found

    def _start(self, clause: Clause, trigger: int, parent: Duty | None, found: Reckoning) -> tuple[int, int] | None:
        if isinstance(clause.trigger, After):
            return self._after(clause.trigger, parent, found)
        if isinstance(clause.trigger, Extension):
            return parent.start if parent else None
        if clause.start.detail is not None:
            return self._printed(clause, trigger, found)
        anchor = trigger
        if clause.start.event is not None:
            anchor = self._anchor(clause.start.event, trigger)
            if anchor < 0:
                found.missing.append(event_code([clause.start.event]))
                return None
        return self._served(clause, anchor, found)

    def _after(self, after: After, parent: Duty | None, found: Reckoning) -> tuple[int, int] | None:
        if parent is None or parent.ending is None:
            return None
        found.say("after", rule=after.rule, step=after.step, day=parent.ending.legal)
        if parent.ending.is_hours:
            return parent.ending.legal // MINUTES, parent.ending.latest // MINUTES
        return parent.ending.legal, parent.ending.latest

    def _anchor(self, pattern: Pattern, trigger: int) -> int:
        certain = [i for i, is_it in self.view.find(pattern, "before", trigger) if is_it]
        return certain[-1] if certain else -1

    def _printed(self, clause: Clause, trigger: int, found: Reckoning) -> tuple[int, int] | None:
        key = clause.start.detail or ""
        event = self.view.events[trigger]
        text = event.details.get(key)
        if text is not None:
            day = parse_date(text)
            found.say("printed", event=event.name, on=event.on.text, day=text)
            return day.lo, day.hi
        found.missing.append(detail_code(clause.trigger_events, key))
        if clause.start.otherwise is None:
            return None
        length = clause.start.otherwise
        if length.number:
            found.floor = event.on.lo - 1
        else:
            found.is_endless = True
        found.say("no_printed_date", event=event.name, on=event.on.text, length=length)
        return self._plus(clause, event.on.lo, length), self._plus(clause, event.on.hi, length)

    def _served(self, clause: Clause, anchor: int, found: Reckoning) -> tuple[int, int] | None:
        event = self.view.events[anchor]
        counting = self.law.countings.get(clause.counting)
        for name in counting.deemed if counting else ():
            deemed = self.law.deemed[name]
            if self.view.matches(deemed.pattern, anchor) is not True:
                continue
            if (deemed.start or 0) <= event.on.lo and event.on.hi <= (deemed.end or event.on.hi):
                found.say("deemed", rule=name, on=event.on.text, days=deemed.days, day=event.on.lo + deemed.days)
                return event.on.lo + deemed.days, event.on.hi + deemed.days
        return event.on.lo, event.on.hi

    def _choose(self, clause: Clause, trigger: int, found: Reckoning) -> Iterator[Term]:
        """Yield the alternative that applies, with those before it that may apply."""
        for term in clause.terms:
            applies = holds(term.when, self.view, trigger)
            if applies is None:
                found.missing.extend(unknowns(term.when, self.view, trigger))
            if applies is not False:
                yield term
            if applies:
                return

    def _ends(self, clause: Clause, trigger: int, found: Reckoning) -> None:
        options = [span for term in found.terms for span in self._raw(clause, term, trigger, found)]
        if options:
            self._finish(clause, [raw for span in options for raw in span], found)

    def _raw(self, clause: Clause, term: Term, trigger: int, found: Reckoning) -> Iterator[tuple[int, int]]:
        if term.source is not None:
            found.say("number_from", source=term.source)
        if term.until_day is not None:
            found.say("fixed_day", day=term.until_day)
            yield term.until_day, term.until_day
        elif term.until_detail is not None:
            yield from self._until(clause, term, trigger, found)
        elif term.least is not None and term.most is not None and found.start is not None:
            found.say("length", least=term.least, most=term.most, start=found.start[0], backward=_is_backward(clause))
            if term.least != term.most:
                found.missing.append(f"parameter:{term.parameter}")
            least, most = (term.most, term.least) if _is_backward(clause) else (term.least, term.most)
            lo = self._add(clause, trigger, found.start[0], least, last=False)
            yield lo, self._add(clause, trigger, found.start[1], most, last=True)

    def _until(self, clause: Clause, term: Term, trigger: int, found: Reckoning) -> Iterator[tuple[int, int]]:
        event = self.view.events[trigger]
        text = event.details.get(term.until_detail or "")
        if text is not None:
            day = parse_date(text)
            found.say("printed", event=event.name, on=event.on.text, day=text)
            yield self._thawed(clause, event.on.lo, day.lo), self._thawed(clause, event.on.lo, day.hi)
            return
        found.missing.append(detail_code(clause.trigger_events, term.until_detail or ""))
        if term.least is not None and found.start is not None:
            found.floor = event.on.lo - 1
            found.say("no_printed_date", event=event.name, on=event.on.text, length=term.least)
            lo = self._add(clause, trigger, found.start[0], term.least, last=False)
            yield lo, self._add(clause, trigger, found.start[1], term.least, last=True)

    def _add(self, clause: Clause, trigger: int, start: int, length: Length, *, last: bool) -> int:
        if length.unit == "hours":
            event = self.view.events[trigger]
            minute = event.time if event.time is not None and event.on.is_exact else (DAY_SPAN if last else 0)
            if isinstance(clause.trigger, After) or clause.start.event is not None:
                minute = DAY_SPAN if last else 0
            return add_hours(start, minute, length.number, self.law.zone)
        return self._plus(clause, start, length, is_backward=_is_backward(clause))

    def _plus(self, clause: Clause, start: int, length: Length, *, is_backward: bool = False) -> int:
        counting, calendar = self.law.countings[clause.counting], self.calendar(clause)
        freezes = [self.law.freezes[name] for name in clause.freezes]
        return add_length(start, length, counting, calendar, backward=is_backward, freezes=freezes)

    def _extend(
        self, clause: Clause, extension: Extension, trigger: int, parent: Duty | None, found: Reckoning
    ) -> None:
        """Count original term and extension as one term from the original start."""
        if parent is None or parent.start is None or parent.ending is None:
            return
        base = parent.clause.base
        event = self.view.events[trigger]
        longest = self._longer(clause, parent, base, extension.most)
        found.say("extended", on=event.on.text, rule=extension.rule, start=parent.start[0], most=extension.most)
        if (until := event.details.get("until")) is not None:
            day = parse_date(until)
            raws = [min(day.lo, longest[0]), min(day.hi, longest[1])]
        elif (given := _given_length(event.details)) is not None:
            lo, hi = self._longer(clause, parent, base, given)
            raws = [min(lo, longest[0]), min(hi, longest[1])]
        else:
            found.missing.append(detail_code(clause.trigger_events, "months"))
            raws = [parent.ending.raw, longest[1]]
        self._finish(clause, raws, found)

    def _thawed(self, clause: Clause, start: int, end: int) -> int:
        """Return a printed end moved by the freezes that reach this clause."""
        for name in clause.freezes:
            end = thaw(start, end, self.law.freezes[name])
        return end

    def _longer(self, clause: Clause, parent: Duty, base: Length | None, extra: Length) -> tuple[int, int]:
        """Return original term and `extra` as one; what was itself an extension goes on from its raw end."""
        lo, hi = parent.start or (0, 0)
        if base is None:
            longer = self._plus(clause, parent.ending.raw if parent.ending else lo, extra)
            return longer, longer
        if base.unit == extra.unit:
            whole = Length(base.number + extra.number, base.unit)
            return self._plus(clause, lo, whole), self._plus(clause, hi, whole)
        first = self._plus(clause, lo, base), self._plus(clause, hi, base)
        return self._plus(clause, first[0], extra), self._plus(clause, first[1], extra)

    def _finish(self, clause: Clause, raws: Sequence[int], found: Reckoning) -> None:
        is_hours = any(term.least is not None and term.least.unit == "hours" for term in found.terms)
        if min(raws) < EARLY * (MINUTES if is_hours else 1):  # since when, nobody knows: no earliest end to warn of
            found.missing.extend(f"date:{name}" for name in clause.trigger_events)
            return
        if is_hours:
            found.ending = Ending(min(raws), min(raws), min(raws), max(raws), is_hours=True)
            found.say("hours_end", end=min(raws))
            return
        start = found.start[0] if found.start else min(raws)
        moved = [self._suspended(clause, start, raw, found) for raw in raws]
        self._say_frozen(clause, start, max(raws), found)
        roll, calendar = self.law.roll(clause), self.calendar(clause)
        low, high = round_ends(min(moved), roll, calendar), round_ends(max(moved), roll, calendar)
        found.ending = Ending(low.raw, low.legal, low.safe, high.legal)
        self._say_end(found, low.raw, low.legal, low.safe, calendar)

    def _say_frozen(self, clause: Clause, start: int, raw: int, found: Reckoning) -> None:
        for freeze in (self.law.freezes[name] for name in clause.freezes):
            if start <= freeze.end and raw >= freeze.start:
                found.say("frozen", name=freeze.name, start=freeze.start, end=freeze.end)

    def _suspended(self, clause: Clause, start: int, raw: int, found: Reckoning) -> int:
        for index in self.view.named({name for p in clause.suspended_by for name in p.events}):
            event = self.view.events[index]
            is_one = any(self.view.matches(pattern, index) for pattern in clause.suspended_by)
            if not is_one or event.on.lo < start or event.on.lo > raw:
                continue
            until = event.details.get("until")
            back = parse_date(until).lo if until else self.view.on
            found.is_suspended = found.is_suspended or back >= self.view.on
            raw += max(back - event.on.lo, 0)
            found.say("suspended", on=event.on.text, until=until)
        return raw

    def _say_end(self, found: Reckoning, raw: int, legal: int, safe: int, calendar: Calendar) -> None:
        found.say("raw_end", day=raw)
        if legal != raw:
            found.say("rolled", day=raw, name=calendar.name(raw), to=legal)
        if safe != raw:
            found.say("safe", day=safe)


def _is_backward(clause: Clause) -> bool:
    return clause.kind == "deadline_backward"


def _given_length(details: object) -> Length | None:
    if not isinstance(details, dict):
        return None
    for unit in ("months", "days"):
        if unit in details:
            return Length(int(details[unit]), "months" if unit == "months" else "days")
    return None
