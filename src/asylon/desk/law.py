"""The one crossing between the desk's rows and the law engine: timelines out, duties in.

The desk computes no term of its own. What the law asks about is readable to the server, so that deadlines
work without keys; whatever no rule asks about is sealed. `clear_details` and `facts_of` draw that line,
from the packs themselves.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

import polars as pl

from asylon.desk.content import PersonContent
from asylon.errors import AsylonError, Fault
from asylon.language import language
from asylon.law import Assessment, Packs, Timeline, assess, load_packs
from asylon.law.conditions import is_adult
from asylon.law.contract import source_row
from asylon.law.days import PartialDate, from_day, parse_date
from asylon.law.duty import Duty
from asylon.law.explain import missing_text
from asylon.law.links import parse_reference
from asylon.law.many import assess_many
from asylon.law.packs import Person, Test
from asylon.law.terms import MINUTES
from asylon.law.timeline import try_timeline
from asylon.law.vocabulary import PACK_ROOT, DetailType, EventType, Vocabulary

OURS = frozenset({"applicant", "representative", "any"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATE = re.compile(r"[a-z]{2}")
_RULE = re.compile(r"[A-Z]{2}(?:-[A-Z]+)?-\d{1,3}(?:/[a-z_]+)?")
# Without a procedure the law cannot tell which terms an application or a decision on it starts and ends.
_APPLICATIONS = frozenset({"lodged", "subsequent_application_lodged"})
_DECISIONS = frozenset({"decision_preliminary", "decision_first_instance", "decision_final"})


@cache
def packs() -> Packs:
    """Return the law packs, read once in a process."""
    return load_packs()


def vocabulary() -> Vocabulary:
    """Return the words a timeline may use."""
    return packs().vocabulary


@cache
def packs_version() -> str:
    """Return a short hash of all packs and of the days off; cases are reckoned again when it changes."""
    digest = hashlib.blake2b(version("holidays").encode(), digest_size=8)
    for path in sorted(PACK_ROOT.glob("**/*.yaml")):
        digest.update(path.relative_to(PACK_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _walk(value: object, kind: type) -> Iterator[Any]:
    """Yield every `kind` inside frozen values."""
    if isinstance(value, kind):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from _walk(getattr(value, item.name), kind)
    elif isinstance(value, (tuple, list, frozenset)):
        for part in value:
            yield from _walk(part, kind)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _walk(part, kind)


@cache
def _tests() -> Mapping[str, tuple[Test, ...]]:
    """Return the conditions that any pack puts on each detail of an event."""
    found: dict[str, set[Test]] = {}
    for name in packs().jurisdictions:
        for test in _walk(packs().law(name), Test):
            found.setdefault(test.key, set()).add(test)
    return {key: tuple(tests) for key, tests in found.items()}


@cache
def asked_of_person(jurisdiction: str) -> Mapping[str, frozenset[str]]:
    """Return the facts about a person that the law of a country asks about, with the values it looks for."""
    found: dict[str, frozenset[str]] = {"region": frozenset()}
    for person in _walk(packs().law(jurisdiction), Person):
        found[person.attribute] = found.get(person.attribute, frozenset()) | person.values
    return found


def clear_details(event: str, details: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the details the server may read and those that are sealed.

    Readable are choices, dates, numbers, references in plain form, and free text only as far as it is a
    value that some rule looks for.
    """
    kind = vocabulary().events[event]
    clear: dict[str, str] = {}
    sealed: dict[str, str] = {}
    for key, value in details.items():
        seen = _readable(kind.details.get(key), key, value)
        if seen is not None:
            clear[key] = seen
        if seen != value:
            sealed[key] = value
    return clear, sealed


def _readable(kind: DetailType | None, key: str, value: str) -> str | None:
    if kind is None:
        return None
    if kind.type == "reference":
        return _plain_reference(value)
    if kind.type == "choice":
        return value if value in kind.values else None
    if kind.type in ("date", "number", "time"):
        return value
    if key == "state":
        return value if _STATE.fullmatch(value) else None
    if key == "of":
        return value if _RULE.fullmatch(value) else None
    return _asked(_tests().get(key, ()), value)


def _asked(tests: Iterable[Test], value: str) -> str | None:
    """Return of a free text what the rules look for in it, None when nothing."""
    tests = tuple(tests)
    exact = [test for test in tests if not test.within]
    if any(value in test.values for test in exact):
        return value
    inside = sorted({part for test in tests if test.within for part in test.values if part.lower() in value.lower()})
    if inside:
        return " ".join(inside)
    return "given" if any(test.given is not None for test in tests) else None


