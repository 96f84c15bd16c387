"""A measure is one object: the number with its definition, counts, closed share, intervals, release and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from asylon.statistics.codes import MIXED_LEVELS, UNITS
from asylon.statistics.definitions import FIRST, OFFICE, Definition
from asylon.statistics.intervals import NOBODY, Count, Interval, combined, rate_bounds, rounding_bounds, wilson
from asylon.statistics.store import Release

PARTS = ("recognised", "other", "rejected", "closed", "subsidiary", "humanitarian", "withdrawn", "administrative")


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


def count_outcomes(rows: pl.DataFrame, source: str) -> dict[str, Count | None]:
    """Return each outcome summed over rows of `decisions` with its rounding bounds.

    None for an outcome that the source does not report there: a column that is missing, or null in any row.
    """
    asked: list[pl.Expr] = []
    for part in (part for part in PARTS if part in rows.columns):
        low, high = rounding_bounds(source, "decisions", pl.col(part))
        asked += [pl.col(part).sum(), low.sum().alias(f"{part}<"), high.sum().alias(f"{part}>")]
        asked.append(pl.col(part).null_count().alias(f"{part}?"))
    if not asked or rows.is_empty():
        return dict.fromkeys(PARTS)
    sums = rows.select(asked).row(0, named=True)
    return {
        part: Count(sums[part], sums[f"{part}<"], sums[f"{part}>"]) if sums.get(f"{part}?") == 0 else None
        for part in PARTS
    }


def measure_rate(
    rows: pl.DataFrame, definition: Definition, subject: Subject, release: Release, *, warnings: Sequence[str] = ()
) -> list[Answered]:
    """Return the rate of one definition over rows of `decisions`, one answer for each unit they are counted in.

    Persons and cases are never added. A rate that the rows cannot give comes back as `Refused` with its reason; an
    empty list never does.
    """
    if rows.is_empty():
        reason = "no row: nothing was reported, which is not zero"
        return [_refused(definition, subject, None, reason)]
    return [
        _rate_of_unit(rows.filter(pl.col("unit") == unit), unit, definition, subject, release, warnings)
        for unit in rows["unit"].unique().sort(descending=True)
    ]


def _rate_of_unit(
    rows: pl.DataFrame,
    unit: str,
    definition: Definition,
    subject: Subject,
    release: Release,
    warnings: Sequence[str],
) -> Answered:
    levels = definition.takes()
    taken = rows if levels is None else rows.filter(pl.col("level").is_in(levels))
    if taken.is_empty():
        return _refused(definition, subject, unit, _no_level(rows, definition))
    parts = count_outcomes(taken, release.edition.source)
    absent = sorted({part for part in (*definition.numerator, *definition.denominator) if parts[part] is None})
    if absent:
        return _refused(definition, subject, unit, _not_told_apart(absent, release))
    above = _sum(parts, definition.numerator)
    rest = _rest(parts, definition)
    if above.value + rest.value == 0:
        reason = "nobody is below the line: the reported outcomes are all zero or closed"
        return _refused(definition, subject, unit, reason)
    marks = (*warnings, *_marks(rows, taken, definition, above, rest))
    return _measure(definition, taken, unit, (above, rest), _closed(parts), subject, release, marks)


def _rest(parts: Mapping[str, Count | None], definition: Definition) -> Count:
    """Return what is below the line and not above it; where a part of `other` is above, the rest of it stays below."""
    total = _sum(parts, [part for part in definition.denominator if part not in definition.numerator])
    for part in ("subsidiary", "humanitarian"):
        if part in definition.numerator and (inside := parts[part]) is not None:
            low, high = max(0, total.low - inside.high), total.high - inside.low
            total = Count(total.value - inside.value, low, high)
    return total


def _measure(
    definition: Definition,
    taken: pl.DataFrame,
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
        levels=tuple(taken["level"].unique().sort()),
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


def _closed(parts: Mapping[str, Count | None]) -> float | None:
    every = [parts[name] for name in ("recognised", "other", "rejected", "closed")]
    known = [count.value for count in every if count is not None]
    if len(known) < len(every) or not sum(known):
        return None
    return 100 * known[-1] / sum(known)


def _sum(parts: Mapping[str, Count | None], names: Iterable[str]) -> Count:
    total = NOBODY
    for name in names:
        total += parts[name] or NOBODY
    return total


def _refused(definition: Definition, subject: Subject, unit: str | None, reason: str) -> Refused:
    return Refused(definition.name, definition.title, definition.body, subject, unit, reason)


def _no_level(rows: pl.DataFrame, definition: Definition) -> str:
    from asylon.statistics.codes import LEVELS

    held = sorted(rows["level"].unique())
    named = ", ".join(f"{level} ({LEVELS.get(level, 'unknown level')})" for level in held)
    if definition.levels in (FIRST, OFFICE) and set(held) & set(MIXED_LEVELS):
        return f"only the mixture is reported: {named}; a first-instance rate does not exist there"
    return f"it is about {definition.levels}, and only {named} is reported"


def _not_told_apart(absent: Sequence[str], release: Release) -> str:
    return f"{release.edition.attribution.partition(',')[0]} does not tell {' and '.join(absent)} apart"


def _marks(rows: pl.DataFrame, taken: pl.DataFrame, definition: Definition, above: Count, rest: Count) -> Iterable[str]:
    authorities = set(taken["authority"].unique())
    if len(authorities) > 1:
        yield "decided by governments and by UNHCR: to judge a state take the government's rows alone"
    elif authorities == {"U"}:
        yield "decided by UNHCR, not by the state"
    if rows["unit"].n_unique() > 1:
        yield "persons and cases are reported both and never added"
    if definition.levels in (FIRST, OFFICE) and taken.height < rows.height:
        left_out = sorted(set(rows["level"].unique()) - set(taken["level"].unique()))
        yield f"levels left out: {', '.join(left_out)}"
    if 0 < above.value + rest.value < 50:
        yield f"rests on {above.value + rest.value} decisions: read the interval, not the point"


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
