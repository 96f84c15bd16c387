"""Text that is only text: what a string may carry into a paper, and in which order its numbers are read."""

from __future__ import annotations

import re

from asylon.language import FIRST_STRONG_ISOLATE, POP_ISOLATE

LEFT_TO_RIGHT_ISOLATE = "\u2066"
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur", "yi")
_SPACES = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# Embeddings and overrides turn round what stands after them; Unicode itself advises isolates in their place.
_DROPPED = re.compile("[\u202a-\u202e\ufeff]")
# Halves of pairs and the code points that Unicode keeps from ever being characters.
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
) + "]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_ANY_WORD, _RIGHT_TO_LEFT_LETTER = re.compile(r"\w"), re.compile("[\u0590-\u08ff]")
# 12.3–45.6, −5, 2026-11-25, 1 032–1 100 %: within right-to-left text a dash would turn these round.
_NUMBER = r"\d+(?:[.,/\u00a0\u202f\u2009]\d+)*(?:[\u00a0\u202f]?%)?"
_TURNING = re.compile(rf"(?<![\w\u2066-\u2068])(?:[+\u2212-]{_NUMBER}|{_NUMBER}(?=[-\u2010-\u2013]\d))(?:[-\u2010-\u2013]{_NUMBER})*")


def is_right_to_left(language: str) -> bool:
    """Return whether the language of a code such as "he" or "ar-EG" is written from right to left."""
    return language.partition("-")[0] in _RIGHT_TO_LEFT


def plain(text: str) -> str:
    """Return `text` as one line without what would act on its surroundings.

    Control characters and line breaks become a space, embeddings and overrides of direction are dropped, isolates are
    closed within the text, and what is no character at all becomes the replacement character.
    """
    text = _SPACES.sub(" ", _DROPPED.sub("", text))
    return _closed(_NO_CHARACTER.sub("\ufffd", text))


def ordered(text: str, language: str) -> str:
    """Return a whole text as `plain` does, in an order that holds where `language` is written from right to left.

    Ranges, negative numbers and dates keep theirs, and so does a text that has no letter of such a language at all.
    """
    text = plain(text)
    if is_right_to_left(language) and _ANY_WORD.search(text) and not _RIGHT_TO_LEFT_LETTER.search(text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return part(text, language)


def part(text: str, language: str) -> str:
    """Return a part of a sentence as `plain` does, its numbers marked off where right-to-left lines would turn them."""
    text = plain(text)
    if not is_right_to_left(language):
        return text
    return _TURNING.sub(lambda found: f"{LEFT_TO_RIGHT_ISOLATE}{found[0]}{POP_ISOLATE}", text)


def isolated(text: str) -> str:
    """Return words of another language marked off, so that they and the sentence around them keep their orders."""
    return f"{FIRST_STRONG_ISOLATE}{plain(text)}{POP_ISOLATE}"


def _closed(text: str) -> str:
    """Return `text` with every isolate closed and none closed that it did not open."""
    depth = 0
    parts = []
    for char in text if _ISOLATES.search(text) else ():
        depth += 1 if char in "\u2066\u2067\u2068" else 0
        if char == POP_ISOLATE:
            if not depth:
                continue
            depth -= 1
        parts.append(char)
    return "".join(parts) + POP_ISOLATE * depth if parts or depth else _ISOLATES.sub("", text)
