"""One sentence as the reader sees it: words, known words, dates, numbers, and how far one is from another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from asylon.statistics.reading.lexicon import Hit, lexicon
from asylon.statistics.reading.numbers import Amount, read_amounts
from asylon.statistics.reading.periods import When, other_numbers, read_periods
from asylon.statistics.reading.tokens import Token, tokenise

FAR = 1000.0
_SIGNS = {",": 3.0, "(": 3.0, ")": 3.0, ";": 8.0, ".": 8.0, "-": 0.0, "–": 2.0, "—": 2.0, ":": 1.0}
_JOIN, _NUMBER = 3.0, 5.0
_COUNTED = ("unit", "people")


@dataclass
class View:
    """A sentence of `text`, taken apart once."""

    text: str
    start: int
    end: int
    language: str

    @cached_property
    def tokens(self) -> list[Token]:
        """Return its words, numbers and signs."""
        return tokenise(self.text, self.start, self.end)

    @cached_property
    def hits(self) -> list[Hit]:
        """Return its known words and phrases."""
        return lexicon(self.language).find(self.tokens)

    @cached_property
    def at(self) -> dict[int, list[Hit]]:
        """Return the known phrases by the token they begin at."""
        found: dict[int, list[Hit]] = {}
        for hit in self.hits:
            found.setdefault(hit.first, []).append(hit)
        return found

    @cached_property
    def whens(self) -> list[When]:
        """Return its periods."""
        found = read_periods(self.text, self.start, self.end, self.language, self._counts)
        return [when for when in found if not any(a < when.end and when.start < b for a, b in self.others)]

    @cached_property
    def others(self) -> list[tuple[int, int]]:
        """Return the places of what else has digits and counts nothing."""
        return other_numbers(self.text, self.start, self.end)

    @cached_property
    def masked(self) -> frozenset[int]:
        """Return the tokens inside periods, times, telephone numbers and addresses."""
        spans = [(when.start, when.end) for when in self.whens] + self.others
        return frozenset(n for n, token in enumerate(self.tokens) if any(a <= token.start < b for a, b in spans))

    @cached_property
    def amounts(self) -> list[Amount]:
        """Return its numbers and ranges, dates left out."""
        return read_amounts(self.tokens, self.language, self.masked, changing=self.is_changing)

    @cached_property
    def is_changing(self) -> bool:
        """Return whether it speaks of a rise or a fall."""
        return any(hit.kind == "measure" and hit.value == "change" for hit in self.hits)

    @cached_property
    def numbered(self) -> frozenset[int]:
        """Return the tokens inside its numbers."""
        return frozenset(n for amount in self.amounts for n in range(amount.first, amount.last + 1))

    @cached_property
    def _steps(self) -> list[float]:
        weights = [self._step(n, token) for n, token in enumerate(self.tokens)]
        for amount in self.amounts:
            weights[amount.first] = _NUMBER
            for n in range(amount.first + 1, amount.last + 1):
                weights[n] = 0.0
        return [0.0, *accumulate(weights)]

    def _step(self, at: int, token: Token) -> float:
        kinds = {hit.kind for hit in self.at.get(at, ())}
        if "join" in kinds:
            return _JOIN
        if kinds & {"aux", "qualifier"} or at in self.masked:
            return 0.0
        if token.kind == "p":
            return _SIGNS.get(token.text, 0.0)
        return 1.0

    def between(self, first: int, last: int) -> float:
        """Return how far apart two tokens are: the weight of what stands between them, ends not counted."""
        return self._steps[max(last, first + 1)] - self._steps[first + 1]

    def cost(self, first: int, last: int, figure_first: int, figure_last: int) -> float:
        """Return how far tokens `first`-`last` are from a figure's own tokens; what follows is a little nearer."""
        if first > figure_last:
            return self.between(figure_last, first)
        if last < figure_first:
            return self.between(last, figure_first) + 1.5
        return 0.0

    def of_kind(self, *kinds: str) -> Iterable[Hit]:
        """Return its known phrases of these kinds, in order."""
        return (hit for hit in self.hits if hit.kind in kinds)

    def has(self, at: int, kind: str) -> Hit | None:
        """Return the known phrase of a kind that begins at a token, if any."""
        return next((hit for hit in self.at.get(at, ()) if hit.kind == kind), None)

    def ends(self, at: int, kind: str) -> Hit | None:
        """Return the longest known phrase of a kind that ends at a token, if any."""
        return next((hit for hit in self.hits if hit.kind == kind and hit.last == at), None)

    def token_at(self, offset: int) -> int:
        """Return the first token that begins at an offset or later."""
        return next((n for n, token in enumerate(self.tokens) if token.start >= offset), len(self.tokens))

    def _counts(self, offset: int) -> bool:
        at = self.token_at(offset)
        return any(hit.kind in _COUNTED for n in (at, at + 1) for hit in self.at.get(n, ()))
