"""Whether somebody is known already, and whether acting for them would set us against somebody we act for.

The blind index is asked over all people (former, of closed cases, relatives, opponents) and over kept enquiries.
What the asker may see is opened and listed. Of a match that they may not see, the answer, the page and the trail
say nothing: the leads of that case get a notice instead. The work is the same whether there is such a match or not:
the same statements in the same number, one of them an insert that is never empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from asylon.desk import law
from asylon.desk.content import PersonContent
from asylon.desk.models import (
    CasePerson,
    Enquiry,
    FamilyMember,
    IndexKey,
    Kinship,
    Membership,
    Notice,
    Part,
    Relation,
    Role,
    User,
)
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.enquiries import enquiries_of, open_all, people_in
from asylon.desk.selectors.people import SeenPerson, padded, seen_people
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.desk.walls import unlapsed, visible_cases
from asylon.vault.index import BlindIndex
from asylon.vault.likeness import likeness

# Notices are written in lots of this many rows, so that a lot without one looks like a lot with some.
LOT = 8
MOST_MATCHES = 30
Reason = str


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be the one asked for: `asked` is the name that was looked for, `reasons` why it may be them."""

    asked: str
    called: str
    alike: float
    reasons: tuple[Reason, ...]
    url: str
    where: str

    @property
    def percent(self) -> int:
        """Return the likeness as a whole number of a hundred."""
        return round(self.alike * 100)


@dataclass(frozen=True, slots=True)
class _Sought:
    """The keys of one person that is asked for."""

    content: PersonContent
    names: tuple[tuple[frozenset[bytes], ...], ...]
    numbers: frozenset[bytes]
    day: bytes | None

    @property
    def keys(self) -> frozenset[bytes]:
        parts = [part for name in self.names for part in name]
        return frozenset().union(*parts, self.numbers, {self.day} if self.day else ())

    def reasons(self, held: frozenset[bytes]) -> frozenset[Reason]:
        """Return why an owner of these keys may be this person; empty when they are not."""
        found = {"number"} if self.numbers & held else set()
        shared = [sum(bool(part & held) for part in name) for name in self.names]
        if any(count and count >= _enough(len(name)) for count, name in zip(shared, self.names, strict=True)):
            found.add("name")
        if self.day in held and (any(shared) or found):
            found.add("born")
        return frozenset(found)


def _enough(parts: int) -> int:
    """Return how many parts of a name must be shared: both of two, one less of more (a patronymic, a second name)."""
    return max(min(parts, 2), parts - 1)


def _sought(index: BlindIndex, content: PersonContent) -> _Sought:
    given = [*(paper.number for paper in content.papers), *(contact.value for contact in content.contacts)]
    numbers = frozenset(key for number in given for key in index.number_keys(number))
    names = tuple(index.name_part_keys(name.full) for name in content.names)
    return _Sought(content, names, numbers, index.born_key(content.born) if law.is_day(content.born) else None)


@transaction.atomic
def conflict_check(*, keyring: Keyring, people: Sequence[PersonContent], enquiry: UUID) -> tuple[Match, ...]:
    """Return who may be one of `people`, the likeliest first, as far as the asker may see them.

    Leads of cases with a match that the asker may not see get a notice; nothing of it comes back.
    """
    sought = [_sought(keyring.index, content) for content in people]
    persons, enquiries = _owners(sought, enquiry)
    seen = seen_people(keyring, persons)
    matches = [
        match for person_id, one in seen.items() for match in _of_person(sought, persons[person_id], one)
    ] + _of_enquiries(keyring, sought, enquiries)
    _tell(keyring.user, persons, enquiries)
    matches.sort(key=lambda match: (-match.alike, match.called))
    record("conflict.checked", by=keyring.user, about=enquiry, count=len(matches), people=len(people))
    return tuple(matches[:MOST_MATCHES])


