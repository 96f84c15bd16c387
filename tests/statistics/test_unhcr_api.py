"""UNHCR's interface, played from recorded rows: paging, what is asked, what is refused, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.http import Kept, SourceError
from asylon.statistics.unhcr_api import ENDPOINTS, covered_years, fetch_list, fetch_table
from tests.shared import shared
from tests.statistics.wire import Reply, Wire, answer, recorded

ROWS = recorded("unhcr.json")
EVER = {"yearFrom": 1951, "yearTo": 2026}


def unhcr(path: str, asked: dict[str, str]) -> Reply:
    """Answer as the interface does, its silences included: a misspelt parameter or a lone bound is passed over."""
    rows = ROWS[path.strip("/").rpartition("/")[2]]
    if "yearFrom" in asked and "yearTo" in asked:
        rows = [row for row in rows if int(asked["yearFrom"]) <= row["year"] <= int(asked["yearTo"])]
    system = "_iso" if asked.get("cf_type") == "ISO" else ""
    for side in ("coo", "coa"):
        if side in asked and f"{side}_all" not in asked:
            rows = [row for row in rows if row[f"{side}{system}"] in asked[side].split(",")]
    limit, page = int(asked["limit"]), int(asked["page"])
    items = rows[(page - 1) * limit : page * limit]
    return answer({"page": page, "short-url": "x", "maxPages": -(-len(rows) // limit), "total": [], "items": items})


def changed(change: Callable[[dict[str, Any], dict[str, str]], object]) -> Wire:
    """A wire on which `change` rewrites each answer."""

    def reply(path: str, asked: dict[str, str]) -> Reply:
        whole = unhcr(path, asked)
        assert not isinstance(whole, Exception)
        body = json.loads(whole.body)
        change(body, asked)
        return answer(body)

    return Wire(reply)


def fetch(wire: Wire, table: str = "asylum_applications", **how: Any) -> pl.DataFrame:
    return fetch_table(table, wire.fetcher(), how.pop("params", EVER), rows_a_page=how.pop("rows_a_page", 3), **how)


def problem(wire: Wire, table: str = "asylum_applications", **how: Any) -> str:
    with pytest.raises(StatisticsError) as error:
        fetch(wire, table, **how)
    assert len(error.value.faults) == 1
    return str(error.value)


# ---------------------------------------------------------------- tables


def test_follows_all_pages() -> None:
    wire, steps = Wire(unhcr), []
    table = fetch(wire, progress=lambda done, of: steps.append((done, of)))
    assert table.height == len(ROWS["asylum-applications"])
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [asked["page"] for asked in wire.asked] == ["1", "2", "3", "4"]
    russians = table.filter(coo_iso="RUS", coa_iso="ISR").sort("year")
    assert russians["applied"].to_list() == [395, 635, 2772, 4477]


def test_types_codes_and_what_is_not_known() -> None:
    table = fetch(Wire(unhcr), "asylum_decisions")
    assert table.schema["year"] == pl.Int16
    assert table.schema["dec_total"] == pl.Int64
    odd = table.filter(dec_level="NA").row(0, named=True)  # the code "NA" is text
    assert (odd["dec_recognized"], odd["dec_other"], odd["dec_rejected"], odd["dec_closed"]) == (10, None, None, None)
    assert table.filter(year=2020)["dec_recognized"].to_list() == [0]  # zero is not "not known"
    assert fetch(Wire(unhcr)).filter(coo_iso="UNK")["coo_name"].to_list() == ["Unknown"]


@pytest.mark.parametrize("table", ["asylum_applications", "asylum_decisions", "population", "solutions"])
def test_columns_are_those_of_the_package(table: str) -> None:
    package = pl.read_parquet_schema(shared() / "data" / "unhcr" / f"{table}.parquet")
    assert list(fetch(Wire(unhcr), table).schema.items()) == list(package.items())


@pytest.mark.parametrize("table", ["demographics", "idmc", "unrwa"])
def test_the_other_tables_have_the_columns_of_the_package(table: str) -> None:
    package = pl.read_parquet_schema(shared() / "data" / "unhcr" / f"{table}.parquet")
    assert list(ENDPOINTS[table].schema.items()) == list(package.items())


def test_a_whole_table_of_the_package_comes_back_as_it_was() -> None:
    table = pl.read_parquet(shared() / "data" / "unhcr" / "solutions.parquet").head(5_000)
    cell = {None: "-", 0: "0"}
    rows = [
        {name: cell.get(value, value) for name, value in row.items()} | {"coo_id": 1, "coa_id": 2}
        for row in table.iter_rows(named=True)
    ]

    def reply(path: str, asked: dict[str, str]) -> Reply:
        at, limit = int(asked["page"]) - 1, int(asked["limit"])
        pages = -(-len(rows) // limit)
        return answer({"maxPages": pages, "total": [], "items": rows[at * limit : (at + 1) * limit]})

    assert fetch(Wire(reply), "solutions", rows_a_page=1_000).equals(table)


def test_years_come_from_the_rows() -> None:
    table = fetch(Wire(unhcr))
    assert covered_years(table) == (2016, 2025)  # asked to 2026
    empty = fetch(Wire(unhcr), params={"yearFrom": 2026, "yearTo": 2027})
    assert empty.schema == table.schema
    assert covered_years(empty) is None


def test_lists() -> None:
    countries = fetch_list("countries", Wire(unhcr).fetcher())
    assert countries.filter(unhcr_code="AUS")["iso_code"].to_list() == ["AUT"]
    assert countries.filter(unhcr_code="CRB").row(0) == (None, "CRB", "CRB", None, None)
    notes = fetch_list("footnotes", Wire(unhcr).fetcher())
    assert notes.select("year", "coo_iso", "coa_iso").row(0) == ("2015 - 2018, 2020", None, "DEU")
    with pytest.raises(StatisticsError, match="did you mean countries"):
        fetch_list("country", Wire(unhcr).fetcher())


# ---------------------------------------------------------------- the question


def test_both_bounds_and_the_code_system_are_always_sent() -> None:
    wire = Wire(unhcr)
    fetch(wire, params={**EVER, "coo": ["RUS", "BLR", "RUS"]})
    for asked in wire.asked:
        del asked["page"], asked["limit"]
        expected = {"yearFrom": "1951", "yearTo": "2026", "cf_type": "ISO", "coo": "BLR,RUS", "coa_all": "true"}
        assert asked == expected


def test_aus_is_australia() -> None:
    table = fetch(Wire(unhcr), params={**EVER, "coa": "AUS"})
    assert table["coa_name"].to_list() == ["Australia"]


def test_demographics_are_asked_by_kind_and_place() -> None:
    wire = Wire(lambda path, asked: answer({"maxPages": 0, "items": [], "total": []}))
    assert fetch(wire, "demographics").height == 0
    assert wire.asked[0]["ptype_show"] == wire.asked[0]["locationAccType_show"] == "1"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"yearFrom": 2015}, "give both yearFrom and yearTo"),
        ({}, "give both yearFrom and yearTo"),
        ({"yearFrom": 2020, "yearTo": 2015}, "2020 to 2015 is no span"),
        ({"yearFrom": "x", "yearTo": 2015}, "give both"),
        ({**EVER, "year": 2015}, "no parameter 'year'"),
        ({**EVER, "cooo": "RUS"}, "did you mean coo?"),
        ({**EVER, "yearto": 2015}, "did you mean yearTo?"),
        ({**EVER, "limit": 5}, "no parameter 'limit'"),
        ({**EVER, "coo": "rus"}, "coo 'rus' is no country code"),
        ({**EVER, "coa": ["IL"]}, "coa 'IL' is no country code"),
        ({**EVER, "coa": "ISR,RUS"}, "is no country code"),
    ],
)
def test_questions_refused_before_anything_is_asked(params: dict[str, Any], said: str) -> None:
    wire = Wire(unhcr)
    assert said in problem(wire, params=params)
    assert wire.requests == []


def test_an_unknown_table_is_refused() -> None:
    assert "did you mean asylum_decisions?" in problem(Wire(unhcr), "asylum_decision")


# ---------------------------------------------------------------- answers to another question


def test_rows_of_other_countries_are_refused() -> None:
    """What happens when the code system is passed over: AUS is Austria."""
    wire = Wire(lambda path, asked: unhcr(path, {name: value for name, value in asked.items() if name != "cf_type"}))
    assert "rows of coa_iso 'AUT' came, which were not asked for" in problem(wire, params={**EVER, "coa": "AUS"})


def test_rows_of_other_years_are_refused() -> None:
    wire = Wire(lambda path, asked: unhcr(path, {name: value for name, value in asked.items() if name != "yearTo"}))
    assert "rows of year 2016 came" in problem(wire, params={"yearFrom": 2019, "yearTo": 2019})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.pop("applied"), "'applied' is missing"),
        (lambda row: row.update(withdrawn=5), "'withdrawn' is new"),
        (lambda row: row.update(applied="many"), "'applied' holds 'many', which is no count"),
        (lambda row: row.update(applied=2.5), "'applied' holds 2.5"),
        (lambda row: row.update(applied=True), "'applied' holds True"),
        (lambda row: row.update(year="2016-17"), "'year' holds"),
    ],
)
def test_a_changed_form_names_the_column(change: Callable[[dict[str, Any]], object], said: str) -> None:
    wire = changed(lambda body, asked: change(body["items"][-1]))
    sentence = problem(wire)
    assert said in sentence
    assert "the release you have stays" in sentence


@pytest.mark.parametrize(
    ("body", "said"),
    [([], "'items'"), ({"items": []}, "'maxPages'"), ({"items": [], "maxPages": "x"}, "'maxPages'"),
     ({"items": {"a": 1}, "maxPages": 1}, "'items'"), ({"items": [1], "maxPages": 1}, "'items'")],
)  # fmt: skip
def test_an_envelope_of_another_form(body: Any, said: str) -> None:
    assert said in problem(Wire(lambda path, asked: answer(body)))


# ---------------------------------------------------------------- interruptions and changes


def after(count: int, reply: Reply) -> Wire:
    """A wire that works `count` times and then gives `reply` for good."""
    wire = Wire(lambda path, asked: unhcr(path, asked) if len(wire.requests) <= count else reply)
    return wire


@pytest.mark.parametrize("reply", [answer("", 500), answer("", 429), answer("<html>"), answer('{"it')])
def test_an_interrupted_fetch_goes_on(tmp_path: Path, reply: Reply) -> None:
    with pytest.raises(SourceError) as error:
        fetch(after(2, reply), pages=Kept(tmp_path))
    assert error.value.temporary
    wire = Wire(unhcr)
    table = fetch(wire, pages=Kept(tmp_path))
    assert [asked["page"] for asked in wire.asked] == ["1", "3", "4"]  # the first again, to see that nothing changed
    assert table.equals(fetch(Wire(unhcr)))


def test_kept_pages_of_older_data_are_not_used(tmp_path: Path) -> None:
    def revised(body: dict[str, Any], asked: dict[str, str]) -> None:
        for row in body["items"]:
            row["applied"] = 7

    with pytest.raises(SourceError):
        fetch(after(3, answer("", 500)), pages=Kept(tmp_path))
    wire = changed(revised)
    assert set(fetch(wire, pages=Kept(tmp_path))["applied"]) == {7}
    assert len(wire.requests) == 4


def test_kept_pages_answer_only_the_same_question(tmp_path: Path) -> None:
    fetch(Wire(unhcr), pages=Kept(tmp_path))
    assert set(fetch(Wire(unhcr), pages=Kept(tmp_path), params={**EVER, "coo": "BLR"})["coo_iso"]) == {"BLR"}


def test_a_damaged_kept_page_is_fetched_again(tmp_path: Path) -> None:
    fetch(Wire(unhcr), pages=Kept(tmp_path))
    damaged = sorted(tmp_path.glob("*.json"))[2]
    damaged.write_bytes(damaged.read_bytes()[:40])
    wire = Wire(unhcr)
    assert fetch(wire, pages=Kept(tmp_path)).equals(fetch(Wire(unhcr)))
    assert [asked["page"] for asked in wire.asked] == ["1", "3"]


def test_begins_again_when_the_number_of_pages_changes(tmp_path: Path) -> None:
    def grow(body: dict[str, Any], asked: dict[str, str]) -> None:
        body["maxPages"] += len(wire.requests) == 2

    wire = changed(grow)
    assert fetch(wire, pages=Kept(tmp_path)).height == len(ROWS["asylum-applications"])
    assert [asked["page"] for asked in wire.asked] == ["1", "2", "1", "2", "3", "4"]


def test_gives_up_on_data_that_keep_changing() -> None:
    wire = changed(lambda body, asked: body.update(total={"applied": len(wire.requests)}))
    assert "the data changed during the download, 3 times in a row" in problem(wire)


def test_a_page_cut_short_is_noticed() -> None:
    wire = changed(lambda body, asked: body["items"].pop() if asked["page"] == "2" else None)
    assert "page 2 was cut short" in problem(wire)


def test_a_row_that_comes_twice_is_noticed() -> None:
    def shift(body: dict[str, Any], asked: dict[str, str]) -> None:
        if asked["page"] == "2":
            body["items"][0] = dict(ROWS["asylum-applications"][0])

    assert "a row came twice (RUS in ISR, 2016)" in problem(changed(shift))
