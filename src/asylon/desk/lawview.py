"""The same crossing to the law engine, for people to read: what may be said of an event, and what the law gives.

The rows are those of `asylon.law.contract` with their words in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from asylon.desk.law import OURS, asked_of_person, assess_case, packs, timeline_of, vocabulary
from asylon.desk.templatetags.desk_parts import mark_of
from asylon.errors import AsylonError, Fault
from asylon.language import Language
from asylon.law import Assessment, assess
from asylon.law.contract import body_row, duty_row, right_row
from asylon.law.duty import Duty
from asylon.law.explain import fault_text, fault_words, missing_text, note_text, why, why_right
from asylon.law.packfile import read_yaml
from asylon.law.vocabulary import PACK_ROOT


@dataclass(frozen=True, slots=True)
class DetailField:
    """A detail that an event may have, its values in the order of the vocabulary; `is_own`: not every event has it."""

    key: str
    type: str
    values: tuple[str, ...]
    is_own: bool


@cache
def _raw_vocabulary() -> Mapping[str, Any]:
    raw: Mapping[str, Any] = read_yaml(PACK_ROOT / "vocabulary.yaml")
    return raw


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
    """A fact about the person that the law asks about: `yes_no`, `text` or `list`, and the values it looks for."""

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
    "expired",
    "met",
    "ended",
    "fallback",
)
# Marks that stand in the group of another; any other mark is the name of its group.
_GROUP_OF = {"met_late": "met", "cancelled": "ended", "suspended": "later", "not_started": "later"}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that would settle something, which `rules` wait for.

    `kind` is that of the code, `events` where it belongs, `key` which detail of them or fact about the person.
    """

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
            right_row(right, words)
            | {"missing": [missing_text(code, words) for code in right.missing]}
            | {"why": why_right(right, words)}
            for right in outcome.rights
        ),
        bodies=tuple(body_row(body, words) for body in outcome.bodies),
        unknowns=_unknowns(outcome, case.jurisdiction, words),
        notes=tuple(note_text(code, words) for code in outcome.notes),
        doubts=tuple(fault_text(fault, words) for fault in timeline.doubts),
    )


def _grouped(duties: Iterable[Duty], words: Language) -> tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]:
    found: dict[str, list[Mapping[str, Any]]] = {group: [] for group in DUTY_GROUPS}
    for duty in sorted(duties, key=lambda duty: (duty.ending.legal_day if duty.ending else 0, duty.rule)):
        row = _row(duty, words)
        mark = mark_of(row)
        found[_GROUP_OF.get(mark, mark)].append(row)
    return tuple((group, tuple(members)) for group, members in found.items() if members)


def _row(duty: Duty, words: Language) -> Mapping[str, Any]:
    """Return a duty as a plain row with its reckoning; `acts` are the events that would meet it."""
    acts = dict.fromkeys(name for pattern in duty.clause.satisfied_by for name in pattern.events)
    return {
        **duty_row(duty, words),
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


def terms_of_state(
    case: Any, events: Sequence[Mapping[str, Any]], *, on: date, words: Language
) -> list[tuple[str, str]]:
    """Return rule and title of the terms that bind the state in a case, empty when the law cannot say."""
    try:
        outcome = assess_case(case, events, on=on)
    except AsylonError:
        return []
    found = {duty.rule: words.pack(duty.clause.title) for duty in outcome.duties if duty.clause.bearer not in OURS}
    return sorted(found.items())


def fault_line(fault: Fault, words: Language) -> str:
    """Return what is wrong with a timeline: which event, what about it, and what to do."""
    return fault_text(fault, words)


def fault_beside(fault: Fault, words: Language) -> str:
    """Return what is wrong and what to do, to be shown beside the field or event that it is about."""
    return fault_words(fault, words)
