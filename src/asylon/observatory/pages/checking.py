"""The page of a text: its figures, each held against the release. What is pasted is kept nowhere."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asylon.observatory.here import Here, Sheet
from asylon.statistics.statements import Checked, check_text
from asylon.statistics.statements.check import Graded

# An article is some thousand letters long; more at once is a book, for the command.
LONGEST = 20_000
VERDICTS = {
    "exact": gettext_lazy("exact"),
    "near": gettext_lazy("near"),
    "compatible": gettext_lazy("compatible"),
    "ambiguous": gettext_lazy("ambiguous"),
    "not_visible": gettext_lazy("too small to be visible"),
    "missing": gettext_lazy("not reported"),
    "contradicted": gettext_lazy("contradicted"),
    "inconsistent": gettext_lazy("contradicts itself"),
}
HOLDS = ("exact", "near", "compatible")
FAILS = ("contradicted", "inconsistent")


def check(here: Here, text: str) -> Sheet:
    """Return the page of a text with the verdict on each of its figures; with an empty one the form alone."""
    shown = text[:LONGEST]
    checked = check_text(shown, here.figures.release) if shown.strip() else ()
    context = {
        "text": shown,
        "longest": LONGEST,
        "is_cut": len(text) > LONGEST,
        "is_asked": bool(shown.strip()),
        "action": here.page("check"),
        "found": [_found(one, here) for one in checked],
    }
    return Sheet("check.html", _("Check a text"), context)


def _found(one: Checked, here: Here) -> dict[str, Any]:
    kind = "holds" if one.verdict in HOLDS else "fails" if one.verdict in FAILS else "open"
    return {
        "quote": one.figure.quote,
        "verdict": str(VERDICTS[one.verdict]),
        "kind": kind,
        "why": one.why,
        "readings": [_reading(graded, here) for graded in one.graded],
    }


def _reading(graded: Graded, here: Here) -> dict[str, Any]:
    reading = graded.reading
    return {
        "words": reading.words,
        "is_meant": reading.is_meant,
        "count": _("no row") if reading.count is None else here.count(reading.count.value),
        "rows": here.count(reading.n_rows),
        "source": reading.source,
    }
