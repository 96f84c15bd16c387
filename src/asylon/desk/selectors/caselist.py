"""The list of cases: those that somebody may see, filtered, with their headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case as Choice
from django.db.models import F, QuerySet, When

from asylon.desk.models import Case, Membership, User
from asylon.desk.selectors.board import leads_of
from asylon.desk.selectors.card import next_meetings
from asylon.desk.selectors.cases import Heading, called_by_card, headings_of
from asylon.desk.session import Keyring
from asylon.desk.walls import memberships_of, roles_for


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What of the cases is shown: a country, a team by its id, and `state` open, closed or all."""

    country: str = ""
    state: str = "open"
    team: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the list. `people` is how they are called; `heading` is None for whoever sees only its card.

    `day` is its next day; on a card the next appointment, and nothing else that is due.
    """

    case: Case
    role: str
    heading: Heading | None
    people: tuple[str, ...]
    leads: tuple[str, ...]
    day: date | None


def case_memberships(user: User, chosen: CaseFilter) -> QuerySet[Membership]:
    """Return the memberships by which somebody sees the cases of a filter, the nearest day first, cards last."""
    rows = memberships_of(user).select_related("case", "case__team")
    if chosen.country:
        rows = rows.filter(case__jurisdiction=chosen.country)
    if chosen.team:
        rows = rows.filter(case__team_id=chosen.team)
    if chosen.state != "all":
        rows = rows.filter(case__closed_at__isnull=chosen.state == "open")
    # Whoever sees only a card must not learn from its place when something is due. Who holds none gets an order that
    # the store has ready.
    readers = roles_for("read")
    has_cards = memberships_of(user).exclude(role__in=readers).exists()
    day = Choice(When(role__in=readers, then=F("case__next_day"))) if has_cards else F("case__next_day")
    return rows.order_by(day.asc(nulls_last=True), "case__number")


def case_lines(keyring: Keyring, rows: Sequence[Membership], *, on: date) -> list[CaseLine]:
    """Return the lines of one page of the list, in a fixed number of queries."""
    opened = headings_of(keyring, rows)
    cards = [row for row in rows if row.case_id not in opened]
    named = called_by_card(keyring, cards)
    meetings = next_meetings(keyring.user, [row.case_id for row in cards], on=on)
    leads = leads_of(keyring.user, [row.case_id for row in rows])
    return [
        CaseLine(
            row.case,
            row.role,
            heading := opened.get(row.case_id),
            heading.people if heading else named.get(row.case_id, ()),
            leads.get(row.case_id, ()),
            row.case.next_day if heading else meetings.get(row.case_id),
        )
        for row in rows
    ]
