"""Addresses: each means one page, and every page leads to every other by a relative link."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from asylon.observatory.routes import KINDS, LANGUAGES, Address, find_address, relative

ARGS = {"asylum": ("ISR",), "origin": ("RUS",), "pair": ("ISR", "RUS"), "compare": ("RUS",), "world": ("2025",)}
ARGS["changes"] = ("2025.06.0", "2025.12.1")
EVERY = [
    Address(code, kind, ARGS.get(kind, ()), as_of)
    for code in LANGUAGES
    for kind in KINDS
    for as_of in (None, "2025.06.0")
]


@pytest.mark.parametrize("address", EVERY, ids=lambda address: address.path)
def test_an_address_is_read_as_it_is_written(address: Address) -> None:
    assert find_address(address.path) == address
    assert find_address(address.data("years").path) == address.data("years")


@pytest.mark.parametrize(
    "path",
    ["xx/", "en/asylum/", "en/asylum/ISR/RUS/", "data/asylum/ISR/", "data/asylum/ISR/a.b.csv", "en/2025/x/", "desk/"],
)
def test_what_is_no_address_is_told_apart(path: str) -> None:
    assert find_address(path) is None


def test_a_link_leads_from_any_page_to_any_other() -> None:
    for here in EVERY[:22]:
        for there in EVERY:
            assert urljoin(f"http://x/y/{here.path}", relative(here.path, there.path)) == f"http://x/y/{there.path}"
    assert relative("en/world/2025/", "en/", as_files=True) == "../../../en/index.html"
