"""A vault from the command line: made, saved, moved, checked, recovered; and what a crash leaves of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asylon.vault.agefile import new_age_key
from asylon.vault.archive import read_archive, verify_archive
from tests.cli.vaults import PASSPHRASE, PASSWORD, killed, only_share, run, shares_of, work
from tests.postgres import PostgresServer, postgres_server

KEY = new_age_key()
OTHER = new_age_key()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with forty invented people and a paper; nobody changes it."""
    root = tmp_path_factory.mktemp("vaults") / "vault"
    made = run("vault", "init", root, "--organisation", "Refuge", "--user", "noa", "--name", "Noa", "--holders", 3)
    assert made.code == 2, "without proof that the shares were written down no vault is made"
    assert not root.exists()
    made = run(*INIT, root, "--holders", 3, "--no-check")
    assert made.code == 0, made.err
    (root.parent / "shares").write_text(made.out)
    work("found_demo", root, PASSWORD)
    work("add_paper", root)
    return root


INIT = ("vault", "init", "--organisation", "Refuge", "--user", "noa", "--name", "Noa")


@pytest.fixture
def vault(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(f"# created for a test\n{KEY.identity}\n")
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as found:
        if isinstance(found, str):
            pytest.skip(f"no PostgreSQL: {found}")
        yield found


def rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, row in read_archive(path, KEY.identity).rows():
        found.setdefault(table, []).append(row)
    return found


def back_up(vault: Path, out: Path) -> None:
    done = run("vault", "backup", "--vault", vault, out, "--to", KEY.recipient)
    assert done.code == 0, done.err


def is_sound(vault: Path) -> bool:
    done = run("vault", "check", "--vault", vault)
    return done.code == 0 and "Nothing is damaged" in done.out


# ---------------------------------------------------------------- init


def test_shares_are_shown_once_and_words_are_asked_back(tmp_path: Path) -> None:
    refused = run(*INIT, tmp_path / "v", typed="wrong\n" * 4)
    assert refused.code == 2
    assert "That is another word" in refused.err
    assert not (tmp_path / "v").exists()
    assert list(tmp_path.iterdir()) == [], "nothing is left beside it"


def test_words_typed_back_rightly_make_the_vault(tmp_path: Path) -> None:
    with only_share(*INIT, tmp_path / "v"):
        assert not (tmp_path / "v").exists(), "nothing is there before the words are proved"
    assert is_sound(tmp_path / "v")


def test_vault_is_for_its_owner_only_and_holds_no_secret_in_clear(demo: Path) -> None:
    assert demo.stat().st_mode & 0o777 == 0o700
    for path in demo.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path.name
            content = path.read_bytes()
            for secret in (PASSPHRASE, PASSWORD, "Refuge", "Nazarshoev", "SQLite format"):
                assert secret.encode() not in content, path.name


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--holders", 2, "--threshold", 3), "3 shares cannot be asked of 2 holders"),
        (("--holders", 3, "--threshold", 1), "each holder alone could open everything"),
        (("--backup-to", "age1nonsense"), "it is not an age recipient"),
        (("--backup-to", KEY.identity), "it is a private key"),
        (("--administrator", "Not A Name"), "is no user name"),
        (("--administrator", "noa"), "is the lead"),
        (("--database", "mysql://x/y"), "is not one of PostgreSQL"),
    ],
)
def test_init_refuses_what_makes_no_vault(tmp_path: Path, more: tuple[object, ...], said: str) -> None:
    done = run(*INIT, tmp_path / "v", "--no-check", *more)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert KEY.identity not in done.err
    assert list(tmp_path.iterdir()) == []


def test_init_refuses_weak_words(tmp_path: Path) -> None:
    done = run(*INIT, tmp_path / "v", "--no-check", more={"ASYLON_PASSPHRASE": "aaaaaaaaaaaaaaaa"})
    assert (done.code, done.err) == (2, "ASYLON_PASSPHRASE: is easy to guess; join five or six unrelated words.\n")
    done = run(*INIT, tmp_path / "v", "--no-check", more={"ASYLON_PASSWORD": "short"})
    assert done.code == 2
    assert "the first account: This password is too short" in done.err
    assert list(tmp_path.iterdir()) == []


