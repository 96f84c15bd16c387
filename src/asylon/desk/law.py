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
from asylon.language import Language
from asylon.law import Assessment, Packs, Timeline, assess, load_packs
from asylon.law.conditions import is_adult
from asylon.law.contract import duty_row, right_row
from asylon.law.days import PartialDate, from_day, parse_date
from asylon.law.duty import Duty
from asylon.law.explain import missing_text, note_text, why, why_right
from asylon.law.links import parse_reference
from asylon.law.many import assess_many
from asylon.law.packfile import read_yaml
from asylon.law.packs import Person, Test
from asylon.law.timeline import try_timeline
from asylon.law.vocabulary import PACK_ROOT, DetailType, EventType, Vocabulary

OURS = frozenset({"applicant", "representative", "any"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATE = re.compile(r"[a-z]{2}")
_RULE = re.compile(r"[A-Z]{2}(?:-[A-Z]+)?-\d{1,3}(?:/[a-z_]+)?")


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
    """A duty as the board needs it, whichever reader found it."""

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


def duty_facts(outcome: Assessment) -> list[DutyFacts]:
    """Return the duties of an assessment that no other rule displaces."""
    return [
        DutyFacts(
            duty.rule,
            duty.step or "",
            duty.clause.bearer,
            duty.clause.kind,
            duty.trigger_event,
            duty.trigger_on,
            date.fromordinal(duty.ending.legal_day) if duty.ending else None,
            date.fromordinal(_day(duty.ending.safe, duty.ending.is_hours)) if duty.ending else None,
            duty.standing,
            duty.missing,
        )
        for duty in outcome.duties
        if duty.displaced_by is None
    ]


def _day(value: int, is_hours: bool) -> int:
    from asylon.law.terms import MINUTES

    return value // MINUTES if is_hours else value


def duties_of_many(
    cases: Mapping[str, Any], events: Iterable[tuple[str, str, str, Mapping[str, str]]], *, on: date
) -> dict[str, list[DutyFacts]]:
    """Return the duties of many cases by case id, from rows (case id, on, event, details).

    Raises TimelineError or ConflictError when one case cannot be read; reckon those one by one.
    """
    rows = [(case, cases[case].jurisdiction, day, name, json.dumps(details)) for case, day, name, details in events]
    if not rows:
        return {}
    schema = ["case", "jurisdiction", "on", "event", "details"]
    table = pl.DataFrame(rows, schema=schema, orient="row")
    given = {"case": list(cases), "attributes": [json.dumps(case.attributes) for case in cases.values()]}
    found = assess_many(table, packs(), on=on, cases=pl.DataFrame(given))
    wanted = [
        "case",
        "rule",
        "step",
        "bearer",
        "kind",
        "trigger_event",
        "trigger_on",
        "legal_end",
        "safe_end",
        "standing",
    ]
    duties: dict[str, list[DutyFacts]] = {}
    kept = found.filter(pl.col("displaced_by").is_null()).select([*wanted, "missing"])
    for case, rule, step, bearer, kind, event, at, legal, safe, standing, missing in kept.iter_rows():
        day = at.isoformat() if at else ""
        facts = DutyFacts(rule, step or "", bearer, kind, event, day, legal, safe, standing, tuple(missing or ()))
        duties.setdefault(case, []).append(facts)
    return duties


@lru_cache(maxsize=4096)
def rule_title(rule: str, step: str) -> str:
    """Return the title of a rule, the rule itself when no pack holds it any more."""
    for name in packs().jurisdictions:
        for clause in packs().pack(name).clauses:
            if clause.rule == rule and (clause.step or "") == step:
                return clause.title
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


@dataclass(frozen=True, slots=True)
class DetailField:
    """A detail that an event may have, with its values in the order of the vocabulary; `is_own` is not common to all."""

    key: str
    type: str
    values: tuple[str, ...]
    is_own: bool


@cache
def _raw_vocabulary() -> Mapping[str, Any]:
    return read_yaml(PACK_ROOT / "vocabulary.yaml")


@cache
def event_fields(name: str) -> tuple[DetailField, ...]:
    """Return the details that an event may have: its own first, then those that every event may have."""
    raw = _raw_vocabulary()
    own, common = raw["events"][name].get("details", {}), raw["common"]
    ordered = [(key, spec, True) for key, spec in own.items()]
    ordered += [(key, spec, False) for key, spec in common.items() if key not in own]
    return tuple(
        DetailField(key, "choice", tuple(map(str, spec)), is_own)
        if isinstance(spec, list)
        else DetailField(key, str(spec), (), is_own)
        for key, spec, is_own in ordered
    )


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact about the person that the law of a country asks about: `yes_no`, `text` or `list`, with the values it
    looks for."""

    key: str
    type: str
    values: tuple[str, ...]


def fact_fields(jurisdiction: str) -> tuple[FactField, ...]:
    """Return the facts about a person that the law of a country asks about, by name."""
    kinds = vocabulary().attributes
    asked = asked_of_person(jurisdiction)
    return tuple(FactField(key, kinds[key].type, tuple(sorted(asked[key]))) for key in sorted(asked))


# In the order in which somebody must look at them.
DUTY_GROUPS = (
    "missed_by_state",
    "missed_by_us",
    "week",
    "month",
    "later",
    "open",
    "undetermined",
    "met",
    "ended",
    "fallback",
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that would settle something: `kind` is that of the code, `events` where it belongs, `key` which detail
    of them or which fact about the person; `rules` wait for it."""

    kind: str
    events: tuple[str, ...]
    key: str
    text: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the law gives in a case on a day, as the plain rows of `asylon.law.contract` with their words.

    `groups` pairs a key of DUTY_GROUPS with its duties, none of them empty; `doubts` is what looks wrong in the
    timeline although it can be read.
    """

    on: date
    groups: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    rights: tuple[Mapping[str, Any], ...]
    bodies: tuple[Mapping[str, Any], ...]
    unknowns: tuple[Unknown, ...]
    notes: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def duties(self) -> tuple[Mapping[str, Any], ...]:
        """Return all duties, the most urgent first."""
        return tuple(duty for _key, duties in self.groups for duty in duties)


def case_view(case: Any, events: Sequence[Mapping[str, Any]], *, on: date, words: Language) -> CaseView:
    """Return what the law gives in a case on a day, in words; AsylonError with every fault when it cannot be said."""
    timeline, faults = timeline_of(case, events)
    if timeline is None:
        raise AsylonError(faults)
    outcome = assess(timeline, packs(), on=on)
    return CaseView(
        on=on,
        groups=_grouped(outcome.duties, words),
        rights=tuple(
            right_row(right)
            | {"missing": [missing_text(code, words) for code in right.missing]}
            | {"why": why_right(right, words)}
            for right in outcome.rights
        ),
        bodies=tuple({"body": body.body, "open": body.open, "why": body.why} for body in outcome.bodies),
        unknowns=_unknowns(outcome, case.jurisdiction, words),
        notes=tuple(note_text(code, words) for code in outcome.notes),
        doubts=tuple(f"{fault.place.partition(', ')[2]}: {fault.problem}; {fault.remedy}" for fault in timeline.doubts),
    )


def _grouped(duties: Iterable[Duty], words: Language) -> tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]:
    found: dict[str, list[Duty]] = {group: [] for group in DUTY_GROUPS}
    for duty in duties:
        found[_group(duty)].append(duty)
    for members in found.values():
        members.sort(key=lambda duty: (duty.ending.legal_day if duty.ending else 0, duty.rule))
    return tuple((group, tuple(_row(duty, words) for duty in members)) for group, members in found.items() if members)


def _group(duty: Duty) -> str:
    if duty.displaced_by:
        return "fallback"
    fixed = {"undetermined": "undetermined", "met": "met", "met_late": "met", "cancelled": "ended"}
    fixed |= {"suspended": "later", "not_started": "later"}
    if duty.standing == "missed":
        return "missed_by_us" if duty.clause.bearer in OURS else "missed_by_state"
    if duty.standing in fixed:
        return fixed[duty.standing]
    if duty.days is None:
        return "open"
    return "week" if duty.days <= 7 else "month" if duty.days <= 30 else "later"


def _row(duty: Duty, words: Language) -> Mapping[str, Any]:
    """Return a duty as a plain row with its reckoning; `acts` are the events that would meet it."""
    acts = dict.fromkeys(name for pattern in duty.clause.satisfied_by for name in pattern.events)
    return {
        **duty_row(duty),
        "missing": [missing_text(code, words) for code in duty.missing],
        "why": why(duty, words),
        "acts": tuple(name for name in acts if name in vocabulary().events),
    }


def _unknowns(outcome: Assessment, jurisdiction: str, words: Language) -> tuple[Unknown, ...]:
    waiting: dict[str, list[str]] = {}
    for duty in outcome.duties:
        for code in duty.missing if duty.displaced_by is None else ():
            waiting.setdefault(code, []).append(duty.rule)
    for right in outcome.rights:
        for code in right.missing:
            waiting.setdefault(code, []).append(right.clause.rule)
    return tuple(_unknown(code, tuple(dict.fromkeys(rules)), jurisdiction, words) for code, rules in waiting.items())


def _unknown(code: str, rules: tuple[str, ...], jurisdiction: str, words: Language) -> Unknown:
    kind, _, rest = code.partition(":")
    names, _, key = rest.partition(":")
    events = tuple(names.split("|"))
    if kind == "regime":
        regime = packs().law(jurisdiction).regimes.get(rest)
        events = regime.date_of.events if regime else ()
    known = tuple(name for name in events if name in vocabulary().events)
    return Unknown(kind, known, rest if kind == "person" else key, missing_text(code, words), rules)
