"""Statements that advocates meet: who, from where, to where, status, measure and time, in three languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from asylon.errors import StatisticsError
from asylon.statistics.reading import Figure, main_figure, read_figures
from asylon.statistics.reading.tokens import language_of


def period(figure: Figure) -> tuple[str | None, ...]:
    """Return kind, start and end of a figure's period."""
    assert figure.period is not None
    return figure.period.kind, figure.period.start, figure.period.end


@pytest.mark.parametrize(
    "text",
    [
        "As of 2015, 1032 Syrians received temporary asylum in Russia, and only two persons received refugee status.",
        "По состоянию на 2015 год 1032 сирийца получили временное убежище в России, "
        "и только двое получили статус беженца.",
        "נכון ל-2015, 1032 סורים קיבלו מקלט זמני ברוסיה, ורק שניים קיבלו מעמד פליט.",
    ],
)
def test_the_second_figure_inherits_who_where_and_when(text: str) -> None:
    first, second = read_figures(text)
    assert (first.value, first.unit, first.status, first.measure) == (1032, "people", "temporary_asylum", "granted")
    assert (second.value, second.unit, second.status, second.measure) == (2, "people", "refugee_status", "recognised")
    for figure in (first, second):
        assert (figure.who, figure.origin, figure.asylum) == ("SYR", "SYR", "RUS")
        assert period(figure) == ("as_of", "2015-01-01", "2015-12-31")
    assert "who: as before" in second.why or any(words.startswith("who: ") for words in second.why)
    assert any(words.startswith("status: ") for words in second.why)


@pytest.mark.parametrize(
    "text",
    [
        "Some 75,000 people headed to Israel.",
        "Около 75 тысяч человек выехали в Израиль.",
        "כ-75,000 איש יצאו לעבר ישראל.",
    ],
)
def test_people_headed_to_a_country_arrive_there(text: str) -> None:
    (figure,) = read_figures(text)
    assert (figure.value, figure.qualifier, figure.unit) == (75_000, "about", "people")
    assert (figure.measure, figure.asylum, figure.origin) == ("arrivals", "ISR", None)


@pytest.mark.parametrize(
    "text",
    [
        "Between 817,000 and 922,000 left since February 2022.",
        "С февраля 2022 года уехали от 817 до 922 тыс. человек.",
        "בין 817,000 ל־922,000 עזבו מאז פברואר 2022.",
    ],
)
def test_a_range_since_a_month(text: str) -> None:
    (figure,) = read_figures(text)
    assert (figure.value, figure.low, figure.high, figure.qualifier) == (None, 817_000, 922_000, "between")
    assert (figure.unit, figure.measure) == ("people", "departures")
    assert period(figure) == ("since", "2022-02-01", None)


@pytest.mark.parametrize(
    "text",
    [
        "Up to 300,000 left in the first months.",
        "До 300 000 человек уехали в первые месяцы.",
        "עד 300,000 עזבו בחודשים הראשונים.",
    ],
)
def test_up_to_in_the_first_months(text: str) -> None:
    (figure,) = read_figures(text)
    assert (figure.value, figure.low, figure.high, figure.qualifier) == (300_000, None, 300_000, "up_to")
    assert (figure.unit, figure.measure) == ("people", "departures")
    assert figure.period is not None
    assert (figure.period.precision, figure.period.start, figure.period.end) == ("vague", None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Israel is a party to the treaty along with 145 other nations.",
        "Израиль — участник конвенции наряду с 145 другими государствами.",
        "ישראל צד לאמנה יחד עם 145 מדינות אחרות.",
    ],
)
def test_other_nations_leave_out_the_one_that_is_spoken_of(text: str) -> None:
    (figure,) = read_figures(text)
    assert (figure.value, figure.unit, figure.qualifier) == (145, "states", "other")
    assert (figure.measure, figure.country, figure.asylum) == ("treaty_parties", "ISR", None)


