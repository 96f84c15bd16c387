"""Small backups for the tests, and backups made wrong on purpose."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyrage

from asylon.vault.agefile import new_age_key
from asylon.vault.archive import write_archive
from asylon.vault.manifest import Manifest

KEY, OTHER_KEY = new_age_key(), new_age_key()
MADE_AT = "2026-11-21T09:30:00Z"
TRAIL_HEAD = (7, bytes(range(32)))
TABLES: dict[str, list[dict[str, Any]]] = {
    "case": [{"id": 1, "sealed": b"\x00\xff", "number": "26/1"}, {"id": 2, "sealed": b"", "number": None}],
    "bar": [],
    "event": [{"id": 3, "kind": "arrest", "details": {"place": "Ереван\n", "n": [1, 2.5, True]}}],
}
PAPERS = {"aa-1": b"sealed one", "bb-2": b"", "cc-3": bytes(200_000)}


def make(target: Path, **changes: Any) -> Manifest:
    """Return the manifest of a backup written to `target`; its papers lie in a folder beside it."""
    folder = target.parent / "stored-papers"
    folder.mkdir(exist_ok=True)
    for paper, content in PAPERS.items():
        if not (folder / paper).exists():
            (folder / paper).write_bytes(content)
    given: dict[str, Any] = {
        "tables": TABLES.items(),
        "papers": [(paper, folder / paper) for paper in PAPERS],
        "recipients": [KEY.recipient],
        "made_at": MADE_AT,
        "app_version": "0.2.0",
        "trail_head": TRAIL_HEAD,
    }
    return write_archive(target, **{**given, **changes})


def members_of(path: Path, identity: str = KEY.identity) -> dict[str, bytes]:
    """Return the members of a backup by their names, read with other tools than the vault's."""
    content = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(identity)])
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {member.name: _content(tar, member) for member in tar.getmembers()}


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    assert file is not None
    return file.read()


def write_members(path: Path, members: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> None:
    """Write a backup with these members, whatever they are."""
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w") as tar:
        for name, content in members.items() if isinstance(members, Mapping) else members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    write_sealed(path, tar_bytes.getvalue())


def write_sealed(path: Path, content: bytes) -> None:
    """Write a file that is sealed as a backup is, with any content."""
    path.write_bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(KEY.recipient)]))
