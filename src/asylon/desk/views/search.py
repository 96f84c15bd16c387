"""Search: by POST only, so that no name ever stands in an address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors import search as selector

LONGEST = 200


@reads("search", "list")
@require_http_methods(["GET", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """Show the field, and under it what was found; a GET never searches."""
    asked = request.POST.get("q", "").strip()[:LONGEST] if request.method == "POST" else ""
    is_admitted = request.user.is_admitted
    found = selector.search(request.keyring, asked) if asked and is_admitted else None
    context = {"nav_current": "search", "asked": asked, "found": found, "is_admitted": is_admitted}
    return render(request, "desk/search/search.html", context)


routes = [path("search", search, name="search")]
