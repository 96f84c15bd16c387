"""Writes the table of all rows of the law brief and what each became in the packs.

`python -m tools.brief_table > docs/brief-rows.md`; with `--check` nothing is written and the exit
code is 1 when the document is not up to date or a row has come to nothing.

The rows are those of `brief_rows.csv`. A row is found in the packs by its id: `DE-10` is the entry
`DE-10` and every entry `DE-10-…`. What has no id of its own in a pack is named by what it is:
`BODY-RU`, `COUNT-RU-LAW`, `RECESS-il-summer`, `PARAMETER-it-appeal`, `KIND-hours`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from asylon.law.packfile import read_yaml
from asylon.law.packload import Packs, load_packs
from asylon.law.packs import KINDS, MAIN, Body, Clause, Source

ROWS = Path(__file__).with_name("brief_rows.csv")
DOCUMENT = Path(__file__).parent.parent / "docs" / "brief-rows.md"
SECTIONS = {
    "0": "Kinds of terms",
    "1.1": "Rights of the Refugee Convention",
    "1.2": "International rules",
    "1.3": "International bodies",
    "2": "Russia",
    "3": "Israel",
    "4.1": "European Union: procedure and screening",
    "4.2": "European Union: responsibility, qualification, reception, return",
    "4.3": "European Union: predecessors",
    "5.1": "Germany",
    "5.2": "United Kingdom",
    "5.3": "United States",
    "5.4": "Armenia, Serbia, Kazakhstan, Georgia",
    "6": "How terms are counted",
}
INTRODUCTION = """\
# The rows of the law brief and what each became

The packs were written from a law brief of 21 November 2026. This table names each of its rows, and what in
the packs says it: a rule with its steps, a right, a regime (which date chooses the law), a body, a way of counting,
a recess, deemed service, a freeze, a national number, or context (law that frames and yields no duty).
The last column is what could not be said as a rule or is uncertain; it is shown with every result.

Written by `python -m tools.brief_table > docs/brief-rows.md`; do not edit.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the brief: its section, its id, a short title in words of our own."""

    section: str
    id: str
    title: str


@dataclass(slots=True)
class Entry:
    """What stands in the packs under one name, as texts for the columns of the table."""

    name: str
    became: str
    files: list[str] = field(default_factory=list)
    sources: list[tuple[str, Source]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_rows(path: Path = ROWS) -> tuple[Row, ...]:
    """Return the rows of the brief in their order."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Row(line["section"], line["id"], line["title"]) for line in csv.DictReader(file))


def find_entries(packs: Packs) -> dict[str, Entry]:
    """Return everything in the packs by name, in alphabetical order of the packs."""
    entries: dict[str, Entry] = {}
    for jurisdiction in packs.jurisdictions:
        for entry in _entries(packs, jurisdiction):
            entries[entry.name] = entry
    clauses = [clause for name in packs.jurisdictions for clause in packs.pack(name).clauses]
    for kind in KINDS:
        count = sum(clause.kind == kind for clause in clauses)
        if count:
            entries[f"KIND-{kind}"] = Entry(f"KIND-{kind}", f"kind of {count} steps")
    return entries


def _entries(packs: Packs, jurisdiction: str) -> Iterator[Entry]:
    pack, files = packs.pack(jurisdiction), _files(packs.root / jurisdiction)
    for rule, clauses in groupby(sorted(pack.clauses, key=lambda c: c.rule), key=lambda c: c.rule):
        yield _rule(rule, list(clauses))
    for section, became, prefix in (
        ("regimes", "regime", ""),
        ("deemed", "deemed service", ""),
        ("freezes", "freeze", ""),
        ("countings", "counting", "COUNT-"),
    ):
        for item in getattr(pack, section).values():
            yield Entry(f"{prefix}{item.id}", f"{became} `{item.id}`", [files[section, item.id]], [("", item.source)])
    for context in pack.context:
        yield Entry(context.id, f"context `{context.id}`", [files["context", context.id]], [("", context.source)])
    for name, terms in pack.parameters.items():
        sources = [("", term.source) for term in terms if term.source is not None]
        place = files["parameters", name]
        yield Entry(f"PARAMETER-{jurisdiction}-{name}", f"national number `{name}`", [place], sources)
    for calendar in pack.calendars.values():
        place, became = files["calendars", calendar.id], f"recess of calendar `{calendar.id}`"
        for recess in calendar.recess:
            yield Entry(f"RECESS-{calendar.id}-{recess.id}", became, [place], [("", recess.source)])
    for state, bodies in groupby(pack.bodies, key=lambda body: body.state):
        yield _bodies(state, list(bodies), files["bodies", state])


