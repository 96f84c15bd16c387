"""Many invented cases at once, with their keys, people, families, events and memberships.

They are written in bulk, as the services would have written them one by one; `reckon_all` makes their lines
of the board. Timelines are those of the benchmarks' national caseload, dated up to `on`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl
from benchmarks.caseload import italy, russia
from django.db import connection, transaction

from asylon.desk import law
from asylon.desk.content import CaseContent, Contact, IdentityPaper, Name, PersonContent, dump
from asylon.desk.models import (
    Case,
    CasePerson,
    Event,
    Family,
    FamilyMember,
    Membership,
    Organisation,
    Part,
    Person,
    Role,
    Team,
    User,
)
from asylon.vault.sealing import new_key, seal, wrap

LAST_DAY = date(2026, 11, 1)  # of the benchmarks' caseload, more or less: what lies later is shifted with it
FIRST_NAMES = ("Amina", "Bohdan", "Carine", "Dawit", "Elham", "Farid", "Gulnara", "Hadas", "Idris", "Jelena")
LAST_NAMES = ("Abdi", "Bilenko", "Chikh", "Demir", "Eshetu", "Farzan", "Grigoryan", "Hamid", "Ilunga", "Jovanović")
AHEAD = (
    ("interview", {"kind": "merits", "time": "09:30"}),
    ("hearing", {"kind": "appeal", "time": "11:00"}),
    ("permit_expiry", {"document": "certificate"}),
)
LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"


@dataclass
class Rows:
    """What is written, table by table."""

    cases: list[Case] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    parts: list[CasePerson] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    relatives: list[FamilyMember] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def save(self) -> None:
        for model, rows in (
            (Person, self.people),
            (Family, self.families),
            (FamilyMember, self.relatives),
            (Case, self.cases),
            (CasePerson, self.parts),
            (Membership, self.memberships),
            (Event, self.events),
        ):
            model.objects.bulk_create(rows, batch_size=500)


@transaction.atomic
def make_cases(
    owner: User,
    count: int,
    *,
    on: date,
    members: Sequence[tuple[User, str]] = (),
    team: Team | None = None,
    seed: int = 1,
) -> list[Case]:
    """Return `count` new cases led by `owner`, shared with `members`; every eighth and the next are of one family."""
    made, draw = Rows(), random.Random(seed)
    organisation = Organisation.objects.get()
    holders = [(owner, str(Role.LEAD)), *members]
    timelines = _timelines(count, seed)
    for number, (jurisdiction, timeline) in enumerate(timelines):
        case, key = Case(number=_number(seed, number), jurisdiction=jurisdiction, team=team), new_key()
        case.attributes = {"nationality": draw.choice(("SYR", "UKR", "other")), "unaccompanied_minor": False}
        case.recovery_wrap = wrap(key, bytes(organisation.recovery_public))
        case.emergency_wrap = wrap(key, bytes(organisation.emergency_public))
        case.sealed = seal(key, dump(CaseContent(title=f"Invented {number}")), case.place("content"))
        made.cases.append(case)
        for user, role in holders:
            wrapped = wrap(key, bytes(user.public_key))
            made.memberships.append(Membership(case=case, user=user, role=role, wrapped_key=wrapped, given_by=owner))
        person = _person(made, case, key, owner, draw)
        _family(made, case, person, number)
        made.events.extend(_events(case, timeline, owner, on, draw))
    made.save()
    if count >= 100:  # as a store does by itself once it is left alone
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made.cases


def _number(seed: int, number: int) -> str:
    letters, rest = "", seed * 20_000 + number
    for _ in range(6):
        rest, place = divmod(rest, len(LETTERS))
        letters = LETTERS[place] + letters
    return f"{letters[:3]}-{letters[3:]}"


def _person(made: Rows, case: Case, key: bytes, by: User, draw: random.Random) -> Person:
    own = new_key()
    content = PersonContent(
        names=(Name(f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)} {len(made.people)}"),),
        born=f"{draw.randint(1950, 2005)}",
        papers=(IdentityPaper("passport", f"X{draw.randint(10**6, 10**7)}"),),
        contacts=(Contact("phone", "+1 202 555 0100"),),
    )
    person = Person(changed_at=_moment(LAST_DAY), changed_by=by)
    person.sealed = seal(own, dump(content), person.place("content"))
    sealed = seal(key, own, f"caseperson:{case.pk}:{person.pk}:key")
    made.people.append(person)
    made.parts.append(CasePerson(case=case, person=person, part=Part.APPLICANT, sealed_key=sealed))
    return person


def _family(made: Rows, case: Case, person: Person, number: int) -> None:
    """Put every eighth case and the one after it into one family."""
    if number % 8 == 0:
        made.families.append(Family())
    if number % 8 < 2:
        case.family = made.families[-1]
        made.relatives.append(FamilyMember(family=made.families[-1], person=person))


def _timelines(count: int, seed: int) -> Iterator[tuple[str, Sequence[tuple[str, str, str]]]]:
    """Yield country and events (date, name, details as text) of each case; Russia and Italy by turns."""
    drawn = {"ru": russia(max(count - count // 2, 1), seed)[0], "it": italy(max(count // 2, 1), seed + 1)[0]}
    parts = {
        country: table.select("case", "on", "event", "details").partition_by("case", include_key=False)
        for country, table in drawn.items()
    }
    for number in range(count):
        country = ("ru", "it")[number % 2]
        yield country, parts[country][number // 2].select(pl.col("on", "event", "details")).rows()


# What the caseload leaves open and a desk would have asked.
KNOWN = {"arrival": {"crossing": "irregular"}, "appeal_decided": {"delivered": "present"}}


@lru_cache(maxsize=4096)
def _clear(name: str, details: str) -> Mapping[str, Any]:
    given = {key: str(value) for key, value in {**KNOWN.get(name, {}), **json.loads(details)}.items()}
    return law.clear_details(name, given)[0]


def _events(
    case: Case, timeline: Sequence[tuple[str, str, str]], by: User, on: date, draw: random.Random
) -> Iterator[Event]:
    shift = on - LAST_DAY
    for text, name, details in timeline:
        event = _event(case, _shifted(text, shift), name, _clear(name, details), by)
        if event.earliest is not None and event.earliest <= on:  # the rest of the drawn course is still to come
            yield event
    if draw.random() < 0.2:
        name, given = draw.choice(AHEAD)
        day = on + timedelta(days=draw.randint(0, 120))
        yield _event(case, day.isoformat(), name, given, by)


def _shifted(text: str, shift: timedelta) -> str:
    """Return a date moved by `shift`; a month stays a month."""
    whole = text if len(text) == 10 else f"{text}-15"
    return (date.fromisoformat(whole) + shift).isoformat()[: len(text)]


def _event(case: Case, text: str, name: str, details: Mapping[str, Any], by: User) -> Event:
    span = law.as_date(text)
    return Event(
        case=case,
        name=name,
        on=text,
        earliest=span.earliest,
        latest=span.latest,
        details=dict(details),
        recorded_by=by,
        recorded_at=_moment(span.earliest or LAST_DAY),
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
