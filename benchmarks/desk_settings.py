"""Django settings of the desk's measurement: those of its tests, with Django's own admin installed as the peer."""

from __future__ import annotations

from tests.desk.settings import *  # noqa: F403
from tests.desk.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = ["benchmarks.desk_peer.PeerConfig", *OURS]
ROOT_URLCONF = "benchmarks.desk_urls"
