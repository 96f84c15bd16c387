"""Prints the routes of the desk as JSON, from a process of its own: names, and addresses with `%(id)s` in them.

python -m tests.journeys.routes
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Print all routes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.desk.settings"
    import django

    django.setup()
    from django.urls import get_resolver

    from tests.desk.routes import routes

    found = {}
    for route in routes():
        (template, _ids), *_rest = get_resolver().reverse_dict.getlist(route.name)[0][0]
        found[route.name] = f"/{template}"
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
