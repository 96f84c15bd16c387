"""The command `asylon`: parses, calls the rings, prints. No law is decided here."""

from __future__ import annotations

import sys

import typer

from asylon import __version__
from asylon.cli.duties import duties
from asylon.cli.law import law
from asylon.errors import AsylonError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Software for the people who defend asylum seekers.",
)
app.command()(duties)
app.add_typer(law, name="law")


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"asylon {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Hold the options that come before a command."""


def main() -> None:
    """Run the command; exit 0 when done, 1 when the answer is no, 2 on bad input."""
    try:
        app()
    except AsylonError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output went away: nothing is wrong
        sys.exit(0)
