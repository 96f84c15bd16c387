"""A private PostgreSQL for one test run: on a socket in a folder of its own, gone when the run ends."""

from __future__ import annotations

import atexit
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
PACKAGES = ("postgresql-15", "postgresql")
PORT, SUPERUSER = 5432, "asylon"
SOCKET_PATH_LIMIT = 100  # the system allows a little more, the name of the socket goes after it
SECONDS_TO_START, SECONDS_TO_INSTALL = 60, 300
# Speed instead of safety: what is in here is thrown away.
SERVER_OPTIONS = (
    "listen_addresses=",
    f"port={PORT}",
    "unix_socket_permissions=0700",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=64MB",
    "timezone=UTC",
)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Where to connect to: `host` is the folder of the socket. Nobody asks for a password there."""

    host: str
    port: int
    user: str

    @property
    def dsn(self) -> str:
        """Return the address in libpq's words."""
        return f"host={self.host} port={self.port} user={self.user} dbname=postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


class NoPostgres(Exception):  # noqa: N818
    """Why there is no server, in one sentence."""


@contextmanager
def postgres_server() -> Iterator[PostgresServer | str]:
    """Give a running server, or the reason why there is none; stop and remove it afterwards."""
    try:
        programs = find_programs() or install()
        folder, account = make_folder()
    except NoPostgres as reason:
        yield str(reason)
        return
    # For a run that ends without leaving this block; to stop twice does no harm.
    atexit.register(stop, programs, folder, account)
    try:
        try:
            start(programs, folder, account)
        except NoPostgres as reason:
            yield str(reason)
        else:
            yield PostgresServer(host=str(folder), port=PORT, user=SUPERUSER)
    finally:
        stop(programs, folder, account)
        atexit.unregister(stop)


def find_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl of the newest PostgreSQL that will do, or None."""
    homes = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    if found := shutil.which("initdb"):
        homes.append(Path(found).resolve().parent)
    usable = [(version(home), home) for home in homes if (home / "initdb").exists() and (home / "pg_ctl").exists()]
    return max([(number, home) for number, home in usable if number >= OLDEST], default=(0, None))[1]


def version(home: Path) -> int:
    """Return the main number of the version, 0 when the program does not say."""
    try:
        said = subprocess.run([home / "pg_ctl", "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"\b(\d+)", said.stdout)
    return int(number[1]) if number else 0


def install() -> Path:
    """Return the folder of programs after installing them; `NoPostgres` when that is not ours to do or fails."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise NoPostgres(f"PostgreSQL {OLDEST} or newer is not installed: run 'sudo apt install postgresql'")
    apt("update", "--quiet")
    for package in PACKAGES:
        apt("install", "--yes", "--quiet", "--no-install-recommends", package)
        if home := find_programs():
            return home
    raise NoPostgres(f"PostgreSQL {OLDEST} or newer could not be installed with apt-get")


def apt(*words: str) -> None:
    """Run apt-get without questions and for a bounded time; what came of it is looked at by the caller."""
    # RUNLEVEL=1: the package must not start a server of its own.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    try:
        subprocess.run(["apt-get", *words], env=quiet, capture_output=True, timeout=SECONDS_TO_INSTALL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return


def make_folder() -> tuple[Path, Account | None]:
    """Return a new folder that only the server's account may enter, and that account (None: our own)."""
    account = None
    if os.getuid() == 0:
        try:
            entry = pwd.getpwnam("postgres")
        except KeyError:
            raise NoPostgres("PostgreSQL does not run as root, and there is no user 'postgres'") from None
        account = Account(uid=entry.pw_uid, gid=entry.pw_gid)
    folder = Path(tempfile.mkdtemp(prefix="asylon-pg-"))
    if len(str(folder)) > SOCKET_PATH_LIMIT:
        folder.rmdir()
        raise NoPostgres("the folder of temporary files has too long a path for a socket: set TMPDIR to a shorter one")
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder, account


def start(programs: Path, folder: Path, account: Account | None) -> None:
    """Make a cluster and start it, waiting until it answers; `NoPostgres` with the server's last words otherwise."""
    data, log = folder / "data", folder / "log"
    make: list[str | Path] = [
        "initdb",
        "--pgdata",
        data,
        "--username",
        SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
    ]
    # C.UTF-8 knows large and small letters of every script; where the system lacks it, plain C must do.
    failure = run(programs, [*make, "--locale=C.UTF-8"], folder, account)
    if failure:
        shutil.rmtree(data, ignore_errors=True)
        failure = run(programs, [*make, "--locale=C"], folder, account)
    if failure:
        raise NoPostgres(f"initdb failed: {failure}")
    options = " ".join(f"-c {option}" for option in (*SERVER_OPTIONS, f"unix_socket_directories={folder}"))
    words: list[str | Path] = ["pg_ctl", "start", "--wait", "--pgdata", data, "--log", log, "--options", options]
    if failure := run(programs, words, folder, account):
        said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else failure
        raise NoPostgres(f"PostgreSQL did not start: {last_line(said)}")


def stop(programs: Path, folder: Path, account: Account | None) -> None:
    """Stop the server if it runs and remove its folder; what is gone already is passed over."""
    if (folder / "data" / "postmaster.pid").exists():
        run(programs, ["pg_ctl", "stop", "--mode=immediate", "--pgdata", folder / "data"], folder, account)
    shutil.rmtree(folder, ignore_errors=True)


def run(programs: Path, words: list[str | Path], folder: Path, account: Account | None) -> str | None:
    """Run one of PostgreSQL's programs as the server's account; return None, or its last words when it failed."""
    name, *rest = map(str, words)
    who: dict[str, object] = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    # The server inherits what it is given: pipes would keep us waiting for its end, so it gets a file.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        try:
            subprocess.run(
                [str(programs / name), *rest],
                cwd=folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                timeout=SECONDS_TO_START,
                check=True,
                **who,  # type: ignore[call-overload]
            )
        except subprocess.CalledProcessError:
            said.seek(0)
            return last_line(said.read())
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    return None


def last_line(text: str) -> str:
    """Return the last line that says something, or a word that nothing was said."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
