"""The browser of the journeys: the Chromium of this machine, put there when that is ours to do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.postgres import apt

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/lib/chromium/chromium")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Nothing but this machine is ever asked: every other name is not found.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)


class NoBrowser(Exception):  # noqa: N818
    """Why there is no browser, in one sentence."""


def find_chromium() -> str:
    """Return the program, after installing it if need be; `NoBrowser` when it cannot be had."""
    if found := _look():
        return found
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise NoBrowser("Chromium is not installed: run 'sudo apt install chromium'")
    apt("update", "--quiet")
    apt("install", "--yes", "--quiet", "--no-install-recommends", "chromium")
    if found := _look():
        return found
    raise NoBrowser("Chromium could not be installed with apt-get")


def _look() -> str | None:
    there = next((place for place in PLACES if Path(place).exists()), None)
    return there or next((found for name in PROGRAMS if (found := shutil.which(name))), None)
