"""How the official bodies define a rate: which outcomes above and below the line, at which level, and why they differ.

Sources are those of the study of the field (docs/statistics.md); each body's own page is named where it was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from asylon.statistics.codes import FIRST_INSTANCE, LEVELS

ALL = "all levels"
FIRST = "first instance"
OFFICE = "first instance and repeats"
COURT = "immigration court"
WITHOUT_LATER = "without appeals and repeats"
SUBSTANTIVE = ("recognised", "other", "rejected")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of a rate.

    `numerator` and `denominator` name outcomes; `subsidiary` and `humanitarian` are parts of `other`, `withdrawn` and
    `administrative` parts of `closed`. `levels` is which rows it is about. `why` says what makes it differ from the
    others; `source` where the definition stands.
    """

    name: str
    body: str
    title: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    levels: str
    why: str
    source: str

    @property
    def formula(self) -> str:
        """The definition as a formula of outcomes."""
        return f"({' + '.join(self.numerator)}) / ({' + '.join(self.denominator)})"

    def takes(self) -> tuple[str, ...] | None:
        """Return the codes of the levels it is about, None for all."""
        codes = {ALL: None, FIRST: FIRST_INSTANCE, OFFICE: (*FIRST_INSTANCE, "RA"), COURT: ("EO",)}
        return _without_later() if self.levels == WITHOUT_LATER else codes[self.levels]


def _without_later() -> tuple[str, ...]:
    from asylon.statistics.codes import LATER_LEVELS

    return tuple(level for level in LEVELS if level not in LATER_LEVELS)


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "refugee_recognition_rate",
        "UNHCR",
        "refugee recognition rate",
        ("recognised",),
        SUBSTANTIVE,
        ALL,
        "Convention status alone counts; every level is summed; closures are left out",
        "UNHCR Refugee Data Finder, methodology",
    ),
    Definition(
        "total_protection_rate",
        "UNHCR",
        "total protection rate",
        ("recognised", "other"),
        SUBSTANTIVE,
        ALL,
        "complementary protection counts too; every level is summed; closures are left out",
        "UNHCR Refugee Data Finder, methodology; called total recognition rate before",
    ),
    Definition(
        "eurostat_recognition_rate",
        "Eurostat",
        "recognition rate at first instance",
        ("recognised", "other"),
        SUBSTANTIVE,
        FIRST,
        "humanitarian status counts as positive; each stage stands alone because stages are not linked by person",
        "Eurostat, Statistics Explained, glossary: asylum recognition rate",
    ),
    Definition(
        "euaa_recognition_rate",
        "EUAA",
        "EU-regulated recognition rate",
        ("recognised", "subsidiary"),
        SUBSTANTIVE,
        FIRST,
        "national humanitarian protection does not count as positive",
        "EUAA Asylum Report; older EASO reports counted humanitarian protection in",
    ),
    Definition(
        "aida_rate",
        "AIDA",
        "rate of decisions on the merits",
        ("recognised", "other"),
        SUBSTANTIVE,
        FIRST,
        "only decisions on the merits count; whether inadmissible and Dublin decisions stand under rejected or closed "
        "is each state's bookkeeping",
        "ECRE, asylumineurope.org, disclaimer on statistics",
    ),
    Definition(
        "bamf_protection_quota",
        "BAMF",
        "Gesamtschutzquote",
        ("recognised", "other"),
        (*SUBSTANTIVE, "closed"),
        OFFICE,
        "every decision is below the line, formal closures included; first and follow-up applications together",
        "Bundesamt für Migration und Flüchtlinge, Das Bundesamt in Zahlen",
    ),
    Definition(
        "home_office_grant_rate",
        "UK Home Office",
        "initial grant rate",
        ("recognised", "other"),
        SUBSTANTIVE,
        FIRST,
        "main applicants only in its own tables; withdrawals and, since 2023, administrative outcomes are outside",
        "Home Office, Immigration system statistics, user guide; agrees with 6,001 of its published rates",
    ),
    Definition(
        "trac_grant_rate",
        "TRAC",
        "asylum granted by immigration judges",
        ("recognised",),
        ("recognised", "rejected"),
        COURT,
        "only grants and denials by a judge count; what USCIS grants and other relief are invisible",
        "TRAC Immigration, asylum decisions, about the data",
    ),
)
# Ours: what none of the bodies prints and every reader needs beside a rate.
POSITIVE_OF_ALL = Definition(
    "positive_of_all_outcomes",
    "Asylon",
    "positive of all outcomes",
    ("recognised", "other"),
    (*SUBSTANTIVE, "closed"),
    ALL,
    "closures are outcomes: who was turned away without a decision is below the line",
    "docs/statistics.md",
)
CLOSED_SHARE = Definition(
    "closed_share",
    "Asylon",
    "share of outcomes otherwise closed",
    ("closed",),
    (*SUBSTANTIVE, "closed"),
    ALL,
    "how much of what ended is invisible to a rate",
    "docs/statistics.md",
)
PROTECTION_WITHOUT_LATER = Definition(
    "protection_rate_without_appeals",
    "Asylon",
    "total protection rate without appeals and repeats",
    ("recognised", "other"),
    SUBSTANTIVE,
    WITHOUT_LATER,
    "levels that see the same people once more are left out",
    "docs/statistics.md",
)
ALL_DEFINITIONS = (*DEFINITIONS, PROTECTION_WITHOUT_LATER, POSITIVE_OF_ALL, CLOSED_SHARE)


def definition(name: str) -> Definition:
    """Return a definition by name; raises `StatisticsError` that lists the names."""
    for known in ALL_DEFINITIONS:
        if known.name == name:
            return known
    from difflib import get_close_matches

    from asylon.errors import StatisticsError

    names = [known.name for known in ALL_DEFINITIONS]
    near = get_close_matches(name, names, n=1)
    raise StatisticsError.single(
        name, "is no definition of a rate", f"did you mean {near[0]}?" if near else f"write one of {', '.join(names)}"
    )
