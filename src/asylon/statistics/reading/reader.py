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
_BESIDE: Final = 3.0  # for a noun that no list knows
_CLOSE: Final = 8.0  # for what befell people: the next number of a list has its own
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
    until: int = 0  # the last token of what only says it again: "2,400 families or 7,900 people"
    alone: bool = False


def read_figures(text: str, *, language: str | None = None) -> tuple[Figure, ...]:
    """Return the figures of a text in order; empty where it has none.

    A figure counts people, households, buildings, applications, decisions, states, per cent or money, or stands
    without a noun (unit "none"). Dates, ages, times, lengths, telephone numbers, and counts of other things are
    not figures. `language` is en, ru or he; left out, each sentence is read in the language of its letters.
    """
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
    return _told(figure, {"country": country}, "named elsewhere in the text")


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


def _restated(read: list[_Read]) -> list[_Read]:
    """Return the items, each with the end of the items that only restate it."""
    done: list[_Read] = []
    for n, item in enumerate(read):
        until, m = item.last, n + 1
        while m < len(read) and _says_again(item.view, until, read[m].first):
            until, m = _closed(item.view, read[m].last), m + 1
        done.append(replace(item, until=until, alone=len(read) == 1))
    return done


def _closed(view: View, last: int) -> int:
    following = view.tokens[last + 1 : last + 2]
    return last + 1 if following and following[0].text == ")" else last


def _says_again(view: View, last: int, first: int) -> bool:
    keys = [view.tokens[n].key for n in range(last + 1, first)]
    return keys in (["or"], [",", "or"], ["("], [",", "("], ["или"], ["או"])


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
    changing = any(hit.kind == "measure" and hit.value == "change" for hit in view.hits)
    hits = [hit for hit in view.of_kind("qualifier") if hit.last == back]
    if changing:  # "rose from 395 to 635" sets no bound
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


def _figure(item: _Read, named: list[Place], last: Figure | None, *, order: int) -> Figure | None:
    view, amount = item.view, item.amount
    term, event, distance = _term(item)
    if item.counted.is_unknown and distance > _BESIDE:
        term, event, distance = None, None, FAR
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
    figure = _with_asylum(item, figure, event, last)
    if last is not None:
        figure = _continued(figure, last, is_bare=unit is None and not item.counted.is_unknown)
    figure = _with_period(item, figure)
    figure = _with_places(item, figure, named)
    if last is not None:
        figure = _inherited(figure, last)
    is_aside = item.first > 0 and view.tokens[item.first - 1].text in ("(", "or")
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
        return 1.5  # inside its own phrase: "1,100 displaced families"
    weak = 3.0 if isinstance(hit, Hit) and hit.kind == "weakterm" else 0.0
    return item.view.cost(hit.first, hit.last, item.first, item.until) + weak


def _nearest(item: _Read, hits: Iterable[Hit], limit: float = _NEAR) -> tuple[Hit | None, float]:
    best, least = None, FAR
    for hit in hits:
        cost = _cost(item, hit)
        if cost < least:
            best, least = hit, cost
    return (best, least) if least <= limit else (None, FAR)


def _term(item: _Read) -> tuple[Hit | None, Hit | None, float]:
    """Return the term of displacement of a number, or what else befell the people counted; and how far it stands."""
    hit, distance = _nearest(
        item,
        (h for h in item.view.of_kind("term", "weakterm", "event") if _suits(item, h)),
        FAR / 2 if item.alone else _NEAR,
    )
    if hit is None:
        return None, None, FAR
    return (hit, None, distance) if hit.kind != "event" else (None, hit, distance)


def _suits(item: _Read, hit: Hit) -> bool:
    if hit.kind == "event":
        return _cost(item, hit) <= _CLOSE
    if hit.kind == "term" and hit.value in HOUSING:
        return item.counted.unit in ("buildings", "households", None)
    return True


def _unit_of(term: Hit | None, event: Hit | None, amount: Amount) -> str | None:
    if term is not None:
        return "buildings" if term.value in HOUSING else "people"
    return "people" if event is not None or amount.magnitude else None


def _with_asylum(item: _Read, figure: Figure, event: Hit | None, last: Figure | None) -> Figure:
    """Add measure and status of a figure on asylum, or the measure that its term stands for."""
    if figure.unit == "percent":
        return _with_share(item, figure)
    if figure.unit == "states":
        treaty = next((h for h in item.view.of_kind("measure") if h.value == "treaty_parties"), None)
        measure = None if treaty is None else "treaty_parties"
        return replace(figure, measure=measure, why=(*figure.why, *_because("measure", treaty)))
    if event is not None or figure.unit == "money":
        return figure
    status = _status(item)
    hit, _ = _nearest(item, (h for h in item.view.of_kind("measure") if _may_measure(item, h)))
    measure = None if hit is None else hit.value
    if figure.unit == "applications" and measure not in ("rejected", "pending", "closed"):
        measure = "applications"
    if figure.unit == "none" and hit is not None and measure in _ASYLUM and not item.counted.is_unknown:
        figure = replace(figure, unit=_unit_by_measure(item, hit, last))
    same = last is not None and last.sentence == figure.sentence and last.status != "none"
    before = last.status if same and last is not None else None
    measure, value = _settled(measure, before if status is None else status.value, figure)
    return replace(
        figure, measure=measure, status=value, why=(*figure.why, *_because("measure", hit), *_because("status", status))
    )


