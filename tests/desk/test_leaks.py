"""What somebody finds who steals the store, the papers or the logs, and holds no key."""

from __future__ import annotations

import base64
import logging
import re
import secrets
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from asylon.desk import law
from asylon.desk.content import EventContent, PersonContent
from asylon.desk.demo import load_demo
from asylon.desk.democase import families
from asylon.desk.logs import WithoutContent
from asylon.desk.models import Case, Event
from tests.desk.cast import SECRETS, Cast, keyring, make_case, make_cast, sign_in

TODAY = date(2026, 11, 25)
SHORTEST = 5  # a shorter word may stand in any file by chance


def secrets_of(person: PersonContent) -> Iterator[str]:
    for name in person.names:
        yield name.full
        yield from (word for word in re.split(r"[\s\-]+", name.full) if len(word) >= SHORTEST)
    yield from (paper.number for paper in person.papers)
    yield from (contact.value for contact in person.contacts)
    yield from (person.born_wording, person.note, person.safe_contact.code_word, person.safe_contact.never_say)
    if len(person.born) == len("1988-04-17"):
        yield person.born


def demo_secrets() -> set[str]:
    found: set[str] = set()
    for family in families(TODAY):
        for person in family.members:
            found.update(secrets_of(person.content))
        for case in family.cases:
            found.update((*case.notes, case.content.title, case.content.summary, case.content.reference))
            for event in case.events:
                found.update((event.note, event.paper))
    return {secret for secret in found if len(secret) >= SHORTEST and not any(secret in word for word in looked_for())}


@cache
def looked_for() -> set[str]:
    """Return the words that rules look for, such as "certificate": they are readable by design."""
    return {value for tests in law._tests().values() for test in tests for value in test.values}


def shapes(secret: str) -> Iterator[bytes]:
    """Yield a secret as it could lie in a file: UTF-8, UTF-16, escaped JSON, hex, base64 at each offset."""
    plain = secret.encode()
    yield plain
    yield secret.encode("utf-16-le")
    yield secret.encode("utf-16-be")
    yield secret.encode("unicode-escape")
    yield plain.hex().encode()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        yield coded[4 if shift else 0 : -4]


def found_in(data: bytes, wanted: set[str]) -> set[str]:
    return {secret for secret in wanted if any(shape in data for shape in shapes(secret) if len(shape) >= SHORTEST)}


def rows_as_bytes() -> bytes:
    """Return every value of every table, as whoever copies the database sees it."""
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                parts.extend(_bytes(value) for value in row)
    return b"\n".join(parts)


def _bytes(value: Any) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return str(value).encode()


@pytest.fixture
def demo(db: None) -> set[str]:
    wanted = demo_secrets()
    wanted -= found_in(rows_as_bytes(), wanted)  # words of an empty desk, such as "timestamp", say nothing
    load_demo(password=secrets.token_hex(12), today=TODAY)
    assert Case.objects.unwalled("reckon").count() >= 15
    assert len(wanted) > 300
    return wanted


def test_the_search_finds_what_is_there() -> None:
    for secret in ("Мария Савицкая", "+972500000012", "1988-04-17"):
        for shape in shapes(secret):
            assert found_in(b"xx" + shape + b"yy", {secret}) == {secret}, shape


def test_rows_without_keys_tell_nobody_who_they_are(demo: set[str]) -> None:
    data = rows_as_bytes()
    assert b"decision_first_instance" in data  # kinds and dates are readable, by design
    assert found_in(data, demo) == set()


@pytest.mark.django_db(transaction=True)
def test_the_file_of_the_store_tells_nothing_at_all() -> None:
    """On a laptop the whole file is sealed, the readable columns included."""
    if connection.vendor != "sqlite":
        pytest.skip("a server's store is a server: its disk must be encrypted")
    load_demo(password=secrets.token_hex(12), today=TODAY)
    place = Path(str(connection.settings_dict["NAME"]))
    data = b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*"))
    assert len(data) > 100_000
    assert found_in(data, demo_secrets()) == set()
    for word in (b"decision_first_instance", b"desk_case", b"SQLite format", b"Noa Harel"):
        assert word not in data


