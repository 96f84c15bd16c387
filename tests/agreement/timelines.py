"""Timelines that may happen, made for the agreement test: any event, any detail, gaps included."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from asylon.law.packload import Packs
from asylon.law.packs import After, Clause, Condition, Every, Extension, Law, Not, Pattern, Person, Seen, Some, Trigger
from asylon.law.vocabulary import Vocabulary, load_vocabulary

DAYS = st.dates(min_value=date(2019, 1, 1), max_value=date(2028, 6, 30))


def patterns_of(clause: Clause) -> list[Pattern]:
    found: list[Pattern] = []
    match clause.trigger:
        case Pattern():
            found.append(clause.trigger)
        case Extension(pattern):
            found.append(pattern)
        case After():
            pass
    found += [*clause.satisfied_by, *clause.cancelled_by, *clause.suspended_by]
    if clause.start.event:
        found.append(clause.start.event)
    for condition in (clause.when, *(term.when for term in clause.terms)):
        found += _in_condition(condition)
    return [inner for pattern in found for inner in _nested(pattern)]


def _nested(pattern: Pattern) -> list[Pattern]:
    return [pattern] + (_nested(pattern.concerning) if pattern.concerning else [])


def _in_condition(condition: Condition | None) -> list[Pattern]:
    match condition:
        case Seen(pattern) | Trigger(pattern):
            return [pattern]
        case Every(parts) | Some(parts):
            return [p for part in parts for p in _in_condition(part)]
        case Not(inner):
            return _in_condition(inner)
        case _:
            return []


def people_of(law: Law) -> set[str]:
    found: set[str] = set()

    def walk(condition: Condition | None) -> None:
        match condition:
            case Person(attribute, _):
                found.add(attribute)
            case Every(parts) | Some(parts):
                for part in parts:
                    walk(part)
            case Not(inner):
                walk(inner)
            case _:
                pass

    for clause in law.clauses:
        for condition in (clause.when, *(term.when for term in clause.terms)):
            walk(condition)
    return found


class Ground:
    """What a pack asks about: its events, the details it tests, the attributes it needs."""

    def __init__(self, packs: Packs, jurisdiction: str) -> None:
        self.law = packs.law(jurisdiction)
        self.vocabulary: Vocabulary = load_vocabulary()
        self.values: dict[str, dict[str, set[str]]] = {}
        for clause in self.law.clauses:
            for pattern in patterns_of(clause):
                for name in pattern.events:
                    if name in self.vocabulary.events:
                        self._add(name, pattern)
        self.attributes = sorted(people_of(self.law))

    def _add(self, name: str, pattern: Pattern) -> None:
        details = self.values.setdefault(name, {})
        kinds = self.vocabulary.events[name].details
        for test in pattern.where:
            if test.key in kinds:
                known = kinds[test.key].values
                details.setdefault(test.key, set()).update(v for v in test.values if not known or v in known)
                details[test.key].update(sorted(known)[:4])

    def events(self) -> st.SearchStrategy[dict[str, Any]]:
        return st.sampled_from(sorted(self.values) or ["lodged"]).flatmap(self._event)

    def _event(self, name: str) -> st.SearchStrategy[dict[str, Any]]:
        kind = self.vocabulary.events[name]
        optional: dict[str, st.SearchStrategy[Any]] = {
            key: st.sampled_from(sorted(values)) for key, values in self.values.get(name, {}).items() if values
        }
        if "until" in kind.details:
            optional["until"] = DAYS.map(lambda day: day.isoformat())
        if kind.refers:
            optional[kind.refers] = st.sampled_from(
                [n for n in self.values if self.vocabulary.events[n].decides] or ["decision_first_instance"]
            )
        if name.startswith("detention"):
            optional["time"] = st.sampled_from(["00:30", "10:00", "23:59"])
        if name == "term_extended":
            optional |= {"months": st.integers(1, 12), "days": st.integers(1, 40)}
        always = {"on": DAYS.map(str), "event": st.just(name)}
        told = {key: value for key, value in optional.items() if key not in ("days", "until")}
        full = st.fixed_dictionaries({**always, **told})
        sparse = st.fixed_dictionaries(always, optional=optional)
        return st.one_of(full, full, full, sparse)

    def partial_events(self) -> st.SearchStrategy[dict[str, Any]]:
        return st.tuples(self.events(), DAYS).map(lambda pair: {**pair[0], "on": pair[1].isoformat()[:7]})

    def people(self) -> st.SearchStrategy[dict[str, Any]]:
        optional: dict[str, st.SearchStrategy[Any]] = {"born": st.sampled_from([1980, 2008, "2009-05", "2010-02-28"])}
        for name in self.attributes:
            kind = self.vocabulary.attributes[name]
            if kind.type == "yes_no":
                optional[name] = st.booleans()
            elif name == "nationality":
                optional[name] = st.sampled_from(["UKR", "SYR", "RUS"])
        return st.one_of(st.fixed_dictionaries(optional), st.fixed_dictionaries({}, optional=optional))

    def timelines(self) -> st.SearchStrategy[dict[str, Any]]:
        event = st.one_of(*[self.events()] * 12, self.partial_events())
        return st.fixed_dictionaries({"attributes": self.people(), "events": st.lists(event, min_size=1, max_size=12)})
