"""New secrets for an old vault: another passphrase, other recovery words; and what a crash between leaves."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from asylon.vault.agefile import new_age_key
from tests.cli.vaults import PASSPHRASE, PASSWORD, crashed, only_share, run, shares_of, work
from tests.postgres import PostgresServer, postgres_server

INIT = ("vault", "init", "--organisation", "Refuge", "--user", "noa", "--name", "Noa", "--no-check")
NEW = "eleven quiet herons by the weir"
OTHER = {"ASYLON_PASSPHRASE": NEW}
KEY = new_age_key()
RECOVERED = {"ASYLON_PASSWORD": "another password by the river"}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with some cases and three holders, two of whom are needed; nobody changes it."""
    root = tmp_path_factory.mktemp("vaults") / "vault"
    made = run(*INIT, root, "--holders", 3)
    assert made.code == 0, made.err
    (root.parent / "shares").write_text(made.out)
    work("found_demo", root, PASSWORD)
    return root


@pytest.fixture
def vault(office: Path, tmp_path: Path) -> Path:
    shutil.copytree(office, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def old(office: Path) -> list[str]:
    return shares_of((office.parent / "shares").read_text())


def content(vault: Path) -> dict[str, bytes]:
    return {str(path.relative_to(vault)): path.read_bytes() for path in vault.rglob("*") if path.is_file()}


def opens(vault: Path, words: dict[str, str] | None = None) -> bool:
    done = run("vault", "check", "--vault", vault, more=words)
    assert done.code in (0, 2), done.out
    return done.code == 0 and "Nothing is damaged" in done.out


# ---------------------------------------------------------------- the passphrase


def change(vault: Path, new: str = NEW, **more: str) -> tuple[int, str, str]:
    done = run("vault", "passphrase", "--vault", vault, more={"ASYLON_NEW_PASSPHRASE": new, **more})
    return done.code, done.out, done.err


def test_new_passphrase_opens_and_the_old_one_does_not(vault: Path) -> None:
    before, store = json.loads((vault / "vault.json").read_text()), work("look", vault, "noa", PASSWORD)
    code, said, err = change(vault)
    assert (code, err) == (0, "")
    assert "Backups made before still open with the keys they were made for" in said
    assert "A copy of the folder made before still opens with the old passphrase" in said
    after = json.loads((vault / "vault.json").read_text())
    assert {key for key in after if after[key] != before[key]} == {"main_key", "salt"}
    assert not opens(vault)
    assert opens(vault, OTHER)
    assert work("look", vault, "noa", PASSWORD, more=OTHER) == store
    assert (vault / "vault.json").stat().st_mode & 0o777 == 0o600
    assert work("last_act", vault, more=OTHER)["action"] == "vault.passphrase_changed"


def test_backups_and_what_a_restore_kept_outlive_the_passphrase(vault: Path, tmp_path: Path) -> None:
    out, back, identity = tmp_path / "out.age", tmp_path / "back", tmp_path / "key.txt"
    identity.write_text(KEY.identity)
    assert run("vault", "backup", "--vault", vault, out, "--to", KEY.recipient).code == 0
    assert run("vault", "restore", out, back, "--identity", identity).code == 0
    assert change(back)[0] == 0
    assert opens(back, OTHER), "the trail goes on under the key that came with the backup"
    assert run("vault", "restore", out, tmp_path / "again", "--identity", identity).code == 0


@pytest.mark.parametrize(
    ("new", "present", "said"),
    [
        (NEW, "another one altogether", "the passphrase is wrong or the file damaged; type it again"),
        ("short", PASSPHRASE, "ASYLON_NEW_PASSPHRASE: is shorter than"),
        ("aaaaaaaaaaaaaaaa", PASSPHRASE, "ASYLON_NEW_PASSPHRASE: is easy to guess"),
    ],
)
def test_wrong_or_weak_passphrase_changes_no_byte(vault: Path, new: str, present: str, said: str) -> None:
    before = content(vault)
    code, out, err = change(vault, new, ASYLON_PASSPHRASE=present)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert content(vault) == before


def test_new_passphrase_is_typed_twice_and_may_be_given_up(vault: Path) -> None:
    before = content(vault)
    done = run("vault", "passphrase", "--vault", vault, typed=f"short\n{NEW}\nsomething else\n{NEW}\n{NEW}\n")
    assert done.code == 0, done.err
    assert "It is shorter than" in done.err
    assert "The two differ; type the same twice." in done.err
    assert content(vault) != before
    assert opens(vault, OTHER)
    before = content(vault)
    done = run("vault", "passphrase", "--vault", vault, typed=f"{NEW}\n", more=OTHER)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("Stopped; nothing was written.\n")
    assert content(vault) == before


@pytest.mark.parametrize(
    ("moment", "place", "is_changed"),
    [
        ("before", "asylon.cli.vaultkeys:seal_vault", False),
        ("before", "asylon.vault.disk:os.fsync", False),
        ("before", "asylon.vault.disk:sync_folder", True),
        ("after", "asylon.cli.vaultkeys:seal_vault", True),
    ],
)
def test_kill_while_the_passphrase_changes_leaves_one_that_opens(
    vault: Path, moment: str, place: str, is_changed: bool
) -> None:
    words = ("vault", "passphrase", "--vault", vault)
    crashed(moment, place, *words, more={"ASYLON_NEW_PASSPHRASE": NEW})
    assert (opens(vault), opens(vault, OTHER)) == (not is_changed, is_changed)
    present = OTHER if is_changed else {}
    assert change(vault, "a third one for the same door", **present)[0] == 0
    assert opens(vault, {"ASYLON_PASSPHRASE": "a third one for the same door"})


def test_full_disk_keeps_the_old_passphrase(tmp_path: Path) -> None:
    from asylon.errors import VaultError
    from asylon.vault.sealing import Cost
    from asylon.vault.store import create_vault, open_vault, seal_vault

    made = create_vault(tmp_path / "v", passphrase="one two three", cost=Cost(1, 1024 * 1024))
    before = content(tmp_path / "v")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(VaultError, match=r"no room left on the disk for it; .* what stood there before is whole"):
            seal_vault(made, NEW)
    assert content(tmp_path / "v") == before
    assert open_vault(tmp_path / "v", "one two three").main_key == made.main_key


# ---------------------------------------------------------------- the recovery words


def renew(vault: Path, shares: list[str], *more: object) -> tuple[int, str, str]:
    words = ("vault", "new-words", "--vault", vault, *(more or ("--holders", 3, "--no-check")))
    done = run(*words, typed="".join(f"{share}\n" for share in shares))
    return done.code, done.out, done.err


def recovers(vault: Path, shares: list[str]) -> str:
    """Return the refusal of these shares, empty when they gave Miriam every case; the vault stays as it was."""
    tried = vault.with_name("tried")
    shutil.rmtree(tried, ignore_errors=True)
    shutil.copytree(vault, tried)
    typed = "".join(f"{share}\n" for share in shares)
    done = run("vault", "recover", "--vault", tried, "--user", "miriam", typed=typed, more=RECOVERED)
    if done.code:
        return done.err
    found = work("look", tried, "miriam", RECOVERED["ASYLON_PASSWORD"])
    assert found == {"opened": work("wraps", tried)["cases"], "index": True, "lead": True}
    return ""


def test_new_words_open_everything_and_the_old_ones_nothing(vault: Path, old: list[str]) -> None:
    before, seen = work("wraps", vault), work("look", vault, "noa", PASSWORD)
    code, out, err = renew(vault, old[1:], "--holders", 5, "--threshold", 3, "--no-check")
    assert code == 0, err
    new = shares_of(out)
    assert len(new) == 5
    assert "the old ones nothing" in out
    assert "Backups made before still open to the old words" in out
    assert recovers(vault, new[2:]) == ""
    assert "an older key of this one" in recovers(vault, [*old])
    after = work("wraps", vault)
    assert not set(before["wraps"]) & set(after["wraps"])
    assert len(after["wraps"]) == before["cases"] + 2
    assert work("look", vault, "noa", PASSWORD) == seen, "people go on working with their own keys"
    assert work("last_act", vault) == {
        "action": "vault.words_renewed",
        "count": before["cases"],
        "detail": {"holders": 5, "threshold": 3},
    }
    assert opens(vault)
    assert renew(vault, new[:3])[0] == 0, "and again"


def test_old_words_do_not_open_any_wrap(vault: Path, old: list[str]) -> None:
    public = bytes.fromhex(work("wraps", vault)["public"])
    assert work("opened_by", vault, *old[:2], public.hex())["opened"] == work("wraps", vault)["cases"] + 2
    assert renew(vault, old[:2])[0] == 0
    assert work("opened_by", vault, *old[:2], public.hex())["opened"] == 0


def test_case_opened_afterwards_is_for_the_new_words(vault: Path, old: list[str]) -> None:
    code, out, _err = renew(vault, old[:2], "--holders", 1, "--no-check")
    assert code == 0
    cases = work("open_case", vault, PASSWORD)["cases"]
    assert work("wraps", vault)["cases"] == cases
    assert recovers(vault, shares_of(out)) == ""


def test_backup_from_before_opens_to_the_old_words_only(vault: Path, old: list[str], tmp_path: Path) -> None:
    first, second, identity = tmp_path / "first.age", tmp_path / "second.age", tmp_path / "key.txt"
    identity.write_text(KEY.identity)
    assert run("vault", "backup", "--vault", vault, first, "--to", KEY.recipient).code == 0
    new = shares_of(renew(vault, old[:2])[1])
    assert run("vault", "backup", "--vault", vault, second, "--to", KEY.recipient).code == 0
    for out, good, bad in ((first, old, new), (second, new, old)):
        back = tmp_path / out.stem
        assert run("vault", "restore", out, back, "--identity", identity).code == 0
        assert recovers(back, good[:2]) == ""
        assert "an older key of this one" in recovers(back, bad[:2])


def test_words_that_do_not_fit_change_no_byte(vault: Path, old: list[str]) -> None:
    before = content(vault)
    words = old[1].split()
    for shares, more, said in (
        ([old[0], old[0]], (), "it is the same as share 1"),
        ([old[0], f"{' '.join(words[:-1])} nonsensical"], (), "is not in the list of words"),
        ([old[0]], (), "Stopped; nothing was written."),
        (old[:2], ("--holders", 2, "--threshold", 3), "3 shares cannot be asked of 2 holders"),
        (old[:2], ("--holders", 3), "That is another word"),  # nobody proves that the new words were written down
    ):
        typed = [*shares, "wrong", "wrong"] if "That" in said else shares
        code, out, err = renew(vault, typed, *more)
        assert code == 2, out
        assert said in err
        assert "Share 1 of" not in out or "That" in said, "no new word is shown to whoever lacks the old ones"
        assert content(vault) == before
    assert run("vault", "new-words", "--vault", vault).code == 2, "how many holders is said, never guessed"


def test_words_of_another_vault_change_nothing(vault: Path, tmp_path: Path) -> None:
    other = run(*INIT, tmp_path / "other", "--holders", 3)
    before = content(vault)
    code, _out, err = renew(vault, shares_of(other.out)[:2])
    assert code == 2
    assert "they rebuild the key of another vault" in err
    assert content(vault) == before


def test_proof_of_the_new_words_is_asked_before_anything_changes(vault: Path, old: list[str]) -> None:
    before, command = content(vault)["vault.json"], ("vault", "new-words", "--vault", vault, "--holders", "1")
    with only_share(*command, typed=f"{old[0]}\n{old[2]}\n") as words:
        assert recovers(vault, old[:2]) == "", "while the new words are on the screen the old ones are good"
    assert content(vault)["vault.json"] == before
    assert recovers(vault, [words]) == ""
    assert recovers(vault, old[:2])


@pytest.mark.parametrize(
    ("moment", "place", "is_renewed"),
    [
        ("before", "asylon.desk.services.recovery:recovery_renew", False),
        ("before", "asylon.desk.services.recovery:record", False),  # every wrap is written, nothing is committed
        ("after", "asylon.desk.services.recovery:record", False),
        ("after", "asylon.desk.services.recovery:recovery_renew", True),
    ],
)
def test_kill_while_the_words_change_leaves_old_or_new_ones_good(
    vault: Path, old: list[str], moment: str, place: str, is_renewed: bool
) -> None:
    words = ("vault", "new-words", "--vault", vault, "--holders", 3, "--no-check")
    new = shares_of(crashed(moment, place, *words, typed=f"{old[0]}\n{old[1]}\n").out)
    assert len(new) == 3
    assert opens(vault)
    assert recovers(vault, new[:2] if is_renewed else old[:2]) == ""
    assert recovers(vault, old[:2] if is_renewed else new[:2])
    assert (work("last_act", vault)["action"] == "vault.words_renewed") == is_renewed


# ---------------------------------------------------------------- on a server


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as found:
        if isinstance(found, str):
            pytest.skip(f"no PostgreSQL: {found}")
        yield found


def test_secrets_change_on_a_server_too(tmp_path: Path, server: PostgresServer) -> None:
    import psycopg

    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE secrets")
    address = f"postgresql://{server.user}@/secrets?host={server.host}&port={server.port}"
    vault = tmp_path / "pg"
    made = run(*INIT, vault, "--holders", 3, "--database", address)
    assert made.code == 0, made.err
    work("found_demo", vault, PASSWORD)
    old, public = shares_of(made.out), work("wraps", vault)["public"]
    words = ("vault", "new-words", "--vault", vault, "--holders", 3, "--no-check")
    crashed("before", "asylon.desk.services.recovery:record", *words, typed=f"{old[0]}\n{old[1]}\n")
    cases = work("wraps", vault)["cases"]
    assert work("opened_by", vault, *old[:2], public)["opened"] == cases + 2
    code, _out, err = renew(vault, old[:2])
    assert code == 0, err
    assert work("opened_by", vault, *old[:2], public)["opened"] == 0
    assert work("renew_beside_new_rows", vault, PASSWORD) == {"for the new keys": 3}
    assert change(vault)[0] == 0
    assert opens(vault, OTHER)
