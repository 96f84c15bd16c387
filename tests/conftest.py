"""Options of a test run. They must stand here, where pytest looks before it reads its command line."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("asylon")
    group.addoption(
        "--store",
        choices=("sqlcipher", "postgresql"),
        default="sqlcipher",
        help="the database that the tests of the desk use (default: sqlcipher)",
    )
