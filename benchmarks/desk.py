"""Measures the pages of the desk and its reckoning on both stores, beside Django's own admin.

`python -m benchmarks.desk` (`make bench-desk`) prints the result, writes its section of docs/benchmarks.md, and exits
1 when a limit is missed or was not measured. `--quick` takes 200 cases, holds nothing to a limit and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.desk.store import DSN_ENV, STORE_ENV, STORES
from tests.postgres import postgres_server

from benchmarks.machine import describe
from benchmarks.run import DESK, DOCUMENT, Check, limits_table, table

CASES, REPEATS, RECKONINGS = 5_000, 40, 3
PAGE_SECONDS, RATIO, RECKON_SECONDS = 0.150, 1.0, 6.0
STORE_NAMES = {"sqlcipher": "SQLCipher", "postgresql": "PostgreSQL"}

TEXT = """{head}

{cases:,} invented cases (`tests/desk/bulk.py`, two members each, every fourth of a family), asked by somebody who may
see all of them, through Django's test client with all middleware and open keys: names are opened from their
seals, the reading goes into the trail. {repeats} requests of each page after a warm-up, ours and the peer's by turns.
The peer is Django's admin over the same tables, to be read only, without walls, seals or trail: its list, a hundred
lines a page, for the board with its counts beside the filters, as ours counts its sections; for a case its page with
people, events, proceedings, papers and members in tables below. Ours applies the law to the case as well.
"Reckoning" is `reckon_all` of every case, all lines written anew, the best of {reckonings}. Each store has a fresh
process."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ours, and the list of the admin that shows the same table."""

    name: str
    ours: str
    peer: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on one store: seconds of each request by page, and of each reckoning."""

    store: str
    cases: int
    lines: int
    pages: dict[str, tuple[list[float], list[float]]]
    reckonings: list[float]


def measure_store(store: str, cases: int, repeats: int) -> Measured | str:
    """Return what a fresh process measured on a store, or why there was none."""
    words = [
        sys.executable,
        "-m",
        "benchmarks.desk",
        "--child",
        store,
        "--cases",
        str(cases),
        "--repeats",
        str(repeats),
    ]
    environment = {**os.environ, STORE_ENV: store}
    if store == "sqlcipher":
        return _child(words, environment)
    with postgres_server() as server:
        return server if isinstance(server, str) else _child(words, {**environment, DSN_ENV: server.dsn})


def _child(words: Sequence[str], environment: dict[str, str]) -> Measured:
    root = Path(__file__).parent.parent
    done = subprocess.run(words, env=environment, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


# ---------------------------------------------------------------- in the process of one store


def measure_here(store: str, cases: int, repeats: int) -> Measured:
    """Return what this process measures on its store, in a database that is made for it and removed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.desk_settings"
    import django
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        return _measured(store, cases, repeats)
    finally:
        teardown_databases(made, verbosity=0)


def _measured(store: str, cases: int, repeats: int) -> Measured:
    from django.utils import timezone
    from tests.desk.bulk import make_cases
    from tests.desk.cast import make_cast, sign_in

    from asylon.desk.models import BoardItem
    from asylon.desk.services.reckoning import reckon_all

    cast, today = make_cast(), timezone.localdate()
    made = make_cases(cast.owner, cases, on=today, members=[(cast.colleague, "member")])
    _analyse()
    reckon_all(on=today)
    reckonings = [_seconds(lambda: reckon_all(on=today, is_forced=True)) for _ in range(RECKONINGS)]
    _analyse()
    client = sign_in(cast.owner)
    busiest = max(made, key=lambda case: (case.jurisdiction, case.number)).pk
    pages = {page.name: _by_turns(client, page, repeats) for page in _pages(busiest)}
    return Measured(store, cases, BoardItem.objects.unwalled("reckon").count(), pages, reckonings)


