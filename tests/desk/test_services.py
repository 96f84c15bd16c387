from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from asylon.desk.content import EventContent, PersonContent
from asylon.desk.models import BoardItem, Case, Event, EventVersion, Notice, Person, TrailRow, UnwalledQueryError
from asylon.desk.selectors.cases import headings, open_case
from asylon.desk.services.events import EventDraft, event_add, event_change, event_confirm, event_undo
from asylon.desk.services.memberships import bar_set, glass_break, membership_take
from asylon.desk.services.reckoning import reckon_all
from asylon.desk.services.trail import core_row, trail_key
from asylon.vault.trail import verify
from tests.desk.cast import SECRET_NAME, Cast, keyring, make_case, make_cast, make_shared_case, reopen

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_unwalled_queries_raise(cast: Cast) -> None:
    with pytest.raises(UnwalledQueryError):
        Case.objects.all()
    with pytest.raises(UnwalledQueryError):
        make_case(cast.owner).case.events.all()
    with pytest.raises(UnwalledQueryError):
        Case.objects.unwalled("because")


def test_stranger_sees_nothing_reader_may_not_write(cast: Cast) -> None:
    opened = make_shared_case(cast)
    for user in (cast.stranger, cast.boss, cast.admin):
        with pytest.raises(Http404):
            open_case(keyring(user), opened.case.pk)
        assert not Person.objects.visible_to(user).exists()
        assert headings(keyring(user), [opened.case.pk]) == {}
    assert headings(keyring(cast.reader), [opened.case.pk])[opened.case.pk].called == SECRET_NAME
    with pytest.raises(PermissionDenied):
        open_case(keyring(cast.reader), opened.case.pk, "write")
    with pytest.raises(PermissionDenied):
        open_case(keyring(cast.interpreter), opened.case.pk)
    assert open_case(keyring(cast.interpreter), opened.case.pk, "card").may("card")


def test_change_keeps_old_date_and_undo_brings_it_back(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event = Event.objects.visible_to(cast.owner).get()
    event = event_change(opened=opened, event=event, draft=EventDraft("lodged", "2024-03-05"), version=1)
    assert event.on == "2024-03-05"
    assert [old.on for old in EventVersion.objects.visible_to(cast.owner).filter(event=event)] == ["2024-03-04"]
    with pytest.raises(ValidationError):
        event_change(opened=opened, event=event, draft=EventDraft("lodged", "2024-03-06"), version=1)
    event_undo(opened=opened, event=event)
    event = Event.objects.visible_to(cast.owner).get()
    assert (event.on, event.version) == ("2024-03-04", 3)
    assert opened.unseal(event, EventContent).note == "By hand, room 5."


def test_faults_name_what_is_wrong_and_nothing_is_saved(cast: Cast) -> None:
    opened = make_case(cast.owner)
    with pytest.raises(ValidationError) as error:
        event_add(opened=opened, draft=EventDraft("lodged", "31 March", {"procedure": "asylumm"}))
    text = " ".join(error.value.messages)
    assert "not a date" in text
    assert "asylumm" in text
    assert Event.objects.visible_to(cast.owner).count() == 1


def test_second_person_confirms_a_critical_date(cast: Cast) -> None:
    opened = make_shared_case(cast)
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11-02", {"outcome": "rejected"}))
    draft = EventDraft("notification", "2026-11-10", {"of": "decision_first_instance", "mode": "received"})
    event = event_add(opened=opened, draft=draft)
    assert event.is_critical
    assert Notice.objects.filter(user=cast.colleague, kind="to_confirm").count() == 1
    with pytest.raises(ValidationError):
        event_confirm(opened=opened, event=event, version=1)
    event_confirm(opened=reopen(opened, cast.colleague), event=event, version=1)
    changed = EventDraft("notification", "2026-11-11", {"of": "decision_first_instance", "mode": "received"})
    event = event_change(opened=opened, event=event, draft=changed, version=1)
    assert event.confirmed_at is None


def test_broken_glass_opens_for_reading_and_tells_the_leads(cast: Cast) -> None:
    opened = make_shared_case(cast)
    boss = keyring(cast.boss)
    assert glass_break(keyring=boss, number="222-222", reason="She was detained an hour ago.") is None
    assert glass_break(keyring=boss, number=opened.case.number, reason="She was detained an hour ago.") is not None
    assert open_case(boss, opened.case.pk).content.title
    with pytest.raises(PermissionDenied):
        open_case(boss, opened.case.pk, "write")
    assert Notice.objects.filter(user=cast.owner, kind="glass_broken", about=cast.boss).count() == 1
    bar_set(opened=opened, user=cast.boss)
    with pytest.raises(Http404):
        open_case(boss, opened.case.pk)
    assert glass_break(keyring=boss, number=opened.case.number, reason="She was detained an hour ago.") is None


def test_taken_membership_ends_at_once(cast: Cast) -> None:
    opened = make_shared_case(cast)
    membership_take(opened=opened, user=cast.colleague)
    with pytest.raises(Http404):
        open_case(keyring(cast.colleague), opened.case.pk)


def test_reckoning_one_and_all_agree(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11-02", {"outcome": "rejected"}))
    event_add(
        opened=opened,
        draft=EventDraft("notification", "2026-11-10", {"of": "decision_first_instance", "mode": "received"}),
    )

    def lines() -> list[tuple[object, ...]]:
        rows = BoardItem.objects.visible_to(cast.owner)
        return sorted(rows.values_list("section", "day", "rule", "step", "standing", "trigger"), key=str)

    alone = lines()
    assert alone
    assert reckon_all(is_forced=True) == 1
    assert lines() == alone
    assert reckon_all() == 0


def test_trail_is_whole_and_has_no_content(cast: Cast) -> None:
    make_shared_case(cast)
    rows = [(core_row(row), bytes(row.hash)) for row in TrailRow.objects.order_by("seq")]
    assert len(rows) > 10
    assert verify(rows, trail_key()).whole
    text = " ".join(str(row) for row, _hash in rows)
    assert SECRET_NAME not in text


def test_person_content_round_trip(cast: Cast) -> None:
    from asylon.desk.content import dump, load
    from tests.desk.cast import person_content

    content = person_content()
    assert load(PersonContent, dump(content)) == content
