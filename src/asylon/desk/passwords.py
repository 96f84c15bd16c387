"""What makes a password or passphrase too easy to guess, told without asking anybody outside."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST_LENGTH, LEAST_LETTERS = 12, 6
# No letter or digit that is taken for another when read aloud or copied by hand.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "1234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)


def is_monotonous(password: str) -> bool:
    """Tell whether a password is few letters over and over, or a row of the alphabet or of the keyboard."""
    folded = password.lower()
    if len(set(folded)) < LEAST_LETTERS:
        return True
    bare = folded.strip(" .!?0123456789")
    halves = range(1, len(folded) // 2 + 1)
    repeats = any(folded == (folded[:size] * len(folded))[: len(folded)] for size in halves if size <= LEAST_LETTERS)
    rows = [part for part in (folded, bare) if len(part) > 3]
    return repeats or any(part in run * 3 or part[::-1] in run * 3 for part in rows for run in _RUNS)


class VariedPasswordValidator:
    """Refuses passwords that are long and still easy to guess."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a monotonous password, and for a common one with digits put after it."""
        del user
        bare = password.lower().strip().strip("0123456789!?.-_ ")
        if is_monotonous(password) or (len(bare) < LEAST_LENGTH and bare in CommonPasswordValidator().passwords):
            raise ValidationError(_("This password is easy to guess; join four or five unrelated words."), "monotonous")

    def get_help_text(self) -> str:
        """Return what to choose instead."""
        return _("Best are four or five unrelated words.")


def passphrase_problem(passphrase: str) -> str:
    """Return what is wrong with the passphrase of a vault, empty when nothing is; needs no settings."""
    if len(passphrase) < LEAST_LENGTH:
        return f"is shorter than {LEAST_LENGTH} letters"
    if is_monotonous(passphrase) or passphrase.lower().strip() in CommonPasswordValidator().passwords:
        return "is easy to guess"
    return ""


def first_password() -> str:
    """Return a random password of 95 bits to hand over once: four groups of five letters and digits."""
    return "-".join("".join(secrets.choice(_CLEAR) for _letter in range(5)) for _group in range(4))
