"""What the board shows, reckoned per case and kept until the case or the day changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from asylon.desk.models.cases import Case, Event
from asylon.desk.models.walled import Walled


class Section(models.TextChoices):
    """The sections of the morning board."""

    DUE = "due", _("Due")
    STATE_DUE = "state_due", _("The state must act")
    STATE_MISSED = "state_missed", _("Missed by the state")
    OUR_MISSED = "our_missed", _("Missed by us")
    WAITING = "waiting", _("Waiting without a decision")
    EXPIRING = "expiring", _("Expiring papers")
    COMING = "coming", _("Hearings and interviews")
    UNDETERMINED = "undetermined", _("Undetermined")


class BoardItem(Walled):
    """One line of the board: a duty, a wait, a paper that expires, a hearing.

    `day` is the day that counts in its section: the safe end of a duty, the legal end of a missed one, the
    first day of a wait, the expiry, the hearing.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    section = models.CharField(max_length=12, choices=Section.choices)
    day = models.DateField(null=True)
    rule = models.CharField(max_length=24, default="")
    step = models.CharField(max_length=40, default="")
    trigger = models.CharField(max_length=48, default="")
    bearer = models.CharField(max_length=14, default="")
    standing = models.CharField(max_length=14, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        """The nearest day first."""

        ordering: ClassVar = ["day", "rule"]
        indexes: ClassVar = [models.Index(fields=["section", "day"]), models.Index(fields=["case", "section"])]


class Alarm(Walled):
    """That a duty came into a section on a day: written once, whichever worker saw it first."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms")
    section = models.CharField(max_length=12, choices=Section.choices)
    key = models.CharField(max_length=120)
    raised_on = models.DateField()

    class Meta:
        """Never twice."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "section", "key"], name="one_alarm")]


__all__ = ["Alarm", "BoardItem", "Event", "Section"]
