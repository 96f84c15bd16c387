"""People and families: what is shown to whom, what is kept, and that nothing of the hidden shows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from asylon.desk.content import Contact, IdentityPaper, Name, PersonContent, SafeContact, SpokenLanguage
from asylon.desk.models import (
    Case,
    CasePerson,
    Family,
    FamilyMember,
    IndexKey,
    Notice,
    Person,
    PersonVersion,
    Relation,
    TrailRow,
)
from asylon.desk.naming import script_in
from asylon.desk.selectors.cases import OpenCase
from asylon.desk.selectors.families import family_view, side_of
from asylon.desk.selectors.people import open_person, parts_of
from asylon.desk.services.conflicts import grant_warnings, inside_case
from asylon.desk.services.people import (
    family_join,
    family_leave,
    family_make,
    interests_set,
    person_add,
    person_change,
    person_join,
    relation_set,
)
from tests.desk.cast import (
    SECRET_NAME,
    Cast,
    keyring,
    make_case,
    make_cast,
    make_shared_case,
    person_content,
    reopen,
    share,
    sign_in,
)

pytestmark = pytest.mark.django_db

FULL = PersonContent(
    names=(Name("Rima Haddad"), Name("ريما حداد", "native", "Arab"), Name("Rimma", "alias")),
    born="1991",
    born_wording="around the olive harvest",
    sex="f",
    nationalities=("SYR", "ARM"),
    is_stateless=True,
    languages=(SpokenLanguage("ar", "Halabi", needs_interpreter=True), SpokenLanguage("ru")),
    papers=(IdentityPaper("passport", "N 0011", "Aleppo", "2027-01"),),
    contacts=(Contact("signal", "+202 555 0101"), Contact("phone", "+202 555 0102", is_safe=False, note="at home")),
    safe_contact=SafeContact("Signal", "Only she", "asylum", "evenings", "blue door", phone_seized=True),
    risks=("violence at home", "her brother asks around"),
    note="She walks with a stick.",
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def part_in(opened: OpenCase) -> CasePerson:
    return CasePerson.objects.visible_to(opened.keyring.user).filter(case=opened.case).select_related("person")[0]


def address(name: str, opened: OpenCase, part: CasePerson | None = None) -> str:
    return reverse(name, kwargs={"case": opened.case.pk, "person": (part or part_in(opened)).person_id})


def typed(page: Any, form: str = "sheet") -> dict[str, Any]:
    """Return what a browser would send back of a sheet just as it is shown."""
    sheet = page.context[form]
    data: dict[str, Any] = {}
    groups = [(group.management_form, *group.forms) for group in sheet.groups.values()]
    for part in (*sheet.forms.values(), *(one for group in groups for one in group)):
        for field in part:
            value = field.value()
            if value is not None and value is not False and value != "":
                data[field.html_name] = "on" if value is True else value
    if page.context.get("version"):
        data["version"] = page.context["version"]
    return data


# ---------------------------------------------------------------- a person


def test_person_page_shows_everything_and_shouts_where_it_must(cast: Cast) -> None:
    opened = make_case(cast.owner, person=FULL)
    page = sign_in(cast.owner).get(address("person", opened))
    text = page.content.decode()
    for said in ("Rima Haddad", "ريما حداد", "around the olive harvest", "Syria", "Armenia", "stateless", "Halabi"):
        assert said in text
    for said in ("interpreter needed", "N 0011", "Phone seized: do not call", "blue door", "her brother asks around"):
        assert said in text
    assert re.search(r"<del><bdi>\+202 555 0102</bdi></del>", text)
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    assert title
    assert "Rima" not in title[1]


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("owner", 200, 200),
        ("colleague", 200, 200),
        ("reader", 200, 403),
        ("interpreter", 403, 403),
        ("stranger", 404, 404),
        ("boss", 404, 404),
        ("admin", 404, 404),
    ],
)
def test_who_may_read_and_write(cast: Cast, who: str, reads: int, writes: int) -> None:
    opened = make_shared_case(cast)
    family = family_make(opened=opened, parts=[part_in(opened)])
    client = sign_in(getattr(cast, who))
    for name in ("person", "person_history"):
        assert client.get(address(name, opened)).status_code == reads, name
    assert client.get(reverse("family", kwargs={"family": family.pk})).status_code == reads
    for name in ("person_edit", "person_unlink", "person_join"):
        assert client.get(address(name, opened)).status_code == writes, name
    for name in ("person_add", "family_make"):
        assert client.get(reverse(name, kwargs={"case": opened.case.pk})).status_code == writes, name
    for name in ("family_join", "family_interests"):
        got = client.post(reverse(name, kwargs={"family": family.pk}), {}).status_code
        assert (got if got != 302 else 200) == writes, name
    assert client.get("/people").status_code == 200


def test_form_sends_back_what_is_kept(cast: Cast) -> None:
    opened = make_case(cast.owner, person=FULL)
    client = sign_in(cast.owner)
    edit = address("person_edit", opened)
    answer = client.post(edit, typed(client.get(edit)))
    assert answer.status_code == 302
    one = open_person(keyring(cast.owner), opened.case.pk, part_in(opened).person_id)
    assert one.content == FULL
    assert one.person.version == 2


def test_faults_come_all_at_once_and_what_was_typed_stays(cast: Cast) -> None:
    opened = make_case(cast.owner, person=FULL)
    client = sign_in(cast.owner)
    edit = address("person_edit", opened)
    data = typed(client.get(edit)) | {"person-born": "the spring", "papers-0-number": "", "person-note": "New words."}
    data |= {f"names-{row}-full": "" for row in range(3)}
    page = client.post(edit, data)
    assert page.status_code == 200
    wrong = " ".join(fault.text for fault in page.context["sheet"].wrong())
    assert "Give at least one name" in wrong
    assert "No date" in wrong
    assert "Write the number" in wrong
    text = page.content.decode()
    assert "the spring" in text
    assert "New words." in text
    assert part_in(opened).person.version == 1


def test_a_row_is_added_without_script_and_nothing_is_lost_or_saved(cast: Cast) -> None:
    opened = make_case(cast.owner, person=FULL)
    client = sign_in(cast.owner)
    edit = address("person_edit", opened)
    data = typed(client.get(edit)) | {"add": "names", "names-1-full": "Typed just now", "person-born": "no date yet"}
    page = client.post(edit, data)
    names = page.context["sheet"]["names"]
    assert len(names.forms) == 4
    assert page.context["sheet"].wrong() == []
    text = page.content.decode()
    assert 'name="names-3-full"' in text
    assert "Typed just now" in text
    assert "no date yet" in text
    assert part_in(opened).person.version == 1


def test_new_person_gets_the_script_of_the_letters(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    add = reverse("person_add", kwargs={"case": opened.case.pk})
    data = typed(client.get(add)) | {"names-0-full": "Олександр Ґонта", "person-part": "witness"}
    assert client.post(add, data).status_code == 302
    people = parts_of(keyring(cast.owner), opened)
    assert [(one.part.part, one.content.names) for one in people if one.part.part == "witness"] == [
        ("witness", (Name("Олександр Ґонта", "legal", "Cyrl"),))
    ]
    assert [script_in(name) for name in ("Rima", "ריטה", "ريما", "ሰላም", "გიორგი", "Արամ", "राम")] == [
        "Latn", "Hebr", "Arab", "Ethi", "Geor", "Armn", "Zyyy",
    ]  # fmt: skip


def test_two_who_change_at_once_both_keep_their_words(cast: Cast) -> None:
    opened = make_shared_case(cast)
    owner, colleague = sign_in(cast.owner), sign_in(cast.colleague)
    edit = address("person_edit", opened)
    first, second = typed(owner.get(edit)), typed(colleague.get(edit))
    assert owner.post(edit, first | {"person-note": "From the owner."}).status_code == 302
    page = colleague.post(edit, second | {"person-note": "From the colleague."})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Somebody changed this person meanwhile" in text
    assert "From the colleague." in text
    assert "What is saved now" in text
    assert colleague.post(edit, typed(page)).status_code == 302
    one = open_person(keyring(cast.owner), opened.case.pk, part_in(opened).person_id)
    assert one.content.note == "From the colleague."
    assert one.person.version == 3


def test_history_says_what_changed_and_brings_it_back(cast: Cast) -> None:
    opened = make_case(cast.owner)
    part = part_in(opened)
    person_change(opened=opened, part=part, content=replace(person_content(), names=(Name("Another Name"),)), version=1)
    client = sign_in(cast.owner)
    page = client.get(address("person_history", opened))
    changes = [version.changes for version in page.context["versions"]]
    assert [[change.label for change in one] for one in changes] == [["Names"], []]
    assert SECRET_NAME in changes[0][0].before
    client.post(address("person_restore", opened), {"version": "1"})
    one = open_person(keyring(cast.owner), opened.case.pk, part.person_id)
    assert one.content.called == SECRET_NAME
    assert TrailRow.objects.filter(action="person.restored").count() == 1
    before = PersonVersion.objects.visible_to(cast.owner).count()
    client.post(address("person_restore", opened), {"version": "77"})
    assert PersonVersion.objects.visible_to(cast.owner).count() == before


def test_part_changes_and_the_law_is_told(cast: Cast) -> None:
    opened = make_case(cast.owner, jurisdiction="ru", person=replace(FULL, nationalities=("UKR",)))
    client = sign_in(cast.owner)
    edit = address("person_edit", opened)
    client.post(edit, typed(client.get(edit)) | {"person-part": "witness"})
    assert part_in(opened).part == "witness"
    client.post(edit, typed(client.get(edit)) | {"person-part": "applicant"})
    case = Case.objects.visible_to(cast.owner).get()
    assert part_in(opened).part == "applicant"
    assert case.attributes.get("nationality") in ("UKR", "other")


def test_unlinking_asks_and_destroys_who_is_nowhere_else(cast: Cast) -> None:
    opened, other = make_case(cast.owner), make_case(cast.owner, person=person_content("Somebody Else"))
    part = part_in(opened)
    family = family_make(opened=opened, parts=[part])
    person_join(opened=other, other=opened, part_there=part, part="relative")
    client = sign_in(cast.owner)
    assert "cannot be undone" in client.get(address("person_unlink", opened, part)).content.decode()
    assert CasePerson.objects.visible_to(cast.owner).count() == 3
    client.post(address("person_unlink", opened, part))
    assert Person.objects.visible_to(cast.owner).filter(pk=part.person_id).exists()
    client.post(address("person_unlink", other, part))
    assert not Person.objects.unwalled("write").filter(pk=part.person_id).exists()
    assert not IndexKey.objects.filter(person_id=part.person_id).exists()
    assert not Family.objects.unwalled("write").filter(pk=family.pk).exists()
    assert client.post(address("person_unlink", other, part)).status_code == 404


def test_a_person_joins_another_case_by_its_number(cast: Cast) -> None:
    opened, other = make_case(cast.owner), make_case(cast.owner, person=person_content("Somebody Else"))
    hidden = make_case(cast.stranger, person=person_content("Hidden One"))
    client = sign_in(cast.owner)
    join = address("person_join", opened)
    pages = [client.post(join, {"number": number, "part": "witness"}) for number in (hidden.case.number, "222-222")]
    assert [page.status_code for page in pages] == [200, 200]
    assert len({re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages}) == 1
    assert client.post(join, {"number": other.case.number.lower(), "part": "witness"}).status_code == 302
    assert client.post(join, {"number": other.case.number, "part": "witness"}).status_code == 200  # in it already
    page = client.get(address("person", opened))
    assert other.case.number in page.content.decode()
    assert len(parts_of(keyring(cast.owner), other)) == 2


def test_list_of_people_is_mine_and_costs_the_same_for_many(cast: Cast) -> None:
    make_case(cast.stranger, person=person_content("Hidden One"))
    make_case(cast.owner)
    client = sign_in(cast.owner)
    client.get("/people")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = client.get("/people")
    assert "Hidden One" not in page.content.decode()
    assert SECRET_NAME in page.content.decode()
    for place in range(12):
        make_case(cast.owner, person=person_content(f"Person {place}"), jurisdiction="de" if place % 2 else "il")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/people")
    assert len(few) == len(many)
    assert page.context["page"].paginator.count == 13
    assert client.get("/people?country=de").context["page"].paginator.count == 6
    assert client.get("/people?part=opponent").context["page"].paginator.count == 0
    assert client.get("/people?country=nowhere&part=x").status_code == 200


# ---------------------------------------------------------------- families


def make_family(cast: Cast) -> tuple[Family, OpenCase, OpenCase]:
    """Two spouses, each with a case: hers belongs to the owner, his to the stranger, who let her team join."""
    hers = make_case(cast.owner)
    his = make_case(cast.stranger, person=person_content("Viktar Zaslaŭski"), title="His")
    share(his, cast.owner, "member")
    family = family_make(opened=hers, parts=[part_in(hers)])
    family_join(opened=reopen(his, cast.owner), family=family, part=part_in(his))
    return family, hers, his


def set_outcome(opened: OpenCase, **values: Any) -> None:
    Case.objects.unwalled("write").filter(pk=opened.case.pk).update(**values)


def test_family_shows_only_whom_one_may_see_not_even_a_count(cast: Cast) -> None:
    family, hers, his = make_family(cast)
    relation_set(opened=hers, person=part_in(hers).person, other=part_in(reopen(his, cast.owner)).person, kind="spouse")
    interests_set(opened=hers, family=family, are_opposed=True)
    set_outcome(hers, outcome="refugee")
    set_outcome(his, outcome="rejected", removal_day="2026-12-12")
    page = reverse("family", kwargs={"family": family.pk})
    both = sign_in(cast.owner).get(page).content.decode()
    for said in (SECRET_NAME, "Viktar", his.case.number, "The family is split", "spouse or partner", "separate teams"):
        assert said in both
    alone = sign_in(cast.stranger).get(page).content.decode()
    assert "Viktar" in alone
    for hidden in (
        SECRET_NAME,
        hers.case.number,
        "is split",
        "spouse or partner</span>",
        "separate teams",
        "opposed</strong>",
    ):
        assert hidden not in alone, hidden
    # A family of one who really is alone looks the same.
    lonely = make_case(cast.stranger, person=person_content("Viktar Zaslaŭski"), title="His")
    set_outcome(lonely, outcome="rejected", removal_day="2026-12-12")
    other = family_make(opened=lonely, parts=[part_in(lonely)])
    really = sign_in(cast.stranger).get(reverse("family", kwargs={"family": other.pk})).content.decode()
    assert blank(alone) == blank(really)


def blank(text: str) -> str:
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID", text)
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"|[2-9A-Z]{3}-[2-9A-Z]{3}', "", text)


@pytest.mark.parametrize(
    ("hers", "his", "said"),
    [
        ("refugee", "rejected", ["One is protected and another was refused."]),
        ("", "manifestly_unfounded", ["One was refused while another still waits."]),
        ("refugee", "subsidiary", []),
        ("withdrawal", "rejected", []),
        ("", "", []),
    ],
)
def test_split_is_said_for_outcomes_that_differ(cast: Cast, hers: str, his: str, said: list[str]) -> None:
    family, one, other = make_family(cast)
    set_outcome(one, outcome=hers)
    set_outcome(other, outcome=his)
    assert list(family_view(keyring(cast.owner), family.pk).split) == said
    set_outcome(one, removal_day="2026-12-12")
    assert "removal" in family_view(keyring(cast.owner), family.pk).split[-1]


def test_sides_of_outcomes() -> None:
    assert [side_of(word) for word in ("refugee_status_granted", "dismissed", "remitted", "", "withdrawal")] == [
        "protected", "refused", "open", "open", "ended",
    ]  # fmt: skip


def test_opposed_interests_name_who_works_on_both_sides(cast: Cast) -> None:
    family, _hers, _his = make_family(cast)
    client = sign_in(cast.owner)
    client.post(reverse("family_interests", kwargs={"family": family.pk}), {"opposed": "1"})
    view = family_view(keyring(cast.owner), family.pk)
    assert view.is_opposed
    assert view.in_both == ("Owner",)
    client.post(reverse("family_interests", kwargs={"family": family.pk}), {"opposed": "0"})
    assert not family_view(keyring(cast.owner), family.pk).is_opposed


def test_relations_are_two_way_and_replaced(cast: Cast) -> None:
    family, hers, his = make_family(cast)
    she, he = part_in(hers).person, part_in(reopen(his, cast.owner)).person
    client = sign_in(cast.owner)
    url = reverse("relation_set", kwargs={"family": family.pk})
    client.post(url, {"person": str(she.pk), "kind": "sponsor", "other": str(he.pk)})
    client.post(url, {"person": str(he.pk), "kind": "threatens", "other": str(she.pk)})
    ties = family_view(keyring(cast.owner), family.pk).ties
    assert [(tie.person.person_id, tie.kind, tie.other.person_id) for tie in ties] == [(she.pk, "threatened", he.pk)]
    page = client.get(address("person", hers)).content.decode()
    assert "threatens" in page
    bad = client.post(url, {"person": str(she.pk), "kind": "spouse", "other": str(she.pk)})
    assert "Choose two different people" in bad.content.decode()
    remove = reverse("relation_remove", kwargs={"family": family.pk, "relation": ties[0].relation_id})
    assert sign_in(cast.reader).post(remove).status_code == 404
    assert client.post(remove).status_code == 302
    assert client.post(remove).status_code == 404
    assert not Relation.objects.visible_to(cast.owner).exists()


def test_nobody_ties_people_through_a_case_they_are_not_in(cast: Cast) -> None:
    _family, hers, his = make_family(cast)
    unrelated = make_case(cast.owner, person=person_content("Somebody Else"))
    she, he = part_in(hers).person, part_in(reopen(his, cast.owner)).person
    with pytest.raises(PermissionDenied):
        relation_set(opened=unrelated, person=she, other=he, kind="spouse")
    with pytest.raises(PermissionDenied):
        family_make(opened=unrelated, parts=[part_in(hers)])
    with pytest.raises(PermissionDenied):
        interests_set(opened=unrelated, family=_family, are_opposed=True)
    stranger = make_case(cast.colleague, person=person_content("Of A Colleague"))
    with pytest.raises(PermissionDenied):
        family_join(opened=stranger, family=_family, part=part_in(stranger))
    with pytest.raises(ValidationError):
        family_make(opened=hers, parts=[])


def test_somebody_joins_and_leaves_a_family(cast: Cast) -> None:
    hers = make_case(cast.owner)
    other = make_case(cast.owner, person=person_content("Daughter Zaslaŭskaja"))
    hidden = make_case(cast.stranger, person=person_content("Hidden One"))
    client = sign_in(cast.owner)
    make = reverse("family_make", kwargs={"case": hers.case.pk})
    assert "Choose at least one person" in client.post(make, {"people": []}).content.decode()
    client.post(make, {"people": [str(part_in(hers).person_id)]})
    family = Family.objects.visible_to(cast.owner).get()
    join = reverse("family_join", kwargs={"family": family.pk})
    assert "Hidden One" not in client.post(join, {"number": hidden.case.number}).content.decode()
    page = client.post(join, {"number": other.case.number})
    assert "Daughter" in page.content.decode()
    foreign = {"number": other.case.number, "chosen": "1", "people": [str(part_in(hidden).person_id)]}
    assert client.post(join, foreign).status_code == 200
    done = client.post(join, {"number": other.case.number, "chosen": "1", "people": [str(part_in(other).person_id)]})
    assert done.status_code == 302
    assert len(family_view(keyring(cast.owner), family.pk).members) == 2
    leave = reverse("family_leave", kwargs={"family": family.pk})
    assert client.post(leave, {"person": "no id"}).status_code == 404
    for opened in (other, hers):
        client.post(leave, {"person": str(part_in(opened).person_id)})
    assert not Family.objects.unwalled("write").exists()
    assert not FamilyMember.objects.unwalled("write").exists()


def test_leaving_twice_is_leaving_once(cast: Cast) -> None:
    family, hers, _his = make_family(cast)
    family_leave(opened=hers, family=family, part=part_in(hers))
    rows = TrailRow.objects.count()
    family_leave(opened=hers, family=family, part=part_in(hers))
    assert TrailRow.objects.count() == rows


def test_family_page_costs_the_same_for_many_members(cast: Cast) -> None:
    family, hers, _his = make_family(cast)
    client = sign_in(cast.owner)
    page = reverse("family", kwargs={"family": family.pk})
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for place in range(6):
        part = person_add(opened=hers, content=person_content(f"Child {place}"), part="dependant")
        family_join(opened=hers, family=family, part=part)
        relation_set(opened=hers, person=part.person, other=part_in(hers).person, kind="child")
    with CaptureQueriesContext(connection) as many:
        client.get(page)
        client_page = len(many)
    assert len(few) == client_page


# ---------------------------------------------------------------- conflicts inside


def test_conflicts_inside_a_case_are_warned_of_when_access_is_given(cast: Cast) -> None:
    family, hers, his = make_family(cast)
    she, he = part_in(hers).person, part_in(reopen(his, cast.owner)).person
    assert inside_case(hers) == ()
    assert grant_warnings(opened=hers, colleague=cast.colleague) == ()
    relation_set(opened=hers, person=he, other=she, kind="threatens")
    interests_set(opened=hers, family=family, are_opposed=True)
    lines = grant_warnings(opened=hers, colleague=cast.colleague)
    assert lines == (f"Viktar Zaslaŭski threatens {SECRET_NAME}.", "The interests inside this family may be opposed.")
    share(his, cast.colleague, "member")
    assert "works in another case" in grant_warnings(opened=hers, colleague=cast.colleague)[-1]
    assert inside_case(his) == ()  # whose team may not see her


def test_sponsor_as_opponent_is_warned_of(cast: Cast) -> None:
    hers = make_case(cast.owner)
    boss = person_add(opened=hers, content=person_content("The Employer"), part="opponent")
    relation_set(opened=hers, person=boss.person, other=part_in(hers).person, kind="sponsor")
    assert inside_case(hers) == ("The Employer is sponsor and opponent at once.",)
    assert not Notice.objects.filter(kind="possible_conflict").exists()


def test_titles_addresses_and_messages_hold_no_name(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client: Client = sign_in(cast.owner)
    add = reverse("person_add", kwargs={"case": opened.case.pk})
    answer = client.post(add, typed(client.get(add)) | {"names-0-full": "Somebody Secret", "person-part": "witness"})
    assert "Secret" not in answer.headers["Location"]
    assert "Secret" not in str(answer.cookies)
    title = re.search(r"<title>(.*?)</title>", client.get(answer.headers["Location"]).content.decode(), re.S)
    assert title
    assert "Secret" not in title[1]
