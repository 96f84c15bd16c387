"""The site as files: every page and table for any host, written in parallel, and only what changed.

`manifest.json` in the folder says what was written and from what. A page is made again when what it rests on changed
(the releases, the code, the catalogues), and written when its bytes differ. Each file is replaced in one step; what a
build that was cut off has finished is kept. Nothing is removed but what an earlier build wrote.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from asylon.errors import StatisticsError
from asylon.observatory.routes import STATIC, Address
from asylon.observatory.site import FILES, Site
from asylon.observatory.wsgi import ready
from asylon.statistics.store import write_atomically

MANIFEST = "manifest.json"
FORMAT = 1
# What draws and writes the pages, besides our own code.
PACKAGES = ("altair", "babel", "django", "polars", "pygal_maps_world", "vl-convert-python")
Progress = Callable[[int, int], None]
Job = tuple[str, str, tuple[str, ...]]  # edition ("" for the newest), kind of page, its arguments
Made = Mapping[str, int]  # path below the root, bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be built: from which store, where to, in which languages, which older releases too."""

    root: Path
    out: Path
    languages: tuple[str, ...]
    releases: tuple[str, ...] = ()
    jobs: int | None = None

    def site(self) -> Site:
        """Return the pages to build."""
        return Site(self.root, as_files=True, served=self.releases, languages=self.languages)


@dataclass(slots=True)
class Built:
    """How many files a build wrote, left as they were and removed."""

    written: int = 0
    kept: int = 0
    removed: int = 0


@dataclass(slots=True)
class _Manifest:
    """What stands in the folder: of each job the key of what it rests on, and its files."""

    keys: dict[str, str] = field(default_factory=dict)
    made: dict[str, dict[str, int]] = field(default_factory=dict)

    def write(self, out: Path) -> None:
        row = {"format": FORMAT, "keys": self.keys, "made": self.made}
        write_atomically(out / MANIFEST, json.dumps(row, separators=(",", ":")).encode())


def build_site(plan: Plan, progress: Progress) -> Built:
    """Build the site and return what was done; `progress` is told how many pages are done, and of how many.

    Raises `StatisticsError` for a store without a release, an unknown one, and a folder that holds other things.
    """
    ready()
    site = plan.site()
    newest = site.shelf.figures()
    for release in plan.releases:
        site.shelf.figures(release)
    newest.doubts  # noqa: B018  found once, kept beside the releases for every process
    before = _read(plan.out)
    key = _key(plan, site)
    jobs = list(_jobs(site))
    now, built = _Manifest(), Built()
    todo = [job for job in jobs if not _stands(before, now, _name(job), key, plan.out, built)]
    try:
        for job, made, wrote in _run(plan, todo):
            now.keys[_name(job)], now.made[_name(job)] = key, dict(made)
            built.written += wrote
            built.kept += len(made) - wrote
            progress(len(now.keys), len(jobs))
        _write_rest(site, plan.out, now, built)
        _remove(before, now, plan.out, built)
    finally:
        _left(before, now)
        now.write(plan.out)
    return built


def _name(job: Job) -> str:
    return "/".join([*job[:2], *job[2]])


def _jobs(site: Site) -> Iterator[Job]:
    """Yield the pages of every release that has them; those of one country of asylum follow each other."""
    newest = site.shelf.figures()
    for release in site.served:
        figures = site.shelf.figures(release.edition.version)
        edition = "" if figures is newest else release.edition.version
        yield from ((edition, kind, ()) for kind in ("home", "doubts", "releases", "method"))
        if not figures.is_excerpt:
            yield from ((edition, "world", (str(year),)) for year in range(figures.years[0], figures.years[1] + 1))
        for side, kinds in (("asylum", ("asylum",)), ("origin", ("origin", "compare"))):
            yield from ((edition, kind, (code,)) for code in figures.sides[side] for kind in kinds)
        yield from ((edition, "pair", pair) for pair in figures.pairs.select("asylum", "origin").iter_rows())
    versions = [release.edition.version for release in site.shelf.releases]
    yield from (("", "changes", pair) for pair in pairwise(versions))


