"""Opens one case for one person, or the headings of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from asylon.desk.content import CaseContent, PersonContent, dump, load
from asylon.desk.models import OWN_PARTS, Case, CasePerson, Membership, Person, Walled
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.desk.walls import Act, may, memberships_of
from asylon.vault.sealing import seal, unseal

_NAMES = frozenset({"names"})


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that somebody has opened: the row, their membership, and the key while the request lasts."""

    case: Case
    membership: Membership
    key: bytes
    keyring: Keyring

    def __repr__(self) -> str:
        return f"OpenCase({self.case.number})"

    def may(self, act: Act) -> bool:
        """Tell whether this person's role allows an act."""
        return may(self.membership.role, act)

    def seal(self, row: Walled, content: Any, name: str = "content") -> bytes:
        """Return content sealed for a row of this case."""
        return seal(self.key, dump(content), row.place(name))

    def unseal(self, row: Any, kind: type[Any], name: str = "content") -> Any:
        """Return what is sealed in a row of this case, an empty `kind` when nothing is."""
        return load(kind, unseal(self.key, row.sealed, row.place(name))) if row.sealed else kind()

    @property
    def content(self) -> CaseContent:
        """Return heading and account of the case."""
        opened: CaseContent = self.unseal(self.case, CaseContent)
        return opened


def open_case(keyring: Keyring, case_id: UUID, act: Act = "read", *, action: str | None = "case.read") -> OpenCase:
    """Return a case opened for the person of `keyring` to do `act`, and record that it was read.

    Http404 when there is no such case for this person, PermissionDenied when their role does not allow
    the act. `action` None records nothing: for a service that records its own change.
    """
    row = memberships_of(keyring.user).filter(case_id=case_id).select_related("case").first()
    if row is None:
        raise Http404
    if not may(row.role, act):
        raise PermissionDenied
    if action is not None:
        record(action, by=keyring.user, about=case_id)
    return OpenCase(row.case, row, keyring.case_key(row), keyring)


def row_of(opened: OpenCase, model: type[Any], row_id: UUID) -> Any:
    """Return a row of an opened case by its id; Http404 when the case has none such."""
    row = model.objects.visible_to(opened.keyring.user, "card").filter(pk=row_id, case=opened.case).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True, slots=True)
class Heading:
    """A case as a list shows it: `people` are the names of the applicants and dependants."""

    case: Case
    role: str
    content: CaseContent
    people: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the heading of the case."""
        return self.content.title

    @property
    def called(self) -> str:
        """Return how the case is called: the first person, else its title, else its number."""
        return (self.people[0] if self.people else "") or self.title or self.case.number


def headings(keyring: Keyring, case_ids: Iterable[UUID]) -> Mapping[UUID, Heading]:
    """Return the headings of those of `case_ids` that the person may read, in two queries for any number."""
    wanted = list(dict.fromkeys(case_ids))
    return headings_of(keyring, memberships_of(keyring.user).filter(case_id__in=wanted).select_related("case"))


def headings_of(keyring: Keyring, rows: Iterable[Membership]) -> Mapping[UUID, Heading]:
    """Return the headings of the cases of memberships of this person that may read; in one query for any number."""
    readable = [row for row in rows if may(row.role, "read")]
    keys = keyring.case_keys(readable)
    names = _called(CasePerson.objects.visible_to(keyring.user), keys)
    return {
        row.case_id: Heading(row.case, row.role, _content(row.case, keys[row.case_id]), names.get(row.case_id, ()))
        for row in readable
    }


def called_by_card(keyring: Keyring, rows: Iterable[Membership]) -> Mapping[UUID, tuple[str, ...]]:
    """Return how the people of cases are called, as far as `rows` of this person allow the card; in one query."""
    keys = keyring.case_keys([row for row in rows if may(row.role, "card")])
    return _called(CasePerson.objects.visible_to(keyring.user, "card"), keys)


def _called(parts: QuerySet[CasePerson], keys: Mapping[UUID, bytes]) -> Mapping[UUID, tuple[str, ...]]:
    """Return how the people of cases are called, opened with the keys of the cases; in one query."""
    names: dict[UUID, tuple[str, ...]] = {}
    rows = parts.filter(case_id__in=list(keys), part__in=OWN_PARTS).order_by("part", "id")
    for case_id, person_id, sealed_key, sealed in rows.values_list("case", "person", "sealed_key", "person__sealed"):
        key = unseal(keys[case_id], sealed_key, key_place(case_id, person_id))
        payload = unseal(key, sealed, Person.place_of(person_id, "content"))
        names[case_id] = (*names.get(case_id, ()), load(PersonContent, payload, only=_NAMES).called)
    return names


def _content(case: Case, key: bytes) -> CaseContent:
    return load(CaseContent, unseal(key, case.sealed, case.place("content"))) if case.sealed else CaseContent()


def person_key(part: CasePerson, case_key: bytes) -> bytes:
    """Return the key of a person, through their part in an opened case."""
    return unseal(case_key, part.sealed_key, key_place(part.case_id, part.person_id))


def key_place(case_id: UUID, person_id: UUID) -> str:
    """Return what the key of a person is bound to where it is sealed under that of a case."""
    return f"caseperson:{case_id}:{person_id}:key"


def person_content(part: CasePerson, case_key: bytes) -> PersonContent:
    """Return what is sealed about a person, through their part in an opened case."""
    sealed = unseal(person_key(part, case_key), part.person.sealed, part.person.place("content"))
    return load(PersonContent, sealed)
