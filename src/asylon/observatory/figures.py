"""What the pages are made from: a store's releases, and of each what is asked again and again, found once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.doubts import doubts_of
from asylon.statistics.store import Release, Store

SOURCE = "unhcr"
# A pair has a page when ten people were counted in all its years, as applicants or in decisions. Below that the
# source's own rounding (1 and 2 vanish, 3 and 4 become 5) leaves nothing to say, and a page would be about single
# people.
LEAST_PEOPLE = 10
# Countries beside each other rest on the newest years together: one year is too few decisions, ten are a history.
YEARS_COMPARED = 3
# What a page says first is about the newest ten years.
YEARS_TOLD = 10


class Figures:
    """One release with its doubts, and which countries, pairs and years it has pages for."""

    def __init__(self, store: Store, release: Release) -> None:
        self.store = store
        self.release = release

    @property
    def is_excerpt(self) -> bool:
        """Tell whether the release holds some pairs only: no page may speak of a country, or the world, as a whole."""
        return self.release.edition.is_excerpt

    @cached_property
    def doubts(self) -> pl.DataFrame:
        """The doubts of the release, one row each."""
        return doubts_of(self.store, self.release)

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last full year of decisions."""
        held = self.release.frame("decisions")["year"]
        return int(held.min() or 0), int(held.max() or 0)  # type: ignore[arg-type]

    @property
    def compared(self) -> tuple[int, int]:
        """The years over which countries are set beside each other."""
        return max(self.years[0], self.years[1] - YEARS_COMPARED + 1), self.years[1]

    @property
    def told(self) -> tuple[int, int]:
        """The years that a page speaks of first."""
        return max(self.years[0], self.years[1] - YEARS_TOLD + 1), self.years[1]

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Pairs above the threshold: origin, asylum, applied, decided (persons and cases apart would be two pages)."""
        key = ["origin", "asylum"]
        applied = self.release.frame("applications").filter("new").group_by(key).agg(pl.col("applied").sum())
        decided = self.release.frame("decisions").group_by(key).agg(pl.col("total").sum().alias("decided"))
        both = applied.join(decided, on=key, how="full", coalesce=True).with_columns(
            pl.col("applied", "decided").fill_null(0)
        )
        enough = pl.max_horizontal("applied", "decided") >= LEAST_PEOPLE
        return both.filter(enough & (pl.col("origin") != pl.col("asylum"))).sort("asylum", "origin")

    @cached_property
    def known_pairs(self) -> frozenset[tuple[str, str]]:
        """(origin, asylum) of every pair that has a page."""
        return frozenset(self.pairs.select("origin", "asylum").iter_rows())

    def sizes(self, side: str) -> Mapping[str, int]:
        """Return the countries of a side (`origin`, `asylum`) that have a page, with people applied, largest first."""
        summed = self.pairs.group_by(side).agg(pl.col("applied").sum()).sort("applied", side, descending=[True, False])
        return dict(summed.iter_rows())

    @cached_property
    def sides(self) -> Mapping[str, Mapping[str, int]]:
        """Countries of origin and of asylum that have a page, as `sizes`; an excerpt holds none whole."""
        if self.is_excerpt:
            return {"origin": {}, "asylum": {}}
        return {side: self.sizes(side) for side in ("origin", "asylum")}


class Shelf:
    """The releases of a store, each as `Figures`, made when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self.store = Store(root)
        self._made: dict[str, Figures] = {}
        self._seen: tuple[tuple[str, int], ...] = ()
        self._releases: tuple[Release, ...] = ()

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases in the store, oldest first; empty when there are none. Read again when one was written."""
        entries = sorted((self.store.root / "releases" / SOURCE).glob("*.json"))
        seen = tuple((entry.name, entry.stat().st_mtime_ns) for entry in entries)
        if seen != self._seen:
            self._releases, self._seen = self.store.releases(SOURCE), seen
        return self._releases

    def figures(self, as_of: str | None = None) -> Figures:
        """Return the newest release or that of a version; raises `StatisticsError` when there is none."""
        versions = {release.edition.version: release for release in self.releases}
        if as_of is not None and as_of not in versions:
            raise StatisticsError.single(as_of, "is no release here", f"there are {', '.join(versions)}")
        if not versions:
            self.store.release(SOURCE)  # says what to run
        release = versions[as_of] if as_of else self.releases[-1]
        held = self._made.get(release.id)
        if held is None or held.release is not release:
            held = self._made[release.id] = Figures(self.store, release)
        return held
