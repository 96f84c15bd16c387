"""The trail: who did what to which thing, as a chain of keyed hashes in which nothing can be changed unseen.

Every row is hashed together with the hash of the row before it, under a key that the database does not hold.
The head (the last number and hash) and the anchors (lines in a file kept elsewhere) show when rows were taken
off the end. Rows hold no content.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from asylon.errors import AsylonError, VaultError
from asylon.vault.disk import sync_folder

HASH_BYTES = 32
START = bytes(HASH_BYTES)
"""What stands before the first row."""

Break = Literal["edited", "cut inside", "cut at the end", "order", "wrong key", "rewritten"]

SENTENCES: Mapping[Break, str] = {
    "edited": "Row {seq} was changed after it was written.",
    "cut inside": "Row {seq} is missing, though later rows are there.",
    "cut at the end": "Row {seq} and whatever followed it are missing at the end.",
    "order": "The rows are out of order: row {seq} does not stand in its place.",
    "wrong key": "No row answers to this key: it is the key of another vault, or every row was changed.",
    "rewritten": "Row {seq} is not the one that was noted at the time: somebody who had the key rewrote the trail.",
}

_MARK = b"asylon-trail-1"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)"
_LINE = re.compile(rf"([1-9]\d{{0,17}}) ([0-9a-f]{{64}}) ({_INSTANT})", re.ASCII)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One act: `seq` counts from 1 without gaps, `at` is an ISO instant in UTC, `detail` holds no content."""

    seq: int
    at: str
    actor: str
    action: str
    object: str
    count: int = 1
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and hash that a row had at an instant, noted outside the database."""

    seq: int
    hash: bytes
    at: str


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """The anchors of a file in its order, and the numbers of the lines that cannot be read.

    An unreadable last line is what a power cut leaves; one further up was either that, once, or was changed.
    """

    anchors: tuple[Anchor, ...]
    unreadable: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a trail is whole; else the first broken row and what was done to it."""

    rows: int
    kind: Break | None = None
    seq: int | None = None

    @property
    def whole(self) -> bool:
        """Return whether nothing was found."""
        return self.kind is None

    @property
    def sentence(self) -> str:
        """Return the verdict in one sentence."""
        if self.kind is None:
            return f"The trail is whole: {self.rows} rows."
        return SENTENCES[self.kind].format(seq=self.seq)


def row_hash(key: bytes, previous: bytes, row: TrailRow) -> bytes:
    """Return the keyed BLAKE2b hash of a row that follows the row with hash `previous` (START for the first).

    Raises VaultError for a key or a previous hash that is not 32 bytes.
    """
    if len(key) != HASH_BYTES or len(previous) != HASH_BYTES:
        problem = "the key and the hash before a row have 32 bytes each"
        raise VaultError.single("the trail", problem, "take the trail key of this vault")
    return hashlib.blake2b(_encoded(previous, row), digest_size=HASH_BYTES, key=key).digest()


def verify(
    rows: Iterable[tuple[TrailRow, bytes]],
    key: bytes,
    *,
    head: tuple[int, bytes] | None = None,
    anchors: Sequence[Anchor] = (),
) -> Verdict:
    """Return whether the rows, in their order and with their stored hashes, are the whole trail.

    Without a head and anchors, rows taken off the end go unnoticed. Rows after the head are judged by the key
    alone. Rows are read once and not kept.
    """
    marks = _marks(head, anchors)
    previous, done = START, 0
    remaining = iter(rows)
    for row, stored in remaining:
        kind = _kind_of_break(row, stored, previous, key, expected=done + 1, rest=remaining)
        if kind is None and any(mark != stored for mark in marks.get(row.seq, ())):
            kind = "rewritten"
        if kind is not None:
            return Verdict(rows=done, kind=kind, seq=done + 1)
        previous, done = stored, row.seq
    if max(marks, default=0) > done:
        return Verdict(rows=done, kind="cut at the end", seq=done + 1)
    return Verdict(rows=done)


