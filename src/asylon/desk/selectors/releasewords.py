"""Released counts in words: what was counted, by what, and each cell as it may be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from asylon.desk.models import Release
from asylon.desk.words import country_label
from asylon.statistics.disclosure import TOTAL, WITHHELD

DIMENSION_LABELS = {
    "country": gettext_lazy("Country of asylum"),
    "origin": gettext_lazy("Nationality, as far as the law asks for it"),
    "opened": gettext_lazy("Year in which the case was opened"),
    "outcome": gettext_lazy("Outcome"),
    "stage": gettext_lazy("Stage"),
    "waited": gettext_lazy("Waiting without a decision since"),
    "detained": gettext_lazy("In detention in these days"),
    "fined": gettext_lazy("Fined in these days"),
}
_YES_NO = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
VALUE_LABELS: Mapping[str, Mapping[str, Any]] = {
    "country": {"few": gettext_lazy("others, with few cases each")},
    "origin": {
        "few": gettext_lazy("others, with few cases each"),
        "other": gettext_lazy("not told apart by the law"),
        "unknown": gettext_lazy("not readable"),
    },
    "opened": {"few": gettext_lazy("others, with few cases each")},
    "outcome": {
        "protected": gettext_lazy("protected"),
        "refused": gettext_lazy("refused"),
        "ended": gettext_lazy("withdrawn or left"),
        "open": gettext_lazy("open"),
    },
    "stage": {
        "before": gettext_lazy("nothing lodged yet"),
        "waiting": gettext_lazy("waiting for a decision"),
        "court": gettext_lazy("before a court"),
        "decided": gettext_lazy("decided"),
        "closed": gettext_lazy("closed"),
    },
    "waited": {
        "half": gettext_lazy("less than 6 months"),
        "one": gettext_lazy("6 to 12 months"),
        "two": gettext_lazy("1 to 2 years"),
        "five": gettext_lazy("2 to 5 years"),
        "longer": gettext_lazy("more than 5 years"),
        "none": gettext_lazy("not waiting"),
    },
    "detained": _YES_NO,
    "fined": _YES_NO,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is read: its number, or the mark and the bounds that the rest leaves."""

    text: str
    bounds: str = ""

    @property
    def is_withheld(self) -> bool:
        """Tell whether the number is not shown."""
        return self.text == WITHHELD

    def __str__(self) -> str:
        return f"{self.text} {self.bounds}".strip()


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table in words: its caption, headings, and rows of a label and cells; no rows where it had to be left out."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def withheld(self) -> int:
        """Return how many cells are withheld."""
        return sum(cell.is_withheld for _label, cells in self.rows for cell in cells)

    @property
    def cells(self) -> int:
        """Return how many cells there are."""
        return sum(len(cells) for _label, cells in self.rows)


def dimension_label(name: str) -> str:
    """Return what a dimension is called."""
    return str(DIMENSION_LABELS[name])


def value_label(dimension: str, value: str) -> str:
    """Return what a value of a dimension is called."""
    if value == TOTAL:
        return _("All")
    named = VALUE_LABELS.get(dimension, {}).get(value)
    if named is None and dimension in ("country", "origin"):
        return country_label(value)
    return str(named or value)


def tables_in_words(release: Release) -> list[WordTable]:
    """Return the tables of a release in the language of the page."""
    return [_in_words(table["by"], table["rows"]) for table in release.tables]


def _in_words(by: Sequence[str], rows: Sequence[Sequence[Any]]) -> WordTable:
    caption = " · ".join(dimension_label(name) for name in by)
    cells = {tuple(row[: len(by)]): _cell(*row[len(by) :]) for row in rows}
    names = _ordered(by[0], {key[0] for key in cells})
    if len(by) == 1:
        one = tuple((value_label(by[0], name), (cells[name,],)) for name in names)
        return WordTable(caption, (dimension_label(by[0]), _("Cases")), one)
    across = _ordered(by[1], {key[1] for key in cells})
    header = (dimension_label(by[0]), *(value_label(by[1], name) for name in across))
    two = tuple((value_label(by[0], name), tuple(cells[name, other] for other in across)) for name in names)
    return WordTable(caption, header, two)


def _ordered(dimension: str, names: set[str]) -> list[str]:
    """Return the values in their order, by their words where they have none, then the rest and the total."""
    listed = list(VALUE_LABELS.get(dimension, {}))

    def place(name: str) -> tuple[bool, int, str]:
        return name == TOTAL, listed.index(name) if name in listed else -1, value_label(dimension, name).casefold()

    return sorted(names, key=place)


def _cell(shown: str, low: int, high: int | None) -> Cell:
    if shown != WITHHELD:
        return Cell(shown)
    return Cell(shown, f"{low}–{high}" if high is not None else f"≥ {low}")


def waits_in_words(release: Release) -> list[str]:
    """Return what is said of waiting, sentence by sentence; empty where too few wait."""
    row = release.waits
    if not row:
        return []
    median, lines = row["median"], []
    if median is None:
        lines.append(_("Less than half of the %(n)d people who asked had an end of their wait.") % {"n": row["cases"]})
    else:
        said = ngettext(
            "Half of the %(n)d people who asked waited %(months)d month or longer.",
            "Half of the %(n)d people who asked waited %(months)d months or longer.",
            median,
        )
        lines.append(said % {"n": row["cases"], "months": median})
    spans = {"0.5": _("half a year"), "1": _("a year"), "2": _("two years"), "5": _("five years")}
    for years, percent in row["waiting"].items():
        if percent == 0:
            return [*lines, _("After %(time)s almost nobody waited still.") % {"time": spans[years]}]
        if percent is not None:
            said = _("After %(time)s about %(percent)d in a hundred waited still.")
            lines.append(said % {"time": spans[years], "percent": percent})
    return lines
