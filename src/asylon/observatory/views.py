"""The observatory over HTTP: a page as `Site.page` gives it, with the headers that a public page wants."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe

from asylon.observatory.routes import LANGUAGES, Address
from asylon.observatory.site import Response, Site

_SITE: list[Site] = []


def use(root: Path) -> Site:
    """Serve the pages of the store in this folder from now on, and return them."""
    _SITE[:] = [Site(root)]
    return _SITE[0]


@require_safe
def show(request: HttpRequest, path: str) -> HttpResponse:
    """Return the page of a path; the bare root leads to the reader's language."""
    if not path:
        return HttpResponseRedirect(f"{get_language_from_request(request)}/", headers={"Vary": "Accept-Language"})
    return _answer(_SITE[0].page(path))


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Lead from the two choices of the first page to the page of that pair, country of asylum or country of origin."""
    chosen = {name: request.GET.get(name, "") for name in ("language", "asylum", "origin")}
    language = chosen["language"] if chosen["language"] in LANGUAGES else "en"
    codes = tuple(chosen[name] for name in ("asylum", "origin") if chosen[name].isalnum())
    kind = "pair" if len(codes) == 2 else "home" if not codes else "asylum" if chosen["asylum"] else "origin"
    return HttpResponseRedirect(Address(language, kind, codes).path)


def _answer(response: Response) -> HttpResponse:
    if response.moved:
        return HttpResponseRedirect(response.moved, status=response.status)
    answer = HttpResponse(response.body, content_type=response.content_type, status=response.status)
    answer["Cache-Control"] = "public, max-age=300"
    if response.language:
        answer["Content-Language"] = response.language
    return answer
