"""The duties of a national caseload on Spark: the same pure function, partition by partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asylon.law.vocabulary import PACK_ROOT

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SPARK_SCHEMA = (
    "case string, rule string, step string, bearer string, kind string, trigger_event string, trigger_on date, "
    "raw_end date, legal_end date, safe_end date, latest_end date, end_minute int, standing string, met_on date, "
    "days int, displaced_by string, missing array<string>"
)


def assess_frame(events: DataFrame, *, on: date, packs: Path = PACK_ROOT) -> DataFrame:
    """Return the duties of all cases in the Spark table `events`.

    `events` has the columns of an events table and, if there are attributes, a column
    `attributes` (JSON text, the same on every row of a case). All events of a case go to one
    partition, in the order in which they came.
    """
    from pyspark.sql import functions as F  # noqa: N812  Spark's own idiom

    names = ["case", "jurisdiction", "on", "event", "details"]
    if "attributes" in events.columns:
        names.append("attributes")
    ordered = events.select(*names).withColumn("place", F.monotonically_increasing_id())
    grouped = ordered.repartition("case").sortWithinPartitions("case", "place")

    def assess_partition(batches: Iterable[Any]) -> Iterator[Any]:
        yield from _assess_batches(batches, on, packs)

    return grouped.mapInArrow(assess_partition, SPARK_SCHEMA)


def _assess_batches(batches: Iterable[Any], on: date, packs: Path) -> Iterator[Any]:
    """Yield the duties of one partition of cases as Arrow record batches."""
    import polars as pl
    import pyarrow as pa

    from asylon.law.many import assess_many
    from asylon.law.packload import load_packs

    parts = list(batches)
    if not parts:
        return
    events = pl.DataFrame(pl.from_arrow(pa.Table.from_batches(parts)))
    cases = None
    if "attributes" in events.columns:
        cases = events.select("case", "attributes").unique("case", keep="first", maintain_order=True)
    duties = assess_many(events, load_packs(packs), on=on, cases=cases)
    table = duties.to_arrow(compat_level=pl.CompatLevel.oldest())
    yield from table.cast(_plain_schema(table.schema)).to_batches()


def _plain_schema(schema: Any) -> Any:
    """Return an Arrow schema without the large types of polars, which Spark does not take back."""
    import pyarrow as pa

    plain = {pa.large_string(): pa.string(), pa.large_list(pa.large_string()): pa.list_(pa.string())}
    return pa.schema([(field.name, plain.get(field.type, field.type)) for field in schema])
