"""Eurostat's interface and files, played from recorded answers: cells and flags, splitting, refusals."""

from __future__ import annotations

import copy
import gzip
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.eurostat_api import COUNTRIES, DATASETS, FLAGS, ROUNDED_TO, TOTALS, fetch_table
from asylon.statistics.http import Kept, SourceError
from asylon.statistics.jsonstat import read_eurostat_csv, read_eurostat_tsv, read_jsonstat
from tests.statistics.wire import Reply, Wire, answer, in_turn, recorded

SAID = recorded("eurostat.json")
APPLICATIONS, DECISIONS = "migr_asyappctza", "migr_asydcfsta"
YEARS = (2015, 2016)


def one(rows: pl.DataFrame, **where: Any) -> tuple[Any, Any]:
    """Return value and flag of the one row that has these codes."""
    return rows.filter(**where).select("value", "flag").rows()[0]


def cube(asked: dict[str, str], **more: Any) -> dict[str, Any]:
    """The table a request would be answered with: every cell 5 times its number."""
    filters = {"citizen": "AF,NA", "sex": "T", "age": "TOTAL", "applicant": "FRST", **asked}
    codes = {name: filters[name].split(",") for name in DATASETS[APPLICATIONS]}
    size = [len(each) for each in codes.values()]
    cells = range(len(list(itertools.product(*codes.values()))))
    dimension = {
        name: {"category": {"index": {code: at for at, code in enumerate(each)}}} for name, each in codes.items()
    }
    value = {str(cell): 5 * cell for cell in cells}
    return {"id": list(codes), "size": size, "dimension": dimension, "value": value, "updated": "2026-07-09", **more}


def fetch(wire: Wire, **how: Any) -> pl.DataFrame:
    return fetch_table(APPLICATIONS, wire.fetcher(), how.pop("years", YEARS), geo=how.pop("geo", ("AT", "DE")), **how)


def problem(wire: Wire, **how: Any) -> str:
    with pytest.raises(StatisticsError) as error:
        fetch(wire, **how)
    assert len(error.value.faults) == 1
    return str(error.value)


# ---------------------------------------------------------------- cells


def test_values_flags_and_what_is_not_there() -> None:
    rows = fetch(in_turn(answer(SAID[APPLICATIONS])))
    assert rows.columns == [*DATASETS[APPLICATIONS], "value", "flag"]
    assert rows.schema["time"] == pl.Int16
    assert rows.schema["value"] == pl.Int64
    assert one(rows, citizen="SY", geo="DE", time=2015, applicant="FRST") == (158655, None)
    assert one(rows, citizen="SY", geo="AT", time=2016, applicant="ASY_APP") == (9005, "p")
    assert one(rows, citizen="TOTAL", geo="DE", time=2016, applicant="ASY_APP") == (745155, "bp")
    assert one(rows, citizen="SY", geo="AT", time=2016, applicant="FRST") == (None, None)  # said to be missing
    assert rows.filter(citizen="TOTAL", geo="AT").height == 0  # nothing is said
    assert one(rows, citizen="NA", geo="DE", time=2016, applicant="ASY_APP") == (10, None)  # Namibia
    assert set("".join(rows["flag"].drop_nulls())) <= set(FLAGS)
    assert (rows["value"].drop_nulls() % ROUNDED_TO == 0).all()


def test_cells_written_as_lists() -> None:
    rows = fetch_table(DECISIONS, in_turn(answer(SAID[DECISIONS])).fetcher(), (2016, 2016), geo=["DE"])
    assert rows.select("decision", "value", "flag").rows() == [
        ("TOTAL", 631085, None), ("TOTAL_POS", 433905, "b"), ("REJECTED", None, "c"),
    ]  # fmt: skip


def test_one_flag_for_all_and_dimensions_in_another_order() -> None:
    given = SAID[DECISIONS] | {"status": "p"}
    given["id"], given["size"] = given["id"][::-1], given["size"][::-1]
    rows = read_jsonstat(given, "x", DATASETS[DECISIONS])
    assert rows["decision"].to_list() == ["TOTAL", "TOTAL_POS", "REJECTED"]
    assert set(rows["flag"]) == {"p"}
    assert rows["value"].to_list() == [631085, 433905, None]