def _unit_by_measure(item: _Read, hit: Hit, last: Figure | None) -> str:
    """Return what a number without a noun counts: requests where the measure says so, or as the number before it."""
    noun = item.view.has(hit.first, "unit")
    if noun is not None and noun.value == "applications":
        return "applications"
    goes_on = last is not None and last.sentence == (item.view.start, item.view.end) and last.measure in _ASYLUM
    return last.unit if goes_on and last is not None and last.unit == "applications" else "people"


def _with_share(item: _Read, figure: Figure) -> Figure:
    hit, _ = _nearest(item, (h for h in item.view.of_kind("measure") if h.value in ("share", "change")), FAR)
    status = _status(item)
    why = (*figure.why, *_because("measure", hit), *_because("status", status))
    return replace(
        figure,
        measure="share" if hit is None else hit.value,
        status="none" if status is None else status.value,
        why=why,
    )


def _status(item: _Read) -> Hit | None:
    """Return the status nearest to a number; none where two stand together: "refugee status and temporary asylum"."""
    hits = list(item.view.of_kind("status"))
    status, _ = _nearest(item, hits, 10.0)
    if status is None:
        return None
    for other in hits:
        left, right = sorted((status, other), key=lambda hit: hit.first)
        between = {item.view.tokens[n].key for n in range(left.last + 1, right.first)}
        if other.value != status.value and between and between <= {"and", "or", "plus", "и", "или", "+", ","}:
            return None
    return status


def _may_measure(item: _Read, hit: Hit) -> bool:
    if hit.value == "departures" and hit.last == item.first - 1 and item.view.language == "en":
        return False  # "leaving 150 people without shelter"
    if hit.value == "stock" and hit.words.lower() in ("had", "have", "has"):
        return not any(item.view.has(hit.last + n, kind) for n in (1, 2, 3) for kind in ("measure", "term", "weakterm"))
    return hit.value not in ("share", "change", "treaty_parties")


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
    is_asylum = _is_on_asylum(figure)
    origin = who or source
    fields: dict[str, str | None] = {"who": _iso3(who), "origin": _iso3(origin)}
    if host is None and is_asylum and setting is not None and (origin is None or setting.iso3 != origin.iso3):
        host = setting  # "asked Israel for asylum"
    if host is not None and (is_asylum or host.part == TO) and figure.measure != "treaty_parties":
        fields["asylum"] = host.iso3
    elif setting is not None:
        fields["country"] = setting.iso3
    if host is not None and host.part == TO and source is None and figure.measure == "departures":
        fields["measure"] = "arrivals"  # what leaves for a country arrives there
    fields["from_place"], fields["to_place"] = _raw(item, "from"), _raw(item, "to")
    why = tuple(
        f"{name}: {place.words}" for name, place in (("who", who), ("from", source), ("place", setting)) if place
    )
    return replace(figure, **fields, why=(*figure.why, *why))  # type: ignore[arg-type]


def _iso3(place: Place | None) -> str | None:
    return None if place is None else place.iso3


def _is_on_asylum(figure: Figure) -> bool:
    return figure.status != "none" or (
        figure.measure in _ASYLUM and figure.unit not in ("households", "buildings", "money")
    )


def _pick(item: _Read, named: list[Place], parts: tuple[str, ...]) -> Place | None:
    return min((p for p in named if p.part in parts), key=lambda place: _cost(item, place), default=None)


def _raw(item: _Read, role: str) -> str | None:
    spans = [(item.view.cost(a, b, item.first, item.last), a, b) for a, b in raw_places(item.view, role)]
    spans = [span for span in spans if span[0] <= _NEAR]
    if not spans:
        return None
    _, first, last = min(spans)
    return item.view.text[item.view.tokens[first].start : item.view.tokens[last].end]


def _continued(figure: Figure, last: Figure, *, is_bare: bool) -> Figure:
    """Take unit, measure and status from the figure before where the sentence goes on without saying them again."""
    if (
        last.sentence != figure.sentence
        or last.unit in ("percent", "states", "money")
        or figure.unit in ("percent", "states", "money")
    ):
        return figure
    changes: dict[str, object] = {}
    if is_bare and figure.measure in (None, last.measure) and figure.term is None:
        changes.update(unit=last.unit, term=last.term)
    if figure.measure is None and figure.term is None:
        changes.update(measure=last.measure, status=last.status)
    elif figure.measure == last.measure and not any(words.startswith("status") for words in figure.why):
        changes["status"] = last.status
    return _told(figure, changes)


def _inherited(figure: Figure, last: Figure) -> Figure:
    """Fill who, where and when from the figure before it, as a reader does."""
    if figure.unit in ("states", "money"):
        return figure
    about_asylum = figure.measure in _ASYLUM and last.measure in (*_ASYLUM, "share")
    if not about_asylum and (last.sentence != figure.sentence or figure.measure in EVENTS):
        return figure
    names = ("asylum",) if about_asylum else ()
    if figure.origin is None:
        names = ("who", "origin", *names)
    changes: dict[str, object] = {name: getattr(last, name) for name in names if getattr(figure, name) is None}
    if figure.period is None:
        changes["period"] = last.period
    return _told(figure, changes)


def _told(figure: Figure, changes: dict[str, object], source: str = "as before") -> Figure:
    news = tuple(
        f"{name}: {source}" for name, value in changes.items() if value not in (None, "none", getattr(figure, name))
    )
    return replace(figure, **changes, why=(*figure.why, *news))  # type: ignore[arg-type]
