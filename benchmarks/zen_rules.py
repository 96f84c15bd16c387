"""The plain rules in ZEN Engine (GoRules), which answers one case at a time.

The same rules as everywhere: raw, legal and safe end, standing, days left. The days off of Italy are
written into the rules as constants. Both ways in which the engine evaluates a decision are measured,
and, apart from the comparison, its compiled expressions for the raw end alone, the fastest thing it does.
A year is written as twelve months: ZEN 2.1 answers "Invalid date" to 29 February plus one year.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import holidays
import numpy as np
import zen

from benchmarks.plain_rules import COUNTRY, ON, PAIRS, RULES, STANDINGS, Answers, Rule, Times, Workload, time_runs

Context = dict[str, Any]
Result = dict[str, Any]
Run = Callable[[], Sequence[Result]]
FIRST, LAST = date(2023, 1, 1), date(2028, 12, 31)
FURTHEST = 4  # days off in a row at most, in these years
ISO = "'%Y-%m-%d'"


def _raw(rule: Rule) -> str:
    number, unit = (12 * rule.number, "months") if rule.unit == "years" else (rule.number, rule.unit)
    return f"d({rule.trigger}).add({number}, '{unit}')"


def _key(rule: Rule) -> str:
    return rule.name.replace("-", "_")


def _days_off() -> str:
    """Return the days off that are not weekend days, as a list of the expression language."""
    off = holidays.country_holidays(COUNTRY, years=range(FIRST.year, LAST.year + 1))
    return ", ".join(f"'{day}'" for day in sorted(off) if day.weekday() < 5)


def _nearest(key: str, sign: str, off: str) -> str:
    """Return the number of days to the nearest working day on one side of the raw end.

    A chain of conditions, of which the first nearly always holds: the quickest form found.
    """
    chain = str(FURTHEST)
    for distance in reversed(range(FURTHEST)):
        day = f"d($.{key}_raw).add({sign}{distance}, 'days')" if distance else f"d($.{key}_raw)"
        text = f"{day}.format({ISO})" if distance else f"$.{key}_raw"
        chain = f"({day}.weekday() < 6 and not ({text} in [{off}])) ? {distance} : ({chain})"
    return f"({chain})"


def _rows(rule: Rule, off: str) -> Iterator[tuple[str, str]]:
    """Yield the expressions of one rule; later ones use the results of earlier ones."""
    key, act = _key(rule), rule.act
    yield f"{key}_raw", f"{_raw(rule)}.format({ISO})"
    yield f"{key}_legal", f"d($.{key}_raw).add({_nearest(key, '', off)}, 'days').format({ISO})"
    yield f"{key}_safe", f"d($.{key}_raw).add(-{_nearest(key, '-', off)}, 'days').format({ISO})"
    late, over = f"d({act}) <= d($.{key}_legal) ? 0 : 1", f"d($.{key}_legal) < d('{ON}') ? 2 : 3"
    yield f"{key}_standing", f"{act} != null ? ({late}) : ({over})"
    yield f"{key}_days", f"d($.{key}_legal).diff(d({act} ?? '{ON}'), 'day')"


def _graph() -> dict[str, Any]:
    place, off = {"x": 0, "y": 0}, _days_off()
    rows = [{"id": key, "key": key, "value": value} for rule in RULES for key, value in _rows(rule, off)]
    content = {"expressions": rows}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": place},
            {"id": "rules", "type": "expressionNode", "name": "rules", "position": place, "content": content},
            {"id": "out", "type": "outputNode", "name": "out", "position": place},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }


def _raw_only(contexts: Sequence[Context]) -> Run:
    body = ", ".join(f"{_key(rule)}_raw: {_raw(rule)}.format({ISO})" for rule in RULES)
    compiled = zen.compile_expression(f"{{{body}}}")
    return lambda: [compiled.evaluate(context) for context in contexts]


def _decision(contexts: Sequence[Context]) -> Run:
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(_graph())))
    return lambda: [decision.evaluate(context)["result"] for context in contexts]


def _batch(contexts: Sequence[Context]) -> Run:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": _graph()}}})
    requests: Any = [{"key": "rules", "context": context} for context in contexts]
    return lambda: [answer["data"]["result"] for answer in engine.evaluate_batch(requests)]


WAYS: dict[str, Callable[[Sequence[Context]], Run]] = {
    "decision": _decision,
    "decision, batch": _batch,
    "raw end only": _raw_only,
}


def measure(way: str, work: Workload, repeats: int) -> tuple[Times, Answers]:
    """Time one way of asking all rules of every case."""
    names = dict.fromkeys(name for pair in PAIRS for name in pair)
    absent = str(np.datetime64(0, "D"))
    contexts: list[Context] = [
        {name: None if work.texts[name][number] == absent else work.texts[name][number] for name in names}
        for number in range(work.cases)
    ]
    times, found = time_runs(WAYS[way](contexts), repeats)
    return times, _answers(found)


def _answers(found: Sequence[Result]) -> Answers:
    given = [name for name in Answers.__slots__ if f"{_key(RULES[0])}_{name}" in found[0]]
    columns = {name: [[result[f"{_key(rule)}_{name}"] for rule in RULES] for result in found] for name in given}
    dates = {
        name: np.array(rows, "datetime64[D]").astype(np.int64)
        for name, rows in columns.items()
        if name in ("raw", "legal", "safe")
    }
    numbers = {name: np.array(rows).astype(np.int64) for name, rows in columns.items() if name not in dates}
    return Answers(**dates, **numbers)


assert STANDINGS == ("met", "met_late", "missed", "running"), "the codes written into the rules"