def test_a_dimension_of_one_code_may_have_no_index() -> None:
    given = copy.deepcopy(SAID[DECISIONS])
    del given["dimension"]["sex"]["category"]["index"]
    assert read_jsonstat(given, "x", DATASETS[DECISIONS]).equals(
        read_jsonstat(SAID[DECISIONS], "x", DATASETS[DECISIONS])
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda given: given["id"].__setitem__(5, "outcome"), "decision, outcome are new or missing"),
        (lambda given: given.pop("id"), "new or missing"),
        (lambda given: given["dimension"].pop("geo"), "dimension 'geo'"),
        (lambda given: given["dimension"]["geo"]["category"]["index"].update(FR=7), "dimension 'geo'"),
        (lambda given: given["dimension"]["decision"]["category"].pop("index"), "dimension 'decision'"),
        (lambda given: given.update(size=[1] * 8), "size"),
        (lambda given: given.update(value={"3": 5}), "more cells"),
        (lambda given: given.update(value={"x": 5}), "its value cannot be read"),
        (lambda given: given.update(value=7), "its value cannot be read"),
        (lambda given: given.update(value={"0": 2.5}), "'2.5 ' is neither a count nor"),
        (lambda given: given.update(value={"0": "many"}), "'many ' is neither a count nor"),
        (lambda given: given["dimension"]["time"]["category"].update(index={"2016-Q1": 0}), "not years"),
    ],
)
def test_a_changed_form_says_where(change: Callable[[dict[str, Any]], object], said: str) -> None:
    given = copy.deepcopy(SAID[DECISIONS])
    change(given)
    with pytest.raises(StatisticsError) as error:
        read_jsonstat(given, DECISIONS, DATASETS[DECISIONS])
    assert said in str(error.value)
    assert len(error.value.faults) == 1


# ---------------------------------------------------------------- the question and how it is split


def test_asks_for_codes_and_years_by_name() -> None:
    wire = in_turn(answer(SAID[APPLICATIONS]))
    fetch(wire)
    assert wire.requests[0].url.endswith(
        "/data/migr_asyappctza?format=JSON&lang=EN&freq=A&unit=PER&sex=T&age=TOTAL&geo=AT&geo=DE&time=2015&time=2016"
    )


def test_a_large_question_is_split_by_country_and_year() -> None:
    wire, steps = Wire(lambda path, asked: answer(cube(asked))), []
    rows = fetch(wire, geo=COUNTRIES, years=(2008, 2025), cells=100_000, progress=lambda *step: steps.append(step))
    asked = [(geo, year) for one in wire.asked for geo in one["geo"].split(",") for year in one["time"].split(",")]
    assert sorted(asked) == sorted((geo, str(year)) for geo in COUNTRIES for year in range(2008, 2026))
    assert 1 < len(wire.asked) < len(COUNTRIES)
    assert steps[-1] == (len(wire.asked), len(wire.asked))
    assert rows.height == len(COUNTRIES) * 18 * 2
    whole = fetch(wire, geo=COUNTRIES, years=(2008, 2025), filters={**TOTALS, "sex": (), "age": ()}, cells=300_000)
    assert whole.height == rows.height
    assert max(one["time"].count(",") for one in wire.asked[-20:]) < 17  # one country's years do not fit together


@pytest.mark.parametrize(
    "too_big",
    [answer(SAID["asynchronous"], 413), answer(SAID["asynchronous"]), answer(SAID["asynchronous_warning"]),
     answer(SAID["too_big"], 413)],
)  # fmt: skip
def test_splits_further_where_eurostat_asks_for_it(too_big: Reply) -> None:
    def reply(path: str, asked: dict[str, str]) -> Reply:
        return too_big if "," in asked["geo"] or "," in asked["time"] else answer(cube(asked))

    wire = Wire(reply)
    rows = fetch(wire)
    assert sorted(rows.select("geo", "time").unique().rows()) == [
        ("AT", 2015),
        ("AT", 2016),
        ("DE", 2015),
        ("DE", 2016),
    ]
    assert wire.waits == []
    assert "one year of AT is too large for one answer" in problem(Wire(lambda path, asked: too_big))


