"""Reading an address of a statistical office: patient with what passes, plain about what does not."""

from __future__ import annotations

import http.client
import json
import random
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import asylon
from asylon.errors import Fault, StatisticsError

USER_AGENT = f"Asylon/{asylon.__version__}"
MEGABYTE = 2**20
CHUNK = 2**16
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # what a later try may not meet
WAITED_FOR = frozenset({429, 503})  # the answers in which Retry-After has a meaning
LATER = "the fault is on their side or on the way: try again later"

Parameters = Mapping[str, str | int | Sequence[str]]


class SourceError(StatisticsError):
    """A source that did not give what was asked.

    `temporary` tells whether the same request may succeed later, `status` is the HTTP status or None
    where no answer came, `body` the answer's first bytes, `wait` the seconds the source asked for.
    """

    status: int | None = None
    body: bytes = b""
    temporary: bool = False
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One GET request: where, with which headers, how many seconds to wait, how many bytes to take."""

    url: str
    headers: Mapping[str, str]
    timeout: float
    limit: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, the body, cut one byte after the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Transport = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Asks a source, again where that may help, and gives up with one sentence.

    `sleep` and `chance` are passed in so that nothing here reads a clock. Waits double from `base`
    seconds, each drawn between half and the whole, unless the source asks for a longer one itself;
    a wait of more than `patience` seconds is not sat out. `timeout` is in seconds, `limit` in bytes.
    """

    sleep: Callable[[float], None]
    chance: random.Random
    transport: Transport
    timeout: float = 60.0
    attempts: int = 5
    base: float = 1.0
    patience: float = 120.0
    limit: int = 128 * MEGABYTE

    def get_bytes(self, url_base: str, params: Parameters | None = None) -> bytes:
        """Return the body at `url_base` asked with `params`.

        Raises SourceError: no answer, a status other than 200, a download cut short or over `limit`.
        """
        body: bytes = self._patiently(url_base, params, "*/*", lambda answer: answer.body)
        return body

    def get_json(self, url_base: str, params: Parameters | None = None) -> Any:
        """Return the value of the JSON at `url_base` asked with `params`.

        Raises SourceError as `get_bytes` does, and where the body is a web page or no JSON.
        """
        place = urlsplit(url_base).netloc
        return self._patiently(url_base, params, "application/json", lambda answer: parse_json(answer.body, place))

    def _patiently(self, url_base: str, params: Parameters | None, accept: str, read: Callable[[Answer], Any]) -> Any:
        url = f"{url_base}?{urlencode(params, doseq=True, safe=',[]')}" if params else url_base
        check_address(url)
        request = Request(url, {"User-Agent": USER_AGENT, "Accept": accept}, self.timeout, self.limit)
        for backoff in self._waits():
            try:
                return read(self._once(request))
            except SourceError as error:
                wait = max(backoff, error.wait or 0.0)
                if not error.temporary or wait > self.patience:
                    raise
                self.sleep(wait)
        return read(self._once(request))

    def _waits(self) -> Iterator[float]:
        for attempt in range(self.attempts - 1):
            yield self.base * 2**attempt * self.chance.uniform(0.5, 1.0)

    def _once(self, request: Request) -> Answer:
        place = urlsplit(request.url).netloc
        try:
            answer = self.transport(request)
        except http.client.IncompleteRead as error:
            raise source_error(place, "the download broke off before its end", LATER, temporary=True) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            remedy = "see whether this computer is online, then try again"
            raise source_error(place, f"no answer came ({reason})", remedy, temporary=True) from error
        if answer.status != 200:
            raise _refused(place, answer)
        _check_size(place, answer, request.limit)
        return answer


