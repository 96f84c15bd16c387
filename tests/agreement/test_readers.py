"""One rule, two readers: `assess` and `assess_many` agree on every duty of any timeline."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from asylon.errors import ConflictError
from asylon.law import assess, load_packs
from asylon.law.frames import SCHEMA, duty_columns, right_columns
from asylon.law.many import assess_many
from asylon.law.timeline import Timeline, try_timeline
from tests.agreement.timelines import DAYS, Ground

BATCH = 50
EXAMPLES = 10
ENOUGH = 5000

compared: dict[str, tuple[int, int]] = {}


@lru_cache
def ground(jurisdiction: str) -> Ground:
    return Ground(load_packs(), jurisdiction)


def as_table(timelines: list[Timeline]) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [
        {
            "case": t.case,
            "jurisdiction": t.jurisdiction,
            "on": event.on.text,
            "event": event.name,
            "details": json.dumps(
                dict(event.details)
                | ({"time": f"{event.time // 60:02}:{event.time % 60:02}"} if event.time is not None else {})
            ),
        }
        for t in timelines
        for event in t.events
    ]
    cases = [{"case": t.case, "attributes": json.dumps(dict(t.attributes))} for t in timelines]
    return pl.DataFrame(rows), pl.DataFrame(cases)


def sorted_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str([row[key] for key in SCHEMA]))


def read_all(raws: list[dict[str, Any]], jurisdiction: str) -> list[Timeline]:
    found = []
    for number, raw in enumerate(raws):
        timeline, _ = try_timeline({"case": f"c{number}", "jurisdiction": jurisdiction, **raw})
        if timeline is not None:
            found.append(timeline)
    return found


COUNTRIES = [name for name in load_packs().jurisdictions if name != "int"] + ["fr"]
LOOKS = st.one_of(st.just(date(2028, 6, 30)), DAYS)


@pytest.mark.parametrize("jurisdiction", COUNTRIES)
def test_readers_agree(jurisdiction: str) -> None:
    packs = load_packs()

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],  # fifty timelines are not worth shrinking: the first row that differs tells enough
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(st.lists(ground(jurisdiction).timelines(), min_size=BATCH, max_size=BATCH), LOOKS)
    def agree(raws: list[dict[str, Any]], on: date) -> None:
        timelines = read_all(raws, jurisdiction)
        clean = []
        expected: list[dict[str, Any]] = []
        for timeline in timelines:
            try:
                outcome = assess(timeline, packs, on=on)
            except ConflictError:
                continue
            clean.append(timeline)
            expected.extend(duty_columns(timeline.case, duty) for duty in outcome.duties)
            expected.extend(right_columns(timeline.case, right) for right in outcome.rights)
        events, cases = as_table(clean)
        timelines_so_far, duties_so_far = compared.get(jurisdiction, (0, 0))
        compared[jurisdiction] = timelines_so_far + len(clean), duties_so_far + len(expected)
        found = assess_many(events, packs, on=on, cases=cases, rights=True)
        assert sorted_rows(found.to_dicts()) == sorted_rows(expected)

    agree()


def test_enough_was_compared() -> None:
    if len(compared) < len(COUNTRIES):
        pytest.skip("the comparison above was not run whole")
    assert sum(timelines for timelines, _ in compared.values()) >= ENOUGH
    assert all(duties > 0 for _, duties in compared.values())
