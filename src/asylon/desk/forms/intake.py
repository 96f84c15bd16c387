"""An enquiry as one screen: who calls, for whom, what happened, how to reach them, and what we decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from asylon.desk import law, lawview
from asylon.desk.content import SafeContact
from asylon.desk.forms import choices
from asylon.desk.forms.dates import DateField
from asylon.desk.forms.groups import Row, Sheet
from asylon.desk.forms.people import BornField, SafeForm
from asylon.desk.models import Case, Kinship, Part
from asylon.desk.selectors.enquiries import person_of_row
from asylon.desk.services.conflicts import sponsor_words, threat_words
from asylon.desk.services.intake import OWN_CASE, FirstEvent, Intake, IntakePerson
from asylon.desk.words import event_choices, reader_language, value_choices

URGENCIES = (
    ("", _("not urgent")),
    ("days", _("a term ends within days")),
    ("detained", _("detained")),
    ("removal", _("removal is near")),
    ("danger", _("in danger today")),
)
DECISIONS = (
    ("", "–"),
    ("none", _("No conflict: the matches are others, or known and harmless")),
    ("separate", _("Go on, with separate teams")),
    ("refuse", _("Refuse because of a conflict")),
)
PARTS = (
    (Part.DEPENDANT.value, _("Dependant in the first case")),
    (OWN_CASE, _("Case of their own")),
    (Part.RELATIVE.value, _("Relative, does not apply")),
    (Part.OPPONENT.value, _("Opponent")),
    (Part.WITNESS.value, _("Witness")),
)
THREATS = (Kinship.THREATENS, Kinship.THREATENED)


def event_groups() -> list[tuple[str, Any]]:
    """Return all events to choose from, the empty choice first."""
    return [("", "–"), *event_choices()]


def procedures() -> list[tuple[str, Any]]:
    """Return all procedures to choose from; the empty choice leaves it to the law of the country."""
    values = next(field.values for field in lawview.event_fields("lodged") if field.key == "procedure")
    return [("", _("usual for the country")), *value_choices("procedure", values)]


class PersonRow(Row):
    """Somebody named at intake; the first row is the applicant."""

    main = "name"
    open_codes = ("nationality", "language")
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    native = forms.CharField(label=_("Name in their own script"), required=False, max_length=200)
    born = BornField()
    nationality = forms.ChoiceField(label=_("Nationality"), required=False, choices=choices.countries)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=choices.languages)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=80)
    number = forms.CharField(label=_("Number of a paper or file"), required=False, max_length=80)
    relation = forms.ChoiceField(
        label=_("Is to the first person"), required=False, choices=[("", "–"), *Kinship.choices]
    )
    part = forms.ChoiceField(label=_("Takes part as"), required=False, choices=PARTS)

    def clean(self) -> dict[str, Any]:
        """Take the name in their own script for the name, and keep who threatens out of our own cases."""
        given = super().clean()
        said = [key for key in ("born", "nationality", "phone", "number", "relation") if given.get(key)]
        if not given.get("name") and not given.get("native") and said:
            self.add_error("name", gettext("Write a name, or what the person is called; or empty the row."))
        if given.get("relation") in THREATS and given.get("part") in ("", OWN_CASE, Part.DEPENDANT.value):
            words = gettext(
                "They are on opposite sides: enter this person as opponent, and let another team take their case."
            )
            self.add_error("part", words)
        return given

    @property
    def given(self) -> dict[str, Any] | None:
        """Return what the row says, None for an empty row."""
        cleaned: dict[str, Any] = getattr(self, "cleaned_data", {})
        return cleaned if cleaned.get("name") or cleaned.get("native") else None


class EventRow(Row):
    """Something that happened already."""

    main = "name"
    beside = ("on",)
    lacks = _("Choose what happened on that day, or empty the row.")
    name = forms.ChoiceField(label=_("What happened"), required=False, choices=event_groups)
    on = DateField(label=_("When"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False, choices=procedures)
    is_for_all = forms.BooleanField(label=_("In every case that is opened"), required=False)

    def clean_on(self) -> str:
        """Return the date as given; ValidationError when it is none."""
        text = str(self.cleaned_data["on"]).strip()
        if text:
            try:
                law.as_date(text)
            except ValueError:
                raise ValidationError(_("No date. Write 2026-03-24, 2026-03 or 2026.")) from None
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse an event without a date."""
        given = super().clean()
        if given.get("name") and not given.get("on") and "on" not in self.errors:
            self.add_error("on", gettext("Write when it happened; a month or a year is enough."))
        return given


class EnquiryForm(forms.Form):
    """What is asked once."""

    caller = forms.CharField(
        label=_("Who calls"),
        required=False,
        max_length=300,
        help_text=_("Name, and what they are to the person: herself, a brother, a prison chaplain."),
    )
    country = forms.ChoiceField(label=_("Country of asylum"), required=False, choices=choices.jurisdictions)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False, choices=URGENCIES)
    account = forms.CharField(
        label=_("What happened"), required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 5})
    )
    are_opposed = forms.BooleanField(label=_("Interests inside this family may be opposed"), required=False)
    consent = forms.BooleanField(label=_("The person agrees that we keep what is written here"), required=False)


