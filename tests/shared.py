"""What several test modules use: the material beside the project, and timelines in few words."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from asylon.cli.main import main
from asylon.law import Duty, Packs, Timeline, assess, load_packs, read_timeline
from asylon.law.contract import duty_row

ROOT = Path(__file__).parent.parent


def shared() -> Path:
    """Return the folder `shared` beside the project; skips the test where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the material beside the project (../shared) is not here")
    return folder


@lru_cache(maxsize=1)
def packs() -> Packs:
    """Return the packs that come with Asylon."""
    return load_packs()


def event(on: str, name: str, **details: Any) -> dict[str, Any]:
    """Return an event as a case file writes it."""
    return {"on": on, "event": name, **details}


def case(*events: Any, jurisdiction: str = "ru", **attributes: Any) -> dict[str, Any]:
    """Return a case as a case file writes it."""
    return {"case": "x", "jurisdiction": jurisdiction, "attributes": attributes, "events": list(events)}


def timeline(*events: Any, jurisdiction: str = "ru", **attributes: Any) -> Timeline:
    """Return a timeline of these events."""
    return read_timeline(case(*events, jurisdiction=jurisdiction, **attributes))


def duties(raw: Timeline, rule: str, on: str, step: str | None = None) -> list[Duty]:
    """Return the duties of one rule and step, as seen on a day."""
    outcome = assess(raw, packs(), on=date.fromisoformat(on))
    return [duty for duty in outcome.duties if duty.rule == rule and duty.step == step]


def ends(raw: Timeline, rule: str, on: str, step: str | None = None) -> list[tuple[str | None, str | None, str | None]]:
    """Return raw, legal and safe end of each duty of one rule and step."""
    rows = [duty_row(duty) for duty in duties(raw, rule, on, step)]
    return [(row["raw_end"], row["legal_end"], row["safe_end"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def asylon(*words: object) -> Ran:
    """Run the command `asylon` in this process."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(word) for word in words])
        except SystemExit as stop:
            code = stop.code or 0
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())
