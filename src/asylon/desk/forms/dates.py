"""Dates as people type them: 24.3.2026 as in the letters of most offices, and "before" in Hebrew."""

from __future__ import annotations

import re
from typing import Any

from django import forms

_DAY = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_MONTH = re.compile(r"\b(\d{1,2})\.(\d{4})\b")
_BOUNDS = {"לפני": "before", "אחרי": "after"}


def as_written(text: str) -> str:
    """Return a date in the notation of the law, day before month where dots stand; anything else as it is."""
    text = _DAY.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", text)
    text = _MONTH.sub(lambda found: f"{found[2]}-{found[1]:0>2}", text)
    bound, _, rest = text.strip().partition(" ")
    return f"{_BOUNDS[bound]} {rest}" if bound in _BOUNDS else text


class DateField(forms.CharField):
    """A day, a month, a year or a range. Whether there is such a date the form says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40} | options)

    def to_python(self, value: Any) -> str:
        """Return the date in the notation of the law."""
        return as_written(super().to_python(value) or "")
