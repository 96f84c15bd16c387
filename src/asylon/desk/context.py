"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from asylon.desk.config import current
from asylon.desk.walls import may_count

THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values of the page frame: who is signed in, notices, theme."""
    user = getattr(request, "user", None)
    theme = request.session.get("theme", "auto") if hasattr(request, "session") else "auto"
    if user is None or not user.is_authenticated:
        return {"desk_user": None, "notice_count": 0, "is_demo": current().vault.is_demo, "theme": theme}
    return {
        "desk_user": user,
        "notice_count": user.notices.filter(read_at__isnull=True).count(),
        "is_demo": current().vault.is_demo,
        "observatory": current().observatory,
        "alive_url": _alive_url(request),
        "theme": theme,
        "may_count": may_count(user),
    }


def _alive_url(request: HttpRequest) -> str:
    """Return what an open page asks whether it may stay; a page of a case asks for that case."""
    found = request.resolver_match
    case = found.kwargs.get("case") if found else None
    return reverse("alive") + (f"?case={case}" if case else "")
