"""The command `asylon`: parses, calls the rings, prints. No law is decided here."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from asylon import __version__
from asylon.errors import AsylonError

COMMANDS = {
    "demo": "asylon.cli.demo",
    "duties": "asylon.cli.duties",
    "law": "asylon.cli.law",
    "observatory": "asylon.cli.observatory",
    "serve": "asylon.cli.serve",
    "stats": "asylon.cli.stats",
    "vault": "asylon.cli.vault",
}


class _Commands(click.Group):
    """The commands by name; each is imported when it is asked for, so that starting is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, None when there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asylon")
def app() -> None:
    """Software for the people who defend asylum seekers."""


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
