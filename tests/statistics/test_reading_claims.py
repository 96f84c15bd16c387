"""The public claims of the study, each said in a sentence of our own and read back as the figure that was claimed."""

from __future__ import annotations

import csv

import pytest

from asylon.statistics.reading import Figure, read_figures
from tests.shared import shared

ISR, RUS = "ISR", "RUS"
# claim: sentence, number, origin, asylum, measure, status, start, end
CLAIMS: dict[str, tuple[str, float, str | None, str | None, str | None, str, str | None, str | None]] = {
    "c-01": ("In 2015, 14 Russians asked Israel for asylum.", 14, "RUS", ISR, "applications", "asylum", "2015-01-01", "2015-12-31"),
    "c-02": ("В 2016 году убежища в Израиле попросили 395 россиян.", 395, "RUS", ISR, "applications", "asylum", "2016-01-01", "2016-12-31"),
    "c-03": ("The number of Russians seeking asylum in Israel reached 635 in 2017.", 635, "RUS", ISR, "applications", "asylum", "2017-01-01", "2017-12-31"),
    "c-04": ("In the first half of 2018, Israel received 1,344 asylum requests from Russian citizens.", 1344, "RUS", ISR, "applications", "asylum", "2018-01-01", "2018-06-30"),
    "c-05": ("A record of about 2,700 Russians applied for asylum in Israel in 2018.", 2700, "RUS", ISR, "applications", "asylum", "2018-01-01", "2018-12-31"),
    "c-06": ("בשנת 2023 ביקשו 688 אזרחי בלארוס מקלט בישראל.", 688, "BLR", ISR, "applications", "asylum", "2023-01-01", "2023-12-31"),
    "c-07": ("Only 159 citizens of Belarus sought asylum in Israel in 2024.", 159, "BLR", ISR, "applications", "asylum", "2024-01-01", "2024-12-31"),
    "c-08": ("Israel registered 700 asylum requests from Russians in 2024.", 700, "RUS", ISR, "applications", "asylum", "2024-01-01", "2024-12-31"),
    "c-09": ("In 2024 Israel received 580 asylum applications from India.", 580, "IND", ISR, "applications", "asylum", "2024-01-01", "2024-12-31"),
    "c-10": ("В 2024 году 276 китайцев обратились за убежищем в Израиле.", 276, "CHN", ISR, "applications", "asylum", "2024-01-01", "2024-12-31"),
    "c-11": ("Altogether 6,097 people asked for asylum in Israel in 2024.", 6097, None, ISR, "applications", "asylum", "2024-01-01", "2024-12-31"),
    "c-12": ("Most Russians and Belarusians who asked for asylum in Israel in 2022-2025 were refused.", 100, "RUS,BLR", ISR, "share", "asylum", "2022-01-01", "2025-12-31"),
    "c-13": ("In January 2017, 1,317 Syrians held temporary asylum in Russia.", 1317, "SYR", RUS, "stock", "temporary_asylum", "2017-01-01", "2017-01-31"),
    "c-14": ("In July 2017 two Syrians had refugee status in Russia.", 2, "SYR", RUS, "stock", "refugee_status", "2017-07-01", "2017-07-31"),
    "c-15": ("At the end of 2018, 828 Syrians had been granted asylum status in Russia.", 828, "SYR", RUS, "recognised", "refugee_status", "2018-12-31", "2018-12-31"),
    "c-16": ("As of 2015, 1,032 Syrians had temporary asylum in Russia.", 1032, "SYR", RUS, "stock", "temporary_asylum", "2015-01-01", "2015-12-31"),
    "c-17": ("נכון ל-2015 רק שני סורים קיבלו מעמד פליט ברוסיה.", 2, "SYR", RUS, "recognised", "refugee_status", "2015-01-01", "2015-12-31"),
    "c-18": ("From January to August 2015, 912 Syrians asked for asylum in Russia.", 912, "SYR", RUS, "applications", "asylum", "2015-01-01", "2015-08-31"),
    "c-19": ("За январь–август 2014 года за убежищем в России обратились 1198 сирийцев.", 1198, "SYR", RUS, "applications", "asylum", "2014-01-01", "2014-08-31"),
    "c-20": ("За девять месяцев 2025 года 1841 сириец запросил временное убежище в России.", 1841, "SYR", RUS, "applications", "temporary_asylum", "2025-01-01", "2025-09-30"),
    "c-21": ("By early October 2025, 1,440 Ukrainians had requested temporary asylum in Russia.", 1440, "UKR", RUS, "applications", "temporary_asylum", None, "2025-10-10"),
    "c-22": ("The number of Russians with a Turkish residence permit rose 77 per cent, from 22,291 in 2021 to 99,998 in 2022.", 77, "RUS", None, "change", "none", "2021-01-01", "2021-12-31"),
    "c-23": ("In 2011-2015, 4,462 Syrians applied for temporary asylum in Russia.", 4462, "SYR", RUS, "applications", "temporary_asylum", "2011-01-01", "2015-12-31"),
    "c-24": ("Temporary asylum in Russia was granted to 3,306 Syrians in 2011-2015.", 3306, "SYR", RUS, "granted", "temporary_asylum", "2011-01-01", "2015-12-31"),
    "c-25": ("One Syrian was granted refugee status in Russia in 2011-2015.", 1, "SYR", RUS, "recognised", "refugee_status", "2011-01-01", "2015-12-31"),
    "c-26": ("С 2011 по 2015 год 2011 сирийцев обратились в России за статусом беженца.", 2011, "SYR", RUS, "applications", "refugee_status", "2011-01-01", "2015-12-31"),
    "c-27": ("В 2016 году Россия признала беженцами 39 человек.", 39, None, RUS, "recognised", "refugee_status", "2016-01-01", "2016-12-31"),
    "c-28": ("At the end of 2016, 228,598 people had refugee status or temporary asylum in Russia.", 228598, None, RUS, "stock", "none", "2016-12-31", "2016-12-31"),
    "c-29": ("From January to October 2015 Russia recognised 104 people as refugees.", 104, None, RUS, "recognised", "refugee_status", "2015-01-01", "2015-10-31"),
    "c-30": ("In November 2015, 46.6 percent of the holders of refugee status in Russia were Syrians.", 46.6, "SYR", RUS, "share", "refugee_status", "2015-11-01", "2015-11-30"),
    "c-31": ("С начала войны временное убежище в России получили две тысячи сирийцев.", 2000, "SYR", RUS, "granted", "temporary_asylum", None, None),
}  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_comes_out_whole(claim: str) -> None:
    sentence, number, origin, asylum, measure, status, start, end = CLAIMS[claim]
    figure = read_figures(sentence)[0]
    assert (figure.number, figure.origin, figure.asylum) == (number, origin, asylum)
    assert (figure.measure, figure.status) == (measure, status)
    assert figure.period is not None
    assert (figure.period.start, figure.period.end) == (start, end)


def test_one_claim_has_its_two_ends_beside_it() -> None:
    figures: tuple[Figure, ...] = read_figures(CLAIMS["c-22"][0])
    assert [(f.value, f.unit, f.period and f.period.start) for f in figures] == [
        (77, "percent", "2021-01-01"),
        (22_291, "people", "2021-01-01"),
        (99_998, "people", "2022-01-01"),
    ]


def test_the_sentences_say_what_was_claimed() -> None:
    with (shared() / "data" / "derived" / "claims_check.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(CLAIMS)
    for name, row in rows.items():
        if row["claim_value"]:
            assert read_figures(CLAIMS[name][0])[0].number == float(row["claim_value"]), name
