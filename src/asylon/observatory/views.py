"""The observatory over HTTP: a page as `Site.page` gives it, with the headers that a public page wants."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_http_methods, require_safe

from asylon.observatory.routes import LANGUAGES, Address, find_address
from asylon.observatory.site import Response, Site

_SITE: list[Site] = []


def use(root: Path) -> Site:
    """Serve the pages of the store in this folder from now on, and return them."""
    _SITE[:] = [Site(root)]
    return _SITE[0]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, path: str) -> HttpResponse:
    """Return the page of a path; the bare root leads to the reader's language. A text is pasted to one page only."""
    if request.method == "POST":
        return _checked(request, path)
    if not path:
        return HttpResponseRedirect(f"{get_language_from_request(request)}/", headers={"Vary": "Accept-Language"})
    return _answer(_SITE[0].page(path))


def _checked(request: HttpRequest, path: str) -> HttpResponse:
    address = find_address(path)
    if address is None or address.kind != "check":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    answer = _answer(_SITE[0].page(path, request.POST.get("text", "")))
    answer["Cache-Control"] = "no-store"
    return answer


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
