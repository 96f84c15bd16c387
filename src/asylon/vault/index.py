"""The blind index: what makes sealed names, numbers and dates of birth findable without showing them.

The server stores keyed hashes only. Whoever has the database and not the index key learns which people
share a hash, and nothing of what was hashed.
"""

from __future__ import annotations

import hmac
import re
from typing import Literal

from asylon.errors import VaultError
from asylon.vault.folding import digits, folded_parts

KEY_BYTES = 32
INDEX_BYTES = 10

# A span of birth years longer than this is no help in a search and gets no key.
MOST_YEARS = 12
PHONE_END = 8  # figures that a number has at home and abroad, in every country with nine or more

_DATE = re.compile(r"(\d{4})(-\d{2}(-\d{2})?)?", re.ASCII)

Domain = Literal["name", "number", "phone", "born", "file"]


class BlindIndex:
    """Makes the keys under which an organisation finds people and files; every key is `INDEX_BYTES` long.

    Takes the organisation's index key of `KEY_BYTES` bytes; VaultError when it has another length.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise VaultError.single(
                "index key", f"it has {len(key)} bytes, not {KEY_BYTES}", "use the key made when the vault was set up"
            )
        self._key = key

    def __repr__(self) -> str:
        return "BlindIndex(…)"

    def name_keys(self, name: str) -> frozenset[bytes]:
        """Return the keys of all parts of a name, to store; empty when it has no letters."""
        return frozenset().union(*self.name_part_keys(name))

    def name_part_keys(self, name: str) -> tuple[frozenset[bytes], ...]:
        """Return the keys of each part of a name, to search: a person is found when each part shares one."""
        return tuple(frozenset(self._hash("name", key) for key in keys) for keys in folded_parts(name))

    def number_keys(self, text: str) -> frozenset[bytes]:
        """Return the keys of a number of a paper or a phone, to store and to search; empty without letters or digits.

        One is of the whole. Nine figures and more also have one of their last `PHONE_END`: a phone is written with the
        code of its country or with a zero, and both must meet.
        """
        plain = digits(text)
        keys = {self._hash("number", plain)} if plain else set()
        if plain.isdecimal() and len(plain) > PHONE_END:
            keys.add(self._hash("phone", plain[-PHONE_END:]))
        return frozenset(keys)

    def file_keys(self, text: str) -> frozenset[bytes]:
        """Return the keys of the file number of a court or office, to store and to search; empty without a digit.

        One is of the whole, one without the words around the number: "CAS 17/2025" meets "17-2025". They are never
        those of a number of a person, so that a check for conflicts cannot meet them.
        """
        words = text.split()
        numbered = [at for at, word in enumerate(words) if any(map(str.isdigit, word))]
        if not numbered:
            return frozenset()
        inner = " ".join(words[numbered[0] : numbered[-1] + 1])
        return frozenset(self._hash("file", plain) for form in (text, inner) if (plain := digits(form)))

    def born_key(self, text: str) -> bytes | None:
        """Return the key to search for a date of birth: of the day, else of the year; None for any other span."""
        found = _DATE.fullmatch(text.strip())
        if not found:
            return None
        return self._hash("born", found[0] if found[3] else found[1])

    def born_keys(self, text: str) -> frozenset[bytes]:
        """Return the keys of a date of birth, to store: of each year it may fall in and of the day if known.

        Empty for an open span ("before 1990"), a span of more than `MOST_YEARS` years, and no date at all.
        """
        ends = [_DATE.fullmatch(end) for end in text.strip().split("/")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or not first or not last:
            return frozenset()
        years = range(int(first[1]), int(last[1]) + 1)
        if len(years) > MOST_YEARS:
            return frozenset()
        keys = {self._hash("born", f"{year:04}") for year in years}
        if len(ends) == 1 and first[3]:
            keys.add(self._hash("born", first[0]))
        return frozenset(keys)

    def _hash(self, domain: Domain, text: str) -> bytes:
        # Neither a domain nor a key holds the zero byte, so that no two pairs give one message.
        return hmac.digest(self._key, f"{domain}\0{text}".encode(), "blake2b")[:INDEX_BYTES]
