"""Eurostat's extracts: countries by name or code, aggregates apart, flags kept, kinds of protection or none."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.eurostat_api import COUNTRIES, DATASETS
from asylon.statistics.intervals import cell
from asylon.statistics.measures import count_outcomes
from asylon.statistics.sources import eurostat
from tests.statistics.releases import release
from tests.statistics.samples import applicants
from tests.statistics.wire import Reply, Wire, answer


def test_countries_are_kept_and_aggregates_are_not_added_to_them() -> None:
    raw = applicants(
        (2016, "European Union (28 countries)", "Syria", 900),
        (2016, "Austria", "Syria", 100),
        (2016, "Austria", "Total", 140),
        (2016, "Austria", "Extra-EU-28", 140),
        (2016, "Austria", "Recognised non-citizens", 5),
        (2016, "Austria", "Unknown", 10),
        (2016, "Germany (until 1990 former territory of the FRG)", "Kosovo (under United Nations Security Council "
         "Resolution 1244/99)", 25),
    )  # fmt: skip
    draft = eurostat.draft_of({"a": raw}, origin="a test")
    rows = draft.tables["applications"].select("asylum", "origin", "applied").rows()
    assert set(rows) == {("AUT", "SYR", 100), ("AUT", None, 5), ("AUT", "UNK", 10), ("DEU", "XKX", 25)}
    assert draft.tables["first_time_applicants"].height == 7
    assert draft.notes == ()


def test_codes_of_the_interface_and_of_today_are_read_alike() -> None:
    raw = applicants((2024, "EL", "SY", 100), (2024, "EU27_2020", "SY", 100), (2024, "UK", "STLS", 5)).with_columns(
        sex=pl.lit("T"), age=pl.lit("TOTAL"), asyl_app=pl.lit("FRST")
    )
    raw = raw.rename({"asyl_app": "applicant", "year": "time"}).with_columns(pl.col("time").cast(pl.String))
    rows = eurostat.draft_of({"a": raw}, origin="a test").tables["applications"]
    assert set(rows.select("asylum", "origin", "applied").rows()) == {("GRC", "SYR", 100), ("GBR", "XXA", 5)}


def test_not_available_is_no_zero_and_keeps_its_flag() -> None:
    raw = applicants((2016, "Austria", "Syria", ":"), (2016, "Austria", "Iraq", "0"), (2016, "Austria", "Iran", ": z"))
    tables = eurostat.draft_of({"a": raw}, origin="a test").tables
    assert tables["applications"].select("origin", "applied").rows() == [("IRQ", 0)]
    native = {
        row["origin"]: (row["value"], row["flag"]) for row in tables["first_time_applicants"].iter_rows(named=True)
    }
    assert native == {"SYR": (None, ":"), "IRQ": (0, None), "IRN": (None, ": z")}


def test_an_unknown_name_is_listed_and_its_figures_stay() -> None:
    draft = eurostat.draft_of({"a": applicants((2016, "Austria", "Atlantis", 5))}, origin="a test")
    assert draft.notes == ("kept without a country, the name is not known: Atlantis",)
    assert draft.tables["applications"]["applied"].sum() == 5


def test_two_figures_for_one_key_are_refused() -> None:
    raw = applicants((2016, "Austria", "Syria", 100), (2016, "Austria", "Syria", 105))
    with pytest.raises(StatisticsError, match="two rows for 2016, Austria, Syria"):
        eurostat.draft_of({"a": raw}, origin="a test")


def kinds(**figures: int) -> pl.DataFrame:
    raw = applicants(*((2020, "AT", "SY", value) for value in figures.values())).drop("asyl_app")
    return raw.with_columns(pl.Series("decision", list(figures)), sex=pl.lit("T"), age=pl.lit("TOTAL"))


def test_kinds_of_protection_become_decisions() -> None:
    raw = kinds(TOTAL=200, TOTAL_POS=150, GENCONV=100, SUB_PROT=40, HUMSTAT=10, REJECTED=50)
    row = eurostat.draft_of({"a": raw}, origin="a test").tables["decisions"].row(0, named=True)
    assert (row["recognised"], row["other"], row["rejected"], row["total"]) == (100, 50, 50, 200)
    assert (row["subsidiary"], row["humanitarian"]) == (40, 10)
    assert row["closed"] is None, "Eurostat reports no closures among decisions"


def test_totals_alone_make_no_decisions() -> None:
    draft = eurostat.draft_of({"a": kinds(TOTAL=200, TOTAL_POS=150, REJECTED=50)}, origin="a test")
    assert "decisions" not in draft.tables
    assert draft.tables["decision_totals"].select("total", "positive", "rejected").rows() == [(200, 150, 50)]


DOWNLOAD = (
    "freq,unit,citizen,sex,applicant,age,geo\\TIME_PERIOD\t2015 \t2016 \n"
    "A,PER,NA,T,FRST,TOTAL,DE\t5 \t10 p\n"
    "A,PER,SY,T,FRST,TOTAL,DE\t100 \t: z\n"
    "A,PER,SY,T,FRST,Y18-34,DE\t60 \t40 \n"
)


def test_eurostats_own_downloads_are_read(tmp_path: Path) -> None:
    (tmp_path / "estat_migr_asyappctza.tsv").write_text(DOWNLOAD, encoding="utf-8")
    (draft,) = eurostat.read(tmp_path)
    rows = draft.tables["applications"].select("year", "origin", "applied").rows()
    assert rows == [(2015, "NAM", 5), (2015, "SYR", 100), (2016, "NAM", 10)], "NA is Namibia, an age is no total"
    assert draft.latest_year == 2016


def cube(path: str, asked: dict[str, str]) -> Reply:
    """The answer of the interface to a question: every cell holds 5."""
    dataset = path.rpartition("/")[2]
    filters = {"citizen": "SY,TOTAL", "applicant": "FRST,ASY_APP", **asked}
    filters.setdefault("decision", "GENCONV,SUB_PROT,HUMSTAT,REJECTED,TOTAL_POS,TOTAL")
    codes = {name: filters[name].split(",") for name in DATASETS[dataset]}
    size = [len(each) for each in codes.values()]
    dimension = {
        name: {"category": {"index": {code: at for at, code in enumerate(each)}}} for name, each in codes.items()
    }
    said = {"id": list(codes), "size": size, "dimension": dimension, "updated": "2017-04-01"}
    return answer({**said, "value": [5] * math.prod(size)})


def test_what_the_interface_answers_becomes_an_edition(tmp_path: Path) -> None:
    progress: list[tuple[str, int, int]] = []
    fetcher = Wire(cube).fetcher()
    (draft,) = eurostat.fetch(fetcher, tmp_path, date(2017, 5, 1), lambda *told: progress.append(told))
    assert (draft.version, draft.dated, draft.latest_year) == ("live-2017-05-01", date(2017, 5, 1), 2016)
    applied, decided = draft.tables["applications"], draft.tables["decisions"]
    assert applied["origin"].unique().to_list() == ["SYR"], "a total is nobody's origin"
    assert applied.height == decided.height == len(COUNTRIES) * 9
    assert decided.select("recognised", "other", "rejected").unique().rows() == [(5, 10, 5)]
    assert {what for what, *_ in progress} == {"migr_asyappctza", "migr_asydcfsta"}


def test_an_extract_of_another_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "migr_other.csv"
    path.write_text("geo,citizen,sex,age,year,value\nAT,SY,T,TOTAL,2016,5\n", encoding="utf-8")
    with pytest.raises(StatisticsError, match="column 'asyl_app' or 'decision' is missing"):
        eurostat.read(path)


def test_every_count_is_known_to_within_two() -> None:
    rows = eurostat.draft_of({"a": kinds(GENCONV=5, SUB_PROT=0, HUMSTAT=0, REJECTED=50)}, origin="a").tables[
        "decisions"
    ]
    parts = count_outcomes(rows, "eurostat")
    assert parts["recognised"] == cell("eurostat", "decisions", 5)
    assert parts["closed"] is None


def test_the_extracts_are_read_whole() -> None:
    kept = release("eurostat")
    assert kept.frame("first_time_applicants").height == 34_680
    assert kept.frame("first_instance_decisions").height == 1_836
    applied = kept.frame("applications").filter(asylum="DEU", year=2016)["applied"].sum()
    total = (
        kept.frame("first_time_applicants")
        .filter(pl.col("asylum") == "DEU", pl.col("year") == 2016, pl.col("origin").is_not_null())["value"]
        .sum()
    )
    assert applied == total > 700_000
    assert kept.frame("applications")["asylum"].n_unique() == 32
