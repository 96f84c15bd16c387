"""The observatory as a WSGI application."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

SETTINGS = "asylon.observatory.settings"


def ready() -> None:
    """Make Django ready for the observatory's pages in this process, which has no other site."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()


def application(root: Path) -> Any:
    """Return the WSGI application of the store in this folder."""
    ready()
    from django.core.wsgi import get_wsgi_application

    from asylon.observatory.views import use

    use(root)
    return get_wsgi_application()
