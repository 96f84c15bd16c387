"""Which earlier event a notice, an appeal or a decision concerns.

A paper names it by the event ("decision_first_instance"), by day ("decision of 2015-12-29") or
in words ("refugee_status refusal"). What cannot be tied to one event stays unresolved: unknown,
never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from asylon.law.timeline import Event
from asylon.law.vocabulary import Vocabulary

NO_LINK = -1
UNRESOLVED = -2

_OF_DAY = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a paper says of the event it concerns.

    `events` are the names it may have (empty: nothing could be read), `procedure` and `refusal`
    narrow it, `day` is the ordinal of the day it is named by, `sole` asks that only one event of
    those names stands before it.
    """

    events: frozenset[str]
    procedure: str | None = None
    refusal: bool = False
    day: int | None = None
    sole: bool = False


@lru_cache(maxsize=65536)
def parse_reference(text: str | None, vocabulary: Vocabulary) -> Reference:
    """Return what `text` refers to; None stands for a paper that does not say."""
    deciding = frozenset(name for name, kind in vocabulary.events.items() if kind.decides)
    if text is None:
        return Reference(deciding, sole=True)
    if text in vocabulary.events:
        return Reference(frozenset({text}))
    if found := _OF_DAY.search(text):
        try:
            return Reference(deciding, day=date.fromisoformat(found[1]).toordinal())
        except ValueError:
            return Reference(frozenset())
    for pattern in vocabulary.references:
        if match := pattern.pattern.search(text):
            groups = match.groupdict()
            procedure = groups.get("procedure") or groups.get("procedure2")
            return Reference(pattern.events, procedure, pattern.refusals)
    return Reference(frozenset())


def matches(reference: Reference, name: str, details: Mapping[str, str], vocabulary: Vocabulary) -> bool:
    """Tell whether an event of this name and these details is what `reference` names, day apart."""
    if name not in reference.events:
        return False
    if reference.procedure and details.get("procedure") != reference.procedure:
        return False
    return not reference.refusal or details.get("outcome") in vocabulary.refusal_outcomes


def link_events(events: Sequence[Event], vocabulary: Vocabulary) -> tuple[int, ...]:
    """Return for each event the index of the event it concerns, NO_LINK or UNRESOLVED."""
    links = []
    for position, event in enumerate(events):
        key = vocabulary.events[event.name].refers
        if key is None:
            links.append(NO_LINK)
            continue
        reference = parse_reference(event.details.get(key), vocabulary)
        links.append(_resolve(reference, events[:position], vocabulary))
    return tuple(links)


def _resolve(reference: Reference, earlier: Sequence[Event], vocabulary: Vocabulary) -> int:
    found = [index for index, event in enumerate(earlier) if matches(reference, event.name, event.details, vocabulary)]
    if reference.day is not None:
        found = [i for i in found if earlier[i].on.lo == reference.day == earlier[i].on.hi]
    if not found or (reference.sole and len(found) > 1):
        return UNRESOLVED
    return found[-1]


def inherit_procedures(events: Sequence[Event], links: Sequence[int]) -> tuple[str | None, ...]:
    """Return the procedure of each event: its own, or that of the event it concerns."""
    procedures: list[str | None] = []
    for event, link in zip(events, links, strict=True):
        own = event.details.get("procedure")
        procedures.append(own if own is not None else procedures[link] if link >= 0 else None)
    return tuple(procedures)
