"""The law as values: what a pack says once it has been read and checked.

A rule has one or more clauses: a clause is one end of one duty or right. Both readers, the one
for a single timeline and the one for a million, work on these values and on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["hours", "days", "working_days", "weeks", "months", "years"]
Bearer = Literal["applicant", "representative", "authority", "court", "employer", "any"]
Window = Literal["before", "after", "ever"]
Same = Literal["procedure", "subject"]
Repeat = Literal["each", "first", "last"]
Confidence = Literal["high", "medium", "low"]

KINDS = (
    "deadline_act",
    "deadline_state",
    "deadline_backward",
    "earliest",
    "confinement_limit",
    "hours",
    "validity",
    "chained",
    "parameter",
    "soft",
    "right",
)
UNROLLED = ("confinement_limit", "earliest", "validity", "hours")
UNITS = ("hours", "days", "working_days", "weeks", "months", "years")
MAIN = "main"  # how files name the step that bears the rule's own name
BEARERS = ("applicant", "representative", "authority", "court", "employer", "any")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule or number comes from, down to the paragraph.

    `basis` is `opened` when the text was read and `memory` when it was not; `note` carries what
    is uncertain and is shown wherever the result is shown.
    """

    citation: str
    url: str | None
    confidence: Confidence
    basis: str
    read: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on a detail of an event: one of `values`, none of them, or given at all.

    With `within` it is enough that one of `values` occurs in the text, whatever its case.
    """

    key: str
    values: frozenset[str] = frozenset()
    negate: bool = False
    given: bool | None = None
    within: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which events are meant: by name, by details, by the event they concern.

    With `by_then` the event shows that an act was done at some time between the trigger and it:
    a complaint that was decided had been lodged.
    """

    events: tuple[str, ...]
    where: tuple[Test, ...] = ()
    concerning: Pattern | None = None
    same: Same | None = None
    by_then: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A condition on the person."""

    attribute: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition on the timeline: some event (or none) of a pattern in a window about the trigger.

    With `last`, only the last event of those names in the window is asked whether it matches.
    """

    pattern: Pattern
    window: Window = "before"
    last: bool = False
    none: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """A condition on the trigger event itself."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Every:
    """All of these conditions."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these conditions."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a condition."""

    of: Condition


Condition = Person | Seen | Trigger | Every | Some | Not


@dataclass(frozen=True, slots=True)
class Length:
    """A number of days, weeks and so on."""

    number: int
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"{self.number} {unit[:-1] if self.number == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Term:
    """How long, under which condition.

    Exactly one of these says it: `least` and `most` (the same for a plain number, apart for a
    range a State must still fill), `until_detail` (a printed date, with `least` as what is known
    without it), `until_day` (a fixed day) or `wording` (the law names no number).
    """

    when: Condition | None = None
    least: Length | None = None
    most: Length | None = None
    until_detail: str | None = None
    until_day: int | None = None
    wording: str | None = None
    parameter: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class After:
    """A chained trigger: another clause of the same case lapsed or was met."""

    rule: str
    step: str | None
    when: Literal["lapsed", "met"]

    @property
    def standings(self) -> tuple[str, ...]:
        """Return the standings of the other clause from which this one follows."""
        return ("missed", "met_late") if self.when == "lapsed" else ("met", "met_late")


@dataclass(frozen=True, slots=True)
class Extension:
    """A trigger that lengthens another clause, at most by `most`, from the original start."""

    pattern: Pattern
    rule: str
    step: str | None
    most: Length


@dataclass(frozen=True, slots=True)
class Start:
    """Where the term begins: at the trigger, at a printed date of it, or at another event.

    `otherwise` is the longest distance of the printed date from the trigger, used when the date is
    not given: the result is then shown and marked undetermined.
    """

    detail: str | None = None
    otherwise: Length | None = None
    event: Pattern | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """From when to when a rule applies (ordinals, both included) and which date decides.

    `by` is `trigger`, `subject` (the event the trigger concerns), `view` (the day from which one
    looks) or the id of a regime. An
    unknown start or end stays open and is said so in the explanation.
    """

    start: int | None
    end: int | None
    by: str = "trigger"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Displaces:
    """A rule this one takes precedence over; `latest` reaches duties of earlier triggers."""

    rule: str
    step: str | None
    match: Literal["trigger", "latest"] = "trigger"

    def reaches(self, clause: Clause) -> bool:
        """Tell whether `clause` is one this names: every step of the rule when no step is named."""
        return clause.rule == self.rule and self.step in (None, clause.step or MAIN)


@dataclass(frozen=True, slots=True)
class Clause:
    """One end of one rule: what both readers evaluate."""

    rule: str
    step: str | None
    title: str
    bearer: Bearer
    kind: str
    concerns: str | None
    trigger: Pattern | After | Extension
    repeat: Repeat
    when: Condition | None
    in_force: InForce
    start: Start
    terms: tuple[Term, ...]
    counting: str
    satisfied_by: tuple[Pattern, ...]
    cancelled_by: tuple[Pattern, ...]
    suspended_by: tuple[Pattern, ...]
    freezes: tuple[str, ...]
    displaces: tuple[Displaces, ...]
    implements: tuple[str, ...]
    consequence: str
    right: str | None
    only_where_open: str | None
    source: Source
    pack: str
    place: str

    @property
    def key(self) -> tuple[str, str | None]:
        """Return rule id and step, which name the clause within its versions."""
        return self.rule, self.step

    @property
    def pattern(self) -> Pattern | None:
        """Return which events trigger it, None when it is chained to another clause."""
        match self.trigger:
            case Pattern():
                return self.trigger
            case Extension(pattern):
                return pattern
            case After():
                return None

    @property
    def trigger_events(self) -> tuple[str, ...]:
        """Return the names of the events that can trigger it, empty when it is chained."""
        return self.pattern.events if self.pattern else ()

    @property
    def base(self) -> Length | None:
        """Return the length that an extension of it lengthens, None when it names none itself."""
        return next((term.least for term in self.terms if term.least is not None), None)

    @property
    def parent(self) -> tuple[str, str | None] | None:
        """Return the key of the clause this one hangs on, None when an event triggers it."""
        if isinstance(self.trigger, Pattern):
            return None
        return self.trigger.rule, self.trigger.step


@dataclass(frozen=True, slots=True)
class Regime:
    """A selector: which date of the file decides which law applies to it.

    `presupposed_by` are events that cannot happen before that date, so that a file without it is
    still known to be no later.
    """

    id: str
    title: str
    date_of: Pattern
    presupposed_by: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Deemed:
    """Service that is deemed to happen some days after posting."""

    id: str
    pattern: Pattern
    days: int
    start: int | None
    end: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Freeze:
    """An interval in which terms did not run (ordinals, both included)."""

    id: str
    name: str
    start: int
    end: int
    source: Source


@dataclass(frozen=True, slots=True)
class Counting:
    """How a system counts its terms: one row of section 6 of the law brief."""

    id: str
    title: str
    calendar: str
    event_day: Literal["excluded", "included"]
    days: Literal["calendar", "working"]
    roll: Literal["forward", "backward", "none"]
    recess: tuple[str, ...]
    deemed: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Recess:
    """Court holidays that are not counted: yearly from-to, or around a named holiday."""

    id: str
    name: str
    first: tuple[int, int] | None
    last: tuple[int, int] | None
    holiday: str | None
    before: int
    after: int
    source: Source


@dataclass(frozen=True, slots=True)
class Override:
    """Days the holidays package does not know, or knows wrongly."""

    start: int
    end: int
    working: bool
    name: str
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class CalendarSpec:
    """Which days are rest days (the end of a term moves) and on which offices are closed."""

    id: str
    country: str
    region_attribute: str | None
    rest: frozenset[int]
    closed: frozenset[int]
    overrides: tuple[Override, ...]
    recess: tuple[Recess, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """Whether an international body can be seized against a State.

    `open` is None where it was never verified; `acts_until` closes it for acts after that day.
    """

    body: str
    state: str
    open: bool | None
    acts_until: int | None
    note: str
    source: Source


@dataclass(frozen=True, slots=True)
class Context:
    """A row of law that frames or warns and yields no duty of its own."""

    id: str
    title: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Pack:
    """One jurisdiction's own law, before it is joined to the packs it builds on."""

    jurisdiction: str
    name: str
    builds_on: tuple[str, ...]
    zone: str
    asked_for: str
    clauses: tuple[Clause, ...]
    calendars: Mapping[str, CalendarSpec]
    countings: Mapping[str, Counting]
    regimes: Mapping[str, Regime]
    deemed: Mapping[str, Deemed]
    freezes: Mapping[str, Freeze]
    parameters: Mapping[str, tuple[Term, ...]]
    bodies: tuple[Body, ...]
    context: tuple[Context, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Law:
    """All the law of one jurisdiction, its own and that it builds on, ready to be applied.

    `asked_for` is the procedure that an application opens of which no other is said.
    `clauses` stand so that a chained clause comes after the one it hangs on.
    """

    jurisdiction: str
    name: str
    zone: str
    asked_for: str
    calendar: str
    clauses: tuple[Clause, ...]
    calendars: Mapping[str, CalendarSpec]
    countings: Mapping[str, Counting]
    regimes: Mapping[str, Regime]
    deemed: Mapping[str, Deemed]
    freezes: Mapping[str, Freeze]
    bodies: tuple[Body, ...]
    context: tuple[Context, ...]
    version: str
    own: bool = True
    by_key: Mapping[tuple[str, str | None], tuple[Clause, ...]] = field(default_factory=dict)

    def roll(self, clause: Clause) -> str:
        """Return how the end of `clause` moves off a rest day: by its kind, else by its counting."""
        if clause.kind == "deadline_backward":
            return "backward"
        if clause.kind in UNROLLED:
            return "none"
        return self.countings[clause.counting].roll
