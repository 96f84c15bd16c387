"""The pages over HTTP: every kind in every language, nothing that remembers a reader, wording that confuses nobody."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest

from asylon.observatory.routes import LANGUAGES, RIGHT_TO_LEFT
from tests.observatory.conftest import Get
from tests.observatory.facts import RUSSIANS_IN_ISRAEL

PAGES = (
    "",
    "asylum/ISR/",
    "origin/RUS/",
    "asylum/ISR/from/RUS/",
    "compare/RUS/",
    "world/2024/",
    "doubts/",
    "releases/",
    "changes/2025.06.0/2025.12.1/",
    "method/",
    "check/",
    "2025.06.0/asylum/ISR/",
)


def body(text: str) -> str:
    """Return what people read of a page, in one line."""
    inside = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_every_language(get: Get, page: str, language: str) -> None:
    got = get(f"{language}/{page}")
    assert got.status == 200
    assert f'<html lang="{language}" dir="{"rtl" if language in RIGHT_TO_LEFT else "ltr"}">' in got.text
    assert got.headers["Content-Language"] == language
    assert got.text.count("<h1>") == 1
    assert "2025.06.0" in got.text if "2025.06.0" in page else "2025.12.1" in got.text
    assert "CC BY 4.0" in got.text
    for word in ("None", "nan", "{{", "%(", "\ue000", "<script", "style=", "onclick", "http-equiv"):
        assert word not in got.text, word


def test_a_page_in_another_language_says_the_same_with_other_words(get: Get) -> None:
    english, russian = (body(get(f"{code}/asylum/ISR/from/RUS/").text) for code in ("en", "ru"))
    assert "12,680 new applications" in english
    assert "Новых ходатайств: 12 680" in russian
    assert "were closed without a decision" not in russian


def test_nothing_remembers_a_reader(get: Get) -> None:
    for page in ("en/", "en/asylum/ISR/from/RUS/", "en/nothing/", "", "static/observatory.css"):
        headers = get(page).headers
        assert "Set-Cookie" not in headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_no_page_asks_another_site(get: Get) -> None:
    for page in PAGES:
        text = get(f"en/{page}").text
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)
    assert "url(" not in get("static/observatory.css").text


def test_the_root_leads_to_the_readers_language(get: Get) -> None:
    got = get("", Accept_Language="he,en;q=0.5")
    assert (got.status, got.headers["Location"]) == (302, "he/")
    assert "Accept-Language" in got.headers["Vary"]
    assert get("", Accept_Language="fr").headers["Location"] == "en/"


def test_the_two_choices_lead_to_their_page(get: Get) -> None:
    there = {
        "go?language=he&origin=RUS&asylum=ISR": "he/asylum/ISR/from/RUS/",
        "go?language=en&origin=&asylum=ISR": "en/asylum/ISR/",
        "go?language=xx&origin=RUS&asylum=": "en/origin/RUS/",
        "go": "en/",
        "go?asylum=//evil.example": "en/",
    }
    assert {ask: get(ask).headers["Location"] for ask in there} == there


# ---------------------------------------------------------------- which country is which


def test_host_and_origin_cannot_be_confused(get: Get) -> None:
    text = body(get("en/asylum/ISR/from/RUS/").text)
    assert "People from Russia who asked Israel for asylum" in text
    assert "Country of asylum: Israel ISR Country of origin: Russia RUS" in text
    for language, said in {
        "ru": "Страна убежища: Израиль. Страна происхождения: Россия",
        "uk": "Країна притулку: Ізраїль. Країна походження: Росія",
        "he": "מדינת המקלט: ישראל. מדינת המוצא: רוסיה",
    }.items():
        assert said in body(get(f"{language}/asylum/ISR/from/RUS/").text)
    assert not re.search(r"(Russia|Israel): [\d,]+ refugees", text)


def test_aus_is_australia_and_says_so(get: Get) -> None:
    text = body(get("en/asylum/AUS/").text)
    assert "People who asked Australia for asylum" in text
    assert "In UNHCR's own codes the same letters mean Austria" in text
    assert "UNHCR's own codes" not in body(get("en/asylum/ISR/").text)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("en/asylum/GFR/", "write DEU"),
        ("en/asylum/IL/", "write ISR"),
        ("en/asylum/ISX/", "did you mean"),
        ("en/asylum/FRA/", "no page as country of asylum"),
        ("en/asylum/DEU/from/SYR/", "has no page"),
        ("en/world/1999/", "it holds"),
        ("en/world/now/", "is no year"),
        ("en/1.2.3/", "alpha-3"),
        ("en/2019.1/asylum/ISR/", "there are 2025.06.0, 2025.12.1"),
        ("en/anything/", "alpha-3"),
        ("data/asylum/ISR/nothing.csv", "alpha-3"),
    ],
)
def test_an_unknown_page_says_what_was_meant(get: Get, path: str, hint: str) -> None:
    got = get(path)
    assert got.status == 404
    assert hint in body(got.text)


def test_a_code_in_small_letters_leads_to_the_page(get: Get) -> None:
    got = get("en/asylum/isr/from/rus")
    assert (got.status, got.headers["Location"]) == (301, "../../../../en/asylum/ISR/from/RUS/")


# ---------------------------------------------------------------- numbers and what they rest on


def test_a_finding_has_the_counts_of_the_rows(get: Get) -> None:
    text = body(get("en/asylum/ISR/from/RUS/").text)
    held = [values for values in RUSSIANS_IN_ISRAEL.values() if values[4] is not None]
    closed = sum(int(values[4] or 0) for values in held)
    total = sum(int(value or 0) for values in held for value in values[1:5])
    assert f"Of {total:,} outcomes, 0 gave refugee status, 5 another protection" in text
    assert f"{closed:,} ({100 * closed / total:.0f}%) were closed without a decision on the merits" in text
    assert "At the end of 2025, 3,577 people were waiting" in text


def test_no_rate_stands_without_interval_counts_closed_share_level_and_unit(get: Get) -> None:
    for page in ("asylum/ISR/", "origin/RUS/", "asylum/ISR/from/RUS/", "compare/RUS/", "world/2024/"):
        text = get(f"en/{page}").text
        heads = [re.findall(r"<th scope=\"col\"[^>]*>([^<]+)", table) for table in text.split("<table")[1:]]
        rated = [head for head in heads if "Rate" in head]
        assert rated
        for head in rated:
            assert {"Interval (95%)", "Counts", "Closed share", "Level", "Unit"} <= set(head)


def test_a_measure_that_does_not_exist_says_why(get: Get) -> None:
    text = body(get("en/asylum/ISR/from/RUS/").text)
    assert "nly the mixture is reported: FA (first instance and appeal together)" in text
    assert "не существует" in body(get("ru/asylum/ISR/from/RUS/").text)


def test_value_zero_and_no_row_are_three_things(get: Get) -> None:
    years = get("en/asylum/ISR/from/RUS/").text.partition('id="table-years"')[2].partition("</table>")[0]
    rows = {found[0]: found[1] for found in re.findall(r'<th scope="row">(\d+)</th>(.*?)</tr>', years)}
    assert '<span class="none" title="no row">' in rows["2016"]
    assert '<td class="num">0</td>' in rows["2017"]
    assert '<td class="num">168</td>' in rows["2017"]
    table = csv.DictReader(io.StringIO(get("data/asylum/ISR/from/RUS/years.csv").text))
    found = {row["year"]: (row["recognised"], row["closed"], row["release"]) for row in table}
    assert found["2016"] == ("", "", "unhcr@2025.12.1")
    assert found["2017"] == ("0", "168", "unhcr@2025.12.1")


def test_people_and_cases_are_told_apart(get: Get) -> None:
    text = body(get("en/asylum/USA/from/RUS/").text)
    assert "Another 2,700 are counted in cases; cases and people are never added" in text
    assert "outlined bars cases" in text


def test_a_comparison_leaves_out_few_decisions_and_says_why(get: Get) -> None:
    text = get("en/compare/RUS/").text
    table = text.partition('id="table-countries"')[2]
    chart = text.partition('<svg class="chart"')[2].partition("</svg>")[0]
    assert "Germany" in chart
    assert "Australia" not in chart
    assert re.search(r"Australia.*?fewer than 200 decisions", table, re.DOTALL)


def test_an_old_release_answers_as_of_its_day(get: Get) -> None:
    new, old = (body(get(f"en/{edition}asylum/DEU/from/RUS/").text) for edition in ("", "2025.06.0/"))
    assert "This page shows an old release" in old
    assert "This page shows an old release" not in new
    assert "2,700 new applications" in new
    assert "1,800 new applications" in old  # its newest year is a half year, and never among the years
    changed = body(get("en/changes/2025.06.0/2025.12.1/").text)
    assert re.search(r"Germany Russia 2024 Rejected persons 190 90 -100", changed)


def test_the_map_colours_by_class_and_names_its_source(get: Get) -> None:
    text = get("en/world/2024/").text
    drawn = text.partition('<svg class="map"')[2].partition("</svg>")[0]
    assert drawn.count("<path") > 150
    assert re.search(r'<path class="c4" [^>]*><title>Germany: 79% \(', drawn)
    assert re.search(r'<path class="few" [^>]*><title>Australia', drawn)
    assert 'class="none"' in drawn
    assert "pygal_maps_world (LGPL)" in text
    assert len(drawn) < 200_000


def test_an_empty_store_says_what_to_run(tmp_path: Path) -> None:
    from tests.journeys.serving import served
    from tests.observatory.conftest import OPENER

    words = ["observatory", "serve", "--data", str(tmp_path / "none"), "--no-browser"]
    with (
        served(words, env={}, log=tmp_path / "log", first="en/") as address,
        OPENER.open(f"{address}/he/", timeout=30) as answer,
    ):
        text = answer.read().decode()
    assert "asylon stats fetch unhcr" in text
    assert 'dir="rtl"' in text
