"""Changes every number of the packs by one and tells which changes no example notices.

`python -m tools.mutate_packs [--only it,eu] [--sample 60 --seed 1]`. Every length, cap, fixed day,
day of deemed service, recess, freeze and validity is made one larger and one smaller, one at a
time; the examples concerned must then fail. What survives is printed, and the exit code is 1.

For a number of a rule these are the examples of that rule, for one in `defaults` those of the rules
of its file, for anything else (countings, calendars, parameters …) all of the countries that use
the pack.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from asylon.errors import PackError
from asylon.law import packload
from asylon.law.examples import Example, load_examples, run_example
from asylon.law.packfile import read_yaml
from asylon.law.packload import Packs
from asylon.law.packs import Law, Pack
from asylon.law.vocabulary import PACK_ROOT
from tools.pack_numbers import Key, Number, find_numbers, neighbours, with_value

KILLED = "killed"
SURVIVED = "survives"
UNREAD = "is read by no rule"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One number of a pack with one other value."""

    number: Number
    value: Key

    def __str__(self) -> str:
        number = self.number
        place = f"{number.jurisdiction}/{number.file}" + (f", {number.owner}" if number.owner else "")
        return f"{place}, {number.field}: {number.value} → {self.value}"


@dataclass(frozen=True, slots=True)
class Ground:
    """The packs as they are: their files' contents and their examples, read once."""

    packs: Packs
    contents: Mapping[Path, Any]
    examples: tuple[Example, ...]

    def mutants(self, only: Sequence[str] = ()) -> Iterator[Mutant]:
        """Yield every mutant of the packs named in `only`, of all packs when it is empty."""
        for path, content in self.contents.items():
            jurisdiction = path.parent.name
            if only and jurisdiction not in only:
                continue
            for number in find_numbers(jurisdiction, path.name, content):
                yield from (Mutant(number, value) for value in neighbours(number.keys[-1], number.value))


class MutantPacks(Packs):
    """The packs with one number changed. What does not build on the changed pack is shared."""

    def __init__(self, ground: Ground, mutant: Mutant) -> None:
        super().__init__(ground.packs.root)
        self.ground = ground
        self.changed = mutant.number.jurisdiction
        number = mutant.number
        path = self.root / number.jurisdiction / number.file
        changed = {**ground.contents, path: with_value(ground.contents[path], number.keys, mutant.value)}
        with patch.object(packload, "read_yaml", changed.__getitem__):
            self.mutated = super().pack(self.changed)

    def pack(self, jurisdiction: str) -> Pack:
        return self.mutated if jurisdiction == self.changed else self.ground.packs.pack(jurisdiction)

    def law(self, jurisdiction: str) -> Law:
        if self.changed in built_on(self.ground.packs, jurisdiction):
            return super().law(jurisdiction)
        return self.ground.packs.law(jurisdiction)


def built_on(packs: Packs, jurisdiction: str) -> frozenset[str]:
    """Return the packs that make up the law of a country; without a pack, the international one."""
    if jurisdiction not in packs.jurisdictions:
        return frozenset({packload.INTERNATIONAL})
    bases = packs.pack(jurisdiction).builds_on
    return frozenset({jurisdiction}).union(*(built_on(packs, base) for base in bases))


@lru_cache(maxsize=1)
def read_ground(root: Path = PACK_ROOT) -> Ground:
    """Return packs, contents and examples under `root`; PackError when an example fails unchanged."""
    packs = Packs(root)
    paths = [path for name in packs.jurisdictions for path in sorted((root / name).glob("*.yaml"))]
    contents = {path: read_yaml(path) or {} for path in paths}
    examples = tuple(example for name in packs.jurisdictions for example in load_examples(packs, name))
    if faults := [fault for example in examples for fault in run_example(example, packs)]:
        raise PackError(faults)
    return Ground(packs, contents, examples)


def concerned(ground: Ground, mutant: Mutant) -> Iterator[Example]:
    """Yield the examples that ought to notice the change, the likeliest first."""
    number = mutant.number
    if number.section in ("rules", "defaults"):
        rules = {number.owner} if number.owner else _rules_of(ground, number)
        yield from (example for example in ground.examples if example.rule in rules)
        return
    users = [e for e in ground.examples if number.jurisdiction in built_on(ground.packs, e.jurisdiction)]
    yield from sorted(users, key=lambda example: example.jurisdiction != number.jurisdiction)


def _rules_of(ground: Ground, number: Number) -> set[str]:
    content = ground.contents[ground.packs.root / number.jurisdiction / number.file]
    return {str(rule["id"]) for rule in content.get("rules", [])}


def judge(mutant: Mutant, ground: Ground) -> str:
    """Return whether a mutant is killed: refused by the loader, or failed by an example."""
    try:
        packs = MutantPacks(ground, mutant)
    except PackError:
        return KILLED
    if any(True for example in concerned(ground, mutant) for _ in run_example(example, packs)):
        return KILLED
    # compared as plain values: some of the engine's values are equal only to themselves
    mutated, before = asdict(packs.mutated), asdict(ground.packs.pack(packs.changed))
    return UNREAD if {**mutated, "version": ""} == {**before, "version": ""} else SURVIVED


def _judge_here(mutant: Mutant) -> str:
    return judge(mutant, read_ground())


def judge_all(mutants: Sequence[Mutant], workers: int) -> Iterator[tuple[Mutant, str]]:
    """Yield each mutant with what became of it, in the order given."""
    if workers <= 1:
        yield from ((mutant, _judge_here(mutant)) for mutant in mutants)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(mutants, pool.map(_judge_here, mutants, chunksize=8), strict=True)


def choose(mutants: Iterable[Mutant], sample: int | None, seed: int) -> list[Mutant]:
    """Return all mutants, or `sample` of them drawn with `seed` in their order."""
    found = list(mutants)
    if sample is None or sample >= len(found):
        return found
    places = sorted(random.Random(seed).sample(range(len(found)), sample))
    return [found[place] for place in places]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the survivors and return 1 when there are any, 2 when the packs do not hold unchanged."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutate_packs")
    parser.add_argument("--only", default="", help="packs to change, such as it,eu")
    parser.add_argument("--sample", type=int, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=1, help="for the drawing")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    try:
        ground = read_ground()
    except PackError as error:
        print(error, file=sys.stderr)
        return 2
    only = [name for name in given.only.split(",") if name]
    mutants = choose(ground.mutants(only), given.sample, given.seed)
    left = 0
    for mutant, outcome in judge_all(mutants, given.workers):
        if outcome != KILLED:
            left += 1
            print(f"{mutant} {outcome}", flush=True)
    print(f"{len(mutants)} changes, {len(mutants) - left} noticed, {left} not; {time.monotonic() - begun:.0f} s")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
