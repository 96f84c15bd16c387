"""Case files and events tables: what is read, what is refused, what comes back unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from asylon.errors import TimelineError
from asylon.law import Event, Timeline, read_timeline, write_timeline
from asylon.law.casefiles import read_cases, write_atomically, write_cases
from tests.shared import case, event, shared

ENDINGS = (".json", ".csv", ".ndjson", ".jsonl", ".parquet")
HEADER = "case,jurisdiction,on,event,details\n"


def facts(timelines: list[Timeline]) -> list[tuple[str, str, list[Event]]]:
    return [(t.case, t.jurisdiction, list(t.events)) for t in timelines]


def refused(path: Path, cases: Path | None = None) -> list[str]:
    with pytest.raises(TimelineError) as caught:
        read_cases(path, cases)
    return str(caught.value).split("\n")


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rich_case(name: str) -> Timeline:
    events = [
        event("before 2011-10", "arrival", wording="around the olive harvest", manner="irregular"),
        event("2011-10", "lodged", procedure="asylum", precision="month"),
        event("2011-10-05/2011-11", "interview", note='said "yes", and\nmore\u2028lines\x85'),
        event("2012", "decision_first_instance", outcome="rejected", x_file="7;8,9"),
        event("2012-02-29", "notification", of="decision_first_instance", mode="received", time="09:05"),
        event("2012-02-29", "notification", of="decision_first_instance", mode="oral", time="23:59"),
        event("after 2012-03", "note", note="Ἄσυλον, убежище, מקלט, لجوء"),
        event("2012-05-01", "term_extended", of="RU-05", months=3),
    ]
    return read_timeline(case(*events, nationality="SYR", born="1986-02", region="BE") | {"case": name})


@pytest.mark.parametrize("ending", ENDINGS)
def test_round_trip_keeps_every_event(tmp_path: Path, ending: str) -> None:
    written = [rich_case("a"), rich_case('case, with "comma"\nand line')]
    path = tmp_path / f"cases{ending}"
    write_cases(written, path)
    assert facts(read_cases(path)) == facts(written)


def test_json_round_trip_keeps_the_person_and_the_rest(tmp_path: Path) -> None:
    raw = case(event("2011-10", "lodged"), nationality="SYR", born=1986, family=["y"], unaccompanied_minor=False)
    raw |= {"title": "T", "source": {"citation": "c", "paragraphs": "§§ 3-22"}, "x_own": [1, {"a": None}]}
    path = tmp_path / "case.json"
    write_cases([read_timeline(raw)], path)
    assert read_cases(path) == [read_timeline(raw)]
    assert json.loads(path.read_text())["source"] == raw["source"]


def test_attributes_come_from_the_table_beside(tmp_path: Path) -> None:
    events = write(tmp_path, "e.csv", HEADER + "a,ru,2026-01-01,lodged,\nb,ru,2026-01-01,lodged,\n")
    people = write(tmp_path, "p.csv", 'case,attributes\na,"{""nationality"": ""SYR""}"\n')
    assert [t.attributes for t in read_cases(events, people)] == [{"nationality": "SYR"}, {}]


def test_real_cases_round_trip(tmp_path: Path) -> None:
    files = sorted((shared() / "data" / "cases").glob("*.json"))
    assert len(files) == 40
    for file in files:
        read = read_cases(file)
        for ending in ENDINGS:
            path = tmp_path / f"{file.stem}{ending}"
            write_cases(read, path)
            assert facts(read_cases(path)) == facts(read)
        again = read_cases(tmp_path / file.name)
        assert (again[0].attributes, again[0].extra) == (read[0].attributes, read[0].extra)
        assert count_of_facts(json.loads(file.read_text())) == count_of_facts(write_timeline(again[0]))


def count_of_facts(raw: dict[str, Any]) -> int:
    return sum(len(item) for item in raw["events"]) + len(raw["attributes"]) + len(raw)


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = write(tmp_path, "bom.json", b"\xef\xbb\xbf" + json.dumps(case()).encode())
    assert read_cases(path)[0].case == "x"


def test_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.json") == ["no.json: cannot be read (No such file or directory); check the path."]


@pytest.mark.parametrize("name", ["latin.json", "latin.csv", "latin.ndjson"])
def test_wrong_encoding(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, '{"case": "Ж"}'.encode("cp1251"))
    assert refused(path) == [f"{name}, byte 10: is not UTF-8; save the file as UTF-8."]


def test_text_that_is_not_json(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", '{\n "case": x}')
    expected = "a.json, line 2, column 10: is not JSON (Expecting value); mend the text there."
    assert refused(path) == [expected]


def test_field_twice_in_json(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", '{"case": "a", "case": "b"}')
    assert refused(path) == ["a.json: field 'case' stands twice in one object; keep one of the two."]


def test_field_twice_in_a_row_and_in_details(tmp_path: Path) -> None:
    rows = write(tmp_path, "a.ndjson", '{"case": "a", "case": "b"}\n')
    assert refused(rows) == ["a.ndjson, row 1: field 'case' stands twice in one object; keep one of the two."]
    table = write(tmp_path, "a.csv", HEADER + 'a,ru,2026-01-01,lodged,"{""note"":1,""note"":2}"\n')
    expected = "a.csv, row 1, field 'details': field 'note' stands twice in one object; keep one of the two."
    assert refused(table) == [expected]


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5000, '{"case": "\\ud800"}'])
def test_json_that_is_not_plain(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "a.json", text)
    assert refused(path) == ["a.json: is not a plain JSON case file; check its numbers and nesting."]


def test_missing_column_is_said_once(tmp_path: Path) -> None:
    table = write(tmp_path, "a.csv", "case,jurisdiction,details\na,ru,\nb,ru,\n")
    assert refused(table) == ["a.csv: lacks the columns on, event; add them."]
    people = write(tmp_path, "p.csv", "case\na\n")
    assert refused(write(tmp_path, "b.csv", HEADER), people) == ["p.csv: lacks the column attributes; add it."]
    parquet = tmp_path / "a.parquet"
    pl.DataFrame({"case": ["a"], "jurisdiction": ["ru"], "on": ["2026-01-01"]}).write_parquet(parquet)
    assert refused(parquet) == ["a.parquet: lacks the column event; add it."]


def test_empty_cells_bad_details_and_two_countries_are_all_named(tmp_path: Path) -> None:
    rows = "a,ru,2026-01-01,lodged,\n,ru,,lodged,\na,il,2026-01-02,interview,\na,ru,2026-01-03,interview,[1]\n"
    assert refused(write(tmp_path, "a.csv", HEADER + rows)) == [
        "a.csv, row 2, field 'case': is empty; fill it in.",
        "a.csv, row 2, field 'on': is empty; fill it in.",
        "a.csv, row 3, field 'jurisdiction': 'il' differs from 'ru' in an earlier row of the case; "
        "give one case one jurisdiction.",
        'a.csv, row 4, field \'details\': is not a JSON object; write {"detail": "value"}.',
    ]


def test_rows_that_are_no_objects(tmp_path: Path) -> None:
    assert refused(write(tmp_path, "a.ndjson", "5\n\nnonsense\n")) == [
        'a.ndjson, row 1: is not an object; write {"case": …, "on": …, "event": …}.',
        "a.ndjson, row 3: is not JSON; write one object a line.",
    ]


def test_bytes_that_are_no_parquet(tmp_path: Path) -> None:
    path = write(tmp_path, "a.parquet", "x")
    expected = "a.parquet: cannot be read as Parquet (ComputeError); check the path and write the table again."
    assert refused(path) == [expected]


def test_faults_of_all_cases_of_a_file(tmp_path: Path) -> None:
    bad = [case(event("2026-01-01", "logded")) | {"case": name} for name in "ab"]
    found = refused(write(tmp_path, "a.json", json.dumps([*bad, 5])))
    assert [fault.split(":")[0] for fault in found] == [
        "a.json, case a, event 1, field 'event'",
        "a.json, case b, event 1, field 'event'",
        "a.json",
    ]


def test_interrupted_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
