"""The Home Office's tables: cases and persons apart, parts of closed, whole years alone, its own published rates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.answers import Question, answer
from asylon.statistics.definitions import definition
from asylon.statistics.doubts import CHECKS
from asylon.statistics.measures import Measure, Subject, measure_rate
from asylon.statistics.sources import Draft, uk
from tests.statistics.releases import release
from tests.statistics.samples import home_office_decisions

MAIN, DEPENDANT = "Main applicant", "Dependant"


def read(tmp_path: Path, **tables: pl.DataFrame) -> Draft:
    for name, frame in tables.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    (draft,) = uk.read(tmp_path)
    return draft


def test_outcomes_become_ours_main_applicants_as_cases_everybody_as_persons(tmp_path: Path) -> None:
    rows = home_office_decisions(
        ("Syria", MAIN, "Grant of Protection", "Refugee Permission", 10),
        ("Syria", MAIN, "Grant of Protection", "Humanitarian Protection", 2),
        ("Syria", MAIN, "Grant of Other Leave", "UASC Leave", 1),
        ("Syria", DEPENDANT, "Refused", "Other Refusals", 4),
        ("Syria", MAIN, "Withdrawn", "Implicit Withdrawal", 3),
        ("Syria", MAIN, "Administrative Outcome", "Admin - Void", 5),
    )
    tables = read(tmp_path, decisions_resettlement=rows).tables
    decisions = pl.concat([tables["decisions"], tables[uk.MAIN_APPLICANTS]])
    columns = ("recognised", "other", "rejected", "closed", "subsidiary", "humanitarian", "withdrawn", "administrative")
    by_unit = {row["unit"]: tuple(row[name] for name in columns) for row in decisions.iter_rows(named=True)}
    assert by_unit == {"C": (40, 12, 0, 32, 8, 4, 12, 20), "P": (40, 12, 16, 32, 8, 4, 12, 20)}


def test_administrative_outcomes_are_unknown_where_no_row_of_the_year_has_them(tmp_path: Path) -> None:
    old = home_office_decisions(("Syria", MAIN, "Withdrawn", "Other Withdrawal", 1), year=2010)
    new = home_office_decisions(
        ("Syria", MAIN, "Refused", "Other Refusals", 1), ("Iraq", MAIN, "Administrative Outcome", "Admin - Other", 1)
    )
    decisions = read(tmp_path, decisions_resettlement=pl.concat([old, new])).tables["decisions"]
    found = {(row["year"], row["origin"]): row["administrative"] for row in decisions.iter_rows(named=True)}
    assert found == {(2010, "SYR"): None, (2023, "SYR"): 0, (2023, "IRQ"): 4}


def test_three_quarters_are_no_year_and_resettlement_no_decision(tmp_path: Path) -> None:
    whole = home_office_decisions(("Syria", MAIN, "Refused", "Other Refusals", 1))
    resettled = whole.with_columns(pl.lit("Resettlement Case").alias("Case type"))
    part = home_office_decisions(("Syria", MAIN, "Refused", "Other Refusals", 1), quarters=3, year=2024)
    draft = read(tmp_path, decisions_resettlement=pl.concat([whole, resettled, part]))
    assert draft.tables["decisions"].select("year", "rejected").rows() == [(2023, 4)]
    assert draft.tables["decisions_resettlement"].height == 11
    assert draft.latest_year == 2023
    assert draft.notes == ("decisions of 2024 cover 3 of 4 quarters: no year",)


@pytest.mark.parametrize(
    ("column", "value"),
    [("Case outcome", "Granted by lot"), ("Case type", "Visa Case"), ("Applicant type", "Cousin")],
)
def test_a_new_value_of_a_coded_column_is_refused(column: str, value: str, tmp_path: Path) -> None:
    rows = home_office_decisions(("Syria", MAIN, "Grant of Protection", "Refugee Permission", 1))
    with pytest.raises(StatisticsError, match=f"new values: {value}"):
        read(tmp_path, decisions_resettlement=rows.with_columns(pl.lit(value).alias(column)))


def test_cells_with_marks_stay_null_and_marked() -> None:
    work = release("uk").frame("asylum_work_in_progress")
    first = work.sort("date").row(0, named=True)
    assert (first["post_decision"], first["post_decision_flag"]) == (None, ":")
    assert work["post_decision"].dtype == pl.Int64
    assert work["post_decision"].null_count() == work["post_decision_flag"].count() > 0


def test_every_published_annual_grant_rate_is_reproduced() -> None:
    """Grants and refusals that the Home Office prints by nationality and year, against the decisions by quarter."""
    kept = release("uk")
    ours = kept.frame(uk.MAIN_APPLICANTS).select(
        "year", "origin", (pl.col("recognised") + pl.col("other")).alias("granted"), "rejected"
    )
    printed = kept.frame("grant_rates_initial_annual").filter(pl.col("origin").is_not_null())
    theirs = printed.group_by(pl.col("year").cast(pl.Int16), "origin").agg(pl.col("grant", "refused").sum())
    both = theirs.join(ours, on=["year", "origin"])
    assert both.height > 3_000
    assert both.filter((pl.col("grant") != pl.col("granted")) | (pl.col("refused") != pl.col("rejected"))).height == 0


def test_2023_under_three_denominators() -> None:
    """Study, section 3: 66.7 by the Home Office, 59.8 with administrative outcomes, 46.2 with withdrawals."""
    kept = release("uk")
    rows = kept.frame(uk.MAIN_APPLICANTS).filter(year=2023)
    (measure,) = measure_rate(rows, definition("home_office_grant_rate"), Subject(None, "GBR", 2023, 2023), kept)
    assert isinstance(measure, Measure)
    assert round(measure.value, 1) == 66.7
    (every,) = measure_rate(rows, definition("positive_of_all_outcomes"), Subject(None, "GBR", 2023, 2023), kept)
    assert isinstance(every, Measure)
    assert round(every.value, 1) == 46.2
    granted, refused = measure.numerator.value, measure.denominator.value - measure.numerator.value
    assert round(100 * granted / (granted + refused + rows["administrative"].sum()), 1) == 59.8
    # Of everybody, dependants too, it is a little less.
    everybody = kept.frame("decisions").filter(year=2023)
    (of_all,) = measure_rate(everybody, definition("home_office_grant_rate"), Subject(None, "GBR", 2023, 2023), kept)
    assert isinstance(of_all, Measure)
    assert round(of_all.value, 1) == 66.5


def test_people_waiting() -> None:
    """Study of the field, section 10: September 2024, and the age of cases in December 2023."""
    kept = release("uk")
    last = uk.waiting(kept.frame("awaiting_decision")).filter(date=date(2024, 9, 30)).row(0, named=True)
    assert (last["waiting"], last["more_than_six_months"]) == (133_409, 83_888)
    ages = kept.frame("age_of_asylum_operations").filter(date=date(2023, 12, 31)).row(0, named=True)
    assert (ages["total"], ages["12_months"]) == (97_787, 33_317)
    # Another count of the same day: claims waiting of the quarterly tables, main applicants.
    waiting = kept.frame("awaiting_decision").filter(date=date(2023, 12, 31), applicant_type=MAIN)
    assert waiting["applications"].sum() == 95_252


def test_stocks_are_those_of_december_with_further_review() -> None:
    """UNHCR's stock agrees within its rounding in the years that both count alike."""
    ours = release("uk").frame("stocks").group_by("year").agg(pl.col("pending").sum())
    theirs = release("unhcr").frame("stocks").filter(asylum="GBR").group_by("year").agg(pl.col("pending").sum())
    both = {year: (home, un) for year, home, un in ours.join(theirs, on="year").iter_rows()}
    for year in (2010, 2011, 2012, 2021):
        home, un = both[year]
        assert abs(home - un) < 0.005 * home, year


def test_the_home_offices_own_rate_is_answered_of_main_applicants_and_the_others_of_everybody() -> None:
    answered = answer(release("uk"), Question(asylum="GBR", first_year=2023, last_year=2023))
    found = {one.name: (one.unit, round(one.value, 1)) for one in answered.measures if isinstance(one, Measure)}
    assert found["home_office_grant_rate"] == ("C", 66.7)
    assert found["total_protection_rate"] == ("P", 66.5)
    assert found["positive_of_all_outcomes"] == ("P", 48.0)


def test_the_books_close_for_all_but_two_origins_in_every_run() -> None:
    """Joins leave a column with an empty first chunk in one run of four; polars 2.1 then panicked in its wording."""
    check = next(check for check in CHECKS if check.name == "stock_flow_of_pair")
    for _ in range(30):
        found = check.find(release("uk"), None)
        assert set(found.select("origin", "last_year").rows()) == {("IRQ", 2019), ("XXA", 2023)}
