"""Statements: each verdict on a small store, public claims on the full one, corrections by hand, the contract."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from asylon.statistics.reading import Figure, Period
from asylon.statistics.statements import VERDICTS, Checked, check_figures, check_text, checked_row
from asylon.statistics.statements.published import published
from asylon.statistics.store import Release
from tests.shared import asylon, shared
from tests.statistics.stores import full, small, unhcr_tables

IN_2020 = Period(words="in 2020", kind="during", start="2020-01-01", end="2020-12-31", precision="year")
END_OF_2019 = Period(words="at the end of 2019", kind="as_of", start="2019-12-31", end="2019-12-31", precision="day")
END_OF_2020 = replace(IN_2020, words="at the end of 2020", kind="as_of", start="2020-12-31", precision="day")
BOTH_YEARS = replace(IN_2020, words="in 2019 and 2020", start="2019-01-01")
SPRING = replace(IN_2020, words="January to May 2020", end="2020-05-31", precision="month")
ASKED = Figure(
    "1,234 Syrians", 0, 13, (0, 60), 1234, 1234, 1234, unit="people", origin="SYR", asylum="POL", period=IN_2020
)
APPLIED = replace(ASKED, measure="applications")


def figure(value: float | None, measure: str = "applications", **more: Any) -> Figure:
    ends = {"low": value, "high": value}
    return replace(ASKED, value=value, measure=measure, **{**ends, **more})


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Syrians, Afghans and Iraqis in Poland and in Germany in 2019 and 2020."""
    poland, people = {"coo": "SYR", "coa": "POL"}, {"coo": "AFG", "coa": "POL"}
    cases = {"coo": "IRQ", "coa": "GFR", "app_pc": "C"}
    tables = unhcr_tables(
        [
            {"year": 2020, **poland, "applied": 1000},
            {"year": 2019, **poland, "applied": 600},
            {"year": 2020, **people, "applied": 5},
            {"year": 2020, **cases, "applied": 90},
            {"year": 2020, **cases, "app_pc": "P", "applied": 40},
        ],
        [
            {"year": 2020, **poland, "dec_recognized": 100, "dec_other": 50, "dec_rejected": 350, "dec_closed": 4500},
            {"year": 2019, **poland, "dec_recognized": 30, "dec_rejected": 70},
            {"year": 2020, **people, "dec_recognized": 0, "dec_rejected": 200},
        ],
        [
            {"year": 2020, **poland, "refugees": 400, "asylum_seekers": 250},
            {"year": 2019, **poland, "refugees": 310, "asylum_seekers": 4000},
        ],
    )
    return small(tmp_path_factory.mktemp("statements"), tables)


def check(release: Release, *figures: Figure) -> Checked:
    return check_figures(figures, release)[0]


def why(checked: Checked) -> str:
    return " ".join(checked.why)


# ---------------------------------------------------------------- the eight verdicts

