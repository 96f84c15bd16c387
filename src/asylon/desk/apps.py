"""The desk as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfigured(AppConfig):
    """The desk."""

    name = "asylon.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Listen for sign-ins, so that they stand in the trail."""
        from asylon.desk import signals  # noqa: F401