def _owners(
    sought: Sequence[_Sought], without: UUID
) -> tuple[dict[UUID, frozenset[bytes]], dict[UUID, frozenset[bytes]]]:
    """Return the keys held by each person and each kept enquiry that matches somebody who is sought."""
    keys = sorted(frozenset().union(*(one.keys for one in sought)))
    rows = IndexKey.objects.filter(key__in=keys).values_list("person_id", "enquiry_id", "key")
    held: dict[tuple[UUID | None, UUID | None], set[bytes]] = {}
    for person_id, enquiry_id, key in rows:
        held.setdefault((person_id, enquiry_id), set()).add(bytes(key))
    found = {
        owner: frozenset(shared)
        for owner, shared in held.items()
        if any(one.reasons(frozenset(shared)) for one in sought) and owner[1] != without
    }
    persons = {person: shared for (person, _none), shared in found.items() if person is not None}
    return persons, {kept: shared for (_none, kept), shared in found.items() if kept is not None}


def _of_person(sought: Iterable[_Sought], held: frozenset[bytes], one: SeenPerson) -> list[Match]:
    found = []
    part = one.parts[0]
    words = [part.case.number, str(part.get_part_display())]
    words += [gettext("closed")] if part.case.closed_at else []
    for asked in sought:
        if reasons := asked.reasons(held):
            found.append(_match(asked, one.content, reasons, one.url, " · ".join(words)))
    return found


def _match(asked: _Sought, content: PersonContent, reasons: frozenset[Reason], url: str, where: str) -> Match:
    pairs = [
        (likeness(ours.full, theirs.full), theirs.full) for ours in asked.content.names for theirs in content.names
    ]
    alike, name = max(pairs, default=(0.0, content.called))
    return Match(asked.content.called, name, 1.0 if "number" in reasons else alike, tuple(sorted(reasons)), url, where)


def _of_enquiries(keyring: Keyring, sought: Iterable[_Sought], held: Mapping[UUID, frozenset[bytes]]) -> list[Match]:
    found = []
    rows = enquiries_of(keyring.user).exclude(state=Enquiry.State.DRAFT).filter(pk__in=padded(held))
    for row, content in open_all(keyring, rows):
        url, where = reverse("enquiry", kwargs={"enquiry": row.pk}), str(row.get_state_display())
        for person in people_in(content) if content else ():
            theirs = _sought(keyring.index, person).keys
            for asked in sought:
                if reasons := asked.reasons(theirs):
                    found.append(_match(asked, person, reasons, url, where))
    return found


def _tell(asker: User, persons: Iterable[UUID], enquiries: Iterable[UUID]) -> None:
    """Write notices for who must hear of a match that the asker may not see, in lots that are never empty."""
    leads = Membership.objects.unwalled("conflict check").filter(
        unlapsed(),
        role=Role.LEAD,
        user__is_active=True,
        case__people__person_id__in=padded(persons),
    )
    hidden = leads.exclude(case_id__in=visible_cases(asker)).exclude(user=asker)
    told: set[tuple[int, UUID | None]] = set(hidden.values_list("user_id", "case_id"))
    others = Enquiry.objects.filter(pk__in=padded(enquiries), author__is_active=True).exclude(author=asker)
    authors = others.values_list("author_id", flat=True)
    told |= set() if asker.is_lead else {(author, None) for author in authors}
    _write_notices(asker, told)


def _write_notices(asker: User, told: set[tuple[int, UUID | None]]) -> None:
    kind = Notice.Kind.POSSIBLE_CONFLICT
    unread = Notice.objects.filter(kind=kind, about=asker, read_at__isnull=True).values_list("user_id", "case_id")
    new = sorted(told - set(unread), key=str)
    rows = [Notice(user_id=user, kind=kind, case_id=case, about=asker) for user, case in new]
    # Rows to the asker about the asker fill the lot. They are gone before anybody can see them.
    rows += [Notice(user=asker, kind=kind, about=asker) for _ in range(LOT - len(rows) % LOT)]
    Notice.objects.bulk_create(rows)
    Notice.objects.filter(user=asker, kind=kind, about=asker).delete()


