"""Which of several rules on one act governs: displacement, and conflict where nothing displaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from asylon.errors import ConflictError, Fault
from asylon.language import said
from asylon.law.duty import Duty
from asylon.law.packs import Displaces
from asylon.law.view import View


def settle(duties: Sequence[Duty], view: View) -> tuple[Duty, ...]:
    """Return `duties` with `displaced_by` filled in.

    A duty of which it is not known whether it applies displaces nothing. Raises
    ConflictError when two duties on one act from one event end on different days and stand.
    """
    displaced: dict[int, str] = {}
    for duty in duties:
        if duty.applies:
            for rule in duty.clause.displaces:
                for position in _reached(duty, rule, duties, view):
                    displaced[position] = min(displaced.get(position, duty.rule), duty.rule)
    settled = tuple(
        replace(duty, displaced_by=displaced[i]) if i in displaced else duty for i, duty in enumerate(duties)
    )
    faults = list(_conflicts(settled, view))
    if faults:
        raise ConflictError(faults)
    return settled


def _reached(duty: Duty, rule: Displaces, duties: Sequence[Duty], view: View) -> Iterator[int]:
    """Yield which duties give way to `duty`; a term that had lapsed before it stays lapsed."""
    targets = [
        (position, other) for position, other in enumerate(duties) if rule.reaches(other.clause) and other is not duty
    ]
    if rule.match == "trigger":
        yield from (position for position, other in targets if other.trigger == duty.trigger)
        return
    earlier = [other.trigger for _, other in targets if other.trigger <= duty.trigger]
    day = view.events[duty.trigger].on.lo
    for position, other in targets:
        if other.trigger == max(earlier, default=None) and (other.ending is None or other.ending.last_day >= day):
            yield position


def _conflicts(duties: Sequence[Duty], view: View) -> Iterator[Fault]:
    seen: dict[tuple[str, int], Duty] = {}
    for duty in duties:
        if duty.clause.concerns is None or duty.displaced_by or not duty.applies or duty.ending is None:
            continue
        key = (duty.clause.concerns, duty.trigger)
        other = seen.setdefault(key, duty)
        if other is duty or other.ending is None or other.ending.raw == duty.ending.raw:
            continue
        on = view.events[duty.trigger].on
        place = said("case {case}, {event} of {on}", case=view.timeline.case, event=duty.trigger_event, on=on)
        problem = said(
            "{one} and {other} give different ends for one act ({act})",
            one=other.rule,
            other=duty.rule,
            act=duty.clause.concerns,
        )
        yield Fault(place, problem, said("let one of the two rules displace the other in the pack"))