class DecisionForm(forms.Form):
    """What follows from the conflict check, and from the enquiry."""

    decision = forms.ChoiceField(label=_("Decision on the conflict check"), required=False, choices=DECISIONS)
    why = forms.CharField(
        label=_("Reason of this decision"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Reason, if the enquiry is refused or referred"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is sealed, and found again when somebody asks for the same person."),
    )


class IntakeSheet(Sheet):
    """The whole screen."""

    order = ("enquiry", "people", "events", "safe", "decision")
    forms_of: ClassVar[Mapping[str, type[forms.Form]]] = {
        "enquiry": EnquiryForm,
        "safe": SafeForm,
        "decision": DecisionForm,
    }
    rows_of: ClassVar[Mapping[str, type[Row]]] = {"people": PersonRow, "events": EventRow}

    def is_valid(self) -> bool:
        """Tell whether cases can be opened from it; every fault is found at once."""
        self.check()
        enquiry = self["enquiry"]
        asked = enquiry.cleaned_data
        if not asked.get("country"):
            enquiry.add_error("country", gettext("Choose the country where asylum is asked for."))
        if not asked.get("consent"):
            enquiry.add_error("consent", gettext("Ask for it: without it no case can be opened."))
        if not self.given("people"):
            self.other.append(gettext("Write down at least one person."))
        self.other += self._event_faults(str(asked.get("country", "")))
        return not self.wrong()

    def check(self) -> None:
        """Read everything that was typed, without asking whether it is enough."""
        super().is_valid()

    def _event_faults(self, country: str) -> list[str]:
        events = [law.plain_event(row["on"], row["name"], {}) for row in self.given("events") if row.get("on")]
        if not events or not country:
            return []
        faults = law.event_faults(Case(number="enquiry", jurisdiction=country, attributes={}), events)
        words = reader_language()
        return [lawview.fault_beside(fault, words) for fault in faults]

    def decision_faults(self, *, has_matches: bool) -> None:
        """Add what is missing of the decision that matches, or a conflict inside the family, ask for."""
        form = self["decision"]
        decision, why = form.cleaned_data.get("decision"), str(form.cleaned_data.get("why", "")).strip()
        if decision == "refuse":
            form.add_error("decision", gettext("You decided to refuse: write the reason below and press Refuse."))
        elif (has_matches or self.inside()) and not decision:
            form.add_error("decision", gettext("The check found something: say what you decide."))
        elif decision and not why:
            form.add_error("why", gettext("Write in a sentence why; it is sealed."))

    def keeping_faults(self) -> None:
        """Add what is missing for refusing or referring: somebody's name, and the reason."""
        if not self.given("people"):
            self.other.append(gettext("Write down at least one person, else nobody finds this enquiry again."))
        form = self["decision"]
        if not str(form.cleaned_data.get("reason", "")).strip():
            form.add_error("reason", gettext("Write in a sentence why; it is sealed and kept with the enquiry."))

    def inside(self) -> tuple[str, ...]:
        """Return in sentences the conflicts between the people of this enquiry; empty when there is none."""
        rows = self.given("people")
        first = _called(rows[0]) if rows else ""
        found = []
        for row in rows[1:]:
            name, relation = _called(row), row.get("relation")
            if relation in THREATS:
                found.append(threat_words(*((name, first) if relation == Kinship.THREATENS else (first, name))))
            if relation == Kinship.SPONSOR and row.get("part") == Part.OPPONENT:
                found.append(sponsor_words(name))
        if self["enquiry"].cleaned_data.get("are_opposed") and len(rows) > 1:
            found.append(gettext("The interests inside this family may be opposed."))
        return tuple(found)

    def intake(self) -> Intake:
        """Return the intake that a right sheet describes."""
        asked, decided = self["enquiry"].cleaned_data, self["decision"].cleaned_data
        safe = SafeContact(**self["safe"].cleaned_data)
        rows = self.given("people")
        first = IntakePerson(person_of_row(rows[0], safe), Part.APPLICANT)
        others = [
            IntakePerson(person_of_row(row), row["part"] or Part.DEPENDANT.value, row["relation"]) for row in rows[1:]
        ]
        return Intake(
            jurisdiction=asked["country"],
            people=(first, *others),
            events=tuple(FirstEvent(**row) for row in self.given("events")),
            caller=asked["caller"],
            account=asked["account"],
            urgency=str(dict(URGENCIES)[asked["urgency"]]) if asked["urgency"] else "",
            are_opposed=asked["are_opposed"],
            decision=decided["decision"],
            decision_words=str(dict(DECISIONS)[decided["decision"]]),
            decision_reason=decided["why"],
        )


def _called(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("native"))
