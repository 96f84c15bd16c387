"""Constant panels: who is in, who is left out and why; figures per inhabitant with the bounds of the count."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.measures import Measure, Refused
from asylon.statistics.panel import constant_panel, per_100_000
from asylon.statistics.store import Release
from asylon.statistics.tables import with_new
from tests.statistics.releases import decided, made, release


def applied(*rows: tuple[str, int, str, int]) -> pl.DataFrame:
    """Return new applications (asylum, year, unit, applied) of Syrians."""
    frame = pl.DataFrame(rows, schema=["asylum", "year", "unit", "applied"], orient="row")
    return with_new(
        frame.with_columns(
            pl.col("year").cast(pl.Int16),
            origin=pl.lit("SYR"),
            authority=pl.lit("G"),
            stage=pl.lit("N"),
            level=pl.lit("FI"),
        )
    )


@pytest.fixture
def kept(tmp_path: Path) -> Release:
    rows = (
        *(("AAA", year, "P", 100) for year in (2018, 2019, 2020)),
        *(("BBB", year, "P", 50) for year in (2018, 2020)),
        ("CCC", 2018, "P", 1_000),
        *(("CCC", year, "C", 900) for year in (2019, 2020)),
    )
    return made(tmp_path, {"applications": applied(*rows)}, "by hand")


def test_only_who_reports_every_year_in_one_unit_is_in(kept: Release) -> None:
    panel = constant_panel(kept, 2018, 2020)
    assert panel.asylum == ("AAA",)
    assert panel.rows.select("year", "panel", "all_reporting", "countries_reporting").rows() == [
        (2018, 100, 1_150, 3),
        (2019, 100, 100, 1),
        (2020, 100, 150, 2),
    ]
    assert panel.rates == ()


def test_who_is_left_out_is_listed_with_years_share_and_reason(kept: Release) -> None:
    left = constant_panel(kept, 2018, 2020).left_out
    assert left["asylum"].to_list() == ["CCC", "BBB"], "largest first"
    cases, gap = left.to_dicts()
    assert cases["reason"] == "changes its unit: cases in 2019, 2020"
    assert cases["share"] == pytest.approx(100 * 1_000 / 1_400)
    assert (gap["reported"], gap["missing_years"], gap["reason"]) == (2, [2019], "no row in 2019")


def test_a_panel_of_one_year_leaves_nobody_out_who_reported(kept: Release) -> None:
    panel = constant_panel(kept, 2018, 2018)
    assert panel.asylum == ("AAA", "BBB", "CCC")
    assert panel.left_out.is_empty()


def test_years_that_are_not_there_and_what_is_no_flow_are_refused(kept: Release) -> None:
    with pytest.raises(StatisticsError, match="reversed"):
        constant_panel(kept, 2020, 2018)
    with pytest.raises(StatisticsError, match="holds the years 2018-2020"):
        constant_panel(kept, 2018, 2021)
    with pytest.raises(StatisticsError, match="ask for applications or decisions"):
        constant_panel(kept, 2018, 2020, what="refugees")


def test_decisions_bring_the_rate_of_the_panel(tmp_path: Path) -> None:
    frames = [
        decided(("SYR", "AAA", 30, 0, 70, 0), ("SYR", "BBB", 900, 0, 0, 0), year=2019),
        decided(("SYR", "AAA", 60, 0, 40, 100), year=2020),
    ]
    panel = constant_panel(made(tmp_path, {"decisions": pl.concat(frames)}, "by hand"), 2019, 2020, what="decisions")
    assert panel.asylum == ("AAA",), "BBB's 900 grants of one year are no trend"
    assert [round(rate.value, 6) for rate in panel.rates if isinstance(rate, Measure)] == [30, 60]
    assert panel.rows["closed"].to_list() == [0, 100]


def test_the_world_without_a_panel_and_with_one() -> None:
    """Study, trap 25: 155 countries report applications for 2016, 139 for 2025, whatever stage, unit, authority."""
    kept = release("unhcr")
    reporting = kept.frame("applications").group_by("year").agg(pl.col("asylum").n_unique())
    found = dict(reporting.iter_rows())
    assert (found[2016], found[2025]) == (155, 139)
    panel = constant_panel(kept, 2016, 2025)
    assert 0 < len(panel.asylum) < 139
    assert not set(panel.asylum) & set(panel.left_out["asylum"])
    assert (panel.rows["panel"] <= panel.rows["all_reporting"]).all()
    states = panel.left_out.filter(asylum="USA").row(0, named=True)
    assert states["reason"] == "changes its unit: cases in 2016, 2017, 2018, 2019, 2020, 2025"
    assert states["share"] > 15


def people(tmp_path: Path, population: int = 1_000_000, year: int = 2020) -> Release:
    frame = pl.DataFrame(
        {"iso3": ["AAA"], "entity": ["A"], "year": [year], "population": [population], "projected": [year > 2015]}
    )
    return made(tmp_path / "people", {"population": frame}, "population")


def test_per_inhabitant_with_the_bounds_of_rounding(tmp_path: Path) -> None:
    rows = applied(("AAA", 2020, "P", 5), ("AAA", 2020, "C", 700))
    measure = per_100_000(made(tmp_path, {"applications": rows}), people(tmp_path), "AAA", 2020)
    assert isinstance(measure, Measure)
    assert measure.value == pytest.approx(0.5)
    assert measure.rounding is not None
    assert (measure.rounding.low, measure.rounding.high) == pytest.approx((0.3, 0.5))
    assert "projection" in measure.warnings[0]
    assert "population" in measure.licence


def test_per_inhabitant_is_refused_without_either(tmp_path: Path) -> None:
    kept = made(tmp_path, {"applications": applied(("AAA", 2020, "P", 5))})
    for asylum, year, reason in (("BBB", 2020, "inhabitants"), ("AAA", 2019, "inhabitants")):
        refused = per_100_000(kept, people(tmp_path), asylum, year)
        assert isinstance(refused, Refused)
        assert reason in refused.reason
    refused = per_100_000(kept, people(tmp_path), "AAA", 2020, unit="C")
    assert isinstance(refused, Refused)
    assert "not zero" in refused.reason
    with pytest.raises(StatisticsError, match="write one of applications"):
        per_100_000(kept, people(tmp_path), "AAA", 2020, what="tents")


def test_stocks_per_inhabitant_of_the_material() -> None:
    measure = per_100_000(release("unhcr"), release("population"), "LBN", 2015, what="refugees")
    assert isinstance(measure, Measure)
    assert measure.value > 10_000, "one in ten and more"
    assert measure.warnings == ()
    sweden = per_100_000(release("unhcr"), release("population"), "SWE", 2016)
    assert isinstance(sweden, Measure)
    assert "projection" in sweden.warnings[0]
