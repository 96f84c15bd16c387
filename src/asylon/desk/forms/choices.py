"""Lists to choose from: countries, languages, scripts, suggestions, in the language of the page."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from asylon.desk import law
from asylon.desk.naming import OTHER_SCRIPT
from asylon.desk.words import country_label, language_label

# Codes that stand for a country that is no more, beside the one in use.
_GONE = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
# Codes that give nobody a nationality: a union, empty islands, "unknown", and what programs are tried with.
_NO_COUNTRY = frozenset({"ATA", "BVT", "CPT", "HMD", "QUU", "XAA", "XBB", "ZZZ"})

# Languages that people who seek asylum here speak; any other is written in the note.
LANGUAGES = (
    "ar", "arq", "ary", "arz", "aeb", "am", "az", "be", "bm", "bn", "bs", "ce", "ckb", "dyu", "el", "en", "es", "fa",
    "ff", "fr", "ha", "he", "hi", "hy", "ka", "kk", "ku", "ky", "ln", "mk", "ne", "om", "pa", "ps", "pt", "rn", "ro",
    "rom", "ru", "rw", "sq", "sr", "sw", "so", "syr", "ta", "tg", "ti", "tk", "tr", "uk", "ur", "uz", "vi", "wo", "zh",
)  # fmt: skip

SCRIPTS = (
    ("", _("as written")),
    ("Latn", _("Latin")),
    ("Cyrl", _("Cyrillic")),
    ("Hebr", _("Hebrew")),
    ("Arab", _("Arabic")),
    ("Ethi", _("Ge'ez")),
    ("Geor", _("Georgian")),
    ("Armn", _("Armenian")),
    (OTHER_SCRIPT, _("another script")),
)

SEXES = (("", "–"), ("f", _("female")), ("m", _("male")), ("x", _("other")))

# Suggested words for a danger; they are kept as they stand, so that a file reads the same in every language.
RISKS = (
    ("violence at home", _("Violence at home")),
    ("informer feared", _("Informer feared")),
    ("pursued by the state of origin", _("Pursued by the state of origin")),
    ("pursued by family", _("Pursued by family")),
    ("trafficking", _("Trafficking")),
    ("torture survivor", _("Torture survivor")),
    ("self-harm", _("Self-harm")),
    ("minor", _("Minor")),
    ("illness or disability", _("Illness or disability")),
    ("LGBTQ, not known to the family", _("LGBTQ, not known to the family")),
)

PAPER_KINDS = (
    _("passport"),
    _("identity card"),
    _("birth certificate"),
    _("file number"),
    _("UNHCR number"),
    _("visa"),
    _("residence permit"),
    _("military card"),
    _("marriage certificate"),
)


def countries() -> list[tuple[str, str]]:
    """Return all countries by three-letter code and name, the empty choice first."""
    return [("", "–"), *_countries(get_language() or "en")]


@lru_cache(maxsize=16)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    territories = Locale("en").territories
    codes = {
        code
        for code, short in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(short) == 1 and short[0] in territories
    }
    with override(language):
        named = [(code, country_label(code)) for code in codes - _GONE - _NO_COUNTRY]
    return tuple(sorted(named, key=lambda pair: pair[1].casefold()))


def languages() -> list[tuple[str, str]]:
    """Return the languages by ISO 639 code and name, the empty choice first."""
    return [("", "–"), *_languages(get_language() or "en")]


@lru_cache(maxsize=16)
def _languages(language: str) -> tuple[tuple[str, str], ...]:
    with override(language):
        named = [(code, language_label(code)) for code in LANGUAGES]
    return tuple(sorted(named, key=lambda pair: pair[1].casefold()))


def jurisdictions() -> list[tuple[str, str]]:
    """Return the countries whose law the desk knows, the empty choice first."""
    named = sorted(((code, country_label(code)) for code in law.countries()), key=lambda pair: pair[1].casefold())
    return [("", "–"), *named]
