"""From timelines to waits: how long each case waited, how the wait ended, or that it goes on.

The events are those of the desk or of an events table, in the words of the vocabulary. Only what
had happened by a given day is seen, so that yesterday's question gives yesterday's answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl

from asylon.errors import StatisticsError
from asylon.law.days import FIRST, parse_date
from asylon.law.vocabulary import load_vocabulary

STARTS = ("intent_expressed", "registration", "lodged")
ENDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "decision": (
            "decision_first_instance",
            "refugee_status_granted",
            "subsidiary_protection_granted",
            "temporary_asylum_granted",
        ),
        "withdrawal": ("withdrawal",),
        "departure": ("departure_voluntary",),
        "removal": ("removal",),
        "transfer": ("transfer_executed",),
        "death": ("death",),
    }
)
EARLIER_STAY = ("departure_voluntary", "removal", "transfer_executed")  # before the start they end another stay
STAGES = ("admissible", "admitted")  # outcomes after which the application, and the wait, go on
COLUMNS = ("case", "jurisdiction", "on", "event", "details")
UNIX = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """What the cases of an events table waited, as seen `on` a day, and which cases give no wait.

    `frame` has one row a case: case, jurisdiction, started and ended (first possible days), days,
    low and high (the range that partial dates leave, equal to `days` without them), cause (null
    while the wait goes on), is_partial, procedure, office, year (of the start), nationality (null
    where not stated). `impossible` lists the cases that ended before they started: case, started
    (first possible day), ended (last possible day), event. `undated` names the cases whose start
    has no first possible day ("before 2015"), `unstarted` those that had no start by that day.
    """

    on: date
    frame: pl.DataFrame
    impossible: pl.DataFrame
    undated: tuple[str, ...]
    unstarted: tuple[str, ...]

    @property
    def partial(self) -> int:
        """Return how many of the waits rest on a date that is not a single day."""
        return int(self.frame["is_partial"].sum())


def durations_of(
    events: pl.DataFrame,
    *,
    on: date,
    starts: Sequence[str] = STARTS,
    ends: Mapping[str, Sequence[str]] = ENDS,
    cases: pl.DataFrame | None = None,
    procedure: str | None = None,
) -> Waits:
    """Return how long each case waited from the first of `starts` to the first of `ends`, in days.

    `events` has the columns case, jurisdiction, on, event, details (JSON text); `cases` has case
    and attributes (JSON text). A wait without an end is as long as it had lasted `on` that day.
    With `procedure` only starts that state it begin a wait. An end that states another procedure
    than the start does not end the wait; of two causes on one day the one named first in `ends`
    counts. A partial date counts from its first possible day, as in the law engine. Procedure and
    office are those of the start: taken from a decision they would be known of the decided alone.
    Raises StatisticsError for a table or an event name that cannot be read.
    """
    causes = {event: cause for cause, names in ends.items() for event in names}
    _check_names([*starts, *causes])
    seen = _seen(events, [*starts, *causes], on)
    begun = _begun(seen.filter(pl.col("event").is_in(list(starts))), procedure)
    ends_of_begun = _of_the_same_procedure(seen.filter(pl.col("event").is_in(list(causes))), begun)
    impossible, ended = _in_order(ends_of_begun)
    undated = begun.filter(pl.col("lo") == FIRST)["case"]
    good = begun.filter(~pl.col("case").is_in([*impossible["case"], *undated]))
    frame = _waits(good, _first_end(ended, causes, on), on).join(_nationalities(cases), "case", "left")
    names = events["case"].cast(pl.String).unique(maintain_order=True).drop_nulls()
    unstarted = names.filter(~names.is_in(begun["case"].to_list()))
    return Waits(on, frame.sort("case"), impossible, tuple(undated), tuple(unstarted))


def _check_names(names: Sequence[str]) -> None:
    vocabulary = load_vocabulary()
    for name in names:
        if name not in vocabulary.events:
            hint = vocabulary.nearest(name) or "use a name of the vocabulary"
            raise StatisticsError.single("starts and ends", f"{name!r} is not a known event", hint)


def _seen(events: pl.DataFrame, names: Sequence[str], on: date) -> pl.DataFrame:
    """Return the events of these names that had begun to be possible by that day, with their span and details."""
    missing = [column for column in COLUMNS if column not in events.columns]
    if missing:
        remedy = f"an events table has {', '.join(COLUMNS)}"
        raise StatisticsError.single("events", f"lacks {', '.join(missing)}", remedy)
    texts = events.select(pl.col(COLUMNS).cast(pl.String)).with_row_index("row", offset=1)
    chosen = texts.filter(pl.col("event").is_in(list(names)))
    for column in ("case", "on"):
        empty = chosen.filter(pl.col(column).fill_null("") == "")
        if len(empty):
            raise StatisticsError.single(f"events, row {empty['row'][0]}", f"has no {column!r}", "fill it in")
    spans = _looked_up(chosen, "on", _span, ("lo", "hi"), pl.Int64)
    details = _looked_up(chosen, "details", _told, ("procedure", "office", "to", "outcome", "state"), pl.String)
    told = chosen.join(spans, "on", "left").join(details, "details", "left", nulls_equal=True)
    is_here = pl.col("state").is_null() | (pl.col("state") == pl.col("jurisdiction"))
    goes_on = pl.col("outcome").is_in(STAGES).fill_null(value=False)
    return told.filter(is_here, ~goes_on, pl.col("lo") <= on.toordinal()).sort("case", "lo", "row")


def _looked_up(
    rows: pl.DataFrame, column: str, read: Callable[[str | None], Sequence[Any]], names: Sequence[str], kind: Any
) -> pl.DataFrame:
    """Return what `read` finds in each distinct text of a column; StatisticsError names the first row of a bad one."""
    first = rows.group_by(column, maintain_order=True).agg(pl.col("row").first())
    found = []
    for text, row in first.iter_rows():
        try:
            found.append((text, *read(text)))
        except ValueError as error:
            raise StatisticsError.single(f"events, row {row}, field {column!r}", *error.args) from None
    return pl.DataFrame(found, {column: pl.String, **dict.fromkeys(names, kind)}, orient="row")


def _span(text: str | None) -> tuple[int, int]:
    try:
        span = parse_date(text or "")
    except ValueError as error:
        raise ValueError(str(error), "write a day such as 2026-01-31") from None
    return span.lo, span.hi


def _told(text: str | None) -> tuple[str | None, ...]:
    try:
        details = json.loads(text or "{}")
    except (ValueError, RecursionError):
        details = None
    if not isinstance(details, dict):
        raise ValueError("is not a JSON object", 'write {"detail": "value"}')
    texts = {key: str(value) for key, value in details.items() if value not in (None, "")}
    return (
        texts.get("procedure"),
        texts.get("body") or texts.get("by"),
        texts.get("to"),
        texts.get("outcome"),
        texts.get("state"),
    )


def _begun(starts: pl.DataFrame, procedure: str | None) -> pl.DataFrame:
    """Return the first start of each case, in the order of cases, with what any of its starts says."""
    if procedure is not None:
        starts = starts.filter(pl.col("procedure") == procedure)
    # An application is lodged with an office; an intent may be told to anybody.
    office = pl.col("office").fill_null(pl.when(pl.col("event") == "lodged").then(pl.col("to")))
    told = (pl.col("procedure"), office.alias("office"))
    return starts.group_by("case", maintain_order=True).agg(
        pl.col("jurisdiction", "lo", "hi").first(), *(column.drop_nulls().first() for column in told)
    )


def _of_the_same_procedure(ends: pl.DataFrame, begun: pl.DataFrame) -> pl.DataFrame:
    start = begun.select("case", pl.col("procedure").alias("asked"), start="lo", start_hi="hi")
    is_same = pl.col("procedure").eq(pl.col("asked")).fill_null(value=True)
    return ends.join(start, "case").filter(is_same)


def _in_order(ends: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the first end of each case that lies before its start, and the ends that do not."""
    is_before = pl.col("hi") < pl.col("start")
    early = ends.filter(is_before, ~pl.col("event").is_in(EARLIER_STAY)).unique(
        "case", keep="first", maintain_order=True
    )
    listed = early.select("case", started=_day("start"), ended=_day("hi"), event="event")
    return listed, ends.filter(~is_before)


