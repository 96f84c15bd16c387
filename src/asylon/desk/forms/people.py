"""A person as a form: names, birth, languages, papers, ways of contact, risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from asylon.desk import law
from asylon.desk.content import Contact, IdentityPaper, PersonContent, SafeContact, SpokenLanguage
from asylon.desk.forms import choices
from asylon.desk.forms.dates import DateField
from asylon.desk.forms.groups import Row, Sheet
from asylon.desk.models import Part
from asylon.desk.naming import name_of
from asylon.desk.templatetags.desk_parts import CONTACT_KINDS, NAME_KINDS


class BornField(DateField):
    """A date of birth as people give it: a day, a month, a year, a range."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, label=_("Born"), **options)

    def clean(self, value: Any) -> str:
        """Return the date as given; ValidationError when it is none."""
        text = str(super().clean(value)).strip()
        if text:
            try:
                law.as_date(text)
            except ValueError:
                raise ValidationError(_("No date. Write 1990-05-21, 1990-05, 1990 or 1985/1990.")) from None
        return text


class NameRow(Row):
    """One name."""

    main = "full"
    open_codes = ("script",)
    full = forms.CharField(label=_("Name"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=list(NAME_KINDS.items()), initial="legal")
    script = forms.ChoiceField(label=_("Script"), required=False, choices=choices.SCRIPTS)


class NationalityRow(Row):
    """One nationality."""

    main = "code"
    open_codes = ("code",)
    code = forms.ChoiceField(label=_("Nationality"), required=False, choices=choices.countries)


class LanguageRow(Row):
    """One language."""

    main = "code"
    open_codes = ("code",)
    beside = ("dialect",)
    lacks = _("Choose the language that this dialect belongs to.")
    code = forms.ChoiceField(label=_("Language"), required=False, choices=choices.languages)
    dialect = forms.CharField(label=_("Dialect"), required=False, max_length=80)
    needs_interpreter = forms.BooleanField(label=_("Needs an interpreter"), required=False)


class PaperRow(Row):
    """One identity paper or reference number."""

    main = "number"
    beside = ("kind", "issuer", "until")
    lacks = _("Write the number, or empty the row.")
    kind = forms.CharField(
        label=_("Kind"), required=False, max_length=80, widget=forms.TextInput(attrs={"list": "paper-kinds"})
    )
    number = forms.CharField(label=_("Number"), required=False, max_length=80)
    issuer = forms.CharField(label=_("Issued by"), required=False, max_length=120)
    until = forms.CharField(label=_("Valid until"), required=False, max_length=40)


class ContactRow(Row):
    """One way to reach the person."""

    main = "value"
    beside = ("note",)
    lacks = _("Write the number or address, or empty the row.")
    kind = forms.ChoiceField(label=_("How"), required=False, choices=list(CONTACT_KINDS.items()), initial="phone")
    value = forms.CharField(label=_("Number or address"), required=False, max_length=200)
    is_safe = forms.ChoiceField(
        label=_("Safe to use"), required=False, choices=[("1", _("yes")), ("0", _("no, do not use"))], initial="1"
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class PersonForm(forms.Form):
    """What is said of a person once."""

    part = forms.ChoiceField(label=_("Part in this case"), choices=Part.choices, initial=Part.APPLICANT)
    born = BornField()
    born_wording = forms.CharField(
        label=_("Born, in the person's words"),
        required=False,
        max_length=200,
        help_text=_("For example: around the olive harvest, in the year of the flood."),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=choices.SEXES)
    is_stateless = forms.BooleanField(label=_("Stateless"), required=False)
    risks = forms.MultipleChoiceField(
        label=_("Risks"), required=False, choices=choices.RISKS, widget=forms.CheckboxSelectMultiple
    )
    own_risks = forms.CharField(
        label=_("Other risks, in your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))


class SafeForm(forms.Form):
    """The agreed rules of contact."""

    phone_seized = forms.BooleanField(label=_("The phone was seized: do not call"), required=False)
    preferred = forms.CharField(label=_("How to reach the person"), required=False, max_length=200)
    who_may_answer = forms.CharField(label=_("Who may answer"), required=False, max_length=200)
    times = forms.CharField(label=_("When"), required=False, max_length=200)
    never_say = forms.CharField(label=_("Never say"), required=False, max_length=400)
    code_word = forms.CharField(label=_("Code word"), required=False, max_length=80)


class PersonSheet(Sheet):
    """All of a person on one page."""

    order = ("names", "person", "safe", "contacts", "nationalities", "languages", "papers")
    forms_of: ClassVar[Mapping[str, type[forms.Form]]] = {"person": PersonForm, "safe": SafeForm}
    rows_of: ClassVar[Mapping[str, type[Row]]] = {
        "names": NameRow,
        "nationalities": NationalityRow,
        "languages": LanguageRow,
        "papers": PaperRow,
        "contacts": ContactRow,
    }

    def is_valid(self) -> bool:
        """Tell whether everything is right, and at least one name given."""
        is_right = super().is_valid()
        if self.given("names"):
            return is_right
        self.other = [gettext("Give at least one name, or what the person is called here.")]
        return False

    @property
    def part(self) -> str:
        """Return the part of the person in the case."""
        return str(self["person"].cleaned_data["part"])

    def content(self) -> PersonContent:
        """Return the person that a right sheet describes."""
        one = self["person"].cleaned_data
        own = [line.strip() for line in one["own_risks"].splitlines() if line.strip()]
        return PersonContent(
            names=tuple(name_of(row["full"], row["kind"], row["script"]) for row in self.given("names")),
            born=one["born"],
            born_wording=one["born_wording"],
            sex=one["sex"],
            nationalities=tuple(dict.fromkeys(row["code"] for row in self.given("nationalities"))),
            is_stateless=one["is_stateless"],
            languages=tuple(
                SpokenLanguage(row["code"], row["dialect"], row["needs_interpreter"]) for row in self.given("languages")
            ),
            papers=tuple(
                IdentityPaper(row["kind"], row["number"], row["issuer"], row["until"]) for row in self.given("papers")
            ),
            contacts=tuple(
                Contact(row["kind"] or "phone", row["value"], row["is_safe"] != "0", row["note"])
                for row in self.given("contacts")
            ),
            safe_contact=SafeContact(**self["safe"].cleaned_data),
            risks=tuple(dict.fromkeys([*one["risks"], *own])),
            note=one["note"],
        )

    @classmethod
    def of(cls, content: PersonContent, part: str) -> PersonSheet:
        """Return the sheet filled with a person as they are kept."""
        known = {value for value, _label in choices.RISKS}
        one = {
            "part": part,
            "born": content.born,
            "born_wording": content.born_wording,
            "sex": content.sex,
            "is_stateless": content.is_stateless,
            "risks": [risk for risk in content.risks if risk in known],
            "own_risks": "\n".join(risk for risk in content.risks if risk not in known),
            "note": content.note,
        }
        return cls(
            initial={
                "person": one,
                "safe": asdict(content.safe_contact),
                "names": [asdict(name) for name in content.names],
                "nationalities": [{"code": code} for code in content.nationalities],
                "languages": [asdict(language) for language in content.languages],
                "papers": [asdict(paper) for paper in content.papers],
                "contacts": [
                    {**asdict(contact), "is_safe": "1" if contact.is_safe else "0"} for contact in content.contacts
                ],
            }
        )


class JoinForm(forms.Form):
    """In which other case a person takes part, too."""

    number = forms.CharField(
        label=_("Number of the other case"), max_length=12, help_text=_("As it stands on the case, such as 7QF-M2K.")
    )
    part = forms.ChoiceField(label=_("Part in that case"), choices=Part.choices, initial=Part.RELATIVE)


def _all_or_one_country() -> list[tuple[str, str]]:
    return [("", gettext("all")), *choices.jurisdictions()[1:]]


class PeopleFilter(forms.Form):
    """Which people a list shows."""

    part = forms.ChoiceField(label=_("Takes part as"), required=False, choices=[("", _("all")), *Part.choices])
    country = forms.ChoiceField(label=_("Country of asylum"), required=False, choices=_all_or_one_country)
