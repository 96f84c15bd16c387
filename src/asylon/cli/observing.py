"""Runs the web server of the observatory: a process without a vault, a key or a database."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from asylon.cli.serving import THREADS, wait_until_ready


def run_server(root: Path, *, host: str, port: int, when_ready: Callable[[], None] | None = None) -> None:
    """Serve the pages of the store in `root` until stopped; `when_ready` is called once they answer."""
    from granian.constants import Interfaces
    from granian.server import Server

    # Afresh and not forked: the threads of polars do not survive a fork.
    multiprocessing.set_start_method("spawn", force=True)
    server: Any = Server(
        target="asylon.observatory.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=min(2, os.cpu_count() or 1),
        blocking_threads=THREADS,
        log_enabled=False,
        websockets=False,
    )
    if when_ready is not None:
        threading.Thread(target=wait_until_ready, args=(host, port, when_ready), daemon=True).start()
    server.serve(target_loader=partial(_application, root), wrap_loader=False)


def _application(root: Path) -> Any:
    from asylon.observatory.wsgi import application

    return application(root)
