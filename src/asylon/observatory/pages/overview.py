"""Pages about everything: where to begin, what is doubted, the method."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import polars as pl
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from asylon.observatory.figures import LEAST_PEOPLE, YEARS_COMPARED
from asylon.observatory.here import Here, Sheet
from asylon.observatory.rates import formula
from asylon.observatory.tables import Column, Row, Show, Table, linked
from asylon.observatory.words import doubt_words, say
from asylon.statistics.codes import LEVELS
from asylon.statistics.definitions import ALL_DEFINITIONS
from asylon.statistics.doubts import CHECKS, doubts_in
from asylon.statistics.sources import source

# Whom the makers of this site defend, and where: shown first.
PAIRS = (
    ("RUS", "ISR"), ("BLR", "ISR"), ("UKR", "ISR"), ("ERI", "ISR"), ("SDN", "ISR"),
    ("SYR", "RUS"), ("UKR", "RUS"), ("AFG", "RUS"), ("RUS", "DEU"), ("RUS", "USA"), ("RUS", "SRB"), ("RUS", "KAZ"),
)  # fmt: skip
DOUBTS_LISTED = 400


def home(here: Here) -> Sheet:
    """Return the first page: what this is, the pairs asked for most, every country by name."""
    figures = here.figures
    sides = {side: _listed(sizes, side, here) for side, sizes in figures.sides.items()}
    pairs = [
        {"origin": here.name(origin), "asylum": here.name(asylum), "url": url}
        for origin, asylum in PAIRS
        if (url := here.pair(origin, asylum))
    ]
    first, last = figures.years
    context = {
        "pairs": pairs,
        "asylums": sides["asylum"],
        "origins": sides["origin"],
        "is_excerpt": figures.is_excerpt,
        "world": [{"year": year, "url": here.page("world", str(year))} for year in range(last, first - 1, -1)],
        "held": {
            "pairs": here.count(figures.pairs.height),
            "asylums": here.count(len(sides["asylum"])),
            "origins": here.count(len(sides["origin"])),
            "years": here.years(first, last),
            "doubts": here.count(figures.doubts.height),
        },
        "go": "" if here.as_files or figures.is_excerpt else here.to("go"),
    }
    return Sheet("home.html", _("How each state treats asylum seekers"), context)


def _listed(sizes: Mapping[str, int], side: str, here: Here) -> list[dict[str, str]]:
    named = sorted((here.name(code), code) for code in sizes)
    return [{"name": name, "code": code, "url": here.page(side, code)} for name, code in named]


def doubts(here: Here) -> Sheet:
    """Return every check with its threshold and what it found, largest first."""
    frame = here.figures.doubts
    checks = [
        {
            "name": check.name,
            "looks_for": say(check.looks_for),
            "threshold": say(check.threshold),
            "count": here.count(frame.filter(pl.col("check") == check.name).height),
        }
        for check in CHECKS
    ]
    table = _doubt_table(frame, here)
    return Sheet("doubts.html", _("Doubts found by program"), {"checks": checks}, {"doubts": table})


def _doubt_table(frame: pl.DataFrame, here: Here) -> Table:
    looks_for = {check.name: say(check.looks_for) for check in CHECKS}

    def country(side: str) -> Show:
        return linked(lambda row: _country(row[side], here), lambda row: _side(row[side], side, here))

    def finding(row: Row) -> str:
        return escape(capfirst(doubt_words(row["message"], row["values"], here.language)))

    columns = [
        Column(_("Check"), lambda row: looks_for[row["check"]], is_number=False),
        Column(_("Country of asylum"), country("asylum"), is_number=False),
        Column(_("Country of origin"), country("origin"), is_number=False),
        Column(_("Years"), lambda row: here.years(row["first_year"], row["last_year"])),
        Column(_("Size"), lambda row: here.number(round(row["size"]))),
        Column(_("Finding"), finding, is_number=False),
    ]
    caption = _("The largest findings of each check; the file holds all %(count)s.")
    listed = frame.group_by("check", maintain_order=True).head(DOUBTS_LISTED // len(CHECKS))
    rows = list(listed.iter_rows(named=True))
    told = pl.Series("why", [str(doubt.why) for doubt in doubts_in(frame)], dtype=pl.String)
    file = frame.drop("message", "values").with_columns(told)
    return Table("doubts", caption % {"count": here.count(frame.height)}, columns, rows, file)


def _country(iso3: str | None, here: Here) -> str:
    return here.name(iso3) if iso3 else _("all")


def _side(iso3: str | None, side: str, here: Here) -> str | None:
    return here.page(side, iso3) if iso3 and iso3 in here.figures.sides[side] else None


def method(here: Here) -> Sheet:
    """Return how the figures are made: definitions, rounding, intervals, traps, limits."""
    definitions = [
        {
            "title": say(known.title),
            "body": _(known.body),
            "formula": formula(known),
            "levels": say(known.levels),
            "why": say(known.why),
            "source": known.source,
        }
        for known in ALL_DEFINITIONS
    ]
    manifest = source("unhcr").manifest
    context = {
        "definitions": definitions,
        "levels": [{"code": code, "text": say(text)} for code, text in LEVELS.items()],
        "caveats": [say(caveat) for caveat in manifest.caveats],
        "rounding": say(manifest.rounding),
        "least": here.count(LEAST_PEOPLE),
        "compared": here.count(YEARS_COMPARED),
        "checks": [{"looks_for": say(check.looks_for), "threshold": say(check.threshold)} for check in CHECKS],
    }
    return Sheet("method.html", _("Method: what each number is and is not"), context)
