"""The real server, started as a person starts it, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SECONDS_TO_START, SECONDS_TO_STOP = 60, 15
# A proxy of this machine has nothing to do with it.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(words: list[str], *, env: Mapping[str, str], log: Path, first: str = "sign-in") -> Iterator[str]:
    """Give the address at which `asylon WORDS` answers with its page `first`; stop it as Ctrl-C does."""
    port = free_port()
    program = Path(sys.executable).with_name("asylon")
    with log.open("wb") as said:
        process = subprocess.Popen(
            [program, *words, "--port", str(port)],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        # Passkeys are bound to a name: an address made of numbers will not do.
        origin = f"http://localhost:{port}"
        wait_for(process, f"{origin}/{first}", log)
        yield origin
    finally:
        stop(process)


def wait_for(process: subprocess.Popen[bytes], page: str, log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with DIRECT.open(page, timeout=5):
                return
        except urllib.error.HTTPError as answer:
            answer.close()
            break
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the desk did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
