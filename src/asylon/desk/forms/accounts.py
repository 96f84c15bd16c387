"""Forms of accounts: colleagues, teams, the own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asylon.desk.models import Team, User, Work
from asylon.desk.services.accounts import AccountDraft, is_called_alike
from asylon.desk.session import open_private


def _own_name(name: str, user: User | None) -> str:
    """Return a new name, or the one of `user` as it is; ValidationError when a colleague is called so."""
    if (user is None or name != user.display_name) and is_called_alike(name, but=user):
        raise ValidationError(_("A colleague is called so already; add something that tells the two apart."))
    return name


class ColleagueForm(forms.Form):
    """Name, work, team and rights of a colleague; what is not `by`'s to change is shown and cannot be changed."""

    display_name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    work = forms.ChoiceField(
        label=gettext_lazy("Work"),
        choices=Work.choices,
        help_text=gettext_lazy(
            "It decides how soon an idle desk locks: 60 minutes for lawyers and caseworkers, else 15."
        ),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("A team gives no access to any case."),
    )
    is_lead = forms.BooleanField(
        label=gettext_lazy("Lead"),
        required=False,
        help_text=gettext_lazy(
            "Admits newcomers, reads the trail, may open a case in an emergency. Only leads give it."
        ),
    )
    is_administrator = forms.BooleanField(
        label=gettext_lazy("Administrator"),
        required=False,
        help_text=gettext_lazy("Makes, changes and closes accounts. It opens no case."),
    )

    def __init__(self, *args: Any, by: User, user: User | None = None, **kwargs: Any) -> None:
        if user is not None:
            names = ("display_name", "work", "team", "is_lead", "is_administrator")
            kwargs.setdefault("initial", {name: getattr(user, name) for name in names})
        super().__init__(*args, **kwargs)
        self._colleague = user
        for name in ("display_name", "work", "team", "is_administrator"):
            self.fields[name].disabled = not by.is_administrator
        self.fields["is_lead"].disabled = not by.is_lead
        if user is not None and user.pk == by.pk:
            for name in ("is_lead", "is_administrator"):
                self.fields[name].disabled = self.fields[name].disabled or not getattr(user, name)

    def clean_display_name(self) -> str:
        """Return the name; ValidationError when a colleague is called so."""
        return _own_name(self.cleaned_data["display_name"], self._colleague)

    def draft(self) -> AccountDraft:
        """Return what was filled in."""
        given = self.cleaned_data
        return AccountDraft(
            display_name=given["display_name"],
            work=given["work"],
            team=given["team"],
            is_lead=given["is_lead"],
            is_administrator=given["is_administrator"],
        )


class NewColleagueForm(ColleagueForm):
    """A new account."""

    username = forms.RegexField(
        label=gettext_lazy("User name"),
        regex=r"^[a-z0-9][a-z0-9._-]{1,39}$",
        max_length=40,
        help_text=gettext_lazy("Small letters, digits, dots and dashes. It stands in the trail and is never changed."),
        error_messages={
            "invalid": gettext_lazy("Use two or more small letters, digits, dots or dashes, and begin with a letter.")
        },
    )
    field_order = ("username", "display_name", "work", "team", "is_lead", "is_administrator")

    def clean_username(self) -> str:
        """Return the user name; ValidationError when it is taken."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username=name).exists():
            raise ValidationError(_("This user name is taken; choose another."))
        return name


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(label=gettext_lazy("New team"), max_length=80)


class PasswordForm(forms.Form):
    """The own password: the old one, and a new one twice."""

    old = forms.CharField(
        label=gettext_lazy("Your password now"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=gettext_lazy("At least 12 letters; best are four or five unrelated words."),
    )
    again = forms.CharField(
        label=gettext_lazy("New password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_old(self) -> str:
        """Return the old password; ValidationError when it does not open the key."""
        old: str = self.cleaned_data["old"]
        if open_private(self._user, old) is None:
            raise ValidationError(_("This is not your password now; type it again."))
        return old

    def clean_new(self) -> str:
        """Return the new password; ValidationError when it is weak."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self._user)
        return new

    def clean(self) -> dict[str, Any]:
        """Check that the new password was typed alike twice and is a new one."""
        given = super().clean() or {}
        new = given.get("new")
        if new is not None and new != given.get("again"):
            self.add_error("again", _("The two new passwords differ; type the same one twice."))
        if new is not None and new == given.get("old"):
            self.add_error("new", _("This is your password already; choose another."))
        return given


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """The own name and language."""

    class Meta:
        """What one may change about oneself."""

        model = User
        fields = ("display_name", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from django.conf import settings

        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
        self.fields["display_name"].required = True
        self._name = self.instance.display_name

    def clean_display_name(self) -> str:
        """Return the name; ValidationError when a colleague is called so."""
        name: str = self.cleaned_data["display_name"]
        return name if name == self._name else _own_name(name, self.instance)


class TrailForm(forms.Form):
    """What to look for in the trail."""

    who = forms.ChoiceField(label=gettext_lazy("Colleague"), required=False)
    number = forms.CharField(label=gettext_lazy("Case number"), max_length=12, required=False)
    what = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.order_by("display_name").values_list("username", "display_name")
        who, what = self.fields["who"], self.fields["what"]
        assert isinstance(who, forms.ChoiceField)
        assert isinstance(what, forms.ChoiceField)
        who.choices = [("", _("everybody")), *people]
        what.choices = [("", _("everything")), *kinds]
