"""Removing a vault from a machine after its backup was found whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from asylon.errors import AsylonError, VaultError
from asylon.vault.archive import verify_archive
from asylon.vault.disk import sync_folder
from asylon.vault.manifest import Manifest

_PIECE = 64 * 1024


def remove_tree_after_check(root: Path, *, archive: Path, identity: str, key_files: Sequence[Path]) -> Manifest:
    """Return what the backup holds, after it was checked in full and the folder `root` was then removed.

    The key files go first: they are overwritten with random bytes, and the disk is waited for. Overwriting is no
    proof of destruction. SSDs, memory cards, file systems that copy on write, snapshots and backups of the
    machine may keep the old bytes of any file. What counts is the key: the store and the papers are sealed,
    and without the key they stay so. Where a copy of the key may have been kept, its passphrase is all that
    protects them.
    Raises VaultError before anything is touched when the backup is not whole or the folder is not one to
    remove; after the keys are gone when other files could not be removed, which the message then says.
    """
    _check_places(root, archive, key_files)
    manifest = verify_archive(archive, identity)
    for key_file in key_files:
        try:
            _destroy(key_file)
        except OSError as error:
            problem = f"a key could not be destroyed ({error.strerror or error})"
            raise VaultError.single(key_file.name, problem, "destroy it by hand; the backup is whole") from error
    try:
        shutil.rmtree(root)
        sync_folder(root.parent)
    except OSError as error:
        problem = f"its keys are destroyed, but not everything was removed ({error.strerror or error})"
        raise VaultError.single(root.name, problem, "delete the folder by hand; the backup is whole") from error
    return manifest


def _check_places(root: Path, archive: Path, key_files: Sequence[Path]) -> None:
    whole = root.resolve()
    if root.is_symlink() or not root.is_dir() or Path.home().resolve().is_relative_to(whole):
        raise _refused(root, "it is not the folder of a vault", "name the folder itself")
    if archive.resolve().is_relative_to(whole):
        raise _refused(archive, "the backup lies in the folder that is to be removed", "move it to another place")
    if not key_files:
        raise _refused(root, "no key file was named", "name the files that hold keys: they are destroyed first")
    for key_file in key_files:
        is_plain = key_file.is_file() and not key_file.is_symlink()
        if not is_plain or not key_file.resolve().is_relative_to(whole):
            raise _refused(key_file, "it is not a file in the folder that is to be removed", "check its name")


def _refused(path: Path, problem: str, remedy: str) -> AsylonError:
    return VaultError.single(path.name, problem, f"{remedy}; nothing was removed")


def _destroy(key_file: Path) -> None:
    handle = os.open(key_file, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        remaining = os.fstat(handle).st_size
        while remaining > 0:
            remaining -= os.write(handle, os.urandom(min(remaining, _PIECE)))
        os.fsync(handle)
    finally:
        os.close(handle)
    key_file.unlink()
    sync_folder(key_file.parent)
