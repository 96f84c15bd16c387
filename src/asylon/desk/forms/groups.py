"""Several forms and groups of rows that repeat, filled in and checked as one.

A group works without script: the button "add" sends the form, and the same page comes back with one row more and
everything that was typed. A row whose main field is empty is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

MOST_ROWS = 40
_CODE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LOST = _("A part of this page was not sent. Open the page again and repeat the last step.")
Data = MultiValueDict[str, Any]


class Row(forms.Form):
    """One row of a group. `main` is the field without which there is no row; `beside` may not stand without it."""

    main: ClassVar[str]
    beside: ClassVar[tuple[str, ...]] = ()
    lacks: ClassVar[Any] = _("Fill this in, or empty the row.")
    # Choices of codes that may hold another code of long ago, or of another desk.
    open_codes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.open_codes:
            kept, field = str(self[name].value() or ""), self.fields[name]
            if isinstance(field, forms.ChoiceField) and _CODE.fullmatch(kept) and not field.valid_value(kept):
                known: Any = field.choices
                field.choices = [*known, (kept, kept)]

    def clean(self) -> dict[str, Any]:
        """Refuse a row that says something and lacks its main field."""
        given = super().clean() or {}
        if not given.get(self.main) and self.main not in self.errors and any(given.get(name) for name in self.beside):
            self.add_error(self.main, self.lacks)
        return given

    @property
    def given(self) -> dict[str, Any] | None:
        """Return what the row says, None for an empty row."""
        cleaned: dict[str, Any] = getattr(self, "cleaned_data", {})
        return cleaned if cleaned.get(self.main) else None


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault: where it is, how the field is called, and the sentence."""

    anchor: str
    label: str
    text: str


class Sheet:
    """Forms and groups that make one page; `data` is what was sent, `initial` what is there by prefix."""

    forms_of: ClassVar[Mapping[str, type[forms.Form]]]
    rows_of: ClassVar[Mapping[str, type[Row]]]
    order: ClassVar[tuple[str, ...]]  # of the page, by prefix

    def __init__(self, data: Data | None = None, initial: Mapping[str, Any] | None = None) -> None:
        known = initial or {}
        self.forms = {
            prefix: form(data=data, prefix=prefix, initial=known.get(prefix)) for prefix, form in self.forms_of.items()
        }
        self.groups = {prefix: self._group(prefix, data, known.get(prefix)) for prefix in self.rows_of}
        self.other: list[str] = []

    def _group(self, prefix: str, data: Data | None, initial: Any) -> BaseFormSet[Row]:
        rows = list(initial or ())
        kind = formset_factory(
            self.rows_of[prefix], extra=0 if rows else 1, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
        )
        return kind(data=data, prefix=prefix, initial=rows, error_messages={"missing_management_form": str(_LOST)})

    def __getitem__(self, prefix: str) -> Any:
        """Return a form or a group by its prefix."""
        return self.forms[prefix] if prefix in self.forms else self.groups[prefix]

    @classmethod
    def typed(cls, data: Data, *, add: str = "") -> Sheet:
        """Return the sheet as it was typed and unchecked, with one more row in the group `add`."""
        bound = cls(data)
        initial: dict[str, Any] = {prefix: _as_typed(form) for prefix, form in bound.forms.items()}
        for prefix, group in bound.groups.items():
            initial[prefix] = [_as_typed(row) for row in group.forms] + [{}] * (prefix == add)
        return cls(initial=initial)

    def is_valid(self) -> bool:
        """Tell whether all forms and rows are right; every one is checked."""
        forms_right = [form.is_valid() for form in self.forms.values()]
        groups_right = [group.is_valid() for group in self.groups.values()]
        return all((*forms_right, *groups_right))

    def given(self, prefix: str) -> list[dict[str, Any]]:
        """Return what the filled rows of a group say, in order."""
        return [given for row in self.groups[prefix].forms if (given := row.given) is not None]

    def wrong(self) -> list[Wrong]:
        """Return every fault of the page, in the order of the page; empty before anything was sent."""
        found = [Wrong("", "", text) for text in self.other]
        for prefix in self.order:
            parts = [self.forms[prefix]] if prefix in self.forms else self.groups[prefix].forms
            found += [one for part in parts if part.is_bound for one in _wrong_in(part)]
        return found + [Wrong("", "", str(text)) for group in self.groups.values() for text in group.non_form_errors()]


def _as_typed(form: forms.Form) -> dict[str, Any]:
    return {name: form[name].data for name in form.fields}


def _wrong_in(form: forms.Form) -> Iterator[Wrong]:
    for name, texts in form.errors.items():
        if name == "__all__":
            yield from (Wrong("", "", str(text)) for text in texts)
        else:
            field = form[name]
            yield from (Wrong(field.id_for_label, str(field.label), str(text)) for text in texts)


def as_fields(data: QueryDict, prefixes: Iterable[str]) -> dict[str, str]:
    """Return what was typed into the forms of `prefixes`, to be kept as it is."""
    starts = tuple(f"{prefix}-" for prefix in prefixes)
    return {key: str(data[key]) for key in data if key.startswith(starts)}


def as_data(fields: Mapping[str, str]) -> Data:
    """Return kept fields as if they were sent again."""
    return MultiValueDict({key: [value] for key, value in fields.items()})
