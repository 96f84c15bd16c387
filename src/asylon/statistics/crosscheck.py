"""Two sources on the same people: side by side by origin, and whether one holds columns the other way round.

One source alone does not show exchanged columns: in UNHCR's table of Germany 2020 the share of origins that would look
better exchanged is not unusual. Beside the authority's own counts it is plain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from asylon.errors import StatisticsError
from asylon.language import Said, said
from asylon.statistics.codes import LATER_LEVELS
from asylon.statistics.countries import country_name
from asylon.statistics.store import Release
from asylon.statistics.tables import OUTCOMES

KEY = ("year", "asylum", "origin", "unit")
_PARTS = ("subsidiary", "humanitarian")
_VALUES = {"applications": ("applied",), "decisions": (*OUTCOMES, "total", *_PARTS)}

# A reading is accepted where it brings two sources at least five times nearer to each other. Measured on Germany: 20
# and 117 times nearer in the year that is wrong, at least 5 times further away by an exchange in each other year ...
NEARER = 5
# ... where they differ by at least a tenth of the people in these columns (sums of months differ by less) ...
APART = 0.10
# ... over 500 people, and where it is better for most of at least five origins of twenty: a few may fit by chance.
LEAST_OUTCOMES, LEAST_ORIGINS, LEAST_PEOPLE = 500, 5, 20


@dataclass(frozen=True, slots=True)
class Reading:
    """A way in which a source may have booked its outcomes: each column with the columns it would hold in truth."""

    name: str
    title: str
    holds: Mapping[str, tuple[str, ...]]


EXCHANGES = tuple(
    Reading(f"{one}_and_{two}_exchanged", f"{one} and {two} exchanged", {one: (two,), two: (one,)})
    for one, two in combinations(OUTCOMES, 2)
)
SUBSIDIARY_AS_REFUGEE = Reading(
    "subsidiary_in_recognised",
    "subsidiary protection booked as refugee status",
    {"recognised": ("recognised", "subsidiary"), "other": ("humanitarian",)},
)
READINGS = (*EXCHANGES, SUBSIDIARY_AS_REFUGEE)


@dataclass(frozen=True, slots=True)
class Misread:
    """A country-year in which one source agrees with the other under a reading, and not as it stands.

    `apart_as_published` and `apart_as_read` are sums over origins and columns of absolute differences, in `unit`; both
    on `people`, what the witness counts in these columns. `origins` were compared, `better` of them fit better as read.
    `witness` is the release it was held against, `release` the one in doubt. `why` is one sentence with its numbers.
    """

    reading: str
    asylum: str
    year: int
    unit: str
    people: int
    apart_as_published: int
    apart_as_read: int
    origins: int
    better: int
    witness: str
    release: str
    why: Said


def side_by_side(a: Release, b: Release, *, table: str = "decisions", level: str | None = None) -> pl.DataFrame:
    """Return the figures of two releases on the same key, one row for each that either of them has.

    Columns: year, asylum, origin, unit, then for each count `<name>_a`, `<name>_b` and `<name>_difference` (b - a, null
    where one has no row). Rows are the governments'; without appeals and repeats, or of one `level` alone. Applications
    are the new ones. A collective entry has a null origin.
    """
    if table not in _VALUES:
        raise StatisticsError.single(table, "is no table of two sources", f"write {' or '.join(_VALUES)}")
    left, right = (_keyed(release, table, level) for release in (a, b))
    shared = [name for name in left.columns if name in right.columns and name not in KEY]
    both = left.join(right, on=KEY, how="full", coalesce=True, nulls_equal=True, suffix="_b")
    both = both.rename({name: f"{name}_a" for name in shared})
    differences = [(pl.col(f"{name}_b") - pl.col(f"{name}_a")).alias(f"{name}_difference") for name in shared]
    order = [*KEY, *(f"{name}_{which}" for name in shared for which in ("a", "b", "difference"))]
    return both.with_columns(differences).select(order).sort(KEY)


def _keyed(release: Release, table: str, level: str | None) -> pl.DataFrame:
    frame = release.frame(table)
    values = [name for name in _VALUES[table] if name in frame.columns]
    if level is not None:
        chosen = pl.col("level") == level
    else:
        chosen = pl.col("new") if table == "applications" else ~pl.col("level").is_in(LATER_LEVELS)
    rows = frame.filter(chosen, pl.col("authority") == "G")
    return rows.group_by(KEY).agg(_known_sum(name) for name in values)


def _known_sum(name: str) -> pl.Expr:
    """Sum that is null where a part is: a sum of what is known would be taken for the whole."""
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)


def by_country(compared: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return one count of `side_by_side` summed by year, asylum and unit: a, b, difference (b - a), percent of a.

    Only what both sources report for; an origin that one of them has no row for counts as nobody there.
    """
    sums = compared.group_by("year", "asylum", "unit").agg(
        pl.when(pl.col(f"{name}_{side}").count() > 0).then(pl.col(f"{name}_{side}").sum()).alias(side)
        for side in ("a", "b")
    )
    known = sums.filter(pl.col("a").is_not_null() & pl.col("b").is_not_null())
    difference = pl.col("b") - pl.col("a")
    percent = pl.when(pl.col("a") > 0).then(100 * difference / pl.col("a"))
    return known.with_columns(difference=difference, percent=percent).sort("asylum", "year")


