"""Who, from where, to where: countries and nationalities of a sentence with the part that each plays in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from asylon.statistics.reading.lexicon import Hit
from asylon.statistics.reading.view import View

WHO, HOST, TO, FROM, SETTING, NONE = "who", "host", "to", "from", "in", "none"
_LOCATIVE: Final = ("е", "и", "ах", "ях")
_BY_LETTER: Final = {"ב": SETTING, "ל": TO, "מ": FROM}
_SKIPPED: Final = frozenset(
    (
        *(
            "the",
            "northern",
            "southern",
            "eastern",
            "western",
            "central",
            "neighbouring",
            "neighboring",
            "north",
            "south",
        ),
        *(
            "east",
            "west",
            "home",
            "their",
            "country",
            "homeland",
            "capital",
            "ha",
            "страну",
            "соседнюю",
            "את",
            "-",
            "־",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A country, or several in a list ("RUS,BLR"), at tokens `first` to `last`, and its part in the sentence."""

    iso3: str
    part: str
    first: int
    last: int
    words: str


def places(view: View) -> list[Place]:
    """Return the countries and nationalities of a sentence in order, each with its part."""
    found: list[Place] = []
    for hit in view.of_kind("place", "people"):
        if _is_shadowed(view, hit):
            continue
        place = _placed(view, hit)
        if place.part == NONE and any(other.part == HOST for other in found) and _before_number(view, hit):
            place = replace(place, part=HOST)  # "Turkey hosts 3.6 million refugees, and Germany 700,000"
        if found and found[-1].part == place.part != NONE and _is_listed(view, found[-1], place):
            place = _together(found.pop(), place)
        found.append(place)
    return found


def _before_number(view: View, hit: Hit) -> bool:
    at = hit.last + 1
    return at in view.numbered or view.has(at, "qualifier") is not None


def _is_listed(view: View, left: Place, right: Place) -> bool:
    between = {view.tokens[n].key for n in range(left.last + 1, right.first)}
    linked = view.tokens[right.first].key[:1] == "ו" if view.language == "he" and not between else bool(between)
    return linked and between <= {",", "and", "и", "or", "или"} and right.iso3 not in left.iso3


def _together(left: Place, right: Place) -> Place:
    """Return two countries of a list as one place, "RUS,BLR": what is said of them is said of both together."""
    return Place(f"{left.iso3},{right.iso3}", left.part, left.first, right.last, f"{left.words}, {right.words}")


def _is_shadowed(view: View, hit: Hit) -> bool:
    if view.tokens[hit.last + 1 : hit.last + 2] and view.tokens[hit.last + 1].text == "$":
        return True
    # "South Sudan" is not Sudan, and a word that is both a country and a people is the country.
    return any(_shadows(other, hit) for other in view.hits if other.first <= hit.first and other.last >= hit.last)


def _shadows(other: Hit, hit: Hit) -> bool:
    longer = (other.last - other.first) > (hit.last - hit.first)
    if other.kind in ("place", "people"):
        return longer or (other.kind == "place" and hit.kind == "people")
    return other.kind == "org"


def _placed(view: View, hit: Hit) -> Place:
    part = _part_of_people(view, hit) if hit.kind == "people" else _part_of_country(view, hit)
    return Place(hit.value, part, hit.first, hit.last, hit.words)


def _role_after(view: View, at: int, value: str) -> bool:
    return any(hit.kind == "role" and hit.value == value for n in (at, at + 1) for hit in view.at.get(n, ()))


def _part_of_people(view: View, hit: Hit) -> str:
    if not _role_after(view, hit.last + 1, "authority"):
        return WHO
    # "Israeli authorities", "МВД России": the state speaks, it is not about its people.
    return HOST


def _part_of_country(view: View, hit: Hit) -> str:
    if hit.prefix:
        part = next((_BY_LETTER[letter] for letter in reversed(hit.prefix) if letter in _BY_LETTER), NONE)
        if part != NONE:
            return part
    before = _role_before(view, hit)
    if before == "of":
        return WHO
    if before is not None:
        return _of_case(view, hit, before)
    if any(
        role.kind == "role" and role.value == "host"
        for n in range(hit.last + 1, hit.last + 3)
        for role in view.at.get(n, ())
    ):
        return HOST
    if any(role.kind == "role" and role.value == "authority" for role in view.at.get(hit.first - 1, ())):
        return HOST
    return NONE


def _role_before(view: View, hit: Hit) -> str | None:
    back = hit.first - 1
    for _ in range(4):
        if back < 0:
            return None
        roles = [h for h in view.hits if h.kind == "role" and h.last == back and h.value in ("in", "to", "from", "of")]
        if roles:
            longest = min(roles, key=lambda role: role.first)
            return _of_people(view, longest) if longest.value == "of" else longest.value
        token = view.tokens[back]
        if token.key not in _SKIPPED:
            return _listed(view, hit, back)
        back -= 1
    return None


def _listed(view: View, hit: Hit, back: int) -> str | None:
    """Return the role of the country named just before in a list: "from Syria, Sudan and Eritrea"."""
    if view.tokens[back].text not in (",", "and", "и", "или", "or"):
        return None
    before = [h for h in view.of_kind("place") if h.last < hit.first and back - h.last <= 1]
    return _role_before(view, before[-1]) if before else None


def _of_people(view: View, role: Hit) -> str | None:
    """Return "of" only after people: "citizens of Russia", not "the government of Israel"."""
    if view.language != "en":
        return "of"
    at = role.first - 1
    if at >= 0 and (view.ends(at, "unit") is not None or view.tokens[at].key in ("citizens", "nationals")):
        return "of"
    return None


def _of_case(view: View, hit: Hit, role: str) -> str:
    """Return the part of a country after a preposition; Russian "в" says in or to by the case of the name."""
    if view.language != "ru" or role != "in":
        return {"in": SETTING, "to": TO, "from": FROM}[role]
    name = view.tokens[hit.last].key
    if name.endswith(_LOCATIVE):
        return SETTING
    moving = any(h.kind == "measure" and h.value == "arrivals" for h in view.hits)
    changes = name[-1:] in ("ю", "у", "ь", "н", "й", "т")
    return TO if changes or moving else SETTING


def raw_places(view: View, role: str) -> Iterator[tuple[int, int]]:
    """Return the tokens of the words after "from" or "to" that name a place: a run of words with capitals."""
    for hit in view.of_kind("role"):
        if hit.value != role:
            continue
        first = hit.last + 1
        while first < len(view.tokens) and view.tokens[first].key in (
            "the",
            "northern",
            "eastern",
            "western",
            "southern",
        ):
            first += 1
        last = first
        while last < len(view.tokens) and _is_name(view, last, first):
            last += 1
        if last > first:
            yield first, last - 1


def _is_name(view: View, at: int, first: int) -> bool:
    token = view.tokens[at]
    if at in view.masked:
        return False
    if token.text == "-" and at > first:
        return at + 1 < len(view.tokens) and view.tokens[at + 1].text[:1].isupper()
    return token.kind == "w" and token.text[:1].isupper()
