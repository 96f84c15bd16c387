"""Papers and notes: what is taken, how it is kept, how it leaves, and what happens when a file is lost."""

from __future__ import annotations

import errno
import io
import os
import random
import re
import zipfile
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from asylon.desk.config import current
from asylon.desk.content import NoteContent, PaperContent
from asylon.desk.models import Note, Paper, TrailRow
from asylon.desk.papertypes import DOCX, ODT, PDF, kind_of
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.cases import case_delete
from asylon.desk.services.notes import note_add
from asylon.desk.services.papers import paper_add, paper_read, stored_path
from asylon.desk.uploads import MAX_BYTES
from asylon.errors import VaultError
from tests.desk.cast import Cast, make_case, make_cast, make_shared_case, reopen, sign_in

PLAIN_PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(13) + bytes(4) + PNG_END
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(40) + b"\xff\xd9"
WEBP = b"RIFF" + (20).to_bytes(4, "little") + b"WEBPVP8 " + bytes(12)
TIFF = b"II*\0" + bytes(30)


def packed(parts: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return packed(parts | {name.replace("__", "/"): content for name, content in more.items()})


def odt(**more: bytes) -> bytes:
    return packed(
        {"mimetype": ODT.encode(), "content.xml": b"<office/>"} | {k.replace("__", "/"): v for k, v in more.items()}
    )


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


# ---------------------------------------------------------------- kinds of files


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PLAIN_PDF, PDF),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (TIFF, "image/tiff"),
        ("Отказ. סירוב. رفض\r\n".encode(), "text/plain"),
        ("Отказ".encode("utf-16"), "text/plain"),
        (docx(), DOCX),
        (odt(), ODT),
    ],
)
def test_kind_is_read_from_the_bytes(data: bytes, media_type: str) -> None:
    assert kind_of(data).media_type == media_type
    assert not kind_of(data).is_active


