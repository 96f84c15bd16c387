"""Shows the answers of `asylon stats` on a terminal: tables that keep null apart from zero, measures in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from asylon.statistics.codes import UNITS
from asylon.statistics.countries import country_name
from asylon.statistics.measures import Answered, Refused

if TYPE_CHECKING:
    import polars as pl

    from asylon.statistics.answers import Answer
    from asylon.statistics.compare import Comparison
    from asylon.statistics.doubts.findings import Doubt
    from asylon.statistics.store import Release
    from asylon.statistics.waiting import Waiting

NO_ROW = "-"
_COLUMNS = {
    "year": "year",
    "applications": "applied",
    "recognised": "recognised",
    "other": "other",
    "rejected": "rejected",
    "closed": "closed",
    "closed_share": "closed %",
    "pending": "pending 31 Dec",
}
SHOWN_DOUBTS = 12
# More rows by level are read by nobody on a terminal: the world has hundreds.
SHOWN_LEVELS = 120


def console() -> Console:
    """Return the console that all views print on."""
    return Console(highlight=False)


def number(value: float | None, digits: int = 0) -> str:
    """Return a number as text; a dash for no row."""
    return NO_ROW if value is None else f"{value:,.{digits}f}"


def people_words(origin: str | None, asylum: str | None) -> str:
    """Return whom an answer is about, so that host and origin cannot be confused."""
    who = f"People from {country_name(origin)}" if origin else "People"
    return f"{who} who asked {country_name(asylum)} for asylum" if asylum else f"{who} who asked for asylum anywhere"


def show_answer(answered: Answer) -> None:
    """Print an answer: years, levels, measures in full, doubts, licence."""
    out = console()
    asked = answered.question
    out.print(f"[bold]{people_words(asked.origin, asked.asylum)}[/bold]")
    out.print(f"{answered.release.edition.title} ({answered.release.id})")
    if answered.rows.is_empty():
        out.print("\nNo row: nothing was reported for this pair and time. That is not zero.")
    else:
        out.print()
        out.print(_rows(answered.rows))
        out.print(
            f"[dim]{NO_ROW} no row: not reported, which is not zero. Appeals and repeats are left out here.[/dim]"
        )
    if answered.by_level["level"].n_unique() > 1:
        out.print()
        _levels(out, answered.by_level)
    _half_year(out, answered)
    out.print("\n[bold]Rates[/bold]")
    for measure in answered.measures:
        _measure(out, measure)
    if answered.doubts:
        out.print("\n[bold]Doubts[/bold]")
        _doubts(out, answered.doubts)
    out.print(f"\n[dim]{answered.licence}[/dim]")


def _rows(rows: pl.DataFrame) -> Table:
    units = rows["unit"].n_unique() > 1
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (*_COLUMNS.values(), *(["unit"] if units else [])):
        table.add_column(title, justify="left" if title in ("year", "unit") else "right")
    for row in rows.iter_rows(named=True):
        cells = [str(row["year"]), *(number(row[name]) for name in list(_COLUMNS)[1:])]
        table.add_row(*cells, *([UNITS[row["unit"]]] if units else []))
    return table


def _levels(out: Console, levels: pl.DataFrame) -> None:
    if levels.height > SHOWN_LEVELS:
        out.print(f"{levels.height} rows by level: ask for one with --level, for some years, or for all with --json.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title="By level", title_justify="left")
    names = ("year", "authority", "level", "unit", "applications", "recognised", "other", "rejected", "closed")
    for name in names:
        table.add_column(name, justify="left" if name in names[:4] else "right")
    for row in levels.iter_rows(named=True):
        table.add_row(*(str(row[name]) for name in names[:4]), *(number(row[name]) for name in names[4:]))
    out.print(table)


def _half_year(out: Console, answered: Answer) -> None:
    for row in answered.half_year.iter_rows(named=True):
        counts = ", ".join(f"{number(row[name])} {title}" for name, title in list(_COLUMNS.items())[1:6])
        out.print(f"\nJanuary to June {row['year']} only, never a year: {counts}")


def _measure(out: Console, measure: Answered) -> None:
    if isinstance(measure, Refused):
        unit = f" ({UNITS[measure.unit]})" if measure.unit else ""
        out.print(f"  [dim]{measure.body}: {measure.title}{unit}: not answered: {measure.reason}[/dim]", soft_wrap=True)
        return
    interval = measure.interval
    bounds = f" ({interval.low:.1f}-{interval.high:.1f} {interval.kind})" if interval else ""
    counts = f"{measure.numerator.value:,} of {measure.denominator.value:,} {UNITS[measure.unit]}"
    closed = "closures not reported" if measure.closed_share is None else f"closed {measure.closed_share:.0f} %"
    out.print(
        f"  [bold]{measure.value:.1f} %[/bold]{bounds}  {measure.body}: {measure.title}; {counts}; {closed}; "
        f"level {'/'.join(measure.levels)}",
        soft_wrap=True,
    )
    out.print(f"      [dim]{measure.formula}; {measure.why}[/dim]", soft_wrap=True)


def show_doubts(doubts: Sequence[Doubt]) -> None:
    """Print every doubt, one line each; says so when there is none."""
    out = console()
    if not doubts:
        out.print("No doubt was found.")
    for doubt in doubts:
        out.print(f"{doubt.check:22} {doubt.why}", soft_wrap=True)


def _doubts(out: Console, doubts: Sequence[Doubt]) -> None:
    for doubt in doubts[:SHOWN_DOUBTS]:
        out.print(f"  {doubt.check}: {doubt.why}", soft_wrap=True)
    if len(doubts) > SHOWN_DOUBTS:
        out.print(f"  and {len(doubts) - SHOWN_DOUBTS} more: 'asylon stats doubts'")


def show_waiting(found: Waiting) -> None:
    """Print what waiting does: the finding, the years, who still waits."""
    out = console()
    out.print(f"[bold]{people_words(found.origin, found.asylum)}[/bold]\n")
    for sentence in found.finding or ("Nothing was reported for this pair and time. That is not zero.",):
        out.print(str(sentence), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("year", "applied", "positive", "rejected", "closed", "pending 31 Dec", "implied wait, years"):
        table.add_column(title, justify="left" if title == "year" else "right")
    for year in found.years:
        counts = (year.applied, year.positive, year.rejected, year.closed, year.pending)
        table.add_row(str(year.year), *(number(count) for count in counts), number(year.implied_wait, 1))
    out.print()
    out.print(table)
    out.print()
    out.print(_still_waiting(found))
    out.print(f"[dim]in order: {found.assumptions[0]}. equal: {found.assumptions[1]}.[/dim]", soft_wrap=True)
    out.print(f"\n[dim]{found.licence}[/dim]", soft_wrap=True)


def _still_waiting(found: Waiting) -> Table:
    longest = max((share.years for share in found.still_waiting), default=0)
    title = "Of those who applied in a year, per cent still without an outcome after n years (in order / equal chance)"
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    table.add_column("applied in")
    for years in range(1, longest + 1):
        table.add_column(f"{years}", justify="right")
    by_year: dict[int, dict[int, str]] = {}
    for share in found.still_waiting:
        text = f"{number(share.in_order)} / {number(share.equal_chance)}"
        by_year.setdefault(share.applied_in, {})[share.years] = text
    for year, shares in by_year.items():
        table.add_row(str(year), *(shares.get(years, "") for years in range(1, longest + 1)))
    return table


def show_comparison(found: Comparison) -> None:
    """Print how each country decides on people from one origin, the highest rate first."""
    out = console()
    if not found.measures:
        out.print(f"No country decided on enough people from {country_name(found.origin)}: try --fewest.")
        return
    first = found.measures[0]
    years = f"{first.subject.first_year}-{first.subject.last_year}"
    out.print(f"[bold]People from {country_name(found.origin)}: {first.title} ({first.body}), {years}[/bold]")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("asked for asylum in", "rate %", "interval", "decisions", "unit", "closed %", "levels"):
        table.add_column(title, justify="right" if title in ("rate %", "decisions", "closed %") else "left")
    for m in found.measures:
        interval = f"{m.interval.low:.1f}-{m.interval.high:.1f}" if m.interval else NO_ROW
        counts = (number(m.denominator.value), UNITS[m.unit], number(m.closed_share), "/".join(m.levels))
        table.add_row(country_name(m.subject.asylum or ""), f"{m.value:.1f}", interval, *counts)
    out.print(table)
    if found.left_out:
        out.print(f"[dim]Too few decisions to compare: {', '.join(found.left_out)}.[/dim]", soft_wrap=True)
    out.print(f"[dim]{first.formula}; {first.why}[/dim]", soft_wrap=True)
    out.print(f"\n[dim]{first.licence}[/dim]", soft_wrap=True)


def show_changes(before: Release, after: Release, changed: pl.DataFrame, shown: pl.DataFrame) -> None:
    """Print what changed between two releases, the largest first."""
    out = console()
    out.print(f"[bold]{after.id} against {before.id}[/bold]: {changed.height:,} figures differ")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("table", "year", "from", "asylum in", "level", "figure", "before", "after", "difference"):
        table.add_column(name, justify="right" if name in ("before", "after", "difference") else "left")
    for row in shown.iter_rows(named=True):
        table.add_row(*_change(row))
    out.print(table)
    if shown.height < changed.height:
        out.print(f"and {changed.height - shown.height:,} more: --limit 0")
    out.print(f"\n[dim]{after.licence}[/dim]", soft_wrap=True)


def _change(row: Mapping[str, Any]) -> list[str]:
    level = "/".join(part for part in (row["stage"], row["level"], row["unit"]) if part)
    words = [row["table"], str(row["year"]), row["origin"], row["asylum"], level, row["figure"]]
    return [*words, number(row["before"]), number(row["after"]), f"{row['difference']:+,}"]
