"""BAMF's months: sums that say they are sums, no year of eleven months, Germany under five definitions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.statistics.answers import Question, answer
from asylon.statistics.definitions import ALL, definition
from asylon.statistics.measures import Measure, Subject, measure_rate
from asylon.statistics.sources import Draft, bamf
from asylon.statistics.tables import OUTCOMES
from tests.statistics.releases import release
from tests.statistics.samples import months


def read(tmp_path: Path, *frames: pl.DataFrame) -> Draft:
    path = tmp_path / "months.parquet"
    pl.concat(frames).write_parquet(path)
    (draft,) = bamf.read(path)
    return draft


def test_a_year_is_the_labelled_sum_of_twelve_months(tmp_path: Path) -> None:
    figures = {"apps_first": 10, "apps_followup": 3, "first_dec_asylum_16a": 1, "first_dec_refugee_3": 4}
    figures |= {"first_dec_subsidiary_4": 2, "first_dec_deport_ban_60": 1, "first_dec_rejected": 7}
    figures |= {"first_dec_closed": 5, "fu_dec_no_further": 6, "fu_dec_closed": 1, "pending_first": 50}
    draft = read(tmp_path, months(date(2019, 1, 1), 12, **figures))
    first = draft.tables["decisions"].filter(level="NA").row(0, named=True)
    assert {name: first[name] for name in OUTCOMES} == {"recognised": 60, "other": 36, "rejected": 84, "closed": 60}
    assert (first["subsidiary"], first["humanitarian"], first["total"], first["provisional"]) == (24, 12, 240, True)
    assert draft.tables["decisions"].filter(level="RA")["closed"].to_list() == [84]
    assert draft.tables["applications"].select("stage", "level", "applied", "new").rows() == [
        ("N", "NA", 120, True),
        ("R", "RA", 36, False),
    ]
    assert draft.tables["stocks"]["pending"].to_list() == [50], "a stock is December's, not a sum"
    assert any("sums of provisional months" in note and "2019" in note for note in draft.notes)


def test_a_year_of_eleven_months_is_no_year(tmp_path: Path) -> None:
    draft = read(tmp_path, months(date(2020, 1, 1), 23, apps_first=1))
    assert draft.tables["applications"]["year"].unique().to_list() == [2020]
    assert draft.tables["months"].height == 23
    assert draft.latest_year == 2020
    assert "2021 has 11 of 12 months: no year" in draft.notes


def test_a_collective_entry_is_counted_without_a_country(tmp_path: Path) -> None:
    others = months(date(2020, 1, 1), 12, apps_first=2).with_columns(
        iso3=pl.lit(None, pl.String), nationality_de=pl.lit("sonst. europ. Staatsangeh."), bamf_code=pl.lit("199")
    )
    draft = read(tmp_path, months(date(2020, 1, 1), 12, apps_first=1), others)
    new = draft.tables["applications"].filter(stage="N").select("origin", "applied").rows()
    assert sorted(new, key=str) == [("SYR", 12), (None, 24)]


def test_outcomes_that_do_not_add_up_are_named(tmp_path: Path) -> None:
    draft = read(tmp_path, months(date(2020, 1, 1), 12, dec_total=3, dec_rejected=2))
    assert sum("do not add up" in note for note in draft.notes) == 12


def test_published_sums_of_months() -> None:
    """Sums of the compiled months, study of the field, sections 2, 3 and 16."""
    kept = release("bamf")
    applied = kept.frame("applications").group_by("year").agg(pl.col("applied").sum())
    assert dict(applied.filter(pl.col("year") <= 2016).iter_rows()) == {2015: 449_793, 2016: 692_552}
    native = kept.frame("months").filter(pl.col("month").dt.year() == 2016)
    assert native["dec_total"].sum() == 697_594
    assert kept.frame("decisions").filter(year=2016)["total"].sum() == 697_594
    assert "2016-12, Malawi: outcomes do not add up to the total" in kept.edition.notes
    assert "2021 has 11 of 12 months: no year" in kept.edition.notes
    assert 2021 not in kept.frame("decisions")["year"]


# BAMF months, first and follow-up applications together (study, section 3): closures in, adjusted, EU, refugee only.
FIVE = {
    2016: (72.0, 62.1, 71.3, 67.4, 42.1),
    2017: (53.2, 42.8, 52.9, 44.9, 25.1),
    2018: (50.2, 34.2, 50.2, 43.9, 27.3),
    2019: (56.9, 37.6, 56.6, 51.8, 36.2),
    2020: (75.9, 42.4, 57.4, 52.2, 34.7),
}
NAMES = ("bamf_protection_quota", "total_protection_rate", "euaa_recognition_rate", "refugee_recognition_rate")


def rate(source: str, name: str, year: int) -> float:
    kept = release(source)
    rows = kept.frame("decisions").filter(asylum="DEU", year=year)
    asked = definition(name)
    if source == "bamf":  # the study adds first and follow-up applications throughout, as BAMF does
        asked = replace(asked, levels=ALL)
    (measure,) = measure_rate(rows, asked, Subject(None, "DEU", year, year), kept)
    assert isinstance(measure, Measure), measure
    return measure.value


@pytest.mark.parametrize("year", FIVE)
def test_one_year_five_answers(year: int) -> None:
    measured = (rate("unhcr", "eurostat_recognition_rate", year), *(rate("bamf", name, year) for name in NAMES))
    assert tuple(round(value, 1) for value in measured) == FIVE[year]


def test_germany_2020_with_the_columns_exchanged_back() -> None:
    kept = release("unhcr")
    rows = kept.frame("decisions").filter(asylum="DEU", year=2020)
    turned = rows.rename({"rejected": "closed", "closed": "rejected"})
    (measure,) = measure_rate(turned, definition("eurostat_recognition_rate"), Subject(None, "DEU", 2020, 2020), kept)
    assert isinstance(measure, Measure)
    assert round(measure.value, 1) == 57.6


@pytest.mark.parametrize("year", FIVE)
def test_bamfs_own_quotas_are_answered_from_its_months(year: int) -> None:
    answered = answer(release("bamf"), Question(asylum="DEU", first_year=year, last_year=year))
    found = {one.name: round(one.value, 1) for one in answered.measures if isinstance(one, Measure)}
    names = ("bamf_protection_quota", "total_protection_rate", "refugee_recognition_rate")
    assert tuple(found[name] for name in names) == (FIVE[year][1], FIVE[year][2], FIVE[year][4])


def test_first_applications_alone_have_another_eu_rate() -> None:
    """EUAA counts first instance: of first applications alone 68.0 in 2016, with follow-up applications 67.4."""
    answered = answer(release("bamf"), Question(asylum="DEU", first_year=2016, last_year=2016))
    (measure,) = [one for one in answered.measures if one.name == "euaa_recognition_rate"]
    assert isinstance(measure, Measure)
    assert round(measure.value, 1) == 68.0
    assert "levels left out: RA" in measure.warnings
