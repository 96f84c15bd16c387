"""Every clause of a law over columns of cases: the reader for very many, twin of `assess`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from asylon.law.acts import when_code
from asylon.law.columns import Bools, Columns, Ints, always, everyone, kept, never, rows_of, same_for_all
from asylon.law.duty import Standing
from asylon.law.links import UNRESOLVED
from asylon.law.matching import FALSE, NOWHERE, TRUE, UNKNOWN, Gaps, Matcher, Missing, Truth, is_nowhere
from asylon.law.packs import After, Clause, Extension, InForce, Law, Pattern, Regime
from asylon.law.reckon_many import FAR, ColumnReckoner, Parents, Reckoned, no_ends
from asylon.law.terms import MINUTES
from asylon.law.view import event_code

STANDINGS: tuple[Standing, ...] = (
    "met",
    "met_late",
    "missed",
    "running",
    "not_started",
    "suspended",
    "cancelled",
    "undetermined",
)
CODE: Mapping[str, int] = {name: code for code, name in enumerate(STANDINGS)}
Codes = npt.NDArray[np.int8]


@dataclass(slots=True)
class Found:
    """The duties of one clause, aligned: trigger, ends, standing, the act that met it.

    `over_by` is the event that ended the matter; `displaced_by` the place of the rule that takes
    precedence among the sorted rules of the law, -1 where none does.
    """

    clause: Clause
    trigger: Ints
    certain: Bools
    reckoned: Reckoned
    standing: Codes
    met_by: Ints
    missing: Missing
    displaced_by: Ints
    over_by: Ints

    @property
    def last_day(self) -> Ints:
        """Return the last day on which each term may still be running; FAR without an end."""
        r = self.reckoned
        return np.where(r.has_end, r.latest // (MINUTES if r.is_hours else 1), FAR)

    def days(self, day: Ints, on: int) -> tuple[Ints, Bools]:
        """Return days left, and where there are any: up to the act or the end of the matter."""
        r = self.reckoned
        last = np.where(self.met_by != NOWHERE, day[self.met_by], on)
        if self.over_by.ndim:
            is_over = (self.standing == CODE["missed"]) & (self.met_by == NOWHERE) & (self.over_by != NOWHERE)
            last = np.where(is_over, day[self.over_by], last)
        legal = r.legal // MINUTES if r.is_hours else r.legal
        return legal - last, r.has_end & (self.standing != CODE["cancelled"])


@dataclass(frozen=True, slots=True)
class Acts:
    """The first certain act as moments (FAR if none), and the first act that is at least possible.

    `is_open` is set where a possible one comes before the certain one, `by_then` where the certain one
    only shows that the act was done by then. Arrays without an axis stand for all triggers.
    """

    by: Ints
    sure: tuple[Ints, Ints]
    maybe: tuple[Ints, Ints]
    is_open: Bools
    by_then: Bools


ODD_KINDS = ("earliest", "validity")
NOT_SET = np.array(0, bool)
NOT_EVER = np.array(FAR)
NO_ACTS = Acts(np.array(NOWHERE), (NOT_EVER, NOT_EVER), (NOT_EVER, NOT_EVER), NOT_SET, NOT_SET)


class ColumnReader:
    """Reads clauses over one partition, seen on day `on`."""

    def __init__(
        self, columns: Columns, attributes: Ints, people: Sequence[Mapping[str, Any]], law: Law, on: int
    ) -> None:
        self.columns, self.law, self.on = columns, law, on
        self.matcher = Matcher(columns, attributes, people)
        self.reckoner = ColumnReckoner(self.matcher, law)
        self.found: dict[tuple[str, str | None], list[Found]] = {}
        self._acted: dict[tuple[tuple[Pattern, ...], int, bool], tuple[Ints, Acts]] = {}

    def read(self) -> list[Found]:
        """Return the duties of every clause that gives any."""
        for clause in self.law.clauses:
            if clause.kind == "right":
                continue
            for found in self._clause(clause):
                if len(found.trigger):
                    self.found.setdefault(clause.key, []).append(found)
        return [found for group in self.found.values() for found in group]

    def rights(self) -> Iterator[Found]:
        """Yield the rights that hold or may hold, as duties without an end."""
        for clause in self.law.clauses:
            if clause.kind != "right":
                continue
            for triggers, fires, _ in self._triggers(clause):
                keep = self._repeated(clause, triggers)
                if len(keep):
                    yield self._right(clause, triggers[keep], fires[keep])

    def _right(self, clause: Clause, triggers: Ints, fires: Truth) -> Found:
        applies, gaps = self._applies(clause, triggers, fires)
        ends = self._acts(clause.cancelled_by, triggers, is_hours=False)
        gaps.add("event:ended", ends.is_open)
        keep = np.flatnonzero((applies != FALSE) & (ends.by == NOWHERE))
        size, doubts = len(keep), gaps.cut(keep)
        missing = doubts.combined(np.ones(size, bool))
        standing = np.where(missing.number > 0, CODE["undetermined"], CODE["running"]).astype(np.int8)
        nowhere = np.full(size, NOWHERE)
        reckoned = no_ends(size, doubts)
        sure = applies[keep] == TRUE
        return Found(clause, triggers[keep], sure, reckoned, standing, nowhere, missing, nowhere, nowhere)

    def _clause(self, clause: Clause) -> Iterator[Found]:
        for triggers, fires, parents in self._triggers(clause):
            keep = self._repeated(clause, triggers)
            if len(keep):
                chosen = parents.cut(keep) if parents else None
                yield self._duties(clause, kept(triggers, keep), kept(fires, keep), chosen)

    def _triggers(self, clause: Clause) -> Iterator[tuple[Ints, Truth, Parents | None]]:
        match clause.trigger:
            case Pattern():
                yield (*self.matcher.found(clause.trigger), None)
            case After():
                codes = [CODE[name] for name in clause.trigger.standings]
                for parent in self.found.get((clause.trigger.rule, clause.trigger.step), ()):
                    rows = np.flatnonzero(np.isin(parent.standing, codes))
                    if len(rows):
                        yield parent.trigger[rows], np.full(len(rows), TRUE, np.int8), _parents(parent, rows)
            case Extension():
                yield from self._extended(clause.trigger)

    def _extended(self, extension: Extension) -> Iterator[tuple[Ints, Truth, Parents | None]]:
        """Yield the extensions of each version of the parent, tied to its last duty before them."""
        triggers, answers = self.matcher.found(extension.pattern)
        versions = self.found.get((extension.rule, extension.step), [])
        last = np.full((len(versions), len(triggers)), NOWHERE, np.int64)
        for number, parent in enumerate(versions):
            last[number] = self.latest(parent.trigger, triggers, triggers - 1)
        for number, parent in enumerate(versions):
            mine = last[number]
            triggered = np.where(mine >= 0, parent.trigger[np.maximum(mine, 0)], NOWHERE)
            rivals = [
                np.where(last[i] >= 0, other.trigger[np.maximum(last[i], 0)], NOWHERE)
                for i, other in enumerate(versions)
            ]
            runs = parent.last_day[np.maximum(mine, 0)] >= self.columns.day[triggers]
            rows = np.flatnonzero((mine >= 0) & (triggered == np.max(rivals, axis=0)) & runs)
            if len(rows):
                yield triggers[rows], answers[rows], _parents(parent, mine[rows])

    def latest(self, earlier: Ints, triggers: Ints, bounds: Ints) -> Ints:
        """Return the index of the last of `earlier` at or before each bound in the trigger's case."""
        place = np.searchsorted(earlier, bounds, side="right") - 1
        at = np.maximum(place, 0)
        is_it = (place >= 0) & (self.columns.case[earlier[at]] == self.columns.case[triggers])
        return np.where(is_it, place, NOWHERE)

    def _repeated(self, clause: Clause, triggers: Ints) -> Ints:
        if clause.repeat == "each" or not len(triggers):
            return everyone(len(triggers))
        cases = self.columns.case[triggers]
        is_edge = np.concatenate(([True], cases[1:] != cases[:-1]))
        if clause.repeat == "last":
            is_edge = np.concatenate((cases[1:] != cases[:-1], [True]))
        return np.flatnonzero(is_edge)

    def _duties(self, clause: Clause, triggers: Ints, fires: Truth, parents: Parents | None) -> Found:
        applies, gaps = self._applies(clause, triggers, fires)
        keep = rows_of(applies)
        triggers, applies = kept(triggers, keep), kept(applies, keep)
        reckoned = self.reckoner.reckon(clause, triggers, parents.cut(keep) if parents else None)
        inner = rows_of(reckoned.applies)
        if len(inner) < len(triggers):
            triggers, applies, reckoned = triggers[inner], applies[inner], reckoned.cut(inner)
        doubts = gaps.cut(keep[inner])
        return self._stand(clause, triggers, applies == TRUE, reckoned, doubts)

    def _applies(self, clause: Clause, triggers: Ints, fires: Truth) -> tuple[Truth, Gaps]:
        """Return whether `clause` applies to each trigger; what always holds is not asked."""
        gaps, result = Gaps(len(triggers)), fires
        if clause.pattern is not None and (clause.pattern.where or clause.pattern.concerning):
            self.matcher.gaps(clause.pattern, triggers, fires == UNKNOWN, gaps)
        if clause.when is not None:
            conditions = self.matcher.holds(clause.when, triggers)
            self.matcher.unknowns(clause.when, triggers, conditions == UNKNOWN, gaps)
            result = np.minimum(result, conditions)
        if clause.in_force.start is not None or clause.in_force.end is not None:
            valid = self._in_force(clause.in_force, triggers)
            gaps.add(f"regime:{clause.in_force.by}", valid == UNKNOWN)
            result = np.minimum(result, valid)
        if clause.only_where_open is not None:
            offered = self._offered(clause.only_where_open, triggers)
            gaps.add(f"body:{clause.only_where_open}", offered == UNKNOWN)
            result = np.minimum(result, offered)
        return result, gaps

    def _in_force(self, interval: InForce, triggers: Ints) -> Truth:
        low, high = self._regime_span(interval.by, triggers)
        result = np.full(len(triggers), TRUE, np.int8)
        if interval.start is not None:
            result = np.minimum(
                result, np.where(high < interval.start, FALSE, np.where(low >= interval.start, TRUE, UNKNOWN))
            )
        if interval.end is not None:
            result = np.minimum(
                result, np.where(low > interval.end, FALSE, np.where(high <= interval.end, TRUE, UNKNOWN))
            )
        return result.astype(np.int8)

    def _regime_span(self, by: str, triggers: Ints) -> tuple[Ints, Ints]:
        day = self.columns.day
        if by == "trigger":
            return day[triggers], day[triggers]
        if by == "subject":
            subject = self.columns.subject[triggers]
            at = day[np.maximum(subject, 0)]
            is_known = subject != UNRESOLVED
            return np.where(is_known, at, 0), np.where(is_known, at, day[triggers])
        if by == "view":
            now = np.full(len(triggers), self.on)
            return now, now
        return self._dated_by(self.law.regimes[by], triggers)

    def _dated_by(self, regime: Regime, triggers: Ints) -> tuple[Ints, Ints]:
        day, pattern = self.columns.day, regime.date_of
        before = self.matcher.last_before(pattern, triggers)[0]
        after = self.matcher.first_after(pattern, triggers)[0]
        own = np.where(self.matcher.match(pattern, triggers) == TRUE, triggers, NOWHERE)
        chosen = np.where(own >= 0, own, np.where(before >= 0, before, after))
        names = self.columns.named(regime.presupposed_by)
        place = np.searchsorted(names, self.columns.case_first[triggers])
        first = names[np.minimum(place, len(names) - 1)] if len(names) else np.full(len(triggers), FAR)
        is_later = (place < len(names)) & (first <= triggers)
        low = np.where(chosen >= 0, day[np.maximum(chosen, 0)], np.where(is_later, 0, day[triggers]))
        high_known = day[np.minimum(first, len(day) - 1)] if len(names) else np.zeros(len(triggers), np.int64)
        high = np.where(chosen >= 0, low, np.where(is_later, high_known, FAR))
        return low, high

    def _offered(self, name: str, triggers: Ints) -> Truth:
        body = next((body for body in self.law.bodies if body.body == name), None)
        if body is None or (body.acts_until is None and not body.open):
            return np.full(len(triggers), FALSE, np.int8)
        if body.acts_until is None:
            return np.full(len(triggers), TRUE, np.int8)
        subject = self.columns.subject[triggers]
        is_early = self.columns.day[np.maximum(subject, 0)] <= body.acts_until
        return np.where(subject == UNRESOLVED, UNKNOWN, np.where(is_early, TRUE, FALSE)).astype(np.int8)

    def _stand(self, clause: Clause, triggers: Ints, certain: Bools, reckoned: Reckoned, doubts: Gaps) -> Found:
        acts = self._acts(clause.satisfied_by, triggers, is_hours=reckoned.is_hours)
        ends = self._acts(clause.cancelled_by, triggers, is_hours=reckoned.is_hours)
        standing = self._standing(clause, triggers, reckoned, acts, ends)
        usable = certain & (reckoned.has_end | ~reckoned.has_number)
        if not usable.all():
            standing[~usable] = CODE["undetermined"]
        if reckoned.may_wait and clause.kind != "deadline_backward":
            waits = (standing == CODE["running"]) | (standing == CODE["missed"])
            standing[waits & reckoned.has_start & (reckoned.start > self.on)] = CODE["not_started"]
        met_by = self._met_by(clause, standing, acts, ends, is_sure=bool(usable.all()))
        missing = self._missing(clause, standing, usable, reckoned, (acts, ends), doubts)
        nowhere = same_for_all(len(triggers), NOWHERE)
        return Found(clause, triggers, certain, reckoned, standing, met_by, missing, nowhere, ends.by)

    def _met_by(self, clause: Clause, standing: Codes, acts: Acts, ends: Acts, *, is_sure: bool) -> Ints:
        """Return the act that met each duty, NOWHERE where none did."""
        is_plain = is_sure and ends is NO_ACTS and acts.by.ndim and clause.kind not in ODD_KINDS
        if is_plain and not acts.is_open.any() and not acts.by_then.any():
            return acts.by  # nothing stands between act and standing
        shows = standing <= CODE["met_late"]
        if clause.kind == "earliest":
            shows |= standing == CODE["missed"]
        return np.where(shows, acts.by, NOWHERE)

    def _missing(
        self,
        clause: Clause,
        standing: Codes,
        usable: Bools,
        reckoned: Reckoned,
        found: tuple[Acts, Acts],
        doubts: Gaps,
    ) -> Missing:
        unsettled = standing == CODE["undetermined"]
        if not unsettled.any():
            return Missing(same_for_all(len(standing), 0), [[]])
        gaps = Gaps(len(standing), [*doubts.masks, *reckoned.gaps.masks])
        loose = unsettled & usable
        for acts, patterns in zip(found, (clause.satisfied_by, clause.cancelled_by), strict=True):
            gaps.add(event_code(patterns), loose & acts.is_open)
            gaps.add(when_code(patterns), loose & acts.by_then & (acts.by != NOWHERE))
        if reckoned.is_hours:
            gaps.add(f"time:{'|'.join(clause.trigger_events)}", loose & reckoned.has_end)
        return gaps.combined(unsettled)

    def _acts(self, patterns: Sequence[Pattern], triggers: Ints, *, is_hours: bool) -> Acts:
        key = tuple(patterns), id(triggers), is_hours
        if key not in self._acted:
            self._acted[key] = triggers, self._find_acts(patterns, triggers, is_hours=is_hours)
        return self._acted[key][1]

    def _find_acts(self, patterns: Sequence[Pattern], triggers: Ints, *, is_hours: bool) -> Acts:
        patterns = [pattern for pattern in patterns if self.matcher.occurs(pattern)]
        if not patterns:
            return NO_ACTS
        size = len(triggers)
        sure = maybe = same_for_all(size, FAR)
        late = maybe_late = never(size)
        for pattern in patterns:
            one, other = self.matcher.first_after(pattern, triggers)
            if not is_nowhere(one):
                sure, late = _sooner(sure, late, one, pattern.by_then)
            if not is_nowhere(other):
                maybe, maybe_late = _sooner(maybe, maybe_late, other, pattern.by_then)
        is_open = never(size) if is_nowhere(maybe) else maybe < sure
        moments = self._moments(sure, late, triggers, is_hours=is_hours)
        open_moments = moments
        if is_open.any():
            rows = np.where(is_open, maybe, sure)
            flags = np.where(is_open, maybe_late, late)
            open_moments = self._moments(rows, flags, triggers, is_hours=is_hours)
        return Acts(np.where(sure < FAR, sure, NOWHERE), moments, open_moments, is_open, late)

    def _moments(self, rows: Ints, late: Bools, triggers: Ints, *, is_hours: bool) -> tuple[Ints, Ints]:
        """Return the first and last moment of each act, FAR where there is none."""
        is_there = rows < FAR
        at = np.where(is_there, rows, 0)
        first, last = self._moment(at, is_hours)
        last = np.where(is_there, last, FAR)
        if not is_hours and not late.any():
            return last, last
        if late.any():
            first = np.where(late, self._moment(triggers, is_hours)[0], first)
        return np.where(is_there, first, FAR), last

    def _moment(self, rows: Ints, is_hours: bool) -> tuple[Ints, Ints]:
        day = self.columns.day[rows]
        if not is_hours:
            return day, day
        time, start = self.columns.time[rows], day * MINUTES
        return start + np.where(time >= 0, time, 0), start + np.where(time >= 0, time, MINUTES - 1)

    def _standing(self, clause: Clause, triggers: Ints, reckoned: Reckoned, acts: Acts, ends: Acts) -> Codes:
        on = self.on * (MINUTES if reckoned.is_hours else 1)
        limits = self._limits(triggers, reckoned)
        result: Codes | None = None
        for met, cancelled, end in product(_extremes(acts), _extremes(ends), limits):
            one = stand_all(clause.kind, met, cancelled, end, on)
            result = one if result is None else np.where(result == one, one, CODE["undetermined"]).astype(np.int8)
        assert result is not None
        return result

    def _limits(self, triggers: Ints, reckoned: Reckoned) -> list[Ints]:
        """Return the ends to try: the legal one, and those that unknown facts leave possible."""
        is_whole = reckoned.has_end.all()
        limits = [reckoned.legal if is_whole else np.where(reckoned.has_end, reckoned.legal, FAR)]
        if reckoned.latest is not reckoned.legal:
            limits.append(reckoned.latest if is_whole else np.where(reckoned.has_end, reckoned.latest, FAR))
        if reckoned.guessed.any():
            limits.append(np.where(reckoned.guessed, self.columns.day[triggers] - 1, limits[0]))
        if reckoned.endless.any():
            limits.append(np.where(reckoned.endless, FAR, limits[0]))
        return limits