def _plain_reference(value: str) -> str | None:
    words = vocabulary()
    if value in words.events:
        return value
    reference = parse_reference(value, words)
    if reference.day is not None:
        return f"decision of {date.fromordinal(reference.day).isoformat()}"
    for pattern in words.references:
        if match := pattern.pattern.search(value):
            return match[0]
    return None


def facts_of(content: PersonContent, case: Any) -> dict[str, Any]:
    """Return the readable facts of a case: those the law asks about, as far as they are known.

    Of the nationalities only one that a rule looks for is kept, else "other"; of the birth date only that
    the person was of age when the case began.
    """
    asked = asked_of_person(case.jurisdiction)
    facts = {key: value for key, value in case.attributes.items() if key in asked}
    if "nationality" in asked and content.nationalities:
        wanted = [code for code in content.nationalities if code in asked["nationality"]]
        facts["nationality"] = wanted[0] if wanted else "other"
    elif "nationality" in asked and content.is_stateless:
        facts["nationality"] = "XXX"
    is_open = "unaccompanied_minor" in asked and facts.get("unaccompanied_minor") is None
    if is_open and content.born and is_adult(parse_date(content.born), _first_day(case)):
        facts["unaccompanied_minor"] = False
    return facts


def _first_day(case: Any) -> PartialDate:
    from asylon.desk.models import Event

    first = (
        Event.objects.unwalled("reckon")
        .filter(case=case, removed_at__isnull=True, earliest__isnull=False)
        .order_by("earliest")
        .values_list("earliest", flat=True)
        .first()
    )
    return from_day(first or case.opened_at.date())


def plain_event(on: str, name: str, details: Mapping[str, str]) -> dict[str, Any]:
    """Return an event as the plain mapping of a case file."""
    return {**details, "on": on, "event": name}


def usual_procedure(jurisdiction: str, event: str, earlier: Iterable[Mapping[str, Any]] = ()) -> str:
    """Return the procedure of an event of which no other was said, empty when that cannot be guessed.

    An application asks for what the country calls protection; a decision is on the last application of `earlier`,
    plain events in their order.
    """
    if event in _DECISIONS:
        asked = [str(one.get("procedure", "")) for one in earlier if one["event"] in _APPLICATIONS]
        return asked[-1] if asked else ""
    if event == "lodged":
        return packs().law(jurisdiction).asked_for
    return "subsequent" if event in _APPLICATIONS else ""


def timeline_of(case: Any, events: Sequence[Mapping[str, Any]]) -> tuple[Timeline | None, Sequence[Fault]]:
    """Return the timeline of a case from plain events, or None with every fault."""
    raw = {
        "case": case.number,
        "jurisdiction": case.jurisdiction,
        "attributes": dict(case.attributes),
        "events": list(events),
    }
    return try_timeline(raw, vocabulary=vocabulary())


def assess_case(case: Any, events: Sequence[Mapping[str, Any]], *, on: date) -> Assessment:
    """Return what the law gives in a case on a day; raises TimelineError or ConflictError with every fault."""
    timeline, faults = timeline_of(case, events)
    if timeline is None:
        raise AsylonError(faults)
    return assess(timeline, packs(), on=on)


def event_faults(case: Any, events: Sequence[Mapping[str, Any]]) -> Sequence[Fault]:
    """Return what forbids these events as the timeline of a case; empty when nothing does."""
    timeline, faults = timeline_of(case, events)
    return faults if timeline is None else ()


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """A duty as the board needs it, whichever reader found it.

    `trigger_on` is the first day on which the trigger may have happened; `minute` is the minute of the day
    of an end that depends on the hour.
    """

    rule: str
    step: str
    bearer: str
    kind: str
    trigger: str
    trigger_on: str
    legal_end: date | None
    safe_end: date | None
    standing: str
    missing: tuple[str, ...]
    minute: int | None = None


_SETTLED = ("met", "met_late", "cancelled")


def duty_facts(outcome: Assessment) -> list[DutyFacts]:
    """Return the duties of an assessment that are not settled and that no other rule displaces.

    A validity is kept also when it has run its length: the paper has expired.
    """
    return [
        _facts(duty)
        for duty in outcome.duties
        if duty.displaced_by is None and (duty.standing not in _SETTLED or duty.clause.kind == "validity")
    ]


