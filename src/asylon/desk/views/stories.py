"""Stories for the yearly report: kept with written consent, withdrawn when it is taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from asylon.desk.forms.statistics import StoryForm
from asylon.desk.models import Story
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.services.stories import may_tell, stories_read, story_add
from asylon.desk.services.stories import story_withdraw as withdraw_story


@reads("stories", "counts")
@require_http_methods(["GET", "HEAD", "POST"])
def stories(request: DeskRequest) -> HttpResponse:
    """Show the stories, and keep one."""
    if not may_tell(request.keyring):
        raise PermissionDenied
    form = StoryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            story_add(
                keyring=request.keyring, content=form.content, year=given["year"], has_consent=given["has_consent"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The story was sealed and kept."))
            return HttpResponseRedirect(reverse("stories"))
    context = {
        "nav_current": "statistics",
        "form": form,
        "stories": [{"row": row, "content": content} for row, content in stories_read(keyring=request.keyring)],
        "crumbs": _crumbs(),
    }
    return render(request, "desk/statistics/stories.html", context, status=422 if form.errors else 200)


@reads("story_withdraw", "counts")
@require_http_methods(["GET", "HEAD", "POST"])
def story_withdraw(request: DeskRequest, story: UUID) -> HttpResponse:
    """Ask whether a story shall go, and destroy it."""
    if not may_tell(request.keyring):
        raise PermissionDenied
    if request.method == "POST":
        withdraw_story(keyring=request.keyring, story=story)
        messages.success(request, _("The story was destroyed."))
        return HttpResponseRedirect(reverse("stories"))
    if not Story.objects.filter(pk=story).exists():
        raise Http404
    lines = [
        _("It is destroyed and cannot be brought back."),
        _("Papers made from now on are without it, those of earlier releases too."),
        _("Papers that left the desk, and backups made before, still hold it."),
    ]
    context = {
        "nav_current": "statistics",
        "heading": _("Withdraw a story"),
        "question": _("Does this story go?"),
        "button": _("Destroy the story"),
        "lines": lines,
        "cancel_url": reverse("stories"),
        "crumbs": [*_crumbs(), {"label": _("Stories"), "url": reverse("stories")}],
    }
    return render(request, "desk/team/confirm.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Statistics"), "url": reverse("statistics")}]


routes = [
    path("statistics/stories", stories, name="stories"),
    path("statistics/stories/<uuid:story>/withdraw", story_withdraw, name="story_withdraw"),
]
