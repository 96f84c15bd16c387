"""Words for people: one catalogue a language, dates as that language writes them.

The messages in the code are English. A language is added by a gettext catalogue
`locale/<language>/LC_MESSAGES/asylon.mo` beside this file; what it lacks is shown in English.
"""

from __future__ import annotations

import gettext
from datetime import date
from functools import lru_cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "asylon"


class Language:
    """Says messages and dates in one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._catalogue = gettext.translation(DOMAIN, LOCALE, [code], fallback=True)

    def say(self, message: str, **values: object) -> str:
        """Return `message` in this language with its `{names}` filled in."""
        text = self._catalogue.gettext(message)
        return text.format(**values) if values else text

    def count(self, one: str, many: str, number: int) -> str:
        """Return the form of a counted message that fits `number`, filled in as `{n}`."""
        return self._catalogue.ngettext(one, many, number).format(n=number)

    def day(self, value: date) -> str:
        """Return a day in words: 2 January 2027."""
        from babel.dates import format_date

        return format_date(value, "d MMMM y", locale=self.code)


@lru_cache(maxsize=16)
def language(code: str = "en") -> Language:
    """Return the language of `code`, made once and kept."""
    return Language(code)
