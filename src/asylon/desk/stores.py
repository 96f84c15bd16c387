"""The two stores: SQLCipher on a laptop, PostgreSQL on a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from asylon.errors import VaultError

_ENCRYPTION = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})
_SEALED = frozenset({"require", "verify-ca", "verify-full"})
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def postgresql_settings(address: str) -> dict[str, Any]:
    """Return Django's settings for `postgresql://user@host:port/name`; VaultError when it is no such address.

    What it says of encryption is kept (`?sslmode=verify-full&sslrootcert=FILE`); a server elsewhere is never spoken to
    in clear.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        remedy = "write postgresql://USER@HOST/NAME"
        raise VaultError.single("the address of the database", "is not one of PostgreSQL", remedy)
    query = parse_qs(parts.query)
    host = unquote(parts.hostname or (query.pop("host", None) or [""])[0])
    port = str(parts.port or (query.pop("port", None) or [""])[0])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": _encryption(host, {name: values[0] for name, values in query.items()}),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _encryption(host: str, said: Mapping[str, str]) -> dict[str, str]:
    """Return the options of a connection; VaultError for what is not known and for a server elsewhere in clear."""
    place = "the address of the database"
    if unknown := sorted(said.keys() - _ENCRYPTION):
        remedy = f"of {', '.join(sorted(_ENCRYPTION))} say what is needed"
        raise VaultError.single(place, f"says what is not known here ({', '.join(unknown)})", remedy)
    if host in _HERE or host.startswith("/"):
        return dict(said)
    mode = said.get("sslmode", "require")
    if mode not in _SEALED:
        raise VaultError.single(place, "would send everything in clear", "write ?sslmode=verify-full")
    return {**said, "sslmode": mode}
