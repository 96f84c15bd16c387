"""`asylon stats`: official figures: fetch and import, releases and what changed, measures, doubts, statements."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from asylon.errors import StatisticsError

if TYPE_CHECKING:
    from asylon.statistics.answers import Question
    from asylon.statistics.http import Fetcher
    from asylon.statistics.store import Release, Store

PATH = click.Path(path_type=Path)
JSON = click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
DATA = click.option(
    "--data",
    type=PATH,
    envvar="ASYLON_DATA",
    help="The folder of releases; ASYLON_DATA, or one in your home, if left out.",
)
AS_OF = click.option("--as-of", help="A release (2025.12.0) or a day (2025-06-30): the newest on or before it.")
ORIGIN = click.option("--origin", help="Where people come from, ISO alpha-3: RUS. Everybody if left out.")
ASYLUM = click.option("--asylum", help="Where they ask for asylum, ISO alpha-3: ISR. Everywhere if left out.")
FROM = click.option("--from", "first", type=int, help="The first year.")
TO = click.option("--to", "last", type=int, help="The last year.")


def today() -> date:
    """Return the day of the command; only commands supply it."""
    return datetime.now().astimezone().date()


def store_at(data: Path | None) -> Store:
    """Return the store in a folder, the one in the person's home if None."""
    from asylon.statistics.store import Store

    if data is None:
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        data = Path(home) / "asylon" / "statistics"
    return Store(data)


def country(text: str | None, option: str) -> str | None:
    """Return the ISO code of what was written after `option`, None for nothing; says so when UNHCR means another."""
    if text is None:
        return None
    from asylon.statistics.countries import KOSOVO, country_name, find_country, second_meaning

    found = find_country(text, place=option).iso3
    if found == KOSOVO:
        sys.stderr.write(f"{option} {found}: UNHCR's own tables count Kosovo with Serbia, which is SRB here.\n")
    if text.strip().upper() == found and (other := second_meaning(found)):
        sys.stderr.write(
            f"{option} {found}: read as {country_name(found)}, by ISO; UNHCR's own tables write {found} for "
            f"{country_name(other)}, which is {other} here.\n"
        )
    return found


