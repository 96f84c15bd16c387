"""`asylon stats waits`: how long cases wait, from an events table: Kaplan-Meier and competing ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asylon.cli.stats import JSON, PATH, print_json
from asylon.cli.words import counted
from asylon.errors import StatisticsError

if TYPE_CHECKING:
    import polars as pl

    from asylon.statistics.durations import Estimate, IncidenceCurve, WaitCurve, Withheld
    from asylon.statistics.waits import Waits

# Days at which the curve is read: three and six months, and years.
READ_AT = (91, 183, 365, 730, 1095, 1826)
GROUPS = ("procedure", "nationality", "year", "office", "jurisdiction")


@click.command()
@click.argument("events", type=PATH)
@click.option("--on", help="The day from which to look, such as 2026-11-21; today if left out.")
@click.option("--cases", type=PATH, help="Table of the cases' attributes beside an events table (nationality).")
@click.option("--by", type=click.Choice(GROUPS), help="One curve for each group.")
@click.option("--procedure", help="Only waits that begin in this procedure.")
@click.option("--minimum", default=10, show_default=True, help="Withhold groups with fewer cases.")
@JSON
def waits(
    events: Path, on: str | None, cases: Path | None, by: str | None, procedure: str | None, minimum: int, as_json: bool
) -> None:
    """Tell how long cases wait for an outcome; those who still wait are counted, not left out.

    EVENTS is an events table (CSV, NDJSON, Parquet) or a case file (JSON).
    """
    from asylon.cli.duties import parse_day
    from asylon.statistics.durations import compare, cumulative_incidence, kaplan_meier
    from asylon.statistics.waits import durations_of

    table, attributes = _tables(events, cases)
    found = durations_of(table, on=parse_day(on), cases=attributes, procedure=procedure)
    if found.frame.is_empty():
        raise StatisticsError.single(events.name, "holds no case that began to wait by that day", "check --on")
    days, ended = found.frame["days"], found.frame["cause"].is_not_null()
    curve = kaplan_meier(days.to_numpy(), ended.to_numpy())
    ends = cumulative_incidence(days.to_numpy(), found.frame["cause"].to_list())
    groups = compare(found.frame, by, minimum=minimum) if by else {}
    if as_json:
        print_json(_row(found, curve, ends, groups))
        return
    _show(found, curve, ends, groups)


def _tables(events: Path, cases: Path | None) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    import polars as pl

    from asylon.law.casefiles import TABLES, read_cases, table_rows

    if events.suffix.lower() in TABLES:
        return _table(events), _table(cases) if cases else None
    timelines = read_cases(events, cases)
    attributes = pl.DataFrame(
        [{"case": t.case, "attributes": _json(dict(t.attributes))} for t in timelines],
        schema={"case": pl.String, "attributes": pl.String},
    )
    return pl.DataFrame(list(table_rows(timelines))), attributes


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def _table(path: Path) -> pl.DataFrame:
    import polars as pl

    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            return pl.read_parquet(path)
        # Everything as text: a case numbered 007 stays so.
        return pl.read_csv(path, infer_schema_length=0) if suffix == ".csv" else pl.read_ndjson(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StatisticsError.single(path.name, "cannot be read as a table", "give CSV, NDJSON or Parquet") from error


def _row(
    found: Waits, curve: WaitCurve, ends: dict[str, IncidenceCurve], groups: dict[Any, WaitCurve | Withheld]
) -> dict[str, Any]:
    return {
        "on": found.on.isoformat(),
        **_curve_row(curve),
        "ends": {cause: {str(day): _estimate(one.share_at(day)) for day in READ_AT} for cause, one in ends.items()},
        "groups": {str(name): _group_row(one) for name, one in groups.items()},
        "partial_dates": found.partial,
        "impossible": found.impossible["case"].to_list(),
        "undated": list(found.undated),
        "unstarted": len(found.unstarted),
    }


def _group_row(one: WaitCurve | Withheld) -> dict[str, Any]:
    from asylon.statistics.durations import Withheld

    return {"withheld": str(one.reason)} if isinstance(one, Withheld) else _curve_row(one)


def _curve_row(curve: WaitCurve) -> dict[str, Any]:
    return {
        "cases": curve.cases,
        "ended": int(curve.events.sum()),
        "median_days": _estimate(curve.median()),
        "still_waiting": {str(day): _estimate(curve.share_at(day)) for day in READ_AT},
        "method": str(curve.method),
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _show(
    found: Waits, curve: WaitCurve, ends: dict[str, IncidenceCurve], groups: dict[Any, WaitCurve | Withheld]
) -> None:
    from rich.console import Console

    from asylon.statistics.durations import Withheld

    out = Console(highlight=False)
    out.print(f"[bold]{counted(curve.cases, 'case')}, seen on {found.on}[/bold]: {int(curve.events.sum())} ended")
    out.print(_summary(curve))
    out.print(_still(curve, ends))
    for name, one in groups.items():
        title = "not stated" if name is None else str(name)
        out.print(f"  {title}: {one.reason if isinstance(one, Withheld) else _summary(one)}")
    for words in _left_out(found):
        out.print(f"[dim]{words}[/dim]")
    out.print(f"[dim]{curve.method}[/dim]", soft_wrap=True)


def _summary(curve: WaitCurve) -> str:
    median = curve.median()
    if median.value is None:
        return f"fewer than half of {counted(curve.cases, 'case')} have ended: no median yet"
    bounds = f"{median.low:.0f}" if median.low is not None else "?"
    upper = f"{median.high:.0f}" if median.high is not None else "open"
    return f"half had an outcome after {median.value:.0f} days (95 %: {bounds}-{upper}), {counted(curve.cases, 'case')}"


def _still(curve: WaitCurve, ends: dict[str, IncidenceCurve]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("after days", "still waiting %", "interval", *(f"{cause} %" for cause in ends)):
        table.add_column(title, justify="right")
    for day in READ_AT:
        still = curve.share_at(day)
        interval = f"{_percent(still.low)}-{_percent(still.high)}"
        table.add_row(
            str(day), _percent(still.value), interval, *(_percent(e.share_at(day).value) for e in ends.values())
        )
    return table


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.0f}"


def _left_out(found: Waits) -> list[str]:
    sentences = []
    if found.partial:
        sentences.append(f"{counted(found.partial, 'wait')} rest on a date that is not a single day: first day taken.")
    if found.impossible.height:
        names = ", ".join(found.impossible["case"].head(20))
        sentences.append(f"{counted(found.impossible.height, 'case')} ended before they began: {names}.")
    if found.undated:
        sentences.append(f"{counted(len(found.undated), 'case')} have no first day: left out.")
    if found.unstarted:
        sentences.append(f"{counted(len(found.unstarted), 'case')} had not begun to wait by that day.")
    return sentences
