"""The addresses of the desk. Each module of `views` brings its own routes."""

from __future__ import annotations

from importlib import import_module

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

ROOMS = (
    "shell",
    "board",
    "cases",
    "events",
    "papers",
    "access",
    "intake",
    "people",
    "families",
    "search",
    "team",
    "account",
    "statistics",
    "stories",
    "trail",
)

handler400 = "asylon.desk.views.errors.bad_request"
handler403 = "asylon.desk.views.errors.forbidden"
handler404 = "asylon.desk.views.errors.not_found"
handler500 = "asylon.desk.views.errors.failed"

# Of allauth only what a desk without mail and sign-up needs.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="board"), name="home"),
    path("sign-in", account.login, name="account_login"),
    path("sign-out", account.logout, name="account_logout"),
    path("sign-in/again", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.urls")),
]
for room in ROOMS:
    urlpatterns += import_module(f"asylon.desk.views.{room}").routes
