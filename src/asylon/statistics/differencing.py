"""The guard between releases: what several released tables say together must speak of nobody.

Two harmless tables can differ by one person: 40 applicants until June, 41 until July. The guard knows who stands in
each released cell, as keys that say nothing (`Released.cells`), and asks what can be computed from all numbers ever
released and the new ones. It never gives a key out.

What it guarantees, with the usual minimum of 5: no sum or difference of released numbers, over any number of
releases, gives the count of a group of 1 to 4 persons; and for every group at least five numbers stay possible,
unless fractions of released numbers must be combined to see it. (The two bounds of a group are each proved by a
combination of cells, by the duality of linear programs; the two together make a combination that holds as many persons
as the bounds are apart.) With a greater minimum, combinations of more than four parts are not looked at. The attacker
is taken to know the definition of every cell, and which combinations of cells nobody stands in: more than anybody
outside knows, so the guard rather refuses too often.
What it does not: numbers published elsewhere; what somebody knows of a person already; two tables that count different
moments of changing cases under the same words, where neither group lies within the other.

Method: persons in the same released cells are one part; the released counts are linear equations in the sizes of the
parts. A group of parts has a known size exactly when it is a combination of the equations, hence when it is orthogonal
to every vector that all equations send to zero. Two random such vectors decide (over the prime field of 2^31 - 1):
what they err, they err towards refusing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asylon.language import Said, said
from asylon.statistics.disclosure import MINIMUM

_PRIME = 2**31 - 1
_CHUNK = 1 << 20
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Released:
    """One release: its name, and for each cell shown with its number who stands in it, as keys."""

    name: str
    cells: tuple[frozenset[Hashable], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something must not be released, and the names of the earlier releases that it would give away with."""

    reason: Said
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges a new release against everything released before."""

    released: tuple[Released, ...] = ()
    minimum: int = MINIMUM

    def refusal(self, new: Released) -> Refusal | None:
        """Return why `new` must not be released, None if it may. One earlier release is named if one is enough."""
        if not _tells([*self.released, new], self.minimum):
            return None
        if _tells([new], self.minimum):
            return Refusal(said("it shows the number of a group of fewer than {minimum}", minimum=self.minimum), ())
        alone = (earlier for earlier in self.released if _tells([earlier, new], self.minimum))
        one = next(alone, None)
        return self._together(*(self.released if one is None else (one,)))

    def _together(self, *earlier: Released) -> Refusal:
        names = tuple(release.name for release in earlier)
        message = "it shows the number of a group of fewer than {minimum} together with {earlier}"
        return Refusal(said(message, minimum=self.minimum, earlier=", ".join(names)), names)


def _tells(releases: Sequence[Released], minimum: int) -> bool:
    """Tell whether the counts of these releases together give the size of a group smaller than `minimum`."""
    cells = list(dict.fromkeys(cell for release in releases for cell in release.cells if cell))
    if not cells:
        return False
    return _is_computed(*_parts(cells), minimum)


def _parts(cells: Sequence[frozenset[Hashable]]) -> tuple[Ints, Ints]:
    """Return which cells (rows) hold which parts (columns), and how many persons each part has."""
    found: dict[Hashable, list[int]] = {}
    for number, cell in enumerate(cells):
        for person in cell:
            found.setdefault(person, []).append(number)
    parts = Counter(tuple(numbers) for numbers in found.values())
    matrix = np.zeros((len(cells), len(parts)), np.int64)
    for column, numbers in enumerate(parts):
        matrix[list(numbers), column] = 1
    return matrix, np.array(list(parts.values()), np.int64)


def _is_computed(matrix: Ints, sizes: Ints, minimum: int) -> bool:
    """Tell whether up to four parts, one part perhaps twice, with fewer persons than `minimum` are such a group."""
    tags = _null_vectors(matrix)
    sums = {size: _sums(tags, sizes, size) for size in range(1, minimum)}
    if any((keys == 0).any() for keys in sums.values()):
        return True
    halves = ((one, other) for one in sums for other in sums if one <= other < minimum - one)
    return any(_meet(sums[one], sums[other]) for one, other in halves)


def _sums(tags: Ints, sizes: Ints, size: int) -> Ints:
    """Return the sorted keys of all sets of one or two parts with so many persons; the key of a known one is 0."""
    found = [_keys(tags[:, sizes == size])]
    for small in range(1, size // 2 + 1):
        one, other = tags[:, sizes == small], tags[:, sizes == size - small]
        is_same = 2 * small == size  # then each pair once
        # Part by part: all pairs at once would need many times the memory.
        found += [_keys((one[:, [at]] + other[:, at * is_same :]) % _PRIME) for at in range(one.shape[1])]
    return np.sort(np.concatenate(found))


def _keys(tags: Ints) -> Ints:
    keys: Ints = tags[0] << 31 | tags[1]
    return keys


def _meet(few: Ints, many: Ints) -> bool:
    """Tell whether a key of the one and a key of the other add up to nothing; both are sorted."""
    if len(many) == 0:
        return False
    for start in range(0, len(few), _CHUNK):
        part = few[start : start + _CHUNK]
        sought = np.sort((_PRIME - (part >> 31)) % _PRIME << 31 | (_PRIME - (part & _PRIME)) % _PRIME)
        places = np.minimum(np.searchsorted(many, sought), len(many) - 1)
        if (many[places] == sought).any():
            return True
    return False


def _null_vectors(matrix: Ints) -> Ints:
    """Return two random vectors that every row sends to zero, over the prime field; a part is known by its entries."""
    rows, pivots = _reduced(matrix)
    drawn = np.random.default_rng(0).integers(1, _PRIME, (2, matrix.shape[1]))
    is_free = np.ones(matrix.shape[1], bool)
    is_free[pivots] = False
    vectors = np.where(is_free, drawn, 0)
    for vector in vectors:
        np.put(vector, pivots, -(rows * vector % _PRIME).sum(axis=1) % _PRIME)
    return vectors


def _reduced(matrix: Ints) -> tuple[Ints, list[int]]:
    """Return the rows that are left when each has a column to itself, and these columns (Gauss and Jordan)."""
    rows, pivots = matrix % _PRIME, list[int]()
    for column in range(rows.shape[1]):
        at = len(pivots)
        found = np.flatnonzero(rows[at:, column])
        if len(found) == 0:
            continue
        first = at + int(found[0])
        rows[[at, first]] = rows[[first, at]]
        rows[at] = rows[at] * pow(int(rows[at, column]), -1, _PRIME) % _PRIME
        others = np.flatnonzero(rows[:, column])
        others = others[others != at]
        rows[others] = (rows[others] - rows[others, column][:, None] * rows[at] % _PRIME) % _PRIME
        pivots.append(column)
    return rows[: len(pivots)], pivots
