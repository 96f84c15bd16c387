"""What a rule gives in a case: a duty or a right, where it stands, and how it was reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from asylon.law.packs import Clause
from asylon.law.terms import MINUTES

Standing = Literal[
    "met",
    "met_late",
    "missed",
    "running",
    "not_started",
    "suspended",
    "cancelled",
    "undetermined",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reckoning: a code of the message catalogue and what fills it."""

    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """The ends of a duty, in days (ordinals) or, with `is_hours`, in minutes.

    Where dates or numbers are not certain the earliest end stands in `raw`, `legal` and `safe`,
    and `latest` is the last legal end still possible; otherwise `latest` equals `legal`.
    """

    raw: int
    legal: int
    safe: int
    latest: int
    is_hours: bool = False

    @property
    def legal_day(self) -> int:
        """Return the day of the legal end, as an ordinal."""
        return self.legal // MINUTES if self.is_hours else self.legal

    @property
    def last_day(self) -> int:
        """Return the last day on which the term may still be running, as an ordinal."""
        return self.latest // MINUTES if self.is_hours else self.latest


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule at work in a case.

    `trigger` and `met_by` are positions in the events of the timeline (None: no such event);
    `start` is the day the term starts from; `days` is days left on the day one looks, negative
    when late; for something met, the days between act and legal end. `missing` are codes of the
    facts that would settle what is undetermined; `applies` is False when one of them decides
    whether the rule applies at all.
    """

    clause: Clause
    trigger: int
    trigger_event: str
    trigger_on: str
    start: tuple[int, int] | None
    ending: Ending | None
    standing: Standing
    met_by: int | None
    met_on: str | None
    days: int | None
    missing: tuple[str, ...]
    steps: tuple[Step, ...]
    applies: bool = True
    displaced_by: str | None = None

    @property
    def rule(self) -> str:
        """Return the id of the rule."""
        return self.clause.rule

    @property
    def step(self) -> str | None:
        """Return which end of the rule this is, None when it has only one."""
        return self.clause.step


@dataclass(frozen=True, slots=True)
class Right:
    """What a status or situation entitles a person to on the day one looks.

    `since` is the date of the event that gave it; with `missing` it is not known whether it holds.
    """

    clause: Clause
    trigger_event: str
    since: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BodyState:
    """Whether an international body can be seized; `open` is None when that is not known."""

    body: str
    open: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the law gives in one case on one day."""

    case: str
    jurisdiction: str
    on: date
    duties: tuple[Duty, ...]
    rights: tuple[Right, ...]
    bodies: tuple[BodyState, ...]
    notes: tuple[str, ...] = ()
