from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylon.errors import VaultError
from asylon.vault.sealing import (
    Cost,
    derive,
    new_key,
    new_pair,
    new_salt,
    password_key,
    public_of,
    seal,
    unseal,
    unwrap,
    wrap,
)
from asylon.vault.store import FILE, create_vault, open_vault, write_whole

CHEAP = Cost(passes=1, memory=1024 * 1024)


@given(content=st.binary(max_size=300), place=st.text(max_size=30))
def test_what_is_sealed_opens_in_its_place_only(content: bytes, place: str) -> None:
    key = new_key()
    sealed = seal(key, content, place)
    assert unseal(key, sealed, place) == content
    for other_key, other_place in ((new_key(), place), (key, place + "x")):
        with pytest.raises(VaultError, match="does not open"):
            unseal(other_key, sealed, other_place)


@settings(max_examples=50)
@given(data=st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(key, b"Maryna lives in Hrodna.", "note:1"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        unseal(key, bytes(sealed), "note:1")


def test_equal_contents_do_not_look_equal() -> None:
    key = new_key()
    assert seal(key, b"same", "p") != seal(key, b"same", "p")


def test_a_wrapped_key_opens_for_its_holder_only() -> None:
    one, other, key = new_pair(), new_pair(), new_key()
    assert unwrap(wrap(key, one.public), one.private) == key
    assert public_of(one.private) == one.public
    with pytest.raises(VaultError, match="not wrapped for this person"):
        unwrap(wrap(key, one.public), other.private)
    assert one.private.hex() not in repr(one)


def test_keys_for_two_purposes_differ_and_do_not_tell_the_main_one() -> None:
    main = new_key()
    assert len({derive(main, "database"), derive(main, "trail"), main}) == 3
    assert derive(main, "trail") == derive(main, "trail")


def test_a_password_gives_its_key_with_its_salt_only() -> None:
    salt = new_salt()
    assert password_key("one", salt, CHEAP) == password_key("one", salt, CHEAP)
    assert password_key("one", salt, CHEAP) != password_key("two", salt, CHEAP)
    assert password_key("one", salt, CHEAP) != password_key("one", new_salt(), CHEAP)


def test_a_vault_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    made = create_vault(tmp_path / "v", passphrase="one two three", cost=CHEAP)
    opened = open_vault(tmp_path / "v", "one two three")
    assert opened.main_key == made.main_key
    with pytest.raises(VaultError, match="passphrase is wrong"):
        open_vault(tmp_path / "v", "one two four")
    assert made.main_key.hex() not in repr(made)
    assert (tmp_path / "v").stat().st_mode & 0o077 == 0
    assert (tmp_path / "v" / FILE).stat().st_mode & 0o077 == 0


def test_a_vault_is_never_made_over_something(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(VaultError, match="not empty"):
        create_vault(tmp_path, passphrase="p", cost=CHEAP)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"format": 1}', b"[1]", b'{"format": 1, "salt": "?"}'])
def test_a_damaged_vault_file_says_so(tmp_path: Path, damage: bytes) -> None:
    create_vault(tmp_path / "v", passphrase="p", cost=CHEAP)
    (tmp_path / "v" / FILE).write_bytes(damage)
    with pytest.raises(VaultError, match="is damaged"):
        open_vault(tmp_path / "v", "p")


def test_no_vault_and_a_newer_one_say_so(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="holds no vault"):
        open_vault(tmp_path, "p")
    (tmp_path / FILE).write_text('{"format": 99}')
    with pytest.raises(VaultError, match="newer"):
        open_vault(tmp_path, "p")


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "f"
    write_whole(target, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(VaultError, match="no room left on the disk"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
