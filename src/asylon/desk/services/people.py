"""People: made in a case, changed with their old version kept, joined to further cases and to families."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.content import PersonContent, dump, load
from asylon.desk.models import (
    REVERSE,
    Case,
    CasePerson,
    Family,
    FamilyMember,
    IndexKey,
    Part,
    Person,
    PersonVersion,
    Relation,
)
from asylon.desk.models.people import Kinship
from asylon.desk.selectors.cases import OpenCase, key_place, person_content, person_key
from asylon.desk.services.cases import mark_changed
from asylon.desk.services.trail import record
from asylon.vault.index import BlindIndex
from asylon.vault.sealing import new_key, seal, unseal


@transaction.atomic
def person_add(*, opened: OpenCase, content: PersonContent, part: str = Part.APPLICANT) -> CasePerson:
    """Return the part of a new person in a case; the person's own key is sealed under that of the case."""
    _must_write(opened)
    if not content.names:
        raise ValidationError({"names": _("Give at least one name, or what the person is called here.")})
    key, user = new_key(), opened.keyring.user
    person = Person(changed_at=timezone.now(), changed_by=user)
    person.sealed = seal(key, dump(content), person.place("content"))
    person.save(force_insert=True)
    row = _join(opened, person, key, part)
    index_write(opened.keyring.index, content, person=person)
    record("person.added", by=user, about=person.pk, part=part)
    _law_facts(opened, content, part)
    return row


def _must_write(opened: OpenCase) -> None:
    if not opened.may("write"):
        raise PermissionDenied


def _join(opened: OpenCase, person: Person, key: bytes, part: str) -> CasePerson:
    sealed = seal(opened.key, key, key_place(opened.case.pk, person.pk))
    return CasePerson.objects.create(case=opened.case, person=person, part=part, sealed_key=sealed)


def _law_facts(opened: OpenCase, content: PersonContent, part: str) -> None:
    """Keep the facts about the applicant that the law asks about readable on the case."""
    if part != Part.APPLICANT:
        return
    from asylon.desk.law import facts_of

    facts = facts_of(content, opened.case)
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(attributes=facts)
    opened.case.attributes = facts
    mark_changed(opened.case)


@transaction.atomic
def person_join(*, opened: OpenCase, other: OpenCase, part_there: CasePerson, part: str) -> CasePerson:
    """Join a person known from another case, which must be open too, to this one: both teams see them then."""
    _must_write(opened)
    if part_there.case_id != other.case.pk or not other.may("write"):
        raise PermissionDenied
    if CasePerson.objects.unwalled("write").filter(case=opened.case, person=part_there.person_id).exists():
        raise ValidationError(_("This person is in the case already."))
    key = person_key(part_there, other.key)
    row = _join(opened, part_there.person, key, part)
    record("person.added", by=opened.keyring.user, about=part_there.person_id, part=part)
    content = load(PersonContent, unseal(key, part_there.person.sealed, part_there.person.place("content")))
    _law_facts(opened, content, part)
    return row


@transaction.atomic
def person_change(*, opened: OpenCase, part: CasePerson, content: PersonContent, version: int) -> None:
    """Save a person anew and keep the old version; ValidationError when somebody else changed it meanwhile."""
    _must_write(opened)
    person = Person.objects.unwalled("write").select_for_update().get(pk=part.person_id)
    if person.version != version:
        raise ValidationError(
            _("Somebody changed this person meanwhile; your text is kept below. Compare and save again.")
        )
    key, user = person_key(part, opened.key), opened.keyring.user
    PersonVersion.objects.create(
        person=person,
        version=person.version,
        sealed=person.sealed,
        changed_by=person.changed_by,
        changed_at=person.changed_at,
    )
    person.sealed = seal(key, dump(content), person.place("content"))
    person.version, person.changed_at, person.changed_by = version + 1, timezone.now(), user
    person.save()
    index_write(opened.keyring.index, content, person=person)
    record("person.changed", by=user, about=person.pk)
    _law_facts(opened, content, part.part)


@transaction.atomic
def person_restore(*, opened: OpenCase, part: CasePerson, version: int) -> None:
    """Bring back an earlier version of a person, as a new version; ValidationError when it is not kept."""
    _must_write(opened)
    old = PersonVersion.objects.unwalled("write").filter(person=part.person_id, version=version).first()
    if old is None:
        raise ValidationError(_("This version is not kept."))
    payload = unseal(person_key(part, opened.key), old.sealed, part.person.place("content"))
    person_change(opened=opened, part=part, content=load(PersonContent, payload), version=part.person.version)
    record("person.restored", by=opened.keyring.user, about=part.person_id, version=version)


@transaction.atomic
def part_change(*, opened: OpenCase, part: CasePerson, kind: str) -> None:
    """Change what a person is in a case; nothing happens when it is that already."""
    _must_write(opened)
    if part.part == kind:
        return
    part.part = Part(kind).value
    part.save(update_fields=["part"])
    record("person.changed", by=opened.keyring.user, about=part.person_id, part=kind)
    _law_facts(opened, person_content(part, opened.key), part.part)


def index_write(index: BlindIndex, *contents: PersonContent, **owner: object) -> None:
    """Write the blind-index keys of a person, or of all persons of an enquiry, anew."""
    IndexKey.objects.filter(**owner).delete()
    rows = {row for content in contents for row in _index_rows(index, content)}
    IndexKey.objects.bulk_create(IndexKey(kind=kind, key=key, **owner) for kind, key in sorted(rows))


