"""Noise in, a sentence out: whatever is fed to the readers, nothing but AsylonError is raised.

Dates stay between 1900 and 2100 and closed where terms are reckoned: open ends and the edges of
the calendar are known faults, kept in `test_terms.py`. Noise is too short to nest deeply; that is
kept in `test_packs_faults.py`.
"""

from __future__ import annotations

import contextlib
import copy
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asylon.errors import AsylonError
from asylon.law import assess, read_timeline, write_timeline
from asylon.law.casefiles import read_cases, write_cases
from asylon.law.examples import check_pack
from asylon.law.many import assess_many
from asylon.law.packfile import parse_yaml, read_yaml
from tests.law.smallpack import FIRES, MISSES, RULE, write_pack
from tests.shared import case, event, packs

ON = date(2026, 11, 21)
ENDINGS = (".json", ".csv", ".ndjson", ".parquet")

RUN = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=300
)
FEWER = settings(RUN, max_examples=120)

KEYS = (
    "case",
    "jurisdiction",
    "attributes",
    "events",
    "on",
    "event",
    "born",
    "region",
    "wording",
    "time",
    "until",
    "x_a",
)
WORDS = (
    "2026-01-01",
    "2026-02",
    "2026-02-30",
    "before 2026",
    "..",
    "../2026",
    "1900/2100",
    "lodged",
    "ru",
    "10:00",
    "24:00",
    "",
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=15,
)
YAML = st.text(st.sampled_from("abc:-[]{},&*!|>%@`'\"# \n\t?0123456789.~<="), max_size=60) | st.text(max_size=60)

GOOD = case(
    event("2026-01-01", "lodged", procedure="asylum"),
    event("2026-01-05", "decision_preliminary", procedure="asylum", outcome="admitted"),
    event("2026-02-01", "decision_first_instance", outcome="rejected", procedure="asylum"),
    event("2026-02-02", "notification", of="decision_first_instance", mode="received"),
    event("2026-02-03", "detention_started", time="10:00", ordered_by="authority"),
    event("2026-03-01", "term_extended", of="RU-05", months=2),
    event("2026-03-03", "procedure_suspended", until="2026-04-04"),
    event("2026-05-01", "temporary_asylum_granted", until="2027-05-01"),
    nationality="SYR",
    born=1990,
)
CLOSED = st.sampled_from(
    ("2026-01-01", "2026-02", "2025", "2026-01-05/2026-03", "2026-02-30", "2026-13", "soon", "", "1900", "2100-12-31")
)
DETAILS = (
    "on",
    "event",
    "time",
    "of",
    "until",
    "months",
    "wording",
    "procedure",
    "outcome",
    "state",
    "precision",
    "mode",
    "note",
)
PATHS: list[tuple[Any, ...]] = [
    ("case",),
    ("jurisdiction",),
    ("attributes",),
    ("attributes", "born"),
    ("attributes", "region"),
    ("events",),
]
PATHS += [("events", n, key) for n in range(8) for key in DETAILS] + [("events", n) for n in range(8)]


@contextlib.contextmanager
def only_sentences() -> Iterator[None]:
    told: list[str] = []
    try:
        yield
    except AsylonError as error:
        told = [str(fault) for fault in error.faults] or ["nothing"]
    assert all(sentence[-1] in ".?" for sentence in told)


