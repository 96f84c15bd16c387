"""Countries: ISO codes and names are read, UNHCR's own codes and misspelt words are told apart and never guessed."""

from __future__ import annotations

import pytest

from asylon.errors import StatisticsError
from asylon.statistics.countries import (
    countries,
    country_name,
    find_country,
    second_meaning,
    two_letter_codes,
    unhcr_codes,
)


def refusal(text: str) -> str:
    with pytest.raises(StatisticsError) as error:
        find_country(text, place="--origin")
    (fault,) = error.value.faults
    return str(fault)


def test_the_list_is_whole_and_without_doubles() -> None:
    known = countries()
    assert len(known) > 220
    assert all(len(code) == 3 and code.isupper() for code in known)
    # Kosovo has no code of UNHCR's: it stands with Serbia there.
    assert len(unhcr_codes()) == len(known) - 1, "every country has one code of UNHCR's and no two share one"
    letters = [country.iso2 for country in known.values() if country.iso2]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("RUS", "RUS"),
        (" isr ", "ISR"),
        ("Germany", "DEU"),
        ("GERMANY", "DEU"),
        ("Syrian Arab Republic", "SYR"),
        ("Ivory Coast", "CIV"),
        ("Turkey", "TUR"),
        ("Stateless", "XXA"),
        ("unknown", "UNK"),
        ("XXX", "UNK"),
        ("Tibet", "TIB"),
        ("UK", "GBR"),
        ("DRC", "COD"),
        ("Kosovo", "XKX"),
    ],
)
def test_what_people_write(text: str, iso3: str) -> None:
    assert find_country(text).iso3 == iso3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GFR", "is UNHCR's own code for Germany, not ISO 3166 alpha-3; write DEU"),
        ("SRV", "is UNHCR's own code for Vietnam, not ISO 3166 alpha-3; write VNM"),
        ("UKN", "is UNHCR's own code for Unknown origin, not ISO 3166 alpha-3; write UNK"),
        ("STA", "is UNHCR's own code for Stateless, not ISO 3166 alpha-3; write XXA"),
        ("IL", "is a two-letter code for Israel, not ISO 3166 alpha-3; write ISR"),
        ("EL", "is a two-letter code for Greece, not ISO 3166 alpha-3; write GRC"),
        ("Rusia", "did you mean RUS (Russia)"),
        ("Germny", "did you mean DEU (Germany)?"),
        ("Turkiye", "did you mean TUR (Türkiye)?"),
        ("ISX", "did you mean"),
        ("XK", "is a two-letter code for Kosovo, not ISO 3166 alpha-3; write XKX"),
        ("qqqqq", "write an ISO 3166 alpha-3 code"),
        ("", "write an ISO 3166 alpha-3 code"),
        ("Сирия", "write an ISO 3166 alpha-3 code"),
    ],
)
def test_what_is_refused_says_what_to_write(text: str, words: str) -> None:
    told = refusal(text)
    assert told.startswith(f"--origin {text!r}: ")
    assert words in told


@pytest.mark.parametrize(
    ("code", "here", "at_unhcr"), [("AUS", "AU", "AUT"), ("ARE", "AE", "EGY"), ("MAR", "MA", "MTQ")]
)
def test_three_codes_mean_one_country_to_iso_and_another_to_unhcr(code: str, here: str, at_unhcr: str) -> None:
    assert find_country(code).iso2 == here
    assert second_meaning(code) == at_unhcr
    assert unhcr_codes()[code] == at_unhcr


def test_no_other_code_has_a_second_meaning() -> None:
    assert {code for code in countries() if second_meaning(code)} == {"AUS", "ARE", "MAR"}
    assert second_meaning("RUS") is None
    assert second_meaning("nowhere") is None


def test_two_letters_of_eurostat_and_of_iso() -> None:
    codes = two_letter_codes()
    assert (codes["EL"], codes["GR"], codes["UK"], codes["GB"]) == ("GRC", "GRC", "GBR", "GBR")


def test_names_in_every_language() -> None:
    names = {code: [country_name("RUS", code), country_name("ISR", code)] for code in ("en", "ru", "uk", "he", "fr")}
    assert names == {
        "en": ["Russia", "Israel"],
        "ru": ["Россия", "Израиль"],
        "uk": ["Росія", "Ізраїль"],
        "he": ["רוסיה", "ישראל"],
        "fr": ["Russie", "Israël"],
    }
    for language in names:
        assert all(country.name(language) for country in countries().values())


def test_names_of_those_without_a_country() -> None:
    assert [country_name(code) for code in ("UNK", "XXA", "TIB")] == ["Unknown origin", "Stateless", "Tibetans"]
    assert country_name("QQQ") == "QQQ"
