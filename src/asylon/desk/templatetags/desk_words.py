"""Filters that say events, details, values, facts, countries and languages in the reader's words."""

from __future__ import annotations

from django import template

from asylon.desk import words

register = template.Library()

register.filter("event_label", words.event_label)
register.filter("detail_label", words.detail_label)
register.filter("fact_label", words.fact_label)
register.filter("country_label", words.country_label)
register.filter("language_label", words.language_label)


@register.filter
def value_label(value: str, key: str) -> str:
    """Return what a value of the detail `key` is called: `{{ value|value_label:key }}`."""
    return words.value_label(key, value)