@pytest.mark.parametrize(
    ("text", "origin", "asylum"),
    [
        ("Germany rejected 500 Afghan asylum applications.", "AFG", "DEU"),
        ("500 Afghans were refused asylum in Germany.", "AFG", "DEU"),
        ("Afghanistan: 500 refugees from Afghanistan were recognised in Germany.", "AFG", "DEU"),
        ("Russian authorities granted temporary asylum to 695 Syrians.", "SYR", "RUS"),
        ("МВД России предоставило временное убежище 695 сирийцам.", "SYR", "RUS"),
        ("Из Сирии в Россию прибыли 300 человек.", "SYR", "RUS"),
        ("300 граждан России попросили убежища в Израиле.", "RUS", "ISR"),
        ("Израиль отказал в убежище 300 россиянам.", "RUS", "ISR"),
        ("300 אזרחי רוסיה ביקשו מקלט בישראל.", "RUS", "ISR"),
        ("300 איש הגיעו מסוריה לרוסיה.", "SYR", "RUS"),
        ("5,000 Sudanese fled to Israel.", "SDN", "ISR"),
        ("5,000 South Sudanese fled to Uganda.", "SSD", "UGA"),
        ("In Israel 300 Eritreans were recognised as refugees by the Israeli government.", "ERI", "ISR"),
        ("More than 8,000 Russians crossed into the United States.", "RUS", "USA"),
        ("Казахстан принял порядка ста тысяч россиян.", "RUS", "KAZ"),
        ("В Грузию за девять месяцев въехали 112 733 гражданина РФ.", "RUS", "GEO"),
        ("יותר משני מיליון סורים חיים בטורקיה.", "SYR", "TUR"),
        ("15 אלף אוקראינים נכנסו לישראל.", "UKR", "ISR"),
        ("205 requests of Russians and Belarusians were rejected in Israel.", "RUS,BLR", "ISR"),
    ],
)
def test_host_and_origin_are_not_confused(text: str, origin: str, asylum: str) -> None:
    (figure,) = read_figures(text)
    assert (figure.origin, figure.asylum) == (origin, asylum)


def test_each_country_of_a_list_has_its_own_number() -> None:
    figures = read_figures("In 2024 Israel had requests for asylum from 700 Russians, 580 Indians and 276 Chinese.")
    assert [(f.value, f.origin, f.asylum, f.measure) for f in figures] == [
        (700, "RUS", "ISR", "applications"),
        (580, "IND", "ISR", "applications"),
        (276, "CHN", "ISR", "applications"),
    ]
    hosts = read_figures("Turkey hosts 3.6 million Syrian refugees, and Germany about 700 thousand.")
    assert [(f.value, f.origin, f.asylum) for f in hosts] == [(3_600_000, "SYR", "TUR"), (700_000, "SYR", "DEU")]


def test_a_heading_is_no_host() -> None:
    (figure,) = read_figures("Ukraine: 4.2 million people enjoyed temporary protection in the EU.")
    assert (figure.asylum, figure.status) == (None, "temporary_protection")


@pytest.mark.parametrize(
    "text",
    [
        "Two out of 1,500 Sudanese applicants in Israel got refugee status.",
        "Of 1,500 Sudanese who sought asylum in Israel, two were recognised as refugees.",
    ],
)
def test_a_part_and_what_it_is_a_part_of(text: str) -> None:
    found = {figure.value: (figure.measure, figure.origin, figure.asylum) for figure in read_figures(text)}
    assert found == {2: ("recognised", "SDN", "ISR"), 1500: ("applications", "SDN", "ISR")}


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("Germany refused 72% of Albanian claims.", ["rejected"]),
        ("The recognition rate fell from 58% in 2021 to 9% in 2023.", ["recognised", "recognised"]),
        ("The number of claims rose by 15 percent.", ["change"]),
        ("Syrians are 46.6 percent of the refugees.", ["share"]),
        ("Германия отклонила 91 % ходатайств россиян.", ["rejected"]),
        ("Число беженцев выросло на 15%.", ["change"]),
        ("רק 0.5% ממבקשי המקלט בישראל הוכרו כפליטים.", ["recognised"]),
    ],
)
def test_per_cent_of_what(text: str, measures: list[str]) -> None:
    figures = [figure for figure in read_figures(text) if figure.unit == "percent"]
    assert [figure.measure for figure in figures] == measures


def test_two_statuses_have_each_their_number() -> None:
    text = "На 1 января 2024 года статус беженца в России имели 252 человека, временное убежище — 8 тысяч 310."
    assert [(f.value, f.status, f.measure, f.asylum) for f in read_figures(text)] == [
        (252, "refugee_status", "stock", "RUS"),
        (8310, "temporary_asylum", "stock", "RUS"),
    ]


