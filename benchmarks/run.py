"""Measures Asylon against its limits and its peers, prints the result, writes docs/benchmarks.md.

`python -m benchmarks.run` measures everything and exits 1 when a limit is missed or was not
measured. `--quick` takes 10,000 cases without peers and holds nothing to a limit; it and
`--part` leave the document as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import national, peers, single
from benchmarks.durations import durations_part
from benchmarks.machine import describe
from benchmarks.national import Run
from benchmarks.peers import CASES, ENGINES, Timing
from benchmarks.plain_rules import RULES
from benchmarks.single import Single
from benchmarks.statistics import statistics_part

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
TEXTS = "## Figures out of texts"  # sections of their own: `benchmarks.text` writes this one,
DESK = "## The desk"  # and `benchmarks.desk` this
SIZES = (10_000, 100_000, 1_000_000)
NATIONAL_SECONDS = 30.0
NATIONAL_BYTES = 6e9
GROWTH = 1.2
ASSESS_SECONDS = 0.005
COLD_SECONDS = 0.4
OPENFISCA_RATIO = 3.0
ZEN_RATIO = 300.0
PARTS = ("peers", "national", "single", "statistics", "durations")


@dataclass(frozen=True, slots=True)
class Check:
    """One limit: what was measured, what is asked; `holds` is None when it was not measured."""

    what: str
    measured: str
    limit: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the document: its text and its limits."""

    text: str
    checks: tuple[Check, ...]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join('---' for _ in head)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def peers_part(repeats: int) -> Part:
    """Measure the twenty plain rules in every engine that is installed."""
    found = {timing.engine.name: timing for timing in peers.measure_all(repeats)}
    rows = [_engine_row(found[engine.name]) for engine in ENGINES if engine.name in found]
    absent = [engine.name for engine in ENGINES if engine.name not in found]
    head = ["engine", "given", "gives", "cases run", "first run, s", "best of the others, s", "s for 100,000"]
    text = f"{PEERS_TEXT.format(cases=CASES, rules=len(RULES), repeats=repeats)}\n\n{table(head, rows)}\n"
    if absent:
        text += f"\nNot installed, so not measured: {'; '.join(absent)}.\n"
    ratios = [[ours, theirs, _ratio_text(found, ours, theirs), note] for ours, theirs, _, note in _pairs()]
    text += f"\n{table(['Asylon', 'peer', 'times as fast', 'what is compared'], ratios)}\n"
    return Part(text, tuple(_peer_checks(found)))


def _engine_row(timing: Timing) -> list[str]:
    first, best = timing.times[0], min(timing.times[1:])
    scaled = "" if timing.cases == CASES else " (scaled)"
    engine = timing.engine
    seconds = f"{timing.seconds:.3f}{scaled}"
    return [engine.name, engine.given, engine.gives, f"{timing.cases:,}", f"{first:.3f}", f"{best:.3f}", seconds]


def _pairs() -> Iterator[tuple[str, str, float | None, str]]:
    """Yield what is compared with what, the limit if there is one, and how alike the two are."""
    yield "asylon, from texts", "openfisca, from texts", OPENFISCA_RATIO, "each reads the facts itself"
    yield "asylon, from columns", "openfisca, from columns", OPENFISCA_RATIO, "the rules only, on arrays"
    yield "asylon, from columns", "zen, decision, batch", ZEN_RATIO, "the rules only; ZEN takes dates as texts alone"
    yield "asylon, from columns", "zen, decision", ZEN_RATIO, "the same, case by case"
    yield "asylon, from texts", "openfisca, from columns", None, "not alike: Asylon also reads texts and writes a table"
    yield "asylon, from texts", "zen, decision, batch", None, "not alike: Asylon also checks events and writes a table"
    yield "asylon, from columns", "zen, raw end only", None, "not alike: ZEN gives one answer of the five"


def _ratio(found: dict[str, Timing], ours: str, theirs: str) -> float | None:
    return found[theirs].seconds / found[ours].seconds if ours in found and theirs in found else None


def _ratio_text(found: dict[str, Timing], ours: str, theirs: str) -> str:
    ratio = _ratio(found, ours, theirs)
    if ratio is None:
        return "not measured"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _peer_checks(found: dict[str, Timing]) -> Iterator[Check]:
    for ours, theirs, limit, _ in _pairs():
        if limit is not None:
            ratio = _ratio(found, ours, theirs)
            what = f"{len(RULES)} rules: {ours}, against {theirs}"
            holds = None if ratio is None else ratio >= limit
            yield Check(what, _ratio_text(found, ours, theirs), f"at least {limit:.0f} times as fast", holds)