def _first_end(ends: pl.DataFrame, causes: Mapping[str, str], on: date) -> pl.DataFrame:
    """Return the first end of each case; of two on one day the cause named first."""
    order = {event: place for place, event in enumerate(causes)}
    return (
        ends.with_columns(
            pl.max_horizontal("lo", "start").alias("lo"),
            pl.col("hi").clip(upper_bound=on.toordinal()),
            pl.col("event").replace_strict(order, return_dtype=pl.Int64).alias("order"),
        )
        .sort("case", "lo", "order")
        .unique("case", keep="first", maintain_order=True)
        .select("case", "lo", "hi", pl.col("event").replace_strict(causes, return_dtype=pl.String).alias("cause"))
    )


def _waits(begun: pl.DataFrame, ends: pl.DataFrame, on: date) -> pl.DataFrame:
    rows = begun.join(ends, "case", "left", suffix="_end")
    now = on.toordinal()
    end_lo, end_hi = pl.col("lo_end").fill_null(now), pl.col("hi_end").fill_null(now)
    return rows.select(
        "case",
        "jurisdiction",
        started=_day("lo"),
        ended=_day("lo_end"),
        days=end_lo - pl.col("lo"),
        low=(end_lo - pl.col("hi")).clip(lower_bound=0),
        high=end_hi - pl.col("lo"),
        cause="cause",
        is_partial=(pl.col("lo") != pl.col("hi")) | (pl.col("lo_end") != pl.col("hi_end")).fill_null(value=False),
        procedure="procedure",
        office="office",
        year=_day("lo").dt.year(),
    )


def _day(column: str) -> pl.Expr:
    """Return ordinals as dates."""
    return (pl.col(column) - UNIX).cast(pl.Int32).cast(pl.Date)


def _nationalities(cases: pl.DataFrame | None) -> pl.DataFrame:
    if cases is None:
        return pl.DataFrame(schema={"case": pl.String, "nationality": pl.String})
    missing = [column for column in ("case", "attributes") if column not in cases.columns]
    if missing:
        raise StatisticsError.single("cases", f"lacks {', '.join(missing)}", "a cases table has case, attributes")
    rows = cases.select(pl.col("case", "attributes").cast(pl.String))
    twice = rows.filter(pl.col("case").is_duplicated())
    if len(twice):
        raise StatisticsError.single("cases", f"{twice['case'][0]} stands twice", "keep one row for each case")
    return rows.select("case", nationality=pl.col("attributes").str.json_path_match("$.nationality"))
