"""Journeys: people at work in a real browser, in front of the real server with a real vault."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.desk.store import DSN_ENV
from tests.journeys.chromium import FLAGS, NoBrowser, find_chromium
from tests.journeys.office import FRESH
from tests.journeys.people import Office, Somebody
from tests.journeys.seat import SHOTS, Seat, Way, seated
from tests.journeys.serving import served
from tests.postgres import postgres_server
from tests.shared import ROOT

Sit = Callable[..., Seat]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser of this run; without one, every journey is skipped with the reason."""
    if folder := os.environ.get(SHOTS):
        Path(folder).mkdir(parents=True, exist_ok=True)
    try:
        program = find_chromium()
    except NoBrowser as reason:
        pytest.skip(f"no browser: {reason}")
    # Package and not session: while the loop of Playwright runs, nobody else may use Django's ORM.
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty PostgreSQL database for `--store postgresql`, else nothing."""
    if request.config.getoption("--store") != "postgresql":
        yield ""
        return
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    with ExitStack() as stack:
        dsn = os.environ.get(DSN_ENV)
        if not dsn:
            server = stack.enter_context(postgres_server())
            if isinstance(server, str):
                pytest.skip(f"no PostgreSQL: {server}")
            dsn = server.dsn
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS journeys")
            connection.execute("CREATE DATABASE journeys")
        parts = conninfo_to_dict(dsn)
        yield f"postgresql://{parts['user']}@/journeys?host={parts['host']}&port={parts['port']}"


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory, database: str, browser: Browser) -> Iterator[Office]:
    """A vault with its people, served by `asylon serve`."""
    folder = tmp_path_factory.mktemp("office")
    password = f"{secrets.token_urlsafe(9)}-harbour"
    words = {"ASYLON_PASSPHRASE": secrets.token_urlsafe(16), "ASYLON_PASSWORD": password}
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.office", str(folder / "vault"), database],
        env={**os.environ, **words},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    people = {
        name: Somebody(name, password, found.get("secret", ""), found.get("codes", []))
        for name, found in json.loads(made.stdout).items()
    }
    log = folder / "server.log"
    with served(["serve", "--vault", str(folder / "vault")], env=words, log=log) as origin:
        yield Office(browser, origin, people)
    said = log.read_text(encoding="utf-8")
    assert "error 5" not in said, said


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    """The desk with invented people, served by `asylon demo`."""
    folder, password = tmp_path_factory.mktemp("demo"), f"{secrets.token_urlsafe(9)}-harbour"
    words = {"XDG_CACHE_HOME": str(folder), "ASYLON_DEMO_PASSWORD": password}
    log = folder / "server.log"
    with served(["demo", "--no-browser"], env=words, log=log) as origin:
        yield Office(browser, origin, {name: Somebody(name, password) for name in ("noa", "sam", "olga")})
    said = log.read_text(encoding="utf-8")
    assert "error 5" not in said, said


@pytest.fixture
def sit(office: Office) -> Iterator[Sit]:
    """Seat somebody who is signed in already: `sit("noa", Way("he"))`; `is_fresh` signs in anew for this seat only."""
    with ExitStack() as stack:

        def seat(name: str, way: Way | None = None, *, is_fresh: bool = False) -> Seat:
            return stack.enter_context(seated(office.seat(name, way or Way(), is_fresh=is_fresh)))

        yield seat


@pytest.fixture
def newcomer(office: Office) -> Callable[[], Somebody]:
    """Give the next colleague who has never signed in."""

    def take() -> Somebody:
        return (
            office.people[office.fresh.pop()] if office.fresh else pytest.fail(f"no more than {len(FRESH)} newcomers")
        )

    return take
