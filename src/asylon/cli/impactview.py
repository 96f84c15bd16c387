"""How an impact looks in a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from asylon.cli.words import counted
from asylon.law.impact import Impact, Move


def print_impact(impact: Impact, *, as_json: bool) -> None:
    """Print how many duties move, then each of them."""
    if as_json:
        click.echo(json.dumps(asdict(impact), ensure_ascii=False, indent=1))
        return
    moved = counted(len(impact.moves), "duty moves", "duties move")
    click.echo(f"{moved} of {impact.duties:,}, in {counted(impact.cases_moved, 'case')} of {impact.cases:,}.")
    for move in impact.moves:
        name = f"{move.rule}/{move.step}" if move.step else move.rule
        click.echo(f"  {move.case}  {name}  {move.trigger}: {_difference(move)}")


def _difference(move: Move) -> str:
    if move.before is None:
        return f"new ({move.after['legal_end']}, {move.after['standing']})" if move.after else ""
    if move.after is None:
        return f"gone (was {move.before['legal_end']}, {move.before['standing']})"
    changed = [key for key in move.before if move.before[key] != move.after[key]]
    return ", ".join(f"{key} {move.before[key]} → {move.after[key]}" for key in changed)
