"""Which international bodies can be seized against the State of this case.

The respondent is the State that removes or detains, not the country of origin.
"""

from __future__ import annotations

from collections.abc import Iterator

from asylon.law.duty import BodyState
from asylon.law.packs import Body, Law
from asylon.law.view import View


def body_states(view: View, law: Law) -> Iterator[BodyState]:
    """Yield each body known for the State of this case, open, closed or not verified."""
    for body in law.bodies:
        if body.acts_until is None:
            yield BodyState(body.body, body.open, body.note or _plain(body))
        else:
            yield BodyState(body.body, _open_for_acts(body, body.acts_until, view), body.note)


def _plain(body: Body) -> str:
    if body.open is None:
        return "Not verified: do not offer it before somebody has checked."
    return body.source.citation


def _open_for_acts(body: Body, until: int, view: View) -> bool | None:
    """Tell by the dates of the State's acts: what counts is the act, not the filing."""
    deciding = [e for e in view.events if view.vocabulary.events[e.name].decides or e.name in _MEASURES]
    if not deciding:
        return view.on <= until
    if any(event.on.hi <= until for event in deciding):
        return True
    return False if all(event.on.lo > until for event in deciding) else None


_MEASURES = ("removal", "detention_started", "detention_reviewed", "entry_refused")
