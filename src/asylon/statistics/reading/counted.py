"""What a number counts: people, households, houses, requests, states, or nothing that is asked about here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from asylon.statistics.reading.lexicon import Hit
from asylon.statistics.reading.numbers import Amount
from asylon.statistics.reading.view import View

_REACH: Final = 6
_BACK: Final = 9
_CURRENCY: Final = frozenset("$€£₪₽¥")
_ORDINAL: Final = frozenset(("st", "nd", "rd", "th", "го", "й", "я", "ый", "ая", "ое", "ом", "ой", "ых", "ми", "м"))
_STOP_KINDS: Final = ("stop", "role", "join", "event")
_PARTICIPLES: Final = frozenset(
    ("displaced", "evacuated", "relocated", "homeless", "destroyed_housing", "partially_destroyed_housing")
)
_THROUGH: Final = frozenset(("of", "the", "these", "those", "from", "their", "our", "its", "более", "из"))
_NO_PLURAL: Final = ("ss", "us", "is", "ous", "as", "ways", "'s")
_PRONOUNS: Final = frozenset(("them", "whom", "these", "those", "них", "מהם", "מהן"))
_HEADS: Final = frozenset(("number", "total", "число", "числа", "количество", "численность", "מספר"))
_PEOPLE_ENDINGS: Final = ("ers", "ors", "ians", "ists", "ants", "ees", "folks", "mates", "persons", "displacements")
_NOT_PEOPLE: Final = frozenset(
    (
        *("numbers", "shelters", "rivers", "papers", "orders", "borders", "letters", "quarters", "offers", "answers"),
        *("computers", "separators", "sectors", "factors", "doors", "floors", "errors", "containers", "trailers"),
        *("towers", "boulders", "disasters", "chapters", "powers", "matters", "covers", "boosters"),
        *("plants", "grants", "degrees", "fees", "coffees", "committees", "restaurants", "tractors", "generators"),
    )
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a number counts: a unit, or a decoy (`thing`, `measure`, `label`); its noun; where its phrase ends.

    `is_unknown` tells that a noun stands there that no list has.
    """

    unit: str | None
    first: int
    last: int
    noun: Hit | None = None
    decoy: str = ""
    is_unknown: bool = False


def counted(view: View, amount: Amount) -> Counted:
    """Return what `amount` counts; unit None where no noun tells."""
    if amount.is_share:
        return _share(view, amount)
    ways = (_by_sign, _by_label, _noun_after, _noun_before, _headed, _name)
    found = next((found for way in ways if (found := way(view, amount)) is not None), None)
    return found or Counted(None, amount.first, amount.last)


def _share(view: View, amount: Amount) -> Counted:
    """Return per cent for a fraction of people or requests ("most Russians", "half of them"), else a decoy."""
    following = range(amount.last + 1, min(amount.last + 4, len(view.tokens)))
    told = any(view.has(n, "people") or view.has(n, "unit") or view.tokens[n].key in _PRONOUNS for n in following)
    of = any(view.tokens[n].key == "of" for n in following) and any(n in view.numbered for n in following)
    if told or of:
        return Counted("percent", amount.first, amount.last)
    return Counted(None, amount.first, amount.last, decoy="label")


def _by_sign(view: View, amount: Amount) -> Counted | None:
    tokens, before, after = view.tokens, amount.first - 1, amount.last + 1
    if before >= 0 and tokens[before].text in _CURRENCY:
        return Counted("money", before, amount.last)
    if before >= 0 and tokens[before].key in ("us", "usd", "eur", "nis") and tokens[before].kind == "w":
        return Counted("money", before, amount.last)
    if after < len(tokens) and tokens[after].text in _CURRENCY:
        return Counted("money", amount.first, after)
    if after < len(tokens) and tokens[after].text == "%":
        return Counted("percent", amount.first, after)
    return None


