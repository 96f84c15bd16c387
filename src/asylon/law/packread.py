"""Reads the plain values of a pack's files and keeps every fault: file, rule, field, remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, cast, get_args

from asylon.errors import Fault
from asylon.law.days import parse_date
from asylon.law.packs import (
    UNITS,
    Condition,
    Every,
    InForce,
    Length,
    Not,
    Pattern,
    Person,
    Same,
    Seen,
    Some,
    Source,
    Test,
    Trigger,
    Unit,
    Window,
)
from asylon.law.timeline import detail_text
from asylon.law.vocabulary import Vocabulary

_LENGTH = re.compile(r"(\d+) ([a-z_]+?)s?")
_NOWHERE = Pattern(())


class Reader:
    """Reads values at a named place and collects faults instead of raising the first."""

    def __init__(self, place: str, vocabulary: Vocabulary, faults: list[Fault] | None = None) -> None:
        self.place = place
        self.vocabulary = vocabulary
        self.faults: list[Fault] = [] if faults is None else faults

    def at(self, place: str) -> Reader:
        """Return a reader for something inside this one; it shares the list of faults."""
        return Reader(f"{self.place}, {place}", self.vocabulary, self.faults)

    def fault(self, field: str, problem: str, remedy: str) -> None:
        """Keep one fault of `field`."""
        place = f"{self.place}, {field}" if field else self.place
        self.faults.append(Fault(place, problem, remedy))

    def mapping(self, value: object, known: Iterable[str]) -> Mapping[str, Any]:
        """Return `value` as a mapping; unknown keys are faults with the nearest known ones."""
        if not isinstance(value, dict):
            problem = "is missing" if value is None else "is not a set of fields"
            self.fault("", problem, "write 'field: value' lines")
            return {}
        names = list(known)
        for key in value:
            if key not in names:
                near = get_close_matches(key, names, n=2, cutoff=0.5)
                hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"use one of {', '.join(names)}"
                self.fault(f"field {key!r}", "is not known", hint)
        return value

    def items(self, raw: Mapping[str, Any], field: str) -> Sequence[Any]:
        """Return the list in `field`, empty when it is absent."""
        value = raw.get(field, [])
        if isinstance(value, list):
            return value
        self.fault(f"field {field!r}", "is not a list", "start each entry with '- '")
        return []

    def text(self, raw: Mapping[str, Any], field: str, remedy: str = "add it") -> str:
        """Return the text in `field`, which must be there."""
        value = raw.get(field)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
            return " ".join(str(value).split())
        self.fault(f"field {field!r}", "is missing or is not text", remedy)
        return "?"

    def choice(self, raw: Mapping[str, Any], field: str, known: Sequence[str], default: str | None = None) -> str:
        """Return the value of `field`, which must be one of `known`."""
        value = raw.get(field, default)
        if value in known:
            return cast("str", value)
        given = f"{value!r} is not known" if value is not None else "is missing"
        self.fault(f"field {field!r}", given, f"write one of {', '.join(known)}")
        return known[0]

    def day(self, value: object, field: str, end: bool = False) -> int | None:
        """Return a day as an ordinal (the last day of a month or year with `end`)."""
        try:
            span = parse_date(str(value))
        except ValueError as error:
            self.fault(f"field {field!r}", str(error), "write a day, a month or a year")
            return None
        return span.hi if end else span.lo

    def length(self, value: object, field: str) -> Length | None:
        """Return a length such as '3 months'."""
        found = _LENGTH.fullmatch(str(value))
        unit = f"{found[2]}s" if found else ""
        if found is None or unit not in UNITS:
            problem = "is missing" if value is None else f"{value!r} is not a length"
            self.fault(f"field {field!r}", problem, f"write a number and one of {', '.join(UNITS)}")
            return None
        return Length(int(found[1]), cast("Unit", unit))

    def source(self, value: object) -> Source:
        """Return the source, which must name paragraph, address and confidence."""
        inner = self.at("source")
        raw = inner.mapping(value, ("citation", "url", "confidence", "basis", "read", "note"))
        citation = inner.text(raw, "citation", "cite the provision down to the paragraph")
        url = inner.text(raw, "url", "add the address, or 'unknown' if none was seen")
        confidence = inner.choice(raw, "confidence", ("high", "medium", "low"))
        basis = inner.choice(raw, "basis", ("opened", "memory"))
        read = tuple(str(code) for code in inner.items(raw, "read"))
        note = " ".join(str(raw["note"]).split()) if raw.get("note") else None
        return Source(citation, None if url == "unknown" else url, cast("Any", confidence), basis, read, note)

    def in_force(self, value: object) -> InForce:
        """Return the interval of validity; 'unknown' says that a start was never found out."""
        inner = self.at("in_force")
        raw = inner.mapping(value, ("from", "to", "by", "note"))
        if "from" not in raw:
            inner.fault("field 'from'", "has no start", "add the date of application, or 'unknown'")
        given = raw.get("from", "unknown")
        start = None if given == "unknown" else inner.day(given, "from")
        end = inner.day(raw["to"], "to", end=True) if raw.get("to") is not None else None
        if start is not None and end is not None and end < start:
            inner.fault("", "ends before it begins", "exchange 'from' and 'to'")
        note = str(raw["note"]) if raw.get("note") else None
        return InForce(start, end, str(raw.get("by", "trigger")), note)

    def pattern(self, value: object, names: tuple[str, ...] = ()) -> Pattern:
        """Return which events are meant; `names` stand in when no event may be named."""
        if isinstance(value, str):
            value = {"event": value}
        known = ("where", "concerning", "same", "by_then") + (() if names else ("event",))
        raw = self.mapping(value, known)
        events = names or self._event_names(raw.get("event"))
        where = tuple(self._tests(raw.get("where", {})))
        for test in where:
            self._known_detail(test, events)
        concerning = self.at("concerning").pattern(raw["concerning"]) if "concerning" in raw else None
        same = self.choice(raw, "same", get_args(Same)) if "same" in raw else None
        return Pattern(events, where, concerning, cast("Any", same), bool(raw.get("by_then", False)))

    def _known_detail(self, test: Test, events: tuple[str, ...]) -> None:
        """Refuse a detail, or a value of one, that none of the events can have."""
        named = [self.vocabulary.events[name] for name in events if name in self.vocabulary.events]
        kinds = [
            kind.details[test.key] for kind in named or self.vocabulary.events.values() if test.key in kind.details
        ]
        if not kinds:
            known = {key: None for kind in named for key in kind.details}
            hint = self.vocabulary.nearest(test.key, known) or "add it to vocabulary.yaml first"
            self.fault("field 'where'", f"{test.key!r} is not a detail of these events", hint)
        elif all(kind.values for kind in kinds) and not test.within:
            possible = {value: None for kind in kinds for value in sorted(kind.values)}
            for value in sorted(test.values - possible.keys()):
                hint = self.vocabulary.nearest(value, possible) or f"write one of {', '.join(possible)}"
                self.fault("field 'where'", f"{value!r} is not a value of {test.key!r}", hint)

    def patterns(self, raw: Mapping[str, Any], field: str) -> tuple[Pattern, ...]:
        """Return the list of patterns in `field`."""
        return tuple(self.at(field).pattern(item) for item in self.items(raw, field))

    def _event_names(self, value: object) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names:
            self.fault("field 'event'", "is missing", "name the event")
            return ()
        for name in names:
            if name not in self.vocabulary.events:
                hint = self.vocabulary.nearest(str(name)) or "add it to vocabulary.yaml first"
                self.fault("field 'event'", f"{name!r} is not a known event", hint)
        return tuple(str(name) for name in names)

    def _tests(self, value: object) -> Iterable[Test]:
        if not isinstance(value, dict):
            self.fault("field 'where'", "is not a set of details", "write {detail: value}")
            return
        for key, wanted in value.items():
            yield self._test(key, wanted)

    def _test(self, key: str, wanted: object) -> Test:
        if isinstance(wanted, dict):
            raw = self.at(f"detail {key!r}").mapping(wanted, ("not", "given", "has"))
            if "has" in raw:
                return Test(key, _values(raw["has"]), within=True)
            if "given" in raw:
                return Test(key, given=bool(raw["given"]))
            return Test(key, _values(raw.get("not")), negate=True)
        return Test(key, _values(wanted))

    def condition(self, value: object) -> Condition:
        """Return a condition; a list means that all of its entries must hold."""
        if isinstance(value, list):
            return Every(tuple(self.condition(item) for item in value))
        raw = self.mapping(value, ("person", "seen", "none", "trigger", "any", "all", "not"))
        found = [self._one_condition(kind, inner) for kind, inner in raw.items()]
        return found[0] if len(found) == 1 else Every(tuple(found))

    def _one_condition(self, kind: str, inner: Any) -> Condition:
        here = self.at(kind)
        if kind == "person":
            return here._person(inner)
        if kind in ("seen", "none"):
            return here._seen(inner, none=kind == "none")
        if kind == "trigger":
            return Trigger(here.pattern(inner, names=("*",)))
        if kind == "not":
            return Not(here.condition(inner))
        entries = inner if isinstance(inner, list) else [inner]
        parts = tuple(here.condition(item) for item in entries)
        return Some(parts) if kind == "any" else Every(parts)

    def _person(self, value: object) -> Condition:
        raw = self.mapping(value, self.vocabulary.attributes)
        parts = tuple(Person(key, _values(wanted)) for key, wanted in raw.items())
        return parts[0] if len(parts) == 1 else Every(parts)

    def _seen(self, value: object, none: bool) -> Seen:
        raw = dict(self.mapping(value, ("event", "where", "concerning", "same", "window", "last")))
        window = self.choice(raw, "window", get_args(Window), "before")
        last = bool(raw.get("last", False))
        pattern = self.pattern({key: raw[key] for key in raw if key not in ("window", "last")})
        return Seen(pattern, cast("Window", window), last, none)


def _values(wanted: object) -> frozenset[str]:
    return frozenset(detail_text(value) for value in (wanted if isinstance(wanted, list) else [wanted]))


def split_key(text: str) -> tuple[str, str | None]:
    """Return rule and step of 'RULE' or 'RULE/step'; the step is None when none is named."""
    rule, _, step = text.partition("/")
    return rule, step or None
