"""What became of those who applied in one year: first and latest outcome of a cohort, where a source follows it.

A rate by year of decision mixes people who applied in different years; a cohort does not. Only the Home Office
publishes cohorts (table `outcomes`): main applicants by year of application.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from asylon.language import said
from asylon.statistics.intervals import Count, combined, rate_bounds, wilson
from asylon.statistics.measures import Answered, Measure, Refused, Subject
from asylon.statistics.store import Release

TABLE = "outcomes"
# A country whose release follows its claims.
_COUNTRY = {"uk": "GBR"}
_OUTCOMES = {
    "protection": "grants_of_protection",
    "leave": "grants_of_other_leave",
    "refused": "refusals",
    "withdrawn": "withdrawn_applications",
    "administrative": "administrative_outcomes",
    "open": "not_yet_known",
}
_GRANTED, _DECIDED = ("protection", "leave"), ("protection", "leave", "refused")
_CLOSED, _ENDED = ("withdrawn", "administrative"), ("protection", "leave", "refused", "withdrawn", "administrative")


@dataclass(frozen=True, slots=True)
class _View:
    """One way to look at a cohort: which columns, what is above and below the line, which level that is."""

    name: str
    title: str
    prefix: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    level: str
    why: str


_VIEWS = (
    _View(
        "cohort_initial_grant_rate",
        "positive at the first decision, of those who applied in the year",
        "initial",
        _GRANTED,
        _DECIDED,
        "FI",
        "follows the people of one year of application; withdrawals and administrative outcomes are outside",
    ),
    _View(
        "cohort_latest_grant_rate",
        "positive in the latest outcome, of those who applied in the year",
        "latest",
        _GRANTED,
        _DECIDED,
        "FA",
        "the same people after appeals and reviews; may still change",
    ),
    _View(
        "cohort_without_outcome",
        "still without an outcome, of those who applied in the year",
        "latest",
        ("open",),
        (*_ENDED, "open"),
        "FA",
        "how much of the cohort the two rates cannot see",
    ),
)


def cohort(release: Release, year: int, *, origin: str | None = None) -> tuple[Answered, ...]:
    """Return what became of the claims of one year: positive at first, positive in the latest outcome, still open.

    Percent of main applicants (cases); source: Home Office, asylum outcomes by year of application. Each is a
    `Measure`, or a `Refused` with its reason: the release follows no claims, the year has no row, nobody is decided.
    """
    subject = Subject(origin, _COUNTRY.get(release.edition.source), year, year)
    if not release.has(TABLE):
        return _refuse_all(
            subject, said("{release} does not follow claims from application to outcome", release=release.id)
        )
    rows = release.frame(TABLE).filter(pl.col("year_of_application") == year)
    rows = rows if origin is None else rows.filter(pl.col("origin") == origin)
    if rows.is_empty():
        return _refuse_all(subject, _no_row(release, year))
    return tuple(_look(view, rows, subject, release) for view in _VIEWS)


def _no_row(release: Release, year: int) -> str:
    years = release.frame(TABLE)["year_of_application"]
    return said(
        "no row for claims of {year}, which is not zero; cohorts of {first}-{last} are there",
        year=year,
        first=years.min(),
        last=years.max(),
    )


def _refuse_all(subject: Subject, reason: str) -> tuple[Answered, ...]:
    return tuple(Refused(view.name, view.title, "UK Home Office", subject, "C", reason) for view in _VIEWS)


def _look(view: _View, rows: pl.DataFrame, subject: Subject, release: Release) -> Answered:
    sums = {ours: int(rows[f"{view.prefix}_{theirs}"].sum()) for ours, theirs in _OUTCOMES.items()}
    above, rest = _count(sums, view.above), _count(sums, set(view.below) - set(view.above))
    below = above + rest
    if below.value == 0:
        reason = said("nobody who applied in {year} has been decided", year=subject.first_year)
        return Refused(view.name, view.title, "UK Home Office", subject, "C", reason)
    ended = sum(sums[name] for name in _ENDED)
    return Measure(
        name=view.name,
        title=view.title,
        value=100 * above.value / below.value,
        scale="percent",
        numerator=above,
        denominator=below,
        formula=f"({' + '.join(view.above)}) / ({' + '.join(view.below)}), {view.prefix} outcome",
        body="UK Home Office",
        why=view.why,
        source="Home Office, Immigration system statistics, asylum outcomes of applications by year of application",
        levels=(view.level,),
        unit="C",
        closed_share=100 * sum(sums[name] for name in _CLOSED) / ended if ended else None,
        rounding=rate_bounds(above, rest),
        sampling=wilson(above.value, below.value),
        interval=combined(above, rest),
        subject=subject,
        release=release.id,
        licence=release.licence,
        warnings=_warnings(sums, view),
    )


def _count(sums: Mapping[str, int], names: tuple[str, ...] | set[str]) -> Count:
    total = sum(sums[name] for name in names)
    return Count(total, total, total)  # the Home Office does not round these


def _warnings(sums: Mapping[str, int], view: _View) -> tuple[str, ...]:
    if not sums["open"] or "open" in view.above:
        return ()
    count = sum(sums.values())
    share = 100 * sums["open"] / count
    return (
        said(
            "{still:,} of {count:,} claims ({share:.0f} %) have no outcome yet: the rate can still move",
            still=sums["open"],
            count=count,
            share=share,
        ),
    )
