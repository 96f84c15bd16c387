"""Lines of the board in words: whose case, what stands there, by which day, and how long that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from asylon.desk import law
from asylon.desk.models import BoardItem, Section
from asylon.desk.selectors.board import BoardSection, SplitFamily, leads_of
from asylon.desk.selectors.cases import Heading, headings
from asylon.desk.selectors.families import outcome_words, side_of
from asylon.desk.session import Keyring
from asylon.desk.templatetags.desk_parts import NEAR, SOON, bearer_words, days_words, mark_words, when_short
from asylon.desk.templatetags.parts import names_listed
from asylon.desk.words import country_label, event_label

# What lies ahead is not called as what happened: "Interview held" is still to come.
AHEAD_LABELS = {
    "interview": gettext_lazy("Interview"),
    "detention_reviewed": gettext_lazy("Review of the detention"),
    "removal": gettext_lazy("Removal"),
    "reregistration": gettext_lazy("Re-registration"),
}
MONTHS_TOLD = 24  # a longer wait is told in years


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the board. `days` is a badge with its `days_mark`; the notes stand in small under what they note."""

    url: str
    name: str
    number: str
    country: str
    what: str
    note: str
    rule: str
    confidence: str
    basis: str
    bearer: str
    day: date | None
    day_note: str
    days: str
    days_mark: str
    mark: str
    mark_text: str
    leads: str


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family that falls apart: its visible members with their outcomes, and how, in sentences."""

    url: str
    members: tuple[Mapping[str, Any], ...]
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedCases:
    """The headings and leads of the cases on a page."""

    headings: Mapping[UUID, Heading]
    leads: Mapping[UUID, tuple[str, ...]]


def opened_cases(keyring: Keyring, sections: Iterable[BoardSection]) -> OpenedCases:
    """Return the headings and leads of all cases in these sections, in four queries for any number."""
    ids = {item.case_id for section in sections for item in section.items}
    ids |= {case for section in sections for family in section.families for case, _outcome, _day in family.cases}
    return OpenedCases(headings(keyring, ids), leads_of(keyring.user, ids))


def board_rows(items: Sequence[BoardItem], opened: OpenedCases, *, on: date) -> list[BoardRow]:
    """Return lines in words; a case whose key was taken between two queries is left out."""
    return [_row(item, opened, on) for item in items if item.case_id in opened.headings]


def family_rows(families: Sequence[SplitFamily], opened: OpenedCases) -> list[FamilyRow]:
    """Return families in words."""
    return [
        FamilyRow(
            reverse("family", kwargs={"family": family.family_id}),
            tuple(
                _member(opened.headings[case], outcome, removal)
                for case, outcome, removal in family.cases
                if case in opened.headings
            ),
            family.how,
        )
        for family in families
    ]


def _member(heading: Heading, outcome: str, removal: date | None) -> Mapping[str, Any]:
    return {
        "name": heading.called,
        "more": max(len(heading.people) - 1, 0),
        "number": heading.case.number,
        "country": country_label(heading.case.jurisdiction),
        "outcome": outcome_words(outcome),
        "mark": {"protected": "met", "refused": "missed"}.get(side_of(outcome), "open"),
        "removal": removal,
    }


def _row(item: BoardItem, opened: OpenedCases, on: date) -> BoardRow:
    heading = opened.headings[item.case_id]
    days = (item.day - on).days if item.day else None
    mark, mark_text = _mark(item, days)
    source = law.rule_source(item.rule, item.step) if item.rule else {}
    return BoardRow(
        url=reverse("case", kwargs={"case": item.case_id}),
        name=heading.called,
        number=heading.case.number,
        country=country_label(heading.case.jurisdiction),
        what=_what(item),
        note=_note(item),
        rule="/".join(part for part in (item.rule, item.step) if part and part != "?"),
        confidence=source.get("confidence", ""),
        basis=source.get("basis", ""),
        bearer=bearer_words(item.bearer) if item.bearer else "",
        day=item.day,
        day_note=_day_note(item),
        days=_days(item, days, on),
        days_mark=mark if item.section != Section.WAITING else "",
        mark=mark,
        mark_text=mark_text,
        leads=names_listed(opened.leads.get(item.case_id, ())),
    )


def _what(item: BoardItem) -> str:
    if item.rule == "?":
        return gettext("The law cannot be applied to this case")
    if item.rule:
        return law.rule_title(item.rule, item.step, get_language() or "en")
    name = _event(item)
    return str(AHEAD_LABELS.get(name, event_label(name)) if item.section == Section.COMING else event_label(name))


def _event(item: BoardItem) -> str:
    return item.trigger.partition(":")[0]


def _note(item: BoardItem) -> str:
    """Return what stands under a line: what is not known, since when, at what hour."""
    detail = item.detail
    if detail.get("faults"):
        return gettext("A date or word in its timeline is wrong or contradicts another. Open the case to see which.")
    if missing := detail.get("missing"):
        told = law.missing_words(missing[0], get_language() or "en")
        more = len(missing) - 1
        rest = ngettext("and %(n)d more fact", "and %(n)d more facts", more) % {"n": more} if more else ""
        others = detail.get("more", 0)
        also = ngettext("%(n)d more rule waits for it", "%(n)d more rules wait for it", others) % {"n": others}
        return " · ".join(part for part in (told, rest, also if others else "") if part)
    if first := detail.get("first"):
        return gettext("waits again; first applied on %(day)s") % {"day": _day_words(first)}
    if item.rule and item.section == Section.EXPIRING:
        return event_label(_event(item))
    return ""


def _day_note(item: BoardItem) -> str:
    time, legal = str(item.detail.get("time", "")), item.detail.get("legal")
    if legal:
        return gettext("by law %(day)s") % {"day": f"{_day_words(legal)}, {time}" if time else _day_words(legal)}
    return time


def _day_words(text: str) -> str:
    return strip_tags(when_short(text))


def _mark(item: BoardItem, days: int | None) -> tuple[str, str]:
    """Return the mark of a line and its words."""
    near = "open" if days is None else "week" if days <= SOON else "month" if days <= NEAR else "later"
    match item.section:
        case Section.STATE_MISSED:
            return "missed_by_state", mark_words("missed_by_state")
        case Section.OUR_MISSED:
            return "missed_by_us", mark_words("missed_by_us")
        case Section.WAITING:
            return "open", gettext("Waiting")
        case Section.EXPIRING if item.standing == "expired":
            return "missed", gettext("Expired")
        case Section.EXPIRING:
            return near, gettext("Valid, the day is not sure") if item.standing == "undetermined" else gettext("Valid")
        case Section.COMING:
            return near, gettext("Fixed") if "on" not in item.detail else gettext("Day not known exactly")
        case Section.UNDETERMINED:
            standing = item.standing if item.standing == "suspended" else "undetermined"
            return standing, mark_words(standing)
    if item.standing == "undetermined":
        return near, gettext("Perhaps due: the day is not sure")
    return near, mark_words("not_started" if item.standing == "not_started" else near)


def _days(item: BoardItem, days: int | None, on: date) -> str:
    """Return how far the day is, or how long ago; empty where there is nothing to count."""
    if days is None or item.day is None:
        return ""
    if item.section == Section.WAITING:
        return _length(item.day, on)
    if item.section == Section.DUE and days < 0:
        return gettext("last days")
    if item.section == Section.UNDETERMINED:
        return ""
    return days_words({"standing": "running" if days >= 0 else "missed", "days": days})


def _length(since: date, on: date) -> str:
    """Return a wait in days, months or years, whichever says it."""
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    if not months:
        days = (on - since).days
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if months < MONTHS_TOLD:
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    years = months // 12
    return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
