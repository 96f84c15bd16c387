"""The page of a text: pasted, read, held against the tables, kept nowhere."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

import pytest

from tests.observatory.conftest import OPENER
from tests.observatory.test_pages import body

TEXT = "In 2019, 4,477 Russians asked Israel for asylum. In 2018, 9,000 Russians asked Israel for asylum."


def paste(origin: str, path: str, text: str) -> tuple[int, str, str]:
    request = Request(f"{origin}/{path}", data=urlencode({"text": text}).encode(), method="POST")
    try:
        with OPENER.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers["Cache-Control"]
    except HTTPError as error:
        return error.code, error.read().decode(), ""


def test_each_figure_gets_its_verdict_and_rows(origin: str) -> None:
    status, page, kept = paste(origin, "en/check/", TEXT)
    said = body(page)
    assert (status, kept) == (200, "no-store")
    assert "4,477 Russians exact" in said
    assert "9,000 Russians contradicted" in said
    assert "New applications of people from Russia in Israel, 2018: 2,772" in said


@pytest.mark.parametrize(("language", "verdict"), [("ru", "точно"), ("he", "מדויק"), ("ar", "دقيق"), ("uk", "точно")])
def test_verdicts_in_other_languages(origin: str, language: str, verdict: str) -> None:
    assert f"4,477 Russians {verdict}" in body(paste(origin, f"{language}/check/", TEXT)[1])


def test_a_text_without_a_figure_says_so(origin: str) -> None:
    assert "No figure of people" in body(paste(origin, "en/check/", "Nobody counted them.")[1])


def test_what_is_pasted_stays_text(origin: str) -> None:
    page = paste(origin, "en/check/", "<script>alert(1)</script> In 2019, 4,477 Russians asked Israel for asylum.")[1]
    assert "<script" not in page


def test_a_long_text_is_cut_and_says_so(origin: str) -> None:
    said = body(paste(origin, "en/check/", TEXT + " and" * 10_000)[1])
    assert "longer than 20000 letters" in said


def test_nothing_is_pasted_to_another_page(origin: str) -> None:
    assert paste(origin, "en/doubts/", TEXT)[0] == 405
