"""The events of very many cases as arrays, so that a rule is one pass over its triggers.

Rows are sorted by case and day, so that "the last before" and "the first after" are binary
searches. Equal details and equal attributes are kept once and named by a code: what a pattern
says of them is worked out once for each, by the same functions that read a single case.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from asylon.law.links import NO_LINK, UNRESOLVED, Reference, matches, parse_reference
from asylon.law.vocabulary import Vocabulary

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NONE = -1

Number = TypeVar("Number", bound=np.generic)


def keep_freed_memory() -> None:
    """Ask the C library to keep freed blocks for the next arrays, up to a quarter of a gigabyte.

    It would otherwise hand them to the system and fetch them, page by page, for every array anew:
    a fifth of the time of a caseload. Where the library has no such switch nothing is done.
    """
    with suppress(AttributeError, OSError, TypeError):
        switch = ctypes.CDLL(None).mallopt
        switch(M_MMAP_THRESHOLD, KEPT_BYTES)
        switch(M_TRIM_THRESHOLD, KEPT_BYTES)


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
KEPT_BYTES = 2**28
keep_freed_memory()


class Columns:
    """The visible events of one partition of cases.

    `case`, `day`, `name`, `detail` and `time` are aligned arrays, one entry an event: index of
    the case, ordinal of the day, code of the event name, code of the details, minute or -1.
    """

    def __init__(
        self,
        *,
        case: Ints,
        day: Ints,
        name: Ints,
        detail: Ints,
        time: Ints,
        names: Sequence[str],
        details: Sequence[Mapping[str, str]],
        vocabulary: Vocabulary,
    ) -> None:
        self.case, self.day, self.name, self.detail, self.time = case, day, name, detail, time
        self.names, self.details, self.vocabulary = tuple(names), details, vocabulary
        self.size = len(case)
        self._named: dict[frozenset[str], Ints] = {}
        self._values: dict[str, tuple[Ints, list[str]]] = {}
        self.positions = self._by_name()
        self.case_or_none = np.concatenate((case, [NONE]))
        new_case = differs(case)
        self.case_first, self.case_last = blocks(new_case)
        self.day_first, self.day_last = blocks(new_case | differs(day))
        self.link = self._links()
        self.procedure = self._procedures()
        self.subject = np.where(self.link == NO_LINK, np.arange(self.size), self.link)

    def _by_name(self) -> dict[str, Ints]:
        small = self.name.astype(np.uint16)  # sorted by counting, not by comparing
        order = np.argsort(small, kind="stable")
        bounds = np.searchsorted(small[order], np.arange(len(self.names) + 1))
        return {text: order[bounds[code] : bounds[code + 1]] for code, text in enumerate(self.names)}

    def named(self, names: Iterable[str]) -> Ints:
        """Return the positions of events with one of these names, ascending."""
        known = frozenset(name for name in names if name in self.positions)
        if not known:
            return np.empty(0, np.int64)
        if known not in self._named:
            wanted = np.array([name in known for name in self.names])
            only = next(iter(known)) if len(known) == 1 else None
            self._named[known] = self.positions[only] if only else np.flatnonzero(wanted[self.name])
        return self._named[known]

    def values(self, key: str) -> tuple[Ints, list[str]]:
        """Return for each code of details the code of its value for `key` (-1: none), and the values."""
        if key not in self._values:
            known: dict[str, int] = {}
            codes = np.full(len(self.details), NONE, np.int64)
            for position, details in enumerate(self.details):
                value = details.get(key)
                if value is not None:
                    codes[position] = known.setdefault(value, len(known))
            self._values[key] = codes, list(known)
        return self._values[key]

    @cached_property
    def procedure_names(self) -> list[str]:
        """Return the procedures that occur, in the order of their codes."""
        return self.values("procedure")[1]

    def _procedures(self) -> Ints:
        codes, names = self.values("procedure")
        if not names:
            return same_for_all(self.size, NONE)
        own = codes[self.detail]
        found = own
        while True:  # a chain of papers: an appeal has the procedure of the decision it concerns
            inherited = np.where(self.link >= 0, found[np.maximum(self.link, 0)], NONE)
            step = np.where(own >= 0, own, inherited)
            if np.array_equal(step, found):
                return found
            found = step

    def _links(self) -> Ints:
        link = np.full(self.size, NO_LINK, np.int64)
        for text, rows in self.positions.items():
            key = self.vocabulary.events[text].refers
            if key is None or not len(rows):
                continue
            codes, values = self.values(key)
            said = codes[self.detail[rows]]
            link[rows] = UNRESOLVED
            for code in np.unique(said):
                reference = parse_reference(values[code] if code >= 0 else None, self.vocabulary)
                chosen = rows[said == code]
                link[chosen] = self._resolve(reference, chosen)
        return link

    def _resolve(self, reference: Reference, rows: Ints) -> Ints:
        """Return for each of `rows` the last earlier event that `reference` means."""
        candidates = self._meant(reference)
        if reference.day is not None:
            candidates = candidates[self.day[candidates] == reference.day]
        if not len(candidates):
            return np.full(len(rows), UNRESOLVED, np.int64)
        place = np.searchsorted(candidates, rows) - 1
        found = candidates[np.maximum(place, 0)]
        is_known = (place >= 0) & (self.case[found] == self.case[rows])
        if reference.sole:
            is_known &= place == np.searchsorted(candidates, self.case_first[rows])
        return np.where(is_known, found, UNRESOLVED)

    def _meant(self, reference: Reference) -> Ints:
        rows = self.named(sorted(reference.events))
        if not (reference.procedure or reference.refusal):
            return rows
        name = next(iter(reference.events))
        fits = np.array([matches(reference, name, details, self.vocabulary) for details in self.details], bool)
        return rows[fits[self.detail[rows]]] if len(rows) else rows


def differs(key: Ints) -> Bools:
    """Tell for each row whether it differs from the one before it; the first always does."""
    return np.concatenate((always(1), key[1:] != key[:-1])) if len(key) else np.empty(0, bool)


def blocks(is_new: Bools) -> tuple[Ints, Ints]:
    """Return for each row the first and last position of its block; `is_new` marks where blocks begin."""
    starts = np.flatnonzero(is_new)
    ends = np.append(starts[1:], len(is_new))
    return np.repeat(starts, ends - starts), np.repeat(ends - 1, ends - starts)


def kept(values: npt.NDArray[Number], rows: Ints) -> npt.NDArray[Number]:
    """Return these rows of `values`, the array itself when they are all of them."""
    return values if len(rows) == len(values) else values[rows]


@lru_cache(maxsize=64)
def everyone(size: int) -> Ints:
    """Return 0, 1, … `size` - 1, made once; nobody may write into it."""
    rows = np.arange(size)
    rows.flags.writeable = False
    return rows


@lru_cache(maxsize=64)
def same_for_all(size: int, value: int) -> Ints:
    """Return `size` times `value`, made once; nobody may write into it."""
    values = np.full(size, value)
    values.flags.writeable = False
    return values


@lru_cache(maxsize=64)
def always(size: int) -> Bools:
    """Return `size` times True, made once; nobody may write into it."""
    values = np.ones(size, bool)
    values.flags.writeable = False
    return values


@lru_cache(maxsize=64)
def never(size: int) -> Bools:
    """Return `size` times False, made once; nobody may write into it."""
    values = np.zeros(size, bool)
    values.flags.writeable = False
    return values


def rows_of(mask: npt.NDArray[Number]) -> Ints:
    """Return the rows where `mask` is set; quick where it is set everywhere."""
    return everyone(len(mask)) if mask.all() else np.flatnonzero(mask)


def attribute_codes(rows: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Return a code for each row of plain values and the distinct ones in order of the codes."""
    known: dict[Any, int] = {}
    codes = np.fromiter((known.setdefault(row, len(known)) for row in rows), np.int64, len(rows))
    return codes, list(known)
