"""The recovery key: a private half that nobody keeps, split among holders who can rebuild it together.

The X25519 private half is a 32-byte secret, split as SLIP-39 words (one group, k of n). The words are shown
once and stored nowhere. A message of this module may quote one mistyped word: show it to whoever typed it,
and write it into no log.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from nacl.public import PrivateKey
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from asylon.errors import Fault, VaultError

SECRET_BYTES = 32
WORDS_PER_SHARE = 33
MOST_HOLDERS = 16
_PLACE = "the shares"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a ceremony gives: the public half to keep, and the words of each holder to show once."""

    public_key: bytes
    shares: tuple[str, ...] = field(repr=False)


def new_recovery(threshold: int, holders: int) -> Ceremony:
    """Return a new recovery key, of which any `threshold` of the `holders` shares rebuild the private half.

    Raises VaultError for numbers that cannot be split: more shares needed than holders, more than 16 holders,
    or one of several (each holder alone could then open everything).
    """
    _check_numbers(threshold, holders)
    secret = secrets.token_bytes(SECRET_BYTES)
    (shares,) = generate_mnemonics(group_threshold=1, groups=[(threshold, holders)], master_secret=secret)
    return Ceremony(public_key=bytes(PrivateKey(secret).public_key), shares=tuple(shares))


def combine(shares: Sequence[str], public_key: bytes) -> bytes:
    """Return the private half that belongs to `public_key`.

    Raises VaultError, naming shares by their place in `shares` from 1: mistyped words, a share given twice,
    shares of another vault, too few shares. More shares than needed are fine.
    """
    if not shares:
        raise VaultError.single(_PLACE, "no share was given", "type in the words of one holder after another")
    spoken = [" ".join(share.lower().split()) for share in shares]
    read = _read_all(spoken)
    _check_no_twins(read)
    _check_one_set(read)
    needed = read[0].member_threshold
    if len(read) < needed:
        missing = needed - len(read)
        problem = f"{len(read)} of the {needed} shares needed were given"
        remedy = f"{missing} more {'share is' if missing == 1 else 'shares are'} missing; ask another holder"
        raise VaultError.single(_PLACE, problem, remedy)
    return _rebuilt(spoken[:needed], public_key)


def _check_numbers(threshold: int, holders: int) -> None:
    if threshold < 1 or holders < 1:
        problem, remedy = "a key needs at least one holder and one share to open it", "give numbers from 1 up"
    elif threshold > holders:
        problem = f"{threshold} shares cannot be asked of {holders} holders"
        remedy = f"ask for {holders} or fewer, or name more holders"
    elif holders > MOST_HOLDERS:
        problem, remedy = f"{holders} holders are too many", f"name {MOST_HOLDERS} or fewer"
    elif threshold == 1 and holders > 1:
        problem = "with one share needed of several, each holder alone could open everything"
        remedy = "ask for 2 or more shares, or name one holder"
    else:
        return
    raise VaultError.single("the recovery key", problem, remedy)


def _read_all(spoken: Sequence[str]) -> list[Share]:
    """Return the shares in the order given; raises VaultError with the faults of all of them."""
    faults: list[Fault] = []
    read: list[Share] = []
    for number, share in enumerate(spoken, start=1):
        found = _faults_of_words(number, share.split())
        if found:
            faults.extend(found)
            continue
        try:
            read.append(Share.from_mnemonic(share))
        except MnemonicError:
            problem = "a word is wrong, or two words changed places"
            faults.append(Fault(f"share {number}", problem, "compare it with the paper word by word"))
    if faults:
        raise VaultError(faults)
    return read


def _faults_of_words(number: int, words: Sequence[str]) -> list[Fault]:
    faults = []
    for position, word in enumerate(words, start=1):
        if word not in WORD_INDEX_MAP:
            place = f"share {number}, word {position}"
            faults.append(Fault(place, f"“{word}” is not in the list of words", _nearest(word)))
    if not faults and len(words) != WORDS_PER_SHARE:
        problem = f"it has {len(words)} words instead of {WORDS_PER_SHARE}"
        faults.append(Fault(f"share {number}", problem, "compare it with the paper word by word"))
    return faults


def _nearest(word: str) -> str:
    """Return the question whether the nearest word was meant; asks for the paper where none is near."""
    # The first four letters of a word of the list belong to no other word.
    by_start = [known for known in WORDLIST if known[:4] == word[:4]]
    nearest = by_start or get_close_matches(word, WORDLIST, n=1, cutoff=0.5)
    return f"did you mean “{nearest[0]}”?" if nearest else "read this word from the paper again"


def _check_no_twins(read: Sequence[Share]) -> None:
    first: dict[Share, int] = {}
    faults = []
    for number, share in enumerate(read, start=1):
        if share in first:
            problem = f"it is the same as share {first[share]}"
            faults.append(Fault(f"share {number}", problem, "give the share of another holder"))
        first.setdefault(share, number)
    if faults:
        raise VaultError(faults)


def _check_one_set(read: Sequence[Share]) -> None:
    """Raise VaultError unless all shares were made in one ceremony; the smaller side is named."""
    sets = [share.group_parameters() for share in read]
    sizes = Counter(sets)
    if len(sizes) == 1:
        return
    largest = max(sizes.values())
    most = [made for made, size in sizes.items() if size == largest]
    if len(most) > 1:
        problem = "they were not made together: some belong to another vault or to an older recovery key"
        raise VaultError.single(_PLACE, problem, "take only shares that were handed out on the same day")
    raise VaultError(
        [
            Fault(f"share {number}", "it belongs to another vault or to an older recovery key", "leave it out")
            for number, made in enumerate(sets, start=1)
            if made != most[0]
        ]
    )


def _rebuilt(spoken: Sequence[str], public_key: bytes) -> bytes:
    try:
        secret = bytes(combine_mnemonics(spoken))
    except MnemonicError:
        problem, remedy = "they do not fit together", "check that all were handed out for this vault"
        raise VaultError.single(_PLACE, problem, remedy) from None
    if not hmac.compare_digest(bytes(PrivateKey(secret).public_key), public_key):
        problem = "they rebuild the key of another vault, or an older key of this one"
        raise VaultError.single(_PLACE, problem, "look for the shares that were handed out for this vault")
    return secret
