"""Countries by ISO code, as people write them; UNHCR's own codes are told apart, never guessed.

`countries.csv` lists ISO 3166 alpha-3 and alpha-2, UNHCR's own code and the UN's subregion, as UNHCR publishes them.
Beside ISO's stand `UNK` (origin unknown), `XXA` (stateless), `XKX` (Kosovo, which UNHCR counts with Serbia) and `TIB`
(Tibetans, UNHCR's own).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from asylon.errors import StatisticsError
from asylon.language import language as catalogue
from asylon.language import said

UNKNOWN, STATELESS, TIBETANS, KOSOVO = "UNK", "XXA", "TIB", "XKX"
_NAMES = {UNKNOWN: said("Unknown origin"), STATELESS: said("Stateless"), TIBETANS: said("Tibetans")}
# What people write and the Unicode names do not have.
_ALSO = {
    "america": "USA",
    "britain": "GBR",
    "burma": "MMR",
    "congo": "COG",
    "czech republic": "CZE",
    "dr congo": "COD",
    "drc": "COD",
    "great britain": "GBR",
    "holland": "NLD",
    "ivory coast": "CIV",
    "macedonia": "MKD",
    "palestine": "PSE",
    "republic of korea": "KOR",
    "russian federation": "RUS",
    "swaziland": "SWZ",
    "syrian arab republic": "SYR",
    "tibet": TIBETANS,
    "turkey": "TUR",
    "uk": "GBR",
    "unknown": UNKNOWN,
    "us": "USA",
    "viet nam": "VNM",
    "xxx": UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Country:
    """One country: ISO alpha-3, ISO alpha-2 (empty where there is none), UNHCR's own code, UN subregion."""

    iso3: str
    iso2: str
    unhcr: str
    region: str

    def name(self, language: str = "en") -> str:
        """Return the country's name in a language (Unicode CLDR), in English where that language has none."""
        if not self.iso2:
            return catalogue(language).say(_NAMES[self.iso3])
        return _territories(language).get(self.iso2) or _territories("en")[self.iso2]


@lru_cache(maxsize=8)
def _territories(language: str) -> dict[str, str]:
    from babel import Locale

    return dict(Locale.parse(language.replace("-", "_")).territories)


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """Return every country by its ISO alpha-3 code."""
    text = (files("asylon.statistics") / "countries.csv").read_text(encoding="utf-8")
    return {row["iso3"]: Country(**row) for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=1)
def unhcr_codes() -> dict[str, str]:
    """Return UNHCR's own codes with the ISO code of each."""
    return {country.unhcr: country.iso3 for country in countries().values() if country.unhcr}


@lru_cache(maxsize=1)
def two_letter_codes() -> dict[str, str]:
    """Return ISO alpha-2 codes with the alpha-3 of each; Eurostat's EL and UK are among them."""
    codes = {country.iso2: country.iso3 for country in countries().values() if country.iso2}
    return {**codes, "EL": "GRC", "UK": "GBR"}


def country_name(iso3: str, language: str = "en") -> str:
    """Return the name of a country by its ISO code; the code itself where it is none of ours."""
    country = countries().get(iso3)
    return country.name(language) if country else iso3


def find_country(text: str, *, place: str = "country") -> Country:
    """Return the country of an ISO alpha-3 code or an English name.

    Raises `StatisticsError` that names what was meant: a code that only UNHCR uses (GFR for Germany), an alpha-2 code,
    a misspelt name. `place` says where the word stood (`--origin`).
    """
    word = text.strip()
    if found := countries().get(word.upper()):
        return found
    if found := _names().get(word.casefold()):
        return found
    raise StatisticsError.single(f"{place} {text!r}", *_why_not(word))


def second_meaning(iso3: str) -> str | None:
    """Return the country that UNHCR's own code of this spelling means, None when it means no other.

    AUS is Australia in ISO and Austria at UNHCR; ARE and MAR are the two others.
    """
    other = unhcr_codes().get(iso3)
    return None if other in (None, iso3) else other


@lru_cache(maxsize=1)
def _names() -> dict[str, Country]:
    names = {country.name("en").casefold(): country for country in countries().values()}
    return {**names, **{name: countries()[iso3] for name, iso3 in _ALSO.items()}}


def _why_not(word: str) -> tuple[str, str]:
    code = word.upper()
    for codes, whose in ((unhcr_codes(), "UNHCR's own code"), (two_letter_codes(), "a two-letter code")):
        if code in codes:
            iso3 = codes[code]
            return f"is {whose} for {country_name(iso3)}, not ISO 3166 alpha-3", f"write {iso3}"
    near = {_names()[name].iso3: None for name in get_close_matches(word.casefold(), list(_names()), n=2)}
    meant = [f"{iso3} ({country_name(iso3)})" for iso3 in near]
    meant = meant or [f"{code} ({country_name(code)})" for code in get_close_matches(code, list(countries()), n=3)]
    return "is no country", f"did you mean {' or '.join(meant)}?" if meant else "write an ISO 3166 alpha-3 code: RUS"
