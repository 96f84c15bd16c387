"""`asylon vault check`, `verify-trail`: whether a vault is sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from asylon.cli.asking import asked_passphrase
from asylon.cli.building import opened, set_up
from asylon.cli.vaultcopy import vault_option
from asylon.cli.words import counted
from asylon.errors import AsylonError
from asylon.vault.store import Vault, open_vault
from asylon.vault.trail import HASH_BYTES, Verdict

SHORTEST = 16


@click.command("check")
@vault_option
@click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
def check(root: Path, as_json: bool) -> int:
    """Look for damage: in the database, in the trail, among the papers. Exit 1 when something is wrong."""
    vault = open_vault(root, asked_passphrase())
    faults = _damage_of_store(vault)
    verdict = None
    if not faults:  # nothing of a damaged file is read as if it were whole
        with set_up(vault):
            verdict, faults = _damage_of_rows()
    if as_json:
        trail = _plain(verdict) if verdict else None
        click.echo(json.dumps({"sound": not faults, "faults": faults, "trail": trail}, indent=1))
    else:
        click.echo("\n".join(faults) if faults or not verdict else f"Nothing is damaged. {verdict.sentence}")
    return 1 if faults else 0


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