def _extremes(acts: Acts) -> list[Ints]:
    """Return the moments to try, each array once."""
    return list({id(moment): moment for moment in (*acts.sure, *acts.maybe)}.values())


def _sooner(rows: Ints, late: Bools, found: Ints, by_then: bool) -> tuple[Ints, Bools]:
    """Return the sooner of two acts in each row; of the same event the direct reading wins."""
    reached = np.where(found >= 0, found, FAR)
    if is_nowhere(rows):  # the first act looked for
        return reached, always(len(found)) if by_then else never(len(found))
    flag = np.where(reached < rows, by_then, np.where(reached == rows, late & by_then, late))
    return np.minimum(rows, reached), flag


def stand_all(kind: str, met: Ints, cancelled: Ints, end: Ints, on: int) -> Codes:
    """Return the standing of each row: `standing.stand`, with FAR for what never happened."""
    is_cancelled = cancelled < FAR
    is_met = (met < FAR) & (met <= cancelled) if cancelled.ndim else met < FAR
    if kind == "earliest":
        waited = np.where(on < end, CODE["running"], CODE["met"])
        ended = np.where(is_cancelled & (cancelled < end), CODE["cancelled"], waited)
        return np.where(is_met, np.where((end < FAR) & (met < end), CODE["missed"], CODE["met"]), ended).astype(np.int8)
    if kind == "validity":
        runs = np.where(on <= end, CODE["running"], CODE["met"])
        return np.where(is_cancelled & (cancelled <= end), CODE["cancelled"], runs).astype(np.int8)
    late = (met > end).view(np.int8)  # met and met_late are the codes 0 and 1
    waits = (on <= end).view(np.int8) + np.int8(CODE["missed"])  # running is the code after missed
    if cancelled.ndim:
        waits = np.where(is_cancelled & (cancelled <= end), np.int8(CODE["cancelled"]), waits)
    return np.where(is_met, late, waits)


def _parents(parent: Found, rows: Ints) -> Parents:
    r = parent.reckoned
    return Parents(
        start=r.start[rows],
        start_high=r.start_high[rows],
        has_start=r.has_start[rows],
        raw=r.raw[rows],
        legal=r.legal[rows],
        latest=r.latest[rows],
        has_end=r.has_end[rows],
        is_hours=r.is_hours,
        length=parent.clause.base,
    )
