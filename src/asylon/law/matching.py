"""Patterns and conditions over columns: the three-valued answers of `view` and `conditions`.

An answer is an array of FALSE, UNKNOWN, TRUE, so that "and" is the minimum, "or" the maximum
and "not" the distance from TRUE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from asylon.law.columns import Bools, Columns, Ints, same_for_all
from asylon.law.conditions import MAJORITY_MONTHS
from asylon.law.days import parse_date
from asylon.law.links import UNRESOLVED
from asylon.law.packs import Condition, Every, Not, Pattern, Person, Same, Seen, Some, Test, Trigger, Window
from asylon.law.terms import add_months
from asylon.law.timeline import detail_text
from asylon.law.view import ANY_EVENT, concerns_code, detail_code, event_code, passes

Truth = npt.NDArray[np.int8]
FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)
NOWHERE = -1
PROCEDURES = 64  # more than there are
_OF = {False: FALSE, None: UNKNOWN, True: TRUE}


@dataclass(slots=True)
class Gaps:
    """Which facts are missing in which rows: a mask for each code, in the order of asking."""

    size: int
    masks: list[tuple[str, Bools]] = field(default_factory=list)

    def add(self, code: str, mask: Bools) -> None:
        """Note that `code` is missing where `mask` is set."""
        if mask.any():
            self.masks.append((code, mask))

    def cut(self, rows: Ints) -> Gaps:
        """Return only these rows."""
        if len(rows) == self.size:
            return self
        return Gaps(len(rows), [(code, mask[rows]) for code, mask in self.masks])

    def combined(self, rows: Bools) -> Missing:
        """Return the codes missing in each row where `rows` is set, equal lists kept once."""
        lists: list[list[str]] = [[]]
        number = np.zeros(self.size, np.int64)
        for code, mask in self.masks:
            hit = np.flatnonzero(mask & rows)
            before, place = np.unique(number[hit], return_inverse=True)
            grown = np.empty(len(before), np.int64)
            for position, old in enumerate(before):
                known = lists[old]
                grown[position] = old if code in known else len(lists)
                if code not in known:
                    lists.append([*known, code])
            number[hit] = grown[place]
        return Missing(number, lists)


@dataclass(frozen=True, slots=True)
class Missing:
    """For each row the place of its list of missing codes in `lists`."""

    number: Ints
    lists: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Events sorted by group and place; `keys` hold both in one number."""

    rows: Ints
    groups: Ints
    keys: Ints
    scale: int


@dataclass(frozen=True, slots=True)
class _Ready:
    """The events of a pattern by how sure they are and by what ties them to a trigger; None if none."""

    sure: _Sorted | None
    maybe: _Sorted | None
    loose: _Sorted | None
    every: _Sorted | None
    tied: _Sorted | None
    tied_maybe: _Sorted | None


def _sorted(rows: Ints, groups: Ints, which: Bools, scale: int) -> _Sorted | None:
    rows, groups = rows[which], groups[which]
    if not len(rows):
        return None
    keys = groups * scale + rows
    if (keys[1:] < keys[:-1]).any():
        order = np.argsort(keys, kind="stable")
        keys, rows, groups = keys[order], rows[order], groups[order]
    return _Sorted(rows, groups, keys, scale)


def _nearest(events: _Sorted | None, wanted: Ints, bounds: Ints, after: bool) -> Ints:
    """Return for each wanted group its nearest row at or beyond the bound, NOWHERE if none."""
    if events is None or not len(wanted):
        return same_for_all(len(wanted), NOWHERE)
    asked = wanted * events.scale + bounds
    place = np.searchsorted(events.keys, asked)
    if not after:
        at = np.minimum(place, len(events.keys) - 1)
        place = np.where(events.keys[at] == asked, at, place - 1)
    at = np.clip(place, 0, len(events.keys) - 1)
    is_it = (place == at) & (events.groups[at] == wanted) & (wanted >= 0)
    return np.where(is_it, events.rows[at], NOWHERE)


def is_nowhere(found: Ints) -> bool:
    """Tell quickly whether a search found nothing because there was nothing to find."""
    return not found.flags.writeable


