"""Forms of a family: relations, and who joins it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from asylon.desk.models import Kinship

People = Iterable[tuple[UUID, str]]


class RelationForm(forms.Form):
    """What one person is to another."""

    person = forms.ChoiceField(label=_("Person"))
    kind = forms.ChoiceField(label=_("is"), choices=Kinship.choices)
    other = forms.ChoiceField(label=_("of, to or for"))

    def __init__(self, *args: Any, people: People, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(person), name) for person, name in people]
        for name in ("person", "other"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

        self.fields["other"].initial = choices[1][0] if len(choices) > 1 else None

    def clean(self) -> dict[str, Any]:
        """Refuse a relation of somebody to themselves."""
        given = super().clean() or {}
        if given.get("person") and given.get("person") == given.get("other"):
            self.add_error("other", gettext("Choose two different people."))
        return given


class NumberForm(forms.Form):
    """From which case somebody joins the family."""

    number = forms.CharField(
        label=_("Number of the case"), max_length=12, help_text=_("The case of the person who belongs to the family.")
    )


class ChoosePeople(forms.Form):
    """Which people of a case."""

    people = forms.MultipleChoiceField(
        label=_("People of this case"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(self, *args: Any, people: People, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(person), name) for person, name in people]
