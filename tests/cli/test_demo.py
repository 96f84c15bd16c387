"""`asylon demo`: made, used again, made anew; and what is said when it cannot be."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.cli.vaults import COMMAND, environment, run
from tests.shared import ROOT

PASSWORD = "five small words in rows"


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("caches")
    made = run("demo", "--prepare", more={"XDG_CACHE_HOME": str(folder), "ASYLON_DEMO_PASSWORD": PASSWORD})
    assert made.code == 0, made.err
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(caches: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "demo", "--no-browser", "--port", str(port)]
    given = environment(XDG_CACHE_HOME=str(caches), ASYLON_DEMO_PASSWORD=PASSWORD)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=given, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            wait_for(port)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(20)


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the demo did not answer")


def test_demo_tells_the_sign_ins_and_is_for_its_owner_only(caches: Path) -> None:
    done = run("demo", "--prepare", more={"XDG_CACHE_HOME": str(caches), "ASYLON_DEMO_PASSWORD": PASSWORD})
    assert done.err == "", "the same day and password: nothing is made again"
    for word in (PASSWORD, "noa", "daniil", "miriam", "sam", "olga", "invented"):
        assert word in done.out
    root = caches / "asylon" / "demo"
    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / "demo.json").stat().st_mode & 0o077 == 0


def test_second_start_is_quick(caches: Path) -> None:
    start = time.monotonic()
    run("demo", "--prepare", more={"XDG_CACHE_HOME": str(caches), "ASYLON_DEMO_PASSWORD": PASSWORD})
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("what", ["day", "made_by", "password", "fresh", "half"])
def test_demo_is_made_anew(caches: Path, what: str) -> None:
    mark = caches / "asylon" / "demo" / "demo.json"
    before = (caches / "asylon" / "demo" / "vault" / "vault.json").read_bytes()
    plain = json.loads(mark.read_text())
    if what == "half":
        mark.unlink()
    elif what != "fresh":
        mark.write_text(json.dumps(plain | {what: "2001-01-01"}))
    words = ("--fresh",) if what == "fresh" else ()
    done = run("demo", "--prepare", *words, more={"XDG_CACHE_HOME": str(caches), "ASYLON_DEMO_PASSWORD": PASSWORD})
    assert done.code == 0, done.err
    assert "Making the demo" in done.err
    assert (caches / "asylon" / "demo" / "vault" / "vault.json").read_bytes() != before


def test_password_is_random_where_none_is_given(tmp_path: Path) -> None:
    given = {"XDG_CACHE_HOME": str(tmp_path), "ASYLON_DEMO_PASSWORD": ""}
    first = run("demo", "--prepare", more=given)
    again = run("demo", "--prepare", more=given)
    assert first.code == 0, first.err
    assert first.out == again.out
    found = re.search(r"Password of everybody: (\S{23})\n", first.out)
    assert found


def test_weak_password_is_refused(tmp_path: Path) -> None:
    done = run("demo", "--prepare", more={"XDG_CACHE_HOME": str(tmp_path), "ASYLON_DEMO_PASSWORD": "short"})
    assert done.code == 2
    assert "ASYLON_DEMO_PASSWORD: This password is too short" in done.err
    assert not (tmp_path / "asylon" / "demo" / "demo.json").exists()


def test_port_in_use_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("demo", "--no-browser", "--port", port, more={"XDG_CACHE_HOME": str(tmp_path)})
    assert (done.code, done.out) == (2, "")
    assert done.err == (f"port {port}: is in use by another program; stop that one, or choose another with --port.\n")
    assert not (tmp_path / "asylon").exists()


def test_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "asylon").write_text("a file in the way")
    done = run("demo", "--prepare", more={"XDG_CACHE_HOME": str(tmp_path)})
    assert done.code == 2
    assert "set XDG_CACHE_HOME to a folder you may write to" in done.err


def test_demo_serves_signs_in_and_ends_cleanly(caches: Path) -> None:
    port = free_port()
    with running(caches, port) as process:
        here = f"http://127.0.0.1:{port}"
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        with browser.open(f"{here}/sign-in", timeout=30) as answer:
            page = answer.read().decode()
        assert "Demo: invented people" in page
        with browser.open(f"{here}/static/desk/desk.css", timeout=30) as answer:
            assert answer.headers["Content-Type"].startswith("text/css")
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        with pytest.raises(HTTPError) as refused:
            browser.open(f"{here}/alive", timeout=30)
        with refused.value as answer:
            assert answer.code == 401
        sent = {"login": "olga", "password": PASSWORD, "csrfmiddlewaretoken": token[1], "next": "/team"}
        with browser.open(f"{here}/sign-in", urlencode(sent).encode(), timeout=30) as answer:
            assert answer.url == f"{here}/team"
            assert "Miriam Sarkisyan" in answer.read().decode()
        arguments = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        assert PASSWORD not in arguments
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert out.endswith("Stopped.\n")
    assert "Traceback" not in err