def _by_label(view: View, amount: Amount) -> Counted | None:
    """Return a decoy: an ordinal, the number of an article, a magnitude, an age, a length, a duration."""
    tokens, before, after = view.tokens, amount.first - 1, amount.last + 1
    if before > 0 and tokens[before].text == "." and tokens[before - 1].key in ("no", "nos", "ст"):
        before -= 1
    label = Counted(None, amount.first, amount.last, decoy="label")
    if (
        before >= 0
        and view.has(before, "named") is not None
        and not amount.in_words
        and view.has(before, "qualifier") is None
    ):
        following = view.has(after, "unit")
        return label if following is None and not _is_count_of(view, before) else None
    if _is_attribute(view, amount):
        return label
    if amount.in_words:
        return _measured(view, amount, after)
    touching = after < len(tokens) and tokens[after].start == tokens[amount.last].end
    if touching and tokens[after].key in _ORDINAL:
        return label
    if touching and tokens[after].text in "-‑" and after + 1 < len(tokens) and tokens[after + 1].key in _ORDINAL:
        return label
    if _is_inside_a_name(view, amount):
        return label
    return _measured(view, amount, after)


def _is_attribute(view: View, amount: Amount) -> bool:
    """Return whether a hyphen ties the number to a word: "three-unit house", "14-year-old", "20-летний"."""
    at = amount.last + 1
    if at + 1 >= len(view.tokens) or view.language == "he" or view.tokens[at].text not in "-‑":
        return False
    tied = view.tokens[at - 1].end == view.tokens[at].start and view.tokens[at].end == view.tokens[at + 1].start
    return tied and view.tokens[at + 1].kind == "w" and view.tokens[at + 1].key not in ("people", "person")


def _name(view: View, amount: Amount) -> Counted | None:
    """Return a decoy for the number of a name: "Boeing 737"."""
    at = amount.first - 1
    digits = view.tokens[amount.first].text
    if at < 1 or amount.in_words or not digits.isdigit() or len(digits) > 3 or amount.scaled > 1:
        return None
    if view.at.get(at) or not view.tokens[at].text[:1].isupper():
        return None
    return Counted(None, amount.first, amount.last, decoy="label")


def _is_count_of(view: View, at: int) -> bool:
    return view.tokens[at].key == "number"


def _is_inside_a_name(view: View, amount: Amount) -> bool:
    """Return whether letters touch the digits: "Covid-19", "A320"; "least30,500" only lost its space."""
    tokens, at = view.tokens, amount.first
    if at == 0 or tokens[at - 1].end != tokens[at].start or view.language == "he":
        return False
    plain = tokens[at].text.isdigit() and len(tokens[at].text) < 4
    if tokens[at - 1].kind == "w":
        return plain and amount.scaled == 1
    hyphen = tokens[at - 1].text in "-‑/" and at > 1 and tokens[at - 2].end == tokens[at - 1].start
    return bool(hyphen and tokens[at - 2].kind == "w" and plain)


def _measured(view: View, amount: Amount, after: int) -> Counted | None:
    hyphen = after < len(view.tokens) and view.tokens[after].text in "-‑"
    for at in (after + 1,) if hyphen else (after, after + 1):
        hit = view.has(at, "measurement")
        if hit is None or (
            at > after
            and not hyphen
            and view.tokens[after].key not in ("square", "cubic", "more", "full", "consecutive")
        ):
            continue
        return Counted(None, amount.first, hit.last, hit, decoy="measure")
    return None


def _noun_after(view: View, amount: Amount) -> Counted | None:
    participle = False
    demonym: Hit | None = None
    at, left = _after(view, amount), _REACH
    while at < len(view.tokens) and left and at not in view.masked and at not in view.numbered:
        found = _noun_at(view, at)
        if found is not None:
            return Counted(
                found.value if found.kind == "unit" else None, amount.first, found.last, found, _decoy(found)
            )
        if _stops(view, at, participle=participle) or _is_verb(view, at, after_people=demonym is not None):
            break
        demonym = demonym or view.has(at, "people")
        term = view.has(at, "term")
        participle = participle or (term is not None and term.value in _PARTICIPLES)
        at += 1
        left -= 1
    if demonym is not None:
        return Counted("people", amount.first, demonym.last, demonym)
    return _unknown_noun(view, amount, at)


