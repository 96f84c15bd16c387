"""A case, who may see it, and what happened in it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from asylon.desk.models.accounts import Team, User
from asylon.desk.models.walled import Walled


class Case(Walled):
    """One person's matter before the authorities of one country.

    Readable to the server: number, country, the attributes that the law asks about, dates. Its heading
    and account are sealed. The columns below `reckoned` are derived and never edited.
    """

    wall = ""

    number = models.CharField(max_length=12, unique=True)
    jurisdiction = models.CharField(_("country"), max_length=2)
    attributes = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    recovery_wrap = models.BinaryField()
    emergency_wrap = models.BinaryField()
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    family = models.ForeignKey("desk.Family", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    # Derived by services.reckoning; `changed` counts changes, `reckoned` is the count last reckoned.
    changed = models.PositiveIntegerField(default=1)
    reckoned = models.PositiveIntegerField(default=0)
    reckoned_on = models.DateField(null=True, db_index=True)
    reckoned_with = models.CharField(max_length=16, default="")
    next_day = models.DateField(null=True, db_index=True)
    waiting_since = models.DateField(null=True)
    outcome = models.CharField(max_length=24, default="")
    removal_day = models.DateField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-opened_at", "number"]

    def __str__(self) -> str:
        return self.number


class Role(models.TextChoices):
    """What somebody is in a case."""

    LEAD = "lead", _("Lead")
    MEMBER = "member", _("Member")
    READER = "reader", _("Reader")
    INTERPRETER = "interpreter", _("Interpreter")
    ACCOMPANIER = "accompanier", _("Accompanier")


class Membership(Walled):
    """The key of a case, given to one person, until a moment or until it is taken away."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    wrapped_key = models.BinaryField()
    until = models.DateTimeField(null=True, blank=True)
    is_break_glass = models.BooleanField(default=False)
    sealed_reason = models.BinaryField(null=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One role for a person in a case."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "case"], name="one_role_in_a_case")]


class Bar(models.Model):
    """A wall against one person: nothing opens this case to them, not even broken glass."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bars")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bars")
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Once for a person and a case."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "case"], name="one_bar_in_a_case")]


class Proceeding(Walled):
    """One course before an office or court: first instance, appeal, detention, fine, expulsion."""

    class Kind(models.TextChoices):
        """What is decided in it."""

        FIRST_INSTANCE = "first_instance", _("First instance")
        APPEAL = "appeal", _("Appeal")
        FURTHER_APPEAL = "further_appeal", _("Further appeal")
        DETENTION = "detention", _("Detention")
        FINE = "fine", _("Fine")
        EXPULSION = "expulsion", _("Expulsion")
        RESPONSIBILITY = "responsibility", _("Responsibility (Dublin)")
        INTERNATIONAL = "international", _("International body")
        OTHER = "other", _("Other")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proceedings")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """In the order they were opened."""

        ordering: ClassVar = ["made_at"]


class Event(Walled):
    """Something dated that happened in a case.

    `on` is the date as written; `earliest` and `latest` its bounds. `details` holds only what the law
    asks about; the rest is sealed. A removed event stays, so that it can be brought back.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=40)
    on = models.CharField(max_length=40)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    details = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    proceeding = models.ForeignKey(Proceeding, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    is_critical = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """By date."""

        ordering: ClassVar = ["earliest", "recorded_at"]
        indexes: ClassVar = [models.Index(fields=["case", "removed_at"])]


class EventVersion(Walled):
    """An event as it stood before a change: old dates are kept."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    on = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    was_removed = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "version"], name="one_version_of_an_event")]


class Note(Walled):
    """A sealed note of the file."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes")
    sealed = models.BinaryField()
    written_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-written_at"]


class Paper(Walled):
    """A sealed file: `stored` names the sealed bytes in the vault's folder of papers."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="papers")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="papers")
    stored = models.UUIDField(default=uuid.uuid4, unique=True)
    sealed = models.BinaryField()
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-added_at"]