def read_anchors(path: Path) -> AnchorFile:
    """Return the anchors of a file; none where the file does not exist.

    Raises VaultError when the file cannot be opened.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return AnchorFile(anchors=())
    except OSError as error:
        raise _no_file(path, error) from error
    read = {number: _anchor(line) for number, line in enumerate(lines, start=1) if line}
    return AnchorFile(
        anchors=tuple(anchor for anchor in read.values() if anchor is not None),
        unreadable=tuple(number for number, anchor in read.items() if anchor is None),
    )


def append_anchor(path: Path, anchor: Anchor) -> None:
    """Write one more line and wait until it is on the disk; an unfinished last line stays as it is.

    Raises VaultError for an anchor that no line can hold, and when the file cannot be written.
    """
    line = f"{anchor.seq} {anchor.hash.hex()} {anchor.at}".encode()
    if _anchor(line) is None:
        problem = "it needs a number from 1 up, a hash of 32 bytes and an instant in UTC"
        raise VaultError.single("an anchor", problem, "write the instant as 2026-11-21T09:30:00Z")
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            end = os.fstat(file).st_size
            unfinished = end > 0 and os.pread(file, 1, end - 1) != b"\n"
            # One write call, so that two processes cannot mix their lines.
            whole = (b"\n" if unfinished else b"") + line + b"\n"
            if os.write(file, whole) < len(whole):
                raise OSError("the disk is full")
            os.fsync(file)
        finally:
            os.close(file)
        sync_folder(path.parent)
    except OSError as error:
        raise _no_file(path, error) from error


def _encoded(previous: bytes, row: TrailRow) -> bytes:
    """Return the row as bytes from which only this row can be read back: each part after its kind and length."""
    parts: list[bytes | str | int] = [_MARK, previous, row.seq, row.at, row.actor, row.action, row.object, row.count]
    parts.append(len(row.detail))
    parts.extend(chain.from_iterable(sorted(row.detail.items())))
    return b"".join(_prefixed(part) for part in parts)


def _prefixed(part: bytes | str | int) -> bytes:
    if isinstance(part, bytes):
        kind, content = b"b", part
    elif isinstance(part, str):
        kind, content = b"s", part.encode("utf-8", "surrogatepass")
    else:
        kind, content = b"i", b"%d" % part
    return kind + len(content).to_bytes(8, "big") + content


def _marks(head: tuple[int, bytes] | None, anchors: Sequence[Anchor]) -> Mapping[int, set[bytes]]:
    marks: defaultdict[int, set[bytes]] = defaultdict(set)
    if head is not None and head[0] > 0:
        marks[head[0]].add(head[1])
    for anchor in anchors:
        marks[anchor.seq].add(anchor.hash)
    return dict(marks)


def _kind_of_break(
    row: TrailRow,
    stored: bytes,
    previous: bytes,
    key: bytes,
    *,
    expected: int,
    rest: Iterator[tuple[TrailRow, bytes]],
) -> Break | None:
    """Return what is wrong with a row that should have the number `expected`; None when nothing is.

    Reads `rest` only where something is wrong.
    """
    in_place = _answers(row if row.seq == expected else replace(row, seq=expected), stored, previous, key)
    if row.seq == expected:
        if in_place:
            return None
        return "edited" if expected > 1 or _any_answers(stored, key, rest) else "wrong key"
    if in_place:
        return "edited"  # Only its number was changed.
    if row.seq < expected or any(later.seq == expected for later, _ in rest):
        return "order"
    return "cut inside"


def _answers(row: TrailRow, stored: bytes, previous: bytes, key: bytes) -> bool:
    return hmac.compare_digest(row_hash(key, previous, row), stored)


def _any_answers(stored: bytes, key: bytes, rest: Iterator[tuple[TrailRow, bytes]]) -> bool:
    """Return whether any later row answers to the key with the hash stored before it: the key is then right."""
    before = stored
    for row, after in rest:
        if len(before) == HASH_BYTES and _answers(row, after, before, key):
            return True
        before = after
    return False


def _anchor(line: bytes) -> Anchor | None:
    match = _LINE.fullmatch(line.decode("ascii", "replace"))
    return Anchor(seq=int(match[1]), hash=bytes.fromhex(match[2]), at=match[3]) if match else None


def _no_file(path: Path, error: OSError) -> AsylonError:
    problem = f"the file of anchors cannot be used ({error.strerror or error})"
    return VaultError.single(path.name, problem, "check the disk and who may write there")
