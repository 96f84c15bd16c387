"""`asylon vault reckon`: the board of every case, made ready for the morning."""

from __future__ import annotations

import json
from pathlib import Path

import click

from asylon.cli.building import opened
from asylon.cli.vaultcopy import vault_option
from asylon.cli.words import counted


@click.command("reckon")
@vault_option
@click.option("--all", "is_all", is_flag=True, help="Reckon every case, whether it needs it or not.")
@click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
def reckon(root: Path, is_all: bool, as_json: bool) -> None:
    """Reckon the board of every case that changed, or of all when the day or the law packs did.

    Run it every night, so that nobody waits for it in the morning. The desk may be in use.
    """
    with opened(root):
        from asylon.desk.services.reckoning import reckon_all

        done = reckon_all(is_forced=is_all)
    click.echo(json.dumps({"reckoned": done}) if as_json else f"{counted(done, 'case')} reckoned.")
