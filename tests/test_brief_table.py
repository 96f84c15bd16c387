"""The table of the law brief's rows is whole and up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.brief_table import ROWS, Row, entries_of, find_entries, main, read_rows, unaccounted, write_table

from asylon.law.packload import load_packs

BRIEF = Path(__file__).parent.parent.parent / "shared" / "law" / "brief.md"
NEEDS_BRIEF = pytest.mark.skipif(not BRIEF.is_file(), reason="the law brief is not beside this checkout")
NUMBERED = re.compile(r"[A-Z]{2,3}(-[A-Z]+)?-\d+[a-z]?")
STATES = {
    "Russia": "RU", "Israel": "IL", "Germany": "DE", "Italy": "IT", "Serbia": "RS", "Armenia": "AM", "Georgia": "GE",
    "Kazakhstan": "KZ", "United Kingdom": "GB", "United States": "US",
}  # fmt: skip
SYSTEMS = {
    "EU APR": ["COUNT-EU-APR"],
    "EU AMMR": ["COUNT-EU-AMM"],
    "Dublin III": ["COUNT-EU-DUBLIN"],
    "Qualification, Reception, Return acts": ["COUNT-EU-1182"],
    "ECtHR": ["COUNT-ECHR"],
    "Russia, Law on Refugees": ["COUNT-RU-LAW"],
    "Russia, CAS (courts)": ["COUNT-RU-CAS"],
    "Russia, KoAP": ["COUNT-RU-KOAP"],
    "Israel": ["COUNT-IL-LAW"],
    "Israel, court recess": ["COUNT-IL-COURT", "RECESS-il-summer", "RECESS-il-sukkot", "RECESS-il-pesach"],
    "Germany": ["COUNT-DE-LAW"],
    "United Kingdom": ["COUNT-GB-TRIBUNAL"],
    "United States (EOIR)": ["COUNT-US-EOIR"],
    "United States (I-589 year)": ["COUNT-US-I589"],
    "Serbia": ["COUNT-RS-LAW"],
    "Armenia, Georgia, Kazakhstan": ["COUNT-AM-LAW", "COUNT-GE-LAW", "COUNT-KZ-LAW"],
}


def test_every_row_stands_in_the_packs() -> None:
    assert unaccounted(read_rows(), find_entries(load_packs())) == []


def test_the_document_is_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_no_id_stands_twice() -> None:
    ids = [row.id for row in read_rows()]
    assert len(ids) == len(set(ids))


def test_a_row_that_came_to_nothing_is_named() -> None:
    rows = [Row("2", "RU-20", "Complaint"), Row("2", "RU-99", "No such row")]
    entries = find_entries(load_packs())
    assert unaccounted(rows, entries) == ["RU-99"]
    assert "| RU-99 | No such row | **nothing** |" in write_table(rows, entries)


def test_an_id_does_not_reach_a_longer_number() -> None:
    entries = find_entries(load_packs())
    assert [entry.name for entry in entries_of(Row("5.2", "UK-03", ""), entries)] == ["UK-03"]
    assert [entry.name for entry in entries_of(Row("5.1", "DE-05", ""), entries)] == ["DE-05-undeliverable", "DE-05"]


def test_check_says_no_when_the_document_is_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tools.brief_table.DOCUMENT", tmp_path / "brief-rows.md")
    assert main(["--check"]) == 1


@NEEDS_BRIEF
def test_every_row_of_the_brief_is_listed() -> None:
    in_brief = list(_brief_ids(BRIEF.read_text(encoding="utf-8")))
    assert len(in_brief) > 250  # the tables were found at all
    assert sorted(set(in_brief) - {row.id for row in read_rows()}) == [], f"add them to {ROWS.name}"


def _brief_ids(text: str) -> Iterator[str]:
    """Yield the id of each row of the tables in sections 0 to 6."""
    section = ""
    for line in text.splitlines():
        if heading := re.match(r"#{2,3} (\d(\.\d)?)[. ]", line):
            section = heading[1]
        cells = [cell.strip() for cell in line.split("|")]
        if not line.startswith("| ") or section[:1] > "6" or cells[1] in ("id", "art.", "State", "system", "kind"):
            continue
        yield from _ids(section, cells[1])


def _ids(section: str, first: str) -> list[str]:
    if section == "0":
        return [f"KIND-{first}"]
    if section == "1.1":
        return ["INT-A" + first.split(",")[0].replace("(2)", "")]
    if section == "1.3":
        return [f"BODY-{STATES[name]}" for name in first.split(", ")]
    if section == "6":
        return SYSTEMS[first]
    assert NUMBERED.fullmatch(first), f"section {section}: {first!r} is no id"
    return [first]
