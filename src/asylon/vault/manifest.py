"""The manifest of a backup: what it holds, what each member must hash to, and where the trail stood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asylon.errors import VaultError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `members` are the SHA-256 of every member in its order, as hex.

    `trail_seq` and `trail_hash` are the head of the trail when the backup was made (0 and zero bytes: no row).
    """

    made_at: str
    app_version: str
    trail_seq: int
    trail_hash: bytes
    rows: Mapping[str, int]
    papers: int
    members: Mapping[str, str]

    def to_json(self) -> bytes:
        """Return the manifest as it stands in the backup."""
        plain = {
            "format": FORMAT,
            "made_at": self.made_at,
            "app_version": self.app_version,
            "trail": {"seq": self.trail_seq, "hash": self.trail_hash.hex()},
            "rows": dict(self.rows),
            "papers": self.papers,
            "members": dict(self.members),
        }
        return json.dumps(plain, indent=1).encode() + b"\n"


def manifest_of_json(content: bytes, place: str) -> Manifest:
    """Return the manifest that a backup called `place` holds.

    Raises VaultError for a version that is not known and for what is no manifest.
    """
    try:
        plain = json.loads(content)
        version = plain["format"]
        if version == FORMAT:
            return _read(plain)
    except (ValueError, KeyError, TypeError, AttributeError):
        problem = "its list of contents cannot be read"
        raise VaultError.single(place, problem, "use another backup") from None
    problem = f"it was written in version {version} of the form, and this Asylon knows version {FORMAT}"
    raise VaultError.single(place, problem, "open it with a newer Asylon")


def _read(plain: Mapping[str, Any]) -> Manifest:
    return Manifest(
        made_at=_instant(plain["made_at"]),
        app_version=str(plain["app_version"]),
        trail_seq=int(plain["trail"]["seq"]),
        trail_hash=bytes.fromhex(plain["trail"]["hash"]),
        rows={str(table): int(count) for table, count in plain["rows"].items()},
        papers=int(plain["papers"]),
        members={str(name): str(digest) for name, digest in plain["members"].items()},
    )


def _instant(given: str) -> str:
    """Return an instant as it was written; ValueError for anything else: a terminal might obey it."""
    datetime.fromisoformat(given)
    return given
