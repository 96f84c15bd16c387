"""The standing cast: who owns a case, who shares it, who may only read it, and who must not know of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.test import Client

from asylon.desk.content import CaseContent, Contact, IdentityPaper, Name, PersonContent
from asylon.desk.models import Membership, Organisation, Team, User
from asylon.desk.selectors.cases import OpenCase, open_case
from asylon.desk.services.accounts import account_make, org_keys_give
from asylon.desk.services.cases import case_open
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.memberships import membership_give
from asylon.desk.services.people import person_add
from asylon.desk.services.vouched import mark_organisation
from asylon.desk.session import Keyring, open_private
from asylon.vault.sealing import KeyPair, new_key, new_pair
from tests.desk.settings import RECOVERY

PASSWORD = "a long password of tests"
SECRET_NAME = "Maryna Zaslaŭskaja"
SECRET_NUMBER = "MP7391846"
SECRET_PHONE = "+37500000017"
SECRET_BORN = "1988-04-17"
SECRET_TITLE = "The seamstress of Hrodna"
SECRETS = (SECRET_NAME, SECRET_NUMBER, SECRET_PHONE, SECRET_BORN, SECRET_TITLE)


@lru_cache(maxsize=1)
def emergency_pair() -> KeyPair:
    return new_pair()


@lru_cache(maxsize=1)
def index_key() -> bytes:
    return new_key()


@dataclass(frozen=True)
class Cast:
    """`owner` leads the case, `colleague` is a member, `reader` reads, `interpreter` sees the card; `stranger` has
    nothing in it, `boss` is a lead of the organisation without a part in it, `admin` an administrator without keys."""

    owner: User
    colleague: User
    reader: User
    interpreter: User
    stranger: User
    boss: User
    admin: User

    def everybody(self) -> dict[str, User]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def make_cast() -> Cast:
    org = Organisation(name="Test", recovery_public=RECOVERY.public, emergency_public=emergency_pair().public)
    mark_organisation(org)
    org.save(force_insert=True)
    team = Team.objects.create(name="First")
    made = {}
    for name in ("owner", "colleague", "reader", "interpreter", "stranger", "boss", "admin"):
        made[name] = account_make(
            username=name,
            display_name=name.title(),
            password=PASSWORD,
            work={"admin": "administrator", "interpreter": "interpreter"}.get(name, "lawyer"),
            by=None,
            is_lead=name == "boss",
            is_administrator=name == "admin",
            team=team,
            must_change_password=False,
        )
        if name != "admin":
            emergency = emergency_pair().private if name == "boss" else None
            org_keys_give(user=made[name], index=index_key(), emergency=emergency, by=None)
    return Cast(**made)


def keyring(user: User) -> Keyring:
    private = open_private(user, PASSWORD)
    assert private is not None
    return Keyring(user, private)


def person_content(name: str = SECRET_NAME) -> PersonContent:
    """Return the person whom walls hide; under another name, somebody who shares nothing with them."""
    is_hidden = name == SECRET_NAME
    return PersonContent(
        names=(Name(name),),
        born=SECRET_BORN if is_hidden else "1971-09-30",
        nationalities=("BLR",),
        papers=(IdentityPaper("passport", SECRET_NUMBER if is_hidden else "KX5550019"),),
        contacts=(Contact("phone", SECRET_PHONE if is_hidden else "+37500000093"),),
    )


def make_case(
    owner: User, *, jurisdiction: str = "il", title: str = SECRET_TITLE, person: PersonContent | None = None
) -> OpenCase:
    opened = case_open(
        keyring=keyring(owner), jurisdiction=jurisdiction, content=CaseContent(title=title, summary="She waits.")
    )
    person_add(opened=opened, content=person or person_content())
    event_add(opened=opened, draft=EventDraft("lodged", "2024-03-04", {"procedure": "asylum"}, note="By hand, room 5."))
    return opened


def share(opened: OpenCase, user: User, role: str) -> Membership:
    return membership_give(opened=opened, user=user, role=role)


def make_shared_case(cast: Cast) -> OpenCase:
    opened = make_case(cast.owner)
    share(opened, cast.colleague, "member")
    share(opened, cast.reader, "reader")
    share(opened, cast.interpreter, "interpreter")
    return opened


def reopen(opened: OpenCase, user: User) -> OpenCase:
    return open_case(keyring(user), opened.case.pk)


def sign_in(user: User) -> Client:
    """Return a browser of this person, signed in through the real page."""
    client = Client()
    answer = client.post("/sign-in", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content[:500]
    return client