def exchanged(witness: Release, doubted: Release) -> tuple[Misread, ...]:
    """Return the country-years in which two outcomes of `doubted` fit `witness` only when exchanged; empty for none."""
    return misread(witness, doubted, EXCHANGES)


def misread(witness: Release, doubted: Release, readings: Sequence[Reading] = READINGS) -> tuple[Misread, ...]:
    """Return the country-years of `doubted` that fit `witness` under a reading and not as they stand; empty for none.

    Both are compared by origin, where both have a row and at least twenty people in these columns. A reading needs what
    it takes: one about subsidiary protection a witness that tells it apart. Thresholds: `NEARER`, `APART`,
    `LEAST_OUTCOMES`, `LEAST_ORIGINS`, `LEAST_PEOPLE`.
    """
    left, right = (_keyed(release, "decisions", None) for release in (witness, doubted))
    both = left.join(right, on=KEY, suffix="_b")
    found: list[Misread] = []
    for reading in readings:
        if any(name not in left.columns for names in reading.holds.values() for name in names):
            continue
        for row in _distances(both, reading).iter_rows(named=True):
            found.append(_misread(row, reading, witness, doubted))
    return tuple(sorted(found, key=lambda one: (one.asylum, one.year, one.reading)))


def _distances(both: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return the country-years that pass every threshold, with what they passed it by."""
    published = [(pl.col(name) - pl.col(f"{name}_b")).abs() for name in reading.holds]
    read = [(pl.sum_horizontal(names) - pl.col(f"{name}_b")).abs() for name, names in reading.holds.items()]
    compared = both.select(
        *KEY,
        pl.sum_horizontal(list(reading.holds), ignore_nulls=False).alias("people"),
        pl.sum_horizontal(published, ignore_nulls=False).alias("published"),
        pl.sum_horizontal(read, ignore_nulls=False).alias("read"),
    ).drop_nulls()
    large = compared.filter(pl.col("people") >= LEAST_PEOPLE)
    sums = large.group_by("year", "asylum", "unit").agg(
        pl.col("people", "published", "read").sum(),
        origins=pl.len(),
        better=(pl.col("read") < pl.col("published")).sum(),
        worse=(pl.col("read") > pl.col("published")).sum(),
    )
    return sums.filter(
        pl.col("people") >= LEAST_OUTCOMES,
        pl.col("origins") >= LEAST_ORIGINS,
        pl.col("published") >= APART * pl.col("people"),
        NEARER * pl.col("read") <= pl.col("published"),
        pl.col("better") > pl.col("worse"),
    )


def _misread(row: Mapping[str, int | str], reading: Reading, witness: Release, doubted: Release) -> Misread:
    why = said(
        "{country} {year}: {doubted} agrees with {witness} with {reading}: {read:,} people apart, not {published:,} as "
        "published; {better} of {origins} origins fit better",
        country=country_name(str(row["asylum"])),
        year=row["year"],
        doubted=doubted.edition.source,
        witness=witness.edition.source,
        reading=reading.title,
        read=row["read"],
        published=row["published"],
        better=row["better"],
        origins=row["origins"],
    )
    return Misread(
        reading=reading.name,
        asylum=str(row["asylum"]),
        year=int(row["year"]),
        unit=str(row["unit"]),
        people=int(row["people"]),
        apart_as_published=int(row["published"]),
        apart_as_read=int(row["read"]),
        origins=int(row["origins"]),
        better=int(row["better"]),
        witness=witness.id,
        release=doubted.id,
        why=why,
    )
