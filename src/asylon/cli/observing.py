"""Runs the web server of the observatory: a process without a vault, a key or a database."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from asylon.cli.serving import serve_wsgi


def run_server(root: Path, *, host: str, port: int, when_ready: Callable[[], None] | None = None) -> None:
    """Serve the pages of the store in `root` until stopped; `when_ready` is called once they answer."""
    workers = min(2, os.cpu_count() or 1)
    serve_wsgi(partial(_application, root), host=host, port=port, workers=workers, when_ready=when_ready)


def _application(root: Path) -> Any:
    from asylon.observatory.wsgi import application

    return application(root)
