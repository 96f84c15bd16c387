"""Counts over all cases: drafted, shown protected, asked for, released by a second person, taken out as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.content import StoryContent
from asylon.desk.forms.statistics import AskForm, DraftForm
from asylon.desk.models import Release
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors import releasepaper
from asylon.desk.selectors.releasewords import tables_in_words, waits_in_words
from asylon.desk.services import releases
from asylon.desk.services.stories import may_tell, stories_read
from asylon.desk.services.trail import record
from asylon.desk.walls import may_count
from asylon.errors import StatisticsError

Act = Callable[..., Any]


@reads("statistics", "counts")
@require_GET
def statistics(request: DeskRequest) -> HttpResponse:
    """Show what was released, what waits for a second person, and one's own drafts."""
    rows = list(releases.releases_seen(request.user).select_related("drafted_by", "released_by"))
    context = {
        "nav_current": "statistics",
        "asked": [row for row in rows if row.state == "asked"],
        "drafts": [row for row in rows if row.state == "draft"],
        "released": [row for row in rows if row.state == "released"],
        "may_tell": may_tell(request.keyring),
    }
    return render(request, "desk/statistics/list.html", context)


@reads("statistics_new", "counts")
@require_http_methods(["GET", "HEAD", "POST"])
def statistics_new(request: DeskRequest) -> HttpResponse:
    """Ask what is counted, and count it."""
    if not may_count(request.user):
        raise PermissionDenied
    form = DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = releases.release_draft(user=request.user, draft=form.draft)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return HttpResponseRedirect(reverse("release", kwargs={"release": row.pk}))
    context = {"nav_current": "statistics", "form": form, "crumbs": _crumbs()}
    return render(request, "desk/statistics/new.html", context, status=422 if form.errors else 200)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Statistics"), "url": reverse("statistics")}]


@reads("release", "counts")
@require_GET
def release(request: DeskRequest, release: UUID) -> HttpResponse:
    """Show protected tables, and what may be done with them."""
    row = releases.release_seen(request.user, release)
    record("statistics.read", by=request.user, about=row.pk, count=len(row.tables))
    return _shown(request, row, AskForm())


def _shown(request: DeskRequest, row: Release, form: AskForm) -> HttpResponse:
    tables = tables_in_words(row)
    context = {
        "nav_current": "statistics",
        "release": row,
        "form": form,
        "tables": tables,
        "rows": sum(len(table.rows) for table in tables),
        "cells": sum(table.cells for table in tables),
        "withheld": sum(table.withheld for table in tables),
        "how_to_read": releasepaper.how_to_read(row),
        "left_out": releasepaper.left_out(),
        "waits": waits_in_words(row),
        "about_waits": releasepaper.about_waits(),
        "stories": _stories(request, row),
        "about_stories": releasepaper.about_stories(),
        "is_mine": row.drafted_by_id == request.user.pk,
        "may_release": releases.may_release(request.user, row),
        "crumbs": _crumbs(),
    }
    return render(request, "desk/statistics/release.html", context, status=422 if form.errors else 200)


def _stories(request: DeskRequest, row: Release) -> list[StoryContent]:
    """Return the stories that go with a release; none for who does not hold the keys of the office."""
    if not row.stories or not may_tell(request.keyring):
        return []
    return [content for _story, content in stories_read(keyring=request.keyring, ids=row.stories)]


@reads("release_ask", "counts")
@require_POST
def release_ask(request: DeskRequest, release: UUID) -> HttpResponse:
    """Ask a second person to release a draft."""
    row = releases.release_seen(request.user, release)
    form = AskForm(request.POST)
    if form.is_valid():
        return _pressed(
            request, row, releases.release_ask, _("Asked. A second person must release it."), **form.cleaned_data
        )
    return _shown(request, row, form)


@reads("release_approve", "counts")
@require_POST
def release_approve(request: DeskRequest, release: UUID) -> HttpResponse:
    """Release what a colleague asked for, as the second person."""
    row = releases.release_seen(request.user, release)
    return _pressed(request, row, releases.release_approve, _("Released. It can be taken out now."))


