"""What the page of a case shows: people, facts, timeline, and what the law gives on a day, with links to what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from asylon.desk import lawview
from asylon.desk.content import CaseContent, PersonContent
from asylon.desk.models import OWN_PARTS, Case, CasePerson, Membership, Note, Paper, Proceeding, Role
from asylon.desk.selectors.cases import OpenCase, person_content
from asylon.desk.selectors.timeline import (
    TimelineView,
    outcome_label,
    outcome_mark,
    proceedings_of,
    timeline_view,
)
from asylon.desk.words import country_label, event_label, fact_label, reader_language
from asylon.errors import AsylonError

GROUPS: Mapping[str, Promise] = {
    "missed_by_state": gettext_lazy("Missed by the state"),
    "missed_by_us": gettext_lazy("Missed by us"),
    "week": gettext_lazy("Due within 7 days"),
    "month": gettext_lazy("Due within 30 days"),
    "later": gettext_lazy("Due later"),
    "open": gettext_lazy("Owed without a number of days"),
    "undetermined": gettext_lazy("Undetermined"),
    "expired": gettext_lazy("Expired"),
    "met": gettext_lazy("Met"),
    "ended": gettext_lazy("Ended before the term"),
    "fallback": gettext_lazy("Fall-back arguments"),
}
# What nobody must act on now is shown closed.
QUIET = frozenset({"open", "expired", "met", "ended", "fallback"})
MARK = {"ended": "cancelled"}
RIGHTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DutyGroup:
    """Duties of one urgency; `is_quiet` when nobody must act on them now."""

    key: str
    title: str
    mark: str
    duties: tuple[Mapping[str, Any], ...]
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person of the case: their part, and everything about them."""

    part: CasePerson
    content: PersonContent

    @property
    def called(self) -> str:
        """Return how the person is called."""
        return self.content.called


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows. `view` is None when the law cannot say, and `faults` says why."""

    opened: OpenCase
    content: CaseContent
    on: date
    people: tuple[PersonLine, ...]
    timeline: TimelineView
    view: lawview.CaseView | None
    faults: tuple[str, ...]
    groups: tuple[DutyGroup, ...]
    unknowns: tuple[Mapping[str, str], ...]
    facts: tuple[Mapping[str, str], ...]
    proceedings: tuple[Mapping[str, str], ...]
    counts: Mapping[str, int]

    @property
    def case(self) -> Case:
        """Return the row of the case."""
        return self.opened.case

    @property
    def applicants(self) -> tuple[PersonLine, ...]:
        """Return those for whom protection is asked."""
        return tuple(line for line in self.people if line.part.part in OWN_PARTS)

    @property
    def called(self) -> str:
        """Return how the case is called: the first applicant, else its title, else its number."""
        first = self.applicants[0].called if self.applicants else ""
        return first or self.content.title or self.case.number

    @property
    def outcome(self) -> str:
        """Return the last outcome in words, empty when there is none."""
        return outcome_label(self.case.outcome)

    @property
    def outcome_mark(self) -> str:
        """Return the mark of the outcome's chip."""
        return outcome_mark(self.case.outcome)

    @property
    def first_rights(self) -> tuple[Mapping[str, Any], ...]:
        """Return the rights that are shown at once, what is uncertain last."""
        return self._rights[:RIGHTS_SHOWN]

    @property
    def further_rights(self) -> tuple[Mapping[str, Any], ...]:
        """Return the rights that are shown when one asks for them."""
        return self._rights[RIGHTS_SHOWN:]

    @property
    def _rights(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(sorted(self.view.rights, key=lambda right: bool(right["missing"]))) if self.view else ()

    @property
    def duty_count(self) -> int:
        """Return how many duties there are, whatever their standing."""
        return sum(len(group.duties) for group in self.groups)


def case_page(opened: OpenCase, *, on: date) -> CasePage:
    """Return the page of an opened case as seen from the day `on`, in a fixed number of queries."""
    timeline = timeline_view(opened, on=on)
    view, faults = law_view(opened, timeline.plain, on=on)
    linked = _Links(opened, timeline)
    return CasePage(
        opened=opened,
        content=opened.content,
        on=on,
        people=people_of(opened),
        timeline=timeline,
        view=view,
        faults=faults,
        groups=duty_groups(view, linked.duty) if view else (),
        unknowns=tuple(linked.unknown(unknown) for unknown in view.unknowns) if view else (),
        facts=case_facts(opened),
        proceedings=_proceeding_lines(opened),
        counts=counts_of(opened),
    )


def law_view(
    opened: OpenCase, events: Sequence[Mapping[str, Any]], *, on: date
) -> tuple[lawview.CaseView | None, tuple[str, ...]]:
    """Return what the law gives, or None with every fault as a sentence."""
    words = reader_language()
    try:
        return lawview.case_view(opened.case, events, on=on, words=words), ()
    except AsylonError as error:
        return None, tuple(lawview.fault_line(fault, words) for fault in error.faults)


def duty_groups(view: lawview.CaseView, linked: Any) -> tuple[DutyGroup, ...]:
    """Return the duties by urgency, each passed through `linked`."""
    return tuple(
        DutyGroup(key, str(GROUPS[key]), MARK.get(key, key), tuple(linked(duty) for duty in duties), key in QUIET)
        for key, duties in view.groups
    )


def people_of(opened: OpenCase) -> tuple[PersonLine, ...]:
    """Return the people of a case, applicants first."""
    parts = CasePerson.objects.visible_to(opened.keyring.user, "card").filter(case=opened.case)
    return tuple(PersonLine(part, person_content(part, opened.key)) for part in parts.select_related("person"))


def counts_of(opened: OpenCase) -> Mapping[str, int]:
    """Return how many notes and papers a case has."""
    user = opened.keyring.user
    return {
        "notes": Note.objects.visible_to(user).filter(case=opened.case, removed_at__isnull=True).count(),
        "papers": Paper.objects.visible_to(user, "papers").filter(case=opened.case, removed_at__isnull=True).count(),
    }


def case_facts(opened: OpenCase) -> tuple[Mapping[str, str], ...]:
    """Return the key facts of a case: how it stands, and what the law asks about the person."""
    case = opened.case
    leads = Membership.objects.visible_to(opened.keyring.user).filter(case=case, role=Role.LEAD)
    words = reader_language()
    facts = [
        {"label": _("Number"), "value": case.number},
        {"label": _("Country"), "value": country_label(case.jurisdiction)},
        {"label": _("Led by"), "value": ", ".join(str(row.user) for row in leads.select_related("user"))},
        {"label": _("Waiting since"), "value": words.day(case.waiting_since) if case.waiting_since else ""},
        {"label": _("File number"), "value": opened.content.reference},
    ]
    said = [fact for fact in facts if fact["value"]]
    asked = lawview.fact_fields(case.jurisdiction)
    return (
        *said,
        *(
            {"label": fact_label(f.key), "value": fact_value(case.attributes.get(f.key))}
            for f in asked
            if f.key != "region"
        ),
    )


def fact_value(value: object) -> str:
    """Return a fact in words; empty when it is not known."""
    if isinstance(value, bool):
        return pgettext("a fact", "yes") if value else pgettext("a fact", "no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value or "")
    if text == "other":
        return _("another")
    return country_label(text) if len(text) == 3 and text.isupper() else text


def _proceeding_lines(opened: OpenCase) -> tuple[Mapping[str, str], ...]:
    return tuple(
        {
            "title": str(Proceeding.Kind(row.kind).label),
            "forum": content.forum,
            "judge": content.judge,
            "number": content.file_number,
            "url": reverse("proceeding_edit", kwargs={"case": row.case_id, "proceeding": row.pk}),
        }
        for row, content in proceedings_of(opened)
    )


class _Links:
    """Where to go to settle or record something; no links for whoever may not write."""

    def __init__(self, opened: OpenCase, timeline: TimelineView) -> None:
        self.case = opened.case.pk
        self.may_write = opened.may("write")
        self.events = timeline.events

    def duty(self, duty: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a duty with a link that records what would meet it."""
        acts = duty["acts"]
        if not self.may_write or not acts or duty["displaced_by"]:
            return duty
        if duty["standing"] not in ("running", "missed", "undetermined", "suspended"):
            return duty
        label = _("Record: %(event)s") % {"event": event_label(acts[0])}
        return {**duty, "action": label, "action_url": self._add(acts[0])}

    def unknown(self, unknown: lawview.Unknown) -> Mapping[str, str]:
        """Return a missing fact with a link to the form where it is said."""
        is_fact = unknown.kind == "person"
        text = _("Not known: %(fact)s.") % {"fact": fact_label(unknown.key)} if is_fact else unknown.text
        row = {"text": text, "rules": ", ".join(unknown.rules)}
        if self.may_write and (link := self._settles(unknown)):
            row["url"], row["action"] = link
        return row

    def _settles(self, unknown: lawview.Unknown) -> tuple[str, str] | None:
        if unknown.kind == "person":
            address = reverse("case_facts", kwargs={"case": self.case})
            return f"{address}#id_{unknown.key}", _("Say it")
        if not unknown.events:
            return None
        there = [row for row in self.events if row.name in unknown.events]
        if there and unknown.kind not in ("when", "regime"):
            address = reverse("event_edit", kwargs={"case": self.case, "event": there[-1].pk})
            field = {"date": "on", "time": "time"}.get(unknown.kind, f"d-{unknown.key}" if unknown.key else "on")
            return f"{address}#id_{field}", _("Complete the event")
        return self._add(unknown.events[0]), _("Add the event")

    def _add(self, event: str) -> str:
        return f"{reverse('event_add', kwargs={'case': self.case})}?{urlencode({'event': event})}"
