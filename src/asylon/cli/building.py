"""Opens vaults for commands, and builds new ones aside until they are whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from asylon.cli.asking import asked_passphrase
from asylon.desk.config import DeskConfig
from asylon.desk.setup import make_tables, no_database, open_desk, prepare_store, tables_are_current
from asylon.errors import VaultError
from asylon.vault.disk import sync_folder
from asylon.vault.store import Vault, create_vault, open_vault

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError


@contextmanager
def opened(root: Path) -> Iterator[Vault]:
    """Give the vault in `root` with its desk set up, after its passphrase was asked for."""
    with set_up(open_vault(root, asked_passphrase())) as vault:
        yield vault


@contextmanager
def set_up(vault: Vault) -> Iterator[Vault]:
    """Give an open vault with its desk set up and its tables of this version."""
    open_desk(DeskConfig(vault))
    from django.db import OperationalError, connections

    try:
        if not tables_are_current():
            make_tables()
        yield vault
    except OperationalError as error:
        raise error if isinstance(error, VaultError) else no_database(error) from None
    finally:
        connections.close_all()


@dataclass(frozen=True, slots=True)
class NewVault:
    """What a vault to be made is given: a passphrase, and what came with a backup."""

    passphrase: str = field(repr=False)
    database: str = ""
    is_demo: bool = False
    hosts: tuple[str, ...] = ()
    kept: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@contextmanager
def built_aside(root: Path, plan: NewVault) -> Iterator[Vault]:
    """Give a new vault with empty tables, in a folder beside `root`; it takes the place of `root` when all went well.

    What a killed run left beside it is thrown away: it was never a vault. VaultError when something is there.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise VaultError.single(str(root), "is not empty", "choose a new folder; nothing was written")
    aside = root.absolute().with_name(f".{root.absolute().name}.part")
    try:
        if aside.exists():
            shutil.rmtree(aside)
        vault = create_vault(
            aside,
            passphrase=plan.passphrase,
            database=plan.database,
            is_demo=plan.is_demo,
            hosts=plan.hosts,
            kept=plan.kept,
        )
        with _open_while_built(vault):
            yield vault
        os.replace(aside, root)
        sync_folder(root.absolute().parent)
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error})"
        raise VaultError.single(
            str(root), problem, "free some space or choose another folder; nothing was made"
        ) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _open_while_built(vault: Vault) -> Iterator[None]:
    open_desk(DeskConfig(vault))
    from django.db import OperationalError, connections

    try:
        prepare_store(vault)
        make_tables()
        yield
    except OperationalError as error:
        raise error if isinstance(error, VaultError) else no_database(error) from None
    finally:
        connections.close_all()


def first_fault(error: ValidationError) -> str:
    """Return what Django found wrong, as one clause."""
    return "; ".join(message.rstrip(".") for message in error.messages)
