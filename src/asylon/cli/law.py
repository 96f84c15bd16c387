"""`asylon law`: check, list and show the packs; what changes between two versions of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from asylon.cli.lawview import clause_row, show_rule
from asylon.cli.words import counted
from asylon.errors import AsylonError, Fault, PackError
from asylon.law.examples import check_pack, load_examples
from asylon.law.packcanon import canonical_faults
from asylon.law.packload import Packs, load_packs
from asylon.law.packs import Clause
from asylon.law.vocabulary import PACK_ROOT

JSON = click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
PATH = click.Path(path_type=Path)
PACKS = click.option("--packs", type=PATH, help="A folder of law packs to use instead of Asylon's own.")


@click.group()
def law() -> None:
    """The law as data: check it, list it, show a rule, compare two versions."""


@law.command()
@click.argument("paths", nargs=-1)
@JSON
def check(paths: tuple[str, ...], as_json: bool) -> None:
    """Load packs, run every example in both directions, check the form of the files.

    PATHS are jurisdictions (ru) or folders of packs; all of Asylon's own if left out.
    """
    report: dict[str, list[Fault]] = {}
    for packs, jurisdiction in _asked(list(paths)):
        try:
            faults = [*check_pack(packs, jurisdiction), *canonical_faults(packs.root / jurisdiction)]
        except AsylonError as error:
            faults = list(error.faults)
        report[jurisdiction] = faults
        if not as_json:
            click.echo(_line(packs, jurisdiction, faults))
    for fault in (fault for faults in report.values() for fault in faults):
        sys.stderr.write(f"{fault}\n")
    if as_json:
        click.echo(json.dumps({name: [str(f) for f in faults] for name, faults in report.items()}, indent=1))
    if any(report.values()):
        raise click.exceptions.Exit(1)


def _line(packs: Packs, jurisdiction: str, faults: list[Fault]) -> str:
    if faults:
        return f"{jurisdiction}: {counted(len(faults), 'fault')}"
    rules = {clause.rule for clause in packs.pack(jurisdiction).clauses}
    examples = load_examples(packs, jurisdiction)
    return f"{jurisdiction}: {counted(len(rules), 'rule')}, {counted(len(examples), 'example')}, all hold"


def _asked(paths: list[str]) -> list[tuple[Packs, str]]:
    own = load_packs(PACK_ROOT)
    found: list[tuple[Packs, str]] = []
    for path in paths or [str(PACK_ROOT)]:
        if path in own.jurisdictions:
            found.append((own, path))
        elif Path(path).is_dir() and (Path(path) / "jurisdiction.yaml").is_file():
            found.append((load_packs(Path(path).parent), Path(path).name))
        elif Path(path).is_dir():
            packs = load_packs(Path(path))
            found.extend((packs, name) for name in packs.jurisdictions)
        else:
            known = ", ".join(own.jurisdictions)
            raise PackError.single(path, "is neither a jurisdiction nor a folder", f"write one of {known}, or a folder")
    return found


@law.command("list")
@click.argument("jurisdiction", required=False)
@JSON
@PACKS
def list_rules(jurisdiction: str | None, as_json: bool, packs: Path | None) -> None:
    """List the rules: id, bearer, kind, title, provision, confidence."""
    loaded = load_packs(packs or PACK_ROOT)
    names = loaded.jurisdictions if jurisdiction is None else (jurisdiction,)
    clauses = [clause for name in names for clause in loaded.pack(name).clauses]
    if as_json:
        click.echo(json.dumps([clause_row(clause) for clause in clauses], ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("rule", "bearer", "kind", "title", "provision", "sure"):
        table.add_column(column, overflow="fold")
    for clause in clauses:
        name = f"{clause.rule}/{clause.step}" if clause.step else clause.rule
        sure = clause.source.confidence + (", memory" if clause.source.basis == "memory" else "")
        table.add_row(name, clause.bearer, clause.kind, clause.title, clause.source.citation, sure)
    Console(highlight=False).print(table)


@law.command()
@click.argument("rule")
@JSON
@PACKS
def show(rule: str, as_json: bool, packs: Path | None) -> None:
    """Show one rule: its text, source, validity and examples."""
    loaded = load_packs(packs or PACK_ROOT)
    clauses = [c for name in loaded.jurisdictions for c in loaded.pack(name).clauses if c.rule == rule]
    if not clauses:
        raise PackError.single(rule, "is not a rule of these packs", _hint(rule, loaded))
    examples = [e for name in loaded.jurisdictions for e in load_examples(loaded, name) if e.rule == rule]
    if as_json:
        rows: list[dict[str, Any]] = [clause_row(clause) for clause in clauses]
        click.echo(json.dumps({"rule": rule, "clauses": rows, "examples": [dict(e.raw) for e in examples]}, indent=1))
        return
    show_rule(clauses, examples)


def _hint(rule: str, packs: Packs) -> str:
    from difflib import get_close_matches

    known: list[Clause] = [c for name in packs.jurisdictions for c in packs.pack(name).clauses]
    near = get_close_matches(rule, {c.rule for c in known}, n=3)
    return f"did you mean {' or '.join(near)}?" if near else "see 'asylon law list'"


@law.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@click.option(
    "--cases", type=PATH, multiple=True, required=True, help="Case files, or a folder of them, to try both on."
)
@click.option("--on", help="The day from which to look; today if left out.")
@JSON
def impact(old: Path, new: Path, cases: tuple[Path, ...], on: str | None, as_json: bool) -> None:
    """Count and list the duties that move between two versions of the packs.

    OLD and NEW are folders of packs.
    """
    from asylon.cli.duties import parse_day
    from asylon.cli.impactview import print_impact
    from asylon.law.casefiles import read_cases
    from asylon.law.impact import impact_of

    packs = Packs(old), Packs(new)
    files = [f for path in cases for f in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    timelines = [t for file in files for t in read_cases(file, None, packs[1].vocabulary)]
    print_impact(impact_of(timelines, *packs, on=parse_day(on)), as_json=as_json)
