"""`asylon duties`: what the law owes in one case, or in very many."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from asylon.errors import AsylonError, TimelineError
from asylon.language import ENGLISH, Language
from asylon.law.assess import assess
from asylon.law.casefiles import TABLES, read_cases
from asylon.law.contract import assessment_row
from asylon.law.days import parse_date
from asylon.law.duty import Assessment
from asylon.law.explain import missing_text, note_text, why
from asylon.law.packload import load_packs
from asylon.law.vocabulary import PACK_ROOT

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=PATH)
@click.option("--on", help="The day from which to look, such as 2026-11-21; today if left out.")
@click.option("--out", type=PATH, help="Write the duties of many cases to this table (Parquet, CSV, NDJSON).")
@click.option("--cases", type=PATH, help="Table of the cases' attributes beside an events table.")
@click.option("--rights", is_flag=True, help="With --out: write the rights that hold as well.")
@click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
@click.option("--why", "full", is_flag=True, help="Show the reckoning of every duty.")
@click.option("--packs", type=PATH, help="A folder of law packs to use instead of Asylon's own.")
def duties(
    file: Path,
    on: str | None,
    out: Path | None,
    cases: Path | None,
    rights: bool,
    as_json: bool,
    full: bool,
    packs: Path | None,
) -> None:
    """Show the duties and rights of a case, or write those of many cases to a table.

    FILE is a case file (JSON) or an events table (CSV, NDJSON, Parquet).
    """
    day = parse_day(on)
    loaded = load_packs(packs or PACK_ROOT)
    if out is not None:
        from asylon.cli.many import write_duties

        write_duties(file, cases, out, day, loaded, rights=rights)
        return
    timelines = read_cases(file, cases, loaded.vocabulary)
    if not timelines:
        raise TimelineError.single(file.name, "holds no case", "add at least one")
    outcomes = [assess(timeline, loaded, on=day) for timeline in timelines]
    for timeline in timelines:
        for doubt in timeline.doubts:
            sys.stderr.write(f"Doubtful: {doubt}\n")
    if as_json:
        rows = [full_row(outcome) for outcome in outcomes]
        is_table = file.suffix.lower() in TABLES
        click.echo(json.dumps(rows if is_table or len(rows) > 1 else rows[0], ensure_ascii=False, indent=1))
        return
    _print(outcomes, full)


def _print(outcomes: list[Assessment], full: bool) -> None:
    from rich.console import Console

    from asylon.cli.view import Shown, show

    console = Console(highlight=False, soft_wrap=False)
    for number, outcome in enumerate(outcomes):
        if number:
            console.print()
            console.rule()
        show(outcome, console, Shown(is_full=full))


def full_row(outcome: Assessment, words: Language = ENGLISH) -> dict[str, Any]:
    """Return an assessment as the plain values of the contract, explanations included."""
    row = assessment_row(outcome, words)
    row["notes"] = [note_text(code, words) for code in outcome.notes]
    for plain, duty in zip(row["duties"], outcome.duties, strict=True):
        plain["why"] = why(duty, words)
        plain["missing"] = [missing_text(code, words) for code in duty.missing]
    for plain, right in zip(row["rights"], outcome.rights, strict=True):
        plain["missing"] = [missing_text(code, words) for code in right.missing]
    return row


def parse_day(text: str | None) -> date:
    """Return the day written as `text`, today when it is None."""
    if text is None:
        return date.today()
    try:
        span = parse_date(text)
    except ValueError as error:
        raise AsylonError.single("--on", str(error), "write a day such as 2026-11-21") from None
    if not span.is_exact:
        raise AsylonError.single("--on", f"{text!r} is not a single day", "write a day such as 2026-11-21")
    return date.fromordinal(span.lo)
