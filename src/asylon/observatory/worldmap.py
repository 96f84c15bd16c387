"""The map of the world: shapes of the package pygal_maps_world, read where it is installed, thinned, coloured by class.

The shapes are that package's (LGPL); nothing of them is kept here. They are thinned to what a page can show: 778 KB as
drawn there, about a tenth as shown here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from xml.etree import ElementTree

CREDIT = "pygal_maps_world (LGPL)"
WIDTH, HEIGHT = 1000, 475
_SCALE = WIDTH / 2475  # the drawing there is 2475 wide
_TOP = 12  # what is cut off above the northernmost land
_STEP = 1.1  # points nearer than this to the last one are left out
_TOKEN = re.compile(r"[a-zA-Z]|-?\d*\.?\d+(?:e-?\d+)?")
_ANTARCTICA = "aq"
Point = tuple[float, float]


@lru_cache(maxsize=1)
def shapes() -> Mapping[str, str]:
    """Return the outline of each country as an SVG path, by ISO alpha-2 in small letters."""
    text = (files("pygal_maps_world") / "worldmap.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    found = {}
    for group in root.iter("{http://www.w3.org/2000/svg}g"):
        code = (group.get("class") or "").partition(" ")[0]
        if len(code) == 2 and code != _ANTARCTICA:
            lines = [_thin(line) for path in group for line in _lines(path.get("d") or "")]
            found[code] = "".join(_path(line) for line in sorted(lines, key=len, reverse=True) if len(line) > 2)
    return {code: path for code, path in found.items() if path}


def _lines(data: str) -> Iterator[list[Point]]:
    """Yield the outlines of a path as points; a curve is taken by its end, for the points there are close."""
    line: list[Point] = []
    at, start, command = (0.0, 0.0), (0.0, 0.0), ""
    numbers: list[float] = []
    for token in _TOKEN.findall(data):
        if token.isalpha():
            if token in "mM" and line:
                yield line
                line = []
            command, numbers = token, []
            if token in "zZ":
                at = start
            continue
        numbers.append(float(token))
        if len(numbers) < _TAKES[command.lower()]:
            continue
        at = _moved(at, command, numbers)
        if command in "mM":
            start, command = at, "l" if command == "m" else "L"
        line.append(at)
        numbers = []
    if line:
        yield line


_TAKES = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "z": 0}


def _moved(at: Point, command: str, numbers: list[float]) -> Point:
    """Return where a step of a path ends."""
    kind, from_here = command.lower(), command.islower()
    x = numbers[-2] if kind not in "hv" else (numbers[0] if kind == "h" else (0.0 if from_here else at[0]))
    y = numbers[-1] if kind not in "hv" else (numbers[0] if kind == "v" else (0.0 if from_here else at[1]))
    return (at[0] + x, at[1] + y) if from_here else (x, y)


def _thin(line: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for x, y in ((x * _SCALE, y * _SCALE - _TOP) for x, y in line):
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _STEP:
            kept.append((round(x, 1), round(y, 1)))
    return kept


def _path(line: list[Point]) -> str:
    """Return an outline as steps from point to point, the shortest way to write it."""
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(line)]
    return f"M{line[0][0]:g},{line[0][1]:g}l" + " ".join(f"{x:.1f},{y:.1f}".replace(".0", "") for x, y in steps) + "z"


def world_map(classes: Mapping[str, str], titles: Mapping[str, str], *, finding: str) -> str:
    """Return the map as SVG: `classes` and `titles` by ISO alpha-2; a country without a class is one without a row."""
    parts = []
    for code, path in shapes().items():
        alpha2 = code.upper()
        title = f"<title>{escape(titles[alpha2])}</title>" if alpha2 in titles else ""
        parts.append(f'<path class="{classes.get(alpha2, "none")}" d="{path}">{title}</path>')
    label = escape(finding)
    head = f'<svg class="map" role="img" direction="ltr" viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{label}">'
    return f"{head}{''.join(parts)}</svg>"
