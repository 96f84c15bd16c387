"""The folder of a vault: `vault.json` with the sealed main key, the store, the papers, the anchors.

The main key opens the store, and from it come the keys of the trail and of the web server. It is sealed
with the vault's passphrase; whoever starts the desk types it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asylon.errors import VaultError
from asylon.vault.disk import replacing
from asylon.vault.sealing import KEY_BYTES, Cost, derive, new_key, new_salt, password_key, seal, unseal

FORMAT = 1
FILE = "vault.json"
_PLACE = "vault:main-key"
_KEPT_PLACE = "vault:kept-keys"

KEPT_KEYS = ("trail", "second-factor", "public-keys", "releases")
"""The purposes whose keys come with a backup. That of the store is always new: whoever wrote the backup knew it."""


@dataclass(frozen=True, slots=True)
class Vault:
    """An opened vault. `database` is empty for the embedded store, else the address of a PostgreSQL.

    `kept` are keys by purpose that came with a backup: what they sealed and hashed goes on under them, though the
    main key is a new one.
    """

    root: Path
    main_key: bytes
    database: str
    is_demo: bool
    hosts: tuple[str, ...]
    kept: Mapping[str, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Vault({self.root.name!r})"

    def key(self, purpose: str) -> bytes:
        """Return the key for one purpose: `database`, `trail`, `web`, `second-factor`."""
        return self.kept.get(purpose) or derive(self.main_key, purpose)

    @property
    def store(self) -> Path:
        """Return the file of the embedded store."""
        return self.root / "desk.db"

    @property
    def papers(self) -> Path:
        """Return the folder of the sealed papers."""
        return self.root / "papers"

    @property
    def anchors(self) -> Path:
        """Return the file of the trail's anchors."""
        return self.root / "trail.anchors"

    @property
    def recipients(self) -> Path:
        """Return the file of those to whom the backups of this vault are sealed, one age recipient a line."""
        return self.root / "backup.recipients"


def create_vault(
    root: Path,
    *,
    passphrase: str,
    database: str = "",
    is_demo: bool = False,
    hosts: tuple[str, ...] = (),
    cost: Cost | None = None,
    kept: Mapping[str, bytes] | None = None,
) -> Vault:
    """Return a new vault in the folder `root`, which must be empty or not there.

    VaultError when something is there already: nothing is ever written over; and for other keys than `KEPT_KEYS`.
    """
    _check_kept(kept or {})
    if root.exists() and any(root.iterdir()):
        raise VaultError.single(str(root), "is not empty", "choose a new folder; nothing was written")
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    root.chmod(0o700)
    vault = Vault(root, new_key(), database, is_demo, hosts, dict(kept or {}))
    vault.papers.mkdir(mode=0o700)
    seal_vault(vault, passphrase, cost)
    return vault


def seal_vault(vault: Vault, passphrase: str, cost: Cost | None = None) -> None:
    """Write `vault.json` with the main key sealed under a passphrase and a fresh salt, whole or not at all.

    VaultError when the disk refuses; the passphrase before then still opens it.
    """
    chosen, salt = cost or Cost(), new_salt()
    sealed = seal(password_key(passphrase, salt, chosen), vault.main_key, _PLACE)
    write_whole(vault.root / FILE, json.dumps(_plain(vault, sealed, salt, chosen), indent=1).encode())


def _check_kept(kept: Mapping[str, object]) -> None:
    if any(purpose not in KEPT_KEYS or not _is_key(key) for purpose, key in kept.items()):
        raise VaultError.single("the backup", "it brings a key that no backup holds", "use another backup")


def _is_key(key: object) -> bool:
    return isinstance(key, bytes) and len(key) == KEY_BYTES


def _plain(vault: Vault, sealed: bytes, salt: bytes, cost: Cost) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "main_key": _text(sealed),
        "salt": _text(salt),
        "passes": cost.passes,
        "memory": cost.memory,
        "database": vault.database,
        "is_demo": vault.is_demo,
        "hosts": list(vault.hosts),
    } | ({"kept": _text(_sealed_kept(vault))} if vault.kept else {})


def _sealed_kept(vault: Vault) -> bytes:
    plain = {purpose: _text(key) for purpose, key in vault.kept.items()}
    return seal(vault.main_key, json.dumps(plain, sort_keys=True).encode(), _KEPT_PLACE)


def _opened_kept(main_key: bytes, sealed: bytes) -> dict[str, bytes]:
    if not sealed:
        return {}
    return {purpose: _bytes(key) for purpose, key in json.loads(unseal(main_key, sealed, _KEPT_PLACE)).items()}


def open_vault(root: Path, passphrase: str) -> Vault:
    """Return the vault in `root`; VaultError when there is none, it is damaged or the passphrase is wrong."""
    plain = _read(root / FILE)
    try:
        key = password_key(passphrase, _bytes(plain["salt"]), Cost(int(plain["passes"]), int(plain["memory"])))
        sealed, kept = _bytes(plain["main_key"]), _bytes(plain.get("kept", ""))
        database, is_demo, hosts = str(plain["database"]), bool(plain["is_demo"]), tuple(map(str, plain["hosts"]))
    except (KeyError, ValueError, TypeError):
        remedy = "restore it from a backup; do not edit it"
        raise VaultError.single(str(root / FILE), "is damaged", remedy) from None
    try:
        main_key = unseal(key, sealed, _PLACE)
        kept_keys = _opened_kept(main_key, kept)
    except VaultError:
        remedy = "type it again; without it only a backup and its key can restore the vault"
        raise VaultError.single(
            root.name, "does not open: the passphrase is wrong or the file damaged", remedy
        ) from None
    return Vault(root, main_key, database, is_demo, hosts, kept_keys)


def _read(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        remedy = "name the folder with --vault, or make one with 'asylon vault init'"
        raise VaultError.single(str(path.parent), "holds no vault", remedy)
    try:
        plain = json.loads(path.read_bytes())
        known = plain["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        raise VaultError.single(str(path), "is damaged", "restore it from a backup; do not edit it") from None
    if not known:
        raise VaultError.single(str(path), f"has format {plain['format']}", "use a newer Asylon")
    return dict(plain)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only; it survives a power cut.

    VaultError when the disk is full or does not let us; the old file is then as it was.
    """
    with replacing(path) as file:
        file.write(content)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: object) -> bytes:
    return base64.b64decode(str(value), validate=True)