@pytest.mark.parametrize(
    ("words", "kind", "start", "end"),
    [
        ("as of 2015", "as_of", "2015-01-01", "2015-12-31"),
        ("at the end of 2018", "as_of", "2018-12-31", "2018-12-31"),
        ("in January-August 2015", "during", "2015-01-01", "2015-08-31"),
        ("from January to August 2015", "during", "2015-01-01", "2015-08-31"),
        ("between November and March 2017", "during", "2016-11-01", "2017-03-31"),
        ("since February 2022", "since", "2022-02-01", None),
        ("by early October 2025", "until", None, "2025-10-10"),
        ("in 2011-2015", "during", "2011-01-01", "2015-12-31"),
        ("in 2015/16", "during", "2015-01-01", "2016-12-31"),
        ("in the first half of 2018", "during", "2018-01-01", "2018-06-30"),
        ("in the first nine months of 2025", "during", "2025-01-01", "2025-09-30"),
        ("in the year to June 2023", "during", "2022-07-01", "2023-06-30"),
        ("on 3 March 2017", "during", "2017-03-03", "2017-03-03"),
        ("on March 28 and 29, 2016", "during", "2016-03-28", "2016-03-29"),
        ("on 2016-02-29", "during", "2016-02-29", "2016-02-29"),
        ("between 17 October and 23 March", "during", None, None),
        ("в январе–августе 2015 года", "during", "2015-01-01", "2015-08-31"),
        ("на конец 2018 года", "as_of", "2018-12-31", "2018-12-31"),
        ("на 1 января 2017 года", "as_of", "2017-01-01", "2017-01-01"),
        ("за 9 месяцев 2025 года", "during", "2025-01-01", "2025-09-30"),
        ("с 2011 по 2015 год", "during", "2011-01-01", "2015-12-31"),
        ("в первом полугодии 2018 года", "during", "2018-01-01", "2018-06-30"),
        ("בסוף 2018", "as_of", "2018-12-31", "2018-12-31"),
        ("בין ינואר לאוגוסט 2015", "during", "2015-01-01", "2015-08-31"),
        ("מאז אוקטובר 2023", "since", "2023-10-01", None),
        ("במחצית הראשונה של 2018", "during", "2018-01-01", "2018-06-30"),
    ],
)
def test_periods(words: str, kind: str, start: str | None, end: str | None) -> None:
    noun = {"en": "refugees", "ru": "беженцев", "he": "פליטים"}[language_of(words)]
    (figure,) = read_figures(f"300 {noun} {words}.")
    assert period(figure) == (kind, start, end)


@pytest.mark.parametrize(
    ("text", "number", "unit", "term"),
    [
        ("Floods displaced 3,000 families, killed 12 people and damaged 40 schools.", 3000, "households", "displaced"),
        ("Four people died and more than two thousand were evacuated.", 2000, "people", "evacuated"),
        ("About 30 homes were gutted, leaving 150 people homeless.", 150, "people", "homeless"),
        ("In all 9,800 households (58,800 people) fled Hajjah.", 9800, "households", "forced_to_flee"),
        (
            "The 24-year-old was among 35 people killed; 120 families took shelter in schools.",
            120,
            "households",
            "sheltered",
        ),
        ("112 houses were partially damaged and 35 destroyed.", 35, "buildings", "destroyed_housing"),
        ("Number of displaced persons: 318", 318, "people", "displaced"),
        ("4.1 million displaced, 1.1 million houses damaged, 6,201 dead.", 4_100_000, "people", "displaced"),
        ("23 people are missing and 4,300 were relocated to safer places.", 4300, "people", "relocated"),
        ("Из села эвакуированы 300 семей, погибли 12 человек.", 300, "households", "evacuated"),
        ("עשרים איש נהרגו ו-300 משפחות פונו.", 300, "households", "evacuated"),
    ],
)
def test_main_figure(text: str, number: float, unit: str, term: str) -> None:
    main = main_figure(read_figures(text))
    assert main is not None
    assert (main.number, main.unit, main.term) == (number, unit, term)


def test_invented_reports_are_read_well() -> None:
    """Sentences of our own in the manner of news and situation reports, each with the figure that it is about."""
    with (Path(__file__).parent / "displacement.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = {"number": 0, "unit": 0, "term": 0}
    for row in rows:
        main = main_figure(read_figures(row["sentence"]))
        if main is not None:
            right["number"] += main.number == float(row["number"])
            right["unit"] += main.unit == row["unit"]
            right["term"] += (main.term or "displaced") == row["term"]
    shares = {name: count / len(rows) for name, count in right.items()}
    assert shares["number"] >= 0.97, shares
    assert shares["unit"] >= 0.97, shares
    assert shares["term"] >= 0.9, shares


def test_a_text_without_people_has_no_main_figure() -> None:
    assert main_figure(read_figures("It cost $5 million and 30% of 12 km were done.")) is None


def test_the_language_can_be_said() -> None:
    assert read_figures("12 345")[0].language == "en"
    assert read_figures("12 345", language="ru")[0].language == "ru"
    with pytest.raises(StatisticsError, match="write one of en, ru, he"):
        read_figures("12 345", language="fr")


def test_a_list_or_table_is_read_line_by_line() -> None:
    figures = read_figures("Left since 2022:\n* Armenia 110,000 people\n* Georgia 73,500 to 74,000 people\n")
    assert [(figure.number, figure.country) for figure in figures] == [(110_000, "ARM"), (74_000, "GEO")]


def test_a_very_long_sentence_is_read_to_its_end() -> None:
    text = "300 refugees came, " * 2000
    assert len(read_figures(text)) == 2000