def _facts(duty: Duty) -> DutyFacts:
    ending = duty.ending
    is_hours = ending is not None and ending.is_hours
    return DutyFacts(
        duty.rule,
        duty.step or "",
        duty.clause.bearer,
        duty.clause.kind,
        duty.trigger_event,
        date.fromordinal(parse_date(duty.trigger_on).lo).isoformat(),
        date.fromordinal(ending.legal_day) if ending else None,
        date.fromordinal(_day(ending.safe, is_hours)) if ending else None,
        duty.standing,
        tuple(sorted(duty.missing)),
        ending.legal % MINUTES if ending and is_hours else None,
    )


def _day(value: int, is_hours: bool) -> int:
    return value // MINUTES if is_hours else value


_WANTED = (
    "case", "rule", "step", "bearer", "kind", "trigger_event", "trigger_on",
    "legal_end", "safe_end", "standing", "missing", "end_minute",
)  # fmt: skip


def duties_of_many(
    cases: Mapping[str, Any], events: Sequence[tuple[str, str, str, str]], *, on: date
) -> dict[str, list[DutyFacts]]:
    """Return the duties of `duty_facts` of many cases by case id, from rows (case id, on, event, details as JSON text).

    Raises TimelineError or ConflictError when one case cannot be read; find it by reading fewer.
    """
    if not events:
        return {}
    names, days, kinds, details = zip(*events, strict=True)
    countries = [cases[name].jurisdiction for name in names]
    table = pl.DataFrame({"case": names, "jurisdiction": countries, "on": days, "event": kinds, "details": details})
    given = {"case": list(cases), "attributes": [json.dumps(case.attributes) for case in cases.values()]}
    found = assess_many(table, packs(), on=on, cases=pl.DataFrame(given))
    is_open = ~pl.col("standing").is_in(_SETTLED) | (pl.col("kind") == "validity")
    kept = found.filter(pl.col("displaced_by").is_null() & is_open).select(_WANTED)
    duties: dict[str, list[DutyFacts]] = {}
    for case, rule, step, bearer, kind, event, at, legal, safe, standing, missing, minute in kept.iter_rows():
        doubts = tuple(sorted(missing)) if missing else ()
        facts = DutyFacts(
            rule, step or "", bearer, kind, event, at.isoformat(), legal, safe, standing, doubts, minute
        )  # fmt: skip
        duties.setdefault(case, []).append(facts)
    return duties


def referred(text: str) -> tuple[frozenset[str], date | None]:
    """Return the events that a reference may mean and the day it names; nothing for an empty one."""
    if not text:
        return frozenset(), None
    reference = parse_reference(text, vocabulary())
    return reference.events, date.fromordinal(reference.day) if reference.day is not None else None


@cache
def departures() -> frozenset[tuple[str, str]]:
    """Return the rules, with their steps, by which somebody must leave the country: only leaving meets them."""
    return frozenset(
        (clause.rule, clause.step or "")
        for name in packs().jurisdictions
        for clause in packs().pack(name).clauses
        if clause.satisfied_by and {event for act in clause.satisfied_by for event in act.events} <= _LEAVING
    )


_LEAVING = frozenset({"departure_voluntary", "removal"})


@lru_cache(maxsize=4096)
def rule_title(rule: str, step: str, locale: str) -> str:
    """Return the title of a rule in a language, the rule itself when no pack holds it any more."""
    for name in packs().jurisdictions:
        for clause in packs().pack(name).clauses:
            if clause.rule == rule and (clause.step or "") == step:
                return language(locale).pack(clause.title)
    return rule


def countries() -> list[str]:
    """Return the two-letter codes of the countries that have a pack."""
    return sorted(name for name in packs().jurisdictions if name not in ("int", "eu"))


def event_kinds() -> Mapping[str, EventType]:
    """Return all events of the vocabulary by name."""
    return vocabulary().events


def as_date(text: str) -> PartialDate:
    """Return a date as given; ValueError with one sentence when it is none."""
    return parse_date(text)


def is_day(text: str) -> bool:
    """Tell whether a date is given as a single day."""
    return bool(_DAY.fullmatch(text))


@lru_cache(maxsize=4096)
def rule_source(rule: str, step: str) -> Mapping[str, Any]:
    """Return citation, address and confidence of a rule as plain values, of its newest version; empty for none."""
    found: Mapping[str, Any] = {}
    for name in packs().jurisdictions:
        for clause in packs().pack(name).clauses:
            if clause.rule == rule and (clause.step or "") == step:
                found = source_row(clause.source)
    return found


def missing_words(code: str, locale: str) -> str:
    """Return a fact that is missing, as a sentence that says what to add."""
    return missing_text(code, language(locale))
