"""Papers: checked, sealed and stored; only sealed bytes ever lie on the disk."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from asylon.desk.config import current


def stored_path(name: UUID) -> Path:
    """Return where the sealed bytes of a paper lie."""
    return current().vault.papers / name.hex[:2] / name.hex


def stored_remove(name: UUID) -> None:
    """Remove the sealed bytes of a paper; nothing happens when they are gone already."""
    stored_path(name).unlink(missing_ok=True)
