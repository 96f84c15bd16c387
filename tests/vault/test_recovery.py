"""The recovery key: any k of n rebuild it, and every mistake of a holder has its own sentence."""

from __future__ import annotations

from itertools import combinations

import pytest
from nacl.public import PrivateKey
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORDLIST

from asylon.errors import VaultError
from asylon.vault.recovery import Ceremony, combine, new_recovery


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return new_recovery(3, 5)


@pytest.fixture(scope="module")
def other() -> Ceremony:
    return new_recovery(3, 5)


def refusal(shares: list[str], public_key: bytes) -> str:
    with pytest.raises(VaultError) as caught:
        combine(shares, public_key)
    return str(caught.value)


def with_word(share: str, position: int, word: str) -> str:
    words = share.split()
    words[position - 1] = word
    return " ".join(words)


def test_any_three_of_five_rebuild_the_private_half(ceremony: Ceremony) -> None:
    private = {combine(list(chosen), ceremony.public_key) for chosen in combinations(ceremony.shares, 3)}
    assert len(private) == 1
    assert bytes(PrivateKey(private.pop()).public_key) == ceremony.public_key


def test_more_shares_than_needed_and_careless_typing_are_fine(ceremony: Ceremony) -> None:
    typed = [f"  {share.upper()}\n".replace(" ", "  ") for share in ceremony.shares]
    assert combine(typed, ceremony.public_key) == combine(ceremony.shares[2:], ceremony.public_key)


def test_one_of_one_rebuilds() -> None:
    alone = new_recovery(1, 1)
    assert bytes(PrivateKey(combine(alone.shares, alone.public_key)).public_key) == alone.public_key


def test_each_ceremony_gives_another_key(ceremony: Ceremony, other: Ceremony) -> None:
    assert ceremony.public_key != other.public_key
    assert not set(ceremony.shares) & set(other.shares)


def test_shares_do_not_show_when_the_ceremony_is_printed(ceremony: Ceremony) -> None:
    assert not any(word in repr(ceremony) for word in ceremony.shares[0].split() if len(word) > 6)


@pytest.mark.parametrize(
    ("threshold", "holders", "expected"),
    [
        (4, 3, "4 shares cannot be asked of 3 holders"),
        (0, 3, "at least one holder and one share"),
        (2, 17, "17 holders are too many"),
        (1, 3, "each holder alone could open everything"),
    ],
)
def test_numbers_that_cannot_be_split_are_refused(threshold: int, holders: int, expected: str) -> None:
    with pytest.raises(VaultError, match=expected):
        new_recovery(threshold, holders)


def test_too_few_shares_says_how_many_are_missing(ceremony: Ceremony) -> None:
    assert "1 of the 3 shares needed were given; 2 more shares are missing" in refusal(
        [ceremony.shares[0]], ceremony.public_key
    )
    assert "1 more share is missing" in refusal(list(ceremony.shares[:2]), ceremony.public_key)
    assert "no share was given" in refusal([], ceremony.public_key)


def test_a_word_that_is_not_in_the_list_is_named_with_the_nearest(ceremony: Ceremony) -> None:
    meant = next(word for word in WORDLIST if len(word) > 6)
    one, two, three = ceremony.shares[:3]
    wrong = with_word(two, 12, meant[:-1] + "q")
    message = refusal([one, wrong, three], ceremony.public_key)
    assert message == f"share 2, word 12: “{meant[:-1]}q” is not in the list of words; did you mean “{meant}”?"


def test_a_word_whose_start_is_wrong_still_finds_its_nearest(ceremony: Ceremony) -> None:
    assert "“xcademic” is not in the list of words; did you mean “academic”?" in refusal(
        [with_word(ceremony.shares[0], 5, "xcademic")], ceremony.public_key
    )


def test_a_word_near_to_none_is_to_be_read_again(ceremony: Ceremony) -> None:
    message = refusal([with_word(ceremony.shares[0], 5, "12345")], ceremony.public_key)
    assert message.endswith("read this word from the paper again.")


def test_a_wrong_word_of_the_list_is_found_by_the_checksum(ceremony: Ceremony) -> None:
    one, two, three = ceremony.shares[:3]
    word = three.split()[20]
    changed = with_word(three, 21, next(other for other in WORDLIST if other != word))
    assert refusal([one, two, changed], ceremony.public_key).startswith("share 3: a word is wrong")


def test_words_that_changed_places_are_found(ceremony: Ceremony) -> None:
    words = ceremony.shares[0].split()
    first = next(at for at in range(8, 30) if words[at] != words[at + 1])
    words[first], words[first + 1] = words[first + 1], words[first]
    assert "two words changed places" in refusal([" ".join(words)], ceremony.public_key)


def test_a_forgotten_word_is_told_by_the_count(ceremony: Ceremony) -> None:
    short = ceremony.shares[0].rsplit(" ", 1)[0]
    assert "share 1: it has 32 words instead of 33" in refusal([short], ceremony.public_key)


def test_all_wrong_shares_are_told_at_once(ceremony: Ceremony) -> None:
    one, two, three = ceremony.shares[:3]
    message = refusal([with_word(one, 1, "zzzz"), two, three.rsplit(" ", 2)[0]], ceremony.public_key)
    assert [line.split(":")[0] for line in message.splitlines()] == ["share 1, word 1", "share 3"]


def test_the_same_share_twice_is_told_with_both_places(ceremony: Ceremony) -> None:
    one, two = ceremony.shares[:2]
    assert "share 3: it is the same as share 1" in refusal([one, two, one.upper()], ceremony.public_key)


def test_a_share_of_another_vault_is_named(ceremony: Ceremony, other: Ceremony) -> None:
    mixed = [ceremony.shares[0], other.shares[1], ceremony.shares[2]]
    assert refusal(mixed, ceremony.public_key).startswith("share 2: it belongs to another vault")


def test_shares_of_two_vaults_in_equal_numbers_are_told(ceremony: Ceremony, other: Ceremony) -> None:
    assert "were not made together" in refusal([ceremony.shares[0], other.shares[0]], ceremony.public_key)


def test_all_shares_of_another_vault_do_not_open_this_one(ceremony: Ceremony, other: Ceremony) -> None:
    assert "the key of another vault" in refusal(list(other.shares), ceremony.public_key)


def test_shares_of_two_ceremonies_with_one_identifier_are_refused() -> None:
    # Two ceremonies may by chance get the same identifier; the digest inside the secret then tells.
    left, right = new_recovery(2, 2), new_recovery(2, 2)
    read = Share.from_mnemonic(right.shares[1])
    same = Share.from_mnemonic(left.shares[0])
    forged = Share(
        same.identifier, same.extendable, same.iteration_exponent, 0, 1, 1, read.index, 2, read.value
    ).mnemonic()
    assert "do not fit together" in refusal([left.shares[0], forged], left.public_key)
