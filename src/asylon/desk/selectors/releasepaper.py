"""A release as a paper, and as rows for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from asylon.desk.content import StoryContent
from asylon.desk.models import Organisation, Release
from asylon.desk.selectors.releasewords import WordTable, tables_in_words, waits_in_words
from asylon.desk.words import reader_language
from asylon.papers.document import Block, Bullets, Document, Heading, Paragraph, Strong, Table


def release_paper(release: Release, stories: Sequence[StoryContent]) -> Document:
    """Return a release as a paper in the language of the page, with the stories that go with it."""
    language = reader_language()
    period = _("%(first)s to %(last)s") % {"first": language.day(release.first), "last": language.day(release.last)}
    released = release.released_at or release.drafted_at
    blocks: list[Block] = [Paragraph(how_to_read(release)), Heading(_("Cases"))]
    for table in tables_in_words(release):
        blocks += _table_blocks(table)
    if lines := waits_in_words(release):
        blocks += [Heading(_("How long people wait")), Bullets(tuple(lines)), Paragraph(about_waits())]
    if stories:
        blocks += [Heading(_("Stories")), Paragraph(about_stories())]
    for story in stories:
        blocks += [Heading(story.title, 2), *(Paragraph(part) for part in story.text.split("\n\n") if part.strip())]
    return Document(
        title=release.name,
        language=(get_language() or "en").partition("-")[0],
        subtitle=f"{language.quote(Organisation.objects.get().name)}, {period}",
        day=language.day(released.date()),
        source_line=_("Source: our own cases"),
        blocks=tuple(blocks),
        made=released.date(),
    )


def _table_blocks(table: WordTable) -> list[Block]:
    if not table.rows:
        return [Paragraph((Strong(table.caption), ": ", left_out()))]
    rows = tuple((label, *(str(cell) for cell in cells)) for label, cells in table.rows)
    return [Table(table.header, rows, caption=table.caption)]


def how_to_read(release: Release) -> str:
    """Return what whoever reads the numbers must know."""
    said = _(
        "Counted are cases, each the matter of one person, that were open at some time in these days. * stands for a "
        "number that is withheld because it is below %(n)d, or because a smaller one could be worked out from it; "
        "beside it stands what the other numbers leave open."
    )
    return said % {"n": release.minimum}


def left_out() -> str:
    """Return why a table of a report is missing."""
    return _("Left out: together with the others, or with what was released before, it would show a small group.")


def about_waits() -> str:
    """Return how waits are measured."""
    return _(
        "From the first application to a decision, a withdrawal or a departure; who waits still is counted as waiting "
        "(Kaplan and Meier). Shares are rounded to five in a hundred, time to whole months."
    )


def about_stories() -> str:
    """Return on what stories rest."""
    return _("Told with the written consent of the people. Names and what could betray them were changed.")


def release_rows(release: Release) -> str:
    """Return a release as CSV: for each cell its table, the values in words of the program, mark and bounds."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("table", "row", "column", "shown", "low", "high"))
    for table in release.tables:
        by = table["by"]
        for row in table["rows"]:
            column = row[1] if len(by) > 1 else ""
            rows.writerow(("/".join(by), row[0], column, *("" if value is None else value for value in row[len(by) :])))
    return file.getvalue()