def over_the_wire(request: Request) -> Answer:
    """Return the answer to `request` from the network; proxies come from the environment, cookies are not kept.

    Raises OSError or http.client.HTTPException when no whole answer came.
    """
    opener = urllib.request.build_opener(_OnlySafeRedirects())
    asked = urllib.request.Request(request.url, headers=dict(request.headers))
    try:
        with opener.open(asked, timeout=request.timeout) as response:
            return Answer(response.status, _lower(response.headers), _read(response, request.limit))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _lower(error.headers), _read(error, CHUNK))


def parse_json(body: bytes, place: str) -> Any:
    """Return the value written in `body`; raises a temporary SourceError where it is a web page or no JSON."""
    if body.lstrip()[:1] == b"<":
        raise source_error(place, "a web page came where data were asked", LATER, temporary=True)
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # ValueError is also what bad UTF-8 and bad JSON raise
        raise source_error(place, "the answer is not whole JSON", LATER, temporary=True) from error


def check_address(url: str) -> None:
    """Raise SourceError unless `url` may be asked: https, or http to this computer itself."""
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", "127.0.0.1"):
        raise source_error(parts.netloc or url, "this address is not encrypted", "use an address that begins https://")


def source_error(place: str, problem: str, remedy: str, *, temporary: bool = False) -> SourceError:
    """Return a SourceError with one fault that says at `place` what is wrong and what to do."""
    error = SourceError([Fault(place, problem, remedy)])
    error.temporary = temporary
    return error


class Kept(MutableMapping[str, Any]):
    """Answers kept in a folder, one JSON file each, so that an interrupted fetch goes on where it stopped.

    A file is written whole or not at all; one that cannot be read counts as not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, name: str) -> Any:
        try:
            return parse_json((self.folder / f"{name}.json").read_bytes(), name)
        except (OSError, SourceError) as error:
            raise KeyError(name) from error

    def __setitem__(self, name: str, answer: Any) -> None:
        part = self.folder / f"{name}.part"
        part.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        part.replace(self.folder / f"{name}.json")

    def __delitem__(self, name: str) -> None:
        (self.folder / f"{name}.json").unlink()

    def __iter__(self) -> Iterator[str]:
        return iter([path.stem for path in sorted(self.folder.glob("*.json"))])

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _OnlySafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _read(response: _Readable, limit: int) -> bytes:
    """Return the body, of a longer one `limit` bytes and one more."""
    parts: list[bytes] = []
    left = limit + 1
    while left and (part := response.read(min(CHUNK, left))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _check_size(place: str, answer: Answer, limit: int) -> None:
    if len(answer.body) > limit:
        remedy = "ask for fewer years or countries at a time"
        raise source_error(place, f"the answer is larger than {limit / MEGABYTE:,.0f} MB", remedy)
    announced = answer.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) != len(answer.body) and "content-encoding" not in answer.headers:
        problem = f"the download broke off after {len(answer.body):,} of {int(announced):,} bytes"
        raise source_error(place, problem, LATER, temporary=True)


def _refused(place: str, answer: Answer) -> SourceError:
    temporary = answer.status in PASSING
    wait = _wait_asked(answer) if answer.status in WAITED_FOR else None
    if answer.status == 429:
        problem, remedy = "the source asks for fewer requests (HTTP 429)", "try again later"
    elif temporary:
        problem, remedy = f"the source has a fault of its own (HTTP {answer.status})", LATER
    else:
        problem, remedy = f"the source refuses the request (HTTP {answer.status})", "check what is asked"
    if wait:
        remedy = f"try again in {wait:,.0f} seconds"
    error = source_error(place, problem, remedy, temporary=temporary)
    error.status, error.body, error.wait = answer.status, answer.body[:CHUNK], wait
    return error


def _wait_asked(answer: Answer) -> float | None:
    """Return the seconds asked for in Retry-After; None where it is missing or cannot be read.

    A day is compared with the answer's own date, so that no clock is read here.
    """
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked[:9])
    try:
        then, now = (parsedate_to_datetime(text) for text in (asked, answer.headers.get("date", "")))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError):  # no day, or one of the two without a time zone
        return None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")
