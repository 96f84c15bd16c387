"""Timelines: what happened in one case, in order, with what is known and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asylon.errors import Fault, TimelineError
from asylon.language import said
from asylon.law.days import FORMS, PartialDate, parse_date
from asylon.law.vocabulary import DetailType, EventType, Vocabulary, load_vocabulary

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NUMBER = re.compile(r"[0-9]{1,4}")
_CODE = re.compile(r"[a-z]{2}")
_CASE_KEYS = ("case", "jurisdiction", "attributes", "events", "title", "source", "vocabulary")


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated that happened in a case.

    `index` is its place in the timeline, `time` the minute of the day where the hour matters,
    `details` everything else that was said of it, as text.
    """

    index: int
    name: str
    on: PartialDate
    time: int | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of one case, ordered by day (events of one day keep the order of the file).

    `attributes` are the facts about the person, `extra` whatever else the file carried; nothing
    that was read is lost on writing.
    """

    case: str
    jurisdiction: str
    attributes: Mapping[str, Any]
    events: tuple[Event, ...]
    doubts: tuple[Fault, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def born(self) -> PartialDate | None:
        """Return the date of birth as far as it is known, None when it is not given."""
        given = self.attributes.get("born")
        return None if given is None else parse_date(str(given))


class _Reader:
    """Reads one plain mapping as a timeline and keeps every fault on the way."""

    def __init__(self, place: str, vocabulary: Vocabulary) -> None:
        self.place = place
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []

    def fault(self, place: str, problem: str, remedy: str, grave: bool = True) -> None:
        self.faults.append(Fault(place, problem, remedy, grave))

    def read(self, raw: object) -> Timeline | None:
        if not isinstance(raw, dict):
            self.fault(
                self.place or "input",
                "is not a case (an object)",
                'write {"case": …, "jurisdiction": …, "events": […]}',
            )
            return None
        case = raw.get("case")
        if not isinstance(case, str) or not case:
            self.fault(self.place or "input", "has no 'case'", "give the case a short name of its own")
            case = "?"
        self.place = f"{self.place}, case {case}" if self.place else f"case {case}"
        self._keys(raw)
        jurisdiction = self._jurisdiction(raw.get("jurisdiction"))
        attributes = self._attributes(raw.get("attributes", {}))
        events = self._events(raw.get("events"))
        extra = {key: value for key, value in raw.items() if key not in _CASE_KEYS[:4]}
        if any(fault.grave for fault in self.faults):
            return None
        return Timeline(case, jurisdiction, attributes, events, tuple(self.faults), extra)

    def _keys(self, raw: Mapping[str, Any]) -> None:
        for key in raw:
            if key not in _CASE_KEYS and not key.startswith("x_"):
                hint = self.vocabulary.nearest(key, dict.fromkeys(_CASE_KEYS))
                problem = said("unknown field '{key}'", key=key)
                self.fault(self.place, problem, hint or said("remove it or start its name with 'x_'"))

    def _jurisdiction(self, given: object) -> str:
        if not isinstance(given, str) or not given:
            remedy = said("add the country as two letters, such as 'ru'")
            self.fault(self.place, said("has no 'jurisdiction'"), remedy)
            return "?"
        if not _CODE.fullmatch(given):
            problem = said("'{given}' is not a country code", given=given)
            remedy = said("write the country as two small letters (ISO 3166), such as 'il'")
            self.fault(f"{self.place}, jurisdiction", problem, remedy)
        return given

    def _attributes(self, given: object) -> Mapping[str, Any]:
        if not isinstance(given, dict):
            self.fault(f"{self.place}, attributes", "is not an object", 'write {"nationality": "SYR"}')
            return {}
        for key, value in given.items():
            kind = self.vocabulary.attributes.get(key)
            if kind is None and not str(key).startswith("x_"):
                hint = self.vocabulary.nearest(str(key), self.vocabulary.attributes)
                remedy = hint or said("start its name with 'x_' to keep it")
                self.fault(f"{self.place}, attribute {key!r}", said("is not known"), remedy)
            elif kind is not None:
                self._attribute(f"{self.place}, attribute {key!r}", kind, value)
        return given

    def _attribute(self, place: str, kind: DetailType, value: object) -> None:
        if kind.type == "date":
            self._date(place, str(value))
        elif kind.type == "yes_no" and not isinstance(value, bool):
            problem = said("{given} is not yes or no", given=repr(value))
            self.fault(place, problem, said("write true or false, or leave it out when unknown"))
        elif kind.type == "text" and not isinstance(value, str):
            self.fault(place, said("{given} is not text", given=repr(value)), said("write it in quotes"))

    def _date(self, place: str, text: str, wording: str | None = None) -> PartialDate | None:
        try:
            return parse_date(text, wording)
        except ValueError as error:
            self.fault(place, error.args[0], said("write {forms}", forms=said(FORMS)))
            return None

    def _events(self, given: object) -> tuple[Event, ...]:
        if not isinstance(given, list):
            self.fault(self.place, "has no list of 'events'", 'add "events": [{"on": "2026-01-31", "event": "lodged"}]')
            return ()
        read = [event for number, raw in enumerate(given, 1) if (event := self._event(number, raw))]
        read.sort(key=lambda event: event.on.lo)
        return tuple(Event(index, e.name, e.on, e.time, e.details) for index, e in enumerate(read))

    def _event(self, number: int, raw: object) -> Event | None:
        place = f"{self.place}, event {number}"
        if not isinstance(raw, dict):
            self.fault(place, "is not an event (an object)", 'write {"on": "2026-01-31", "event": "lodged"}')
            return None
        name, day = raw.get("event"), raw.get("on")
        kind = self.vocabulary.events.get(name) if isinstance(name, str) else None
        if not isinstance(name, str):
            self.fault(place, said("has no 'event'"), said("say what happened, such as 'lodged'"))
        elif kind is None:
            hint = self.vocabulary.nearest(name)
            problem = said("'{given}' is not a known event", given=name)
            self.fault(f"{place}, field 'event'", problem, hint or said("use a name of the vocabulary"))
        wording = raw.get("wording")
        on = None
        if not isinstance(day, str):
            self.fault(place, said("has no date 'on'"), said("write {forms}", forms=said(FORMS)))
        else:
            on = self._date(f"{place}, field 'on'", day, str(wording) if wording else None)
        if kind is None:
            return None
        time, details = self._time(place, raw), self._details(place, kind, raw)
        return None if on is None else Event(number, kind.name, on, time, details)

    def _time(self, place: str, raw: Mapping[str, Any]) -> int | None:
        if raw.get("time") is None:
            return None
        found = _TIME.fullmatch(str(raw["time"]))
        if not found:
            problem = said("'{given}' is not a time of day", given=raw["time"])
            self.fault(f"{place}, field 'time'", problem, said("write '09:30'"))
            return None
        return int(found[1]) * 60 + int(found[2])

    def _details(self, place: str, kind: EventType, raw: Mapping[str, Any]) -> Mapping[str, str]:
        details: dict[str, str] = {}
        for key, value in raw.items():
            if key in ("on", "event", "time", "wording") or value is None:
                continue
            if isinstance(value, (dict, list)):
                problem = said("is not a single value")
                self.fault(f"{place}, field {key!r}", problem, said("write text or a number"))
                continue
            text = detail_text(value)
            details[key] = text
            if not str(key).startswith("x_"):
                self._detail(f"{place}, field {key!r}", kind, key, text)
        return details

    def _detail(self, place: str, kind: EventType, key: str, text: str) -> None:
        known = kind.details.get(key)
        if known is None:
            hint = self.vocabulary.nearest(key, kind.details)
            problem = said("is not a detail of '{event}'", event=kind.name)
            self.fault(place, problem, hint or said("put it in 'note', or start its name with 'x_'"))
        elif known.values and text not in known.values:
            hint = self.vocabulary.nearest(text, dict.fromkeys(sorted(known.values)))
            remedy = hint or said("write one of {values}", values=", ".join(sorted(known.values)))
            self.fault(place, said("'{given}' is not known", given=text), remedy)
        elif known.type == "date":
            self._date(place, text)
        elif known.type == "number" and not _NUMBER.fullmatch(text):
            problem = said("'{given}' is not a whole number up to 9999", given=text[:20])
            self.fault(place, problem, said("write digits only"))


def detail_text(value: object) -> str:
    """Return a detail as the text it is compared by."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read_timeline(raw: object, place: str = "", vocabulary: Vocabulary | None = None) -> Timeline:
    """Return the timeline written as the plain mapping `raw`.

    Raises TimelineError with every fault found. Doubts that do not stop the work (an event after
    a removal, a detention that ends before it begins) are kept in `Timeline.doubts`.
    """
    timeline, faults = try_timeline(raw, place, vocabulary)
    if timeline is None:
        raise TimelineError(faults)
    return timeline


