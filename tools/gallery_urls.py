"""Addresses for the gallery: every name the parts link to, leading nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

NAMES = (
    "board",
    "cases",
    "intake",
    "search",
    "people",
    "notices",
    "team",
    "trail",
    "keys_help",
    "account",
    "lock",
    "theme",
    "language",
)


def nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [*(path(f"{name}/", nothing, name=name) for name in NAMES), path("account/", include("allauth.urls"))]
