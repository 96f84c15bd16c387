"""Numbers, names and sentences in the reader's language."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from asylon.language import Said
from asylon.observatory.routes import RIGHT_TO_LEFT
from asylon.statistics.countries import STATELESS, TIBETANS, UNKNOWN, country_name
from asylon.statistics.doubts.findings import is_year

NOTHING = "–"
# An interval of fewer points is written with a decimal.
NARROW = 5
# In English a few names take an article inside a sentence.
_WITH_THE = (
    *("ARE", "BHS", "CAF", "COM", "CYM", "DOM", "FLK", "GBR", "GMB", "MDV", "MHL", "NLD", "PHL", "PSE", "SLB", "SYC"),
    *("TCA", "USA", "VGB", "VIR"),
)
_NO_COUNTRY = {UNKNOWN: "an unknown country", STATELESS: "no country (stateless)", TIBETANS: "Tibet"}


@lru_cache(maxsize=50_000)
def number(value: float, language: str, *, percent: bool = False) -> str:
    """Return a number as the language writes it; a percentage with one decimal below 10, none above."""
    from babel.numbers import format_decimal, format_percent

    locale = _locale(language)
    if not percent:
        return format_decimal(value, "#,##0.##", locale=locale)
    pattern = "#,##0.0%" if 0 < value < 10 and value != int(value) else "#,##0%"
    return str(format_percent(value / 100, pattern, locale=locale))


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else language


def count(value: int | None, language: str) -> str:
    """Return a count as the language writes it; a dash where there is no row."""
    return NOTHING if value is None else number(value, language)


def percentage(value: float | None, language: str) -> str:
    """Return a percentage as the language writes it; a dash where there is none."""
    return NOTHING if value is None else number(round(value, 1), language, percent=True)


def span(low: float, high: float, language: str) -> str:
    """Return an interval of percentages, both ends in one form: 0–36%, 0.1–1.8%."""
    from babel.numbers import format_decimal, format_percent

    digits = "0.0" if high - low < NARROW else "0"
    locale = _locale(language)
    text = f"{format_decimal(low, digits, locale=locale)}–{format_percent(high / 100, f'{digits}%', locale=locale)}"
    return f"\u2066{text}\u2069" if language in RIGHT_TO_LEFT else text


def years(first: int, last: int, language: str = "en") -> str:
    """Return a span of years, one year alone when it is one; the earlier is on the left in every language."""
    text = str(first) if first == last else f"{first}–{last}"
    return f"\u2066{text}\u2069" if language in RIGHT_TO_LEFT else text


def name(iso3: str, language: str) -> str:
    """Return a country as it stands alone: in a heading, a table, a chart."""
    if iso3 in (UNKNOWN, STATELESS, TIBETANS):
        from django.utils.translation import gettext as _

        return {UNKNOWN: _("Unknown origin"), STATELESS: _("Stateless"), TIBETANS: _("Tibetans")}[iso3]
    return country_name(iso3, language)


def name_in_sentence(iso3: str) -> str:
    """Return a country's English name inside a sentence: the United States, Israel."""
    english = _NO_COUNTRY.get(iso3) or country_name(iso3, "en")
    return f"the {english}" if iso3 in _WITH_THE else english


_CODED = re.compile(r"\b([A-Z]{2}) \(([^()]+(?:\([^()]*\))?)\)")


def say(text: str) -> str:
    """Return a sentence of the statistics (a definition, a reason, a warning) in the active language.

    Its values are said as well, and in them each code's meaning (`FA (first instance and appeal together)`).
    """
    from django.utils.translation import gettext

    if not isinstance(text, Said):
        return gettext(text) if text else ""
    return gettext(text.message).format(**{name: _said(str(value)) for name, value in text.values.items()})


def _said(value: str) -> str:
    from django.utils.translation import gettext

    parts = [gettext(part) if part else "" for part in value.split(" / ")]
    return _CODED.sub(lambda found: f"{found[1]} ({gettext(found[2])})", " / ".join(parts))


def doubt_words(message: str, values: str, language: str) -> str:
    """Return the finding of a doubt (its message and values) in a language: countries by name, numbers in its way."""
    from django.utils.translation import gettext

    shown: dict[str, str] = {}
    for key, value in json.loads(values).items():
        if key in ("asylum", "origin"):
            shown[key] = name_in_sentence(value) if language == "en" else name(value, language)
        elif isinstance(value, str):
            shown[key] = gettext(value) if value else ""
        else:
            shown[key] = str(value) if is_year(key) else number(round(value), language)
    return gettext(message).format(**shown)
