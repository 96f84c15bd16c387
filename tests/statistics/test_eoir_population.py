"""EOIR's code lists answer by list and code; populations say which years were projected."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.sources import eoir, population
from asylon.statistics.sources.eoir import eoir_code
from tests.statistics.releases import made, release
from tests.statistics.samples import lookups, populations


def test_a_code_has_all_its_meanings(tmp_path: Path) -> None:
    kept = made(tmp_path, {"lookups": lookups()}, "eoir")
    assert eoir_code(kept, "fruit", "A") == ("apple", "apricot")
    assert eoir_code(kept, "tblfruit", " na ") == ("nashi",)


def test_an_unknown_list_and_an_unknown_code_say_what_there_is(tmp_path: Path) -> None:
    kept = made(tmp_path, {"lookups": lookups()}, "eoir")
    with pytest.raises(StatisticsError, match=r"did you mean fruit\?"):
        eoir_code(kept, "fruits", "A")
    with pytest.raises(StatisticsError, match="there are A, NA, Z"):
        eoir_code(kept, "fruit", "Q")


def test_codes_of_a_csv_stay_text(tmp_path: Path) -> None:
    lookups().write_csv(tmp_path / "eoir_lookups.csv")
    (draft,) = eoir.read(tmp_path)
    assert draft.tables["lookups"]["value"].to_list() == ["A", "A", "NA", "Z"]


def test_a_share_above_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "eoir_missingness_by_field.csv"
    path.write_text("table,name,missing_pct\nA_TblCase,X,0.5\nA_TblCase,Y,40\n", encoding="utf-8")
    with pytest.raises(StatisticsError, match="'missing_pct', row 2: a share lies between 0 and 1"):
        eoir.read(path)


def test_the_reference_tables_are_read_whole() -> None:
    kept = release("eoir")
    rows = {name: table.rows for name, table in kept.tables.items()}
    assert rows == {"lookups": 2_358, "codebook": 335, "frequencies": 820, "missing": 1_053}
    assert kept.frame("lookups")["name"].n_unique() == 28
    assert eoir_code(kept, "dec_code", "3") == ("DEPORTED",)
    assert len(eoir_code(kept, "cal_type", "M")) > 1


def test_years_after_the_last_estimate_are_marked(tmp_path: Path) -> None:
    rows = populations(
        ("FRA", "France", 2015, "64000000"), ("FRA", "France", 2016, "65000000"), (None, "Vatican", 2015, 800)
    )
    rows.with_columns(pl.col("population").cast(pl.String)).write_csv(tmp_path / "population.csv")
    (draft,) = population.read(tmp_path)
    frame = draft.tables["population"]
    assert frame.select("iso3", "year", "population", "projected").rows() == [
        ("FRA", 2015, 64_000_000, False),
        ("FRA", 2016, 65_000_000, True),
        ("VAT", 2015, 800, False),
    ]


def test_one_country_twice_in_a_year_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "population.parquet"
    populations(("FRA", "France", 2010, 1), ("FRA", "French Republic", 2010, 2)).write_parquet(path)
    with pytest.raises(StatisticsError, match="two rows for FRA, 2010"):
        population.read(path)


def test_populations_of_the_material() -> None:
    frame = release("population").frame("population")
    assert frame.height == 8_077
    assert frame["iso3"].null_count() == 0
    assert frame.filter("projected")["year"].min() == 2016
