"""The few words that papers say by themselves."""

from __future__ import annotations

from asylon.language import language, said
from asylon.papers.document import Callout, Kind

_KINDS: dict[Kind, str] = {"finding": said("Finding"), "warning": said("Warning"), "doubt": said("Doubt")}


def callout_title(callout: Callout, code: str) -> str:
    """Return the callout's own title, or the word for its kind in the language of `code`."""
    return callout.title.strip() or language(code).say(_KINDS[callout.kind])
