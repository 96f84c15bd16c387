"""The look of the desk keeps its promises: contrast, direction, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from asylon.desk.content import Contact, Name, PersonContent, SafeContact
from asylon.desk.templatetags import desk_parts, parts

DESK = Path(desk_parts.__file__).parent.parent
STATIC = DESK / "static" / "desk"
TOKENS_SHEET = DESK.parent / "look" / "static" / "look" / "tokens.css"
CSS = TOKENS_SHEET.read_text(encoding="utf-8") + (STATIC / "desk.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
SCRIPT = (STATIC / "desk.js").read_text(encoding="utf-8")
ICONS = frozenset(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
TEMPLATES = sorted((DESK / "templates").rglob("*.html"))
PARTS = DESK / "templates" / "desk" / "parts"
LOOKS = Path(__file__).parents[2] / "docs" / "looks.md"

TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", RULES)
}


# ---------------------------------------------------------------- colours


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def declared(heading: str) -> dict[str, list[str]]:
    """Return the pairs listed in the sheet under `heading`: text token to the grounds it stands on."""
    lines = CSS.partition(f"\n{heading}:\n")[2].splitlines()
    pairs = {}
    for line in lines:
        if not (found := re.fullmatch(r"  ([\w-]+): ([\w -]+)", line)):
            break
        pairs[found[1]] = found[2].split()
    return pairs


TEXTS = declared("pairs")
SHAPES = declared("shapes (3 : 1)")


def too_faint(pairs: dict[str, list[str]], least: float) -> list[str]:
    return [
        f"{text} on {ground}, {theme}: {ratio:.2f}"
        for text, grounds in pairs.items()
        for ground in grounds
        for index, theme in enumerate(("light", "dark"))
        if (ratio := contrast(TOKENS[text][index], TOKENS[ground][index])) < least
    ]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_every_text_can_be_read_in_both_themes() -> None:
    assert len(TEXTS) >= 10
    assert too_faint(TEXTS, 4.5) == []


def test_every_shape_can_be_seen_in_both_themes() -> None:
    assert len(SHAPES) >= 8
    assert too_faint(SHAPES, 3.0) == []


def blocks() -> Iterator[tuple[str, str]]:
    yield from re.findall(r"([^{}]+)\{([^{}]*)\}", RULES)


def test_every_text_colour_is_checked() -> None:
    used = {name for _, body in blocks() for name in re.findall(r"(?<![\w-])color: var\(--([\w-]+)\)", body)}
    assert used - set(TEXTS) == set()


def test_every_pair_set_in_one_rule_is_checked() -> None:
    unchecked = []
    for selector, body in blocks():
        text = re.search(r"(?<![\w-])color: var\(--([\w-]+)\)", body)
        ground = re.search(r"background: var\(--([\w-]+)\)", body)
        if text and ground and ground[1] not in TEXTS[text[1]]:
            unchecked.append(f"{selector.strip()}: {text[1]} on {ground[1]}")
    assert unchecked == []


# ---------------------------------------------------------------- direction, origin, policy


def test_the_sheet_knows_no_left_and_right() -> None:
    physical = re.findall(
        r"(?:margin|padding|border|scroll-margin)-(?:left|right|top|bottom)\b|(?<![\w-])(?:left|right|top|bottom)\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b|(?<![\w-])(?:min-|max-)?(?:width|height)\s*:",
        RULES,
    )
    assert physical == []


def test_the_sheet_loads_nothing() -> None:
    assert re.findall(r"url\(|@import|data:|https?:|expression\(", RULES) == []


def test_the_sheet_serves_those_who_see_and_print_differently() -> None:
    for query in ("prefers-reduced-motion: reduce", "forced-colors: active", "@media print", "prefers-contrast: more"):
        assert query in RULES
    assert ':root[data-theme="dark"] { color-scheme: dark; }' in RULES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_nothing_in_a_page_breaks_the_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|https?://|data:", text) == []
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, flags=re.DOTALL):
        assert "application/json" in attributes or ("src=" in attributes and not body.strip())


def test_the_script_is_small_and_makes_no_markup_of_words() -> None:
    assert SCRIPT.count("\n") < 250
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", SCRIPT) == []


def test_every_icon_is_drawn() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    named = set(re.findall(r'{% icon "([\w-]+)"', text))
    navigation = set(re.findall(r'parts/nav_link\.html" with key="(\w+)"', text))
    marks = {f"mark-{mark}" for mark in desk_parts.MARKS if mark not in parts.LATE}
    assert len(named) > 10
    assert (named | navigation | marks | {"mark-missed"}) - ICONS == set()


def test_the_parts_that_the_document_names_exist() -> None:
    table = re.findall(r"^\| (`.*?) \|", LOOKS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = {name for cell in table for name in re.findall(r"`(\w+)`", cell)}
    assert len(named) > 25
    assert {name for name in named if not (PARTS / f"{name}.html").exists()} == set()


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2026-06-01", '<time datetime="2026-06-01">1 June 2026</time>'),
        ("2026-06", '<time datetime="2026-06">June 2026</time>'),
        ("2026", '<time datetime="2026">2026</time>'),
        ("2026-06-01T13:05", '<time datetime="2026-06-01T13:05">1 June 2026, 13:05</time>'),
        ("before 2026-06", 'before <time datetime="2026-06">June 2026</time>'),
        (date(2026, 6, 1), '<time datetime="2026-06-01">1 June 2026</time>'),
        (datetime(2026, 6, 1, 9, 5), '<time datetime="2026-06-01T09:05">1 June 2026, 09:05</time>'),
        ("around the olive harvest", "around the olive harvest"),
        ("2026-13-40", "2026-13-40"),
        (None, ""),
    ],
)
def test_dates_are_said_as_they_are_known(given: object, words: str) -> None:
    with translation.override("en"):
        assert desk_parts.when(given) == words


def test_ranges_and_languages() -> None:
    with translation.override("en"):
        both = desk_parts.when_short("2026-10-10/2026-11")
        assert re.sub("<[^>]+>", "", both) == "between 10 Oct 2026 and Nov 2026"
    with translation.override("he"):
        assert "ביוני 2026" in desk_parts.when("2026-06-01")


def test_a_date_in_digits_is_not_torn_and_the_rest_is_escaped() -> None:
    assert desk_parts.dates_whole("<b> 2026, 2026-03-01/2026-03-15, before 2026-03.") == (
        '&lt;b&gt; 2026, <span class="nowrap">2026-03-01/2026-03-15</span>, before <span class="nowrap">2026-03</span>.'
    )


def test_a_section_with_hebrew_letters_keeps_its_direction() -> None:
    assert desk_parts.sections_whole("ss 13כג(א), 13כד & reg. 6") == (
        "ss <bdi>13כג(א)</bdi>, <bdi>13כד</bdi> &amp; reg. 6"
    )


def test_moments_name_their_clock_and_how_exact_they_are() -> None:
    moment = datetime(2026, 11, 25, 23, 5, 7, tzinfo=timezone(timedelta(hours=2)))
    with translation.override("en"):
        assert desk_parts.at(moment) == (
            '<time datetime="2026-11-25T21:05:07Z" data-at="minute">25 Nov 2026, 21:05 UTC</time>'
        )
        assert desk_parts.at("2026-11-25T21:05:07.120+00:00", "second").endswith(">25 Nov 2026, 21:05:07 UTC</time>")
        assert desk_parts.at(moment, "day").endswith('data-at="day">25 Nov 2026</time>')
        assert desk_parts.at(None) == ""
    with translation.override("he"):
        assert "בנוב׳ 2026, 21:05" in desk_parts.at(moment)


def test_what_was_typed_is_never_markup() -> None:
    page = render_to_string("desk/parts/person_head.html", {"person": {"born": "<b>1</b>", "names": []}})
    assert "<b>1</b>" not in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("standing", "days", "bearer", "mark", "words"),
    [
        ("missed", -5, "applicant", "missed_by_us", "5 days over"),
        ("missed", -89, "authority", "missed_by_state", "89 days over"),
        ("missed", -1, "court", "missed_by_state", "1 day over"),
        ("running", 0, "applicant", "week", "today"),
        ("running", 7, "applicant", "week", "7 days left"),
        ("running", 8, "applicant", "month", "8 days left"),
        ("running", 30, "authority", "month", "30 days left"),
        ("running", 31, "authority", "later", "31 days left"),
        ("running", None, "authority", "open", ""),
        ("met", 3, "applicant", "met", ""),
        ("met_late", -41, "authority", "met_late", "41 days late"),
        ("undetermined", -14, "authority", "undetermined", ""),
        ("suspended", None, "authority", "suspended", ""),
    ],
)
def test_marks_and_days(standing: str, days: int | None, bearer: str, mark: str, words: str) -> None:
    duty = {"standing": standing, "days": days, "bearer": bearer}
    with translation.override("en"):
        assert (desk_parts.mark_of(duty), desk_parts.days_words(duty)) == (mark, words)
        assert desk_parts.mark_of(duty | {"displaced_by": "RU-20"}) == "fallback"
        shown = render_to_string("desk/parts/mark.html", {"mark": mark})
    assert str(desk_parts.MARKS[mark]) in shown
    assert "<use " in shown


def test_a_lane_is_drawn_from_its_first_entry_to_its_last() -> None:
    entries: list[dict[str, Any]] = [
        {"lane": "a"},
        {"lane": "b"},
        {"kind": "today"},
        {"lane": "b"},
        {"lane": "a"},
        {"lane": "c"},
    ]
    rows = desk_parts.laned(entries, [("a", "A"), ("b", "B"), ("c", "C")])
    drawn = [[cell.shape for cell in row.cells] for row in rows]
    assert drawn == [
        ["start dot", "", ""],
        ["through", "start dot", ""],
        ["through", "through", ""],
        ["through", "end dot", ""],
        ["end dot", "", ""],
        ["", "", "only dot"],
    ]


# ---------------------------------------------------------------- parts that protect people


def test_a_seized_phone_is_shouted_and_the_code_word_is_not_printed() -> None:
    safe = SafeContact(preferred="Signal", code_word="the grey coat", phone_seized=True)
    contacts = (Contact("phone", "+44 7700 900123", is_safe=False),)
    with translation.override("en"):
        page = render_to_string("desk/parts/safe_contact.html", {"safe": safe, "contacts": contacts})
    assert "Phone seized: do not call" in page
    assert "not safe" in page
    assert re.search(r'<dd class="no-print">.*the grey coat', page)
    assert ".no-print" in RULES[RULES.index("@media print") :]


def test_names_keep_their_script_and_direction() -> None:
    person = PersonContent(names=(Name("Salim"), Name("سليم", "native", "Arab")))
    page = render_to_string("desk/parts/person_head.html", {"person": person})
    assert '<bdi lang="und-Latn" dir="ltr">Salim</bdi>' in page
    assert '<bdi lang="und-Arab" dir="rtl">سليم</bdi>' in page


def test_confidence_is_a_mark_with_words() -> None:
    with translation.override("en"):
        page = render_to_string("desk/parts/confidence.html", {"confidence": "low", "basis": "memory"})
        sure = render_to_string("desk/parts/confidence.html", {"confidence": "high", "basis": "opened"})
    assert "○" in page
    assert '<span class="hide">low confidence</span>' in page
    assert '<span class="hide">from memory, text not opened</span>' in page
    assert sure.strip() == ""


@pytest.mark.parametrize("page", ["404.html", "403.html", "500.html"])
def test_error_pages_need_no_context_and_betray_nothing(page: str) -> None:
    with translation.override("en"):
        text = render_to_string(page)
    assert "<h1>" in text
    assert ("Not found, or not yours to see." in text) == (page == "404.html")
    assert not re.search(r"exist|database|exception|traceback", text, flags=re.IGNORECASE)


def test_unread_notices_are_counted_at_the_notices_only() -> None:
    values = {"current": "board", "unread": 4, "is_lead": True, "takes_enquiries": True}
    with translation.override("en"):
        side, bottom = (
            render_to_string("desk/parts/nav.html", {"which": which, **values}) for which in ("all", "first")
        )
    counted = re.findall(r'<span>(\w+)</span><span class="count new">4', side)
    assert counted == ["Notices"]
    assert re.findall(r'<span>(\w+)</span><span class="count new">4', bottom) == ["More", "Notices"]


def test_a_paper_that_has_run_its_length_is_expired_and_not_met() -> None:
    assert desk_parts.mark_of({"standing": "met", "kind": "validity"}) == "expired"
    assert desk_parts.mark_of({"standing": "met", "kind": "deadline_act"}) == "met"
