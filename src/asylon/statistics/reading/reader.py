"""From text to figures: each number that counts people, homes, requests or states, with what the words say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from asylon.errors import StatisticsError
from asylon.statistics.reading.context import continued, inherited, told, with_period, with_places
from asylon.statistics.reading.counted import Counted, counted
from asylon.statistics.reading.figure import HOUSING, Figure
from asylon.statistics.reading.item import CLOSE, NEAR, Item, because
from asylon.statistics.reading.lexicon import Hit
from asylon.statistics.reading.measures import with_asylum
from asylon.statistics.reading.numbers import Amount
from asylon.statistics.reading.places import Place, places
from asylon.statistics.reading.ranking import weight_of
from asylon.statistics.reading.tokens import LANGUAGES, language_of, sentences
from asylon.statistics.reading.view import FAR, View

_BESIDE: Final = 3.0  # for a noun that no list knows
_ASIDES: Final = (
    *(("or",), ("(",), ("including",), ("(", "including"), ("among", "them")),
    *(("или",), ("включая",), ("או",)),
)
_ASIDE: Final = ("(", "or", "including", "them", "или", "включая", "או")
_OUT_OF: Final = (("of",), ("of", "the"), ("out", "of"), ("out", "of", "the"), ("из",), ("מתוך",))
_IN_FAMILIES: Final = (("from",), ("in",), ("of",), ("из",), ("в",))
_BOUNDS: Final = {
    "exact": (True, True),
    "other": (True, True),
    "at_least": (True, False),
    "more_than": (True, False),
    "nearly": (False, True),
    "up_to": (False, True),
    "at_most": (False, True),
    "less_than": (False, True),
}


def read_figures(text: str, *, language: str | None = None) -> tuple[Figure, ...]:
    """Return the figures of a text in order; empty where it has none.

    A figure counts people, households, buildings, applications, decisions, states, per cent or money, or stands
    without a noun (unit "none"). Dates, ages, times, lengths, telephone numbers, and counts of other things are
    not figures. `language` is en, ru or he; left out, each sentence is read in the language of its letters.
    Raises StatisticsError for another language.
    """
    if language not in (None, *LANGUAGES):
        known = ", ".join(LANGUAGES)
        raise StatisticsError.single(
            "language", f"{language!r} cannot be read", f"write one of {known}, or leave it out"
        )
    found: list[Figure] = []
    named: set[str] = set()
    for start, end in sentences(text):
        view = View(text, start, end, language or language_of(text[start:end]))
        found.extend(_figures(view, found))
        named.update(hit.value for hit in view.of_kind("place"))
    if len(named) != 1:
        return tuple(found)
    (country,) = named
    return tuple(_set_in(country, figure) for figure in found)


def _set_in(country: str, figure: Figure) -> Figure:
    """Return a figure with the only country that the whole text names, where its own sentence names none."""
    if figure.country or figure.origin or figure.asylum or figure.unit in ("money", "percent"):
        return figure
    return told(figure, {"country": country}, "named elsewhere in the text")


def _figures(view: View, before: list[Figure]) -> list[Figure]:
    read = _restated([item for amount in view.amounts if (item := _read(view, amount)) is not None])
    named = places(view)
    found: list[Figure] = []
    for n, item in enumerate(read):
        if n and item.first <= read[n - 1].last:
            continue  # the same number once more, inside the words of the first
        last = found[-1] if found else before[-1] if before else None
        figure = _figure(item, named, last, order=len(found) + len(before))
        if figure is not None:
            found.append(figure)
    return found


def _restated(read: list[Item]) -> list[Item]:
    """Return the items, each with the end of those that only say it again or name a part of it."""
    done: list[Item] = []
    for n, item in enumerate(read):
        until, m = item.last, n + 1
        while m < len(read) and _says_again(item, until, read[m]):
            until, m = _closed(item.view, read[m].last), m + 1
        is_part = m == n + 1 < len(read) and _between(item, item.last, read[m]) in _OUT_OF
        if is_part:
            until = read[m].last
        is_base = bool(done) and done[-1].is_part
        done.append(replace(item, until=until, alone=len(read) == 1, is_part=is_part, is_base=is_base))
    return done


def _closed(view: View, last: int) -> int:
    following = view.tokens[last + 1 : last + 2]
    return last + 1 if following and following[0].text in (")", ",") else last


def _between(item: Item, last: int, other: Item) -> tuple[str, ...]:
    return tuple(item.view.tokens[n].key for n in range(last + 1, other.first))


def _says_again(item: Item, last: int, other: Item) -> bool:
    keys = _between(item, last, other)
    if keys in _IN_FAMILIES and other.counted.unit == "households":
        return item.counted.unit == "people"  # "900 people from 200 families"
    return (keys[1:] if keys[:1] == (",",) else keys) in _ASIDES


def _is_aside(item: Item) -> bool:
    """Return whether a number stands aside: again in other units, a part of another, where a rise began."""
    before = item.view.tokens[item.first - 1].key if item.first else ""
    if item.counted.unit == "households" and (before,) in _IN_FAMILIES:
        return True
    return item.counted.is_unknown or before in _ASIDE or (item.view.is_changing and before in ("from", "с"))


def _read(view: View, amount: Amount) -> Item | None:
    what = counted(view, amount)
    if what.decoy or (amount.in_words and _is_no_count(view, amount, what)):
        return None
    qualifier, first, why = _qualifier(view, amount, what)
    return Item(view, amount, what, qualifier, min(first, what.first), max(amount.last, what.last), why)


def _is_no_count(view: View, amount: Amount, what: Counted) -> bool:
    """Return whether a number word is a pronoun or a fraction: "one was killed", "two thirds"."""
    following = view.tokens[amount.last + 1].key if amount.last + 1 < len(view.tokens) else ""
    if following in ("thirds", "quarters", "third", "quarter", "fifths", "half", "трети", "четверти"):
        return True
    return amount.value == 1 and what.unit is None


def _qualifier(view: View, amount: Amount, what: Counted) -> tuple[str, int, tuple[str, ...]]:
    """Return the qualifier of a number, the token it begins at, and its words."""
    first = amount.first
    found: list[Hit] = []
    while first > 0 and (hit := _qualifier_before(view, first)) is not None:
        found.append(hit)
        first = hit.first
    name = _named(amount, found)
    if name == "exact" and (behind := _qualifier_behind(view, amount, what)) is not None:
        return behind[0], first, (f"qualifier: {behind[1]}",)
    return name, first, tuple(f"qualifier: {hit.words}" for hit in reversed(found))


def _qualifier_behind(view: View, amount: Amount, what: Counted) -> tuple[str, str] | None:
    """Return a qualifier behind its number ("5,000 or more", "5,000+", "145 other nations") and its words."""
    after = next((hit for hit in view.of_kind("after") if amount.last < hit.first <= what.last + 1), None)
    if after is not None:
        return after.value, after.words
    sign = view.tokens[amount.last + 1 : amount.last + 2]
    if sign and sign[0].text == "+" and amount.last + 2 not in view.numbered:
        return "at_least", "+"
    near = range(amount.last + 1, what.last + 2)
    other = next((h for n in near if (h := view.has(n, "qualifier")) is not None and h.value == "other"), None)
    return None if other is None else ("other", other.words)


def _qualifier_before(view: View, at: int) -> Hit | None:
    back = at - 1
    if view.tokens[back].text in "-־‑" and view.language == "he":
        back -= 1
    if view.tokens[back].key in ("a", "the", "an") and back > 0:
        back -= 1
    hits = [hit for hit in view.of_kind("qualifier") if hit.last == back]
    if view.is_changing:  # "rose from 395 to 635" sets no bound
        hits = [hit for hit in hits if hit.words.lower() not in ("до", "עד")]
    return min(hits, key=lambda hit: hit.first) if hits else None


def _named(amount: Amount, found: list[Hit]) -> str:
    if amount.is_range:
        return "between"
    names = [hit.value for hit in found]
    if amount.magnitude:
        return amount.magnitude
    strong = [name for name in names if name not in ("exact", "other", "about")]
    if strong:
        return strong[0]
    return next((name for name in ("about", "other") if name in names), "exact")


def _figure(item: Item, named: list[Place], last: Figure | None, *, order: int) -> Figure | None:
    view, amount = item.view, item.amount
    term, event, distance = _term(item)
    if item.counted.is_unknown and distance > _BESIDE:
        term, event, distance = None, None, FAR
    unit = item.counted.unit or _unit_of(term, event, has_size=bool(amount.magnitude) and not item.counted.is_unknown)
    start, end = view.tokens[item.first].start, view.tokens[item.last].end
    low, high = _bounds(item.qualifier, amount)
    figure = Figure(
        quote=view.text[start:end],
        start=start,
        end=end,
        sentence=(view.start, view.end),
        value=amount.value,
        low=low,
        high=high,
        qualifier=item.qualifier,
        unit=unit or "none",
        term=None if term is None else term.value,
        measure=None if event is None else event.value,
        language=view.language,
        why=(*item.why, *because("unit", item.counted.noun), *because("term", term), *because("event", event)),
    )
    figure = with_asylum(item, figure, event, last)
    if last is not None:
        figure = continued(figure, last, is_bare=unit is None and not item.counted.is_unknown)
    figure = with_period(item, figure)
    figure = with_places(item, figure, named)
    if last is not None:
        figure = inherited(figure, last)
    return replace(figure, weight=weight_of(figure, distance=distance, order=order, is_aside=_is_aside(item)))


def _bounds(qualifier: str, amount: Amount) -> tuple[float | None, float | None]:
    if amount.value is None:
        return amount.low, amount.high
    has_low, has_high = _BOUNDS.get(qualifier, (False, False))
    return amount.value if has_low else None, amount.value if has_high else None


def _term(item: Item) -> tuple[Hit | None, Hit | None, float]:
    """Return the term of displacement of a number, or what else befell the people counted; and how far it stands."""
    hit, distance = item.nearest(
        (h for h in item.view.of_kind("term", "weakterm", "event") if _suits(item, h)),
        FAR / 2 if item.alone else NEAR,
    )
    if hit is None:
        return None, None, FAR
    return (hit, None, distance) if hit.kind != "event" else (None, hit, distance)


def _suits(item: Item, hit: Hit) -> bool:
    if hit.kind == "event" and item.counted.unit == "buildings":
        return hit.value == "affected"
    if hit.kind == "event":
        return item.cost(hit) <= CLOSE
    if hit.kind == "term" and hit.value in HOUSING:
        return item.counted.unit in ("buildings", "households", None)
    return True


def _unit_of(term: Hit | None, event: Hit | None, *, has_size: bool) -> str | None:
    """Return what a number without a noun counts by what befell it; a mere size ("thousands fled") counts people."""
    if term is not None:
        return "buildings" if term.value in HOUSING else "people"
    return "people" if event is not None or has_size else None
