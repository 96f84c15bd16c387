"""How alike two names are, for putting opened names in order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.fuzz import ratio

from asylon.vault.folding import folded_parts, romanised_part, tokens

# A shared key says "may be the same name" across scripts; the sounds say how near the spellings are.
_KEY_WEIGHT = 0.6
# What a name keeps when parts of the other find no counterpart ("Petrov" and "Ivan Petrov").
_SUBSET_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class _Spoken:
    sounds: str
    keys: frozenset[str]

    def likeness(self, other: _Spoken) -> float:
        if self.sounds == other.sounds:
            return 1.0
        near = ratio(self.sounds, other.sounds) / 100
        return _KEY_WEIGHT * bool(self.keys & other.keys) + (1 - _KEY_WEIGHT) * near


def likeness(a: str, b: str) -> float:
    """Return how alike two names are, from 0.0 (nothing shared, or no letters) to 1.0 (sounded the same).

    The order of the parts does not count. Parts are paired, the most alike first; what is left over
    lowers the likeness a little.
    """
    ours, theirs = _spoken(a), _spoken(b)
    pairs = [(one.likeness(other), i, j) for i, one in enumerate(ours) for j, other in enumerate(theirs)]
    # Equal pairs go by their sounds, so that the answer is the same the other way round.
    pairs.sort(key=lambda pair: (-pair[0], sorted((ours[pair[1]].sounds, theirs[pair[2]].sounds))))
    free_ours, free_theirs, total = set(range(len(ours))), set(range(len(theirs))), 0.0
    for worth, i, j in pairs:
        if i in free_ours and j in free_theirs:
            free_ours.remove(i)
            free_theirs.remove(j)
            total += worth
    paired = len(ours) - len(free_ours)
    if not paired:
        return 0.0
    share = paired / max(len(ours), len(theirs))
    return total / paired * (_SUBSET_WEIGHT + (1 - _SUBSET_WEIGHT) * share)


def _spoken(name: str) -> list[_Spoken]:
    return [_Spoken(_squeezed(text), keys) for text, keys in zip(tokens(name), folded_parts(name), strict=True)]


def _squeezed(text: str) -> str:
    """Return the sounds of a part with `y` as `i` and long sounds short: there spellings differ most freely."""
    return "".join(sound for sound, _ in groupby(romanised_part(text).replace("y", "i")))
