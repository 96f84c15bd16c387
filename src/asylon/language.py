"""Words for people: one catalogue a language, dates as that language writes them.

The messages in the code are English. A language is added by a gettext catalogue
`locale/<language>/LC_MESSAGES/asylon.mo` beside this file; what it lacks is shown in English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "asylon"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT_LETTER = re.compile("[\u0590-\u08ff]")


class Said(str):
    """An English sentence that remembers its message and what fills it, so that it can be said in another language."""

    message: str
    values: Mapping[str, object]


def said(message: str, **values: object) -> Said:
    """Return `message` in English with its `{names}` filled in; a `Language` can say it later in its own."""
    text = Said(message.format(**values))
    text.message, text.values = message, values
    return text


class Language:
    """Says messages and dates in one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._is_right_to_left = code.partition("-")[0] in ("ar", "fa", "he", "ur", "yi")
        self._catalogue = gettext.translation(DOMAIN, LOCALE, [code], fallback=True)

    def say(self, message: str, **values: object) -> str:
        """Return `message` in this language with its `{names}` filled in; empty for an empty one."""
        if not message:  # in a catalogue this is the header
            return ""
        text = self._catalogue.gettext(message)
        if not values:
            return text
        return text.format(
            **{name: self.quote(value) if isinstance(value, str) else value for name, value in values.items()}
        )

    def pack(self, text: str) -> str:
        """Return words of a law pack (a title, a right) in this language, in English where it has none for them."""
        return self.say(text)

    def count(self, one: str, many: str, number: int) -> str:
        """Return the form of a counted message that fits `number`, filled in as `{n}`."""
        return self._catalogue.ngettext(one, many, number).format(n=number)

    def day(self, value: date) -> str:
        """Return a day in words: 2 January 2027."""
        from babel.dates import format_date

        # Day before month: English dates are written as in Britain.
        return format_date(value, "long", locale="en_GB" if self.code == "en" else self.code.replace("-", "_"))

    def quote(self, text: str) -> str:
        """Return words of another language (a rule, a citation, a note), marked off so that a sentence keeps its order.

        They come back as they are where both are written in one direction.
        """
        if not text or not self._is_right_to_left or _RIGHT_TO_LEFT_LETTER.search(text):
            return text
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


@lru_cache(maxsize=16)
def language(code: str = "en") -> Language:
    """Return the language of `code`, made once and kept."""
    return Language(code)


ENGLISH = language()
