"""The morning board: what is due, missed, awaited and coming in the cases that somebody may see.

One filter gives the numbers at the sections, their first lines and the list that opens from each, so that they
always agree. Families that fall apart are found here, when the page is read, from visible cases only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from asylon.desk.models import OWN_PARTS, BoardItem, CasePerson, Membership, Role, Section, User
from asylon.desk.selectors.families import ENDED, PROTECTED, refusals, split_of_cases
from asylon.desk.walls import Act, memberships_of, roles_for

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
# Asked for beside the real ids, so that a page without any line asks the same questions.
NOBODY = UUID(int=0)


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


def _chosen(user: User, chosen: BoardFilter) -> Q:
    """Return the condition of a filter on visible rows of a case, apart from whose work it is."""
    asked = Q()
    if chosen.scope == "team":
        asked &= Q(case__team_id=user.team_id or 0)
    if chosen.country:
        asked &= Q(case__jurisdiction=chosen.country)
    if chosen.lead is not None:
        led = Membership.objects.visible_to(user).filter(user_id=chosen.lead, role=Role.LEAD)
        asked &= Q(Exists(led.filter(case_id=OuterRef("case_id"))))
    return asked


def _act(chosen: BoardFilter) -> Act:
    """Return what I may do in the cases of a filter: mine are those in which I may write."""
    return "write" if chosen.scope == "mine" else "read"


def board_items(user: User, chosen: BoardFilter, *, is_counted: bool = False) -> QuerySet[BoardItem]:
    """Return the lines of the board under a filter, of all sections and days, in no order."""
    rows = (
        BoardItem.objects.visible_to(user, _act(chosen), is_counted=is_counted).filter(_chosen(user, chosen)).order_by()
    )
    return rows.filter(bearer=chosen.bearer) if chosen.bearer else rows


def section_items(items: QuerySet[BoardItem], chosen: BoardFilter, section: str, *, on: date) -> QuerySet[BoardItem]:
    """Return those of `board_items` that stand in a section, in its order: they are counted and listed from here."""
    rows = items.filter(section=section)
    if (days := days_ahead(section, chosen)) is not None:
        rows = rows.filter(day__lte=on + timedelta(days=days))
    if section == Section.OUR_MISSED:  # the newest can best be helped
        return rows.order_by("-day", "rule", "pk")
    if section == Section.UNDETERMINED:  # what has no day at all stands first: nothing else would show it
        return rows.order_by(F("day").desc(nulls_first=True), "rule", "pk")
    return rows.order_by("day", "rule", "pk")


def section_counts(user: User, chosen: BoardFilter, *, on: date) -> dict[str, int]:
    """Return how many of `board_items` stand in each section, with the limits of `section_items`, in one query."""
    items = board_items(user, chosen, is_counted=True)
    limits = {section: days_ahead(section, chosen) for section in AHEAD}
    bounded = {section: on + timedelta(days=days) for section, days in limits.items() if days is not None}
    within = ~Q(section__in=list(bounded))
    for section, last in bounded.items():
        within |= Q(section=section, day__lte=last)
    return dict(items.filter(within).values_list("section").annotate(count=Count("pk")))


def board_sections(user: User, chosen: BoardFilter, *, on: date, most: int) -> tuple[BoardSection, ...]:
    """Return the sections of a filter with their counts and their first `most` lines, in a fixed number of queries."""
    items = board_items(user, chosen)
    counts = section_counts(user, chosen, on=on)
    families = split_families(user, chosen)
    return tuple(
        BoardSection(FAMILIES, len(families), families=family_cases(user, families[:most]))
        if key == FAMILIES
        else BoardSection(key, counts.get(key, 0), list(section_items(items, chosen, key, on=on)[:most]))
        for key in SECTIONS
        if chosen.section in ("", key)
    )


def split_families(user: User, chosen: BoardFilter) -> list[UUID]:
    """Return the families that fall apart and have a case in the filter; others of their cases count if visible.

    What makes a family fall apart is said by `families.split_of_cases`; here the store looks for it, starting from
    the cases whose keys this person holds. Nobody owes this: under a filter by bearer there are none.
    """
    if chosen.section not in ("", FAMILIES) or chosen.bearer:
        return []
    closed, removal = Q(case__closed_at__isnull=False), Q(case__removal_day__isnull=False)
    protected, refused = Q(case__outcome__in=PROTECTED), Q(case__outcome__in=refusals())
    waits = ~(protected | refused | Q(case__outcome__in=ENDED) | closed)
    in_family = {"case__people__part__in": OWN_PARTS, "case__people__person__families__isnull": False}
    rows = memberships_of(user).filter(role__in=roles_for("read"), **in_family).order_by()
    shown = Q(role__in=roles_for(_act(chosen))) & _chosen(user, chosen)
    kinds = {
        "protected": protected,
        "refused": refused,
        "waits": waits,
        "goes": removal & ~closed,
        "stays": ~removal & ~closed,
        "shown": shown,
    }
    found = rows.values(family=F("case__people__person__families__family_id")).annotate(
        first=Min("case__removal_day"), **{name: Count("pk", filter=kind) for name, kind in kinds.items()}
    )
    apart = Q(refused__gt=0) & (Q(protected__gt=0) | Q(waits__gt=0)) | Q(goes__gt=0, stays__gt=0)
    kept = found.filter(apart, shown__gt=0).order_by(F("first").asc(nulls_last=True), "family")
    return list(kept.values_list("family", flat=True))


def _own_parts(user: User) -> QuerySet[CasePerson]:
    return CasePerson.objects.visible_to(user).filter(part__in=OWN_PARTS).order_by()


def family_cases(user: User, family_ids: Sequence[UUID]) -> list[SplitFamily]:
    """Return the visible cases of families, and how these fall apart, in one query."""
    columns = ("person__families__family_id", "case_id", "case__outcome", "case__removal_day", "case__closed_at")
    cases: dict[UUID, dict[UUID, tuple[str, date | None, bool]]] = {}
    rows = _own_parts(user).filter(person__families__family_id__in=[*family_ids, NOBODY])
    for family, case, outcome, removal, closed in rows.values_list(*columns):
        cases.setdefault(family, {})[case] = (outcome, removal, closed is not None)
    return [_split(family, cases[family]) for family in family_ids if family in cases]


def _split(family: UUID, cases: Mapping[UUID, tuple[str, date | None, bool]]) -> SplitFamily:
    listed = [(case, outcome, removal) for case, (outcome, removal, _closed) in cases.items()]
    ordered = sorted(listed, key=lambda row: (row[2] is None, row[1], row[0]))
    return SplitFamily(family, tuple(ordered), split_of_cases(cases.values()))


def leads_of(user: User, case_ids: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return who leads each of these cases, as far as they are visible, in one query."""
    rows = Membership.objects.visible_to(user).filter(case_id__in=[*case_ids, NOBODY], role=Role.LEAD)
    found: dict[UUID, tuple[str, ...]] = {}
    for case_id, name, username in rows.order_by("given_at").values_list(
        "case_id", "user__display_name", "user__username"
    ):
        found[case_id] = (*found.get(case_id, ()), name or username)
    return found