def _after(view: View, amount: Amount) -> int:
    """Return the token where the noun of a number may begin: behind "or more" and behind the number once more."""
    at = amount.last + 1
    more = view.has(at, "after")
    if more is not None:
        return more.last + 1
    if at + 1 < len(view.tokens) and view.tokens[at].text == "(" and at + 1 in view.numbered:
        closing = next((n for n in range(at + 1, min(at + 6, len(view.tokens))) if view.tokens[n].text == ")"), None)
        if closing is not None and all(n in view.numbered for n in range(at + 1, closing)):
            return closing + 1
    return at


def _unknown_noun(view: View, amount: Amount, until: int) -> Counted | None:
    """Return what an English plural that no list knows counts: people by its ending or as a name, else unknown."""
    if view.language != "en":
        return None
    for at in range(amount.last + 1, min(until, amount.last + 4)):
        token = view.tokens[at]
        is_name = token.text[:1].isupper()
        if token.kind != "w" or not token.key.endswith("s") or view.at.get(at):
            continue
        if token.key.endswith(_NO_PLURAL) and not is_name:
            continue
        is_people = is_name or (token.key.endswith(_PEOPLE_ENDINGS) and token.key not in _NOT_PEOPLE)
        return Counted("people" if is_people else None, amount.first, at, is_unknown=not is_people)
    return None


def _is_verb(view: View, at: int, *, after_people: bool) -> bool:
    """Return whether what happened begins at a token: "19,908 Syrians lodged claims", "1,212 obtained it"."""
    hit = view.has(at, "measure")
    if hit is None or any(view.has(n, "unit") for n in range(at, hit.last + 1)):
        return False
    return after_people or hit.value in ("granted", "stock", "departures", "arrivals")


def _noun_at(view: View, at: int) -> Hit | None:
    unit, thing = view.has(at, "unit"), view.has(at, "other")
    term = view.has(at, "term")
    if unit is None and term is not None and term.last - at < 2:  # "7 evacuation centres"
        thing = next((hit for n in range(at, term.last + 1) if (hit := view.has(n, "other"))), None)
    if unit is not None and unit.words.lower() in ("who", "others") and view.language == "en":
        return None
    return unit or thing


def _decoy(hit: Hit) -> str:
    return "thing" if hit.kind == "other" else ""


def _stops(view: View, at: int, *, participle: bool) -> bool:
    token = view.tokens[at]
    if token.kind == "p":
        return token.text not in ("-", "‑", "–", '"', "“", "”", "'", "’", "«", "»", "+")
    if view.has(at, "stop") is not None:
        return True
    if token.key in _THROUGH:
        return token.key == "from"
    term = view.has(at, "term")
    if term is not None and term.value not in _PARTICIPLES:
        return True
    if participle and term is None and view.has(at, "aux") is None:
        return not (view.has(at + 1, "unit") or view.has(at, "people") or view.has(at, "qualifier"))
    return any(view.has(at, kind) for kind in _STOP_KINDS)


def _noun_before(view: View, amount: Amount) -> Counted | None:
    """Return what a number counts that stands behind its noun, as in a table: "Damaged houses 800"."""
    back, crossed = amount.first - 1, 0
    while back >= 0 and amount.first - back <= _BACK:
        token = view.tokens[back]
        if token.kind == "n" or back in view.masked or token.text in ",;.()":
            return None
        unit = view.has(back, "unit")
        if unit is not None and unit.value not in ("percent", "money"):
            return Counted(unit.value, amount.first, amount.last, unit) if crossed == 0 else None
        if view.has(back, "aux") is None and view.has(back, "qualifier") is None and token.text != ":":
            crossed += 1
        back -= 1
    return None


def _headed(view: View, amount: Amount) -> Counted | None:
    """Return what "the number of …" earlier in the sentence counts, for a number without a noun of its own."""
    for head in range(amount.first - 2, -1, -1):
        if view.tokens[head].key not in _HEADS:
            continue
        for at in range(head + 1, min(head + 6, amount.first)):
            unit, people = view.has(at, "unit"), view.has(at, "people")
            if unit is not None and unit.value not in ("percent", "money"):
                return Counted(unit.value, amount.first, amount.last, unit)
            if people is not None and view.language != "en":
                return Counted("people", amount.first, amount.last, people)
            if people is not None and not view.has(at + 1, "status") and not view.has(at + 1, "unit"):
                return Counted("people", amount.first, amount.last, people)
    return None
