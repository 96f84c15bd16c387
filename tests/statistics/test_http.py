"""Fetching: what is tried again, what is not, and what each refusal says; no request leaves this computer."""

from __future__ import annotations

import http.client
import http.server
import random
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asylon import __version__
from asylon.statistics.http import Answer, Fetcher, Kept, Request, SourceError, over_the_wire
from tests.statistics.wire import Reply, Wire, answer, in_turn

URL = "https://api.example.org/v1/rows/"


def refused(wire: Wire, **how: Any) -> SourceError:
    with pytest.raises(SourceError) as error:
        wire.fetcher(**how).get_json(URL)
    assert len(error.value.faults) == 1
    assert error.value.faults[0].place == "api.example.org"
    return error.value


def test_asks_as_itself_and_for_what_was_said() -> None:
    wire = in_turn(answer({"a": 1}))
    assert wire.fetcher(timeout=7.0).get_json(URL, {"coo": ["RUS", "BLR"], "columns[]": "idps", "page": 2}) == {"a": 1}
    assert wire.requests[0].url == f"{URL}?coo=RUS&coo=BLR&columns[]=idps&page=2"
    assert wire.requests[0].headers == {"User-Agent": f"Asylon/{__version__}", "Accept": "application/json"}
    assert wire.requests[0].timeout == 7.0


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again_with_longer_waits(status: int) -> None:
    wire = in_turn(answer("", status), answer("", status), answer("", status), answer([1]))
    assert wire.fetcher().get_json(URL) == [1]
    bounds = [(0.5, 1.0), (1.0, 2.0), (2.0, 4.0)]
    assert all(low <= wait <= high for wait, (low, high) in zip(wire.waits, bounds, strict=True))
    assert wire.waits != [0.5, 1.0, 2.0]  # drawn, so that many who were refused together do not return together


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
def test_a_final_refusal_is_not_tried_again(status: int) -> None:
    wire = in_turn(answer({"error": "x"}, status))
    error = refused(wire)
    assert (error.status, error.temporary, wire.waits) == (status, False, [])
    assert error.body == b'{"error": "x"}'
    assert f"HTTP {status}" in str(error)


def test_gives_up_after_so_many_tries() -> None:
    wire = in_turn(*[answer("busy", 503)] * 3)
    error = refused(wire, attempts=3)
    assert error.temporary
    assert len(wire.requests) == 3
    assert len(wire.waits) == 2


def test_waits_as_long_as_the_source_asks() -> None:
    wire = in_turn(
        answer("", 429, retry_after="7"),
        answer("", 503, retry_after="Wed, 25 Nov 2026 10:00:30 GMT", date="Wed, 25 Nov 2026 10:00:00 GMT"),
        answer("", 503, retry_after="soon"),
        answer({}),
    )
    assert wire.fetcher().get_json(URL) == {}
    assert wire.waits[:2] == [7.0, 30.0]
    assert 2.0 <= wire.waits[2] <= 4.0


def test_does_not_sit_out_an_hour() -> None:
    error = refused(in_turn(answer("", 429, retry_after="3600")))
    assert "3,600 seconds" in str(error)
    assert error.temporary


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answer("<!DOCTYPE html><title>Maintenance</title>"), "a web page came"),
        (answer("  \n<html>"), "a web page came"),
        (answer('{"items": [1, 2'), "not whole JSON"),
        (answer(""), "not whole JSON"),
        (answer('{"items": NaN}'), "not whole JSON"),
        (answer(b'{"name": "T\xfcrkiye"}'), "not whole JSON"),
        (answer("[" * 100_000), "not whole JSON"),
        (answer("{}", content_length="2000"), "broke off after 2 of 2,000 bytes"),
        (http.client.IncompleteRead(b"{}", 50), "broke off"),
        (TimeoutError("timed out"), "no answer came (timed out)"),
        (ConnectionResetError("reset"), "no answer came"),
        (http.client.BadStatusLine("x"), "no answer came"),
    ],
)
def test_what_is_broken_is_tried_again_and_then_said(reply: Reply, said: str) -> None:
    wire = in_turn(reply, answer({"whole": True}))
    assert wire.fetcher().get_json(URL) == {"whole": True}
    error = refused(in_turn(reply, reply), attempts=2)
    assert error.temporary
    assert said in str(error)


