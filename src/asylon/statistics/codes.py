"""The codes of asylum statistics: levels of decision, stages of application, authorities, units; each with its meaning.

Codes are UNHCR's (Refugee Population Statistics Database); the other sources are written in them on import. `NA` is a
real code in two columns and never a missing value.
"""

from __future__ import annotations

LEVELS = {
    "FI": "first instance",
    "NA": "new applications",
    "FA": "first instance and appeal together",
    "TA": "temporary asylum (Russia)",
    "IN": "US Citizenship and Immigration Services",
    "EO": "US immigration court",
    "SP": "subsidiary protection",
    "TP": "temporary protection",
    "BL": "backlog",
    "CA": "cantonal regulation",
    "TR": "temporary leave",
    "AR": "administrative review",
    "RA": "repeat or reopened application",
    "JR": "judicial review",
}
# The same people may stand in a later level once more.
LATER_LEVELS = ("AR", "RA", "JR")
# First instance and what follows in one row: a first-instance rate does not exist there.
MIXED_LEVELS = ("FA",)
FIRST_INSTANCE = ("FI", "NA", "IN", "TA", "SP")

STAGES = {
    "N": "new",
    "R": "repeat or reopened",
    "A": "appeal",
    "J": "judicial review",
    "NR": "new and repeat together",
    "NA": "new and appeal together",
    "RA": "repeat and appeal together",
    "FA": "first instance and appeal together",
    "SP": "subsidiary protection",
    "V": "various: not told apart (2000-2005)",
}
NEW = "N"
# Rows that hold new applications together with others: taken where a country reports no others.
COMBINED_STAGES = ("NR", "NA", "FA", "V")

AUTHORITIES = {"G": "government", "U": "UNHCR", "J": "government and UNHCR jointly"}
UNITS = {"P": "persons", "C": "cases"}
