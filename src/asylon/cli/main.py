"""The command `asylon`: parses, calls the rings, prints. No law is decided here."""

from __future__ import annotations

import sys

import click

from asylon import __version__
from asylon.cli.duties import duties
from asylon.cli.law import law
from asylon.errors import AsylonError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asylon")
def app() -> None:
    """Software for the people who defend asylum seekers."""


app.add_command(duties)
app.add_command(law)


def main(args: list[str] | None = None) -> None:
    """Run the command; exit 0 when done, 1 when the answer is no, 2 on bad input."""
    try:
        code = app.main(args, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(f"{error.format_message()}\n")
        code = 2
    except click.ClickException as error:
        sys.stderr.write(f"{error.format_message()} See 'asylon --help'.\n")
        code = 2
    except click.Abort:
        sys.stderr.write("Stopped; nothing was written.\n")
        code = 2
    except AsylonError as error:
        sys.stderr.writelines(f"{fault}\n" for fault in error.faults)
        code = 2
    except BrokenPipeError:  # the reader of our output went away: nothing is wrong
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
