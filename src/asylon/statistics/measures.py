"""A measure is one object: the number with its definition, counts, closed share, intervals, release and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.language import said
from asylon.statistics.codes import LEVELS, MIXED_LEVELS, UNITS
from asylon.statistics.definitions import FIRST, OFFICE, Definition
from asylon.statistics.intervals import NOBODY, Count, Interval, combined, rate_bounds, rounding_bounds, wilson
from asylon.statistics.store import Release

PART_TITLES = {
    "recognised": "refugee status",
    "other": "other protection",
    "rejected": "rejected",
    "closed": "closed",
    "subsidiary": "subsidiary protection",
    "humanitarian": "humanitarian protection",
    "withdrawn": "withdrawals",
    "administrative": "administrative outcomes",
}
PARTS = tuple(PART_TITLES)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a measure is about: people from `origin` in `asylum` (ISO alpha-3; None is everybody), in these years."""

    origin: str | None
    asylum: str | None
    first_year: int
    last_year: int
    authorities: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[int, int]:
        """First and last year, both included."""
        return self.first_year, self.last_year


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate or ratio that cannot be had without what it rests on.

    `value` is in percent (a rate) or in `scale`. `numerator` and `denominator` are counts in `unit` with their rounding
    bounds. `closed_share` is the share of all outcomes that were closed without a decision, in percent, None where the
    source does not report closures. `rounding` are exact bounds, `sampling` Wilson's interval at 95 %, `interval` both
    together. `licence` is the line to print with it; `warnings` are sentences that must stand beside the number.
    """

    name: str
    title: str
    value: float
    scale: str
    numerator: Count
    denominator: Count
    formula: str
    body: str
    why: str
    source: str
    levels: tuple[str, ...]
    unit: str
    closed_share: float | None
    rounding: Interval | None
    sampling: Interval | None
    interval: Interval | None
    subject: Subject
    release: str
    licence: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The number in one line with all that it needs to be read."""
        low_high = f" [{self.interval.low:.1f}-{self.interval.high:.1f}]" if self.interval else ""
        closed = "closures not reported" if self.closed_share is None else f"closed {self.closed_share:.0f} %"
        unit = "%" if self.scale == "percent" else self.scale
        counts = f"{self.numerator.value:,} of {self.denominator.value:,} {UNITS[self.unit]}"
        first, last = self.subject.years
        years = str(first) if first == last else f"{first}-{last}"
        levels = "/".join(self.levels)
        text = (
            f"{self.title} ({self.body}): {self.value:.1f} {unit}{low_high}; {counts}; {closed}; level {levels}; "
            f"{years}; {self.release}"
        )
        return "; ".join([text, *self.warnings])


@dataclass(frozen=True, slots=True)
class Refused:
    """A measure that was asked for and does not exist, with the reason; never a number."""

    name: str
    title: str
    body: str
    subject: Subject
    unit: str | None
    reason: str

    def __str__(self) -> str:
        """The refusal in one line."""
        return f"{self.title} ({self.body}): not answered: {self.reason}"


Answered = Measure | Refused


@dataclass(frozen=True, slots=True)
class Tally:
    """The outcomes of one level, authority and unit, summed over rows of `decisions`.

    `outcomes` has no entry for what the source does not report there: a column that is missing, or null in any row.
    """

    level: str
    authority: str
    unit: str
    outcomes: Mapping[str, Count]


