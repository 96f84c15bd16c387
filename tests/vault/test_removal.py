"""Removing a vault: only after its backup was found whole, and the keys first."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from asylon.errors import VaultError
from asylon.vault.removal import remove_tree_after_check

from .archives import KEY, OTHER_KEY, make

KEY_BYTES = b"the sealed main key" * 10


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    (folder / "papers").mkdir(parents=True)
    (folder / "vault.json").write_bytes(KEY_BYTES)
    (folder / "desk.db").write_bytes(b"sealed store")
    (folder / "papers" / "one").write_bytes(b"sealed paper")
    return folder


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "away" / "backup.age"
    path.parent.mkdir()
    make(path)
    return path


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def refused(root: Path, **given: Any) -> str:
    before = contents(root)
    with pytest.raises(VaultError) as caught:
        remove_tree_after_check(root, **{"identity": KEY.identity, "key_files": [root / "vault.json"], **given})
    assert contents(root) == before
    return str(caught.value)


def test_the_folder_is_gone_and_the_backup_tells_what_it_holds(root: Path, backup: Path) -> None:
    manifest = remove_tree_after_check(root, archive=backup, identity=KEY.identity, key_files=[root / "vault.json"])
    assert not root.exists()
    assert manifest.rows == {"case": 2, "bar": 0, "event": 1}
    assert backup.exists()


def test_the_key_is_overwritten_and_waited_for_before_it_is_unlinked(
    root: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second link shows what stands in the blocks of the file after it was unlinked.
    witness = tmp_path / "witness"
    os.link(root / "vault.json", witness)
    waited: list[bool] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        if os.path.samestat(os.fstat(handle), witness.stat()):
            waited.append((root / "vault.json").exists() and witness.read_bytes() != KEY_BYTES)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    remove_tree_after_check(root, archive=backup, identity=KEY.identity, key_files=[root / "vault.json"])
    assert waited == [True]
    left = witness.read_bytes()
    assert len(left) == len(KEY_BYTES)
    assert b"main key" not in left
    assert left != bytes(len(left))


def test_nothing_is_touched_without_a_whole_backup(root: Path, backup: Path, tmp_path: Path) -> None:
    assert "this key does not open it" in refused(root, archive=backup, identity=OTHER_KEY.identity)
    assert "could not be read" in refused(root, archive=tmp_path / "none.age")
    backup.write_bytes(backup.read_bytes()[:-5])
    assert "its end is missing" in refused(root, archive=backup)


def test_a_backup_inside_the_folder_is_refused(root: Path, backup: Path) -> None:
    inside = root / "backup.age"
    shutil.copy(backup, inside)
    assert "the backup lies in the folder" in refused(root, archive=inside)


def test_key_files_must_be_files_of_the_folder(root: Path, backup: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.write_bytes(b"not of this vault")
    (root / "link").symlink_to(outside)
    assert "no key file was named" in refused(root, archive=backup, key_files=[])
    for wrong in (outside, root / "link", root / "none", root / "papers"):
        assert "it is not a file in the folder" in refused(root, archive=backup, key_files=[wrong])
    assert outside.read_bytes() == b"not of this vault"


def test_a_folder_that_holds_more_than_a_vault_is_refused(
    root: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    assert "not the folder of a vault" in refused(link, archive=backup)
    monkeypatch.setenv("HOME", str(root / "papers"))
    assert "not the folder of a vault" in refused(root, archive=backup)


def test_what_a_link_in_the_folder_points_to_stays(root: Path, backup: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "letter").write_bytes(b"mine")
    (root / "papers" / "link").symlink_to(outside)
    remove_tree_after_check(root, archive=backup, identity=KEY.identity, key_files=[root / "vault.json"])
    assert not root.exists()
    assert (outside / "letter").read_bytes() == b"mine"


def test_what_could_not_be_removed_is_told_after_the_keys_are_gone(
    root: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(VaultError, match="its keys are destroyed, but not everything was removed"):
        remove_tree_after_check(root, archive=backup, identity=KEY.identity, key_files=[root / "vault.json"])
    assert not (root / "vault.json").exists()
