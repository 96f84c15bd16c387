"""What a PDF's pages say, sign by sign as they stand from left to right on each line."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def texts_of(content: bytes) -> list[str]:
    """Return the text of each page; right-to-left words read backwards, for that is how they stand on the line."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        return [_page_text(page) for page in paper.pages]


def _page_text(page: pikepdf.Page) -> str:
    fonts = page.obj.Resources.get("/Font", {})
    signs = {name: _signs(font) for name, font in fonts.items()}
    lines: list[str] = []
    current: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        word = str(operator)
        if word == "Tf":
            current = signs[str(operands[0])]
        elif word == "Tj":
            lines.append(_decoded(operands[0], current))
        elif word == "TJ":
            shown = [part for part in operands[0] if isinstance(part, pikepdf.String)]
            lines.append("".join(_decoded(part, current) for part in shown))
        elif word == "Tm":
            lines.append("")
    return " ".join(filter(None, lines))


def _decoded(shown: Any, signs: dict[int, str]) -> str:
    raw = bytes(shown)
    return "".join(signs.get(int.from_bytes(raw[n : n + 2]), "") for n in range(0, len(raw), 2))


def _signs(font: Any) -> dict[int, str]:
    text = font.ToUnicode.read_bytes().decode("ascii") if "/ToUnicode" in font else ""
    found: dict[int, str] = {}
    for section in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, sign in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", section):
            found[int(code, 16)] = bytes.fromhex(sign).decode("utf-16-be")
    for section in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for low, high, sign in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", section):
            first = ord(bytes.fromhex(sign).decode("utf-16-be"))
            found |= {code: chr(first + code - int(low, 16)) for code in range(int(low, 16), int(high, 16) + 1)}
    return found
