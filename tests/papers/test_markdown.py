"""Papers as Markdown: the same content, read back with a Markdown reader."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from asylon.papers.document import Bullets, Callout, Document, Heading, Link, Paragraph, Source, Sources, Strong, Table
from asylon.papers.markdown import markdown
from asylon.papers.text import plain
from tests.papers.examples import ENGLISH, LANGUAGES, YEARS, example, row

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = "#$*_`~|\\/<>[](){}@&=+-.:;!?'\" \n\tab1\u202e\u2066\u2069א"


def flat(text: str) -> list[Token]:
    return [part for token in READER.parse(text) for part in (token.children or [token])]


def shape(text: str) -> list[str]:
    """Return the kinds of what a reader sees, with words next to each other as one."""
    kinds = ["text" if token.type == "text_special" else token.type for token in flat(text)]
    return [kind for n, kind in enumerate(kinds) if kind != "text" or kinds[n - 1 : n] != ["text"]]


def words(text: str) -> str:
    return "".join(token.content for token in flat(text) if token.type in ("text", "text_special"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_markdown_has_all_the_content(code: str) -> None:
    text = markdown(example(code), folder="drawings/")
    wording, tokens = LANGUAGES[code], flat(text)
    said = re.sub("[\u2066-\u2069]", "", words(text))
    for piece in (wording.title, wording.subtitle, wording.day, *wording.headings, *wording.opening, *wording.bullets):
        assert piece.strip() in said, piece
    for piece in (wording.caption, *wording.columns, *wording.notes, *wording.sources, wording.source_line):
        assert piece in said, piece
    assert all(cell in said for year in YEARS for cell in row(year))
    assert sum(token.type == "td_open" for token in tokens) == 8 * len(YEARS)
    (picture,) = [token for token in tokens if token.type == "image"]
    assert picture.attrs["src"] == "drawings/picture-1.svg"
    assert ("html_block" in shape(text)) == (code in ("he", "ar"))
    assert text.endswith("\n")


def test_numbers_stand_to_the_right_and_headings_below_the_title() -> None:
    text = markdown(example())
    assert "| :--- | ---: | ---: |" in text
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        f"# {ENGLISH.title}",
        *(f"{'#' * level} {words}" for level, words in zip((2, 3, 3, 2), ENGLISH.headings, strict=True)),
    ]


def test_right_to_left_papers_say_so() -> None:
    assert markdown(example("ar")).startswith('<div dir="rtl" lang="ar">\n\n# ')
    assert markdown(example("ar")).endswith("</div>\n")


def test_addresses_keep_their_way() -> None:
    address = "https://example.org/a_(b)|c?d=*e*&copy;=1"
    text = markdown(Document("A", "en", (Paragraph((Link("x", address),)), Sources((Source("y", address),)))))
    links = [token.attrs["href"] for token in flat(text) if token.type == "link_open"]
    assert len(links) == 2
    assert all(
        str(link).replace("%3B", ";").replace("%28", "(").replace("%29", ")").replace("%7C", "|") == address
        for link in links
    )


def test_ordinary_text_is_not_cluttered() -> None:
    text = "Of 1,000 outcomes (2.9–3.6 %), 4 were protection; see Art. 33 no. 1: -5, 1.2."
    assert text in markdown(Document("A", "en", (Paragraph(text), Paragraph("1.2 and more"), Paragraph("-5 %"))))
    assert "\\" not in markdown(Document("A", "en", (Paragraph("1.2 and more"), Paragraph("-5 %"))))


def everywhere(text: str, code: str) -> Document:
    blocks = (
        Heading(f"{text}x"),
        Paragraph((f"{text}x", Strong(f"{text}x{text}"), Strong(f"x{text}"), Link(f"{text}x", "https://example.org/"))),
        Paragraph(f"{text}x{text}"),
        Bullets((f"{text}x", f"x{text}")),
        Table((f"{text}x", f"x{text}"), ((f"{text}x", f"x{text}"),), f"x{text}", notes=(f"{text}x",)),
        Callout("warning", f"{text}x", f"{text}x"),
        Sources((Source(f"{text}x", licence=f"x{text}"),)),
    )
    return Document(f"{text}x", code, blocks, subtitle=f"{text}x", source_line=f"{text}x", licences=(f"x{text}",))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet=SIGNS, max_size=12), st.sampled_from(["en", "he"]))
def test_hostile_text_stays_text(text: str, code: str) -> None:
    found = [kind for kind in shape(markdown(everywhere(text, code))) if kind not in STRONG]
    assert found == [kind for kind in shape(markdown(everywhere("", code))) if kind not in STRONG]
    alone = markdown(Document("A", code, (Paragraph(f"{text}x"),)))
    assert re.sub("[\u2066-\u2069]", "", plain(f"{text}x")).strip() in re.sub("[\u2066-\u2069]", "", words(alone))


# Strong words are stars or HTML by what they begin with.
STRONG = ("strong_open", "strong_close", "html_inline", "text")


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "<!-- x", "![x](y)", "[x]: y", "a|b", "~~x~~", "&lt;", "1. x", "# x", "---", "$x$"]
)
def test_markup_is_shown_as_it_is(text: str) -> None:
    shown = markdown(Document("A", "en", (Paragraph(text), Table(("H",), ((text,),), "T"))))
    assert words(shown).count(text) == 2
    assert not {"html_block", "html_inline", "image", "link_open", "hr", "s_open"} & set(shape(shown))


@pytest.mark.parametrize("text", ["word", "“word”", "(word)", " word ", "12 %", "ве́сь", "אָ"])
def test_strong_words_are_strong_wherever_they_stand(text: str) -> None:
    shown = markdown(Document("A", "en", (Paragraph(("a", Strong(text), "b", Strong(text), Strong(text), "c")),)))
    assert words(shown) == f"Aa{text}b{text}{text}c"
    kinds = [token.content or token.type for token in flat(shown)]
    assert kinds.count("strong_open") + kinds.count("<strong>") in (2, 3)
