"""Letters of word processors are zip files: looked at by their list of contents, never unpacked."""

from __future__ import annotations

import re
import zipfile
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

MOST_ENTRIES, MOST_BYTES, MOST_RATIO = 2000, 300 * 1024 * 1024, 100
_HEADER = 30  # bytes of a local header before the name
_END = b"PK\x05\x06"
_MACROS = re.compile(r"(^|/)(vbaProject|vbaData)|^Basic/|^Scripts/", re.IGNORECASE)
_MOST_RELATIONS = 64 * 1024
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ELSEWHERE = re.compile(rb"TargetMode\s*=\s*[\"']External")
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_ACTS = re.compile(r"(^|/)(embeddings|activeX|oleObject|Object \d+|ObjectReplacements)", re.IGNORECASE)


def looks_like_zip_at_end(data: bytes) -> bool:
    """Tell whether the end of a file is also the end of a zip, so that other programs would unpack it."""
    place = data.rfind(_END)
    if place < 0 or place + 22 > len(data):
        return False
    comment = int.from_bytes(data[place + 20 : place + 22], "little")
    return place + 22 + comment >= len(data.rstrip(b"\0 \t\r\n"))


def office_kind(file: IO[bytes], *, size: int) -> tuple[str, bool]:
    """Return media type and whether it holds objects that act, of a letter in DOCX or ODT.

    ValidationError with one sentence for anything else, for a bomb, and for a letter with macros or a password.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            _must_be_sane(entries, size, packed.start_dir)
            names = [entry.filename for entry in entries]
            media_type = _media_type(packed, names)
            is_active = any(_ACTS.search(name) for name in names) or _loads_from_elsewhere(packed, names)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        raise ValidationError(_("The file is damaged or cut off; send it again.")) from None
    if any(_MACROS.search(name) for name in names):
        raise ValidationError(_("This letter holds macros; save it without them or print it to a PDF."))
    return media_type, is_active


def _must_be_sane(entries: list[zipfile.ZipInfo], size: int, directory: int) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or total > size * MOST_RATIO:
        raise ValidationError(_("Unpacked, this file would be far too large; print it to a PDF and add that."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("This letter is locked with a password; save it without one."))
    if any(entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename) for entry in entries):
        raise ValidationError(_("This file names places outside itself, as attackers do; print it to a PDF."))
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        # Entries that share bytes unpack to far more than they say.
        if entry.header_offset < place:
            raise ValidationError(_("The parts of this file overlap, as attackers make them; print it to a PDF."))
        place = entry.header_offset + _HEADER + entry.compress_size
    if place > directory or (entries and min(entry.header_offset for entry in entries) != 0):
        raise ValidationError(_("The file is damaged or cut off; send it again."))


def _media_type(packed: zipfile.ZipFile, names: list[str]) -> str:
    if names and names[0] == "mimetype" and _start(packed, "mimetype", 100).strip() == ODT.encode():
        return ODT
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    raise ValidationError(
        _("Of packed files only letters in DOCX and ODT are taken; add the papers one by one, or as a PDF.")
    )


def _start(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return the first bytes of one part."""
    with packed.open(name) as part:
        return part.read(most)


def _loads_from_elsewhere(packed: zipfile.ZipFile, names: list[str]) -> bool:
    """Tell whether a letter fetches a template or a picture from elsewhere when it is opened; a link alone does not."""
    parts = (_start(packed, name, _MOST_RELATIONS) for name in names if name.startswith("word/_rels/"))
    return any(len(part) == _MOST_RELATIONS or any(map(_fetches, _RELATION.findall(part))) for part in parts)


def _fetches(relation: bytes) -> bool:
    return bool(_ELSEWHERE.search(relation)) and not _LINK.search(relation)
