"""What the vault asks of a disk: files that are whole or not there, and words for what went wrong."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from asylon.errors import AsylonError, VaultError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write that takes the place of `target` when the block ends well, and never in part.

    It lies beside the target as `.NAME.part`. What a killed run left there is written over by the next one.
    Raises VaultError when the disk refuses or another run is writing the same target; the old target stays.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with _claimed(part, target) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                part.replace(target)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            sync_folder(target.parent)
    except OSError as error:
        raise not_written(target.name, error) from error


@contextmanager
def _claimed(part: Path, target: Path) -> Iterator[BinaryIO]:
    """Give the file `part`, empty and ours alone."""
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and claiming, another run may have finished and renamed this very file.
            ours = part.exists() and os.path.samestat(os.fstat(handle), part.stat())
        except BlockingIOError:
            ours = False
        if not ours:
            raise VaultError.single(target.name, "is being written by another run", "wait until that one has ended")
        os.ftruncate(handle, 0)
        os.fchmod(handle, 0o600)
        yield file


def sync_folder(folder: Path) -> None:
    """Wait until the folder itself is on the disk; a new or renamed file is else lost with the power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def not_written(name: str, error: OSError) -> AsylonError:
    """Return the error to raise when `name` could not be written."""
    if error.errno in _FULL:
        problem, remedy = "there is no room left on the disk for it", "free some space or choose another disk"
    else:
        problem = f"it could not be written ({error.strerror or error})"
        remedy = "check the disk and the folder, then try again"
    return VaultError.single(name, problem, f"{remedy}; what stood there before is whole")


def not_read(name: str, error: OSError) -> AsylonError:
    """Return the error to raise when `name` could not be read."""
    problem = f"it could not be read ({error.strerror or error})"
    return VaultError.single(name, problem, "check that it is there and who may read it, then try again")
