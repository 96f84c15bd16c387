"""Eurostat's yearly asylum tables: its dissemination interface (JSON-stat 2.0) and its downloaded files.

Applications are `migr_asyappctza`, first-instance decisions `migr_asydcfsta`. Both count persons.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.http import LATER, Fetcher, SourceError, parse_json, source_error
from asylon.statistics.jsonstat import KEEP, read_jsonstat

BASE = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data"
ROUNDED_TO = 5  # every count is rounded to the nearest multiple, so 10 stands for 8 to 12 and 0 for 0 to 2
CELLS = 400_000  # asked for at a time: above 500,000 Eurostat answers later instead of now, above 5 million never
ROUNDS = 3  # how often a fetch begins again because the table was updated under it
DATASETS: Mapping[str, tuple[str, ...]] = {
    "migr_asyappctza": ("freq", "unit", "citizen", "sex", "applicant", "age", "geo", "time"),
    "migr_asydcfsta": ("freq", "unit", "citizen", "sex", "age", "decision", "geo", "time"),
}
TOTALS: Mapping[str, Sequence[str]] = {"freq": ("A",), "unit": ("PER",), "sex": ("T",), "age": ("TOTAL",)}
# The countries that report, in Eurostat's own letters: EL is Greece, UK the United Kingdom (to 2019).
COUNTRIES = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IS"),
    *("IT", "LI", "LT", "LU", "LV", "ME", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "UK"),
)
AGGREGATES = ("EU27_2020",)
OTHER_LETTERS = {"GR": "EL", "GB": "UK"}
FLAGS: Mapping[str, str] = {
    "b": "break in the series",
    "c": "confidential",
    "d": "definition differs",
    "e": "estimated",
    "f": "forecast",
    "i": "see the notes",
    "n": "not significant",
    "p": "provisional",
    "r": "revised",
    "s": "estimated by Eurostat",
    "u": "of low reliability",
    "z": "not applicable",
}
# How many codes a dimension may have when it is not filtered; only the size of a request hangs on it.
_AT_MOST = {"citizen": 260, "sex": 4, "applicant": 6, "age": 20, "decision": 16}

Kept = MutableMapping[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """One request: these countries, these years."""

    geo: tuple[str, ...]
    years: tuple[int, ...]

    def halves(self) -> tuple[Piece, Piece] | None:
        """Return two smaller requests that ask the same together; None for one country and one year."""
        if len(self.geo) > 1:
            middle = len(self.geo) // 2
            return Piece(self.geo[:middle], self.years), Piece(self.geo[middle:], self.years)
        if len(self.years) > 1:
            middle = len(self.years) // 2
            return Piece(self.geo, self.years[:middle]), Piece(self.geo, self.years[middle:])
        return None


def fetch_table(
    dataset: str,
    fetcher: Fetcher,
    years: tuple[int, int],
    *,
    geo: Sequence[str] = COUNTRIES,
    filters: Mapping[str, Sequence[str]] = TOTALS,
    kept: Kept | None = None,
    progress: Progress | None = None,
    cells: int = CELLS,
) -> pl.DataFrame:
    """Return what Eurostat publishes now in a table of `DATASETS`, one row per cell that it names.

    Columns: the dimensions in Eurostat's order as its codes (`time` as a year, Int16), `value` in persons
    rounded to `ROUNDED_TO` (Int64; null is "not available", a missing row is no statement) and `flag`
    (letters of `FLAGS`, null without one). `years` are the first and the last. `filters` chooses codes of
    the other dimensions; a dimension it does not name comes whole. The request is split to stay under
    `cells`, and further where Eurostat asks for that; answers go through `kept`, so an interrupted fetch
    goes on. Raises StatisticsError: unknown dataset, dimension or country, a changed form, a table that
    kept being updated, one country's year that is too large, or what `Fetcher` raises.
    """
    pieces = _pieces(dataset, years, geo, filters, cells)
    for _ in range(ROUNDS):
        updates, parts = set(), []
        for answer in _ask(dataset, fetcher, pieces, filters, kept, progress):
            if answer:
                updates.add(answer.get("updated"))
                parts.append(read_jsonstat(answer, dataset, DATASETS[dataset]))
        if len(updates) <= 1:
            return _asked_rows(dataset, parts, years, geo)
        if kept is not None:
            for name in [name for name in kept if name.startswith(f"{dataset}-")]:
                del kept[name]
    raise source_error(dataset, "Eurostat updates this table just now", LATER, temporary=True)


# ---------------------------------------------------------------- the question


def _pieces(
    dataset: str, years: tuple[int, int], geo: Sequence[str], filters: Mapping[str, Sequence[str]], cells: int
) -> list[Piece]:
    """Return the requests that together ask the question, each of at most `cells` cells, once it is seen to be one."""
    dimensions = DATASETS.get(dataset)
    if dimensions is None:
        raise StatisticsError.single("Eurostat", f"there is no dataset {dataset!r} here", _meant(dataset, DATASETS))
    others = [name for name in dimensions if name not in ("geo", "time")]
    for name in filters:
        if name not in others:
            raise StatisticsError.single(dataset, f"there is no dimension {name!r} to filter", _meant(name, others))
    _check_countries(dataset, geo)
    if not 1985 <= years[0] <= years[1] <= 2100:
        problem = f"{years[0]} to {years[1]} is no span of years"
        raise StatisticsError.single(dataset, problem, "give the earlier year first")
    each = math.prod(len(filters.get(name, ())) or _AT_MOST.get(name, 1) for name in others)
    room = max(cells // each, 1)  # countries times years
    span = range(years[0], years[1] + 1)
    together = max(room // len(span), 1)
    return [
        Piece(tuple(geo[at : at + together]), tuple(span[first : first + room]))
        for at in range(0, len(geo), together)
        for first in range(0, len(span), room)
    ]


def _check_countries(dataset: str, geo: Sequence[str]) -> None:
    if not geo or isinstance(geo, str):
        raise StatisticsError.single(dataset, "no countries are given", "give a list such as ['DE', 'EL']")
    for code in geo:
        if code not in COUNTRIES and code not in AGGREGATES:
            known = (*COUNTRIES, *AGGREGATES)
            right = OTHER_LETTERS.get(code)
            remedy = f"did you mean {right}?" if right else f"write one of {', '.join(known)}"
            raise StatisticsError.single(dataset, f"Eurostat has no country {code!r}", remedy)


def _meant(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f"did you mean {close[0]}?" if close else f"write one of {', '.join(known)}"


# ---------------------------------------------------------------- the answers


def _ask(
    dataset: str,
    fetcher: Fetcher,
    pieces: Sequence[Piece],
    filters: Mapping[str, Sequence[str]],
    kept: Kept | None,
    progress: Progress | None,
) -> Iterator[dict[str, Any]]:
    """Yield an answer for each piece, or for the smaller pieces it had to be cut into; empty where there is no row."""
    waiting, done = list(pieces), 0
    while waiting:
        piece = waiting.pop(0)
        asked = {"format": "JSON", "lang": "EN", **filters, "geo": piece.geo, "time": [str(y) for y in piece.years]}
        name = f"{dataset}-{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:20]}"
        answer = kept.get(name) if kept is not None else None
        if answer is None:
            answer = _answer(dataset, fetcher, asked)
        if answer is None:
            halves = piece.halves()
            if halves is None:
                problem = f"one year of {piece.geo[0]} is too large for one answer"
                raise source_error(dataset, problem, "choose fewer codes of citizen, sex or age")
            waiting[:0] = halves
            continue
        if kept is not None:
            kept[name] = answer
        done += 1
        if progress:
            progress(done, done + len(waiting))
        yield answer


def _answer(dataset: str, fetcher: Fetcher, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer, empty where Eurostat has no row; None where it says the request is too large."""
    try:
        answer = fetcher.get_json(f"{BASE}/{dataset}", asked)
    except SourceError as error:
        said = _said(error.body)
        if error.status == 413:
            return None
        if "no results" in said.lower().replace("_", " "):
            return {}
        if said and error.status == 404:
            raise source_error(dataset, f"Eurostat does not have this ({said})", KEEP) from error
        if said and not error.temporary:
            raise source_error(dataset, f"Eurostat refuses the request ({said})", "check what is asked") from error
        raise
    if not isinstance(answer, dict):
        raise source_error(dataset, "the answer is no table", KEEP)
    if "value" in answer:
        return answer
    said = _label(answer)
    if "ASYNCHRONOUS" in said:
        return None
    raise source_error(dataset, f"Eurostat gives no table ({said})", LATER, temporary=True)


