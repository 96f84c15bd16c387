"""The United Kingdom: the Home Office's asylum statistics, with cohorts of claims and the age of the backlog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from asylon.errors import StatisticsError
from asylon.statistics.sources import Draft, Manifest, Source
from asylon.statistics.sources.tabular import (
    in_snake,
    last_day,
    last_year,
    numbers,
    require_known_codes,
    tables_in,
    unknown_note,
    with_country,
)
from asylon.statistics.tables import APPLICATION_KEY, DECISION_KEY, OUTCOMES, require_columns, require_whole_numbers

MANIFEST = Manifest(
    name="uk",
    title="Home Office asylum statistics",
    what="applications, initial decisions, cohorts of claims with first and latest outcome, claims waiting, appeals",
    publisher="Home Office, as packaged by the British Red Cross (humaniverse/asylum)",
    url="https://www.gov.uk/government/collections/immigration-statistics-quarterly-release",
    licence="Open Government Licence v3.0",
    attribution="Home Office, Immigration system statistics, Crown copyright",
    coverage="United Kingdom, 2001 to September 2024; some tables end in 2023",
    rounding="not rounded",
    codes={
        "P": "main applicants and dependants",
        "C": "main applicants, one for each case: the table decisions_main_applicants",
        "recognised": "refugee permission, also temporary",
        "subsidiary": "humanitarian protection",
        "humanitarian": "grants of other leave",
        "withdrawn": "withdrawn, implicitly or explicitly; part of closed",
        "administrative": "void, suspended, deceased; part of closed; told apart since 2023",
        "pending": "waiting for an initial decision or for further review on 31 December",
    },
    caveats=(
        "the initial grant rate is grants over grants and refusals of main applicants, without withdrawals and "
        "administrative outcomes",
        "a cohort's latest outcome may still change; recent years have many claims without any",
        "nationalities that ended (former Yugoslavia) and collective entries have no country",
        "a year whose quarters are not complete is not offered as a year",
    ),
)

# What the publisher writes where a number would stand.
MARKS = {
    ":": "not available",
    "z": "not applicable",
    "-": "none or not stated",
    "n/a": "not available",
    ")": "left of a bracket of the sheet",
}
_WHO = ("Nationality", "Region")
# The text columns and the numbers that each table must have; its other columns are numbers and kept.
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "applications": (
        (*_WHO, "Quarter", "Age", "Sex", "Applicant type", "UASC", "Location of application"),
        ("Year", "Applications"),
    ),
    "decisions_resettlement": (
        (
            *(*_WHO, "Quarter", "Case type", "Case outcome group", "Case outcome"),
            *("Age", "Sex", "Applicant type", "UASC", "Host Country"),
        ),
        ("Year", "Decisions"),
    ),
    "awaiting_decision": ((*_WHO, "Applicant type", "Application stage", "Duration"), ("Applications",)),
    "outcomes": (
        ("Geographical Region", "Nationality"),
        (
            *("Year of Application", "Applications", "Initial Decisions"),
            *(
                f"{which}: {outcome}"
                for which in ("Initial", "Latest")
                for outcome in (
                    *("Grants of Protection", "Grants of Other Leave", "Refusals", "Withdrawn Applications"),
                    *("Administrative Outcomes", "Not Yet Known"),
                )
            ),
        ),
    ),
    "grant_rates_initial_annual": (_WHO, ("Year", "Grant", "Refused", "Initial grant rate")),
    "grant_rates_initial_quarterly": (
        (*_WHO, "Quarter"),
        ("Year", "Grant", "Refused", "Administrative Outcome", "Initial grant rate"),
    ),
    "appeals_lodged": ((*_WHO, "Sex"), ("Year", "Appeals lodged")),
    "appeals_determined": ((*_WHO, "Outcome", "Sex"), ("Year", "Appeals determined")),
    "support_received": ((*_WHO, "Support Type", "Accommodation Type", "UK Region"), ("People",)),
    "asylum_work_in_progress": ((), ("Total Work In Progress", "Awaiting Initial Asylum Decision")),
    "age_of_asylum_operations": ((), ("Total", "Less than 3 months", "3-6 months", "6-12 months", "12 months+")),
    "applications_processed_in_6_months": (("Decisions in",), ("Total Applications Received",)),
    "asylum_productivity_breakdown": ((), ("Initial Decisions", "Asylum Caseworking Staff")),
    "asylum_costs_and_productivity": (("Financial Year",), ("Total Asylum Costs",)),
    "decision_quality": (("Financial Year", "Assurance"), ("Decision Quality (%)", "Number of Decisions Sampled")),
    "small_boat_asylum_applications": (
        (*_WHO, "Asylum application", "Applicant type", "UASC", "Sex", "Age Group"),
        ("Applications",),
    ),
    "small_boat_initial_decisions": (
        (
            *(*_WHO, "Asylum Case Outcome", "Asylum Case Outcome Group"),
            *("Applicant type", "UASC", "Sex", "Age Group"),
        ),
        ("Decisions",),
    ),
    "claims_certified_section_94": (_WHO, ("Total clearly unfounded refusals",)),
    "dublin_regulation": (("Member State", "In / Out", "Request / Transfer"), ("Count",)),
    "inadmissibility_cases_considered": (("Quarter", "Stage"), ("Cases",)),
    "appeal_representation_rate": ((), ("All hearings (%)",)),
    "returns_asylum_longitudinal": (("Category",), ("Enforced returns", "Voluntary returns")),
}
_FRACTIONS = ("Initial grant rate", "Decision Quality (%)", "All hearings (%)", "Total Asylum Costs")
# Names of ours that mean another table.
_OWN_NAMES = {"applications": "applications_by_quarter"}
# The outcome of ours that each outcome of theirs is.
_OUTCOME = {
    "Refugee Permission": "recognised",
    "Temporary Refugee Permission": "recognised",
    "Humanitarian Protection": "subsidiary",
}
_GROUP = {
    "Grant of Other Leave": "humanitarian",
    "Refused": "rejected",
    "Withdrawn": "withdrawn",
    "Administrative Outcome": "administrative",
}
_PARTS = ("recognised", "subsidiary", "humanitarian", "rejected", "withdrawn", "administrative")
_MAIN = "Main applicant"
# Decisions in the canonical form, on main applicants alone, in cases.
MAIN_APPLICANTS = "decisions_main_applicants"
_CASES = ["Asylum Case", "Resettlement Case"]


def read(path: Path) -> Sequence[Draft]:
    """Return the edition in a folder of tables, or in one of its tables; raise `StatisticsError` on a changed one."""
    held = {name: frame for name, frame in tables_in(path, "Home Office figures").items() if name in TABLES}
    if not held:
        raise StatisticsError.single(path.name, "holds no table of the Home Office", f"known are {', '.join(TABLES)}")
    raw = {name: _as_numbers(name, frame) for name, frame in held.items()}
    tables: dict[str, pl.DataFrame] = {}
    unknown: set[str] = set()
    for name, frame in raw.items():
        placed, new = with_country(frame, "Nationality", "origin") if "Nationality" in frame.columns else (frame, ())
        unknown.update(new)
        tables[_OWN_NAMES.get(name, name)] = in_snake(placed)
    canonical, notes = _canonical(tables)
    last = last_day(frame["Date"] for frame in raw.values() if "Date" in frame.columns)
    draft = Draft(
        tables={**tables, **canonical},
        origin="tables of the package humaniverse/asylum",
        version=str(last) if last else None,
        title=f"{MANIFEST.title} to {last}" if last else None,
        latest_year=last_year(frame["year"] for frame in canonical.values()),
        notes=(*notes, *unknown_note(unknown)),
    )
    return [draft]


def _as_numbers(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    text, needed = TABLES[name]
    require_columns(frame, [*text, *needed], name)
    dated = [column for column in ("Date", "Year") if column in frame.columns and frame[column].dtype == pl.String]
    if "Date" in dated:
        frame = frame.with_columns(pl.col("Date").str.to_date("%Y-%m-%d"))
    rest = [column for column in frame.columns if column not in (*text, "Date")]
    frame = numbers(frame, rest, name, MARKS)
    frame = require_whole_numbers(frame, [column for column in needed if column not in _FRACTIONS], name)
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def _canonical(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    made: dict[str, pl.DataFrame] = {}
    notes: list[str] = []
    if "applications_by_quarter" in tables:
        whole, part = _whole_years(tables["applications_by_quarter"], "applications")
        made["applications"] = _applications(whole)
        notes += part
    if "decisions_resettlement" in tables:
        whole, part = _whole_years(tables["decisions_resettlement"], "decisions")
        made |= _decisions(whole)
        notes += part
    if "awaiting_decision" in tables:
        made["stocks"] = _stocks(tables["awaiting_decision"])
    return made, tuple(notes)


def _whole_years(frame: pl.DataFrame, what: str) -> tuple[pl.DataFrame, list[str]]:
    """Return the rows of years with four quarters, and a note for each other year."""
    counted = frame.group_by("year").agg(held=pl.col("quarter").n_unique()).sort("year")
    part = counted.filter(pl.col("held") < 4)
    notes = [f"{what} of {year} cover {held} of 4 quarters: no year" for year, held in part.rows()]
    return frame.filter(~pl.col("year").is_in(part["year"].to_list())), notes


def _ours(frame: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return the rows of everybody as persons, or of main applicants as cases, with the columns of our key."""
    require_known_codes(frame, "applicant_type", (_MAIN, "Dependant"), "uk")
    rows = frame if unit == "P" else frame.filter(pl.col("applicant_type") == _MAIN)
    return rows.with_columns(
        pl.col("year").cast(pl.Int16),
        asylum=pl.lit("GBR"),
        authority=pl.lit("G"),
        level=pl.lit("FI"),
        unit=pl.lit(unit),
    )


