"""UNHCR's Refugee Statistics interface (api.unhcr.org/population/v1), asked so that it cannot mislead.

It answers a misspelt parameter, a single year bound or a code of the other code system with plausible
rows, so only known parameters are sent, both bounds and the code system always, and the rows are held
against what was asked. It has no key and states no limit on requests.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.http import LATER, Fetcher, Parameters, SourceError, source_error

BASE = "https://api.unhcr.org/population/v1"
ROWS_A_PAGE = 10_000  # some 3 MB; the interface itself sets no limit
ROUNDS = 3  # how often a fetch begins again because the data changed under it
PAIR = ("coo_name", "coo", "coo_iso", "coa_name", "coa", "coa_iso")
NUMBERING = frozenset({"coo_id", "coa_id", "0"})  # UNHCR's inner numbers, left out of its own tables too
KEEP = "the release you have stays; report this, the program must learn the new form"
_BANDS = ("0_4", "5_11", "12_17", "18_59", "60", "other", "total")
_COUNT = re.compile(r"-?\d{1,15}(?:\.0+)?")
_ISO3 = re.compile(r"[A-Z][A-Z0-9]{2}")  # AB9, Abyei, is among UNHCR's

Progress = Callable[[int, int], None]  # pages that are here, pages in all
Row = dict[str, Any]
Page = dict[str, Any]  # "items", "maxPages", "total"
Pages = MutableMapping[str, Page]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of data: its address, its columns after year and pair, the parameters it always needs."""

    path: str
    texts: tuple[str, ...]
    counts: tuple[str, ...]
    always: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """Return the columns of its table in order, as the tables of UNHCR's `refugees` package have them."""
        texts = dict.fromkeys((*PAIR, *self.texts), pl.String)
        return {"year": pl.Int16, **texts, **dict.fromkeys(self.counts, pl.Int64)}

    @property
    def key(self) -> tuple[str, ...]:
        """Return the columns of which no two rows may share all values."""
        return ("year", "coo", "coo_iso", "coa", "coa_iso", *self.texts)


ENDPOINTS: Mapping[str, Endpoint] = {
    "asylum_applications": Endpoint(
        "asylum-applications", ("procedure_type", "app_type", "dec_level", "app_pc"), ("applied",)
    ),
    "asylum_decisions": Endpoint(
        "asylum-decisions",
        ("procedure_type", "dec_level", "dec_pc"),
        ("dec_recognized", "dec_other", "dec_rejected", "dec_closed", "dec_total"),
    ),
    "population": Endpoint(
        "population",
        (),
        (
            *("refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps"),
            *("stateless", "ooc", "oip", "hst"),
        ),
    ),
    "solutions": Endpoint("solutions", (), ("returned_refugees", "resettlement", "naturalisation", "returned_idps")),
    "demographics": Endpoint(
        "demographics",
        ("pop_type", "location", "loc_type", "acc_type"),
        (*(f"f_{band}" for band in _BANDS), *(f"m_{band}" for band in _BANDS), "total"),
        dict.fromkeys(("ptype_show", "locationDescription_show", "locationUR_show", "locationAccType_show"), "1"),
    ),
    "idmc": Endpoint("idmc", (), ("total",)),
    "unrwa": Endpoint("unrwa", (), ("total",)),
}
# Lists without years: the columns asked for and what they are called here.
LISTS: Mapping[str, Mapping[str, str]] = {
    "countries": {
        "iso": "iso_code",
        "code": "unhcr_code",
        "name": "name",
        "majorArea": "major_area",
        "region": "region",
    },
    "footnotes": {name: name for name in ("year", "coo_iso", "coa_iso", "population_type", "footnote")},
}
ASKED = ("yearFrom", "yearTo", "coo", "coa")  # what a caller may ask for; the rest is sent by itself


def fetch_table(
    table: str,
    fetcher: Fetcher,
    params: Mapping[str, str | int | Sequence[str]],
    *,
    pages: Pages | None = None,
    progress: Progress | None = None,
    rows_a_page: int = ROWS_A_PAGE,
) -> pl.DataFrame:
    """Return the table of `ENDPOINTS` that UNHCR publishes now, one row per year, pair and kind.

    `params` must hold `yearFrom` and `yearTo` (both included) and may hold `coo` and `coa`: ISO3 codes of
    origin and asylum, without which every country gets rows of its own. Columns as in UNHCR's package
    `refugees`: year Int16, counts Int64 in persons or cases as the row's own code says; null is "not
    applicable or not collected", never zero; the code "NA" stays text. Empty where UNHCR has no row.
    Pages go through `pages` (a folder of pages, say): an interrupted fetch given it again goes on where
    it stopped. Raises StatisticsError: unknown table, parameter or code, a changed form (naming the
    column), an answer to another question, data that kept changing, or what `Fetcher` raises.
    """
    endpoint = _known(table, ENDPOINTS, "table")
    asked = _checked(table, endpoint, params)

    def read() -> pl.DataFrame:
        found = _walk(endpoint.path, fetcher, asked, pages, progress, rows_a_page)
        return _checked_rows(endpoint, asked, pl.concat([_frame(endpoint, items) for items in found]))

    return _once_still(endpoint.path, pages, read)


