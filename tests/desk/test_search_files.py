"""File numbers: who may read the case finds it by them, and nobody else learns that they are there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from asylon.desk.content import CaseContent, IdentityPaper, Name, PersonContent, ProceedingContent
from asylon.desk.models import IndexKey, Notice, Proceeding
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.people import padded
from asylon.desk.services.cases import case_change, case_delete, case_open
from asylon.desk.services.conflicts import conflict_check
from asylon.desk.services.proceedings import proceeding_change, proceeding_open
from tests.desk.cast import SECRET_NAME, Cast, keyring, make_case, make_cast, make_shared_case, sign_in
from tests.desk.test_conflicts import medians, statements
from tests.desk.test_search import ask, names, plain

pytestmark = pytest.mark.django_db

NUMBER, NONE = "CAS 17/2025", "CAS 99/2021"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def with_file(opened: OpenCase, number: str = NUMBER, kind: str = "appeal") -> Proceeding:
    return proceeding_open(opened=opened, kind=kind, content=ProceedingContent("District Court", "", number))


def found(answer: Any) -> list[tuple[str, list[str]]]:
    return [(hit.heading.called, [file.number for file in hit.files]) for hit in answer.context["found"].cases]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12345-06-26", "12345-06-26"), ("12345-06-26", "12345/06/26"), ("12345-06-26", 'עמ"נ 12345-06-26'),
        ("2a-1234/2024", "2А 1234-2024"), (NUMBER, "cas 17-2025"), (NUMBER, "17/2025"), ("1234-06-26", "1234-06-26"),
    ],
)  # fmt: skip
def test_found_however_the_number_is_written(cast: Cast, number: str, text: str) -> None:
    with_file(make_case(cast.owner), number)
    with_file(make_case(cast.owner, person=PersonContent((Name("Bohdan Kravets"),))), "7/1999")
    answer = ask(sign_in(cast.owner), text)
    assert found(answer) == [(SECRET_NAME, [number])]
    page = answer.content.decode()
    assert "Appeal: District Court" in page
    assert number in page


def test_found_by_the_number_of_the_authority_and_by_several(cast: Cast) -> None:
    opened = case_open(keyring=keyring(cast.owner), jurisdiction="de", content=CaseContent("One", reference="17/2025"))
    with_file(opened)
    with_file(opened, "17-2025", "fine")
    with_file(opened, "to be filed", "other")
    (one,) = found(ask(sign_in(cast.owner), NUMBER))
    assert sorted(one[1]) == ["17-2025", "17/2025", NUMBER]
    case_change(opened=opened, content=CaseContent("One", reference="18/2025"))
    client = sign_in(cast.owner)
    assert found(ask(client, "18/2025")) == [("One", ["18/2025"])]
    assert len(found(ask(client, "17/2025"))[0][1]) == 2, "the proceedings keep theirs"


def test_old_numbers_are_forgotten_and_a_deleted_case_leaves_none(cast: Cast) -> None:
    opened = make_case(cast.owner)
    case_change(opened=opened, content=CaseContent(reference="5/5"))
    row, client = with_file(opened), sign_in(cast.owner)
    proceeding_change(opened=opened, proceeding=row, kind="appeal", content=ProceedingContent(file_number="18/2025"))
    assert found(ask(client, NUMBER)) == []
    assert found(ask(client, "18/2025")) == [(SECRET_NAME, ["18/2025"])]
    case_delete(opened=opened)
    assert not IndexKey.objects.filter(kind=IndexKey.Kind.FILE).exists()


def test_roles(cast: Cast) -> None:
    with_file(make_shared_case(cast))
    seen = {name: len(found(ask(sign_in(getattr(cast, name)), NUMBER))) for name in cast.everybody() if name != "admin"}
    assert seen == {"owner": 1, "colleague": 1, "reader": 1, "interpreter": 0, "stranger": 0, "boss": 0}


def test_not_there_and_not_yours_are_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page, its statements, and what is looked up: no id of a hidden case comes as far as a second query."""
    for _place in range(20):
        with_file(make_case(cast.owner))
    with_file(make_case(cast.stranger, person=PersonContent((Name("Somebody Unlike"),))), "1/1")
    client = sign_in(cast.stranger)
    ask(client, NONE)
    looked_up: list[object] = []

    def noted(ids: Iterable[UUID]) -> list[UUID]:
        known = list(ids)
        looked_up.extend(known)
        return padded(known)

    monkeypatch.setattr("asylon.desk.selectors.search.padded", noted)
    seen = []
    for text in (NUMBER, NONE):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, text)
        seen.append((plain(answer, text), statements(queries)))
    assert seen[0] == seen[1]
    assert looked_up == []
    assert len(found(ask(sign_in(cast.owner), NUMBER))) == 20


def test_time_is_the_same_for_hidden_and_none(cast: Cast) -> None:
    for _place in range(4):
        with_file(make_case(cast.owner))
    client = sign_in(cast.stranger)
    for _attempt in range(3):  # a machine that is busy for a moment is not a leak
        hidden, none = medians(lambda: ask(client, NUMBER), lambda: ask(client, NONE), rounds=15)
        if hidden / none == pytest.approx(1, abs=0.2):
            break
    assert hidden / none == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("asker", ["owner", "stranger"])
def test_a_check_for_conflicts_does_not_meet_file_numbers(cast: Cast, asker: str) -> None:
    with_file(make_case(cast.owner))
    asked = PersonContent((Name("Halyna Kavalčuk"),), papers=(IdentityPaper("file", NUMBER),))
    with CaptureQueriesContext(connection) as queries:
        assert conflict_check(keyring=keyring(getattr(cast, asker)), people=[asked], enquiry=uuid4()) == ()
    assert "desk_indexkey" in "".join(query["sql"] for query in queries)
    assert not Notice.objects.filter(kind=Notice.Kind.POSSIBLE_CONFLICT).exists()


@pytest.mark.parametrize("text", ["A 123 456", "a-123/456", "A123456", "a/123–456", "Bl/2024/77-3", "BL 2024 773"])
def test_numbers_of_people_are_found_with_other_signs_between(cast: Cast, text: str) -> None:
    papers = (IdentityPaper("a_number", "A-123 456"), IdentityPaper("reference", "BL-2024/77/3"))
    make_case(cast.owner, person=PersonContent((Name("Bohdan Kravets"),), papers=papers))
    assert names(ask(sign_in(cast.owner), text)) == ["Bohdan Kravets"]
