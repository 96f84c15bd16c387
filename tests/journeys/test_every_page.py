"""Every page of the desk with the invented caseload: both languages, both themes, wide and on a phone.

The pages are found as people find them, by following links; whatever the address table knows besides must answer to
POST only or stand in `WITHOUT_LINK`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, deque
from html import unescape
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from tests.journeys.people import Office
from tests.journeys.seat import PHONE, WIDE, Seat, Way, seated, violations
from tests.shared import ROOT

# In this order: what a lead sees, then what only an administrator or an interpreter has besides.
WHO = ("noa", "olga", "sam")
STARTS = ("/board",)
OF_A_KIND = 5
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
LINK = re.compile(r'\shref="(/(?!static/)[^"#]*)')
PLACE = re.compile(r"%\((\w+)\)s")
# Pages that no link leads to, and why that is right.
WITHOUT_LINK = {
    "account_login": "one is sent there",
    "account_logout": "the desk is locked instead",
    "account_reauthenticate": "one is sent there",
    "alive": "asked by the script",
    "board_reckoning": "shown only while more cases wait than one page reckons",
    "enquiry_remove": "the demo has no enquiry; journey B looks at it",
    "enquiry_save": "asked by the script",
    "family_make": "the people of the demo have their families",
    "home": "sends on to the board",
    "mfa_authenticate": "one is sent there",
    "mfa_deactivate_totp": "the demo has no second factor",
    "mfa_download_recovery_codes": "the codes are shown, not downloaded",
    "mfa_edit_webauthn": "the demo has no passkey",
    "mfa_generate_recovery_codes": "the demo has no second factor",
    "mfa_list_webauthn": "the demo has no passkey",
    "mfa_reauthenticate": "one is sent there",
    "mfa_reauthenticate_webauthn": "one is sent there",
    "mfa_remove_webauthn": "the demo has no passkey",
    "mfa_view_recovery_codes": "the demo has no second factor",
    "paper": "the demo has no paper; it is a download",
    "release_csv": "a download",
    "release_page": "a download",
    "release_pdf": "a download",
}


def kind_of(address: str) -> str:
    """Return an address without ids and values: of pages of one kind, one is looked at."""
    parts = urlsplit(address)
    path = re.sub(r"(?<=/)\d+(?=/|$)", "0", ID.sub("ID", parts.path))
    return f"{path}?{','.join(sorted(word.partition('=')[0] for word in parts.query.split('&') if word))}"


@pytest.fixture(scope="module")
def tour(demo: Office) -> dict[str, list[str]]:
    """The pages to look at, by who sees them: one of each kind, found by following links as each person in turn."""
    found: dict[str, list[str]] = {}
    kinds: set[str] = set()
    for name in WHO:
        with seated(demo.seat(name, Way())) as seat:
            pages = walk(seat)
        found[name] = [page for kind, page in pages.items() if kind not in kinds]
        kinds |= set(pages)
    return found


def walk(seat: Seat) -> dict[str, str]:
    """Return a page of each kind that links lead to. Of each kind several are read, as not all lead to the same."""
    waiting, met, read, pages = deque(STARTS), set(STARTS), Counter[str](), dict[str, str]()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if read[kind] >= OF_A_KIND:
            continue
        read[kind] += 1
        answer = seat.context.request.get(address, max_redirects=0)
        is_page = "text/html" in answer.headers.get("content-type", "") and not _is_download(answer.headers)
        if answer.status != 200 or not is_page:
            continue
        pages.setdefault(kind, address)
        for link in LINK.findall(answer.text()):
            goal = unescape(link)
            if goal not in met:
                met.add(goal)
                waiting.append(goal)
    return pages


def _is_download(headers: dict[str, str]) -> bool:
    return headers.get("content-disposition", "").startswith("attachment")


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_page(demo: Office, tour: dict[str, list[str]], language: str) -> None:
    faults: list[str] = []
    for name in WHO:
        with seated(demo.seat(name, Way(language))) as seat:
            for address in tour[name]:
                seat.go(address)
                faults += looked_at(seat, f"every{kind_of(address).replace('/', '-').replace('?', '')}")
                seat.faults.clear()
    assert not faults, "\n".join(faults)


def looked_at(seat: Seat, name: str) -> list[str]:
    """Return what is wrong with the open page, in four ways of looking at it."""
    found: list[str] = []
    language = seat.way.language
    for width in (WIDE, PHONE):
        seat.page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            seat.page.emulate_media(color_scheme=scheme)
            seat.way = Way(language, width, scheme)
            try:
                if scheme == "light":
                    seat.look(name)
                else:
                    seat.picture(name)
                    # Only the colours are other ones.
                    found += [
                        f"{name} ({seat.way}): {line}" for line in violations(seat.page, rules=["color-contrast"])
                    ]
            except AssertionError as error:
                found.append(str(error))
    seat.way = Way(language)
    return found


def test_every_page_is_reached_by_a_link(demo: Office, tour: dict[str, list[str]]) -> None:
    """What no link leads to answers to POST only, or is known as such."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.routes"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    routes: dict[str, str] = json.loads(made.stdout)
    pages = [urlsplit(page).path for found in tour.values() for page in found]
    lost = [name for name, template in routes.items() if not any(shape(template).fullmatch(page) for page in pages)]
    with seated(demo.seat("noa", Way())) as seat:
        answers = {name: seat.context.request.get(filled(routes[name]), max_redirects=0).status for name in lost}
    only_post = {name for name, status in answers.items() if status == 405}
    hidden = [f"{name} ({answers[name]})" for name in lost if name not in only_post | set(WITHOUT_LINK)]
    assert not hidden, f"no link leads to {', '.join(hidden)}"
    known = sorted(set(WITHOUT_LINK) - set(lost))
    assert not known, f"take off the list what is reached by now: {', '.join(known)}"


def shape(template: str) -> re.Pattern[str]:
    return re.compile(PLACE.sub("[^/]+", template))


def filled(template: str) -> str:
    """Return an address with ids of nothing in it: what answers to POST only says so before it looks."""
    return PLACE.sub(lambda place: "0" if place[1] in ("user", "pk") else str(UUID(int=0)), template)
