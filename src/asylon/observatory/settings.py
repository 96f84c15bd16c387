"""Django settings of the observatory: pages and words, and nothing that could remember a reader."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from asylon.observatory.routes import LANGUAGES as NAMES

HERE = Path(__file__).parent

SECRET_KEY = secrets.token_hex()  # Django wants one; nothing is signed with it
DEBUG = False
ALLOWED_HOSTS = ["*"]  # every link is relative: no page says under which name it was asked for
ROOT_URLCONF = "asylon.observatory.urls"
APPEND_SLASH = False
INSTALLED_APPS: list[str] = []
DATABASES: dict[str, object] = {}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = list(NAMES.items())
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True

# Which pages people read is nobody's business: what was asked for reaches no log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}, "errors": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["none"], "propagate": False},
        "asylon": {"handlers": ["errors"], "level": "WARNING"},
    },
}
