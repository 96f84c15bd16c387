"""The desk's script in a browser, on the pages of the gallery; and what works where there is no script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOST = "http://desk.test"
SIGN_IN = "/account/login/"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: the desk's script is not tested")

Answer = Callable[[Route], None]


def answer(status: int, body: str = "", **headers: str) -> Answer:
    def fulfil(route: Route) -> None:
        route.fulfill(status=status, body=body, headers={"content-type": "text/html", **headers})

    return fulfil


def cut(route: Route) -> None:
    route.abort("connectionfailed")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gallery")
    subprocess.run([sys.executable, "-m", "tools.gallery", str(out)], cwd=ROOT, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


class Desk:
    """A page of the gallery whose server answers as the test says; everything else it asks for is a failure."""

    def __init__(self, page: Page, gallery: Path) -> None:
        self.page, self.gallery = page, gallery
        self.answers: dict[str, Answer] = {"/alive": answer(204), SIGN_IN: answer(200, "<h1>Sign in</h1>")}
        self.asked: list[str] = []
        self.posts: list[str] = []
        page.route("**/*", self._serve)

    def _serve(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        self.asked.append(parts.path)
        assert f"{parts.scheme}://{parts.netloc}" == HOST, "nothing is loaded from elsewhere"
        if route.request.method == "POST":
            self.posts.append(f"{parts.path} {route.request.post_data or ''}")
        if parts.path in self.answers:
            self.answers[parts.path](route)
        else:
            route.fulfill(path=self.gallery / parts.path.lstrip("/"))

    def open(self, name: str) -> Page:
        self.page.goto(f"{HOST}/{name}.html", wait_until="networkidle")  # the first heartbeat is answered
        return self.page

    def comes_back(self) -> None:
        self.page.evaluate("setTimeout(() => document.dispatchEvent(new Event('visibilitychange')), 100)")


@pytest.fixture
def desk(browser: Browser, gallery: Path) -> Iterator[Desk]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield Desk(page, gallery)
    page.close()


# ---------------------------------------------------------------- everybody can use it


@pytest.mark.parametrize("variant", ["light-en", "dark-he"])
@pytest.mark.parametrize("name", ["board", "case", "form", "signin", "404", "factors"])
def test_pages_are_accessible(desk: Desk, name: str, variant: str) -> None:
    page = desk.open(f"{name}-{variant}")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = Axe().run(page, options={"runOnly": rules}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, f"at {width} the page is {wider} pixels too wide"


# ---------------------------------------------------------------- the heartbeat


def test_a_page_that_may_stay_stays(desk: Desk) -> None:
    page = desk.open("case-light-en")
    desk.comes_back()
    page.wait_for_timeout(400)
    assert desk.asked.count("/alive") >= 2
    expect(page.locator("h1")).to_have_text("Salim Haddad")


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_a_page_that_may_not_be_seen_any_more_goes_away(desk: Desk, status: int) -> None:
    page = desk.open("case-light-en")
    desk.answers["/alive"] = answer(status, location=SIGN_IN)
    desk.comes_back()
    page.wait_for_url(f"**{SIGN_IN}")
    assert "Salim" not in page.content()


def test_the_locked_screen_stands_before_the_next_page_comes(desk: Desk) -> None:
    page = desk.open("case-light-en")
    desk.answers["/alive"] = answer(403)
    keep = "sessionStorage.setItem('left', document.body.innerText)"
    page.evaluate(f"new MutationObserver(() => {keep}).observe(document.body, {{childList: true}})")
    desk.comes_back()
    page.wait_for_url(f"**{SIGN_IN}")
    left = page.evaluate("sessionStorage.getItem('left')")
    assert "The desk is locked" in left
    assert "Salim" not in left


def test_a_page_from_the_memory_of_the_browser_is_hidden_until_the_server_agrees(desk: Desk) -> None:
    page = desk.open("case-light-en")
    desk.answers["/alive"] = cut
    page.evaluate("setTimeout(() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})), 100)")
    page.wait_for_url(f"**{SIGN_IN}")


def test_a_server_that_is_away_for_a_moment_takes_no_page(desk: Desk) -> None:
    page = desk.open("case-light-en")
    desk.answers["/alive"] = cut
    desk.comes_back()
    page.wait_for_timeout(400)
    expect(page.locator("h1")).to_have_text("Salim Haddad")


def test_a_page_that_hears_nothing_for_long_hides_until_it_does(desk: Desk) -> None:
    """On a laptop that was taken and cut off nobody can lock it from elsewhere."""
    desk.page.clock.install()
    page = desk.open("case-light-en")
    page.clock.run_for(60_000)
    page.wait_for_timeout(50)  # the answers come by another clock
    desk.answers["/alive"] = cut
    page.clock.run_for(14 * 60_000)
    page.wait_for_timeout(50)
    expect(page.locator("h1")).to_be_visible()
    page.clock.run_for(2 * 60_000)
    expect(page.locator("h1")).to_be_hidden()
    desk.answers["/alive"] = answer(204)
    page.clock.run_for(21_000)
    expect(page.locator("h1")).to_be_visible()


def test_the_heart_beats_every_twenty_seconds(desk: Desk) -> None:
    desk.page.clock.install()
    desk.open("board-light-en")
    before = desk.asked.count("/alive")
    desk.page.clock.run_for(41_000)
    desk.page.wait_for_timeout(50)
    assert desk.asked.count("/alive") == before + 2


# ---------------------------------------------------------------- drafts


def test_a_draft_is_kept_once_after_the_last_key(desk: Desk) -> None:
    desk.answers["/draft"] = answer(204)
    page = desk.open("form-light-en")
    page.locator("#id_name").fill("Rim")
    page.locator("#id_name").press_sequentially("a B")
    page.wait_for_function("!document.querySelector('[data-saved]').textContent.includes('10:32')")
    kept = [post for post in desk.posts if post.startswith("/draft")]
    assert len(kept) == 1
    assert "Rima B" in kept[0]
    assert 'name="paper"' not in kept[0]
    assert page.locator("[data-saved]").inner_text().startswith("Draft saved ")


def test_a_draft_that_is_not_kept_says_so_and_is_tried_again(desk: Desk) -> None:
    desk.answers["/draft"] = answer(500)
    page = desk.open("form-light-en")
    page.locator("#id_name").fill("Nour")
    expect(page.locator("[data-saved].failed")).to_have_text("Not saved. The desk tries again; keep this page open.")
    desk.answers["/draft"] = answer(204)
    expect(page.locator("[data-saved]:not(.failed)")).to_contain_text("Draft saved", timeout=8000)
    assert "Nour" in desk.posts[-1]
    assert page.locator("#id_name").input_value() == "Nour"


def test_what_a_redirect_swallowed_does_not_count_as_kept(desk: Desk) -> None:
    desk.answers["/draft"] = answer(302, location=SIGN_IN)
    page = desk.open("form-light-en")
    page.locator("#id_name").fill("Nour")
    expect(page.locator("[data-saved].failed")).to_be_visible()


# ---------------------------------------------------------------- keys


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))


def test_keys_walk_over_rows_and_go_to_places(desk: Desk) -> None:
    page = desk.open("board-light-en")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "Rania Darwish"
    page.keyboard.press("k")
    assert focused(page) == "Salim Haddad"
    page.keyboard.press("/")
    assert focused(page) == "search-field"
    desk.answers["/cases/"] = answer(200, "<h1>Cases</h1>")
    page.locator("#search-field").blur()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases/")


def test_keys_are_letters_while_one_types(desk: Desk) -> None:
    page = desk.open("board-light-en")
    page.locator("#search-field").focus()
    page.keyboard.type("jkn/?L")
    assert page.locator("#search-field").input_value() == "jkn/?L"
    assert desk.posts == []


def test_shift_l_locks(desk: Desk) -> None:
    desk.answers["/lock/"] = answer(200, "<h1>Locked</h1>")
    page = desk.open("board-light-en")
    page.keyboard.press("l")
    assert desk.posts == []
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/lock/")
    assert desk.posts[0].startswith("/lock/ ")


def test_single_keys_can_be_switched_off(desk: Desk) -> None:
    page = desk.open("board-light-en")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_role("button", name="Single keys off").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    assert focused(page) != "search-field"


def test_the_list_of_keys_is_a_link_that_opens_on_the_page(desk: Desk) -> None:
    page = desk.open("board-light-en")
    page.get_by_role("link", name="Keys").click()
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#keys")).to_be_hidden()
    assert "/keys_help/" not in desk.asked


# ---------------------------------------------------------------- moments, narrow screens


def test_moments_are_told_by_the_clock_of_whoever_reads(browser: Browser, gallery: Path) -> None:
    page = browser.new_page(timezone_id="Asia/Jerusalem")
    desk = Desk(page, gallery)
    desk.open("form-light-en")
    expect(page.locator("[data-saved]")).to_have_text("Draft saved 25 Nov 2026, 12:32")
    assert page.locator("[data-saved] time").get_attribute("title") == "25 Nov 2026, 10:32 UTC"
    desk.open("form-light-he")
    expect(page.locator("[data-saved]")).to_contain_text("12:32")
    page.close()


def test_a_part_that_says_nothing_is_folded_on_a_narrow_screen(desk: Desk) -> None:
    page = desk.open("form-light-en")
    part = page.locator("[data-fold]")

    def is_open_on_a_phone() -> bool:
        page.set_viewport_size({"width": 1280, "height": 900})
        expect(part).to_have_attribute("open", "")
        page.set_viewport_size({"width": 390, "height": 800})
        page.wait_for_timeout(100)
        return part.get_attribute("open") is not None

    assert is_open_on_a_phone(), "a fault stands in it"
    part.evaluate("part => part.querySelectorAll('.wrong').forEach(field => field.classList.remove('wrong'))")
    assert not is_open_on_a_phone()
    part.evaluate("part => { part.querySelector('input[type=checkbox]').checked = true; }")
    assert is_open_on_a_phone()


# ---------------------------------------------------------------- rows, paper, no script


def test_a_group_repeats(desk: Desk) -> None:
    desk.answers["/draft"] = answer(204)
    page = desk.open("form-light-en")
    page.get_by_role("button", name="Add another event").click()
    page.get_by_role("button", name="Add another event").click()
    assert page.locator('input[name="event-TOTAL_FORMS"]').input_value() == "3"
    assert page.locator('[name="event-1-on"], [name="event-2-on"]').count() == 2
    assert page.locator('label[for="id_event-2-on"]').count() == 1
    assert page.evaluate("document.activeElement.name") == "event-2-on"


def test_on_paper_duties_are_open_and_the_code_word_is_not_there(desk: Desk) -> None:
    page = desk.open("case-dark-en")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.get_by_text("Nothing in the timeline has met it in time.")).to_be_visible()
    expect(page.get_by_text("the grey coat")).to_be_hidden()
    expect(page.get_by_role("button", name="Lock")).to_be_hidden()
    expect(page.locator(".print-head")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_text("Nothing in the timeline has met it in time.")).to_be_hidden()


def test_without_script_everything_opens(browser: Browser, gallery: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    desk = Desk(page, gallery)
    desk.open("case-light-en")
    page.locator("summary", has_text="Written notice").click()
    expect(page.get_by_text("Nothing in the timeline has met it in time.")).to_be_visible()
    page.locator(".bottom summary").click()
    expect(page.locator(".bottom").get_by_role("link", name="Trail")).to_be_visible()
    expect(page.get_by_role("button", name="Lock")).to_be_visible()
    assert "/alive" not in desk.asked
    desk.open("form-light-en")
    expect(page.locator("[data-fold] input").first).to_be_visible()
    expect(page.locator("[data-saved]")).to_have_text("Draft saved 25 Nov 2026, 10:32 UTC")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.get_by_role("link", name="Keys").get_attribute("href") == "/keys_help/"
    page.close()
