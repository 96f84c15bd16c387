"""Vaults on the disk and commands in processes of their own, for tests of the command line."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.shared import ROOT, Ran

PASSPHRASE = "violet harbour maple trumpet"
PASSWORD = "copper lantern walnut river"
COMMAND = (sys.executable, "-c", "from asylon.cli.main import main; main()")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASYLON", "DJANGO"))}
    return {**kept, "ASYLON_PASSPHRASE": PASSPHRASE, "ASYLON_PASSWORD": PASSWORD, "COLUMNS": "200", **more}


def run(*words: object, typed: str = "", largest_file: int | None = None, more: Mapping[str, str] | None = None) -> Ran:
    """Run the command `asylon` in a process of its own; `more` are further variables of its environment."""
    return _run([*COMMAND, *map(str, words)], typed=typed, largest_file=largest_file, more=more)


def _run(
    command: list[str], *, typed: str, largest_file: int | None = None, more: Mapping[str, str] | None = None
) -> Ran:
    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    done = subprocess.run(
        command,
        input=typed,
        cwd=ROOT,
        env=environment(**(more or {})),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=limit,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def work(name: str, folder: Path, *words: str, more: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """Return what one work of `vaultwork` says."""
    command = [sys.executable, "-m", "tests.cli.vaultwork", name, str(folder), *words]
    done = _run(command, typed="", largest_file=None, more=more)
    assert done.code == 0, done.err
    said: dict[str, Any] = json.loads(done.out)
    return said


def shares_of(text: str) -> list[str]:
    """Return the words of each holder that a ceremony showed."""
    parts = re.split(r"Share \d+ of \d+\n", text)[1:]
    return [" ".join(re.findall(r"\d+ ([a-z]+)", part.split("\n\n")[0])) for part in parts]


@contextmanager
def only_share(*words: object, typed: str = "") -> Iterator[str]:
    """Yield the words of the one new holder while they are on the screen; then they are proved, and all must end well.

    `typed` is typed first.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *map(str, words)],
        cwd=ROOT,
        env=environment(),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        bufsize=0,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(typed)
        shown = ""
        while not re.search(r"33 [a-z]+\n", shown):
            shown += process.stdout.readline()
        (share,) = shares_of(shown + "\n")
        yield share
        for _twice in range(2):
            said = ""
            while not (found := re.search(r"Word (\d+): ?$", said)):
                said += process.stderr.read(1)
            process.stdin.write(share.split()[int(found[1]) - 1] + "\n")
        process.stdin.close()
        assert process.wait(60) == 0
        process.stdout.read()
        process.stderr.read()


def killed(*words: object, when: Callable[[], bool]) -> int:
    """Run a command, kill it the moment `when` is so, and return how it ended (-9: it was killed)."""
    command = [*COMMAND, *map(str, words)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=quiet, stdout=quiet, stderr=quiet) as process:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if when():
                process.send_signal(signal.SIGKILL)
                break
        return process.wait(60)


# Once the desk is open: kills the process "before" a function does its work, or "after".
_CRASH = """
import os, signal, sys
from pkgutil import resolve_name
from unittest.mock import patch
from asylon.cli import building
from asylon.cli.main import main
moment, place, open_desk = sys.argv.pop(1), sys.argv.pop(1), building.open_desk
def arm(config):
    open_desk(config)
    whole = resolve_name(place)
    def crash(*words, **more):
        if moment == "after":
            whole(*words, **more)
        os.kill(os.getpid(), signal.SIGKILL)
    patch(place.replace(":", "."), crash).start()
building.open_desk = arm
main()
"""


def crashed(moment: str, place: str, *words: object, typed: str = "", more: Mapping[str, str] | None = None) -> Ran:
    """Run a command that is killed "before" or "after" it does `place` (`module:function`)."""
    done = _run([sys.executable, "-c", _CRASH, moment, place, *map(str, words)], typed=typed, more=more)
    assert done.code == -signal.SIGKILL, done.err
    return done
