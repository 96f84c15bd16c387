"""Sentences, their language, and their words and numbers with the place of each in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

SPACES: Final = "\u0020\u00a0\u2007\u2009\u202f"
LANGUAGES: Final = ("en", "ru", "he")


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
    word = r"(?:[A-Z]\.){2,}|[\u0590-\u05ff]+(?:[\"'״׳][\u0590-\u05ff]+)*|[^\W\d_]+(?:['’/][^\W\d_]+)*"
    return re.compile(rf"(?P<n>{number})|(?P<w>{word})|(?P<p>\n\s*\n|[^\w\s]|_)")


@cache
def _glued() -> re.Pattern[str]:
    # A lost space before an abbreviation, as papers turned into text have it: "inIDPcamps".
    return re.compile(r"(?<=[a-z])(?=[A-Z]{2})")


@cache
def _end_of_sentence() -> re.Pattern[str]:
    short = r"(?<!\b[A-ZА-Я])(?<!\b(?:тыс|млн|чел|руб|гг|Mr|Dr|St|no|No|ca|vs))(?<!\b(?:млрд|Mrs))(?<!\bapprox)(?<!\bг)"
    for_python = short.replace(r"(?<!\b(?:тыс|млн|чел|руб|гг|Mr|Dr|St|no|No|ca|vs))", _one_by_one())
    for_python = for_python.replace(r"(?<!\b(?:млрд|Mrs))", r"(?<!\bмлрд)(?<!\bMrs)")
    return re.compile(rf"{for_python}\.[\"”»)]*(?=\s+\W*[A-ZА-ЯЁ\u05d0-\u05ea\d])|[!?…][\"”»)]*(?=\s)|\n\s*\n")


def _one_by_one() -> str:
    return "".join(rf"(?<!\b{word})" for word in ("тыс", "млн", "чел", "руб", "гг", "Mr", "Dr", "St", "no", "No", "ca"))


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence of `text` that is not blank, in order."""
    found, start = [], 0
    for match in _end_of_sentence().finditer(text):
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [span for first, last in found if (span := _trimmed(text, first, last))]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def language_of(sentence: str) -> str:
    """Return en, ru or he, whichever alphabet most letters are in; en where there is no letter of the other two."""
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in sentence)
    hebrew = sum("\u05d0" <= letter <= "\u05ea" for letter in sentence)
    latin = sum(letter.isalpha() for letter in sentence) - cyrillic - hebrew
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
        key = key.removesuffix("'s")
    return Token(word, at, at + len(word), kind, key)
