"""Enquiries as far as somebody may see them: drafts only their author; kept ones also the leads of the organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from asylon.desk.content import Contact, EnquiryContent, IdentityPaper, PersonContent, SafeContact, SpokenLanguage, load
from asylon.desk.models import Enquiry, OrgKey, User
from asylon.desk.naming import name_of
from asylon.desk.session import Keyring
from asylon.errors import VaultError
from asylon.vault.sealing import unseal, unwrap


def enquiries_of(user: User) -> QuerySet[Enquiry]:
    """Return the enquiries that `user` may see, last saved first."""
    own = Q(author=user)
    if user.is_lead:
        return Enquiry.objects.filter(own | ~Q(state=Enquiry.State.DRAFT))
    return Enquiry.objects.filter(own)


def enquiry_key(keyring: Keyring, row: Enquiry) -> bytes:
    """Return the key of an enquiry, by its author's wrap or the emergency key; VaultError when neither opens it."""
    if row.author_id == keyring.user.pk:
        try:
            return unwrap(row.wrapped_key, keyring.private)
        except VaultError:
            if not keyring.user.is_lead:
                raise
    return unwrap(row.emergency_wrap, keyring.org_key(OrgKey.Kind.EMERGENCY))


def open_enquiry(keyring: Keyring, enquiry_id: UUID) -> tuple[Enquiry, EnquiryContent]:
    """Return an enquiry opened; Http404 when it is not there for this person."""
    row = enquiries_of(keyring.user).filter(pk=enquiry_id).select_related("author").first()
    if row is None:
        raise Http404
    return row, content_of(row, enquiry_key(keyring, row))


def content_of(row: Enquiry, key: bytes) -> EnquiryContent:
    """Return what is sealed in an enquiry."""
    return load(EnquiryContent, unseal(key, row.sealed, row.place("content")))


def open_all(keyring: Keyring, rows: Iterable[Enquiry]) -> list[tuple[Enquiry, EnquiryContent | None]]:
    """Return enquiries opened, None for one that no key of this person opens; one query at most for any number."""
    private = {True: keyring.private}
    found: list[tuple[Enquiry, EnquiryContent | None]] = []
    for row in rows:
        is_own = row.author_id == keyring.user.pk
        if is_own not in private:
            private[False] = keyring.org_key(OrgKey.Kind.EMERGENCY)
        try:
            key = unwrap(row.wrapped_key if is_own else row.emergency_wrap, private[is_own])
            found.append((row, content_of(row, key)))
        except VaultError:
            found.append((row, None))
    return found


# ---------------------------------------------------------------- what was typed

_TYPED = re.compile(r"people-(\d{1,3})-(\w+)", re.ASCII)
MOST_PEOPLE, LONGEST = 40, 200  # as the screen takes them: a draft may hold anything


def people_in(content: EnquiryContent) -> list[PersonContent]:
    """Return the people that were typed into an enquiry, as far as a name was given; no more than the screen takes."""
    rows: dict[int, dict[str, str]] = {}
    for key, value in content.fields.items():
        if found := _TYPED.fullmatch(key):
            rows.setdefault(int(found[1]), {})[found[2]] = value.strip()[:LONGEST]
    named = [row for _place, row in sorted(rows.items()) if row.get("name") or row.get("native")]
    return [person_of_row(row) for row in named[:MOST_PEOPLE]]


def person_of_row(row: Mapping[str, str], safe: SafeContact | None = None) -> PersonContent:
    """Return the person that one row of an intake describes."""
    name, native = row.get("name", ""), row.get("native", "")
    language, nationality = row.get("language", ""), row.get("nationality", "")
    names = [name_of(name)] * bool(name) + [name_of(native, "native" if name else "legal")] * bool(native)
    return PersonContent(
        names=tuple(names),
        born=row.get("born", ""),
        nationalities=(nationality,) if nationality else (),
        languages=(SpokenLanguage(language),) if language else (),
        papers=(IdentityPaper("", row["number"]),) if row.get("number") else (),
        contacts=(Contact("phone", row["phone"]),) if row.get("phone") else (),
        safe_contact=safe or SafeContact(),
    )
