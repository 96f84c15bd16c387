"""Papers as PDF: one fixed form (`document.typ`), filled with data, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from asylon.errors import AsylonError, StatisticsError
from asylon.papers.document import (
    Align,
    Block,
    Bullets,
    Callout,
    Document,
    Foreign,
    Heading,
    Link,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Source,
    Sources,
    Strong,
    Table,
    Words,
)
from asylon.papers.text import isolated, ordered, part, without_isolates
from asylon.papers.words import callout_title

if TYPE_CHECKING:
    import typst

FORM = Path(__file__).with_name("document.typ")
_SCRIPTS = {"ar": "arabic", "fa": "arabic", "ps": "arabic", "ur": "arabic", "he": "hebrew", "yi": "hebrew"}
_WITHOUT_FONT = re.compile(r'the text `(".*?")` could not be displayed')
# Drawings mostly ask for "sans-serif", for which typst knows no font.
_SANS = re.compile("""(font-family(?:=|:) *["']?)sans-serif\\b(["';]?)""")
_SANS_FAMILIES = "Noto Sans, Noto Sans Hebrew, Noto Sans Arabic, DejaVu Sans"
_LABEL = 16
_MEASURED = 5  # of the cells of a column: the longest in characters are nearly always the widest in print


def pdf(document: Document, *, fonts: Sequence[Path] | None = None) -> bytes:
    """Return the paper as a tagged PDF (PDF/UA-1), the same bytes for the same paper, fonts and release of typst.

    `fonts` are folders to take fonts from beside those that typst carries; left out, the fonts installed on this
    machine. Raises `StatisticsError` where typst is not installed, and where no font has the letters of a text.
    """
    try:
        import typst
    except ImportError as error:
        remedy = "install asylon[observatory]"
        raise StatisticsError.single("PDF", "needs the package typst, which is not installed", remedy) from error
    paper = json.dumps(_paper_row(document), ensure_ascii=False)
    try:
        return typst.compile(
            FORM.read_bytes(),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=_found_fonts(None if fonts is None else tuple(fonts)),
            sys_inputs={"paper": paper},
            timestamp=0,  # the day of the paper is set in the form; without this typst reads the clock
        )
    except typst.TypstError as error:
        raise _refusal(document, error) from error


@lru_cache(maxsize=4)
def _found_fonts(folders: tuple[Path, ...] | None) -> typst.Fonts:
    """Return the fonts to choose from, searched once for a process."""
    import typst

    return typst.Fonts(include_system_fonts=folders is None, font_paths=list(folders or ()))


def _refusal(document: Document, error: typst.TypstError) -> AsylonError:
    place = f"paper {document.title!r}"
    missing = _WITHOUT_FONT.search(error.message)
    wide = re.search(r"too wide: (.*)", error.message, re.DOTALL)
    if wide:
        problem = "is too wide for a page turned on its side, even in the smallest letters"
        remedy = "split it into tables with fewer columns, or use shorter words"
        return StatisticsError.single(f"table {wide[1]!r}", problem, remedy)
    if missing is None:
        problem = f"could not be typeset ({error.message})"
        return StatisticsError.single(place, problem, "a picture that is not sound SVG is the usual cause")
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), missing[1][1:-1])
    script, package = _script(text)
    problem = f"no installed font has the {script} letters of {text!r}"
    return StatisticsError.single(place, problem, f"install such a font (on Debian: {package})")


def _script(text: str) -> tuple[str, str]:
    """Return the script of the first letter by its Unicode name, and the Debian package with fonts for it."""
    names = [unicodedata.name(char, "") for char in text if not unicodedata.combining(char)]
    first = next((name.split()[0] for name in names if name), "unknown")
    if first in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"):
        return ("CJK" if first == "CJK" else first.title()), "fonts-noto-cjk"
    if any(unicodedata.category(char) == "So" for char in text):
        return "symbol", "fonts-noto-color-emoji or fonts-symbola"
    return first.title(), "fonts-noto-core, or fonts-noto-extra for rare scripts"


# ---------------------------------------------------------------- the paper as plain rows for the form


