"""A paper goes in sealed and comes out as it was, under a name that says nothing; a page in disguise stays out."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Sit
from tests.journeys.seat import PHONE, Way
from tests.journeys.work import open_family

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def test_paper_goes_in_and_out(sit: Sit, tmp_path: Path) -> None:
    seat = sit("noa", Way(width=PHONE))
    case = open_family(seat, "Traoré")
    page = seat.go(f"{case}/papers")
    seat.look("papers-empty")
    page.locator("main input[name=title]").fill("Decision of the office")
    page.locator("main input[type=file]").set_input_files(
        {"name": "Traoré decision.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    seat.press("main form[enctype] button.main-act")
    seat.look("papers")
    assert "Traoré decision.pdf" in page.locator("main table").inner_text()
    with page.expect_download() as waiting:
        page.locator("main table [data-open]").click()
    assert waiting.value.suggested_filename.startswith("paper-")
    waiting.value.save_as(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == PDF


def test_page_in_disguise_is_refused(sit: Sit) -> None:
    seat = sit("noa")
    case = open_family(seat, "Diallo")
    page = seat.go(f"{case}/papers")
    page.locator("main input[name=title]").fill("Picture")
    page.locator("main input[type=file]").set_input_files(
        {"name": "picture.png", "mimeType": "image/png", "buffer": b"<html><script>alert(1)</script></html>"}
    )
    seat.press("main form[enctype] button.main-act")
    seat.look("papers-refused")
    assert page.locator("main [role=alert]").count() >= 1
    assert page.locator("main input[name=title]").input_value() == "Picture", "what was typed is kept"
    assert page.locator("main table").count() == 0
