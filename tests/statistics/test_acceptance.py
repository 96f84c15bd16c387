"""Numbers of the study of the field, reproduced through public commands on UNHCR's tables (release of 25 June 2026)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.statistics.stores import ask

OUTCOMES = ("recognised", "other", "rejected", "closed")
# year: applied, recognised, other, rejected, closed, pending; None is "no row".
RUSSIANS_IN_ISRAEL = {
    2016: (395, None, None, None, None, 352),
    2017: (635, 0, 0, 5, 168, 805),
    2018: (2772, 0, 0, 209, 397, 2971),
    2019: (4477, 0, 0, 776, 740, 5932),
    2020: (325, 0, 5, 963, 1320, 3967),
    2021: (53, 0, 0, 391, 1099, 2537),
    2022: (1012, 0, 0, 53, 465, 3037),
    2023: (1864, 0, 0, 20, 1264, 3809),
    2024: (700, 0, 0, 35, 673, 3800),
    2025: (447, 0, 0, 72, 598, 3577),
}
BELARUSIANS_IN_ISRAEL = {
    2016: (None, None, None, None, None, 54),
    2017: (103, 0, 0, 0, 40, 117),
    2018: (376, 0, 0, 13, 80, 400),
    2019: (667, 0, 0, 15, 100, 952),
    2020: (165, 0, 5, 29, 233, 850),
    2021: (8, 0, 0, 28, 215, 618),
    2022: (319, 0, 0, 10, 84, 844),
    2023: (688, 0, 0, 5, 377, 1152),
    2024: (159, 0, 0, 5, 221, 1085),
    2025: (61, 0, 0, 5, 172, 969),
}
# origin: applied, recognised, other, rejected, closed in 2016-2025, rate, closed share, pending end 2025
OTHERS_IN_ISRAEL = {
    "UKR": (17626, 0, 43, 7240, 9676, 0.6, 57, 436),
    "ERI": (12164, 378, 10, 3828, 6170, 9.2, 59, 6693),
    "SDN": (3151, 51, 615, 26, 680, 96.2, 50, 4895),
}
# year: FI applied, recognised, rejected, closed; TA applied, positive, rejected, closed; stock, pending
SYRIANS_IN_RUSSIA = {
    2011: (31, 0, 0, 24, 13, 0, 0, 11, 5, 13),
    2012: (197, 0, 137, 0, 114, 49, 46, 0, 53, 91),
    2013: (1073, 0, 710, 74, 1776, 1191, 55, 71, 1163, 839),
    2014: (473, 0, 581, 0, 1435, 1369, 384, 0, 1927, 413),
    2015: (337, 0, 391, 0, 1124, 695, 395, 0, 1304, 393),
    2016: (220, 0, 0, 362, 1045, 542, 0, 369, 1319, 383),
    2017: (191, 0, 0, 163, 688, 352, 0, 444, 1130, 303),
    2018: (63, 0, 0, 123, 306, 165, 0, 210, 828, 174),
    2019: (46, 0, 0, 64, 288, 127, 0, 209, 593, 110),
    2020: (24, 0, 0, 25, 194, 50, 0, 195, 361, 54),
    2021: (25, 0, 0, 24, 141, 24, 0, 114, 297, 62),
    2022: (43, 0, 0, 31, 124, 31, 0, 107, 194, 58),
    2023: (75, 5, 0, 78, 169, 35, 0, 118, 136, 66),
    2024: (59, 0, 0, 60, 726, 61, 0, 30, 142, 700),
    2025: (124, 117, 0, 5, 3196, 3390, 0, 150, 3309, 358),
}
# origin: FI applied, recognised, rejected, closed; TA applied, recognised, other, rejected, closed in 2011-2025
PROCEDURES_IN_RUSSIA = {
    "SYR": (2981, 122, 1819, 1033, 11339, 3767, 4314, 880, 2028),
    "UKR": (6773, 424, 5699, 653, 583012, 123602, 432736, 10, 26427),
    "AFG": (3231, 239, 1393, 2042, 9018, 2836, 1328, 935, 3541),
}


def pair(origin: str | None, asylum: str | None, first: int, last: int, *more: object) -> Any:
    places = [*(("--origin", origin) if origin else ()), *(("--asylum", asylum) if asylum else ())]
    return ask("pair", *places, "--from", first, "--to", last, *more)


def persons(answer: Any) -> dict[int, Any]:
    return {row["year"]: row for row in answer["rows"] if row["unit"] == "persons"}


def measure(answer: Any, name: str, unit: str = "persons") -> Any:
    return next(m for m in answer["measures"] if m["measure"] == name and m["unit"] == unit)


@pytest.mark.parametrize(
    ("origin", "expected"), [("RUS", RUSSIANS_IN_ISRAEL), ("BLR", BELARUSIANS_IN_ISRAEL)], ids=["RUS", "BLR"]
)
def test_israel_year_by_year(origin: str, expected: dict[int, tuple[int | None, ...]]) -> None:
    rows = persons(pair(origin, "ISR", 2016, 2025))
    found = {year: tuple(row[name] for name in ("applications", *OUTCOMES, "pending")) for year, row in rows.items()}
    assert found == expected


def test_israel_russians_over_ten_years() -> None:
    answer = pair("RUS", "ISR", 2016, 2025)
    rate = measure(answer, "total_protection_rate")
    assert rate["value"] == pytest.approx(0.2, abs=0.05)
    assert (rate["numerator"]["value"], rate["denominator"]["value"]) == (5, 2529)
    assert round(rate["closed_share"]) == 73
    assert rate["rounding"]["low"] < rate["value"] < rate["rounding"]["high"]
    assert rate["levels"] == ["FA"]
    # Only the mixture of levels is reported: no rate of the first instance exists.
    for name in ("eurostat_recognition_rate", "euaa_recognition_rate", "aida_rate", "bamf_protection_quota"):
        refused = measure(answer, name)
        assert refused["value"] is None
        assert "only the mixture is reported" in refused["reason"]
    assert answer["release"] == "unhcr@2025.12.1"
    assert "CC BY 4.0" in answer["licence"]


@pytest.mark.parametrize("origin", list(OTHERS_IN_ISRAEL))
def test_israel_other_origins(origin: str) -> None:
    applied, recognised, other, rejected, closed, rate, share, pending = OTHERS_IN_ISRAEL[origin]
    answer = pair(origin, "ISR", 2016, 2025)
    rows = persons(answer)
    sums = {name: sum(row[name] or 0 for row in rows.values()) for name in ("applications", *OUTCOMES)}
    assert list(sums.values()) == [applied, recognised, other, rejected, closed]
    assert rows[2025]["pending"] == pending
    found = measure(answer, "total_protection_rate")
    assert found["value"] == pytest.approx(rate, abs=0.05)
    assert found["closed_share"] == pytest.approx(share, abs=0.5)


def test_russians_in_israel_before_2016() -> None:
    rows = {row["year"]: row for row in pair("RUS", "ISR", 2000, 2015)["rows"]}
    assert (rows[2000]["applications"], rows[2000]["other"]) == (94, 89)
    assert 2015 not in rows, "no row is not a zero"


def test_stock_and_flow_of_israel_close() -> None:
    years = ask("waiting", "--origin", "BLR", "--asylum", "ISR", "--from", 2016, "--to", 2025)["years"]
    residuals = []
    for before, year in pairwise(years):
        ended = year["positive"] + year["rejected"] + year["closed"]
        residuals.append(year["pending"] - before["pending"] - year["applied"] + ended)
    assert residuals == [0, 0, 0, 0, 3, 1, 2, 0, 0]


def test_crude_wait_of_russians_in_israel() -> None:
    found = ask("waiting", "--origin", "RUS", "--asylum", "ISR", "--from", 2016, "--to", 2025)
    waits = {year["year"]: year["implied_wait"] for year in found["years"]}
    assert (round(waits[2020], 1), round(waits[2021], 1), round(waits[2025], 1)) == (1.7, 1.7, 5.3)
    assert found["finding"][0].startswith("People from Russia who asked Israel for asylum")


def test_eritreans_recognised_before_2018_were_recognised_by_unhcr() -> None:
    whole = measure(pair("ERI", "ISR", 2016, 2016), "total_protection_rate")
    assert (whole["value"], whole["numerator"]["value"]) == (100, 151)
    assert any("UNHCR, not by the state" in warning for warning in whole["warnings"])
    state = measure(pair("ERI", "ISR", 2018, 2018, "--authority", "G"), "total_protection_rate")
    assert state["value"] == pytest.approx(0.7, abs=0.05)


def test_syrians_in_russia_by_procedure() -> None:
    answer = pair("SYR", "RUS", 2011, 2025)
    stocks = persons(answer)
    found = {}
    for year in SYRIANS_IN_RUSSIA:
        levels = {row["level"]: row for row in answer["by_level"] if row["year"] == year}
        status, temporary = levels["FI"], levels["TA"]
        found[year] = (
            *(status[name] for name in ("recognised", "rejected", "closed")),
            temporary["recognised"] + temporary["other"],
            *(temporary[name] for name in ("rejected", "closed")),
            *(stocks[year][name] for name in ("refugees", "pending")),
        )
    assert found == {y: (*row[1:4], *row[5:]) for y, row in SYRIANS_IN_RUSSIA.items()}


@pytest.mark.parametrize("origin", list(PROCEDURES_IN_RUSSIA))
def test_both_procedures_of_russia(origin: str) -> None:
    sums = {}
    for level in ("FI", "TA"):
        rows = pair(origin, "RUS", 2011, 2025, "--level", level)["by_level"]
        sums[level] = {name: sum(row[name] or 0 for row in rows) for name in OUTCOMES}
    expected = PROCEDURES_IN_RUSSIA[origin]
    assert [sums["FI"][name] for name in ("recognised", "rejected", "closed")] == list(expected[1:4])
    assert list(sums["TA"].values()) == list(expected[5:])


def test_ukrainians_in_russia_change_the_column() -> None:
    rows = {row["year"]: row for row in pair("UKR", "RUS", 2014, 2022, "--level", "TA")["by_level"]}
    assert (rows[2014]["other"], rows[2022]["recognised"]) == (248201, 97591)
    positive = {
        y: 100 * (r["recognised"] + r["other"]) / r["total"] for y, r in rows.items() if y in (2014, 2017, 2018)
    }
    assert {year: round(share, 1) for year, share in positive.items()} == {2014: 93.7, 2017: 76.7, 2018: 82.8}
    status = pair("UKR", "RUS", 2014, 2015, "--level", "FI")["by_year"]
    assert [round(year["value"], 1) for year in status] == [5.8, 4.5]


def test_refugees_and_asylum_seekers_of_the_world() -> None:
    rows = persons(pair(None, None, 2014, 2025))
    assert (rows[2015]["refugees"], rows[2025]["refugees"]) == (16_110_276, 28_461_306)
    assert (rows[2014]["refugees"], rows[2014]["pending"]) == (14_384_289, 1_794_704)
    assert (rows[2015]["pending"], rows[2025]["pending"]) == (3_223_460, 8_998_097)


def test_new_applications_of_the_world() -> None:
    new = {year: row["applications"] for year, row in persons(pair(None, None, 2021, 2024, "--stage", "N")).items()}
    assert (new[2021], new[2023], new[2024]) == (1_390_470, 3_537_423, 3_031_007)


# The study adds persons and cases; the commands never do. The sum is made here to show that the rows are the same.
@pytest.mark.parametrize(
    ("year", "all_levels", "without_later"), [(2023, 58.6, 62.4), (2024, 55.1, 60.5), (2025, 42.3, 44.5)]
)
def test_protection_rates_of_the_world(year: int, all_levels: float, without_later: float) -> None:
    answer = pair(None, None, year, year)
    for name, expected in (("total_protection_rate", all_levels), ("protection_rate_without_appeals", without_later)):
        parts = [m for m in answer["measures"] if m["measure"] == name and m["value"] is not None]
        above, below = (sum(part[side]["value"] for part in parts) for side in ("numerator", "denominator"))
        assert 100 * above / below == pytest.approx(expected, abs=0.051)


def test_world_in_2025_by_unit() -> None:
    answer = pair(None, None, 2025, 2025)
    found = {unit: measure(answer, "total_protection_rate", unit) for unit in ("persons", "cases")}
    assert {unit: round(m["value"], 1) for unit, m in found.items()} == {"persons": 42.9, "cases": 29.5}
    closed = [measure(answer, "closed_share", unit) for unit in ("persons", "cases")]
    above, below = (sum(part[side]["value"] for part in closed) for side in ("numerator", "denominator"))
    assert 100 * above / below == pytest.approx(43.2, abs=0.05)


def test_germany_2020_stands_as_published_with_its_doubt() -> None:
    answer = pair(None, "DEU", 2020, 2020, "--level", "NA")
    assert measure(answer, "total_protection_rate")["value"] == pytest.approx(75.9, abs=0.05)
    assert any(doubt["check"] == "double_exchange" for doubt in answer["doubts"])
    row = answer["by_level"][0]
    exchanged = 100 * (row["recognised"] + row["other"]) / (row["recognised"] + row["other"] + row["closed"])
    assert exchanged == pytest.approx(57.6, abs=0.05)


def test_refugees_recognised_in_russia_in_2016_are_lost_to_rounding() -> None:
    rate = measure(pair(None, "RUS", 2016, 2016, "--level", "FI"), "refugee_recognition_rate")
    assert rate["numerator"]["value"] == 33
    assert rate["numerator"]["low"] <= 39 <= rate["numerator"]["high"]


def test_austria_does_not_vanish_with_combined_stages() -> None:
    rows = persons(pair(None, "AUT", 2006, 2013))
    assert all(rows[year]["applications"] for year in range(2006, 2014))
    assert rows[2009]["stages"] == ["NR"]
    assert rows[2012]["stages"] == ["NA"]


def test_same_people_are_treated_differently() -> None:
    expected = {"USA": 75, "ESP": 56, "FRA": 29, "AUT": 23, "POL": 14, "DEU": 12, "SWE": 8}
    found = {}
    for asylum in expected:
        parts = [
            m
            for m in pair("RUS", asylum, 2023, 2025)["measures"]
            if m["measure"] == "total_protection_rate" and m["value"] is not None
        ]
        above, below = (sum(part[side]["value"] for part in parts) for side in ("numerator", "denominator"))
        found[asylum] = 100 * above / below
    assert found == pytest.approx(expected, abs=0.6)


# ---------------------------------------------------------------- releases


def test_newest_year_moves() -> None:
    totals = {}
    for release in ("2025.12.0", "2025.12.1"):
        answer = pair(None, None, 2025, 2025, "--as-of", release)
        parts = [m["denominator"]["value"] for m in answer["measures"] if m["measure"] == "closed_share"]
        totals[release] = sum(parts)
    # The study counts the published totals; outcomes add up to some less where a total is no sum.
    assert totals["2025.12.0"] - totals["2025.12.1"] == pytest.approx(2_939_008 - 2_836_187, abs=200)


def test_what_changed_in_june_2026_is_canada() -> None:
    found = ask("changes", "2025.12.0", "2025.12.1", "--limit", 0)
    assert {row["asylum"] for row in found["changes"]} == {"CAN"}
    assert {row["year"] for row in found["changes"]} == {2025}
    rows = {row["table"]: row["rows"] for row in found["countries"]}
    assert rows["applications"] == 251
    sizes = [abs(row["difference"]) for row in found["changes"]]
    assert sizes == sorted(sizes, reverse=True)


def test_past_years_hardly_move() -> None:
    changes = ask("changes", "2022.12.0", "2025.12.1", "--limit", 0)["changes"]
    old = [row for row in changes if row["table"] == "decisions" and row["year"] <= 2021]
    assert len({(row["year"], row["origin"], row["asylum"], row["level"]) for row in old}) == 1


def test_half_a_year_is_never_a_year() -> None:
    answer = pair(None, None, 2020, 2025, "--as-of", "2025.06.0", "--stage", "N")
    assert max(row["year"] for row in answer["rows"]) == 2024
    half = {row["unit"]: row for row in answer["half_year"]}
    assert half["persons"]["period"] == "2025-01..2025-06"
    assert sum(row["applications"] for row in half.values()) == 872_960
    assert 2025 not in {year["to"] for year in answer["by_year"]}


def test_as_of_a_day() -> None:
    assert pair("RUS", "ISR", 2016, 2022, "--as-of", "2024-12-31")["release"] == "unhcr@2024.6.0"


def test_decisions_of_2022_grew_by_a_twentieth_in_a_year() -> None:
    totals = {}
    for release in ("2022.12.0", "2023.12.0"):
        answer = pair(None, None, 2022, 2022, "--as-of", release)
        totals[release] = sum(row["total"] for row in answer["by_level"])
    assert totals == {"2022.12.0": 1_967_159, "2023.12.0": 2_057_838}


def test_half_a_year_and_the_whole_one_read_alike() -> None:
    whole = pair(None, None, 2025, 2025, "--as-of", "2025.12.1", "--stage", "N")["rows"]
    assert sum(row["applications"] for row in whole) == 2_738_329


def test_closures_read_as_refusals_in_russia() -> None:
    """An interpretation, and called one: of all outcomes of temporary asylum, how many were grants."""
    expected = {2015: 64, 2016: 59, 2017: 44, 2019: 38, 2021: 17, 2023: 23}
    found = {}
    for year in expected:
        answer = pair("SYR", "RUS", year, year, "--level", "TA")
        found[year] = round(measure(answer, "positive_of_all_outcomes")["value"])
    assert found == expected