def _source(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    from asylon.statistics.sources import known_source

    return None if name is None else known_source(name)


SOURCE = click.option(
    "--source", "name", default="unhcr", show_default=True, callback=_source, help="The source to ask."
)


def question(origin: str | None, asylum: str | None, first: int | None, last: int | None, **narrow: Any) -> Question:
    """Return the question that the options of a command ask."""
    from asylon.statistics.answers import Question, require_order

    require_order(first, last)
    return Question(country(origin, "--origin"), country(asylum, "--asylum"), first, last, **narrow)


def print_json(value: Any) -> None:
    """Print plain values."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


class _Commands(click.Group):
    """The commands of this group that stand in modules of their own are imported when they are asked for."""

    elsewhere = MappingProxyType(
        {
            "adjusted": "asylon.cli.statsmore",
            "trend": "asylon.cli.statsmore",
            "cohort": "asylon.cli.statsmore",
            "per-capita": "asylon.cli.statsmore",
            "changes": "asylon.cli.statsask",
            "check": "asylon.cli.statscheck",
            "compare": "asylon.cli.statsask",
            "dossier": "asylon.cli.statsdossier",
            "doubts": "asylon.cli.statsask",
            "pair": "asylon.cli.statsask",
            "waiting": "asylon.cli.statsask",
            "waits": "asylon.cli.statswaits",
        }
    )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, None when there is none."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        command: click.Command = getattr(import_module(self.elsewhere[cmd_name]), cmd_name.replace("-", "_"))
        return command


@click.group(cls=_Commands)
def stats() -> None:
    """Official asylum figures: releases, measures with their definition, doubts, statements checked."""


@stats.command()
@JSON
def sources(as_json: bool) -> None:
    """List the sources: what they hold, whose, under which licence, and what to know of them."""
    from dataclasses import asdict

    from asylon.statistics.sources import NAMES, source

    manifests = [source(name).manifest for name in NAMES]
    if as_json:
        print_json([{**asdict(manifest), "codes": dict(manifest.codes)} for manifest in manifests])
        return
    for manifest in manifests:
        can_fetch = "fetch or import" if source(manifest.name).fetch else "import"
        click.echo(f"{manifest.name}  {manifest.title} ({can_fetch})")
        click.echo(f"    {manifest.what}; {manifest.coverage}")
        click.echo(f"    {manifest.attribution}; {manifest.licence}")
        click.echo(f"    rounding: {manifest.rounding}")
        for caveat in manifest.caveats:
            click.echo(f"    - {caveat}")


@stats.command("import")
@click.argument("name", metavar="SOURCE")
@click.argument("path", type=PATH)
@click.option("--version", help="What to call the edition, where its files do not say.")
@click.option("--released", help="The day of publication, where its files do not say: 2026-06-25.")
@DATA
def import_(name: str, path: Path, version: str | None, released: str | None, data: Path | None) -> None:
    """Read the files of a source into the store.

    SOURCE is unhcr, eurostat, uk, bamf, eoir or population; PATH the file or folder as its publisher gives it.
    """
    from asylon.statistics.sources import source, write_drafts

    chosen = source(name)
    if not path.exists():
        raise StatisticsError.single(str(path), "is not there", "write the path of the file or folder to import")
    drafts = chosen.read(path)
    day = _day(released, "--released")
    written = write_drafts(store_at(data), chosen.manifest, drafts, today=today(), version=version, dated=day)
    _print_written(store_at(data), written)


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise StatisticsError.single(f"{option} {text!r}", "is no day", "write it as 2026-06-25") from None


def _print_written(store: Store, written: list[Release]) -> None:
    from asylon.cli.words import counted
    from asylon.statistics.doubts import doubts_of

    for release in {known.edition.source: known for known in store.releases() if known.has("decisions")}.values():
        doubts_of(store, release)  # a new source bears witness on the others: found now, not at the next question
    for release in written:
        rows = sum(table.rows for table in release.tables.values())
        tables = counted(len(release.tables), "table")
        click.echo(f"{release.id}  {release.edition.title}: {tables}, {rows:,} rows")
        for note in release.edition.notes:
            click.echo(f"    {note}")
        if release.edition.latest_year_covers == "first half":
            click.echo(f"    {release.edition.latest_year} covers its first half only: never shown as a year")
        if release.has("decisions"):
            click.echo(
                f"    {counted(doubts_of(store, release).height, 'doubt')}: asylon stats doubts --as-of {release.id}"
            )


@stats.command()
@click.argument("name", metavar="SOURCE")
@DATA
def fetch(name: str, data: Path | None) -> None:
    """Ask a publisher for its newest figures and write them as a release.

    SOURCE is unhcr or eurostat. What was cut off goes on where it stopped.
    """
    from rich.progress import Progress

    from asylon.statistics.sources import source, write_drafts

    chosen = source(name)
    if chosen.fetch is None:
        remedy = f"download it from {chosen.manifest.url}, then 'asylon stats import {name} PATH'"
        raise StatisticsError.single(name, "cannot be fetched by program", remedy)
    store = store_at(data)
    folder = store.root / "fetching" / name
    with Progress(transient=True) as bar:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        drafts = chosen.fetch(_fetcher(), folder, today(), progress)
    written = write_drafts(store, chosen.manifest, drafts, today=today())
    _forget(folder)
    _print_written(store, written)


def _fetcher() -> Fetcher:
    import random
    import time

    from asylon.statistics.http import Fetcher, over_the_wire

    return Fetcher(sleep=time.sleep, chance=random.Random(), transport=over_the_wire)


def _forget(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@stats.command()
@DATA
def sample(data: Path | None) -> None:
    """Write the small excerpt that comes with Asylon into the store: eight pairs, to look at before importing."""
    from asylon.statistics.excerpt import write_excerpt

    store = store_at(data)
    _print_written(store, [write_excerpt(store, today())])


@stats.command()
@click.argument("name", metavar="[SOURCE]", required=False, callback=_source)
@JSON
@DATA
def releases(name: str | None, as_json: bool, data: Path | None) -> None:
    """List the releases in the store, oldest first; a half year is called one."""
    store = store_at(data)
    known = store.releases(name)
    if as_json:
        print_json([_release_row(release) for release in known])
        return
    if not known:
        raise StatisticsError.single(
            str(store.root), "holds no release", "run 'asylon stats fetch unhcr', or 'asylon stats import unhcr DIR'"
        )
    for release in known:
        edition = release.edition
        half = "  (first half only)" if edition.latest_year_covers == "first half" else ""
        click.echo(f"{edition.dated}  {release.id:24}  {edition.title}{half}")


def _release_row(release: Release) -> dict[str, Any]:
    edition = release.edition
    return {
        "release": release.id,
        "dated": edition.dated.isoformat(),
        "title": edition.title,
        "licence": release.licence,
        "origin": edition.origin,
        "fetched": edition.fetched.isoformat(),
        "latest_year": edition.latest_year,
        "latest_year_covers": edition.latest_year_covers,
        "notes": list(edition.notes),
        "tables": {name: {"rows": t.rows, "sha256": t.digest} for name, t in release.tables.items()},
    }


@stats.command()
@DATA
def verify(data: Path | None) -> None:
    """Prove that every table in the store still matches its hash; exit 1 when one does not."""
    damaged = store_at(data).damaged()
    for digest in damaged:
        sys.stderr.write(f"{digest}: missing or damaged; import its release again.\n")
    if damaged:
        raise click.exceptions.Exit(1)
    click.echo("Every table is whole.")
