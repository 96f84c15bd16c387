"""`asylon vault`: makes a vault, saves it, moves it, checks it, changes its secrets, recovers its keys."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "init": "asylon.cli.vaultinit",
    "backup": "asylon.cli.vaultcopy",
    "backup-key": "asylon.cli.vaultcopy",
    "restore": "asylon.cli.vaultcopy",
    "evacuate": "asylon.cli.vaultcopy",
    "check": "asylon.cli.vaultcheck",
    "verify-trail": "asylon.cli.vaultcheck",
    "reckon": "asylon.cli.vaultreckon",
    "passphrase": "asylon.cli.vaultkeys",
    "new-words": "asylon.cli.vaultkeys",
    "recover": "asylon.cli.vaultkeys",
}


class _Commands(click.Group):
    """The commands by name; each is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, None when there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_"))
        return command


@click.group(cls=_Commands)
def vault() -> None:
    """Make, save, move, check, lock anew and recover a vault.

    Passphrases and passwords are asked for. Scripts give them in ASYLON_PASSPHRASE and ASYLON_PASSWORD.
    """
