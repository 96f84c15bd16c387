"""One page that is being written: its address and language, and where everything else lies as seen from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asylon.observatory.figures import Figures
from asylon.observatory.routes import LANGUAGES, RIGHT_TO_LEFT, Address, relative
from asylon.observatory.tables import Table
from asylon.observatory.words import count, name, name_in_sentence, number, percentage, span, years


@dataclass(frozen=True, slots=True)
class Here:
    """The page that is being written. `as_files` when links name files, for a site read without a server."""

    address: Address
    figures: Figures
    as_files: bool = False

    @property
    def language(self) -> str:
        """The language of the page; a file of a table is written in English."""
        return self.address.language if self.address.language in LANGUAGES else "en"

    @property
    def is_right_to_left(self) -> bool:
        """Tell whether the page is written from the right."""
        return self.language in RIGHT_TO_LEFT

    def to(self, address: Address | str) -> str:
        """Return a link to another page, or to a path below the root."""
        path = address if isinstance(address, str) else address.path
        return relative(self.address.path, path, as_files=self.as_files)

    def page(self, kind: str, *args: str) -> str:
        """Return a link to a page of a kind in this language and release."""
        return self.to(self.address.to(kind, *args))

    def pair(self, origin: str, asylum: str) -> str | None:
        """Return a link to the page of a pair, None when it has none."""
        return self.page("pair", asylum, origin) if (origin, asylum) in self.figures.known_pairs else None

    def name(self, iso3: str) -> str:
        """Return a country's name as it stands alone."""
        return name(iso3, self.language)

    def told(self, iso3: str) -> str:
        """Return a country's name for a sentence; only English bends it."""
        return name_in_sentence(iso3) if self.language == "en" else self.name(iso3)

    def count(self, value: int | None) -> str:
        """Return a count in this language."""
        return count(value, self.language)

    def number(self, value: float) -> str:
        """Return a number in this language."""
        return number(value, self.language)

    def percent(self, value: float | None) -> str:
        """Return a percentage in this language."""
        return percentage(value, self.language)

    def years(self, first: int, last: int) -> str:
        """Return a span of years in this language."""
        return years(first, last, self.language)

    def span(self, low: float, high: float) -> str:
        """Return an interval of percentages in this language."""
        return span(low, high, self.language)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a kind of page puts on it: template, title, what the template is given, and its tables by name."""

    template: str
    title: str
    context: Mapping[str, Any]
    tables: Mapping[str, Table] = field(default_factory=dict)
