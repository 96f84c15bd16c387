"""Parts that look the same wherever they stand: icons, marks, days, the frame. Built into every template.

Each is rendered once in a process for one language and the same values. Nothing that names a person is a part.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from asylon.desk.templatetags.desk_parts import when_short

register = template.Library()

LATE = frozenset({"missed_by_us", "missed_by_state", "expired"})


@register.simple_tag
def part(name: str, **values: Any) -> SafeString:
    """Return the template `desk/parts/NAME.html` with these values, which must be plain: words, numbers, yes or no."""
    return _part(name, get_language() or "en", tuple(values.items()))


@lru_cache(maxsize=4096)
def _part(name: str, _language: str, values: tuple[tuple[str, Any], ...]) -> SafeString:
    return mark_safe(render_to_string(f"desk/parts/{name}.html", dict(values)).strip())


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, shape: str = "") -> SafeString:
    """Return an icon of the sheet; `shape` gives classes (`turns` is mirrored where text runs from the right)."""
    words = f"icon {shape}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        words,
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def mark_icon(mark: str) -> SafeString:
    """Return the icon of a mark of a duty; what was missed and what has expired have one shape."""
    return icon("mark-missed" if mark in LATE else f"mark-{mark}")


@register.filter
def day_part(day: object) -> SafeString | str:
    """Return a day in short words, as the filter `when_short`; a list shows the same days again and again."""
    return _day(day, get_language() or "en") if day else ""


@lru_cache(maxsize=4096)
def _day(day: object, _language: str) -> SafeString | str:
    return when_short(day)


@lru_cache(maxsize=1024)
def names_listed(names: tuple[str, ...]) -> SafeString:
    """Return names side by side, each in its own direction; empty for none."""
    return format_html_join(", ", "<bdi>{}</bdi>", ((name,) for name in names))