def test_no_results_are_no_rows() -> None:
    rows = fetch(in_turn(answer(SAID["no_results"], 400)))
    assert rows.height == 0
    assert rows.schema == fetch(in_turn(answer(SAID[APPLICATIONS]))).schema


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answer(SAID["not_found"], 404), "is not available for dissemination"),
        (answer({"error": {"status": 400, "label": "ERR_BAD: sex=X"}}, 400), "ERR_BAD: sex=X"),
        (answer({"error": []}), "gives no table"),
        (answer([1]), "is no table"),
        (answer("gone", 410), "HTTP 410"),
    ],
)
def test_refusals_are_passed_on(reply: Reply, said: str) -> None:
    assert said in problem(Wire(lambda path, asked: reply))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"geo": ["GR"]}, "did you mean EL?"),
        ({"geo": ["GB"]}, "did you mean UK?"),
        ({"geo": ["DEU"]}, "write one of AT"),
        ({"geo": []}, "no countries are given"),
        ({"geo": "DE"}, "no countries are given"),
        ({"years": (2016, 2015)}, "2016 to 2015 is no span"),
        ({"filters": {"citisen": ["SY"]}}, "did you mean citizen?"),
        ({"filters": {"geo": ["DE"]}}, "no dimension 'geo' to filter"),
    ],
)
def test_questions_refused_before_anything_is_asked(how: dict[str, Any], said: str) -> None:
    wire = in_turn()
    assert said in problem(wire, **how)
    with pytest.raises(StatisticsError, match="did you mean migr_asyappctza"):
        fetch_table("migr_asyappctzm", wire.fetcher(), YEARS)


def test_rows_that_were_not_asked_for_are_refused() -> None:
    assert "a row of DE, 2015 came" in problem(in_turn(answer(SAID[APPLICATIONS])), geo=("AT",))


def test_an_interrupted_fetch_goes_on(tmp_path: Path) -> None:
    wire = Wire(lambda path, asked: answer(cube(asked)) if len(wire.requests) < 3 else answer("", 500))
    with pytest.raises(SourceError):
        fetch(wire, cells=1, kept=Kept(tmp_path))
    again = Wire(lambda path, asked: answer(cube(asked)))
    assert fetch(again, cells=1, kept=Kept(tmp_path)).height == 8
    assert len(again.requests) == 2  # of four


def test_begins_again_when_the_table_is_updated(tmp_path: Path) -> None:
    wire = Wire(lambda path, asked: answer(cube(asked, updated="old" if len(wire.requests) == 1 else "new")))
    assert fetch(wire, cells=1, kept=Kept(tmp_path)).height == 8
    assert len(wire.requests) == 8
    restless = Wire(lambda path, asked: answer(cube(asked, updated=len(restless.requests))))
    assert "updates this table just now" in problem(restless, cells=1)


# ---------------------------------------------------------------- files

TSV = (
    "freq,unit,citizen,sex,applicant,age,geo\\TIME_PERIOD\t2015 \t2016 \t2017 \n"
    "A,PER,NA,T,FRST,TOTAL,DE\t5 \t10 p\t: \n"
    "A,PER,SY,T,FRST,TOTAL,DE\t158655 \t266250 bp\t: z\n"
    "A,PER,SY,T,FRST,TOTAL,LI\t0 \t:c\t: u\n"
)
CSV = (
    "DATAFLOW,LAST UPDATE,freq,unit,citizen,sex,applicant,age,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
    "ESTAT:MIGR_ASYAPPCTZA(1.0),09/07/26 23:00:00,A,PER,NA,T,FRST,TOTAL,DE,2015,5,,\n"
    "ESTAT:MIGR_ASYAPPCTZA(1.0),09/07/26 23:00:00,A,PER,SY,T,FRST,TOTAL,DE,2016,266250,bp,\n"
    "ESTAT:MIGR_ASYAPPCTZA(1.0),09/07/26 23:00:00,A,PER,SY,T,FRST,TOTAL,LI,2016,,c,C\n"
    "ESTAT:MIGR_ASYAPPCTZA(1.0),09/07/26 23:00:00,A,PER,SY,T,FRST,TOTAL,LI,2017,:,,\n"
)


