"""Who, where and when of a figure, from its sentence and from the figure before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from asylon.statistics.reading.figure import EVENTS, Figure
from asylon.statistics.reading.item import NEAR, Item
from asylon.statistics.reading.measures import ASYLUM
from asylon.statistics.reading.periods import When
from asylon.statistics.reading.places import FROM, HOST, NONE, SETTING, TO, WHO, Place, raw_places

_ALONE: Final = ("percent", "states", "money", "decisions")


def with_period(item: Item, figure: Figure) -> Figure:
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


def with_places(item: Item, figure: Figure, named: list[Place]) -> Figure:
    """Return a figure with nationality, origin, host and setting, each the nearest that plays this part."""
    who = _pick(item, [place for place in named if not _beyond_number(item, place)], (WHO,))
    source = _pick(item, named, (FROM,))
    host = _pick(item, named, (SETTING, TO, HOST))
    setting = host or _pick(item, named, (NONE,))
    is_asylum = _is_on_asylum(figure)
    origin = who or source
    fields: dict[str, str | None] = {"who": _iso3(who), "origin": _iso3(origin)}
    if host is None and is_asylum and setting is not None and _is_host(item, setting, origin):
        host = setting
    if host is not None and (is_asylum or host.part == TO) and figure.measure != "treaty_parties":
        fields["asylum"] = host.iso3
    elif setting is not None:
        fields["country"] = setting.iso3
    if host is not None and host.part == TO and source is None and figure.measure in ("departures", "displacement"):
        fields["measure"] = "arrivals"  # what leaves for a country arrives there
    fields["from_place"], fields["to_place"] = _raw(item, "from"), _raw(item, "to")
    why = tuple(
        f"{name}: {place.words}" for name, place in (("who", who), ("from", source), ("place", setting)) if place
    )
    return replace(figure, **fields, why=(*figure.why, *why))  # type: ignore[arg-type]


def _beyond_number(item: Item, place: Place) -> bool:
    return any(item.until < amount.first and amount.last < place.first for amount in item.view.amounts)


def _is_host(item: Item, place: Place, origin: Place | None) -> bool:
    """Return whether a country without a preposition is the host: "asked Israel for asylum", "Israel has refused"."""
    if origin is not None and place.iso3 == origin.iso3:
        return False
    asked = any(h.first <= place.first <= h.last for h in item.view.of_kind("measure"))
    following = item.view.tokens[place.last + 1 : place.last + 2]
    opens = all(n in item.view.masked or item.view.has(n, "role") for n in range(place.first))
    return asked or (opens and bool(following) and following[0].text not in ":,")


def _iso3(place: Place | None) -> str | None:
    return None if place is None else place.iso3


def _is_on_asylum(figure: Figure) -> bool:
    return figure.status != "none" or (
        figure.measure in ASYLUM and figure.unit not in ("households", "buildings", "money")
    )


def _pick(item: Item, named: list[Place], parts: tuple[str, ...]) -> Place | None:
    return min((p for p in named if p.part in parts), key=lambda place: item.cost(place), default=None)


def _raw(item: Item, role: str) -> str | None:
    spans = [(item.view.cost(a, b, item.first, item.last), a, b) for a, b in raw_places(item.view, role)]
    spans = [span for span in spans if span[0] <= NEAR]
    if not spans:
        return None
    _, first, last = min(spans)
    return item.view.text[item.view.tokens[first].start : item.view.tokens[last].end]


def continued(figure: Figure, last: Figure, *, is_bare: bool) -> Figure:
    """Take unit, measure and status from the figure before where the sentence goes on without saying them again."""
    if last.sentence != figure.sentence or last.unit in _ALONE or figure.unit in _ALONE:
        return figure
    changes: dict[str, object] = {}
    if is_bare and figure.measure in (None, last.measure) and figure.term is None:
        changes.update(unit=last.unit, term=last.term)
    if figure.measure is None and figure.term is None:
        changes.update(measure=last.measure, status=last.status if figure.status == "none" else figure.status)
    elif figure.measure == last.measure and not any(words.startswith("status") for words in figure.why):
        changes["status"] = last.status
    return told(figure, changes)


def inherited(figure: Figure, last: Figure) -> Figure:
    """Fill who, where and when from the figure before it, as a reader does."""
    if figure.unit in ("states", "money"):
        return figure
    about_asylum = figure.measure in ASYLUM and last.measure in (ASYLUM | {"share"})
    if last.sentence != figure.sentence and figure.origin not in (None, last.origin):
        return figure  # of other people, perhaps elsewhere
    if last.sentence != figure.sentence and figure.asylum not in (None, last.asylum):
        return figure  # another country: who and when may be others, too
    if not about_asylum and (last.sentence != figure.sentence or figure.measure in EVENTS):
        return figure
    names = ("asylum",) if about_asylum else ()
    if figure.origin is None:
        names = ("who", "origin", *names)
    changes: dict[str, object] = {name: getattr(last, name) for name in names if getattr(figure, name) is None}
    if figure.period is None:
        changes["period"] = last.period
    return told(figure, changes)


def told(figure: Figure, changes: dict[str, object], source: str = "as before") -> Figure:
    """Return a figure with fields taken from elsewhere, and the note of where each came from."""
    news = tuple(
        f"{name}: {source}" for name, value in changes.items() if value not in (None, "none", getattr(figure, name))
    )
    return replace(figure, **changes, why=(*figure.why, *news))  # type: ignore[arg-type]
