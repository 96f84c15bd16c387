"""What each chart shows: places as shares of the height, gaps and breaks as data.

A year without a row has no mark; a zero is a tick on the line; a count in cases is never drawn as one in persons. No
line passes a year without a row, nor a year in which the series changes its meaning.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from asylon.observatory.charts import Drawing, draw, figure, percent, word

Row = Mapping[str, Any]
Span = tuple[int, int]
OUTCOMES = ("recognised", "other", "rejected", "closed")
# Fewer decisions than these are drawn hollow: half of their interval is more than 14 points wide.
FEW = 50
_AXIS = 20  # units below a chart, for the years
_PANEL, _BARS = 72, 38
_HEIGHT = 290  # of a chart by year that has one scale


def nice_top(value: float) -> float:
    """Return the end of a scale that holds `value`: 1, 2, 2.5 or 5 times a power of ten, at least 10."""
    if value <= 10:
        return 10
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


def _text(x: float, y: float, text: str, ink: str = "ink", anchor: str = "start", *, bold: bool = False) -> Row:
    return {"x": x, "y": y, "text": text, "ink": ink, "anchor": anchor, "is_bold": bold}


def _year_labels(span: Span, height: int) -> Iterator[Row]:
    first, last = span
    for year in range(first, last + 1):
        if year % 5 == 0 or first == last:
            yield _text(year, (height - 4) / height, str(year), "quiet", "middle")


def _break_rules(breaks: Collection[int], span: Span, height: int, zone: tuple[int, int] | None = None) -> list[Row]:
    top, bottom = zone or (4, height - _AXIS)
    inside = (year for year in sorted(breaks) if span[0] < year <= span[1])
    return [{"x": year - 0.5, "y": top / height, "y2": bottom / height} for year in inside]


def outcomes_drawing(rows: Sequence[Row], span: Span, breaks: Collection[int] = ()) -> Drawing:
    """Return bars by year and outcome, one panel each on one scale. Words: the four outcomes in their order.

    `breaks` are years that cannot be compared with the year before.
    """
    height = _PANEL * len(OUTCOMES) + _AXIS
    top = max((row[name] or 0 for row in rows for name in OUTCOMES), default=0) or 1
    tables: dict[str, list[Row]] = {"grid": [], "bars": [], "cases": [], "zeros": [], "texts": []}
    both = {row["year"] for row in rows if row["unit"] == "C"} & {row["year"] for row in rows if row["unit"] == "P"}
    for index, name in enumerate(OUTCOMES):
        base = _PANEL * (index + 1) - 2
        tables["texts"].append(_text(span[0] - 0.9, (base - _BARS - 18) / height, word(index), bold=True))
        tables["grid"].append({"x": span[0] - 0.9, "x2": span[1] + 0.9, "y": base / height})
        _panel(tables, name, [row for row in rows if row[name] is not None], (base, height, top, both))
    tables["texts"] += _year_labels(span, height)
    bars = [(_PANEL * (index + 1) - 2 - _BARS, _PANEL * (index + 1) - 2) for index in range(len(OUTCOMES))]
    tables["breaks"] = [rule for zone in bars for rule in _break_rules(breaks, span, height, zone)]
    return draw("panels", height, tables, (span[0] - 1, span[1] + 1))


def _panel(
    tables: Mapping[str, list[Row]], name: str, rows: Sequence[Row], frame: tuple[int, int, int, set[int]]
) -> None:
    base, height, top, both = frame
    for row in rows:
        shift = 0.0 if row["year"] not in both else (-0.25 if row["unit"] == "P" else 0.25)
        place = {"x": row["year"] + shift, "y": base / height, "series": name}
        if row[name] == 0:
            tables["zeros"].append(place)
        else:
            end = (base - max(1.5, _BARS * row[name] / top)) / height
            tables["bars" if row["unit"] == "P" else "cases"].append({**place, "y2": end})
    if rows and (peak := max(rows, key=lambda row: row[name]))[name]:
        above = base - max(1.5, _BARS * peak[name] / top) - 4
        tables["texts"].append(_text(peak["year"], above / height, figure(peak[name]), "quiet", "middle"))


def waiting_drawing(rows: Sequence[Row], span: Span, breaks: Collection[int] = ()) -> Drawing:
    """Return new applications and people waiting at the end of each year. Words: the two, in that order."""
    height, foot = _HEIGHT, _HEIGHT - _AXIS
    rows = [row for row in rows if row["unit"] == "P"]
    top = nice_top(max((row[name] or 0 for row in rows for name in ("applications", "pending")), default=0))
    room = (span[1] - span[0] + 1) * 0.5
    ends: list[tuple[float, float, str, int, float]] = []
    points: list[Row] = []
    for index, name in enumerate(("applications", "pending")):
        held = [row for row in rows if row[name] is not None]
        points += _segments(held, name, breaks, lambda value: (foot - (foot - 24) * value / top) / height)
        if held:
            last = held[-1]
            ends.append((points[-1]["y"] * height, last["year"], name, index, last[name]))
    grid = [
        {"x": span[0] - 0.9, "x2": span[1] + 0.9, "y": (foot - (foot - 24) * part) / height} for part in (0, 0.5, 1)
    ]
    texts = [
        _text(span[0] - 0.9, line["y"] - 4 / height, figure(top * part), "quiet")
        for line, part in zip(grid[1:], (0.5, 1), strict=True)
    ]
    texts += [*_end_labels(ends, span, height), *_year_labels(span, height)]
    tables: dict[str, Sequence[Row]] = {
        "grid": grid,
        "points": points,
        "texts": texts,
        "breaks": _break_rules(breaks, span, height),
    }
    return draw("lines", height, tables, (span[0] - 1, span[1] + room))


def _segments(rows: Sequence[Row], name: str, breaks: Collection[int], place: Any) -> list[Row]:
    """Return the points of a series; `segment` changes wherever a line may not pass."""
    points: list[Row] = []
    segment, before = 0, None
    for row in rows:
        if before is None or row["year"] != before + 1 or row["year"] in breaks:
            segment += 1
        before = row["year"]
        points.append({"x": before, "y": place(row[name]), "series": name, "segment": f"{name} {segment}"})
    return points


def _end_labels(ends: Sequence[tuple[float, float, str, int, float]], span: Span, height: int) -> Iterator[Row]:
    """Yield the name and last number of each line at its right end, moved apart where they would touch."""
    lowest = 0.0
    for y, _year, name, index, value in sorted(ends):
        at = max(y, lowest)
        lowest = at + 34
        yield _text(span[1] + 1.1, (at + 1) / height, word(index), f"{name}-text", bold=True)
        yield _text(span[1] + 1.1, (at + 15) / height, figure(value), "ink")


def rates_drawing(points: Sequence[Row], span: Span, breaks: Collection[int] = ()) -> Drawing:
    """Return a share for each year with its interval. A point has year, value, low, high (percent) and n.

    Years whose rate does not exist have no point. There are no words.
    """
    height, foot = _HEIGHT, _HEIGHT - _AXIS

    def place(value: float) -> float:
        return (foot - 4 - (foot - 24) * value / 100) / height

    tables: dict[str, list[Row]] = {
        "grid": [{"x": span[0] - 0.9, "x2": span[1] + 0.9, "y": place(part)} for part in (0, 50, 100)],
        "points": [
            {"x": point["year"], "y": place(point["value"]), "low": place(point["low"]), "high": place(point["high"])}
            | {"series": "rate", "few": point["n"] < FEW}
            for point in points
        ],
        "texts": [_text(span[0] - 0.9, place(part) - 4 / height, percent(part), "quiet") for part in (0, 50, 100)],
        "breaks": _break_rules(breaks, span, height),
    }
    tables["texts"] += _year_labels(span, height)
    return draw("ranges", height, tables, (span[0] - 1, span[1] + 1))


def countries_drawing(points: Sequence[Row]) -> Drawing:
    """Return a share for each country with its interval, in the order given. Words: name and note of each in turn.

    A point has value, low, high (percent) and n.
    """
    step, head = 36, 22
    height = head + step * len(points) + 6
    tables: dict[str, list[Row]] = {"grid": [], "breaks": [], "points": [], "texts": []}
    for part in (0, 25, 50, 75, 100):
        tables["texts"].append(_text(part, 13 / height, percent(part), "quiet", "middle"))
    for index, point in enumerate(points):
        y = head + step * index
        shown = {"y": (y + 25) / height, "x": point["value"], "low": point["low"], "high": point["high"]}
        tables["points"].append({**shown, "series": "rate", "few": point["n"] < FEW})
        tables["grid"].append({"x": 0, "x2": 100, "y": (y + 25) / height})
        tables["texts"].append(_text(0, (y + 14) / height, word(2 * index), bold=True))
        tables["texts"].append(_text(100, (y + 14) / height, word(2 * index + 1), "quiet", "end"))
    return draw("dots", height, tables, (-4.0, 104.0))
