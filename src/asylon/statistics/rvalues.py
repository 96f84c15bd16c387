"""Values of R out of its serialized form: vectors, lists, strings and what hangs on them.

Every length is held against the bytes that are left before anything of that length is made, and
nesting is bounded, so a damaged or hostile file costs no more than its own size.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from asylon.errors import StatisticsError

NA_INTEGER = -(2**31)
LOGICALS, INTEGERS, DOUBLES, STRINGS, LISTS = 10, 13, 14, 16, 19  # types of vectors, numbered by R
_PAIRS, _CHARS = 2, 9
_NA_LOW_WORD = 1954
_MOST_COUNTED = 2**22  # elements of all sequences together that R wrote as "how many, from, by"
_DEEPEST = 100
_AGAIN = "download the file again"
_WIDTHS = {LOGICALS: ">i4", INTEGERS: ">i4", DOUBLES: ">f8", 15: ">c16", 24: "u1"}
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400
_LATIN1, _UTF8 = 0x4000, 0x8000  # marks on a string

_two_integers = struct.Struct(">ii").unpack_from
_integer = struct.Struct(">i").unpack_from


@dataclass(frozen=True, slots=True)
class RValue:
    """One value: R's number for its type, what it holds, its attributes by name.

    `content` is a numpy array for logicals (as integers), integers and doubles; a polars Series for
    strings; a list of RValue for a list; a list of (tag, RValue) for a pairlist; text for a symbol.
    """

    kind: int
    content: Any = None
    attributes: Mapping[str, RValue] = field(default_factory=dict)

    def texts(self, attribute: str) -> list[str | None]:
        """Return the strings of an attribute; empty where there is none or it holds no strings."""
        value = self.attributes.get(attribute)
        return value.content.to_list() if value is not None and value.kind == STRINGS else []


NOTHING = RValue(254)


def refuse(place: str, problem: str, remedy: str) -> StatisticsError:
    """Return the error of one sentence that says what is wrong with a file and what to do."""
    error = StatisticsError.single(place, problem, remedy)
    assert isinstance(error, StatisticsError)
    return error


class Stream:
    """Reads values one after another from `data`: a serialized stream after its two-letter format mark."""

    def __init__(self, place: str, data: bytes) -> None:
        self.place, self.data = place, data
        self._at = self._depth = 0
        self._known: list[RValue] = []  # what a later reference may point at, in order of appearance
        self._native = "utf-8"
        self._counted = 0

    def objects(self) -> dict[str, RValue]:
        """Return the named values of the stream; raises StatisticsError where it is damaged or unsupported."""
        version = self._int()
        self._skip(8)  # which R wrote it, which R can read it
        if version not in (2, 3):
            raise refuse(self.place, f"is in form {version} of R's files", "save it with save(…, version = 3)")
        if version == 3:
            self._native = self._bytes(self._length(1)).decode("ascii", "replace")
        value = self.value()
        if value.kind != _PAIRS:
            raise self._damaged("does not hold named objects")
        return {name: item for name, item in value.content if name}

    def value(self) -> RValue:
        """Return the next value of the stream."""
        return self._valued(self._int())

    def _valued(self, flags: int) -> RValue:
        kind = flags & 0xFF
        read = _READERS.get(kind)
        if read is None:
            raise refuse(self.place, f"holds what no table is made of (type {kind} of R)", "save only tables into it")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._damaged("is nested too deep")
        value = read(self, flags)
        self._depth -= 1
        return value

    # ------------------------------------------------------------ bytes

    def _damaged(self, problem: str = "is cut off") -> StatisticsError:
        return refuse(self.place, problem, _AGAIN)

    def _int(self) -> int:
        at, self._at = self._at, self._at + 4
        try:
            number: int = _integer(self.data, at)[0]
        except struct.error as error:
            raise self._damaged() from error
        return number

    def _skip(self, count: int) -> None:
        if count < 0 or self._at + count > len(self.data):
            raise self._damaged()
        self._at += count

    def _bytes(self, count: int) -> bytes:
        self._skip(count)
        return self.data[self._at - count : self._at]

    def _length(self, width: int) -> int:
        """Return how many elements of at least `width` bytes follow; refuses more than there are bytes for."""
        count = self._int()
        if count == -1:  # R's mark for a count that takes two numbers
            upper, lower = self._int(), self._int()
            count = (upper << 32) + (lower & 0xFFFFFFFF)
        if count < 0 or count * width > len(self.data) - self._at:
            raise self._damaged()
        return count

    # ------------------------------------------------------------ types

    def _attributed(self, flags: int, content: Any) -> RValue:
        attributes = self._named(self.value()) if flags & _HAS_ATTRIBUTES else {}
        return RValue(flags & 0xFF, content, attributes)

    def _named(self, value: RValue) -> dict[str, RValue]:
        return {name: item for name, item in value.content if name} if value.kind == _PAIRS else {}

    def _nothing(self, _flags: int) -> RValue:
        return NOTHING

    def _symbol(self, _flags: int) -> RValue:
        name = self.value()
        return self._remember(RValue(1, name.content if isinstance(name.content, str) else ""))

    def _remember(self, value: RValue) -> RValue:
        self._known.append(value)
        return value

    def _reference(self, flags: int) -> RValue:
        number = flags >> 8 or self._int()
        if not 1 <= number <= len(self._known):
            raise self._damaged("refers to what it does not hold")
        return self._known[number - 1]

    def _pairs(self, flags: int) -> RValue:
        """Return a pairlist (or a call, which looks the same), read in a loop because tables hang on long ones."""
        items: list[tuple[str, RValue]] = []
        attributes: dict[str, RValue] = {}
        while flags & 0xFF in _PAIRED:
            if flags & _HAS_ATTRIBUTES:
                attributes |= self._named(self.value())
            tag = self.value().content if flags & _HAS_TAG else ""
            items.append((tag if isinstance(tag, str) else "", self.value()))
            flags = self._int()
        rest = self._valued(flags)
        if rest is not NOTHING:
            items.append(("", rest))
        return RValue(_PAIRS, items, attributes)

    def _environment(self, _flags: int) -> RValue:
        value = self._remember(RValue(4))
        self._skip(4)
        for _ in range(4):  # enclosure, frame, hash table, attributes
            self.value()
        return value

    def _pointer(self, flags: int) -> RValue:
        value = self._remember(RValue(22))
        self.value(), self.value()
        self._attributed(flags, None)
        return value

    def _weak(self, flags: int) -> RValue:
        value = self._remember(RValue(23))
        self._attributed(flags, None)
        return value

    def _space(self, _flags: int) -> RValue:
        """Return a package or namespace, written as strings after a zero."""
        self._skip(4)
        self._strings_of(self._length(8))
        return self._remember(RValue(249))

    def _object(self, flags: int) -> RValue:
        return self._attributed(flags, None)

    def _builtin(self, _flags: int) -> RValue:
        self._skip(self._length(1))
        return RValue(8)

    def _numbers(self, flags: int) -> RValue:
        shape = np.dtype(_WIDTHS[flags & 0xFF])
        count = self._length(shape.itemsize)
        numbers = np.frombuffer(self.data, shape, count, self._at)
        self._skip(numbers.nbytes)
        return self._attributed(flags, numbers.astype(shape.newbyteorder("=")))

    def _list(self, flags: int) -> RValue:
        return self._attributed(flags, [self.value() for _ in range(self._length(4))])

    # ------------------------------------------------------------ strings

    def _chars(self, _flags: int) -> RValue:
        self._at -= 4
        return RValue(_CHARS, self._strings_of(1)[0])

    def _strings(self, flags: int) -> RValue:
        return self._attributed(flags, self._strings_of(self._length(8)))

    def _strings_of(self, count: int) -> pl.Series:
        """Return the next `count` strings; NA is null.

        A column repeats few strings, so each is decoded once: the bytes of a string, its mark and length
        included, are the key to its number. This loop is where the time of an import goes.
        """
        data, at, read = self.data, self._at, _two_integers
        numbers: dict[bytes, int] = {}
        strings: list[str | None] = []
        codes = array("I", bytes(4 * count))
        try:
            for place in range(count):
                size = read(data, at)[1]
                end = at + 8 + (size if size > 0 else 0)
                written = data[at:end]
                code = numbers.get(written)
                if code is None:
                    code = numbers[written] = len(strings)
                    strings.append(self._decoded(written))
                codes[place] = code
                at = end
        except struct.error as error:
            raise self._damaged() from error
        self._at = at
        return pl.Series(strings, dtype=pl.String).gather(pl.Series(np.frombuffer(codes, np.uint32)))

    def _decoded(self, written: bytes) -> str | None:
        flags, size = _two_integers(written)
        if flags & 0xFF != _CHARS or size < -1:
            raise self._damaged("is damaged: a string is missing where one should be")
        if size == -1:
            return None
        if len(written) != 8 + size:
            raise self._damaged()
        encoding = "latin-1" if flags & _LATIN1 else "utf-8" if flags & _UTF8 else self._native
        try:
            return written[8:].decode(encoding)
        except (ValueError, LookupError) as error:  # ValueError: bytes that do not fit; both: no such encoding
            remedy = "save it from an R that writes UTF-8"
            raise refuse(self.place, f"holds text that is not {encoding}", remedy) from error

    # ------------------------------------------------------------ what R wrote in a shorter way (ALTREP)

    def _short(self, _flags: int) -> RValue:
        which, state, attributes = self.value(), self.value(), self.value()
        name = which.content[0][1].content if which.kind == _PAIRS else None
        parts = [item for _, item in state.content] if state.kind == _PAIRS else state.content
        try:
            if name in ("compact_intseq", "compact_realseq"):
                kind, content = self._sequence(parts, INTEGERS if name == "compact_intseq" else DOUBLES)
            elif name == "deferred_string":
                kind, content = STRINGS, _as_text(parts[0], int(parts[1].content[0]))
            elif isinstance(name, str) and name.startswith("wrap_"):
                kind, content = parts[0].kind, parts[0].content
            else:
                raise refuse(self.place, f"holds a vector in a form unknown here ({name})", "save it from a plain R")
        except (TypeError, IndexError, ValueError, AttributeError, OverflowError) as error:
            raise self._damaged("is damaged: a shortened vector makes no sense") from error
        return RValue(kind, content, self._named(attributes))

    def _sequence(self, parts: Any, kind: int) -> tuple[int, Any]:
        count, first, step = int(parts[0]), float(parts[1]), float(parts[2])
        self._counted += count
        if count < 0 or self._counted > _MOST_COUNTED:
            raise self._damaged(f"asks for a sequence of {count:,} numbers")
        with np.errstate(all="ignore"):
            numbers = first + step * np.arange(count)
        if kind == DOUBLES:
            return kind, numbers
        if not (np.abs(numbers) < -NA_INTEGER).all():  # true of NaN, too
            raise ValueError("no 32-bit integers")
        return kind, numbers.astype(np.int32)


def _as_text(numbers: RValue, penalty: int) -> pl.Series:
    """Return the numbers as R writes them as text; `penalty` is its option "scipen", in letters."""
    if numbers.kind == INTEGERS:
        return pl.Series([None if number == NA_INTEGER else str(number) for number in numbers.content.tolist()])
    texts = [_number_text(number, penalty) for number in numbers.content.tolist()]
    absent = is_absent(numbers.content)
    return pl.Series([None if gone else text for text, gone in zip(texts, absent, strict=True)], dtype=pl.String)


def _number_text(number: float, penalty: int) -> str:
    """Return a number with up to 15 digits, as 1e+05 where that is shorter by more than `penalty` letters."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Inf" if number > 0 else "-Inf"
    exact = Decimal(f"{number:.15g}")
    sign, digits, _ = exact.as_tuple()
    mantissa = "".join(map(str, digits)).rstrip("0") or "0"
    power = exact.adjusted() if exact else 0
    short = f"{'-' * sign}{mantissa[0]}{'.' * (len(mantissa) > 1)}{mantissa[1:]}e{power:+03d}"
    plain = format(exact.normalize(), "f")
    return plain if len(plain) <= len(short) + penalty else short


def is_absent(numbers: Any) -> Any:
    """Return which doubles are R's NA: a NaN whose low word is 1954, unlike any NaN that a sum leaves."""
    return np.isnan(numbers) & ((numbers.view(np.uint64) & 0xFFFFFFFF) == _NA_LOW_WORD)


_PAIRED = frozenset({2, 3, 5, 6, 17})  # pairlist, function, promise, call, dots: one layout
_Reader = Callable[[Stream, int], RValue]
_READERS: dict[int, _Reader] = {
    **dict.fromkeys((0, 241, 242, 250, 251, 252, 253, 254), Stream._nothing),
    **dict.fromkeys(_PAIRED, Stream._pairs),
    **dict.fromkeys(_WIDTHS, Stream._numbers),
    **dict.fromkeys((LISTS, 20), Stream._list),
    **dict.fromkeys((7, 8), Stream._builtin),
    **dict.fromkeys((247, 248, 249), Stream._space),
    1: Stream._symbol,
    4: Stream._environment,
    _CHARS: Stream._chars,
    STRINGS: Stream._strings,
    22: Stream._pointer,
    23: Stream._weak,
    25: Stream._object,
    238: Stream._short,
    255: Stream._reference,
}
