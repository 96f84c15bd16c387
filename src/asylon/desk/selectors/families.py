"""Families as somebody may see them: what hangs on cases that they may not see is not there, nor counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext

from asylon.desk import law
from asylon.desk.models import (
    OWN_PARTS,
    REVERSE,
    Case,
    Event,
    Family,
    FamilyMember,
    Kinship,
    Membership,
    Relation,
    User,
)
from asylon.desk.selectors.people import SeenPerson, padded, seen_people
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.desk.words import EVENT_LABELS, event_label, value_label

PROTECTED = frozenset(
    {
        "refugee", "subsidiary", "humanitarian", "temporary_asylum", "granted",
        "refugee_status_granted", "subsidiary_protection_granted", "temporary_asylum_granted",
    }
)  # fmt: skip
LOST = frozenset({"dismissed", "status_lost", "status_withdrawn", "removal"})
ENDED = frozenset({"withdrawal", "departure_voluntary"})


def side_of(outcome: str) -> str:
    """Return on which side an outcome stands: "protected", "refused", "ended", or "open" when nothing is decided."""
    if outcome in PROTECTED or outcome in ENDED:
        return "protected" if outcome in PROTECTED else "ended"
    return "refused" if outcome in refusals() else "open"


def refusals() -> frozenset[str]:
    """Return the outcomes by which somebody is refused or loses what they had."""
    return LOST | law.vocabulary().refusal_outcomes


def outcome_words(outcome: str) -> str:
    """Return an outcome in words; that nothing is decided when there is none."""
    if not outcome:
        return gettext("not decided")
    return event_label(outcome) if outcome in EVENT_LABELS else value_label("outcome", outcome)


@dataclass(frozen=True, slots=True)
class Matter:
    """A case of a member: what they are in it, on which track it runs and how it stands."""

    case: Case
    part: str
    part_words: str
    track: str

    @property
    def side(self) -> str:
        """Return the side of its outcome."""
        return side_of(self.case.outcome)

    @property
    def outcome(self) -> str:
        """Return its outcome in words."""
        return outcome_words(self.case.outcome)

    @property
    def mark(self) -> str:
        """Return the class of the outcome's chip."""
        return {"protected": "met", "refused": "missed"}.get(self.side, "")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a family with the cases that one may see."""

    seen: SeenPerson
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation between two people, both visible; `words` say what `person` is to `other`."""

    relation_id: UUID
    person: SeenPerson
    other: SeenPerson
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A family for one pair of eyes. `split` and `in_both` are about visible cases only."""

    family: Family
    members: tuple[Member, ...]
    ties: tuple[Tie, ...]
    split: tuple[str, ...]
    is_opposed: bool
    in_both: tuple[str, ...]


def open_family(keyring: Keyring, family_id: UUID) -> Family:
    """Return a family that one may see; Http404 when there is none, PermissionDenied when the role is too small."""
    family = Family.objects.visible_to(keyring.user).filter(pk=family_id).first()
    if family is None:
        if Family.objects.visible_to(keyring.user, "card").filter(pk=family_id).exists():
            raise PermissionDenied
        raise Http404
    return family


def family_view(keyring: Keyring, family_id: UUID) -> FamilyView:
    """Return a family opened for one person, and record that it was read; raises as `open_family`."""
    family = open_family(keyring, family_id)
    members = members_of(keyring, [family_id]).get(family_id, ())
    record("family.read", by=keyring.user, about=family_id, count=len(members))
    ties = ties_of(keyring, [member.seen.person_id for member in members])
    # Alone, a visible member must not tell that there is somebody whose interests are opposed.
    is_opposed = family.has_opposed_interests and len(members) > 1
    return FamilyView(
        family, members, ties, split_of(members), is_opposed, _in_both(keyring.user, members) if is_opposed else ()
    )


def members_of(keyring: Keyring, family_ids: Iterable[UUID]) -> dict[UUID, tuple[Member, ...]]:
    """Return the visible members of families by family, in four queries for any number."""
    rows = FamilyMember.objects.visible_to(keyring.user).filter(family_id__in=padded(family_ids))
    pairs = list(rows.values_list("family_id", "person_id"))
    seen = seen_people(keyring, [person for _family, person in pairs])
    tracks = _tracks(keyring.user, {part.case_id for one in seen.values() for part in one.parts})
    found: dict[UUID, list[Member]] = {}
    for family_id, person_id in pairs:
        one = seen.get(person_id)
        if one is not None:
            found.setdefault(family_id, []).append(Member(one, _matters(one, tracks)))
    return {key: tuple(sorted(value, key=_eldest)) for key, value in found.items()}


def _eldest(member: Member) -> tuple[str, str]:
    return member.seen.content.born or "9999", member.seen.called


def _matters(one: SeenPerson, tracks: dict[UUID, str]) -> tuple[Matter, ...]:
    return tuple(
        Matter(part.case, part.part, str(part.get_part_display()), tracks.get(part.case_id, "")) for part in one.parts
    )


def _tracks(user: User, case_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the track of each case in words: the one last assigned, else the procedure applied for."""
    rows = Event.objects.visible_to(user).filter(
        case_id__in=padded(case_ids), removed_at__isnull=True, name__in=("lodged", "procedure_assigned", "registration")
    )
    found: dict[UUID, tuple[bool, str]] = {}
    for case_id, name, details in rows.order_by("earliest", "recorded_at").values_list("case_id", "name", "details"):
        is_track = name == "procedure_assigned"
        key = "track" if is_track else "procedure"
        if details.get(key) and is_track >= found.get(case_id, (False, ""))[0]:
            found[case_id] = is_track, value_label(key, details[key])
    return {case_id: words for case_id, (_is_track, words) in found.items()}


