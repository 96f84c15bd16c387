"""Nothing leaves the desk by a way that is not in the registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from asylon.cli.vault import COMMANDS as VAULT_COMMANDS
from asylon.desk import registry
from asylon.desk.models.walled import Walled, WalledManager
from tests.desk.routes import routes

SOURCE = Path(registry.__file__).parent

# What may show no row of a case needs no wall; everything else of the desk's tables stands behind it.
UNWALLED_TABLES = set(
    "bar enquiry indexkey notice organisation orgkey release savedview story team trailhead trailrow user".split()  # noqa: SIM905
)


def unregistered() -> list[str]:
    return sorted(route.name for route in routes() if route.path is None and route.name != "home")


def test_every_route_is_registered() -> None:
    assert unregistered() == []
    assert len(routes()) > 20


def stray(request: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("stray", stray, name="stray")]


@override_settings(ROOT_URLCONF=__name__)
def test_a_route_that_is_not_registered_is_found() -> None:
    assert unregistered() == ["stray"]


def test_every_command_is_registered() -> None:
    assert {f"vault {name}" for name in VAULT_COMMANDS} | {"serve", "demo"} == set(registry.COMMANDS)
    assert {name for name, app in get_commands().items() if app.startswith("asylon")} == set()


def test_every_table_is_walled_or_listed() -> None:
    bare = {
        model._meta.model_name
        for model in apps.get_app_config("desk").get_models()
        if not (issubclass(model, Walled) and isinstance(model._meta.default_manager, WalledManager))
    }
    assert bare == UNWALLED_TABLES


def test_no_admin_and_no_serializer_reads_past_the_registry() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not apps.is_installed("ninja")
    assert not apps.is_installed("rest_framework")


@pytest.mark.parametrize("word", ["_base_manager", "_default_manager", ".raw(", "cursor("])
def test_back_doors_are_used_only_where_listed(word: str) -> None:
    """The managers that ask nobody, and plain SQL, stand only in the wall itself and in what shows nothing."""
    allowed = {
        "_base_manager": {"walls.py"},
        "_default_manager": set(),
        ".raw(": set(),
        "cursor(": {"backup.py", "services/reckoning.py"},
    }[word]
    found = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.glob("**/*.py")
        if word in file.read_text("utf-8") and not file.is_relative_to(SOURCE / "sqlcipher")
    }
    assert found - allowed == set()


def test_views_and_selectors_look_past_the_wall_nowhere() -> None:
    """Services may write past the wall for a listed reason; what shows rows may not."""
    found = {
        f"{file.relative_to(SOURCE).as_posix()}: {match[0]}"
        for room in ("views", "selectors", "forms", "templatetags")
        for file in (SOURCE / room).glob("*.py")
        for match in re.finditer(r"unwalled\([^)]*\)", file.read_text("utf-8"))
    }
    assert found == set()
