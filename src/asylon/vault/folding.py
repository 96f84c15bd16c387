"""Names across scripts: one name spelled by a German office, a Russian passport and an Israeli court meets itself.

A part of a name is folded into keys: the row of its consonants by class (`CLASSES`), with `A` for a vowel at
the start. Letters that can be read in several ways give several keys. Two spellings are taken for one name
when they share a key; the keys are coarse on purpose, and `likeness` puts the true ones first.
Diminutives (Саша for Александр) and names that differ between languages (Микола, Николай) are not joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from asylon.vault.letters import (
    CLASSES,
    CYRILLIC,
    CYRILLIC_FOR_LATIN,
    KEPT,
    LATIN,
    LATIN_FOR_CYRILLIC,
    SCRIPTS,
    VOWELS,
    Script,
    script_of,
)


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A word with more keys than this keeps its likeliest.
MOST_KEYS = 48

# Articles: never part of what is searched for, unless nothing else was written.
_ARTICLES = _words_of("al el ul аль эль ал אל ال")
# Articles that have taken the sound of the next letter: only where a hyphen shows it ("as-Sisi").
_SOUNDED_ARTICLES = _words_of("ad an ar as ash at az ed en er es esh et ez ад ан ар ас аш ат аз эд эн эр эс эш")
# Son, daughter and father of; "Ben" at the start is a first name.
_KIN = _words_of("bin ibn bint abu abou ould бин ибн абу אבו אבן بن ابن بنت ابو ابي ولد")
_KIN_INSIDE = _words_of("ben бен בן")
# Halves that are as often written in one word with the next or the one before (Abd al-Rahman, Nour Eddine).
_HEADS = _words_of("abd abdul abdel abdal abdur abdou abu abou абд абдул абдель абдуль абу עבד עבדול אבו عبد ابو")
_TAILS = _words_of("din dine deen eddin eddine uddin eldin allah дин аддин уддин аллах דין אללה الدين دين الله")

# An article grown together with the name (Elsayed, الأسد), and how many letters must then follow.
_GROWN = (
    re.compile(r"[ae]l(?=.{5})"),
    re.compile(r"(?:аль|эль)(?=.{4})"),
    re.compile(r"אל(?=.{4})"),
    re.compile(r"ال(?=.{3})"),
)

_APOSTROPHES = frozenset("'’‘ʼʻʽʾʿ`´ʹʺ′″ˈ׳״\"")
_HYPHENS = frozenset("-‐‑‒–—־\u200c")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a name: as normalised, and the forms in which it may stand elsewhere.

    `joined` are the words it makes with a neighbour (Nour and Eddine: "noureddine").
    """

    text: str
    joined: tuple[str, ...] = ()


def tokens(name: str) -> tuple[str, ...]:
    """Return the parts of a name, normalised and without articles and particles; empty when it has no letters."""
    return tuple(part.text for part in parts(name))


def folded(name: str) -> frozenset[str]:
    """Return the keys of all parts of a name; empty when it has no letters."""
    return frozenset().union(*folded_parts(name))


def folded_parts(name: str) -> tuple[frozenset[str], ...]:
    """Return the keys of each part of a name, in the order of `tokens`; empty when it has no letters."""
    return tuple(_part_keys(part) for part in parts(name))


def romanised(name: str) -> str:
    """Return the parts of a name as they most often sound, in one Latin alphabet; empty when it has no letters."""
    return " ".join(romanised_part(text) for text in tokens(name))


def romanised_part(text: str) -> str:
    """Return one of `tokens` as it most often sounds; as it stands when its script has no table."""
    text, script = _own_script(text)
    if script is None:
        return text
    return "".join(readings[0] for readings in script.sounds(text))


def parts(name: str) -> tuple[Part, ...]:
    """Return the parts of a name with what they make when written together; empty when it has no letters."""
    words = list(_words(_normalised(name)))
    kept = [(at, word) for at, (word, _) in enumerate(words) if not _is_particle(words, at)]
    # Initials say too little to search by; alone they are all there is.
    kept = [(at, word) for at, word in kept if not _is_initial(word)] or kept
    joined: dict[int, list[str]] = {at: [] for at, _ in kept}
    for at, word in kept:
        # A particle that was dropped is often written as one with what follows (Abu Bakr, bin Laden).
        if at and at - 1 not in joined and _is_particle(words, at - 1):
            joined[at].append(words[at - 1][0] + word)
    for (at, word), (after, following) in pairwise(kept):
        if _written_together(words, at, after):
            joined[at].append(word + following)
            joined[after].append(word + following)
    return tuple(Part(word, tuple(joined[at])) for at, word in kept)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and script_of(word) is not None


