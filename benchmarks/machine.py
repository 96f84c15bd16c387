"""On what and with what the numbers were measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "asylon",
    "polars",
    "numpy",
    "holidays",
    "pyyaml",
    "openfisca-core",
    "zen-engine",
    "pandas",
    "pyarrow",
    "duckdb",
)
LOAD = os.getloadavg()[0]  # taken on import, before anything is measured: others slow the numbers


def describe() -> Iterator[tuple[str, str]]:
    """Yield date, machine, Python and the versions of what was measured."""
    yield "date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield "processor", f"{_field('/proc/cpuinfo', 'model name') or platform.machine()}, {os.cpu_count()} cores"
    yield "memory", _memory()
    yield "load before (1 minute)", f"{LOAD:.1f} processes"
    yield "system", f"{platform.system()} {platform.release().partition('-')[0]}"
    yield "Python", platform.python_version()
    for package in PACKAGES:
        yield package, _version(package)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def _memory() -> str:
    found = _field("/proc/meminfo", "MemTotal")
    return f"{int(found.split()[0]) * 1024 / 1e9:.0f} GB" if found else "unknown"
