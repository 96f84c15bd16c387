"""Counts over all cases on their way out: drafted and protected, asked for, released by a second person.

The guard compares with everything released before; a draft is compared besides with all that its author has seen, so
that nobody finds a person by trying. What it compares are digests, sealed under a key of the vault.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.config import current
from asylon.desk.models import Notice, Release, Story, User
from asylon.desk.services.accounts import organisation_held
from asylon.desk.services.counting import (
    DIMENSIONS,
    REPORT,
    CountedCase,
    Period,
    counted_cases,
    keys_of,
    table_of,
    wait_of,
)
from asylon.desk.services.trail import record
from asylon.desk.walls import may_count
from asylon.statistics.differencing import Guard, Refusal, Released
from asylon.statistics.disclosure import MINIMUM, TOTAL, suppress
from asylon.vault.sealing import seal, unseal

PURPOSE = "releases"
_BLOCK = 4096  # sealed members are filled up to a multiple, so that their length tells little


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """What somebody wants counted: one table by one or two dimensions, or the tables of the yearly report."""

    name: str
    first: date
    last: date
    by: tuple[str, ...] = ()

    @property
    def is_report(self) -> bool:
        """Tell whether it is a yearly report."""
        return not self.by


@dataclass(frozen=True, slots=True)
class _Counted:
    """Protected tables as plain values, and who stands in each cell that is shown."""

    tables: list[dict[str, Any]]
    waits: dict[str, Any]
    cells: tuple[frozenset[str], ...]


def release_draft(*, user: User, draft: ReleaseDraft) -> Release:
    """Return new protected tables of what `draft` asks for.

    PermissionDenied for who may not count. ValidationError for days to come or turned round, when there is nothing to
    count, and when what is asked would, together with what was released or seen before, show a small group; that is
    kept in the trail, and nothing of it is shown.
    """
    if not may_count(user):
        raise PermissionDenied
    _check(draft)
    period = Period(draft.first, draft.last)
    guard = _guard(Release.objects.filter(Q(asked_at__isnull=False) | Q(drafted_by=user)))
    cases = counted_cases(period, key=_key())
    if not cases:
        raise ValidationError(_("No case was open in these days."))
    counted, reason = _protected(cases, period, draft, guard)
    if reason:
        record("statistics.refused", by=user)
        raise ValidationError(reason)
    return _save(user, draft, counted)


@transaction.atomic
def _save(user: User, draft: ReleaseDraft, counted: _Counted) -> Release:
    row = Release(name=draft.name, first=draft.first, last=draft.last, is_report=draft.is_report, minimum=MINIMUM)
    row.tables, row.waits, row.drafted_by, row.drafted_at = counted.tables, counted.waits, user, timezone.now()
    row.members = _sealed(row, counted.cells)
    row.save(force_insert=True)
    record("statistics.drafted", by=user, about=row.pk, count=len(row.tables))
    return row


def _check(draft: ReleaseDraft) -> None:
    if draft.first > draft.last:
        raise ValidationError(_("The last day lies before the first."))
    if draft.last > timezone.localdate():
        raise ValidationError(_("The last day is still to come; only days that are over can be counted."))
    if len(draft.by) > 2 or len(set(draft.by)) < len(draft.by) or not set(draft.by) <= set(DIMENSIONS):
        raise ValidationError(_("Choose one breakdown, or two that differ."))


# ---------------------------------------------------------------- protecting


def _protected(cases: Sequence[CountedCase], period: Period, draft: ReleaseDraft, guard: Guard) -> tuple[_Counted, str]:
    """Return what may be shown, and why nothing may; of a report those tables are left out that may not."""
    wanted = [(by, *_table(cases, by)) for by in (REPORT if draft.is_report else (draft.by,))]
    cells, left_out, reason = _kept([shown for _by, _rows, shown in wanted], draft.name, guard)
    if len(left_out) == len(wanted):
        return _Counted([], {}, ()), reason
    tables = [
        {"by": list(by), "rows": [] if number in left_out else rows} for number, (by, rows, _shown) in enumerate(wanted)
    ]
    waits, waiting = wait_of(cases, period, minimum=MINIMUM) if draft.is_report else ({}, frozenset[str]())
    if waits and guard.refusal(Released(draft.name, (*cells, waiting))) is None:
        cells.append(waiting)
    else:
        waits = {}
    return _Counted(tables, waits, tuple(dict.fromkeys(cells))), ""


def _kept(
    tables: Sequence[Sequence[frozenset[str]]], name: str, guard: Guard
) -> tuple[list[frozenset[str]], frozenset[int], str]:
    """Return the cells that may be shown together, which tables may not join them, and why the first of these."""
    cells = [cell for table in tables for cell in table]
    refusal = guard.refusal(Released(name, tuple(cells)))
    if refusal is None:
        return cells, frozenset(), ""
    cells, left_out, reason = [], set(), ""
    for number, table in enumerate(tables):
        refusal = guard.refusal(Released(name, (*cells, *table)))
        if refusal is None:
            cells += table
        else:
            left_out.add(number)
            reason = reason or _said(refusal)
    return cells, frozenset(left_out), reason


def _table(cases: Sequence[CountedCase], by: tuple[str, ...]) -> tuple[list[list[Any]], list[frozenset[str]]]:
    """Return the rows of one protected table, and who stands in each cell shown with its number."""
    keys = keys_of(cases, by, minimum=MINIMUM)
    protected = suppress(table_of(keys, by), dimensions=by, value="cases", minimum=MINIMUM)
    rows: list[list[Any]] = []
    cells: list[frozenset[str]] = []
    for row in protected.table.iter_rows():
        wanted, count, bounds, shown = row[: len(by)], row[len(by)], row[len(by) + 1 : -1], row[-1]
        rows.append([*wanted, shown, *bounds])
        if count:
            cells.append(frozenset(case.digest for case, key in zip(cases, keys, strict=True) if _is_in(key, wanted)))
    return rows, cells


def _is_in(key: tuple[str, ...], cell: tuple[str, ...]) -> bool:
    return all(name in (TOTAL, own) for own, name in zip(key, cell, strict=True))


def _said(refusal: Refusal | None) -> str:
    """Return the reason of the guard in the language of the page, empty for none."""
    if refusal is None:
        return ""
    if not refusal.earlier:
        return _("This would show the number of a group of fewer than %(n)d.") % {"n": MINIMUM}
    if len(refusal.earlier) > 1:
        said = _("Together with several earlier ones this would show the number of a group of fewer than %(n)d.")
        return said % {"n": MINIMUM}
    said = _("Together with “%(name)s” this would show the number of a group of fewer than %(n)d.")
    return said % {"name": refusal.earlier[0], "n": MINIMUM}


# ---------------------------------------------------------------- the guard


def _guard(rows: Iterable[Release]) -> Guard:
    return Guard(tuple(Released(row.name, _members(row)) for row in rows), MINIMUM)


def _key() -> bytes:
    return current().vault.key(PURPOSE)


def _sealed(row: Release, cells: Iterable[frozenset[str]]) -> bytes:
    people = sorted(frozenset().union(*cells))
    places = {digest: number for number, digest in enumerate(people)}
    plain = {"people": people, "cells": [f"{sum(1 << places[digest] for digest in cell):x}" for cell in cells]}
    packed = zlib.compress(json.dumps(plain).encode())
    size = len(packed).to_bytes(4, "big")
    return seal(_key(), (size + packed).ljust(-(-len(size + packed) // _BLOCK) * _BLOCK, b"\0"), row.place)


def _members(row: Release) -> tuple[frozenset[str], ...]:
    data = unseal(_key(), row.members, row.place)
    plain = json.loads(zlib.decompress(data[4 : 4 + int.from_bytes(data[:4], "big")]))
    bits = [bin(int(cell, 16))[:1:-1] for cell in plain["cells"]]
    return tuple(frozenset(who for who, bit in zip(plain["people"], cell, strict=False) if bit == "1") for cell in bits)


# ---------------------------------------------------------------- release


def may_release(user: User, row: Release) -> bool:
    """Tell whether `user` may be the second person for what was asked: never who drafted it, nor who cannot read it."""
    is_second = may_count(user) and row.state == "asked" and row.drafted_by_id != user.pk
    return is_second and (not row.stories or user.is_admitted)


def release_seen(user: User, release: UUID) -> Release:
    """Return a release that `user` may see: released, asked for, or their own; Http404 for any other."""
    row = releases_seen(user).filter(pk=release).select_related("drafted_by", "released_by").first()
    if row is None:
        raise Http404
    return row


def releases_seen(user: User) -> QuerySet[Release]:
    """Return what `user` may see; PermissionDenied for who may not count."""
    if not may_count(user):
        raise PermissionDenied
    return Release.objects.filter(Q(asked_at__isnull=False) | Q(drafted_by=user), dropped_at__isnull=True)


@transaction.atomic
def release_ask(*, user: User, release: UUID, purpose: str, recipient: str) -> Release:
    """Ask that a second person release one's own draft; purpose and recipient are kept with it.

    Stories of a report are those of its year as they stand now. ValidationError when it was asked already, or would
    now show a small group together with what was released since.
    """
    row = _locked(user, release)
    if row.drafted_by_id != user.pk:
        raise PermissionDenied
    if row.state != "draft":
        raise ValidationError(_("It was asked for already."))
    if not purpose.strip() or not recipient.strip():
        raise ValidationError(_("Say what for, and who gets it."))
    _refuse_what_tells(row)
    row.purpose, row.recipient, row.asked_at = purpose.strip(), recipient.strip(), timezone.now()
    if row.is_report:
        row.stories = [str(pk) for pk in Story.objects.filter(year=row.last.year).values_list("pk", flat=True)]
    row.save()
    record("statistics.asked", by=user, about=row.pk, count=len(row.stories))
    others = [other for other in User.objects.filter(is_active=True).exclude(pk=user.pk) if may_count(other)]
    Notice.objects.bulk_create(Notice(user=other, kind=Notice.Kind.TO_RELEASE, about=user) for other in others)
    return row


@transaction.atomic
def release_approve(*, user: User, release: UUID) -> Release:
    """Release what somebody else asked for; from then on it can be taken out, and the guard knows it.

    PermissionDenied for who drafted it, ValidationError when it is not asked for or would show a small group.
    """
    row = _locked(user, release)
    if row.drafted_by_id == user.pk:
        raise PermissionDenied
    if not may_release(user, row):
        raise ValidationError(_("It is asked for no more, or its stories are sealed for you."))
    _refuse_what_tells(row)
    row.released_by, row.released_at = user, timezone.now()
    row.save()
    record("statistics.released", by=user, about=row.pk, count=len(row.tables))
    return row


@transaction.atomic
def release_drop(*, user: User, release: UUID) -> None:
    """Drop a draft of one's own, or what somebody asked for; ValidationError for what was released."""
    row = _locked(user, release)
    if row.state == "released":
        raise ValidationError(_("It was released; what is known outside cannot be taken back."))
    row.dropped_at = timezone.now()
    row.save()
    record("statistics.dropped", by=user, about=row.pk)


def _locked(user: User, release: UUID) -> Release:
    """Return a release that may be seen, while nobody else releases anything."""
    if not may_count(user):
        raise PermissionDenied
    organisation_held()
    return release_seen(user, release)


def _refuse_what_tells(row: Release) -> None:
    refusal = _guard(Release.objects.filter(released_at__isnull=False)).refusal(Released(row.name, _members(row)))
    if refusal is not None:
        raise ValidationError(_said(refusal))


def release_taken(*, user: User, row: Release, form: str) -> None:
    """Record that somebody took a release out of the desk as a file; PermissionDenied for what is not released."""
    if not may_count(user) or row.state != "released":
        raise PermissionDenied
    record("statistics.taken", by=user, about=row.pk, form=form)
