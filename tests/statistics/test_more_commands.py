"""Commands for what needs more than one country or one source: adjusted rates, panels, inhabitants, cohorts, waits."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from asylon.statistics.sources import source, write_drafts
from asylon.statistics.store import Store
from tests.shared import ROOT, asylon, shared
from tests.statistics.stores import TODAY, full


@lru_cache(maxsize=1)
def others(folder: Path) -> Store:
    store = Store(Path(mkdtemp(prefix="asylon-statistics-")))
    for name in ("uk", "population"):
        write_drafts(store, source(name).manifest, source(name).read(folder / name), today=TODAY)
    unhcr = full().release(as_of="2025.12.1")
    store.write(unhcr.edition, {name: unhcr.frame(name) for name in ("applications", "decisions", "stocks")})
    return store


def ask(*words: object) -> Any:
    ran = asylon("stats", *words, "--json", "--data", others(shared() / "data").root)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_germany_adjusted_for_who_applies() -> None:
    direct, indirect = ask("adjusted", "--asylum", "DEU", "--from", 2023, "--to", 2023)
    assert (round(direct["crude"], 1), round(direct["value"], 1)) == (68.5, 43.5)
    assert round(indirect["value"], 1) == 94.7
    assert 90 < direct["coverage"] < 94
    assert len(direct["strata"]) == 79


def test_a_trend_tells_who_is_left_out() -> None:
    panel = ask("trend", "--from", 2016, "--to", 2025)
    assert len(panel["countries"]) == 114
    left_out = {row["asylum"]: row["reason"] for row in panel["left_out"]}
    assert "USA" in left_out
    assert not set(left_out) & set(panel["countries"])


def test_per_inhabitant() -> None:
    (found,) = ask("per-capita", "--asylum", "DEU", "--year", 2016)
    assert found["value"] == pytest.approx(100_000 * 722_373 / 81_914_672)
    assert any("projection" in warning for warning in found["warnings"])


def test_cohorts_of_the_united_kingdom() -> None:
    rates = {year: [m["value"] for m in ask("cohort", "--year", year)[:2]] for year in (2012, 2019)}
    assert [round(rate, 1) for rate in rates[2019]] == [57.0, 72.3]
    assert [round(rate, 1) for rate in rates[2012]] == [36.7, 53.9]


def test_waits_of_a_case_file() -> None:
    ran = asylon("stats", "waits", ROOT / "examples" / "ru-za-2017.json", "--on", "2017-03-28", "--json")
    row = json.loads(ran.out)
    assert (row["cases"], row["ended"], row["median_days"]["value"]) == (1, 1, 104)
    early = json.loads(
        asylon("stats", "waits", ROOT / "examples" / "ru-za-2017.json", "--on", "2015-09-01", "--json").out
    )
    assert (early["ended"], early["median_days"]["value"]) == (0, None)
