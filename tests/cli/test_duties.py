"""`asylon duties`: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.shared import asylon, case, event

DUTY_KEYS = {
    "rule", "step", "title", "bearer", "kind", "trigger", "raw_end", "legal_end", "safe_end", "standing",
    "met_on", "days", "missing", "why", "consequence", "source",
}  # fmt: skip
MORE_DUTY_KEYS = {"latest_end", "displaced_by"}  # not in the contract, of use beside it
CASE = case(event("2026-03-15", "temporary_asylum_granted", until="2027-03-15"), nationality="SYR") | {
    "case": "Alia-Haddad"
}
HEADER = "case,jurisdiction,on,event,details\n"


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    (tmp_path / "case.json").write_text(json.dumps(CASE), encoding="utf-8")
    return "case.json"


def test_contract(case_file: str) -> None:
    ran = asylon("duties", case_file, "--on", "2026-11-21", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert (found["case"], found["on"]) == ("Alia-Haddad", "2026-11-21")
    assert {"case", "on", "duties", "rights", "bodies"} <= set(found)
    for duty in found["duties"]:
        assert set(duty) == DUTY_KEYS | MORE_DUTY_KEYS
        assert set(duty["trigger"]) == {"event", "on"}
        assert {"citation", "url", "confidence"} <= set(duty["source"])
        assert duty["why"]
    for right in found["rights"]:
        assert {"right", "article", "source"} <= set(right)
    for body in found["bodies"]:
        assert set(body) == {"body", "open", "why"}


def test_duty_of_the_contract_in_the_design(case_file: str) -> None:
    found = json.loads(asylon("duties", case_file, "--on", "2026-11-21", "--json").out)
    (duty,) = [duty for duty in found["duties"] if (duty["rule"], duty["step"]) == ("RU-12", "first")]
    assert {
        key: duty[key] for key in ("raw_end", "legal_end", "safe_end", "standing", "met_on", "days", "missing")
    } == {
        "raw_end": "2027-02-15",
        "legal_end": "2027-02-15",
        "safe_end": "2027-02-15",
        "standing": "running",
        "met_on": None,
        "days": 86,
        "missing": [],
    }
    assert (duty["bearer"], duty["kind"]) == ("applicant", "deadline_backward")
    assert duty["trigger"] == {"event": "temporary_asylum_granted", "on": "2026-03-15"}
    assert duty["source"]["confidence"] == "medium"


def test_ends_that_depend_on_the_hour_are_date_times(tmp_path: Path) -> None:
    held = case(event("2027-03-25", "detention_started", time="10:00"), jurisdiction="il")
    (tmp_path / "held.json").write_text(json.dumps(held), encoding="utf-8")
    found = json.loads(asylon("duties", "held.json", "--on", "2027-03-26", "--json").out)
    assert [duty["legal_end"] for duty in found["duties"] if duty["rule"] == "IL-11"] == ["2027-03-29T11:00"]


def test_one_case_is_an_object_and_several_are_a_list(tmp_path: Path, case_file: str) -> None:
    (tmp_path / "two.json").write_text(json.dumps([CASE, CASE | {"case": "b"}]), encoding="utf-8")
    (tmp_path / "one.csv").write_text(HEADER + "a,ru,2026-01-01,lodged,\n", encoding="utf-8")
    for file, kind in ((case_file, dict), ("two.json", list), ("one.csv", list)):
        assert isinstance(json.loads(asylon("duties", file, "--on", "2026-11-21", "--json").out), kind)


def test_plain_output(case_file: str) -> None:
    ran = asylon("duties", case_file, "--on", "2026-11-21", "--why")
    assert (ran.code, ran.err) == (0, "")
    for words in ("Case Alia-Haddad, seen on 21 November 2026", "RU-12", "1 month back from 15 March 2027."):
        assert words in " ".join(ran.out.split())


def test_doubts_are_told_beside_the_result(tmp_path: Path) -> None:
    raw = case(event("2026-01-01", "removal"), event("2026-02-01", "lodged"))
    (tmp_path / "gone.json").write_text(json.dumps(raw), encoding="utf-8")
    ran = asylon("duties", "gone.json", "--on", "2026-11-21", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["case"] == "x"
    assert ran.err == (
        "Doubtful: gone.json, case x, lodged of 2026-02-01: needs the person in the country, who left on 2026-01-01 "
        "(removal); add the return as 'arrival' or correct the dates.\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--on", "2026-02-30"], "--on: '2026-02-30' is a day that does not exist; write a day such as 2026-11-21."),
        (["--on", "2026-02"], "--on: '2026-02' is not a single day; write a day such as 2026-11-21."),
        (["--on", "today"], "--on: 'today' is not a date; write a day such as 2026-11-21."),
        (["--out", "x.xlsx"], "x.xlsx: has an unknown ending; write to .parquet, .csv or .ndjson."),
        (["--packs", "nowhere"], "nowhere: holds no vocabulary.yaml; name a folder of law packs."),
    ],
)
def test_options_that_are_wrong(case_file: str, words: list[str], sentence: str) -> None:
    ran = asylon("duties", case_file, *words)
    assert (ran.code, ran.out, ran.err) == (2, "", sentence + "\n")


def test_files_that_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("[]", encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(case(event("2026-01-01", "logded"), 5)), encoding="utf-8")
    for file, sentences in (
        ("none.json", ["none.json: cannot be read (No such file or directory); check the path."]),
        ("empty.json", ["empty.json: holds no case; add at least one."]),
        (
            "bad.json",
            [
                "bad.json, case x, event 1, field 'event': 'logded' is not a known event; "
                "did you mean 'lodged' or 'forwarded' or 'absconded'?",
                "bad.json, case x, event 2: is not an event (an object); "
                'write {"on": "2026-01-31", "event": "lodged"}.',
            ],
        ),
    ):
        ran = asylon("duties", file, "--on", "2026-11-21", "--json")
        assert (ran.code, ran.out, ran.err.splitlines()) == (2, "", sentences)


@pytest.mark.parametrize("words", [[], ["--nope"], ["a.json", "b.json"]])
def test_wrong_use_exits_with_2(words: list[str]) -> None:
    ran = asylon("duties", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_many_cases_to_a_table(tmp_path: Path) -> None:
    rows = (
        'Alia-Haddad,ru,2026-03-15,temporary_asylum_granted,"{""until"": ""2027-03-15"", ""note"": ""from Aleppo""}"\n'
    )
    (tmp_path / "events.csv").write_text(HEADER + rows, encoding="utf-8")
    ran = asylon("duties", "events.csv", "--on", "2026-11-21", "--out", "duties.parquet")
    assert ran.code == 0
    found = pl.read_parquet(tmp_path / "duties.parquet")
    assert "RU-12" in found["rule"].to_list()
    assert ran.out.startswith(f"{len(found)} duties of 1 case")
    for private in ("Alia", "Haddad", "Aleppo", "2027-03-15"):
        assert private not in ran.out + ran.err


def test_progress_holds_numbers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    from asylon.law.stream import assess_file
    from asylon.law.vocabulary import PACK_ROOT

    (tmp_path / "events.csv").write_text(HEADER + "Alia-Haddad,ru,2026-01-01,lodged,\n", encoding="utf-8")
    told: list[tuple[object, ...]] = []
    out = tmp_path / "out.csv"
    assess_file(
        tmp_path / "events.csv", out, on=date(2026, 2, 1), packs=PACK_ROOT, progress=lambda *seen: told.append(seen)
    )
    assert told == [(1, 1)]


def test_failed_run_leaves_the_old_table(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(HEADER + "a,ru,2026-02-30,lodged,\n", encoding="utf-8")
    (tmp_path / "duties.csv").write_text("old", encoding="utf-8")
    ran = asylon("duties", "events.csv", "--on", "2026-11-21", "--out", "duties.csv")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("events.csv, row 1, case a, field 'on': '2026-02-30' is a day that does not exist;")
    assert (tmp_path / "duties.csv").read_text(encoding="utf-8") == "old"