def _key(plan: Plan, site: Site) -> str:
    """Return the hash of all that pages rest on besides their address: releases, code, words, drawing packages."""
    parts = [f"{name} {version(name)}" for name in PACKAGES]
    parts += [f"{release.id} {sorted(t.digest for t in release.tables.values())}" for release in site.shelf.releases]
    parts += [*plan.languages, "served", *plan.releases]
    for folder in ("observatory", "statistics", "look"):
        found = sorted(Path(str(files("asylon") / folder)).rglob("*"))
        parts += [_digest(path) for path in found if path.suffix in (".py", ".html", ".css", ".svg", ".csv", ".mo")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _digest(path: Path) -> str:
    return f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _read(out: Path) -> _Manifest:
    path = out / MANIFEST
    if not path.is_file():
        if out.is_dir() and any(out.iterdir()):
            raise StatisticsError.single(str(out), "holds files of something else", "choose an empty folder")
        return _Manifest()
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return _Manifest(row["keys"], row["made"]) if row["format"] == FORMAT else _Manifest({}, row["made"])
    except (ValueError, KeyError, TypeError) as error:
        raise StatisticsError.single(str(path), "is not the list of a build", "choose an empty folder") from error


def _stands(before: _Manifest, now: _Manifest, name: str, key: str, out: Path, built: Built) -> bool:
    """Tell whether the files of a job stand there as they must; then they are carried over."""
    made = before.made.get(name)
    if before.keys.get(name) != key or not made or any(_size(out / path) != size for path, size in made.items()):
        return False
    now.keys[name], now.made[name] = key, made
    built.kept += len(made)
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _run(plan: Plan, jobs: list[Job]) -> Iterator[tuple[Job, Made, int]]:
    """Yield each job as it is done: its files, and how many of them were written."""
    workers = min(plan.jobs or os.cpu_count() or 1, max(1, len(jobs) // 20))
    if workers == 1:
        work = _Work(plan)
        yield from (work(job) for job in jobs)
        return
    # Each process has a processor of its own: threads inside would only get into each other's way.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    # Afresh and not forked: the threads of polars do not survive a fork.
    with multiprocessing.get_context("spawn").Pool(workers, _begin, (plan,)) as pool:
        yield from pool.imap_unordered(_do, jobs, chunksize=8)


class _Work:
    """Makes the files of jobs in one process."""

    def __init__(self, plan: Plan) -> None:
        ready()
        self.site, self.out = plan.site(), plan.out

    def __call__(self, job: Job) -> tuple[Job, Made, int]:
        """Return the job with its files, and how many of them were written."""
        edition, kind, args = job
        made, wrote = {}, 0
        for path, data in self.site.files_of(Address("en", kind, args, edition or None)):
            made[path] = len(data)
            wrote += _write(self.out / path, data)
        return job, made, wrote


_WORK: list[_Work] = []


def _begin(plan: Plan) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops us
    _WORK[:] = [_Work(plan)]


def _do(job: Job) -> tuple[Job, Made, int]:
    return _WORK[0](job)


def _write(path: Path, data: bytes) -> bool:
    """Replace a file in one step and return True; False when it holds these bytes already."""
    if _size(path) == len(data) and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
    return True


def _write_rest(site: Site, out: Path, now: _Manifest, built: Built) -> None:
    """Write the front page and the files that every page uses."""
    rest = {"index.html": site.page("").body} | {
        f"{STATIC}/{name}": site.page(f"{STATIC}/{name}").body for name in FILES
    }
    wrote = sum(_write(out / path, data) for path, data in rest.items())
    now.keys[STATIC], now.made[STATIC] = "", {path: len(data) for path, data in rest.items()}
    built.written += wrote
    built.kept += len(rest) - wrote


def _paths(made: Iterable[Mapping[str, Any]]) -> set[str]:
    return {path for files_of_job in made for path in files_of_job}


def _remove(before: _Manifest, now: _Manifest, out: Path, built: Built) -> None:
    """Remove what an earlier build wrote and this one has no page for, with the folders that get empty."""
    for path in sorted(_paths(before.made.values()) - _paths(now.made.values())):
        (out / path).unlink(missing_ok=True)
        built.removed += 1
        for folder in (out / path).parents:
            if folder == out or any(folder.iterdir()):
                break
            folder.rmdir()
    before.made.clear()


def _left(before: _Manifest, now: _Manifest) -> None:
    """Keep in the list what a build that was cut off did not come to, so that the next one knows it as ours."""
    for name, made in before.made.items():
        if name not in now.made:
            now.made[name] = made
