"""The dossier: a tagged PDF in several languages and the same as Markdown, from the excerpt that comes with Asylon."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from asylon.statistics.excerpt import write_excerpt
from asylon.statistics.store import Store
from tests.papers.reading import texts_of
from tests.papers.tagged import faults_of
from tests.statistics.stores import TODAY

LANGUAGES = ("en", "ru", "he")
MAKE = """
import sys
from asylon.cli.main import app
for out in sys.argv[2:]:
    language = out.rpartition("-")[2].partition(".")[0]
    words = ["stats", "dossier", "--asylum", "ISR", "--origin", "RUS,BLR", "--language", language]
    app.main([*words, "--data", sys.argv[1], "--out", out], standalone_mode=False)
"""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the dossier in each language as PDF and in English as Markdown, made by the command."""
    folder = tmp_path_factory.mktemp("papers")
    write_excerpt(Store(folder / "store"), TODAY)
    outs = [*(str(folder / f"d-{language}.pdf") for language in LANGUAGES), str(folder / "d-en.md")]
    # A process of its own: Django knows one project in each.
    without = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", MAKE, str(folder / "store"), *outs]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=without)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_is_tagged(papers: Path, language: str) -> None:
    assert faults_of((papers / f"d-{language}.pdf").read_bytes()) == []


def test_pdf_says_who_asked_whom_with_source_and_licence(papers: Path) -> None:
    text = " ".join(texts_of((papers / "d-en.pdf").read_bytes()))
    assert "People from Russia who asked Israel for asylum" in text
    assert "12,680" in text
    assert "CC BY 4.0" in text


def test_markdown_has_the_same_content(papers: Path) -> None:
    text = (papers / "d-en.md").read_text("utf-8")
    for part in ("People from Belarus who asked Israel for asylum", "| 2019 |", "4,477", "CC BY 4.0", "no row"):
        assert part in text
    pictures = sorted((papers / "d-en-pictures").iterdir())
    assert len(pictures) == 4
    assert all(picture.name in text for picture in pictures)
