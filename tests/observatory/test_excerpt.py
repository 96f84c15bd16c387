"""The excerpt that comes with Asylon: pairs have their pages, nothing is said of a country or the world as a whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from asylon.statistics.excerpt import write_excerpt
from asylon.statistics.store import Store
from tests.observatory.commands import observatory
from tests.statistics.stores import TODAY


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The excerpt built as files, in English."""
    folder = tmp_path_factory.mktemp("excerpt")
    write_excerpt(Store(folder / "store"), TODAY)
    observatory("build", folder / "site", "--data", folder / "store", "--language", "en", "--jobs", 1)
    return folder / "site"


def test_only_pairs_have_pages(site: Path) -> None:
    pages = {path.parent.relative_to(site / "en").as_posix() for path in (site / "en").glob("**/index.html")}
    pairs = {page for page in pages if page.startswith("asylum/")}
    assert len(pairs) == 8
    assert all(re.fullmatch(r"asylum/(ISR|RUS)/from/[A-Z]{3}", page) for page in pairs)
    assert pages - pairs == {".", "doubts", "releases", "method"}


def test_the_first_page_says_that_it_is_an_excerpt(site: Path) -> None:
    page = (site / "en" / "index.html").read_text("utf-8")
    assert "excerpt of some pairs" in page
    assert page.count("/from/") >= 8


def test_no_link_leads_to_what_an_excerpt_cannot_say(site: Path) -> None:
    for path in site.glob("en/**/index.html"):
        for link in re.findall(r'href="([^"#:]+)"', path.read_text("utf-8")):
            assert (path.parent / link).resolve().exists(), f"{path.relative_to(site)}: {link}"
