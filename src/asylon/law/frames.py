"""Duties as a table: from the arrays of the column reader, or row by row from single cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from asylon.law.columnread import STANDINGS, Found
from asylon.law.columns import Bools, Columns, Ints
from asylon.law.days import parse_date
from asylon.law.duty import Duty, Right
from asylon.law.matching import NOWHERE
from asylon.law.terms import MINUTES

UNIX = date(1970, 1, 1).toordinal()
SCHEMA: Mapping[str, Any] = {
    "case": pl.String,
    "rule": pl.String,
    "step": pl.String,
    "bearer": pl.String,
    "kind": pl.String,
    "trigger_event": pl.String,
    "trigger_on": pl.Date,
    "raw_end": pl.Date,
    "legal_end": pl.Date,
    "safe_end": pl.Date,
    "latest_end": pl.Date,
    "end_minute": pl.Int32,
    "standing": pl.String,
    "met_on": pl.Date,
    "days": pl.Int32,
    "displaced_by": pl.String,
    "missing": pl.List(pl.String),
}
NULL = -(2**31)  # stands for "none" in arrays of numbers until they are a table
NUMBERS = [name for name, kind in SCHEMA.items() if kind in (pl.Date, pl.Int32)]
Numbers = npt.NDArray[np.int32]


def duty_table(
    found: Sequence[Found], columns: Columns, cases: Sequence[str], rules: Sequence[str], on: int
) -> pl.DataFrame:
    """Return all duties found in a partition, clause by clause, in the columns of SCHEMA."""
    found = [one for one in found if len(one.trigger)]
    if not found:
        return pl.DataFrame(schema=dict(SCHEMA))
    clause = np.repeat(np.arange(len(found)), [len(one.trigger) for one in found])
    trigger = np.concatenate([one.trigger for one in found])
    texts = {name: [getattr(one.clause, name) for one in found] for name in ("rule", "step", "bearer", "kind")}
    table = {name: pl.Series(values, dtype=pl.String).gather(clause) for name, values in texts.items()}
    numbers = {name: _joined(found, read) for name, read in _readers(columns.day, on).items()}
    table |= {name: pl.Series(values) for name, values in numbers.items()}
    displaced = np.concatenate([one.displaced_by for one in found])
    frame = pl.DataFrame(
        {
            **table,
            "case": pl.Series(cases, dtype=pl.String).gather(columns.case[trigger]),
            "trigger_event": pl.Series(columns.names).gather(columns.name[trigger]),
            "trigger_on": pl.Series((columns.day[trigger] - UNIX).astype(np.int32)),
            "standing": pl.Series(STANDINGS).gather(np.concatenate([one.standing for one in found]).astype(np.uint32)),
            "displaced_by": pl.Series([*rules, None], dtype=pl.String).gather(
                np.where(displaced == NOWHERE, len(rules), displaced)
            ),
            "missing": _missing(found),
        }
    )
    return frame.select(_typed(name, kind) for name, kind in SCHEMA.items())


def _typed(name: str, kind: Any) -> pl.Expr:
    column = pl.col(name)
    if name in NUMBERS:
        column = pl.when(column != NULL).then(column)
    return column.cast(kind).alias(name)


Reader = Callable[[Found], Numbers]


def _joined(found: Sequence[Found], read: Reader) -> Numbers:
    return np.concatenate([read(one) for one in found])


def _readers(day: Ints, on: int) -> dict[str, Reader]:
    """Return for each number of the table how it is read from the duties of a clause."""

    def ends(name: str) -> Reader:
        def read(one: Found) -> Numbers:
            values = getattr(one.reckoned, name)
            return _filled(_as_days(one, values) - UNIX, one.reckoned.has_end)

        return read

    def latest(one: Found) -> Numbers:
        r = one.reckoned
        if r.latest is r.legal:
            return np.full(len(one.trigger), NULL, np.int32)
        return _filled(_as_days(one, r.latest) - UNIX, r.has_end & (r.latest != r.legal))

    def minute(one: Found) -> Numbers:
        if not one.reckoned.is_hours:
            return np.full(len(one.trigger), NULL, np.int32)
        return _filled(one.reckoned.legal % MINUTES, one.reckoned.has_end)

    return {
        "raw_end": ends("raw"),
        "legal_end": ends("legal"),
        "safe_end": ends("safe"),
        "latest_end": latest,
        "end_minute": minute,
        "met_on": lambda one: _filled(day[one.met_by] - UNIX, one.met_by != NOWHERE),
        "days": lambda one: _filled(*one.days(day, on)),
    }


def _as_days(one: Found, values: Ints) -> Ints:
    return values // MINUTES if one.reckoned.is_hours else values


def _filled(values: Ints, where: Bools) -> Numbers:
    return np.where(where, values, NULL).astype(np.int32)


def _missing(found: Sequence[Found]) -> pl.Series:
    """Return the lists of missing codes; equal lists are kept once."""
    lists: list[list[str]] = []
    numbers = []
    for one in found:
        numbers.append(one.missing.number + len(lists))
        lists.extend(one.missing.lists)
    return pl.Series(lists, dtype=pl.List(pl.String)).gather(np.concatenate(numbers))


def duty_columns(case: str, duty: Duty) -> dict[str, Any]:
    """Return a duty as a row of SCHEMA; partial dates stand as their first possible day."""
    clause, ending = duty.clause, duty.ending
    scale = MINUTES if ending is not None and ending.is_hours else 1

    def day(value: int | None) -> date | None:
        return None if value is None else date.fromordinal(value // scale)

    def first(text: str | None) -> date | None:
        return None if text is None else date.fromordinal(parse_date(text).lo)

    return {
        "case": case,
        "rule": clause.rule,
        "step": clause.step,
        "bearer": clause.bearer,
        "kind": clause.kind,
        "trigger_event": duty.trigger_event,
        "trigger_on": first(duty.trigger_on),
        "raw_end": day(ending.raw if ending else None),
        "legal_end": day(ending.legal if ending else None),
        "safe_end": day(ending.safe if ending else None),
        "latest_end": day(ending.latest if ending and ending.latest != ending.legal else None),
        "end_minute": ending.legal % scale if ending and ending.is_hours else None,
        "standing": duty.standing,
        "met_on": first(duty.met_on),
        "days": duty.days,
        "displaced_by": duty.displaced_by,
        "missing": list(duty.missing),
    }


def right_columns(case: str, right: Right) -> dict[str, Any]:
    """Return a right as a row of SCHEMA."""
    clause = right.clause
    return dict.fromkeys(SCHEMA) | {
        "case": case,
        "rule": clause.rule,
        "step": clause.step,
        "bearer": clause.bearer,
        "kind": clause.kind,
        "trigger_event": right.trigger_event,
        "trigger_on": date.fromordinal(parse_date(right.since).lo),
        "standing": "undetermined" if right.missing else "running",
        "missing": list(right.missing),
    }
