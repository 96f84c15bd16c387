"""Every ring but the desk works where Django is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "asylon"
WITHOUT_DJANGO = """
import importlib, sys
for name in ("django", "allauth", "csp", "django_htmx"):
    sys.modules[name] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def modules(*rings: str) -> list[str]:
    found = []
    for ring in rings:
        for path in sorted((SOURCE / ring).glob("**/*.py")):
            parts = path.relative_to(SOURCE.parent).with_suffix("").parts
            found.append(".".join(part for part in parts if part != "__init__"))
    return found


def run(*names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_DJANGO, *names]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_rings_import_without_django() -> None:
    names = [name for name in modules("law", "vault", "cli") if name != "asylon.law.spark"]
    assert len(names) > 50
    done = run(*names)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("name", ["asylon.desk.models", "asylon.desk.settings"])
def test_the_desk_does_not(name: str) -> None:
    assert run(name).returncode != 0
