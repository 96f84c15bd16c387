"""How allauth behaves at this desk: nobody signs up, secrets of second factors lie sealed."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from asylon.desk.config import current
from asylon.vault.sealing import seal, unseal

_PLACE = "mfa:secret"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; no mail is ever sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody signs up."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the pages show what was done, and the words of allauth hold the user name."""

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Return whether the password must be typed again: not for the first second factor right after a sign-in."""
        user = context.request.user
        records = get_authentication_records(context.request, user)
        if app != "allauth.mfa" or not records:
            return True
        signed_in = float(records[-1]["at"])
        older = Authenticator.objects.filter(user=user, created_at__lt=datetime.fromtimestamp(signed_in, UTC))
        return bool(time.time() - signed_in > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT or older.exists())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return under what tries at a name are counted, under whichever address of the desk they are made."""
        return str(credentials.get("username", "")).strip().lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: a mail would tell who works here."""

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Return True: there are no addresses."""
        return True


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors sealed with a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """Return a secret sealed."""
        return base64.b64encode(seal(current().vault.key("second-factor"), text.encode(), _PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it was."""
        sealed = base64.b64decode(encrypted_text)
        return unseal(current().vault.key("second-factor"), sealed, _PLACE).decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - named by allauth
        """Return the name under which a passkey is offered to be kept."""
        kept = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)d") % {"number": kept + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name passkeys are kept under, without that of the organisation."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Asylon"}
