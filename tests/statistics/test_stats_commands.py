"""`asylon stats`: the contract of its JSON, and one sentence for every bad input, with nothing written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from asylon.statistics.doubts import CHECKS
from tests.shared import asylon
from tests.statistics.stores import small, unhcr_tables

POLAND = {"coo": "SYR", "coa": "POL"}
PAIR = ("--origin", "SYR", "--asylum", "POL")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases; the later one lacks a year and says one figure differently."""
    root = tmp_path_factory.mktemp("stats")
    for version, day, rejected in (("2024", date(2025, 6, 1), 2000), ("2025", date(2026, 6, 1), 2500)):
        years = range(2018, 2025) if version == "2024" else (*range(2018, 2022), 2023, 2024)
        raw = unhcr_tables(
            [{"year": year, **POLAND, "applied": 3000} for year in years if year != 2019],
            [
                {"year": year, **POLAND, "dec_recognized": 400, "dec_rejected": rejected if year == 2020 else 2000}
                for year in years
            ],
            [{"year": year, **POLAND, "asylum_seekers": 1000 + year} for year in years],
        )
        small(root, raw, version=version, dated=day)
    # What is found once is kept; tests that nothing is written look for anything else.
    asylon("stats", "doubts", "--data", root)
    return root


def ask(data: Path, *words: object) -> Any:
    ran = asylon("stats", *words, "--json", "--data", data)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return json.loads(ran.out)