def written(folder: Path, text: str, name: str = "t.tsv") -> Path:
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    return path


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz"])
def test_tsv_files(tmp_path: Path, name: str) -> None:
    rows = read_eurostat_tsv(written(tmp_path, TSV, name))
    assert rows.columns == [*DATASETS[APPLICATIONS], "value", "flag"]
    assert rows.height == 9
    assert one(rows, citizen="NA", time=2016) == (10, "p")
    assert one(rows, citizen="NA", time=2017) == (None, None)
    assert one(rows, citizen="SY", geo="DE", time=2016) == (266250, "bp")
    assert one(rows, citizen="SY", geo="DE", time=2017) == (None, "z")
    assert one(rows, geo="LI", time=2015) == (0, None)
    assert one(rows, geo="LI", time=2016) == (None, "c")


def test_tsv_files_of_before_2023(tmp_path: Path) -> None:
    text = "unit,citizen,sex,asyl_app,age,geo\\time\t2016 \nPER,SY,T,NASY_APP,TOTAL,DE\t266250 \n"
    rows = read_eurostat_tsv(written(tmp_path, text))
    assert rows.columns == ["unit", "citizen", "sex", "applicant", "age", "geo", "time", "value", "flag"]


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_csv_files(tmp_path: Path, name: str) -> None:
    rows = read_eurostat_csv(written(tmp_path, CSV, name))
    assert rows.columns == [*DATASETS[APPLICATIONS], "value", "flag"]
    assert rows.select("citizen", "value", "flag").rows() == [
        ("NA", 5, None), ("SY", 266250, "bp"), ("SY", None, "c"), ("SY", None, None),
    ]  # fmt: skip


def test_the_three_forms_agree(tmp_path: Path) -> None:
    """One table written in each form is one table."""
    where = {"geo": "DE", "citizen": "SY", "applicant": "FRST", "time": 2016}
    tsv = read_eurostat_tsv(written(tmp_path, TSV)).filter(**where)
    csv = read_eurostat_csv(written(tmp_path, CSV, "t.csv")).filter(**where)
    json = read_jsonstat(SAID[APPLICATIONS], "x", DATASETS[APPLICATIONS]).filter(**where)
    assert tsv.equals(csv)
    assert json.with_columns(flag=pl.lit("bp")).equals(tsv)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_eurostat_tsv, TSV.replace("158655", "1 586"), "'1 586 ' is neither a count nor"),
        (read_eurostat_tsv, TSV.replace("158655", "12.7"), "neither a count nor"),
        (read_eurostat_tsv, TSV[:-5], "cut off"),
        (read_eurostat_tsv, TSV.replace("A,PER,NA", "PER,NA"), "not one code for each"),
        (read_eurostat_tsv, TSV.replace("2016 ", "2016M01 "), "not years"),
        (read_eurostat_tsv, "<html>\n", "names no dimensions"),
        (read_eurostat_tsv, "", "not a table"),
        (read_eurostat_csv, CSV.replace("OBS_VALUE", "VALUE"), "names no OBS_VALUE"),
        (read_eurostat_csv, CSV + "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n", "not a table"),
    ],
)
def test_files_refused_with_one_sentence(
    tmp_path: Path, read: Callable[[Path], pl.DataFrame], text: str, said: str
) -> None:
    with pytest.raises(StatisticsError) as error:
        read(written(tmp_path, text))
    assert said in str(error.value)
    assert str(error.value).startswith("t.tsv: ")
    assert len(error.value.faults) == 1


def test_a_missing_file_and_a_cut_archive(tmp_path: Path) -> None:
    with pytest.raises(StatisticsError, match="cannot be read"):
        read_eurostat_tsv(tmp_path / "missing.tsv")
    path = written(tmp_path, TSV, "t.tsv.gz")
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(StatisticsError, match="cannot be read"):
        read_eurostat_tsv(path)
