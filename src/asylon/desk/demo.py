"""The demo: a throw-away vault with invented people, loaded through the same services as real work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from asylon.desk.democase import DemoCase, DemoEvent, DemoFamily, families
from asylon.vault.sealing import Cost, KeyPair

if TYPE_CHECKING:
    from asylon.desk.models import CasePerson, Event, User
    from asylon.desk.selectors.cases import OpenCase
    from asylon.desk.session import Keyring
    from asylon.desk.walls import Act

# Cheap, so that five accounts are made at once. Invented people need no better; a real vault has `Cost()`.
DEMO_COST = Cost(passes=1, memory=1024 * 1024)
DEMO_TEAM = "Protection"
STORY = """She asked for asylum in one spring and was heard in the summer of another year.

The answer came after six years: two lines, and no reasons."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody who works at the demo's desk, and what to look at as they."""

    username: str
    display_name: str
    work: str
    look: str
    is_lead: bool = False
    is_administrator: bool = False


ACCOUNTS = (
    DemoAccount("noa", "Noa Harel", "lawyer", "the board of a lawyer who leads the office", is_lead=True),
    DemoAccount("daniil", "Daniil Berg", "lawyer", "other cases; what another team does not see"),
    DemoAccount("miriam", "Miriam Sarkisyan", "caseworker", "dates to confirm, a shared case"),
    DemoAccount("sam", "Sam Okbazghi", "interpreter", "only the card: how to call, what never to say"),
    DemoAccount("olga", "Olga Winter", "administrator", "accounts, and no case at all", is_administrator=True),
)


@dataclass(slots=True)
class _Loading:
    """What has been made so far."""

    users: Mapping[str, User]
    keyrings: Mapping[str, Keyring]
    cases: dict[str, OpenCase] = field(default_factory=dict)
    parts: dict[str, tuple[CasePerson, OpenCase]] = field(default_factory=dict)


def load_demo(*, password: str, today: date, tell: Callable[[str], None] = lambda _text: None) -> int:
    """Return how many cases were made in the vault of this process, which must have tables and nothing in them."""
    from django.db import transaction

    from asylon.desk.services.cases import reckoning_put_off
    from asylon.desk.services.reckoning import reckon_all

    with transaction.atomic(), reckoning_put_off():
        loading = _loading(password)
        for family in families(today):
            tell(family.name)
            _load_family(loading, family)
        _load_counts(loading, today)
    reckon_all(on=today, is_forced=True)
    return len(loading.cases)


def _loading(password: str) -> _Loading:
    from asylon.desk.models import Organisation, Team
    from asylon.desk.services.accounts import account_make, org_keys_give
    from asylon.desk.services.trail import record
    from asylon.desk.services.vouched import mark_organisation
    from asylon.desk.session import Keyring, open_private
    from asylon.vault.sealing import new_key, new_pair

    emergency, index = new_pair(), new_key()
    org = Organisation(name="Demo", recovery_public=new_pair().public, emergency_public=emergency.public)
    mark_organisation(org)
    org.save(force_insert=True)
    record("vault.made", by="vault")
    team = Team.objects.create(name=DEMO_TEAM)
    users: dict[str, User] = {}
    for account in ACCOUNTS:
        users[account.username] = user = account_make(
            username=account.username,
            display_name=account.display_name,
            password=password,
            work=account.work,
            by=None,
            is_lead=account.is_lead,
            is_administrator=account.is_administrator,
            team=None if account.is_administrator else team,
            must_change_password=False,
        )
        if not account.is_administrator:
            org_keys_give(user=user, index=index, emergency=_emergency_for(user, emergency), by=None)
    keyrings = {name: Keyring(user, open_private(user, password) or b"") for name, user in users.items()}
    return _Loading(users, keyrings)


def _emergency_for(user: User, emergency: KeyPair) -> bytes | None:
    return emergency.private if user.is_lead else None


def _load_family(loading: _Loading, family: DemoFamily) -> None:
    from asylon.desk.services.people import family_join, family_make, interests_set

    first = family.cases[0].lead

    row = None
    for case in family.cases:
        opened, parts = _load_case(loading, case, family)
        if row is None:
            row = family_make(opened=opened, parts=parts)
        else:
            with _opened_by(loading, opened, case, first, "write") as theirs:
                for part in parts:
                    family_join(opened=theirs, family=row, part=part)
    if row is not None and family.opposed:
        interests_set(opened=loading.cases[family.cases[0].key], family=row, are_opposed=True)
    _load_relations(loading, family)


def _load_case(loading: _Loading, case: DemoCase, family: DemoFamily) -> tuple[OpenCase, list[CasePerson]]:
    from asylon.desk.services.cases import case_open
    from asylon.desk.services.memberships import membership_give
    from asylon.desk.services.notes import note_add
    from asylon.desk.services.proceedings import proceeding_open

    opened = case_open(
        keyring=loading.keyrings[case.lead],
        jurisdiction=case.jurisdiction,
        content=case.content,
        attributes=case.attributes,
    )
    loading.cases[case.key] = opened
    parts = _load_people(loading, opened, case, family)
    for username, role in case.members:
        membership_give(opened=opened, user=loading.users[username], role=role)
    for proceeding in case.proceedings:
        proceeding_open(opened=opened, kind=proceeding.kind, content=proceeding.content)
    for note in case.notes:
        note_add(opened=opened, text=note)
    _load_events(loading, opened, case, family)
    return opened, parts


