"""The pages in a browser: one of each kind in English and Hebrew, light and dark, wide and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.chromium import FLAGS, NoBrowser, find_chromium
from tests.journeys.seat import PHONE, SHOTS, WIDE, sticking_out, violations

PAGES = (
    "",
    "asylum/ISR/",
    "asylum/ISR/from/RUS/",
    "compare/RUS/",
    "world/2024/",
    "doubts/",
    "releases/",
    "method/",
    "lost/",
)
WAYS = (("en", WIDE, "light"), ("he", PHONE, "dark"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        program = find_chromium()
    except NoBrowser as reason:
        pytest.skip(f"no browser: {reason}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("language", "width", "scheme"), WAYS)
def test_a_page_of_each_kind(browser: Browser, origin: str, language: str, width: int, scheme: str) -> None:
    # axe comes in from outside the page, which the page's own policy would not let in.
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        page.goto(f"{origin}/{language}/{path}")
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= seen, f"{path}: {sticking_out(page)}"
        assert violations(page) == [], path
        if folder := os.environ.get(SHOTS):
            name = f"observatory-{path.strip('/').replace('/', '-') or 'home'}-{language}-{width}-{scheme}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)
    assert [fault for fault in faults if "404" not in fault] == []
    assert context.cookies() == []
    context.close()


def test_the_policy_lets_the_page_be_as_it_is_meant(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(f"{origin}/en/asylum/ISR/from/RUS/")
    assert faults == []
    bar = page.locator('svg.chart path[fill="var(--chart-rejected)"]').first
    assert bar.count() == 1
    context.close()
