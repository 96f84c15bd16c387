"""The folder of a vault: which keys may come from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from asylon.errors import VaultError
from asylon.vault.sealing import Cost, new_key
from asylon.vault.store import Vault, create_vault, open_vault

CHEAP = Cost(passes=1, memory=1024 * 1024)
WORDS = "violet harbour maple trumpet"


def made(root: Path, kept: dict[str, bytes]) -> Vault:
    return create_vault(root, passphrase=WORDS, cost=CHEAP, kept=kept)


def test_keys_of_the_trail_and_the_second_factors_go_on_after_a_restore(tmp_path: Path) -> None:
    kept = {"trail": new_key(), "second-factor": new_key()}
    made(tmp_path / "vault", kept)
    vault = open_vault(tmp_path / "vault", WORDS)
    assert {purpose: vault.key(purpose) for purpose in kept} == kept


@pytest.mark.parametrize(
    "kept", [{"database": bytes(32)}, {"web": bytes(32)}, {"trail": b"short"}, {"trail": "x" * 32}, {"": bytes(32)}]
)
def test_no_other_key_comes_with_a_backup(tmp_path: Path, kept: dict[str, bytes]) -> None:
    """Whoever wrote the backup would know the key of the new store."""
    with pytest.raises(VaultError, match="a key that no backup holds"):
        made(tmp_path / "vault", kept)
    assert not (tmp_path / "vault").exists()
