"""What keeps a PDF from being read aloud: the parts of PDF/UA-1 that a program can look up."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

NAMED = ("/Figure", "/Formula")


def faults_of(content: bytes) -> list[str]:
    """Return what is wrong with a PDF as a tagged one, a sentence each; empty when nothing was found."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        return [*_record(paper), *_metadata(paper), *_structure(paper), *_fonts(paper)]


def elements(paper: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the elements of the structure tree in the order of reading."""
    waiting: list[Any] = [paper.Root.StructTreeRoot] if "/StructTreeRoot" in paper.Root else []
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        if "/S" in node:
            yield node
        kids: Any = node.get("/K", [])
        waiting.extend(reversed(list(kids)) if isinstance(kids, pikepdf.Array) else [kids])


def _record(paper: pikepdf.Pdf) -> Iterator[str]:
    root: Any = paper.Root
    marks: Any = root.get("/MarkInfo", {})
    window: Any = root.get("/ViewerPreferences", {})
    if "/StructTreeRoot" not in root:
        yield "no structure tree"
    if not marks.get("/Marked", False):
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not window.get("/DisplayDocTitle", False):
        yield "the window would show the file's name and not the title"


def _metadata(paper: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in paper.Root:
        yield "no XMP metadata"
        return
    xmp = paper.Root.Metadata.read_bytes().decode("utf-8")
    if not re.search(r"<pdfuaid:part>1</|pdfuaid:part=\"1\"", xmp):
        yield "does not say that it is PDF/UA-1"
    if not re.search(r"<dc:title>.*?<rdf:li[^>]*>[^<]+</rdf:li>", xmp, re.DOTALL):
        yield "no title in the XMP metadata"


def _structure(paper: pikepdf.Pdf) -> Iterator[str]:
    above = 0
    tables: list[bool] = []
    for element in elements(paper):
        name = str(element.S)
        if name in NAMED and not str(element.get("/Alt", "")).strip():
            yield f"{name[1:]} without words in place of it"
        if name == "/Table":
            tables.append(False)
        if name == "/TH" and tables:
            tables[-1] = True
        if level := re.fullmatch("/H([1-6])", name):
            if int(level[1]) > above + 1:
                yield f"heading of level {level[1]} after level {above}"
            above = int(level[1])
    yield from (f"table {number} has no headings" for number, has in enumerate(tables, start=1) if not has)
    for number, page in enumerate(paper.pages, start=1):
        if "/Contents" in page.obj and "/StructParents" not in page.obj:
            yield f"page {number} is not part of the structure"


def _fonts(paper: pikepdf.Pdf) -> Iterator[str]:
    for item in paper.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
            continue
        if item.get("/Subtype") == "/Type0":
            if "/ToUnicode" not in item:
                yield f"font {item.BaseFont} cannot be read as text"
        elif item.get("/Subtype") != "/Type3":
            files = item.get("/FontDescriptor", pikepdf.Dictionary()).keys()
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(files):
                yield f"font {item.get('/BaseFont')} is not embedded"
