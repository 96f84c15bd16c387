"""What is asked of every page can fail: a page with each fault in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import totp
from tests.journeys.seat import PHONE, Seat, Way

GOOD = "<!doctype html><html lang=en dir={dir}><head><title>{title} · Asylon</title></head><body><main>{body}</main>"


@pytest.fixture
def seat(browser: Browser) -> Iterator[Seat]:
    made = Seat(browser, "http://localhost", Way("en", PHONE))
    made.status = 200
    yield made
    made.close()


def show(seat: Seat, body: str, *, title: str = "Case", direction: str = "ltr") -> Seat:
    seat.page.set_content(GOOD.format(dir=direction, title=title, body=f"<h1>Case</h1>{body}"))
    return seat


def test_right_page_passes(seat: Seat) -> None:
    show(seat, "<p>K53-R32</p>", direction="rtl").look("right")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<p style='color: #bbb; background: #fff'>Pale</p>", "color-contrast"),
        ("<div style='width: 500px'>Wide</div>", "500 px|px wide"),
        ("<p dir=rtl>תיק 553-R32</p>", "553-R32"),
    ],
)
def test_faults_are_found(seat: Seat, body: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        show(seat, body).look("faulty")


def test_name_in_the_title_is_found(seat: Seat) -> None:
    with pytest.raises(AssertionError, match="holds a name"):
        show(seat, "", title="Mariam Haddad").look("named")


def test_request_elsewhere_and_errors_of_scripts_are_found(seat: Seat) -> None:
    show(seat, "<img alt='' src='http://elsewhere.example/a.png'>")
    seat.page.evaluate("console.error('broken')")
    seat.page.wait_for_timeout(100)
    said = " ".join(seat.faults)
    assert "request to http://elsewhere.example/a.png" in said
    assert "console: broken" in said


def test_codes_are_those_of_the_standard() -> None:
    """The values of RFC 6238, appendix B, in six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [totp(secret, at=at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]
