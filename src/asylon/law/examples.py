"""Runs the examples of packs: each rule needs one that fires and one that just misses.

An example comes from outside the rule (a guide, a judgment, a date reckoned by hand) and names
the rule it proves. Both directions are checked: every clause of every rule is proved, and every
example proves a rule that is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from asylon.errors import AsylonError, Fault, PackError
from asylon.law.assess import assess
from asylon.law.contract import duty_row
from asylon.law.duty import Assessment
from asylon.law.packfile import read_yaml
from asylon.law.packload import Packs
from asylon.law.packread import Reader
from asylon.law.packs import MAIN, Clause
from asylon.law.timeline import read_timeline

FIELDS = ("rule", "jurisdiction", "fires", "misses", "origin", "attributes", "events", "on", "expect")
EXPECTED = (
    "step",
    "trigger_on",
    "raw_end",
    "legal_end",
    "safe_end",
    "latest_end",
    "standing",
    "met_on",
    "days",
    "displaced_by",
    "absent",
)


@dataclass(frozen=True, slots=True)
class Example:
    """One worked case: `is_hit` when the rule must fire, with what must come out of it."""

    place: str
    rule: str
    jurisdiction: str
    title: str
    is_hit: bool
    origin: str
    raw: Mapping[str, Any]
    on: date
    expect: Mapping[str, Any] | None


def load_examples(packs: Packs, jurisdiction: str) -> tuple[Example, ...]:
    """Return the examples beside the pack of `jurisdiction`; PackError lists every fault."""
    faults: list[Fault] = []
    found: list[Example] = []
    for path in sorted((packs.root / jurisdiction / "examples").glob("*.yaml")):
        reader = Reader(f"{jurisdiction}/examples/{path.name}", packs.vocabulary, faults)
        try:
            content = reader.mapping(read_yaml(path) or {}, ("examples",))
        except PackError as error:
            faults.extend(error.faults)
            continue
        for number, item in enumerate(reader.items(content, "examples"), 1):
            example = _example(reader.at(f"example {number}"), item, jurisdiction)
            if example is not None:
                found.append(example)
    if faults:
        raise PackError(faults)
    return tuple(found)


def _example(reader: Reader, value: object, jurisdiction: str) -> Example | None:
    raw = reader.mapping(value, FIELDS)
    rule = reader.text(raw, "rule", "name the rule this example proves")
    reader = reader.at(rule)
    if ("fires" in raw) == ("misses" in raw):
        reader.fault("", "says neither or both of 'fires' and 'misses'", "say which of the two it shows")
    origin = reader.text(raw, "origin", "say where the example comes from")
    on = reader.day(raw.get("on"), "on")
    expect = raw.get("expect")
    if isinstance(expect, dict):
        reader.at("expect").mapping(expect, EXPECTED)
    elif expect != "none":
        reader.fault("field 'expect'", "is missing", "write what must come out, or 'none'")
    if on is None:
        return None
    return Example(
        place=reader.place,
        rule=rule,
        jurisdiction=str(raw.get("jurisdiction", jurisdiction)),
        title=str(raw.get("fires", raw.get("misses", ""))),
        is_hit="fires" in raw,
        origin=origin,
        raw=raw,
        on=date.fromordinal(on),
        expect=_expected(expect) if isinstance(expect, dict) else None,
    )


def _expected(expect: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**expect, "step": None} if expect.get("step") == MAIN else expect


def run_example(example: Example, packs: Packs) -> Iterator[Fault]:
    """Yield what is wrong with the outcome of `example`, nothing when it holds."""
    raw = {
        "case": "example",
        "jurisdiction": example.jurisdiction,
        "attributes": example.raw.get("attributes", {}),
        "events": example.raw.get("events", []),
    }
    try:
        outcome = assess(read_timeline(raw, "", packs.vocabulary), packs, on=example.on)
    except AsylonError as error:
        for fault in error.faults:
            yield Fault(f"{example.place}, {fault.place}", fault.problem, fault.remedy)
        return
    rows = list(_rows(example.rule, outcome))
    if example.expect is None:
        if rows:
            yield Fault(
                example.place, f"gives {_show(rows)} where nothing was expected", "mend the rule or the example"
            )
        return
    wanted = {key: value for key, value in example.expect.items() if key != "absent"}
    if example.expect.get("absent"):
        if any(_fits(wanted, row) for row in rows):
            yield Fault(example.place, f"gives {_show(rows)} where none was expected", "mend the rule or the example")
        return
    if not any(_fits(wanted, row) for row in rows):
        given = _show(rows) if rows else "no duty of the rule"
        yield Fault(example.place, f"gives {given}, expected {_plain(wanted)}", "mend the rule or the example")
    yield from _weak(example)


def _weak(example: Example) -> Iterator[Fault]:
    """A hit that states no end proves nothing; a near miss must not end like a hit."""
    expect = example.expect or {}
    if not example.is_hit and not set(expect) & {"standing", "displaced_by", "absent"}:
        yield Fault(example.place, "a near miss states no standing", "write 'standing', or 'expect: none'")
    if not example.is_hit and expect.get("standing") in ("met", "running") and "displaced_by" not in expect:
        yield Fault(example.place, "a near miss ends like a hit", "show the act one day late or the condition not met")


def _rows(rule: str, outcome: Assessment) -> Iterator[dict[str, Any]]:
    for duty in outcome.duties:
        if duty.rule == rule:
            row = duty_row(duty)
            yield {**row, "trigger_on": row["trigger"]["on"]}
    for right in outcome.rights:
        if right.clause.rule == rule:
            standing = "undetermined" if right.missing else "running"
            yield {"step": right.clause.step, "trigger_on": right.since, "standing": standing}


def _fits(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(row.get(key) == value for key, value in wanted.items())


def _plain(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items())


def _show(rows: Sequence[Mapping[str, Any]]) -> str:
    return " and ".join(_plain({key: row[key] for key in EXPECTED if row.get(key) is not None}) for row in rows)


def check_pack(packs: Packs, jurisdiction: str) -> Iterator[Fault]:
    """Yield every fault of one pack: its examples, and the clauses that no example proves."""
    own = packs.pack(jurisdiction).clauses
    law = packs.law(jurisdiction)
    examples = load_examples(packs, jurisdiction)
    known = {clause.rule for clause in law.clauses} | {clause.rule for clause in own}
    for example in examples:
        if example.rule not in known:
            yield Fault(example.place, f"proves {example.rule!r}, which is not in the pack", "name a rule of this pack")
            continue
        yield from run_example(example, packs)
    yield from _unproved(own, examples)


def _unproved(own: Sequence[Clause], examples: Sequence[Example]) -> Iterator[Fault]:
    for clause in own:
        mine = [example for example in examples if example.rule == clause.rule]
        if not any(e.is_hit and _proves(e, clause) for e in mine):
            yield Fault(
                clause.place, "no example shows it firing", "add one with 'fires' and the ends reckoned by hand"
            )
        if not any(not e.is_hit for e in mine):
            yield Fault(clause.place, "no example shows it just missing", "add one with 'misses'")


def _proves(example: Example, clause: Clause) -> bool:
    if (example.expect or {}).get("step") != clause.step:
        return False
    has_end = "raw_end" in (example.expect or {})
    needs_end = any(t.least or t.until_detail or t.until_day for t in clause.terms)
    return has_end or not needs_end
