"""The kinds of charts, each as altair says it; rows come later (`charts.draw`).

Every vertical place is a share of the height (0 top, 1 bottom), reckoned by `chartrows`: a panel, a scale and a gap
are data there, so that one compiled chart serves every country.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt

from asylon.observatory.charts import COLOURS, WIDTH

Domain = tuple[float, float]
SERIES = tuple(name for name in COLOURS if name not in ("ink", "quiet", "line", "edge", "paper", "break"))


def _x(field: str, domain: Domain) -> Any:
    return alt.X(f"{field}:Q", scale=alt.Scale(domain=list(domain), nice=False, zero=False, padding=0), axis=None)


def _y(field: str) -> Any:
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, 1], nice=False, reverse=True, padding=0), axis=None)


def _ink(field: str = "series") -> Any:
    colours = [COLOURS[name] for name in SERIES]
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(SERIES), range=colours), legend=None)


def _rows(name: str) -> Any:
    return alt.Chart(alt.NamedData(name=name))


def _framed(chart: Any, height: int) -> Any:
    return (
        chart.properties(width=WIDTH, height=height)
        .configure(aria=False, mark=alt.MarkConfig(invalid=None))
        .configure_view(stroke=None)
    )


def _rules(domain: Domain) -> Any:
    """Lines of the frame: `grid` across, `breaks` down (dashed: the series changes its meaning there)."""
    across = _rows("grid").mark_rule(color=COLOURS["line"]).encode(x=_x("x", domain), x2="x2:Q", y=_y("y"))
    down = _rows("breaks").mark_rule(color=COLOURS["break"], strokeDash=[3, 3], strokeWidth=1.5)
    return across + down.encode(x=_x("x", domain), y=_y("y"), y2="y2:Q")


def panels(height: int, domain: Domain) -> Any:
    """Bars by year in panels below each other: what is counted in cases is outlined, a zero is a tick."""
    bars = _rows("bars").mark_bar(width=9).encode(x=_x("x", domain), y=_y("y"), y2="y2:Q", color=_ink())
    cases = _rows("cases").mark_bar(width=8, fill=COLOURS["paper"], strokeWidth=1.5)
    cases = cases.encode(x=_x("x", domain), y=_y("y"), y2="y2:Q", stroke=_ink())
    zeros = _rows("zeros").mark_tick(orient="horizontal", width=7, thickness=2)
    zeros = zeros.encode(x=_x("x", domain), y=_y("y"), color=_ink())
    return _framed(alt.layer(_rules(domain), bars, cases, zeros), height)


def lines(height: int, domain: Domain) -> Any:
    """Series by year; a line holds only years that follow each other and mean the same (`segment`)."""
    line = _rows("points").mark_line(strokeWidth=2.25)
    line = line.encode(x=_x("x", domain), y=_y("y"), color=_ink(), detail="segment:N")
    dots = _rows("points").mark_circle(size=22, opacity=1).encode(x=_x("x", domain), y=_y("y"), color=_ink())
    return _framed(alt.layer(_rules(domain), line, dots), height)


def ranges(height: int, domain: Domain) -> Any:
    """Shares by year, each with its interval; a hollow point rests on few decisions."""
    bar = _rows("points").mark_rule(strokeWidth=5, strokeCap="round", opacity=0.4)
    bar = bar.encode(x=_x("x", domain), y=_y("low"), y2="high:Q", color=_ink())
    return _framed(alt.layer(_rules(domain), bar, *_points(domain)), height)


def dots(height: int, domain: Domain) -> Any:
    """Shares of several countries below each other, each with its interval along the line."""
    bar = _rows("points").mark_rule(strokeWidth=5, strokeCap="round", opacity=0.4)
    bar = bar.encode(x=_x("low", domain), x2="high:Q", y=_y("y"), color=_ink())
    return _framed(alt.layer(_rules(domain), bar, *_points(domain)), height)


def _points(domain: Domain) -> list[Any]:
    where = {"x": _x("x", domain), "y": _y("y")}
    full = _rows("points").transform_filter("!datum.few").mark_circle(size=52, opacity=1)
    few = _rows("points").transform_filter("datum.few").mark_point(size=40, fill=COLOURS["paper"], opacity=1)
    return [full.encode(**where, color=_ink()), few.encode(**where, stroke=_ink())]


KINDS: Mapping[str, Callable[[int, Domain], Any]] = {"panels": panels, "lines": lines, "ranges": ranges, "dots": dots}
