"""Models behind the wall: a query that does not say for whom it is raises."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from asylon.desk.models.accounts import User
    from asylon.desk.walls import Act

M = TypeVar("M", bound=models.Model, covariant=True)


class UnwalledQueryError(RuntimeError):
    """A query on walled rows that does not start from what somebody may see."""


class WalledManager(models.Manager[M]):
    """The only way to rows of a case: `visible_to(user)`, or `unwalled(why)` where nothing is shown."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Raise: start from `visible_to(user)`."""
        raise UnwalledQueryError(f"{self.model.__name__}: start from visible_to(user)")

    def visible_to(self, user: User, act: Act = "read", *, is_counted: bool = False) -> models.QuerySet[M]:
        """Return the rows of the cases in which `user` may do `act`; with `is_counted` to go through all of them."""
        from asylon.desk.walls import within_the_wall

        return within_the_wall(super().get_queryset(), user, act=act, is_counted=is_counted)

    def unwalled(self, why: str) -> models.QuerySet[M]:
        """Return all rows, for work that shows none; `why` must be one that `registry.UNWALLED` lists."""
        from asylon.desk.registry import UNWALLED

        if why not in UNWALLED:
            raise UnwalledQueryError(f"{self.model.__name__}: {why!r} is no listed reason to look past the wall")
        return super().get_queryset()

    def create(self, **values: Any) -> M:
        """Return a new saved row; making one reads nothing."""
        row = self.model(**values)
        row.save(force_insert=True, using=self.db)
        return row

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[M]:
        """Save many new rows at once."""
        return super().get_queryset().bulk_create(objs, *args, **options)


class Walled(models.Model):
    """A row of a case. `wall` is the path to the case; empty for the case itself."""

    wall: ClassVar[str] = "case"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    objects: ClassVar[WalledManager[Self]] = WalledManager()

    class Meta:
        """Abstract."""

        abstract = True

    def place(self, name: str) -> str:
        """Return what a sealed value of this row is bound to."""
        return self.place_of(self.pk, name)

    @classmethod
    def place_of(cls, pk: uuid.UUID, name: str) -> str:
        """Return the same for a row that was not loaded."""
        return f"{cls._meta.model_name}:{pk}:{name}"
