"""The shape of an invented caseload: families, people, cases and what happened, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from asylon.desk.content import CaseContent, PersonContent, ProceedingContent

Username = Literal["noa", "daniil", "miriam", "sam", "olga"]
Part = Literal["applicant", "dependant", "relative", "opponent", "witness"]
Kind = Literal["spouse", "parent", "sibling", "guardian", "relative", "threatens"]
Role = Literal["member", "reader", "interpreter", "accompanier"]
Course = Literal[
    "first_instance",
    "appeal",
    "further_appeal",
    "detention",
    "fine",
    "expulsion",
    "responsibility",
    "international",
]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person; `key` is the handle by which relations and cases name them."""

    key: str
    content: PersonContent


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """Something that happened, or is fixed for a day to come.

    `on` is a date as given (a day, month or year), `details` those of the vocabulary, `paper` from which
    paper it was taken; what is not `confirmed` was recorded and not yet checked by a second person.
    """

    on: str
    event: str
    details: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    paper: str = ""
    time: str = ""
    confirmed: bool = True

    def plain(self) -> dict[str, str]:
        """Return the event as a case file writes it, without note and paper."""
        time = {"time": self.time} if self.time else {}
        return {"on": self.on, "event": self.event, **time, **self.details}


@dataclass(frozen=True, slots=True)
class DemoProceeding:
    """One course of a case before an office, court or committee."""

    kind: Course
    content: ProceedingContent


@dataclass(frozen=True, slots=True)
class DemoCase:
    """An invented case: whose it is, who works on it, what happened, what was noted."""

    key: str
    jurisdiction: str
    content: CaseContent
    people: tuple[tuple[str, Part], ...]
    lead: Username
    events: tuple[DemoEvent, ...]
    members: tuple[tuple[Username, Role], ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    proceedings: tuple[DemoProceeding, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the case as the plain mapping that `asylon.law.read_timeline` reads."""
        events = [event.plain() for event in self.events]
        return {
            "case": self.key,
            "jurisdiction": self.jurisdiction,
            "attributes": dict(self.attributes),
            "events": events,
        }


@dataclass(frozen=True, slots=True)
class DemoFamily:
    """Invented people who belong together.

    A relation (a, kind, b) says that a is the `kind` of b; `opposed` marks a family whose members need
    teams that know nothing of each other.
    """

    key: str
    name: str
    members: tuple[DemoPerson, ...]
    relations: tuple[tuple[str, Kind, str], ...]
    cases: tuple[DemoCase, ...]
    opposed: bool = False


def happened(
    on: str, event: str, *, note: str = "", paper: str = "", time: str = "", confirmed: bool = True, **details: str
) -> DemoEvent:
    """Return an event with its details written as keywords."""
    return DemoEvent(on, event, details, note, paper, time, confirmed)


def course(kind: Course, forum: str, file_number: str = "", judge: str = "") -> DemoProceeding:
    """Return a proceeding with its sealed content."""
    return DemoProceeding(kind, ProceedingContent(forum, judge, file_number))
