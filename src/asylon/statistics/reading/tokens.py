"""Sentences, their language, and their words and numbers with the place of each in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

SPACES: Final = "\u0020\u00a0\u2007\u2009\u202f"
_ABBREVIATIONS: Final = (
    *("тыс", "млн", "млрд", "чел", "руб", "г", "гг", "Mr", "Mrs", "Dr", "St", "no", "No", "ca", "approx"),
    "[A-ZА-Я]",
)
LANGUAGES: Final = ("en", "ru", "he")
_LONGEST: Final = 1500
_HEBREW: Final = "[\u0591-\u05bd\u05bf-\u05f2]+"  # letters and points, but not the hyphen between


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number in digits or a sign: `kind` is w, n or p; `key` is what the word lists look up."""

    text: str
    start: int
    end: int
    kind: str
    key: str


@cache
def _token() -> re.Pattern[str]:
    grouped = rf"\d{{1,3}}(?P<sep>[,.'’{SPACES}])\d{{3}}(?:(?P=sep)\d{{3}})*(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
    number = rf"{grouped}|\d{{1,3}},[{SPACES}]000(?!\d)|\d+[.,]\d+(?!\d)|\d+"
    word = rf"(?:[A-Z]\.){{2,}}|{_HEBREW}(?:[\"'״׳]{_HEBREW})*|(?:[^\W\d_]|\ufffd)+(?:['’][^\W\d_]+)*"
    return re.compile(rf"(?P<n>{number})|(?P<w>{word})|(?P<p>\n\s*\n|[^\w\s]|_)")


@cache
def _glued() -> re.Pattern[str]:
    # A lost space before an abbreviation, as papers turned into text have it: "nearIDPcamps".
    return re.compile(r"(?<=[a-z])(?=[A-Z]{2})")


@cache
def _end_of_sentence() -> re.Pattern[str]:
    no_abbreviation = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS)
    full_stop = rf"{no_abbreviation}\.[\"”»)]*(?=\s+\W*[A-ZА-ЯЁ\u05d0-\u05ea\d])"
    return re.compile(rf"{full_stop}|[!?…][\"”»)]*(?=\s)|\n\s*\n|\n(?=\s*(?:[*|#•-]\s|\|))")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence of `text` that is not blank, in order.

    A line of a list or table is a sentence; what has no end for a long while is cut between two words.
    """
    found, start = [], 0
    for match in _end_of_sentence().finditer(text):
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    pieces = (piece for first, last in found for piece in _cut(text, first, last))
    return [span for first, last in pieces if (span := _trimmed(text, first, last))]


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        space = max(text.rfind(sign, start + 1, start + _LONGEST) for sign in " \n")
        middle = space if space > start else start + _LONGEST
        yield start, middle
        start = middle
    yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


@cache
def _letters(alphabet: str) -> re.Pattern[str]:
    return re.compile(f"[{alphabet}]")


def language_of(sentence: str) -> str:
    """Return en, ru or he, whichever alphabet most letters are in; en where there is no letter of the other two."""
    cyrillic = len(_letters("\u0400-\u04ff").findall(sentence))
    hebrew = len(_letters("\u05d0-\u05ea").findall(sentence))
    latin = len(_letters("A-Za-z\u00c0-\u024f").findall(sentence)) if cyrillic or hebrew else 1
    most = max(cyrillic, hebrew, latin)
    if most == latin:
        return "en"
    return "ru" if most == cyrillic else "he"


def tokenise(text: str, start: int, end: int) -> list[Token]:
    """Return the words, numbers and signs of text[start:end] in order, with their places in `text`."""
    found: list[Token] = []
    for match in _token().finditer(text, start, end):
        kind = match.lastgroup if match.lastgroup != "sep" else "n"
        word, at = match.group(), match.start()
        if kind == "w" and not word.islower() and (cut := _glued().search(word)) and cut.start() > 0:
            found.append(_made(word[: cut.start()], at, "w"))
            word, at = word[cut.start() :], at + cut.start()
        found.append(_made(word, at, kind or "p"))
    return found


def _made(word: str, at: int, kind: str) -> Token:
    key = word
    if kind == "w":
        key = word.lower().replace("ё", "е").replace("’", "'")
        key = "u.s." if word == "US" else key.removesuffix("'s")
    elif word == "~":
        key = "≈"  # in the word lists the wave stands for a case ending
    return Token(word, at, at + len(word), kind, key)
