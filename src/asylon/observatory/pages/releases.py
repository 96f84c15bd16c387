"""Pages about releases: which there are, and what one revised of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from asylon.observatory.figures import Figures
from asylon.observatory.here import Here, Sheet
from asylon.observatory.pages.shown import outcome_heads
from asylon.observatory.rates import unit
from asylon.observatory.routes import Address
from asylon.observatory.tables import Column, Show, Table, counts, in_english, linked, plain
from asylon.observatory.words import say
from asylon.statistics.changes import changes, changes_by_country
from asylon.statistics.store import Release

LARGEST = 200
LARGEST_SUMS = 50


def releases(here: Here, held: Sequence[Release], served: Sequence[Release]) -> Sheet:
    """Return the releases of a store, newest first: day, what the newest year covers, what each changed.

    `held` are all of them, oldest first; `served` those that have pages.
    """
    rows = [_row(before, release, served) for before, release in zip((None, *held[:-1]), held, strict=True)][::-1]
    newest = held[-1].edition.version

    def as_of(row: Mapping[str, Any]) -> str | None:
        edition = None if row["version"] == newest else row["version"]
        return here.to(Address(here.language, "home", as_of=edition)) if row["served"] else None

    def changed_in(row: Mapping[str, Any]) -> str | None:
        versions = (row["before"], row["version"])
        return here.to(Address(here.language, "changes", versions)) if row["before"] else None

    missing = _("no row")
    columns = [
        Column(_("Release"), linked(lambda row: row["version"], as_of), is_number=False),
        Column(_("Published"), plain("dated"), is_number=False),
        Column(_("Title"), lambda row: in_english(row["title"]), is_number=False),
        Column(_("Newest year"), plain("year"), is_number=False),
        Column(_("It covers"), lambda row: say(row["covers"]), is_number=False),
        Column(_("Rows of applications"), counts("applications", here.language, missing)),
        Column(_("Rows of decisions"), counts("decisions", here.language, missing)),
        Column(
            _("What it changed"), linked(lambda row: _("changes") if row["before"] else "", changed_in), is_number=False
        ),
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None).drop("served")
    table = Table("releases", _("Releases in the store, newest first"), columns, rows, frame)
    return Sheet("releases.html", _("Releases"), {}, {"releases": table})


def _row(before: Release | None, release: Release, served: Sequence[Release]) -> dict[str, Any]:
    edition = release.edition
    return {
        "version": edition.version,
        "dated": edition.dated.isoformat(),
        "title": edition.title,
        "year": edition.latest_year,
        "covers": edition.latest_year_covers,
        "applications": release.tables["applications"].rows,
        "decisions": release.tables["decisions"].rows,
        "before": before.edition.version if before else None,
        "served": release in served,
    }


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
    by_country = every if every.is_empty() else changes_by_country(every)
    return Changed(before.release, after.release, every, by_country)


def changed(facts: Changed, here: Here) -> Sheet:
    """Return the page of what a release revised, largest first."""
    versions = {"before": facts.before.edition.version, "after": facts.after.edition.version}
    context = {**versions, "count": here.count(facts.every.height), "is_none": facts.every.is_empty()}
    tables = [] if facts.every.is_empty() else [_sums(facts, here), _every(facts, here)]
    title = _("What changed from %(before)s to %(after)s") % versions
    return Sheet("changes.html", title, context, {table.name: table for table in tables})


def _country(side: str, here: Here) -> Show:
    return lambda row: escape(here.name(row[side]))


def _sums(facts: Changed, here: Here) -> Table:
    missing = _("no row")
    words = {
        "applications": _("Applications"),
        "decisions": _("Decisions"),
        "stocks": _("People at the end of the year"),
    }
    columns = [
        Column(_("Country of asylum"), _country("asylum", here), is_number=False),
        Column(_("Year"), plain("year"), is_number=False),
        Column(_("Table"), lambda row: words[row["table"].removesuffix("_half")], is_number=False),
        Column(_("Rows that differ"), counts("rows", here.language, missing)),
        Column(_("Moved in sum"), counts("moved", here.language, missing)),
        Column(_("Difference"), counts("difference", here.language, missing)),
    ]
    rows = list(facts.by_country.head(LARGEST_SUMS).iter_rows(named=True))
    caption = _("Summed by country and year, the largest first")
    return Table("countries", caption, columns, rows, facts.by_country)


def _every(facts: Changed, here: Here) -> Table:
    missing = _("no row")
    words = {
        **outcome_heads(),
        "applied": _("Applications"),
        "pending": _("Waiting on 31 December"),
        "refugees": _("Refugees"),
        "others_of_concern": _("Others of concern"),
        "in_need_of_protection": _("In need of international protection"),
        "returned_refugees": _("Returned refugees"),
    }
    columns = [
        Column(_("Country of asylum"), _country("asylum", here), is_number=False),
        Column(_("Country of origin"), _country("origin", here), is_number=False),
        Column(_("Year"), plain("year"), is_number=False),
        Column(_("Figure"), lambda row: words[row["figure"]], is_number=False),
        Column(_("Unit"), lambda row: unit(row["unit"] or ""), is_number=False),
        Column(_("Before"), counts("before", here.language, missing)),
        Column(_("After"), counts("after", here.language, missing)),
        Column(_("Difference"), counts("difference", here.language, missing)),
    ]
    rows = list(facts.every.head(LARGEST).iter_rows(named=True))
    return Table("changes", _("The largest changes, figure by figure"), columns, rows, facts.every)
