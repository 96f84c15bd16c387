"""Small words of the command line."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun in the form that fits: 1 case, 1,000 cases."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
