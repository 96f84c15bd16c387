"""The trail in templates."""

from __future__ import annotations

from datetime import datetime

from django import template

from asylon.desk import trailwords

register = template.Library()


@register.filter
def moment(text: str) -> datetime:
    """Return the instant that a row of the trail gives as text."""
    return datetime.fromisoformat(text)


@register.filter
def action_words(action: str) -> str:
    """Return what was done, in words."""
    return trailwords.action_words(action)
