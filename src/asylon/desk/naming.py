"""Names as they are typed: which script they are in, what kind of name they are, and how they look."""

from __future__ import annotations

import unicodedata
from typing import Any

from asylon.desk.content import Name
from asylon.vault.letters import LATIN_FOR_CYRILLIC, script_of

OTHER_SCRIPT = "Zyyy"


def script_in(text: str) -> str:
    """Return the script (ISO 15924) most letters of a name are in; `OTHER_SCRIPT` when the desk has no table for it."""
    found = [script.name for letter in text.lower() if (script := script_of(letter)) is not None]
    return max(set(found), key=lambda name: (found.count(name), name)) if found else OTHER_SCRIPT


def name_of(full: str, kind: str = "legal", script: str = "") -> Name:
    """Return a name; its script is that of its letters unless another is said."""
    known: Any = kind or "legal"
    return Name(full, known, script or script_in(full))


def looks_of(name: str) -> str:
    """Return how a name looks: the same for two that only a careful reader tells apart; empty without letters."""
    plain = unicodedata.normalize("NFKC", name).casefold().translate(LATIN_FOR_CYRILLIC)
    return "".join(sign for sign in plain if sign.isalnum())
