"""The trail in templates."""

from __future__ import annotations

from django import template

from asylon.desk import trailwords

register = template.Library()


@register.filter
def action_words(action: str) -> str:
    """Return what was done, in words."""
    return trailwords.action_words(action)
