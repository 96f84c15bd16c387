"""What must fit together once packs are joined: every name is known, nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from asylon.errors import Fault
from asylon.law.days import FIRST, LAST
from asylon.law.packs import Clause, Condition, Every, Extension, InForce, Law, Not, Seen, Some
from asylon.law.vocabulary import Vocabulary


def check_law(law: Law, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Yield what does not fit in the joined law of a jurisdiction."""
    for clause in law.clauses:
        yield from _names(clause, law)
        yield from _parent(clause, law)
        yield from _numbers(clause)
        yield from _form(clause)
    yield from _overlaps(law)
    if law.calendar not in law.calendars:
        yield Fault(law.jurisdiction, "has no calendar", "add one to 'calendars'")
    for counting in law.countings.values():
        if counting.calendar and counting.calendar not in law.calendars:
            yield Fault(f"counting {counting.id}", f"calendar {counting.calendar!r} is not known", "add it to the pack")
        for name in counting.deemed:
            if name not in law.deemed:
                yield Fault(f"counting {counting.id}", f"deemed service {name!r} is not known", "add it to 'deemed'")
    for regime in law.regimes.values():
        for name in regime.presupposed_by:
            if name not in vocabulary.events:
                hint = vocabulary.nearest(name) or "use a name of the vocabulary"
                yield Fault(f"regime {regime.id}", f"{name!r} is not a known event", hint)


def _names(clause: Clause, law: Law) -> Iterator[Fault]:
    if clause.counting and clause.counting not in law.countings:
        known = ", ".join(law.countings) or "none"
        yield Fault(clause.place, f"counting {clause.counting!r} is not known", f"use one of {known}")
    by = clause.in_force.by
    if by not in ("trigger", "subject", "view") and by not in law.regimes:
        remedy = f"write trigger, subject, view or one of {', '.join(law.regimes) or 'the regimes (none is there)'}"
        yield Fault(clause.place, f"regime {by!r} is not known", remedy)
    for name in clause.freezes:
        if name not in law.freezes:
            yield Fault(clause.place, f"freeze {name!r} is not known", "add it to 'freezes'")
    for displaced in clause.displaces:
        if not any(displaced.reaches(other) for other in law.clauses):
            yield Fault(clause.place, f"displaces {displaced.rule!r}, which is not there", "name a rule of this law")


def _parent(clause: Clause, law: Law) -> Iterator[Fault]:
    if clause.parent is not None and clause.parent not in law.by_key:
        name = "/".join(part for part in clause.parent if part)
        yield Fault(clause.place, f"hangs on {name!r}, which is not there", "name a rule and step of this law")
    if isinstance(clause.trigger, Extension):
        for parent in law.by_key.get((clause.trigger.rule, clause.trigger.step), ()):
            if len({term.least for term in parent.terms}) > 1:
                problem = f"extends {parent.rule}, which has several lengths"
                yield Fault(clause.place, problem, "make a step of each length and extend the step")


def _numbers(clause: Clause) -> Iterator[Fault]:
    for term in clause.terms:
        unfilled = term.parameter is not None and term.source is None
        if unfilled and term.least is None and term.wording is None:
            problem = f"parameter {term.parameter!r} is not known"
            yield Fault(clause.place, problem, "add it to 'parameters' with its source, or give its range")


def _form(clause: Clause) -> Iterator[Fault]:
    units = {term.least.unit == "hours" for term in clause.terms if term.least is not None}
    if len(units) > 1:
        yield Fault(clause.place, "counts in hours and in days at once", "make two steps of it")
    for condition in _leaves([clause.when, *(term.when for term in clause.terms)]):
        if isinstance(condition, Seen) and condition.last and condition.pattern.same:
            yield Fault(clause.place, "asks for the last event and for 'same' at once", "leave one of the two out")


def _leaves(conditions: Iterable[Condition | None]) -> Iterator[Condition]:
    for condition in conditions:
        match condition:
            case None:
                continue
            case Every(parts) | Some(parts):
                yield from _leaves(parts)
            case Not(inner):
                yield from _leaves([inner])
            case _:
                yield condition


def _overlaps(law: Law) -> Iterator[Fault]:
    for (rule, step), versions in law.by_key.items():
        for one, other in combinations(versions, 2):
            if _overlap(one.in_force, other.in_force):
                name = f"{rule}/{step}" if step else rule
                problem = f"two versions of {name} are in force at once"
                yield Fault(other.place, problem, "end the older one the day before the newer begins")


def _overlap(one: InForce, other: InForce) -> bool:
    starts = (one.start or FIRST, other.start or FIRST)
    ends = (one.end or LAST, other.end or LAST)
    return max(starts) <= min(ends)
