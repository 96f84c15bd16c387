"""Every part of the desk's look, rendered with invented content into a folder.

    python -m tools.gallery OUT [--pictures]

Each page comes in four variants (light, dark; left-to-right, right-to-left). OUT is a small site: serve it with
`python -m http.server`, because browsers do not take icons from files. `--pictures` does that and takes pictures.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django import forms
from django.conf import settings

DESK = Path(__file__).parent.parent / "src" / "asylon" / "desk"
THEMES, LANGUAGES = ("light", "dark"), ("en", "he")
WIDTHS = {"wide": 1280, "phone": 390}
PAGES = ("board", "case", "form")
DOORS = ("404", "403", "500", "desk/locked")


def configure() -> None:
    apps = ("auth", "contenttypes", "sessions", "messages", "staticfiles", "humanize")
    settings.configure(
        SECRET_KEY="gallery",
        ROOT_URLCONF="tools.gallery_urls",
        MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_LOGIN_METHODS={"username"},
        ACCOUNT_SIGNUP_FIELDS=["username*", "password1*", "password2*"],
        MFA_SUPPORTED_TYPES=["totp", "webauthn", "recovery_codes"],
        USE_I18N=True,
        STATIC_URL="/static/",
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in apps), "allauth", "allauth.account", "allauth.mfa"],
        LANGUAGES=[("en", "English"), ("ru", "Russian"), ("uk", "Ukrainian"), ("he", "Hebrew"), ("ar", "Arabic")],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [DESK / "templates", Path(__file__).parent / "gallery_templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "libraries": {name: f"asylon.desk.templatetags.{name}" for name in ("desk_parts", "desk_words")},
                    "builtins": ["asylon.desk.templatetags.parts"],
                    "string_if_invalid": "",
                },
            }
        ],
    )
    django.setup()


def _form(data: dict[str, str] | None) -> forms.Form:
    class Enquiry(forms.Form):
        name = forms.CharField(label="Name", help_text="In any script, as the person writes it.")
        country = forms.ChoiceField(label="Country", choices=[("", "Choose"), ("il", "Israel"), ("ru", "Russia")])
        language = forms.CharField(label="Language", required=False)
        born = forms.CharField(label="Born", required=False)
        urgent = forms.BooleanField(label="Something runs out within seven days", required=False)
        ways = forms.ChoiceField(
            label="Best way", widget=forms.RadioSelect, choices=[("signal", "Signal"), ("through", "Through somebody")]
        )
        seized = forms.BooleanField(label="The phone was seized", required=False, help_text="Then nobody calls it.")
        on = forms.CharField(label="When", required=False, help_text="As exact as it is known.")
        event = forms.CharField(label="What", required=False, help_text="In the words of the paper.")
        account = forms.CharField(label="In their own words", widget=forms.Textarea, required=False)
        paper = forms.FileField(label="Papers", required=False, help_text="PDF or pictures, up to 25 MB each.")

    return Enquiry(data)


def _more() -> dict[str, Any]:
    from django.core.paginator import Paginator

    from asylon.desk.content import SafeContact
    from asylon.desk.templatetags.desk_parts import MARKS

    class Filter(forms.Form):
        country = forms.ChoiceField(label="Country", choices=[("", "All"), ("il", "Israel")], required=False)
        lead = forms.ChoiceField(label="Lead", choices=[("", "Everybody")], required=False)
        owed = forms.ChoiceField(label="Owed by", choices=[("", "Anybody"), ("us", "Us")], required=False)

    class Confirm(forms.Form):
        number = forms.CharField(label="Write the number of the case")

    return {
        "filter_form": Filter(),
        "confirm_form": Confirm(),
        "form": _form({"name": "Rima", "born": "harvest of 1991", "language": "Arabic"}),
        "page": Paginator(range(44), 10).page(2),
        "marks": list(MARKS),
        "saved_at": datetime(2026, 11, 25, 10, 32, tzinfo=UTC),
        "amber": SafeContact(preferred="Telegram", never_say="asylum", code_word="the blue door"),
        "nothing": SafeContact(),
    }


class Said(str):
    """A message as Django's messages give it: words with a level."""

    __slots__ = ("level_tag",)
    level_tag: str


def _said(level: str, words: str) -> Said:
    said = Said(words)
    said.level_tag = level
    return said


def _account_pages(context: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The pages of django-allauth that the desk uses, with forms that need no person."""
    from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm

    class Code(forms.Form):
        code = forms.CharField(label="Code")
        secret = "JBSW Y3DP EHPK 3PXP"

    frame = context | {"nav_current": "account", "form": Code(), "messages": []}
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v3h-3zM5 5h3v3h-3z"/></svg>'
    types = {
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "is_mfa_enabled": True,
        "authenticators": {},
    }
    key = {"webauthn_form": Code(auto_id="key_%s"), "js_data": {}}
    return [
        ("signin", "account/login.html", {"form": LoginForm(), "is_demo": True}),
        ("signin-code", "mfa/authenticate.html", {"form": Code(), **types, **key}),
        ("again", "account/reauthenticate.html", {"form": ReauthenticateForm(user=None)}),
        ("password", "account/password_change.html", frame | {"form": ChangePasswordForm()}),
        ("factors", "mfa/index.html", frame | types),
        ("totp", "mfa/totp/activate_form.html", frame | {"totp_svg": svg}),
        (
            "codes",
            "mfa/recovery_codes/index.html",
            frame | {"unused_codes": ["8fk2-91ab", "a0c4-77de"], "total_count": 10, "can_view_codes": True},
        ),
    ]


def render(out: Path) -> list[str]:
    from django.template.loader import render_to_string
    from django.test import RequestFactory
    from django.utils import translation

    from tools.gallery_content import CONTENT

    context = CONTENT | _more()
    context["messages"] = [_said("success", "The event was added."), _said("warning", "Two dates do not fit together.")]
    names = [(page, page + ".html", context | {"nav_current": {"form": "intake"}.get(page, "board")}) for page in PAGES]
    names += [(door.replace("/", "-"), door + ".html", {"is_demo": True}) for door in DOORS]
    names += _account_pages(context)
    written = []
    for language in LANGUAGES:
        for theme in THEMES:
            with translation.override(language):
                for name, template, values in names:
                    request = RequestFactory().get("/")
                    text = render_to_string(template, values | {"theme": theme}, request)
                    file = f"{name}-{theme}-{language}.html"
                    (out / file).write_text(text, encoding="utf-8")
                    written.append(file)
    return written


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing of what is fetched."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def pictures(out: Path, files: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with served(out) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, width in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.route("**/alive", lambda route: route.fulfill(status=204))
            for file in files:
                page.goto(f"{address}/{file}")
                page.screenshot(path=out / f"{Path(file).stem}-{name}.png", full_page=True)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Render every part of the desk's look.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pictures", action="store_true")
    given = parser.parse_args()
    configure()
    given.out.mkdir(parents=True, exist_ok=True)
    for folder in (DESK / "static", DESK.parent / "look" / "static"):
        shutil.copytree(folder, given.out / "static", dirs_exist_ok=True)
    files = render(given.out)
    print(f"{len(files)} pages in {given.out}")
    if given.pictures:
        pictures(given.out, files)


if __name__ == "__main__":
    main()
