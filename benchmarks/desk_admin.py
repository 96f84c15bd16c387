# ruff: noqa: ARG002
"""The peer: Django's admin over the same tables. It exists in the measurement only and is never shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    Base = ModelAdmin[Any]
else:  # only django-stubs let it name its model
    Base = ModelAdmin


class PeerAdmin(Base):
    """A list of all rows of a table: nothing is asked about walls, and nothing is opened."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.unwalled("reckon").order_by(*self.model._meta.ordering)
        return rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BoardItems(PeerAdmin):
    """The lines of the board."""

    list_display = ("case", "section", "day", "rule", "step", "bearer", "standing")
    list_filter = ("section", "bearer", "standing")
    list_select_related = ("case",)


class Cases(PeerAdmin):
    """The cases."""

    list_display = ("number", "jurisdiction", "team", "opened_at", "closed_at", "next_day", "waiting_since", "outcome")
    list_filter = ("jurisdiction", "team", "outcome")
    list_select_related = ("team",)


class Events(PeerAdmin):
    """The events, of one case when the address says so."""

    list_display = ("name", "on", "details", "proceeding", "is_critical", "recorded_by", "confirmed_by")
    list_filter = ("name", "is_critical")
    list_select_related = ("proceeding", "recorded_by", "confirmed_by")
