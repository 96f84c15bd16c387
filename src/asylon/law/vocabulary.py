"""The words of a timeline: event names, their details, facts about the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from asylon.language import said
from asylon.law.packfile import read_yaml

PACK_ROOT = Path(__file__).parent.parent / "lawpacks"


@dataclass(frozen=True, slots=True)
class DetailType:
    """What a detail may hold: one of the type names, or one of a list of values."""

    type: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event.

    `presence` marks what cannot happen to somebody who is not in the country, `decides` what an
    authority or court decides and a notification can therefore notify.
    """

    name: str
    group: str
    definition: str
    details: Mapping[str, DetailType]
    presence: bool = False
    decides: bool = False

    @property
    def refers(self) -> str | None:
        """Return the detail that names the earlier event this one concerns, None if none does."""
        return next((key for key, kind in self.details.items() if kind.type == "reference"), None)


@dataclass(frozen=True, slots=True)
class ReferencePattern:
    """A way papers name an earlier event, and the events it may mean."""

    pattern: re.Pattern[str]
    events: frozenset[str]
    refusals: bool


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Every word a timeline may use."""

    events: Mapping[str, EventType]
    attributes: Mapping[str, DetailType]
    references: tuple[ReferencePattern, ...]
    refusal_outcomes: frozenset[str]

    def nearest(self, name: str, known: Mapping[str, object] | None = None) -> str:
        """Return a hint with the nearest known names, empty when nothing is near."""
        near = get_close_matches(name, list(self.events if known is None else known), n=3, cutoff=0.5)
        return said("did you mean {words}?", words=" or ".join(repr(word) for word in near)) if near else ""


def _detail_type(spec: object) -> DetailType:
    if isinstance(spec, list):
        return DetailType("choice", frozenset(str(value) for value in spec))
    return DetailType(str(spec))


def _event_type(name: str, spec: Mapping[str, Any], common: Mapping[str, DetailType]) -> EventType:
    own = {key: _detail_type(kind) for key, kind in spec.get("details", {}).items()}
    return EventType(
        name=name,
        group=spec["group"],
        definition=spec["definition"],
        details={**common, **own},
        presence=spec.get("presence", False),
        decides=spec.get("decides", False),
    )


def _reference(spec: Mapping[str, Any], procedures: frozenset[str]) -> ReferencePattern:
    choice = "|".join(sorted(procedures, key=len, reverse=True))
    source = spec["pattern"]
    if "%P" in source:
        first, second = source.split("%P", 1)
        source = f"{first}(?P<procedure>{choice}){second}".replace("%P", f"(?P<procedure2>{choice})")
    return ReferencePattern(re.compile(source, re.IGNORECASE), frozenset(spec["events"]), spec.get("refusals", False))


@lru_cache(maxsize=8)
def load_vocabulary(root: Path = PACK_ROOT) -> Vocabulary:
    """Return the vocabulary kept beside the packs in `root`."""
    raw = read_yaml(root / "vocabulary.yaml")
    common = {key: _detail_type(kind) for key, kind in raw["common"].items()}
    procedures = common["procedure"].values
    return Vocabulary(
        events={name: _event_type(name, spec, common) for name, spec in raw["events"].items()},
        attributes={name: DetailType(spec["type"]) for name, spec in raw["attributes"].items()},
        references=tuple(_reference(spec, procedures) for spec in raw["references"]),
        refusal_outcomes=frozenset(raw["refusal_outcomes"]),
    )