def _files(folder: Path) -> Mapping[tuple[str, str], str]:
    """Return in which file each entry that is no rule stands."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.yaml")):
        content: Mapping[str, Any] = read_yaml(path) or {}
        for section, items in content.items():
            for item in items if isinstance(items, list) else ():
                if isinstance(item, dict):
                    found[section, str(item.get("id", item.get("state", "")))] = f"{folder.name}/{path.name}"
    return found


def _rule(rule: str, clauses: Sequence[Clause]) -> Entry:
    parts = []
    for kind in dict.fromkeys(clause.kind for clause in clauses):
        steps = dict.fromkeys(f"`{clause.step or MAIN}`" for clause in clauses if clause.kind == kind)
        word = "right" if kind == "right" else f"rule, {kind}"
        parts.append(word if list(steps) == [f"`{MAIN}`"] else f"{word}: {', '.join(steps)}")
    versions = max(sum(other.key == clause.key for other in clauses) for clause in clauses)
    if versions > 1:
        parts.append(f"{versions} versions over time")
    sources = [(clause.step or MAIN, clause.source) for clause in clauses]
    sources += [(clause.step or MAIN, term.source) for clause in clauses for term in clause.terms if term.source]
    remarks = [f"In force: {clause.in_force.note}" for clause in clauses if clause.in_force.note]
    return Entry(rule, "; ".join(parts), [clause.place.partition(",")[0] for clause in clauses], sources, remarks)


def _bodies(state: str, bodies: Sequence[Body], file: str) -> Entry:
    became = "bodies: " + ", ".join(f"{body.body} {_openness(body)}" for body in bodies)
    sources = [(body.body, body.source) for body in bodies]
    remarks = [f"{body.body}: {body.note}" for body in bodies if body.note]
    return Entry(f"BODY-{state.upper()}", became, [file], sources, remarks)


def _openness(body: Body) -> str:
    if body.open and body.acts_until is not None:
        return f"open for acts until {date.fromordinal(body.acts_until)}"
    return {True: "open", False: "not open", None: "not verified, not offered"}[body.open]


def entries_of(row: Row, entries: Mapping[str, Entry]) -> list[Entry]:
    """Return what a row became: the entry of its id and those whose id goes on from it."""
    return [entry for name, entry in entries.items() if name == row.id or name.startswith(f"{row.id}-")]


def unaccounted(rows: Iterable[Row], entries: Mapping[str, Entry]) -> list[str]:
    """Return the ids of the rows that came to nothing in the packs."""
    return [row.id for row in rows if not entries_of(row, entries)]


def write_table(rows: Sequence[Row], entries: Mapping[str, Entry]) -> str:
    """Return the document: a table for each section and one for what stands in the packs besides."""
    parts = [INTRODUCTION]
    for section, group in groupby(rows, key=lambda row: row.section):
        lines = [_line(row.id, row.title, entries_of(row, entries)) for row in group]
        parts.append(_section(f"{section} {SECTIONS[section]}", lines))
    reached = {entry.name for row in rows for entry in entries_of(row, entries)}
    besides = [_line(name, "", [entry]) for name, entry in entries.items() if name not in reached]
    if besides:
        parts.append(_section("In the packs and no row of the brief", besides))
    parts.append(f"{len(rows)} rows; {len(unaccounted(rows, entries))} without an entry in the packs.\n")
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> str:
    head = "| row | title | became | file | confidence | uncertain or not said |\n|---|---|---|---|---|---|"
    return "\n".join((f"## {title}\n", head, *lines, ""))


def _line(name: str, title: str, entries: Sequence[Entry]) -> str:
    files = dict.fromkeys(file for entry in entries for file in entry.files)
    cells = (
        name,
        title,
        "; ".join(entry.became for entry in entries) or "**nothing**",
        ", ".join(files),
        _confidence([pair for entry in entries for pair in entry.sources]),
        "<br>".join(_notes(entries)),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") or "–" for cell in cells) + " |"


def _confidence(sources: Sequence[tuple[str, Source]]) -> str:
    """Return confidence and basis; where steps differ, each with the steps it holds for."""
    found: dict[str, list[str]] = {}
    for step, source in sources:
        found.setdefault(f"{source.confidence} ({source.basis})", []).append(step)
    if len(found) < 2:
        return "".join(found)
    named = {said: ", ".join(f"`{step}`" for step in dict.fromkeys(steps) if step) for said, steps in found.items()}
    return "; ".join(f"{said}: {steps}" if steps else said for said, steps in named.items())


def _notes(entries: Sequence[Entry]) -> list[str]:
    said = [" ".join(source.note.split()) for entry in entries for _, source in entry.sources if source.note]
    remarks = [" ".join(remark.split()) for entry in entries for remark in entry.remarks]
    return list(dict.fromkeys([*said, *remarks]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the document, or with `--check` return 1 when it is out of date or a row came to nothing."""
    parser = argparse.ArgumentParser(prog="python -m tools.brief_table")
    parser.add_argument("--check", action="store_true", help="compare with docs/brief-rows.md and print nothing")
    given = parser.parse_args(arguments)
    rows, entries = read_rows(), find_entries(load_packs())
    document = write_table(rows, entries)
    missing = unaccounted(rows, entries)
    for name in missing:
        print(f"{name} is in no pack; write it, or correct tools/brief_rows.csv", file=sys.stderr)
    if not given.check:
        sys.stdout.write(document)
        return 1 if missing else 0
    is_current = DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == document
    if not is_current:
        remedy = "run python -m tools.brief_table > docs/brief-rows.md"
        print(f"docs/brief-rows.md is not up to date; {remedy}", file=sys.stderr)
    return 1 if missing or not is_current else 0


if __name__ == "__main__":
    sys.exit(main())
