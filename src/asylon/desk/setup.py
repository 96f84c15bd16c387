"""Prepares a vault for work: its store, its tables, its organisation and first accounts.

Nothing of Django's models is imported before `open_desk` has said which vault this process serves.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asylon.desk.config import DeskConfig, use
from asylon.errors import AsylonError, VaultError
from asylon.vault.store import Vault

if TYPE_CHECKING:
    from asylon.desk.models import User

SETTINGS = "asylon.desk.settings"


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """Somebody who gets an account when the vault is made."""

    username: str
    display_name: str
    password: str = field(repr=False)


def open_desk(config: DeskConfig) -> None:
    """Set Django up for the vault of `config`; once in a process."""
    import django

    use(config)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()


def prepare_store(vault: Vault) -> None:
    """Make the file of the embedded store, or check that the database on a server is there and empty."""
    if not vault.database:
        from asylon.desk.sqlcipher.opening import create_store

        create_store(vault.store, key=vault.key("database"))
        return
    from django.apps import apps
    from django.db import connection

    tables = set(server_tables())
    used = [model for model in apps.get_app_config("desk").get_models() if model._meta.db_table in tables]
    from django.db.models import QuerySet

    if any(QuerySet(model).exists() for model in used):
        problem = "holds the rows of a vault already"
        remedy = "name an empty one; if making it was interrupted, drop it and create it anew"
        raise VaultError.single(f"the database {connection.settings_dict['NAME']!r}", problem, remedy)


def server_tables() -> list[str]:
    """Return the tables of the database; VaultError when it does not answer."""
    from django.db import OperationalError, connection

    try:
        return connection.introspection.table_names()
    except OperationalError as error:
        raise no_database(error) from None


def no_database(error: Exception) -> AsylonError:
    """Return the error to raise when PostgreSQL does not answer."""
    said = str(error).strip().splitlines()
    problem = f"does not answer ({said[0] if said else 'no reason given'})"
    return VaultError.single("the database", problem, "check that it runs and the address is right, then do it again")


def make_tables() -> None:
    """Bring the tables to the state of this version of Asylon."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def tables_are_current() -> bool:
    """Tell whether the tables are those of this version of Asylon."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def found_organisation(
    *, name: str, recovery_public: bytes, threshold: int, lead: FirstAccount, administrator: FirstAccount | None = None
) -> User:
    """Return the first lead, after the organisation, its keys and the first accounts were made in one transaction.

    The keys of the organisation are wrapped for the lead and for the recovery key. Without an administrator of its
    own the office is small: the lead keeps the accounts as well. ValidationError for a weak password.
    """
    from django.db import transaction

    from asylon.desk.models import Organisation
    from asylon.desk.services.accounts import org_keys_give
    from asylon.desk.services.trail import record
    from asylon.desk.services.vouched import mark_organisation
    from asylon.vault.sealing import new_key, new_pair, wrap

    emergency, index = new_pair(), new_key()
    with transaction.atomic():
        org = Organisation(
            name=name,
            recovery_public=recovery_public,
            emergency_public=emergency.public,
            recovery_threshold=threshold,
            recovery_index=wrap(index, recovery_public),
            recovery_emergency=wrap(emergency.private, recovery_public),
        )
        mark_organisation(org)
        org.save(force_insert=True)
        record("vault.made", by="vault")
        user = _first_account(lead, work="lawyer", is_lead=True, is_administrator=administrator is None)
        org_keys_give(user=user, index=index, emergency=emergency.private, by=None)
        if administrator is not None:
            _first_account(administrator, work="administrator", is_lead=False, is_administrator=True)
    return user


def _first_account(account: FirstAccount, *, work: str, is_lead: bool, is_administrator: bool) -> User:
    from asylon.desk.services.accounts import account_make

    return account_make(
        username=account.username,
        display_name=account.display_name,
        password=account.password,
        work=work,
        by=None,
        is_lead=is_lead,
        is_administrator=is_administrator,
        must_change_password=False,
    )
