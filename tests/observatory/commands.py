"""Runs the command in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def observatory(*words: object, code: int = 0) -> str:
    """Run `asylon observatory WORDS` and return what it said on both outputs; its exit code must be `code`."""
    program = Path(sys.executable).with_name("asylon")
    command = [str(program), "observatory", *(str(word) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    return said
