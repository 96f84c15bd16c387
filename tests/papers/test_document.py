"""What a paper refuses, and where it says so."""

from __future__ import annotations

import doctest
from collections.abc import Callable

import pytest

from asylon.errors import StatisticsError
from asylon.papers import document as model
from asylon.papers.document import Document, Foreign, Heading, Link, Picture, Source, Table, pictures
from asylon.papers.text import ordered, plain
from tests.papers.examples import drawing, example

LTR, RTL, ANY, POP = "\u2066", "\u2067", "\u2068", "\u2069"

REFUSED: dict[str, Callable[[], object]] = {
    "has no title": lambda: Document(" ", "en", ()),
    "'en_GB'": lambda: Document("A", "en_GB", ()),
    "'HE'": lambda: Foreign("x", "HE"),
    "of level 2 follows no other": lambda: Document("A", "en", (Heading("Low", 2),)),
    "of level 3 follows one of level 1": lambda: Document("A", "en", (Heading("High"), Heading("Low", 3))),
    "has level 4": lambda: Document("A", "en", (Heading("Low", 4),)),
    "heading: is empty": lambda: Document("A", "en", (Heading("\u202e "),)),
    "row 2 has 1 cells for 2 columns": lambda: Table(("A", "B"), (("1", "2"), ("3",)), "T"),
    "2 columns and 1 alignments": lambda: Table(("A", "B"), (), "T", align=("words",)),
    "has no columns": lambda: Table((), (), "T"),
    "has no caption": lambda: Table(("A",), (), ""),
    "has no words in place of it": lambda: Picture(drawing(), "\n"),
    "is not SVG": lambda: Picture(b"\x89PNG", "A chart"),
    "link 'javascript:alert(1)'": lambda: Link("x", "javascript:alert(1)"),
    "link 'file:///etc/passwd'": lambda: Link("x", "file:///etc/passwd"),
    "holds a space": lambda: Link("x", "https://example.org/a b"),
    "link 'https://'": lambda: Source("x", "https://"),
    "is no address": lambda: Source("x", "https://[::1"),
}


@pytest.mark.parametrize("said", REFUSED)
def test_refuses_with_one_sentence(said: str) -> None:
    with pytest.raises(StatisticsError) as refusal:
        REFUSED[said]()
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_example_of_the_docstring_runs() -> None:
    done = doctest.testmod(model)
    assert done.attempted > 1
    assert done.failed == 0


def test_first_column_holds_words_unless_said_otherwise() -> None:
    assert Table(("A", "B", "C"), (), "T").columns == ("words", "numbers", "numbers")
    assert Table(("A", "B"), (), "T", align=("numbers", "words")).columns == ("numbers", "words")


def test_pictures_are_files_in_the_order_of_the_paper() -> None:
    assert pictures(example()) == {"picture-1.svg": drawing()}
    assert pictures(Document("A", "en", ())) == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\n\tb\x00c\x85d\u2028e", "a b c d e"),
        ("a\u202eb\u202cc\u202a", "abc"),
        (f"a{POP}{LTR}b", f"a{LTR}b{POP}"),
        (f"{ANY}a{POP} {RTL}{LTR}b", f"{ANY}a{POP} {RTL}{LTR}b{POP}{POP}"),
        ("\ud800x\uffff\U0001ffff\ufdd0", "\ufffdx\ufffd\ufffd\ufffd"),
        ("1\u00a0032\u202f%", "1\u00a0032\u202f%"),
    ],
)
def test_plain_text_acts_on_nothing_around_it(given: str, kept: str) -> None:
    assert plain(given) == kept
    assert plain(kept) == kept


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("שיעור 2.9–3.6 בשנה", f"שיעור {LTR}2.9–3.6{POP} בשנה"),
        ("ירד ב־−5%", f"ירד ב־{LTR}−5%{POP}"),
        ("מהדורת 2026-06-25.", f"מהדורת {LTR}2026-06-25{POP}."),
        ("ב-2016 ו-RU-12", "ב-2016 ו-RU-12"),
        ("1,032", "1,032"),
        ("1.2 (0.7–2.1)", f"{ANY}1.2 (0.7–2.1){POP}"),
        ("UNHCR (2026).", f"{ANY}UNHCR (2026).{POP}"),
        ("–", "–"),
    ],
)
def test_numbers_keep_their_order_in_hebrew_and_nothing_changes_in_english(given: str, shown: str) -> None:
    assert ordered(given, "he") == shown
    assert ordered(given, "en") == given
