"""An events table on disk to a duties table on disk, one partition of cases at a time.

Memory is bounded by the partition, not by the file. The result appears whole or not at all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from asylon.errors import Fault, TimelineError
from asylon.law.casefiles import COLUMNS, MAX_FAULTS, replacing
from asylon.law.columns import Ints
from asylon.law.frames import SCHEMA
from asylon.law.many import assess_many
from asylon.law.packload import load_packs

ROWS = 500_000  # of one partition: about 45,000 cases
SMALL = 100_000  # below this a second process costs more than it saves
SLICE = 4_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs: files, day, packs. `cases` is the table of attributes or None."""

    events: Path
    cases: Path | None
    packs: Path
    on: date
    folder: Path
    rights: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What came out: cases and events read, duties written."""

    cases: int
    events: int
    duties: int


Progress = Callable[[int, int], None]


def assess_file(
    events: Path,
    out: Path,
    *,
    on: date,
    packs: Path,
    cases: Path | None = None,
    rights: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Write the duties of all cases in `events` to `out` (Parquet, CSV or NDJSON by its ending).

    `progress` is called with the rows done and the rows in all. Raises TimelineError with every
    fault of the file; `out` is then left as it was.
    """
    _check_ending(out)
    if out.exists() and any(path is not None and path.exists() and out.samefile(path) for path in (events, cases)):
        raise TimelineError.single(out.name, "is the table to be read", "write the duties to another file")
    with tempfile.TemporaryDirectory(prefix=".asylon-", dir=out.parent) as name:
        folder = Path(name)
        table = _as_parquet(events, folder, "events")
        people = None if cases is None else _as_parquet(cases, folder, "cases")
        hashes = _case_hashes(table, events.name)
        if not _is_grouped(hashes):
            table = _sorted_copy(table, folder)
            hashes = _case_hashes(table, events.name)
        job = Job(table, people, packs, on, folder, rights)
        duties = _run(job, list(_partitions(hashes)), workers, progress, events.name)
        _merge(folder, out)
        return Tally(_runs(hashes), len(hashes), duties)


def _check_ending(out: Path) -> None:
    if out.suffix.lower() not in (".parquet", ".csv", ".ndjson", ".jsonl"):
        raise TimelineError.single(str(out), "has an unknown ending", "write to .parquet, .csv or .ndjson")
    if not out.parent.is_dir():
        raise TimelineError.single(str(out.parent), "is not a folder", "make it first")


def _as_parquet(path: Path, folder: Path, name: str) -> Path:
    """Return a Parquet file with the table, the file itself when it is one."""
    if path.suffix.lower() == ".parquet":
        return path
    into = folder / f"{name}.parquet"
    try:
        if path.suffix.lower() == ".csv":
            pl.scan_csv(path, infer_schema=False).sink_parquet(into)
        else:
            texts = dict.fromkeys(COLUMNS if name == "events" else ("case", "attributes"), pl.String)
            pl.scan_ndjson(path, schema=texts).sink_parquet(into)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TimelineError.single(path.name, f"cannot be read ({reason})", "mend the file") from None
    return into


def _case_hashes(table: Path, name: str) -> Ints:
    try:
        scan = pl.scan_parquet(table)
        found = scan.collect_schema().names()
        missing = [column for column in COLUMNS if column not in found]
        if missing:
            problem = f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
            raise TimelineError.single(name, problem, f"an events table has {', '.join(COLUMNS)}")
        rows = int(scan.select(pl.len()).collect().item())
        parts = [_hashes(scan, start) for start in range(0, rows, SLICE)]
    except (pl.exceptions.PolarsError, OSError) as error:
        problem = f"cannot be read as a table ({type(error).__name__})"
        raise TimelineError.single(name, problem, "check the path and the format") from None
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _hashes(scan: pl.LazyFrame, start: int) -> Ints:
    column = scan.slice(start, SLICE).select(pl.col("case").cast(pl.String).hash().reinterpret(signed=True))
    return column.collect().to_series().to_numpy()


def _runs(hashes: Ints) -> int:
    return int((hashes[1:] != hashes[:-1]).sum()) + 1 if len(hashes) else 0


def _is_grouped(hashes: Ints) -> bool:
    starts = np.concatenate(([True], hashes[1:] != hashes[:-1])) if len(hashes) else np.empty(0, bool)
    return len(np.unique(hashes[starts])) == int(starts.sum())


def _sorted_copy(table: Path, folder: Path) -> Path:
    into = folder / "sorted.parquet"
    pl.scan_parquet(table).sort("case", maintain_order=True).sink_parquet(into)
    return into


def _partitions(hashes: Ints) -> Iterator[tuple[int, int]]:
    """Yield first row and number of rows of each partition; no case is cut in two."""
    edges = np.flatnonzero(hashes[1:] != hashes[:-1]) + 1
    start = 0
    while start < len(hashes):
        place = np.searchsorted(edges, start + ROWS)
        end = int(edges[place]) if place < len(edges) else len(hashes)
        yield start, end - start
        start = end


def _run(job: Job, parts: list[tuple[int, int]], workers: int | None, progress: Progress | None, name: str) -> int:
    total, done, duties = sum(rows for _, rows in parts), 0, 0
    faults: list[Fault] = []
    for rows, found, wrong in _results(job, parts, workers, total):
        done, duties = done + rows, duties + found
        faults.extend(Fault(f"{name}, {f.place}", f.problem, f.remedy) for f in wrong)
        if progress is not None:
            progress(done, total)
        if len(faults) > MAX_FAULTS:
            break
    if faults:
        raise TimelineError(faults)
    return duties


def _results(
    job: Job, parts: list[tuple[int, int]], workers: int | None, total: int
) -> Iterator[tuple[int, int, tuple[Fault, ...]]]:
    count = min(workers or os.cpu_count() or 1, len(parts))
    if count <= 1 or total < SMALL:
        for number, part in enumerate(parts):
            yield _work(job, number, *part)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        waiting = [pool.submit(_work, job, number, *part) for number, part in enumerate(parts)]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()


def _one_thread() -> None:
    os.environ["POLARS_MAX_THREADS"] = "1"


def _work(job: Job, number: int, start: int, rows: int) -> tuple[int, int, tuple[Fault, ...]]:
    """Assess one partition into a file of its own; return rows, duties, faults."""
    events = pl.scan_parquet(job.events).select(COLUMNS).slice(start, rows).collect()
    cases = None
    if job.cases is not None:
        mine = events.select(pl.col("case").unique()).lazy()
        cases = pl.scan_parquet(job.cases).select("case", "attributes").join(mine, on="case", how="semi").collect()
    try:
        duties = assess_many(events, load_packs(job.packs), on=job.on, cases=cases, first_row=start, rights=job.rights)
    except TimelineError as error:
        return rows, 0, error.faults
    duties.write_parquet(job.folder / f"part-{number:06}.parquet", compression="lz4")
    return rows, len(duties), ()


def _merge(folder: Path, out: Path) -> None:
    parts = sorted(folder.glob("part-*.parquet"))
    with replacing(out) as temporary:
        if not parts:
            pl.DataFrame(schema=dict(SCHEMA)).write_parquet(folder / "part-none.parquet")
            parts = [folder / "part-none.parquet"]
        frame = pl.scan_parquet(parts)
        if out.suffix.lower() == ".parquet":
            frame.sink_parquet(temporary, compression="lz4")
        elif out.suffix.lower() == ".csv":
            frame.with_columns(pl.col("missing").list.join("; ")).sink_csv(temporary)
        else:
            frame.sink_ndjson(temporary)
