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
_NAMED: Final = frozenset(
    (
        *(
            "no",
            "number",
            "nos",
            "article",
            "section",
            "chapter",
            "page",
            "resolution",
            "magnitude",
            "aged",
            "age",
            "#",
        ),
        *("route", "highway", "paragraph", "rule", "title", "level", "category", "№", "статья", "статьи", "ст", "n°"),
        *("גיל", "בן", "בת", "סעיף", "возраст", "возрасте", "m", "sh-4"),
    )
)
_STOP_KINDS: Final = ("role", "join", "event")
_PARTICIPLES: Final = (
    "displaced",
    "evacuated",
    "relocated",
    "homeless",
    "destroyed_housing",
    "partially_destroyed_housing",
)
_THROUGH: Final = frozenset(("of", "the", "these", "those", "from", "their", "our", "its", "более", "из"))
_PRONOUNS: Final = frozenset(("them", "whom", "which", "них", "מהם"))
_VERBS: Final = frozenset(
    (
        *("were", "was", "are", "is", "have", "has", "had", "will", "would", "could", "may", "might", "remain", "do"),
        *("remained", "fled", "left", "moved", "arrived", "came", "went", "stayed", "returned", "lost", "died", "took"),
        *("were", "received", "applied", "living", "staying", "headed", "sought", "who", "that", "which", "there"),
        *("был", "была", "было", "были", "получили", "уехали", "покинули", "היו", "קיבלו", "עזבו", "הגיעו", "so", "as"),
        *("by", "because", "after", "before", "when", "while", "since", "until", "with", "without", "or", "и", "или"),
    )
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a number counts: a unit, or a decoy (`thing`, `measure`, `label`); its noun; where its phrase ends."""

    unit: str | None
    first: int
    last: int
    noun: Hit | None = None
    decoy: str = ""
    before: bool = False


def counted(view: View, amount: Amount) -> Counted:
    """Return what `amount` counts; unit None where no noun tells."""
    at_once = _by_sign(view, amount) or _by_label(view, amount)
    if at_once is not None:
        return at_once
    after = _noun_after(view, amount)
    if after is not None:
        return after
    before = _noun_before(view, amount)
    return before or Counted(None, amount.first, amount.last)


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
    label = Counted(None, amount.first, amount.last, decoy="label")
    if before >= 0 and tokens[before].key in _NAMED and not amount.in_words and view.has(before, "qualifier") is None:
        following = view.has(after, "unit")
        return label if following is None and not _is_count_of(view, before) else None
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


def _is_count_of(view: View, at: int) -> bool:
    return view.tokens[at].key == "number"


def _is_inside_a_name(view: View, amount: Amount) -> bool:
    """Return whether letters touch the digits: "Covid-19", "A320"; "least140,000" only lost its space."""
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
    at, left = amount.last + 1, _REACH
    while at < len(view.tokens) and left and not _stops(view, at, participle=participle):
        found = _noun_at(view, at)
        if found is not None:
            return Counted(
                found.value if found.kind == "unit" else None, amount.first, found.last, found, _decoy(found)
            )
        demonym = demonym or view.has(at, "people")
        term = view.has(at, "term")
        participle = participle or (term is not None and term.value in _PARTICIPLES)
        at += 1
        left -= 1
    if demonym is not None:
        return Counted("people", amount.first, demonym.last, demonym)
    return None


def _noun_at(view: View, at: int) -> Hit | None:
    unit, thing = view.has(at, "unit"), view.has(at, "other")
    if unit is not None and unit.words.lower() in ("who", "others") and view.language == "en":
        return None
    return unit or thing


def _decoy(hit: Hit) -> str:
    return "thing" if hit.kind == "other" else ""


def _stops(view: View, at: int, *, participle: bool) -> bool:
    token = view.tokens[at]
    if token.kind == "n" or at in view.masked:
        return True
    if token.kind == "p":
        return token.text not in ("-", "‑", "–", '"', "“", "”", "'", "’", "«", "»", "+")
    if view.has(at, "unit") or view.has(at, "other"):
        return False
    if token.key in _VERBS:
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
    """Return what a number at the end counts: "number of displaced families is estimated to be 349", "Damaged houses 800"."""
    back, crossed = amount.first - 1, 0
    while back >= 0 and amount.first - back <= _BACK:
        token = view.tokens[back]
        if token.kind == "n" or back in view.masked or token.text in ",;.()":
            return None
        unit = view.has(back, "unit")
        if unit is not None and unit.value not in ("percent", "money"):
            headed = any(
                view.tokens[n].key in ("number", "total", "число", "количество", "численность", "מספר")
                for n in range(max(0, back - 4), back)
            )
            table = crossed == 0
            if headed or table:
                return Counted(unit.value, back, amount.last, unit, before=True)
            return None
        if view.has(back, "aux") is None and view.has(back, "qualifier") is None and token.text != ":":
            crossed += 1
        back -= 1
    return None
