"""Numbers in a text: digits of every print, words, sizes, ranges, and what only looks like a number of people."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylon.statistics.reading import Figure, read_figures


def only(text: str) -> Figure:
    """Return the one figure of a text."""
    (figure,) = read_figures(text)
    assert text[figure.start : figure.end] == figure.quote
    return figure


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234 people fled", 1234),
        ("1.234.567 personas", 1234567),
        ("1'234'567 people fled", 1234567),
        ("2 345 678 refugees came", 2345678),
        ("3\u2009456 persons", 3456),
        ("4\u202f567 people", 4567),
        ("5\u00a0678 беженцев", 5678),
        ("61, 000 people displaced", 61000),
        ("1,5 million people", 1_500_000),
        ("5.5 mln people", 5_500_000),
        ("1.344 million people", 1_344_000),
        ("4.1 million displaced", 4_100_000),
        ("75k people left", 75_000),
        ("75 тыс. человек", 75_000),
        ("1,5 млн человек", 1_500_000),
        ("300 אלף איש", 300_000),
        ("1.5 מיליון פליטים", 1_500_000),
        ("2 mil viviendas", 2000),
        ("least30,500 people fled", 30_500),
    ],
)
def test_digits(text: str, value: float) -> None:
    assert only(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Nine hundred and twenty-one families were displaced", 921),
        ("Two million three hundred thousand five hundred and six people fled", 2_300_506),
        ("a hundred people fled", 100),
        ("Half a million people left", 500_000),
        ("two and a half million people left", 2_500_000),
        ("тысяча двести человек", 1200),
        ("две тысячи беженцев", 2000),
        ("две сирийские семьи", 2),
        ("двое беженцев", 2),
        ("пятьсот двадцать один человек", 521),
        ("сорок пять тысяч шестьсот жителей", 45_600),
        ("около полутора тысяч человек", 1500),
        ("два с половиной миллиона человек", 2_500_000),
        ("сто одна семья", 101),
        ("שלושה פליטים", 3),
        ("אלפיים איש", 2000),
        ("שלושת אלפים וחמש מאות איש", 3500),
        ("מאה עשרים ושלושה אנשים", 123),
        ("שנים עשר אנשים", 12),
        ("חצי מיליון איש", 500_000),
        ("מיליון וחצי איש", 1_500_000),
    ],
)
def test_words(text: str, value: float) -> None:
    assert only(text).value == value


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier"),
    [
        ("hundreds of thousands of people", 200_000, 999_999, "hundreds_of"),
        ("tens of thousands of refugees", 20_000, 99_999, "tens_of"),
        ("dozens of families", 24, 99, "dozens_of"),
        ("several thousand people", 2000, 9999, "thousands_of"),
        ("сотни тысяч людей", 200_000, 999_999, "hundreds_of"),
        ("десятки тысяч россиян", 20_000, 99_999, "tens_of"),
        ("несколько тысяч человек", 2000, 9999, "thousands_of"),
        ("עשרות אלפים עזבו", 20_000, 99_999, "tens_of"),
        ("מאות אלפי אנשים", 200_000, 999_999, "hundreds_of"),
        ("817,000 to 922,000 people", 817_000, 922_000, "between"),
        ("between 817,000 and 922,000 people", 817_000, 922_000, "between"),
        ("817-922 thousand people", 817_000, 922_000, "between"),
        ("4 to 5 million people", 4_000_000, 5_000_000, "between"),
        ("8- to 10-person families, that is 10–20 families", 10, 20, "between"),
        ("817–922 тыс. человек", 817_000, 922_000, "between"),
        ("от 817 до 922 тысяч человек", 817_000, 922_000, "between"),
        ("בין 817,000 ל־922,000 איש", 817_000, 922_000, "between"),
        ("most Russians", 50, 100, "more_than"),
    ],
)
def test_sizes_and_ranges_have_no_value_but_bounds(text: str, low: float, high: float, qualifier: str) -> None:
    figure = read_figures(text)[-1]
    assert (figure.value, figure.low, figure.high, figure.qualifier) == (None, low, high, qualifier)


@pytest.mark.parametrize(
    ("text", "qualifier", "low", "high"),
    [
        ("300 people", "exact", 300, 300),
        ("only 300 people", "exact", 300, 300),
        ("some 300 people", "about", None, None),
        ("an estimated 300 people", "about", None, None),
        ("~300 people", "about", None, None),
        ("nearly 300 people", "nearly", None, 300),
        ("at least 300 people", "at_least", 300, None),
        ("no fewer than 300 people", "at_least", 300, None),
        ("300 or more people", "at_least", 300, None),
        ("300+ people", "at_least", 300, None),
        ("more than 300 people", "more_than", 300, None),
        ("up to 300 people", "up_to", None, 300),
        ("no more than 300 people", "at_most", None, 300),
        ("fewer than 300 people", "less_than", None, 300),
        ("another 300 people", "other", 300, 300),
        ("около 300 человек", "about", None, None),
        ("почти 300 человек", "nearly", None, 300),
        ("не менее 300 человек", "at_least", 300, None),
        ("свыше 300 человек", "more_than", 300, None),
        ("до 300 человек", "up_to", None, 300),
        ("не более 300 человек", "at_most", None, 300),
        ("менее 300 человек", "less_than", None, 300),
        ("כ-300 איש", "about", None, None),
        ("כמעט 300 איש", "nearly", None, 300),
        ("לפחות 300 איש", "at_least", 300, None),
        ("יותר מ-300 איש", "more_than", 300, None),
        ("עד 300 איש", "up_to", None, 300),
    ],
)
def test_qualifiers_set_the_bounds(text: str, qualifier: str, low: float | None, high: float | None) -> None:
    figure = only(text)
    assert (figure.value, figure.qualifier, figure.low, figure.high) == (300, qualifier, low, high)
    assert figure.quote == text  # the qualifier is part of what is quoted


@pytest.mark.parametrize(
    "text",
    [
        "On 12 May 2016 at 10:30 the gate was shut.",
        "The 45-year-old came on the 3rd and again at 6 p.m.",
        "He was aged 41 and spent 3 years and 14 days there, 12 km away.",
        "Article 33, Section 94, No. 5, resolution 2254.",
        "B-52, Covid-19 and Boeing 737.",
        "A party to the 1951 Convention and its 1967 Protocol.",
        "Участник Протокола 1967 года.",
        "הוא בן 34, טלפון 03-1234567, בשנים 2022–2025.",
        "Phone 8 (495) 123-45-67 or 555-0199-22, +1 202-555-0134.",
        "A nine-storey house in 18 provinces.",
        "See https://example.org/2016/12345 for 2011-2015.",
        "21-летний пришёл 5 марта 2016 года в 10:30 и прошёл 20 км за 3 часа.",
        "Статья 33, 5-й этаж, 2011–2015 годы.",
        "ב-12 במאי 2016 בשעה 10:30, סעיף 33.",
        "No number here at all.",
        "",
    ],
)
def test_decoys_are_no_figures(text: str) -> None:
    assert [figure.quote for figure in read_figures(text)] == []


def test_money_and_per_cent_are_what_they_are() -> None:
    units = [(figure.value, figure.unit) for figure in read_figures("$1,500 and €200, 30% and 46,6 процента; 5 рублей")]
    assert units == [(1500, "money"), (200, "money"), (30, "percent"), (46.6, "percent"), (5, "money")]


def test_a_year_before_people_is_a_number() -> None:
    assert only("2011 persons applied for refugee status").value == 2011
    assert only("In 2011 300 persons applied").value == 300


def test_sums_are_made_only_where_the_words_ask_for_one() -> None:
    assert only("A total of 709,841 + 363,832 people were displaced").value == 709_841 + 363_832
    apart = read_figures("709,841 + 363,832 people were displaced")
    assert [figure.value for figure in apart] == [709_841, 363_832]


def test_a_rise_from_one_number_to_another_is_no_range() -> None:
    rise = read_figures("The number of claims rose from 22,291 in 2021 to 99,998 in 2022.")
    assert [figure.value for figure in rise] == [22_291, 99_998]
    assert [figure.qualifier for figure in rise] == ["exact", "exact"]


PIECES = st.sampled_from(
    [
        *("1", "23", "345", "2015", ",", ".", " ", " ", "-", "–", "+", "(", ")", "%", "$", "\n", "\n\n", "־", "\u2009"),
        *(
            "one ",
            "hundred ",
            "million ",
            "and a half ",
            "between ",
            " to ",
            "May ",
            " people",
            " or more ",
            "most ",
            "dozens ",
        ),
        *("два ", "тысячи ", "с половиной ", "тыс. ", "от ", " до ", "мая ", " человек", "несколько "),
        *("שני ", "אלפים ", "וחצי ", "בין ", "ל־", "מאי ", " איש", "כ-", "עשרות "),
        *("Russians ", "в Израиль ", "מסוריה ", "the number of ", "rose ", "fled ", "\ufffd", "a.m. "),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_text_can_be_read_and_every_quote_stands_where_it_says(text: str) -> None:
    figures = read_figures(text)
    for figure in figures:
        assert text[figure.start : figure.end] == figure.quote
        assert figure.sentence[0] <= figure.start < figure.end <= figure.sentence[1]
    assert [figure.start for figure in figures] == sorted(figure.start for figure in figures)
