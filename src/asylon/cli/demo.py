"""`asylon demo`: the desk with invented people, on this machine only."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from asylon.errors import AsylonError

MARK = "demo.json"
PASSWORD_VARIABLE = "ASYLON_DEMO_PASSWORD"


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65534), help="The port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--fresh", is_flag=True, help="Make the demo anew, whatever was changed in it today.")
@click.option("--prepare", is_flag=True, help="Make the demo, print the sign-ins and stop.")
@click.option(
    "--figures",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of official tables for the observatory.",
)
def demo(port: int, host: str, no_browser: bool, fresh: bool, prepare: bool, figures: Path | None) -> None:
    """Start the desk with forty invented people in five countries, and the observatory beside it.

    The observatory listens on the next port; it shows your own figures, those of --figures, or a small excerpt.

    The vault is thrown away and made anew on another day. ASYLON_DEMO_PASSWORD fixes the password of all sign-ins.
    """
    from asylon.cli.serving import check_port, open_browser, reachable, serve
    from asylon.desk.config import DeskConfig
    from asylon.desk.demo import DEMO_COST
    from asylon.vault.store import open_vault

    if not prepare:
        check_port(host, port)
    root = demo_folder()
    with _only_one_makes(root):
        mark = _mark(root)
        if fresh or not _is_usable(mark):
            mark = _make(root)
        vault = open_vault(root / "vault", mark["passphrase"])
    address = f"http://{reachable(host)}:{port}"
    _print(mark["password"])
    if prepare:
        return
    from asylon.cli.demofigures import figures_for_demo, served_beside

    with served_beside(figures_for_demo(root, figures), host=host, port=port + 1) as observatory:
        _print_addresses(address, observatory, port + 1)
        config = DeskConfig(vault, demands_second_factor=False, cost=DEMO_COST, observatory=observatory)
        serve(config, host=host, port=port, when_ready=None if no_browser else lambda: open_browser(address))
    click.echo("Stopped.")


def demo_folder() -> Path:
    """Return the folder of the demo, for its owner only, in the place for caches."""
    if sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    else:
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    root = caches / "asylon" / "demo"
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        root.chmod(0o700)
    except OSError as error:
        problem = f"cannot be made ({error.strerror})"
        raise AsylonError.single(str(root), problem, "set XDG_CACHE_HOME to a folder you may write to") from None
    return root


@contextmanager
def _only_one_makes(root: Path) -> Iterator[None]:
    with (root / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _mark(root: Path) -> dict[str, Any]:
    try:
        mark: dict[str, Any] = json.loads((root / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return mark


def _is_usable(mark: dict[str, Any]) -> bool:
    """Tell whether the demo is of this day and this Asylon, with the password asked for."""
    wanted = os.environ.get(PASSWORD_VARIABLE)
    is_ours = mark.get("day") == date.today().isoformat() and mark.get("made_by") == _fingerprint()
    return is_ours and (not wanted or mark.get("password") == wanted)


def _fingerprint() -> str:
    """Return a hash of what the demo is made from."""
    import asylon.desk
    from asylon.vault import store

    here = Path(asylon.desk.__file__).parent
    made_from = [*here.glob("democase/*.py"), *here.glob("migrations/*.py"), here / "demo.py", here / "content.py"]
    made_from += [here / "session.py", here / "law.py", Path(store.__file__)]
    digest = hashlib.sha256()
    for path in sorted(made_from):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(root: Path) -> dict[str, Any]:
    """Return what was made. The old demo goes first; the mark is written last, so that half a demo is none."""
    from asylon.desk.config import DeskConfig
    from asylon.desk.demo import DEMO_COST, load_demo
    from asylon.desk.setup import make_tables, open_desk, prepare_store
    from asylon.vault.store import create_vault, write_whole

    (root / MARK).unlink(missing_ok=True)
    shutil.rmtree(root / "vault", ignore_errors=True)
    click.echo("Making the demo …", err=True)
    passphrase, password = secrets.token_urlsafe(16), os.environ.get(PASSWORD_VARIABLE) or _password()
    vault = create_vault(root / "vault", passphrase=passphrase, is_demo=True, cost=DEMO_COST)
    open_desk(DeskConfig(vault, demands_second_factor=False, cost=DEMO_COST))
    from django.core.exceptions import ValidationError
    from django.db import connections

    prepare_store(vault)
    make_tables()
    try:
        load_demo(password=password, today=date.today())
    except ValidationError as error:
        raise AsylonError.single(PASSWORD_VARIABLE, " ".join(error.messages).rstrip("."), "choose another") from None
    connections.close_all()
    mark = {
        "day": date.today().isoformat(),
        "made_by": _fingerprint(),
        "passphrase": passphrase,
        "password": password,
    }
    write_whole(root / MARK, json.dumps(mark).encode())
    return mark


def _password() -> str:
    from asylon.desk.passwords import first_password

    return first_password()


def _print_addresses(address: str, observatory: str, port: int) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    if observatory:
        console.print(f"The observatory is at [bold]{observatory}[/].")
    else:
        console.print(f"The observatory is not shown: port {port} is in use by another program.")
    console.print(f"The desk is at [bold]{address}[/] on this machine. Stop both with Ctrl+C.")


def _print(password: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from asylon.desk.demo import ACCOUNTS

    console = Console(highlight=False, soft_wrap=False)
    console.print(f"[bold]Password of everybody:[/] {password}\n")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("Sign in as", "Who", "What to look at"):
        table.add_column(column, no_wrap=column != "What to look at")
    for account in ACCOUNTS:
        table.add_row(account.username, account.display_name, account.look)
    console.print(table)
    console.print(
        "\nAll of them and all cases are invented. Passwords are cheap to try here and there is no second factor: "
        "put no real person into the demo."
    )