def _analyse() -> None:
    """Let the store look at its tables, as it does by itself when it is left alone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pages(case: Any) -> Iterator[Page]:
    yield Page("board", "/board", "/admin/desk/boarditem/?_facets=True")
    yield Page("list of a section", "/board?section=state_missed", "/admin/desk/boarditem/?section__exact=state_missed")
    yield Page("list of cases", "/cases", "/admin/desk/case/")
    yield Page("case", f"/cases/{case}", f"/admin/desk/case/{case}/change/")


def _by_turns(client: Any, page: Page, repeats: int) -> tuple[list[float], list[float]]:
    found: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeats + 3):
        for address, times in zip((page.ours, page.peer), found, strict=True):
            seconds = _seconds(lambda address=address: _get(client, address))  # type: ignore[misc]
            if turn >= 3:
                times.append(seconds)
    return found


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}: nothing was measured")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# ---------------------------------------------------------------- the section of the document


def section(found: Sequence[Measured | str], cases: int, repeats: int) -> tuple[str, list[Check]]:
    """Return the section with its tables, and its limits."""
    done = [one for one in found if isinstance(one, Measured)]
    checks = [check for one in done for check in _checks(one)]
    if len(done) < len(found):
        checks.append(Check("a store", "not measured", "both stores", None))
    head = ["store", "page", "ours, median ms", "p95 ms", "admin, median ms", "p95 ms", "admin / ours"]
    rows = [row for one in done for row in _rows(one)]
    reckoned = [
        [STORE_NAMES[one.store], f"{one.cases:,}", f"{one.lines:,}", f"{min(one.reckonings):.2f}"] for one in done
    ]
    absent = "".join(f"\nNot measured: {one}.\n" for one in found if isinstance(one, str))
    parts = [
        TEXT.format(head=DESK, cases=cases, repeats=repeats, reckonings=RECKONINGS),
        table(["what", "is"], list(describe())),
        limits_table(checks),
        table(head, rows),
        table(["store", "cases", "lines written", "reckoning, s"], reckoned) + absent,
    ]
    return "\n\n".join(part for part in parts if part), checks


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _rows(one: Measured) -> Iterator[list[str]]:
    for name, (ours, peer) in one.pages.items():
        numbers = [median(ours), _p95(ours), median(peer), _p95(peer)]
        shown = [f"{1000 * seconds:.0f}" for seconds in numbers]
        yield [STORE_NAMES[one.store], name, *shown, f"{median(peer) / median(ours):.2f}"]


def _checks(one: Measured) -> Iterator[Check]:
    store = STORE_NAMES[one.store]
    for name, (ours, peer) in one.pages.items():
        middle, ratio = median(ours), median(peer) / median(ours)
        limit = f"median under {1000 * PAGE_SECONDS:.0f} ms"
        yield Check(f"{name}, {store}", f"{1000 * middle:.0f} ms", limit, middle < PAGE_SECONDS)
        yield Check(f"{name}, {store}", f"{ratio:.2f}", "at least as fast as the admin", ratio >= RATIO)
    best = min(one.reckonings)
    yield Check(f"reckoning, {store}", f"{best:.2f} s", f"under {RECKON_SECONDS:.0f} s", best < RECKON_SECONDS)


def _write(text: str) -> None:
    old = DOCUMENT.read_text("utf-8")
    kept = old[: old.index(DESK)] if DESK in old else f"{old.rstrip()}\n\n"
    DOCUMENT.write_text(f"{kept}{text.rstrip()}\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; return 1 when a limit is missed or was not measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 cases, few requests, no limits")
    parser.add_argument("--store", choices=STORES, action="append", help="measure this store only; writes nothing")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--child", choices=STORES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(asdict(measure_here(options.child, options.cases, options.repeats))))
        return 0
    cases, repeats = (200, 5) if options.quick else (options.cases, options.repeats)
    found = [measure_store(store, cases, repeats) for store in options.store or STORES]
    text, checks = section(found, cases, repeats)
    print(text)
    if options.quick:
        return 0
    if not options.store and cases == CASES:
        _write(text)
    return 0 if all(check.holds for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
