"""The questions of `asylon stats`: pairs, waiting, comparisons, what changed, doubts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asylon.cli.stats import (
    AS_OF,
    ASYLUM,
    DATA,
    FROM,
    JSON,
    ORIGIN,
    SOURCE,
    TO,
    country,
    print_json,
    question,
    store_at,
)
from asylon.errors import StatisticsError

if TYPE_CHECKING:
    from asylon.statistics.answers import Question


@click.command()
@ORIGIN
@ASYLUM
@FROM
@TO
@AS_OF
@click.option("--level", help="One level of decision: FI, TA, AR …")
@click.option("--authority", help="Who decides: G government, U UNHCR, J jointly.")
@click.option("--stage", help="One stage of applications: N, R, A …; new applications if left out.")
@SOURCE
@JSON
@DATA
def pair(
    origin: str | None,
    asylum: str | None,
    first: int | None,
    last: int | None,
    as_of: str | None,
    level: str | None,
    authority: str | None,
    stage: str | None,
    name: str,
    as_json: bool,
    data: Path | None,
) -> None:
    """Tell what happens to people from one country who ask another for asylum, year by year.

    Without --origin or --asylum: a country as a whole; without both: the world.
    """
    from asylon.statistics.answers import answer, answer_row
    from asylon.statistics.doubts import doubts_of

    asked = question(origin, asylum, first, last, level=level, authority=authority, stage=stage)
    _known_codes(asked)
    store = store_at(data)
    release = store.release(name, as_of)
    answered = answer(release, asked, doubts=doubts_of(store, release))
    if as_json:
        print_json(answer_row(answered))
        return
    from asylon.cli.statsview import show_answer

    show_answer(answered)


def _known_codes(asked: Question) -> None:
    from difflib import get_close_matches

    from asylon.statistics.codes import AUTHORITIES, LEVELS, STAGES

    for option, value, known in (
        ("--level", asked.level, LEVELS),
        ("--authority", asked.authority, AUTHORITIES),
        ("--stage", asked.stage, STAGES),
    ):
        if value is None or value in known:
            continue
        near = get_close_matches(value.upper(), known, n=1)
        listed = ", ".join(f"{code} ({words})" for code, words in known.items())
        remedy = f"did you mean {near[0]} ({known[near[0]]})?" if near else f"write one of {listed}"
        raise StatisticsError.single(f"{option} {value!r}", "is no code", remedy)


@click.command()
@ORIGIN
@ASYLUM
@FROM
@TO
@AS_OF
@click.option(
    "--after",
    "longest",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Up to how many years after the application.",
)
@JSON
@DATA
def waiting(
    origin: str | None,
    asylum: str | None,
    first: int | None,
    last: int | None,
    as_of: str | None,
    longest: int,
    as_json: bool,
    data: Path | None,
) -> None:
    """Tell what waiting does: outcomes, stock, implied wait, who still waits after n years, a finding in words."""
    from asylon.statistics.waiting import waiting as find
    from asylon.statistics.waiting import waiting_row

    release = store_at(data).release("unhcr", as_of)
    found = find(release, question(origin, asylum, first, last), longest=longest)
    if as_json:
        print_json(waiting_row(found))
        return
    from asylon.cli.statsview import show_waiting

    show_waiting(found)


@click.command()
@click.option("--origin", required=True, help="Where people come from, ISO alpha-3: RUS.")
@click.option("--from", "first", type=int, default=2023, show_default=True, help="The first year.")
@click.option("--to", "last", type=int, default=2025, show_default=True, help="The last year.")
@click.option("--rate", default="total_protection_rate", show_default=True, help="The definition of the rate.")
@click.option("--fewest", default=200, show_default=True, help="Leave out countries that decided on fewer people.")
@AS_OF
@JSON
@DATA
def compare(
    origin: str, first: int, last: int, rate: str, fewest: int, as_of: str | None, as_json: bool, data: Path | None
) -> None:
    """Set beside each other how every country decides on people from one origin in the same years."""
    from asylon.statistics.compare import compare_destinations
    from asylon.statistics.measures import measure_row

    iso3 = country(origin, "--origin") or ""
    found = compare_destinations(store_at(data).release("unhcr", as_of), iso3, (first, last), rate=rate, fewest=fewest)
    if as_json:
        print_json({"origin": iso3, "measures": [measure_row(m) for m in found.measures], "left_out": found.left_out})
        return
    from asylon.cli.statsview import show_comparison

    show_comparison(found)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@SOURCE
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=40,
    show_default=True,
    help="How many of the largest changes to show; 0 for all.",
)
@JSON
@DATA
def changes(before: str, after: str, name: str, limit: int, as_json: bool, data: Path | None) -> None:
    """List what release B says differently from release A, the largest difference first."""
    from asylon.statistics.changes import changes as compare
    from asylon.statistics.changes import changes_by_country

    store = store_at(data)
    old, new = store.release(name, before), store.release(name, after)
    changed = compare(old, new)
    shown = changed.head(limit) if limit else changed
    if as_json:
        head = {"before": old.id, "after": new.id, "changed": changed.height, "licence": new.licence}
        print_json({**head, "countries": changes_by_country(changed).to_dicts(), "changes": shown.to_dicts()})
        return
    from asylon.cli.statsview import show_changes

    show_changes(old, new, changed, shown)


@click.command()
@ORIGIN
@ASYLUM
@FROM
@TO
@AS_OF
@click.option("--check", help="One check only.")
@click.option("--checks", "only_checks", is_flag=True, help="List the checks with their thresholds.")
@SOURCE
@JSON
@DATA
def doubts(
    origin: str | None,
    asylum: str | None,
    first: int | None,
    last: int | None,
    as_of: str | None,
    check: str | None,
    only_checks: bool,
    name: str,
    as_json: bool,
    data: Path | None,
) -> None:
    """List what looks wrong in a release, found by program: each finding with its check, size and reason."""
    from asylon.statistics.doubts import CHECKS, doubt_row, doubts_in, doubts_of

    if only_checks:
        _show_checks(as_json=as_json)
        return
    if check is not None and check not in {known.name for known in CHECKS}:
        listed = ", ".join(known.name for known in CHECKS)
        raise StatisticsError.single(f"--check {check!r}", "is no check", f"write one of {listed}")
    asked = question(origin, asylum, first, last)
    store = store_at(data)
    found = doubts_of(store, store.release(name, as_of)).filter(*_narrowed(asked, check))
    if as_json:
        print_json([doubt_row(doubt) for doubt in doubts_in(found)])
        return
    from asylon.cli.statsview import show_doubts

    show_doubts(doubts_in(found))


def _narrowed(asked: Question, check: str | None) -> list[Any]:
    import polars as pl

    equal = {"asylum": asked.asylum, "origin": asked.origin, "check": check}
    kept = [pl.col(column) == value for column, value in equal.items() if value is not None]
    if asked.first_year is not None:
        kept.append(pl.col("last_year") >= asked.first_year)
    if asked.last_year is not None:
        kept.append(pl.col("first_year") <= asked.last_year)
    return kept


def _show_checks(*, as_json: bool) -> None:
    from asylon.statistics.doubts import CHECKS

    if as_json:
        print_json([{"check": c.name, "looks_for": c.looks_for, "threshold": c.threshold} for c in CHECKS])
        return
    for known in CHECKS:
        click.echo(f"{known.name}: {known.looks_for}")
        click.echo(f"    threshold: {known.threshold}")
