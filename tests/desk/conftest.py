"""The desk's tests: which store they use, and Django set up for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import django
import pytest
from pytest_django import DjangoDbBlocker

from tests.desk.store import DSN_ENV, STORE_ENV
from tests.postgres import postgres_server

NO_SERVER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Say which store it is before Django reads its settings, with a server running if it needs one."""
    store = config.getoption("--store")
    os.environ[STORE_ENV] = store
    if store == "postgresql":
        start_server(config)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.desk.settings")
    django.setup()


def start_server(config: pytest.Config) -> None:
    """Export where the server is; without one, keep the reason, for which every test here is skipped."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    server = stack.enter_context(postgres_server())
    if isinstance(server, str):
        os.environ.pop(DSN_ENV, None)
        config.stash[NO_SERVER] = f"no PostgreSQL: {server}"
    else:
        os.environ[DSN_ENV] = server.dsn


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip before any fixture asks for the database that is not there."""
    if reason := item.config.stash.get(NO_SERVER, None):
        pytest.skip(reason)


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    """Forget earlier sign-ins: the limits on tries count within one test."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def closed_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep the database shut for tests that do not ask for it, also when Django was set up late in the run."""
    with django_db_blocker.block():
        yield
