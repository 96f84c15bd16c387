"""The observatory in a process of its own, as people run it: the settings of the desk's tests are not its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import pytest

from asylon.statistics.store import Store
from tests.journeys.serving import served
from tests.observatory.facts import write_store


@dataclass(frozen=True, slots=True)
class Got:
    """What the server answered."""

    status: int
    headers: Message
    text: str


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


OPENER = build_opener(ProxyHandler({}), _Stay())
Get = Callable[..., Got]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return write_store(tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="session")
def origin(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the observatory, served for the whole run."""
    words = ["observatory", "serve", "--data", str(store.root), "--no-browser"]
    with served(words, env={}, log=tmp_path_factory.mktemp("log") / "log", first="en/") as address:
        yield address


@pytest.fixture(scope="session")
def get(origin: str) -> Get:
    """Ask the server for a path below its root."""

    def ask(path: str, **headers: str) -> Got:
        request = Request(
            f"{origin}/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        try:
            with OPENER.open(request, timeout=30) as answer:
                return Got(answer.status, answer.headers, answer.read().decode())
        except HTTPError as answer:
            with answer:
                return Got(answer.code, answer.headers, answer.read().decode())

    return ask


@pytest.fixture(scope="session")
def built(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The site as files in English and Hebrew, with an older release, and what the command said."""
    from tests.observatory.commands import observatory

    out = tmp_path_factory.mktemp("site") / "out"
    done = observatory(
        "build", out, "--data", store.root, "--language", "en", "--language", "he", "--as-of", "2025.06.0"
    )
    return out, done
