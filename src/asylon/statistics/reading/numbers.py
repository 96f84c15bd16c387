"""A small grammar of numbers: digits as five alphabets of print write them, words, magnitudes, ranges."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final

from asylon.statistics.reading.lexicon import HERE
from asylon.statistics.reading.tokens import SPACES, Token

_MAGNITUDES: Final = {10: "tens_of", 12: "dozens_of", 20: "tens_of", 100: "hundreds_of", 1000: "thousands_of"}
_BOUND: Final = {10: (20, 99), 12: (24, 99), 20: (40, 99)}
_DASHES: Final = frozenset("-–—−‑־")
_ASKS_FOR_SUM: Final = frozenset(
    ("total", "together", "altogether", "combined", "sum", "всего", "суммарно", "сумме", "вместе", "יחד", "סך")
)
_AND_A_HALF: Final = (("and", "a", "half"), ("с", "половиной"), ("וחצי",))
_ONLY_AFTER: Final = frozenset(("k", "m", "mn", "mil", "т", "тыс", "bn", "millions"))
_TO: Final = {"en": ("to", "till", "or"), "ru": ("до", "или"), "he": ("עד", "ל", "או")}
_AND: Final = {"en": ("and", "to"), "ru": ("и", "до"), "he": ("ל", "עד", "ו")}
_OPEN: Final = {"en": ("between",), "ru": ("между",), "he": ("בין",)}
_FROM: Final = {"en": ("from",), "ru": ("от", "с"), "he": ("מ",)}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as the text gives it: tokens `first` to `last`, and one value or the two ends of a range.

    `magnitude` is set where only a size is named ("hundreds of thousands"); `low` and `high` are then the least and
    the most for which a writer would choose these words. `scaled` tells that million or the like stood after it.
    """

    first: int
    last: int
    value: float | None
    low: float | None = None
    high: float | None = None
    magnitude: str = ""
    in_words: bool = False
    scaled: float = 1.0
    is_share: bool = False

    @property
    def is_range(self) -> bool:
        """Return whether two ends were written."""
        return self.value is None and not self.magnitude


@dataclass
class Numerals:
    """The number words of one language."""

    add: dict[str, float] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    many: dict[str, float] = field(default_factory=dict)
    several: dict[str, float] = field(default_factory=dict)
    half: dict[str, float] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)

    @cached_property
    def openings(self) -> frozenset[str]:
        """Return the words that a number in words can begin with."""
        books = (self.add, self.times, self.many, self.several, self.half, self.share, self.most)
        return frozenset(word.split()[0].partition("-")[0] for book in books for word in book) | {"a"}