def _load_people(loading: _Loading, opened: OpenCase, case: DemoCase, family: DemoFamily) -> list[CasePerson]:
    from asylon.desk.models import Case
    from asylon.desk.services.people import person_add, person_join

    content = {member.key: member.content for member in family.members}
    parts = []
    for key, part in case.people:
        known = loading.parts.get(key)
        if known is None:
            row = person_add(opened=opened, content=content[key], part=part)
            loading.parts[key] = (row, opened)
        else:
            row = person_join(opened=opened, other=known[1], part_there=known[0], part=part)
        parts.append(row)
    # What the case says of its applicant stands beside what follows from the person.
    opened.case.attributes = {**opened.case.attributes, **case.attributes}
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(attributes=opened.case.attributes)
    return parts


def _load_events(loading: _Loading, opened: OpenCase, case: DemoCase, family: DemoFamily) -> None:
    from asylon.desk.services.events import EventDraft, event_add

    waiting = []
    for event in case.events:
        draft = EventDraft(event.event, event.on, _details(event), note=event.note, paper_note=event.paper)
        row = event_add(opened=opened, draft=draft)
        if row.is_critical and event.confirmed:
            waiting.append(row)
    if waiting:
        _confirm(loading, opened, case, family, waiting)


def _details(event: DemoEvent) -> dict[str, str]:
    return {**event.details, **({"time": event.time} if event.time else {})}


def _confirm(loading: _Loading, opened: OpenCase, case: DemoCase, family: DemoFamily, events: list[Event]) -> None:
    """Let a second person confirm the dates: a member, or a colleague who gets the case for that and gives it back."""
    from asylon.desk.services.events import event_confirm

    inside = {username for username, _role in case.members} | {case.lead}
    member: str | None = next((username for username, role in case.members if role == "member"), None)
    if member is None and family.opposed:
        return  # the two teams of such a family know nothing of each other
    second = member or next(name for name in ("miriam", "daniil", "noa") if name not in inside)
    with _opened_by(loading, opened, case, second, "confirm") as theirs:
        for event in events:
            event_confirm(opened=theirs, event=event, version=event.version)


@contextmanager
def _opened_by(loading: _Loading, opened: OpenCase, case: DemoCase, username: str, act: Act) -> Iterator[OpenCase]:
    """Give a case as a colleague has it open; whoever is not in it gets it for that and gives it back."""
    from asylon.desk.selectors.cases import open_case
    from asylon.desk.services.memberships import membership_give, membership_take

    user = loading.users[username]
    roles: dict[str, str] = {**dict(case.members), case.lead: "lead"}
    role = roles.get(username)
    if role not in ("lead", "member"):
        membership_give(opened=opened, user=user, role="member")
    yield open_case(loading.keyrings[username], opened.case.pk, act, action=None)
    if role is None:
        membership_take(opened=opened, user=user)
    elif role not in ("lead", "member"):
        membership_give(opened=opened, user=user, role=role)


def _load_counts(loading: _Loading, today: date) -> None:
    """Keep a story, and release the report of the last twelve months: drafted by the lead, released by another."""
    from asylon.desk.content import StoryContent
    from asylon.desk.services.releases import ReleaseDraft, release_approve, release_ask, release_draft
    from asylon.desk.services.stories import story_add

    lead, second = loading.users["noa"], loading.users["olga"]
    draft = ReleaseDraft("Twelve months", today - timedelta(days=365), today)
    row = release_draft(user=lead, draft=draft)
    release_ask(user=lead, release=row.pk, purpose="Annual report", recipient="Members and donors")
    release_approve(user=second, release=row.pk)
    story = StoryContent("Two lines", STORY, (today - timedelta(days=40)).isoformat(), "Noa, folder 7")
    story_add(keyring=loading.keyrings["noa"], content=story, year=today.year, has_consent=True)


def _load_relations(loading: _Loading, family: DemoFamily) -> None:
    from asylon.desk.models import Person
    from asylon.desk.services.people import relation_set

    for one, kind, other in family.relations:
        if one not in loading.parts or other not in loading.parts:
            continue
        pair = {loading.parts[one][0].person_id, loading.parts[other][0].person_id}
        for case in family.cases:  # whoever sees both people says what they are to each other
            opened = loading.cases[case.key]
            if not {one, other} & {key for key, _part in case.people}:
                continue
            if Person.objects.visible_to(opened.keyring.user).filter(pk__in=pair).count() == len(pair):
                people = [loading.parts[key][0].person for key in (one, other)]
                relation_set(opened=opened, person=people[0], other=people[1], kind=kind)
                break
