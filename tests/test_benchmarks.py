"""The benchmarks run, find the same duties again, and print numbers."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from benchmarks import national, single
from benchmarks.desk import main as desk_main
from benchmarks.peers import asylon_from_columns, asylon_from_texts
from benchmarks.plain_rules import RULES, Answers, Workload
from benchmarks.run import DESK, DOCUMENT, Check, Part, kept_desk, main, report

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


@needs_proc
def test_national_caseload_gives_numbers_and_equal_duties() -> None:
    first, again = (national.measure("ru", 10_000, 1) for _ in range(2))
    assert first.cases == 10_000
    assert first.events > first.cases
    assert first.duties == again.duties > first.cases
    assert 0 < first.work <= first.wall
    assert 10_000_000 < first.sampled <= first.bound


def test_single_case_gives_numbers() -> None:
    found = single.measure(repeats=2, starts=1)
    assert found.duties > 0
    assert 0 < found.middle <= found.slowest
    assert found.slowest < found.cold <= found.coldest


@needs_proc
def test_quick_prints_both_caseloads_and_leaves_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    before = os.stat(DOCUMENT).st_mtime_ns if DOCUMENT.exists() else None
    assert main(["--quick"]) == 0
    printed = capsys.readouterr().out
    for law in national.KINDS.values():
        row = re.search(rf"\| {re.escape(law)} \| 10,000 \| ([\d,]+) \| ([\d,]+) \| ([\d.]+) \|", printed)
        assert row is not None
        assert all(float(number.replace(",", "")) > 0 for number in row.groups())
    assert re.search(r"cold start, ms \| [1-9]\d* \|", printed)
    assert before == (os.stat(DOCUMENT).st_mtime_ns if DOCUMENT.exists() else None)


def test_a_missed_limit_is_shown() -> None:
    checks = Check("one", "5 s", "under 4 s", holds=False), Check("two", "3 s", "under 4 s", holds=True)
    text = report([Part("", checks)])
    assert "| one | 5 s | under 4 s | **no** |" in text
    assert "| two | 3 s | under 4 s | yes |" in text


def test_plain_rules_of_days_and_weeks_end_where_addition_says() -> None:
    work = Workload(300)
    texts, columns = (measure(work, 1)[1] for measure in (asylon_from_texts, asylon_from_columns))
    assert texts.differences(columns) == dict.fromkeys(("raw", "legal", "safe", "standing", "days"), 0)
    for place, rule in enumerate(RULES):
        if rule.unit in ("days", "weeks"):
            days = rule.number * (7 if rule.unit == "weeks" else 1)
            assert (texts.raw[:, place] == work.dates[rule.trigger] + days).all()


def test_a_different_answer_is_counted() -> None:
    ours = Answers(raw=np.array([[1, 2], [3, 4]], np.int64))
    assert ours.differences(Answers(raw=np.array([[1, 9]], np.int64))) == {"raw": 1}


def test_the_section_of_the_desk_survives_the_other_benchmarks(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    assert kept_desk(document) == ""
    document.write_text(f"# How fast\n\nmuch\n\n{DESK}\n\nours\n", "utf-8")
    assert kept_desk(document) == f"\n{DESK}\n\nours\n"


def test_the_desk_is_measured_on_the_embedded_store(capsys: pytest.CaptureFixture[str]) -> None:
    before = DOCUMENT.read_text("utf-8")
    assert desk_main(["--quick", "--store", "sqlcipher"]) == 0
    printed = capsys.readouterr().out
    for page in ("board", "list of a section", "list of cases", "case"):
        row = re.search(rf"\| SQLCipher \| {page} \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|", printed)
        assert row is not None
        assert all(float(number) > 0 for number in row.groups())
    assert re.search(r"\| SQLCipher \| 200 \| [1-9]\d* \| \d\.\d\d \|", printed)
    assert DOCUMENT.read_text("utf-8") == before
