"""A number on its way to a figure, and which known words of its sentence belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from asylon.statistics.reading.counted import Counted
from asylon.statistics.reading.lexicon import Hit
from asylon.statistics.reading.numbers import Amount
from asylon.statistics.reading.places import Place
from asylon.statistics.reading.view import FAR, View

NEAR: Final = 14.0
CLOSE: Final = 8.0  # for what befell people: the next number of a list has its own
_INSIDE: Final = 1.5  # "300 displaced families": the verb of the sentence may say more
_WEAK: Final = 3.0  # "from their homes" stands beside the verb that says how


@dataclass(frozen=True, slots=True)
class Item:
    """A number on its way to a figure."""

    view: View
    amount: Amount
    counted: Counted
    qualifier: str
    first: int
    last: int
    why: tuple[str, ...]
    until: int = 0  # the last token of what adds nothing: "500 families or 2,000 people"
    alone: bool = False
    is_part: bool = False  # "two out of 1,500 applicants"
    is_base: bool = False

    def cost(self, hit: Hit | Place) -> float:
        """Return how far a phrase stands from the number; FAR where it speaks of another number."""
        if self.amount.last < hit.first and hit.last <= self.last:
            return _INSIDE
        if self.is_part and self.last < hit.first <= self.until:
            return FAR
        cost = self.view.cost(hit.first, hit.last, self.first, self.until)
        if self.is_base and (cost >= 1 or (isinstance(hit, Hit) and hit.kind == "measure")):
            return FAR
        if cost >= 1 and hit.first > self.until and self._has_part:
            return FAR
        return cost + (_WEAK if isinstance(hit, Hit) and hit.kind == "weakterm" else 0.0)

    def nearest(self, hits: Iterable[Hit], limit: float = NEAR) -> tuple[Hit | None, float]:
        """Return the nearest of some phrases and how far it stands; None and FAR where all are beyond the limit."""
        best, least = None, FAR
        for hit in hits:
            if (cost := self.cost(hit)) < least:
                best, least = hit, cost
        return (best, least) if least <= limit else (None, FAR)

    @property
    def _has_part(self) -> bool:
        """Return whether the sentence goes on to a part of this number: "of the 7,663 applicants, 318 got it"."""
        back = self.first - 1
        if back >= 0 and self.view.tokens[back].key == "the":
            back -= 1
        if back < 0 or self.view.tokens[back].key not in ("of", "из", "מתוך"):
            return False
        return any(amount.first > self.until for amount in self.view.amounts)


def because(field: str, hit: Hit | None) -> tuple[str, ...]:
    """Return the note that a field came from these words; empty without words."""
    return () if hit is None else (f"{field}: {hit.words}",)