def fetch_list(name: str, fetcher: Fetcher) -> pl.DataFrame:
    """Return a list of `LISTS` ("countries", "footnotes"), all columns text, blanks as null.

    Years of footnotes are free text ("2015 - 2018, 2020"). Raises StatisticsError like `fetch_table`.
    """
    columns = _known(name, LISTS, "list")

    def read() -> pl.DataFrame:
        found = _walk(name, fetcher, {"cf_type": "ISO"}, None, None, ROWS_A_PAGE)
        items = [item for page in found for item in page]
        for column in columns:
            if any(column not in item for item in items):
                raise _changed_form(name, column, "is missing")
        texts = {new: [_text(item[old]) for item in items] for old, new in columns.items()}
        return pl.DataFrame(texts, schema=dict.fromkeys(columns.values(), pl.String))

    return _once_still(name, None, read)


def covered_years(rows: pl.DataFrame) -> tuple[int, int] | None:
    """Return the first and last year that has a row; None without rows.

    UNHCR's own list of years names years that have no data yet, so it is not asked.
    """
    first, last = rows["year"].min(), rows["year"].max()
    return (first, last) if isinstance(first, int) and isinstance(last, int) else None


# ---------------------------------------------------------------- the question


def _known(name: str, among: Mapping[str, Thing], kind: str) -> Thing:
    if name not in among:
        raise StatisticsError.single("UNHCR", f"there is no {kind} {name!r}", _meant(name, among))
    return among[name]


def _checked(table: str, endpoint: Endpoint, params: Mapping[str, Any]) -> dict[str, str]:
    """Return all parameters of the request but the page, in one order."""
    for name in params:
        if name not in ASKED:
            raise StatisticsError.single(table, f"UNHCR has no parameter {name!r} here", _meant(name, ASKED))
    asked = {**_years(table, params), "cf_type": "ISO", **endpoint.always}
    for side in ("coo", "coa"):
        codes = [params[side]] if isinstance(params.get(side), str) else list(params.get(side, ()))
        for code in codes:
            if not _ISO3.fullmatch(code):
                remedy = "write the three capital letters of ISO 3166, such as ISR"
                raise StatisticsError.single(table, f"{side} {code!r} is no country code", remedy)
        asked |= {side: ",".join(sorted(set(codes)))} if codes else {f"{side}_all": "true"}
    return asked


def _years(table: str, params: Mapping[str, Any]) -> dict[str, str]:
    years = [params.get(name) for name in ("yearFrom", "yearTo")]
    try:
        first, last = (int(year) for year in years if year is not None)
    except (TypeError, ValueError) as error:
        problem = "a first and a last year are needed, as UNHCR ignores one alone"
        raise StatisticsError.single(table, problem, "give both yearFrom and yearTo") from error
    if not 1900 <= first <= last <= 2100:
        raise StatisticsError.single(table, f"{first} to {last} is no span of years", "give the earlier year first")
    return {"yearFrom": str(first), "yearTo": str(last)}


def _meant(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word.lower(), [name.lower() for name in known], n=1)
    names = [name for name in known if name.lower() in close] or list(known)
    return f"did you mean {names[0]}?" if close else f"write one of {', '.join(names)}"


# ---------------------------------------------------------------- pages


class _ChangedError(Exception):
    """The data changed while they were fetched: what is there does not fit together."""


