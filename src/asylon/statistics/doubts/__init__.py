"""What looks wrong in published figures, found by program: named checks, each with a threshold and its reason.

A doubt is a question to put to the source, not a verdict: it names rows that contradict each other or changed without
anything having happened. No country is named in any check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.doubts.findings import SCHEMA, Doubt, doubt_row, doubts_in
from asylon.statistics.doubts.messages import MESSAGES
from asylon.statistics.doubts.outcomes import coding_breaks, double_exchanges, false_totals
from asylon.statistics.doubts.reports import lost_rows, missing_reports, same_country, short_years, unit_breaks
from asylon.statistics.doubts.second import exchanged_columns
from asylon.statistics.doubts.stocks import gone_without_trace, moved_columns, stock_flow, stock_flow_of_pairs
from asylon.statistics.store import Release, Store, write_atomically

__all__ = ["CHECKS", "MESSAGES", "Check", "Doubt", "doubt_row", "doubts_in", "doubts_of", "find_doubts"]

# Raised whenever a check changes, so that kept findings are found again.
VERSION = 4


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what it looks for, and why its threshold is where it is."""

    name: str
    looks_for: str
    threshold: str
    find: Callable[[Release, Store | None], pl.DataFrame]


CHECKS: tuple[Check, ...] = (
    Check(
        "coding_break",
        "one outcome column loses what another gains, within the same origins, from one year to the next",
        "30 points in both columns over at least 100 outcomes: real practice moves less when the origin is held fixed",
        coding_breaks,
    ),
    Check(
        "double_exchange",
        "recognised and other, and rejected and closed, exchange shares in the same year within the same origins",
        "10 points in all four columns over at least 1,000 outcomes: one shift is policy, two at once is coding",
        double_exchanges,
    ),
    Check(
        "exchanged_columns",
        "columns agree with the country's own counts only when two are exchanged, or one is booked under another",
        "at least 5 times nearer to the second source, which differs by a tenth of at least 500 outcomes of 5 origins",
        exchanged_columns,
    ),
    Check(
        "stock_flow",
        "the stock of a country does not follow from last year's stock, applications and decisions",
        "at least 1,000 people and either over 25 per cent of what could be pending, or 20,000 people",
        stock_flow,
    ),
    Check(
        "stock_flow_of_pair",
        "the same for one origin in one country",
        "at least 1,000 people and over 10 per cent of what could be pending",
        stock_flow_of_pairs,
    ),
    Check(
        "moved_between_columns",
        "one population column of an origin loses what another gains in the same year: reclassified, nobody moved",
        "at least 1,000 people on both sides and the smaller change at least half of the larger",
        moved_columns,
    ),
    Check(
        "gone_without_trace",
        "refugees of an origin disappear from the stock without returns or naturalisations to account for it",
        "at least 5,000 people, 80 per cent of the stock, and less than half of it accounted for",
        gone_without_trace,
    ),
    Check(
        "unit_break",
        "a level changes between persons and cases: no line may be drawn across",
        "any change of unit from one year to the next, and any year that counts in both",
        unit_breaks,
    ),
    Check(
        "false_total",
        "a published total is not the sum of its outcomes",
        "any difference above 2 for each outcome, which rounding can explain, summed by country and year",
        false_totals,
    ),
    Check(
        "same_country",
        "people are counted as refugees or asylum-seekers from the country they are in",
        "any such row of five people or more",
        same_country,
    ),
    Check(
        "missing_report",
        "a country that reported three years running has no row",
        "at least 1,000 decisions or applications a year on average before",
        missing_reports,
    ),
    Check(
        "short_year",
        "the newest year may hold only a part of it, and the publisher does not say that it is whole",
        "fewer than 60 per cent of the decisions of the year before, all countries together",
        short_years,
    ),
    Check(
        "lost_rows",
        "a table lost whole years, or most of its rows, against the release before",
        "any year lost, or fewer than half of the rows",
        lost_rows,
    ),
)


# What can be said of one pair alone: an excerpt holds no country whole.
OF_PAIRS = ("stock_flow_of_pair", "moved_between_columns", "gone_without_trace", "same_country")


def find_doubts(release: Release, store: Store | None = None) -> pl.DataFrame:
    """Return what every check finds in a release, largest first within each check; empty when nothing is.

    With a `store`, checks that need an earlier release or a second source look there. One row for each doubt: the
    columns are the fields of `Doubt`.
    """
    checks = [check for check in CHECKS if not release.edition.is_excerpt or check.name in OF_PAIRS]
    found = [check.find(release, store).with_columns(check=pl.lit(check.name)) for check in checks]
    frames = [frame.with_columns(release=pl.lit(release.id)).select(SCHEMA.names()).cast(SCHEMA) for frame in found]
    return pl.concat(frames)


def doubts_of(store: Store, release: Release) -> pl.DataFrame:
    """Return the doubts of a release as `find_doubts`, found once and kept beside the releases.

    They are found again when a release was added or a check changed.
    """
    path = store.root / "doubts" / f"{_key(store, release)}.parquet"
    if (kept := _kept(path)) is not None:
        return kept
    found = find_doubts(release, store)
    import io

    buffer = io.BytesIO()
    found.write_parquet(buffer, compression="zstd")
    try:
        write_atomically(path, buffer.getvalue())
    except StatisticsError:  # a store that may only be read still answers
        return found
    return found


def _kept(path: Path) -> pl.DataFrame | None:
    """Return what was kept, None when there is nothing or it is damaged: then it is found again."""
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return None


def _key(store: Store, release: Release) -> str:
    every = sorted(f"{known.id} {sorted(t.digest for t in known.tables.values())}" for known in store.releases())
    return hashlib.sha256("\n".join([str(VERSION), release.id, *every]).encode()).hexdigest()[:32]
