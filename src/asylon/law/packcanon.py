"""The one way in which pack files are written, so that a change shows as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from asylon.errors import Fault

LONGEST = 240


def canonical_faults(folder: Path) -> Iterator[Fault]:
    """Yield what in the files of a pack is not written in the canonical form."""
    for path in sorted(folder.glob("**/*.yaml")):
        yield from _file(path, f"{folder.name}/{path.relative_to(folder)}")


def _file(path: Path, name: str) -> Iterator[Fault]:
    raw = path.read_bytes()
    text = raw.decode("utf-8", errors="replace")
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield Fault(name, "does not end in exactly one line break", "end it with one")
    if b"\r" in raw or b"\t" in raw:
        yield Fault(name, "has tabs or carriage returns", "use spaces and plain line breaks")
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            yield Fault(f"{name}, line {number}", "ends in spaces", "remove them")
        if len(line) > LONGEST:
            yield Fault(f"{name}, line {number}", f"is longer than {LONGEST} characters", "break it")
