"""The trail: a chain of what was done by whom, without content."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class TrailRow(models.Model):
    """One act. `hash` covers the row and the hash before it."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.CharField(max_length=32)
    actor = models.CharField(max_length=40)
    action = models.CharField(max_length=40)
    object = models.CharField(max_length=64, default="")
    count = models.PositiveIntegerField(default=1)
    detail = models.JSONField(default=dict)
    hash = models.BinaryField(max_length=32)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-seq"]
        indexes: ClassVar = [models.Index(fields=["object"]), models.Index(fields=["actor"])]


class TrailHead(models.Model):
    """The last row of the trail; whoever writes locks it."""

    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)
