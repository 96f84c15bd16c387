"""`asylon law`: check, list, show, impact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asylon import __version__
from tests.law.smallpack import FIRES, MISSES, RULE, write_pack
from tests.shared import asylon, case, event, packs

WRONG = FIRES.replace("2026-06-11", "2026-06-12") + MISSES.replace("days: -1", "days: -2")


def refusal(*words: str) -> str:
    """Return the one sentence with which a command refuses bad input."""
    ran = asylon(*words)
    assert (ran.code, ran.out) == (2, "")
    (sentence,) = ran.err.splitlines()
    return sentence


def test_check_of_a_sound_pack(tmp_path: Path) -> None:
    write_pack(tmp_path)
    for place in (tmp_path, tmp_path / "aa"):
        result = asylon("law", "check", place)
        assert (result.code, result.out, result.err) == (0, "aa: 1 rule, 2 examples, all hold\n", "")


def test_check_lists_every_failing_example(tmp_path: Path) -> None:
    write_pack(tmp_path, examples=WRONG)
    result = asylon("law", "check", tmp_path)
    assert (result.code, result.out) == (1, "aa: 2 faults\n")
    first, second = result.err.splitlines()
    assert first.startswith("aa/examples/rules.yaml, example 1, AA-01: gives ")
    assert second.startswith("aa/examples/rules.yaml, example 2, AA-01: gives ")


def test_check_goes_on_after_the_first_pack_that_fails(tmp_path: Path) -> None:
    write_pack(tmp_path, rules=RULE.replace("10 days", "ten days"))
    (tmp_path / "bb").mkdir()
    (tmp_path / "bb" / "jurisdiction.yaml").write_text("jurisdiction: cc\nname: b\n", encoding="utf-8")
    result = asylon("law", "check", tmp_path)
    assert (result.code, result.out) == (1, "aa: 1 fault\nbb: 1 fault\n")
    assert "'ten days' is not a length" in result.err
    assert "bb, field 'jurisdiction': is not 'bb'; give it the name of the folder." in result.err


def test_check_as_plain_values(tmp_path: Path) -> None:
    write_pack(tmp_path, examples=WRONG)
    result = asylon("law", "check", tmp_path, "--json")
    assert result.code == 1
    found = json.loads(result.out)
    assert list(found) == ["aa"]
    assert len(found["aa"]) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("name: b \n", "aa/more.yaml, line 1: ends in spaces; remove them."),
        ("name: b", "aa/more.yaml: does not end in exactly one line break; end it with one."),
        ("name: b\r\n", "aa/more.yaml: has tabs or carriage returns; use spaces and plain line breaks."),
    ],
)
def test_check_of_the_form(tmp_path: Path, line: str, expected: str) -> None:
    write_pack(tmp_path)
    (tmp_path / "aa" / "more.yaml").write_bytes(line.encode())
    result = asylon("law", "check", tmp_path)
    assert result.code == 1
    assert expected in result.err.splitlines()


def test_check_of_what_is_not_there() -> None:
    sentence = refusal("law", "check", "nowhere")
    assert sentence.startswith("nowhere: is neither a jurisdiction nor a folder; write one of am, de, ")


def test_own_packs_hold() -> None:
    result = asylon("law", "check")
    assert (result.code, result.err) == (0, "")
    assert [line.split(":")[0] for line in result.out.splitlines()] == list(packs().jurisdictions)


def test_list() -> None:
    result = asylon("law", "list", "ru")
    assert result.code == 0
    assert "RU-12/first" in result.out
    assert "EU-APR-12" not in result.out


def test_list_as_plain_values_holds_every_clause() -> None:
    rows = json.loads(asylon("law", "list", "--json").out)
    assert len(rows) == sum(len(packs().pack(name).clauses) for name in packs().jurisdictions)
    assert {"rule", "step", "title", "bearer", "kind", "source", "in_force"} <= set(rows[0])


def test_list_of_an_unknown_jurisdiction() -> None:
    assert refusal("law", "list", "xx") == "xx: is not a pack; it needs a jurisdiction.yaml."


def test_show() -> None:
    result = asylon("law", "show", "RU-12")
    assert result.code == 0
    for words in (
        "RU-12/first  Ask for the extension",
        "term         1 month",
        "source ",
        "in force ",
        "Examples",
        "fires: ",
    ):
        assert words in result.out


def test_show_as_plain_values() -> None:
    found = json.loads(asylon("law", "show", "RU-12", "--json").out)
    assert set(found) == {"rule", "clauses", "examples"}
    assert [clause["step"] for clause in found["clauses"]] == ["first", "next"]
    assert all(example["rule"] == "RU-12" for example in found["examples"])


def test_every_rule_can_be_shown() -> None:
    rules = {clause.rule for name in packs().jurisdictions for clause in packs().pack(name).clauses}
    for rule in sorted(rules)[::12]:
        assert asylon("law", "show", rule).code == 0


def test_show_of_an_unknown_rule_gets_the_nearest() -> None:
    assert refusal("law", "show", "RU-99").startswith("RU-99: is not a rule of these packs; did you mean RU-")
    assert refusal("law", "show", "qqqq") == "qqqq: is not a rule of these packs; see 'asylon law list'."


def test_impact(tmp_path: Path) -> None:
    write_pack(tmp_path / "old")
    write_pack(tmp_path / "new", rules=RULE.replace("10 days", "21 days"))
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case(event("2026-06-01", "lodged"), jurisdiction="aa")), encoding="utf-8")
    words = ("law", "impact", tmp_path / "old", tmp_path / "new", "--cases", file, "--on", "2026-06-20")
    result = asylon(*words)
    assert result.code == 0
    assert result.out.splitlines() == [
        "1 duty moves of 1, in 1 case of 1.",
        "  x  AA-01  lodged 2026-06-01: raw_end 2026-06-11 → 2026-06-22, legal_end 2026-06-11 → 2026-06-22, "
        "safe_end 2026-06-11 → 2026-06-22, standing missed → running",
    ]
    assert json.loads(asylon(*words, "--json").out)["cases_moved"] == 1


def test_version() -> None:
    assert __version__ in asylon("--version").out
