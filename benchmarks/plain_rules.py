"""Twenty plain deadline rules over invented cases: one workload for every engine.

A case has four dates that start terms and, in seven cases of ten each, an act that answers. A rule
is a date, a length, and the act that satisfies it. The legal end moves to the next working day
of the Italian calendar.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from asylon.law.vocabulary import PACK_ROOT

Days = npt.NDArray[np.int64]
Times = tuple[float, ...]

ON = date(2026, 11, 21)
COUNTRY = "IT"
JURISDICTION = "xx"
PAIRS = (
    ("arrival", "screening_completed"),
    ("registration", "document_issued"),
    ("lodged", "work_permit_issued"),
    ("interview", "evidence_submitted"),
)
LENGTHS: tuple[tuple[int, str], ...] = (
    *((number, "days") for number in (3, 8, 15, 21, 30, 45, 60, 90)),
    *((number, "weeks") for number in (2, 6)),
    *((number, "months") for number in (1, 2, 3, 4, 6, 9, 12, 18)),
    *((number, "years") for number in (1, 2)),
)
STANDINGS = ("met", "met_late", "missed", "running")
NOTHING = 0  # the day 1970-01-01 stands for "no such act", the value engines without gaps give


@dataclass(frozen=True, slots=True)
class Rule:
    """One plain rule: `number` `unit` from `trigger`, satisfied by `act`."""

    name: str
    trigger: str
    act: str
    number: int
    unit: str


RULES = tuple(
    Rule(f"XX-{place:02}", *PAIRS[place % len(PAIRS)], number, unit) for place, (number, unit) in enumerate(LENGTHS)
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What an engine found: one row a case, one column a rule; days since 1970, standings coded."""

    raw: Days
    legal: Days | None = None
    safe: Days | None = None
    standing: Days | None = None
    days: Days | None = None

    def save(self, path: Path) -> None:
        given = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) is not None}
        np.savez(path, **given)

    @classmethod
    def load(cls, path: Path) -> Answers:
        with np.load(path) as stored:
            return cls(**{name: stored[name] for name in stored.files})

    def differences(self, other: Answers) -> dict[str, int]:
        """Return for each answer both engines gave how many cells differ, over the shared cases."""
        found = {}
        for name in self.__slots__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is not None and theirs is not None:
                size = min(len(mine), len(theirs))
                found[name] = int((mine[:size] != theirs[:size]).sum())
        return found


class Workload:
    """The dates of `cases` invented cases, from one seed; shorter workloads are prefixes of longer ones."""

    def __init__(self, cases: int) -> None:
        self.cases = cases
        self.dates: dict[str, Days] = {}
        begin = (date(2023, 1, 1) - date(1970, 1, 1)).days
        for place, (trigger, act) in enumerate(PAIRS):
            drawn = np.random.default_rng(place).random((cases, 3))
            start = begin + (drawn[:, 0] * 1000).astype(np.int64)
            answered = start + (drawn[:, 1] * 250).astype(np.int64)
            self.dates[trigger] = start
            self.dates[act] = np.where(drawn[:, 2] < 0.7, answered, NOTHING)

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """Return every column of days written as 2026-11-21."""
        return {name: days.astype("datetime64[D]").astype(str).tolist() for name, days in self.dates.items()}

    def events(self) -> pl.DataFrame:
        """Return the events table, sorted by case and day."""
        parts = []
        for name, days in self.dates.items():
            who = np.flatnonzero(days != NOTHING)
            parts.append(pl.DataFrame({"who": who, "day": days[who], "event": np.full(len(who), name)}))
        return (
            pl.concat(parts)
            .sort("who", "day")
            .select(
                pl.col("who").cast(pl.String).str.zfill(7).alias("case"),
                pl.lit(JURISDICTION).alias("jurisdiction"),
                pl.col("day").cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d").alias("on"),
                "event",
                pl.lit("{}").alias("details"),
            )
        )


def write_pack(folder: Path) -> None:
    """Write the rules as a law pack into `folder`. JSON is YAML."""
    shutil.copy(PACK_ROOT / "vocabulary.yaml", folder)
    pack = folder / JURISDICTION
    pack.mkdir()
    source = {"citation": "invented for measuring", "url": "unknown", "confidence": "high", "basis": "opened"}
    counting = {"event_day": "excluded", "days": "calendar", "roll": "forward", "source": source}
    system = {
        "jurisdiction": JURISDICTION,
        "name": "Nowhere",
        "builds_on": [],
        "zone": "Europe/Rome",
        "calendars": [{"id": JURISDICTION, "country": COUNTRY, "rest": ["sat", "sun"]}],
        "countings": [{"id": "PLAIN", "title": "Calendar days, moved on", **counting}],
    }
    (pack / "jurisdiction.yaml").write_text(json.dumps(system), "utf-8")
    (pack / "rules.yaml").write_text(json.dumps({"rules": [_as_pack(rule, source) for rule in RULES]}), "utf-8")


def _as_pack(rule: Rule, source: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": rule.name,
        "title": f"{rule.number} {rule.unit} from {rule.trigger}",
        "bearer": "authority",
        "kind": "deadline_state",
        "trigger": rule.trigger,
        "term": f"{rule.number} {rule.unit}",
        "counting": "PLAIN",
        "satisfied_by": [rule.act],
        "consequence": "-",
        "in_force": {"from": "unknown", "note": "current"},
        "source": dict(source),
    }


def time_runs(run: Callable[[], Any], repeats: int) -> tuple[Times, Any]:
    """Return the seconds of each run, the warm-up first, and what the last run gave."""
    seconds, result = [], None
    for _ in range(repeats + 1):
        result = None  # the old answer is freed before the clock starts
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    return tuple(seconds), result