def national_part(sizes: Sequence[int], repeats: int) -> Part:
    """Measure the national caseloads in every size; the largest once, it is long enough."""
    times = {cases: 1 if cases == SIZES[-1] else repeats for cases in sizes}
    runs = {kind: [national.measure(kind, cases, times[cases]) for cases in sizes] for kind in national.KINDS}
    shares = {kind: national.share_one_by_one(kind, min(sizes)) for kind in national.KINDS}
    rows = [_run_row(run, runs[kind]) for kind in runs for run in runs[kind]]
    head = ["law", "cases", "events", "duties", "wall, s", "processor, s", "cases/s", "time per case, 100,000 = 1"]
    text = NATIONAL_TEXT.format(repeats=repeats, cores=national.CORES)
    head += ["peak memory seen, GB", "never above, GB", "cores used by others"]
    text += f"\n\n{table(head, rows)}\n\n"
    told = "; ".join(f"{national.KINDS[kind]}: {share:.2%}" for kind, share in shares.items())
    text += f"Cases read one by one, because columns do not carry them (measured on {min(sizes):,} cases): {told}.\n"
    checks = tuple(check for kind in runs for check in _national_checks(runs[kind]))
    return Part(text, checks)


def _growth(run: Run, runs: Sequence[Run]) -> float | None:
    """Return the time per case relative to the run of 100,000; None when that size was not run."""
    base = next((other for other in runs if other.cases == 100_000), None)
    return None if base is None else (run.work / run.cases) / (base.work / base.cases)


def _run_row(run: Run, runs: Sequence[Run]) -> list[str]:
    growth = _growth(run, runs)
    counts = [f"{number:,}" for number in (run.cases, run.events, run.duties)]
    times = [f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.rate:,.0f}", "-" if growth is None else f"{growth:.2f}"]
    memory = [f"{run.sampled / 1e9:.2f}", f"{run.bound / 1e9:.2f}"]
    return [national.KINDS[run.kind], *counts, *times, *memory, f"{run.others:.1f}"]


def _national_checks(runs: Sequence[Run]) -> Iterator[Check]:
    run = runs[-1]
    if run.cases != SIZES[-1]:
        return
    law = f"{run.cases:,} cases, {national.KINDS[run.kind]}"
    yield Check(law, f"{run.wall:.1f} s", f"under {NATIONAL_SECONDS:.0f} s on two cores", run.wall < NATIONAL_SECONDS)
    yield Check(law, f"{run.bound / 1e9:.2f} GB", f"under {NATIONAL_BYTES / 1e9:.0f} GB", run.bound < NATIONAL_BYTES)
    growth = _growth(run, runs)
    measured = "not measured" if growth is None else f"{growth:.2f}"
    limit = f"time per case at most {GROWTH} of that at 100,000"
    yield Check(law, measured, limit, None if growth is None else growth <= GROWTH)


def single_part(repeats: int, starts: int) -> Part:
    """Measure one case in the library and at the command line."""
    found = single.measure(repeats, starts)
    counts = {"cases": found.cases, "duties": found.duties, "repeats": repeats, "starts": starts}
    text = SINGLE_TEXT.format(origin=found.origin, **counts)
    rows = [
        ["`assess`, ms", f"{found.middle * 1e3:.2f}", f"{found.slowest * 1e3:.2f}"],
        ["`asylon duties FILE`, cold start, ms", f"{found.cold * 1e3:.0f}", f"{found.coldest * 1e3:.0f}"],
    ]
    return Part(f"{text}\n\n{table(['what', 'median', 'slowest'], rows)}\n", tuple(_single_checks(found)))


def _single_checks(found: Single) -> Iterator[Check]:
    measured = (
        ("assess, one case", found.middle, ASSESS_SECONDS),
        ("asylon duties, cold start", found.cold, COLD_SECONDS),
    )
    for what, seconds, limit in measured:
        yield Check(what, f"{seconds * 1e3:.1f} ms", f"median under {limit * 1e3:.0f} ms", seconds < limit)


