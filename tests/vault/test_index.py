"""The blind index: findable with the key, and nothing to read without it."""

from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylon.errors import VaultError
from asylon.vault.index import INDEX_BYTES, MOST_YEARS, BlindIndex

KEY = bytes(range(32))
INDEX = BlindIndex(KEY)


def reference(domain: str, text: str) -> bytes:
    """HMAC written out from its definition (RFC 2104) with BLAKE2b, whose block is 128 bytes."""
    inner = bytes(byte ^ 0x36 for byte in KEY.ljust(128, b"\0"))
    outer = bytes(byte ^ 0x5C for byte in KEY.ljust(128, b"\0"))
    digest = hashlib.blake2b(inner + f"{domain}\0{text}".encode()).digest()
    return hashlib.blake2b(outer + digest).digest()[:10]


def test_keys_are_what_the_definition_says() -> None:
    assert INDEX.name_keys("Юлия Щербакова") == {reference("name", "AL"), reference("name", "XRPKF")}
    assert INDEX.number_keys("A 123") == {reference("number", "A123")}
    assert INDEX.born_key("1990-05-01") == reference("born", "1990-05-01")


def test_one_name_is_found_in_another_script() -> None:
    stored = INDEX.name_keys("Светлана Тихановская")
    asked = INDEX.name_part_keys("Cichanouskaja Sviatlana")
    assert len(asked) == 2
    assert all(keys & stored for keys in asked)
    assert not INDEX.name_keys("Петренко") & stored


def test_another_organisation_has_other_keys() -> None:
    other = BlindIndex(bytes(32))
    assert not other.name_keys("Юлия") & INDEX.name_keys("Юлия")
    assert other.number_keys("123") != INDEX.number_keys("123")
    assert not other.born_keys("1990") & INDEX.born_keys("1990")


def test_name_number_and_year_of_one_wording_have_different_keys() -> None:
    assert not INDEX.number_keys("1990") & INDEX.born_keys("1990")
    assert not INDEX.number_keys("AL") & INDEX.name_keys("AL")


@pytest.mark.parametrize(
    ("at_home", "abroad"),
    [
        ("054-123 4567", "+972 54 123 4567"),
        ("8 (916) 123-45-67", "+7 916 1234567"),
        ("091 123456", "+374 91 123456"),
        ("064/1234567", "00381 64 1234567"),
        ("555 12 34 56", "+995 555 123456"),
    ],
)
def test_a_phone_is_found_with_the_code_of_its_country_and_without(at_home: str, abroad: str) -> None:
    assert INDEX.number_keys(at_home) & INDEX.number_keys(abroad)
    assert not INDEX.number_keys(at_home) & INDEX.number_keys(abroad[:-1] + "1")


def test_number_is_found_as_it_is_typed() -> None:
    assert INDEX.number_keys("МС-1234567") == INDEX.number_keys("mc 1234567")
    assert INDEX.number_keys("+972 54 123 4567") == INDEX.number_keys("00972-54-123-4567")
    assert INDEX.number_keys(" - ") == frozenset()
    forms = ("A-123/456", "a 123 456", "A123456", "A–123‑456", "a/123/456", "\u200fA.123.456\u200e")
    assert len({INDEX.number_keys(text) for text in forms}) == 1


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("12345-06-26", "12345 06/26"), ("12345-06-26", 'עמ"נ 12345-06-26'), ("2a-1234/2024", "2а 1234-2024"),
        ("CAS 17/2025", "17-2025"), ("CAS 17/2025", "cas172025"), ("VG 5 K 123/24 A", "5K123.24"),
        ("№ 17/2025", "17/2025"),
    ],
)  # fmt: skip
def test_files_are_found_by_their_number_however_it_is_written(text: str, same: str) -> None:
    assert INDEX.file_keys(text) & INDEX.file_keys(same)


def test_files_without_a_number_have_no_key_and_others_share_none() -> None:
    assert not INDEX.file_keys("to be filed") | INDEX.file_keys("") | INDEX.file_keys(" - ")
    assert not INDEX.file_keys("17/2025") & INDEX.file_keys("18/2025")
    assert not INDEX.number_keys("17/2025") & INDEX.file_keys("17/2025"), "a check for conflicts would meet it"


def test_a_day_is_found_by_its_day_and_its_year_and_not_by_another_day() -> None:
    stored = INDEX.born_keys("1990-05-01")
    assert len(stored) == 2
    assert INDEX.born_key("1990-05-01") in stored
    assert INDEX.born_key("1990") in stored
    assert INDEX.born_key("1990-05") == INDEX.born_key("1990")
    assert INDEX.born_key("1990-05-02") not in stored
    assert INDEX.born_key("1991") not in stored


def test_a_span_of_years_is_found_by_each_of_them() -> None:
    stored = INDEX.born_keys("1989-12/1991")
    assert stored == {INDEX.born_key(year) for year in ("1989", "1990", "1991")}
    assert len(INDEX.born_keys(f"1950/{1949 + MOST_YEARS}")) == MOST_YEARS


@pytest.mark.parametrize(
    "text", ["", "before 1990", "1950/1962", "../1990", "1990/..", "1991/1990", "1/2/3", "May 1990"]
)
def test_what_fixes_no_year_has_no_key(text: str) -> None:
    assert INDEX.born_keys(text) == frozenset()
    assert INDEX.born_key(text) is None


@given(st.text(max_size=200))
def test_every_key_has_one_length(text: str) -> None:
    keys = [*INDEX.name_keys(text), *INDEX.born_keys(text), *INDEX.number_keys(text), INDEX.born_key(text)]
    assert all(len(key) == INDEX_BYTES for key in keys if key is not None)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_key_of_wrong_length_is_refused(length: int) -> None:
    with pytest.raises(VaultError, match=f"index key: it has {length} bytes, not 32"):
        BlindIndex(b"x" * length)


def test_key_is_not_shown() -> None:
    assert repr(BlindIndex(b"secretsecretsecretsecretsecret!!")) == "BlindIndex(…)"


def test_one_name_is_indexed_within_a_millisecond() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        INDEX.name_keys("Аляксандра Віктараўна Ціханоўская")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(20)) < 0.001
