"""What the law gives in one case: the reader that explains.

`assess` is a pure function of timeline, packs and day. It never reads the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from asylon.law.acts import Act, doubts_about, find_acts, first_certain, moments
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
from asylon.law.view import View, both


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
                    if parent.standing in clause.trigger.standings:
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
        too_early = interval.start is not None and compare_before(span, (interval.start, interval.start))
        too_late = interval.end is not None and compare_before((interval.end, interval.end), span)
        if too_early or too_late:
            return False
        return None if too_early is None or too_late is None else True

    def _regime_span(self, by: str, trigger: int) -> tuple[int, int]:
        if by == "trigger":
            return self._span(trigger)
        if by == "subject":
            subject = self.view.subject(trigger)
            return (FIRST, self._span(trigger)[1]) if subject == UNRESOLVED else self._span(subject)
        if by == "view":
            return self.view.on, self.view.on
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
        acts = find_acts(self.view, clause.satisfied_by, trigger)
        ends = find_acts(self.view, clause.cancelled_by, trigger)
        standing = self._standing(clause, trigger, reckoning, missing, acts, ends)
        shows = standing in ("met", "met_late") or (standing == "missed" and clause.kind == "earliest")
        met = first_certain(acts) if shows else None
        met_by = met.index if met else None
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
            days=self._days(reckoning, standing, met_by, ends),
            missing=tuple(dict.fromkeys(missing)) if standing == "undetermined" else (),
            steps=(Step("trigger", {"event": event.name, "on": event.on.text}), *reckoning.steps),
            applies=applies,
        )

    def _standing(
        self,
        clause: Clause,
        trigger: int,
        reckoning: Reckoning,
        missing: list[str],
        acts: Sequence[Act],
        ends: Sequence[Act],
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
        met = moments(self.view, acts, trigger, is_hours=is_hours)
        cancelled = moments(self.view, ends, trigger, is_hours=is_hours)
        standing = stand_over(clause.kind, met, cancelled, limits, on)
        if standing == "undetermined":
            missing.extend(self._unsettled(clause, trigger, reckoning, acts, ends))
        return self._refined(standing, reckoning, clause.kind)

    def _refined(self, standing: Standing, reckoning: Reckoning, kind: str) -> Standing:
        if standing not in ("running", "missed"):
            return standing
        if reckoning.is_suspended:
            return "suspended"
        is_ahead = reckoning.start is not None and reckoning.start[0] > self.view.on
        return "not_started" if is_ahead and kind != "deadline_backward" else standing

    def _unsettled(
        self, clause: Clause, trigger: int, reckoning: Reckoning, acts: Sequence[Act], ends: Sequence[Act]
    ) -> Iterator[str]:
        yield from reckoning.missing
        yield from doubts_about(acts, clause.satisfied_by)
        yield from doubts_about(ends, clause.cancelled_by)
        for index in (*(act.index for act in (*acts, *ends)), trigger):
            if not self.view.events[index].on.is_exact:
                yield f"date:{self.view.events[index].name}"
        if reckoning.ending is not None and reckoning.ending.is_hours:
            yield f"time:{'|'.join(clause.trigger_events)}"

    def _days(self, reckoning: Reckoning, standing: Standing, met_by: int | None, ends: Sequence[Act]) -> int | None:
        """Return days left; for what was done or missed, up to the act or the end of the matter."""
        if reckoning.ending is None or standing == "cancelled":
            return None
        last = self.view.on
        over = first_certain(ends)
        if met_by is not None:
            last = self.view.events[met_by].on.hi
        elif standing == "missed" and over is not None:
            last = self.view.events[over.index].on.hi
        return reckoning.ending.legal_day - last

    def _right(self, clause: Clause) -> Iterator[Right]:
        for trigger, fires, _ in self._repeated(clause, list(self._triggers(clause))):
            applies, missing = self._applies(clause, trigger, fires)
            ended = find_acts(self.view, clause.cancelled_by, trigger)
            if applies is False or first_certain(ended):
                continue
            codes = [*missing, *(["event:ended"] if ended else [])]
            event = self.view.events[trigger]
            yield Right(clause, event.name, event.on.text, tuple(dict.fromkeys(codes)))
