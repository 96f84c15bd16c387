"""Runs the plain rules in each engine, each in a fresh process, and compares time and answers.

`python -m benchmarks.peers ENGINE CASES REPEATS ANSWERS.npz` is one such process: it prints its
times as JSON and leaves its answers in the file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.plain_rules import (
    JURISDICTION,
    ON,
    RULES,
    STANDINGS,
    Answers,
    Times,
    Workload,
    time_runs,
    write_pack,
)

CASES = 100_000
SAMPLE = 2_000
TEXT_SAMPLE = 10_000  # OpenFisca's reader of texts slows down with size: a larger sample is truer
ZEN_WAYS = ("decision", "decision, batch", "raw end only")


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine entered in one way; `sample` of the cases are measured and scaled linearly."""

    name: str
    package: str
    given: str
    gives: str
    cases: int = CASES


ALL_FIVE = "raw, legal and safe end, standing, days"
ENGINES = (
    Engine("asylon, from texts", "asylon", "events table of texts", f"duties table: {ALL_FIVE}, and ten columns more"),
    Engine("asylon, from columns", "asylon", "coded columns of events", ALL_FIVE),
    Engine("openfisca, from texts", "openfisca_core", "dictionaries of texts", ALL_FIVE, TEXT_SAMPLE),
    Engine("openfisca, from columns", "openfisca_core", "arrays of dates", ALL_FIVE),
    *(Engine(f"zen, {way}", "zen", "dictionaries of texts", ALL_FIVE, SAMPLE) for way in ZEN_WAYS[:2]),
    Engine(f"zen, {ZEN_WAYS[2]}", "zen", "dictionaries of texts", "raw end only", SAMPLE),
)


@dataclass(frozen=True, slots=True)
class Timing:
    """The runs of one engine and how its answers differ from Asylon's."""

    engine: Engine
    cases: int
    times: Times
    differences: dict[str, int]

    @property
    def seconds(self) -> float:
        """Return the best run after the warm-up, scaled to CASES cases."""
        return min(self.times[1:]) * CASES / self.cases


def is_installed(engine: Engine) -> bool:
    return find_spec(engine.package) is not None


def measure_all(repeats: int) -> Iterator[Timing]:
    """Yield the timing of every engine that is installed; raises when one answers otherwise than Asylon."""
    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        ours: Answers | None = None
        for place, engine in enumerate(engine for engine in ENGINES if is_installed(engine)):
            path = Path(name) / f"{place}.npz"
            times = _in_process(engine, repeats, path)
            theirs = Answers.load(path)
            ours = ours or theirs
            differences = ours.differences(theirs)
            if any(differences.values()):
                raise AssertionError(f"{engine.name} answers otherwise than Asylon in {differences} cells")
            yield Timing(engine, engine.cases, times, differences)


def _in_process(engine: Engine, repeats: int, answers: Path) -> Times:
    command = [sys.executable, "-m", "benchmarks.peers", engine.name, str(engine.cases), str(repeats), str(answers)]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{engine.name} failed: {done.stderr.strip()}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def asylon_from_texts(work: Workload, repeats: int) -> tuple[Times, Answers]:
    """Time `assess_many` over the events table."""
    from asylon.law.many import assess_many
    from asylon.law.packload import load_packs

    events = work.events()
    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        write_pack(Path(name))
        packs = load_packs(Path(name))
        packs.law(JURISDICTION)
        times, duties = time_runs(lambda: assess_many(events, packs, on=ON), repeats)
    return times, _answers(duties, work.cases)


def _answers(duties: pl.DataFrame, cases: int) -> Answers:
    ordered = duties.sort("case", "rule")
    assert len(ordered) == cases * len(RULES), "every rule gives one duty in every case"
    shape = cases, len(RULES)
    ends = {name: ordered[f"{name}_end"].to_physical().to_numpy() for name in ("raw", "legal", "safe")}
    ends["standing"] = ordered["standing"].cast(pl.Enum(STANDINGS)).to_physical().to_numpy()
    ends["days"] = ordered["days"].to_numpy()
    return Answers(**{name: values.astype(np.int64).reshape(shape) for name, values in ends.items()})


def asylon_from_columns(work: Workload, repeats: int) -> tuple[Times, Answers]:
    """Time the reader of columns alone: no texts read before it, no table written after it."""
    from asylon.law.columnread import ColumnReader, Found
    from asylon.law.many import Partition
    from asylon.law.packload import load_packs

    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        write_pack(Path(name))
        packs = load_packs(Path(name))
        law = packs.law(JURISDICTION)
        part = Partition(work.events().with_row_index("row"), {}, packs.vocabulary, JURISDICTION)

        def run() -> tuple[list[Found], np.ndarray[tuple[int], np.dtype[np.int64]]]:
            columns = part.columns(np.ones(work.cases, bool), ON.toordinal())
            assert columns is not None, "there are events"
            return ColumnReader(columns, part.attributes, part.people, law, ON.toordinal()).read(), columns.day

        times, (found, day) = time_runs(run, repeats)
    unix = 719_163
    raw, legal, safe = (
        np.stack([getattr(one.reckoned, end) for one in found], axis=1) - unix for end in ("raw", "legal", "safe")
    )
    standing = np.stack([one.standing for one in found], axis=1).astype(np.int64)
    met = [np.where(one.met_by >= 0, day[np.maximum(one.met_by, 0)], ON.toordinal()) for one in found]
    return times, Answers(raw, legal, safe, standing, legal + unix - np.stack(met, axis=1))


def _measure(name: str, work: Workload, repeats: int) -> tuple[Times, Answers]:
    if name == "asylon, from texts":
        return asylon_from_texts(work, repeats)
    if name == "asylon, from columns":
        return asylon_from_columns(work, repeats)
    if name.startswith("openfisca"):
        from benchmarks import openfisca_rules

        is_text = name.endswith("texts")
        return (openfisca_rules.from_texts if is_text else openfisca_rules.from_columns)(work, repeats)
    from benchmarks import zen_rules

    return zen_rules.measure(name.removeprefix("zen, "), work, repeats)


def main() -> None:
    name, cases, repeats, path = sys.argv[1:]
    times, answers = _measure(name, Workload(int(cases)), int(repeats))
    answers.save(Path(path))
    print(json.dumps(times))


if __name__ == "__main__":
    main()
