"""From timelines to waits: which start, which end, and what cannot be reckoned is told, not dropped."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylon.errors import StatisticsError
from asylon.law.days import parse_date
from asylon.statistics.durations import WaitCurve, compare, cumulative_incidence
from asylon.statistics.waits import Waits, durations_of
from tests.shared import ROOT, shared

ON = date(2026, 1, 1)


def table(cases: dict[str, list[Any]], jurisdiction: str = "ru") -> pl.DataFrame:
    rows = [
        (case, jurisdiction, day, event, json.dumps(details[0]) if details else None)
        for case, told in cases.items()
        for day, event, *details in told
    ]
    return pl.DataFrame(
        rows, dict.fromkeys(("case", "jurisdiction", "on", "event", "details"), pl.String), orient="row"
    )


def waits(*told: Any, on: date = ON, **asked: Any) -> Waits:
    return durations_of(table({"x": list(told)}), on=on, **asked)


def wait(*told: Any, on: date = ON, **asked: Any) -> tuple[Any, ...]:
    found = waits(*told, on=on, **asked).frame
    return found.select("days", "low", "high", "cause").row(0)


LODGED = ("2020-01-01", "lodged")


def test_a_wait_runs_from_the_first_start_to_the_first_end() -> None:
    told = [
        ("2020-03-01", "decision_first_instance", {"outcome": "rejected"}),
        ("2020-01-11", "lodged"),
        ("2020-01-01", "registration"),
        ("2020-02-01", "interview"),
        ("2021-01-01", "removal"),
    ]
    assert wait(*told) == (60, 60, 60, "decision")
    assert wait(*told, starts=["lodged"]) == (50, 50, 50, "decision")
    assert wait(*told, ends={"removal": ["removal"]}) == (366, 366, 366, "removal")
    row = waits(*told).frame.row(0, named=True)
    assert (row["started"], row["ended"], row["year"]) == (date(2020, 1, 1), date(2020, 3, 1), 2020)


@pytest.mark.parametrize("event", ["withdrawal", "departure_voluntary", "removal", "transfer_executed", "death"])
def test_other_ends_compete_with_the_decision(event: str) -> None:
    cause = {"departure_voluntary": "departure", "transfer_executed": "transfer"}.get(event, event)
    assert wait(LODGED, ("2020-01-11", event), ("2020-01-12", "decision_first_instance")) == (10, 10, 10, cause)


def test_what_comes_later_is_not_seen() -> None:
    told = LODGED, ("2020-03-01", "decision_first_instance")
    assert wait(*told, on=date(2020, 2, 29)) == (59, 59, 59, None)
    assert wait(*told, on=date(2020, 3, 1)) == (60, 60, 60, "decision")
    before = waits(*told, on=date(2019, 12, 31))
    assert (before.frame.height, before.unstarted) == (0, ("x",))


def test_of_two_ends_on_one_day_the_cause_named_first_counts() -> None:
    told = LODGED, ("2020-03-01", "departure_voluntary"), ("2020-03-01", "decision_first_instance")
    assert wait(*told)[3] == "decision"
    ends = {"departure": ["departure_voluntary"], "decision": ["decision_first_instance"]}
    assert wait(*told, ends=ends)[3] == "departure"


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2011-10", "2011-11-10", (40, 10, 40)),
        ("2011-10-01", "2011-11", (31, 31, 60)),
        ("2011-10-20", "2011-10", (0, 0, 11)),
        ("2011-10-20", "2011", (0, 0, 72)),
        ("2011", "2012", (365, 1, 730)),
        ("2011-10-20", "after 2011-10", (12, 12, 5187)),
        ("2011-10-20", "before 2011-11", (0, 0, 11)),
    ],
)
def test_a_partial_date_gives_a_range_and_its_first_day_counts(start: str, end: str, wanted: Any) -> None:
    found = waits((start, "lodged"), (end, "decision_first_instance"))
    assert found.frame.select("days", "low", "high", "cause").row(0) == (*wanted, "decision")
    assert found.partial == 1


def test_a_partial_start_of_a_wait_that_goes_on() -> None:
    assert wait(("2025", "lodged")) == (365, 1, 365, None)
    assert wait(("2026", "lodged")) == (0, 0, 0, None)
    assert waits(LODGED).partial == 0


def test_a_start_without_a_first_possible_day_is_named() -> None:
    found = waits(("before 2015", "lodged"), ("2016-01-01", "decision_first_instance"))
    assert (found.frame.height, found.undated, found.unstarted) == (0, ("x",), ())


def test_an_end_before_the_start_is_listed_and_gives_no_wait() -> None:
    found = waits(LODGED, ("2019-12-31", "decision_first_instance"), ("2020-05-01", "withdrawal"))
    assert found.frame.height == 0
    assert found.impossible.rows() == [("x", date(2020, 1, 1), date(2019, 12, 31), "decision_first_instance")]
    month = waits(LODGED, ("2019-11", "decision_first_instance")).impossible
    assert month["ended"].to_list() == [date(2019, 11, 30)]
    assert waits(LODGED, ("2020-01-01", "decision_first_instance")).impossible.height == 0
    assert waits(("2020-01-15", "lodged"), ("2020-01", "decision_first_instance")).impossible.height == 0


def test_leaving_before_asking_belongs_to_an_earlier_stay() -> None:
    found = waits(("2016-05-01", "departure_voluntary"), ("2016-05-01", "removal"), LODGED)
    assert found.impossible.height == 0
    assert found.frame.select("days", "cause").row(0) == ((ON - date(2020, 1, 1)).days, None)


def test_a_decision_of_another_procedure_does_not_end_the_wait() -> None:
    refugee, temporary = {"procedure": "refugee_status"}, {"procedure": "temporary_asylum"}
    told = [
        ("2020-01-01", "lodged", refugee),
        ("2020-01-05", "decision_first_instance", temporary),
        ("2020-02-01", "lodged", temporary),
        ("2020-02-11", "decision_first_instance", temporary),
        ("2020-04-01", "decision_first_instance", refugee),
    ]
    assert wait(*told) == (91, 91, 91, "decision")
    assert waits(*told).frame["procedure"].to_list() == ["refugee_status"]
    assert wait(*told[2:], procedure="temporary_asylum") == (10, 10, 10, "decision")
    assert waits(*told[:1], procedure="temporary_asylum").unstarted == ("x",)
    assert wait(*told[:1], ("2020-01-03", "withdrawal"))[3] == "withdrawal"


def test_a_stage_is_not_an_end_and_another_state_is_not_here() -> None:
    admissible = ("2020-02-01", "decision_first_instance", {"outcome": "admissible"})
    abroad = ("2020-02-01", "decision_first_instance", {"state": "de"})
    assert wait(LODGED, admissible, abroad)[3] is None
    assert wait(LODGED, ("2020-02-01", "decision_first_instance", {"state": "ru"}))[3] == "decision"


def test_office_and_procedure_are_those_of_the_start() -> None:
    decided = ("2020-02-01", "decision_first_instance", {"body": "court", "procedure": "asylum"})
    assert waits(LODGED, decided).frame.select("office", "procedure").row(0) == (None, None)
    told = ("2019-12-30", "intent_expressed", {"to": "registering"}), ("2020-01-01", "lodged", {"to": "Rome"})
    assert waits(*told).frame["office"].to_list() == ["Rome"]
    told = (
        ("2019-12-30", "registration", {"by": "police", "procedure": "asylum"}),
        ("2020-01-01", "lodged", {"to": "y"}),
    )
    assert waits(*told).frame.select("office", "procedure").row(0) == ("police", "asylum")


def test_nationality_comes_from_the_cases_and_may_be_unknown() -> None:
    people = pl.DataFrame({"case": ["b", "a", "z"], "attributes": ['{"nationality": "SYR"}', "{}", None]})
    found = durations_of(table({"a": [LODGED], "b": [LODGED], "c": [LODGED]}), on=ON, cases=people)
    assert dict(found.frame.select("case", "nationality").iter_rows()) == {"a": None, "b": "SYR", "c": None}
    assert waits(LODGED).frame["nationality"].to_list() == [None]


DAYS = st.integers(1, 27).map(lambda day: f"2020-02-{day:02}") | st.sampled_from(
    ["2020-02", "2020", "after 2020-02-10", "before 2020-02-10"]
)
EVENTS = st.sampled_from(["registration", "lodged", "decision_first_instance", "withdrawal", "removal", "interview"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.tuples(DAYS, EVENTS), max_size=6), min_size=1, max_size=4), st.integers(1, 29))
def test_every_case_is_told_once_and_ranges_hold_their_days(cases: list[list[Any]], seen: int) -> None:
    named = {f"case {number}": told for number, told in enumerate(cases)}
    on = date(2020, 2, seen)
    found = durations_of(table(named), on=on)
    told = [*found.frame["case"], *found.impossible["case"], *found.undated, *found.unstarted]
    assert sorted(told) == [name for name, events in named.items() if events]
    for row in found.frame.iter_rows(named=True):
        assert 0 <= row["low"] <= row["days"] <= row["high"]
        starts = [parse_date(day).lo for day, event in named[row["case"]] if event in ("registration", "lodged")]
        assert row["started"].toordinal() == min(starts) <= on.toordinal()
        assert row["is_partial"] or row["low"] == row["high"]


BAD: list[tuple[Any, str]] = [
    (table({"x": [("2020-13-01", "lodged")]}), "events, row 1, field 'on': '2020-13-01' is a day that does not exist"),
    (table({"x": [LODGED, ("soon", "removal")]}), "events, row 2, field 'on': 'soon' is not a date"),
    (table({"x": [("", "lodged")]}), "events, row 1: has no 'on'"),
    (table({"": [LODGED]}), "events, row 1: has no 'case'"),
    (table({"x": [LODGED]}).with_columns(details=pl.lit("{")), "events, row 1, field 'details': is not a JSON object"),
    (table({"x": [LODGED]}).with_columns(details=pl.lit("[1]")), "is not a JSON object"),
    (table({"x": [LODGED]}).drop("on", "case"), "events: lacks case, on"),
]


@pytest.mark.parametrize(("events", "sentence"), BAD)
def test_a_table_that_cannot_be_read_is_refused(events: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        durations_of(events, on=ON)
    assert sentence in str(caught.value)


def test_unknown_names_and_double_cases_are_refused() -> None:
    with pytest.raises(StatisticsError, match=r"'lodgd' is not a known event; did you mean 'lodged'"):
        waits(LODGED, starts=["lodgd"])
    with pytest.raises(StatisticsError, match="'nothing of the kind' is not a known event"):
        waits(LODGED, ends={"decision": ["nothing of the kind"]})
    with pytest.raises(StatisticsError, match="cases: lacks attributes"):
        waits(LODGED, cases=pl.DataFrame({"case": ["x"]}))
    with pytest.raises(StatisticsError, match="x stands twice"):
        waits(LODGED, cases=pl.DataFrame({"case": ["x", "x"], "attributes": ["{}", "{}"]}))


def test_an_empty_table_gives_no_waits() -> None:
    found = durations_of(table({}), on=ON)
    assert (found.frame.height, found.impossible.height, found.undated, found.unstarted) == (0, 0, (), ())


def test_published_cases_wait_as_their_judgments_say() -> None:
    """S.K. v. Russia: lodged 5 May 2015, refused 6 August 2015; the others are read without a fault."""
    rows = []
    for path in sorted((ROOT / "examples").glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        rows += [
            (case["case"], case["jurisdiction"], told.pop("on"), told.pop("event"), json.dumps(told))
            for told in case["events"]
        ]
    events = pl.DataFrame(rows, ["case", "jurisdiction", "on", "event", "details"], orient="row")
    found = durations_of(events, on=ON)
    waited = found.frame.filter(pl.col("case") == "ru-sk-2017").select("days", "cause", "procedure").row(0)
    assert waited == ((date(2015, 8, 6) - date(2015, 5, 5)).days, "decision", "temporary_asylum")


def test_stays_of_removal_in_canada_as_timelines() -> None:
    """The 14 impossible orders are listed; the other motions wait a median of 4 days where decided."""
    stays = pl.read_parquet(shared() / "data" / "canada_fc_stays" / "fc_stays_2012_2022.parquet")
    asked = stays.select("docket", on="notice_date", event=pl.lit("stay_requested"), by="city_filed")
    decided = stays.select("docket", on="stay_outcome_date", event=pl.lit("stay_decided"), by="city_filed")
    events = (
        pl.concat([asked, decided])
        .drop_nulls("on")
        .select("on", "event", case="docket", jurisdiction=pl.lit("ca"), details=pl.struct("by").struct.json_encode())
    )
    asked_as = {"starts": ["stay_requested"], "ends": {"decision": ["stay_decided"]}}
    found = durations_of(events, on=date(2022, 11, 22), **asked_as)  # type: ignore[arg-type]
    assert found.impossible.height == 14
    assert (found.impossible["ended"] < found.impossible["started"]).all()
    told = found.frame.height + 14 + len(found.unstarted) + len(found.undated)
    assert told == events["case"].n_unique()
    ended = found.frame.drop_nulls("cause")
    assert ended.height + 14 == 1603 + 3120
    assert ended["days"].median() == 4
    offices = compare(found.frame, "office", minimum=50)
    largest = found.frame["office"].mode()[0]
    assert isinstance(offices[largest], WaitCurve)
    share = cumulative_incidence(found.frame["days"], found.frame["cause"])["decision"].share_at(4)
    assert share.value == pytest.approx((ended["days"] <= 4).sum() / found.frame.height, abs=0.01)
