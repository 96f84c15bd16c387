"""Counts over all cases that may leave the desk, and the stories of people who agreed in writing to be told of."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from asylon.desk.models.accounts import User


class Release(models.Model):
    """Tables of counts, protected, as one person drafted them and a second one released them.

    `tables` and `waits` hold what anybody may read and nothing else. Who was counted is sealed in `members` under a
    key of the vault, as digests that only the guard compares. Nothing of it changes once it is made but the moments
    below; nothing is deleted, because what was seen stays seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80)
    first = models.DateField()
    last = models.DateField()
    is_report = models.BooleanField(default=False)
    minimum = models.PositiveSmallIntegerField()
    tables = models.JSONField()
    waits = models.JSONField(default=dict)
    members = models.BinaryField()
    stories = models.JSONField(default=list)
    drafted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    drafted_at = models.DateTimeField()
    purpose = models.CharField(_("purpose"), max_length=200, default="")
    recipient = models.CharField(_("recipient"), max_length=200, default="")
    asked_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    released_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-drafted_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Return where it stands: draft, asked, released, dropped."""
        if self.released_at:
            return "released"
        if self.dropped_at:
            return "dropped"
        return "asked" if self.asked_at else "draft"

    @property
    def place(self) -> str:
        """Return what its members are bound to where they are sealed."""
        return f"release:{self.pk}:members"


class Story(models.Model):
    """The anonymised story of somebody who agreed in writing; it names no case, and goes when consent goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    written_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-written_at"]

    @property
    def place(self) -> str:
        """Return what its content is bound to where it is sealed."""
        return f"story:{self.pk}:content"
