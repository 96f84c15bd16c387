"""One case: how long `assess` takes, and how long `asylon duties` takes from a cold start."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
ON = date(2026, 11, 21)
GENERATED = 20  # of each kind, where there are no examples
START = "from asylon.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class Single:
    """Seconds over the cases: the median case, the slowest case, and the cold start of the command."""

    cases: int
    origin: str
    duties: int
    middle: float
    slowest: float
    cold: float
    coldest: float
    starts: int


def measure(repeats: int, starts: int) -> Single:
    """Return the times of one case, each case `repeats` times, the command `starts` times."""
    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        files, origin = _files(Path(name))
        seconds, duties = _assess_each(files, repeats)
        cold = [_start(files[number % len(files)]) for number in range(-1, starts)][1:]
    return Single(len(files), origin, duties, median(seconds), max(seconds), median(cold), max(cold), starts)


def _files(folder: Path) -> tuple[list[Path], str]:
    found = sorted((ROOT / "examples").glob("*.json"))
    if found:
        return found, "the cases in examples/"
    return [_write_case(case, folder) for case in generated_cases()], "generated cases"


def generated_cases() -> list[dict[str, Any]]:
    """Return a few cases of each generated caseload as case files hold them."""
    from benchmarks.caseload import italy, russia

    found = []
    for grow in (russia, italy):
        events, people = grow(GENERATED)
        attributes = dict(zip(people["case"], people["attributes"], strict=True))
        for (case, jurisdiction), rows in events.group_by("case", "jurisdiction", maintain_order=True):
            dated = rows.select("on", "event", "details").iter_rows()
            told = [{"on": on, "event": event, **json.loads(details)} for on, event, details in dated]
            person = json.loads(attributes[case])
            found.append({"case": case, "jurisdiction": jurisdiction, "attributes": person, "events": told})
    return found


def _write_case(case: dict[str, Any], folder: Path) -> Path:
    path = folder / f"{case['case']}.json"
    path.write_text(json.dumps(case), "utf-8")
    return path


def _assess_each(files: Sequence[Path], repeats: int) -> tuple[list[float], int]:
    """Return the median seconds of each case and the number of duties found in all."""
    from asylon.law import assess, load_packs
    from asylon.law.casefiles import read_cases

    packs = load_packs()
    seconds, duties = [], 0
    for timeline in (timeline for path in files for timeline in read_cases(path)):
        duties += len(assess(timeline, packs, on=ON).duties)  # reads the packs, and warms up
        runs = []
        for _ in range(repeats):
            start = time.perf_counter()
            assess(timeline, packs, on=ON)
            runs.append(time.perf_counter() - start)
        seconds.append(median(runs))
    return seconds, duties


def _start(path: Path) -> float:
    script = Path(sys.executable).parent / "asylon"
    command = [str(script)] if script.is_file() else [sys.executable, "-c", START]
    start = time.perf_counter()
    done = subprocess.run([*command, "duties", str(path), "--on", str(ON)], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"asylon duties failed: {done.stderr.strip()}")
    return seconds
