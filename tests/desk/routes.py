"""Every route of the desk, with a filled-in address for the rows of one case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from asylon.desk.registry import PACKAGES, ReadPath


@dataclass(frozen=True)
class Route:
    """One address: its name, what it may show, and the names of the ids in it."""

    name: str
    path: ReadPath | None
    ids: tuple[str, ...]

    def address(self, values: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs={key: values[key] for key in self.ids})


def patterns(urls: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    for item in get_resolver().url_patterns if urls is None else urls:
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns)
        else:
            yield item


def routes() -> list[Route]:
    found = []
    for pattern in patterns():
        assert pattern.name, f"the route {pattern.pattern} has no name"
        path = PACKAGES.get(pattern.name) or getattr(pattern.callback, "read_path", None)
        found.append(Route(pattern.name, path, _ids(pattern)))
    return found


def _ids(pattern: URLPattern) -> tuple[str, ...]:
    resolver = get_resolver()
    for possibilities in resolver.reverse_dict.getlist(pattern.name):
        for _template, params in possibilities[0]:
            return tuple(params)
    raise AssertionError(pattern.name)
