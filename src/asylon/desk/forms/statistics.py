"""Forms of counts: what is counted, what for, and the stories told with them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asylon.desk.content import StoryContent
from asylon.desk.selectors.releasewords import DIMENSION_LABELS
from asylon.desk.services.releases import ReleaseDraft

NO_DAY = {"invalid": _("This is no day; write it as 2026-03-24.")}
BREAKDOWNS = list(DIMENSION_LABELS.items())


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, error_messages=NO_DAY, widget=forms.DateInput(attrs={"type": "date"}))


class DraftForm(forms.Form):
    """What is counted: a name, the days, and by what; or everything of the yearly report."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("It is shown outside and in the reasons of the guard. Name nobody.")
    )
    first = _day(_("First day"))
    last = _day(_("Last day"))
    by = forms.ChoiceField(
        label=_("Broken down by"), required=False, choices=[("", _("everything of a yearly report")), *BREAKDOWNS]
    )
    across = forms.ChoiceField(label=_("and by"), required=False, choices=[("", _("nothing else")), *BREAKDOWNS])

    def clean(self) -> dict[str, Any]:
        """Return the values; refuse a second breakdown without a first."""
        given = super().clean() or {}
        if given.get("across") and not given.get("by"):
            self.add_error("by", _("Choose the first breakdown, too."))
        return given

    @property
    def draft(self) -> ReleaseDraft:
        """Return what a valid form asks for."""
        given = self.cleaned_data
        by = tuple(given[name] for name in ("by", "across") if given[name])
        return ReleaseDraft(given["name"], given["first"], given["last"], by)


class AskForm(forms.Form):
    """Why counts shall leave the desk, and to whom."""

    purpose = forms.CharField(
        label=_("What for"), max_length=200, help_text=_("Kept with it, readable. Name no client.")
    )
    recipient = forms.CharField(label=_("Who gets it"), max_length=200)


class StoryForm(forms.Form):
    """A story with the written consent it rests on."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Story"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Change names, places, dates and whatever else could betray somebody, also to the state of origin."
        ),
    )
    year = forms.IntegerField(label=_("For the report of"), min_value=2000, max_value=2100)
    consent_on = _day(_("Consent given in writing on"))
    held_by = forms.CharField(label=_("Who holds the paper"), max_length=120)
    has_consent = forms.BooleanField(
        label=_("The person read this text, or it was read to them in their language, and signed that it may be told.")
    )

    def clean_consent_on(self) -> Any:
        """Return the day; refuse one that is to come."""
        day = self.cleaned_data["consent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    @property
    def content(self) -> StoryContent:
        """Return the story of a valid form."""
        given = self.cleaned_data
        text = given["text"].replace("\r\n", "\n")
        return StoryContent(given["title"], text, given["consent_on"].isoformat(), given["held_by"])