def test_an_answer_over_the_limit_is_final() -> None:
    error = refused(in_turn(answer(b"1" * 2_000_001)), limit=2_000_000)
    assert "larger than 2 MB" in str(error)
    assert not error.temporary


def test_bytes_may_be_anything() -> None:
    assert in_turn(answer(b"<S:Fault>")).fetcher().get_bytes(URL) == b"<S:Fault>"


@pytest.mark.parametrize(
    "url", ["http://api.example.org/", "ftp://x.org/", "file:///etc/passwd", "rows", "http://127.0.0.2"]
)
def test_only_encrypted_addresses(url: str) -> None:
    wire = in_turn()
    with pytest.raises(SourceError, match="not encrypted"):
        wire.fetcher().get_json(url)
    assert wire.requests == []


# ---------------------------------------------------------------- over a real connection, on this computer


PROXIED = "http://127.0.0.1:9/whole"  # nobody listens there; a proxy is asked with the whole address as its path


class Source(http.server.BaseHTTPRequestHandler):
    """Whole, cut short, too long, elsewhere, refused."""

    def do_GET(self) -> None:
        answers = {
            "/whole": (4, b"[12]", 200),
            "/short": (400, b"[1", 200),
            "/no": (2, b"no", 404),
            PROXIED: (3, b"[7]", 200),
        }
        length, body, status = answers.get(self.path.partition("?")[0], (0, b"", 302))
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Set-Cookie", "who=me")
        self.send_header("X-Seen", str(self.headers.get("Cookie")))
        if status == 302:
            self.send_header("Location", {"/over": "/whole", "/away": "http://example.org/"}[self.path])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socketserver.TCPServer(("127.0.0.1", 0), Source) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def fetcher(monkeypatch: pytest.MonkeyPatch) -> Fetcher:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return Fetcher(sleep=lambda _: None, chance=random.Random(1), transport=over_the_wire, attempts=2, timeout=5.0)


def test_over_a_connection(fetcher: Fetcher, address: str) -> None:
    assert fetcher.get_json(f"{address}/whole", {"page": 1}) == [12]
    assert fetcher.get_json(f"{address}/over") == [12]
    with pytest.raises(SourceError, match="broke off"):
        fetcher.get_json(f"{address}/short")
    with pytest.raises(SourceError, match="not encrypted"):
        fetcher.get_json(f"{address}/away")
    with pytest.raises(SourceError) as error:
        fetcher.get_json(f"{address}/no")
    assert (error.value.status, error.value.body) == (404, b"no")


def test_no_cookie_comes_back(fetcher: Fetcher, address: str) -> None:
    for _ in range(2):
        assert over_the_wire(Request(f"{address}/whole", {}, 5.0, 100)).headers["x-seen"] == "None"


def test_reads_no_further_than_the_limit(fetcher: Fetcher, address: str) -> None:
    got: Answer = over_the_wire(Request(f"{address}/whole", {}, 5.0, 2))
    assert got.body == b"[12"


def test_goes_through_the_proxy_of_the_environment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", address)
    assert over_the_wire(Request(PROXIED, {}, 5.0, 100)).body == b"[7]"


# ---------------------------------------------------------------- kept answers


def test_kept_answers(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "pages")
    kept["a"], kept["b"] = {"items": ["Türkiye"]}, [1]
    again = Kept(tmp_path / "pages")
    assert dict(again) == {"a": {"items": ["Türkiye"]}, "b": [1]}
    (tmp_path / "pages" / "b.json").write_text("[1", encoding="utf-8")
    assert again.get("b") is None
    del again["a"]
    assert again.get("a") is None
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["b.json"]
