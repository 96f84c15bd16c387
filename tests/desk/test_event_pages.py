"""Events on the pages of a case: added, changed, removed and brought back, confirmed; proceedings."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from asylon.desk.content import EventContent, ProceedingContent
from asylon.desk.models import Event, EventVersion, Notice, Proceeding, User
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.events import EventDraft, event_add, event_change
from asylon.desk.services.papers import paper_add
from tests.desk.cast import Cast, make_case, make_cast, make_shared_case, reopen, share, sign_in

pytestmark = pytest.mark.django_db

GETS = ("event_add", "event", "event_edit", "proceeding_add")
POSTS = ("event_remove", "event_restore", "event_undo", "event_confirm")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def address(name: str, opened: OpenCase, **ids: Any) -> str:
    wanted = {"case": opened.case.pk, **ids}
    return reverse(name, kwargs=wanted)


def event_of(user: User, name: str = "lodged") -> Event:
    return Event.objects.visible_to(user).get(name=name)


def add(client: Client, opened: OpenCase, name: str, **given: str) -> Any:
    typed = {key.replace("d_", "d-"): value for key, value in given.items()}
    return client.post(address("event_add", opened), {"event": name, "shown": name, **typed})


def edited(event: Event, **given: str) -> dict[str, str]:
    return {"version": str(event.version), "on": event.on, "d-procedure": "asylum", "note": "By hand, room 5."} | given


def test_roles_on_every_page_and_button(cast: Cast) -> None:
    opened = make_shared_case(cast)
    event = event_of(cast.owner)
    ids = {name: {"event": event.pk} if name not in ("event_add", "proceeding_add") else {} for name in GETS}
    seen: dict[str, list[int]] = {}
    pressed: dict[str, list[int]] = {}
    for name, user in cast.everybody().items():
        client = sign_in(user)
        seen[name] = [client.get(address(page, opened, **ids[page])).status_code for page in GETS]
        pressed[name] = [client.post(address(button, opened, event=event.pk)).status_code for button in POSTS]
        assert {client.get(address(button, opened, event=event.pk)).status_code for button in POSTS} == {405}
    assert seen == {
        "owner": [200] * 4,
        "colleague": [200] * 4,
        "reader": [403, 200, 403, 403],
        "interpreter": [403] * 4,
        **{name: [404] * 4 for name in ("stranger", "boss", "admin")},
    }
    assert pressed == {
        **{name: [302] * 4 for name in ("owner", "colleague")},
        **{name: [403] * 4 for name in ("reader", "interpreter")},
        **{name: [404] * 4 for name in ("stranger", "boss", "admin")},
    }


def test_event_of_another_case_is_not_there(cast: Cast) -> None:
    opened = make_case(cast.owner)
    mine = event_of(cast.owner)
    other = make_case(cast.stranger)
    client = sign_in(cast.stranger)
    for name in ("event", "event_edit"):
        assert client.get(address(name, other, event=mine.pk)).status_code == 404
    for name in POSTS:
        assert client.post(address(name, other, event=mine.pk)).status_code == 404
    assert event_of(cast.owner).removed_at is None
    assert opened.case.pk != other.case.pk


def test_choice_of_events_is_grouped_and_leads_to_the_form(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    page = client.get(address("event_add", opened)).content.decode()
    assert '<optgroup label="Detention">' in page
    assert '<option value="hearing">Hearing</option>' in page
    form = client.get(address("event_add", opened) + "?event=detention_started").content.decode()
    assert 'name="d-ordered_by"' in form
    assert 'name="d-outcome"' not in form, "only the details that this event has"
    assert add(client, opened, "picnic", on="2026-11-02").context["form"]["event"].value() == ""


def test_an_event_is_not_added_before_its_details_were_asked(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    typed = {"on": "2026-11-02", "note": "By hand.", "d-procedure": "asylum", "d-place": "Lod"}
    page = client.post(address("event_add", opened), {"event": "hearing", "shown": "", **typed})
    form = page.context["form"]
    assert "Nothing was added yet" in page.content.decode()
    assert (form["on"].value(), form["note"].value(), form["d-place"].value()) == ("2026-11-02", "By hand.", "Lod")
    assert (form["event"].value(), form["shown"].value()) == ("hearing", "hearing")
    asked = client.post(address("event_add", opened), {"event": "hearing", "shown": "hearing", "act": "ask", **typed})
    assert asked.status_code == 200
    assert not Event.objects.visible_to(cast.owner).filter(name="hearing").exists()
    assert add(client, opened, "hearing", on="2026-11-02").status_code == 302


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("24.3.2026", "2026-03-24"),
        ("1.3.2026/15.3.2026", "2026-03-01/2026-03-15"),
        ("before 3.2026", "before 2026-03"),
        ("לפני 24.03.2026", "before 2026-03-24"),
        ("2026-03", "2026-03"),
    ],
)
def test_dates_with_dots_are_taken_day_first(cast: Cast, typed: str, kept: str) -> None:
    opened = make_case(cast.owner)
    assert add(sign_in(cast.owner), opened, "hearing", on=typed).status_code == 302
    assert event_of(cast.owner, "hearing").on == kept


@pytest.mark.parametrize("typed", ["24/3/2026", "31.4.2026", "3/24/2026"])
def test_dates_that_could_be_misread_are_refused(cast: Cast, typed: str) -> None:
    form = add(sign_in(cast.owner), make_case(cast.owner), "hearing", on=typed).context["form"]
    assert list(form.errors) == ["on"]


def test_no_event_chosen_is_said_at_the_choice(cast: Cast) -> None:
    opened = make_case(cast.owner)
    form = add(sign_in(cast.owner), opened, "", on="2026-11-02").context["form"]
    assert list(form.errors) == ["event"]


def test_procedure_of_a_new_event_is_preselected_and_may_be_taken_away(cast: Cast) -> None:
    client = sign_in(cast.owner)

    def chosen(opened: OpenCase, name: str) -> str:
        form = client.get(address("event_add", opened) + f"?event={name}").context["form"]
        return str(form["d-procedure"].value() or "")

    opened = make_case(cast.owner, jurisdiction="ru")
    assert chosen(opened, "lodged") == "refugee_status"
    assert chosen(opened, "decision_first_instance") == "asylum", "what the last application asked for"
    event_add(opened=opened, draft=EventDraft("lodged", "2025-03-04", {"procedure": "temporary_asylum"}))
    assert chosen(opened, "decision_first_instance") == "temporary_asylum"
    assert chosen(opened, "hearing") == ""
    add(client, opened, "decision_first_instance", on="2025-06-04", d_procedure="")
    row = event_of(cast.owner, "decision_first_instance")
    assert "procedure" not in row.details
    form = client.get(address("event_edit", opened, event=row.pk)).context["form"]
    assert form["d-procedure"].value() == "", "only a new event is guessed at"
    assert chosen(make_case(cast.owner, jurisdiction="de"), "lodged") == "asylum"


def test_added_event_is_sealed_as_far_as_no_rule_asks(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    answer = add(
        client, opened, "decision_first_instance",
        on="2026-11-02", d_outcome="rejected", d_body="Unit of Salome Street", wording="“life there is fine”",
        paper_note="Decision 114", note="She wept.",
    )  # fmt: skip
    event = event_of(cast.owner, "decision_first_instance")
    assert answer.headers["Location"] == f"{address('case', opened)}#event-{event.pk}"
    assert event.details == {"outcome": "rejected"}
    content: EventContent = opened.unseal(event, EventContent)
    assert (content.note, content.paper_note, content.details["body"]) == (
        "She wept.", "Decision 114", "Unit of Salome Street",
    )  # fmt: skip
    page = client.get(address("case", opened)).content.decode()
    for words in ("Unit of Salome Street", "life there is fine", "Decision 114", "She wept.", "The event was added."):
        assert words in page


def test_every_fault_is_said_at_its_field_and_what_was_typed_stays(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    answer = add(
        client, opened, "term_extended", on="next week", time="25:99", d_months="six", d_until="soon", note="Kept text",
    )  # fmt: skip
    assert answer.status_code == 200
    page = answer.content.decode()
    for words in ("is not a date", "is not a time of day", "is not a whole number", "Kept text", 'value="next week"'):
        assert words in page, words
    assert page.count('aria-invalid="true"') == 4
    assert Event.objects.visible_to(cast.owner).count() == 1


def test_earlier_decisions_are_offered_as_the_law_reads_them(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    add(client, opened, "decision_first_instance", on="2026-11-02", d_outcome="rejected")
    form = client.get(address("event_add", opened) + "?event=notification").content.decode()
    assert (
        '<option value="decision of 2026-11-02">Decision at first instance, 2 November 2026 (Rejected)</option>' in form
    )
    assert add(client, opened, "notification", on="2026-11-10", d_of="decision of 2026-11-02").status_code == 302
    assert event_of(cast.owner, "notification").details["of"] == "decision of 2026-11-02"
    assert add(client, opened, "notification", on="2026-11-10", d_of="decision of 1999-01-01").status_code == 200


def test_term_that_a_notice_extends_is_chosen_from_those_of_the_case(cast: Cast) -> None:
    opened = make_case(cast.owner, jurisdiction="ru")
    form = sign_in(cast.owner).get(address("event_add", opened) + "?event=term_extended").content.decode()
    options = form[form.index('name="d-of"') : form.index("</select>", form.index('name="d-of"'))]
    assert options.count("<option") > 1
    assert "(RU-" in options


def test_paper_shows_an_event(cast: Cast) -> None:
    opened = make_case(cast.owner)
    paper = paper_add(opened=opened, data=b"Refused.", file_name="scan.txt", title="Decision 114")
    client = sign_in(cast.owner)
    add(client, opened, "decision_first_instance", on="2026-11-02", paper=str(paper.pk))
    event = event_of(cast.owner, "decision_first_instance")
    paper.refresh_from_db()
    assert paper.event_id == event.pk
    assert address("paper", opened, paper=paper.pk) in client.get(address("case", opened)).content.decode()
    client.post(address("event_edit", opened, event=event.pk), {"version": "1", "on": "2026-11-02", "paper": ""})
    paper.refresh_from_db()
    assert paper.event_id is None


def test_change_keeps_the_old_date_and_shows_it_struck_through(cast: Cast) -> None:
    opened = make_shared_case(cast)
    event = event_of(cast.owner)
    client = sign_in(cast.colleague)
    answer = client.post(address("event_edit", opened, event=event.pk), edited(event, on="2024-03-05"))
    assert answer.status_code == 302
    page = client.get(address("case", opened)).content.decode()
    assert "1 earlier date" in page
    struck = page[page.index("1 earlier date") :]
    assert "<del>" in struck
    assert "4 March 2024" in struck[: struck.index("</details>")]
    history = client.get(address("event", opened, event=event.pk)).content.decode()
    assert "How it stood before" in history
    assert history.count("By hand, room 5.") == 2


def test_change_of_somebody_else_keeps_what_was_typed(cast: Cast) -> None:
    opened = make_shared_case(cast)
    event = event_of(cast.owner)
    draft = EventDraft("lodged", "2024-03-09", {"procedure": "asylum"}, note="By the other.")
    event_change(opened=reopen(opened, cast.colleague), event=event, draft=draft, version=1)
    client = sign_in(cast.owner)
    typed = edited(event, on="2024-03-07", note="By me, at length.")
    answer = client.post(address("event_edit", opened, event=event.pk), typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    for words in ("Somebody changed this event meanwhile", "By me, at length.", 'value="2024-03-07"', "By the other."):
        assert words in page, words
    assert 'name="version" value="2"' in page
    assert event_of(cast.owner).on == "2024-03-09"
    assert client.post(address("event_edit", opened, event=event.pk), typed | {"version": "2"}).status_code == 302
    assert event_of(cast.owner).on == "2024-03-07"


def test_undo_takes_the_last_change_back_once_more_brings_it_again(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event = event_of(cast.owner)
    client = sign_in(cast.owner)
    nothing = client.post(address("event_undo", opened, event=event.pk), follow=True).content.decode()
    assert "there is nothing to undo" in nothing
    client.post(address("event_edit", opened, event=event.pk), edited(event, on="2024-03-05", note="Changed."))
    client.post(address("event_undo", opened, event=event.pk))
    event = event_of(cast.owner)
    assert (event.on, opened.unseal(event, EventContent).note) == ("2024-03-04", "By hand, room 5.")
    assert EventVersion.objects.visible_to(cast.owner).filter(event=event).count() == 2


def test_removed_event_stands_apart_and_comes_back(cast: Cast) -> None:
    opened = make_shared_case(cast)
    event = event_of(cast.owner)
    client = sign_in(cast.colleague)
    for _twice in range(2):
        assert client.post(address("event_remove", opened, event=event.pk)).status_code == 302
    page = client.get(address("case", opened)).content.decode()
    assert f'id="event-{event.pk}"' not in page
    assert "Removed events" in page
    assert address("event_restore", opened, event=event.pk) in page
    assert "Nothing is recorded yet" in page
    for _twice in range(2):
        client.post(address("event_restore", opened, event=event.pk))
    page = client.get(address("case", opened)).content.decode()
    assert f'id="event-{event.pk}"' in page
    assert "Removed events" not in page


def notified(opened: OpenCase) -> Event:
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11-02", {"outcome": "rejected"}))
    details = {"of": "decision_first_instance", "mode": "received"}
    return event_add(opened=opened, draft=EventDraft("notification", "2026-11-10", details))


def test_second_person_confirms_on_the_page(cast: Cast) -> None:
    opened = make_shared_case(cast)
    event = notified(opened)
    page = address("event", opened, event=event.pk)
    button = address("event_confirm", opened, event=event.pk)
    mine = sign_in(cast.owner)
    assert "You recorded it yourself" in mine.get(page).content.decode()
    assert "somebody else must compare" in mine.post(button, {"version": "1"}, follow=True).content.decode()
    assert event_of(cast.owner, "notification").confirmed_at is None
    other = sign_in(cast.colleague)
    assert "I read" in other.get(page).content.decode()
    assert "Somebody changed this event" in other.post(button, {"version": "7"}, follow=True).content.decode()
    other.post(button, {"version": "1"})
    event.refresh_from_db()
    assert event.confirmed_by == cast.colleague
    when = event.confirmed_at
    other.post(button, {"version": "1"})
    event.refresh_from_db()
    assert event.confirmed_at == when, "once is enough"
    for row in Event.objects.visible_to(cast.owner).filter(is_critical=True, confirmed_at__isnull=True):
        assert Notice.objects.filter(kind=Notice.Kind.TO_CONFIRM, case=opened.case).exists()
        other.post(address("event_confirm", opened, event=row.pk), {"version": "1"})
    assert not Notice.objects.filter(kind=Notice.Kind.TO_CONFIRM, case=opened.case).exists()
    assert "date confirmed by Colleague" in mine.get(address("case", opened)).content.decode()


def test_a_date_is_critical_whichever_event_was_entered_first(cast: Cast) -> None:
    opened = make_case(cast.owner, jurisdiction="ru")
    share(opened, cast.colleague, "member")
    late = event_add(opened=opened, draft=EventDraft("removal", "2026-11-10"))
    assert not late.is_critical
    order = event_add(opened=opened, draft=EventDraft("expulsion_order", "2026-11-02"))
    late = event_of(cast.owner, "removal")
    assert late.is_critical, "the term back into the country starts with a removal that follows an order"
    assert Notice.objects.filter(user=cast.colleague, kind=Notice.Kind.TO_CONFIRM).count() == 1
    sign_in(cast.owner).post(address("event_remove", opened, event=order.pk))
    assert not event_of(cast.owner, "removal").is_critical


def test_proceedings_are_sealed_and_follow_each_other_without_a_circle(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    given = {"kind": "first_instance", "forum": "Unit of Salome Street", "judge": "", "file_number": "7/26"}
    assert client.post(address("proceeding_add", opened), given).status_code == 302
    first = Proceeding.objects.visible_to(cast.owner).get()
    assert b"Salome" not in bytes(first.sealed or b"")
    assert opened.unseal(first, ProceedingContent).file_number == "7/26"
    client.post(address("proceeding_add", opened), {"kind": "appeal", "follows": str(first.pk)})
    second = Proceeding.objects.visible_to(cast.owner).get(kind="appeal")
    assert second.follows_id == first.pk
    edit = address("proceeding_edit", opened, proceeding=first.pk)
    answer = client.post(edit, given | {"follows": str(second.pk)})
    assert "cannot follow itself" in answer.content.decode()
    assert client.post(edit, given | {"forum": "Elsewhere"}).status_code == 302
    assert "Elsewhere" in client.get(address("case", opened)).content.decode()
    other = make_case(cast.stranger)
    stranger = sign_in(cast.stranger)
    assert stranger.get(address("proceeding_edit", other, proceeding=first.pk)).status_code == 404
