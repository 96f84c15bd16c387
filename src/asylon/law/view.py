"""A timeline as it looks from one day: what is seen, what concerns what, what matches a pattern.

Answers are three-valued: None means that a detail, a reference or a date is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from asylon.law.links import NO_LINK, UNRESOLVED, inherit_procedures, link_events
from asylon.law.packs import Pattern, Same, Test, Window
from asylon.law.timeline import Event, Timeline
from asylon.law.vocabulary import Vocabulary

ANY_EVENT = "*"


def both(one: bool | None, other: bool | None) -> bool | None:
    """Return the three-valued "and" (Kleene)."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(one: bool | None, other: bool | None) -> bool | None:
    """Return the three-valued "or" (Kleene)."""
    if one or other:
        return True
    return None if one is None or other is None else False


def negate(one: bool | None) -> bool | None:
    """Return the three-valued "not" (Kleene)."""
    return None if one is None else not one


def passes(test: Test, value: str | None) -> bool | None:
    """Tell whether a detail passes a test; None when the detail is not given and matters."""
    if test.given is not None:
        return (value is not None) == test.given
    if value is None:
        return None
    if test.within:
        return any(part.lower() in value.lower() for part in test.values)
    return (value in test.values) != test.negate


def detail_code(events: Iterable[str], key: str) -> str:
    """Return the code of the question what `key` is on these events."""
    return f"detail:{'|'.join(events)}:{key}"


def concerns_code(events: Iterable[str]) -> str:
    """Return the code of the question which decision these events concern."""
    return f"concerns:{'|'.join(events)}"


def event_code(patterns: Iterable[Pattern]) -> str:
    """Return the code of the question whether an event of these patterns counts."""
    return f"event:{'|'.join(dict.fromkeys(name for pattern in patterns for name in pattern.events))}"


class View:
    """The events of `timeline` seen on day `on`; events of other states and later days are not."""

    def __init__(self, timeline: Timeline, on: int, vocabulary: Vocabulary) -> None:
        self.timeline = timeline
        self.on = on
        self.vocabulary = vocabulary
        here = (None, timeline.jurisdiction)
        self.events: tuple[Event, ...] = tuple(
            event for event in timeline.events if event.on.lo <= on and event.details.get("state") in here
        )
        self.links = link_events(self.events, vocabulary)
        self.procedures = inherit_procedures(self.events, self.links)

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, event in enumerate(self.events):
            found.setdefault(event.name, []).append(index)
        return found

    def has_any(self, names: Iterable[str]) -> bool:
        """Tell whether any event has one of these names."""
        return any(name in self._by_name for name in names)

    def named(self, names: Iterable[str]) -> Sequence[int]:
        """Return the positions of events with one of these distinct names, in order."""
        by_name = self._by_name
        found = [by_name[name] for name in names if name in by_name]
        if len(found) == 1:
            return found[0]
        return sorted(index for group in found for index in group)

    def detail(self, index: int, key: str) -> str | None:
        """Return a detail of an event; its procedure may come from the event it concerns."""
        if key == "procedure":
            return self.procedures[index]
        return self.events[index].details.get(key)

    def matches(self, pattern: Pattern, index: int) -> bool | None:
        """Tell whether the event at `index` is one that `pattern` means."""
        event = self.events[index]
        if ANY_EVENT not in pattern.events and event.name not in pattern.events:
            return False
        result: bool | None = True
        for test in pattern.where:
            result = both(result, passes(test, self.detail(index, test.key)))
        if pattern.concerning is not None and result is not False:
            result = both(result, self._concerns(pattern.concerning, index))
        return result

    def _concerns(self, pattern: Pattern, index: int) -> bool | None:
        link = self.links[index]
        if link >= 0:
            return self.matches(pattern, link)
        return None if link == UNRESOLVED else False

    def unknown_of(self, pattern: Pattern, index: int) -> Iterator[str]:
        """Yield the codes of the facts that keep `matches` from an answer."""
        for test in pattern.where:
            if passes(test, self.detail(index, test.key)) is None:
                yield detail_code(pattern.events, test.key)
        if pattern.concerning is not None:
            link = self.links[index]
            if link == UNRESOLVED:
                yield concerns_code(pattern.events)
            elif link >= 0:
                yield from self.unknown_of(pattern.concerning, link)

    def subject(self, index: int) -> int:
        """Return the event that the one at `index` concerns: itself when it names none.

        UNRESOLVED when it names one that cannot be found.
        """
        link = self.links[index]
        return index if link == NO_LINK else link

    def related(self, same: Same | None, index: int, trigger: int) -> bool | None:
        """Tell whether an event belongs to the same procedure or subject as the trigger.

        The subject is the same when both concern one decision, or the event concerns the trigger.
        """
        if same is None:
            return True
        if same == "procedure":
            mine, theirs = self.procedures[index], self.procedures[trigger]
            return None if mine is None or theirs is None else mine == theirs
        if self.links[index] == trigger:
            return True
        mine_subject, theirs_subject = self.subject(index), self.subject(trigger)
        if UNRESOLVED in (mine_subject, theirs_subject):
            return None
        return mine_subject == theirs_subject

    def in_window(self, window: Window, index: int, trigger: int, names: Iterable[str]) -> bool | None:
        """Tell whether an event lies before or after the trigger (by day; never the trigger itself).

        Events of the trigger's own kind are ordered by their place in the timeline, so that each
        of several on one day has its own predecessor.
        """
        if index == trigger:
            return False
        if window == "ever":
            return True
        event, pivot = self.events[index], self.events[trigger]
        exact = event.on.is_exact and pivot.on.is_exact
        if exact and event.on.lo == pivot.on.lo and pivot.name in names:
            return index < trigger if window == "before" else index > trigger
        first, second = (event, pivot) if window == "before" else (pivot, event)
        if first.on.hi <= second.on.lo:
            return True
        return False if first.on.lo > second.on.hi else None

    def find(self, pattern: Pattern, window: Window, trigger: int) -> Iterator[tuple[int, bool | None]]:
        """Yield the events of `pattern` about `trigger` that do or may count, in order."""
        for index in self.named(pattern.events):
            near = self.in_window(window, index, trigger, pattern.events)
            if near is False:
                continue
            found = both(near, both(self.matches(pattern, index), self.related(pattern.same, index, trigger)))
            if found is not False:
                yield index, found
