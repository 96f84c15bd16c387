"""Notes and papers of a case. A paper leaves the desk only as a download that no browser shows or runs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.content import NoteContent
from asylon.desk.forms.papers import NoteForm, PaperForm
from asylon.desk.models import Note, Paper
from asylon.desk.papertypes import ENDINGS
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.cases import OpenCase, open_case, row_of
from asylon.desk.selectors.timeline import papers_of
from asylon.desk.services.notes import note_add
from asylon.desk.services.notes import note_remove as remove_note
from asylon.desk.services.notes import note_restore as restore_note
from asylon.desk.services.papers import paper_add, paper_read
from asylon.desk.services.papers import paper_remove as remove_paper
from asylon.desk.services.papers import paper_restore as restore_paper
from asylon.desk.views.caseframe import framed
from asylon.errors import VaultError


def _opened(request: DeskRequest, case: UUID) -> OpenCase:
    """Return a case opened to be read, or written when something is sent."""
    if request.method == "POST":
        return open_case(request.keyring, case, "write", action=None)
    return open_case(request.keyring, case)


@reads("notes", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show the notes of a case, and add one."""
    opened = _opened(request, case)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note_add(opened=opened, text=form.cleaned_data["text"])
        messages.success(request, _("The note was added."))
        return HttpResponseRedirect(reverse("notes", kwargs={"case": case}))
    rows = Note.objects.visible_to(request.user).filter(case=opened.case).select_related("written_by")
    said = [(row, opened.unseal(row, NoteContent).text) for row in rows]
    context = {
        "form": form,
        "notes": [{"row": row, "text": text} for row, text in said if row.removed_at is None],
        "removed": [{"row": row, "text": text} for row, text in said if row.removed_at is not None],
    }
    return framed(request, opened, "desk/cases/notes.html", context, tab="notes", crumb=_("Notes"))


@reads("note_remove", "case")
@require_POST
def note_remove(request: DeskRequest, case: UUID, note: UUID) -> HttpResponse:
    """Take a note out of the file."""
    opened = open_case(request.keyring, case, action=None)
    remove_note(opened=opened, note=row_of(opened, Note, note))
    messages.success(request, _("The note was removed. It can be brought back below."))
    return HttpResponseRedirect(reverse("notes", kwargs={"case": case}))


@reads("note_restore", "case")
@require_POST
def note_restore(request: DeskRequest, case: UUID, note: UUID) -> HttpResponse:
    """Bring a note back."""
    opened = open_case(request.keyring, case, action=None)
    restore_note(opened=opened, note=row_of(opened, Note, note))
    messages.success(request, _("The note was brought back."))
    return HttpResponseRedirect(reverse("notes", kwargs={"case": case}))


@reads("papers", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show the papers of a case, and take one in."""
    opened = _opened(request, case)
    sent = request.META.get("CONTENT_LENGTH") or "0"
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        sent=int(sent) if sent.isdecimal() else 0,
    )
    if request.method == "POST" and form.is_valid() and _taken_in(opened, form):
        messages.success(request, _("The paper was sealed and kept."))
        return HttpResponseRedirect(reverse("papers", kwargs={"case": case}))
    found = papers_of(opened)
    context = {
        "form": form,
        "papers": [{"row": row, "content": content} for row, content in found if row.removed_at is None],
        "removed": [{"row": row, "content": content} for row, content in found if row.removed_at is not None],
    }
    return framed(request, opened, "desk/cases/papers.html", context, tab="papers", crumb=_("Papers"))


def _taken_in(opened: OpenCase, form: PaperForm) -> bool:
    given = form.cleaned_data
    file = given["file"]
    try:
        paper_add(opened=opened, data=file.read(), file_name=file.name or "", title=given["title"], note=given["note"])
    except ValidationError as error:
        form.add_error("file", error)
    except VaultError as error:
        fault = error.faults[0]
        form.add_error("file", _("The paper was not saved: %(problem)s; %(remedy)s.") % {
            "problem": fault.problem, "remedy": fault.remedy})  # fmt: skip
    else:
        return True
    return False


@reads("paper", "case")
@require_GET
def paper(request: DeskRequest, case: UUID, paper: UUID) -> HttpResponse:
    """Give a paper out as a download; a page that says so when its file is lost."""
    opened = open_case(request.keyring, case, "papers", action=None)
    row = row_of(opened, Paper, paper)
    try:
        content, data = paper_read(opened=opened, paper=row)
    except VaultError as error:
        fault = error.faults[0]
        context = {"problem": fault.problem, "remedy": fault.remedy}
        return framed(
            request, opened, "desk/cases/paper_lost.html", context, tab="papers", crumb=_("Papers"), status=410
        )
    ending = ENDINGS.get(content.media_type, "bin")
    media_type = content.media_type if content.media_type in ENDINGS else "application/octet-stream"
    charset = "; charset=utf-8" if media_type == "text/plain" else ""
    response = HttpResponse(data, content_type=media_type + charset)
    # Never the name it came with: it may hold a name, or characters that split a header.
    response.headers["Content-Disposition"] = f'attachment; filename="paper-{row.pk.hex[:8]}.{ending}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@reads("paper_remove", "case")
@require_POST
def paper_remove(request: DeskRequest, case: UUID, paper: UUID) -> HttpResponse:
    """Take a paper out of the file."""
    opened = open_case(request.keyring, case, action=None)
    remove_paper(opened=opened, paper=row_of(opened, Paper, paper))
    messages.success(request, _("The paper was removed. It can be brought back below."))
    return HttpResponseRedirect(reverse("papers", kwargs={"case": case}))


@reads("paper_restore", "case")
@require_POST
def paper_restore(request: DeskRequest, case: UUID, paper: UUID) -> HttpResponse:
    """Bring a paper back."""
    opened = open_case(request.keyring, case, action=None)
    restore_paper(opened=opened, paper=row_of(opened, Paper, paper))
    messages.success(request, _("The paper was brought back."))
    return HttpResponseRedirect(reverse("papers", kwargs={"case": case}))


routes = [
    path("cases/<uuid:case>/notes", notes, name="notes"),
    path("cases/<uuid:case>/notes/<uuid:note>/remove", note_remove, name="note_remove"),
    path("cases/<uuid:case>/notes/<uuid:note>/restore", note_restore, name="note_restore"),
    path("cases/<uuid:case>/papers", papers, name="papers"),
    path("cases/<uuid:case>/papers/<uuid:paper>", paper, name="paper"),
    path("cases/<uuid:case>/papers/<uuid:paper>/remove", paper_remove, name="paper_remove"),
    path("cases/<uuid:case>/papers/<uuid:paper>/restore", paper_restore, name="paper_restore"),
]
