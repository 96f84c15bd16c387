"""The list of cases, the page of one, its facts and card, and what would follow if something happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from asylon.desk.content import Name, PersonContent, SafeContact, SpokenLanguage
from asylon.desk.models import Case, Team, TrailRow
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.services.cases import case_close
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.proceedings import proceeding_open
from tests.desk.cast import (
    SECRET_BORN,
    SECRET_NAME,
    SECRET_NUMBER,
    SECRET_PHONE,
    SECRET_TITLE,
    Cast,
    make_case,
    make_cast,
    make_shared_case,
    person_content,
    share,
    sign_in,
)

pytestmark = pytest.mark.django_db

PAGES = ("case", "case_facts", "case_edit", "whatif")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def address(name: str, opened: OpenCase) -> str:
    return reverse(name, kwargs={"case": opened.case.pk})


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def rejected(opened: OpenCase, *, notified: str = "2026-11-10") -> None:
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11-02", {"outcome": "rejected"}))
    details = {"of": "decision_first_instance", "mode": "received"}
    event_add(opened=opened, draft=EventDraft("notification", notified, details))


def test_roles_on_every_page(cast: Cast) -> None:
    opened = make_shared_case(cast)
    pages = [address(page, opened) for page in (*PAGES, "case_card")]
    seen = {}
    for name, user in cast.everybody().items():
        client = sign_in(user)
        seen[name] = [client.get(page).status_code for page in pages]
    assert seen == {
        "owner": [200] * 5,
        "colleague": [200] * 5,
        "reader": [200, 403, 403, 200, 200],
        "interpreter": [403] * 4 + [200],
        "stranger": [404] * 5,
        "boss": [404] * 5,
        "admin": [404] * 5,
    }


def test_list_shows_only_what_one_may_see(cast: Cast) -> None:
    opened = make_shared_case(cast)
    make_case(cast.stranger, title="Of the other team", person=person_content("Somebody Else"))
    mine = text(sign_in(cast.owner), "/cases")
    assert SECRET_NAME in mine
    assert opened.case.number in mine
    assert "Somebody Else" not in mine
    assert "Of the other team" not in mine
    theirs = text(sign_in(cast.stranger), "/cases")
    assert "Somebody Else" in theirs
    assert SECRET_NAME not in theirs
    assert opened.case.number not in theirs
    assert "No open case yet" in text(sign_in(cast.admin), "/cases")


def test_interpreter_finds_only_the_card_in_the_list(cast: Cast) -> None:
    opened = make_shared_case(cast)
    other = make_case(cast.owner, person=person_content("Hidden Person"))
    page = text(sign_in(cast.interpreter), "/cases")
    assert address("case_card", opened) in page
    assert f'href="{address("case", opened)}"' not in page
    assert SECRET_NAME in page, "the card says how to call the person"
    assert SECRET_TITLE not in page
    assert "Mar 2024" not in page, "since when the person waits is nothing of the card"
    assert other.case.number not in page
    assert "Hidden Person" not in page
    assert TrailRow.objects.get(action="cases.read", actor="interpreter").count == 1


def test_list_of_cards_shows_the_next_appointment_and_nothing_else_that_is_due(cast: Cast) -> None:
    opened, today = make_shared_case(cast), timezone.localdate()
    later, sooner = today + timedelta(days=20), today + timedelta(days=9)
    for name, day in (("hearing", later), ("interview_summoned", sooner), ("hearing", today - timedelta(days=3))):
        event_add(opened=opened, draft=EventDraft(name, day.isoformat()))
    event_add(opened=opened, draft=EventDraft("hearing", str(today.year + 1)))
    decided = EventDraft("decision_first_instance", (today - timedelta(days=2)).isoformat(), {"outcome": "rejected"})
    event_add(opened=opened, draft=decided)
    page = text(sign_in(cast.interpreter), "/cases")
    assert f'datetime="{sooner.isoformat()}"' in page
    assert page.count("<time") == 1


def test_list_of_cards_costs_the_same_for_many(cast: Cast) -> None:
    costs: list[int] = []
    for _more in range(2):
        share(make_case(cast.owner), cast.interpreter, "interpreter")
        share(make_case(cast.owner), cast.interpreter, "accompanier")
        client = sign_in(cast.interpreter)
        with CaptureQueriesContext(connection) as asked:
            assert text(client, "/cases").count(SECRET_NAME) == 2 * (1 + len(costs))
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_who_interprets_is_offered_no_intake(cast: Cast) -> None:
    make_shared_case(cast)
    for address in ("/cases", "/board", "/people"):
        assert 'href="/intake"' not in text(sign_in(cast.interpreter), address)
        assert 'href="/intake"' in text(sign_in(cast.reader), address)


def test_list_is_filtered_by_country_team_and_state(cast: Cast) -> None:
    here = make_case(cast.owner)
    there = make_case(cast.owner, jurisdiction="ru", title="There", person=person_content("Other Name"))
    other = Team.objects.create(name="Second")
    Case.objects.unwalled("write").filter(pk=there.case.pk).update(team=other)
    client = sign_in(cast.owner)

    def numbers(query: str) -> set[str]:
        page = text(client, f"/cases?{query}")
        return {opened.case.number for opened in (here, there) if opened.case.number in page}

    assert numbers("") == {here.case.number, there.case.number}
    assert numbers("country=ru") == {there.case.number}
    assert numbers(f"team={other.pk}") == {there.case.number}
    case_close(opened=here)
    assert numbers("") == {there.case.number}
    assert numbers("state=closed") == {here.case.number}
    assert numbers("state=all") == {here.case.number, there.case.number}
    assert numbers("country=xx&team=abc") == {there.case.number}, "what is not understood is left out"


def test_list_is_paged_and_costs_the_same_for_many(cast: Cast) -> None:
    make_case(cast.owner)
    client = sign_in(cast.owner)
    client.get("/cases")
    counts = []
    for more in (2, 52):
        for _ in range(more):
            make_case(cast.owner)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/cases")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    page = text(client, "/cases")
    assert page.count("data-row") == 50
    assert text(client, "/cases?page=2").count("data-row") == 5


def test_page_of_a_case_costs_the_same_for_many_events_and_cases(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    client.get(address("case", opened))
    counts = []
    for year in (2001, 2012):
        for number in range(1, 10):
            event_add(
                opened=opened, draft=EventDraft("evidence_submitted", f"{year}-{number:02}-03", {"kind": "document"})
            )
            make_case(cast.owner)
        with CaptureQueriesContext(connection) as queries:
            client.get(address("case", opened))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_page_shows_people_timeline_duties_rights_and_bodies(cast: Cast) -> None:
    opened = make_shared_case(cast)
    rejected(opened)
    page = text(sign_in(cast.reader), address("case", opened))
    assert page.count("<title>Case · Asylon</title>") == 1
    for words in (SECRET_NAME, SECRET_TITLE, "She waits.", "By hand, room 5.", "recorded by Owner", "Rights today"):
        assert words in page
    assert "Application lodged" in page
    assert "4 March 2024" in page
    assert "Rejected" in page
    assert "Starts with: " in page, "each duty opens into its reckoning"
    assert "What follows if it is missed:" in page
    assert "date not confirmed by a second person" in page
    assert "Internal" in page or "appeal" in page.lower()
    assert "HRC" in page
    assert "Add an event" not in page, "a reader changes nothing"
    assert "Add an event" in text(sign_in(cast.colleague), address("case", opened))


def test_lanes_follow_the_proceedings(cast: Cast) -> None:
    opened = make_case(cast.owner)
    rejected(opened)
    event_add(opened=opened, draft=EventDraft("appeal_lodged", "2026-11-20", {"against": "decision of 2026-11-02"}))
    event_add(opened=opened, draft=EventDraft("detention_started", "2026-11-21", {"time": "06:40"}))
    client = sign_in(cast.owner)
    page = text(client, address("case", opened))
    legend = page[page.index('class="legend"') : page.index("</ul>", page.index('class="legend"'))]
    assert [name in legend for name in ("First instance", "Appeal", "Detention", "Expulsion")] == [
        True,
        True,
        True,
        False,
    ]
    assert "06:40" in page
    proceeding_open(opened=opened, kind="appeal")
    again = text(client, address("case", opened))
    assert again.count('class="lane n') == page.count('class="lane n'), "the derived lane is now that of the proceeding"


def test_partial_dates_and_what_would_settle_them(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11", {"outcome": "rejected"}))
    event_add(
        opened=opened, draft=EventDraft("notification", "2026-11-02/2026-11-20", {"of": "decision_first_instance"})
    )
    page = text(sign_in(cast.owner), address("case", opened))
    assert "November 2026" in page
    assert "What would settle more" in page
    assert "#id_on" in page, "a date is completed at the field of the event"
    assert f"{address('case_facts', opened)}#id_law_of_return" in page


def test_facts_are_yes_no_or_unknown_and_move_the_duties(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.owner)
    form = text(client, address("case_facts", opened))
    assert form.count('value="yes"') == form.count('value="no"') == 3
    answer = client.post(
        address("case_facts", opened), {"law_of_return": "no", "national_family": "yes", "nationality": "BLR"}
    )
    assert answer.status_code == 302
    case = Case.objects.visible_to(cast.owner).get()
    assert case.attributes == {"law_of_return": False, "national_family": True, "nationality": "BLR"}
    changed = case.changed
    assert "#id_law_of_return" not in text(client, address("case", opened))
    client.post(address("case_facts", opened), {"law_of_return": "no", "national_family": "yes", "nationality": "BLR"})
    assert Case.objects.visible_to(cast.owner).get().changed == changed, "the same facts change nothing"
    client.post(address("case_facts", opened), {"national_family": "yes", "nationality": "BLR"})
    assert Case.objects.visible_to(cast.owner).get().attributes == {"national_family": True, "nationality": "BLR"}
    assert "#id_law_of_return" in text(client, address("case", opened)), "unknown is asked for, never taken for no"
    assert sign_in(cast.reader).post(address("case_facts", opened), {}).status_code == 403
    assert sign_in(cast.stranger).post(address("case_facts", opened), {}).status_code == 404


def test_wrong_fact_keeps_what_was_typed(cast: Cast) -> None:
    opened = make_case(cast.owner)
    answer = sign_in(cast.owner).post(
        address("case_facts", opened), {"law_of_return": "yes", "region": "nowhere at all"}
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "nowhere at all" in page
    assert "short sign of the region" in page
    assert Case.objects.visible_to(cast.owner).get().attributes.get("law_of_return") is None


def test_heading_is_sealed_and_changed(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.colleague)
    given = {"title": "The tailor", "summary": "He waits.", "reference": "IL/77", "team": opened.case.team_id}
    assert client.post(address("case_edit", opened), given).status_code == 302
    page = text(client, address("case", opened))
    assert "The tailor" in page
    assert "IL/77" in page
    row = Case.objects.visible_to(cast.owner).get()
    assert b"tailor" not in bytes(row.sealed or b"")
    assert row.team_id == opened.case.team_id


def test_looking_from_another_day(cast: Cast) -> None:
    opened = make_case(cast.owner)
    rejected(opened)
    client = sign_in(cast.owner)
    before = text(client, address("case", opened) + "?on=2026-11-01")
    assert "Seen from " in before
    assert "Rights on that day" in before
    assert "2026-11-02</" not in before
    assert "from:" not in before
    today = text(client, address("case", opened))
    assert today.count('class="duty ') > before.count('class="duty ')
    assert "Seen from " not in text(client, address("case", opened) + "?on=never"), "no day is today"


def test_what_the_law_cannot_read_is_said_and_the_timeline_stays(cast: Cast) -> None:
    opened = make_case(cast.owner)
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(attributes={"law_of_return": "perhaps"})
    page = text(sign_in(cast.owner), address("case", opened))
    assert "The law cannot be applied to this timeline as it stands" in page
    assert "is not yes or no" in page
    assert "Application lodged" in page
    assert "By hand, room 5." in page


def test_card_shows_the_card_and_nothing_else(cast: Cast) -> None:
    content = PersonContent(
        names=(Name(SECRET_NAME), Name("Mara", "called")),
        born=SECRET_BORN,
        languages=(SpokenLanguage("be", "of Hrodna", needs_interpreter=True),),
        contacts=person_content().contacts,
        safe_contact=SafeContact(preferred="Signal of her sister", never_say="asylum", phone_seized=True),
    )
    opened = make_case(cast.owner, person=content)
    share(opened, cast.interpreter, "interpreter")
    day = timezone.localdate() + timedelta(days=9)
    details = {"kind": "merits", "time": "10:30", "place": "Room 4, Salome Street"}
    event_add(opened=opened, draft=EventDraft("interview", day.isoformat(), details, note="Bring the letter."))
    page = text(sign_in(cast.interpreter), address("case_card", opened))
    for words in ("Mara", "Belarusian", "of Hrodna", "interpreter needed", "asylum", "Phone seized", "10:30", "Salome"):
        assert words in page, words
    for secret in (SECRET_TITLE, SECRET_NAME, SECRET_PHONE, SECRET_BORN, SECRET_NUMBER, "Bring the letter.", "2024"):
        assert secret not in page, secret
    assert TrailRow.objects.filter(action="case.card.read", object=str(opened.case.pk)).count() == 1


def counts() -> dict[str, int]:
    models = [model for model in apps.get_app_config("desk").get_models() if not model.__name__.startswith("Trail")]
    return {model.__name__: model._base_manager.count() for model in models}


def supposed(event: str, on: str, **details: str) -> dict[str, str]:
    return {"s0-event": event, "s0-on": on} | {f"s0-d-{key}": value for key, value in details.items()}


def test_supposing_shows_what_moves_and_saves_nothing(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.reader)
    before, row = counts(), Case.objects.visible_to(cast.owner).values().get()
    day = timezone.localdate() + timedelta(days=3)
    query = supposed("decision_first_instance", day.isoformat(), outcome="rejected")
    query |= {"s1-event": "notification", "s1-on": day.isoformat(), "s1-d-of": f"decision of {day}"}
    answer = client.get(address("whatif", opened), query)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('<li class="supposed') == 2
    assert ">appears<" in page
    assert "Before and after are both seen from" in page
    assert counts() == before
    assert Case.objects.visible_to(cast.owner).values().get() == row
    assert TrailRow.objects.filter(action="case.whatif", actor="reader").count() == 1


def test_supposed_departure_ends_duties_and_costs_rights(cast: Cast) -> None:
    opened = make_case(cast.owner)
    query = supposed("removal", timezone.localdate().isoformat())
    page = sign_in(cast.owner).get(address("whatif", opened), query).content.decode()
    assert ">lost<" in page or ">changes<" in page or ">disappears<" in page


def test_supposing_takes_no_free_text_and_says_what_is_wrong(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    query = supposed("decision_first_instance", "2026-12-01", body="A name of somebody", outcome="nonsense")
    page = client.get(address("whatif", opened), query).content.decode()
    assert "A name of somebody" not in page
    assert "What moves" not in page, "a choice that is none is not supposed"
    faulty = client.get(address("whatif", opened), supposed("lodged", "soon")).content.decode()
    assert "This is no date" in faulty
    assert 'value="soon"' in faulty
    assert "Say on which day" in client.get(address("whatif", opened), supposed("lodged", "")).content.decode()


def test_closed_case_stays_readable_and_is_marked(cast: Cast) -> None:
    opened = make_shared_case(cast)
    case_close(opened=opened)
    page = text(sign_in(cast.reader), address("case", opened))
    assert ">closed<" in page


def test_readings_are_in_the_trail(cast: Cast) -> None:
    opened = make_shared_case(cast)
    client = sign_in(cast.reader)
    client.get(address("case", opened))
    client.get("/cases")
    actions = list(TrailRow.objects.filter(actor="reader").values_list("action", flat=True))
    assert actions.count("case.read") == 1
    assert actions.count("cases.read") == 1
