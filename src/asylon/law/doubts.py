"""What looks wrong in a timeline that can nevertheless be read.

Courts do decide after a removal and papers are lost, so most of this is a doubt to show and not
an error; what cannot be true at all (an event before the person was born) is an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from asylon.errors import Fault
from asylon.language import said
from asylon.law.links import UNRESOLVED, link_events
from asylon.law.timeline import Event, Timeline
from asylon.law.vocabulary import Vocabulary

_LEFT = ("removal", "departure_voluntary", "transfer_executed")
_BACK = ("arrival", "entry_refused")


def find_doubts(timeline: Timeline, place: str, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Yield what is doubtful or impossible in `timeline`, each with its place."""
    yield from _before_birth(timeline, place)
    yield from _after_leaving(timeline, place, vocabulary)
    yield from _twice(timeline, place)
    yield from _two_decisions(timeline, place)
    yield from _detention(timeline, place)
    yield from _notices(timeline, place, vocabulary)
    yield from _answers(timeline, place)


def _at(place: str, event: Event) -> str:
    return said("{place}, {event} of {on}", place=place, event=event.name, on=event.on)


def _before_birth(timeline: Timeline, place: str) -> Iterator[Fault]:
    born = timeline.born
    for event in timeline.events:
        if born is not None and event.on.hi < born.lo:
            problem = said("lies before the person was born ({on})", on=born)
            yield Fault(_at(place, event), problem, said("correct the event or the date of birth"))


def _after_leaving(timeline: Timeline, place: str, vocabulary: Vocabulary) -> Iterator[Fault]:
    gone: Event | None = None
    for event in timeline.events:
        if event.details.get("state") not in (None, timeline.jurisdiction):
            continue
        if gone is not None and event.name in _BACK:
            gone = None
        elif gone is not None and vocabulary.events[event.name].presence and gone.on.hi < event.on.lo:
            yield _absent(_at(place, event), gone)
        if event.name in _LEFT:
            gone = event
        if event.name == "death":
            gone = event


def _absent(place: str, gone: Event) -> Fault:
    if gone.name == "death":
        problem = said("comes after the person died ({on})", on=gone.on)
        return Fault(place, problem, said("correct one of the two dates"), grave=False)
    problem = said("needs the person in the country, who left on {on} ({event})", on=gone.on, event=gone.name)
    return Fault(place, problem, said("add the return as 'arrival' or correct the dates"), grave=False)


def _twice(timeline: Timeline, place: str) -> Iterator[Fault]:
    seen: set[tuple[object, ...]] = set()
    for event in timeline.events:
        key = (event.name, event.on.text, event.time, tuple(sorted(event.details.items())))
        if key in seen:
            yield Fault(_at(place, event), said("stands twice"), said("remove one of the two"), grave=False)
        seen.add(key)


def _two_decisions(timeline: Timeline, place: str) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str | None], str | None] = {}
    for event in timeline.events:
        if event.name not in ("decision_first_instance", "decision_preliminary", "decision_final"):
            continue
        key = (event.name, event.on.text, event.details.get("procedure"))
        outcome = event.details.get("outcome")
        if key in seen and seen[key] != outcome:
            none = said("no outcome given")
            problem = said(
                "stands twice on one day with different outcomes ({one}; {other})",
                one=seen[key] or none,
                other=outcome or none,
            )
            remedy = said("keep the one that was served, or say which came first")
            yield Fault(_at(place, event), problem, remedy, grave=False)
        seen[key] = outcome


def _detention(timeline: Timeline, place: str) -> Iterator[Fault]:
    held: Event | None = None
    for event in timeline.events:
        if event.name == "detention_started":
            held = event
        elif event.name == "detention_ended":
            if held is None:
                yield from _ends_nothing(timeline, place, event)
            held = None


def _ends_nothing(timeline: Timeline, place: str, event: Event) -> Iterator[Fault]:
    later = next((e for e in timeline.events[event.index :] if e.name == "detention_started"), None)
    if later is None:
        problem, remedy = said("ends a detention that has not begun"), said("add 'detention_started' before it")
        yield Fault(_at(place, event), problem, remedy, grave=False)
    elif event.on.hi < later.on.lo:  # else a month that may hold both, in the right order
        problem = said("ends before it begins (detention_started on {on})", on=later.on)
        remedy = said("correct one of the two dates, or add the earlier detention")
        yield Fault(_at(place, event), problem, remedy, grave=False)


def _notices(timeline: Timeline, place: str, vocabulary: Vocabulary) -> Iterator[Fault]:
    links = link_events(timeline.events, vocabulary)
    for event, link in zip(timeline.events, links, strict=True):
        if event.name == "notification" and link == UNRESOLVED:
            named = event.details.get("of") or said("nothing said")
            problem = said("notifies something that is not in the timeline ({named})", named=named)
            remedy = said("add the decision, or name it in 'of' by its event or as 'decision of' and the day")
            yield Fault(_at(place, event), problem, remedy, grave=False)


def _answers(timeline: Timeline, place: str) -> Iterator[Fault]:
    """A complaint or appeal that is decided had been lodged, though the timeline does not say so."""
    asked: set[str] = set()
    for event in timeline.events:
        asked.add(event.name)
        for decided, lodged in _ASKED_BY.items():
            if event.name == decided and not asked & set(lodged):
                problem = said("decides what the timeline does not show as lodged")
                remedy = said("add '{event}' with its day, even if only a range", event=lodged[0])
                yield Fault(_at(place, event), problem, remedy, grave=False)


_ASKED_BY = {
    "complaint_decided": ("complaint_lodged",),
    "appeal_decided": ("appeal_lodged", "further_appeal_lodged", "complaint_lodged", "reconsideration_requested"),
}
