"""Papers: checked, sealed and stored; only sealed bytes ever lie on the disk."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path, PurePath
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asylon.desk.config import current
from asylon.desk.content import PaperContent
from asylon.desk.models import Event, Paper
from asylon.desk.papertypes import kind_of
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.trail import record
from asylon.desk.uploads import MAX_BYTES
from asylon.errors import AsylonError, VaultError
from asylon.vault.disk import sync_folder
from asylon.vault.sealing import seal, unseal
from asylon.vault.store import write_whole

BYTES = "bytes"


def stored_path(name: UUID) -> Path:
    """Return where the sealed bytes of a paper lie."""
    return current().vault.papers / name.hex[:2] / name.hex


def stored_remove(name: UUID) -> None:
    """Remove the sealed bytes of a paper; nothing happens when they are gone already."""
    stored_path(name).unlink(missing_ok=True)


def _store(name: UUID, sealed: bytes) -> None:
    """Write sealed bytes so that they survive a power cut; VaultError when the disk is full."""
    path = stored_path(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(path.parent.parent)
    except OSError as error:
        remedy = "free some space or check the folder; nothing was saved"
        raise VaultError.single("the paper", f"could not be written ({error.strerror})", remedy) from None
    try:
        write_whole(path, sealed)
    except VaultError:
        raise VaultError.single(
            "the paper", "could not be written; the disk is full or closed", "free some space; nothing was saved"
        ) from None


def paper_add(
    *, opened: OpenCase, data: bytes, file_name: str, title: str, note: str = "", event: Event | None = None
) -> Paper:
    """Return a new paper of a case, its bytes sealed beside the database.

    ValidationError when the file is too large or of a kind that is not taken; VaultError when the disk does not
    take it. In both cases nothing is saved.
    """
    if not opened.may("write"):
        raise PermissionDenied
    if len(data) > MAX_BYTES:
        raise ValidationError(too_large())
    content = _content(data, file_name, title, note)
    row = Paper(case=opened.case, event=event, added_by=opened.keyring.user, added_at=timezone.now())
    row.sealed = opened.seal(row, content)
    _store(row.stored, seal(opened.key, data, row.place(BYTES)))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record("paper.added", by=opened.keyring.user, about=opened.case.pk, paper=str(row.pk))
    except BaseException:
        with contextlib.suppress(OSError):
            stored_remove(row.stored)
        raise
    return row


def _content(data: bytes, file_name: str, title: str, note: str) -> PaperContent:
    kind = kind_of(data)
    name = PurePath(file_name.replace("\\", "/")).name[:200]
    return PaperContent(
        title=title.strip() or name,
        file_name=name,
        media_type=kind.media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        note=note.strip(),
        is_active=kind.is_active,
    )


def too_large() -> str:
    """Return the sentence for a file beyond the limit."""
    most = MAX_BYTES // (1024 * 1024)
    return _("The file is larger than %(most)d MB; split it, or scan it with a lower resolution.") % {"most": most}


def paper_read(*, opened: OpenCase, paper: Paper) -> tuple[PaperContent, bytes]:
    """Return what a paper is called and its bytes, and record that it was read.

    VaultError when the sealed file is missing or damaged; everything else of the case is as it was.
    """
    if not opened.may("papers"):
        raise PermissionDenied
    content: PaperContent = opened.unseal(paper, PaperContent)
    try:
        sealed = stored_path(paper.stored).read_bytes()
    except OSError:
        raise _lost(_("is missing")) from None
    try:
        data = unseal(opened.key, sealed, paper.place(BYTES))
    except VaultError:
        raise _lost(_("is damaged")) from None
    record("paper.read", by=opened.keyring.user, about=opened.case.pk, paper=str(paper.pk))
    return content, data


def _lost(problem: str) -> AsylonError:
    return VaultError.single(_("the file of this paper"), problem, _("restore it from a backup"))


@transaction.atomic
def paper_tie(*, opened: OpenCase, paper: Paper, event: Event | None) -> None:
    """Say which event a paper shows, or that it shows none."""
    if not opened.may("write") or (event is not None and event.case_id != opened.case.pk):
        raise PermissionDenied
    rows = Paper.objects.unwalled("write").filter(pk=paper.pk, case=opened.case)
    rows = rows.filter(event__isnull=False) if event is None else rows.exclude(event=event)
    if rows.update(event=event):
        record("paper.changed", by=opened.keyring.user, about=opened.case.pk, paper=str(paper.pk))


@transaction.atomic
def paper_remove(*, opened: OpenCase, paper: Paper) -> None:
    """Take a paper out of the file; it can be brought back."""
    _set_removed(opened, paper, is_removed=True)


@transaction.atomic
def paper_restore(*, opened: OpenCase, paper: Paper) -> None:
    """Bring a paper back."""
    _set_removed(opened, paper, is_removed=False)


def _set_removed(opened: OpenCase, paper: Paper, *, is_removed: bool) -> None:
    if not opened.may("write"):
        raise PermissionDenied
    rows = Paper.objects.unwalled("write").filter(pk=paper.pk, case=opened.case, removed_at__isnull=is_removed)
    if rows.update(removed_at=timezone.now() if is_removed else None):
        action = "paper.removed" if is_removed else "paper.restored"
        record(action, by=opened.keyring.user, about=opened.case.pk, paper=str(paper.pk))
