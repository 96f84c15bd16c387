"""How a rule looks in a terminal, and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from asylon.law.contract import source_row
from asylon.law.examples import Example
from asylon.law.explain import doubt_text, length_text
from asylon.law.packs import After, Clause, Extension, InForce, Pattern, Term


def clause_row(clause: Clause) -> dict[str, Any]:
    """Return a clause as plain values."""
    return {
        "rule": clause.rule,
        "step": clause.step,
        "title": clause.title,
        "bearer": clause.bearer,
        "kind": clause.kind,
        "trigger": trigger_text(clause),
        "term": [term_text(term) for term in clause.terms],
        "counting": clause.counting,
        "consequence": clause.consequence,
        "in_force": validity_text(clause.in_force),
        "source": source_row(clause.source),
    }


def show_rule(clauses: Sequence[Clause], examples: Sequence[Example]) -> None:
    """Print the clauses of one rule and its examples."""
    for clause in clauses:
        name = f"{clause.rule}/{clause.step}" if clause.step else clause.rule
        click.echo(f"{name}  {clause.title}")
        for label, text in _lines(clause):
            click.echo(f"  {label:<12} {text}")
    if examples:
        click.echo("Examples")
    for example in examples:
        kind = "fires" if example.is_hit else "misses"
        click.echo(f"  {kind}: {example.title} ({example.origin})")


def _lines(clause: Clause) -> list[tuple[str, str]]:
    source = clause.source
    lines = [
        ("owed by", clause.bearer),
        ("kind", clause.kind),
        ("starts with", trigger_text(clause)),
        ("term", "; or ".join(term_text(term) for term in clause.terms) or "-"),
        ("counted by", clause.counting or "-"),
        ("met by", ", ".join(pattern_text(p) for p in clause.satisfied_by) or "-"),
        ("if missed", clause.consequence),
        ("in force", validity_text(clause.in_force)),
        ("source", source.citation + (f"  {source.url}" if source.url else "")),
        ("read in", ", ".join(source.read) or "-"),
    ]
    if clause.right:
        lines.insert(2, ("right", clause.right))
    if doubt := doubt_text(source):
        lines.append(("doubt", doubt))
    return lines


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern in words."""
    text = " or ".join(pattern.events)
    tests = [f"{t.key} {'not ' if t.negate else ''}{'/'.join(sorted(t.values)) or 'given'}" for t in pattern.where]
    if tests:
        text += f" ({', '.join(tests)})"
    if pattern.concerning:
        text += f" of {pattern_text(pattern.concerning)}"
    return text


def trigger_text(clause: Clause) -> str:
    """Return what starts a clause, in words."""
    match clause.trigger:
        case After(rule, step, when):
            return f"{rule}{'/' + step if step else ''} {when}"
        case Extension(_, rule, step, most):
            return f"extension of {rule}{'/' + step if step else ''}, at most {length_text(most)}"
        case Pattern():
            return pattern_text(clause.trigger)


def term_text(term: Term) -> str:
    """Return a term in words."""
    if term.wording is not None:
        return f'no number: "{term.wording}"'
    if term.until_day is not None:
        return f"until {date.fromordinal(term.until_day).isoformat()}"
    if term.until_detail is not None:
        limit = f", at most {length_text(term.least)}" if term.least else ""
        return f"until the printed date ({term.until_detail}){limit}"
    if term.least is None or term.most is None:
        return f"parameter {term.parameter}"
    condition = " (under a condition)" if term.when is not None else ""
    if term.least == term.most:
        return length_text(term.least) + condition
    return f"{length_text(term.least)} to {length_text(term.most)} (the State chooses){condition}"


def validity_text(interval: InForce) -> str:
    """Return an interval of validity in words."""
    start = date.fromordinal(interval.start).isoformat() if interval.start else "unknown"
    end = date.fromordinal(interval.end).isoformat() if interval.end else "open"
    by = {"trigger": "the trigger", "subject": "the decision concerned"}.get(interval.by, interval.by)
    note = f" ({interval.note})" if interval.note else ""
    return f"{start} to {end}, by the date of {by}{note}"
