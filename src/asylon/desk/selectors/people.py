"""Opens people for somebody: one person through a case, or all of a list in the same few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from asylon.desk.content import PersonContent, load
from asylon.desk.models import CasePerson, Person, PersonVersion, User
from asylon.desk.selectors.cases import OpenCase, open_case, person_content, person_key
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.desk.templatetags.desk_parts import contact_words, name_kind_words
from asylon.desk.walls import Act, memberships_of
from asylon.desk.words import country_label, language_label
from asylon.vault.sealing import unseal

PAD = 16


def padded(ids: Iterable[UUID]) -> list[UUID]:
    """Return ids filled up with random ones to a multiple of `PAD`, never none.

    So the same query is sent for no hit as for some: an empty list would be no query at all.
    """
    known = sorted(set(ids))
    return known + [uuid4() for _ in range(PAD - len(known) % PAD)]


@dataclass(frozen=True, slots=True)
class OpenPerson:
    """A person opened through a case: their part in it and what is sealed about them."""

    opened: OpenCase
    part: CasePerson
    content: PersonContent

    @property
    def person(self) -> Person:
        """Return the row of the person."""
        return self.part.person


def open_person(
    keyring: Keyring, case_id: UUID, person_id: UUID, act: Act = "read", *, action: str | None = "person.read"
) -> OpenPerson:
    """Return a person of a case opened for `keyring`, and record that they were read.

    Http404 when the case is not there for this person or holds nobody of that id, PermissionDenied when the
    role does not allow the act.
    """
    opened = open_case(keyring, case_id, act, action=None)
    rows = CasePerson.objects.visible_to(keyring.user, act).filter(case_id=case_id, person_id=person_id)
    part = rows.select_related("person", "person__changed_by").first()
    if part is None:
        raise Http404
    if action is not None:
        record(action, by=keyring.user, about=person_id)
    return OpenPerson(opened, part, person_content(part, opened.key))


def parts_of(keyring: Keyring, case: OpenCase) -> list[OpenPerson]:
    """Return the people of an opened case, applicants first."""
    rows = CasePerson.objects.visible_to(keyring.user).filter(case=case.case).select_related("person")
    return [OpenPerson(case, part, person_content(part, case.key)) for part in rows]


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A person as lists show them: `parts` are their parts in the cases that one may see, open cases first."""

    content: PersonContent
    parts: tuple[CasePerson, ...]

    @property
    def person_id(self) -> UUID:
        """Return the id of the person."""
        return self.parts[0].person_id

    @property
    def called(self) -> str:
        """Return what the person is called."""
        return self.content.called

    @property
    def url(self) -> str:
        """Return the page of the person in the first of the cases."""
        return reverse("person", kwargs={"case": self.parts[0].case_id, "person": self.person_id})

    @property
    def other_names(self) -> tuple[Any, ...]:
        """Return the person's own names beside the one that is shown."""
        own = (name for name in self.content.names if name.kind not in ("mother", "father"))
        return tuple(name for name in own if name.full != self.called)


def seen_people(keyring: Keyring, person_ids: Iterable[UUID]) -> Mapping[UUID, SeenPerson]:
    """Return those of `person_ids` that one may see, opened, in two queries for any number."""
    rows = CasePerson.objects.visible_to(keyring.user).filter(person_id__in=padded(person_ids))
    parts: dict[UUID, list[CasePerson]] = {}
    for part in rows.select_related("person", "case"):
        parts.setdefault(part.person_id, []).append(part)
    wanted = padded(part.case_id for found in parts.values() for part in found)
    keys = keyring.case_keys(memberships_of(keyring.user).filter(case_id__in=wanted))
    return {
        person_id: SeenPerson(person_content(found[0], keys[found[0].case_id]), tuple(found))
        for person_id, found in ((key, sorted(value, key=_first_of_parts)) for key, value in parts.items())
    }


def _first_of_parts(part: CasePerson) -> tuple[bool, str, str]:
    return part.case.closed_at is not None, part.part, part.case.number


