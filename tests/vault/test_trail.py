"""The trail: whatever is changed in a chain is found, at its first broken row and by its kind."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylon.errors import VaultError
from asylon.vault.trail import (
    START,
    Anchor,
    TrailRow,
    Verdict,
    append_anchor,
    read_anchors,
    row_hash,
    verify,
)

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
AT = "2026-11-21T09:30:00Z"
Chain = list[tuple[TrailRow, bytes]]


def chain_of(rows: list[TrailRow], key: bytes = KEY) -> Chain:
    previous, linked = START, []
    for row in rows:
        previous = row_hash(key, previous, row)
        linked.append((row, previous))
    return linked


def plain_chain(length: int, key: bytes = KEY) -> Chain:
    rows = [
        TrailRow(seq=seq, at=AT, actor=f"user-{seq % 3}", action="case.read", object=f"case-{seq}", detail={"n": seq})
        for seq in range(1, length + 1)
    ]
    return chain_of(rows, key)


def head_of(chain: Chain) -> tuple[int, bytes]:
    return (chain[-1][0].seq, chain[-1][1]) if chain else (0, START)


def found(chain: Chain, **given: Any) -> tuple[str | None, int | None]:
    verdict = verify(chain, KEY, **given)
    return verdict.kind, verdict.seq


TEXT = st.text(max_size=8)
DETAIL = st.dictionaries(TEXT, st.one_of(TEXT, st.integers()), max_size=3)


@st.composite
def chains(draw: st.DrawFn, smallest: int = 1) -> Chain:
    parts = draw(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, st.integers(), DETAIL), min_size=smallest, max_size=7))
    return chain_of([TrailRow(seq, *part) for seq, part in enumerate(parts, start=1)])


def changes_of(row: TrailRow, text: str, number: int) -> list[TrailRow]:
    return [
        replace(row, seq=row.seq + number),
        replace(row, at=row.at + text),
        replace(row, actor=row.actor + text),
        replace(row, action=row.action + text),
        replace(row, object=row.object + text),
        replace(row, count=row.count + number),
        replace(row, detail={**row.detail, "added" + text: number}),
    ]


@given(chains(), st.data())
def test_any_single_edit_is_detected(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    row, stored = chain[at]
    text, number = data.draw(st.text(min_size=1, max_size=4)), data.draw(st.integers(1, 9))
    changed = data.draw(st.sampled_from(changes_of(row, text, number)))
    chain[at] = (changed, stored)
    verdict = verify(chain, KEY)
    assert verdict.seq == row.seq
    # With one row alone there is no other by which to tell a wrong key from a changed row.
    is_alone = len(chain) == 1 and changed.seq == row.seq
    assert verdict.kind == ("wrong key" if is_alone else "edited")


@given(chains(), st.data())
def test_any_changed_hash_is_detected(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    bit = data.draw(st.integers(0, 255))
    row, stored = chain[at]
    changed = int.from_bytes(stored, "big") ^ (1 << bit)
    chain[at] = (row, changed.to_bytes(32, "big"))
    assert verify(chain, KEY).seq == row.seq


@given(chains(smallest=2), st.data())
def test_any_deletion_inside_is_detected(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 2))
    del chain[at]
    assert found(chain) == ("cut inside", at + 1)


@given(chains(smallest=2), st.data())
def test_any_swap_of_rows_is_detected(chain: Chain, data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(chain) - 2))
    two = data.draw(st.integers(one + 1, len(chain) - 1))
    chain[one], chain[two] = chain[two], chain[one]
    assert found(chain) == ("order", one + 1)


@given(chains(smallest=2), st.data())
def test_any_swap_that_keeps_the_numbers_is_detected(chain: Chain, data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(chain) - 2))
    two = data.draw(st.integers(one + 1, len(chain) - 1))
    first, second = chain[one], chain[two]
    chain[one] = (replace(second[0], seq=first[0].seq), second[1])
    chain[two] = (replace(first[0], seq=second[0].seq), first[1])
    verdict = verify(chain, KEY)
    assert verdict.seq == one + 1


@given(chains(), st.data())
def test_any_truncation_is_detected_by_head_or_anchor(chain: Chain, data: st.DataObject) -> None:
    head = head_of(chain)
    kept = data.draw(st.integers(0, len(chain) - 1))
    assert found(chain[:kept], head=head) == ("cut at the end", kept + 1)
    assert found(chain[:kept], anchors=[Anchor(*head, AT)]) == ("cut at the end", kept + 1)


@given(chains())
def test_an_untouched_chain_is_whole(chain: Chain) -> None:
    anchors = [Anchor(row.seq, stored, AT) for row, stored in chain]
    assert verify(iter(chain), KEY, head=head_of(chain), anchors=anchors) == Verdict(rows=len(chain))


@given(st.lists(TEXT, min_size=3, max_size=3), st.lists(TEXT, min_size=3, max_size=3))
def test_rows_that_only_run_together_alike_hash_differently(one: list[str], two: list[str]) -> None:
    rows = [TrailRow(1, AT, parts[0], parts[1], parts[2]) for parts in (one, two)]
    assert (row_hash(KEY, START, rows[0]) == row_hash(KEY, START, rows[1])) == (one == two)


def test_moving_a_letter_between_parts_changes_the_hash() -> None:
    row = TrailRow(1, AT, "ab", "c", "d", detail={"k": "1"})
    others = [
        replace(row, actor="a", action="bc"),
        replace(row, detail={"k": 1}),
        replace(row, detail={"k1": ""}),
        replace(row, detail={}),
    ]
    assert len({row_hash(KEY, START, each) for each in [row, *others]}) == 5


def test_the_order_of_details_does_not_matter() -> None:
    row = TrailRow(1, AT, "a", "b", "c", detail={"x": 1, "y": 2})
    assert row_hash(KEY, START, row) == row_hash(KEY, START, replace(row, detail={"y": 2, "x": 1}))


def test_the_hash_is_the_one_that_was_always_written() -> None:
    # Chains on disk must verify for ever: this value may change only with a new mark of the form.
    row = TrailRow(1, AT, "ana", "case.read", "case-1", 2, {"rows": 7, "why": "bail"})
    content = b"".join(
        kind + len(part).to_bytes(8, "big") + part
        for kind, part in [
            (b"b", b"asylon-trail-1"),
            (b"b", bytes(32)),
            (b"i", b"1"),
            (b"s", AT.encode()),
            (b"s", b"ana"),
            (b"s", b"case.read"),
            (b"s", b"case-1"),
            (b"i", b"2"),
            (b"i", b"2"),
            (b"s", b"rows"),
            (b"i", b"7"),
            (b"s", b"why"),
            (b"s", b"bail"),
        ]
    )
    assert row_hash(KEY, START, row) == hashlib.blake2b(content, digest_size=32, key=KEY).digest()


def test_a_wrong_key_is_told_from_an_edit() -> None:
    chain = plain_chain(5)
    assert verify(chain, OTHER_KEY).kind == "wrong key"
    chain[0] = (replace(chain[0][0], actor="x"), chain[0][1])
    assert found(chain) == ("edited", 1)


def test_a_chain_rewritten_with_the_key_does_not_answer_to_its_anchors() -> None:
    old = plain_chain(6)
    rewritten = chain_of([replace(row, actor="x") if row.seq == 3 else row for row, _ in old])
    assert verify(rewritten, KEY).whole
    anchors = [Anchor(seq, old[seq - 1][1], AT) for seq in (2, 4)]
    assert found(rewritten, anchors=anchors) == ("rewritten", 4)
    assert found(rewritten, head=head_of(old)) == ("rewritten", 6)


def test_a_row_put_in_twice_is_out_of_order() -> None:
    chain = plain_chain(4)
    assert found([*chain[:3], *chain[2:]]) == ("order", 4)


def test_a_row_added_without_the_key_is_found() -> None:
    chain = plain_chain(3)
    forged = TrailRow(4, AT, "x", "y", "z")
    assert found([*chain, (forged, row_hash(OTHER_KEY, chain[-1][1], forged))]) == ("edited", 4)


def test_rows_after_an_older_head_are_whole() -> None:
    chain = plain_chain(5)
    assert verify(chain, KEY, head=head_of(chain[:3])) == Verdict(rows=5)


def test_an_empty_trail_is_whole_only_without_head() -> None:
    assert verify([], KEY, head=(0, START)).whole
    assert found([], head=(1, START)) == ("cut at the end", 1)


def test_the_verdict_speaks_in_one_sentence() -> None:
    chain = plain_chain(3)
    assert verify(chain, KEY).sentence == "The trail is whole: 3 rows."
    assert verify(chain[:1] + chain[2:], KEY).sentence == "Row 2 is missing, though later rows are there."


def test_a_short_key_is_refused() -> None:
    with pytest.raises(VaultError, match="32 bytes"):
        row_hash(b"short", START, TrailRow(1, AT, "a", "b", "c"))


def anchor(seq: int) -> Anchor:
    return Anchor(seq, bytes([seq]) * 32, AT)


def test_anchors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "trail.anchors"
    assert read_anchors(path).anchors == ()
    for seq in (1, 5, 9):
        append_anchor(path, anchor(seq))
    read = read_anchors(path)
    assert read.anchors == (anchor(1), anchor(5), anchor(9))
    assert read.unreadable == ()
    assert path.read_text().splitlines()[1] == f"5 {'05' * 32} {AT}"
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_anchor_is_waited_for_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: waited.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name))
    append_anchor(tmp_path / "trail.anchors", anchor(1))
    assert waited == ["trail.anchors", tmp_path.name]


@settings(max_examples=60)
@given(st.data())
def test_a_torn_last_line_is_reported_and_the_others_stand(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("anchors") / "trail.anchors"
    append_anchor(path, anchor(1))
    first = path.stat().st_size
    append_anchor(path, anchor(2))
    whole = path.stat().st_size
    path.write_bytes(path.read_bytes()[: data.draw(st.integers(first + 1, whole - 2))])
    assert read_anchors(path).anchors == (anchor(1),)
    assert read_anchors(path).unreadable == (2,)
    append_anchor(path, anchor(3))
    assert read_anchors(path).anchors == (anchor(1), anchor(3))
    assert read_anchors(path).unreadable == (2,)


def test_a_line_that_lacks_only_its_end_still_counts(tmp_path: Path) -> None:
    path = tmp_path / "trail.anchors"
    append_anchor(path, anchor(1))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_anchor(path, anchor(2))
    assert read_anchors(path).anchors == (anchor(1), anchor(2))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: replace(one, seq=0),
        lambda one: replace(one, hash=b"short"),
        lambda one: replace(one, at="yesterday"),
        lambda one: replace(one, at="2026-11-21T09:30:00"),
        lambda one: replace(one, at=AT + "\n7"),
    ],
)
def test_an_anchor_that_no_line_can_hold_is_refused(tmp_path: Path, spoil: Callable[[Anchor], Anchor]) -> None:
    path = tmp_path / "trail.anchors"
    with pytest.raises(VaultError, match="an anchor: it needs"):
        append_anchor(path, spoil(anchor(1)))
    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="file of anchors cannot be used"):
        append_anchor(tmp_path / "none" / "trail.anchors", anchor(1))