ON_A_SMALL_STORE: dict[str, tuple[Figure, str, str]] = {
    "the number itself": (figure(1000), "exact", "the same number"),
    "two per cent apart": (figure(981), "near", "19 apart (1.9 %)"),
    "within rounding": (figure(4, origin="AFG"), "near", "rounding of small cells explains (3-5)"),
    "rounded in the telling": (
        figure(300, "stock", period=END_OF_2019),
        "compatible",
        "300 is written to the nearest 100",
    ),
    "rounded too far": (figure(1000, period=BOTH_YEARS), "contradicted", "600 apart"),
    "a part of the year": (figure(420, period=SPRING), "compatible", "a part of that time; less than half of it"),
    "more than the whole in a part": (figure(1200, period=SPRING), "contradicted", "cannot be more than the whole"),
    "at least": (figure(900, qualifier="at_least", high=None), "compatible", "'at least' holds"),
    "at least too many": (figure(1100, qualifier="at_least", high=None), "contradicted", "'at least' does not hold"),
    "up to": (figure(1100, qualifier="up_to", low=None), "compatible", "'up to' holds"),
    "up to too few": (figure(700, qualifier="up_to", low=None), "contradicted", "'up to' does not hold"),
    "about": (figure(925, qualifier="about", low=None, high=None), "compatible", "'about' holds: 75 apart"),
    "a range": (figure(None, qualifier="between", low=900, high=1100), "compatible", "inside the range"),
    "a range beside": (figure(None, qualifier="between", low=100, high=200), "contradicted", "outside the range"),
    "too small to be published": (
        figure(2, "recognised", origin="AFG", status="refugee_status"),
        "not_visible",
        "0 stands for 0-2",
    ),
    "no row": (figure(14, origin="IRQ"), "missing", "not reported, which is not zero"),
    "no row in another year": (
        figure(14, period=replace(IN_2020, start="2001-01-01", end="2001-12-31")),
        "missing",
        "no row",
    ),
    "no meaning fits": (figure(77777, "granted"), "contradicted", "apart"),
    "rejected": (figure(350, "rejected"), "exact", "the same number"),
    "otherwise closed": (figure(4500, "closed"), "exact", "the same number"),
    "waiting at the end": (figure(250, "pending", period=END_OF_2020), "exact", "on 31 December 2020"),
    "holding protection": (figure(400, "stock", period=END_OF_2020), "exact", "holding protection on 31 December 2020"),
    "granted": (figure(150, "granted"), "exact", "granted protection"),
    "recognised": (figure(100, "recognised", status="refugee_status"), "exact", "recognised as refugees"),
    "another meaning fits": (figure(400, "granted"), "ambiguous", "another meaning fits"),
    "between the meanings": (figure(201, "granted"), "ambiguous", "it lies between them"),
    "a country without a role": (figure(1000, asylum=None, country="POL"), "exact", "people from Syria in Poland"),
    "nobody named": (figure(10, origin=None, asylum=None), "missing", "does not say who or where"),
    "nothing of the kind": (figure(10, "returns"), "missing", "not measured is not zero"),
}


@pytest.mark.parametrize("name", ON_A_SMALL_STORE)
def test_a_verdict_and_its_reason(release: Release, name: str) -> None:
    stated, verdict, reason = ON_A_SMALL_STORE[name]
    checked = check(release, stated)
    assert (checked.verdict, reason in why(checked)) == (verdict, True), (checked.verdict, why(checked))
    assert checked.verdict in VERDICTS


def test_all_eight_verdicts_are_met(release: Release) -> None:
    text = "In Poland, the number rose by 12 per cent, from 1,000 to 1,500."
    met = {verdict for _, verdict, _ in ON_A_SMALL_STORE.values()} | {c.verdict for c in check_text(text, release)}
    assert met == set(VERDICTS)


def test_rows_are_those_of_the_reading(release: Release) -> None:
    row = checked_row(check(release, APPLIED))
    (read,) = row["readings"]
    key = {"year": 2020, "origin": "SYR", "asylum": "POL", "authority": "G", "stage": "N", "level": "FI", "unit": "P"}
    assert row["rows"] == [{"reading": read["reading"], **key, "applied": 1000}]
    assert (read["meant"], read["published"]) == (True, {"value": 1000, "low": 1000, "high": 1000})


def test_persons_and_cases_are_not_added(release: Release) -> None:
    checked = check(release, figure(40, origin="IRQ", asylum="DEU"))
    assert checked.verdict == "exact"
    assert "rows that count persons" in why(checked)
    assert check(release, figure(130, origin="IRQ", asylum="DEU")).verdict == "contradicted"


def test_several_countries_of_origin_together(release: Release) -> None:
    checked = check(release, figure(1005, origin="AFG,SYR"))
    assert checked.verdict == "exact"
    assert "people from Afghanistan and Syria in Poland" in why(checked)


# ---------------------------------------------------------------- most, a half, a share


def most(measure: str, origin: str | None = "SYR") -> Figure:
    return figure(None, measure, low=50, high=100, qualifier="more_than", unit="percent", origin=origin)


def test_most_were_refused_depends_on_what_is_counted(release: Release) -> None:
    """350 of 500 on the merits were refused, but of 5,000 outcomes 4,500 were closed."""
    checked = check(release, most("rejected"))
    assert checked.verdict == "ambiguous"
    assert "rejected among substantive decisions, people from Syria in Poland: 70" in why(checked)
    assert "counted otherwise it does not hold: rejected among all outcomes, closures counted" in why(checked)


def test_most_were_protected_holds_of_no_count(release: Release) -> None:
    checked = check(release, most("granted"))
    assert checked.verdict == "contradicted"
    assert "recognised/other among substantive decisions, people from Syria in Poland: 30" in why(checked)


