"""Public keys that the vault vouches for: the key of a case is wrapped for no other.

Whoever writes to the database of a server could put a public key of their own in the place of a colleague's, and get
the keys of cases that are given from then on. So each public key carries a mark that takes a key of the vault to make.
"""

from __future__ import annotations

import hmac

from asylon.desk.config import current
from asylon.desk.models import Organisation, User
from asylon.errors import VaultError
from asylon.vault.sealing import Stored, wrap

PURPOSE = "public-keys"


def mark(holder: str, public: bytes) -> bytes:
    """Return the mark of a public key, 32 bytes; `holder` is whose it is, so that it fits nobody else."""
    return hmac.digest(current().vault.key(PURPOSE), f"{holder}\0".encode() + public, "blake2b")[:32]


def mark_user(user: User) -> None:
    """Vouch for the public key of a person; the caller saves it."""
    user.public_mark = mark(_of(user), bytes(user.public_key))


def mark_recovery(org: Organisation) -> None:
    """Vouch for the public half of the recovery key; the caller saves it."""
    org.recovery_mark = mark("recovery", bytes(org.recovery_public))


def mark_emergency(org: Organisation) -> None:
    """Vouch for the public half of the emergency key; the caller saves it."""
    org.emergency_mark = mark("emergency", bytes(org.emergency_public))


def mark_organisation(org: Organisation) -> None:
    """Vouch for both public keys of an organisation that is founded; the caller saves them."""
    mark_recovery(org)
    mark_emergency(org)


def wrap_for_user(user: User, content: bytes) -> bytes:
    """Return `content` so that only this person opens it; VaultError when their public key is not vouched for."""
    return _wrapped(_of(user), f"the public key of {user.username}", user.public_key, user.public_mark, content)


def wrap_for_recovery(org: Organisation, content: bytes) -> bytes:
    """Return `content` so that only the holders of the recovery words open it; VaultError as for a person."""
    return _wrapped("recovery", "the recovery key", org.recovery_public, org.recovery_mark, content)


def wrap_for_emergency(org: Organisation, content: bytes) -> bytes:
    """Return `content` so that it opens when the glass is broken; VaultError as for a person."""
    return _wrapped("emergency", "the key for emergencies", org.emergency_public, org.emergency_mark, content)


def _of(user: User) -> str:
    return f"user:{user.username}"


def _wrapped(holder: str, place: str, public: Stored, given: Stored, content: bytes) -> bytes:
    if not hmac.compare_digest(mark(holder, bytes(public)), bytes(given)):
        problem = "was changed in the database by something other than this vault"
        raise VaultError.single(place, problem, "give it no case, find out who did it, and restore a backup")
    return wrap(content, bytes(public))