def limits_table(checks: Sequence[Check]) -> str:
    """Return the limits with what was measured."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = [[check.what, check.measured, check.limit, words[check.holds]] for check in checks]
    return table(["what", "measured", "limit", "holds"], rows)


def kept_desk(document: Path = DOCUMENT) -> str:
    """Return the sections that other benchmarks wrote, with an empty line before them; empty when there are none."""
    text = document.read_text("utf-8") if document.exists() else ""
    starts = [text.index(head) for head in (TEXTS, DESK) if head in text]
    return f"\n{text[min(starts) :]}" if starts else ""


def report(parts: Sequence[Part]) -> str:
    """Return the whole document."""
    checks = [check for part in parts for check in part.checks]
    limits = limits_table(checks) if checks else "No limit was asked of this run."
    machine = table(["what", "is"], list(describe()))
    return "\n".join([HEAD, machine, "", "## Limits", "", limits, "", *(part.text for part in parts)])


HEAD = """# How fast

Written by `python -m benchmarks.run` (`make bench`); the numbers are those of one run on one machine.
"""

PEERS_TEXT = """## Twenty plain rules, {cases:,} cases, against peers

{rules} rules: a date plus days, weeks, months or years, and the act that satisfies it. The same
invented cases go to every engine. Each engine runs in a fresh process: one warm-up, then {repeats}
runs, of which the best counts. Imports, packs and the building of inputs are left out; all that an
engine does anew for a run is in.

- **Asylon, from texts** is `assess_many`: it reads and checks an events table of texts and gives a
  table of duties. **From columns** is its reader of columns alone, on events coded beforehand.
- **OpenFisca-Core** (AGPL-3.0, measured and never shipped) has the same rules as vectorised
  formulas, with the same five answers and the same calendar (`numpy.busday_offset` with the days
  off of Italy). **From columns** sets arrays of dates; **from texts** lets its own reader build the
  simulation from dictionaries, on fewer cases, scaled linearly.
- **ZEN Engine** answers one case at a time and takes dates as texts only. It has the same rules with
  the same five answers, as one decision of a hundred expressions, evaluated case by case and in
  batches (which use both cores), on fewer cases, scaled linearly; and, apart, its compiled
  expressions for the raw end alone, the fastest thing it does. Its years are given as months: it
  answers "Invalid date" to 29 February plus one year.

The answers are compared cell by cell with those of Asylon; one difference stops the run. There was
none."""

NATIONAL_TEXT = """## A national caseload

Invented cases (`benchmarks/caseload.py`) with all rules of the packs, from a Parquet file of events
to a Parquet file of duties, with `assess_file`, each run in a fresh process held to {cores} cores;
the best of {repeats}, the million once. "Wall" is the process from start to end, imports and reading
of packs included; "processor" adds up all its cores. Where others used cores meanwhile, the wall is
longer than on a machine left alone; the time per case is that of `assess_file`. Memory is that of
the process and its workers: the largest sum seen, looking fifty times a second, and the sum of the
peaks of each process, which the tree never exceeded. The limit is held against the latter."""

SINGLE_TEXT = """## One case

`assess` over {origin} ({cases} cases, {duties} duties), each case {repeats} times after a warm-up:
the median of each case, then the median and the slowest of the cases. `asylon duties FILE --on DATE`
in {starts} fresh processes, one after another."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; return 1 when a limit is missed or was not measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 cases, few repeats, no peers, no limits")
    parser.add_argument("--part", choices=PARTS, action="append", help="measure this part only; may be given again")
    options = parser.parse_args(arguments)
    if options.quick:
        print(report([_without_limits(part) for part in (national_part(SIZES[:1], 2), single_part(3, 2))]))
        return 0
    chosen = options.part or PARTS
    measures: dict[str, Callable[[], Part]] = {
        "peers": lambda: peers_part(5),
        "national": lambda: national_part(SIZES, 3),
        "single": lambda: single_part(50, 10),
        "statistics": statistics_part,
        "durations": durations_part,
    }
    parts = [measures[name]() for name in PARTS if name in chosen]
    text = report(parts)
    print(text)
    if not options.part:
        DOCUMENT.write_text(text + kept_desk(), "utf-8")
    return 0 if all(check.holds for part in parts for check in part.checks) else 1


def _without_limits(part: Part) -> Part:
    return Part(part.text, ())


if __name__ == "__main__":
    sys.exit(main())
