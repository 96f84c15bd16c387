"""Forms of access: who is given the key of a case, until when; broken glass."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asylon.desk.models import Role, User

ROLES_SAY = {
    Role.LEAD: _("reads, writes, decides who sees the case, may close and destroy it"),
    Role.MEMBER: _("reads and writes"),
    Role.READER: _("reads everything and changes nothing"),
    Role.INTERPRETER: _("sees only the card: name, language, safe contact, appointments"),
    Role.ACCOMPANIER: _("sees only the card: name, language, safe contact, appointments"),
}


class GiveForm(forms.Form):
    """Gives the key of a case to a colleague in a role, for good or until a day."""

    user = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), empty_label=_("Choose …"))
    role = forms.ChoiceField(label=_("As"), choices=Role.choices, initial=Role.MEMBER)
    until = forms.DateField(
        label=_("Until and including, if it shall end"),
        required=False,
        error_messages={"invalid": _("This is no day; write it as 2026-03-24.")},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, colleagues: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]

    def clean_until(self) -> datetime | None:
        """Return the end of the chosen day; refuse a day that is over."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over; choose a later one, or leave it empty."))
        end = datetime.combine(day + timedelta(days=1), time.min)
        return timezone.make_aware(end)


class GlassForm(forms.Form):
    """Opens a case in an emergency."""

    number = forms.CharField(label=_("Number of the case"), max_length=20)
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        min_length=10,
        help_text=_("The leads of the case read it at once."),
        error_messages={"min_length": _("Say in a sentence why this cannot wait; the leads will read it.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