def ties_of(keyring: Keyring, person_ids: Sequence[UUID]) -> tuple[Tie, ...]:
    """Return the relations of people to anybody that one may see, in three queries."""
    ids = padded(person_ids)
    rows = list(
        Relation.objects.visible_to(keyring.user).filter(Q(person_id__in=ids) | Q(other_id__in=ids)).order_by("pk")
    )
    seen = seen_people(keyring, [end for row in rows for end in (row.person_id, row.other_id)])
    return tuple(
        Tie(row.pk, seen[row.person_id], seen[row.other_id], row.kind, str(row.get_kind_display()))
        for row in rows
        if row.person_id in seen and row.other_id in seen
    )


def tie_from(tie: Tie, person_id: UUID) -> tuple[str, SeenPerson]:
    """Return what the other person of a relation is to `person_id`, and who they are."""
    if tie.person.person_id == person_id:
        return str(Kinship(REVERSE[Kinship(tie.kind)]).label), tie.other
    return tie.words, tie.person


def split_of(members: Iterable[Member]) -> tuple[str, ...]:
    """Return in sentences how the visible cases of a family fall apart; empty when they do not."""
    cases = {matter.case.pk: matter.case for member in members for matter in member.matters if matter.part in OWN_PARTS}
    return split_of_cases([(case.outcome, case.removal_day, case.closed_at is not None) for case in cases.values()])


def split_of_cases(cases: Iterable[tuple[str, date | None, bool]]) -> tuple[str, ...]:
    """Return the same for cases given by outcome, removal day and whether they are closed: for the board as well."""
    seen = [(side_of(outcome), removal, is_closed) for outcome, removal, is_closed in cases]
    sides = {side for side, _removal, is_closed in seen if side != "open" or not is_closed}
    days = {removal for _side, removal, is_closed in seen if not is_closed}
    found = []
    if {"protected", "refused"} <= sides:
        found.append(gettext("One is protected and another was refused."))
    elif {"open", "refused"} <= sides:
        found.append(gettext("One was refused while another still waits."))
    if None in days and len(days) > 1:
        found.append(gettext("One has a removal day or order and another has none."))
    return tuple(found)


def _in_both(user: User, members: Sequence[Member]) -> tuple[str, ...]:
    """Return who works in cases of more than one member, as far as both cases are visible."""
    owners: dict[UUID, set[UUID]] = {}
    for member in members:
        for matter in member.matters:
            if matter.part in OWN_PARTS:
                owners.setdefault(matter.case.pk, set()).add(member.seen.person_id)
    rows = Membership.objects.visible_to(user).filter(case_id__in=padded(owners)).select_related("user")
    cases: dict[str, set[Any]] = {}
    for row in rows:
        if row.user.is_active:
            cases.setdefault(str(row.user), set()).add(frozenset(owners[row.case_id]))
    return tuple(sorted(name for name, held in cases.items() if len(held) > 1))
