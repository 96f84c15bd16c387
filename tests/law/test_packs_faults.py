"""A pack that lacks something is refused: which file, which rule, which field, what to add."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from asylon.errors import PackError
from asylon.law import Packs, assess, load_packs
from asylon.law.examples import check_pack
from asylon.law.packfile import MAX_BYTES, parse_yaml, read_yaml
from tests.law.smallpack import FIRES, JURISDICTION, MISSES, RULE, SOURCE, write_pack
from tests.shared import event, timeline

RULE_1 = "aa/rules.yaml, rule AA-01"
EXAMPLES = "aa/examples/rules.yaml"
EXAMPLE_1, EXAMPLE_2 = ("aa/examples/rules.yaml, example 1, AA-01", "aa/examples/rules.yaml, example 2, AA-01")


def faults(packs: Packs) -> list[str]:
    try:
        return [str(fault) for fault in check_pack(packs, "aa")]
    except PackError as error:
        return [str(fault) for fault in error.faults]


def spoilt(root: Path, old: str, new: str, rules: str = RULE) -> list[str]:
    assert old in rules
    return faults(write_pack(root, rules=rules.replace(old, new)))


def test_small_pack_is_sound(tmp_path: Path) -> None:
    packs = write_pack(tmp_path)
    assert faults(packs) == []
    (duty,) = assess(timeline(event("2026-06-01", "lodged"), jurisdiction="aa"), packs, on=date(2026, 6, 2)).duties
    assert (duty.rule, duty.days) == ("AA-01", 9)


def test_missing_source(tmp_path: Path) -> None:
    assert (
        spoilt(tmp_path, f"    source: {SOURCE}\n", "")[0]
        == f"{RULE_1}, source: is missing; write 'field: value' lines."
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "citation: by hand, ",
            "field 'citation': is missing or is not text; cite the provision down to the paragraph.",
        ),
        ("url: unknown, ", "field 'url': is missing or is not text; add the address, or 'unknown' if none was seen."),
        ("confidence: high, ", "field 'confidence': is missing; write one of high, medium, low."),
        (", basis: opened", "field 'basis': is missing; write one of opened, memory."),
    ],
)
def test_incomplete_source(tmp_path: Path, field: str, expected: str) -> None:
    assert spoilt(tmp_path, field, "") == [f"{RULE_1}, source, {expected}"]


@pytest.mark.parametrize(
    ("field", "place", "expected"),
    [
        ("title", "field 'title'", "is missing or is not text; add it."),
        (
            "bearer",
            "field 'bearer'",
            "is missing; write one of applicant, representative, authority, court, employer, any.",
        ),
        (
            "kind",
            "field 'kind'",
            "is missing; write one of deadline_act, deadline_state, deadline_backward, earliest, ",
        ),
        ("trigger", "trigger, field 'event'", "is missing; name the event."),
        ("term", "field 'term'", "is missing; add a length, or 'no_number' with the words of the law."),
        (
            "counting",
            "field 'counting'",
            "is missing or is not text; name the row of section 6 by which the term is counted.",
        ),
        ("satisfied_by", "field 'satisfied_by'", "is missing; name the events that satisfy it, or [] if none can."),
        ("consequence", "field 'consequence'", "is missing or is not text; say what follows if it is missed, or '-'."),
        ("in_force", "in_force, field 'from'", "has no start; add the date of application, or 'unknown'."),
    ],
)
def test_rule_that_lacks_a_field(tmp_path: Path, field: str, place: str, expected: str) -> None:
    found = faults(write_pack(tmp_path, rules=re.sub(rf"(?m)^    {field}:.*\n", "", RULE)))
    assert any(fault.startswith(f"{RULE_1}, {place}: {expected}") for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "trigger: lodged",
            "trigger: logded",
            "trigger, field 'event': 'logded' is not a known event; did you mean 'lodged'",
        ),
        (
            "10 days",
            "ten days",
            "term, field 'length': 'ten days' is not a length; write a number and one of hours, days,",
        ),
        (
            "10 days",
            "10 fortnights",
            "term, field 'length': '10 fortnights' is not a length; write a number and one of",
        ),
        (
            "10 days",
            "{between: [5 days], parameter: p}",
            "term, field 'between': is missing; write a number and one of",
        ),
        ("10 days", "{}", "term: gives no length; add one of length, between, parameter, until, otherwise, no_number."),
        ("{from: 2020-01-01}", "{from: 2020, to: 2019}", "in_force: ends before it begins; exchange 'from' and 'to'."),
        (
            "{from: 2020-01-01}",
            "{from: soon}",
            "in_force, field 'from': 'soon' is not a date; write a day, a month or a year.",
        ),
        (
            "    term:",
            "    level: S\n    term:",
            "field 'level': 'S' is not known; write one of the levels (none is there).",
        ),
        ("    term:", "    when: {persn: {}}\n    term:", "when, field 'persn': is not known; did you mean 'person'?"),
        ("    term:", "    when: 5\n    term:", "when: is not a set of fields; write 'field: value' lines."),
        ("    term:", "    steps: [5]\n    term:", "step ?: is not a set of fields; write 'field: value' lines."),
    ],
)
def test_field_that_is_wrong(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert spoilt(tmp_path, old, new)[0].startswith(f"{RULE_1}, {expected}")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "10 days",
            "{parameter: p}",
            "parameter 'p' is not known; add it to 'parameters' with its source, or give its range.",
        ),
        ("counting: AA", "counting: BB", "counting 'BB' is not known; use one of AA."),
        ("2020-01-01}", "2020-01-01, by: R}", "regime 'R' is not known; write trigger, subject"),
        (
            "    term:",
            "    displaces: [AA-09]\n    term:",
            "displaces 'AA-09', which is not there; name a rule of this law.",
        ),
        ("    term:", "    freezes: [F]\n    term:", "freeze 'F' is not known; add it to 'freezes'."),
        (
            "trigger: lodged",
            "trigger: {after: AA-02}",
            "hangs on 'AA-02', which is not there; name a rule and step of this law.",
        ),
    ],
)
def test_name_that_is_not_there(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (found,) = spoilt(tmp_path, old, new)
    assert found.startswith(f"{RULE_1}: {expected}")


def test_unknown_field_of_a_rule_gets_the_nearest(tmp_path: Path) -> None:
    found = spoilt(tmp_path, "consequence:", "consequense:")
    assert found == [
        "aa/rules.yaml, field 'consequense': is not known; did you mean 'consequence' or 'concerns'?",
        f"{RULE_1}, field 'consequence': is missing or is not text; say what follows if it is missed, or '-'.",
    ]


def test_cycle_of_chained_terms(tmp_path: Path) -> None:
    one = RULE.replace("trigger: lodged", "trigger: {after: AA-02}")
    other = RULE.replace("AA-01", "AA-02").replace("trigger: lodged", "trigger: {after: AA-01}")
    found = faults(write_pack(tmp_path, rules=one + other))
    assert found == ["AA-01, AA-02: hang on each other in a circle; let one of them start at an event."]


def test_overlapping_validity(tmp_path: Path) -> None:
    older = RULE.replace("{from: 2020-01-01}", "{from: 2010-01-01, to: 2020-01-01}")
    expected = "two versions of AA-01 are in force at once; end the older one the day before the newer begins."
    assert faults(write_pack(tmp_path, rules=older + RULE)) == [f"{RULE_1}: {expected}"]
    assert faults(write_pack(tmp_path, rules=older.replace("to: 2020-01-01", "to: 2019-12-31") + RULE)) == []


def test_examples_that_fail_are_all_listed(tmp_path: Path) -> None:
    wrong = FIRES.replace("2026-06-11", "2026-06-12") + MISSES.replace("days: -1", "days: -2")
    found = faults(write_pack(tmp_path, examples=wrong))
    assert [fault.split(": ")[0] for fault in found] == [EXAMPLE_1, EXAMPLE_2]
    assert "gives trigger_on 2026-06-01, raw_end 2026-06-11" in found[0]
    assert found[0].endswith(
        "expected raw_end 2026-06-12, legal_end 2026-06-12, standing running; mend the rule or the example."
    )


def test_number_of_a_rule_that_changes_fails_its_examples(tmp_path: Path) -> None:
    assert [fault.split(": ")[0] for fault in spoilt(tmp_path, "10 days", "11 days")] == [EXAMPLE_1, EXAMPLE_2]


def test_example_that_cannot_be_read(tmp_path: Path) -> None:
    found = faults(write_pack(tmp_path, examples=FIRES.replace("event: lodged", "event: notificaton") + MISSES))
    place = f"{EXAMPLE_1}, case example, event 1, field 'event'"
    assert found == [f"{place}: 'notificaton' is not a known event; did you mean 'notification'?"]


@pytest.mark.parametrize(
    ("examples", "expected"),
    [
        (FIRES, f"{RULE_1}: no example shows it just missing; add one with 'misses'."),
        (MISSES, f"{RULE_1}: no example shows it firing; add one with 'fires' and the ends reckoned by hand."),
        (
            FIRES + MISSES + FIRES.replace("AA-01", "AA-07"),
            f"{EXAMPLES}, example 3, AA-07: proves 'AA-07', which is not in the pack; name a rule of this pack.",
        ),
        (
            FIRES.replace("    origin: by hand\n", "") + MISSES,
            f"{EXAMPLE_1}, field 'origin': is missing or is not text; say where the example comes from.",
        ),
        (
            FIRES.replace("on: 2026-06-01\n", "on: 2026-02-30\n") + MISSES,
            f"{EXAMPLE_1}, field 'on': '2026-02-30' is a day that does not exist; write a day, a month or a year.",
        ),
        (
            FIRES + MISSES.replace("{standing: met_late, days: -1}", "{days: -1}"),
            f"{EXAMPLE_2}: a near miss states no standing; write 'standing', or 'expect: none'.",
        ),
    ],
)
def test_examples_that_prove_nothing(tmp_path: Path, examples: str, expected: str) -> None:
    assert faults(write_pack(tmp_path, examples=examples)) == [expected]


def test_faults_of_all_rules_and_files_at_once(tmp_path: Path) -> None:
    rules = RULE.replace("10 days", "x") + RULE.replace("AA-01", "AA-02").replace("bearer: authority", "bearer: us")
    packs = write_pack(tmp_path, rules=rules, jurisdiction=JURISDICTION.replace("[sat, sun]", "[sa]"))
    (tmp_path / "aa" / "more.yaml").write_text("regims: []\n", encoding="utf-8")
    found = faults(packs)
    for expected in (
        "aa/rules.yaml, rule AA-01, term, field 'length': 'x' is not a length",
        "aa/rules.yaml, rule AA-02, field 'bearer': 'us' is not known",
        "aa/more.yaml, field 'regims': is not known; did you mean 'regimes' or 'rules'?",
        "aa, calendars aa, weekday: 'sa' is not known; write mon, tue, wed, thu, fri, sat, sun.",
    ):
        assert any(fault.startswith(expected) for fault in found), found
    assert len(found) == 4


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("name: a\nname: b\n", "aa/rules.yaml, line 14: key 'name' stands twice; keep one of the two."),
        ("name: &a b\n", "aa/rules.yaml, line 13: uses an anchor or alias; write the value out."),
        (
            "name: !!binary YQ==\n",
            "aa/rules.yaml, line 13: a value of type 'binary' is not allowed; write it as plain text.",
        ),
        ("name: [\n", "aa/rules.yaml, line 14: did not find expected node content; mend the YAML there."),
    ],
)
def test_yaml_that_is_not_plain(tmp_path: Path, added: str, expected: str) -> None:
    assert faults(write_pack(tmp_path, spoil=lambda text: text + added))[0] == expected


def test_anchor_bomb_is_refused_before_it_grows() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]" for n in range(12))
    with pytest.raises(PackError, match=r"bomb\.yaml, line 1: uses an anchor or alias; write the value out"):
        parse_yaml(levels, "bomb.yaml")


def test_very_deep_nesting_is_refused() -> None:
    code = "from asylon.law.packfile import parse_yaml; parse_yaml('[' * 50_000 + ']' * 50_000, 'deep.yaml')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "deep.yaml: is nested too deeply; flatten it." in ended.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "cp1251", "latin-1"])
def test_wrong_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("name: Ж".encode(encoding) if encoding != "latin-1" else "name: é".encode(encoding))
    with pytest.raises(PackError, match=r"x\.yaml, byte \d: is not UTF-8; save the file as UTF-8\."):
        read_yaml(path)


def test_file_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(PackError, match=r"x\.yaml: is larger than 2 MB; split it by instrument\."):
        read_yaml(path)
    with pytest.raises(PackError, match=r"y\.yaml: cannot be read \(No such file or directory\); check the path\."):
        read_yaml(tmp_path / "y.yaml")


@pytest.mark.parametrize(
    ("jurisdiction", "expected"),
    [
        (JURISDICTION + "builds_on: [aa]\n", "aa: builds on itself (aa → aa); break the circle in 'builds_on'."),
        (
            JURISDICTION + "asked_for: tea\n",
            "aa, field 'asked_for': 'tea' is not a procedure; write one of asylum, family_reunification, other, "
            "refugee_status, residence_permit, statelessness, subsequent, temporary_asylum, work_permit.",
        ),
        (JURISDICTION + "builds_on: [zz]\n", "zz: is not a pack; it needs a jurisdiction.yaml."),
        (
            JURISDICTION.replace(": aa\n", ": bb\n", 1),
            "aa, field 'jurisdiction': is not 'aa'; give it the name of the folder.",
        ),
        (
            JURISDICTION.replace("sat, sun]}\n", "sat, sun]}\n  - {id: aa, country: none, rest: []}\n"),
            "aa, calendars aa: stands twice; give one of the two another id.",
        ),
    ],
)
def test_jurisdiction_that_is_wrong(tmp_path: Path, jurisdiction: str, expected: str) -> None:
    assert faults(write_pack(tmp_path, jurisdiction=jurisdiction)) == [expected]


def test_folder_that_holds_no_packs(tmp_path: Path) -> None:
    expected = f"{tmp_path.name}: holds no vocabulary.yaml; name a folder of law packs."
    with pytest.raises(PackError, match=re.escape(expected)):
        load_packs(tmp_path)


UNREFUSED = {
    "no calendar": (RULE, JURISDICTION.replace("calendars:\n  - {id: aa, country: none, rest: [sat, sun]}\n", "")),
    "every day rests": (RULE, JURISDICTION.replace("[sat, sun]", "[mon, tue, wed, thu, fri, sat, sun]")),
    "days_before": (
        RULE,
        JURISDICTION.replace("sun]}", f"sun], recess: [{{id: r, name: r, days_before: many, source: {SOURCE}}}]}}"),
    ),
    "levels": (RULE.replace("    term:", "    level: S\n    term:"), JURISDICTION + "levels: [1]\n"),
    "sources list": (RULE, JURISDICTION + "sources: [1]\n"),
    "source code": (RULE.replace("opened}", "opened, read: [S]}"), JURISDICTION),
}


@pytest.mark.parametrize("name", UNREFUSED)
def test_packs_that_cannot_be_used_are_refused(tmp_path: Path, name: str) -> None:
    rules, jurisdiction = UNREFUSED[name]
    assert faults(write_pack(tmp_path, rules=rules, jurisdiction=jurisdiction)) != []


@pytest.mark.parametrize("where", ["{procdure: asylum}", "{procedure: asylm}"])
def test_pattern_on_a_detail_that_does_not_exist(tmp_path: Path, where: str) -> None:
    found = spoilt(tmp_path, "trigger: lodged", f"trigger: {{event: lodged, where: {where}}}")
    assert found[0].startswith(f"{RULE_1}, trigger")