def sum_outcomes(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return rows of `decisions` summed: one row for each year, authority, level and unit.

    Beside each outcome, null where no row reports it, stand `<outcome>_low` and `<outcome>_high`, the sums of its
    rounding bounds, and `<outcome>_absent`, the number of rows that do not report it.
    """
    asked = [expression for part in PARTS if part in rows.columns for expression in _summed(part, source)]
    total = [_sum_or_null("total")] if "total" in rows.columns else []
    return rows.group_by("year", "authority", "level", "unit").agg(*asked, *total)


def _summed(part: str, source: str) -> Iterator[pl.Expr]:
    low, high = rounding_bounds(source, "decisions", pl.col(part))
    yield _sum_or_null(part)
    yield low.sum().alias(f"{part}_low")
    yield high.sum().alias(f"{part}_high")
    yield pl.col(part).null_count().alias(f"{part}_absent")


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def tally_years(sums: pl.DataFrame) -> dict[int, tuple[Tally, ...]]:
    """Return the tallies of each year, oldest first, of what `sum_outcomes` gave."""
    held = [part for part in PARTS if part in sums.columns]
    years: dict[int, list[Tally]] = {}
    for row in sums.sort("year", "authority", "level", "unit").iter_rows(named=True):
        outcomes = {
            part: Count(row[part], row[f"{part}_low"], row[f"{part}_high"])
            for part in held
            if row[f"{part}_absent"] == 0
        }
        years.setdefault(row["year"], []).append(Tally(row["level"], row["authority"], row["unit"], outcomes))
    return {year: tuple(tallies) for year, tallies in years.items()}


def tally(rows: pl.DataFrame, source: str) -> tuple[Tally, ...]:
    """Return rows of `decisions` added over years: one tally for each level, authority and unit."""
    years = tally_years(sum_outcomes(rows, source))
    return together(one for year in years.values() for one in year)


def together(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """Return tallies added over years: one for each level, authority and unit."""
    groups: dict[tuple[str, str, str], list[Tally]] = {}
    for one in tallies:
        groups.setdefault((one.level, one.authority, one.unit), []).append(one)
    return tuple(Tally(*key, add_outcomes(group)) for key, group in groups.items())


def add_outcomes(tallies: Sequence[Tally]) -> dict[str, Count]:
    """Return each outcome added; what any of the tallies does not report is left out. Empty without tallies."""
    outcomes = dict(tallies[0].outcomes) if tallies else {}
    for one in tallies[1:]:
        outcomes = {part: count + one.outcomes[part] for part, count in outcomes.items() if part in one.outcomes}
    return outcomes


def count_outcomes(rows: pl.DataFrame, source: str) -> dict[str, Count | None]:
    """Return each outcome summed over rows of `decisions` with its rounding bounds.

    None for an outcome that the source does not report there: a column that is missing, or null in any row.
    """
    outcomes = add_outcomes(tally(rows, source))
    return {part: outcomes.get(part) for part in PARTS}


def measure_rate(
    rows: pl.DataFrame, definition: Definition, subject: Subject, release: Release, *, warnings: Sequence[str] = ()
) -> list[Answered]:
    """Return the rate of one definition over rows of `decisions`, one answer for each unit they are counted in.

    Persons and cases are never added. A rate that the rows cannot give comes back as `Refused` with its reason; an
    empty list never does.
    """
    tallies = tally(rows, release.edition.source)
    return measure_tallies(tallies, definition, subject, release, warnings=warnings)


def measure_tallies(
    tallies: Sequence[Tally],
    definition: Definition,
    subject: Subject,
    release: Release,
    *,
    warnings: Sequence[str] = (),
) -> list[Answered]:
    """Return the rate of one definition over tallies: `measure_rate` where many definitions share the sums."""
    if not tallies:
        reason = said("no row: nothing was reported, which is not zero")
        return [_refused(definition, subject, None, reason)]
    units = sorted({one.unit for one in tallies}, reverse=True)
    if len(units) > 1:
        warnings = (*warnings, said("persons and cases are reported both and never added"))
    return [
        _rate_of_unit([one for one in tallies if one.unit == unit], unit, definition, subject, release, warnings)
        for unit in units
    ]


def _rate_of_unit(
    tallies: Sequence[Tally],
    unit: str,
    definition: Definition,
    subject: Subject,
    release: Release,
    warnings: Sequence[str],
) -> Answered:
    levels = definition.takes()
    taken = [one for one in tallies if levels is None or one.level in levels]
    if not taken:
        return _refused(definition, subject, unit, _no_level(tallies, definition))
    parts = add_outcomes(taken)
    absent = sorted({part for part in (*definition.numerator, *definition.denominator) if part not in parts})
    if absent:
        return _refused(definition, subject, unit, _not_told_apart(absent, release))
    above = _sum(parts, definition.numerator)
    rest = _rest(parts, definition)
    if above.value + rest.value == 0:
        reason = said("nobody is below the line: the reported outcomes are all zero or closed")
        return _refused(definition, subject, unit, reason)
    marks = (*warnings, *_marks(tallies, taken, definition, above, rest))
    return _measure(definition, taken, unit, (above, rest), _closed(parts), subject, release, marks)


def _rest(parts: Mapping[str, Count], definition: Definition) -> Count:
    """Return what is below the line and not above it; where a part of `other` is above, the rest of it stays below."""
    total = _sum(parts, [part for part in definition.denominator if part not in definition.numerator])
    for part in ("subsidiary", "humanitarian"):
        if part in definition.numerator:
            inside = parts[part]
            low, high = max(0, total.low - inside.high), total.high - inside.low
            total = Count(total.value - inside.value, low, high)
    return total


def _measure(
    definition: Definition,
    taken: Sequence[Tally],
    unit: str,
    split: tuple[Count, Count],
    closed: float | None,
    subject: Subject,
    release: Release,
    warnings: tuple[str, ...],
) -> Measure:
    above, rest = split
    below = above + rest
    return Measure(
        name=definition.name,
        title=definition.title,
        value=100 * above.value / below.value,
        scale="percent",
        numerator=above,
        denominator=below,
        formula=definition.formula,
        body=definition.body,
        why=definition.why,
        source=definition.source,
        levels=_levels(taken),
        unit=unit,
        closed_share=closed,
        rounding=rate_bounds(above, rest),
        sampling=wilson(above.value, below.value),
        interval=combined(above, rest),
        subject=subject,
        release=release.id,
        licence=release.licence,
        warnings=warnings,
    )


def _levels(tallies: Sequence[Tally]) -> tuple[str, ...]:
    return tuple(sorted({one.level for one in tallies}))


def _closed(parts: Mapping[str, Count]) -> float | None:
    known = [parts[name].value for name in ("recognised", "other", "rejected", "closed") if name in parts]
    if len(known) < 4 or not sum(known):
        return None
    return 100 * known[-1] / sum(known)


def _sum(parts: Mapping[str, Count], names: Iterable[str]) -> Count:
    total = NOBODY
    for name in names:
        total += parts[name]
    return total


def _refused(definition: Definition, subject: Subject, unit: str | None, reason: str) -> Refused:
    return Refused(definition.name, definition.title, definition.body, subject, unit, reason)


def _no_level(tallies: Sequence[Tally], definition: Definition) -> str:
    held = _levels(tallies)
    named = ", ".join(f"{level} ({LEVELS.get(level, 'unknown level')})" for level in held)
    if definition.levels in (FIRST, OFFICE) and set(held) & set(MIXED_LEVELS):
        return said("only the mixture is reported: {levels}; a first-instance rate does not exist there", levels=named)
    return said("it is about {wanted}, and only {levels} is reported", wanted=definition.levels, levels=named)


def _not_told_apart(absent: Sequence[str], release: Release) -> str:
    parts = " / ".join(PART_TITLES[part] for part in absent)
    source = release.edition.attribution.partition(",")[0]
    return said("{source} does not tell {parts} apart", source=source, parts=parts)


def _marks(
    tallies: Sequence[Tally], taken: Sequence[Tally], definition: Definition, above: Count, rest: Count
) -> Iterator[str]:
    authorities = {one.authority for one in taken}
    if len(authorities) > 1:
        yield said("decided by governments and by UNHCR: to judge a state take the government's rows alone")
    elif authorities == {"U"}:
        yield said("decided by UNHCR, not by the state")
    if definition.levels in (FIRST, OFFICE) and len(taken) < len(tallies):
        left_out = sorted(set(_levels(tallies)) - set(_levels(taken)))
        yield said("levels left out: {levels}", levels=", ".join(left_out))
    if 0 < above.value + rest.value < 50:
        yield said("rests on {n} decisions: read the interval, not the point", n=above.value + rest.value)


def measure_row(measure: Answered) -> dict[str, Any]:
    """Return a measure or a refusal as plain values for JSON; a refusal has `value` null and a `reason`."""
    subject = measure.subject
    about = {"origin": subject.origin, "asylum": subject.asylum, "from": subject.first_year, "to": subject.last_year}
    if isinstance(measure, Refused):
        head = {"measure": measure.name, "title": measure.title, "body": measure.body, "value": None}
        return {**head, "reason": measure.reason, "unit": UNITS.get(measure.unit or ""), **about}
    return {
        "measure": measure.name,
        "title": measure.title,
        "body": measure.body,
        "value": measure.value,
        "scale": measure.scale,
        "numerator": _count_row(measure.numerator),
        "denominator": _count_row(measure.denominator),
        "formula": measure.formula,
        "why": measure.why,
        "source": measure.source,
        "levels": list(measure.levels),
        "unit": UNITS[measure.unit],
        "closed_share": measure.closed_share,
        "rounding": _interval_row(measure.rounding),
        "sampling": _interval_row(measure.sampling),
        "interval": _interval_row(measure.interval),
        **about,
        "release": measure.release,
        "licence": measure.licence,
        "warnings": list(measure.warnings),
    }


def _count_row(count: Count) -> dict[str, int]:
    return {"value": count.value, "low": count.low, "high": count.high}


def _interval_row(interval: Interval | None) -> dict[str, Any] | None:
    return None if interval is None else {"low": interval.low, "high": interval.high, "kind": interval.kind}
