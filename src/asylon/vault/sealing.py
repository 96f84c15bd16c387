"""Sealing with a key, for a person, and with a password. Libsodium does the work.

A sealed value is `version byte, 24 bytes of nonce, ciphertext` of XChaCha20-Poly1305. `place` (such as
`event:<id>:content`) is bound into it, so that a sealed value moved to another row does not open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.utils import random

from asylon.errors import VaultError

KEY_BYTES = 32
Stored = bytes | bytearray | memoryview  # as databases give bytes back
VERSION = b"\x01"
_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


@dataclass(frozen=True, slots=True)
class Cost:
    """What opening a password costs: passes, and bytes of memory (Argon2id, RFC 9106)."""

    passes: int = 3
    memory: int = 64 * 1024 * 1024


def new_key() -> bytes:
    """Return a new random key of 32 bytes."""
    return random(KEY_BYTES)


def derive(key: bytes, purpose: str) -> bytes:
    """Return the key of 32 bytes that `key` gives for one purpose; one never tells another."""
    return hashlib.blake2b(purpose.encode(), key=key, digest_size=KEY_BYTES, person=b"asylon-derive").digest()


def _bound(place: str) -> bytes:
    """Return what is authenticated with a value besides its content: where it belongs."""
    return place.encode()


def seal(key: bytes, content: bytes, place: str) -> bytes:
    """Return `content` sealed with `key` and bound to `place`."""
    nonce = random(_NONCE)
    return VERSION + nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(content, _bound(place), nonce, key)


def unseal(key: bytes, sealed: Stored, place: str) -> bytes:
    """Return what was sealed; VaultError when key or place are others or a byte was changed."""
    data = bytes(sealed)
    if data[:1] != VERSION:
        raise VaultError.single("a sealed value", "is of an unknown version", "use a newer Asylon")
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(data[1 + _NONCE :], _bound(place), data[1 : 1 + _NONCE], key)
    except (CryptoError, ValueError, TypeError):
        remedy = "check that it was not changed outside Asylon; a backup may hold it whole"
        raise VaultError.single("a sealed value", "does not open with this key in this place", remedy) from None


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two halves of an X25519 key pair, 32 bytes each. The private half is never shown."""

    public: bytes
    private: bytes

    def __repr__(self) -> str:
        return f"KeyPair(public={self.public.hex()})"


def new_pair() -> KeyPair:
    """Return a new key pair."""
    private = PrivateKey.generate()
    return KeyPair(bytes(private.public_key), bytes(private))


def public_of(private: bytes) -> bytes:
    """Return the public half that belongs to a private one."""
    return bytes(PrivateKey(private).public_key)


def wrap(content: bytes, public: bytes) -> bytes:
    """Return `content` so that only the holder of the private half can open it."""
    return SealedBox(PublicKey(public)).encrypt(content)


class Opener:
    """Opens what was wrapped for one person, many times."""

    def __init__(self, private: bytes) -> None:
        self._private = private

    @cached_property
    def _box(self) -> SealedBox[PrivateKey]:
        return SealedBox(PrivateKey(self._private))

    def unwrap(self, wrapped: Stored) -> bytes:
        """Return what was wrapped for this person; VaultError when it was wrapped for another."""
        try:
            return self._box.decrypt(bytes(wrapped))
        except (CryptoError, ValueError, TypeError):
            remedy = "ask a lead of the case to give you access again"
            raise VaultError.single("a key", "was not wrapped for this person", remedy) from None


def unwrap(wrapped: Stored, private: bytes) -> bytes:
    """Return what was wrapped for the holder of a private half; VaultError when it was wrapped for another."""
    return Opener(private).unwrap(wrapped)


def new_salt() -> bytes:
    """Return a new salt for `password_key`."""
    return random(argon2id.SALTBYTES)


def password_key(password: str, salt: bytes, cost: Cost) -> bytes:
    """Return the key that a password gives (Argon2id); it takes as long as `cost` says."""
    return argon2id.kdf(KEY_BYTES, password.encode(), bytes(salt), opslimit=cost.passes, memlimit=cost.memory)
