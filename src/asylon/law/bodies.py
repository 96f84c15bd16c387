"""Which international bodies can be seized against the State of this case.

The respondent is the State that removes or detains, not the country of origin. A body that was
never verified for a State is not offered.
"""

from __future__ import annotations

from collections.abc import Iterator

from asylon.law.duty import BodyState
from asylon.law.links import UNRESOLVED
from asylon.law.packs import Body, Law
from asylon.law.view import View

NAMES = ("ECtHR", "HRC", "CAT")
MEASURES = ("removal", "detention_started", "detention_reviewed", "entry_refused")
NOT_VERIFIED = "Not verified for this State: do not offer it before somebody has checked."


def body_states(view: View, law: Law) -> Iterator[BodyState]:
    """Yield each international body for the State of this case: open, closed or not verified."""
    known = {body.body: body for body in law.bodies}
    for name in dict.fromkeys([*NAMES, *known]):
        body = known.get(name)
        if body is None:
            yield BodyState(name, None, NOT_VERIFIED)
        else:
            yield BodyState(name, is_open(body, view), body.note or body.source.citation)


def is_open(body: Body, view: View) -> bool | None:
    """Tell whether a body is open for the acts of this case; None when it is for some of them.

    Where a body is closed for acts after a day, what counts is the date of the State's act and
    not the date of filing (ECHR art 58).
    """
    if body.acts_until is None:
        return body.open
    acts = [e for e in view.events if view.vocabulary.events[e.name].decides or e.name in MEASURES]
    if not acts:
        return view.on <= body.acts_until
    if all(event.on.hi <= body.acts_until for event in acts):
        return True
    return False if all(event.on.lo > body.acts_until for event in acts) else None


def is_offered(name: str | None, view: View, law: Law, trigger: int) -> bool | None:
    """Tell whether a rule that needs an open body may be shown for this trigger.

    The act is what the trigger concerns (a notified decision), else the trigger itself.
    """
    if name is None:
        return True
    body = next((body for body in law.bodies if body.body == name), None)
    if body is None:
        return False
    if body.acts_until is None:
        return bool(body.open)
    subject = view.subject(trigger)
    if subject == UNRESOLVED:
        return None
    act = view.events[subject].on
    return at_most((act.lo, act.hi), body.acts_until)


def at_most(span: tuple[int, int], day: int) -> bool | None:
    """Tell whether a span ends on or before `day`; None when that is open."""
    if span[1] <= day:
        return True
    return False if span[0] > day else None