def test_init_writes_over_nothing(vault: Path) -> None:
    done = run(*INIT, vault, "--no-check")
    assert done.code == 2
    assert "is not empty" in done.err
    assert is_sound(vault)


def test_administrator_apart_holds_no_key(tmp_path: Path) -> None:
    assert run(*INIT, tmp_path / "v", "--no-check", "--administrator", "olga").code == 0
    assert work("look", tmp_path / "v", "olga", PASSWORD) == {"opened": 0, "index": False, "lead": False}
    assert work("look", tmp_path / "v", "noa", PASSWORD) == {"opened": 0, "index": True, "lead": True}


# ---------------------------------------------------------------- keys that are wrong, files that are damaged


def test_wrong_passphrase_opens_nothing(vault: Path, tmp_path: Path) -> None:
    for words in (("check",), ("verify-trail",), ("backup", tmp_path / "out.age", "--to", KEY.recipient)):
        done = run(
            "vault", words[0], "--vault", vault, *words[1:], more={"ASYLON_PASSPHRASE": "another one altogether"}
        )
        assert (done.code, done.out) == (2, "")
        assert "the passphrase is wrong or the file damaged; type it again" in done.err
    assert not (tmp_path / "out.age").exists()


def test_folder_without_a_vault_is_said(tmp_path: Path) -> None:
    done = run("vault", "check", "--vault", tmp_path)
    assert done.code == 2
    assert "holds no vault; name the folder with --vault" in done.err


