"""The numbers and dates that stand in pack files, and how to change one of them.

Works on the plain values of a file, as they were written: a number in `defaults` is one number,
however many rules it reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_LENGTH = re.compile(r"(\d+) ([a-z_]+)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTH_DAY = re.compile(r"\d{2}-\d{2}")
_COUNTS = ("days", "days_before", "days_after")
_DATES = ("from", "to", "until", "acts_until")
_TEXTS = ("consequence", "instrument", "name", "no_number", "note", "right", "text", "title")
_REFERENCES = ("citation", "holiday", "id", "licence", "source", "sources", "url", "zone")

Key = str | int


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a pack file: where it stands and what it is.

    `section` is the top key of the file, `owner` the id of the rule, counting or body it belongs to
    (empty for what stands in `defaults`).
    """

    jurisdiction: str
    file: str
    keys: tuple[Key, ...]
    owner: str
    value: Key

    @property
    def section(self) -> str:
        """Return the section of the file, such as 'rules' or 'countings'."""
        return str(self.keys[0])

    @property
    def field(self) -> str:
        """Return the way to the number in its file, such as 'rules.3.term.0.length'."""
        return ".".join(str(key) for key in self.keys)


def find_numbers(jurisdiction: str, file: str, content: Mapping[str, Any]) -> Iterator[Number]:
    """Yield every number and date of a file that the engine reckons with, in the order of the file."""
    for keys, value in _leaves(content, ()):
        if neighbours(keys[-1], value):
            yield Number(jurisdiction, file, keys, _owner(content, keys), value)


def _leaves(value: Any, keys: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], Key]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _TEXTS and key not in _REFERENCES:
                yield from _leaves(inner, (*keys, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*keys, place))
    elif isinstance(value, (str, int)) and not isinstance(value, bool) and keys:
        yield keys, value


def _owner(content: Mapping[str, Any], keys: tuple[Key, ...]) -> str:
    if len(keys) < 2 or not isinstance(keys[1], int):
        return ""
    entry = content[str(keys[0])][keys[1]]
    if keys[0] == "bodies":
        return f"{entry['body']} {entry['state']}"
    return str(entry.get("id", entry.get("name", "?")))


def neighbours(key: Key, value: Key) -> tuple[Key, ...]:
    """Return `value` one up and one down, in the unit it is written in; empty when it is no number.

    What would be negative is left out: no pack can say it.
    """
    if isinstance(key, int):
        key = ""
    if key in _COUNTS and str(value).isdigit():
        return tuple(n for n in (int(value) + 1, int(value) - 1) if n >= 0)
    text = str(value)
    if found := _LENGTH.fullmatch(text):
        return tuple(f"{n} {found[2]}" for n in (int(found[1]) + 1, int(found[1]) - 1) if n >= 0)
    if key in _DATES:
        return _near_dates(text)
    return ()


def _near_dates(text: str) -> tuple[str, ...]:
    if _DAY.fullmatch(text):
        return tuple((date.fromisoformat(text) + timedelta(days=step)).isoformat() for step in (1, -1))
    if _MONTH_DAY.fullmatch(text):
        day = date.fromisoformat(f"2025-{text}")  # any year: recess days are given for all of them
        return tuple(f"{day + timedelta(days=step):%m-%d}" for step in (1, -1))
    if found := _MONTH.fullmatch(text):
        months = int(found[1]) * 12 + int(found[2]) - 1
        return tuple(f"{(months + step) // 12:04}-{(months + step) % 12 + 1:02}" for step in (1, -1))
    return tuple(f"{int(text) + step:04}" for step in (1, -1)) if re.fullmatch(r"\d{4}", text) else ()


def with_value(content: Any, keys: tuple[Key, ...], value: Key) -> Any:
    """Return `content` with `value` at `keys`; what is not on the way there is shared, not copied."""
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(content, dict):
        return {**content, key: with_value(content[key], rest, value)}
    return [with_value(item, rest, value) if place == key else item for place, item in enumerate(content)]
