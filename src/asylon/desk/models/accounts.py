"""The people who work at the desk, and the keys they hold."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Finds users by their user name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of this name, whatever its case."""
        return self.get(username=(username or "").lower())


class Team(models.Model):
    """People who look after cases together; it gives no access by itself."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Work(models.TextChoices):
    """What somebody does at the desk; it decides how soon an idle session is locked."""

    LAWYER = "lawyer", _("Lawyer")
    CASEWORKER = "caseworker", _("Caseworker")
    INTERPRETER = "interpreter", _("Interpreter")
    VOLUNTEER = "volunteer", _("Volunteer")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractBaseUser):
    """Somebody who signs in.

    There is no password hash: a password is right when it opens the sealed private key. `epoch`
    rises to end every session at once. A lead admits newcomers and may break glass; an administrator
    manages accounts and holds no key to any content.
    """

    username = models.CharField(_("user name"), max_length=40, unique=True)
    display_name = models.CharField(_("name"), max_length=80)
    work = models.CharField(_("work"), max_length=20, choices=Work.choices, default=Work.CASEWORKER)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    is_active = models.BooleanField(default=True)
    is_lead = models.BooleanField(_("lead"), default=False)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    must_change_password = models.BooleanField(default=False)
    public_key = models.BinaryField(max_length=32)
    public_mark = models.BinaryField(max_length=32)  # by which the vault vouches for it: `services.vouched`
    sealed_private = models.BinaryField()
    salt = models.BinaryField()
    passes = models.PositiveIntegerField()
    memory = models.PositiveBigIntegerField()
    epoch = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=5, default="")  # empty until chosen: then the browser decides
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name or self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether the password opens this person's key."""
        from asylon.desk.session import open_private

        return open_private(self, raw_password or "") is not None

    def set_password(self, raw_password: str | None) -> None:
        """Only mark that sessions must end; keys are sealed anew by `services.accounts`."""
        self.password = f"key:{secrets.token_hex(16)}"

    @property
    def is_admitted(self) -> bool:
        """Tell whether a lead has given this person the organisation's keys."""
        return self.org_keys.filter(kind=OrgKey.Kind.INDEX).exists()

    @property
    def takes_enquiries(self) -> bool:
        """Tell whether the work of this person includes intake; who interprets sees cards, and opens no cases."""
        return self.work != Work.INTERPRETER and not self.keeps_accounts_only

    @property
    def keeps_accounts_only(self) -> bool:
        """Tell whether this is an administrator whom nobody admits: no case is ever theirs."""
        return self.work == Work.ADMINISTRATOR and self.is_administrator and not self.is_lead

    def has_usable_password(self) -> bool:
        """Return True: everybody has a key that a password opens."""
        return True

    def get_username(self) -> str:
        """Return the user name."""
        return self.username

    def clean(self) -> None:
        """Fold the user name to small letters."""
        self.username = self.username.strip().lower()

    email: ClassVar[Any] = ""


class Organisation(models.Model):
    """The one organisation of a vault and the public halves of its keys."""

    name = models.CharField(max_length=120)
    recovery_public = models.BinaryField(max_length=32)
    recovery_mark = models.BinaryField(max_length=32)
    emergency_public = models.BinaryField(max_length=32)
    emergency_mark = models.BinaryField(max_length=32)
    recovery_threshold = models.PositiveSmallIntegerField(default=1)
    recovery_index = models.BinaryField(default=b"")  # the keys of the organisation, wrapped for the recovery key
    recovery_emergency = models.BinaryField(default=b"")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class OrgKey(models.Model):
    """A key of the organisation, wrapped for one person."""

    class Kind(models.TextChoices):
        """Which key: of the blind index, or the private half for breaking glass."""

        INDEX = "index"
        EMERGENCY = "emergency"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="org_keys")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    wrapped = models.BinaryField()
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One of each kind for a person."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="one_org_key_of_a_kind")]


class Notice(models.Model):
    """Something a person must hear of; its words are made from `kind` when it is shown."""

    class Kind(models.TextChoices):
        """What happened."""

        GLASS_BROKEN = "glass_broken"
        NEWCOMER = "newcomer"
        POSSIBLE_CONFLICT = "possible_conflict"
        GIVEN_CASE = "given_case"
        TO_CONFIRM = "to_confirm"
        LEFT_CASE = "left_case"
        KEPT_KEY = "kept_key"
        TO_RELEASE = "to_release"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    case = models.ForeignKey("desk.Case", null=True, on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["user", "read_at"])]


class SavedView(models.Model):
    """A filter of the board that somebody gave a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        """One name once."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="one_view_of_a_name")]
