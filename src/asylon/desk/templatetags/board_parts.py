"""Parts of long tables, rendered once for all rows that show the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from asylon.desk.templatetags.desk_parts import when_short

register = template.Library()


@register.simple_tag
def mark_part(mark: str, text: str) -> SafeString:
    """Return the part `mark` with its shape and word; the same ones are rendered once in a process."""
    return _mark(mark, str(text))


@lru_cache(maxsize=1024)
def _mark(mark: str, text: str) -> SafeString:
    return mark_safe(render_to_string("desk/parts/mark.html", {"mark": mark, "text": text}))


@register.simple_tag
def confidence_part(source: Mapping[str, Any]) -> SafeString:
    """Return the part `confidence` of a source, empty when the source is sure."""
    if not source:
        return SafeString("")
    return _confidence(str(source.get("confidence")), str(source.get("basis")), get_language() or "en")


@lru_cache(maxsize=128)
def _confidence(confidence: str, basis: str, _language: str) -> SafeString:
    source = {"confidence": confidence, "basis": basis}
    return mark_safe(render_to_string("desk/parts/confidence.html", {"source": source}))


@register.filter
def day_part(day: object) -> SafeString | str:
    """Return a day in short words, as the filter `when_short`; a board shows the same days again and again."""
    return _day(day, get_language() or "en") if day else ""


@lru_cache(maxsize=4096)
def _day(day: object, _language: str) -> SafeString | str:
    return when_short(day)
