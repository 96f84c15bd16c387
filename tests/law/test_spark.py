"""Spark gives the rows that `assess_many` gives."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from asylon.law.frames import SCHEMA
from asylon.law.many import assess_many
from asylon.law.spark import SPARK_SCHEMA
from tests.shared import packs

ON = date(2026, 11, 21)
COLUMNS = ("case", "jurisdiction", "on", "event", "details", "attributes")

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def rows() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for number in range(60):
        case = f"c{number:02}"
        country, person = ("ru", "il", "de")[number % 3], ('{"born": 1990}', "{}")[number % 2]
        found += [
            (case, country, f"2026-0{number % 9 + 1}-15", "lodged", '{"procedure": "asylum"}', person),
            (case, country, f"2026-0{number % 9 + 1}", "detention_started", '{"ordered_by": "authority"}', person),
            (
                case,
                country,
                "2026-10-01",
                "decision_first_instance",
                '{"procedure": "asylum", "outcome": "rejected"}',
                person,
            ),
            (case, country, "2026-10-05", "notification", '{"mode": "received"}', person),
        ]
    return found


def by_one_core() -> list[dict[str, Any]]:
    table = pl.DataFrame(rows(), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    people = table.select("case", "attributes").unique("case")
    return assess_many(table.drop("attributes"), packs(), on=ON, cases=people).to_dicts()


def in_order(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda row: str([row[name] for name in SCHEMA]))


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not here")
    for name in ("pyspark", "pyarrow", "pandas"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # else the workers take whatever python3 is found first
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "3",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]").appName("asylon")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_gives_the_same_rows(spark: Any) -> None:
    from asylon.law.spark import assess_frame

    frame = spark.createDataFrame(rows(), ", ".join(f"`{name}` string" for name in COLUMNS))
    found = [row.asDict() for row in assess_frame(frame, on=ON).collect()]
    expected = by_one_core()
    assert len(expected) > 300
    assert in_order(found) == in_order(expected)


def test_schema_for_spark_names_the_columns_of_the_duties_table() -> None:
    names = [column.split(" ")[0] for column in SPARK_SCHEMA.split(", ")]
    assert names == list(SCHEMA)
