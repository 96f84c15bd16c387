"""Charts as SVG, drawn on the server: altair says what is drawn, vl-convert draws it, no script reaches the reader.

A drawing holds no language: where words and numbers stand it has marks, which `Drawing.said` replaces. So one drawing
serves five languages, and is kept for the process by what it shows. Colours are those of the sheet (`--chart-…`, after
Okabe and Ito), so that light, dark and print are one file.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from asylon.observatory.words import number

WIDTH = 460
Rows = Sequence[Mapping[str, Any]]
# What altair is told, and the name under which the sheet has it in light and dark.
COLOURS = {
    "ink": "#111111",
    "quiet": "#555555",
    "line": "#dddddd",
    "edge": "#888888",
    "paper": "#fefefe",
    "recognised": "#0072b2",
    "other": "#56b4e9",
    "rejected": "#d55e00",
    "closed": "#7f7f7f",
    "applications": "#009e73",
    "pending": "#cc79a7",
    "rate": "#0072b3",
    "break": "#999998",
}
SIZE = 13
# Private letters of Unicode: one stands for each word, two enclose a number.
_WORD, _NUMBER, _END, _PERCENT = 0xE100, "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"[{chr(_WORD)}-{chr(_WORD + 255)}]|{_NUMBER}([^{_END}]*){_END}|{_PERCENT}([^{_END}]*){_END}")


def word(index: int) -> str:
    """Return the mark of the word at `index` of those that `Drawing.said` is given."""
    return chr(_WORD + index)


def figure(value: float) -> str:
    """Return the mark of a number that each language writes in its own way."""
    return f"{_NUMBER}{value}{_END}"


def percent(value: float) -> str:
    """Return the mark of a percentage that each language writes in its own way."""
    return f"{_PERCENT}{value:g}{_END}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart without words: the SVG with marks, its width and height in its own units."""

    svg: str
    height: int

    def said(self, language: str, words: Sequence[str], *, finding: str) -> str:
        """Return the chart in a language: `words` in the order of their marks, `finding` as its text for the blind."""

        def say(found: re.Match[str]) -> str:
            if found[1] is not None:
                return escape(number(float(found[1]), language))
            if found[2] is not None:
                return escape(number(float(found[2]), language, percent=True))
            return escape(words[ord(found[0]) - _WORD])

        head = f'<svg class="chart" role="img" direction="ltr" viewBox="0 0 {WIDTH} {self.height}" font-size="{SIZE}"'
        label = escape(finding)
        return f'{head} aria-label="{label}">{_MARKED.sub(say, self.svg)}</svg>'


def draw(kind: str, height: int, tables: Mapping[str, Rows], domain: tuple[float, float] = (0.0, 1.0)) -> Drawing:
    """Return the drawing of a kind from its tables; `domain` is that of the horizontal scale.

    The table `texts` has words and numbers: `x`, `y`, `text`, `ink` (a colour), `anchor` (as in SVG), `is_bold`.
    The same tables give the same drawing, which is made once in a process.
    """
    return _drawn(kind, height, domain, json.dumps(tables, sort_keys=True))


@lru_cache(maxsize=512)
def _drawn(kind: str, height: int, domain: tuple[float, float], tables: str) -> Drawing:
    import vl_convert

    spec = copy.copy(_template(kind, height, domain))
    values = json.loads(tables)
    spec["data"] = [
        {**part, "values": values[part["name"]]} if part["name"] in values else part for part in spec["data"]
    ]
    svg = _clean(vl_convert.vega_to_svg(spec)) + "".join(_text(row, height, domain) for row in values["texts"])
    return Drawing(svg, height)


def _text(row: Mapping[str, Any], height: int, domain: tuple[float, float]) -> str:
    """Return a text in its place: written here, because vl-convert measures each for a millisecond and to no end."""
    x = WIDTH * (row["x"] - domain[0]) / (domain[1] - domain[0])
    weight = ' font-weight="600"' if row["is_bold"] else ""
    place = f'x="{x:.1f}" y="{height * row["y"]:.1f}" text-anchor="{row["anchor"]}"'
    return f'<text {place} fill="var(--chart-{row["ink"]})"{weight}>{row["text"]}</text>'


@lru_cache(maxsize=64)
def _template(kind: str, height: int, domain: tuple[float, float]) -> dict[str, Any]:
    """Return the compiled chart of a kind without its rows: compiling costs more than drawing."""
    import vl_convert

    from asylon.observatory import chartkinds

    make: Callable[[int, tuple[float, float]], Any] = chartkinds.KINDS[kind]
    spec = make(height, domain).to_dict()
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(spec)
    vega["autosize"] = "none"
    vega["padding"] = 0
    return vega


_NAMES = {colour: name for name, colour in COLOURS.items()}
_COLOUR = re.compile("|".join(_NAMES))
_NOISE = (
    (re.compile(r'^.*?<svg[^>]*>(<rect[^>]*fill="white"/>)?|</svg>\s*$', re.DOTALL), ""),
    (re.compile(r' (?:pointer-events|stroke-miterlimit|aria-[a-z]+|font-family)="[^"]*"| opacity="1"'), ""),
    (re.compile(r' (?:role|class)="[^"]*"'), ""),
    (re.compile(r'<path d="M0(?:\.5)?,0(?:\.5)?h[-\d.]+v[-\d.]+h[-\d.]+Z"(?: stroke="transparent")?/>'), ""),
    (re.compile(r' transform="translate\(0,0\)"'), ""),
    (re.compile(r"(\d\.\d)\d+"), r"\1"),
    (re.compile(r"<g>\s*</g>"), ""),
    (re.compile(r"<g>\s*</g>"), ""),
)


def _clean(svg: str) -> str:
    """Return the inside of an SVG without what readers do not need, with the sheet's colours."""
    for pattern, instead in _NOISE:
        svg = pattern.sub(instead, svg)
    return _COLOUR.sub(lambda found: f"var(--chart-{_NAMES[found[0]]})", svg)
