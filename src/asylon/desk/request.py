"""A request of somebody who has signed in, as the middleware makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from asylon.desk.models.accounts import User
from asylon.desk.session import Keyring

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class DeskRequest(HttpRequest):
    """What a view behind the sign-in gets: the user and their open keys."""

    user: User
    keyring: Keyring
    htmx: HtmxDetails
