"""Papers as PDF: tagged, in every direction, the same each time, and never with boxes for letters."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylon.errors import StatisticsError
from asylon.papers.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Foreign,
    Heading,
    Link,
    Paragraph,
    Picture,
    Source,
    Sources,
    Strong,
    Table,
)
from asylon.papers.text import plain
from asylon.papers.typeset import pdf
from tests.papers.examples import LANGUAGES, YEARS, drawing, example
from tests.papers.reading import languages_of, places_of, texts_of
from tests.papers.tagged import elements, faults_of

pytest.importorskip("typst")

SIGNS = "#$*_`~|\\/<>[](){}@&=+-.:;!?'\" \n\tab1é\u202e\u202c\u2066\u2067\u2068\u2069אبж"


def names(content: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(content)) as paper:
        return [str(element.S) for element in elements(paper)]


def paper(*blocks: Block, code: str = "en", **more: Any) -> Document:
    return Document("A paper", code, blocks, **more)


def long_table(rows: int, columns: int = 4) -> Table:
    header = ("Year", *(f"Refugee status {n}" for n in range(1, columns)))
    return Table(header, tuple((str(n), *["1,234"] * (columns - 1)) for n in range(rows)), "Long")


# ---------------------------------------------------------------- tagged


@pytest.mark.parametrize("code", LANGUAGES)
def test_example_is_tagged(code: str) -> None:
    content = pdf(example(code))
    assert faults_of(content) == []
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert str(opened.Root.Lang) == code
        assert str(opened.docinfo["/Title"]) == LANGUAGES[code].title
        direction = opened.Root.ViewerPreferences.get("/Direction", "/L2R")
        assert str(direction) == ("/R2L" if code in ("he", "ar") else "/L2R")
    found = names(content)
    assert [found.count(name) for name in ("/TH", "/TD", "/Figure", "/H1", "/LI")] == [8, 8 * len(YEARS), 1, 2, 5]


def test_faults_are_found_where_there_are_some() -> None:
    with pikepdf.open(io.BytesIO(pdf(example()))) as opened:
        for element in elements(opened):
            if element.S == "/Figure":
                del element["/Alt"]
            if element.S == "/TH":
                element.S = pikepdf.Name("/TD")
            if element.S == "/H2":
                element.S = pikepdf.Name("/H3")
        del opened.Root["/Lang"]
        opened.Root.ViewerPreferences.DisplayDocTitle = False
        kept = io.BytesIO()
        opened.save(kept)
    found = faults_of(kept.getvalue())
    assert len(found) == 5, found
    for word in ("Figure", "table 1", "level 3 after level 1", "no language", "title"):
        assert any(word in fault for fault in found), word


def test_untagged_file_is_seen_through() -> None:
    bare = pikepdf.new()
    bare.add_blank_page()
    kept = io.BytesIO()
    bare.save(kept)
    assert {"no structure tree", "not marked as tagged", "no XMP metadata"} <= set(faults_of(kept.getvalue()))


def test_foreign_words_carry_their_language() -> None:
    words = ("See ", Foreign("חוק", "he"), ", ", Foreign("lei", "pt-BR"), ".")
    assert languages_of(pdf(paper(Paragraph(words)))) == {"he", "pt-BR"}


# ---------------------------------------------------------------- the same each time


def test_same_paper_same_bytes_and_no_clock() -> None:
    first, undated = pdf(example()), pdf(replace(example(), made=None))
    assert pdf(example()) == first
    assert undated == pdf(replace(example(), made=None))
    with pikepdf.open(io.BytesIO(first)) as dated, pikepdf.open(io.BytesIO(undated)) as other:
        assert str(dated.docinfo["/CreationDate"]).startswith("D:20261125")
        assert "/CreationDate" not in other.docinfo


# ---------------------------------------------------------------- pages


def test_long_table_repeats_its_headings_and_every_page_its_source() -> None:
    pages = texts_of(pdf(paper(Heading("One"), long_table(120), source_line="Source: a register")))
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert "Refugee status 3" in text
        assert "Source: a register" in text
        assert f"{number} / {len(pages)}" in text
    assert names(pdf(paper(long_table(120)))).count("/TH") == 4


def test_wide_tables_turn_and_too_wide_ones_are_refused() -> None:
    def shapes(columns: int) -> list[bool]:
        with pikepdf.open(io.BytesIO(pdf(paper(Paragraph("Before."), long_table(3, columns))))) as opened:
            return [float(page.mediabox[2]) > float(page.mediabox[3]) for page in opened.pages]

    assert shapes(6) == [False]
    assert shapes(17) == [False, True]
    with pytest.raises(StatisticsError, match="table 'Long': is too wide") as refusal:
        shapes(40)
    assert "\n" not in str(refusal.value)


def test_short_table_is_not_torn_over_two_pages() -> None:
    filler = Paragraph("word " * 520)
    pages = texts_of(pdf(paper(filler, long_table(12))))
    assert [("1,234" in text) for text in pages] == [False, True]


# ---------------------------------------------------------------- directions


def test_hebrew_tables_are_mirrored_and_ranges_are_not() -> None:
    table = Table(("Aa", "Bb"), (("2024", "1.2 (0.7–2.1)"),), "Cc")
    english, hebrew = (places_of(pdf(paper(table, code=code))) for code in ("en", "he"))
    assert english["Aa"] < english["Bb"]
    assert hebrew["Aa"] > hebrew["Bb"]
    assert "1.2 (0.7–2.1)" in hebrew
    text = texts_of(pdf(paper(Paragraph("הטווח הוא 2.9–3.6 ב־2026-06-25, ירידה של −5%."), code="he")))[0]
    for kept in ("2.9–3.6", "2026-06-25", "−5%"):
        assert kept in text, kept


def test_numbers_stand_under_each_other_in_every_direction() -> None:
    table = Table(("", "N"), (("a", "111,111"), ("b", "1")), "Cc", align=("words", "numbers"))
    for code in ("en", "he"):
        places = places_of(pdf(paper(table, code=code)))
        assert places["111,111"] + 20 < places["1"], code


def test_parts_of_a_source_follow_each_other_from_right_to_left() -> None:
    source = Source("מקור", "https://example.org/", "CC BY 4.0")
    places = places_of(pdf(paper(Sources((source,)), code="he")))
    assert places["CC BY 4.0"] < places["https://example.org/"] < places["רוקמ"]


def test_blanks_of_right_to_left_text_stay_blanks() -> None:
    text = texts_of(pdf(example("he")))[0]
    assert "\u2066" not in text
    assert "\u2068" not in text


# ---------------------------------------------------------------- letters


@pytest.mark.parametrize(
    ("text", "words"),
    [("中文", ("CJK", "fonts-noto-cjk")), ("ሰላም", ("Ethiopic", "fonts-noto-core")), ("😀", ("symbol", "emoji"))],
)
def test_letters_without_font_are_named(text: str, words: tuple[str, str]) -> None:
    with pytest.raises(StatisticsError, match="no installed font has") as refusal:
        pdf(paper(Paragraph(f"The word {text}.")), fonts=())
    said = str(refusal.value)
    assert all(word in said for word in (*words, text[0]))
    assert "\n" not in said


def test_letters_without_font_are_seen_in_pictures() -> None:
    svg = drawing().replace(b"2014", "ሰላም".encode())
    with pytest.raises(StatisticsError, match="Ethiopic"):
        pdf(paper(Picture(svg, "A chart")), fonts=())


def test_cyrillic_needs_no_installed_font() -> None:
    text = texts_of(pdf(paper(Paragraph("Ґудзь, Їжак, Єва, і ещё")), fonts=()))[0]
    assert "Ґудзь, Їжак, Єва, і ещё" in text


def test_fonts_of_a_folder_are_used(tmp_path: Path) -> None:
    noto = Path("/usr/share/fonts/truetype/noto/NotoSansEthiopic-Regular.ttf")
    if not noto.is_file():
        pytest.skip("needs the Debian package fonts-noto-core")
    (tmp_path / noto.name).symlink_to(noto)
    assert faults_of(pdf(paper(Paragraph("ሰላም")), fonts=[tmp_path])) == []


def test_broken_picture_and_missing_package_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StatisticsError, match="not sound SVG"):
        pdf(paper(Picture(b"<svg", "Broken")))
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(StatisticsError, match=r"install asylon\[observatory\]"):
        pdf(paper())


# ---------------------------------------------------------------- text stays text


def everywhere(text: str, code: str) -> Document:
    return Document(
        title=f"T{text}",
        language=code,
        subtitle=text,
        day=text,
        source_line=text,
        licences=(text,),
        blocks=(
            Heading(f"H{text}"),
            Paragraph((text, Strong(f"s{text}"), Link(f"l{text}", "https://example.org/"), Foreign(f"f{text}"))),
            Paragraph(f"{text}p"),
            Bullets((f"{text}b", f"b{text}")),
            Table((f"{text}h", "B"), ((f"{text}c", f"c{text}"),), f"C{text}", notes=(f"{text}n",)),
            Callout("doubt", f"{text}k", f"{text}K"),
            Picture(drawing(), f"A{text}", f"{text}P"),
            Sources((Source(f"{text}S", "https://example.org/", f"{text}L"),)),
        ),
    )


TAGS = {code: [n for n in names(pdf(everywhere("x", code))) if n != "/Span"] for code in ("en", "he")}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(alphabet=SIGNS, max_size=20), st.sampled_from(["en", "he"]))
def test_hostile_text_stays_text(text: str, code: str) -> None:
    content = pdf(everywhere(f"{text}x", code))
    assert [name for name in names(content) if name != "/Span"] == TAGS[code]
    with pikepdf.open(io.BytesIO(content)) as opened:
        title = str(opened.docinfo["/Title"])
    assert title == "".join(char for char in plain(f"T{text}x") if not "\u2066" <= char <= "\u2069")


@pytest.mark.parametrize("text", ['#eval("1+1")', "*x*", "#pagebreak()", "$x^2$", "<b>x</b>", "a|b", "= x", "`x`"])
def test_markup_is_printed_as_it_is(text: str) -> None:
    assert text in texts_of(pdf(paper(Paragraph(text))))[0]