def _index_rows(index: BlindIndex, content: PersonContent) -> set[tuple[str, bytes]]:
    rows = {("name", key) for name in content.names for key in index.name_keys(name.full)}
    numbers = [*(paper.number for paper in content.papers), *(contact.value for contact in content.contacts)]
    rows |= {("number", key) for number in numbers for key in index.number_keys(number)}
    return rows | {("born", key) for key in (index.born_keys(content.born) if content.born else ())}


@transaction.atomic
def person_unlink(*, opened: OpenCase, part: CasePerson) -> None:
    """Take a person out of a case; somebody who is in no other case is destroyed with their key."""
    _must_write(opened)
    person_id = part.person_id
    part.delete()
    if not CasePerson.objects.unwalled("write").filter(person=person_id).exists():
        Person.objects.unwalled("write").filter(pk=person_id).delete()
        Family.objects.unwalled("write").filter(members__isnull=True).delete()
    record("person.unlinked", by=opened.keyring.user, about=person_id)


@transaction.atomic
def family_make(*, opened: OpenCase, parts: Iterable[CasePerson]) -> Family:
    """Return a family of people of a case, and tie the case to it; ValidationError without anybody."""
    _must_write(opened)
    rows = list(parts)
    if not rows:
        raise ValidationError(_("Choose at least one person; others can be added later."))
    family = Family.objects.create()
    for part in rows:
        _must_be_in(opened, part)
        FamilyMember.objects.create(family=family, person_id=part.person_id)
    _tie(opened, family)
    record("family.made", by=opened.keyring.user, about=family.pk)
    return family


def _must_be_in(opened: OpenCase, part: CasePerson) -> None:
    if part.case_id != opened.case.pk:
        raise PermissionDenied


def _tie(opened: OpenCase, family: Family | None) -> None:
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(family=family)
    opened.case.family = family


@transaction.atomic
def family_join(*, opened: OpenCase, family: Family, part: CasePerson) -> None:
    """Add a person of an opened case to a family that one may see, and tie the case to it."""
    _must_write(opened)
    _must_be_in(opened, part)
    if not Family.objects.visible_to(opened.keyring.user).filter(pk=family.pk).exists():
        raise PermissionDenied
    FamilyMember.objects.unwalled("write").get_or_create(family=family, person_id=part.person_id)
    _tie(opened, family)
    record("family.changed", by=opened.keyring.user, about=family.pk)


@transaction.atomic
def family_leave(*, opened: OpenCase, family: Family, part: CasePerson) -> None:
    """Take a person out of a family; a family without anybody is gone."""
    _must_write(opened)
    _must_be_in(opened, part)
    members = FamilyMember.objects.unwalled("write").filter(family=family)
    left, _rows = members.filter(person_id=part.person_id).delete()
    if not left:
        return
    if opened.case.family_id == family.pk and not members.filter(person__parts__case=opened.case.pk).exists():
        _tie(opened, None)
    record("family.changed", by=opened.keyring.user, about=family.pk)
    Family.objects.unwalled("write").filter(pk=family.pk, members__isnull=True).delete()


@transaction.atomic
def interests_set(*, opened: OpenCase, family: Family, are_opposed: bool) -> None:
    """Mark that the interests inside a family of the case are opposed, or no longer."""
    _must_write(opened)
    members = FamilyMember.objects.unwalled("write").filter(family=family, person__parts__case=opened.case.pk)
    if not members.exists():
        raise PermissionDenied
    Family.objects.unwalled("write").filter(pk=family.pk).update(has_opposed_interests=are_opposed)
    record("family.changed", by=opened.keyring.user, about=family.pk, opposed=int(are_opposed))


@transaction.atomic
def relation_set(*, opened: OpenCase, person: Person, other: Person, kind: str) -> None:
    """Say what `person` is to `other`; the reverse is read from the same row. An old relation is replaced."""
    _must_write(opened)
    if person.pk == other.pk:
        raise ValidationError(_("A person has no relation to themselves; choose two people."))
    _must_hold_one(opened, person.pk, other.pk)
    pair = {person.pk, other.pk}
    if set(Person.objects.visible_to(opened.keyring.user).filter(pk__in=pair).values_list("pk", flat=True)) != pair:
        raise PermissionDenied
    rows = Relation.objects.unwalled("write")
    if rows.filter(person=other, other=person).exists():
        person, other, kind = other, person, REVERSE[Kinship(kind)]
    rows.update_or_create(person=person, other=other, defaults={"kind": kind})
    record("relation.set", by=opened.keyring.user, about=person.pk)


def _must_hold_one(opened: OpenCase, *person_ids: UUID) -> None:
    """Refuse to tie people of whom none is in the case that one may change."""
    held = CasePerson.objects.unwalled("write").filter(case=opened.case.pk, person__in=person_ids)
    if not held.exists():
        raise PermissionDenied


@transaction.atomic
def relation_remove(*, opened: OpenCase, relation: Relation) -> None:
    """Remove a relation of somebody in the case."""
    _must_write(opened)
    _must_hold_one(opened, relation.person_id, relation.other_id)
    record("relation.removed", by=opened.keyring.user, about=relation.person_id)
    relation.delete()
