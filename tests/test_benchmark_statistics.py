"""The observatory's benchmark runs, finds the same rates in every way, and holds each number to its limit."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import rates
from benchmarks.statistics import DOUBTS_SECONDS, Found, Timed, _checks, _commands, measure, statistics_part

from tests.statistics.stores import unhcr_tables


def table(path: Path) -> Path:
    """Decisions of four pairs, small cells and nobody among them; one key stands in two levels."""
    rows = [
        (2020, "SYR", 5, 0, 10, 3),
        (2020, "AFG", 0, 0, 0, 7),
        (2021, "SYR", 40, 5, 0, 0),
        (2021, "AFG", 0, 5, 60, 0),
    ]
    frame = pl.DataFrame(
        [(*row, "POL", unit) for row in (*rows, rows[0]) for unit in ("P", "C")],
        schema=["year", "origin", *rates.OUTCOMES, "asylum", "unit"],
        orient="row",
    )
    frame.write_parquet(path)
    return path


def test_every_way_finds_the_same_rates(tmp_path: Path) -> None:
    found = rates.measure(table(tmp_path / "decisions.parquet"), repeats=2)
    assert {way.name for way in found} == {rates.OURS, rates.BY_HAND, rates.PANDAS, rates.DUCKDB}
    assert len({way.task for way in found}) == 2
    for way in found:
        assert way.rows == 8
        if way.middle is not None and way.slowest is not None:
            assert 0 < way.middle <= way.slowest
    assert next(way for way in found if way.name == rates.OURS).middle


def test_another_rate_stops_the_run(tmp_path: Path) -> None:
    file = table(tmp_path / "decisions.parquet")
    ours = rates.by_hand(file, bounds=False)
    rates.compare({rates.OURS: lambda: ours, "again": lambda: ours.reverse()})
    with pytest.raises(RuntimeError, match="other finds other rates"):
        rates.compare({rates.OURS: lambda: ours, "other": lambda: ours.with_columns(closed_share=1.0)})
    with pytest.raises(RuntimeError, match="less has other columns"):
        rates.compare({rates.OURS: lambda: ours, "less": lambda: ours.drop("closed_share")})


def test_without_the_figures_nothing_is_measured(tmp_path: Path) -> None:
    part = statistics_part(data=tmp_path)
    assert "nothing was measured" in part.text
    assert len(part.checks) == 11
    assert {check.holds for check in part.checks} == {None}
    assert {check.measured for check in part.checks} == {"not measured"}


def found(seconds: float, releases: int = 10) -> Found:
    one = [Timed("one", seconds, seconds, 1)]
    return Found([], one, one, {"Parquet": one[0], "rda": one[0]}, one[0], 5, releases)


def test_a_limit_holds_or_is_missed() -> None:
    assert [check.holds for check in _checks(found(0.01))][6:] == [True] * 5
    assert [check.holds for check in _checks(found(DOUBTS_SECONDS))][6:] == [False] * 5
    assert [check.holds for check in _checks(found(0.01, releases=1))][-1] is None, "ten releases or none"


def test_everything_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn over small tables in the form of UNHCR's; changes need two releases, so they are left out."""
    tables = unhcr_tables(
        [{"year": year, "coo": "RUS", "coa": "ISR", "applied": 40} for year in (2015, 2020)],
        [{"year": year, "coo": "RUS", "coa": "ISR", "dec_rejected": 30} for year in (2015, 2020)],
        [{"year": 2020, "coo": "RUS", "coa": "ISR", "asylum_seekers": 10}],
    )
    (tmp_path / "unhcr").mkdir()
    for name, frame in tables.items():
        frame.write_parquet(tmp_path / "unhcr" / f"{name}.parquet")
    every = [words for words in _commands(tmp_path) if words[0] != "changes"]
    monkeypatch.setattr("benchmarks.statistics._commands", lambda folder: every[-2:])
    measured = measure(repeats=1, starts=1, imports=1, data=tmp_path)
    assert measured is not None
    assert (measured.releases, set(measured.imports)) == (1, {"Parquet", "rda"})
    assert [timed.what.split()[2] for timed in measured.commands] == ["check", "releases"]
    for timed in (*measured.questions, *measured.commands, *measured.imports.values(), measured.doubts):
        assert 0 < timed.middle <= timed.slowest
    assert {way.rows for way in measured.ways} == {2}
