"""The addresses of the desk, and beside them those of the admin that it is measured against."""

from __future__ import annotations

from django.contrib.admin import site
from django.urls import path

from asylon.desk.models import BoardItem, Case
from asylon.desk.urls import handler400, handler403, handler404, handler500
from asylon.desk.urls import urlpatterns as ours
from benchmarks.desk_admin import BoardItems, Cases

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

site.register(BoardItem, BoardItems)
site.register(Case, Cases)
urlpatterns = [*ours, path("admin/", site.urls)]
