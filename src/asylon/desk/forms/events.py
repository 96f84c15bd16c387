"""Forms of events: which event, then only the details that this event has; proceedings; supposed events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from asylon.desk import law, lawview
from asylon.desk.content import ProceedingContent
from asylon.desk.forms.dates import DateField
from asylon.desk.models import Event, Paper, Proceeding
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.timeline import papers_of, proceedings_of
from asylon.desk.services.events import EventDraft, draft_faults
from asylon.desk.words import detail_label, event_choices, event_label, reader_language, value_choices, value_label

# What has a place of its own on the form, or is said by the date itself.
APART = frozenset({"time", "wording", "note", "precision"})
# Of the details that every event may have, those that are shown without asking for more.
NEAR = ("procedure", "body", "place")
PREFIX = "d-"
DATE_HELP = _(
    "A day, a month, a year or a range: 2026-03-24, 24.3.2026, 2026-03, 2026, 2026-03-01/2026-03-15, before 2026-03."
)
_FIELD = re.compile(r"field '(\w+)'$")


class EventForm(forms.Form):
    """One event: its date, the details that this kind of event has, and where it was taken from.

    A new one is chosen on the form itself: `shown` says whose details it asks for, and no `name` means none yet.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    event = forms.ChoiceField(label=_("What happened"), widget=forms.Select(attrs={"data-asks": "asked"}))
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    on = DateField(label=_("Date"), help_text=DATE_HELP)
    time = forms.CharField(
        label=_("Time of day"),
        required=False,
        max_length=5,
        widget=forms.TextInput(attrs={"placeholder": "09:30", "inputmode": "numeric"}),
        help_text=_("Only where the hour matters, such as detention."),
    )
    wording = forms.CharField(
        label=_("As the person or the paper says it"), required=False, max_length=400,
        help_text=_("“around the olive harvest”, “served by the guard at night”"),
    )  # fmt: skip
    paper_note = forms.CharField(
        label=_("From which paper"), required=False, max_length=200, help_text=_("Decision 114, page 2")
    )
    paper = forms.ChoiceField(label=_("The paper itself"), required=False)
    proceeding = forms.ChoiceField(label=_("Proceeding"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        *args: Any,
        opened: OpenCase,
        name: str,
        others: Sequence[Event],
        event: Event | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.opened, self.name, self.row, self.others = opened, name, event, others
        self._choose_event()
        self.papers = {str(row.pk): row for row, _content in papers_of(opened) if row.removed_at is None}
        self._choose_paper_and_proceeding(opened)
        kept = self.initial.get("details", {}) if event else self._expected(opened.case.jurisdiction)
        asked = lawview.event_fields(name) if name else ()
        self._details = [field for field in asked if field.key not in APART]
        for field in self._details:
            made = _detail_field(field, kept.get(field.key, ""), others)
            if name == "term_extended" and field.key == "of":
                made = _rule_field(opened, others, kept.get("of", ""))
            self.fields[PREFIX + field.key] = made

    def _choose_event(self) -> None:
        if self.row is not None:
            del self.fields["event"], self.fields["shown"]
            return
        self.fields["event"].choices = [("", _("Choose …")), *event_choices()]  # type: ignore[attr-defined]
        self.initial.update(event=self.name, shown=self.name)

    def _expected(self, jurisdiction: str) -> dict[str, str]:
        """Return the details that a new event most likely has; they are preselected, never added unseen."""
        if not self.name:
            return {}
        earlier = [law.plain_event(row.on, row.name, row.details) for row in self.others]
        return {"procedure": law.usual_procedure(jurisdiction, self.name, earlier)}

    def _choose_paper_and_proceeding(self, opened: OpenCase) -> None:
        titles = [(str(row.pk), content.title) for row, content in papers_of(opened) if row.removed_at is None]
        self.fields["paper"].choices = [("", _("none")), *titles]  # type: ignore[attr-defined]
        rows = proceedings_of(opened)
        self.proceedings = {str(row.pk): row for row, _content in rows}
        names = [(str(row.pk), proceeding_name(row, content)) for row, content in rows]
        self.fields["proceeding"].choices = [("", _("by the kind of event")), *names]  # type: ignore[attr-defined]

    @property
    def near_fields(self) -> list[BoundField]:
        """Return the details of this event that are shown at once."""
        return [self[PREFIX + field.key] for field in self._details if field.is_own or field.key in NEAR]

    @property
    def more_fields(self) -> list[BoundField]:
        """Return the details that every event may have."""
        return [self[PREFIX + field.key] for field in self._details if not field.is_own and field.key not in NEAR]

    @property
    def has_more(self) -> bool:
        """Tell whether one of the further details is said or wrong, so that they must be open."""
        return any(field.value() or field.errors for field in self.more_fields)

    def clean(self) -> dict[str, Any]:
        """Check the event against the words of the law and the rest of the timeline; every fault at its field."""
        given = super().clean() or {}
        if not self.name or "on" not in given:
            return given
        for fault in draft_faults(self.opened, self.draft, without=self.row):
            found = _FIELD.search(fault.place)
            key = found[1] if found else ""
            place = key if key in ("on", "time") else PREFIX + key
            text = lawview.fault_beside(fault, reader_language())
            self.add_error(place if place in self.fields else None, text)
        return given

    @property
    def draft(self) -> EventDraft:
        """Return the event as it was typed."""
        given = self.cleaned_data
        details = {field.key: str(given.get(PREFIX + field.key) or "").strip() for field in self._details}
        details["time"] = given.get("time", "").strip()
        return EventDraft(
            name=self.name,
            on=given["on"].strip(),
            details={key: value for key, value in details.items() if value},
            wording=given.get("wording", "").strip(),
            note=given.get("note", "").strip(),
            paper_note=given.get("paper_note", "").strip(),
            proceeding=self.proceedings.get(given.get("proceeding", "")),
        )

    @property
    def chosen_paper(self) -> Paper | None:
        """Return the uploaded paper that shows the event, None when none was chosen."""
        return self.papers.get(self.cleaned_data.get("paper", ""))


def _detail_field(field: lawview.DetailField, kept: str, others: Sequence[Event]) -> forms.Field:
    label = detail_label(field.key)
    if field.type == "choice":
        choices = [("", _("not said")), *value_choices(field.key, field.values)]
        if kept and kept not in field.values:
            choices.append((kept, value_label(field.key, kept)))
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=kept)
    if field.type == "reference":
        return forms.ChoiceField(label=label, choices=reference_choices(others, kept), required=False, initial=kept)
    if field.type == "date":
        known = _now("A date as it is known: 2026-03-24, 2026-03.")
        return DateField(label=label, required=False, initial=kept, help_text=known)
    made = forms.CharField(label=label, required=False, max_length=300, initial=kept)
    if field.type == "number":
        made.widget.attrs["inputmode"] = "numeric"
    elif field.key == "state":
        made.help_text = _now("Only when it happened in another state: its two letters, such as de.")
    return made


def _rule_field(opened: OpenCase, others: Sequence[Event], kept: str) -> forms.Field:
    """Return a choice of the terms of the state in this case, which its notice may lengthen."""
    terms = lawview.terms_of_state(
        opened.case,
        [law.plain_event(row.on, row.name, row.details) for row in others],
        on=timezone.localdate(),
        words=reader_language(),
    )
    choices = [("", _("not said")), *((rule, f"{title} ({rule})") for rule, title in terms)]
    if kept and kept not in dict(choices):
        choices.append((kept, kept))
    return forms.ChoiceField(label=_("Which term"), choices=choices, required=False, initial=kept)


def reference_choices(others: Sequence[Event], kept: str = "") -> list[tuple[str, Any]]:
    """Return the earlier events that a paper may concern, decisions first, in the plain form that the law reads."""
    kinds = law.event_kinds()
    decisions: dict[str, str] = {}
    further: dict[str, str] = {}
    for row in others:
        if kinds[row.name].decides and law.is_day(row.on):
            decisions[f"decision of {row.on}"] = _of_day(row)
        else:
            (decisions if kinds[row.name].decides else further)[row.name] = event_label(row.name)
    choices: list[tuple[str, Any]] = [("", _("not said"))]
    for group, found in ((_("Decisions of this case"), decisions), (_("Other events of this case"), further)):
        if found:
            choices.append((str(group), list(found.items())))
    if kept and kept not in decisions and kept not in further:
        choices.append((kept, event_label(kept) if kept in kinds else kept))
    return choices


def _of_day(row: Event) -> str:

    day = reader_language().day(row.earliest) if row.earliest else row.on
    outcome = value_label("outcome", row.details.get("outcome", ""))
    return f"{event_label(row.name)}, {day}" + (f" ({outcome})" if outcome else "")


def proceeding_name(row: Proceeding, content: ProceedingContent) -> str:
    """Return a proceeding as a list shows it: its kind, and the forum where one is known."""
    return f"{row.get_kind_display()}: {content.forum}" if content.forum else row.get_kind_display()


class ProceedingForm(forms.Form):
    """One course of the case before an office, court or committee."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Proceeding.Kind.choices)
    forum = forms.CharField(label=_("Office, court or committee"), max_length=200, required=False)
    judge = forms.CharField(label=_("Judge or officer"), max_length=200, required=False)
    file_number = forms.CharField(label=_("File number"), max_length=120, required=False)
    follows = forms.ChoiceField(label=_("Follows on"), required=False)

    def __init__(self, *args: Any, others: Iterable[tuple[Proceeding, ProceedingContent]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.others: Mapping[str, Proceeding] = {str(row.pk): row for row, _content in others}
        names = [(str(row.pk), proceeding_name(row, content)) for row, content in others]
        self.fields["follows"].choices = [("", _("none")), *names]  # type: ignore[attr-defined]

    @property
    def content(self) -> ProceedingContent:
        """Return what is sealed about the proceeding."""
        given = self.cleaned_data
        return ProceedingContent(given["forum"].strip(), given["judge"].strip(), given["file_number"].strip())

    @property
    def followed(self) -> Proceeding | None:
        """Return the proceeding that this one follows, None when none was chosen."""
        return self.others.get(self.cleaned_data["follows"])


class SupposedForm(forms.Form):
    """One supposed event. Only words of the vocabulary and dates: it stands in an address."""

    event = forms.ChoiceField(label=_("Suppose that"), required=False)
    on = DateField(label=_("On"), required=False, help_text=_("A date as it is known: 2026-03-24, 2026-03."))

    def __init__(self, *args: Any, others: Sequence[Event] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["event"].choices = [("", _("Choose …")), *event_choices()]  # type: ignore[attr-defined]
        name = str(self["event"].value() or "")
        self._keys = []
        for field in lawview.event_fields(name) if name in law.event_kinds() else ():
            if (field.is_own and field.type in ("choice", "reference")) or field.key == "procedure":
                self.fields[PREFIX + field.key] = _detail_field(field, "", others)
                self._keys.append(field.key)

    @property
    def detail_fields(self) -> list[BoundField]:
        """Return the details of the chosen event that are chosen from lists."""
        return [self[PREFIX + key] for key in self._keys]

    def clean(self) -> dict[str, Any]:
        """Refuse an event without a date, and a date that is none."""
        given = super().clean() or {}
        if given.get("event") and not given.get("on") and "on" not in self.errors:
            self.add_error("on", _now("Say on which day it would happen."))
        if given.get("on"):
            try:
                law.as_date(given["on"])
            except ValueError:
                self.add_error("on", ValidationError(_now("This is no date; write it as 2026-03-24 or 2026-03.")))
        return given

    @property
    def plain(self) -> dict[str, Any] | None:
        """Return the event as the law reads it, None for an empty or faulty row."""
        given = getattr(self, "cleaned_data", {})
        if self.errors or not given.get("event"):
            return None
        details = {key: given[PREFIX + key] for key in self._keys if given.get(PREFIX + key)}
        return law.plain_event(given["on"].strip(), given["event"], details)
