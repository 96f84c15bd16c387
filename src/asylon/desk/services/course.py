"""What became of an application, from dated events: the wait, what was decided, whether the person must leave.

Pure values: no query, no clock. The law engine says what is owed; this says where a person stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from asylon.desk import law


class EventFacts(NamedTuple):
    """An event as far as the server reads it; `earliest` and `latest` are None where its date is open at that end."""

    name: str
    on: str
    earliest: date | None
    latest: date | None
    details: Mapping[str, str]


# What begins a wait. Only the last two are an application in form: they take the place of the first two.
ASKED = frozenset({"intent_expressed", "registration"})
LODGED = frozenset({"lodged", "subsequent_application_lodged"})
# Procedures in which nobody waits for protection.
BESIDE = frozenset({"work_permit", "residence_permit", "family_reunification", "other"})
# What ends every wait at once, whatever it was for.
OVER = frozenset({"departure_voluntary", "removal", "death", "citizenship_acquired", "transfer_executed"})
GRANTS = {
    "refugee_status_granted": ("refugee", ""),
    "subsidiary_protection_granted": ("subsidiary", ""),
    "temporary_asylum_granted": ("temporary_asylum", "temporary_asylum"),
}
DECISIONS = frozenset({"decision_preliminary", "decision_first_instance", "decision_final"})
REVIEWS = frozenset({"appeal_decided", "complaint_decided"})
LOSSES = frozenset({"status_lost", "status_withdrawn"})
ORDERS = frozenset({"return_decision", "expulsion_order", "deportation_order", "removal", "removal_attempted"})
# What a review may be about instead of an application.
OTHER_SUBJECTS = ORDERS | LOSSES | {"fine_imposed", "transfer_decision", "extradition_order"}
REOPENED = frozenset({"annulled", "remitted"})
STAGES = frozenset({"admissible", "admitted"})  # decisions after which somebody goes on waiting

PROTECTED = frozenset({"refugee", "subsidiary", "humanitarian", "temporary_asylum", "granted"})
REFUSED = frozenset({
    "rejected", "manifestly_unfounded", "inadmissible", "excluded", "terminated", "refused", "dismissed",
    "struck_out", "status_lost", "status_withdrawn", "removal",
})  # fmt: skip


def verdict(outcome: str) -> str:
    """Return "protected" or "refused" for an outcome, empty while it is open."""
    return "protected" if outcome in PROTECTED else "refused" if outcome in REFUSED else ""


class Wait(NamedTuple):
    """A wait without a decision: since when, what began it, and the first application where it began again."""

    since: date
    event: str
    first: date


class Course:
    """Walks the events that are seen on a day, in order, and keeps where the person stands."""

    def __init__(self, events: Sequence[EventFacts], on: date) -> None:
        self.outcome = ""
        self.removal_day: date | None = None
        self._waits: dict[str, Wait] = {}  # by procedure
        self._ended: tuple[str, Wait] | None = None
        self._held: str | None = None  # the procedure of the protection that is held, empty for none named
        self._subject = ""  # the decision last made, which a review concerns if it names none
        self._dated: dict[date, str] = {}
        for event in events:
            if event.earliest is None or event.earliest <= on:
                self._see(event)
        self._ahead(events, on)

    @property
    def waiting(self) -> Wait | None:
        """Return the longest wait that is open, None when nobody waits."""
        return min(self._waits.values(), default=None)

    def _see(self, event: EventFacts) -> None:
        name, procedure = event.name, event.details.get("procedure", "")
        if procedure in BESIDE:
            return
        if name in ASKED or name in LODGED:
            self._apply(event, procedure)
        elif name in DECISIONS:
            self._decide(event, procedure)
        elif name in GRANTS:
            self._grant(*GRANTS[name])
        elif name in REVIEWS:
            self._review(event, procedure)
        elif name == "withdrawal":
            self._end(procedure)
            self.outcome = "withdrawal" if self._held is None else self.outcome
        elif name in OVER:
            self._leave(name)
        elif name in LOSSES:
            self.outcome, self._held = name, None
        self._orders(event)

    def _apply(self, event: EventFacts, procedure: str) -> None:
        day = event.earliest or event.latest
        if day is None:
            return
        if event.name in LODGED:
            if (begun := self._waits.get("")) and begun.event in ASKED:
                del self._waits[""]
            self._waits.setdefault(procedure, Wait(day, event.name, day))
        elif not self._waits and not self.outcome:
            self._waits[""] = Wait(day, event.name, day)

    def _end(self, procedure: str) -> None:
        """End the wait in a procedure, or every wait where none is named."""
        ended = [key for key in self._waits if not procedure or key in (procedure, "")]
        for key in ended:
            self._ended = (key, self._waits.pop(key))

    def _decide(self, event: EventFacts, procedure: str) -> None:
        outcome = event.details.get("outcome", "")
        self._decided(event)
        if outcome in STAGES or (event.name == "decision_preliminary" and not outcome):
            return
        self._end(procedure)
        if verdict(outcome) == "protected":
            self.outcome, self._held, self.removal_day = outcome, procedure, None
        elif verdict(outcome) and self._touches(procedure):
            self.outcome, self._held = outcome, None

    def _touches(self, procedure: str) -> bool:
        """Tell whether a refusal in a procedure touches what is held: not if both are named and differ."""
        return not self._held or not procedure or self._held == procedure

    def _grant(self, outcome: str, procedure: str) -> None:
        self._end(procedure)
        self.outcome, self._held, self.removal_day = outcome, procedure, None

    def _review(self, event: EventFacts, procedure: str) -> None:
        outcome, subject = event.details.get("outcome", ""), self._about(event.details.get("against", ""))
        if subject in ORDERS:
            self.removal_day = None if outcome in REOPENED else self.removal_day
        if subject not in DECISIONS:
            return
        if outcome in REOPENED:
            self.outcome = outcome if self._held is None else self.outcome
            self._wait_again(event, procedure)
        elif verdict(outcome) and self._held is None:
            self.outcome = outcome

    def _wait_again(self, event: EventFacts, procedure: str) -> None:
        """Open again the wait that the annulled decision had ended."""
        day = event.earliest or event.latest
        if self._ended is None or day is None:
            return
        ended, wait = self._ended
        self._waits.setdefault(procedure or ended, Wait(day, event.name, wait.first))

    def _about(self, against: str) -> str:
        """Return the decision that a review concerns: the one it names, else the last one made."""
        names, day = law.referred(against)
        if day is not None:
            return self._dated.get(day, self._subject)
        if not names or names & REVIEWS:  # a higher court on what a lower one ruled about
            return self._subject
        return next((name for name in names if name in DECISIONS), min(names))

    def _leave(self, name: str) -> None:
        self._waits.clear()
        self._held = None
        if name in ("departure_voluntary", "removal"):
            self.outcome = name

    def _orders(self, event: EventFacts) -> None:
        until = event.details.get("until", "")
        if event.name in ORDERS:  # the day printed on the order, else that of the order itself
            self.removal_day = date.fromisoformat(until) if law.is_day(until) else event.earliest or event.latest
        elif event.name in ("removal_order_revoked", "departure_voluntary", "citizenship_acquired", "death"):
            self.removal_day = None
        if event.name in OTHER_SUBJECTS:
            self._decided(event)

    def _decided(self, event: EventFacts) -> None:
        self._subject = event.name
        if event.earliest is not None:
            self._dated[event.earliest] = event.name

    def _ahead(self, events: Iterable[EventFacts], on: date) -> None:
        """Take the day of a removal that is set for a day to come."""
        for event in events:
            if event.name == "removal" and event.earliest is not None and event.earliest > on:
                self.removal_day = event.earliest
