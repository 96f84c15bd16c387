"""Addresses of the observatory: which page an address means, and the address of every page.

    /en/                                  what this is, and where to begin
    /en/asylum/ISR/                       a country as country of asylum
    /en/origin/RUS/                       a country as country of origin
    /en/asylum/ISR/from/RUS/              people from one who asked the other
    /en/compare/RUS/                      the same people in different countries
    /en/world/2025/                       one year everywhere
    /en/doubts/  /en/releases/  /en/method/
    /en/check/                            a text and its figures, held against the tables; with a server only
    /en/changes/2025.12.0/2025.12.1/      what a release revised
    /data/asylum/ISR/from/RUS/years.csv   the table behind a chart, one for all languages

An edition stands behind the language (`/en/2025.12.0/asylum/ISR/`); without one the newest is meant. Nothing in an
address is about a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "ru": "Русский",
    "uk": "Українська",
    "he": "עברית",
    "ar": "العربية",
}
RIGHT_TO_LEFT = ("he", "ar")
DATA = "data"
STATIC = "static"
_PARTS = {
    "home": "",
    "asylum": "asylum/{}/",
    "origin": "origin/{}/",
    "pair": "asylum/{}/from/{}/",
    "compare": "compare/{}/",
    "world": "world/{}/",
    "doubts": "doubts/",
    "releases": "releases/",
    "changes": "changes/{}/{}/",
    "method": "method/",
    "check": "check/",
}
KINDS = tuple(_PARTS)
_VERSION = re.compile(r"\d{4}[\d.a-z-]*")
_PATTERNS = {kind: re.compile(re.escape(shape).replace(r"\{\}", "([^/]+)")) for kind, shape in _PARTS.items()}


@dataclass(frozen=True, slots=True)
class Address:
    """One page or file: `language` (`data` for tables), `kind` and its arguments, the edition (None: the newest).

    `table` names the table of a page that is meant, for `data` only.
    """

    language: str
    kind: str
    args: tuple[str, ...] = ()
    as_of: str | None = None
    table: str = ""

    @property
    def path(self) -> str:
        """The address below the root, without a slash in front."""
        shape = _PARTS[self.kind].format(*self.args)
        edition = f"{self.as_of}/" if self.as_of else ""
        return f"{self.language}/{edition}{shape}{self.table and self.table + '.csv'}"

    def in_language(self, language: str) -> Address:
        """Return the same page in another language."""
        return replace(self, language=language)

    def to(self, kind: str, *args: str) -> Address:
        """Return another page in the same language and edition."""
        return Address(self.language, kind, args, self.as_of)

    def data(self, table: str) -> Address:
        """Return the file of a table of this page."""
        return replace(self, language=DATA, table=table)


def find_address(path: str) -> Address | None:
    """Return the page or file that a path below the root means; None when it means none.

    Whether its countries and years exist is not looked at.
    """
    language, _, rest = path.partition("/")
    if language not in (*LANGUAGES, DATA):
        return None
    first, slash, after = rest.partition("/")
    as_of = first if slash and _VERSION.fullmatch(first) else None
    return _page(language, after if as_of else rest, as_of)


def _page(language: str, rest: str, as_of: str | None) -> Address | None:
    table = ""
    if language == DATA:
        rest, slash, name = rest.rpartition("/")
        rest, table = rest + slash, name.removesuffix(".csv")
        if not name.endswith(".csv") or not re.fullmatch(r"[a-z_]+", table):
            return None
    for kind, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(rest):
            return Address(language, kind, found.groups(), as_of, table)
    return None


def relative(path: str, target: str, *, as_files: bool = False) -> str:
    """Return `target` as seen from the page `path`, both below the root, so that a site works under any address.

    `as_files` names the file of a page (`index.html`), for a site that is read from a disk without a server.
    """
    up = "../" * path.count("/")
    if as_files and (not target or target.endswith("/")):
        target += "index.html"
    return f"{up}{target}" or "./"
