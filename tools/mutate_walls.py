"""Takes away the desk's controls one at a time and tells which loss no test notices.

`python -m tools.mutate_walls [--only NAME] [--list]`. Each control is a place in the source and what stands
there when it is gone. The tests named for it run on a copy of the source with that one change; they must
fail. What survives is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.wall_controls import CONTROLS, Control

ROOT = Path(__file__).parent.parent
KILLED, SURVIVED, BROKEN = "killed", "survives", "cannot be judged"
# pytest's exit codes: 1 is a failing test; a source that no longer imports proves nothing.
FAILED, PASSED = 1, 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one control that was taken away."""

    control: Control
    verdict: str
    seconds: float
    tail: str


def mutated(control: Control, source: str) -> str:
    """Return the source without the control; ValueError when the place is not there exactly once."""
    if source.count(control.before) != 1:
        raise ValueError(f"{control.name}: the place stands {source.count(control.before)} times in {control.file}")
    return source.replace(control.before, control.after)


def judge(control: Control) -> Outcome:
    """Run the tests of one control on a copy of the source without it."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="asylon-walls-") as folder:
        copy = Path(folder) / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
        place = copy / "asylon" / control.file
        place.write_text(mutated(control, place.read_text("utf-8")), "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", *control.tests]
        env = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    verdict = {FAILED: KILLED, PASSED: SURVIVED}.get(done.returncode, BROKEN)
    return Outcome(control, verdict, time.perf_counter() - start, "\n".join(done.stdout.splitlines()[-12:]))


def main(args: Sequence[str] | None = None) -> int:
    """Judge every control and print what happened; 1 when one can go unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="controls whose name holds this word")
    parser.add_argument("--list", action="store_true", help="print the controls and judge nothing")
    given = parser.parse_args(args)
    chosen = [control for control in CONTROLS if given.only in control.name]
    if given.list:
        print("\n".join(f"{control.name:44} {control.file}" for control in chosen))
        return 0
    bad = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for outcome in pool.map(judge, chosen):
            bad += outcome.verdict != KILLED
            print(f"{outcome.verdict:18} {outcome.control.name} ({outcome.seconds:.0f} s)", flush=True)
            if outcome.verdict == BROKEN:
                print(outcome.tail)
    print(f"{len(chosen) - bad} of {len(chosen)} controls cannot be taken away unnoticed.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