def _once_still(path: str, kept: Pages | None, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return what `read` reads once the data keep still under it; gives up after `ROUNDS` times."""
    for _ in range(ROUNDS):
        try:
            return read()
        except _ChangedError as error:
            changed = error
            if kept is not None:
                _forget(kept, path)
    raise source_error(path, f"{changed}, {ROUNDS} times in a row", LATER, temporary=True)


def _walk(
    path: str, fetcher: Fetcher, asked: Mapping[str, str], kept: Pages | None, progress: Progress | None, limit: int
) -> Iterator[list[Row]]:
    """Yield the rows page by page; the first is asked anew, so that kept pages of older data are noticed."""
    mark = hashlib.sha256(json.dumps([limit, sorted(asked.items())]).encode()).hexdigest()[:12]
    first = _page(path, fetcher, {**asked, "limit": limit, "page": 1})
    count, name = first["maxPages"], f"{path}-{mark}-00001"
    if kept is not None and kept.get(name) != first:
        _forget(kept, path)
        kept[name] = first
    for number in range(1, max(count, 1) + 1):
        name = f"{path}-{mark}-{number:05}"
        page = first if number == 1 else kept.get(name) if kept is not None else None
        if page is None:
            page = _page(path, fetcher, {**asked, "limit": limit, "page": number})
            if kept is not None:
                kept[name] = page
        if (page["maxPages"], page["total"]) != (count, first["total"]):
            raise _ChangedError("the data changed during the download")
        if number < count and len(page["items"]) != len(first["items"]):
            raise _ChangedError(f"page {number} was cut short")
        if progress:
            progress(number, max(count, 1))
        yield page["items"]


def _forget(kept: Pages, path: str) -> None:
    for name in [name for name in kept if name.startswith(f"{path}-")]:
        del kept[name]


def _page(path: str, fetcher: Fetcher, params: Parameters) -> Page:
    answer = fetcher.get_json(f"{BASE}/{path}/", params)
    for name in ("items", "maxPages"):
        if not isinstance(answer, dict) or name not in answer:
            raise _changed_form(path, name, "is missing from the answer")
    items, count = answer["items"], _whole(answer["maxPages"])
    if count is None:
        raise _changed_form(path, "maxPages", "is no number")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _changed_form(path, "items", "is no list of rows")
    return {"items": items, "maxPages": count, "total": answer.get("total")}


def _whole(value: Any) -> int | None:
    try:
        return _count(value)
    except ValueError:
        return None


# ---------------------------------------------------------------- rows


def _frame(endpoint: Endpoint, items: list[Row]) -> pl.DataFrame:
    wanted = set(endpoint.schema)
    for item in items:
        if different := (item.keys() - NUMBERING) ^ wanted:
            column = min(different)
            raise _changed_form(endpoint.path, column, "is new" if column in item else "is missing")
    columns: dict[str, list[Any]] = {}
    for name, kind in endpoint.schema.items():
        read = _text if kind == pl.String else _count
        try:
            columns[name] = [read(item[name]) for item in items]
        except ValueError as error:
            raise _changed_form(endpoint.path, name, f"holds {error}, which is no count") from error
    return pl.DataFrame(columns, schema=endpoint.schema, strict=False)


def _text(value: Any) -> str | None:
    """Return a name or code without the blanks UNHCR leaves around some; null where it is blank or "-"."""
    text = "" if value is None else str(value).strip()
    return None if text in ("", "-") else text


def _count(value: Any) -> int | None:
    """Return a count; null for "-", "NA" and nothing, which mean not applicable or not collected."""
    text = "" if value is None else str(value).strip()
    if text in ("", "-", "NA"):
        return None
    if isinstance(value, bool) or not _COUNT.fullmatch(text):
        raise ValueError(repr(value)[:40])
    return int(text.partition(".")[0])


def _checked_rows(endpoint: Endpoint, asked: Mapping[str, str], rows: pl.DataFrame) -> pl.DataFrame:
    """Return `rows`, seen to answer the question that was asked, each of them once."""
    years = rows["year"].is_between(int(asked["yearFrom"]), int(asked["yearTo"]))
    wrong = {"year": rows.filter(~years.fill_null(value=False))["year"]}
    for side in ("coo", "coa"):
        if side in asked:
            codes = rows[f"{side}_iso"].fill_null("")
            wrong[f"{side}_iso"] = codes.filter(~codes.is_in(asked[side].split(",")))
    for column, values in wrong.items():
        if len(values):
            problem = f"rows of {column} {values[0]!r} came, which were not asked for"
            raise source_error(endpoint.path, problem, KEEP)
    repeated = rows.filter(rows.select(endpoint.key).is_duplicated())
    if repeated.height:
        year, origin, asylum = repeated.select("year", "coo", "coa").row(0)
        raise _ChangedError(f"a row came twice ({origin} in {asylum}, {year})")
    return rows


def _changed_form(path: str, column: str, problem: str) -> SourceError:
    return source_error(path, f"the column {column!r} {problem}", KEEP)
