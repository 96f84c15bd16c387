"""Finds people, cases and kept enquiries for somebody, by name in any script, number, file number or date of birth.

The blind index is asked only for what the person may see, in the query itself: a hit that they may not see costs
no row, no opening and no statement more than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from asylon.desk.content import PersonContent, ProceedingContent
from asylon.desk.models import Case, Enquiry, IndexKey, Person, Proceeding
from asylon.desk.selectors.cases import Heading, OpenCase, headings_of
from asylon.desk.selectors.enquiries import enquiries_of, open_all, people_in
from asylon.desk.selectors.lanes import proceeding_label
from asylon.desk.selectors.people import SeenPerson, padded, seen_people
from asylon.desk.services.trail import record
from asylon.desk.session import Keyring
from asylon.desk.walls import memberships_of
from asylon.vault.index import BlindIndex
from asylon.vault.likeness import likeness

MOST_SHOWN = 50
# More hits than this are not opened: the page asks for more of the name.
MOST_OPENED = 400

_NUMBER = re.compile(r"([2-9B-DF-HJ-NP-TV-XZ]{3})[- ]?([2-9B-DF-HJ-NP-TV-XZ]{3})", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", re.ASCII)
_BORN = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: the words of a name, a date of birth, and the whole as a number."""

    name: str
    born: str
    whole: str

    @classmethod
    def of(cls, text: str) -> Question:
        """Return the question in a text; dates may stand day first ("17.04.1988")."""
        plain = _DAY_FIRST.sub(lambda found: f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}", text.strip())
        dates = [word for word in plain.split() if _BORN.fullmatch(word)]
        name = " ".join(word for word in plain.split() if word not in dates and any(map(str.isalpha, word)))
        return cls(name, dates[0] if dates else "", text.strip())


@dataclass(frozen=True, slots=True)
class PersonHit:
    """Somebody who was found: `name` is the name of theirs that fits best."""

    seen: SeenPerson
    name: str
    alike: float
    by: str


@dataclass(frozen=True, slots=True)
class FileNumber:
    """The file number by which a case was found, and whose it is: a proceeding's, or that of the authority."""

    of: str
    number: str


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A case that was found: by its own number, or by `files`."""

    heading: Heading
    files: tuple[FileNumber, ...]


@dataclass(frozen=True, slots=True)
class EnquiryHit:
    """A kept enquiry that names somebody who was asked for."""

    row: Enquiry
    called: str
    url: str
    alike: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives; `is_too_much` when more was found than is opened."""

    people: tuple[PersonHit, ...]
    cases: tuple[CaseHit, ...]
    enquiries: tuple[EnquiryHit, ...]
    is_too_much: bool

    @property
    def count(self) -> int:
        """Return how many things are shown."""
        return len(self.people) + len(self.cases) + len(self.enquiries)


def search(keyring: Keyring, text: str) -> Found:
    """Return what of `text` this person may see, the likeliest first, and record how much it was."""
    asked = Question.of(text)
    keys = _Keys.of(keyring.index, asked)
    persons = Person.objects.visible_to(keyring.user)
    kept = enquiries_of(keyring.user).exclude(state=Enquiry.State.DRAFT)
    by_person = keys.owners(IndexKey.objects.filter(person__in=persons), "person_id")
    by_enquiry = keys.owners(IndexKey.objects.filter(enquiry__in=kept), "enquiry_id")
    is_too_much = len(by_person) > MOST_OPENED
    people = _people(keyring, asked, {} if is_too_much else by_person)
    enquiries = _enquiries(keyring, asked, kept, dict(list(by_enquiry.items())[:MOST_SHOWN]))
    found = Found(people, _cases(keyring, asked, keys), enquiries, is_too_much)
    record("search.done", by=keyring.user, count=found.count)
    return found


