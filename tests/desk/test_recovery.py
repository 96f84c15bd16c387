"""A new recovery key while the desk is at work, and sealed files that no row names."""

from __future__ import annotations

import os
import time

import pytest
from django.db import OperationalError

from asylon.desk.models import Case, Organisation
from asylon.desk.services import emergency, leftovers, papers, recovery, trail
from asylon.errors import VaultError
from asylon.vault.sealing import new_pair, unwrap
from tests.desk.cast import Cast, make_case, make_cast
from tests.desk.settings import RECOVERY

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def renew(private: bytes, public: bytes) -> int:
    return recovery.recovery_renew(recovery_private=private, recovery_public=public, threshold=2, holders=3)


def test_every_wrap_is_for_the_new_key(cast: Cast) -> None:
    opened, fresh = make_case(cast.owner), new_pair()
    assert renew(RECOVERY.private, fresh.public) == 1
    assert Organisation.objects.get().recovery_threshold == 2
    other = make_case(cast.owner, title="Afterwards")
    for case in (opened, other):
        wrapped = Case.objects.unwalled("recover").get(pk=case.case.pk).recovery_wrap
        assert unwrap(wrapped, fresh.private) == case.key
        with pytest.raises(VaultError):
            unwrap(wrapped, RECOVERY.private)


def test_one_wrap_that_does_not_open_leaves_all_as_they_were(cast: Cast) -> None:
    opened, other = make_case(cast.owner), make_case(cast.owner, title="Another")
    Case.objects.unwalled("recover").filter(pk=other.case.pk).update(recovery_wrap=b"damaged")
    with pytest.raises(VaultError):
        renew(RECOVERY.private, new_pair().public)
    assert bytes(Organisation.objects.get().recovery_public) == RECOVERY.public
    assert unwrap(Case.objects.unwalled("recover").get(pk=opened.case.pk).recovery_wrap, RECOVERY.private)


@pytest.mark.parametrize(("refusals", "is_done"), [(emergency.TRIES - 1, True), (emergency.TRIES, False)])
def test_store_in_use_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch, refusals: int, is_done: bool) -> None:
    make_case(cast.owner)
    left = [None] * refusals

    def record(*words: str, **more: int) -> None:
        if left:
            left.pop()
            raise OperationalError("deadlock detected")
        trail.record(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(recovery, "record", record)
    fresh = new_pair()
    if is_done:
        assert renew(RECOVERY.private, fresh.public) == 1
    else:
        with pytest.raises(OperationalError):
            renew(RECOVERY.private, fresh.public)
    present = fresh if is_done else RECOVERY
    assert bytes(Organisation.objects.get().recovery_public) == present.public
    assert unwrap(Case.objects.unwalled("recover").get().recovery_wrap, present.private)


def old_leftovers() -> list[str]:
    return [leftover.path.name for leftover in leftovers.leftovers()]


def test_only_old_files_without_a_row_are_left_over(cast: Cast) -> None:
    opened = make_case(cast.owner)
    paper = papers.paper_add(opened=opened, data=b"Plain.", file_name="a.txt", title="")
    path = papers.stored_path(paper.stored)
    long_ago = time.time() - leftovers.LEAST_AGE - 60
    os.utime(path, (long_ago, long_ago))
    papers.paper_remove(opened=opened, paper=paper)
    assert path.name not in old_leftovers(), "it can be brought back"
    paper.delete()
    assert path.name in old_leftovers()
    path.touch()
    assert path.name not in old_leftovers(), "the row of an upload under way is still to come"
    os.utime(path, (long_ago, long_ago))
    leftovers.leftovers_remove([found for found in leftovers.leftovers() if found.path == path])
    assert not path.exists()
