"""Backups: what is read is what was written, and everything wrong with one has its own sentence."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from asylon.errors import VaultError
from asylon.vault import archive as archive_module
from asylon.vault.archive import read_archive, verify_archive, write_archive

from .archives import (
    KEY,
    MADE_AT,
    OTHER_KEY,
    PAPERS,
    TABLES,
    TRAIL_HEAD,
    make,
    members_of,
    write_members,
    write_sealed,
)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "backup.age"
    make(path)
    return path


def refusal(path: Path, identity: str = KEY.identity) -> str:
    with pytest.raises(VaultError) as caught:
        read_archive(path, identity)
    return str(caught.value)


def by_table(rows: Iterator[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, row in rows:
        found.setdefault(table, []).append(row)
    return found


def test_what_is_read_is_what_was_written(backup: Path, tmp_path: Path) -> None:
    archive = read_archive(backup, KEY.identity)
    assert by_table(archive.rows()) == {table: rows for table, rows in TABLES.items() if rows}
    folder = tmp_path / "restored"
    folder.mkdir()
    assert archive.copy_papers(folder) == 3
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == PAPERS


def test_the_manifest_says_what_is_inside(backup: Path) -> None:
    manifest = verify_archive(backup, KEY.identity)
    assert manifest.rows == {"case": 2, "bar": 0, "event": 1}
    assert manifest.papers == 3
    assert (manifest.trail_seq, manifest.trail_hash) == TRAIL_HEAD
    assert (manifest.made_at, manifest.app_version) == (MADE_AT, "0.2.0")
    assert manifest.members["papers/aa-1"] == hashlib.sha256(b"sealed one").hexdigest()


def test_any_age_and_tar_open_it_and_the_manifest_comes_last(backup: Path) -> None:
    members = members_of(backup)
    assert list(members)[-1] == "manifest.json"
    assert members["tables/case.ndjson"].splitlines()[0] == b'{"id":1,"number":"26/1","sealed":{"b64":"AP8="}}'
    listed = json.loads(members.pop("manifest.json"))["members"]
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}


def test_every_recipient_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "backup.age"
    made = make(path, recipients=[KEY.recipient, OTHER_KEY.recipient])
    assert verify_archive(path, KEY.identity) == verify_archive(path, OTHER_KEY.identity) == made


def test_a_large_table_goes_on_in_further_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "PART_BYTES", 1000)
    path, rows = tmp_path / "backup.age", [{"id": number, "text": "x" * 90} for number in range(40)]
    make(path, tables=[("note", iter(rows))])
    assert [name for name in members_of(path) if "note" in name] == [
        "tables/note.ndjson",
        *[f"tables/note.{number}.ndjson" for number in range(2, 5)],
    ]
    archive = read_archive(path, KEY.identity)
    assert archive.manifest.rows == {"note": 40}
    assert by_table(archive.rows()) == {"note": rows}


def test_progress_tells_every_member_and_the_bytes_so_far(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    manifest = make(tmp_path / "backup.age", progress=lambda name, size: told.append((name, size)))
    assert [name for name, _ in told] == list(manifest.members)
    assert told[-1][1] - told[-2][1] == 200_000


def test_memory_does_not_grow_with_the_backup(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    rows = ({"id": number, "sealed": bytes(1024 * 1024)} for number in range(40))
    path = tmp_path / "backup.age"
    tracemalloc.start()
    try:
        make(path, tables=[("note", rows)], papers=[("big", big)])
        archive = read_archive(path, KEY.identity)
        read = sum(len(row["sealed"]) for _, row in archive.rows())
        archive.copy_papers(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == 40 * 1024 * 1024
    assert peak < 30 * 1024 * 1024


def test_nothing_lies_on_the_disk_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch, target = tmp_path / "scratch", tmp_path / "out" / "backup.age"
    scratch.mkdir()
    target.parent.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    seen: set[str] = set()

    def look(_: str, __: int) -> None:
        for path in [*target.parent.iterdir(), *scratch.iterdir()]:
            if path.is_file():
                seen.add(path.name)
                assert b"Anahit" not in path.read_bytes()

    rows = [{"id": number, "name": "Anahit" * 2000} for number in range(600)]
    make(target, tables=[("person", rows)], papers=[], progress=look)
    look("", 0)
    assert seen == {".backup.age.part", "backup.age"}


def test_a_reader_that_stops_early_leaves_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "backup.age"
    make(path, tables=[("note", [{"text": "x" * 300_000} for _ in range(20)])])
    rows, before = read_archive(path, KEY.identity).rows(), threading.active_count()
    next(rows)
    assert threading.active_count() == before + 1
    rows.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


# Recipients and keys


def test_recipients_that_are_none_are_refused_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "backup.age"
    with pytest.raises(VaultError) as caught:
        make(path, recipients=["ssh-ed25519 AAAA", KEY.recipient, "age1abc", KEY.recipient.upper(), ""])
    assert [fault.place for fault in caught.value.faults] == [f"recipient {number}" for number in (1, 3, 4, 5)]
    with pytest.raises(VaultError, match="there is none"):
        make(path, recipients=[])
    assert not path.exists()


def test_a_private_key_given_as_recipient_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="it is a private key") as caught:
        make(tmp_path / "backup.age", recipients=[KEY.identity])
    assert KEY.identity not in str(caught.value)


def test_a_key_of_somebody_else_is_told(backup: Path) -> None:
    assert refusal(backup, OTHER_KEY.identity).startswith("backup.age: this key does not open it")


@pytest.mark.parametrize("text", ["", "hello", KEY.recipient])
def test_a_key_that_is_none_is_told(backup: Path, text: str) -> None:
    assert "it is not an age key" in refusal(backup, text)


def test_keys_do_not_show_when_values_are_printed(backup: Path) -> None:
    assert KEY.identity not in repr(KEY) + repr(read_archive(backup, KEY.identity))


# Files that are not whole


def test_a_file_cut_anywhere_is_told(backup: Path) -> None:
    whole = backup.read_bytes()
    # A cut at the border of two chunks of age cannot be told from damage.
    for length in [0, 1, 21, 22, 100, 150, 300, 1000, 65_000, 70_000, len(whole) - 1]:
        backup.write_bytes(whole[:length])
        assert refusal(backup).startswith("backup.age: its end is missing"), length


def test_a_file_cut_between_chunks_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) - 65_552])
    assert "it is damaged" in refusal(backup)


def test_a_changed_bit_anywhere_is_told(backup: Path) -> None:
    whole = backup.read_bytes()
    content = whole.index(b"\n--- ") + 5
    for at in [content + 3, content + 50, content + 500, 70_000, 140_000, len(whole) - 1]:
        backup.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert refusal(backup).startswith("backup.age: it is damaged"), at


def test_the_file_is_read_to_its_end_even_after_the_last_member(backup: Path) -> None:
    content = pyrage.decrypt(backup.read_bytes(), [pyrage.x25519.Identity.from_str(KEY.identity)])
    write_sealed(backup, content + bytes(8 * 65_536))
    assert verify_archive(backup, KEY.identity).papers == 3
    whole = backup.read_bytes()
    backup.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "it is damaged" in refusal(backup)


def test_another_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0" * 50)
    assert "it is not a backup of Asylon" in refusal(path)
    with pytest.raises(VaultError, match=r"could not be read \(No such file"):
        read_archive(tmp_path / "none.age", KEY.identity)


@pytest.mark.parametrize("content", [b"", b"just a letter", bytes(10_240)])
def test_an_age_file_of_something_else_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.age"
    write_sealed(path, content)
    assert any(end in refusal(path) for end in ("is not a backup", "list of contents is missing", "end is missing"))


Members = dict[str, bytes]


def without(name: str) -> Callable[[Members], None]:
    return lambda members: members.__delitem__(name)


def with_manifest(**changes: Any) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **changes}).encode()

    return change


def added(name: str, *, first: bool) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        kept = dict(members)
        members.clear()
        members.update({name: b"x", **kept} if first else {**kept, name: b"x"})

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without("papers/aa-1"), "papers/aa-1 is missing"),
        (without("tables/bar.ndjson"), "tables/bar.ndjson is missing"),
        (without("manifest.json"), "its list of contents is missing"),
        (lambda members: members.update({"papers/bb-2": b"other"}), "papers/bb-2 was changed"),
        (lambda members: members.update({"tables/event.ndjson": b"{}\n"}), "tables/event.ndjson was changed"),
        (added("papers/zz", first=True), "papers/zz is not in its list of contents"),
        (added("papers/zz", first=False), "something that no backup holds"),
        (added("../evil", first=True), "something that no backup holds"),
        (added("papers/../../evil", first=True), "something that no backup holds"),
        (added("/etc/passwd", first=True), "something that no backup holds"),
        (with_manifest(format=2), "written in version 2 of the form, and this Asylon knows version 1"),
        (with_manifest(rows={"case": 3, "bar": 0, "event": 1}), "other numbers of rows"),
        (with_manifest(papers=4), "other numbers of rows or papers"),
        (with_manifest(made_at="2026\x1b[2J"), "its list of contents cannot be read"),
        (with_manifest(trail=None), "its list of contents cannot be read"),
        (lambda members: members.update({"manifest.json": b"{"}), "its list of contents cannot be read"),
        (lambda members: members.update({"manifest.json": b"[]"}), "its list of contents cannot be read"),
    ],
)
def test_contents_that_do_not_answer_to_the_manifest(
    backup: Path, change: Callable[[Members], None], expected: str
) -> None:
    members = members_of(backup)
    change(members)
    write_members(backup, members)
    assert expected in refusal(backup)


def test_a_member_that_stands_twice_is_refused(backup: Path) -> None:
    members = list(members_of(backup).items())
    write_members(backup, [members[0], *members])
    assert "something that no backup holds" in refusal(backup)


def test_a_member_that_grows_when_it_is_read_is_refused(backup: Path) -> None:
    """A few bytes of a sparse member unpack to as many as it says."""
    member = tarfile.TarInfo("papers/aa-1")
    member.pax_headers = {"GNU.sparse.map": "0,3", "GNU.sparse.size": str(1 << 30), "GNU.sparse.name": "papers/aa-1"}
    member.size = 3
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(member, io.BytesIO(b"abc"))
    write_sealed(backup, content.getvalue())
    assert "something that no backup holds" in refusal(backup)


def test_all_that_is_wrong_is_told_at_once(backup: Path) -> None:
    members = members_of(backup)
    del members["papers/aa-1"], members["papers/bb-2"]
    write_members(backup, members)
    assert len(refusal(backup).splitlines()) == 2


def test_a_backup_exchanged_after_it_was_checked_gives_no_rows_and_no_papers(backup: Path, tmp_path: Path) -> None:
    archive = read_archive(backup, KEY.identity)
    members = members_of(backup)
    members["tables/case.ndjson"] = members["tables/case.ndjson"].replace(b"26/1", b"26/9")
    members["papers/aa-1"] = b"another one"
    write_members(backup, members)
    with pytest.raises(VaultError, match=r"tables/case\.ndjson was changed since"):
        next(archive.rows())
    folder = tmp_path / "restored"
    folder.mkdir()
    with pytest.raises(VaultError, match="papers/aa-1 was changed since"):
        archive.copy_papers(folder)
    assert list(folder.iterdir()) == []


# What cannot be written


@pytest.mark.parametrize("name", ["Case", "../case", "a.b", ""])
def test_names_of_tables_that_no_backup_holds_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(VaultError, match="cannot be written"):
        make(tmp_path / "backup.age", tables=[(name, [])])


def test_names_that_stand_twice_are_refused(tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    paper.write_bytes(b"x")
    with pytest.raises(VaultError, match="table 'case': its name is taken"):
        make(tmp_path / "backup.age", tables=[("case", []), ("case", [])])
    with pytest.raises(VaultError, match="paper 'a': its number is taken"):
        make(tmp_path / "backup.age", papers=[("a", paper), ("a", paper)])
    with pytest.raises(VaultError, match="cannot be written"):
        make(tmp_path / "backup.age", papers=[("../a", paper)])


def test_a_paper_that_is_gone_stops_the_backup(backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(VaultError, match="paper 'a': it could not be read"):
        make(backup, papers=[("a", tmp_path / "none")])
    assert backup.read_bytes() == before


@pytest.mark.parametrize("change", [b"longer than it was", b""])
def test_a_paper_that_changes_meanwhile_stops_the_backup(
    tmp_path: Path, change: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, path = tmp_path / "paper", tmp_path / "backup.age"
    paper.write_bytes(b"as it was")
    real = archive_module._header

    def header_then_change(name: str, size: int) -> bytes:
        if name == "papers/a":
            paper.write_bytes(change)
        return real(name, size)

    monkeypatch.setattr(archive_module, "_header", header_then_change)
    with pytest.raises(VaultError, match="paper 'a': it changed while"):
        make(path, papers=[("a", paper)])
    assert not path.exists()


def test_an_error_of_the_caller_passes_through_and_the_old_backup_stays(backup: Path) -> None:
    before = backup.read_bytes()

    def rows() -> Iterator[dict[str, Any]]:
        yield {"id": 1}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(backup, tables=[("case", rows())])
    assert backup.read_bytes() == before
    assert not (backup.parent / ".backup.age.part").exists()


def test_writing_an_empty_vault(tmp_path: Path) -> None:
    path = tmp_path / "backup.age"
    made = write_archive(
        path,
        tables=[],
        papers=[],
        recipients=[KEY.recipient],
        made_at=MADE_AT,
        app_version="0.2.0",
        trail_head=(0, bytes(32)),
    )
    archive = read_archive(path, KEY.identity)
    assert archive.manifest == made
    assert list(archive.rows()) == []
    assert archive.copy_papers(tmp_path) == 0
