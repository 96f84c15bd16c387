"""Tables on disk: whole or not at all, every bad row named, every format alike."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.errors import TimelineError
from asylon.law.frames import SCHEMA
from asylon.law.many import assess_many
from asylon.law.stream import assess_file
from asylon.law.vocabulary import PACK_ROOT
from tests.shared import packs

ON = date(2026, 11, 21)
ROWS = 200_000


def table(rows: int) -> pl.DataFrame:
    cases = pl.Series("case", [f"c{number // 4}" for number in range(rows)])
    return pl.DataFrame(
        {
            "case": cases,
            "jurisdiction": ["ru"] * rows,
            "on": [("2026-01-10", "2026-02-20", "2026-03-01", "2026-03-02")[n % 4] for n in range(rows)],
            "event": [("lodged", "interview", "decision_first_instance", "notification")[n % 4] for n in range(rows)],
            "details": [
                ('{"procedure": "asylum"}', None, '{"outcome": "rejected"}', '{"mode": "received"}')[n % 4]
                for n in range(rows)
            ],
        }
    )


def spoil(frame: pl.DataFrame, row: int, column: str, value: str) -> pl.DataFrame:
    """Return the table with one cell changed; rows are counted from 1."""
    cell = pl.when(pl.int_range(pl.len()) == row - 1).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    return frame.with_columns(cell)


def save(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".ndjson":
        frame.write_ndjson(path)
    else:
        frame.write_parquet(path)


def load(path: Path) -> pl.DataFrame:
    if path.suffix == ".csv":
        return pl.read_csv(path)
    if path.suffix == ".ndjson":
        return pl.read_ndjson(path, infer_schema_length=None)
    return pl.read_parquet(path)


def run(events: Path, out: Path, cases: Path | None = None) -> int:
    return assess_file(events, out, on=ON, packs=PACK_ROOT, cases=cases, workers=1).duties


def refused(events: Path, out: Path) -> list[str]:
    with pytest.raises(TimelineError) as caught:
        run(events, out)
    return str(caught.value).split("\n")


@pytest.mark.parametrize("has_old", [False, True])
def test_one_bad_row_of_very_many(tmp_path: Path, has_old: bool) -> None:
    events, out = tmp_path / "events.parquet", tmp_path / "duties.parquet"
    spoil(table(ROWS), 150_001, "on", "2026-02-30").write_parquet(events)
    if has_old:
        out.write_bytes(b"old")
    found = refused(events, out)
    assert found == [
        "events.parquet, row 150001, case c37500, field 'on': '2026-02-30' is a day that does not exist; "
        "write a day such as 2026-01-31."
    ]
    assert (out.read_bytes() == b"old") if has_old else not out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["duties.parquet", "events.parquet"][1 - has_old :]


def test_bad_rows_of_several_kinds_are_all_named(tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    frame = spoil(spoil(spoil(table(400), 399, "event", "decison"), 101, "on", "soon"), 205, "details", "[1]")
    frame.write_csv(events)
    assert [fault.split(":")[0] for fault in refused(events, tmp_path / "out.csv")] == [
        "events.csv, row 101, case c25, field 'on'",
        "events.csv, row 205, case c51, field 'details'",
        "events.csv, row 399, case c99, field 'event'",
    ]


def test_unknown_event_in_a_table_gets_the_nearest(tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    spoil(table(4), 1, "event", "lodgd").write_csv(events)
    (found,) = refused(events, tmp_path / "out.csv")
    assert "'lodgd' is not a known event; did you mean 'lodged'" in found


@pytest.mark.parametrize("ending", [".csv", ".ndjson", ".parquet"])
def test_formats_in_and_out_agree(tmp_path: Path, ending: str) -> None:
    frame, events, out = table(400), tmp_path / f"events{ending}", tmp_path / f"out{ending}"
    save(frame, events)
    expected = assess_many(frame, packs(), on=ON)
    assert run(events, out) == len(expected)
    read = load(out)
    assert read.columns == list(SCHEMA)
    assert sorted(read["rule"]) == sorted(expected["rule"])
    assert sorted(str(day) for day in read["legal_end"]) == sorted(str(day) for day in expected["legal_end"])


def test_rows_of_a_case_may_lie_apart(tmp_path: Path) -> None:
    frame = table(400)
    frame.write_parquet(tmp_path / "grouped.parquet")
    frame.sample(fraction=1.0, shuffle=True, seed=7).write_parquet(tmp_path / "mixed.parquet")
    run(tmp_path / "grouped.parquet", tmp_path / "a.parquet")
    run(tmp_path / "mixed.parquet", tmp_path / "b.parquet")
    order = ["case", "rule", "step", "trigger_on", "trigger_event"]
    one, other = (pl.read_parquet(tmp_path / f"{name}.parquet").sort(order) for name in "ab")
    assert one.equals(other)


def test_attributes_come_from_the_table_beside(tmp_path: Path) -> None:
    events, cases = tmp_path / "events.csv", tmp_path / "cases.csv"
    table(4).write_csv(events)
    pl.DataFrame({"case": ["c0"], "attributes": [json.dumps({"born": "2030"})]}).write_csv(cases)
    with pytest.raises(TimelineError, match="lies before the person was born"):
        run(events, tmp_path / "out.csv", cases)


def test_table_without_rows(tmp_path: Path) -> None:
    events, out = tmp_path / "events.parquet", tmp_path / "out.parquet"
    table(0).with_columns(pl.all().cast(pl.String)).write_parquet(events)
    assert run(events, out) == 0
    assert pl.read_parquet(out).columns == list(SCHEMA)


@pytest.mark.parametrize(
    ("name", "out", "expected"),
    [
        (
            "none.parquet",
            "out.csv",
            "none.parquet: cannot be read as a table (FileNotFoundError); check the path and the format.",
        ),
        (
            "bad.parquet",
            "out.csv",
            "bad.parquet: cannot be read as a table (ComputeError); check the path and the format.",
        ),
        (
            "short.csv",
            "out.csv",
            "short.csv: lacks the column event; an events table has case, jurisdiction, on, event, details.",
        ),
    ],
)
def test_tables_that_cannot_be_read(tmp_path: Path, name: str, out: str, expected: str) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"x")
    table(4).drop("event").write_csv(tmp_path / "short.csv")
    assert refused(tmp_path / name, tmp_path / out) == [expected]
    assert not (tmp_path / out).exists()


def test_places_to_write_to_that_are_wrong(tmp_path: Path) -> None:
    table(4).write_csv(tmp_path / "events.csv")
    (ending,) = refused(tmp_path / "events.csv", tmp_path / "out.xlsx")
    assert ending.endswith("out.xlsx: has an unknown ending; write to .parquet, .csv or .ndjson.")
    (folder,) = refused(tmp_path / "events.csv", tmp_path / "no" / "out.csv")
    assert folder.endswith("no: is not a folder; make it first.")


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (1, "jurisdiction", "Russia"),
        (1, "jurisdiction", ""),
        (2, "jurisdiction", "il"),
        (1, "case", ""),
        (1, "details", '{"x_a": [1]}'),
    ],
)
def test_rows_only_the_reader_of_single_cases_refuses(tmp_path: Path, row: int, column: str, value: str) -> None:
    events = tmp_path / "events.parquet"
    spoil(table(4), row, column, value).write_parquet(events)
    assert refused(events, tmp_path / "out.csv")


def test_detail_that_is_null_is_not_given() -> None:
    frame = spoil(table(4), 1, "details", '{"state": null, "procedure": "asylum"}')
    given = spoil(table(4), 1, "details", '{"procedure": "asylum"}')
    assert len(assess_many(frame, packs(), on=ON)) == len(assess_many(given, packs(), on=ON))


def test_details_as_objects_of_ndjson(tmp_path: Path) -> None:
    row = {"case": "a", "jurisdiction": "ru", "on": "2026-01-01", "event": "lodged", "details": {"procedure": "asylum"}}
    (tmp_path / "events.ndjson").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert run(tmp_path / "events.ndjson", tmp_path / "out.csv") > 0


def test_result_does_not_overwrite_its_source(tmp_path: Path) -> None:
    table(4).write_parquet(tmp_path / "events.parquet")
    assert refused(tmp_path / "events.parquet", tmp_path / "events.parquet")
