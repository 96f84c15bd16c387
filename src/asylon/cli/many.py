"""`asylon duties EVENTS --out DUTIES`: very many cases, with a progress bar."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from asylon.cli.words import counted
from asylon.law.packload import Packs
from asylon.law.stream import assess_file


def write_duties(file: Path, cases: Path | None, out: Path, on: date, packs: Packs, *, rights: bool = False) -> None:
    """Write the duties of all cases in `file` to `out` and say how many there are."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("events read", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        tally = assess_file(file, out, on=on, packs=packs.root, cases=cases, rights=rights, progress=progress)
    what = f"{tally.duties:,} duties and rights" if rights else counted(tally.duties, "duty", "duties")
    sys.stdout.write(f"{what} of {counted(tally.cases, 'case')} ({counted(tally.events, 'event')}) in {out.name}\n")
