"""Tables: one frame behind the HTML that people read and the CSV that programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from asylon.observatory.words import NOTHING, count, percentage, span

Row = Mapping[str, Any]
Show = Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what of a row it shows (HTML), whether it holds numbers."""

    head: str
    show: Show
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page: `name` is that of its file, `caption` says what it holds, `frame` is the file as it is."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    frame: pl.DataFrame

    @property
    def html(self) -> str:
        """The table in a box of its own that scrolls; the first column names its row."""
        heads = "".join(f'<th scope="col"{_class(c)}>{escape(c.head)}</th>' for c in self.columns)
        first, rest = self.columns[0], self.columns[1:]
        body = "".join(
            f'<tr><th scope="row"{_class(first)}>{first.show(row)}</th>'
            + "".join(f"<td{_class(c)}>{c.show(row)}</td>" for c in rest)
            + "</tr>"
            for row in self.rows
        )
        caption = escape(self.caption)
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="table">'
            f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    @property
    def csv(self) -> bytes:
        """The file behind the table, with names of columns in English; an empty cell is "no row"."""
        lists = [name for name, kind in self.frame.schema.items() if kind == pl.List(pl.String)]
        return self.frame.with_columns(pl.col(name).list.join("/") for name in lists).write_csv().encode()


def _class(column: Column) -> str:
    return ' class="num"' if column.is_number else ""


def counts(field: str, language: str, missing: str) -> Show:
    """Return how a count is shown; `missing` is what a dash says to those who hear it."""
    dash = f'<span class="none" title="{escape(missing)}">{NOTHING}<span class="hide">{escape(missing)}</span></span>'

    def show(row: Row) -> str:
        value = row[field]
        return dash if value is None else count(value, language)

    return show


def percentages(field: str, language: str) -> Show:
    """Return how a percentage is shown; a dash where it does not exist."""
    return lambda row: escape(percentage(row[field], language))


def spans(low: str, high: str, language: str) -> Show:
    """Return how an interval of percentages is shown."""
    return lambda row: NOTHING if row[low] is None else escape(span(row[low], row[high], language))


def plain(field: str) -> Show:
    """Return how text or a year is shown, as it stands."""
    return lambda row: escape("" if row[field] is None else str(row[field]))


def in_english(text: str) -> str:
    """Return text that is English in every language, marked as such."""
    return f'<bdi lang="en" dir="ltr">{escape(text)}</bdi>'


def linked(text: Callable[[Row], str], address: Callable[[Row], str | None]) -> Show:
    """Return how a text is shown that leads somewhere, where there is an address."""

    def show(row: Row) -> str:
        words, where = escape(text(row)), address(row)
        return f'<a href="{escape(where)}">{words}</a>' if where else words

    return show