REFUSED = {
    "nothing": b"",
    "program for Windows": b"MZ\x90\0" + bytes(60),
    "program for Linux": b"\x7fELF" + bytes(60),
    "shell script": b"#!/bin/sh\nrm -rf ~\n",
    "page": b"  <!DOCTYPE html><script>alert(1)</script>",
    "page behind a mark": b"\xef\xbb\xbf<html></html>",
    "wide page": "<html></html>".encode("utf-16"),
    "drawing": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "rich text": b"{\\rtf1 {\\object}}",
    "old letter": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60),
    "text in another encoding": "Отказ".encode("cp1251"),
    "zip of anything": packed({"a.txt": b"a"}),
    "cut PDF": PLAIN_PDF[:40],
    "cut picture": PNG[:30],
    "PDF with a zip behind": PLAIN_PDF + packed({"a": b"a"}),
    "PDF with a page behind": PLAIN_PDF + b"<html>",
    "PDF with a page in its head": b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF",
    "picture with a zip behind": JPEG + packed({"a.class": b"a"}),
    "picture with a page inside": JPEG[:20] + b"<script>alert(1)</script>" + JPEG[20:],
    "picture with a PDF inside": JPEG[:20] + b"%PDF-1.4" + JPEG[20:],
    "picture with something behind": PNG + b"MZ and more",
    "WebP with something behind": WEBP + b"PK and more",
    "letter with macros": docx(word__vbaProject__bin=b"x").replace(b"vbaProject/bin", b"vbaProject.bin"),
    "open letter with macros": odt(Basic__script=b"x"),
    "letter that names places outside": docx(**{"..__..__evil": b"x"}),
    "letter behind something": b"PK\x03\x04" + docx(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(ValidationError) as error:
        kind_of(REFUSED[name])
    (sentence,) = error.value.messages
    assert re.fullmatch(r"[A-Z].{20,}\.", sentence)


def test_bombs_are_refused_without_unpacking() -> None:
    with pytest.raises(ValidationError, match="far too large"):
        kind_of(docx(word__media=bytes(40 * 1024 * 1024)))
    with pytest.raises(ValidationError, match="far too large"):
        kind_of(packed({"[Content_Types].xml": b"", "word/document.xml": b"", **{f"x{n}": b"" for n in range(2100)}}))


def test_overlapping_parts_are_refused() -> None:
    data = bytearray(packed({"[Content_Types].xml": b"a" * 500, "word/document.xml": b"b" * 500}, compression=0))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")  # the second part says it starts where the first does
    with pytest.raises(ValidationError, match="overlap"):
        kind_of(bytes(data))


def test_locked_letter_is_refused() -> None:
    data = bytearray(docx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    with pytest.raises(ValidationError, match="locked with a password"):
        kind_of(bytes(data))


def with_object_stream(inside: bytes) -> bytes:
    return b"%PDF-1.7\n2 0 obj <</Type /ObjStm /N 1>> stream\n" + zlib.compress(inside) + b"\nendstream\n%%EOF\n"


def relations(kind: bytes, target: bytes = b"http://evil.example/seen") -> bytes:
    """Return what a letter fetches from elsewhere when it is opened: whoever sent it learns when and from where."""
    of = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + kind
    return b'<Relationships><Relationship Id="1" Type="%s" Target="%s" TargetMode="External"/></Relationships>' % (
        of, target,
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        PLAIN_PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /JavaScript /JS (1)>>"),
        PLAIN_PDF.replace(b"/Catalog", b"/Catalog /A <</S /J#61vaScript>>"),
        PLAIN_PDF.replace(b"/Catalog", b"/Catalog /Names <</EmbeddedFiles 3 0 R>>"),
        PLAIN_PDF.replace(b"/Catalog", b"/Catalog /A <</S /Launch>>"),
        with_object_stream(b"<</S /JavaScript>>"),
        with_object_stream(bytes(70 * 1024 * 1024)),
        b"%PDF-1.7\n<</Type /Obj#53tm>> stream\nxx\nendstream\n%%EOF",
        b"%PDF-1.7\n<</Type /ObjStm>> stream\nnot compressed\nendstream\n%%EOF",
        docx(word__embeddings__oleObject1=b"x"),
        PLAIN_PDF.replace(b"/Catalog", b"/Page /AA <</O <</S /URI /URI (http://evil.example/seen)>> >>"),
        PLAIN_PDF.replace(b"/Catalog", b"/Page /AA 7 0 R"),
        PLAIN_PDF.replace(b"/Catalog", b"/Catalog /A <</S /GoToR /F (//evil.example/a.pdf)>>"),
        docx(word___rels__document=relations(b"image")),
        docx(word___rels__document=relations(b"image").replace(b'"', b"'")),
        docx(word___rels__footer1=relations(b"frame", b"http://evil.example/hyperlink")),
        docx(word___rels__document=random.Random(1).randbytes(70_000)),
    ],
)
def test_active_content_is_taken_and_marked(data: bytes) -> None:
    assert kind_of(data).is_active
    assert not kind_of(with_object_stream(b"<</Type /Page>>")).is_active
    assert not kind_of(docx(word___rels__document=relations(b"hyperlink"))).is_active


# ---------------------------------------------------------------- kept and given out


def address(name: str, opened: OpenCase, **ids: Any) -> str:
    wanted = {"case": opened.case.pk, **ids}
    return reverse(name, kwargs=wanted)


def kept(opened: OpenCase, data: bytes = PLAIN_PDF, name: str = "Zaslauskaja passport.pdf") -> Paper:
    return paper_add(opened=opened, data=data, file_name=name, title="Passport")


def test_only_sealed_bytes_lie_on_the_disk(cast: Cast) -> None:
    opened = make_case(cast.owner)
    secret = b"Maryna was refused in room 5."
    paper = kept(opened, secret, "refusal of Maryna.txt")
    path = stored_path(paper.stored)
    assert path.is_relative_to(current().vault.papers)
    assert secret not in path.read_bytes()
    assert "Maryna" not in str(path)
    assert b"Passport" not in bytes(paper.sealed)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    content, data = paper_read(opened=opened, paper=paper)
    assert (data, content.title, content.media_type, content.size) == (secret, "Passport", "text/plain", len(secret))


def test_sealed_bytes_do_not_open_in_another_place(cast: Cast) -> None:
    opened = make_case(cast.owner)
    one, other = kept(opened, b"one"), kept(opened, b"other")
    stored_path(one.stored).write_bytes(stored_path(other.stored).read_bytes())
    with pytest.raises(VaultError, match="is damaged"):
        paper_read(opened=opened, paper=one)
    assert paper_read(opened=opened, paper=other)[1] == b"other"


def test_roles(cast: Cast) -> None:
    opened = make_shared_case(cast)
    paper, note = kept(opened), note_add(opened=opened, text="Call at noon.")
    seen: dict[str, list[int]] = {}
    for name, user in cast.everybody().items():
        client = sign_in(user)
        pages = [client.get(address("papers", opened)), client.get(address("paper", opened, paper=paper.pk))]
        pages.append(client.get(address("notes", opened)))
        buttons = [client.post(address(route, opened, paper=paper.pk)) for route in ("paper_remove", "paper_restore")]
        buttons += [client.post(address(route, opened, note=note.pk)) for route in ("note_remove", "note_restore")]
        buttons += [client.post(address("notes", opened), {"text": "x"}), client.post(address("papers", opened), {})]
        seen[name] = [answer.status_code for answer in (*pages, *buttons)]
    assert seen == {
        **{name: [200] * 3 + [302] * 5 + [200] for name in ("owner", "colleague")},
        "reader": [200] * 3 + [403] * 6,
        "interpreter": [403] * 9,
        **{name: [404] * 9 for name in ("stranger", "boss", "admin")},
    }


def test_paper_leaves_as_a_download_that_no_browser_runs(cast: Cast) -> None:
    opened = make_shared_case(cast)
    paper = kept(opened, name='a"; filename="x.html\r\nSet-Cookie: a=b .pdf')
    answer = sign_in(cast.reader).get(address("paper", opened, paper=paper.pk))
    assert answer.content == PLAIN_PDF
    assert answer.headers["Content-Disposition"] == f'attachment; filename="paper-{paper.pk.hex[:8]}.pdf"'
    assert answer.headers["Content-Type"] == PDF
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store, private"
    row = TrailRow.objects.get(action="paper.read")
    assert (row.actor, row.object, row.detail) == ("reader", str(opened.case.pk), {"paper": str(paper.pk)})


def upload(client: Client, opened: OpenCase, data: bytes, **given: str) -> Any:
    file = SimpleUploadedFile("scan.html", data, content_type="text/html")
    return client.post(address("papers", opened), {**given, "file": file})


def test_upload_is_judged_by_its_bytes_not_by_its_name(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    assert upload(client, opened, PLAIN_PDF, title="Decision 114", note="Two pages").status_code == 302
    page = client.get(address("papers", opened)).content.decode()
    for words in ("Decision 114", "Two pages", "scan.html", "The paper was sealed and kept."):
        assert words in page
    refused = upload(client, opened, b"<html>", title="Kept title")
    assert refused.status_code == 200
    assert "Pages for browsers" in refused.content.decode()
    assert 'value="Kept title"' in refused.content.decode()
    assert Paper.objects.visible_to(cast.owner).count() == 1


def test_active_paper_is_marked_in_the_list(cast: Cast) -> None:
    opened = make_case(cast.owner)
    kept(opened, PLAIN_PDF.replace(b"/Catalog", b"/Catalog /OpenAction 3 0 R"))
    assert "active content" in sign_in(cast.owner).get(address("papers", opened)).content.decode()


def test_too_large_a_file_is_said_and_nothing_is_kept(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    answer = upload(client, opened, PLAIN_PDF + b" " * MAX_BYTES, title="Kept title")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "larger than 25 MB" in page
    assert 'value="Kept title"' in page
    with pytest.raises(ValidationError, match="larger than 25 MB"):
        kept(opened, b"a" * (MAX_BYTES + 1))
    assert not Paper.objects.visible_to(cast.owner).exists()


def files() -> set[str]:
    return {path.name for path in current().vault.papers.rglob("*") if path.is_file()}


def test_full_disk_is_said_and_leaves_no_row_and_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = make_case(cast.owner)
    client, before = sign_in(cast.owner), files()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    page = upload(client, opened, PLAIN_PDF, title="Kept title").content.decode()
    monkeypatch.undo()
    assert "The paper was not saved" in page
    assert "free some space" in page
    assert 'value="Kept title"' in page
    assert not Paper.objects.visible_to(cast.owner).exists()
    assert files() == before
    assert upload(client, opened, PLAIN_PDF).status_code == 302


def test_failed_row_leaves_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from asylon.desk.services import papers

    opened, before = make_case(cast.owner), files()

    def refuse(*_args: object, **_more: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(papers, "record", refuse)
    with pytest.raises(RuntimeError):
        kept(opened)
    assert files() == before
    assert not Paper.objects.visible_to(cast.owner).exists()


@pytest.mark.parametrize("harm", ["missing", "cut", "changed"])
def test_lost_file_is_one_clear_page_and_nothing_else_is_lost(cast: Cast, harm: str) -> None:
    opened = make_case(cast.owner)
    paper, whole = kept(opened), kept(opened, b"Whole.")
    path = stored_path(paper.stored)
    sealed = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(sealed[:-5] if harm == "cut" else sealed[:-1] + bytes([sealed[-1] ^ 1]))
    client = sign_in(cast.owner)
    answer = client.get(address("paper", opened, paper=paper.pk))
    assert answer.status_code == 410
    page = answer.content.decode()
    assert ("is missing" if harm == "missing" else "is damaged") in page
    assert "restore it from a backup" in page
    assert str(path) not in page
    assert client.get(address("paper", opened, paper=whole.pk)).content == b"Whole."
    assert client.get(address("papers", opened)).status_code == 200
    assert TrailRow.objects.filter(action="paper.read").count() == 1, "what could not be read was not read"


def test_removed_paper_comes_back_once(cast: Cast) -> None:
    opened = make_shared_case(cast)
    paper = kept(opened)
    client = sign_in(cast.colleague)
    for _twice in range(2):
        client.post(address("paper_remove", opened, paper=paper.pk))
    assert "Removed papers" in client.get(address("papers", opened)).content.decode()
    for _twice in range(2):
        client.post(address("paper_restore", opened, paper=paper.pk))
    assert "Removed papers" not in client.get(address("papers", opened)).content.decode()
    actions = TrailRow.objects.filter(action__startswith="paper.").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["paper.added", "paper.removed", "paper.restored"]


def test_paper_and_note_of_another_case_are_not_there(cast: Cast) -> None:
    opened, other = make_case(cast.owner), make_case(cast.stranger)
    paper, note = kept(opened), note_add(opened=opened, text="Call at noon.")
    client = sign_in(cast.stranger)
    assert client.get(address("paper", other, paper=paper.pk)).status_code == 404
    assert client.post(address("note_remove", other, note=note.pk)).status_code == 404


def test_deleted_case_takes_its_files_along(cast: Cast) -> None:
    opened = make_case(cast.owner)
    path = stored_path(kept(opened).stored)
    assert path.exists()
    case_delete(opened=opened)
    assert not path.exists()


# ---------------------------------------------------------------- notes


def test_notes_are_sealed_removed_and_brought_back(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.colleague)
    assert client.post(address("notes", opened), {"text": "Do not call.\nShe is afraid."}).status_code == 302
    note = Note.objects.visible_to(cast.owner).get()
    assert b"afraid" not in bytes(note.sealed)
    assert reopen(opened, cast.reader).unseal(note, NoteContent).text == "Do not call.\nShe is afraid."
    assert "Do not call.<br>She is afraid." in sign_in(cast.reader).get(address("notes", opened)).content.decode()
    client.post(address("note_remove", opened, note=note.pk))
    assert "Removed notes" in client.get(address("notes", opened)).content.decode()
    client.post(address("note_restore", opened, note=note.pk))
    note.refresh_from_db()
    assert note.removed_at is None
    empty = client.post(address("notes", opened), {"text": "  "})
    assert empty.status_code == 200
    assert "The note is empty" in empty.content.decode()


def test_content_of_an_older_paper_still_reads(cast: Cast) -> None:
    from asylon.desk.content import dump, load

    old = (
        dump(PaperContent("T", "t.pdf", PDF, 3, "00"))
        .replace(b',"is_active":false', b"")
        .replace(b'"is_active":false,', b"")
    )
    assert b"is_active" not in old
    assert load(PaperContent, old).is_active is False
