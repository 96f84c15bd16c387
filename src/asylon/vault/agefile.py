"""Age files, written and read as streams: what they hold never lies on a disk in clear.

Files are padded with zero bytes to whole chunks of age. That hides their exact size, and it tells a file
that was cut off from one that was damaged. The form is age-encryption.org/v1; any `age` opens them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pyrage

from asylon.errors import AsylonError, Fault, VaultError
from asylon.vault.disk import not_read, replacing

CHUNK = 64 * 1024
_SEALED_CHUNK, _NONCE, _MAC = CHUNK + 16, 16, 43
_MAGIC = b"age-encryption.org/v1\n"
_LONGEST_HEADER = 64 * 1024


@dataclass(frozen=True, slots=True)
class AgeKey:
    """An age key: the recipient that files are sealed to, and the identity that opens them."""

    recipient: str
    identity: str = field(repr=False)


def new_age_key() -> AgeKey:
    """Return a new key."""
    identity = pyrage.x25519.Identity.generate()
    return AgeKey(recipient=str(identity.to_public()), identity=str(identity))


def check_recipients(texts: Sequence[str]) -> None:
    """Raise VaultError, naming each fault, unless all are recipients that a file can be sealed to."""
    _recipients(texts)


def write_age_file(target: Path, pieces: Iterable[bytes], recipients: Sequence[str]) -> None:
    """Write what `pieces` give, sealed to every recipient, in the place of `target`; whole or not at all.

    Raises VaultError for recipients that are none and when the disk refuses; what `pieces` raise passes through.
    """
    keys = _recipients(recipients)
    with replacing(target) as file:
        source, sink = _Source(_padded(pieces)), _Sink(file)
        try:
            pyrage.encrypt_io(source, sink, keys)
        except (pyrage.EncryptError, OSError) as error:
            # The library tells of our own errors as text only.
            raise source.fault or sink.fault or error from None


@contextmanager
def opened(path: Path, identity: str) -> Iterator[io.BufferedReader]:
    """Give the content of an age file as a stream to read once; memory does not grow with it.

    Only what was read up to the end is proved whole. Raises VaultError, at the start or while reading, for a key
    that is none or another, for a file that is none of ours, cut off or damaged.
    """
    key = _identity(identity)
    try:
        _check_start(path)
        file = path.open("rb")
    except OSError as error:
        raise not_read(path.name, error) from error
    with file:
        stream = _Content(path, file, key)
        try:
            yield io.BufferedReader(stream, CHUNK)
        finally:
            stream.close()


def _recipients(texts: Sequence[str]) -> list[Any]:
    if not texts:
        raise VaultError.single("recipients", "there is none", "name at least one key that begins with age1")
    faults, keys = [], []
    # A recipient is never repeated in a message: people paste the private half by mistake.
    for number, text in enumerate(texts, start=1):
        place = f"recipient {number}"
        if text.strip().upper().startswith("AGE-SECRET-KEY-"):
            remedy = "give its public half, which begins with age1, and keep this one secret"
            faults.append(Fault(place, "it is a private key", remedy))
            continue
        try:
            keys.append(pyrage.x25519.Recipient.from_str(text if text.startswith("age1") else ""))
        except pyrage.RecipientError:
            faults.append(Fault(place, "it is not an age recipient", "copy the whole line that begins with age1"))
    if faults:
        raise VaultError(faults)
    return keys


def _identity(text: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError:
        problem, remedy = "it is not an age key", "copy the whole line that begins with AGE-SECRET-KEY-1"
        raise VaultError.single("backup key", problem, remedy) from None


def _padded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        yield piece
    yield bytes(-size % CHUNK)


class _Source:
    """Pieces of bytes as a file to read; keeps the error that reading met."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.fault: BaseException | None = None
        self._pieces = pieces
        self._held = memoryview(b"")

    def read(self, size: int) -> bytes:
        try:
            while not self._held:
                self._held = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as fault:
            self.fault = fault
            raise
        taken, self._held = bytes(self._held[:size]), self._held[size:]
        return taken


class _Sink:
    """A file to write that keeps the error which writing met."""

    def __init__(self, file: BinaryIO) -> None:
        self.fault: BaseException | None = None
        self._file = file

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except BaseException as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        """Do nothing: the file is flushed when it is whole."""


class _Content(io.RawIOBase):
    """The opened content: one thread opens the seal, a pipe holds at most a few chunks of it."""

    def __init__(self, path: Path, file: BinaryIO, key: Any) -> None:
        self._path, self._file, self._key = path, file, key
        self._is_whole = False
        self._error = ""
        self._outlet, inlet = os.pipe()
        self._thread = Thread(target=self._open_seal, args=(inlet,), daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = os.read(self._outlet, len(buffer))
        if not data:
            self._thread.join()
            if not self._is_whole:
                raise _explained(self._path, self._error)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            os.close(self._outlet)
            self._thread.join()
        super().close()

    def _open_seal(self, inlet: int) -> None:
        # A reader that stopped early closes the pipe; that ends this thread as an error nobody asks for.
        try:
            with os.fdopen(inlet, "wb") as sink:
                pyrage.decrypt_io(self._file, sink, [self._key])
                sink.flush()
                self._is_whole = True
        except (pyrage.DecryptError, OSError) as error:
            self._error = str(error)


def _check_start(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(len(_MAGIC))
    if start == _MAGIC:
        return
    if _MAGIC.startswith(start):
        raise _cut_off(path)
    raise VaultError.single(path.name, "it is not a backup of Asylon", "choose a file that Asylon wrote")


def _explained(path: Path, error: str) -> AsylonError:
    if "No matching keys" in error:
        problem = "this key does not open it"
        return VaultError.single(path.name, problem, "use the key of a recipient it was written for")
    if _is_cut_off(path):
        return _cut_off(path)
    problem = "it is damaged: a part of it was changed after it was written"
    return VaultError.single(path.name, problem, "copy it again from where it was kept, or use an older backup")


def _cut_off(path: Path) -> AsylonError:
    problem = "its end is missing, as when copying was interrupted"
    return VaultError.single(path.name, problem, "copy it again from where it was kept, or use an older backup")


def _is_cut_off(path: Path) -> bool:
    """Return whether the length is not that of whole chunks after the header."""
    with path.open("rb") as file:
        start = file.read(_LONGEST_HEADER)
    last_line = start.find(b"\n--- ")
    if last_line < 0:
        return True
    content = path.stat().st_size - (last_line + len(b"\n--- ") + _MAC + len(b"\n")) - _NONCE
    return content <= 0 or content % _SEALED_CHUNK != 0
