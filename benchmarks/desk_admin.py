# ruff: noqa: ARG002
"""The peer: Django's admin over the same tables. It exists in the measurement only and is never shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin, TabularInline
from django.db.models import Manager, QuerySet
from django.http import HttpRequest

from asylon.desk.models import CasePerson, Event, Membership, Paper, Proceeding

if TYPE_CHECKING:
    Base = ModelAdmin[Any]
    Inline = TabularInline[Any, Any]
else:  # only django-stubs let them name their models
    Base, Inline = ModelAdmin, TabularInline


def unwalled(model: type[Any]) -> type[Any]:
    """Return the same table as a model that any query may read: the forms of the admin say nobody's name."""
    meta = type("Meta", (), {"proxy": True, "app_label": "desk"})
    values = {"Meta": meta, "objects": Manager(), "__module__": __name__}
    return type(f"Peer{model.__name__}", (model,), values)


class Shown:
    """Shows all rows of a table, to be read: nothing is asked about walls, and nothing is opened."""

    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._base_manager.order_by(*self.model._meta.ordering)
        return rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PeerAdmin(Shown, Base):
    """A list of rows, and the page of each."""


class PeerInline(Shown, Inline):
    """The rows of a table that belong to the case on its page."""

    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(str(name) for name in self.fields or ())


class People(PeerInline):
    """The people of a case."""

    model = unwalled(CasePerson)
    fields = ("part", "person")


class Events(PeerInline):
    """The events of a case."""

    model = unwalled(Event)
    fields = ("name", "on", "details", "proceeding", "is_critical", "recorded_by", "confirmed_by")


class Proceedings(PeerInline):
    """The proceedings of a case."""

    model = unwalled(Proceeding)
    fields = ("kind", "follows", "made_at")


class Papers(PeerInline):
    """The papers of a case."""

    model = unwalled(Paper)
    fields = ("event", "added_by", "added_at")


class Members(PeerInline):
    """Who may see a case."""

    model = unwalled(Membership)
    fields = ("user", "role", "until", "given_by", "given_at")


class BoardItems(PeerAdmin):
    """The lines of the board."""

    list_display = ("case", "section", "day", "rule", "step", "bearer", "standing")
    list_filter = ("section", "bearer", "standing")
    list_select_related = ("case",)


class Cases(PeerAdmin):
    """The cases; the page of one shows what hangs on it."""

    fields = (
        "number",
        "jurisdiction",
        "attributes",
        "team",
        "opened_at",
        "closed_at",
        "next_day",
        "waiting_since",
        "outcome",
    )
    inlines = (People, Events, Proceedings, Papers, Members)
    list_display = ("number", "jurisdiction", "team", "opened_at", "closed_at", "next_day", "waiting_since", "outcome")
    list_filter = ("jurisdiction", "team", "outcome")
    list_select_related = ("team",)
