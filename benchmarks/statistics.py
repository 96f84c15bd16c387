"""The observatory: rates of every pair beside its peers, questions, commands, imports, doubts.

The figures are UNHCR's, beside the project (`../shared/data`); where they are absent nothing is measured, and the part
says so.
"""

from __future__ import annotations

import bz2
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import rates
from benchmarks.rates import BY_HAND, DUCKDB, OURS, PANDAS, Way

if TYPE_CHECKING:
    from asylon.statistics.store import Store
    from benchmarks.run import Check, Part

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
TODAY = date(2026, 11, 25)
START = "from asylon.cli.main import main; main()"
HAND_RATIO = 1.5
WARM_SECONDS, COLD_SECONDS = 0.05, 0.4
PARQUET_SECONDS, RDA_SECONDS, DOUBTS_SECONDS = 2.0, 15.0, 20.0
PAIRS = 82_178
STATEMENT = "As of 2015, 1,032 Syrians had received temporary asylum in Russia and two had refugee status."


@dataclass(frozen=True, slots=True)
class Timed:
    """One thing that was timed: median and slowest seconds of `runs` runs."""

    what: str
    middle: float
    slowest: float
    runs: int


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was measured."""

    ways: list[Way]
    questions: list[Timed]
    commands: list[Timed]
    imports: dict[str, Timed]
    doubts: Timed
    doubt_rows: int
    releases: int


def measure(repeats: int, starts: int, *, imports: int, data: Path = DATA) -> Found | None:
    """Return all times, None where the figures are not here.

    Each question runs `repeats` times after two warm-ups, each command `starts` times, each import `imports` times.
    """
    if not (data / "unhcr").is_dir():
        return None
    with tempfile.TemporaryDirectory(prefix="asylon-bench-") as name:
        folder = Path(name)
        found_imports = dict(_imports(data / "unhcr", folder, imports))
        store = _store(data, folder / "store")
        doubts, rows = _doubts(store)
        return Found(
            ways=rates.measure(store.release().path("decisions"), repeats),
            questions=[_timed(what, run, repeats) for what, run in _questions(store)],
            commands=[_command(words, store, starts) for words in _commands(folder)],
            imports=found_imports,
            doubts=doubts,
            doubt_rows=rows,
            releases=len(store.releases()),
        )


def _store(data: Path, folder: Path) -> Store:
    """Return a store of the newest tables and, where they are here, of the old releases."""
    from asylon.statistics.sources import source, write_drafts
    from asylon.statistics.store import Store

    store, unhcr = Store(folder), source("unhcr")
    for path in (data / "unhcr", data / "unhcr_vintages"):
        if path.is_dir():
            write_drafts(store, unhcr.manifest, unhcr.read(path), today=TODAY)
    return store


def _timed(what: str, run: Callable[[], object], repeats: int, warm_ups: int = 2) -> Timed:
    seconds = []
    for turn in range(-warm_ups, repeats):
        start = time.perf_counter()
        run()
        if turn >= 0:
            seconds.append(time.perf_counter() - start)
    return Timed(what, median(seconds), max(seconds), repeats)


def _questions(store: Store) -> Iterator[tuple[str, Callable[[], object]]]:
    from asylon.statistics.answers import Question, answer
    from asylon.statistics.doubts import doubts_of
    from asylon.statistics.statements import check_text
    from asylon.statistics.waiting import waiting

    release = store.release()
    doubts = doubts_of(store, release)
    asked = {
        "one origin in one country": Question("RUS", "ISR"),
        "a country of asylum as a whole": Question(asylum="DEU"),
        "an origin as a whole": Question(origin="SYR"),
        "the world": Question(),
    }
    for what, question in asked.items():
        yield what, partial(answer, release, question, doubts=doubts)
    yield "waiting, one origin in one country", lambda: waiting(release, Question("RUS", "ISR"))
    yield "waiting, the world", lambda: waiting(release, Question())
    yield "the doubts of a release, found before", lambda: doubts_of(store, release)
    yield "a statement of two figures checked", lambda: check_text(STATEMENT, release)


def _commands(folder: Path) -> Iterator[list[str]]:
    statement = folder / "statement.txt"
    statement.write_text(STATEMENT, "utf-8")
    pair = ["--origin", "RUS", "--asylum", "ISR"]
    yield ["pair", *pair]
    yield ["pair", *pair, "--json"]
    yield ["pair"]
    yield ["waiting", *pair]
    yield ["doubts", "--asylum", "DEU"]
    yield ["changes", "2025.12.0", "2025.12.1"]
    yield ["check", str(statement)]
    yield ["releases"]


def _command(words: Sequence[str], store: Store, starts: int) -> Timed:
    shown = " ".join(Path(word).name for word in words)
    run = partial(_run, [*words, "--data", str(store.root)])
    return _timed(f"asylon stats {shown}", run, starts, warm_ups=1)


def _run(words: Sequence[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, "stats", *words], capture_output=True, text=True, check=False, env=_environment()
    )
    if done.returncode:
        raise RuntimeError(f"asylon stats {words[0]} failed: {done.stderr.strip()}")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)])}


def _imports(tables: Path, folder: Path, times: int) -> Iterator[tuple[str, Timed]]:
    """Yield the command from a folder of tables to a release with its doubts, by kind of file."""
    kinds = {"Parquet": (tables, times), "rda": (_as_rda(tables, folder / "rda"), 1)}
    for kind, (path, runs) in kinds.items():
        stores = iter(range(runs))

        def run(kind: str = kind, path: Path = path, stores: Iterator[int] = stores) -> None:
            _run(["import", "unhcr", str(path), "--data", str(folder / f"{kind}-{next(stores)}")])

        yield kind, _timed(f"asylon stats import unhcr, {kind}", run, runs, warm_ups=0)


def _as_rda(tables: Path, folder: Path) -> Path:
    """Return a folder with the tables as R's packages hold them, packed with bzip2 as R's tools do."""
    import polars as pl
    from tests.statistics.rdawriter import polars_frame, write_rda

    from asylon.statistics.sources.unhcr import TABLES

    folder.mkdir()
    for name in TABLES:
        if (file := tables / f"{name}.parquet").is_file():
            write_rda(folder / f"{name}.rda", {name: polars_frame(pl.read_parquet(file))}, bz2.compress)
    return folder


def _doubts(store: Store) -> tuple[Timed, int]:
    """Return how long every check takes over every release, nothing kept from before, and how many doubts there are."""
    from asylon.statistics.doubts import find_doubts

    start = time.perf_counter()
    rows = sum(find_doubts(release, store).height for release in store.releases())
    seconds = time.perf_counter() - start
    return Timed("every check over every release", seconds, seconds, 1), rows


def statistics_part(repeats: int = 15, starts: int = 10, imports: int = 3, data: Path = DATA) -> Part:
    """Measure the observatory and return its part of the document."""
    from benchmarks.run import Part, table  # in there: benchmarks.run calls this part

    load = os.getloadavg()[0]
    found = measure(repeats, starts, imports=imports, data=data)
    if found is None:
        return Part(f"{TITLE}\n\n{ABSENT}\n", tuple(_checks(None)))
    head = TEXT.format(load=load, repeats=repeats, starts=starts, pairs=PAIRS)
    ways = [[way.task, way.name, f"{way.rows:,}", _ms(way.middle), _ms(way.slowest)] for way in found.ways]
    timed = [
        [one.what, f"{one.middle * 1e3:.1f}", f"{one.slowest * 1e3:.1f}", f"{one.runs}"]
        for one in (*found.questions, *found.commands, *found.imports.values(), found.doubts)
    ]
    tables = [
        table(["task", "way", "rows", "median, ms", "slowest, ms"], ways),
        table(["what", "median, ms", "slowest, ms", "runs"], timed),
    ]
    end = f"{found.doubt_rows:,} doubts in {found.releases} releases.\n"
    return Part("\n\n".join([TITLE, head, *tables, end]), tuple(_checks(found)))


def _ms(seconds: float | None) -> str:
    return "not installed" if seconds is None else f"{seconds * 1e3:.1f}"


def _checks(found: Found | None) -> Iterator[Check]:
    yield from _rate_checks(found.ways if found else [])
    warm, cold = (found.questions, found.commands) if found else ([], [])
    yield _limit("any question, warm", warm, WARM_SECONDS)
    yield _limit("any command, cold start", cold, COLD_SECONDS)
    for kind, seconds in (("Parquet", PARQUET_SECONDS), ("rda", RDA_SECONDS)):
        yield _limit(f"UNHCR's tables from {kind} to a release", [found.imports[kind]] if found else [], seconds)
    whole = found is not None and found.releases == 10
    yield _limit("all doubts over ten releases", [found.doubts] if found and whole else [], DOUBTS_SECONDS)


def _limit(what: str, timed: Sequence[Timed], limit: float) -> Check:
    """Hold the slowest of the medians against a limit."""
    from benchmarks.run import Check

    asked = f"median under {limit:g} s" if limit >= 1 else f"median under {limit * 1e3:.0f} ms"
    if not timed:
        return Check(what, "not measured", asked, None)
    worst = max(timed, key=lambda one: one.middle)
    seconds = f"{worst.middle:.2f} s" if limit >= 1 else f"{worst.middle * 1e3:.1f} ms"
    named = f"{seconds} ({worst.what})" if len(timed) > 1 else seconds
    return Check(what, named, asked, worst.middle < limit)


def _rate_checks(ways: Sequence[Way]) -> Iterator[Check]:
    from benchmarks.run import Check

    for task in dict.fromkeys(way.task for way in ways) or ("rates", "rates with bounds of rounding"):
        middles = {way.name: way.middle for way in ways if way.task == task}
        for peer in (BY_HAND, PANDAS, DUCKDB):
            ratio = _ratio(middles.get(OURS), middles.get(peer))
            limit = HAND_RATIO if peer == BY_HAND else 1.0
            asked = f"at most {limit:g} times the time"
            measured = "not measured" if ratio is None else f"{ratio:.2f}"
            holds = None if ratio is None else ratio <= limit
            yield Check(f"{PAIRS:,} pair-years, {task}, against {peer}", measured, asked, holds)


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or theirs is None else ours / theirs


TITLE = "## The observatory"
ABSENT = "UNHCR's tables are not beside the project (`../shared/data/unhcr`), so nothing was measured."
TEXT = """UNHCR's tables of 25 June 2026 and, where told, its ten releases (load before: {load:.1f}). **Rates**: from
one Parquet file of decisions to a table in memory with the outcomes, recognition and protection rate and closed share
of all {pairs:,} pair-years, persons and cases apart; once without and once with the bounds that rounding allows. All
ways give the same columns, compared row by row before they are timed; they take turns, {repeats} times after two
warm-ups. **Questions** are asked in one process with the tables read; **commands** start {starts} times in a fresh
process, after one that warms the disk's cache. An **import** is the whole command, doubts found; the rda files are
written from the same tables, packed with bzip2."""


def main() -> int:
    """Measure and print; return 1 when a limit is missed or was not measured."""
    from benchmarks.run import limits_table

    part = statistics_part()
    print(part.text)
    print(limits_table(part.checks))
    return 0 if all(check.holds for check in part.checks) else 1


if __name__ == "__main__":
    sys.exit(main())