def people_of(user: User, *, part: str = "", country: str = "") -> QuerySet[Person]:
    """Return the people that `user` may see, last changed first; `part` and `country` narrow them."""
    rows = Person.objects.visible_to(user)
    if part or country:
        parts = CasePerson.objects.visible_to(user).filter(person_id=OuterRef("pk"))
        parts = parts.filter(part=part) if part else parts
        rows = rows.filter(Exists(parts.filter(case__jurisdiction=country) if country else parts))
    return rows.order_by("-changed_at", "pk")


# ---------------------------------------------------------------- what changed


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two versions."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a person, what it changed, and whether it is the one in force."""

    number: int
    at: Any
    by: User | None
    content: PersonContent
    changes: tuple[Change, ...]
    is_current: bool


def versions_of(one: OpenPerson) -> list[Version]:
    """Return all versions of a person, newest first; the oldest changes nothing."""
    key, place, user = person_key(one.part, one.opened.key), one.person.place("content"), one.opened.keyring.user
    rows = PersonVersion.objects.visible_to(user).filter(person=one.person).select_related("changed_by")
    kept = [
        (row.version, row.changed_at, row.changed_by, load(PersonContent, unseal(key, row.sealed, place)))
        for row in rows
    ]
    newest = (one.person.version, one.person.changed_at, one.person.changed_by, one.content)
    everything = [newest, *kept]
    olders = [content for _number, _at, _by, content in everything[1:]]
    return [
        Version(number, at, by, content, changes_between(older, content) if older else (), content is one.content)
        for (number, at, by, content), older in zip(everything, [*olders, None], strict=True)
    ]


def changes_between(before: PersonContent, after: PersonContent) -> tuple[Change, ...]:
    """Return what differs between two versions in the words of the page; empty when nothing does."""
    old, new = spelled(before), spelled(after)
    return tuple(Change(label, old[label], new[label]) for label in old if old[label] != new[label])


def spelled(content: PersonContent) -> dict[str, str]:
    """Return everything said of a person as labels and plain words, empty words where nothing is said."""
    safe = content.safe_contact
    return {
        gettext("Names"): "; ".join(f"{name.full} ({name_kind_words(name.kind)})" for name in content.names),
        gettext("Born"): " ".join(filter(None, (content.born, content.born_wording and f"“{content.born_wording}”"))),
        gettext("Sex"): {"f": gettext("female"), "m": gettext("male"), "x": gettext("other")}.get(
            content.sex, content.sex
        ),
        gettext("Nationalities"): ", ".join(nationalities(content)),
        gettext("Languages"): ", ".join(spoken(content)),
        gettext("Papers and numbers"): "; ".join(
            " ".join(filter(None, (paper.kind, paper.number, paper.issuer, paper.until))) for paper in content.papers
        ),
        gettext("Contacts"): "; ".join(
            f"{contact_words(contact.kind)} {contact.value}" + ("" if contact.is_safe else f" ({gettext('not safe')})")
            for contact in content.contacts
        ),
        gettext("Phone seized"): gettext("yes") if safe.phone_seized else "",
        gettext("How to reach the person"): safe.preferred,
        gettext("Who may answer"): safe.who_may_answer,
        gettext("When"): safe.times,
        gettext("Never say"): safe.never_say,
        gettext("Code word"): safe.code_word,
        gettext("Risks"): ", ".join(content.risks),
        gettext("Note"): content.note,
    }


def nationalities(content: PersonContent) -> list[str]:
    """Return the nationalities of a person in words, "stateless" among them; empty when none is known."""
    named = [country_label(code) for code in content.nationalities]
    return [*named, gettext("stateless")] if content.is_stateless else named


def spoken(content: PersonContent) -> list[str]:
    """Return the languages of a person in words, with dialect and whether an interpreter is needed."""
    found = []
    for language in content.languages:
        words = language_label(language.code, language.dialect)
        found.append(words + (f", {gettext('interpreter needed')}" if language.needs_interpreter else ""))
    return found
