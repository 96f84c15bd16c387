"""The lanes of a timeline: which proceeding an event belongs to, said or derived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asylon.desk.content import ProceedingContent
from asylon.desk.models import Event, Proceeding

FIRST = Proceeding.Kind.FIRST_INSTANCE
KINDS: Mapping[str, tuple[str, ...]] = {
    Proceeding.Kind.APPEAL: (
        "complaint_lodged", "complaint_decided", "reconsideration_requested", "appeal_lodged", "appeal_decided",
        "stay_requested", "stay_decided", "hearing",
    ),
    Proceeding.Kind.FURTHER_APPEAL: ("further_appeal_lodged",),
    Proceeding.Kind.DETENTION: ("detention_started", "detention_reviewed", "detention_ended"),
    Proceeding.Kind.FINE: ("fine_imposed",),
    Proceeding.Kind.EXPULSION: (
        "return_decision", "expulsion_order", "deportation_order", "extradition_request", "extradition_order",
        "removal", "removal_attempted", "removal_order_revoked", "registry_listed", "entry_ban_imposed",
    ),
    Proceeding.Kind.RESPONSIBILITY: (
        "eurodac_hit", "transfer_request_sent", "transfer_request_answered", "transfer_decision", "transfer_executed",
    ),
    Proceeding.Kind.INTERNATIONAL: (
        "interim_measure_requested", "interim_measure_decided", "international_complaint_lodged",
        "international_complaint_decided",
    ),
}  # fmt: skip
LANE_OF = {name: kind for kind, names in KINDS.items() for name in names}
HEARINGS = {"detention": Proceeding.Kind.DETENTION, "first_instance": FIRST, "appeal": Proceeding.Kind.APPEAL}
ORDER = [kind.value for kind in Proceeding.Kind]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lane of each event by its id, and the lanes that are used, as pairs of key and label."""

    of: Mapping[object, str]
    used: tuple[tuple[str, str], ...]


def lanes_of(events: Sequence[Event], proceedings: Iterable[tuple[Proceeding, ProceedingContent]]) -> Lanes:
    """Return the lanes of a timeline: the proceeding of an event, else what its kind of event belongs to.

    Where the case has one proceeding of a kind, the events of that kind are in its lane.
    """
    known = list(proceedings)
    labels = {str(row.pk): proceeding_label(row, content) for row, content in known}
    by_kind: dict[str, list[str]] = {}
    for row, _content in known:
        by_kind.setdefault(row.kind, []).append(str(row.pk))
    of: dict[object, str] = {}
    for event in events:
        kind = _kind(event, events)
        alone = by_kind.get(kind, [])
        of[event.pk] = str(event.proceeding_id or (alone[0] if len(alone) == 1 else kind))
    order = {key: place for place, kind in enumerate(ORDER) for key in (kind, *by_kind.get(kind, ()))}
    used = sorted(dict.fromkeys(of.values()), key=lambda key: order.get(key, len(ORDER)))
    return Lanes(of, tuple((key, labels.get(key) or str(Proceeding.Kind(key).label)) for key in used))


def proceeding_label(row: Proceeding, content: ProceedingContent) -> str:
    """Return what a proceeding is, with its court or office when that is known."""
    forum = f": {content.forum}" if content.forum else ""
    return f"{row.get_kind_display()}{forum}"


def _kind(event: Event, events: Sequence[Event]) -> str:
    """Return what an event belongs to: its own kind, or that of the decision which it notifies."""
    if event.name == "hearing":
        return HEARINGS.get(event.details.get("kind", ""), Proceeding.Kind.APPEAL)
    if event.name == "notification":
        about = event.details.get("of", "")
        subject = next((other for other in events if about in (other.name, f"decision of {other.on}")), None)
        return LANE_OF.get(subject.name if subject else about, FIRST)
    return LANE_OF.get(event.name, FIRST)
