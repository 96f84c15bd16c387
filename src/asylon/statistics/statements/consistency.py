"""Texts that contradict themselves: a growth that its own numbers do not give, two numbers for one thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from asylon.statistics.reading import Figure, contradictions

# "rose 77 per cent from 22,291 to 99,998": the share of growth follows from the two numbers.
TOLERATED_POINTS = 1.0
_FROM_TO = {
    "en": re.compile(r"\bfrom\s*$", re.IGNORECASE),
    "ru": re.compile(r"\b(?:с|со|от)\s*$", re.IGNORECASE),
    "he": re.compile(r"(?:^|\s)מ-?\s*$"),
}


def contradiction_in(figure: Figure, figures: Sequence[Figure], text: str) -> str | None:
    """Return the sentence that says how a text contradicts itself at this figure, None where it does not."""
    if (growth := _false_growth(figure, figures, text)) is not None:
        return growth
    ends = _growth_ends(figure, figures, text)
    for found in contradictions(figures):
        pair = (found.first, found.second)
        if figure in pair and pair != ends:  # what was and what is are two things
            other = found.second if figure == found.first else found.first
            return f"the same text gives '{figure.quote}' and '{other.quote}' for one thing"
    return None


def _false_growth(figure: Figure, figures: Sequence[Figure], text: str) -> str | None:
    """Return what is wrong with the growth that a sentence gives, where this figure is a part of it."""
    ends = _growth_ends(figure, figures, text)
    percent = next((f for f in _same_sentence(figure, figures) if _is_percent(f, text)), None)
    if ends is None or percent is None or not percent.value or figure not in (*ends, percent):
        return None
    before, after = ends[0].value or 0.0, ends[1].value or 0.0
    growth = 100 * (after - before) / before
    if abs(abs(growth) - percent.value) <= max(TOLERATED_POINTS, 0.02 * percent.value):
        return None
    return f"from {before:,.0f} to {after:,.0f} is {growth:+.1f} per cent, not {percent.value:g}"


def _same_sentence(figure: Figure, figures: Sequence[Figure]) -> list[Figure]:
    return [other for other in figures if other.sentence == figure.sentence]


def _is_percent(figure: Figure, text: str) -> bool:
    return (
        figure.unit == "percent"
        and _follows_from(figure, text) is False
        and bool(re.search(r"%|per\s*cent|percent|процент|אחוז", figure.quote, re.IGNORECASE))
    )


def _follows_from(figure: Figure, text: str) -> bool:
    return bool(_FROM_TO[figure.language].search(text[max(0, figure.start - 8) : figure.start]))


def _growth_ends(figure: Figure, figures: Sequence[Figure], text: str) -> tuple[Figure, Figure] | None:
    """Return the two figures of "from … to …" in the sentence, None where it has no such pair."""
    row = sorted(_same_sentence(figure, figures), key=lambda other: other.start)
    for first, second in pairwise(row):
        if first.value and second.value and not _is_percent(first, text) and _follows_from(first, text):
            return first, second
    return None
