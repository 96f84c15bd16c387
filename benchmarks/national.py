"""A national caseload through `assess_file`: time, cases a second, and memory of the whole process tree.

`python -m benchmarks.national run …` is the measured process, fresh for every run; the tables it
reads are written by another process before the clock starts.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
ON = date(2026, 11, 21)
KINDS = {"ru": "ru + int", "it": "it + eu + int"}
SAMPLING = 0.02
CORES = 2


@dataclass(frozen=True, slots=True)
class Run:
    """One caseload, assessed in its best run.

    `wall` is the fresh process from start to end, `work` what `assess_file` took inside it, `cpu`
    the processor seconds of the process and its workers, `others` how many cores everybody else kept
    busy meanwhile.
    `sampled` is the largest sum of resident memory seen over the process tree, `bound` the sum of
    the peaks of its processes, whenever each had its own: the tree never held more.
    """

    kind: str
    cases: int
    events: int
    duties: int
    wall: float
    work: float
    cpu: float
    others: float
    sampled: int
    bound: int

    @property
    def rate(self) -> float:
        return self.cases / self.wall


def write_caseload(kind: str, cases: int, folder: Path) -> tuple[Path, Path]:
    """Write a caseload in a process of its own; return the paths of events and cases."""
    command = [sys.executable, "-m", "benchmarks.national", "write", kind, str(cases), str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder / f"{kind}-{cases}-events.parquet", folder / f"{kind}-{cases}-cases.parquet"


def measure(kind: str, cases: int, repeats: int) -> Run:
    """Return the best of `repeats` fresh processes; raises when they find different numbers of duties."""
    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        tables = write_caseload(kind, cases, Path(name))
        runs = [_measure_once(kind, cases, tables, Path(name)) for _ in range(repeats)]
    if len({(run.events, run.duties) for run in runs}) != 1:
        raise AssertionError(f"{kind}, {cases} cases: runs differ in what they found")
    return min(runs, key=lambda run: run.wall)


def _measure_once(kind: str, cases: int, tables: tuple[Path, Path], folder: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.national", "run", *map(str, tables), str(folder / "duties.parquet")]
    busy, start = _busy(), time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        watch = _Watch(process.pid)
        printed, _ = process.communicate()
        wall = time.perf_counter() - start
        busy = _busy() - busy
        watch.stop()
    if process.returncode:
        raise RuntimeError(f"{kind}, {cases} cases: the measured process failed")
    told: dict[str, Any] = json.loads(printed.splitlines()[-1])
    if told["cases"] != cases or told["rows"] != told["duties"]:
        raise AssertionError(f"{kind}: {told['cases']} cases and {told['rows']} rows for {told['duties']} duties")
    bound = max(sum(watch.peaks.values()), told["parent"] + told["worker"])
    return Run(
        kind=kind,
        cases=cases,
        events=told["events"],
        duties=told["duties"],
        wall=wall,
        work=told["work"],
        cpu=told["cpu"],
        others=max(busy - told["cpu"], 0.0) / wall,
        sampled=max(watch.peak, told["parent"]),
        bound=bound,
    )


def _busy() -> float:
    """Return the seconds since the start of the machine that its cores were busy or taken away."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / os.sysconf("SC_CLK_TCK")


class _Watch:
    """Adds up the resident memory of a process and its descendants, again and again."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak = pid, 0
        self.peaks: dict[int, int] = {}  # of each process, by its number
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(SAMPLING):
            total = 0
            for pid in _tree(self.pid):
                now, peak = _memory(pid)
                total += now
                self.peaks[pid] = max(self.peaks.get(pid, 0), peak)
            self.peak = max(self.peak, total)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:  # the thread has ended since it was listed
            continue
        for child in children:
            yield from _tree(int(child))


def _memory(pid: int) -> tuple[int, int]:
    """Return resident memory now and at its peak, in bytes; zeros when the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    told = dict(line.split(":", 1) for line in lines if line.startswith(("VmRSS", "VmHWM")))
    now, peak = (int(told[name].split()[0]) * 1024 if name in told else 0 for name in ("VmRSS", "VmHWM"))
    return now, peak


def share_one_by_one(kind: str, cases: int) -> float:
    """Return the share of cases that columns do not carry: those for which a view of one case was made."""
    from asylon.law.stream import assess_file
    from asylon.law.view import View
    from asylon.law.vocabulary import PACK_ROOT
    from benchmarks.caseload import write

    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        folder = Path(name)
        events, people = write(kind, cases, folder)
        with patch.object(View, "__init__", autospec=True, side_effect=View.__init__) as made:
            assess_file(events, folder / "out.parquet", on=ON, packs=PACK_ROOT, cases=people, workers=1)
        return made.call_count / cases


def _run(events: Path, people: Path, out: Path) -> dict[str, Any]:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])  # before polars counts its cores
    import polars as pl

    from asylon.law.stream import assess_file
    from asylon.law.vocabulary import PACK_ROOT

    start = time.perf_counter()
    tally = assess_file(events, out, on=ON, packs=PACK_ROOT, cases=people, workers=CORES)
    work = time.perf_counter() - start
    own, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    used = {
        "parent": own.ru_maxrss * 1024,
        "worker": workers.ru_maxrss * 1024,
        "cpu": own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime,
    }
    rows = int(pl.scan_parquet(out).select(pl.len()).collect().item())
    return {"cases": tally.cases, "events": tally.events, "duties": tally.duties, "rows": rows, "work": work, **used}


def main() -> None:
    action, *rest = sys.argv[1:]
    if action == "write":
        from benchmarks.caseload import write

        write(rest[0], int(rest[1]), Path(rest[2]))
    else:
        print(json.dumps(_run(*map(Path, rest))))


if __name__ == "__main__":
    main()