def _said(body: bytes) -> str:
    """Return what Eurostat says is wrong, from JSON or from XML; empty where it says nothing."""
    text = body.decode("utf-8", "replace")
    if "<faultstring>" in text:
        return text.partition("<faultstring>")[2].partition("<")[0][:200]
    try:
        return _label(parse_json(body, ""))
    except SourceError:
        return ""


def _label(answer: Any) -> str:
    """Return the label of the first error or warning: written as one, or as a list of them."""
    for name in ("error", "warning"):
        found = answer.get(name) if isinstance(answer, dict) else None
        found = found[0] if isinstance(found, list) and found else found
        if isinstance(found, dict):
            return str(found.get("label", ""))[:200]
    return ""


def _asked_rows(
    dataset: str, parts: Sequence[pl.DataFrame], years: tuple[int, int], geo: Sequence[str]
) -> pl.DataFrame:
    """Return the rows of all parts, seen to be of the countries and years asked for."""
    schema = {**dict.fromkeys(DATASETS[dataset], pl.String), "time": pl.Int16, "value": pl.Int64, "flag": pl.String}
    rows = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    strange = rows.filter(~pl.col("geo").is_in(list(geo)) | ~pl.col("time").is_between(*years))
    if strange.height:
        place, year = strange.select("geo", "time").row(0)
        raise source_error(dataset, f"a row of {place}, {year} came, which was not asked for", KEEP)
    return rows