def _applications(frame: pl.DataFrame) -> pl.DataFrame:
    rows = _ours(frame, "P").with_columns(stage=pl.lit("N"))
    summed = rows.group_by(APPLICATION_KEY).agg(applied=pl.col("applications").sum())
    return summed.with_columns(new=pl.lit(value=True)).sort(APPLICATION_KEY)


def _decisions(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return decisions on everybody, and on main applicants, on whom the Home Office's own rates stand."""
    require_known_codes(frame, "case_type", _CASES, "decisions_resettlement")
    initial = frame.filter(pl.col("case_type") == "Asylum Case")
    ours = pl.coalesce(
        pl.col("case_outcome_group").replace_strict(_GROUP, default=None, return_dtype=pl.String),
        pl.col("case_outcome").replace_strict(_OUTCOME, default=None, return_dtype=pl.String),
    )
    initial = initial.with_columns(ours=ours)
    _require_outcomes(initial)
    return {
        "decisions": _outcomes(initial, "P"),
        MAIN_APPLICANTS: _outcomes(initial, "C"),
    }


def _outcomes(initial: pl.DataFrame, unit: str) -> pl.DataFrame:
    parts = [pl.col("decisions").filter(pl.col("ours") == part).sum().alias(part) for part in _PARTS]
    summed = _ours(initial, unit).group_by(DECISION_KEY).agg(parts)
    told_apart = initial.filter(pl.col("ours") == "administrative")["year"].unique()
    summed = summed.with_columns(
        other=pl.col("subsidiary") + pl.col("humanitarian"),
        closed=pl.col("withdrawn") + pl.col("administrative"),
        administrative=pl.when(pl.col("year").is_in(told_apart.to_list())).then("administrative"),
    ).with_columns(total=pl.sum_horizontal(OUTCOMES))
    order = (*DECISION_KEY, *OUTCOMES, "total", "subsidiary", "humanitarian", "withdrawn", "administrative")
    return summed.select(order).sort(DECISION_KEY)


def _require_outcomes(initial: pl.DataFrame) -> None:
    new = initial.filter(pl.col("ours").is_null())["case_outcome"].unique().sort()
    if len(new):
        problem = f"the schema changed: column 'Case outcome' has new values: {', '.join(new)}"
        remedy = "nothing was written and the earlier release stays; report it to Asylon's developers"
        raise StatisticsError.single("decisions_resettlement", problem, remedy)


def _stocks(awaiting: pl.DataFrame) -> pl.DataFrame:
    december = awaiting.filter((pl.col("date").dt.month() == 12) & (pl.col("date").dt.day() == 31))
    rows = december.with_columns(year=pl.col("date").dt.year().cast(pl.Int16), asylum=pl.lit("GBR"))
    pending, refugees = pl.col("applications").sum(), pl.lit(None, pl.Int64)  # refugees are not reported
    summed = rows.group_by("year", "origin", "asylum").agg(refugees=refugees, pending=pending)
    return summed.sort("year", "origin")


def waiting(awaiting: pl.DataFrame) -> pl.DataFrame:
    """Return people waiting by day: `date`, `waiting`, `six_months_or_less`, `more_than_six_months`, `further_review`.

    Persons: main applicants and dependants of the table `awaiting_decision`.
    """
    names = {
        "6 months or less": "six_months_or_less",
        "More than 6 months": "more_than_six_months",
        "N/A - Further review": "further_review",
    }
    require_known_codes(awaiting, "duration", list(names), "awaiting_decision")
    parts: Iterable[pl.Expr] = (
        pl.col("applications").filter(pl.col("duration") == theirs).sum().alias(ours) for theirs, ours in names.items()
    )
    return awaiting.group_by("date").agg(pl.col("applications").sum().alias("waiting"), *parts).sort("date")


SOURCE = Source(MANIFEST, read)