@reads("release_drop", "counts")
@require_POST
def release_drop(request: DeskRequest, release: UUID) -> HttpResponse:
    """Drop a draft, or what was asked for."""
    row = releases.release_seen(request.user, release)
    return _pressed(request, row, releases.release_drop, _("Dropped. What was seen of it stays known to the guard."))


def _pressed(request: DeskRequest, row: Release, act: Act, said: str, **given: str) -> HttpResponse:
    try:
        act(user=request.user, release=row.pk, **given)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
        if act is releases.release_drop:
            return HttpResponseRedirect(reverse("statistics"))
    return HttpResponseRedirect(reverse("release", kwargs={"release": row.pk}))


# ---------------------------------------------------------------- files


@reads("release_csv", "counts")
@require_GET
def release_csv(request: DeskRequest, release: UUID) -> HttpResponse:
    """Give a release out as rows for other programs."""
    row = _taken(request, release, "csv")
    return _file(row, releasepaper.release_rows(row).encode("utf-8-sig"), "text/csv; charset=utf-8", "csv")


@reads("release_page", "counts")
@require_GET
def release_page(request: DeskRequest, release: UUID) -> HttpResponse:
    """Give a release out as one page for the web that needs nothing else."""
    row = _taken(request, release, "html")
    stories = _stories(request, row)
    context = {
        "paper": releasepaper.release_paper(row, stories),
        "style": _style(),
        "tables": tables_in_words(row),
        "waits": waits_in_words(row),
        "how_to_read": releasepaper.how_to_read(row),
        "left_out": releasepaper.left_out(),
        "about_waits": releasepaper.about_waits(),
        "stories": stories,
        "about_stories": releasepaper.about_stories(),
    }
    page = render_to_string("desk/statistics/page.html", context)
    return _file(row, page.encode(), "text/html; charset=utf-8", "html")


def _style() -> SafeString:
    """Return the look of the page for the web, to stand in the file itself."""
    sheet = (Path(__file__).parent.parent / "static/desk/paper.css").read_text("utf-8")
    return format_html("<style>{}</style>", mark_safe(sheet))


@reads("release_pdf", "counts")
@require_GET
def release_pdf(request: DeskRequest, release: UUID) -> HttpResponse:
    """Give a release out as a PDF; back to its page with the reason where none can be made."""
    from asylon.papers.typeset import pdf

    row = releases.release_seen(request.user, release)
    if row.state != "released":
        raise PermissionDenied
    try:
        data = pdf(releasepaper.release_paper(row, _stories(request, row)))
    except StatisticsError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("release", kwargs={"release": release}))
    releases.release_taken(user=request.user, row=row, form="pdf")
    return _file(row, data, "application/pdf", "pdf")


def _taken(request: DeskRequest, release: UUID, form: str) -> Release:
    row = releases.release_seen(request.user, release)
    releases.release_taken(user=request.user, row=row, form=form)
    return row


def _file(row: Release, data: bytes, media_type: str, ending: str) -> HttpResponse:
    """Return a file that no browser shows or runs."""
    response = HttpResponse(data, content_type=media_type)
    name = f"counts-{row.first.isoformat()}-{row.last.isoformat()}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


routes = [
    path("statistics", statistics, name="statistics"),
    path("statistics/new", statistics_new, name="statistics_new"),
    path("statistics/<uuid:release>", release, name="release"),
    path("statistics/<uuid:release>/ask", release_ask, name="release_ask"),
    path("statistics/<uuid:release>/approve", release_approve, name="release_approve"),
    path("statistics/<uuid:release>/drop", release_drop, name="release_drop"),
    path("statistics/<uuid:release>/csv", release_csv, name="release_csv"),
    path("statistics/<uuid:release>/page", release_page, name="release_page"),
    path("statistics/<uuid:release>/pdf", release_pdf, name="release_pdf"),
]
