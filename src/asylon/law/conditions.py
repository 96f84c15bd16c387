"""Whether a condition holds for a trigger: True, False, or None with the facts that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from asylon.law.days import PartialDate, compare_before
from asylon.law.packs import Condition, Every, Not, Pattern, Person, Seen, Some, Trigger
from asylon.law.terms import add_months
from asylon.law.timeline import Timeline, detail_text
from asylon.law.view import View, both, either, event_code, negate

MAJORITY_MONTHS = 18 * 12


def holds(condition: Condition | None, view: View, trigger: int) -> bool | None:
    """Tell whether `condition` holds for the event at `trigger`; None when facts are missing."""
    match condition:
        case None:
            return True
        case Person():
            return person_is(condition, view.timeline, view.events[trigger].on)
        case Trigger(pattern):
            return view.matches(pattern, trigger)
        case Seen():
            return _seen(condition, view, trigger)
        case Not(inner):
            return negate(holds(inner, view, trigger))
        case Every(parts):
            result: bool | None = True
            for part in parts:
                result = both(result, holds(part, view, trigger))
            return result
        case Some(parts):
            result = False
            for part in parts:
                result = either(result, holds(part, view, trigger))
            return result


def unknowns(condition: Condition | None, view: View, trigger: int) -> Iterator[str]:
    """Yield the codes of the facts for want of which `condition` has no answer."""
    match condition:
        case None:
            return
        case Every(parts) | Some(parts):
            for part in parts:
                yield from unknowns(part, view, trigger)
        case Not(inner):
            yield from unknowns(inner, view, trigger)
        case _:
            if holds(condition, view, trigger) is None:
                yield from _leaf_unknowns(condition, view, trigger)


def _leaf_unknowns(condition: Condition, view: View, trigger: int) -> Iterator[str]:
    if isinstance(condition, Person):
        yield f"person:{condition.attribute}"
    elif isinstance(condition, Trigger):
        yield from view.unknown_of(condition.pattern, trigger)
    elif isinstance(condition, Seen):
        yield event_code([condition.pattern])


def person_is(condition: Person, timeline: Timeline, day: PartialDate) -> bool | None:
    """Tell whether the person has the attribute on `day`; an adult is no unaccompanied minor."""
    given = timeline.attributes.get(condition.attribute)
    if given is not None:
        if isinstance(given, list):
            return any(detail_text(value) in condition.values for value in given)
        return detail_text(given) in condition.values
    if condition.attribute == "unaccompanied_minor" and is_adult(timeline.born, day):
        return "false" in condition.values
    return None


def is_adult(born: PartialDate | None, day: PartialDate) -> bool:
    """Tell whether somebody is certainly 18 or older on `day`."""
    if born is None:
        return False
    of_age = (add_months(born.lo, MAJORITY_MONTHS), add_months(born.hi, MAJORITY_MONTHS))
    return compare_before((day.lo, day.hi), of_age) is False


def _seen(condition: Seen, view: View, trigger: int) -> bool | None:
    found = _last(condition, view, trigger) if condition.last else _any(condition, view, trigger)
    return negate(found) if condition.none else found


def _any(condition: Seen, view: View, trigger: int) -> bool | None:
    result: bool | None = False
    for _, found in view.find(condition.pattern, condition.window, trigger):
        result = either(result, found)
    return result


def _last(condition: Seen, view: View, trigger: int) -> bool | None:
    """Ask only the last event of these names in the window whether it matches."""
    names = Pattern(condition.pattern.events, same=condition.pattern.same)
    candidates = list(view.find(names, condition.window, trigger))
    if not candidates:
        return False
    index, near = candidates[-1]
    return both(near, view.matches(condition.pattern, index)) if near else None