@dataclass(frozen=True, slots=True)
class _Keys:
    """The index keys of a question."""

    parts: tuple[frozenset[bytes], ...]
    born: bytes | None
    numbers: frozenset[bytes]
    files: frozenset[bytes]

    @classmethod
    def of(cls, index: BlindIndex, asked: Question) -> _Keys:
        has_digit = any(map(str.isdigit, asked.whole))
        return cls(
            index.name_part_keys(asked.name) if asked.name else (),
            index.born_key(asked.born) if asked.born else None,
            index.number_keys(asked.whole) if has_digit else frozenset(),
            index.file_keys(asked.whole),
        )

    def owners(self, rows: QuerySet[IndexKey], column: str) -> dict[UUID, str]:
        """Return who holds what was asked for, with what they were found by: every part of a name, or the number."""
        wanted = {key for part in self.parts for key in part} | self.numbers | ({self.born} if self.born else set())
        held: dict[UUID, set[bytes]] = {}
        for owner, key in rows.filter(key__in=sorted(wanted)).values_list(column, "key"):
            held.setdefault(owner, set()).add(bytes(key))
        found = ((owner, self._by(keys)) for owner, keys in held.items())
        return {owner: by for owner, by in found if by}

    def _by(self, held: set[bytes]) -> str:
        if self.numbers & held:
            return "number"
        is_born = self.born is None or self.born in held
        if self.parts:
            return "name" if is_born and all(part & held for part in self.parts) else ""
        return "born" if self.born is not None and is_born else ""


def _people(keyring: Keyring, asked: Question, by: Mapping[UUID, str]) -> tuple[PersonHit, ...]:
    hits = []
    for person_id, seen in seen_people(keyring, by).items():
        alike, name = nearest(asked.name, seen.content)
        hits.append(PersonHit(seen, name, alike if by[person_id] == "name" else 1.0, by[person_id]))
    hits.sort(key=lambda hit: (-hit.alike, hit.name))
    return tuple(hits[:MOST_SHOWN])


def nearest(asked: str, content: PersonContent) -> tuple[float, str]:
    """Return how alike the nearest of a person's names is, and that name; what they are called when none is."""
    pairs = [(likeness(asked, name.full), name.full) for name in content.names] if asked else []
    alike, name = max(pairs, default=(0.0, ""))
    return (alike, name) if alike else (0.0, content.called)


def _enquiries(
    keyring: Keyring, asked: Question, rows: QuerySet[Enquiry], by: Mapping[UUID, str]
) -> tuple[EnquiryHit, ...]:
    hits = []
    for row, content in open_all(keyring, rows.filter(pk__in=padded(by))):
        named = [nearest(asked.name, person) for person in people_in(content)] if content else []
        alike, called = max(named, default=(0.0, ""))
        hits.append(EnquiryHit(row, called, reverse("enquiry", kwargs={"enquiry": row.pk}), alike))
    return tuple(sorted(hits, key=lambda hit: (-hit.alike, hit.called)))


def _cases(keyring: Keyring, asked: Question, keys: _Keys) -> tuple[CaseHit, ...]:
    """Return the cases of that number or file number, in as many statements whether there are any or not."""
    user = keyring.user
    found = _NUMBER.fullmatch(asked.whole)
    number = f"{found[1]}-{found[2]}".upper() if found else ""
    visible = Case.objects.visible_to(user)
    ids: list[UUID] = list(visible.filter(number=number).values_list("pk", flat=True))
    # Never an empty list, which would be no query: a text without a digit costs as many statements as one with.
    rows = IndexKey.objects.filter(case__in=visible, key__in=sorted(keys.files) or [b""])
    hits = sorted(set(rows.values_list("case_id", "proceeding_id")), key=str)[:MOST_SHOWN]
    wanted = padded([*ids, *(case for case, _ in hits)])
    held = list(memberships_of(user).filter(case_id__in=wanted).select_related("case"))
    opened = {row.case_id: OpenCase(row.case, row, keyring.case_key(row), keyring) for row in held}
    headed = headings_of(keyring, held)
    files = _files(opened, headed, hits, Proceeding.objects.visible_to(user))
    cases = [CaseHit(heading, files.get(case, ())) for case, heading in headed.items()]
    return tuple(sorted(cases, key=lambda hit: (bool(hit.files), hit.heading.called)))


def _files(
    opened: Mapping[UUID, OpenCase],
    headed: Mapping[UUID, Heading],
    hits: Iterable[tuple[UUID, UUID | None]],
    rows: QuerySet[Proceeding],
) -> dict[UUID, tuple[FileNumber, ...]]:
    """Return the file numbers by which cases were found, by case."""
    found = [
        (case, FileNumber(gettext("File number of the authority"), headed[case].content.reference))
        for case, proceeding in hits
        if proceeding is None and case in headed
    ]
    for row in rows.filter(pk__in=padded(proceeding for _, proceeding in hits if proceeding)):
        if one := opened.get(row.case_id):
            content: ProceedingContent = one.unseal(row, ProceedingContent)
            found.append((row.case_id, FileNumber(proceeding_label(row, content), content.file_number)))
    files: dict[UUID, tuple[FileNumber, ...]] = {}
    for case, file in found:
        files[case] = (*files.get(case, ()), file)
    return files
