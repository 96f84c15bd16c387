"""Which vault this process serves. Settings ask here; command line and tests say it first."""

from __future__ import annotations

from dataclasses import dataclass, field

from asylon.errors import VaultError
from asylon.vault.sealing import Cost
from asylon.vault.store import Vault


@dataclass(frozen=True, slots=True)
class DeskConfig:
    """What a process of the desk must know before Django starts.

    `demands_second_factor` is off only in the demo; `is_https` marks cookies as secure; `cost` is
    what a password costs to try; `observatory` is the address of the public pages that the desk links to, if any.
    """

    vault: Vault
    demands_second_factor: bool = True
    is_https: bool = False
    cost: Cost = field(default_factory=Cost)
    observatory: str = ""


_current: DeskConfig | None = None


def use(config: DeskConfig) -> None:
    """Make `config` the one of this process; it must be called before Django is set up."""
    global _current
    _current = config


def current() -> DeskConfig:
    """Return the configuration of this process; VaultError when none was chosen."""
    if _current is None:
        raise VaultError.single("the desk", "has no vault", "start it with 'asylon serve --vault DIR'")
    return _current
