"""`asylon vault backup`, `restore`, `evacuate`: the whole vault in one sealed file, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from asylon.cli.asking import new_passphrase
from asylon.cli.building import NewVault, built_aside, opened
from asylon.cli.words import counted
from asylon.errors import VaultError
from asylon.vault.agefile import check_recipients, new_age_key
from asylon.vault.archive import read_archive, verify_archive
from asylon.vault.manifest import Manifest
from asylon.vault.store import Vault

PATH = click.Path(path_type=Path)
vault_option = click.option("--vault", "root", required=True, type=PATH, help="The folder of the vault.")
to_option = click.option("--to", "recipients", multiple=True, help="An age recipient (age1…); may be given again.")


@click.command("backup")
@click.argument("out", type=PATH)
@vault_option
@to_option
@click.option("--json", "as_json", is_flag=True, help="Print plain values for other programs.")
def backup(out: Path, root: Path, recipients: tuple[str, ...], as_json: bool) -> None:
    """Write everything into the file OUT, sealed so that only the keys of the recipients open it.

    Others may go on working. The file is read back and checked before the old one of this name is given up.
    """
    with opened(root) as vault:
        from asylon.desk.backup import note_anchor
        from asylon.desk.services.trail import record

        named = _recipients(vault, recipients)
        manifest, missing = _written_and_checked(out, named)
        record("vault.backed_up", by="vault", count=sum(manifest.rows.values()), papers=manifest.papers)
        note_anchor()
    _say(out, manifest, missing, named, as_json=as_json)


def _recipients(vault: Vault, given: Sequence[str]) -> list[str]:
    """Return the recipients given, else those that the vault was made with; VaultError when there is none.

    They are checked here, before any key of our own is added: a file that only such a key opens is lost.
    """
    kept = vault.recipients
    named = list(given) or (kept.read_text("ascii", "replace").split() if kept.exists() else [])
    check_recipients(named)
    return named


def _written_and_checked(out: Path, recipients: list[str]) -> tuple[Manifest, int]:
    """Return what was written and how many papers were missing, after the whole file was read back.

    The keys of the recipients are elsewhere. So the file is sealed to one more key, made now, kept only in the memory
    of this process, and forgotten when the file was read with it.
    """
    from asylon.desk.backup import backup_write

    proof = new_age_key()
    fresh = out.with_name(f".{out.name}.unchecked")
    try:
        made = backup_write(fresh, recipients=[*recipients, proof.recipient])
        found = verify_archive(fresh, proof.identity)
        if found != made.manifest:
            raise VaultError.single(out.name, "is not what was written", "check the disk and do it again")
        fresh.replace(out)
    except OSError as error:
        problem = f"could not be written ({error.strerror or error})"
        raise VaultError.single(out.name, problem, "check the disk and the folder, then do it again") from None
    finally:
        fresh.unlink(missing_ok=True)
    return made.manifest, made.missing_papers


def _say(out: Path, manifest: Manifest, missing: int, named: Sequence[str], *, as_json: bool) -> None:
    rows = sum(manifest.rows.values())
    if as_json:
        more = {"file": str(out), "missing_papers": missing, "recipients": list(named)}
        click.echo(json.dumps(plain_manifest(manifest) | more, indent=1))
        return
    click.echo(
        f"{out.name}: {counted(rows, 'row')} and {counted(manifest.papers, 'paper')}, read back and found whole."
    )
    click.echo(f"Only these keys open it: {', '.join(named)}.")
    click.echo(f"Trail up to row {manifest.trail_seq}, {manifest.trail_hash.hex()[:16]}.")
    if missing:
        click.echo(
            f"{counted(missing, 'paper')} could not be saved: the sealed file is gone. See 'asylon vault check'."
        )


def plain_manifest(manifest: Manifest) -> dict[str, Any]:
    """Return what a backup holds as plain values."""
    return {
        "made_at": manifest.made_at,
        "rows": dict(manifest.rows),
        "papers": manifest.papers,
        "trail": {"seq": manifest.trail_seq, "hash": manifest.trail_hash.hex()},
    }


@click.command("backup-key")
def backup_key() -> None:
    """Print a new key for backups: a recipient to write them for, and the secret that opens them."""
    key = new_age_key()
    click.echo(f"# recipient, for --to and --backup-to: {key.recipient}")
    click.echo("# Keep the next line away from the vault, on paper or another disk. It opens every backup.")
    click.echo(key.identity)


@click.command("restore")
@click.argument("file", metavar="OUT.age", type=PATH)
@click.argument("root", metavar="DIR", type=PATH)
@click.option("--identity", required=True, type=PATH, help="The file with the key that opens the backup.")
@click.option("--database", default="", help="Keep the rows in this PostgreSQL (postgresql://USER@HOST/NAME).")
def restore(file: Path, root: Path, identity: Path, database: str) -> int:
    """Make a new vault in DIR from a backup, under a new main key and a new passphrase.

    Everything is checked before and compared after. Passwords and second factors of the people stay as they were.
    """
    archive = read_archive(file, read_identity(identity))
    click.echo(f"{file.name} is whole. Made {archive.manifest.made_at}.", err=True)
    row = _vault_row(archive)
    if row["recipients"]:
        check_recipients(row["recipients"].split())
    passphrase = new_passphrase()
    plan = NewVault(
        passphrase=passphrase,
        database=database,
        is_demo=row["is_demo"],
        hosts=tuple(row["hosts"]),
        kept=row["keys"],
    )
    with built_aside(root, plan) as vault:
        counts, verdict = _loaded(archive, vault, row)
    click.echo(f"{counted(sum(counts.values()), 'row')} and {counted(archive.manifest.papers, 'paper')} are back.")
    click.echo(verdict.sentence)
    _say_whose(root, row["recipients"].split())
    click.echo(f"Start the desk with: asylon serve --vault {root}")
    return 0 if verdict.whole else 1


def _say_whose(root: Path, recipients: Sequence[str]) -> None:
    """Say what shows whether somebody else wrote the backup: anybody who knows a recipient can."""
    click.echo("Whose backup it is, only your own note of the trail shows. Compare it before anybody signs in:")
    click.echo(f'asylon vault verify-trail --vault {root} --anchor "NUMBER LETTERS"')
    click.echo(f"Its backups go to: {', '.join(recipients) or 'nobody, until you name somebody with --to'}")


def _vault_row(archive: Any) -> dict[str, Any]:
    for table, row in archive.rows():
        if table == "vault":
            found: dict[str, Any] = row
            return found
    raise VaultError.single(archive.path.name, "it does not say which vault it is of", "use another backup")


def _loaded(archive: Any, vault: Any, row: dict[str, Any]) -> tuple[dict[str, int], Any]:
    from asylon.desk.backup import papers_load, rows_load, trail_verdict
    from asylon.desk.services.trail import record
    from asylon.vault.store import write_whole
    from asylon.vault.trail import Anchor

    counts = rows_load(archive)
    papers_load(archive, vault)
    for file, text in ((vault.anchors, row["anchors"]), (vault.recipients, row["recipients"])):
        if text:
            write_whole(file, text.encode())
    manifest = archive.manifest
    head = [Anchor(manifest.trail_seq, manifest.trail_hash, manifest.made_at)] if manifest.trail_seq else []
    verdict = trail_verdict(head)
    if verdict.whole:
        record("vault.restored", by="vault", count=sum(counts.values()))
    return counts, verdict


def read_identity(path: Path) -> str:
    """Return the secret line of a key file; VaultError when there is none."""
    try:
        lines = path.read_text("ascii", "replace").split("\n")
    except OSError as error:
        problem = f"could not be read ({error.strerror or error})"
        raise VaultError.single(path.name, problem, "name the file with the key of the backup") from None
    found = [line.strip() for line in lines if line.strip().upper().startswith("AGE-SECRET-KEY-")]
    if len(found) != 1:
        problem = "holds no key" if not found else "holds several keys"
        raise VaultError.single(path.name, problem, "name a file with one line that begins with AGE-SECRET-KEY-1")
    return found[0]


@click.command("evacuate")
@click.argument("out", type=PATH)
@vault_option
@to_option
@click.option("--identity", type=PATH, help="The file with the key of a recipient: proves that the file can be opened.")
@click.option("--remove", is_flag=True, help="Then destroy the vault on this machine.")
def evacuate(out: Path, root: Path, recipients: tuple[str, ...], identity: Path | None, remove: bool) -> None:
    """Take everything into the file OUT and, with --remove, leave nothing readable here.

    Before anything is removed the file was read back in full. Give --identity, or type the name of the folder.
    """
    if out.exists():
        raise VaultError.single(out.name, "is there already", "choose another name; nothing was written or removed")
    if out.absolute().resolve().is_relative_to(root.resolve()):
        raise VaultError.single(out.name, "lies in the folder of the vault", "write it to another disk")
    with opened(root) as vault:
        from asylon.desk.services.trail import record

        named, key = _recipients(vault, recipients), new_age_key()
        record("vault.evacuated", by="vault")
        manifest, missing = _written_and_checked(out, [*named, key.recipient])
        if identity is not None:
            verify_archive(out, read_identity(identity))
        _say(out, manifest, missing, named, as_json=False)
        if remove:
            _sure(root, identity)
            _empty_server(vault)
    if remove:
        _remove(root, out, key.identity)


def _sure(root: Path, identity: Path | None) -> None:
    """Go on only when somebody has shown that the backup can be opened, or says that they know it can."""
    if identity is not None:
        return
    click.echo("Nobody has shown here that the key of the backup is at hand. Without it everything is lost for good.")
    name = root.absolute().name
    try:
        typed = click.prompt(f"Type the name of the folder ({name}) to destroy the vault all the same", err=True)
    except click.Abort:
        typed = ""
    if typed != name:
        raise VaultError.single(name, "was not removed", "the backup is written; do it again with --identity")


def _empty_server(vault: Any) -> None:
    """Take the rows off a PostgreSQL; what its own logs and backups keep is not ours to reach."""
    if not vault.database:
        return
    from django.core.cache import cache
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    cache.clear()
    click.echo("The rows on the database server are removed. Its backups and write-ahead logs may still hold them.")


def _remove(root: Path, out: Path, identity: str) -> None:
    from asylon.vault.removal import remove_tree_after_check
    from asylon.vault.store import FILE

    remove_tree_after_check(root, archive=out, identity=identity, key_files=[root / FILE])
    click.echo(f"{root.absolute().name} is removed: its key is destroyed and its files are gone.")
    click.echo(
        "SSDs and snapshots of the disk may keep old bytes; without the key and its passphrase they stay sealed."
    )
