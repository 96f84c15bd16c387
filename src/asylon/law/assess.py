"""What the law gives in one case: the reader that explains.

`assess` is a pure function of timeline, packs and day. It never reads the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from asylon.law.bodies import body_states, is_offered
from asylon.law.conditions import holds, unknowns
from asylon.law.days import FIRST, LAST, compare_before
from asylon.law.disputes import settle
from asylon.law.duty import Assessment, Duty, Right, Standing, Step
from asylon.law.links import UNRESOLVED
from asylon.law.notes import case_notes
from asylon.law.packload import Packs
from asylon.law.packs import After, Clause, Extension, InForce, Law, Pattern, Regime
from asylon.law.reckon import Reckoner, Reckoning
from asylon.law.standing import stand_over
from asylon.law.terms import MINUTES
from asylon.law.timeline import Timeline
from asylon.law.view import View, both, event_code

LAPSED = ("missed", "met_late")


def assess(timeline: Timeline, packs: Packs, *, on: date) -> Assessment:
    """Return every duty, right and international body in `timeline` as seen on day `on`.

    Raises PackError when the law of the country cannot be loaded and ConflictError when two of
    its rules disagree.
    """
    law = packs.law(timeline.jurisdiction)
    view = View(timeline, on.toordinal(), packs.vocabulary)
    reader = _CaseReader(view, law)
    duties = settle(reader.duties(), view)
    notes = tuple(case_notes(view, law, duties))
    bodies = tuple(body_states(view, law))
    return Assessment(timeline.case, timeline.jurisdiction, on, duties, tuple(reader.rights()), bodies, notes)


def assess_duties(timeline: Timeline, packs: Packs, *, on: date) -> tuple[Duty, ...]:
    """Return only the duties of `assess`, without rights and international bodies."""
    view = View(timeline, on.toordinal(), packs.vocabulary)
    return settle(_CaseReader(view, packs.law(timeline.jurisdiction)).duties(), view)


def assess_rights(timeline: Timeline, packs: Packs, *, on: date) -> tuple[Right, ...]:
    """Return only the rights of `assess`."""
    view = View(timeline, on.toordinal(), packs.vocabulary)
    return tuple(_CaseReader(view, packs.law(timeline.jurisdiction)).rights())


class _CaseReader:
    """Reads every clause of a law against one view."""

    def __init__(self, view: View, law: Law) -> None:
        self.view = view
        self.law = law
        self.reckoner = Reckoner(view, law)
        self.found: dict[tuple[str, str | None], list[Duty]] = {}

    def duties(self) -> tuple[Duty, ...]:
        for clause in self.law.clauses:
            if clause.kind != "right" and self._may_start(clause):
                for duty in self._clause(clause):
                    self.found.setdefault(clause.key, []).append(duty)
        return tuple(duty for duties in self.found.values() for duty in duties)

    def rights(self) -> Iterator[Right]:
        for clause in self.law.clauses:
            if clause.kind == "right" and self._may_start(clause):
                yield from self._right(clause)

    def _may_start(self, clause: Clause) -> bool:
        """Tell whether anything in the case could trigger `clause`: the quick look before the exact one."""
        if clause.pattern is not None:
            return self.view.has_any(clause.pattern.events)
        return clause.parent in self.found

    def _clause(self, clause: Clause) -> Iterator[Duty]:
        for trigger, fires, parent in self._repeated(clause, list(self._triggers(clause))):
            applies, missing = self._applies(clause, trigger, fires)
            if applies is False:
                continue
            reckoning = self.reckoner.reckon(clause, trigger, parent)
            if reckoning is not None:
                yield self._duty(clause, trigger, reckoning, list(missing))

    def _triggers(self, clause: Clause) -> Iterator[tuple[int, bool | None, Duty | None]]:
        match clause.trigger:
            case Pattern():
                for index in self.view.named(clause.trigger.events):
                    fires = self.view.matches(clause.trigger, index)
                    if fires is not False:
                        yield index, fires, None
            case After():
                for parent in self.found.get((clause.trigger.rule, clause.trigger.step), ()):
                    wanted = LAPSED if clause.trigger.when == "lapsed" else ("met", "met_late")
                    if parent.standing in wanted:
                        yield parent.trigger, True, parent
            case Extension():
                for index in self.view.named(clause.trigger.pattern.events):
                    extended = self._extended(clause.trigger, index)
                    fires = self.view.matches(clause.trigger.pattern, index)
                    if extended is not None and fires is not False:
                        yield index, fires, extended

    def _extended(self, extension: Extension, index: int) -> Duty | None:
        """Return the duty that the event lengthens; None when it was not, or no longer, running."""
        earlier = [d for d in self.found.get((extension.rule, extension.step), ()) if d.trigger < index]
        last = max(earlier, key=lambda duty: duty.trigger, default=None)
        has_lapsed = (
            last is not None and last.ending is not None and last.ending.last_day < self.view.events[index].on.lo
        )
        return None if has_lapsed else last

    def _repeated(
        self, clause: Clause, triggers: Sequence[tuple[int, bool | None, Duty | None]]
    ) -> Sequence[tuple[int, bool | None, Duty | None]]:
        if clause.repeat == "first":
            return triggers[:1]
        return triggers[-1:] if clause.repeat == "last" else triggers

    def _applies(self, clause: Clause, trigger: int, fires: bool | None) -> tuple[bool | None, Sequence[str]]:
        missing: list[str] = []
        if fires is None and clause.pattern is not None:
            missing.extend(self.view.unknown_of(clause.pattern, trigger))
        conditions = holds(clause.when, self.view, trigger)
        if conditions is None:
            missing.extend(unknowns(clause.when, self.view, trigger))
        valid = self._in_force(clause.in_force, trigger)
        if valid is None:
            missing.append(f"regime:{clause.in_force.by}")
        offered = is_offered(clause.only_where_open, self.view, self.law, trigger)
        if offered is None:
            missing.append(f"body:{clause.only_where_open}")
        return both(both(both(fires, conditions), valid), offered), missing

    def _in_force(self, interval: InForce, trigger: int) -> bool | None:
        span = self._regime_span(interval.by, trigger)
        if span is None:
            return None
        too_early = interval.start is not None and compare_before(span, (interval.start, interval.start))
        too_late = interval.end is not None and compare_before((interval.end, interval.end), span)
        if too_early or too_late:
            return False
        return None if too_early is None or too_late is None else True

    def _regime_span(self, by: str, trigger: int) -> tuple[int, int] | None:
        if by == "trigger":
            return self._span(trigger)
        if by == "subject":
            subject = self.view.subject(trigger)
            return None if subject == UNRESOLVED else self._span(subject)
        return self._dated_by(self.law.regimes[by], trigger)

    def _span(self, index: int) -> tuple[int, int]:
        on = self.view.events[index].on
        return on.lo, on.hi

    def _dated_by(self, regime: Regime, trigger: int) -> tuple[int, int]:
        """Return the span of the date that chooses the law of this file.

        It is the last such event up to the trigger, else the first after it. Without one, the
        events that presuppose it say that it is no later than they are; failing these it has
        not happened yet and is no earlier than the trigger.
        """
        view = self.view
        if view.matches(regime.date_of, trigger):
            return self._span(trigger)
        earlier = [i for i, is_it in view.find(regime.date_of, "before", trigger) if is_it]
        if earlier:
            return self._span(earlier[-1])
        later = [i for i, is_it in view.find(regime.date_of, "after", trigger) if is_it]
        if later:
            return self._span(later[0])
        presupposing = [i for i in view.named(regime.presupposed_by) if i <= trigger]
        if presupposing:
            return FIRST, view.events[presupposing[0]].on.hi
        return view.events[trigger].on.lo, LAST

    def _duty(self, clause: Clause, trigger: int, reckoning: Reckoning, missing: list[str]) -> Duty:
        event = self.view.events[trigger]
        applies = not missing
        acts = list(self._acts(clause.satisfied_by, trigger))
        ends = list(self._acts(clause.cancelled_by, trigger))
        standing = self._standing(clause, trigger, reckoning, missing, acts, ends)
        met_by = _first_certain(acts) if standing in ("met", "met_late", "missed") else None
        if standing == "missed" and clause.kind != "earliest":
            met_by = None
        return Duty(
            clause=clause,
            trigger=trigger,
            trigger_event=event.name,
            trigger_on=event.on.text,
            start=reckoning.start,
            ending=reckoning.ending,
            standing=standing,
            met_by=met_by,
            met_on=self.view.events[met_by].on.text if met_by is not None else None,
            days=self._days(reckoning, met_by),
            missing=tuple(dict.fromkeys(missing)) if standing == "undetermined" else (),
            steps=(Step("trigger", {"event": event.name, "on": event.on.text}), *reckoning.steps),
            applies=applies,
        )

    def _acts(self, patterns: Sequence[Pattern], trigger: int) -> Iterator[tuple[int, bool | None]]:
        """Yield what satisfies or ends a duty, in order, each certain (True) or possible (None)."""
        found: dict[int, bool | None] = {}
        for pattern in patterns:
            for index, certain in self.view.find(pattern, "after", trigger):
                found[index] = True if certain or found.get(index) else None
        yield from sorted(found.items())

    def _standing(
        self,
        clause: Clause,
        trigger: int,
        reckoning: Reckoning,
        missing: list[str],
        acts: Sequence[tuple[int, bool | None]],
        ends: Sequence[tuple[int, bool | None]],
    ) -> Standing:
        if missing:
            missing.extend(reckoning.missing)
            return "undetermined"
        if reckoning.has_number and reckoning.ending is None:
            missing.extend(reckoning.missing)
            return "undetermined"
        ending = reckoning.ending
        is_hours = ending is not None and ending.is_hours
        on = self.view.on * (MINUTES if is_hours else 1)
        limits: list[int | None] = [None] if ending is None else [ending.legal, ending.latest]
        if reckoning.floor is not None:
            limits.append(reckoning.floor)
        if reckoning.is_endless:
            limits.append(None)
        met = self._possible(acts, is_hours)
        cancelled = self._possible(ends, is_hours)
        standing = stand_over(clause.kind, met, cancelled, limits, on)
        if standing == "undetermined":
            missing.extend(self._unsettled(clause, trigger, reckoning, acts))
        return self._refined(standing, reckoning, clause.kind)

    def _refined(self, standing: Standing, reckoning: Reckoning, kind: str) -> Standing:
        if standing not in ("running", "missed"):
            return standing
        if reckoning.is_suspended:
            return "suspended"
        is_ahead = reckoning.start is not None and reckoning.start[0] > self.view.on
        return "not_started" if is_ahead and kind != "deadline_backward" else standing

    def _possible(self, acts: Sequence[tuple[int, bool | None]], is_hours: bool) -> list[int | None]:
        """Return the extremes of when the first act may have come; None when perhaps never."""
        moments: list[int | None] = []
        for index, certain in acts:
            moments.extend(self._moment(index, is_hours))
            if certain:
                return moments
        return [*moments, None]

    def _moment(self, index: int, is_hours: bool) -> tuple[int, int]:
        event = self.view.events[index]
        if not is_hours:
            return event.on.lo, event.on.hi
        if event.time is not None and event.on.is_exact:
            moment = event.on.lo * MINUTES + event.time
            return moment, moment
        return event.on.lo * MINUTES, event.on.hi * MINUTES + MINUTES - 1

    def _unsettled(
        self, clause: Clause, trigger: int, reckoning: Reckoning, acts: Sequence[tuple[int, bool | None]]
    ) -> Iterator[str]:
        yield from reckoning.missing
        if acts and acts[0][1] is None:
            yield event_code(clause.satisfied_by)
        names = [self.view.events[i].name for i, _ in acts if not self.view.events[i].on.is_exact]
        if not self.view.events[trigger].on.is_exact:
            names.append(self.view.events[trigger].name)
        yield from (f"date:{name}" for name in names)
        if reckoning.ending is not None and reckoning.ending.is_hours:
            yield f"time:{'|'.join(clause.trigger_events)}"

    def _days(self, reckoning: Reckoning, met_by: int | None) -> int | None:
        if reckoning.ending is None:
            return None
        end = reckoning.ending.legal // (MINUTES if reckoning.ending.is_hours else 1)
        return end - (self.view.events[met_by].on.hi if met_by is not None else self.view.on)

    def _right(self, clause: Clause) -> Iterator[Right]:
        for trigger, fires, _ in self._repeated(clause, list(self._triggers(clause))):
            applies, missing = self._applies(clause, trigger, fires)
            ended = [certain for _, certain in self._acts(clause.cancelled_by, trigger)]
            if applies is False or True in ended:
                continue
            codes = [*missing, *(["event:ended"] if ended else [])]
            event = self.view.events[trigger]
            yield Right(clause, event.name, event.on.text, tuple(dict.fromkeys(codes)))


def _first_certain(acts: Sequence[tuple[int, bool | None]]) -> int | None:
    return next((index for index, certain in acts if certain), None)
