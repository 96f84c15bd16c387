"""Django's admin as an application of the measurement, open to whoever has signed in. It is never shipped."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import SimpleAdminConfig
from django.http import HttpRequest


class PeerConfig(SimpleAdminConfig):
    """The admin without its search for models."""

    default_site = "benchmarks.desk_peer.PeerSite"


class PeerSite(AdminSite):
    """An admin that lets in whoever has signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)
