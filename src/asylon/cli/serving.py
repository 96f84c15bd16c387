"""Runs the web server in front of an open vault."""

from __future__ import annotations

import errno
import ipaddress
import logging
import multiprocessing
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from functools import partial
from typing import Any

from asylon.desk.config import DeskConfig
from asylon.errors import AsylonError

THREADS = 8
SECONDS_TO_START = 60


def check_port(host: str, port: int) -> None:
    """Raise AsylonError when the desk cannot listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As servers do: a port that was in use a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            problem, remedy = "is in use by another program", "stop that one, or choose another with --port"
        elif error.errno == errno.EACCES:
            problem, remedy = "may not be used by you", "choose a number from 1024 up with --port"
        else:
            problem, remedy = f"cannot be used on {host} ({error.strerror})", "check --host and --port"
        raise AsylonError.single(f"port {port}", problem, remedy) from None


def check_not_in_clear(host: str) -> None:
    """Raise AsylonError for an address that others reach, where nothing in front of the desk encrypts."""
    try:
        is_ours = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_ours = False
    if not is_ours:
        remedy = "leave --host out, or name with --https-host how a proxy offers the desk by https"
        raise AsylonError.single(f"--host {host}", "would send passwords and cases in clear", remedy)


def web_address(text: str) -> str:
    """Return an address to link to, empty for none; raise AsylonError for what is no web address."""
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise AsylonError.single(f"--observatory {text}", "is no web address", "write it as https://example.org/")
    return text


def serve(config: DeskConfig, *, host: str, port: int, when_ready: Callable[[], None] | None = None) -> None:
    """Serve the desk until it is stopped.

    The server works in a process of its own, which needs the main key. It gets it with its first task through
    the pipe of `multiprocessing`: arguments and environment of a process can be read by others, a pipe cannot. The
    process is started afresh and not forked, because the threads of the law engine do not survive a fork.
    """
    check_port(host, port)
    workers = 1 if not config.vault.database else min(4, os.cpu_count() or 1)
    serve_wsgi(partial(application, config), host=host, port=port, workers=workers, when_ready=when_ready)


def serve_wsgi(
    loader: Callable[..., Any], *, host: str, port: int, workers: int, when_ready: Callable[[], None] | None
) -> None:
    """Serve what `loader` returns, called in each of the worker processes, until stopped."""
    from granian.constants import Interfaces
    from granian.server import Server

    # Afresh and not forked: neither the threads of the law engine nor those of polars survive a fork.
    multiprocessing.set_start_method("spawn", force=True)
    server: Any = Server(
        target="asylon",  # a name is asked for; the loader answers whatever it is
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_enabled=False,
        websockets=False,
    )
    if when_ready is not None:
        threading.Thread(target=wait_until_ready, args=(host, port, when_ready), daemon=True).start()
    server.serve(target_loader=loader, wrap_loader=False)


def application(config: DeskConfig) -> Any:
    """Return the WSGI application of the vault, in the process that serves it."""
    from asylon.cli.memory import keep_to_ourselves
    from asylon.desk.setup import open_desk

    keep_to_ourselves()
    open_desk(config)
    from asylon.desk import law
    from asylon.desk.wsgi import application as ready

    law.packs()  # read now and not while the first person waits
    return partial(_answer, ready)


def _answer(ready: Any, environ: Any, start_response: Any) -> Any:
    """Return the answer of the desk; a failure outside its pages is told as others are, without content."""
    try:
        return ready(environ, start_response)
    except Exception:
        logging.getLogger("asylon").exception("failed")
        raise


def wait_until_ready(host: str, port: int, when_ready: Callable[[], None]) -> None:
    """Call `when_ready` once something answers there."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            with socket.create_connection((reachable(host), port), timeout=5) as line:
                line.sendall(b"GET /alive HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if line.recv(8):
                    when_ready()
                    return
        except OSError:
            time.sleep(0.1)


def reachable(host: str) -> str:
    """Return the address by which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def open_browser(address: str) -> None:
    """Open the browser without waiting for it; nothing happens where there is none."""
    threading.Thread(target=_open, args=(address,), daemon=True).start()


def _open(address: str) -> None:
    try:
        webbrowser.open(address)
    except webbrowser.Error:
        return
