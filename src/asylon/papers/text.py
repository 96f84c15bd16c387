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
_LAST_OF_PLANES = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_NO_CHARACTER = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{_LAST_OF_PLANES}]")
_OPENING = "\u2066\u2067\u2068"
_ISOLATES = re.compile(f"[{_OPENING}{POP_ISOLATE}]")
_ANY_WORD, _RIGHT_TO_LEFT_LETTER = re.compile(r"\w"), re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# 12.3–45.6, −5, 2026-11-25, 1 032–1 100, 7 %: within right-to-left text dashes and signs would turn these round.
_DIGITS = r"\d+(?:[.,/\u00a0\u202f\u2009]\d+)*"
_NUMBER, _PERCENT = rf"{_DIGITS}(?:[\u00a0\u202f]?%)?", rf"{_DIGITS}[\u00a0\u202f]?%"
_ONE_NUMBER = re.compile(_DIGITS)
_DASH = r"[\u2010-\u2013-]"
_TURNING = re.compile(
    rf"(?<![\w\u2066-\u2068])(?:[+\u2212-]{_NUMBER}|{_NUMBER}(?={_DASH}\d)|{_PERCENT})(?:{_DASH}{_NUMBER})*"
)


def is_right_to_left(language: str) -> bool:
    """Return whether the language of a code such as "he" or "ar-EG" is written from right to left."""
    return language.partition("-")[0] in _RIGHT_TO_LEFT


def plain(text: str) -> str:
    """Return `text` as one line without what would act on its surroundings.

    Control characters and line breaks become a space, embeddings and overrides of direction are dropped, isolates are
    closed within the text, and what is no character at all becomes the replacement character.
    """
    text = _closed(_NO_CHARACTER.sub("\ufffd", _DROPPED.sub("", text)))
    return _SPACES.sub(" ", text)


def ordered(text: str, language: str) -> str:
    """Return a whole text as `plain` does, in an order that holds where `language` is written from right to left.

    Ranges, dates, shares and negative numbers keep theirs, and so does a text without any letter of such a language.
    """
    text = plain(text)
    if _ANY_WORD.search(text) and not _ONE_NUMBER.fullmatch(text) and not _RIGHT_TO_LEFT_LETTER.search(text):
        return isolated(text, language)
    return part(text, language)


def part(text: str, language: str) -> str:
    """Return a part of a sentence as `plain` does, its numbers marked off where right-to-left lines would turn them."""
    text = plain(text)
    if not is_right_to_left(language):
        return text
    return _TURNING.sub(lambda found: f"{LEFT_TO_RIGHT_ISOLATE}{found[0]}{POP_ISOLATE}", text)


def isolated(text: str, language: str) -> str:
    """Return words of another language than that of the text around, so marked off that both keep their orders.

    They come back as they are where both are written from left to right.
    """
    text = plain(text)
    if not text or not (is_right_to_left(language) or _RIGHT_TO_LEFT_LETTER.search(text)):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def _closed(text: str) -> str:
    """Return `text` with every isolate closed and none closed that it did not open."""
    if not _ISOLATES.search(text):
        return text
    depth, kept = 0, []
    for char in text:
        if char == POP_ISOLATE and not depth:
            continue
        depth += (char in _OPENING) - (char == POP_ISOLATE)
        kept.append(char)
    return "".join(kept) + POP_ISOLATE * depth


def without_isolates(text: str) -> str:
    """Return `plain` text without its isolates, for places where nothing is laid out."""
    return _ISOLATES.sub("", plain(text))
