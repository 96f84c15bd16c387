"""`asylon stats check`: the figures of a text, each held against the releases."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asylon.cli.stats import AS_OF, DATA, JSON, PATH, print_json, store_at
from asylon.errors import StatisticsError

if TYPE_CHECKING:
    from asylon.statistics.reading import Figure
    from asylon.statistics.statements import Checked


@click.command()
@click.argument("file", type=PATH)
@click.option(
    "--language", type=click.Choice(["en", "ru", "he"]), help="The language of the text; found by its script."
)
@click.option("--figures", type=PATH, help="Figures that a person corrected (JSON, as --write-figures wrote them).")
@click.option("--write-figures", "write", type=PATH, help="Write the figures as they were read, to correct by hand.")
@AS_OF
@JSON
@DATA
def check(
    file: Path,
    language: str | None,
    figures: Path | None,
    write: Path | None,
    as_of: str | None,
    as_json: bool,
    data: Path | None,
) -> None:
    """Find the figures in a text and hold each against the releases.

    FILE is a text in English, Russian or Hebrew (UTF-8); - reads standard input. Verdicts: exact, near, compatible,
    ambiguous, not_visible, missing, contradicted, inconsistent.
    """
    from asylon.statistics.reading import read_figures
    from asylon.statistics.statements import check_figures, checked_row

    text = _text(file)
    found: Sequence[Figure] = read_figures(text, language=language)
    if write is not None:
        _write(write, found)
        return
    if figures is not None:
        found = _corrected(figures, found)
    checked = check_figures(found, store_at(data).release("unhcr", as_of), text)
    if as_json:
        print_json([checked_row(one) for one in checked])
        return
    _show(checked, file)


def _text(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise StatisticsError.single(
            file.name, "cannot be read", "write the path of a text file, or - for standard input"
        ) from error
    except UnicodeDecodeError as error:
        remedy = "save it as plain text in UTF-8, or paste it on standard input"
        raise StatisticsError.single(file.name, f"is no text in UTF-8 (byte {error.start + 1})", remedy) from error


def _write(path: Path, figures: Sequence[Figure]) -> None:
    from asylon.statistics.store import write_atomically

    rows = [figure.to_row() for figure in figures]
    write_atomically(path, json.dumps(rows, ensure_ascii=False, indent=1).encode())
    click.echo(f"{len(rows)} figures written; correct them, then 'asylon stats check FILE --figures {path.name}'.")


def _corrected(path: Path, read: Sequence[Figure]) -> Sequence[Figure]:
    from asylon.statistics.reading import figures_of_reader

    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = "write it with --write-figures and edit what that gave"
        raise StatisticsError.single(path.name, "is not a file of figures (JSON)", remedy) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StatisticsError.single(path.name, "is not a list of figures", "keep the list that --write-figures wrote")
    return figures_of_reader(rows, read)


def _show(checked: Sequence[Checked], file: Path) -> None:
    from rich.console import Console

    from asylon.statistics.reading import sums_of_parts

    out = Console(highlight=False, soft_wrap=True)
    if not checked:
        name = "the text" if str(file) == "-" else file.name
        out.print(f"No figure of people, applications or decisions was found in {name}.")
    for one in checked:
        out.print(f"[bold]{one.verdict.replace('_', ' ')}[/bold]  “{one.figure.quote}”", highlight=False)
        for sentence in one.why:
            out.print(f"    {sentence}.")
        for graded in one.graded:
            mark = "meant" if graded.reading.is_meant else "other meaning"
            count = graded.reading.count
            value = "no row" if count is None else f"{count.value:,}"
            out.print(f"    [dim]{mark}: {graded.reading.words}: {value} ({graded.reading.n_rows} rows)[/dim]")
    if sums := sums_of_parts([one.figure for one in checked]):
        told = ", ".join(f"{number:,.0f}" for number in sums)
        out.print(f"[dim]Parts of one sentence may add up to {told}: an offer, not a figure of the text.[/dim]")
    if checked:
        out.print(f"\n[dim]{checked[0].licence}[/dim]")
