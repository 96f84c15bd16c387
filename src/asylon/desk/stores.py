"""The two stores: SQLCipher on a laptop, PostgreSQL on a server."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from asylon.errors import VaultError


def postgresql_settings(address: str) -> dict[str, Any]:
    """Return Django's settings for `postgresql://user@host:port/name`; VaultError when it is no such address."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        remedy = "write postgresql://USER@HOST/NAME"
        raise VaultError.single("the address of the database", "is not one of PostgreSQL", remedy)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or (query.get("host") or [""])[0]),
        "PORT": str(parts.port or (query.get("port") or [""])[0]),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
