"""The filter of the board, and the name of a saved view."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from asylon.desk import law
from asylon.desk.models import Section, User
from asylon.desk.selectors.board import FAMILIES, SECTIONS, BoardFilter
from asylon.desk.templatetags.desk_parts import BEARERS
from asylon.desk.words import country_label

SCOPES = (("mine", _("My cases")), ("team", _("Cases of my team")), ("all", _("All I may see")))
DAYS = ("7", "14", "30", "90", "365")
SECTION_NAMES = {**dict(Section.choices), FAMILIES: _("Families about to be split")}


class BoardForm(forms.Form):
    """What of the board is shown. Nothing in it names a person we act for, so that it may stand in an address."""

    scope = forms.ChoiceField(label=_("Whose"), choices=SCOPES, required=False)
    section = forms.ChoiceField(label=_("Section"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    days = forms.ChoiceField(label=_("Days ahead"), required=False)
    bearer = forms.ChoiceField(label=_("Owed by"), required=False)
    lead = forms.ChoiceField(label=_("Lead"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        countries = sorted(((code, country_label(code)) for code in law.countries()), key=lambda pair: pair[1])
        colleagues = User.objects.filter(is_active=True, is_administrator=False).order_by("display_name", "username")
        self._offer("section", _("All"), [(key, SECTION_NAMES[key]) for key in SECTIONS])
        self._offer("country", _("All"), countries)
        self._offer("days", pgettext_lazy("days ahead", "as usual"), [(days, days) for days in DAYS])
        self._offer("bearer", _("All"), [(key, BEARERS[key]) for key in BEARERS])
        self._offer("lead", _("All"), [(str(user.pk), str(user)) for user in colleagues])

    def _offer(self, name: str, none: Any, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", none), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> BoardFilter:
        """Return the filter; what is not understood is left out."""
        self.is_valid()
        given = {key: value for key, value in self.cleaned_data.items() if value}
        for key in ("days", "lead"):
            if key in given:
                given[key] = int(given[key])
        return BoardFilter(**given)


def query_of(chosen: BoardFilter) -> str:
    """Return a filter as the parameters of an address: only what is known, only what differs from the usual."""
    usual = BoardFilter()
    names = ("scope", "section", "country", "days", "bearer", "lead")
    given = {name: getattr(chosen, name) for name in names}
    return urlencode({name: value for name, value in given.items() if value and value != getattr(usual, name)})


class ViewForm(forms.Form):
    """The name under which a filter is kept."""

    name = forms.CharField(
        label=_("Name of the view"), max_length=60, help_text=_("Name no person: the name itself is not sealed.")
    )
