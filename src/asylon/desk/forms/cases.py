"""Forms of the case: its filter, heading, facts, and the number that one types before it is destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from asylon.desk import law, lawview
from asylon.desk.models import Team
from asylon.desk.selectors.caselist import CaseFilter
from asylon.desk.words import country_label, fact_label

STATES = (("open", pgettext_lazy("cases", "Open")), ("closed", _("Closed")), ("all", _("Open and closed")))
YES_NO = (
    ("", pgettext_lazy("a fact", "not known")),
    ("yes", pgettext_lazy("a fact", "yes")),
    ("no", pgettext_lazy("a fact", "no")),
)


class FilterForm(forms.Form):
    """What of the cases is shown. It holds nothing that names a person, so that it may stand in an address."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(label=_("State of the file"), choices=STATES, required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = sorted(((code, country_label(code)) for code in law.countries()), key=lambda pair: pair[1])
        self.fields["country"].choices = [("", _("All")), *named]  # type: ignore[attr-defined]
        teams = [(str(team.pk), team.name) for team in Team.objects.order_by("name")]
        self.fields["team"].choices = [("", _("All")), *teams]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> CaseFilter:
        """Return the filter; what is not understood is left out."""
        self.is_valid()
        given = self.cleaned_data
        return CaseFilter(given.get("country", ""), given.get("state") or "open", given.get("team", ""))


class HeadingForm(forms.Form):
    """Heading, summary and file number of a case, and the team that looks after it."""

    title = forms.CharField(label=_("Heading"), max_length=200, required=False)
    reference = forms.CharField(label=_("File number of the authority"), max_length=120, required=False)
    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea, required=False)
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=_("none"),
        help_text=_("A team looks after a case together; it gives nobody access."),
    )


class FactsForm(forms.Form):
    """What the law of the country asks about the person: yes, no, or not known."""

    def __init__(self, *args: Any, jurisdiction: str, attributes: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = lawview.fact_fields(jurisdiction)
        for fact in self.asked:
            self.fields[fact.key] = _fact_field(fact, attributes.get(fact.key))

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts as the law reads them, None for what is not known."""
        given = self.cleaned_data
        return {fact.key: _plain(fact, given[fact.key]) for fact in self.asked}


def _fact_field(fact: lawview.FactField, known: Any) -> forms.Field:
    label = fact_label(fact.key)
    if fact.type == "yes_no":
        initial = {True: "yes", False: "no"}.get(known, "")
        return forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, required=False, initial=initial)
    if fact.type == "list":
        return forms.MultipleChoiceField(
            label=label,
            choices=[(value, value) for value in fact.values],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=known or [],
        )
    if fact.values:
        choices = [("", _("not known")), *((value, country_label(value)) for value in fact.values)]
        choices.append(("other", _("another")))
        if known and known not in dict(choices):
            choices.append((known, country_label(known)))
        text = _("Where the person's own page says it, that counts.") if fact.key == "nationality" else ""
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=known or "", help_text=text)
    help_text = _("Such as BE or ENG; leave it empty when the country has one calendar.")
    return forms.RegexField(
        label=label,
        regex=r"^[A-Z0-9]{1,3}$",
        required=False,
        initial=known or "",
        help_text=help_text,
        error_messages={"invalid": _("Write the short sign of the region in capitals, such as BE.")},
    )


def _plain(fact: lawview.FactField, given: Any) -> Any:
    if fact.type == "yes_no":
        return {"yes": True, "no": False}.get(given)
    return given or None


class NumberForm(forms.Form):
    """The number of the case, typed by whoever is about to destroy it."""

    number = forms.CharField(label=_("Write the number of the case"), max_length=20)

    def __init__(self, *args: Any, number: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._wanted = number
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_number(self) -> str:
        """Refuse any other number."""
        given: str = self.cleaned_data["number"].strip().upper()
        if given != self._wanted:
            raise forms.ValidationError(_("This is not the number of this case; look at it once more."))
        return given