def test_damaged_database_is_named_and_not_read(vault: Path) -> None:
    store = vault / "desk.db"
    content = bytearray(store.read_bytes())
    content[len(content) // 2] ^= 0xFF
    store.write_bytes(content)
    done = run("vault", "check", "--vault", vault)
    assert done.code == 1
    assert "The database is damaged" in done.out
    assert "restore the last backup" in done.out
    plain = json.loads(run("vault", "check", "--vault", vault, "--json").out)
    assert (plain["sound"], plain["trail"]) == (False, None)


def test_store_of_another_vault_is_refused(vault: Path, tmp_path: Path) -> None:
    assert run(*INIT, tmp_path / "other", "--no-check").code == 0
    shutil.copy(tmp_path / "other" / "desk.db", vault / "desk.db")
    done = run("vault", "check", "--vault", vault)
    assert done.code == 2
    assert "The database cannot be opened with this key" in done.err


def test_missing_paper_is_told_and_the_rest_is_saved(vault: Path, tmp_path: Path) -> None:
    (paper,) = [path for path in (vault / "papers").rglob("*") if path.is_file()]
    paper.unlink()
    assert "1 paper cannot be opened" in run("vault", "check", "--vault", vault).out
    done = run("vault", "backup", "--vault", vault, tmp_path / "out.age", "--to", KEY.recipient)
    assert done.code == 0
    assert "1 paper could not be saved" in done.out


def left_over(vault: Path, size: int, *, hours: float, name: str = "") -> Path:
    path = vault / "papers" / "ab" / (name or f"{size:032x}")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\0" * size)
    os.utime(path, (then := time.time() - hours * 3600, then))
    return path


def test_leftover_papers_are_counted_and_removed_on_demand_only(vault: Path) -> None:
    (paper,) = [path for path in (vault / "papers").rglob("*") if path.is_file()]
    os.utime(paper, (0, 0))
    gone = [left_over(vault, 1000, hours=2), left_over(vault, 1500, hours=90, name=f".{'c' * 32}.part")]
    kept = [paper, left_over(vault, 9, hours=0.9), left_over(vault, 8, hours=9, name="notes.txt")]
    for _twice in range(2):
        done = run("vault", "check", "--vault", vault)
        assert done.code == 0, "they are no damage"
        assert "Nothing is damaged." in done.out
        assert "belonging to no paper: 2 sealed files (2,500 bytes). They harm nothing." in done.out
        assert "run it again with --remove-leftovers" in done.out
    plain = json.loads(run("vault", "check", "--vault", vault, "--json").out)
    assert (plain["sound"], plain["leftovers"]) == (True, {"files": 2, "bytes": 2500, "removed": False})
    assert all(path.exists() for path in gone)
    done = run("vault", "check", "--vault", vault, "--remove-leftovers")
    assert done.code == 0
    assert "Removed, since they belonged to no paper: 2 sealed files (2,500 bytes)." in done.out
    assert [path.exists() for path in (*gone, *kept)] == [False, False, True, True, True]
    assert work("last_act", vault) == {"action": "vault.leftovers_removed", "count": 2, "detail": {}}
    again = run("vault", "check", "--vault", vault, "--remove-leftovers")
    assert (again.code, again.out.count("\n")) == (0, 1), "there is nothing to remove and nothing to record"
    assert work("last_act", vault)["count"] == 2


def test_leftover_papers_stay_while_something_is_damaged(vault: Path) -> None:
    left = left_over(vault, 10, hours=5)
    work("change_trail", vault)
    done = run("vault", "check", "--vault", vault, "--remove-leftovers")
    assert done.code == 1
    assert "They are not removed while something is damaged" in done.out
    assert left.exists()


# ---------------------------------------------------------------- backup and restore


def test_backup_holds_everything_and_says_so(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.age"
    done = run("vault", "backup", "--vault", vault, out, "--to", KEY.recipient, "--json")
    plain = json.loads(done.out)
    assert plain["rows"]["desk_case"] > 3
    assert plain["rows"]["desk_event"] > 20
    assert (plain["papers"], plain["missing_papers"]) == (1, 0)
    assert not {"django_session", "desk_cache", "django_content_type"} & set(plain["rows"])
    assert verify_archive(out, KEY.identity).rows == plain["rows"]
    trail = json.loads(run("vault", "verify-trail", "--vault", vault, "--json").out)
    assert trail["rows"] == plain["trail"]["seq"] + 1


def test_backup_goes_to_those_named_when_the_vault_was_made(tmp_path: Path) -> None:
    vault, out = tmp_path / "v", tmp_path / "out.age"
    assert run("vault", "backup", "--vault", vault, out).code == 2
    assert run(*INIT, vault, "--no-check", "--backup-to", KEY.recipient).code == 0
    assert run("vault", "backup", "--vault", vault, out).code == 0
    assert verify_archive(out, KEY.identity).rows["desk_user"] == 1


def test_backup_without_a_recipient_is_refused(vault: Path, tmp_path: Path) -> None:
    done = run("vault", "backup", "--vault", vault, tmp_path / "out.age")
    assert done.code == 2
    assert "recipients: there is none; name at least one key that begins with age1" in done.err


def test_backup_key_opens_what_was_written_for_it(vault: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(run("vault", "backup-key").out)
    recipient = re.search(r"age1\w+", key.read_text())
    assert recipient
    out = tmp_path / "out.age"
    assert run("vault", "backup", "--vault", vault, out, "--to", recipient[0]).code == 0
    assert run("vault", "restore", out, tmp_path / "back", "--identity", key).code == 0


def test_restored_vault_is_the_same_under_a_new_key(vault: Path, tmp_path: Path, identity: Path) -> None:
    out, again, back = tmp_path / "out.age", tmp_path / "again.age", tmp_path / "back"
    back_up(vault, out)
    done = run(
        "vault", "restore", out, back, "--identity", identity, more={"ASYLON_PASSPHRASE": "a new passphrase by the sea"}
    )
    assert done.code == 0, done.err
    assert "The trail is whole" in done.out
    old, new = (json.loads((folder / "vault.json").read_text()) for folder in (vault, back))
    assert old["main_key"] != new["main_key"]
    new_words = {"ASYLON_PASSPHRASE": "a new passphrase by the sea"}
    assert run("vault", "check", "--vault", back).code == 2, "the old passphrase opens nothing"
    assert run("vault", "check", "--vault", back, more=new_words).code == 0
    assert run("vault", "backup", "--vault", back, again, "--to", KEY.recipient, more=new_words).code == 0
    compare(rows(out), rows(again))
    assert {"name", "file"} <= {row["kind"] for row in rows(again)["desk_indexkey"]}
    assert work("look", back, "noa", PASSWORD, more=new_words) == work("look", vault, "noa", PASSWORD)
    (paper,) = [path.read_bytes() for path in (vault / "papers").rglob("*") if path.is_file()]
    (copied,) = [path.read_bytes() for path in (back / "papers").rglob("*") if path.is_file()]
    assert paper == copied


def compare(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> None:
    """Hold two backups against each other, row by row; only the trail went on, by the act of restoring."""
    grown = {"desk_trailrow", "desk_trailhead", "vault"}
    assert set(before) == set(after)
    for table in set(before) - grown:
        assert before[table] == after[table], table
    kept = len(before["desk_trailrow"])
    assert after["desk_trailrow"][:kept] == before["desk_trailrow"]
    assert [row["action"] for row in after["desk_trailrow"][kept:]] == ["vault.restored"]
    keys = [found["vault"][0]["keys"] for found in (before, after)]
    assert keys[0] == keys[1]


def test_rows_go_to_postgresql_and_back(vault: Path, tmp_path: Path, identity: Path, server: PostgresServer) -> None:
    import psycopg

    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE moved")
    address = f"postgresql://{server.user}@/moved?host={server.host}&port={server.port}"
    first, second, third = (tmp_path / f"{name}.age" for name in ("first", "second", "third"))
    back_up(vault, first)
    done = run("vault", "restore", first, tmp_path / "pg", "--identity", identity, "--database", address)
    assert done.code == 0, done.err
    assert not (tmp_path / "pg" / "desk.db").exists()
    assert is_sound(tmp_path / "pg")
    back_up(tmp_path / "pg", second)
    compare(rows(first), rows(second))
    assert work("look", tmp_path / "pg", "noa", PASSWORD)["opened"] == work("look", vault, "noa", PASSWORD)["opened"]
    refused = run("vault", "restore", first, tmp_path / "pg2", "--identity", identity, "--database", address)
    assert refused.code == 2
    assert "holds the rows of a vault already" in refused.err
    assert not (tmp_path / "pg2").exists()
    assert run("vault", "restore", second, tmp_path / "back", "--identity", identity).code == 0
    assert is_sound(tmp_path / "back")
    back_up(tmp_path / "back", third)
    compare(rows(second), rows(third))
    gone = run(
        "vault", "evacuate", "--vault", tmp_path / "pg", tmp_path / "gone.age", "--to", KEY.recipient,
        "--identity", identity, "--remove",
    )  # fmt: skip
    assert gone.code == 0, gone.err
    with psycopg.connect(server.dsn.replace("dbname=postgres", "dbname=moved")) as connection:
        for table in ("desk_case", "desk_user", "desk_trailrow", "django_session"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_other_key_and_damaged_backups_restore_nothing(vault: Path, tmp_path: Path, identity: Path) -> None:
    out, other = tmp_path / "out.age", tmp_path / "other.txt"
    back_up(vault, out)
    other.write_text(OTHER.identity)
    content = out.read_bytes()
    damaged, cut, empty = tmp_path / "damaged.age", tmp_path / "cut.age", tmp_path / "empty"
    damaged.write_bytes(content[:-5000] + bytes([content[-5000] ^ 1]) + content[-4999:])
    cut.write_bytes(content[:-70000])
    empty.write_text("nothing")
    for words, said in (
        ((out, "--identity", other), "this key does not open it"),
        ((damaged, "--identity", identity), "it is damaged"),
        ((cut, "--identity", identity), "its end is missing"),
        ((out, "--identity", empty), "holds no key"),
        ((out, "--identity", tmp_path / "nowhere"), "could not be read"),
    ):
        done = run("vault", "restore", words[0], tmp_path / "back", *words[1:])
        assert (done.code, done.out) == (2, "")
        assert said in done.err
    assert not (tmp_path / "back").exists()


# ---------------------------------------------------------------- the trail


def test_changed_row_is_found(vault: Path) -> None:
    work("change_trail", vault)
    done = run("vault", "verify-trail", "--vault", vault)
    assert (done.code, done.out) == (1, "Row 5 was changed after it was written.\n")
    assert run("vault", "check", "--vault", vault).code == 1


def test_rows_cut_off_with_the_head_are_found_by_what_was_noted(vault: Path) -> None:
    noted = work("cut_trail", vault)
    seq, digest = noted["seq"], str(noted["hash"])
    assert run("vault", "verify-trail", "--vault", vault).code == 0, "only a note tells"
    by_hand = " ".join(digest[at : at + 4] for at in range(0, 16, 4))
    done = run("vault", "verify-trail", "--vault", vault, "--anchor", f"{seq} {by_hand}")
    assert done.code == 1
    assert f"Row {seq} and whatever followed it are missing" in done.out
    plain = json.loads(run("vault", "verify-trail", "--vault", vault, "--json", "--anchor", f"{seq} {digest}").out)
    assert (plain["whole"], plain["broken"]) == (False, "cut at the end")


def test_rows_cut_off_are_found_by_the_file_of_anchors(vault: Path, tmp_path: Path) -> None:
    back_up(vault, tmp_path / "out.age")
    work("cut_trail", vault)
    assert run("vault", "verify-trail", "--vault", vault).code == 1


def test_wrong_note_is_a_rewritten_row_and_nonsense_is_refused(vault: Path) -> None:
    done = run("vault", "verify-trail", "--vault", vault, "--anchor", "3 " + "0" * 16)
    assert done.code == 1
    assert "Row 3 is not the one that was noted" in done.out
    for text in ("3", "x 0011223344556677", "3 001122", "0 0011223344556677"):
        done = run("vault", "verify-trail", "--vault", vault, "--anchor", text)
        assert done.code == 2
        assert "write it as noted" in done.err


# ---------------------------------------------------------------- recovery


def test_two_of_three_holders_give_everything_back(demo: Path, vault: Path) -> None:
    first, _second, third = shares_of((demo.parent / "shares").read_text())
    cases = work("bar", vault, "miriam")["cases"]
    new = {"ASYLON_PASSWORD": "another password by the river"}
    done = run("vault", "recover", "--vault", vault, "--user", "Miriam", typed=f"{third}\n{first.upper()}\n", more=new)
    assert done.code == 0, done.err
    assert f"leads {cases - 1} cases" in done.out
    assert "1 case stayed shut" in done.out
    assert work("look", vault, "miriam", PASSWORD) == {"opened": None}
    found = work("look", vault, "miriam", new["ASYLON_PASSWORD"])
    assert found == {"opened": cases - 1, "index": True, "lead": True}
    assert is_sound(vault)


def test_shares_that_do_not_fit_change_nothing(demo: Path, vault: Path) -> None:
    first, second, _third = shares_of((demo.parent / "shares").read_text())
    words = second.split()
    for typed, said in (
        (f"{first}\n{first}\n", "it is the same as share 1"),
        (f"{first}\n{' '.join(words[:-1])} nonsensical\n", "is not in the list of words"),
        (f"{first}\n{' '.join(words[:-1])}\n", "it has 32 words instead of 33"),
    ):
        done = run("vault", "recover", "--vault", vault, "--user", "miriam", typed=typed)
        assert done.code == 2
        assert said in done.err
    assert "is no open account" in run("vault", "recover", "--vault", vault, "--user", "nobody").err
    assert work("look", vault, "noa", PASSWORD)["opened"]


# ---------------------------------------------------------------- evacuation


def test_evacuation_leaves_nothing_here_and_everything_there(vault: Path, tmp_path: Path, identity: Path) -> None:
    out = tmp_path / "out.age"
    before = work("look", vault, "noa", PASSWORD)
    done = run("vault", "evacuate", "--vault", vault, out, "--to", KEY.recipient, "--identity", identity, "--remove")
    assert done.code == 0, done.err
    assert not vault.exists()
    assert run("vault", "restore", out, vault, "--identity", identity).code == 0
    assert work("look", vault, "noa", PASSWORD) == before
    assert is_sound(vault)


def test_evacuation_without_a_recipient_is_refused_and_removes_nothing(vault: Path, tmp_path: Path) -> None:
    """A file that only a forgotten key opens would be the end of every case."""
    out = tmp_path / "out.age"
    done = run("vault", "evacuate", "--vault", vault, out, "--remove", typed=f"{vault.name}\n")
    assert done.code == 2
    assert "recipient" in done.err
    assert not out.exists()
    assert is_sound(vault)


def test_nothing_is_removed_without_the_key_or_a_word(vault: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(OTHER.identity)
    words = ("vault", "evacuate", "--vault", vault, "--to", KEY.recipient, "--remove")
    refused = run(*words, tmp_path / "a.age", "--identity", other)
    assert (refused.code, "this key does not open it" in refused.err) == (2, True)
    refused = run(*words, tmp_path / "b.age", typed="yes\n")
    assert (refused.code, "was not removed" in refused.err) == (2, True)
    assert is_sound(vault)
    refused = run(*words, tmp_path / "b.age", typed="vault\n")
    assert "is there already" in refused.err
    assert is_sound(vault)
    inside = run(*words, vault / "c.age", typed="vault\n")
    assert "lies in the folder of the vault" in inside.err
    assert run(*words, tmp_path / "c.age", typed="vault\n").code == 0
    assert not vault.exists()


# ---------------------------------------------------------------- every night


def test_the_board_is_reckoned_for_the_morning(vault: Path) -> None:
    held = run("vault", "reckon", "--vault", vault, "--all")
    count = int(held.out.split()[0])
    assert (held.code, count > 0, held.out.split()[1:]) == (0, True, ["cases", "reckoned."])
    assert json.loads(run("vault", "reckon", "--vault", vault, "--json").out) == {"reckoned": 0}


# ---------------------------------------------------------------- crashes and full disks


@pytest.mark.parametrize("moment", ["..out.age.unchecked.part", ".out.age.unchecked"])
def test_backup_that_is_killed_leaves_the_old_one_whole(vault: Path, tmp_path: Path, moment: str) -> None:
    out = tmp_path / "out.age"
    back_up(vault, out)
    kept = out.read_bytes()
    words = ("vault", "backup", "--vault", vault, out, "--to", KEY.recipient)
    assert killed(*words, when=(tmp_path / moment).exists) == -signal.SIGKILL
    assert out.read_bytes() == kept
    assert is_sound(vault)
    back_up(vault, out)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("moment", ["written", "key gone", "store gone"])
def test_evacuation_that_is_killed_loses_nothing(vault: Path, tmp_path: Path, identity: Path, moment: str) -> None:
    out = tmp_path / "out.age"
    when = {
        "written": out.exists,
        "key gone": lambda: not (vault / "vault.json").exists(),
        "store gone": lambda: not (vault / "desk.db").exists(),
    }[moment]
    killed(
        "vault", "evacuate", "--vault", vault, out, "--to", KEY.recipient, "--identity", identity, "--remove", when=when
    )
    assert verify_archive(out, KEY.identity).papers == 1, "what was taken along is whole"
    if not (vault / "vault.json").exists():
        assert run("vault", "restore", out, tmp_path / "back", "--identity", identity).code == 0
        assert is_sound(tmp_path / "back")
        assert moment != "written"


@pytest.mark.parametrize("moment", ["vault.json", "desk.db", "desk.db-wal", "papers.part"])
def test_restore_that_is_killed_leaves_no_half_vault(vault: Path, tmp_path: Path, identity: Path, moment: str) -> None:
    out, back = tmp_path / "out.age", tmp_path / "back"
    back_up(vault, out)
    words = ("vault", "restore", out, back, "--identity", identity)
    assert killed(*words, when=(tmp_path / ".back.part" / moment).exists) == -signal.SIGKILL
    assert not back.exists()
    assert run(*words).code == 0
    assert is_sound(back)
    assert not (tmp_path / ".back.part").exists()


def test_backup_on_a_full_disk_is_said_and_the_old_one_stays(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.age"
    back_up(vault, out)
    kept = out.read_bytes()
    done = run("vault", "backup", "--vault", vault, out, "--to", KEY.recipient, largest_file=200_000)
    assert done.code == 2
    assert "there is no room left on the disk" in done.err
    assert out.read_bytes() == kept
    assert is_sound(vault)


def test_restore_on_a_full_disk_leaves_nothing_by_halves(vault: Path, tmp_path: Path, identity: Path) -> None:
    out, back = tmp_path / "out.age", tmp_path / "back"
    back_up(vault, out)
    for size in (100_000, 700_000):
        done = run("vault", "restore", out, back, "--identity", identity, largest_file=size)
        assert done.code == 2, done.err
        assert re.search("disk|room|space", done.err)
        assert "Traceback" not in done.err
        assert not back.exists()
        assert not (tmp_path / ".back.part").exists()
    assert run("vault", "restore", out, back, "--identity", identity).code == 0


def test_evacuation_on_a_full_disk_removes_nothing(vault: Path, tmp_path: Path, identity: Path) -> None:
    words = ("vault", "evacuate", "--vault", vault, tmp_path / "out.age", "--to", KEY.recipient)
    done = run(*words, "--identity", identity, "--remove", largest_file=200_000)
    assert done.code == 2
    assert not (tmp_path / "out.age").exists()
    assert is_sound(vault)
