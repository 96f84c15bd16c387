"""The desk as a WSGI application; `config.use` must have been called."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
