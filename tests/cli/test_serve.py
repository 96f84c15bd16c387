"""`asylon serve`: what it refuses before anything is asked, and what its memory is kept from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from asylon.desk.stores import postgresql_settings
from asylon.errors import VaultError
from tests.cli.vaults import environment, run
from tests.shared import ROOT


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.example.org"])
def test_nothing_is_served_in_clear_to_other_machines(tmp_path: Path, host: str) -> None:
    done = run("serve", "--vault", tmp_path, "--host", host)
    assert done.code == 2
    assert "in clear" in done.err


@pytest.mark.parametrize(
    "words", [("--host", "127.0.0.2"), ("--host", "localhost"), ("--host", "0.0.0.0", "--https-host", "desk.example")]
)
def test_this_machine_and_a_proxy_are_served(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run("serve", "--vault", tmp_path, "--port", "18734", *words)
    assert "holds no vault" in done.err


@pytest.mark.parametrize("asks", ["asked_passphrase", "new_passphrase"])
@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_memory_that_holds_keys_is_written_and_shown_nowhere(asks: str) -> None:
    code = (
        f"import ctypes, resource; from asylon.cli.asking import {asks}; {asks}();"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) 0"


# ---------------------------------------------------------------- the way to a server


def test_a_database_elsewhere_is_never_spoken_to_in_clear() -> None:
    assert postgresql_settings("postgresql://a@db.example/desk")["OPTIONS"] == {"sslmode": "require"}
    said = "postgresql://a@db.example/desk?sslmode=verify-full&sslrootcert=/etc/db.pem"
    assert postgresql_settings(said)["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/db.pem"}
    for mode in ("disable", "allow", "prefer"):
        with pytest.raises(VaultError, match="in clear"):
            postgresql_settings(f"postgresql://a@db.example/desk?sslmode={mode}")
    with pytest.raises(VaultError, match="not known here"):
        postgresql_settings("postgresql://a@db.example/desk?ssl_mode=verify-full")


@pytest.mark.parametrize("place", ["a@/desk?host=/run/pg&port=5433", "a@localhost:5433/desk", "a@127.0.0.1:5433/desk"])
def test_a_database_on_this_machine_is_asked_for_nothing(place: str) -> None:
    found = postgresql_settings(f"postgresql://{place}")
    assert (found["OPTIONS"], found["PORT"]) == ({}, "5433")