def test_most_were_refused_of_every_count(release: Release) -> None:
    checked = check(release, most("rejected", "AFG"))
    assert checked.verdict == "compatible"
    assert "people from Afghanistan in Poland: 100" in why(checked)


def test_a_share_in_per_cent(release: Release) -> None:
    assert check(release, figure(70, "rejected", unit="percent")).verdict == "ambiguous", "7 per cent of all outcomes"
    assert check(release, figure(100, "rejected", unit="percent", origin="AFG")).verdict == "exact"
    assert check(release, figure(40, "rejected", unit="percent")).verdict == "contradicted"
    of_syrians = figure(100, "share", unit="percent", status="refugee_status")
    assert check(release, of_syrians).verdict == "exact"
    assert check(release, replace(of_syrians, value=46.6, low=46.6, high=46.6)).verdict == "contradicted"


# ---------------------------------------------------------------- texts that contradict themselves


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Applications rose by 77 per cent, from 22,291 to 99,998.",
            "from 22,291 to 99,998 is +348.6 per cent, not 77",
        ),
        ("Число россиян выросло на 77 процентов, с 22 291 до 99 998.", "is +348.6 per cent, not 77"),
        ("Applications fell by 10 per cent, from 2,000 to 1,000.", "from 2,000 to 1,000 is -50.0 per cent, not 10"),
    ],
)
def test_growth_that_does_not_follow(release: Release, text: str, told: str) -> None:
    checked = check_text(text, release)
    assert [one.verdict for one in checked] == ["inconsistent"] * 3
    assert all(told in why(one) for one in checked)


@pytest.mark.parametrize(
    "text",
    [
        "Applications rose by 50 per cent, from 1,000 to 1,500.",
        "Applications fell by 50 per cent, from 2,000 to 1,000.",
        "Applications rose by 349 per cent, from 22,291 to 99,998.",
    ],
)
def test_growth_that_follows(release: Release, text: str) -> None:
    assert "inconsistent" not in [one.verdict for one in check_text(text, release)]


def test_two_numbers_for_one_thing(release: Release) -> None:
    text = "In 2020, 1,000 Syrians asked for asylum in Poland. In 2020, 870 Syrians asked for asylum in Poland."
    checked = check_text(text, release)
    assert [one.verdict for one in checked] == ["inconsistent", "inconsistent"]
    assert why(checked[0]) == "the same text gives '1,000 Syrians' and '870 Syrians' for one thing"
    apart = text.replace("In 2020, 870", "In 2019, 870")
    assert [one.verdict for one in check_text(apart, release)] == ["exact", "contradicted"]


def test_a_text_without_a_figure(release: Release) -> None:
    assert check_text("Nobody was counted, and nobody knows how many came.", release) == ()
    assert check_text("", release) == ()


# ---------------------------------------------------------------- examples and public claims


@lru_cache(maxsize=1)
def newest() -> Release:
    return full().release()


def on_the_full_store(text: str) -> tuple[Checked, ...]:
    return check_text(text, newest())


def test_temporary_asylum_of_syrians_as_of_2015() -> None:
    text = "As of 2015, 1032 Syrians received temporary asylum in Russia, and only two persons received refugee status."
    many, two = on_the_full_store(text)
    assert (many.verdict, two.verdict) == ("ambiguous", "not_visible")
    for number in ("1,304", "1,927", "695"):
        assert number in why(many), "the stocks at both ends of the year and the grants of it stand side by side"
    assert "0 (0-2)" in why(two)


@pytest.mark.parametrize(
    ("text", "verdict", "source"),
    [
        ("Some 75,000 people from Russia headed to Israel after February 2022.", "exact", "Re:Russia"),
        ("Between 817,000 and 922,000 people have left Russia since February 2022.", "exact", "Re:Russia"),
        ("Up to 300,000 people left Russia in the first months of the war.", "exact", "The Economist"),
        ("Russia is a party to the treaty along with 145 other nations.", "exact", "Treaty Collection"),
    ],
)
def test_figures_that_no_release_holds(text: str, verdict: str, source: str) -> None:
    (checked,) = on_the_full_store(text)
    assert checked.verdict == verdict
    best = next(graded.reading for graded in checked.graded if graded.grade == verdict)
    assert source in best.source
    assert best.rows, "the publication is shown"


