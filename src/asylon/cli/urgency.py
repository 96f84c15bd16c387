"""Duties in the order in which somebody must look at them."""

from __future__ import annotations

from collections.abc import Iterable

from asylon.law.duty import Duty

OURS = ("applicant", "representative")

GROUPS = {
    "state": "Missed by the state",
    "us": "Missed by us",
    "unsure": "Undetermined: a fact is missing",
    "week": "Due within 7 days",
    "month": "Due within 30 days",
    "later": "Due later",
    "open": "Owed without a number of days",
    "met": "Met",
    "ended": "Ended before the term did",
    "fallback": "Fall-back arguments (another rule takes precedence)",
}


def urgency(duty: Duty) -> str:
    """Return the group of `duty`, a key of GROUPS."""
    if duty.displaced_by:
        return "fallback"
    if duty.standing == "missed":
        return "us" if duty.clause.bearer in OURS else "state"
    if duty.standing == "undetermined":
        return "unsure"
    if duty.standing in ("met", "met_late"):
        return "met"
    if duty.standing == "cancelled":
        return "ended"
    if duty.days is None:
        return "open"
    return "week" if duty.days <= 7 else "month" if duty.days <= 30 else "later"


def grouped(duties: Iterable[Duty]) -> dict[str, list[Duty]]:
    """Return the duties of each group that has any, most urgent group and nearest end first."""
    found: dict[str, list[Duty]] = {group: [] for group in GROUPS}
    for duty in duties:
        found[urgency(duty)].append(duty)
    for members in found.values():
        members.sort(key=lambda duty: (duty.ending.legal_day if duty.ending else 0, duty.rule))
    return {group: members for group, members in found.items() if members}
