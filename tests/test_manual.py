"""The manual explains what is there: every screen, every command, in the words that stand on the screen."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import click
import pytest

from asylon.cli.main import app

ROOT = Path(__file__).parent.parent
MANUAL = ROOT / "docs/manual"
SOURCES = ROOT / "src/asylon"

# Reached by a person, but no screens: an address that leads on, and what an open page asks by itself.
NO_SCREENS = frozenset({"home", "alive"})
MARK = re.compile(r"<!-- screen: ([a-z_]+) -->")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#{1,4}) (.+)$", re.M)


@lru_cache(maxsize=1)
def pages() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(MANUAL.glob("*.md"))}


def without_code(text: str) -> str:
    """Return a page without what is typed: blocks, and words between backticks."""
    return re.sub(r"`[^`\n]*`", " ", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


# ---------------------------------------------------------------- screens


@pytest.fixture(scope="module")
def screens() -> set[str]:
    """Return the names of the routes that a person opens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.desk.settings")
    import django

    django.setup()
    from django.http import HttpResponseNotAllowed
    from django.test import RequestFactory

    from asylon.desk.registry import PACKAGES
    from tests.desk.routes import patterns

    found = set()
    for pattern in patterns():
        name = str(pattern.name)
        if name in PACKAGES:
            found.add(name)
            continue
        # A method that nobody allows is answered by the view's decorator, which lists those that it takes.
        answer = pattern.callback(RequestFactory().generic("PROBE", "/"))
        assert isinstance(answer, HttpResponseNotAllowed), f"{name} does not say which methods it takes"
        if "GET" in answer.headers["Allow"]:
            found.add(name)
    return found - NO_SCREENS


def test_every_screen_is_explained_once(screens: set[str]) -> None:
    marks = [name for text in pages().values() for name in MARK.findall(text)]
    assert len(screens) > 50
    assert sorted(marks) == sorted(screens)


def test_a_screen_is_marked_beside_words() -> None:
    for name, text in pages().items():
        for mark in MARK.finditer(text):
            rest = MARK.sub("", text[mark.end() :]).lstrip()
            assert rest[:1] not in ("", "#", "<"), f"{name}: nothing is said of {mark[1]}"


# ---------------------------------------------------------------- commands


def commands(group: click.Command = app, path: tuple[str, ...] = ("asylon",)) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(group, click.Group):
        yield " ".join(path), group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command, (*path, name))


def options(command: click.Command) -> set[str]:
    return {name for option in command.params if isinstance(option, click.Option) for name in option.opts}


def sections() -> dict[str, str]:
    """Return what stands under each command of the page of commands."""
    parts = re.split(r"^### `(.+)`$", pages()["commands.md"], flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_command_has_a_section_and_no_other() -> None:
    assert sorted(sections()) == sorted(name for name, _command in commands())


@pytest.mark.parametrize(("name", "command"), [pytest.param(*pair, id=pair[0]) for pair in commands()])
def test_every_option_is_explained_and_no_other(name: str, command: click.Command) -> None:
    explained = re.findall(r"^\| `(--[a-z-]+)` \|", sections()[name], re.M)
    assert sorted(explained) == sorted(options(command))


def test_commands_in_the_text_are_there() -> None:
    known = dict(commands())
    shown = [
        (page, line)
        for page, text in pages().items()
        for line in re.findall(r"(?:^|`)(asylon [a-z][^`\n]*)", text, re.M)
    ]
    assert len(shown) > 20
    for page, line in shown:
        name = max((name for name in known if f"{line} ".startswith(f"{name} ")), key=len, default="")
        assert name, f"{page}: {line}"
        unknown = set(re.findall(r"(?<= )--[a-z-]+", line)) - options(known[name])
        assert not unknown, f"{page}: {line}"


# ---------------------------------------------------------------- words


@lru_cache(maxsize=1)
def program_words() -> str:
    """Return everything that the program could show, spaces folded and adjoining strings joined."""
    texts = [path.read_text("utf-8") for path in (*SOURCES.glob("**/*.py"), *SOURCES.glob("desk/templates/**/*.html"))]
    text = re.sub(r'"\s*\n\s*f?"', "", "\n".join(texts))
    return re.sub(r"\s+", " ", text)


def quoted(text: str) -> Iterator[str]:
    """Yield the words that a page says stand on the screen: in bold, or between quotation marks.

    "…" stands for what differs. What is wrong and what to do are two sentences of the program with "; " between.
    """
    plain = re.sub(r"\s+", " ", without_code(text))
    for bold in re.findall(r"\*\*(.+?)\*\*", plain):
        if bold[0].isupper() and not bold.endswith((".", "?")):
            yield bold
    for said in re.findall(r"“(.+?)”", plain):
        if len(said.split()) > 1:
            yield said


@pytest.mark.parametrize("name", sorted(pages()))
def test_words_of_the_screen_are_the_programs(name: str) -> None:
    unknown = [
        words
        for words in quoted(pages()[name])
        if not all(part.strip(" .:") in program_words() for part in re.split("…|; ", words))
    ]
    assert unknown == []


# ---------------------------------------------------------------- links and places


def anchors(text: str) -> set[str]:
    """Return the names of the headings of a page, as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for _level, title in HEADING.findall(text))
    return {title.strip().replace(" ", "-") for title in plain}


def test_links_lead_somewhere() -> None:
    links = [(name, link) for name, text in pages().items() for link in LINK.findall(text)]
    assert len(links) > 80
    for name, link in links:
        target, _, anchor = link.partition("#")
        page = (MANUAL / target).resolve() if target else MANUAL / name
        assert page.is_file(), f"{name} links to {link}"
        assert not anchor or anchor in anchors(page.read_text("utf-8")), f"{name} links to {link}"


def test_every_page_is_in_the_contents() -> None:
    contents = set(LINK.findall(pages()["README.md"]))
    assert {name for name in pages() if name != "README.md"} <= contents


def test_no_place_of_a_machine_and_no_picture() -> None:
    for name, text in pages().items():
        assert not re.search(r"(^|[\s`(])/(root|home|work|tmp|srv|opt|Users)/", text), name
        assert "](http" not in text, f"{name} leads out of the repository"
        assert "![" not in text, name
