"""Reads what a pack says besides rules: calendars, counting, regimes, service, bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from asylon.law.packread import Reader
from asylon.law.packs import (
    Body,
    CalendarSpec,
    Context,
    Counting,
    Deemed,
    Freeze,
    Override,
    Recess,
    Regime,
    Term,
)
from asylon.law.ruleread import read_terms

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
T = TypeVar("T")


def read_named(reader: Reader, raw: Mapping[str, Any], field: str, read: Callable[[Reader, Any], T]) -> dict[str, T]:
    """Return the entries of list `field` by their id; the same id twice is a fault."""
    found: dict[str, T] = {}
    for item in reader.items(raw, field):
        name = str(item.get("id", item.get("name", "?"))) if isinstance(item, dict) else "?"
        here = reader.at(f"{field} {name}")
        if name in found:
            here.fault("", "stands twice", "give one of the two another id")
        found[name] = read(here, item)
    return found


def read_calendar(reader: Reader, value: object) -> CalendarSpec:
    """Return which days are rest days and when offices are closed."""
    raw = reader.mapping(value, ("id", "country", "region_attribute", "rest", "closed", "overrides", "recess"))
    rest = _weekdays(reader, reader.items(raw, "rest"))
    if len(rest) == len(_WEEKDAYS):
        reader.fault("field 'rest'", "leaves no working day", "name the rest days of the week only")
    region = str(raw["region_attribute"]) if raw.get("region_attribute") else None
    return CalendarSpec(
        id=reader.text(raw, "id"),
        country=reader.text(raw, "country", "name the country of the holidays package"),
        region_attribute=region,
        rest=rest,
        closed=_weekdays(reader, reader.items(raw, "closed")) if "closed" in raw else rest,
        overrides=tuple(_override(reader, item) for item in reader.items(raw, "overrides")),
        recess=tuple(_recess(reader, item) for item in reader.items(raw, "recess")),
    )


def _weekdays(reader: Reader, names: Iterable[object]) -> frozenset[int]:
    found = set()
    for name in names:
        if name not in _WEEKDAYS:
            reader.fault("weekday", f"{name!r} is not known", f"write {', '.join(_WEEKDAYS)}")
            continue
        found.add(_WEEKDAYS.index(name))
    return frozenset(found)


def _override(reader: Reader, value: object) -> Override:
    here = reader.at("overrides")
    raw = here.mapping(value, ("from", "to", "working", "name", "source"))
    start = here.day(raw.get("from"), "from") or 1
    end = here.day(raw.get("to", raw.get("from")), "to", end=True) or start
    return Override(start, end, bool(raw.get("working", False)), here.text(raw, "name"), here.source(raw.get("source")))


def _recess(reader: Reader, value: object) -> Recess:
    here = reader.at("recess")
    raw = here.mapping(value, ("id", "name", "from", "to", "holiday", "days_before", "days_after", "source"))
    return Recess(
        id=here.text(raw, "id"),
        name=here.text(raw, "name"),
        first=_month_day(here, raw, "from"),
        last=_month_day(here, raw, "to"),
        holiday=str(raw["holiday"]) if raw.get("holiday") else None,
        before=_whole(here, raw, "days_before"),
        after=_whole(here, raw, "days_after"),
        source=here.source(raw.get("source")),
    )


def _whole(reader: Reader, raw: Mapping[str, Any], field: str) -> int:
    value = raw.get(field, 0)
    if isinstance(value, int):
        return value
    reader.fault(f"field {field!r}", f"{value!r} is not a whole number", "write digits only")
    return 0


def _month_day(reader: Reader, raw: Mapping[str, Any], field: str) -> tuple[int, int] | None:
    if raw.get(field) is None:
        return None
    found = _MONTH_DAY.fullmatch(str(raw[field]))
    if found is None or not (1 <= int(found[1]) <= 12 and 1 <= int(found[2]) <= 28 + (int(found[1]) != 2) * 2):
        reader.fault(f"field {field!r}", f"{raw[field]!r} is not month and day", "write '07-21'")
        return None
    return int(found[1]), int(found[2])


def read_counting(reader: Reader, value: object) -> Counting:
    """Return how one system counts its terms."""
    fields = ("id", "title", "calendar", "event_day", "days", "roll", "recess", "deemed", "source")
    raw = reader.mapping(value, fields)
    return Counting(
        id=reader.text(raw, "id"),
        title=reader.text(raw, "title"),
        calendar=str(raw.get("calendar", "")),
        event_day=cast("Any", reader.choice(raw, "event_day", ("excluded", "included"))),
        days=cast("Any", reader.choice(raw, "days", ("calendar", "working"))),
        roll=cast("Any", reader.choice(raw, "roll", ("forward", "backward", "none"))),
        recess=tuple(str(name) for name in reader.items(raw, "recess")),
        deemed=tuple(str(name) for name in reader.items(raw, "deemed")),
        source=reader.source(raw.get("source")),
    )


def read_regime(reader: Reader, value: object) -> Regime:
    """Return which date of a file chooses its law."""
    raw = reader.mapping(value, ("id", "title", "date_of", "presupposed_by", "source"))
    return Regime(
        id=reader.text(raw, "id"),
        title=reader.text(raw, "title"),
        date_of=reader.at("date_of").pattern(raw.get("date_of")),
        presupposed_by=tuple(str(name) for name in reader.items(raw, "presupposed_by")),
        source=reader.source(raw.get("source")),
    )


def read_deemed(reader: Reader, value: object) -> Deemed:
    """Return a rule of deemed service."""
    raw = reader.mapping(value, ("id", "event", "days", "from", "to", "source"))
    return Deemed(
        id=reader.text(raw, "id"),
        pattern=reader.at("event").pattern(raw.get("event")),
        days=int(reader.text(raw, "days")) if str(raw.get("days", "")).isdigit() else 0,
        start=reader.day(raw["from"], "from") if raw.get("from") else None,
        end=reader.day(raw["to"], "to", end=True) if raw.get("to") else None,
        source=reader.source(raw.get("source")),
    )


def read_freeze(reader: Reader, value: object) -> Freeze:
    """Return an interval in which terms did not run."""
    raw = reader.mapping(value, ("id", "name", "from", "to", "source"))
    start = reader.day(raw.get("from"), "from") or 1
    end = reader.day(raw.get("to"), "to", end=True) or start
    return Freeze(reader.text(raw, "id"), reader.text(raw, "name"), start, end, reader.source(raw.get("source")))


def read_body(reader: Reader, value: object) -> Body:
    """Return whether an international body is open against a State."""
    raw = reader.mapping(value, ("body", "state", "open", "acts_until", "note", "source"))
    given = raw.get("open", "unknown")
    until = reader.day(raw["acts_until"], "acts_until", end=True) if raw.get("acts_until") else None
    note = str(raw.get("note", ""))
    state, body = reader.text(raw, "state"), reader.text(raw, "body")
    is_open = given if isinstance(given, bool) else None
    return Body(body, state, is_open, until, note, reader.source(raw.get("source")))


def read_context(reader: Reader, value: object) -> Context:
    """Return a row of law that frames or warns."""
    raw = reader.mapping(value, ("id", "title", "text", "source"))
    source = reader.source(raw.get("source"))
    return Context(reader.text(raw, "id"), reader.text(raw, "title"), reader.text(raw, "text"), source)


def read_parameter(reader: Reader, value: object) -> tuple[Term, ...]:
    """Return the national number a State puts into a range."""
    raw = reader.mapping(value, ("id", "term", "source"))
    source = reader.source(raw.get("source"))
    values = raw.get("term", [])
    terms = read_terms(reader.at("term"), values if isinstance(values, list) else [values])
    return tuple(
        Term(t.when, t.least, t.most, t.until_detail, t.until_day, t.wording, t.parameter, t.source or source)
        for t in terms
    )
