"""Django settings of the desk's tests: those of the desk, on a vault of this run."""

from __future__ import annotations

import os
from pathlib import Path

from asylon.desk.config import DeskConfig, use
from asylon.vault.sealing import Cost, new_pair
from asylon.vault.store import create_vault
from tests.desk.store import STORE_ENV, database_settings, store_folder

COST = Cost(passes=1, memory=1024 * 1024)  # cheap: the tests open hundreds of passwords
RECOVERY = new_pair()
_vault = create_vault(
    Path(store_folder()) / "vault",
    passphrase="a passphrase of tests",
    hosts=("testserver",),
    cost=COST,
)
use(DeskConfig(vault=_vault, demands_second_factor=False, cost=COST))

from asylon.desk.settings import *  # noqa: E402

DATABASES = {"default": database_settings(os.environ.get(STORE_ENV, "sqlcipher"))}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
