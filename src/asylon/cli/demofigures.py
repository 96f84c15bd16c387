"""The observatory beside the demo: a process of its own, on figures that are here or on the excerpt."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asylon.errors import AsylonError
from asylon.statistics.excerpt import write_excerpt
from asylon.statistics.sources import source, write_drafts
from asylon.statistics.store import Store

SOURCES = ("unhcr", "unhcr_vintages", "bamf")
SECONDS_TO_STOP = 10


def figures_for_demo(demo: Path, folder: Path | None) -> Store:
    """Return a store to show: the person's own where it has figures, else a folder of tables, else the excerpt."""
    from asylon.cli.stats import store_at, today

    own = store_at(None)
    if own.releases("unhcr"):
        return own
    store = Store(demo / "figures")
    if folder is None:
        write_excerpt(store, today())
        return store
    for name in SOURCES:
        if (folder / name).is_dir():
            chosen = source(name.partition("_")[0])
            write_drafts(store, chosen.manifest, chosen.read(folder / name), today=today())
    if not store.releases("unhcr"):
        problem = "holds no figures of UNHCR"
        raise AsylonError.single(
            f"--figures {folder.name}", problem, "give a folder that holds a folder 'unhcr' of tables"
        )
    return store


@contextmanager
def served_beside(store: Store, *, host: str, port: int) -> Iterator[str]:
    """Serve the observatory while the block runs and give its address; empty when its port is taken."""
    from asylon.cli.serving import check_port, reachable

    try:
        check_port(host, port)
    except AsylonError:
        yield ""
        return
    command = "from asylon.cli.main import main; main()"
    words = ["observatory", "serve", "--no-browser", "--host", host, "--port", str(port), "--data", str(store.root)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-c", command, *words], stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            yield f"http://{reachable(host)}:{port}/"
        finally:
            process.terminate()
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
