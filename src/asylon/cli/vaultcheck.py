"""`asylon vault check`, `verify-trail`: whether a vault is sound."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asylon.cli.asking import asked_passphrase
from asylon.cli.building import opened, set_up
from asylon.cli.vaultcopy import vault_option
from asylon.cli.words import counted
from asylon.errors import AsylonError
from asylon.vault.store import Vault, open_vault
from asylon.vault.trail import HASH_BYTES, Verdict

if TYPE_CHECKING:
    from asylon.desk.services.leftovers import Leftover

SHORTEST = 16


@dataclass(frozen=True, slots=True)
class _Found:
    """What was wrong, how the trail stands, and the sealed files that belong to no paper."""

    faults: list[str]
    verdict: Verdict | None = None
    leftovers: Sequence[Leftover] = ()
    is_removed: bool = False

    @property
    def size(self) -> int:
        """Return the bytes of the files that belong to no paper."""
        return sum(leftover.size for leftover in self.leftovers)


@click.command("check")
@vault_option
@click.option("--remove-leftovers", "is_removing", is_flag=True, help="Remove sealed files that belong to no paper.")
@click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
def check(root: Path, is_removing: bool, as_json: bool) -> int:
    """Look for damage: in the database, in the trail, among the papers. Exit 1 when something is wrong.

    Sealed files that belong to no paper, left by an interrupted upload, are counted and are no damage.
    """
    vault = open_vault(root, asked_passphrase())
    if faults := _damage_of_store(vault):  # nothing of a damaged file is read as if it were whole
        found = _Found(faults)
    else:
        with set_up(vault):
            found = _found(is_removing=is_removing)
    click.echo(json.dumps(_plain_found(found), indent=1) if as_json else "\n".join(_sentences(found)))
    return 1 if found.faults else 0


def _found(*, is_removing: bool) -> _Found:
    """Return what there is; with damage nothing is removed, since a row that is gone may have named the file."""
    from asylon.desk.services.leftovers import leftovers, leftovers_remove

    verdict, faults = _damage_of_rows()
    found = leftovers()
    is_removed = is_removing and not faults and bool(found)
    if is_removed:
        leftovers_remove(found)
    return _Found(faults, verdict, found, is_removed)


def _sentences(found: _Found) -> Iterator[str]:
    yield from found.faults
    if found.verdict and not found.faults:
        yield f"Nothing is damaged. {found.verdict.sentence}"
    if not found.leftovers:
        return
    files = f"{counted(len(found.leftovers), 'sealed file')} ({counted(found.size, 'byte')})"
    if found.is_removed:
        yield f"Removed, since they belonged to no paper: {files}."
        return
    yield f"Left over from an interrupted upload or deletion, belonging to no paper: {files}. They harm nothing."
    if found.faults:
        yield "They are not removed while something is damaged: a row that is lost may have named them."
    else:
        yield "To remove them, run it again with --remove-leftovers."


def _plain_found(found: _Found) -> dict[str, Any]:
    left = {"files": len(found.leftovers), "bytes": found.size, "removed": found.is_removed}
    return {
        "sound": not found.faults,
        "faults": found.faults,
        "trail": _plain(found.verdict) if found.verdict else None,
        "leftovers": left,
    }


def _damage_of_store(vault: Vault) -> list[str]:
    if vault.database:
        return []
    from asylon.desk.sqlcipher.opening import check_store

    return check_store(vault.store, vault.key("database"))


def _damage_of_rows() -> tuple[Verdict, list[str]]:
    from asylon.desk.backup import missing_papers, trail_verdict

    verdict = trail_verdict()
    faults = [] if verdict.whole else [verdict.sentence]
    if missing := missing_papers():
        faults.append(f"{counted(missing, 'paper')} cannot be opened: the sealed file is gone; restore a backup.")
    return verdict, faults


@click.command("verify-trail")
@vault_option
@click.option("--anchor", "noted", multiple=True, metavar='"SEQ HASH"', help="Number and letters noted from the page.")
@click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
def verify_trail(root: Path, noted: tuple[str, ...], as_json: bool) -> int:
    """Tell whether any row of the trail was changed, moved, taken out or cut off. Exit 1 when one was."""
    marks = [_read_mark(text) for text in noted]
    with opened(root):
        from asylon.desk.backup import trail_hash, trail_verdict

        verdict = trail_verdict()
        for seq, start in marks:
            stored = trail_hash(seq)
            if verdict.whole and (stored is None or not stored.startswith(start)):
                kind: Any = "cut at the end" if stored is None else "rewritten"
                verdict = Verdict(rows=verdict.rows, kind=kind, seq=seq)
    click.echo(json.dumps(_plain(verdict), indent=1) if as_json else verdict.sentence)
    return 0 if verdict.whole else 1


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "whole": verdict.whole,
        "rows": verdict.rows,
        "broken": verdict.kind,
        "seq": verdict.seq,
        "sentence": verdict.sentence,
    }


def _read_mark(text: str) -> tuple[int, bytes]:
    """Return number and start of a hash as somebody noted them; AsylonError when they are none."""
    seq, _, digits = text.strip().partition(" ")
    digits = "".join(digits.split()).lower()
    try:
        start = bytes.fromhex(digits)
        if int(seq) < 1 or not SHORTEST <= len(digits) <= 2 * HASH_BYTES:
            raise ValueError
    except ValueError:
        problem = "is not a number and the letters of a hash"
        raise AsylonError.single("--anchor", problem, 'write it as noted, such as "1204 9f3c 0a1b 77de 42c0"') from None
    return int(seq), start
