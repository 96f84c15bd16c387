"""The site as files: whole, its links lead somewhere, and nothing is written twice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from asylon.statistics.store import Store
from tests.observatory.commands import observatory
from tests.observatory.facts import PAIRS

LINK = re.compile(r'(?:href|action)="([^"]+)"')
SAID = re.compile(r"([\d,]+) files? written, ([\d,]+) kept, ([\d,]+) removed")


def files(out: Path) -> dict[str, int]:
    return {path.relative_to(out).as_posix(): path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}


def test_every_country_and_pair_has_its_pages_in_both_languages(built: tuple[Path, str]) -> None:
    out, said = built
    pairs = {(origin, asylum) for origin, asylum, *_ in PAIRS}
    for language in ("en", "he"):
        found = {tuple(path.parts[-4:-1]) for path in out.glob(f"{language}/asylum/*/from/*/index.html")}
        assert {(origin, asylum) for asylum, _, origin in found} == pairs
        for page in (
            "",
            "method/",
            "doubts/",
            "releases/",
            "world/2025/",
            "compare/RUS/",
            "changes/2025.06.0/2025.12.1/",
        ):
            assert (out / language / page / "index.html").is_file(), page
        assert (out / language / "2025.06.0/asylum/ISR/index.html").is_file()
    assert (out / "data/asylum/ISR/from/RUS/years.csv").is_file()
    assert not (out / "ru").exists()
    written, kept, removed = (int(number.replace(",", "")) for number in SAID.search(said).groups())  # type: ignore[union-attr]
    assert (written, kept, removed) == (len(files(out)) - 1, 0, 0)  # all but the list of what was written


def test_every_link_leads_to_a_file(built: tuple[Path, str]) -> None:
    out, _ = built
    lost, seen = set(), 0
    for page in out.rglob("*.html"):
        here = page.relative_to(out).as_posix()
        for link in LINK.findall(page.read_text("utf-8")):
            there = urlsplit(urljoin(f"http://site/{here}", link.replace("&amp;", "&")))
            seen += 1
            assert there.netloc == "site", link
            if not (out / unquote(there.path).lstrip("/")).is_file():
                lost.add((here, link))
    assert seen > 2000
    assert lost == set()


def test_every_anchor_is_on_its_page(built: tuple[Path, str]) -> None:
    for page in built[0].rglob("*.html"):
        text = page.read_text("utf-8")
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), page
        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids), page


def test_a_page_read_from_the_disk_has_no_form_that_asks_a_server(built: tuple[Path, str]) -> None:
    text = (built[0] / "en/index.html").read_text("utf-8")
    assert "<form" not in text
    assert (
        'href="../en/asylum/ISR/from/RUS/index.html"' in text
        or 'href="../../en/asylum/ISR/from/RUS/index.html"' in text
    )


def test_a_second_build_writes_nothing_and_mends_what_is_gone(built: tuple[Path, str], store: Store) -> None:
    out, _ = built
    words = ("build", out, "--data", store.root, "--language", "en", "--language", "he", "--as-of", "2025.06.0")
    before = files(out)
    again = observatory(*words)
    assert SAID.search(again).group(1) == "0"  # type: ignore[union-attr]
    del before["manifest.json"]
    assert before.items() <= files(out).items()
    (out / "en/method/index.html").unlink()
    mended = observatory(*words)
    assert SAID.search(mended).group(1) == "1"  # type: ignore[union-attr]


def test_what_no_longer_belongs_is_removed_and_nothing_else(built: tuple[Path, str], store: Store) -> None:
    out, _ = built
    (out / "CNAME").write_text("observatory.example")
    said = observatory("build", out, "--data", store.root, "--language", "en")
    assert not (out / "he").exists()
    assert not (out / "en/2025.06.0").exists()
    assert (out / "CNAME").is_file()
    assert int(SAID.search(said).group(3).replace(",", "")) > 50  # type: ignore[union-attr]
    made = json.loads((out / "manifest.json").read_text())["made"]
    assert {path for paths in made.values() for path in paths} == set(files(out)) - {"manifest.json", "CNAME"}


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, store: Store) -> None:
    (tmp_path / "mine.txt").write_text("x")
    said = observatory("build", tmp_path, "--data", store.root, code=2)
    assert "holds files of something else; choose an empty folder" in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_figures_and_an_unknown_release_say_what_to_do(tmp_path: Path, store: Store) -> None:
    said = observatory("build", tmp_path / "a", "--data", tmp_path / "none", code=2)
    assert "asylon stats fetch unhcr" in said
    said = observatory("build", tmp_path / "b", "--data", store.root, "--as-of", "1999.1", code=2)
    assert "1999.1: is no release here; there are 2025.06.0, 2025.12.1." in said
    assert not list(tmp_path.iterdir())