def in_file(name: str, content: bytes, read: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with only_sentences():
            read(path)


def changed(changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    raw = copy.deepcopy(GOOD)
    for path, value in changes:
        inner: Any = raw
        with contextlib.suppress(KeyError, TypeError, IndexError):
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
    return raw


def mutated(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(st.tuples(st.sampled_from(PATHS), values), max_size=4).map(changed)


@RUN
@given(st.binary(max_size=200), st.sampled_from(ENDINGS))
def test_bytes_as_case_files(noise: bytes, ending: str) -> None:
    in_file(f"noise{ending}", noise, read_cases)


@RUN
@given(JSON, st.sampled_from((".json", ".ndjson")))
def test_structures_as_case_files(noise: Any, ending: str) -> None:
    in_file(f"noise{ending}", json.dumps(noise).encode(), read_cases)


@RUN
@given(JSON)
def test_structures_as_timelines(noise: Any) -> None:
    with only_sentences():
        read_timeline(noise)


@RUN
@given(mutated(JSON))
def test_mutated_cases_are_refused_or_come_back(raw: dict[str, Any]) -> None:
    with only_sentences():
        read = read_timeline(raw)
        assert repr(read_timeline(write_timeline(read))) == repr(read)


@RUN
@given(mutated(CLOSED | st.none() | st.integers(0, 40) | st.sampled_from(("lodged", "il", "de", "BE", "asylum"))))
def test_mutated_cases_can_be_assessed(raw: dict[str, Any]) -> None:
    with only_sentences():
        assess(read_timeline(raw), packs(), on=ON)


@FEWER
@given(mutated(CLOSED | st.text(max_size=12)), st.sampled_from(ENDINGS))
def test_mutated_cases_round_trip_through_files(raw: dict[str, Any], ending: str) -> None:
    with only_sentences(), tempfile.TemporaryDirectory() as folder:
        read = read_timeline(raw)
        path = Path(folder) / f"case{ending}"
        write_cases([read], path)
        assert [again.events for again in read_cases(path)] == (
            [read.events] if read.events or ending == ".json" else []
        )


CELL = (
    st.none()
    | st.text(max_size=6)
    | st.sampled_from(("x", "ru", "il", "lodged", "notification", "{}", "[]", "null", "1", "NaN"))
)
DETAIL_CELL = CELL | st.sampled_from(
    (
        '{"time":"25:00"}',
        '{"time":null}',
        '{"until":"x"}',
        '{"months":"three"}',
        '{"a":{}}',
        '{"on":"1"}',
        '{"state":null}',
        '{"x_a":[1]}',
    )
)
ROW = st.fixed_dictionaries(
    {
        "case": CELL | st.just("x"),
        "jurisdiction": CELL | st.sampled_from(("ru", "il", "de", "it")),
        "on": CELL | CLOSED,
        "event": CELL | st.sampled_from(tuple(packs().vocabulary.events)),
        "details": DETAIL_CELL,
    }
)
PERSON_CELL = CELL | st.sampled_from(
    ('{"born":"2099"}', '{"born":[]}', '{"region":5}', '{"region":"QQ"}', '{"nope":1}', '{"born":null}')
)
PERSON = st.fixed_dictionaries({"case": CELL | st.just("x"), "attributes": PERSON_CELL})


@RUN
@given(st.lists(ROW, max_size=5), st.lists(PERSON, max_size=2))
def test_tables_of_very_many(rows: list[dict[str, Any]], people: list[dict[str, Any]]) -> None:
    events = pl.DataFrame(rows, schema=dict.fromkeys(("case", "jurisdiction", "on", "event", "details"), pl.String))
    cases = pl.DataFrame(people, schema={"case": pl.String, "attributes": pl.String})
    with only_sentences():
        assess_many(events, packs(), on=ON, cases=cases)


@RUN
@given(YAML)
def test_text_as_yaml(noise: str) -> None:
    with only_sentences():
        parse_yaml(noise, "noise.yaml")


@RUN
@given(st.binary(max_size=100))
def test_bytes_as_yaml(noise: bytes) -> None:
    in_file("noise.yaml", noise, read_yaml)


@FEWER
@given(YAML, st.integers(0, len(RULE)))
def test_noise_inside_a_rule(noise: str, place: int) -> None:
    with tempfile.TemporaryDirectory() as folder, only_sentences():
        list(check_pack(write_pack(Path(folder), rules=RULE[:place] + noise + RULE[place:]), "aa"))


@FEWER
@given(st.integers(0, len(RULE.splitlines()) - 1), PLAIN.map(json.dumps))
def test_values_of_a_rule_replaced(line: int, value: str) -> None:
    lines = RULE.splitlines()
    lines[line] = f"{lines[line].partition(': ')[0]}: {value}"
    with tempfile.TemporaryDirectory() as folder, only_sentences():
        list(check_pack(write_pack(Path(folder), rules="\n".join(lines) + "\n"), "aa"))


@FEWER
@given(YAML, st.integers(0, len(FIRES)))
def test_noise_inside_an_example(noise: str, place: int) -> None:
    with tempfile.TemporaryDirectory() as folder, only_sentences():
        list(check_pack(write_pack(Path(folder), examples=FIRES[:place] + noise + FIRES[place:] + MISSES), "aa"))
