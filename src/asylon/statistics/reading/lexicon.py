"""The words that the reader knows, by language: a word list in the package, looked up by word, stem and phrase.

A list has lines `kind,value,words`. In the words `*` at the end stands for any ending, `~` for a Russian case
ending, `_` for any one word. Names of countries and of their people stand in `places.csv`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from asylon.statistics.reading.tokens import Token

HERE: Final = Path(__file__).parent
_CASES: Final = frozenset(
    ("", "а", "я", "и", "ы", "у", "ю", "е", "ь", "ой", "ей", "ом", "ем", "ью", "ов", "ам", "ах", "ами", "й")
)
_GENTILIC: Final = frozenset(("", "ם", "ת", "ות", "ים", "יים", "יות"))
_HEBREW_PREFIX: Final = "ובכלמשה"
_LISTS: Final = {"en": ("words_en.csv", "words_latin.csv"), "ru": ("words_ru.csv",), "he": ("words_he.csv",)}


@dataclass(frozen=True, slots=True)
class Hit:
    """A known word or phrase in a sentence: tokens `first` to `last`; `prefix` are Hebrew letters before it."""

    kind: str
    value: str
    first: int
    last: int
    words: str
    prefix: str = ""


@dataclass(slots=True)
class Lexicon:
    """The words of one language, ready to be looked up."""

    exact: dict[str, list[tuple[tuple[str, ...], str, str]]] = field(default_factory=dict)
    stems: dict[str, list[tuple[tuple[str, ...], str, str]]] = field(default_factory=dict)
    hebrew: bool = False

    def add(self, kind: str, value: str, phrase: str) -> None:
        """Take in a phrase."""
        words = tuple(phrase.replace("-", " ").replace("st. ", "st ").split())
        stem = words[0].rstrip("*~^")
        book = self.exact if stem == words[0] else self.stems
        book.setdefault(stem, []).append((words, kind, value))

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Return what is known of a sentence's tokens, in order; of one kind only the longest at a place."""
        found: list[Hit] = []
        reach: dict[str, int] = {}
        for at, token in enumerate(tokens):
            if token.kind == "n":
                continue
            best: dict[str, Hit] = {}
            for hit in self._at(tokens, at):
                if hit.kind not in best or hit.last > best[hit.kind].last:
                    best[hit.kind] = hit
            for kind, hit in best.items():
                if reach.get(kind, -1) < at:
                    found.append(hit)
                    reach[kind] = hit.last
        return found

    def _at(self, tokens: Sequence[Token], at: int) -> Iterator[Hit]:
        key = tokens[at].key
        hits = list(self._matches(tokens, at, self._mended(key), ""))
        if not hits and self.hebrew:
            hits = self._behind_prefix(tokens, at, key)
        joined = at + 2 < len(tokens) and tokens[at + 1].text == "-" and tokens[at + 1].start == tokens[at].end
        if not hits and joined:  # a word broken at the end of a line: "fami-lies"
            whole = self._matches(tokens, at, key + tokens[at + 2].key, "")
            hits = [Hit(h.kind, h.value, at, max(h.last, at + 2), h.words) for h in whole]
        yield from hits

    def _behind_prefix(self, tokens: Sequence[Token], at: int, key: str) -> list[Hit]:
        for cut in (1, 2, 3):
            if len(key) - cut < 2 or key[cut - 1] not in _HEBREW_PREFIX:
                return []
            if hits := list(self._matches(tokens, at, key[cut:], key[:cut])):
                return hits
        return []

    def _mended(self, key: str) -> str:
        """Return the known word of which a letter was lost in a wrong encoding, else `key`."""
        if "\ufffd" not in key or len(key) < 3:
            return key
        shape = re.compile(re.escape(key).replace("\ufffd", "."))
        exact = next((word for word in self.exact if shape.fullmatch(word)), None)
        return exact or next((word for word in self.stems if len(word) > 3 and shape.match(word)), key)

    def _matches(self, tokens: Sequence[Token], at: int, key: str, prefix: str) -> Iterator[Hit]:
        for words, kind, value in self.exact.get(key, ()):
            if (last := _rest(words, tokens, at)) is not None:
                yield Hit(kind, value, at, last, " ".join(t.text for t in tokens[at : last + 1]), prefix)
        for length in range(1, len(key) + 1):
            for words, kind, value in self.stems.get(key[:length], ()):
                if fits(words[0], key) and (last := _rest(words, tokens, at)) is not None:
                    yield Hit(kind, value, at, last, " ".join(t.text for t in tokens[at : last + 1]), prefix)


def fits(pattern: str, key: str) -> bool:
    """Return whether a word fits a pattern of the lists."""
    if pattern == "_":
        return True
    if pattern[-1:] == "*":
        return key.startswith(pattern[:-1])
    if pattern[-1:] == "~":
        return key.startswith(pattern[:-1]) and key[len(pattern) - 1 :] in _CASES
    if pattern[-1:] == "^":
        return key.startswith(pattern[:-1]) and key[len(pattern) - 1 :] in _GENTILIC
    return pattern == key


def _rest(words: tuple[str, ...], tokens: Sequence[Token], at: int) -> int | None:
    for word in words[1:]:
        at += 1
        if at < len(tokens) and (tokens[at].text == "-" or (tokens[at].text == "." and tokens[at - 1].key == "st")):
            at += 1
        if at >= len(tokens) or not (fits(word, tokens[at].key) or _prefixed(word, tokens[at].key)):
            return None
    return at


def _prefixed(word: str, key: str) -> bool:
    # A Hebrew letter that stands before the next word: "פחות מ" + "100", "צד לאמנה".
    return "\u05d0" <= word[:1] <= "\u05ea" and key[1:] == word and key[:1] in _HEBREW_PREFIX


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of en, ru or he; read once."""
    book = Lexicon(hebrew=language == "he")
    for name in _LISTS[language]:
        for row in _rows(name):
            for phrase in row["words"].split(";"):
                book.add(row["kind"], row["value"], phrase.strip())
    for row in _rows("places.csv"):
        for name in filter(None, row[language].split(";")):
            book.add("place", row["iso3"], name)
        for name in filter(None, row[f"{language}_people"].split(";")):
            book.add("people", row["iso3"], name + "^" if language == "he" else name)
    return book


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def countries() -> frozenset[str]:
    """Return the ISO 3166 codes of three letters that a figure may carry."""
    return frozenset(row["iso3"] for row in _rows("places.csv"))