def try_timeline(
    raw: object, place: str = "", vocabulary: Vocabulary | None = None
) -> tuple[Timeline | None, Sequence[Fault]]:
    """Return the timeline, or None with the faults that forbid one."""
    from asylon.law.doubts import find_doubts

    reader = _Reader(place, vocabulary or load_vocabulary())
    timeline = reader.read(raw)
    if timeline is None:
        return None, reader.faults
    doubts = (*timeline.doubts, *find_doubts(timeline, reader.place, reader.vocabulary))
    grave = [fault for fault in doubts if fault.grave]
    if grave:
        return None, grave
    return (
        Timeline(timeline.case, timeline.jurisdiction, timeline.attributes, timeline.events, doubts, timeline.extra),
        (),
    )


def write_timeline(timeline: Timeline) -> dict[str, Any]:
    """Return the plain mapping that reads back as `timeline`."""
    return {
        "case": timeline.case,
        **{key: value for key, value in timeline.extra.items() if key in ("title",)},
        "jurisdiction": timeline.jurisdiction,
        "attributes": dict(timeline.attributes),
        **{key: value for key, value in timeline.extra.items() if key != "title"},
        "events": list(_write_events(timeline)),
    }


def _write_events(timeline: Timeline) -> Iterator[dict[str, Any]]:
    for event in timeline.events:
        raw: dict[str, Any] = {"on": event.on.text, "event": event.name}
        if event.time is not None:
            raw["time"] = f"{event.time // 60:02}:{event.time % 60:02}"
        if event.on.wording:
            raw["wording"] = event.on.wording
        yield raw | dict(event.details)