def _written_together(words: Sequence[tuple[str, bool]], at: int, after: int) -> bool:
    hyphened = after == at + 1 and words[at][1]
    return hyphened or words[at][0] in _HEADS or words[after][0] in _TAILS


def _is_particle(words: Sequence[tuple[str, bool]], at: int) -> bool:
    word, hyphened = words[at]
    if at == len(words) - 1:
        return False
    if word in _ARTICLES or word in _KIN:
        return True
    return (word in _SOUNDED_ARTICLES and hyphened) or (word in _KIN_INSIDE and at > 0)


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each word and whether a hyphen ties it to the next."""
    for run in text.split():
        pieces = [piece for piece in run.split("-") if piece]
        for place, piece in enumerate(pieces):
            yield piece, place < len(pieces) - 1


def _normalised(name: str) -> str:
    """Return a name in small letters without marks: words apart by spaces, halves by hyphens."""
    text = unicodedata.normalize("NFKC", name).casefold()
    made: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if letter in _HYPHENS:
            made.append("-")
        elif letter in _APOSTROPHES:
            # Behind a Hebrew letter it is a geresh and changes the sound: צ׳ is ch.
            made.append("׳" if made and "א" <= made[-1] <= "ת" and letter not in '״"' else "")
        elif letter in KEPT:
            made.append(letter)
        else:
            made.append(_bare(letter))
    return "".join(made)


def _bare(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "L":
        base = unicodedata.normalize("NFD", letter)
        # The tatweel stretches a word and has no sound.
        return "".join(mark for mark in base if unicodedata.category(mark)[0] == "L" and mark != "ـ")
    return "" if category[0] == "M" or category == "Cf" else " "


def _own_script(text: str) -> tuple[str, Script | None]:
    """Return a word with stray look-alikes put right, and the script most of its letters are in."""
    scripts = [script_of(letter) for letter in text]
    if LATIN in scripts and CYRILLIC in scripts:
        for script, table in ((CYRILLIC, CYRILLIC_FOR_LATIN), (LATIN, LATIN_FOR_CYRILLIC)):
            mended = text.translate(table)
            if all(script_of(letter) is script for letter in mended):
                return mended, script
    best = max(SCRIPTS, key=scripts.count)
    return text, best if best in scripts else None


def _part_keys(part: Part) -> frozenset[str]:
    forms = [part.text, *part.joined]
    forms += [part.text[found.end() :] for grown in _GROWN if (found := grown.match(part.text))]
    return frozenset(key for form in forms for key in _word_keys(form))


def _word_keys(word: str) -> Iterable[str]:
    """Return the keys of one word; the word itself when its script has no table or nothing in it sounds."""
    text, script = _own_script(word)
    if script is None:
        return (text,)
    # Each state is the key so far and the class of a consonant that has just sounded; its worth is how
    # many letters were read in another way than the commonest.
    states: dict[tuple[str, str], int] = {("", ""): 0}
    for readings in script.sounds(text):
        grown: dict[tuple[str, str], int] = {}
        for state, cost in states.items():
            for rank, reading in enumerate(readings):
                longer = _sounded(state, reading, merges=script.has_vowels)
                grown[longer] = min(cost + rank, grown.get(longer, cost + rank))
        states = dict(sorted(grown.items(), key=lambda item: item[1])[:MOST_KEYS])
    return {key for key, _ in states if key} or (text,)


def _sounded(state: tuple[str, str], reading: str, *, merges: bool) -> tuple[str, str]:
    key, open_class = state
    for sound in reading:
        if sound in VOWELS:
            key, open_class = key or "A", ""
            continue
        consonant = CLASSES[sound]
        if consonant != open_class or not merges:
            key += consonant
        open_class = consonant
    return key, open_class


# Signs before a number ("№", "No", "#") say what it is and are not part of it.
_NUMBER_SIGNS = re.compile(r"№|#|\bno\b\.?|\bnr\b\.?", re.IGNORECASE)
_GROWN_SIGN = re.compile(r"^N[OR](?=\d)")


def digits(text: str) -> str:
    """Return a number of a paper, a file or a phone in its plain form; empty when nothing of it remains.

    Separators go, digits of other scripts become 0 to 9, letters are capitals and Cyrillic ones that look
    Latin become Latin. Of a phone number the leading 00 goes, as does "+": both stand for "abroad".
    """
    plain = unicodedata.normalize("NFKC", _NUMBER_SIGNS.sub(" ", text)).lower().translate(LATIN_FOR_CYRILLIC)
    made = _GROWN_SIGN.sub("", "".join(_figure(sign) for sign in plain).upper())
    is_call_abroad = made.startswith("00") and made.isdecimal() and len(made) >= 12
    return made[2:] if is_call_abroad else made


def _figure(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    if value is not None:
        return str(value)
    return sign if sign.isalnum() else ""