def files(root: Path) -> dict[str, int]:
    return {path.relative_to(root).as_posix(): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- contract


def test_pair(data: Path) -> None:
    found = ask(data, "pair", *PAIR, "--from", 2019, "--to", 2023)
    assert set(found) >= {"release", "rows", "measures", "doubts", "licence"}
    assert (found["release"], found["origin"], found["asylum"]) == ("unhcr@2025", "SYR", "POL")
    assert "CC BY 4.0" in found["licence"]
    rows = {row["year"]: row for row in found["rows"]}
    assert list(rows) == [2019, 2020, 2021, 2023]
    assert set(rows[2020]) >= {
        *("year", "applications", "recognised", "other", "rejected", "closed", "pending", "unit", "closed_share")
    }
    assert (rows[2019]["applications"], rows[2020]["applications"]) == (None, 3000)
    assert (rows[2020]["recognised"], rows[2020]["other"], rows[2020]["rejected"]) == (400, 0, 2500)
    for measure in found["measures"]:
        assert set(measure) >= {"measure", "title", "body", "value", "unit", "origin", "asylum", "from", "to"}
        about = {"formula", "levels", "closed_share", "rounding", "sampling", "interval", "release", "licence"}
        assert set(measure) >= ({"reason"} if measure["value"] is None else about)


def test_pair_as_of(data: Path) -> None:
    assert ask(data, "pair", *PAIR, "--as-of", "2024")["release"] == "unhcr@2024"
    assert ask(data, "pair", *PAIR, "--as-of", "2025-12-31")["release"] == "unhcr@2024"
    years = [row["year"] for row in ask(data, "pair", *PAIR, "--as-of", "unhcr@2024")["rows"]]
    assert 2022 in years


def test_a_country_as_a_whole_and_the_world(data: Path) -> None:
    pair, country, world = (ask(data, "pair", *asked) for asked in (PAIR, PAIR[2:], ()))
    assert (country["origin"], world["origin"], world["asylum"]) == (None, None, None)
    assert pair["rows"] == country["rows"] == world["rows"]


def test_names_are_read_as_codes(data: Path) -> None:
    named = ask(data, "pair", "--origin", "Syria", "--asylum", "poland")
    assert (named["origin"], named["asylum"]) == ("SYR", "POL")


def test_doubts(data: Path) -> None:
    found = ask(data, "doubts")
    assert found
    for doubt in found:
        assert set(doubt) >= {"check", "country", "years", "size", "why"}
        assert doubt["check"] in {check.name for check in CHECKS}
        first, last = doubt["years"]
        assert first <= last
        assert isinstance(doubt["size"], float)
    gone = [doubt for doubt in found if doubt["check"] == "missing_report"]
    assert {(doubt["country"], doubt["years"][0], doubt["table"]) for doubt in gone} == {
        ("POL", 2022, "decisions"),
    }


def test_doubts_of_some_years_and_one_check(data: Path) -> None:
    assert {doubt["check"] for doubt in ask(data, "doubts", "--check", "missing_report")} == {"missing_report"}
    assert ask(data, "doubts", "--check", "missing_report", "--from", 2023) == []
    assert ask(data, "doubts", "--asylum", "DEU") == []
    checks = ask(data, "doubts", "--checks")
    assert [check["check"] for check in checks] == [check.name for check in CHECKS]
    assert all(check["looks_for"] and check["threshold"] for check in checks)


def test_changes(data: Path) -> None:
    found = ask(data, "changes", "2024", "2025")
    assert (found["before"], found["after"], found["changed"]) == ("unhcr@2024", "unhcr@2025", 1)
    (change,) = found["changes"]
    about = {"table": "decisions", "year": 2020, "origin": "SYR", "asylum": "POL", "authority": "G", "stage": None}
    about |= {"level": "FI", "unit": "P", "figure": "rejected"}
    assert change == about | {"before": 2000, "after": 2500, "difference": 500, "kind": "revised"}
    assert found["countries"] == [
        {"table": "decisions", "asylum": "POL", "year": 2020, "rows": 1, "moved": 500, "difference": 500}
    ]
    same = ask(data, "changes", "2024", "2024")
    assert (same["changed"], same["changes"], same["countries"]) == (0, [], [])


def test_waiting(data: Path) -> None:
    found = ask(data, "waiting", *PAIR, "--after", 2)
    assert set(found) >= {"origin", "asylum", "years", "still_waiting", "finding", "assumptions", "release", "licence"}
    assert set(found["years"][0]) == {"year", "applied", "positive", "rejected", "closed", "pending", "implied_wait"}
    assert {share["after_years"] for share in found["still_waiting"]} == {1, 2}
    assert set(found["positive"]) == {"value", "low", "high"}
    assert found["finding"][0].startswith("People from Syria who asked Poland for asylum")


def test_releases(data: Path) -> None:
    found = ask(data, "releases", "unhcr")
    assert [row["release"] for row in found] == ["unhcr@2024", "unhcr@2025"]
    for row in found:
        assert set(row) >= {"release", "dated", "title", "licence", "origin", "latest_year", "latest_year_covers"}
        assert all(len(table["sha256"]) == 64 and table["rows"] > 0 for table in row["tables"].values())
    assert ask(data, "releases") == found
    assert ask(data, "releases", "uk") == []


def test_sources() -> None:
    ran = asylon("stats", "sources", "--json")
    names = [row["name"] for row in json.loads(ran.out)]
    assert names[0] == "unhcr"


@pytest.mark.parametrize(
    "words",
    [
        ("pair", *PAIR),
        ("pair",),
        ("waiting", *PAIR),
        ("doubts",),
        ("changes", "2024", "2025"),
        ("releases",),
        ("verify",),
    ],
    ids=lambda words: words[0],
)
def test_the_same_for_a_person_to_read(data: Path, words: tuple[str, ...]) -> None:
    before = files(data)
    ran = asylon("stats", *words, "--data", data)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip()
    assert files(data) == before, "a question writes nothing"


def test_no_row_is_shown_as_a_dash_and_never_as_nought(data: Path) -> None:
    out = asylon("stats", "pair", *PAIR, "--from", 2019, "--to", 2019, "--data", data).out
    (line,) = [line for line in out.splitlines() if line.startswith("2019")]
    assert line.split() == ["2019", "-", "400", "0", "2,000", "0", "0", "3,019"]
    empty = asylon("stats", "pair", "--origin", "IRQ", "--asylum", "POL", "--data", data)
    assert empty.code == 0
    assert "No row: nothing was reported for this pair and time. That is not zero." in empty.out


def test_a_rate_is_shown_with_all_it_rests_on(data: Path) -> None:
    out = asylon("stats", "pair", *PAIR, "--from", 2020, "--to", 2020, "--data", data).out
    (line,) = [line for line in out.splitlines() if "total protection rate;" in line]
    for part in ("13.8 %", "rounding and sampling", "400 of 2,900 persons", "closed 0 %", "level FI"):
        assert part in line
    assert "CC BY 4.0" in out


# ---------------------------------------------------------------- bad input

BAD: list[tuple[tuple[str, ...], str]] = [
    (("pair", "--origin", "Rusia"), "--origin 'Rusia': is no country; did you mean RUS (Russia)"),
    (("pair", "--origin", "GFR"), "--origin 'GFR': is UNHCR's own code for Germany, not ISO 3166 alpha-3; write DEU."),
    (("pair", "--asylum", "IL"), "--asylum 'IL': is a two-letter code for Israel, not ISO 3166 alpha-3; write ISR."),
    (("waiting", "--asylum", "QQQQ"), "--asylum 'QQQQ': is no country"),
    (("pair", "--from", "2024", "--to", "2019"), "the years are reversed; write --from 2019 --to 2024."),
    (("waiting", "--from", "2024", "--to", "2019"), "the years are reversed"),
    (("doubts", "--from", "2024", "--to", "2019"), "the years are reversed"),
    (("pair", "--from", "1960", "--to", "1970"), "years 1960-1970: unhcr@2025 holds the years 2018-2024"),
    (("waiting", "--from", "2030"), "years 2030-: unhcr@2025 holds the years 2018-2024"),
    (("pair", "--from", "last"), "Invalid value for '--from': 'last' is not a valid integer."),
    (("pair", "--orgin", "RUS"), "'--origin'"),
    (("pair", "--asilum", "RUS"), "Did you mean '--asylum'?"),
    (("pare",), "No such command 'pare'"),
    (("pair", "--level", "F1"), "--level 'F1': is no code; write one of FI (first instance), NA (new applications)"),
    (("pair", "--level", "JRR"), "--level 'JRR': is no code; did you mean JR (judicial review)?"),
    (("pair", "--authority", "X"), "--authority 'X': is no code; write one of G (government), U (UNHCR)"),
    (("pair", "--stage", "new"), "--stage 'new': is no code"),
    (("pair", "--source", "unchr"), "unchr: is no source; did you mean unhcr?"),
    (("doubts", "--source", "zzz"), "zzz: is no source; write one of unhcr"),
    (("changes", "2024", "2025", "--source", "unchr"), "unchr: is no source; did you mean unhcr?"),
    (("releases", "unchr"), "unchr: is no source; did you mean unhcr?"),
    (("pair", "--source", "uk"), "holds no release of uk; run 'asylon stats fetch uk'"),
    (
        ("pair", "--as-of", "2019.9"),
        "release '2019.9': is neither a release here nor a day; write one of 2024 (2025-06-01)",
    ),
    (("waiting", "--as-of", "2001-01-01"), "release 2001-01-01: is before the first release here"),
    (("changes", "2024", "2026"), "release '2026': is neither a release here nor a day"),
    (("changes", "2024"), "Missing argument 'B'"),
    (("changes", "2024", "2025", "--limit", "-1"), "Invalid value for '--limit'"),
    (("doubts", "--check", "no_such"), "--check 'no_such': is no check; write one of coding_break"),
    (("waiting", "--after", "0"), "Invalid value for '--after'"),
    (("check", "nowhere.txt"), "nowhere.txt: cannot be read; write the path of a text file"),
    (("fetch", "unchr"), "unchr: is no source; did you mean unhcr?"),
    (("fetch", "bamf"), "bamf: cannot be fetched by program; download it from"),
]


@pytest.mark.parametrize(("words", "told"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_is_one_sentence_and_writes_nothing(data: Path, words: tuple[str, ...], told: str) -> None:
    before = files(data)
    ran = asylon("stats", *words, "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert files(data) == before


def test_a_code_that_means_two_countries_is_read_by_iso_and_said(data: Path) -> None:
    ran = asylon("stats", "pair", "--asylum", "AUS", "--data", data)
    assert ran.code == 0
    assert ran.err == (
        "--asylum AUS: read as Australia, by ISO; UNHCR's own tables write AUS for Austria, which is AUT here.\n"
    )
    assert "Australia" in ran.out
    assert "Austria" not in ran.out
    named = asylon("stats", "pair", "--asylum", "Australia", "--data", data)
    assert named.err == "", "a name means one country only"


@pytest.mark.parametrize(
    "words",
    [("pair",), ("waiting",), ("doubts",), ("changes", "1", "2"), ("releases",), ("check", "-")],
    ids=lambda words: words[0],
)
def test_offline_with_nothing_fetched(tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"In 2016, 395 Russians asked Israel.")))
    ran = asylon("stats", *words, "--data", tmp_path / "none")
    assert (ran.code, ran.out) == (2, "")
    assert "run 'asylon stats fetch unhcr', or 'asylon stats import unhcr" in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_kosovo_is_said_to_stand_with_serbia(data: Path) -> None:
    ran = asylon("stats", "pair", "--origin", "Kosovo", "--data", data)
    assert ran.code == 0
    assert ran.err == "--origin XKX: UNHCR's own tables count Kosovo with Serbia, which is SRB here.\n"


def test_the_folder_is_told_by_option_or_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASYLON_DATA", str(data))
    assert asylon("stats", "releases").code == 0
    monkeypatch.setenv("ASYLON_DATA", str(data / "nowhere"))
    assert asylon("stats", "releases").code == 2
    assert asylon("stats", "releases", "--data", data).code == 0
    monkeypatch.delenv("ASYLON_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(data / "home"))
    assert str(data / "home" / "asylon" / "statistics") in asylon("stats", "releases").err


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    release = small(
        tmp_path,
        unhcr_tables([{"year": 2020, **POLAND, "applied": 1}], [{"year": 2020, **POLAND}], [{"year": 2020, **POLAND}]),
    )
    path = release.path("decisions")
    path.write_bytes(path.read_bytes()[:-20])
    ran = asylon("stats", "verify", "--data", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert path.stem in ran.err
    assert asylon("stats", "pair", "--data", tmp_path).code == 2


def test_a_store_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = asylon("stats", "pair", "--data", tmp_path / "file")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
