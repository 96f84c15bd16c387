"""No number of the packs can change by one without an example noticing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tools.mutate_packs import (
    KILLED,
    SURVIVED,
    UNREAD,
    Ground,
    Mutant,
    MutantPacks,
    built_on,
    choose,
    judge,
    main,
    read_ground,
)
from tools.pack_numbers import find_numbers, neighbours

from asylon.law.packs import Length

SAMPLE, SEED = 60, 20261121


@pytest.fixture(scope="module")
def ground() -> Ground:
    return read_ground()


def test_a_sample_of_changes_is_noticed(ground: Ground) -> None:
    mutants = choose(ground.mutants(), SAMPLE, SEED)
    assert len(mutants) == SAMPLE
    assert [str(mutant) for mutant in mutants if judge(mutant, ground) != KILLED] == []


def test_a_change_that_no_example_sees_survives(ground: Ground) -> None:
    mutant = next(m for m in ground.mutants(["ru"]) if m.number.owner == "RU-40" and m.value == "4 months")
    assert judge(mutant, ground) == KILLED
    others = tuple(example for example in ground.examples if example.rule != "RU-40")
    assert judge(mutant, replace(ground, examples=others)) == SURVIVED


def test_a_number_no_rule_reads_is_told_apart(ground: Ground) -> None:
    path = next(path for path in ground.contents if path.parent.name == "ru" and path.name == "cas.yaml")
    content = {**ground.contents[path], "defaults": {**ground.contents[path]["defaults"], "term": "9 years"}}
    widened = replace(ground, contents={**ground.contents, path: content})
    mutant = next(m for m in widened.mutants(["ru"]) if m.number.value == "9 years")
    assert judge(mutant, widened) == UNREAD


def test_only_one_number_changes_and_only_in_the_copy(ground: Ground) -> None:
    mutant = next(m for m in ground.mutants(["ru"]) if m.number.owner == "RU-40" and m.value == "4 months")
    changed, before = MutantPacks(ground, mutant), ground.packs
    pairs = zip(changed.law("ru").clauses, before.law("ru").clauses, strict=True)
    differing = [(new.terms[0].least, old.terms[0].least) for new, old in pairs if new != old]
    assert differing == [(Length(4, "months"), Length(3, "months"))]
    assert changed.law("il") is before.law("il")


def test_a_pack_is_concerned_by_what_it_builds_on(ground: Ground) -> None:
    assert built_on(ground.packs, "it") == {"it", "eu", "int"}
    assert built_on(ground.packs, "fr") == {"int"}  # a country without a pack


def test_every_kind_of_number_is_found(ground: Ground) -> None:
    found = {str(mutant.number.keys[-1]) for mutant in ground.mutants()}
    assert {"term", "length", "most", "otherwise", "until", "from", "to", "acts_until"} <= found
    assert {"days", "days_before", "days_after"} <= found
    assert any("between" in mutant.number.keys for mutant in ground.mutants())


@pytest.mark.parametrize(
    ("key", "value", "near"),
    [
        ("term", "3 months", ("4 months", "2 months")),
        ("otherwise", "0 days", ("1 days",)),
        ("days", 4, (5, 3)),
        ("days", "calendar", ()),
        ("from", "2026-03-01", ("2026-03-02", "2026-02-28")),
        ("from", "2020-01", ("2020-02", "2019-12")),
        ("from", 2010, ("2011", "2009")),
        ("from", "unknown", ()),
        ("to", "09-05", ("09-06", "09-04")),
        ("until", "until", ()),
        ("step", "ukraine_2014", ()),
    ],
)
def test_neighbours(key: str, value: str | int, near: tuple[str | int, ...]) -> None:
    assert neighbours(key, value) == near


def test_words_and_sources_are_left_alone() -> None:
    content = {"rules": [{"id": "X-1", "title": "3 months", "term": "2 weeks", "source": {"note": "5 days"}}]}
    numbers = list(find_numbers("xx", "x.yaml", content))
    assert [(number.owner, number.field, number.value) for number in numbers] == [("X-1", "rules.0.term", "2 weeks")]
    assert str(Mutant(numbers[0], "3 weeks")) == "xx/x.yaml, X-1, rules.0.term: 2 weeks → 3 weeks"


def test_the_command_counts_what_it_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "it", "--sample", "4", "--seed", "3", "--workers", "1"]) == 0
    assert capsys.readouterr().out.startswith("4 changes, 4 noticed, 0 not;")
