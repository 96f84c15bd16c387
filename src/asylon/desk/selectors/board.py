"""The morning board: what is due, missed, awaited and coming in the cases that somebody may see.

One filter gives the numbers at the sections, their first lines and the list that opens from each, so that they
always agree. Families that fall apart are found here, when the page is read, from visible cases only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Count, F, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from asylon.desk.models import BoardItem, CasePerson, Membership, Role, Section, User
from asylon.desk.selectors.families import OWN_PARTS, split_of_cases
from asylon.desk.walls import READERS, memberships_of

FAMILIES = "families"
# In the order in which a morning goes: what is lost if nobody acts today stands first.
SECTIONS: tuple[str, ...] = (
    Section.DUE,
    Section.STATE_MISSED,
    Section.OUR_MISSED,
    Section.WAITING,
    Section.EXPIRING,
    Section.COMING,
    FAMILIES,
    Section.UNDETERMINED,
    Section.STATE_DUE,
)
# Sections that look ahead, with the days they look if nobody says otherwise (None: all).
AHEAD: Mapping[str, int | None] = {Section.DUE: None, Section.COMING: None, Section.EXPIRING: 90, Section.STATE_DUE: 30}
# Here the newest can best be helped; everywhere else the nearest or the oldest day stands first.
NEWEST_FIRST = (Section.OUR_MISSED, Section.UNDETERMINED)
MINE = (Role.LEAD, Role.MEMBER)


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What of the board is shown. `scope` is mine, team or all; `lead` the id of a colleague; None or empty: any."""

    scope: str = "mine"
    country: str = ""
    section: str = ""
    days: int | None = None
    bearer: str = ""
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class SplitFamily:
    """A family that falls apart: its visible cases with outcome and removal day, and how, in sentences."""

    family_id: UUID
    cases: tuple[tuple[UUID, str, date | None], ...]
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardSection:
    """A section of the board: how many lines it has, and the first of them."""

    key: str
    count: int
    items: Sequence[BoardItem] = ()
    families: Sequence[SplitFamily] = ()


def days_ahead(section: str, chosen: BoardFilter) -> int | None:
    """Return how many days a section looks ahead under a filter, None when it does not end."""
    if section not in AHEAD:
        return None
    return AHEAD[section] if chosen.days is None else chosen.days


def chosen_cases(user: User, chosen: BoardFilter) -> QuerySet[Any]:
    """Return the ids of the cases of a filter that somebody may read, for use in a query."""
    rows = memberships_of(user).filter(role__in=MINE if chosen.scope == "mine" else READERS)
    if chosen.scope == "team":
        rows = rows.filter(case__team_id=user.team_id) if user.team_id else rows.none()
    if chosen.country:
        rows = rows.filter(case__jurisdiction=chosen.country)
    if chosen.lead is not None:
        led = Membership.objects.visible_to(user).filter(user_id=chosen.lead, role=Role.LEAD)
        rows = rows.filter(case_id__in=led.values("case_id"))
    return rows.values("case_id")


def board_items(user: User, chosen: BoardFilter, *, on: date) -> QuerySet[BoardItem]:
    """Return the lines of the board under a filter, in the order of their sections."""
    rows = BoardItem.objects.visible_to(user).filter(case_id__in=chosen_cases(user, chosen))
    if chosen.section:
        rows = rows.filter(section=chosen.section)
    if chosen.bearer:
        rows = rows.filter(bearer=chosen.bearer)
    limits = {section: days_ahead(section, chosen) for section in AHEAD}
    bounded = [section for section, days in limits.items() if days is not None]
    within = ~Q(section__in=bounded)
    for section in bounded:
        within |= Q(section=section, day__lte=on + timedelta(days=limits[section] or 0))
    return rows.filter(within).order_by(*_order())


def _order() -> tuple[Any, ...]:
    newest = Choice(When(section__in=NEWEST_FIRST, then=F("day")))
    return newest.desc(nulls_last=True), F("day").asc(nulls_last=True), "rule", "pk"


def board_sections(user: User, chosen: BoardFilter, *, on: date, most: int) -> tuple[BoardSection, ...]:
    """Return the sections of a filter with their counts and their first `most` lines, in two queries."""
    rank = Window(RowNumber(), partition_by=F("section"), order_by=_order())
    total = Window(Count("pk"), partition_by=F("section"))
    rows = board_items(user, chosen, on=on).annotate(rank=rank, total=total).filter(rank__lte=most)
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(row)
    families = split_families(user, chosen)
    return tuple(
        BoardSection(FAMILIES, len(families), families=families[:most])
        if key == FAMILIES
        else BoardSection(key, found[key][0].total if key in found else 0, found.get(key, ()))
        for key in SECTIONS
        if chosen.section in ("", key)
    )


def split_families(user: User, chosen: BoardFilter) -> list[SplitFamily]:
    """Return the families that fall apart and have a case in the filter; others of their cases count if visible.

    Nobody owes this: under a filter by bearer there are none.
    """
    if chosen.section not in ("", FAMILIES) or chosen.bearer:
        return []
    parts = CasePerson.objects.visible_to(user).filter(part__in=OWN_PARTS, person__families__isnull=False)
    columns = ("person__families__family_id", "case_id", "case__outcome", "case__removal_day", "case__closed_at")
    cases: dict[UUID, dict[UUID, tuple[str, date | None, bool]]] = {}
    for family, case, outcome, removal, closed in parts.values_list(*columns):
        cases.setdefault(family, {})[case] = (outcome, removal, closed is not None)
    wanted = set(chosen_cases(user, replace(chosen, section="")).values_list("case_id", flat=True))
    return sorted(_split(cases, wanted), key=_first_removal)


def _split(
    cases: Mapping[UUID, Mapping[UUID, tuple[str, date | None, bool]]], wanted: set[UUID]
) -> Iterable[SplitFamily]:
    for family, members in cases.items():
        if len(members) > 1 and wanted & members.keys() and (how := split_of_cases(members.values())):
            listed = [(case, outcome, removal) for case, (outcome, removal, _closed) in members.items()]
            yield SplitFamily(family, tuple(sorted(listed, key=lambda row: (row[2] is None, row[1], row[0]))), how)


def _first_removal(family: SplitFamily) -> tuple[date, UUID]:
    return min((removal for _case, _outcome, removal in family.cases if removal), default=date.max), family.family_id


def leads_of(user: User, case_ids: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return who leads each of these cases, as far as they are visible, in one query."""
    rows = Membership.objects.visible_to(user).filter(case_id__in=list(case_ids), role=Role.LEAD)
    found: dict[UUID, tuple[str, ...]] = {}
    for row in rows.select_related("user").order_by("given_at"):
        found[row.case_id] = (*found.get(row.case_id, ()), str(row.user))
    return found
