"""The plain rules in ZEN Engine (GoRules), which answers one case at a time.

Only the raw end is asked: trigger date plus length. Asylon gives more in its time, so the
comparison favours ZEN. All ways that the package offers are measured. A year is written as twelve
months: ZEN 2.1 answers "Invalid date" to 29 February plus one year.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import zen

from benchmarks.plain_rules import PAIRS, RULES, Answers, Rule, Times, Workload, time_runs

Context = dict[str, str]
Result = dict[str, str]
Run = Callable[[], Sequence[Result]]


def _expression(rule: Rule) -> str:
    number, unit = (12 * rule.number, "months") if rule.unit == "years" else (rule.number, rule.unit)
    return f"d({rule.trigger}).add({number}, '{unit}').format('%Y-%m-%d')"


def _key(rule: Rule) -> str:
    return rule.name.replace("-", "_")


def _graph() -> dict[str, Any]:
    place = {"x": 0, "y": 0}
    rows = [{"id": _key(rule), "key": _key(rule), "value": _expression(rule)} for rule in RULES]
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


def _one_expression(contexts: Sequence[Context]) -> Run:
    body = ", ".join(f"{_key(rule)}: {_expression(rule)}" for rule in RULES)
    compiled = zen.compile_expression(f"{{{body}}}")
    return lambda: [compiled.evaluate(context) for context in contexts]


def _twenty_expressions(contexts: Sequence[Context]) -> Run:
    compiled = [(_key(rule), zen.compile_expression(_expression(rule))) for rule in RULES]
    return lambda: [{key: one.evaluate(context) for key, one in compiled} for context in contexts]


def _decision(contexts: Sequence[Context]) -> Run:
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(_graph())))
    return lambda: [decision.evaluate(context)["result"] for context in contexts]


def _decision_batch(contexts: Sequence[Context]) -> Run:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": _graph()}}})
    requests = [{"key": "rules", "context": context} for context in contexts]
    return lambda: [answer["data"]["result"] for answer in engine.evaluate_batch(requests)]


WAYS: dict[str, Callable[[Sequence[Context]], Run]] = {
    "one compiled expression": _one_expression,
    "twenty compiled expressions": _twenty_expressions,
    "decision graph": _decision,
    "decision graph, batch": _decision_batch,
}


def measure(way: str, work: Workload, repeats: int) -> tuple[Times, Answers]:
    """Time one way of asking all rules of every case."""
    triggers = {trigger: work.texts[trigger] for trigger, _ in PAIRS}
    contexts = [{name: texts[number] for name, texts in triggers.items()} for number in range(work.cases)]
    times, found = time_runs(WAYS[way](contexts), repeats)
    rows = [[result[_key(rule)] for rule in RULES] for result in found]
    return times, Answers(raw=np.array(rows, "datetime64[D]").astype(np.int64))
