"""What looks wrong in published figures, found by program: named checks with a threshold and a reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Doubt:
    """One finding: which check, about whom (ISO alpha-3, None is everybody), which level and years, how large, why.

    `size` is in `unit`: persons, percent, percentage points or rows, as the check says. `why` is one sentence with its
    numbers.
    """

    check: str
    asylum: str | None
    origin: str | None
    level: str | None
    first_year: int
    last_year: int
    size: float
    unit: str
    why: str
    release: str


def doubt_row(doubt: Doubt) -> dict[str, Any]:
    """Return a doubt as plain values for JSON."""
    return {
        "check": doubt.check,
        "country": doubt.asylum,
        "origin": doubt.origin,
        "level": doubt.level,
        "years": [doubt.first_year, doubt.last_year],
        "size": doubt.size,
        "unit": doubt.unit,
        "why": doubt.why,
        "release": doubt.release,
    }