@cache
def numerals(language: str) -> Numerals:
    """Return the number words of en, ru or he; read once."""
    words = Numerals()
    with (HERE / "numerals.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["language"] == language:
                getattr(words, row["kind"]).update(dict.fromkeys(row["words"].split(";"), float(row["value"])))
    return words


@dataclass(slots=True)
class _Place:
    """Where the grammar stands in a sentence."""

    tokens: Sequence[Token]
    language: str
    masked: frozenset[int]
    changing: bool = False

    @property
    def words(self) -> Numerals:
        return numerals(self.language)

    def key(self, at: int) -> str:
        if not 0 <= at < len(self.tokens) or at in self.masked:
            return ""
        return self.tokens[at].key

    def inner(self, at: int, book: dict[str, float]) -> float | None:
        """Return the value of the word at `at`; in Hebrew also behind one letter that is written with it."""
        key = self.key(at)
        if key.endswith("שנים") and self.key(at + 1) != "עשר":
            return None  # "years", and "two" only before ten
        if key in book:
            return book[key]
        if self.language == "he" and len(key) > 3 and key[0] in "ובכלמה":
            return book.get(key[1:])
        return None

    def touching(self, at: int) -> bool:
        return 0 < at < len(self.tokens) and self.tokens[at - 1].end == self.tokens[at].start


def read_amounts(
    tokens: Sequence[Token], language: str, masked: frozenset[int] = frozenset(), *, changing: bool = False
) -> list[Amount]:
    """Return the numbers of a sentence in order, ranges as one; tokens in `masked` (dates) are passed over.

    `changing` tells that the sentence speaks of a rise or fall: "from A to B" are then two numbers.
    """
    place = _Place(tokens, language, masked, changing)
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        amount = None if at in masked else _number(place, at)
        if amount is not None:
            found.append(amount)
        at = at + 1 if amount is None else amount.last + 1
    return _sums(place, _ranges(place, found))


def value_of(digits: str, *, scaled: bool = False) -> float:
    """Return the number that digits stand for; a comma or dot before three digits separates thousands.

    `scaled` tells that "million" or the like follows, where "1.344" is a decimal number.
    """
    plain = re.sub(rf"[{SPACES}'’]", "", digits)
    if re.fullmatch(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*", plain) and not (scaled and plain.count(".") == 1):
        return float(re.sub(r"[.,]", "", plain))
    whole = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+)[.,](\d{1,2})", plain)
    if whole:
        return float(re.sub(r"[.,]", "", whole[1]) + "." + whole[2])
    return float(plain.replace(",", "."))


def _number(place: _Place, at: int) -> Amount | None:
    if place.tokens[at].kind == "n":
        return _digits(place, at)
    key, openings = place.key(at), place.words.openings
    if key not in openings and not (place.language == "he" and key[1:] in openings):
        return None
    if place.key(at - 1) in _DASHES and place.touching(at) and at > 1 and place.tokens[at - 2].kind == "w":
        return None  # part of a word: "Smith-Ten"
    return _many(place, at) or _half(place, at) or _share(place, at) or _words(place, at)


def _digits(place: _Place, at: int) -> Amount:
    last, factor = at, 1.0
    while (times := _multiplier(place, last + 1)) is not None:
        factor, last = factor * times, last + 1
        if place.key(last + 1) == "." and place.tokens[last].key in ("тыс", "млн", "млрд", "mln"):
            last += 1
    rest = 0.0
    if factor == 1000 and (below := _below_thousand(place, last + 1)) is not None:
        rest, last = below, last + 1  # "8 тысяч 310"
    value = rest + round(value_of(place.tokens[at].text, scaled=factor > 1) * factor, 6)
    return Amount(at, last, value, scaled=factor)


def _below_thousand(place: _Place, at: int) -> float | None:
    key = place.key(at)
    return float(key) if key.isdigit() and len(key) == 3 and place.tokens[at].kind == "n" else None


def _multiplier(place: _Place, at: int) -> float | None:
    key = place.key(at)
    if key in ("k", "m", "mn", "т") and not place.touching(at):
        return None
    if key == "m" and not place.tokens[at].text.isupper():
        return None  # metres
    return place.words.times.get(key) if key != "dozen" else None


def _many(place: _Place, at: int) -> Amount | None:
    """Read "hundreds of thousands", "several thousand", "dozens"."""
    words, start = place.words, at
    if several := place.inner(at, words.several) is not None:
        at += 1
    size = place.inner(at, words.many)
    if size is None or (not several and _is_singular(place, at)):
        return None
    at_next = at + 2 if place.key(at + 1) == "of" else at + 1
    second = place.inner(at_next, words.many)
    second = place.inner(at_next, words.times) if second is None else second
    last = at if second is None else at_next
    low, high = _BOUND.get(int(size), (2 * size, 10 * size - 1))
    factor = second or 1.0
    name = _MAGNITUDES.get(int(size), "millions_of")
    return Amount(start, last, None, low * factor, (high + 1) * factor - 1, name, in_words=True)


def _is_singular(place: _Place, at: int) -> bool:
    return place.key(at) in ("hundred", "thousand", "million", "dozen", "тысяч", "миллионов", "сотен", "десятков")


def _half(place: _Place, at: int) -> Amount | None:
    """Read "half a million"."""
    if place.inner(at, place.words.half) is None:
        return None
    at_next = at + 2 if place.key(at + 1) == "a" else at + 1
    times = place.inner(at_next, place.words.times)
    return None if times is None else Amount(at, at_next, times / 2, in_words=True, scaled=times)


def _share(place: _Place, at: int) -> Amount | None:
    """Read a fraction or "most" as per cent; "most" is anything above a half."""
    for length in (3, 2, 1):
        keys = [place.key(n) for n in range(at, at + length)]
        words = " ".join(keys).replace(" - ", " ")
        if (value := place.words.share.get(words)) is not None:
            return Amount(at, at + length - 1, value, in_words=True, is_share=True)
        if (least := place.words.most.get(words)) is not None:
            return Amount(at, at + length - 1, None, least, 100.0, "more_than", in_words=True, is_share=True)
    return None


def _words(place: _Place, at: int) -> Amount | None:
    """Read a number in words: "nine hundred and twenty-one", "тысяча двести", "שלושת אלפים"."""
    begun = _Sum()
    last, looked = at - 1, at
    if place.key(at) == "a" and place.key(at + 1) in place.words.times:
        looked = at + 1
    while True:
        key = place.key(looked)
        if begun.takes(place, looked):
            last = looked
            looked += 1
        elif last >= at and (key == "and" or key in _DASHES) and _goes_on(place, looked + 1, begun.so_far):
            looked += 1
        elif last >= at and (length := _and_a_half(place, looked)):
            begun.add_half()
            last, looked = looked + length - 1, looked + length
        else:
            break
    if last < at:
        return None
    return Amount(at, last, begun.total + begun.current, in_words=True, scaled=begun.factor or 1.0)


@dataclass(slots=True)
class _Sum:
    """A number in words as far as it was read: whole thousands, what is below them, the last multiplier."""

    total: float = 0.0
    current: float = 0.0
    factor: float = 0.0

    @property
    def so_far(self) -> float:
        return self.current or self.total

    def takes(self, place: _Place, at: int) -> bool:
        """Take the word at `at` in where it goes on with the number."""
        add, times = place.inner(at, place.words.add), place.inner(at, place.words.times)
        if add is not None and (step := _added(self.current, add, place.language)) is not None:
            self.current = step
            return True
        if times is None or not (self.so_far or place.key(at) not in _ONLY_AFTER):
            return False
        if times == 100:
            self.current, self.factor = (self.current or 1) * 100, times
        else:
            self.total, self.current, self.factor = self.total + (self.current or 1) * times, 0.0, times
        return True

    def add_half(self) -> None:
        """Add a half of one, or of the last multiplier where it came after it."""
        if self.current:
            self.current += 0.5
        else:
            self.total += self.factor / 2


def _and_a_half(place: _Place, at: int) -> int:
    """Return how many words say "and a half" at a place, 0 where they do not."""
    for phrase in _AND_A_HALF:
        if tuple(place.key(at + n) for n in range(len(phrase))) == phrase:
            return len(phrase)
    return 0


def _goes_on(place: _Place, at: int, so_far: float) -> bool:
    add = place.words.add.get(place.key(at))
    return add is not None and add < 100 and so_far % 10 == 0 and so_far >= 20 and (so_far >= 100 or add < 10)


def _added(current: float, add: float, language: str) -> float | None:
    if current == 0:
        return add
    if language == "he" and add == 10 and 0 < current % 100 < 10:
        return current + 10  # "three ten" is thirteen
    size = 10.0 ** len(str(int(add)))
    if current % size == 0 or (add < 20 and current % 100 == 0):
        return current + add
    return None


def _sums(place: _Place, amounts: list[Amount]) -> list[Amount]:
    """Return the amounts, two joined by a plus as their sum where the sentence asks for one ("a total of")."""
    if not _ASKS_FOR_SUM.intersection(token.key for token in place.tokens):
        return amounts
    found: list[Amount] = []
    for amount in amounts:
        left = found[-1] if found else None
        plus = left is not None and [place.key(n) for n in range(left.last + 1, amount.first)] == ["+"]
        if left is not None and plus and left.value is not None and amount.value is not None:
            found[-1] = replace(amount, first=left.first, value=left.value + amount.value)
        else:
            found.append(amount)
    return found


def _ranges(place: _Place, amounts: list[Amount]) -> list[Amount]:
    found: list[Amount] = []
    for amount in amounts:
        if found and (joined := _joined(place, found[-1], amount)) is not None:
            found[-1] = joined
        else:
            found.append(amount)
    return found


def _joined(place: _Place, left: Amount, right: Amount) -> Amount | None:
    """Return two numbers as one range where the words between and before them say so."""
    if left.value is None or right.value is None or left.is_share or right.is_share:
        return None
    between = [place.key(at) for at in range(left.last + 1, right.first)]
    between = [key for key in between if key and key not in ("between",)]
    opened, begun = _opened(place, left.first)
    if opened == "from" and place.changing:
        return None
    if not _is_link(place, between, opened, dashes=left.last + 2 == right.first and place.touching(right.first)):
        return None
    low, high = left.value, right.value
    if left.scaled == 1 and right.scaled > 1 and low < 1000 and low * right.scaled < high:
        low *= right.scaled
    if low >= high:
        return None
    return replace(right, first=begun, value=None, low=low, high=high)


def _opened(place: _Place, at: int) -> tuple[str, int]:
    """Return how a range begins before token `at` ("between", "from" or nothing), and where its words begin."""
    back = at - 1
    if place.key(back) in _DASHES:
        back -= 1
    if place.key(back) in ("about", "around", "some", "approximately", "roughly"):
        back -= 1
    if place.key(back) in _OPEN[place.language]:
        return "between", back
    if place.key(back) in _FROM[place.language]:
        return "from", back
    return "", at


def _is_link(place: _Place, between: list[str], opened: str, *, dashes: bool) -> bool:
    words = [key for key in between if key not in _DASHES]
    if not words:
        spaced = len(between) == 1 and (dashes or between[0] in "–—")
        return spaced and len(between) == 1
    if len(words) > 1:
        return False
    if opened == "between":
        return words[0] in _AND[place.language]
    return words[0] in _TO[place.language]
