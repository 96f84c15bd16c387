"""A paper as plain values: title, blocks, sources. `typeset.pdf` and `markdown.markdown` write it down.

Every text is a plain string and stays one: nothing in it can become markup. Where a text needs more than one
voice it is a tuple of runs. A small paper:

>>> paper = Document(
...     title="Russians who ask Israel for asylum",
...     language="en",
...     subtitle="2016 to 2025",
...     day="25 November 2026",
...     source_line="Source: UNHCR Refugee Data Finder, release of 25 June 2026",
...     blocks=(
...         Heading("What the figures say"),
...         Paragraph(("Of 1,000 outcomes ", Strong("three"), " were protection.")),
...         Callout("doubt", "No first-instance rate exists: the state reports a mixture of levels."),
...         Table(("Year", "Applications"), (("2024", "1,032"), ("2025", "no row")), caption="Applications"),
...         Sources((Source("UNHCR, asylum applications", licence="CC BY 4.0"),)),
...     ),
... )
>>> [type(block).__name__ for block in paper.blocks]
['Heading', 'Paragraph', 'Callout', 'Table', 'Sources']

What is wrong raises `StatisticsError` where it is made: a table with a short row, a picture without words for
those who cannot see it, a heading that skips a level, an address that is no web or mail address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from asylon.errors import StatisticsError
from asylon.papers.text import is_right_to_left, plain

Align = Literal["words", "numbers"]
Kind = Literal["finding", "warning", "doubt"]


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that must not be missed."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a web or mail address."""

    text: str
    address: str

    def __post_init__(self) -> None:
        _check_address(self.address)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Words of another language or script (a name, a quotation), kept in their own order within the sentence.

    `language` is their code if known; a screen reader then pronounces them rightly.
    """

    text: str
    language: str = ""

    def __post_init__(self) -> None:
        if self.language:
            _check_language(self.language, f"foreign words {self.text!r}")


Run = str | Strong | Link | Foreign
Words = str | tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest below the title, 3 the lowest."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Words


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without numbers."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings, which is repeated on every page the table reaches.

    `align` says for each column whether it holds words or numbers; left out, the first holds words, the others numbers.
    Numbers stand to the right in every language: their units do. Cells say what they mean: "0" and "no row" are for the
    writer to tell apart.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    caption: str
    align: tuple[Align, ...] = ()
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        place, width = f"table {self.caption!r}", len(self.header)
        if not plain(self.caption).strip():
            raise StatisticsError.single("table", "has no caption", "say in it what the numbers are")
        if not width:
            raise StatisticsError.single(place, "has no columns", "give a heading for each column")
        if self.align and len(self.align) != width:
            problem = f"has {width} columns and {len(self.align)} alignments"
            raise StatisticsError.single(place, problem, "give one alignment for each column, or none")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != width:
                problem = f"row {number} has {len(row)} cells for {width} columns"
                raise StatisticsError.single(place, problem, "give one cell for each column")

    @property
    def columns(self) -> tuple[Align, ...]:
        """Return for each column what it holds."""
        numbers: Align = "numbers"
        return self.align or ("words", *[numbers for _ in self.header[1:]])


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG; `alt` says what it shows to those who cannot see it, best as a finding."""

    svg: bytes
    alt: str
    caption: Words = ""

    def __post_init__(self) -> None:
        if not plain(self.alt).strip():
            raise StatisticsError.single("picture", "has no words in place of it", "say in 'alt' what it shows")
        if b"<svg" not in self.svg[:2000]:
            raise StatisticsError.single(f"picture {self.alt!r}", "is not SVG", "give the bytes of an SVG file")


@dataclass(frozen=True, slots=True)
class Callout:
    """A sentence set apart: a finding, a warning, or a doubt about the data.

    `title` stands above it; left out, the paper's language has a word for each kind.
    """

    kind: Kind
    text: Words
    title: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One source: what it is, where it is, under which licence."""

    text: Words
    address: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        if self.address:
            _check_address(self.address)


@dataclass(frozen=True, slots=True)
class Sources:
    """A numbered list of sources; a text may point to the second one as [2]."""

    items: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page; Markdown has no pages and leaves it out."""


Block = Heading | Paragraph | Bullets | Table | Picture | Callout | Sources | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A paper.

    `language` is a code such as "he" or "en-GB" and gives the direction. `day` is the day as the reader sees it;
    `made` is the day for the file's own record, and none is written without it. `source_line` stands at the foot of
    every page, `licences` at the end of the paper.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    day: str = ""
    source_line: str = ""
    licences: tuple[str, ...] = ()
    made: date | None = None

    def __post_init__(self) -> None:
        if not plain(self.title).strip():
            raise StatisticsError.single("paper", "has no title", "give one: readers and screen readers need it")
        _check_language(self.language, f"paper {self.title!r}")
        _check_headings(self.blocks)

    @property
    def is_right_to_left(self) -> bool:
        """Return whether the paper's language is written from right to left."""
        return is_right_to_left(self.language)


def pictures(document: Document) -> Mapping[str, bytes]:
    """Return the pictures of a paper as files, name to bytes, in the order of the paper; empty when it has none."""
    found = [block.svg for block in document.blocks if isinstance(block, Picture)]
    return {f"picture-{number}.svg": svg for number, svg in enumerate(found, start=1)}


def _check_headings(blocks: tuple[Block, ...]) -> None:
    above = 0
    for block in blocks:
        if not isinstance(block, Heading):
            continue
        place = f"heading {block.text!r}"
        if not plain(block.text).strip():
            raise StatisticsError.single("heading", "is empty", "give its words or leave it out")
        if not 1 <= block.level <= 3:
            raise StatisticsError.single(place, f"has level {block.level}", "use 1, 2 or 3")
        if block.level > above + 1:
            above_words = f"one of level {above}" if above else "no other"
            remedy = f"use level {above + 1}: readers who hear the paper move by levels"
            raise StatisticsError.single(place, f"of level {block.level} follows {above_words}", remedy)
        above = block.level


def _check_language(code: str, place: str) -> None:
    if not re.fullmatch("[a-z]{2,3}(-[A-Z]{2})?", code):
        problem = f"names the language {code!r}"
        raise StatisticsError.single(place, problem, "use a code such as 'en', 'he' or 'en-GB'")


def _check_address(address: str) -> None:
    place, remedy = f"link {address!r}", "use an https, http or mailto address"
    if re.search(r"[\s\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069<>\\\"`]", address):
        raise StatisticsError.single(place, "holds a space or a sign that no address holds", remedy)
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise StatisticsError.single(place, "is no address", remedy) from error
    known = parts.scheme in ("http", "https") and parts.netloc
    if not (known or (parts.scheme == "mailto" and parts.path)):
        raise StatisticsError.single(place, "is neither a web nor a mail address", remedy)
