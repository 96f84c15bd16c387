"""One person in front of one browser, and what is asked of every page that they look at."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

SHOTS = "ASYLON_SHOTS"
PATIENCE = 10_000  # milliseconds
WIDE, PHONE = 1280, 390
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
# Nobody's name may stand in a title or an address.
NAMES = ("haddad", "mariam", "yusuf", "samira", "zaslau", "harel", "peled", "winter", "stern", "noa", "dan", "olga")


@dataclass(frozen=True, slots=True)
class Way:
    """How a page is looked at."""

    language: str = "en"
    width: int = WIDE
    scheme: Any = "light"
    has_script: bool = True

    def __str__(self) -> str:
        parts = [self.language, str(self.width)]
        return "-".join(parts + ["dark"] * (self.scheme == "dark") + ["plain"] * (not self.has_script))


@cache
def axe() -> str:
    """Return the script of axe that comes with its package."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Seat:
    """A browser of somebody: `page` is what they have open; `faults` is what went wrong unseen."""

    browser: Browser
    origin: str
    way: Way
    state: Any = None
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": self.way.width, "height": 844 if self.way.width < 600 else 900},
            locale={"he": "he-IL"}.get(self.way.language, "en-GB"),
            timezone_id="Asia/Jerusalem",
            color_scheme=self.way.scheme,
            reduced_motion="reduce",
            java_script_enabled=self.way.has_script,
            has_touch=self.way.width < 600,
            storage_state=self.state,
            service_workers="block",
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("request", self._requested)
        self.context.on("response", self._answered)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.status = 0
        self.page = self.context.new_page()

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "about:", "blob:")):
            self.faults.append(f"request to {request.url}")
        path = unquote(urlsplit(request.url).path + urlsplit(request.url).query).lower()
        self.faults += [f"the address {path} holds a name" for name in NAMES if has_word(path, name)]

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
        elif response.status >= 400 and not (response.status == 401 and "/alive" in response.url):
            self.faults.append(f"{response.request.method} {response.url} gave {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        # What was not to be had is looked at as an answer, where it is known whether it was a page.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")
        elif "Content Security Policy" in message.text:
            self.faults.append(f"policy: {message.text}")

    def go(self, path: str) -> Page:
        """Open an address of the desk."""
        self.page.goto(path)
        return self.page

    def look(self, name: str, *, status: int = 200, page: Page | None = None) -> None:
        """Ask of the open page what is asked of every page, and take its picture."""
        shown = page or self.page
        shown.wait_for_load_state("load")
        self.picture(name, page=shown)
        assert self.status == status, f"{name}: answered {self.status} at {shown.url}"
        self.check_title(name, shown)
        self.check_width(name, shown)
        swapped = turned_round(shown)
        assert not swapped, f"{name} ({self.way}): shown the wrong way round: {', '.join(swapped)}"
        if self.way.has_script:
            found = violations(shown)
            assert not found, "\n".join([f"{name} ({self.way}, {shown.url})", *found])
        self.check_quiet(name)

    def check_title(self, name: str, page: Page) -> None:
        title = page.title()
        assert re.fullmatch(r"\S.* · Asylon", title), f"{name}: the title is {title!r}"
        found = [word for word in NAMES if has_word(title.lower(), word)]
        assert found == [], f"{name}: the title {title!r} holds a name"

    def check_width(self, name: str, page: Page) -> None:
        """Nothing may stick out: a phone does not scroll sideways."""
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= seen, f"{name}: {wide} px wide on a screen of {seen} px: {sticking_out(page)}"

    def check_quiet(self, name: str) -> None:
        assert self.faults == [], name

    def picture(self, name: str, *, page: Page | None = None) -> None:
        """Take a picture of the whole page, where a folder for pictures was given."""
        if folder := os.environ.get(SHOTS):
            shown = page or self.page
            shown.evaluate("window.scrollTo(0, 0)")  # else the bar of the page lies across the picture
            shown.screenshot(path=Path(folder) / f"{name}-{self.way}.png", full_page=True, animations="disabled")

    def press(self, selector: str, *, page: Page | None = None) -> None:
        """Press the one thing that `selector` finds, and wait for the page it leads to."""
        shown = page or self.page
        with shown.expect_navigation():
            shown.locator(selector).click()

    def close(self) -> None:
        self.context.close()


def has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None


def violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds serious or critical, one line each: all of WCAG 2.2 AA, or some rules only."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(axe())
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    if not rules:
        options["rules"] = {"target-size": {"enabled": True}}
    found = page.evaluate("options => axe.run(document, options).then(done => done.violations)", options)
    return [
        f"{item['impact']} {item['id']} at {node['target'][0]}: {short(node['html'])}; {short(node['failureSummary'])}"
        for item in found
        if item["impact"] in GRAVE
        for node in item["nodes"][:4]
    ]


def short(text: str) -> str:
    return " ".join(text.split())[:200]


def sticking_out(page: Page) -> list[str]:
    """Return the innermost elements that reach past the screen, for whoever has to mend it."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          const out = [...document.querySelectorAll("body *")].filter((node) => {
            const box = node.getBoundingClientRect();
            return box.width > 0 && (box.right > wide + 1 || box.left < -1);
          });
          return out.filter((node) => !out.some((other) => other !== node && node.contains(other)))
            .slice(0, 4).map((node) => node.outerHTML.slice(0, 160));
        }"""
    )
    return found


def turned_round(page: Page) -> list[str]:
    """Return the case and phone numbers that a right-to-left page shows with their end before their beginning."""
    found: list[str] = page.evaluate(
        """() => {
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const wrong = [];
          const at = (node, place) => {
            const range = document.createRange();
            range.setStart(node, place);
            range.setEnd(node, place + 1);
            return range.getBoundingClientRect();
          };
          while (texts.nextNode()) {
            const node = texts.currentNode;
            for (const number of node.data.matchAll(/\\b[2-9B-Z]{3}-[2-9B-Z]{3}\\b|[+]\\d[\\d -]{6,}\\d/g)) {
              const first = at(node, number.index);
              const last = at(node, number.index + number[0].length - 1);
              if (first.width && first.top === last.top && last.left < first.left) wrong.push(number[0]);
            }
          }
          return wrong;
        }"""
    )
    return found


@contextmanager
def seated(seat: Seat) -> Iterator[Seat]:
    """Give a seat and close it afterwards; what went wrong unseen after the last look counts as well."""
    try:
        yield seat
        seat.check_quiet("at the end")
    finally:
        seat.close()
