"""Forms of notes and papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from asylon.desk.services.papers import too_large
from asylon.desk.uploads import MAX_BYTES


class NoteForm(forms.Form):
    """A note of the file."""

    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("The note is empty; write it, or leave this page.")},
    )


class PaperForm(forms.Form):
    """A paper to be kept sealed. The file comes last, so that the rest is kept when it is too large."""

    title = forms.CharField(
        label=_("What it is"), max_length=200, required=False, help_text=_("Decision of 2 November, certificate …")
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)
    file = forms.FileField(
        label=_("File"),
        max_length=400,
        help_text=_("PDF, picture (PNG, JPEG, TIFF, WebP), letter (DOCX, ODT) or plain text, up to 25 MB."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty; choose another one."),
            "missing": _("Choose a file."),
        },
    )

    def __init__(self, *args: Any, sent: int = 0, **options: Any) -> None:
        """Take the length of what was sent: a file beyond the limit does not arrive at all."""
        super().__init__(*args, **options)
        self.sent = sent

    def clean(self) -> dict[str, Any]:
        """Say that the file was too large where it is not there for that reason."""
        given = super().clean() or {}
        if "file" in self.errors and self.sent > MAX_BYTES:
            del self.errors["file"]
            self.add_error("file", ValidationError(too_large()))
        return given
