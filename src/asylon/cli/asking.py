"""Asks for what must not stand on a command line: passphrases, passwords, shares."""

from __future__ import annotations

import os

import click

from asylon.cli.memory import keep_to_ourselves
from asylon.errors import AsylonError

PASSPHRASE, PASSWORD = "ASYLON_PASSPHRASE", "ASYLON_PASSWORD"
NEW_PASSPHRASE = "ASYLON_NEW_PASSPHRASE"  # where the present one is asked for as well


def asked_passphrase() -> str:
    """Return the passphrase of a vault from ASYLON_PASSPHRASE, else as it was typed."""
    keep_to_ourselves()
    return _taken(PASSPHRASE) or str(click.prompt("Passphrase of the vault", hide_input=True, err=True))


def _taken(variable: str) -> str | None:
    """Return what the environment holds and take it out, so that no process started from here inherits it."""
    return os.environ.pop(variable, None)


def new_passphrase(variable: str = PASSPHRASE) -> str:
    """Return a new passphrase from a variable of the environment, else typed twice; AsylonError when it is weak."""
    from asylon.desk.passwords import passphrase_problem

    keep_to_ourselves()
    given = _taken(variable)
    if given is not None:
        if problem := passphrase_problem(given):
            raise AsylonError.single(variable, problem, "join five or six unrelated words")
        return given
    while True:
        typed = str(click.prompt("New passphrase of the vault", hide_input=True, err=True))
        if problem := passphrase_problem(typed):
            click.echo(f"It {problem}; join five or six unrelated words.", err=True)
            continue
        if typed == click.prompt("The same again", hide_input=True, err=True):
            return typed
        click.echo("The two differ; type the same twice.", err=True)


def new_password(whose: str) -> str:
    """Return a first password from ASYLON_PASSWORD, else typed twice; its strength is judged by the desk."""
    given = os.environ.get(PASSWORD)  # one for all first accounts; no process is started from where this is asked
    if given is not None:
        return given
    from asylon.desk.passwords import passphrase_problem

    while True:
        typed = str(click.prompt(f"Password of {whose}", hide_input=True, err=True))
        if problem := passphrase_problem(typed):
            click.echo(f"It {problem}; join four or five unrelated words.", err=True)
            continue
        if typed == click.prompt("The same again", hide_input=True, err=True):
            return typed
        click.echo("The two differ; type the same twice.", err=True)
