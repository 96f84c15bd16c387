"""`asylon stats`: rates at another mix of origins, constant panels, per inhabitant, cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asylon.cli.stats import AS_OF, DATA, JSON, country, print_json, store_at
from asylon.statistics.measures import Answered, measure_row

if TYPE_CHECKING:
    from asylon.statistics.panel import Panel
    from asylon.statistics.standard import Standardised

ASYLUM = click.option("--asylum", required=True, help="Where people ask for asylum, ISO alpha-3: DEU.")
FROM = click.option("--from", "first", type=int, required=True, help="The first year.")
TO = click.option("--to", "last", type=int, required=True, help="The last year.")


@click.command()
@ASYLUM
@FROM
@TO
@click.option("--minimum", default=20, show_default=True, help="Take in origins with at least so many decisions.")
@AS_OF
@JSON
@DATA
def adjusted(
    asylum: str, first: int, last: int, minimum: int, as_of: str | None, as_json: bool, data: Path | None
) -> None:
    """Tell a country's protection rate adjusted for who applies: directly and indirectly standardised by origin."""
    from asylon.statistics.standard import standardise_directly, standardise_indirectly

    release = store_at(data).release("unhcr", as_of)
    host = country(asylum, "--asylum") or ""
    found = [
        standardise(release, host, (first, last), minimum=minimum)
        for standardise in (standardise_directly, standardise_indirectly)
    ]
    if as_json:
        print_json([_adjusted_row(one) for one in found])
        return
    _print([one.measure for one in found])


def _adjusted_row(one: Standardised) -> dict[str, Any]:
    return {**measure_row(one.measure), "crude": one.crude, "coverage": one.coverage, "strata": one.strata.to_dicts()}


@click.command()
@FROM
@TO
@click.option(
    "--what",
    type=click.Choice(["applications", "decisions"]),
    default="applications",
    show_default=True,
    help="What is counted.",
)
@AS_OF
@JSON
@DATA
def trend(first: int, last: int, what: str, as_of: str | None, as_json: bool, data: Path | None) -> None:
    """Tell the world's trend over the countries that reported in every year, and who is left out."""
    from asylon.statistics.panel import constant_panel

    panel = constant_panel(store_at(data).release("unhcr", as_of), first, last, what=what)
    if as_json:
        print_json(_panel_row(panel))
        return
    click.echo(f"{len(panel.asylum)} countries reported {what} in persons in every year of {first}-{last}.")
    for row in panel.rows.iter_rows(named=True):
        everybody = f"{row['all_reporting']:>12,} of the {row['countries_reporting']} that reported that year"
        click.echo(f"  {row['year']}  {row['panel']:>12,}  ({everybody})")
    click.echo(
        f"Left out: {', '.join(panel.left_out['asylum'].head(12))}, {panel.left_out.height} in all; --json tells why."
    )


def _panel_row(panel: Panel) -> dict[str, Any]:
    return {
        "what": panel.what,
        "years": panel.years,
        "countries": panel.asylum,
        "rows": panel.rows.to_dicts(),
        "rates": [measure_row(rate) for rate in panel.rates],
        "left_out": panel.left_out.to_dicts(),
    }


@click.command("per-capita")
@ASYLUM
@click.option("--year", type=int, required=True, help="The year.")
@click.option(
    "--what",
    type=click.Choice(["applications", "decisions", "pending", "refugees"]),
    default="applications",
    show_default=True,
    help="What is counted.",
)
@AS_OF
@JSON
@DATA
def per_capita(asylum: str, year: int, what: str, as_of: str | None, as_json: bool, data: Path | None) -> None:
    """Tell applications, decisions, people pending or refugees per 100,000 inhabitants of a country."""
    from asylon.statistics.panel import per_100_000

    store = store_at(data)
    host = country(asylum, "--asylum") or ""
    found = per_100_000(store.release("unhcr", as_of), store.release("population"), host, year, what=what)
    _answer([found], as_json=as_json)


@click.command()
@click.option("--year", type=int, required=True, help="The year of application.")
@click.option("--origin", help="Where people come from, ISO alpha-3; everybody if left out.")
@JSON
@DATA
def cohort(year: int, origin: str | None, as_json: bool, data: Path | None) -> None:
    """Tell what became of those who applied in a year: at first decision, in the latest outcome, still open (UK)."""
    from asylon.statistics.cohorts import cohort as find

    found = find(store_at(data).release("uk"), year, origin=country(origin, "--origin"))
    _answer(found, as_json=as_json)


def _answer(measures: Sequence[Answered], *, as_json: bool) -> None:
    if as_json:
        print_json([measure_row(measure) for measure in measures])
    else:
        _print(measures)


def _print(measures: Sequence[Answered]) -> None:
    for measure in measures:
        click.echo(str(measure))
    licences = {measure.licence for measure in measures if hasattr(measure, "licence")}
    click.echo("\n".join(["", *sorted(licences)]))
