"""`asylon serve`: the desk in front of a real vault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from asylon.cli.asking import asked_passphrase
from asylon.cli.words import counted


@click.command()
@click.option("--vault", "root", required=True, type=click.Path(path_type=Path), help="The folder of the vault.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option(
    "--https-host",
    help="The name under which a proxy on this machine offers the desk by https. Cookies then travel by https only.",
)
@click.option("--observatory", default="", help="The address of an observatory that the desk links to: https://…")
def serve(root: Path, host: str, port: int, https_host: str | None, observatory: str) -> None:
    """Serve the desk of a vault. Asks the passphrase, or takes it from ASYLON_PASSPHRASE."""
    from asylon.cli import serving
    from asylon.desk.config import DeskConfig
    from asylon.desk.setup import open_desk
    from asylon.vault.store import open_vault

    if https_host is None:
        serving.check_not_in_clear(host)
    serving.check_port(host, port)
    vault = open_vault(root, asked_passphrase())
    hosts = tuple(name for name in (https_host, host) if name and name not in ("0.0.0.0", "::"))
    served = replace(vault, hosts=(*vault.hosts, *hosts))
    config = DeskConfig(served, is_https=https_host is not None, observatory=serving.web_address(observatory))
    open_desk(config)
    _prepare(config)
    address = f"https://{https_host}" if https_host else f"http://localhost:{port}"
    click.echo(f"The desk is at {address}. Stop it with Ctrl+C.")
    serving.serve(config, host=host, port=port)
    click.echo("Stopped.")


def _prepare(config: object) -> None:
    """Bring the tables up to date, reckon what became stale, and note where the trail stands."""
    from django.db import connections

    from asylon.desk.backup import note_anchor
    from asylon.desk.services.reckoning import reckon_all
    from asylon.desk.setup import make_tables, tables_are_current

    del config
    try:
        if not tables_are_current():
            click.echo("Bringing the tables to this version of Asylon …", err=True)
            make_tables()
        if done := reckon_all():
            click.echo(f"Reckoned {counted(done, 'case')}.", err=True)
        note_anchor()
    finally:
        connections.close_all()
