"""What a figure measures on asylum: requests, grants, refusals, stocks, shares, and of which status."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from asylon.statistics.reading.figure import Figure
from asylon.statistics.reading.item import CLOSE, Item, because
from asylon.statistics.reading.lexicon import Hit

_BESIDE: Final = 4.0
_SENTENCE: Final = 60.0
ASYLUM: Final = frozenset(
    ("applications", "recognised", "granted", "rejected", "closed", "pending", "stock", "arrivals", "departures")
)


def with_asylum(item: Item, figure: Figure, event: Hit | None, last: Figure | None) -> Figure:
    """Add measure and status of a figure on asylum, or the measure that its term stands for."""
    if figure.unit == "percent":
        return _with_share(item, figure, last)
    if figure.unit == "states":
        treaty = next((h for h in item.view.of_kind("measure") if h.value == "treaty_parties"), None)
        measure = None if treaty is None else "treaty_parties"
        return replace(figure, measure=measure, why=(*figure.why, *because("measure", treaty)))
    if event is not None or figure.unit == "money":
        return figure
    status = _status(item)
    hit, _ = item.nearest(h for h in item.view.of_kind("measure") if _may_measure(item, h))
    measure = None if hit is None else hit.value
    if figure.unit == "applications":
        hit, measure = _of_requests(item)
    if figure.unit == "none" and hit is not None and measure in ASYLUM and not item.counted.is_unknown:
        figure = replace(figure, unit=_unit_by_measure(item, hit, last))
    same = last is not None and last.sentence == figure.sentence and last.status != "none" and not item.is_base
    before = last.status if same and last is not None else None
    measure, value = _settled(measure, before if status is None else status.value, figure)
    return replace(
        figure, measure=measure, status=value, why=(*figure.why, *because("measure", hit), *because("status", status))
    )


def _behind_comma(item: Item, hit: Hit) -> bool:
    """Return whether a comma stands between a number and a later status: that is then of the number after it."""
    return any(item.view.tokens[n].text in ",;" for n in range(item.last + 1, hit.first))


def _unit_by_measure(item: Item, hit: Hit, last: Figure | None) -> str:
    """Return what a number without a noun counts: requests where the measure says so, or as the number before it."""
    noun = item.view.has(hit.first, "unit")
    if noun is not None and noun.value == "applications":
        return "applications"
    goes_on = last is not None and last.sentence == (item.view.start, item.view.end) and last.measure in ASYLUM
    return last.unit if goes_on and last is not None and last.unit == "applications" else "people"


def _of_requests(item: Item) -> tuple[Hit | None, str | None]:
    """Return what befell requests, else that they were made; neither for cases of which nothing is said."""
    ends = (h for h in item.view.of_kind("measure") if h.value in ("rejected", "pending", "closed"))
    hit, _ = item.nearest(ends, CLOSE)
    if hit is not None:
        return hit, hit.value
    noun = item.counted.noun
    if noun is None:
        return None, None
    made = (h for h in item.view.of_kind("measure") if h.value == "applications")
    hit = next((h for h in made if h.first <= noun.last and noun.first <= h.last), None)
    return hit, None if hit is None else hit.value


def _with_share(item: Item, figure: Figure, last: Figure | None) -> Figure:
    """Return a figure of per cent with what it is a share of: an outcome, a rise or fall, else just a share."""
    hit = _changed(item)
    if hit is None:
        outcomes = ("recognised", "granted", "rejected", "closed", "pending")
        # "Most of those who …, 2022-2025, were refused": a word for a share may wait long for its verb.
        reach = CLOSE if figure.value is not None else _SENTENCE
        hit, _ = item.nearest((h for h in item.view.of_kind("measure") if h.value in outcomes), reach)
    status = _status(item)
    goes_on = last is not None and last.sentence == figure.sentence and last.unit == "percent"
    before = last.measure if goes_on and last is not None and last.measure != "change" else "share"
    return replace(
        figure,
        measure=before if hit is None else hit.value,
        status="none" if status is None else status.value,
        why=(*figure.why, *because("measure", hit), *because("status", status)),
    )


def _changed(item: Item) -> Hit | None:
    """Return the rise or fall that a figure of per cent is the size of; a level ("from 58 to 9 per cent") is none."""
    before = item.view.tokens[item.first - 1].key if item.first else ""
    if before in ("from", "to", "с", "до"):
        return None
    hit, _ = item.nearest((h for h in item.view.of_kind("measure") if h.value == "change"), _BESIDE)
    return hit


def _status(item: Item) -> Hit | None:
    """Return the status nearest to a number; none where two stand together: "refugee status and temporary asylum"."""
    hits = list(item.view.of_kind("status"))
    near = [hit for hit in hits if not _behind_comma(item, hit)]
    status, _ = item.nearest(near, 10.0)
    if status is None:
        status, _ = item.nearest(hits, 10.0)
    if status is None:
        return None
    for other in hits:
        left, right = sorted((status, other), key=lambda hit: hit.first)
        between = {item.view.tokens[n].key for n in range(left.last + 1, right.first)}
        if other.value != status.value and between and between <= {"and", "or", "plus", "и", "или", "+", ","}:
            return None
    return status


def _may_measure(item: Item, hit: Hit) -> bool:
    if hit.value == "departures" and hit.last == item.first - 1 and item.view.language == "en":
        return False  # "leaving 150 people without shelter"
    if hit.value == "stock" and hit.words.lower() in ("had", "have", "has"):
        return not any(item.view.has(hit.last + n, kind) for n in (1, 2, 3) for kind in ("measure", "term", "weakterm"))
    return hit.value not in ("share", "change", "treaty_parties")


def _settled(measure: str | None, status: str | None, figure: Figure) -> tuple[str | None, str]:
    """Return measure and status as they go together: refugee status that is granted is recognition."""
    if measure == "granted" and status is None:
        measure = None
    if measure == "protected":
        measure = "granted"
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
