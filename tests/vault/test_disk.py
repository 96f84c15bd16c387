"""Files that are whole or not there: a full disk, a kill, two runs at once."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asylon.errors import VaultError
from asylon.vault.archive import read_archive, verify_archive
from asylon.vault.disk import replacing

from .archives import KEY, make

ENDLESS = """
import sys
from itertools import count
from pathlib import Path
from asylon.vault.archive import write_archive
rows = ({"id": number, "text": "x" * 5000} for number in count())
write_archive(Path(sys.argv[1]), tables=[("note", rows)], papers=[], recipients=[sys.argv[2]],
              made_at="2026-11-21T09:30:00Z", app_version="0", trail_head=(0, bytes(32)))
"""


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size`; the system refuses as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 5_000, 200_000])
def test_no_room_leaves_the_old_backup_whole_and_says_what_to_do(tmp_path: Path, room: int) -> None:
    path = tmp_path / "backup.age"
    made = make(path)
    with room_for(room), pytest.raises(VaultError) as caught:
        make(path)
    assert str(caught.value) == (
        "backup.age: there is no room left on the disk for it; "
        "free some space or choose another disk; what stood there before is whole."
    )
    assert verify_archive(path, KEY.identity) == made
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["backup.age", "stored-papers"]


def test_no_room_while_papers_are_copied_leaves_only_whole_ones(tmp_path: Path) -> None:
    make(tmp_path / "backup.age")
    folder = tmp_path / "restored"
    folder.mkdir()
    archive = read_archive(tmp_path / "backup.age", KEY.identity)
    with room_for(100_000), pytest.raises(VaultError, match="cc-3: there is no room left"):
        archive.copy_papers(folder)
    assert sorted(entry.name for entry in folder.iterdir()) == ["aa-1", "bb-2"]


def start_endless(path: Path) -> subprocess.Popen[bytes]:
    running = subprocess.Popen([sys.executable, "-c", ENDLESS, str(path), KEY.recipient])
    part = path.with_name(f".{path.name}.part")
    until = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 1_000_000):
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    return running


def test_a_killed_run_leaves_the_old_backup_whole_and_the_next_one_works(tmp_path: Path) -> None:
    path = tmp_path / "backup.age"
    made = make(path)
    running = start_endless(path)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert verify_archive(path, KEY.identity) == made
    assert (tmp_path / ".backup.age.part").exists()
    again = make(path, made_at="2026-11-22T09:30:00Z")
    assert verify_archive(path, KEY.identity) == again
    assert not (tmp_path / ".backup.age.part").exists()


def test_two_runs_at_once_are_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "backup.age"
    running = start_endless(path)
    try:
        with pytest.raises(VaultError, match="is being written by another run"):
            make(path)
        assert running.poll() is None
        assert (tmp_path / ".backup.age.part").exists()
    finally:
        running.kill()
        running.wait()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    part = tmp_path / ".x.part"
    part.write_bytes(b"left by a killed run, and longer than what comes")
    part.chmod(0o644)
    with replacing(tmp_path / "x") as file:
        file.write(b"short")
    assert (tmp_path / "x").read_bytes() == b"short"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600


def test_a_link_left_in_the_way_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"do not touch")
    (tmp_path / ".x.part").symlink_to(precious)
    with pytest.raises(VaultError, match="could not be written"), replacing(tmp_path / "x"):
        raise AssertionError("must not be reached")
    assert precious.read_bytes() == b"do not touch"


def test_the_file_and_its_folder_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, waited = tmp_path / "x", []
    real = os.fsync

    def fsync(handle: int) -> None:
        waited.append((Path(os.readlink(f"/proc/self/fd/{handle}")).name, target.exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with replacing(target) as file:
        file.write(b"content")
    assert waited == [(".x.part", False), (tmp_path.name, True)]


def make_into(target: Path) -> None:
    with replacing(target) as file:
        file.write(b"content")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match=r"could not be written \(No such file"):
        make_into(tmp_path / "none" / "x")
