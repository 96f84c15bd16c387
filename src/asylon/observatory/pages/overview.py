"""Pages about everything: where to begin, what is doubted, which releases there are and what they changed, the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from asylon.observatory.figures import LEAST_PEOPLE, YEARS_COMPARED, Figures, Shelf
from asylon.observatory.here import Here, Sheet
from asylon.observatory.pages.shown import outcome_heads
from asylon.observatory.rates import formula, unit
from asylon.observatory.tables import Column, Table, counts, linked, plain
from asylon.observatory.words import say, years
from asylon.statistics.changes import changes, changes_by_country
from asylon.statistics.codes import LEVELS
from asylon.statistics.definitions import ALL_DEFINITIONS
from asylon.statistics.doubts import CHECKS
from asylon.statistics.sources import source
from asylon.statistics.store import Release

# Whom the makers of this site defend, and where: shown first.
PAIRS = (
    ("RUS", "ISR"), ("BLR", "ISR"), ("UKR", "ISR"), ("ERI", "ISR"), ("SDN", "ISR"),
    ("SYR", "RUS"), ("UKR", "RUS"), ("AFG", "RUS"), ("RUS", "DEU"), ("RUS", "USA"), ("RUS", "SRB"), ("RUS", "KAZ"),
)  # fmt: skip
LARGEST_CHANGES = 200
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
        "world": [{"year": year, "url": here.page("world", str(year))} for year in range(last, first - 1, -1)],
        "held": {
            "pairs": here.count(figures.pairs.height),
            "asylums": here.count(len(sides["asylum"])),
            "origins": here.count(len(sides["origin"])),
            "years": years(first, last),
            "doubts": here.count(figures.doubts.height),
        },
        "go": "" if here.as_files else here.to("go"),
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
    listed = frame.group_by("check", maintain_order=True).head(DOUBTS_LISTED // len(CHECKS))
    looks_for = {check.name: say(check.looks_for) for check in CHECKS}
    columns = [
        Column(_("Check"), lambda row: looks_for[row["check"]], is_number=False),
        Column(
            _("Country of asylum"),
            linked(lambda row: _country(row["asylum"], here), lambda row: _side(row["asylum"], "asylum", here)),
            is_number=False,
        ),
        Column(
            _("Country of origin"),
            linked(lambda row: _country(row["origin"], here), lambda row: _side(row["origin"], "origin", here)),
            is_number=False,
        ),
        Column(_("Years"), lambda row: years(row["first_year"], row["last_year"]), is_number=False),
        Column(_("Size"), lambda row: here.number(round(row["size"]))),
        Column(_("Finding, in the words of the check"), lambda row: _english(row["why"]), is_number=False),
    ]
    caption = _("The largest findings of each check; the file holds all %(count)s.") % {
        "count": here.count(frame.height)
    }
    table = Table("doubts", caption, columns, list(listed.iter_rows(named=True)), frame)
    return Sheet("doubts.html", _("Doubts found by program"), {"checks": checks}, {"doubts": table})


def _country(iso3: str | None, here: Here) -> str:
    return here.name(iso3) if iso3 else _("all")


def _side(iso3: str | None, side: str, here: Here) -> str | None:
    return here.page(side, iso3) if iso3 in here.figures.sides[side] else None


def _english(text: str) -> str:
    from html import escape

    return f'<bdi lang="en" dir="ltr">{escape(text)}</bdi>'


def releases(here: Here, shelf: Shelf, served: tuple[Release, ...]) -> Sheet:
    """Return the releases that the store holds, each with its day, what its newest year covers, and its changes."""
    held = shelf.releases
    rows: list[dict[str, Any]] = []
    for before, release in zip((None, *held[:-1]), held, strict=True):
        edition = release.edition
        rows.insert(
            0,
            {
                "version": edition.version,
                "dated": edition.dated.isoformat(),
                "title": edition.title,
                "year": edition.latest_year,
                "covers": edition.latest_year_covers,
                "applications": release.tables["applications"].rows,
                "decisions": release.tables["decisions"].rows,
                "before": before.edition.version if before else None,
                "served": release in served,
            },
        )
    columns = [
        Column(_("Release"), linked(lambda row: row["version"], lambda row: _as_of(row, held, here)), is_number=False),
        Column(_("Published"), plain("dated"), is_number=False),
        Column(_("Title"), lambda row: _english(row["title"]), is_number=False),
        Column(_("Newest year"), plain("year"), is_number=False),
        Column(_("It covers"), lambda row: say(row["covers"]), is_number=False),
        Column(_("Rows of applications"), counts("applications", here.language, _("no row"))),
        Column(_("Rows of decisions"), counts("decisions", here.language, _("no row"))),
        Column(
            _("What it changed"),
            linked(
                lambda row: _("changes") if row["before"] else "",
                lambda row: here.page("changes", row["before"], row["version"]) if row["before"] else None,
            ),
            is_number=False,
        ),
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None).drop("served")
    table = Table("releases", _("Releases in the store, newest first"), columns, rows, frame)
    return Sheet("releases.html", _("Releases"), {"newest": held[-1].edition.version}, {"releases": table})


def _as_of(row: Mapping[str, Any], held: tuple[Release, ...], here: Here) -> str | None:
    from asylon.observatory.routes import Address

    if not row["served"]:
        return None
    as_of = None if row["version"] == held[-1].edition.version else row["version"]
    return here.to(Address(here.language, "home", as_of=as_of))


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between two releases: every figure, and summed by country and year."""

    before: Release
    after: Release
    every: pl.DataFrame
    by_country: pl.DataFrame


