"""Sign-ins in the trail. Nothing else happens by signal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from asylon.desk.services.trail import record
from asylon.desk.session import EPOCH, SEEN, held_for_step, hold


@receiver(user_logged_in)
def opened(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Record a sign-in, keep the key that the password opened, bind the session to the account as it stands.

    Sessions that ran out are removed: each holds a sealed key, whose other half a browser may have kept.
    """
    request.session.clear_expired()
    opened_for, private = getattr(request, "opened", (None, None))
    if opened_for != user.pk:
        private = held_for_step(request, user)
    if private is not None:
        hold(request, user, private)
    request.session[EPOCH] = user.epoch
    request.session.pop(SEEN, None)
    if user.language:
        request.session["language"] = user.language
    record("session.opened", by=user)


@receiver(user_login_failed)
def refused(sender: Any, **_: Any) -> None:
    """Record that a sign-in was refused, without the name that was tried."""
    record("session.refused", by="nobody")
