"""The one address pattern of the observatory: which page a path means is said by `routes`."""

from __future__ import annotations

from django.urls import re_path

from asylon.observatory.views import go, show

urlpatterns = [re_path(r"^go$", go), re_path(r"^(?P<path>.*)$", show)]
