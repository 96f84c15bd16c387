"""What kind of file an upload really is, by its bytes and never by its name; what may not come in is refused.

Nothing is extracted, rendered or run. A file that may act by itself when it is opened (a PDF with scripts or
embedded files, a letter with objects) is kept and marked; what pretends to be two kinds at once, executables
and pages for browsers are refused.
"""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from asylon.desk.papertypes_zip import looks_like_zip_at_end, office_kind

PDF, TEXT = "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

# What is taken, with the ending that a download gets.
ENDINGS = {
    PDF: "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "image/webp": "webp",
    TEXT: "txt",
    DOCX: "docx",
    ODT: "odt",
}

_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
_ACTIVE = re.compile(
    rb"/(JavaScript|OpenAction|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|GoToR|Encrypt)\b"
    rb"|/AA\s*(<<|\d+\s+\d+\s+R\b)"
)
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_HEAD = 1024
_MOST_STREAMS, _MOST_INFLATED = 2000, 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: its media type, and whether it may act by itself when it is opened."""

    media_type: str
    is_active: bool = False


def kind_of(data: bytes) -> Kind:
    """Return what kind of file this is; ValidationError with one sentence when it is not taken."""
    if not data:
        raise ValidationError(_("The file is empty; choose another one."))
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        media_type, is_active = office_kind(BytesIO(data), size=len(data))
        return Kind(media_type, is_active)
    image = _image(data)
    if image:
        _must_be_one_kind(data)
        return Kind(image)
    return _text(data)


def _image(data: bytes) -> str:
    """Return the media type of a picture, empty when it is none."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        _must_end(data, _png_end(data))
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "image/tiff"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _must_end(data, 8 + int.from_bytes(data[4:8], "little"))
        return "image/webp"
    return ""


def _png_end(data: bytes) -> int:
    """Return where the picture ends; ValidationError when it is cut."""
    place = 8
    while place + 12 <= len(data):
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        place += 12 + length
        if name == b"IEND":
            return place
    raise ValidationError(_("The picture is damaged or cut off; send it again."))


def _must_end(data: bytes, end: int) -> None:
    if end > len(data) + 1:
        raise ValidationError(_("The picture is damaged or cut off; send it again."))
    if data[end:].strip(b"\0 \t\r\n"):
        _refuse_two_kinds()


def _must_be_one_kind(data: bytes) -> None:
    """Refuse a file that another program would read as something else."""
    head = data[:_HEAD]
    if looks_like_zip_at_end(data) or b"%PDF-" in head[1:] or _MARKUP.search(head):
        _refuse_two_kinds()


def _refuse_two_kinds() -> None:
    raise ValidationError(
        _("This file is two kinds of file in one, as attackers make them; print it to a new PDF and add that.")
    )


def _pdf(data: bytes) -> Kind:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise ValidationError(_("The PDF is damaged or cut off; send it again."))
    if data[end + 5 :].strip(b"\0 \t\r\n") or looks_like_zip_at_end(data) or _MARKUP.search(data[5:_HEAD]):
        _refuse_two_kinds()
    return Kind(PDF, is_active=_acts(data))


def _acts(data: bytes) -> bool:
    """Tell whether a PDF holds scripts, embedded files or actions; what cannot be looked into counts as active."""
    plain = _plain_names(data)
    if _ACTIVE.search(plain) or plain.count(b"/ObjStm") != data.count(b"/ObjStm"):
        return True
    inflated = 0
    for number, found in enumerate(_OBJECT_STREAM.finditer(data)):
        end = data.find(b"endstream", found.end())
        part = _inflate(data[found.end() : end], _MOST_INFLATED - inflated)
        if part is None or number >= _MOST_STREAMS or _ACTIVE.search(_plain_names(part)):
            return True
        inflated += len(part)
    return False


def _plain_names(data: bytes) -> bytes:
    """Return the bytes with names as `/J#61vaScript` written plainly."""
    return _NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _inflate(data: bytes, most: int) -> bytes | None:
    """Return compressed bytes unpacked, None when they are not compressed so or longer than `most`."""
    worker = zlib.decompressobj()
    try:
        part = worker.decompress(data, most) if most > 0 else b""
    except zlib.error:
        return None
    return None if worker.unconsumed_tail or most <= 0 else part


def _text(data: bytes) -> Kind:
    words = _decoded(data)
    is_text = words is not None and not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in words)
    if not is_text:
        raise ValidationError(
            _("This kind of file is not taken: choose a PDF, a picture, a DOCX or ODT letter, or plain text in UTF-8.")
        )
    head = data[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith((b"#!", b"{\\rtf", b"<?xml", b"%PDF")) or _MARKUP.search(head):
        raise ValidationError(
            _("Pages for browsers, drawings and programs are not taken; print it to a PDF and add that.")
        )
    return Kind(TEXT)


def _decoded(data: bytes) -> str | None:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        return None
