"""Papers as Markdown, in the flavour that GitHub reads: the same words, tables, notes and sources as the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never
from urllib.parse import quote

from asylon.papers.document import (
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
from asylon.papers.text import isolated, ordered, part
from asylon.papers.words import callout_title

# Signs that mean something anywhere in a line, and those that make a web address into a link without being asked.
_ACTS = re.compile(r"[\\`*_\[\]<>|~$&]|(?<=\w):(?=/)|(?<=[Ww]{3})\.")
# Signs that mean something where a block begins: headings, lists, rules, quotations.
_ADDRESS = "!#$%&'*+,/:=?@[]~"
_BEGINS = re.compile(r"^(?:([#+=-])(?!\d)|(\d{1,9})([.)])(?=\s|$))")


def markdown(document: Document, *, folder: str = "") -> str:
    """Return the paper as Markdown, ending with a line break.

    Pictures are named as `document.pictures` names them, in `folder` (an address relative to the text, such as
    "pictures/"); write those files beside the text. Right-to-left papers are wrapped so that they are shown as such.
    """
    code = document.language.partition("-")[0]
    head = [f"# {_line(document.title, code)}", _line(document.subtitle, code), _line(document.day, code)]
    parts = [*head, *_blocks(document, code, folder), "---", _line(document.source_line, code)]
    parts.extend(_line(licence, code) for licence in document.licences)
    while parts[-1] in ("", "---"):
        parts.pop()
    if document.is_right_to_left:
        parts = [f'<div dir="rtl" lang="{document.language}">', *parts, "</div>"]
    return "\n\n".join(filter(None, parts)) + "\n"


def _blocks(document: Document, code: str, folder: str) -> Iterator[str]:
    drawn = 0
    for block in document.blocks:
        if isinstance(block, Picture):
            drawn += 1
            yield f"![{_line(block.alt, code)}]({quote(folder)}picture-{drawn}.svg)"
            yield _words(block.caption, code)
        else:
            yield _block(block, code)


def _block(block: Block, code: str) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {_line(block.text, code)}"
        case Paragraph():
            return _words(block.text, code)
        case Bullets():
            return "\n".join(f"- {_words(item, code)}" for item in block.items)
        case Table():
            return _table(block, code)
        case Callout():
            title = _words((Strong(callout_title(block, code)),), code)
            return f"> {title}\n>\n> {_words(block.text, code)}"
        case Sources():
            return "\n".join(f"{n}. {_source(source, code)}" for n, source in enumerate(block.items, start=1))
        case PageBreak() | Picture():
            return ""
        case _:
            assert_never(block)


def _table(table: Table, code: str) -> str:
    rules = ["---:" if holds == "numbers" else ":---" for holds in table.columns]
    rows = [[_line(cell, code) for cell in table.header], rules]
    rows.extend([_words(cell, code) for cell in row] for row in table.rows)
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join([_words((Strong(table.caption),), code), lines, *(_words(note, code) for note in table.notes)])


def _source(source: Source, code: str) -> str:
    shown = [_words(source.text, code)]
    if source.address:
        shown.append(isolated(f"<{quote(source.address, safe=_ADDRESS)}>", code))
    if source.licence:
        shown.append(_escaped(isolated(source.licence, code)))
    return " · ".join(shown)


# ---------------------------------------------------------------- words


def _words(words: Words, code: str) -> str:
    if isinstance(words, str):
        return _line(words, code)
    line = "".join(_run(run, code) for run in words).strip()
    return _begun(line.replace("****", ""))  # one run of strong words ends where the next begins


def _run(run: Run, code: str) -> str:
    match run:
        case str():
            return _escaped(part(run, code))
        case Strong():
            return _strong(part(run.text, code))
        case Link():
            return f"[{_escaped(isolated(run.text, code))}](<{quote(run.address, safe=_ADDRESS)}>)"
        case Foreign():
            return _escaped(isolated(run.text, code))
        case _:
            assert_never(run)


def _strong(text: str) -> str:
    # Stars beside some signs are only stars: where no letter or digit begins and ends the words, HTML says it.
    if not text.strip():
        return text
    if text[0].isalnum() and text[-1].isalnum():
        return f"**{_escaped(text)}**"
    return f"<strong>{_escaped(text)}</strong>"


def _line(text: str, code: str) -> str:
    return _begun(_escaped(ordered(text, code)).strip())


def _escaped(text: str) -> str:
    return _ACTS.sub(lambda sign: f"\\{sign[0]}", text)


def _begun(line: str) -> str:
    """Return a line that begins no heading, list or rule."""
    return _BEGINS.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)