def test_free_text_of_events_is_sealed_and_the_law_still_reads_its_values(db: None) -> None:
    from asylon.desk.services.events import EventDraft, event_add

    cast = make_cast()
    opened = make_case(cast.owner, jurisdiction="ru")
    details = {
        "document": "certificate of Maryna Zaslaŭskaja",
        "place": "Hrodna gate",
        "until": "2027-03-01",
        "by": "Sgt. Ivanou",
    }
    event_add(opened=opened, draft=EventDraft("document_issued", "2026-03-01", details, note="Room 12, Zaslaŭskaja"))
    data = rows_as_bytes()
    assert found_in(data, {*SECRETS, "Hrodna gate", "Ivanou", "Room 12"}) == set()
    event = Event.objects.visible_to(cast.owner).get(name="document_issued")
    assert event.details["until"] == "2027-03-01"
    assert opened.unseal(event, EventContent).details == {
        "document": details["document"],
        "place": details["place"],
        "by": details["by"],
    }


def test_equal_names_do_not_look_equal_without_the_key_of_the_index(db: None) -> None:
    from asylon.vault.index import BlindIndex

    name = SECRETS[0]
    one, other = (BlindIndex(secrets.token_bytes(32)).name_keys(name) for _ in range(2))
    assert one
    assert not one & other
    assert not any(name.split()[0].lower().encode()[:4] in key for key in one)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def everything_logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what the desk's handlers would have written."""
    plain = logging.Formatter()
    written = []
    for record in caplog.records:
        copy = logging.makeLogRecord(record.__dict__.copy())
        assert WithoutContent().filter(copy)
        written.append(plain.format(copy))
    return "\n".join(written)


def test_every_handler_drops_content() -> None:
    logging_settings: Any = settings.LOGGING
    handlers = logging_settings["handlers"]
    assert handlers
    assert all(handler["filters"] == ["plain"] for handler in handlers.values())
    assert logging_settings["filters"]["plain"]["()"] == "asylon.desk.logs.WithoutContent"


def test_logs_hold_no_content(cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    client.raise_request_exception = False

    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ValueError(f"cannot show {SECRETS[0]} {SECRETS[1]}")

    with caplog.at_level(logging.DEBUG):
        client.get(f"/cases/{opened.case.pk}")
        client.post("/search", {"q": SECRETS[0]})
        client.get(f"/nowhere/{SECRETS[1]}")
        Client().post("/sign-in", {"login": SECRETS[0], "password": SECRETS[0]})
        monkeypatch.setattr("asylon.desk.selectors.cases.load", breaks)
        assert client.get(f"/cases/{opened.case.pk}").status_code == 500
        logging.getLogger("asylon").error("could not save %s", SECRETS[0])
    text = everything_logged(caplog)
    assert "ValueError" in text
    assert "line" in text
    assert (
        found_in(text.encode(), {*SECRETS, *(word for name in SECRETS for word in name.split() if len(word) > 5)})
        == set()
    )


def test_error_pages_hold_no_content(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    client.raise_request_exception = False

    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ValueError(f"cannot show {SECRETS[0]}")

    monkeypatch.setattr("asylon.desk.selectors.cases.load", breaks)
    answer = client.get(f"/cases/{opened.case.pk}")
    assert answer.status_code == 500
    assert found_in(answer.content, set(SECRETS)) == set()


def test_no_key_or_secret_shows_in_a_representation(cast: Cast) -> None:
    opened = make_case(cast.owner)
    ring = keyring(cast.owner)
    texts = " ".join(repr(thing) for thing in (opened, ring, settings.DATABASES, *apps.get_app_configs()))
    for key in (opened.key, ring.private):
        assert key.hex() not in texts
        assert repr(key)[2:-1] not in texts
    assert found_in(texts.encode(), set(SECRETS)) == set()
