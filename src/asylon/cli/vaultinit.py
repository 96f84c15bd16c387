"""`asylon vault init`: a new vault, its recovery key in the hands of its holders, its first accounts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

import click

from asylon.cli.asking import new_passphrase, new_password
from asylon.cli.building import NewVault, built_aside, first_fault
from asylon.desk.setup import FirstAccount, found_organisation
from asylon.errors import AsylonError
from asylon.vault.recovery import Ceremony
from asylon.vault.store import Vault, write_whole

WORDS_A_ROW = 4
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@click.command()
@click.argument("root", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--database", default="", help="Keep the rows in this PostgreSQL (postgresql://USER@HOST/NAME).")
@click.option("--holders", default=1, show_default=True, type=int, help="How many people hold a recovery share.")
@click.option("--threshold", type=int, help="How many shares open the vault; more than half if left out.")
@click.option("--backup-to", "recipients", multiple=True, help="An age recipient (age1…) that backups are sealed to.")
@click.option("--organisation", prompt="Name of the organisation", help="The name of the organisation.")
@click.option("--user", prompt="User name of the first lead (small letters)", help="The user name of the first lead.")
@click.option("--name", prompt="Name of the first lead", help="The name of the first lead.")
@click.option("--administrator", help="A user name: keep the accounts in other hands than those of the first lead.")
@click.option("--no-check", is_flag=True, help="Do not ask for words of the recovery shares as proof.")
def init(
    root: Path,
    database: str,
    holders: int,
    threshold: int | None,
    recipients: tuple[str, ...],
    organisation: str,
    user: str,
    name: str,
    administrator: str | None,
    no_check: bool,
) -> None:
    """Make a new vault in the folder DIR.

    Shows the words of each holder of the recovery key once. Until the end nothing is written in DIR.
    """
    from asylon.vault.agefile import check_recipients
    from asylon.vault.recovery import new_recovery

    _check_names(user, administrator)
    if recipients:
        check_recipients(recipients)
    needed = threshold or holders // 2 + 1
    ceremony = new_recovery(needed, holders)
    plan = NewVault(new_passphrase(), database)
    lead, other = _account(user, name), _account(administrator, administrator) if administrator else None
    with built_aside(root, plan) as vault:
        _found(organisation, ceremony.public_key, needed, lead, other)
        _keep_recipients(vault, recipients)
        hand_out(ceremony, is_checked=not no_check)
    click.echo(f"The vault is made in {root}. Start the desk with: asylon serve --vault {root}")
    click.echo("Make a backup now: asylon vault backup --vault DIR FILE --to age1…")


def _check_names(user: str, administrator: str | None) -> None:
    for username in filter(None, (user, administrator)):
        if not USERNAME.fullmatch(username):
            problem, remedy = "is no user name", "use two or more small letters, digits, dots or dashes"
            raise AsylonError.single(repr(username), problem, remedy)
    if administrator == user:
        raise AsylonError.single("--administrator", "is the lead", "name somebody else, or leave it out")


def _account(username: str, name: str) -> FirstAccount:
    return FirstAccount(username, name, new_password(username))


def _found(
    organisation: str, recovery_public: bytes, threshold: int, lead: FirstAccount, administrator: FirstAccount | None
) -> None:
    from django.core.exceptions import ValidationError

    try:
        found_organisation(
            name=organisation,
            recovery_public=recovery_public,
            threshold=threshold,
            lead=lead,
            administrator=administrator,
        )
    except ValidationError as error:
        raise AsylonError.single("the first account", first_fault(error), "start again; nothing was written") from None


def _keep_recipients(vault: Vault, recipients: Sequence[str]) -> None:
    if recipients:
        write_whole(vault.recipients, "\n".join(recipients).encode() + b"\n")


def hand_out(ceremony: Ceremony, *, is_checked: bool) -> None:
    """Show each holder their words, and go on when they have proved that they wrote them down."""
    count = len(ceremony.shares)
    click.echo("The recovery key opens every case if passwords are lost. It is kept nowhere but on paper.")
    if count == 1:
        click.echo("There is one holder: whoever finds this paper and a copy of the vault can read everything.")
    for number, share in enumerate(ceremony.shares, start=1):
        words = share.split()
        if count > 1:
            click.echo(f"Let only holder {number} of {count} look at the screen.")
        click.pause("Press a key when ready …", err=True)
        _show(number, count, words)
        click.pause("Write the words on paper. Press a key when done …", err=True)
        click.clear()
        if is_checked:
            _prove(words)


def _show(number: int, count: int, words: Sequence[str]) -> None:
    click.echo(f"\nShare {number} of {count}")
    for start in range(0, len(words), WORDS_A_ROW):
        row = words[start : start + WORDS_A_ROW]
        click.echo("  ".join(f"{start + place:>2} {word:<12}" for place, word in enumerate(row, start=1)).rstrip())
    click.echo("")


def _prove(words: Sequence[str]) -> None:
    places = sorted(secrets.SystemRandom().sample(range(len(words)), 2))
    for place in places:
        while str(click.prompt(f"Word {place + 1}", err=True)).strip().lower() != words[place]:
            click.echo("That is another word. Look at the paper again.", err=True)
