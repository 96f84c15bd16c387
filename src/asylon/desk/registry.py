"""Every way by which content leaves the desk is listed here; what is not listed fails a test.

A view says `@reads(...)`; routes of packages, commands and reasons to look past the wall stand in the
tables below. `tests/desk/test_registry.py` walks all routes, commands and admin pages and compares;
`tests/desk/test_walls.py` probes each of them as everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

V = TypeVar("V", bound=Callable[..., Any])
Shows = Literal["case", "list", "own", "accounts", "trail", "counts", "nothing"]


@dataclass(frozen=True, slots=True)
class ReadPath:
    """One way content leaves: `shows` says what it may show.

    `case`: one walled object, by its id; `list`: those of many that one may see; `own`: only what
    belongs to the person signed in; `accounts`: names of colleagues; `trail`: rows of the trail; `counts`: protected
    counts over all cases and the stories told with them, never a case; `nothing`: no content.
    """

    name: str
    shows: Shows
    is_open: bool = False  # reached without signing in


def reads(name: str, shows: Shows, *, is_open: bool = False) -> Callable[[V], V]:
    """Register a view as a way by which content leaves."""

    def mark(view: V) -> V:
        view.read_path = ReadPath(name, shows, is_open)  # type: ignore[attr-defined]
        return view

    return mark


# Routes of installed packages: they show the account of the person signed in, never a case.
PACKAGES: dict[str, ReadPath] = {
    name: ReadPath(name, "own", is_open=name in ("account_login", "mfa_authenticate"))
    for name in (
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
    )
}

# Reasons to query past the wall. None of them shows a row to anybody.
UNWALLED: frozenset[str] = frozenset(
    {
        "reckon",  # duties are reckoned from dates; no key, no content
        "number",  # a new case number must be free
        "backup",  # rows leave sealed, in an encrypted archive
        "conflict check",  # matches go to the leads of the cases, never to the asker
        "break glass",  # the one way in without a membership; it leaves a trail and a notice
        "write",  # a service changes rows of a case that it was given open
        "new key",  # the wrap of every case for emergencies gives way to one for a new key
        "statistics",  # counts over all cases, protected before anybody sees them
        "recover",  # the recovery key gives access back, and gives way to a new one
    }
)

# Commands that open a vault: rows leave them sealed or not at all.
_COMMANDS: dict[str, Shows] = {
    "demo": "nothing",
    "serve": "nothing",
    "vault backup": "nothing",
    "vault backup-key": "nothing",
    "vault check": "nothing",
    "vault evacuate": "nothing",
    "vault init": "nothing",
    "vault new-words": "nothing",
    "vault passphrase": "nothing",
    "vault reckon": "nothing",
    "vault recover": "accounts",
    "vault restore": "nothing",
    "vault verify-trail": "trail",
}
COMMANDS: dict[str, ReadPath] = {name: ReadPath(name, shows) for name, shows in _COMMANDS.items()}