def _paper_row(document: Document) -> dict[str, Any]:
    code, _, region = document.language.partition("-")
    made = document.made
    return {
        "name": without_isolates(document.title).strip(),
        "title": ordered(document.title, code),
        "subtitle": ordered(document.subtitle, code),
        "date": ordered(document.day, code),
        "source_line": ordered(document.source_line, code),
        "licences": [ordered(line, code) for line in document.licences],
        "language": code,
        "region": region or None,
        "right_to_left": document.is_right_to_left,
        "script": _SCRIPTS.get(code, "other"),
        "made": None if made is None else [made.year, made.month, made.day],
        "blocks": [_block_row(block, code) for block in document.blocks],
    }


def _block_row(block: Block, code: str) -> dict[str, Any]:
    match block:
        case Heading():
            return {"block": "heading", "text": ordered(block.text, code), "level": block.level}
        case Paragraph():
            return {"block": "paragraph", "text": _runs(block.text, code)}
        case Bullets():
            return {"block": "bullets", "items": [_runs(item, code) for item in block.items]}
        case Table():
            return _table_row(block, code)
        case Picture():
            svg = _SANS.sub(rf"\1{_SANS_FAMILIES}\2", block.svg.decode("utf-8", "replace"))
            return {
                "block": "picture",
                "svg": svg,
                "alt": without_isolates(block.alt),
                "caption": _runs(block.caption, code),
            }
        case Callout():
            title = ordered(callout_title(block, code), code)
            row = {"block": "callout", "kind": block.kind, "title": title, "text": _runs(block.text, code)}
            return row | {"length": len(_text(block.text))}
        case Sources():
            return {"block": "sources", "items": [_source_row(source, code) for source in block.items]}
        case PageBreak():
            return {"block": "page_break"}
        case _:
            assert_never(block)


def _table_row(table: Table, code: str) -> dict[str, Any]:
    columns = list(zip(table.header, *([_text(cell) for cell in row] for row in table.rows), strict=True))
    return {
        "block": "table",
        "header": [ordered(cell, code) for cell in table.header],
        "rows": [[_runs(cell, code) for cell in row] for row in table.rows],
        "name": without_isolates(table.caption),
        "caption": _runs(table.caption, code),
        "notes": [_runs(note, code) for note in table.notes],
        "align": list(table.columns),
        "longest": [_longest(column) for column in columns],
        "narrowest": [_unbroken(*column) for column in zip(columns, table.columns, strict=True)],
    }


def _unbroken(column: Sequence[str], holds: Align) -> list[str]:
    """Return what must stay in one line: numbers, short labels, single words."""
    heading, *cells = column
    lines = heading.split()
    for cell in cells:
        lines.extend([cell] if holds == "numbers" or len(cell) <= _LABEL else cell.split())
    return _longest(lines)


def _longest(texts: Sequence[str]) -> list[str]:
    """Return the few texts that may be the widest in print, for the form to measure."""
    return sorted({without_isolates(text) for text in texts}, key=lambda text: (-len(text), text))[:_MEASURED]


def _source_row(source: Source, code: str) -> dict[str, Any]:
    address, licence = source.address, isolated(source.licence, code)
    shown = _runs((Foreign(address),), code)
    return {"text": _runs(source.text, code), "address": address, "shown": shown, "licence": licence}


def _runs(words: Words, code: str) -> list[dict[str, Any]]:
    if isinstance(words, str):
        return [{"kind": "plain", "text": ordered(words, code)}] if words else []
    return [_run(run, code) for run in words]


def _run(run: Run, code: str) -> dict[str, Any]:
    match run:
        case str():
            return {"kind": "plain", "text": part(run, code)}
        case Strong():
            return {"kind": "strong", "text": part(run.text, code)}
        case Link():
            return {"kind": "link", "text": isolated(run.text, code), "address": run.address}
        case Foreign():
            own, _, region = run.language.partition("-")
            row = {"kind": "foreign", "text": isolated(run.text, code), "language": own}
            return row | ({"region": region} if region else {})
        case _:
            assert_never(run)


def _text(words: Words) -> str:
    runs = (words,) if isinstance(words, str) else words
    return "".join(run if isinstance(run, str) else run.text for run in runs)
