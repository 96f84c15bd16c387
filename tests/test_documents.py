"""Documents run: what they show is what comes out, and what they name is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from asylon.law.packload import load_packs
from tests.shared import asylon

ROOT = Path(__file__).parent.parent


def shown() -> tuple[list[str], list[str]]:
    """Return the command and the lines that the README shows."""
    block = re.search(r"^```\n\$ asylon (.+?)\n(.+?)^```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert block is not None
    return shlex.split(block[1]), [line.rstrip() for line in block[2].splitlines() if line not in ("", "…")]


def test_readme_shows_real_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    words, lines = shown()
    printed = iter(line.rstrip() for line in asylon(*words).out.splitlines())
    missing = [line for line in lines if line not in printed]  # in this order: the iterator only goes on
    assert missing == []


def test_links_lead_somewhere() -> None:
    for page in [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


@pytest.mark.parametrize("ring", ["law", "vault", "desk", "statistics", "papers"])
def test_architecture_names_every_module_of_a_ring(ring: str) -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    modules = {path.stem for path in (ROOT / "src/asylon" / ring).glob("*.py")} - {"__init__"}
    assert {name for name in modules if f"`{name}`" not in text and f"`{name}.py`" not in text} == set()


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for command in ("duties", "law list", "law show", "law check", "law impact", "serve", "vault init", "vault backup"):
        assert f"asylon {command}" in text


def test_every_rule_is_in_the_table_of_rows() -> None:
    text = (ROOT / "docs/brief-rows.md").read_text("utf-8")
    packs = load_packs()
    rules = {clause.rule for name in packs.jurisdictions for clause in packs.pack(name).clauses}
    assert {rule for rule in rules if rule not in text} == set()


def test_documents_name_no_place_of_a_machine() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    assert pages
    for page in pages:
        assert not re.search(r"(^|[\s`(])/(root|home|work|tmp)/", page.read_text("utf-8")), page.name