def test_published_figures_say_whose_they_are() -> None:
    assert all(row["source"] and row["confidence"] and row["subject"] for row in published())


# The claims in our own words; the verdicts come from the study, or are better ones.
CLAIMS = {
    "c-01": "In 2015, 14 Russians asked Israel for asylum.",
    "c-02": "In 2016, 395 Russians asked for asylum in Israel.",
    "c-03": "In 2017 there were 635 asylum applications by Russian citizens in Israel.",
    "c-04": "In the first half of 2018, 1,344 Russians applied for asylum in Israel.",
    "c-05": "In 2018 a record 2,700 Russian citizens asked for asylum in Israel.",
    "c-06": "In 2023, 688 Belarusians asked for asylum in Israel.",
    "c-07": "In 2024, 159 citizens of Belarus applied for asylum in Israel.",
    "c-08": "In 2024, 700 Russians applied for asylum in Israel.",
    "c-09": "In 2024, 580 Indians applied for asylum in Israel.",
    "c-10": "In 2024, 276 Chinese applied for asylum in Israel.",
    "c-11": "In 2024 Israel received 6,097 asylum applications.",
    "c-12": "Most Russians and Belarusians who asked Israel for asylum in 2022-2025 were refused.",
    "c-13": "In January 2017, 1,317 Syrians had temporary asylum in Russia and two had refugee status.",
    "c-14": "In July 2017 two Syrians had refugee status in Russia.",
    "c-15": "At the end of 2018, 828 Syrians had been granted asylum in Russia.",
    "c-16": "As of 2015, 1,032 Syrians had received temporary asylum in Russia.",
    "c-17": "As of 2015, only two Syrians had received refugee status in Russia.",
    "c-18": "From January to August 2015, 912 Syrians asked for asylum in Russia.",
    "c-19": "From January to August 2014, 1,198 Syrians asked for asylum in Russia.",
    "c-20": "From January to September 2025, 1,841 Syrians applied for temporary asylum in Russia.",
    "c-21": "From January to September 2025, 1,440 Ukrainians applied for temporary asylum in Russia.",
    "c-22": "The number of Russians with a residence permit in Turkey rose by 77 per cent, from 22,291 to 99,998.",
    "c-23": "In 2011-2015, 4,462 Syrians applied for temporary asylum in Russia.",
    "c-24": "In 2011-2015, 3,306 Syrians were granted temporary asylum in Russia.",
    "c-25": "In 2011-2015, one Syrian was granted refugee status in Russia.",
    "c-26": "In 2011-2015, 2,011 Syrians applied for refugee status in Russia.",
    "c-27": "In 2016, 39 people were recognised as refugees in Russia.",
    "c-28": "At the end of 2016, 228,598 people had refugee status or temporary asylum in Russia.",
    "c-29": "From January to October 2015, 104 people were granted refugee status in Russia.",
    "c-30": "In 2015, 46.6 per cent of the people with refugee status in Russia were Syrians.",
    "c-31": "Since 2011, 2,000 Syrians had received temporary asylum in Russia as of September 2015.",
}
# The study's words for a verdict that are none of the eight.
WORDS = {
    "not visible": {"not_visible"},
    "not supported as worded": {"ambiguous", "contradicted"},
    "not reproduced": {"ambiguous", "contradicted"},
    "undercount": {"near"},
    "doubtful": {"compatible", "ambiguous"},
}
# Better than the study's, each with its reason.
BETTER = {
    "c-17": ({"not_visible"}, "0 is published, and 0 stands for 0 to 2: the claim cannot be seen, let alone confirmed"),
    "c-28": ({"compatible", "near"}, "383 of 228,981 apart is nearer than a verdict of 'not contradicted'"),
}


def expected(claim: str) -> set[str]:
    with (shared() / "data" / "derived" / "claims_check.csv").open(encoding="utf-8") as file:
        told = {row["id"]: row["verdict"] for row in csv.DictReader(file)}
    assert set(told) == set(CLAIMS)
    return BETTER[claim][0] if claim in BETTER else WORDS.get(told[claim], {told[claim]})


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_public_claim(claim: str) -> None:
    verdicts = expected(claim)
    checked = on_the_full_store(CLAIMS[claim])
    assert checked, "no figure was found"
    first = checked[0]
    assert first.verdict in verdicts, why(first)
    assert first.why
    assert all(graded.reading.rows or graded.grade == "missing" for graded in first.graded)


