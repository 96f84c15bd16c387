"""What satisfies or ends a duty: the acts on or after its trigger, and when they may have come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asylon.law.packs import Pattern
from asylon.law.terms import MINUTES
from asylon.law.view import View, event_code


@dataclass(frozen=True, slots=True)
class Act:
    """An event that does (`certain`) or may count.

    With `by_then` it shows that the act itself was done at some time between trigger and event.
    """

    index: int
    certain: bool
    by_then: bool


def find_acts(view: View, patterns: Sequence[Pattern], trigger: int) -> tuple[Act, ...]:
    """Return the acts of `patterns` after `trigger`, in order."""
    found: dict[int, Act] = {}
    for pattern in patterns:
        for index, certain in view.find(pattern, "after", trigger):
            act = Act(index, certain is True, pattern.by_then)
            known = found.get(index)
            if known is None or (act.certain, not act.by_then) > (known.certain, not known.by_then):
                found[index] = act
    return tuple(found[index] for index in sorted(found))


def first_certain(acts: Sequence[Act]) -> Act | None:
    """Return the first act that certainly counts, None if none does."""
    return next((act for act in acts if act.certain), None)


def moments(view: View, acts: Sequence[Act], trigger: int, *, is_hours: bool) -> list[int | None]:
    """Return the extremes of when the first act may have come; None stands for "perhaps never".

    Only the first possible and the first certain act are asked: whatever lies between them lies
    between their answers.
    """
    sure = first_certain(acts)
    asked = [act for act in (*acts[:1], sure) if act is not None]
    found: list[int | None] = [] if sure else [None]
    for act in asked:
        first, last = moment(view, act.index, is_hours=is_hours)
        if act.by_then:
            first = moment(view, trigger, is_hours=is_hours)[0]
        found.extend((first, last))
    return found


def moment(view: View, index: int, *, is_hours: bool) -> tuple[int, int]:
    """Return the first and last possible moment of an event: days, or minutes with `is_hours`."""
    event = view.events[index]
    if not is_hours:
        return event.on.lo, event.on.hi
    if event.time is not None and event.on.is_exact:
        exact = event.on.lo * MINUTES + event.time
        return exact, exact
    return event.on.lo * MINUTES, event.on.hi * MINUTES + MINUTES - 1


def when_code(patterns: Sequence[Pattern]) -> str:
    """Return the code of the question when an act was done that a later paper presupposes."""
    direct = [pattern for pattern in patterns if not pattern.by_then]
    return "when" + event_code(direct or patterns).removeprefix("event")


def doubts_about(acts: Sequence[Act], patterns: Sequence[Pattern]) -> Iterator[str]:
    """Yield the codes of what is not known about acts, partial dates apart."""
    if acts and not acts[0].certain:
        yield event_code(patterns)
    first = first_certain(acts)
    if first is not None and first.by_then:
        yield when_code(patterns)