def gather_changes(before: Figures, after: Figures) -> Changed:
    """Return the changes between two releases."""
    every = changes(before.release, after.release)
    return Changed(before.release, after.release, every, changes_by_country(every))


def changed(facts: Changed, here: Here) -> Sheet:
    """Return the page of what a release revised, largest first."""
    missing = _("no row")
    figure_words = {**outcome_heads(), "applied": _("Applications"), "pending": _("Waiting on 31 December")}
    tables_words = {
        "applications": _("Applications"),
        "decisions": _("Decisions"),
        "stocks": _("People at the end of the year"),
    }

    def table_word(row: Mapping[str, Any]) -> str:
        return tables_words.get(row["table"].removesuffix("_half"), row["table"])

    where = Column(_("Country of asylum"), lambda row: here.name(row["asylum"]), is_number=False)
    year = Column(_("Year"), plain("year"), is_number=False)
    summed = facts.by_country.head(LARGEST_CHANGES // 4)
    by_country = Table(
        "countries",
        _("Summed by country and year, the largest first"),
        [
            where,
            year,
            Column(_("Table"), table_word, is_number=False),
            Column(_("Rows that differ"), counts("rows", here.language, missing)),
            Column(_("Moved in sum"), counts("moved", here.language, missing)),
            Column(_("Difference"), counts("difference", here.language, missing)),
        ],
        list(summed.iter_rows(named=True)),
        facts.by_country,
    )
    listed = facts.every.head(LARGEST_CHANGES)
    columns = [
        where,
        Column(_("Country of origin"), lambda row: here.name(row["origin"]), is_number=False),
        year,
        Column(_("Figure"), lambda row: figure_words.get(row["figure"], row["figure"]), is_number=False),
        Column(_("Unit"), lambda row: unit(row["unit"] or ""), is_number=False),
        Column(_("Before"), counts("before", here.language, missing)),
        Column(_("After"), counts("after", here.language, missing)),
        Column(_("Difference"), counts("difference", here.language, missing)),
    ]
    every = Table(
        "changes", _("The largest changes, figure by figure"), columns, list(listed.iter_rows(named=True)), facts.every
    )
    versions = {"before": facts.before.edition.version, "after": facts.after.edition.version}
    context = {**versions, "count": here.count(facts.every.height), "is_none": facts.every.is_empty()}
    title = _("What changed from %(before)s to %(after)s") % versions
    return Sheet(
        "changes.html", title, context, {} if facts.every.is_empty() else {"countries": by_country, "changes": every}
    )


def method(here: Here) -> Sheet:
    """Return how the figures are made: definitions, rounding, intervals, traps, limits."""
    definitions = [
        {
            "title": say(known.title),
            "body": known.body,
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