def test_a_claim_of_most_names_both_ways_to_count() -> None:
    period = Period(words="2022-2025", kind="during", start="2022-01-01", end="2025-12-31", precision="year")
    claim = replace(most("rejected", "RUS,BLR"), asylum="ISR", period=period)
    checked = check(newest(), claim)
    assert checked.verdict == "ambiguous"
    assert "rejected among substantive decisions, people from Russia and Belarus in Israel: 100" in why(checked)
    assert "rejected among all outcomes, closures counted, people from Russia and Belarus in Israel: 5" in why(checked)


# ---------------------------------------------------------------- commands


def run(words: Sequence[object], data: Path) -> Any:
    ran = asylon("stats", "check", *words, "--json", "--data", data)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return json.loads(ran.out)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "statement.txt"
    path.write_text("Last spring, people waited. In 2020, 1,000 Syrians asked for asylum in Poland.", "utf-8")
    return path


def test_the_contract(release: Release, text: Path) -> None:
    (row,) = run([text], release.root)
    assert set(row) >= {"quote", "place", "figure", "verdict", "rows", "why"}
    start, end = row["place"]
    assert text.read_text("utf-8")[start:end] == row["quote"]
    assert row["verdict"] == "exact"
    assert row["figure"]["origin"] == "SYR"
    assert row["rows"][0]["applied"] == 1000
    assert row["why"].endswith("the same number.")
    assert "CC BY 4.0" in row["licence"]


def test_a_text_without_a_figure_is_told(release: Release, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text("Nobody was counted.", "utf-8")
    assert run([path], release.root) == []
    ran = asylon("stats", "check", path, "--data", release.root)
    assert (ran.code, ran.out) == (0, "No figure of people, applications or decisions was found in empty.txt.\n")


def test_shown_to_a_person(release: Release, text: Path) -> None:
    ran = asylon("stats", "check", text, "--data", release.root)
    assert ran.code == 0
    assert ran.out.startswith("exact  “1,000 Syrians”")
    assert "meant: new applications of people from Syria in Poland, 2020: 1,000 (1 rows)" in ran.out


def test_a_person_corrects_what_was_read(release: Release, text: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    ran = asylon("stats", "check", text, "--write-figures", file, "--data", release.root)
    assert (ran.code, ran.err) == (0, "")
    rows = json.loads(file.read_text("utf-8"))
    rows[0] |= {"origin": "AFG", "value": 5, "low": 5, "high": 5}
    file.write_text(json.dumps(rows), "utf-8")
    (row,) = run([text, "--figures", file], release.root)
    assert (row["verdict"], row["figure"]["origin"]) == ("exact", "AFG")
    assert set(row["figure"]["corrected_by_hand"]) == {"origin", "value", "low", "high"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "figures.json: is not a file of figures (JSON); write it with --write-figures"),
        ('{"a": 1}', "figures.json: is not a list of figures"),
        ("[1]", "figures.json: is not a list of figures"),
        ('[{"quote": "x"}]', "is missing"),
    ],
)
def test_figures_that_are_none(release: Release, text: Path, tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "figures.json"
    file.write_text(content, "utf-8")
    ran = asylon("stats", "check", text, "--figures", file, "--data", release.root)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_text_that_is_none(release: Release, tmp_path: Path) -> None:
    path = tmp_path / "letter.doc"
    path.write_bytes("заявления".encode("cp1251"))
    ran = asylon("stats", "check", path, "--data", release.root)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("letter.doc: is no text in UTF-8 (byte 1); save it as plain text in UTF-8")
    ran = asylon("stats", "check", tmp_path, "--data", release.root)
    assert ran.code == 2
    assert "cannot be read" in ran.err


def test_an_earlier_release_is_asked(release: Release, text: Path) -> None:
    ran = asylon("stats", "check", text, "--as-of", "2001-01-01", "--data", release.root)
    assert ran.code == 2
    assert "is before the first release here" in ran.err


def test_a_figure_that_names_no_country_is_not_pinned_on_one() -> None:
    (checked,) = check_text("Hundreds of thousands fled.", full().release())
    assert checked.verdict == "ambiguous"
    assert "does not say who or where" in checked.why[0]
    (same,) = check_text("Up to 300,000 left in the first months.", full().release())
    assert same.verdict == "exact"