class Matcher:
    """Answers patterns and conditions for arrays of positions."""

    def __init__(self, columns: Columns, attributes: Ints, people: Sequence[Mapping[str, Any]]) -> None:
        self.columns = columns
        self.attributes = attributes
        self.people = people
        self._found: dict[Pattern, tuple[Ints, Truth]] = {}
        self._readied: dict[Pattern, _Ready] = {}
        self._after: dict[tuple[Pattern, int], tuple[Ints, Ints, Ints]] = {}

    def match(self, pattern: Pattern, rows: Ints) -> Truth:
        """Tell for each position in `rows` whether it is an event that `pattern` means."""
        columns = self.columns
        result = np.full(len(rows), TRUE, np.int8)
        if ANY_EVENT not in pattern.events:
            wanted = np.array([name in pattern.events for name in columns.names])
            result[~wanted[columns.name[rows]]] = FALSE
        for test in pattern.where:
            result = np.minimum(result, self._test(test, rows))
        if pattern.concerning is not None and len(rows):
            result = np.minimum(result, self._concerns(pattern.concerning, rows))
        return result

    def _test(self, test: Test, rows: Ints) -> Truth:
        columns = self.columns
        if test.key == "procedure":
            codes, values = columns.procedure[rows], columns.procedure_names
        else:
            by_detail, values = columns.values(test.key)
            codes = by_detail[columns.detail[rows]]
        table = np.array([_OF[passes(test, value)] for value in (*values, None)], np.int8)
        return table[codes]  # -1, "not given", is the last entry

    def _concerns(self, pattern: Pattern, rows: Ints) -> Truth:
        link = self.columns.link[rows]
        inner = self.match(pattern, np.maximum(link, 0))
        return np.where(link >= 0, inner, np.where(link == UNRESOLVED, UNKNOWN, FALSE)).astype(np.int8)

    def gaps(self, pattern: Pattern, rows: Ints, where: Bools, gaps: Gaps) -> None:
        """Note what keeps `match` from an answer in the rows where `where` is set."""
        for test in pattern.where:
            gaps.add(detail_code(pattern.events, test.key), where & (self._test(test, rows) == UNKNOWN))
        if pattern.concerning is not None and len(rows):
            link = self.columns.link[rows]
            gaps.add(concerns_code(pattern.events), where & (link == UNRESOLVED))
            self.gaps(pattern.concerning, np.maximum(link, 0), where & (link >= 0), gaps)

    def found(self, pattern: Pattern) -> tuple[Ints, Truth]:
        """Return the positions that do or may match `pattern`, ascending, with the answers."""
        if pattern not in self._found:
            rows = self.columns.named(pattern.events)
            answers = self.match(pattern, rows)
            keep = answers != FALSE
            self._found[pattern] = rows[keep], answers[keep]
        return self._found[pattern]

    def occurs(self, pattern: Pattern) -> bool:
        """Tell whether any event does or may match `pattern`."""
        return len(self.found(pattern)[0]) > 0

    def thresholds(self, pattern: Pattern, triggers: Ints, *, after: bool) -> Ints:
        """Return the first (last) position that counts as after (before) each trigger.

        By day; events of the trigger's own kind are ordered by place, so that each of several
        on one day has its own successor.
        """
        columns = self.columns
        same_day = columns.day_first if after else columns.day_last
        own = np.array([name in pattern.events for name in columns.names])
        if not own.any():
            return same_day[triggers]
        return np.where(own[columns.name[triggers]], triggers + (1 if after else -1), same_day[triggers])

    def first_after(self, pattern: Pattern, triggers: Ints) -> tuple[Ints, Ints]:
        """Return the first certain and the first possible event of `pattern` after each trigger.

        Kept for the array of triggers (which is held, so that no other gets its identity): many
        rules ask for the same act after the same events.
        """
        key = pattern, id(triggers)
        if key not in self._after:
            bounds = self.thresholds(pattern, triggers, after=True)
            self._after[key] = triggers, *self._search(pattern, triggers, bounds, after=True)
        return self._after[key][1:]

    def last_before(self, pattern: Pattern, triggers: Ints) -> tuple[Ints, Ints]:
        """Return the last certain and the last possible event of `pattern` before each trigger."""
        bounds = self.thresholds(pattern, triggers, after=False)
        return self._search(pattern, triggers, bounds, after=False)

    def _search(self, pattern: Pattern, triggers: Ints, bounds: Ints, *, after: bool) -> tuple[Ints, Ints]:
        ready = self._ready(pattern)
        if pattern.same is None:
            return self._beside(ready.sure, triggers, bounds, after), self._beside(ready.maybe, triggers, bounds, after)
        mine, known = self._groups(pattern.same, triggers)
        wanted = np.where(known, mine, NOWHERE)
        sure = _nearest(ready.sure, wanted, bounds, after)
        maybe = _nearest(ready.maybe, wanted, bounds, after)
        cases = self.columns.case[triggers]
        if pattern.same == "subject":
            sure = _nearer(sure, _nearest(ready.tied, triggers, bounds, after), after)
            maybe = _nearer(maybe, _nearest(ready.tied_maybe, triggers, bounds, after), after)
        maybe = _nearer(maybe, _nearest(ready.loose, cases, bounds, after), after)
        if not known.all():
            adrift = np.where(known, NOWHERE, cases)
            maybe = _nearer(maybe, _nearest(ready.every, adrift, bounds, after), after)
        return sure, maybe

    def _beside(self, events: _Sorted | None, triggers: Ints, bounds: Ints, after: bool) -> Ints:
        """Return the nearest event of the trigger's own case at or beyond the bound, NOWHERE if none."""
        if events is None or not len(triggers):
            return same_for_all(len(triggers), NOWHERE)
        place = np.searchsorted(events.rows, bounds, side="left" if after else "right")
        edge = self.columns.size  # past the last row, in no case
        rows = np.concatenate((events.rows, [edge])) if after else np.concatenate(([edge], events.rows))
        found = rows[place]
        return np.where(self.columns.case_or_none[found] == self.columns.case[triggers], found, NOWHERE)

    def _ready(self, pattern: Pattern) -> _Ready:
        """Return the events of `pattern` sorted for searching, made once and kept."""
        if pattern not in self._readied:
            self._readied[pattern] = self._sort(pattern) if pattern.same else self._split(pattern)
        return self._readied[pattern]

    def _split(self, pattern: Pattern) -> _Ready:
        """Return the events of a pattern that counts within its case: they are in order already."""
        rows, answers = self.found(pattern)
        parts = [rows[answers == TRUE], rows[answers != TRUE]]
        sure, maybe = (_Sorted(part, part, part, 1) if len(part) else None for part in parts)
        return _Ready(sure, maybe, None, None, None, None)

    def _sort(self, pattern: Pattern) -> _Ready:
        rows, answers = self.found(pattern)
        groups, known = self._groups(pattern.same, rows)
        cases, links, scale = self.columns.case[rows], self.columns.link[rows], self.columns.size + 1
        is_sure, is_tied = answers == TRUE, links >= 0
        return _Ready(
            sure=_sorted(rows, groups, is_sure & known, scale),
            maybe=_sorted(rows, groups, ~is_sure & known, scale),
            loose=_sorted(rows, cases, ~known, scale),
            every=_sorted(rows, cases, np.ones(len(rows), bool), scale),
            tied=_sorted(rows, links, is_sure & is_tied, scale),
            tied_maybe=_sorted(rows, links, ~is_sure & is_tied, scale),
        )

    def _groups(self, same: Same | None, rows: Ints) -> tuple[Ints, Bools]:
        """Return the group within which an event counts, and where it is known."""
        columns = self.columns
        if same == "procedure":
            procedure = columns.procedure[rows]
            return columns.case[rows] * PROCEDURES + procedure, procedure >= 0
        return columns.subject[rows], columns.subject[rows] >= 0

    def holds(self, condition: Condition | None, triggers: Ints) -> Truth:
        """Tell for each trigger whether `condition` holds."""
        match condition:
            case None:
                return np.full(len(triggers), TRUE, np.int8)
            case Person():
                return self._person(condition, triggers)
            case Trigger(pattern):
                return self.match(pattern, triggers)
            case Seen():
                return self._seen(condition, triggers)
            case Not(inner):
                return (TRUE - self.holds(inner, triggers)).astype(np.int8)
            case Every(parts):
                return _join(np.minimum, (self.holds(part, triggers) for part in parts))
            case Some(parts):
                return _join(np.maximum, (self.holds(part, triggers) for part in parts))

    def unknowns(self, condition: Condition | None, triggers: Ints, where: Bools, gaps: Gaps) -> None:
        """Note what keeps `holds` from an answer in the rows where `where` is set."""
        match condition:
            case None:
                return
            case Every(parts) | Some(parts):
                for part in parts:
                    self.unknowns(part, triggers, where, gaps)
            case Not(inner):
                self.unknowns(inner, triggers, where, gaps)
            case _:
                open_here = where & (self.holds(condition, triggers) == UNKNOWN)
                if isinstance(condition, Person):
                    gaps.add(f"person:{condition.attribute}", open_here)
                elif isinstance(condition, Trigger):
                    self.gaps(condition.pattern, triggers, open_here, gaps)
                elif isinstance(condition, Seen):
                    gaps.add(event_code([condition.pattern]), open_here)

    def _person(self, condition: Person, triggers: Ints) -> Truth:
        said = np.array([_said(person, condition) for person in self.people], np.int8)
        code = self.attributes[self.columns.case[triggers]]
        result: Truth = said[code] if len(said) else np.empty(0, np.int8)
        if condition.attribute == "unaccompanied_minor":
            majority = np.array([_majority(person) for person in self.people], np.int64)[code]
            grown = TRUE if "false" in condition.values else FALSE
            result = np.where((result == UNKNOWN) & (self.columns.day[triggers] >= majority), grown, result)
        return result.astype(np.int8)

    def _seen(self, condition: Seen, triggers: Ints) -> Truth:
        result = self._last(condition, triggers) if condition.last else self._any(condition, triggers)
        return (TRUE - result).astype(np.int8) if condition.none else result

    def _any(self, condition: Seen, triggers: Ints) -> Truth:
        found = []
        for after in _sides(condition.window):
            bounds = self._bounds(condition, triggers, after)
            sure, maybe = self._search(condition.pattern, triggers, bounds, after=after)
            found.append(np.where(sure >= 0, TRUE, np.where(maybe >= 0, UNKNOWN, FALSE)).astype(np.int8))
        return _join(np.maximum, found)

    def _bounds(self, condition: Seen, triggers: Ints, after: bool) -> Ints:
        if condition.window == "ever":
            return triggers + 1 if after else triggers - 1
        return self.thresholds(condition.pattern, triggers, after=after)

    def _last(self, condition: Seen, triggers: Ints) -> Truth:
        names = Pattern(condition.pattern.events)
        last = np.full(len(triggers), NOWHERE, np.int64)
        for after in _sides(condition.window):
            if after:
                bounds = self.columns.case_last[triggers]
                edge = self._bounds(condition, triggers, after=True)
                found = self._search(names, triggers, bounds, after=False)[0]
                found = np.where(found >= edge, found, NOWHERE)
            else:
                found = self._search(names, triggers, self._bounds(condition, triggers, after=False), after=False)[0]
            last = np.maximum(last, found)
        return np.where(last >= 0, self.match(condition.pattern, np.maximum(last, 0)), FALSE).astype(np.int8)


def _sides(window: Window) -> tuple[bool, ...]:
    return {"before": (False,), "after": (True,), "ever": (False, True)}[window]


def _nearer(one: Ints, other: Ints, after: bool) -> Ints:
    if not after:
        return np.maximum(one, other)
    far = np.iinfo(np.int64).max
    nearest = np.minimum(np.where(one >= 0, one, far), np.where(other >= 0, other, far))
    return np.where(nearest == far, NOWHERE, nearest)


def _join(how: Callable[[Truth, Truth], Truth], parts: Iterable[Truth]) -> Truth:
    result: Truth | None = None
    for part in parts:
        result = part if result is None else how(result, part)
    assert result is not None
    return result


def _said(person: Mapping[str, Any], condition: Person) -> np.int8:
    given = person.get(condition.attribute)
    if given is None:
        return UNKNOWN
    values = given if isinstance(given, list) else [given]
    return TRUE if any(detail_text(value) in condition.values for value in values) else FALSE


def _majority(person: Mapping[str, Any]) -> int:
    born = person.get("born")
    if born is None:
        return np.iinfo(np.int64).max
    return add_months(parse_date(str(born)).hi, MAJORITY_MONTHS)