# ---------------------------------------------------------------- inside a family


def inside_case(opened: OpenCase) -> tuple[str, ...]:
    """Return in sentences the conflicts around the people of an opened case, as far as all of them are visible."""
    return _inside(opened.keyring, _parts(opened))


def grant_warnings(*, opened: OpenCase, colleague: User) -> tuple[str, ...]:
    """Return what to think of before a colleague is given a case: conflicts around it, and their part in other sides.

    Only from what the one who gives may see; cases they may not see are not spoken of.
    """
    parts = _parts(opened)
    found = _inside(opened.keyring, parts)
    if found and _works_elsewhere(opened, parts, colleague):
        found += (gettext("This colleague works in another case of these people; separate teams would be safer."),)
    return found


def _parts(opened: OpenCase) -> dict[UUID, str]:
    rows = CasePerson.objects.visible_to(opened.keyring.user).filter(case=opened.case.pk)
    return dict(rows.values_list("person_id", "part"))


def _inside(keyring: Keyring, parts: Mapping[UUID, str]) -> tuple[str, ...]:
    ties = _ties(keyring.user, parts)
    seen = seen_people(keyring, [end for tie in ties for end in (tie.person_id, tie.other_id)])
    opponents = {person for person, part in parts.items() if part == Part.OPPONENT}
    found = [line for tie in ties if (line := _conflict_in(tie, seen, opponents))]
    members = _members(keyring.user, parts, has_opposed_interests=True)
    if any(len(family) > 1 for family in members.values()):
        found.append(gettext("The interests inside this family may be opposed."))
    return tuple(dict.fromkeys(found))


def _ties(user: User, people: Iterable[UUID]) -> list[Relation]:
    ids = padded(people)
    return list(Relation.objects.visible_to(user).filter(Q(person_id__in=ids) | Q(other_id__in=ids)))


def _members(user: User, people: Iterable[UUID], **family: bool) -> dict[UUID, set[UUID]]:
    """Return the visible members of the families of people, by family."""
    ties = {f"family__{key}": value for key, value in family.items()}
    rows = FamilyMember.objects.visible_to(user).filter(family__members__person_id__in=padded(people), **ties)
    found: dict[UUID, set[UUID]] = {}
    for family_id, person_id in rows.values_list("family_id", "person_id"):
        found.setdefault(family_id, set()).add(person_id)
    return found


def _conflict_in(tie: Relation, seen: Mapping[UUID, SeenPerson], opponents: set[UUID]) -> str:
    if tie.person_id not in seen or tie.other_id not in seen:
        return ""
    first, second = seen[tie.person_id].called, seen[tie.other_id].called
    if tie.kind == Kinship.THREATENED:
        first, second = second, first
    if tie.kind in (Kinship.THREATENS, Kinship.THREATENED):
        return threat_words(first, second)
    sponsor = {Kinship.SPONSOR: tie.person_id, Kinship.SPONSORED: tie.other_id}.get(Kinship(tie.kind))
    return sponsor_words(seen[sponsor].called) if sponsor in opponents else ""


def threat_words(one: str, other: str) -> str:
    """Return the sentence that one person threatens another."""
    return gettext("%(one)s threatens %(other)s.") % {"one": one, "other": other}


def sponsor_words(one: str) -> str:
    """Return the sentence that a sponsor is an opponent."""
    return gettext("%(one)s is sponsor and opponent at once.") % {"one": one}


def _works_elsewhere(opened: OpenCase, people: Mapping[UUID, str], colleague: User) -> bool:
    user = opened.keyring.user
    near = {end for tie in _ties(user, people) for end in (tie.person_id, tie.other_id)}
    near |= {person for family in _members(user, people).values() for person in family}
    rows = Membership.objects.visible_to(user).filter(user=colleague, case__people__person_id__in=padded(near))
    return rows.exclude(case=opened.case.pk).exists()
