"""A source that replays recorded answers, for tests: the real client code runs, only the wire is played."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from asylon.statistics.http import Answer, Fetcher, Request

RECORDED = Path(__file__).parent / "recorded"
Reply = Answer | Exception


def recorded(name: str) -> Any:
    """Return what a recorded answer says."""
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    """An answer with `body` as JSON, or as it is where it is text or bytes."""
    written = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, written)


@dataclass
class Wire:
    """Answers each request with what `reply` makes of its path and parameters; remembers requests and waits."""

    reply: Callable[[str, dict[str, str]], Reply]
    requests: list[Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        parts = urlsplit(request.url)
        asked = {name: ",".join(values) for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        reply = self.reply(parts.path, asked)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def fetcher(self, **how: Any) -> Fetcher:
        return Fetcher(sleep=self.waits.append, chance=random.Random(4), transport=self, **how)

    @property
    def asked(self) -> list[dict[str, str]]:
        """The parameters of each request."""
        queries = [urlsplit(request.url).query for request in self.requests]
        return [{name: ",".join(values) for name, values in parse_qs(query).items()} for query in queries]


def in_turn(*replies: Reply) -> Wire:
    """A wire that gives these replies one after another."""
    waiting = list(replies)
    return Wire(lambda path, asked: waiting.pop(0))
