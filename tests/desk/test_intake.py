"""Intake: nothing typed is lost, one press makes all or nothing, and drafts are one's own."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from asylon.desk import law
from asylon.desk.content import EnquiryContent, NoteContent
from asylon.desk.lawview import case_view
from asylon.desk.models import (
    Case,
    CasePerson,
    Enquiry,
    Event,
    Family,
    FamilyMember,
    IndexKey,
    Note,
    Person,
    Relation,
    TrailRow,
    User,
)
from asylon.desk.selectors.cases import open_case
from asylon.desk.selectors.enquiries import open_all, open_enquiry, people_in
from asylon.desk.selectors.people import parts_of
from asylon.desk.services import intake as service
from asylon.desk.services.accounts import account_reset
from asylon.errors import Fault
from asylon.language import language
from tests.desk.cast import PASSWORD, Cast, keyring, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def screen(people: list[dict[str, str]], events: list[dict[str, str]] | None = None, **more: str) -> dict[str, str]:
    """Return what a filled screen sends: rows of people and events, and single fields such as enquiry_country."""
    data = {"enquiry-country": "ru", "enquiry-consent": "on"}
    for prefix, rows in (("people", people), ("events", events or [])):
        data |= {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
        data |= {f"{prefix}-{place}-{key}": value for place, row in enumerate(rows) for key, value in row.items()}
    return data | {key.replace("_", "-", 1): value for key, value in more.items()}


RIMA = {"name": "Rima Haddad", "native": "ريما حداد", "born": "1991", "nationality": "SYR", "language": "ar"}
SAMIR = {"name": "Samir Haddad", "relation": "spouse", "part": "own", "born": "1988-02-03"}
CHILD = {"name": "Nour Haddad", "relation": "child", "part": "dependant"}


def start(client: Client, data: dict[str, str], act: str = "save") -> tuple[UUID, Any]:
    enquiry = uuid4()
    return enquiry, client.post(reverse("enquiry", kwargs={"enquiry": enquiry}), data | {"act": act})


def kept(user: User, enquiry: UUID) -> EnquiryContent:
    return open_enquiry(keyring(user), enquiry)[1]


# ---------------------------------------------------------------- drafts


def test_empty_screen_makes_no_row_and_names_its_draft(cast: Cast) -> None:
    client = sign_in(cast.owner)
    text = client.get("/intake").content.decode()
    found = re.search(r'data-autosave="/intake/([0-9a-f-]{36})/save"', text)
    assert found
    assert not Enquiry.objects.exists()
    data = screen([RIMA], enquiry_account="She was followed.")
    assert client.post(f"/intake/{found[1]}/save", data).status_code == 204
    assert kept(cast.owner, UUID(found[1])).fields["enquiry-account"] == "She was followed."
    page = client.get(f"/intake/{found[1]}").content.decode()
    for said in ("She was followed.", "Rima Haddad", "ريما حداد"):
        assert said in page
    assert "Rima Haddad" in client.get("/intake").content.decode()  # in the list of drafts


def test_store_holds_nothing_of_a_draft_in_clear(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry, _answer = start(client, screen([RIMA]))
    row = Enquiry.objects.get(pk=enquiry)
    assert b"Haddad" not in bytes(row.sealed)
    assert not IndexKey.objects.filter(enquiry=row).exists()
    text = str(list(TrailRow.objects.values_list("action", "object", "detail")))
    assert "Haddad" not in text


def test_saving_again_and_again_is_one_row_of_the_trail(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry, _answer = start(client, screen([RIMA]))
    for words in ("One.", "Two.", "Three."):
        client.post(f"/intake/{enquiry}/save", screen([RIMA], enquiry_account=words))
    assert TrailRow.objects.filter(action="enquiry.saved").count() == 1
    assert kept(cast.owner, enquiry).fields["enquiry-account"] == "Three."


@pytest.mark.parametrize("who", ["colleague", "stranger", "boss"])
def test_a_draft_is_there_only_for_its_author(cast: Cast, who: str) -> None:
    enquiry, _answer = start(sign_in(cast.owner), screen([RIMA]))
    other = sign_in(getattr(cast, who))
    for url in (f"/intake/{enquiry}", f"/intake/{enquiry}/remove"):
        assert other.get(url).status_code == 404
    for url in ("", "/save", "/take-up", "/remove"):
        assert other.post(f"/intake/{enquiry}{url}", screen([SAMIR])).status_code == 404
    assert people_in(kept(cast.owner, enquiry))[0].called == "Rima Haddad"
    assert "Haddad" not in other.get("/intake").content.decode()
    assert "Haddad" not in other.get("/intake/kept").content.decode()


def test_an_account_without_keys_has_no_intake(cast: Cast) -> None:
    admin = sign_in(cast.admin)
    assert admin.get("/intake").status_code == 403
    assert start(admin, screen([RIMA]))[1].status_code == 403
    assert not Enquiry.objects.exists()


def test_who_interprets_opens_no_cases_and_volunteers_do(cast: Cast) -> None:
    interpreter = sign_in(cast.interpreter)
    for address in ("/intake", "/intake/kept"):
        assert interpreter.get(address).status_code == 403
    assert start(interpreter, screen([RIMA]), "open")[1].status_code == 403
    assert not Case.objects.unwalled("write").exists()
    User.objects.filter(pk=cast.colleague.pk).update(work="volunteer")
    assert sign_in(cast.colleague).get("/intake").status_code == 200


def test_a_row_is_added_without_script(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry = uuid4()
    page = client.post(f"/intake/{enquiry}", screen([RIMA], enquiry_account="Typed.") | {"add": "people"})
    text = page.content.decode()
    assert 'name="people-1-name"' in text
    assert "Typed." in text
    assert "Please look again" not in text


def test_a_draft_is_destroyed_after_asking(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry, _answer = start(client, screen([RIMA]))
    assert "cannot be brought back" in client.get(f"/intake/{enquiry}/remove").content.decode()
    assert Enquiry.objects.count() == 1
    client.post(f"/intake/{enquiry}/remove")
    assert not Enquiry.objects.exists()
    assert client.post(f"/intake/{enquiry}/remove").status_code == 404


def test_drafts_of_a_lost_key_are_listed_as_shut(cast: Cast) -> None:
    start(sign_in(cast.owner), screen([RIMA]))
    account_reset(user=cast.owner, by=cast.admin, password=PASSWORD)
    owner = User.objects.get(pk=cast.owner.pk)
    assert [content for _row, content in open_all(keyring(owner), Enquiry.objects.all())] == [None]


# ---------------------------------------------------------------- one press


def test_one_press_makes_people_family_and_cases(cast: Cast) -> None:
    client = sign_in(cast.owner)
    data = screen(
        [
            RIMA | {"number": "N 0011", "phone": "+202 555 0101"},
            SAMIR,
            CHILD,
            {"name": "The Cousin", "part": "opponent"},
        ],
        [{"name": "arrival", "on": "2026-03", "is_for_all": "on"}, {"name": "lodged", "on": "2026-04-02"}],
        enquiry_account="She was followed.",
        enquiry_caller="Her brother",
        enquiry_urgency="days",
        safe_code_word="blue door",
        safe_phone_seized="on",
    )
    enquiry, answer = start(client, data, "open")
    assert answer.status_code == 302, [fault.text for fault in answer.context["sheet"].wrong()]
    keys = keyring(cast.owner)
    cases = list(Case.objects.visible_to(cast.owner).order_by("opened_at"))
    assert len(cases) == 2
    first, second = (open_case(keys, case.pk) for case in cases)
    assert answer.headers["Location"] == f"/cases/{first.case.pk}"
    assert (first.content.summary, second.content.summary) == ("She was followed.", "")
    people = parts_of(keys, first)
    assert [(one.part.part, one.content.called) for one in people] == [
        ("applicant", "Rima Haddad"),
        ("dependant", "Nour Haddad"),
        ("opponent", "The Cousin"),
    ]
    rima = people[0].content
    assert [(name.kind, name.script) for name in rima.names] == [("legal", "Latn"), ("native", "Arab")]
    assert (rima.safe_contact.code_word, rima.safe_contact.phone_seized) == ("blue door", True)
    assert (rima.papers[0].number, rima.contacts[0].value, rima.nationalities) == ("N 0011", "+202 555 0101", ("SYR",))
    assert [one.content.called for one in parts_of(keys, second)] == ["Samir Haddad"]
    assert {case.family_id for case in cases} == {Family.objects.visible_to(cast.owner).get().pk}
    assert FamilyMember.objects.visible_to(cast.owner).count() == 3
    assert sorted(Relation.objects.visible_to(cast.owner).values_list("kind", flat=True)) == ["child", "spouse"]
    events = [(event.case_id, event.name) for event in Event.objects.visible_to(cast.owner)]
    assert sorted(events, key=str) == sorted(
        [(first.case.pk, "arrival"), (first.case.pk, "lodged"), (second.case.pk, "arrival")], key=str
    )
    notes = {note.case_id: first for note in Note.objects.visible_to(cast.owner)}
    assert set(notes) == {case.pk for case in cases}
    assert not Enquiry.objects.filter(pk=enquiry).exists()


def lodged_at_intake(cast: Cast, country: str, *events: dict[str, str]) -> tuple[list[Event], set[str]]:
    """Return the events of a case that was opened with these, and the rules that wait for a procedure."""
    _enquiry, answer = start(sign_in(cast.owner), screen([RIMA], list(events), enquiry_country=country), "open")
    assert answer.status_code == 302, [fault.text for fault in answer.context["sheet"].wrong()]
    case = Case.objects.visible_to(cast.owner).get()
    rows = list(Event.objects.visible_to(cast.owner).filter(case=case).order_by("earliest"))
    plain = [law.plain_event(row.on, row.name, row.details) for row in rows]
    view = case_view(case, plain, on=date(2026, 11, 25), words=language("en"))
    waiting = {rule for unknown in view.unknowns if unknown.key == "procedure" for rule in unknown.rules}
    return rows, waiting


@pytest.mark.parametrize(("country", "usual"), [("de", "asylum"), ("ru", "refugee_status"), ("il", "asylum")])
def test_an_application_is_for_what_the_country_grants(cast: Cast, country: str, usual: str) -> None:
    rows, waiting = lodged_at_intake(
        cast,
        country,
        {"name": "decision_first_instance", "on": "2026-11-10"},
        {"name": "lodged", "on": "2026-08-02"},
        {"name": "arrival", "on": "2026-07"},
    )
    assert [(row.name, row.details.get("procedure")) for row in rows] == [
        ("arrival", None),
        ("lodged", usual),
        ("decision_first_instance", usual),
    ]
    assert waiting == set(), "no term waits for a word that everybody knew"


def test_without_a_procedure_terms_would_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "usual_procedure", lambda *_: "")
    _rows, waiting = lodged_at_intake(cast, "ru", {"name": "lodged", "on": "2026-08-02"})
    assert {"RU-02", "RU-10"} <= waiting


def test_a_procedure_that_was_said_stands(cast: Cast) -> None:
    rows, _waiting = lodged_at_intake(
        cast,
        "ru",
        {"name": "lodged", "on": "2026-08-02", "procedure": "temporary_asylum"},
        {"name": "decision_first_instance", "on": "2026-11-10"},
    )
    assert [row.details["procedure"] for row in rows] == ["temporary_asylum"] * 2
    page = sign_in(cast.owner).get("/intake").content.decode()
    assert '<option value="" selected>usual for the country</option>' in page
    assert '<option value="temporary_asylum">Temporary asylum</option>' in page


def test_notes_of_the_first_case_do_not_reach_the_other(cast: Cast) -> None:
    data = screen([RIMA, SAMIR], enquiry_caller="A neighbour, in secret", enquiry_account="He beats her.")
    start(sign_in(cast.owner), data, "open")
    keys = keyring(cast.owner)
    said = {}
    for case in Case.objects.visible_to(cast.owner):
        opened = open_case(keys, case.pk)
        texts = [
            opened.unseal(note, NoteContent).text for note in Note.objects.visible_to(cast.owner).filter(case=case)
        ]
        said[parts_of(keys, opened)[0].content.called] = " ".join(texts) + opened.content.summary
    assert "A neighbour, in secret" in said["Rima Haddad"]
    assert "agreed" in said["Samir Haddad"]
    assert "secret" not in said["Samir Haddad"]
    assert "beats" not in said["Samir Haddad"]


def test_one_person_makes_no_family(cast: Cast) -> None:
    start(sign_in(cast.owner), screen([RIMA, {"name": "A Neighbour", "part": "witness"}]), "open")
    assert Case.objects.visible_to(cast.owner).count() == 1
    assert not Family.objects.unwalled("write").exists()


def test_faults_all_at_once_and_nothing_is_lost_or_made(cast: Cast) -> None:
    client = sign_in(cast.owner)
    data = screen(
        [{"born": "some day", "native": ""}, SAMIR | {"born": "31 February"}],
        [{"name": "lodged", "on": "soon"}, {"on": "2026-01"}, {"name": "arrival"}],
        enquiry_country="",
        enquiry_consent="",
        enquiry_account="All of this must stay.",
    )
    enquiry, page = start(client, data, "open")
    assert page.status_code == 200
    wrong = [fault.text for fault in page.context["sheet"].wrong()]
    for said in (
        "Choose the country", "Ask for it", "No date. Write 1990", "No date. Write 2026",
        "Choose what happened", "Write when it happened",
    ):  # fmt: skip
        assert any(said in text for text in wrong), (said, wrong)
    text = page.content.decode()
    for typed in ("All of this must stay.", "some day", "31 February", 'value="soon"'):
        assert typed in text
    assert not Case.objects.unwalled("write").exists()
    assert kept(cast.owner, enquiry).fields["enquiry-account"] == "All of this must stay."


def test_faults_of_the_law_are_said_before_anything_is_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def faults(case: Case, events: Any) -> list[Fault]:
        asked.append((case.jurisdiction, list(events)))
        return [Fault("event 1", "two dates exclude each other", "correct one of them")]

    monkeypatch.setattr(law, "event_faults", faults)
    _enquiry, page = start(sign_in(cast.owner), screen([RIMA], [{"name": "lodged", "on": "2026-01-02"}]), "open")
    assert asked == [("ru", [{"on": "2026-01-02", "event": "lodged"}])]
    assert "Two dates exclude each other; correct one of them." in page.content.decode()
    assert not Person.objects.unwalled("write").exists()


def test_whatever_breaks_nothing_is_left_half_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(cast.owner)
    enquiry, _answer = start(client, screen([RIMA, SAMIR]))

    def broken(**_: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(service, "note_add", broken)
    client.raise_request_exception = False
    rows = TrailRow.objects.filter(action="case.opened").count()
    answer = client.post(f"/intake/{enquiry}", screen([RIMA, SAMIR]) | {"act": "open"})
    assert answer.status_code == 500
    for model in (Case, Person, CasePerson, Family, Relation):
        assert not model.objects.unwalled("write").exists(), model
    assert TrailRow.objects.filter(action="case.opened").count() == rows
    assert people_in(kept(cast.owner, enquiry))[1].called == "Samir Haddad"


def test_pressing_twice_opens_once_and_an_old_page_brings_nothing_back(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry, first = start(client, screen([RIMA]), "open")
    again = client.post(f"/intake/{enquiry}", screen([RIMA]) | {"act": "open"})
    assert first.headers["Location"] == again.headers["Location"]
    assert Case.objects.visible_to(cast.owner).count() == 1
    assert client.post(f"/intake/{enquiry}/save", screen([RIMA])).status_code == 404
    assert sign_in(cast.colleague).post(f"/intake/{enquiry}", screen([RIMA]) | {"act": "open"}).status_code == 404
    assert not Enquiry.objects.exists()


# ---------------------------------------------------------------- opposed sides


def test_who_threatens_the_first_gets_no_case_from_the_same_hands(cast: Cast) -> None:
    client = sign_in(cast.owner)
    threat = SAMIR | {"relation": "threatens", "part": "own"}
    _enquiry, page = start(client, screen([RIMA, threat]), "open")
    assert any("another team" in fault.text for fault in page.context["sheet"].wrong())
    threat["part"] = "opponent"
    enquiry, page = start(client, screen([RIMA, threat]), "open")
    assert "Samir Haddad threatens Rima Haddad." in page.content.decode()
    assert any("say what you decide" in fault.text for fault in page.context["sheet"].wrong())
    decided = {"decision-decision": "separate", "decision-why": "He has never been ours.", "act": "open"}
    assert client.post(f"/intake/{enquiry}", screen([RIMA, threat]) | decided).status_code == 302
    assert Case.objects.visible_to(cast.owner).count() == 1
    row = TrailRow.objects.get(action="conflict.decided")
    assert (row.object, row.detail["decision"]) == (str(enquiry), "separate")
    opened = open_case(keyring(cast.owner), Case.objects.visible_to(cast.owner).get().pk)
    note = opened.unseal(Note.objects.visible_to(cast.owner).get(), NoteContent).text
    assert "He has never been ours." in note


def test_opposed_interests_need_a_decision_with_a_reason(cast: Cast) -> None:
    client = sign_in(cast.owner)
    data = screen([RIMA, SAMIR], enquiry_are_opposed="on")
    enquiry, page = start(client, data, "open")
    assert any("say what you decide" in fault.text for fault in page.context["sheet"].wrong())
    page = client.post(f"/intake/{enquiry}", data | {"decision-decision": "separate", "act": "open"})
    assert any("Write in a sentence why" in fault.text for fault in page.context["sheet"].wrong())
    decided = {"decision-decision": "separate", "decision-why": "Two teams from today.", "act": "open"}
    assert client.post(f"/intake/{enquiry}", data | decided).status_code == 302
    assert Family.objects.visible_to(cast.owner).get().has_opposed_interests


# ---------------------------------------------------------------- refused and referred


@pytest.mark.parametrize(("act", "word"), [("refused", "Refused"), ("referred", "Referred")])
def test_turned_away_is_kept_with_its_reason_and_found_again(cast: Cast, act: str, word: str) -> None:
    client = sign_in(cast.owner)
    enquiry, page = start(client, screen([RIMA]), act)
    assert any("Write in a sentence why" in fault.text for fault in page.context["sheet"].wrong())
    data = screen([RIMA | {"number": "N 0011"}], decision_reason="Out of our country.")
    answer = client.post(f"/intake/{enquiry}", data | {"act": act})
    assert answer.status_code == 302
    row = Enquiry.objects.get(pk=enquiry)
    assert row.state == act
    assert b"country" not in bytes(row.sealed)
    assert IndexKey.objects.filter(enquiry=row, kind="number").count() == 1
    for who, status in (("owner", 200), ("boss", 200), ("colleague", 404), ("admin", 403)):
        assert sign_in(getattr(cast, who)).get(f"/intake/{enquiry}").status_code == status, who
    page = sign_in(cast.boss).get(f"/intake/{enquiry}").content.decode()
    assert "Out of our country." in page
    assert word in page
    assert "Haddad" in sign_in(cast.boss).get("/intake/kept").content.decode()
    assert TrailRow.objects.filter(action=f"enquiry.{act}", object=str(enquiry)).count() == 1
    # It is no draft any more: typing does not change it.
    assert client.post(f"/intake/{enquiry}/save", screen([SAMIR])).status_code == 404


def test_refusing_for_a_conflict_is_a_decision_in_the_trail(cast: Cast) -> None:
    data = screen([RIMA], decision_reason="We act for her husband.", decision_decision="refuse")
    client = sign_in(cast.owner)
    _enquiry, page = start(client, data, "open")
    assert any("press Refuse" in fault.text for fault in page.context["sheet"].wrong())
    enquiry, answer = start(client, data, "refused")
    assert answer.status_code == 302
    assert TrailRow.objects.get(action="conflict.decided").detail == {"decision": "refuse"}
    assert TrailRow.objects.get(action="conflict.decided").object == str(enquiry)


def test_without_consent_only_what_a_check_needs_is_kept(cast: Cast) -> None:
    data = screen(
        [RIMA | {"number": "N 0011"}],
        enquiry_consent="",
        enquiry_account="Her whole story.",
        decision_reason="No room.",
    )
    enquiry, _answer = start(sign_in(cast.owner), data, "refused")
    content = kept(cast.owner, enquiry)
    assert content.reason == "No room."
    assert "story" not in str(content.fields)
    assert "SYR" not in str(content.fields)
    [person] = people_in(content)
    assert (person.called, person.born, person.papers[0].number) == ("Rima Haddad", "1991", "N 0011")


def test_author_takes_it_up_again_and_lead_cannot(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry, _answer = start(client, screen([RIMA], enquiry_consent="", decision_reason="No room."), "refused")
    assert sign_in(cast.boss).post(f"/intake/{enquiry}/take-up").status_code == 404
    assert client.post(f"/intake/{enquiry}/take-up").status_code == 302
    assert not IndexKey.objects.filter(enquiry=enquiry).exists()
    page = client.get(f"/intake/{enquiry}").content.decode()
    assert "Rima Haddad" in page
    assert "No room." in page
    assert sign_in(cast.boss).get(f"/intake/{enquiry}").status_code == 404


def test_leads_read_what_authors_left_behind(cast: Cast) -> None:
    enquiry, _answer = start(sign_in(cast.owner), screen([RIMA], decision_reason="No room."), "refused")
    account_reset(user=cast.owner, by=cast.admin, password=PASSWORD)
    assert kept(cast.boss, enquiry).reason == "No room."


def test_titles_and_addresses_hold_no_name(cast: Cast) -> None:
    client = sign_in(cast.owner)
    enquiry, answer = start(client, screen([RIMA], decision_reason="No room."), "refused")
    assert "Haddad" not in answer.headers["Location"]
    title = re.search(r"<title>(.*?)</title>", client.get(f"/intake/{enquiry}").content.decode(), re.S)
    assert title
    assert "Rima" not in title[1]
