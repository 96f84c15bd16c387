"""`asylon observatory`: the public pages of the figures, served or written as files."""

from __future__ import annotations

import time
from pathlib import Path

import click

from asylon.cli.stats import DATA, store_at
from asylon.cli.words import counted

LANGUAGES = ("en", "ru", "uk", "he", "ar")


@click.group()
def observatory() -> None:
    """The observatory: public pages about how each state treats asylum seekers."""


@observatory.command()
@DATA
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
def serve(data: Path | None, host: str, port: int, no_browser: bool) -> None:
    """Serve the pages of a store until stopped. There is no sign-in, no cookie and nothing to lose."""
    from asylon.cli import serving
    from asylon.cli.observing import run_server

    serving.check_port(host, port)
    root = store_at(data).root
    address = f"http://{serving.reachable(host)}:{port}/"
    click.echo(f"The observatory is at {address} (figures: {root}). Stop it with Ctrl+C.")
    when_ready = None if no_browser else lambda: serving.open_browser(address)
    run_server(root, host=host, port=port, when_ready=when_ready)
    click.echo("Stopped.")


@observatory.command()
@click.argument("out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@DATA
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Only this language; may be repeated."
)
@click.option("--as-of", "releases", multiple=True, help="Also the pages of this older release; may be repeated.")
@click.option("--jobs", type=click.IntRange(1), help="Processes at work; as many as processors if left out.")
def build(
    out: Path, data: Path | None, languages: tuple[str, ...], releases: tuple[str, ...], jobs: int | None
) -> None:
    """Write every page as a file, for any host or none: every country and every pair above the threshold.

    Only what changed since the last build is written; what no longer belongs there is removed.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from asylon.observatory.building import Plan, build_site

    began = time.monotonic()
    plan = Plan(store_at(data).root, out, languages or LANGUAGES, releases, jobs)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("pages", total=None)
        built = build_site(plan, lambda done, total: progress.update(task, completed=done, total=total))
    seconds = time.monotonic() - began
    click.echo(
        f"{out}: {counted(built.written, 'file')} written, {built.kept:,} kept, {built.removed:,} removed, "
        f"{seconds:.1f} s ({built.written / seconds:,.0f} a second)."
    )
