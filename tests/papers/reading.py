"""What a PDF's pages say, sign by sign as they stand from left to right on each line."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def texts_of(content: bytes) -> list[str]:
    """Return the text of each page; right-to-left words read backwards, for that is how they stand on the line."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        return [" ".join(text for text, _ in _lines(page) if text) for page in paper.pages]


def places_of(content: bytes) -> dict[str, float]:
    """Return what stands on the first page, each piece with its distance from the left edge in points."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        return dict(_lines(paper.pages[0]))


def languages_of(content: bytes) -> set[str]:
    """Return the languages that words of the first page are marked with beside that of the paper."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        steps = [step for step in _steps(paper.pages[0]) if str(step.operator) == "BDC"]
        return {str(step.operands[1].Lang) for step in steps if "/Lang" in step.operands[1]}


def _steps(page: pikepdf.Page) -> list[Any]:
    return list(pikepdf.parse_content_stream(page))


def _lines(page: pikepdf.Page) -> list[tuple[str, float]]:
    fonts: Any = page.obj.Resources.get("/Font", {})
    signs = {name: _signs(font) for name, font in fonts.items()}
    lines: list[tuple[str, float]] = []
    current: dict[int, str] = {}
    left = 0.0
    for operands, operator in _steps(page):
        word = str(operator)
        if word == "cm":
            left = float(operands[4])
        elif word == "Tf":
            current = signs[str(operands[0])]
        elif word == "Tj":
            lines.append((_decoded(operands[0], current), left))
        elif word == "TJ":
            shown = [part for part in operands[0] if isinstance(part, pikepdf.String)]
            lines.append(("".join(_decoded(part, current) for part in shown), left))
    return lines


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
