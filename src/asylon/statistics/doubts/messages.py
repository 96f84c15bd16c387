"""What a doubt says, one sentence for each finding; the values are filled in by the language that shows it.

`asylum` and `origin` are ISO codes, shown as names; what begins with `year`, `first_year` or `last_year` is a year;
other numbers are counts, or percentage points where the name ends in `points`.
"""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "coding_break": (
        "{asylum} {year}, level {level}: '{first}' moved by {first_points} points and '{second}' by {second_points} "
        "within the same origins ({outcomes} outcomes)"
    ),
    "double_exchange": (
        "{asylum} {year}, level {level}: 'recognised' and 'other' exchanged {positive_points} points, 'rejected' and "
        "'closed' {negative_points}, in one year within the same origins ({outcomes} outcomes)"
    ),
    "exchanged_columns": (
        "{asylum} {year}: {doubted} agrees with {witness} when read so: {reading}. Then {read} people apart, as "
        "published {published}; {better} of {origins} origins fit better"
    ),
    "false_total": (
        "{asylum} {year}: {rows} rows have a total that is not the sum of their outcomes, by {people} in sum"
    ),
    "gone_without_trace": (
        "people from {origin} in {asylum} {year}: {refugees} refugees after {before} a year before; returns and "
        "naturalisations account for {explained}"
    ),
    "lost_rows": "table '{table}' lost most of its rows against {earlier}: {rows} rows after {rows_before}",
    "lost_years": (
        "table '{table}' lost the years {first_year}-{last_year} against {earlier}: {rows} rows after {rows_before}"
    ),
    "missing_report": (
        "{asylum} reported no {table} for {year}, after {people} a year on average in the three years before"
    ),
    "moved_between_columns": (
        "people from {origin} in {asylum} {year}: '{first}' went from {first_before} to {first_now} and '{second}' "
        "from {second_before} to {second_now}: counted elsewhere, not moved"
    ),
    "same_country": (
        "{refugees} refugees and {pending} asylum-seekers from {origin} are counted in {asylum} itself in {year}"
    ),
    "short_year": "{year}: {decisions} decisions after {before} a year before: it may hold half a year",
    "stock_flow": (
        "{asylum} {year}: {pending} pending, but {before} before plus {applied} applications less {decided} decisions "
        "leaves {left}: {residual} people unexplained"
    ),
    "stock_flow_of_pair": (
        "people from {origin} in {asylum} {year}: {pending} pending, but {before} before plus {applied} applications "
        "less {decided} decisions leaves {left}: {residual} people unexplained"
    ),
    "unit_changed": "{asylum} {year}, level {level}: {table} in {unit}, in {unit_before} before",
    "unit_mixed": "{asylum} {year}, level {level}: persons and cases in one year of {table}",
}
