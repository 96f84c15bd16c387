"""From text to figures: each number that counts people, homes, requests or states, with what the words say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from asylon.statistics.reading.counted import Counted, counted
from asylon.statistics.reading.figure import EVENTS, HOUSING, Figure
from asylon.statistics.reading.lexicon import Hit
from asylon.statistics.reading.numbers import Amount
from asylon.statistics.reading.periods import When
from asylon.statistics.reading.places import FROM, HOST, SETTING, TO, WHO, Place, places, raw_places
from asylon.statistics.reading.ranking import weight_of
from asylon.statistics.reading.tokens import language_of, sentences
from asylon.statistics.reading.view import FAR, View

_NEAR: Final = 14.0
_ASYLUM: Final = (
    "applications",
    "recognised",
    "granted",
    "rejected",
    "closed",
    "pending",
    "stock",
    "arrivals",
    "departures",
)
_BOUNDS: Final = {
    "exact": (True, True),
    "at_least": (True, False),
    "more_than": (True, False),
    "nearly": (False, True),
    "up_to": (False, True),
    "at_most": (False, True),
    "less_than": (False, True),
    "other": (True, True),
}


@dataclass(frozen=True, slots=True)
class _Read:
    """A number on its way to a figure."""

    view: View
    amount: Amount
    counted: Counted
    qualifier: str
    first: int
    last: int
    why: tuple[str, ...]


def read_figures(text: str, *, language: str | None = None) -> tuple[Figure, ...]:
    """Return the figures of a text in order; empty where it has none.

    A figure counts people, households, buildings, applications, decisions, states, per cent or money, or stands
    without a noun (unit "none"). Dates, ages, times, lengths, telephone numbers, and counts of other things are
    not figures. `language` is en, ru or he; left out, each sentence is read in the language of its letters.
    """
    found: list[Figure] = []
    for start, end in sentences(text):
        view = View(text, start, end, language or language_of(text[start:end]))
        found.extend(_figures(view, found))
    return tuple(found)


def _figures(view: View, before: list[Figure]) -> list[Figure]:
    read = [item for amount in view.amounts if (item := _read(view, amount)) is not None]
    named = places(view)
    found: list[Figure] = []
    for item in read:
        last = found[-1] if found else before[-1] if before else None
        figure = _figure(item, named, last, order=len(found) + len(before))
        if figure is not None:
            found.append(figure)
    return found


def _read(view: View, amount: Amount) -> _Read | None:
    what = counted(view, amount)
    if what.decoy or (amount.in_words and _is_no_count(view, amount, what)):
        return None
    qualifier, first, why = _qualifier(view, amount, what)
    return _Read(view, amount, what, qualifier, min(first, what.first), max(amount.last, what.last), why)


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
    after = next((h for h in view.of_kind("after") if amount.last < h.first <= what.last + 1), None)
    if name == "exact" and after is not None:
        return after.value, first, (f"qualifier: {after.words}",)
    if name == "exact" and view.tokens[amount.last + 1 : amount.last + 2] and view.tokens[amount.last + 1].text == "+":
        return "at_least", first, ("qualifier: +",)
    if name == "exact" and any(
        h.kind == "qualifier" and h.value == "other"
        for n in range(amount.last + 1, what.last + 1)
        for h in view.at.get(n, ())
    ):
        return "other", first, ("qualifier: other",)
    return name, first, tuple(f"qualifier: {hit.words}" for hit in reversed(found))


def _qualifier_before(view: View, at: int) -> Hit | None:
    back = at - 1
    if view.tokens[back].text in "-־‑" and view.language == "he":
        back -= 1
    if view.tokens[back].key in ("a", "the", "an") and back > 0:
        back -= 1
    hits = [hit for hit in view.of_kind("qualifier") if hit.last == back]
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


def _figure(item: _Read, named: list[Place], last: Figure | None, *, order: int) -> Figure | None:
    view, amount = item.view, item.amount
    term, event, distance = _term(item)
    unit = item.counted.unit or _unit_of(term, event, amount)
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
        why=(*item.why, *_because("unit", item.counted.noun), *_because("term", term), *_because("event", event)),
    )
    figure = _with_asylum(item, figure, event)
    figure = _with_period(item, figure)
    figure = _with_places(item, figure, named)
    figure = _inherited(figure, last, is_bare=unit is None)
    is_aside = item.first > 0 and view.tokens[item.first - 1].text == "("
    return replace(figure, weight=weight_of(figure, distance=distance, order=order, is_aside=is_aside))


def _because(field: str, hit: Hit | None) -> tuple[str, ...]:
    return () if hit is None else (f"{field}: {hit.words}",)


def _bounds(qualifier: str, amount: Amount) -> tuple[float | None, float | None]:
    if amount.value is None:
        return amount.low, amount.high
    has_low, has_high = _BOUNDS.get(qualifier, (False, False))
    return amount.value if has_low else None, amount.value if has_high else None


def _cost(item: _Read, hit: Hit | Place) -> float:
    if item.amount.last < hit.first and hit.last <= item.last:
        return 0.5  # inside its own phrase: "1,100 displaced families"
    return item.view.cost(hit.first, hit.last, item.first, item.last)


def _nearest(item: _Read, hits: Iterable[Hit], limit: float = _NEAR) -> tuple[Hit | None, float]:
    best, least = None, FAR
    for hit in hits:
        cost = _cost(item, hit)
        if cost < least:
            best, least = hit, cost
    return (best, least) if least <= limit else (None, FAR)


def _term(item: _Read) -> tuple[Hit | None, Hit | None, float]:
    """Return the term of displacement of a number, or what else befell the people counted; and how far it stands."""
    hit, distance = _nearest(item, (h for h in item.view.of_kind("term", "event") if _suits(item, h)))
    if hit is None:
        return None, None, FAR
    return (hit, None, distance) if hit.kind == "term" else (None, hit, distance)


def _suits(item: _Read, hit: Hit) -> bool:
    if hit.kind == "term" and hit.value in HOUSING:
        return item.counted.unit in ("buildings", "households", None)
    return True


def _unit_of(term: Hit | None, event: Hit | None, amount: Amount) -> str | None:
    if term is not None:
        return "buildings" if term.value in HOUSING else "people"
    return "people" if event is not None else None


def _with_asylum(item: _Read, figure: Figure, event: Hit | None) -> Figure:
    """Add measure and status of a figure on asylum, or the measure that its term stands for."""
    view = item.view
    status, _ = _nearest(item, view.of_kind("status"), 10.0)
    hit, _ = _nearest(
        item, (h for h in view.of_kind("measure") if h.value not in ("share", "change", "treaty_parties"))
    )
    measure = None if hit is None else hit.value
    if figure.unit == "percent":
        special, _ = _nearest(item, (h for h in view.of_kind("measure") if h.value in ("share", "change")), FAR)
        return replace(figure, measure="share" if special is None else special.value)
    if figure.unit == "states":
        treaty = next(iter(h for h in view.of_kind("measure") if h.value == "treaty_parties"), None)
        return replace(
            figure,
            measure=None if treaty is None else "treaty_parties",
            why=(*figure.why, *_because("measure", treaty)),
        )
    if event is not None:
        return figure
    if figure.unit == "applications":
        measure = measure if measure in ("rejected", "pending", "closed") else "applications"
    measure, value = _settled(measure, None if status is None else status.value, figure)
    why = (*figure.why, *_because("measure", hit), *_because("status", status))
    return replace(figure, measure=measure, status=value, why=why)


def _settled(measure: str | None, status: str | None, figure: Figure) -> tuple[str | None, str]:
    """Return measure and status as they go together: refugee status that is granted is recognition."""
    if measure == "granted" and status is None:
        measure = None
    if measure == "granted" and status == "refugee_status":
        measure = "recognised"
    if measure == "recognised" and status is None:
        status = "refugee_status"
    if measure == "applications" and status is None:
        status = "asylum"
    if figure.term is not None and measure not in ("applications", "recognised", "granted", "rejected", "pending"):
        measure = (
            "idps"
            if measure == "idps"
            else "departures"
            if measure == "departures" and figure.term == "forced_to_flee"
            else "displacement"
        )
    return measure, status or "none"


def _with_period(item: _Read, figure: Figure) -> Figure:
    """Add the period nearest to a figure in its sentence."""
    best: tuple[float, When] | None = None
    for when in item.view.whens:
        first, last = item.view.token_at(when.start), item.view.token_at(when.end) - 1
        cost = item.view.cost(first, last, item.first, item.last)
        if best is None or cost < best[0]:
            best = (cost, when)
    if best is None:
        return figure
    return replace(figure, period=best[1].period, why=(*figure.why, f"period: {best[1].period.words}"))


def _with_places(item: _Read, figure: Figure, named: list[Place]) -> Figure:
    who = _pick(item, named, (WHO,))
    source = _pick(item, named, (FROM,))
    host = _pick(item, named, (SETTING, TO, HOST))
    setting = host or _pick(item, named, ("none",))
    is_asylum = (
        figure.measure in _ASYLUM
        and figure.unit in ("people", "applications", "none", "decisions", "percent")
        or figure.status != "none"
    )
    origin = who or source
    fields: dict[str, str | None] = {"who": who and who.iso3, "origin": origin and origin.iso3}
    if host is not None and (is_asylum or host.part == TO) and figure.measure != "treaty_parties":
        fields["asylum"] = host.iso3
    elif setting is not None:
        fields["country"] = setting.iso3
    fields["from_place"], fields["to_place"] = _raw(item, "from"), _raw(item, "to")
    why = tuple(
        f"{name}: {place.words}" for name, place in (("who", who), ("from", source), ("place", setting)) if place
    )
    return replace(figure, **fields, why=(*figure.why, *why))  # type: ignore[arg-type]


def _pick(item: _Read, named: list[Place], parts: tuple[str, ...]) -> Place | None:
    return min((p for p in named if p.part in parts), key=lambda place: _cost(item, place), default=None)


def _raw(item: _Read, role: str) -> str | None:
    spans = [(item.view.cost(a, b, item.first, item.last), a, b) for a, b in raw_places(item.view, role)]
    spans = [span for span in spans if span[0] <= _NEAR]
    if not spans:
        return None
    _, first, last = min(spans)
    return item.view.text[item.view.tokens[first].start : item.view.tokens[last].end]


def _inherited(figure: Figure, last: Figure | None, *, is_bare: bool) -> Figure:
    """Fill what a figure leaves unsaid from the figure before it, as a reader does."""
    if last is None or figure.measure in ("treaty_parties",) or figure.unit in ("states", "money"):
        return figure
    same = last.sentence == figure.sentence
    changes: dict[str, object] = {}
    if is_bare and same and figure.measure in (None, last.measure):
        changes.update(unit=last.unit, measure=last.measure, term=last.term, status=last.status)
    about_asylum = (figure.measure or changes.get("measure")) in _ASYLUM and last.measure in (*_ASYLUM, "share")
    if about_asylum or (same and figure.measure not in EVENTS):
        names = ("who", "origin", "asylum") if about_asylum else ("who", "origin")
        if figure.origin is not None:
            names = ("asylum",) if about_asylum else ()
        changes.update({name: getattr(last, name) for name in names if getattr(figure, name) is None})
        if figure.period is None:
            changes["period"] = last.period
    told = tuple(f"{name}: as before" for name, value in changes.items() if value is not None)
    return replace(figure, **changes, why=(*figure.why, *told))  # type: ignore[arg-type]
