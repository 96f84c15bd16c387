"""A small store: published facts about a few pairs of countries, enough for every kind of page.

Russians in Israel 2016-2025 and Syrians in Russia 2016-2020 are UNHCR's figures (Refugee Population Statistics
Database, release of June 2026, CC BY 4.0); the other rows are made up to show a break of units, a half year and a
code with two meanings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from asylon.statistics.store import Edition, Store
from asylon.statistics.tables import split_half, with_new

Rows = Mapping[int, tuple[int | None, ...]]
# year: applied, recognised, other, rejected, closed, pending
RUSSIANS_IN_ISRAEL: Rows = {
    2016: (395, None, None, None, None, 352),
    2017: (635, 0, 0, 5, 168, 805),
    2018: (2772, 0, 0, 209, 397, 2971),
    2019: (4477, 0, 0, 776, 740, 5932),
    2020: (325, 0, 5, 963, 1320, 3967),
    2021: (53, 0, 0, 391, 1099, 2537),
    2022: (1012, 0, 0, 53, 465, 3037),
    2023: (1864, 0, 0, 20, 1264, 3809),
    2024: (700, 0, 0, 35, 673, 3800),
    2025: (447, 0, 0, 72, 598, 3577),
}
SYRIANS_IN_RUSSIA: Rows = {
    2016: (1045, 0, 542, 0, 369, 383),
    2017: (688, 0, 352, 0, 444, 303),
    2019: (288, 127, 0, 0, 209, 110),
    2020: (194, 50, 0, 0, 195, 54),
}
MANY: Rows = {2023: (900, 300, 20, 80, 40, 500), 2024: (900, 310, 30, 90, 40, 450), 2025: (900, 100, 30, 290, 40, 400)}
FEW: Rows = {2024: (20, 5, 0, 15, 0, 10)}

PAIRS: tuple[tuple[str, str, str, str, Rows], ...] = (
    ("RUS", "ISR", "FA", "P", RUSSIANS_IN_ISRAEL),
    ("SYR", "RUS", "TA", "P", SYRIANS_IN_RUSSIA),
    ("RUS", "DEU", "NA", "P", MANY),
    ("RUS", "AUS", "FI", "P", FEW),
    ("RUS", "USA", "IN", "C", dict.fromkeys(range(2018, 2021), MANY[2024])),
    ("RUS", "USA", "IN", "P", dict.fromkeys(range(2021, 2026), MANY[2024])),
    ("AFG", "AUT", "FI", "P", MANY),
)


def write_store(root: Path) -> Store:
    """Write two releases into a store: the older one ends with a half year and lacks what was revised later."""
    store = Store(root)
    store.write(_edition("2025.06.0", date(2025, 11, 20), covers="first half"), split_half(_tables(before=True), 2025))
    store.write(_edition("2025.12.1", date(2026, 6, 25), covers="full year"), _tables(before=False))
    return store


def _edition(version: str, dated: date, *, covers: str) -> Edition:
    return Edition(
        source="unhcr",
        version=version,
        dated=dated,
        title=f"Figures of a test {version}",
        licence="CC BY 4.0",
        attribution="UNHCR Refugee Population Statistics Database, https://www.unhcr.org/refugee-statistics/",
        origin="a test",
        fetched=date(2026, 11, 25),
        latest_year=2025,
        latest_year_covers=covers,
    )


def _tables(*, before: bool) -> dict[str, pl.DataFrame]:
    applications, decisions, stocks = [], [], []
    for row in _rows():
        key = {name: row[name] for name in ("year", "origin", "asylum", "authority", "level", "unit")}
        applications.append({**key, "stage": "N", "applied": row["applied"]})
        outcomes = {name: row[name] for name in ("recognised", "other", "rejected", "closed")}
        if None not in outcomes.values():
            if before and row["year"] == 2024:
                outcomes["rejected"] += 100
            decisions.append({**key, **outcomes, "total": sum(outcomes.values())})
        place = {name: row[name] for name in ("year", "origin", "asylum")}
        stocks.append(
            {**place, "pending": row["pending"], "refugees": 0, "others_of_concern": 0, "returned_refugees": 0}
        )
    return {
        "applications": with_new(_frame(applications)),
        "decisions": _frame(decisions),
        "stocks": _frame(stocks).unique(["year", "origin", "asylum"], keep="first", maintain_order=True),
    }


def _rows() -> Iterator[dict[str, Any]]:
    names = ("applied", "recognised", "other", "rejected", "closed", "pending")
    for origin, asylum, level, unit, years in PAIRS:
        for year, values in years.items():
            about = {"year": year, "origin": origin, "asylum": asylum, "authority": "G", "level": level, "unit": unit}
            yield {**about, **dict(zip(names, values, strict=True))}


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("year").cast(pl.Int16))
