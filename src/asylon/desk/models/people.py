"""People, their families, and how they are found without their names."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from asylon.desk.models.accounts import User
from asylon.desk.models.cases import Case, Proceeding
from asylon.desk.models.walled import Walled


class Person(Walled):
    """Somebody we act for or who matters to a case. Everything about them is sealed with their own key."""

    wall = "parts__case"

    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")


class PersonVersion(Walled):
    """A person as they stood before a change."""

    wall = "person__parts__case"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-version"]


class Part(models.TextChoices):
    """What a person is in a case."""

    APPLICANT = "applicant", _("Applicant")
    DEPENDANT = "dependant", _("Dependant")
    RELATIVE = "relative", _("Relative")
    OPPONENT = "opponent", _("Opponent")
    WITNESS = "witness", _("Witness")


# The parts of those for whom protection is asked.
OWN_PARTS = (Part.APPLICANT.value, Part.DEPENDANT.value)


class CasePerson(Walled):
    """A person's part in a case; the person's key is sealed here under the key of the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="parts")
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)
    sealed_key = models.BinaryField()

    class Meta:
        """Once in a case; applicants first."""

        ordering: ClassVar = ["part", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="one_part_in_a_case")]


class Family(Walled):
    """Persons who belong together; their cases and outcomes are their own."""

    wall = "members__person__parts__case"

    has_opposed_interests = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)


class FamilyMember(Walled):
    """A person in a family."""

    wall = "person__parts__case"

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="families")

    class Meta:
        """Once in a family."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["family", "person"], name="once_in_a_family")]


class Kinship(models.TextChoices):
    """What one person is to the other; each has its reverse in `REVERSE`."""

    SPOUSE = "spouse", _("spouse or partner")
    PARENT = "parent", _("parent")
    CHILD = "child", _("child")
    SIBLING = "sibling", _("brother or sister")
    GRANDPARENT = "grandparent", _("grandparent")
    GRANDCHILD = "grandchild", _("grandchild")
    GUARDIAN = "guardian", _("guardian")
    WARD = "ward", _("ward")
    RELATIVE = "relative", _("other relative")
    SPONSOR = "sponsor", _("sponsor")
    SPONSORED = "sponsored", _("sponsored by")
    THREATENS = "threatens", _("threatens")
    THREATENED = "threatened", _("threatened by")


REVERSE = {
    Kinship.SPOUSE: Kinship.SPOUSE,
    Kinship.PARENT: Kinship.CHILD,
    Kinship.CHILD: Kinship.PARENT,
    Kinship.SIBLING: Kinship.SIBLING,
    Kinship.GRANDPARENT: Kinship.GRANDCHILD,
    Kinship.GRANDCHILD: Kinship.GRANDPARENT,
    Kinship.GUARDIAN: Kinship.WARD,
    Kinship.WARD: Kinship.GUARDIAN,
    Kinship.RELATIVE: Kinship.RELATIVE,
    Kinship.SPONSOR: Kinship.SPONSORED,
    Kinship.SPONSORED: Kinship.SPONSOR,
    Kinship.THREATENS: Kinship.THREATENED,
    Kinship.THREATENED: Kinship.THREATENS,
}


class Relation(Walled):
    """`person` is the `kind` of `other`; shown only to who may see both."""

    wall = "person__parts__case"
    other_wall = "other__parts__case"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations_of")
    kind = models.CharField(_("relation"), max_length=12, choices=Kinship.choices)

    class Meta:
        """One relation between two people."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "other"], name="one_relation_of_two")]


class Enquiry(models.Model):
    """What was typed at intake: a draft, or an enquiry that was refused or referred, with its reason.

    Its key is wrapped for its author and under the emergency key, so that it outlives the author.
    """

    class State(models.TextChoices):
        """How far it came."""

        DRAFT = "draft", _("Draft")
        REFUSED = "refused", _("Refused")
        REFERRED = "referred", _("Referred")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enquiries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    wrapped_key = models.BinaryField()
    emergency_wrap = models.BinaryField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField()

    class Meta:
        """Last saved first."""

        ordering: ClassVar = ["-saved_at"]

    def place(self, name: str) -> str:
        """Return what a sealed value of this row is bound to."""
        return f"enquiry:{self.pk}:{name}"


class IndexKey(models.Model):
    """One key of the blind index: a folded name, number or birth date, keyed so that it says nothing.

    It belongs to a person, to an enquiry, or to a case; that of a file number may belong to a proceeding of the case.
    """

    class Kind(models.TextChoices):
        """What was folded."""

        NAME = "name"
        NUMBER = "number"
        BORN = "born"
        FILE = "file"

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="index_keys")
    enquiry = models.ForeignKey(Enquiry, null=True, on_delete=models.CASCADE, related_name="index_keys")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="index_keys")
    proceeding = models.ForeignKey(Proceeding, null=True, on_delete=models.CASCADE, related_name="index_keys")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    key = models.BinaryField(max_length=16, db_index=True)
