"""Writes the trail: one row for every read of content, change, export and sign-in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from asylon.desk.config import current
from asylon.desk.models import TrailHead, TrailRow, User
from asylon.vault import trail as chain

# Every action that may stand in the trail. A name that is not here is a mistake and raises.
ACTIONS = frozenset(
    {
        "account.admitted", "account.closed", "account.locked", "account.made", "account.password",
        "account.changed", "account.recovered",
        "board.read", "cases.read", "case.read", "case.card.read", "case.opened", "case.changed", "case.closed",
        "case.reopened", "case.deleted", "case.glass_broken", "case.glass_refused", "case.whatif",
        "conflict.checked", "conflict.decided",
        "enquiry.read", "enquiry.saved", "enquiry.refused", "enquiry.referred", "enquiry.deleted",
        "event.added", "event.changed", "event.confirmed", "event.removed", "event.restored",
        "family.made", "family.changed", "family.read",
        "membership.changed", "membership.given", "membership.left", "membership.taken", "bar.set", "bar.lifted",
        "note.added", "note.removed", "note.restored",
        "paper.added", "paper.changed", "paper.read", "paper.removed", "paper.restored",
        "people.read", "person.added", "person.changed", "person.read", "person.restored", "person.unlinked",
        "proceeding.opened", "proceeding.changed", "relation.set", "relation.removed",
        "search.done", "session.locked", "session.opened", "session.refused",
        "statistics.asked", "statistics.drafted", "statistics.dropped", "statistics.read", "statistics.refused",
        "statistics.released", "statistics.taken", "story.added", "story.read", "story.withdrawn", "trail.read",
        "vault.backed_up", "vault.emergency_renewed", "vault.evacuated", "vault.leftovers_removed", "vault.made",
        "vault.passphrase_changed", "vault.restored", "vault.words_renewed",
    }
)  # fmt: skip


def trail_key() -> bytes:
    """Return the key of the chain of this vault."""
    return current().vault.key("trail")


def record(action: str, *, by: User | str, about: object = "", count: int = 1, **detail: str | int) -> None:
    """Add a row to the trail in the transaction of the change, or in one of its own.

    `about` is the id of what was touched, `detail` words and numbers without content. ValueError for an
    action that is not registered.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is no registered action")
    actor = by if isinstance(by, str) else by.username
    with transaction.atomic():
        head = _locked_head()
        row = chain.TrailRow(
            seq=head.seq + 1,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            actor=actor,
            action=action,
            object=str(about),
            count=count,
            detail=dict(detail),
        )
        made = chain.row_hash(trail_key(), bytes(head.hash), row)
        TrailRow.objects.create(**_columns(row), hash=made)
        TrailHead.objects.filter(pk=head.pk).update(seq=row.seq, hash=made)


def _columns(row: chain.TrailRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "object": row.object,
        "count": row.count,
        "detail": dict(row.detail),
    }


def _locked_head() -> TrailHead:
    # One writer at a time: the row is locked on PostgreSQL; the embedded store has one writer anyway.
    rows = TrailHead.objects.select_for_update() if connection.features.has_select_for_update else TrailHead.objects
    head = rows.first()
    return head or TrailHead.objects.create(seq=0, hash=chain.START)


def core_row(row: TrailRow) -> chain.TrailRow:
    """Return a stored row as the value that the chain covers."""
    return chain.TrailRow(row.seq, row.at, row.actor, row.action, row.object, row.count, dict(row.detail))
