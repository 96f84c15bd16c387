"""`asylon vault recover`, `new-words`, `passphrase`: the way back in, and new secrets for old ones."""

from __future__ import annotations

from pathlib import Path

import click

from asylon.cli.asking import NEW_PASSPHRASE, asked_passphrase, new_passphrase, new_password
from asylon.cli.building import first_fault, opened, set_up
from asylon.cli.vaultcopy import vault_option
from asylon.cli.vaultinit import hand_out
from asylon.cli.words import counted
from asylon.errors import AsylonError, VaultError
from asylon.vault.store import open_vault, seal_vault


@click.command("recover")
@vault_option
@click.option("--user", "username", required=True, help="The user name of the person who gets everything back.")
def recover(root: Path, username: str) -> None:
    """Give a person new keys, and every case as its lead, with the shares of the holders of the recovery key.

    The person gets a new password here. Every holder types their own words.
    """
    with opened(root):
        from django.core.exceptions import ValidationError

        from asylon.desk.models import User
        from asylon.desk.services.recovery import keys_recover

        user = User.objects.filter(username=username.strip().lower(), is_active=True).first()
        if user is None:
            raise VaultError.single(repr(username), "is no open account", "name somebody who has one")
        private = _combined()
        try:
            done = keys_recover(user=user, recovery_private=private, password=new_password(username))
        except ValidationError as error:
            raise AsylonError.single(
                "the password", first_fault(error), "choose another; nothing was changed"
            ) from None
    click.echo(
        f"{username} has a new key and leads {counted(done.cases, 'case')}. A second factor must be set up anew."
    )
    if done.barred:
        click.echo(f"{counted(done.barred, 'case')} stayed shut: this person is barred there.")


def _combined() -> bytes:
    """Return the recovery key from the shares that the holders type; they are not kept anywhere."""
    from asylon.desk.services.accounts import organisation
    from asylon.vault.recovery import combine

    org = organisation()
    shares, threshold = [], org.recovery_threshold
    for number in range(1, threshold + 1):
        shares.append(str(click.prompt(f"The words of holder {number} of the {threshold} needed", err=True)))
        click.clear()
    return combine(shares, bytes(org.recovery_public))


@click.command("new-words")
@vault_option
@click.option("--holders", required=True, type=int, help="How many people hold a share of the new recovery key.")
@click.option("--threshold", type=int, help="How many of them open the vault; more than half if left out.")
@click.option("--no-check", is_flag=True, help="Do not ask for words of the new shares as proof.")
def new_words(root: Path, holders: int, threshold: int | None, no_check: bool) -> None:
    """Make a new recovery key, with the words of the present one; the present words then open nothing here.

    Shows the new words of each holder once. Until they are written down the present words stay good.
    """
    from asylon.vault.recovery import new_recovery

    needed = threshold or holders // 2 + 1
    ceremony = new_recovery(needed, holders)
    with opened(root):
        from asylon.desk.services.recovery import recovery_renew

        private = _combined()
        hand_out(ceremony, is_checked=not no_check)
        cases = recovery_renew(
            recovery_private=private, recovery_public=ceremony.public_key, threshold=needed, holders=holders
        )
    click.echo(f"The new words open {counted(cases, 'case')} and the keys of the organisation; the old ones nothing.")
    click.echo(
        "Backups made before still open to the old words, and to them only. Make a new backup, destroy the older ones, "
        "and then the old papers."
    )
    click.echo(
        "Whoever opens such a backup with the old words has the keys of its cases and of the search index; here they "
        "stay the same."
    )


@click.command("passphrase")
@vault_option
def passphrase(root: Path) -> None:
    """Give a vault a new passphrase. Asks for the present one, then for the new one twice.

    Scripts give the new one in ASYLON_NEW_PASSPHRASE. A desk that runs goes on; the next start asks the new one.
    """
    vault = open_vault(root, asked_passphrase())
    chosen = new_passphrase(NEW_PASSPHRASE)
    with set_up(vault):
        from django.db import transaction

        from asylon.desk.services.trail import record

        with transaction.atomic():
            record("vault.passphrase_changed", by="vault")
            seal_vault(vault, chosen)
    click.echo("The vault opens with the new passphrase only.")
    click.echo("Backups made before still open with the keys they were made for; the passphrase is no part of them.")
    click.echo(
        "A copy of the folder made before still opens with the old passphrase, and its main key is that of today. If "
        "somebody may have both, back up and restore into a new vault: that makes a new main key."
    )
