"""The morning board: what it shows to whom, and that its numbers are those of the lists behind them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asylon.desk.forms.board import BoardForm, query_of
from asylon.desk.models import (
    BoardItem,
    Case,
    CasePerson,
    Event,
    FamilyMember,
    Membership,
    SavedView,
    Section,
    Team,
    TrailRow,
    User,
)
from asylon.desk.selectors.board import (
    AHEAD,
    FAMILIES,
    SECTIONS,
    BoardFilter,
    board_items,
    board_sections,
    section_items,
    split_families,
)
from asylon.desk.selectors.families import split_of_cases
from asylon.desk.services import board as board_service
from asylon.desk.services.board import MOST_VIEWS
from asylon.desk.services.cases import case_close
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.memberships import bar_set, membership_take
from asylon.desk.services.people import family_join, family_make
from asylon.desk.services.reckoning import reckon_all, stale_cases
from tests.desk.bulk import make_cases
from tests.desk.cast import (
    SECRET_NAME,
    SECRETS,
    Cast,
    make_case,
    make_cast,
    make_shared_case,
    person_content,
    share,
    sign_in,
)

pytestmark = pytest.mark.django_db
BOARD = "/board"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def today() -> date:
    return timezone.localdate()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def page(client: Client, **query: Any) -> str:
    answer = client.get(BOARD, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def count_on(text: str, title: str) -> int:
    """Return the number at a section of the board, 0 where the section is not shown."""
    found = re.search(rf'{re.escape(title)} <span class="count">(\d+)</span>', text)
    return int(found[1]) if found else 0


def rows_on(text: str) -> int:
    return text.count("<tr data-row>") + text.count("<li data-row>")


# ---------------------------------------------------------------- who sees what


def test_everybody_sees_their_own_board_and_no_other(cast: Cast) -> None:
    opened = make_shared_case(cast)
    shown = {name: page(sign_in(user), scope="all") for name, user in cast.everybody().items()}
    for name in ("owner", "colleague", "reader"):
        assert SECRET_NAME in shown[name], name
        assert opened.case.number in shown[name]
        assert count_on(shown[name], "Waiting without a decision") == 1
    for name in ("interpreter", "stranger", "boss", "admin"):
        assert not [secret for secret in SECRETS if secret in shown[name]], name
        assert opened.case.number not in shown[name]
        assert str(opened.case.pk) not in shown[name]


def test_mine_is_where_i_work_and_team_is_where_my_team_does(cast: Cast) -> None:
    make_shared_case(cast)
    assert SECRET_NAME in page(sign_in(cast.owner))
    assert SECRET_NAME in page(sign_in(cast.colleague))
    reader = sign_in(cast.reader)
    assert SECRET_NAME not in page(reader)
    assert "Nothing of yours is due" in page(reader)
    assert SECRET_NAME in page(reader, scope="team")
    User.objects.filter(pk=cast.reader.pk).update(team=Team.objects.create(name="Second"))
    assert SECRET_NAME not in page(reader, scope="team")
    assert SECRET_NAME in page(reader, scope="all")


def test_a_taken_key_and_a_bar_take_the_lines_away(cast: Cast) -> None:
    opened = make_shared_case(cast)
    clients = {name: sign_in(getattr(cast, name)) for name in ("colleague", "reader")}
    membership_take(opened=opened, user=cast.colleague)
    bar_set(opened=opened, user=cast.reader)
    for client in clients.values():
        assert SECRET_NAME not in page(client, scope="all")


def test_the_board_is_in_the_trail_with_the_number_of_cases(cast: Cast) -> None:
    make_shared_case(cast)
    page(sign_in(cast.owner))
    row = TrailRow.objects.get(action="board.read")
    assert (row.actor, row.count) == ("owner", 1)


def test_signed_out_is_sent_to_sign_in(cast: Cast) -> None:
    for path in (BOARD, "/board/reckoning"):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"][:8]) == (302, "/sign-in")


# ---------------------------------------------------------------- substance


def test_a_line_says_who_what_by_when_and_who_leads(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event_add(opened=opened, draft=EventDraft("hearing", in_days(3), {"time": "09:15"}))
    text = page(sign_in(cast.owner))
    (row,) = [row for row in re.findall(r"<tr data-row>.*?</tr>", text, re.DOTALL) if "Hearing" in row]
    for part in (SECRET_NAME, opened.case.number, "Israel", "09:15", "3 days left", "Fixed", "Owner"):
        assert part in row
    assert f'href="{reverse("case", kwargs={"case": opened.case.pk})}"' in row
    assert "First thing:" in text
    assert "As the law stands on" in text
    assert SECRET_NAME not in re.search(r"<title>.*?</title>", text, re.DOTALL)[0]  # type: ignore[index]


def test_the_rule_of_a_duty_is_named_with_its_title(cast: Cast) -> None:
    opened = make_case(cast.owner, jurisdiction="ru")
    outcome = {"outcome": "rejected", "procedure": "temporary_asylum"}
    event_add(opened=opened, draft=EventDraft("decision_first_instance", in_days(-9), outcome))
    told = {"of": "decision_first_instance", "mode": "received"}
    event_add(opened=opened, draft=EventDraft("notification", in_days(-5), told))
    text = page(sign_in(cast.owner), section="due")
    assert "Complaint or court claim" in text
    assert "RU-20/written" in text
    assert "applicant" in text


def test_the_title_of_a_rule_is_in_the_language_of_each_reader(cast: Cast) -> None:
    opened = make_case(cast.owner, jurisdiction="ru")
    outcome = {"outcome": "rejected", "procedure": "temporary_asylum"}
    event_add(opened=opened, draft=EventDraft("decision_first_instance", in_days(-9), outcome))
    told = {"of": "decision_first_instance", "mode": "received"}
    event_add(opened=opened, draft=EventDraft("notification", in_days(-5), told))
    client = sign_in(cast.owner)
    assert "Complaint or court claim" in page(client, section="due")
    client.post("/language", {"language": "he", "next": "/board"})
    for text in (page(client, section="due"), client.get(f"/cases/{opened.case.pk}").content.decode()):
        assert "השגה או תביעה לבית המשפט" in text
        assert "Complaint or court claim" not in text
    client.post("/language", {"language": "en", "next": "/board"})
    assert "Complaint or court claim" in page(client, section="due")


def test_a_wait_is_told_in_years_and_a_closed_case_is_gone(cast: Cast) -> None:
    opened = make_case(cast.owner)
    client = sign_in(cast.owner)
    assert re.search(r"\d+ years", page(client, section="waiting"))
    case_close(opened=opened)
    assert "Nothing of yours is due" in page(client)


def test_a_case_that_cannot_be_read_asks_to_be_looked_at(cast: Cast) -> None:
    opened = make_case(cast.owner)
    Event.objects.unwalled("write").filter(case=opened.case).update(on="2024-02-31")
    reckon_all(is_forced=True)
    text = page(sign_in(cast.owner), section="undetermined")
    assert "The law cannot be applied to this case" in text
    assert SECRET_NAME in text


def test_long_lists_open_from_the_board_and_have_pages(cast: Cast) -> None:
    make_cases(cast.owner, 60, on=today())
    BoardItem.objects.unwalled("reckon").all().delete()
    reckon_all(is_forced=True)
    client = sign_in(cast.owner)
    board = page(client)
    total = BoardItem.objects.visible_to(cast.owner).filter(section="state_missed").count()
    assert total > 5
    assert f"All {total}" in board
    first = page(client, section="state_missed")
    assert rows_on(first) == min(total, 50)
    BoardItem.objects.bulk_create(
        [BoardItem(case=case, section="waiting", day=today()) for case in Case.objects.unwalled("reckon")]
    )
    waiting = BoardItem.objects.visible_to(cast.owner).filter(section="waiting").count()
    assert waiting >= 60
    second = page(client, section="waiting", page=2)
    assert f"51 to {min(waiting, 100)} of {waiting}" in second
    assert rows_on(second) == min(waiting, 100) - 50


# ---------------------------------------------------------------- families


def split_family(cast: Cast) -> tuple[Any, Any]:
    """A wife who was refused and must leave, led by the owner, and a husband who waits, led by the colleague."""
    wife = make_case(cast.owner, title="Wife", person=person_content("Volha Kavalenka"))
    husband = make_case(cast.colleague, title="Husband", person=person_content("Ihar Kavalenka"))
    (part,) = CasePerson.objects.visible_to(cast.owner).filter(case=wife.case)
    family = family_make(opened=wife, parts=[part])
    (other,) = CasePerson.objects.visible_to(cast.colleague).filter(case=husband.case)
    share(wife, cast.colleague, "reader")
    family_join(opened=husband, family=family, part=other)
    membership_take(opened=wife, user=cast.colleague)
    event_add(opened=wife, draft=EventDraft("decision_first_instance", in_days(-40), {"outcome": "rejected"}))
    event_add(opened=wife, draft=EventDraft("deportation_order", in_days(-10)))
    return wife, husband


def test_a_family_about_to_be_split_shows_only_to_who_may_see_both_sides(cast: Cast) -> None:
    _wife, husband = split_family(cast)
    for user in (cast.owner, cast.colleague):
        text = page(sign_in(user), scope="all")
        assert "Families about to be split <" not in text
        assert count_on(text, "Families about to be split") == 0
    share(husband, cast.owner, "reader")
    text = page(sign_in(cast.owner))
    assert count_on(text, "Families about to be split") == 1
    assert "Volha Kavalenka" in text
    assert "Ihar Kavalenka" in text
    assert "One has a removal day or order and another has none." in text
    listed = page(sign_in(cast.owner), section=FAMILIES)
    assert rows_on(listed) == 1
    # It is the wife's case that is mine; under the husband's lead the family is there as well.
    assert rows_on(page(sign_in(cast.owner), section=FAMILIES, scope="all", lead=cast.colleague.pk)) == 1
    assert rows_on(page(sign_in(cast.owner), section=FAMILIES, country="de")) == 0
    assert rows_on(page(sign_in(cast.colleague), section=FAMILIES, scope="all")) == 0
    membership_take(opened=husband, user=cast.owner)
    assert count_on(page(sign_in(cast.owner)), "Families about to be split") == 0


def test_a_family_with_one_outcome_is_not_split(cast: Cast) -> None:
    _wife, husband = split_family(cast)
    share(husband, cast.owner, "reader")
    event_add(opened=husband, draft=EventDraft("decision_first_instance", in_days(-40), {"outcome": "rejected"}))
    event_add(opened=husband, draft=EventDraft("deportation_order", in_days(-10)))
    assert count_on(page(sign_in(cast.owner)), "Families about to be split") == 0


# ---------------------------------------------------------------- numbers and lists agree


def expected(user: User, chosen: BoardFilter, on: date) -> dict[str, set[Any]]:
    """Work out the lines of each section by hand, row by row."""
    found: dict[str, set[Any]] = {key: set() for key in SECTIONS if key != FAMILIES}
    roles = dict(Membership.objects.visible_to(user).filter(user=user).values_list("case_id", "role"))
    leads = {(row.case_id, row.user_id) for row in Membership.objects.unwalled("reckon").filter(role="lead")}
    for item in BoardItem.objects.unwalled("reckon").select_related("case"):
        limit = chosen.days if chosen.days is not None else AHEAD.get(item.section)
        allowed = ("lead", "member") if chosen.scope == "mine" else ("lead", "member", "reader")
        is_shown = (
            roles.get(item.case_id) in allowed
            and (chosen.scope != "team" or item.case.team_id == user.team_id)
            and chosen.country in ("", item.case.jurisdiction)
            and chosen.section in ("", item.section)
            and chosen.bearer in ("", item.bearer)
            and (chosen.lead is None or (item.case_id, chosen.lead) in leads)
            and (item.section not in AHEAD or limit is None or (item.day or on) <= on + timedelta(days=limit))
        )
        if is_shown:
            found[item.section].add(item.pk)
    return found


FILTERS = st.builds(
    BoardFilter,
    scope=st.sampled_from(("mine", "team", "all")),
    country=st.sampled_from(("", "ru", "it", "de")),
    section=st.sampled_from(("", *SECTIONS)),
    days=st.sampled_from((None, 7, 30, 365)),
    bearer=st.sampled_from(("", "applicant", "authority", "court")),
    lead=st.sampled_from((None, 0, 1)),
)


def test_numbers_are_those_of_the_lists_under_any_filter(cast: Cast) -> None:
    on = date(2026, 11, 25)
    make_cases(cast.owner, 40, on=on, members=[(cast.reader, "reader")], team=cast.owner.team, seed=1)
    make_cases(cast.colleague, 30, on=on, members=[(cast.reader, "member"), (cast.owner, "reader")], seed=2)
    make_cases(cast.stranger, 10, on=on, members=[(cast.reader, "interpreter")], seed=3)
    reckon_all(on=on)
    leads = (cast.owner.pk, cast.colleague.pk)
    lengths: list[int] = []

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(chosen=FILTERS, who=st.sampled_from(("owner", "reader", "stranger", "boss")))
    def agree(chosen: BoardFilter, who: str) -> None:
        user = getattr(cast, who)
        lead = None if chosen.lead is None else leads[chosen.lead]
        asked = BoardFilter(chosen.scope, chosen.country, chosen.section, chosen.days, chosen.bearer, lead)
        by_hand = expected(user, asked, on)
        for section in board_sections(user, asked, on=on, most=5):
            if section.key == FAMILIES:
                continue
            listed = [row.pk for row in section_items(board_items(user, asked), asked, section.key, on=on)]
            assert section.count == len(listed) == len(by_hand[section.key])
            assert set(listed) == by_hand[section.key]
            assert [row.pk for row in section.items] == listed[:5]
            lengths.append(section.count)

    agree()
    assert max(lengths) > 20


def test_numbers_on_the_page_are_those_of_the_pages_behind(cast: Cast) -> None:
    make_cases(cast.owner, 25, on=today())
    client = sign_in(cast.owner)
    seen = 0
    for query in ({}, {"country": "ru"}, {"days": "365", "scope": "all"}, {"bearer": "authority"}):
        text = page(client, **query)
        for key, title in [*Section.choices, (FAMILIES, "Families about to be split")]:
            count = count_on(text, str(title))
            listed = page(client, **query, section=key)
            assert rows_on(listed) == min(count, 50), (query, key)
            seen += count
    assert seen > 50


def test_what_is_not_understood_in_an_address_is_left_out(cast: Cast) -> None:
    make_shared_case(cast)
    odd = {"scope": "world", "country": "<b>", "days": "-1", "bearer": "x", "lead": "9999", "section": "y", "q": "A"}
    assert query_of(BoardForm(odd).chosen) == ""
    assert SECRET_NAME in page(sign_in(cast.owner), **odd)
    kept = {"scope": "all", "section": "due", "days": "30", "lead": str(cast.owner.pk)}
    assert query_of(BoardForm(kept).chosen) == f"scope=all&section=due&days=30&lead={cast.owner.pk}"


# ---------------------------------------------------------------- freshness


def test_an_old_board_is_reckoned_before_it_is_shown(cast: Cast) -> None:
    make_shared_case(cast)
    Case.objects.unwalled("reckon").update(reckoned_on=today() - timedelta(days=1))
    assert SECRET_NAME in page(sign_in(cast.owner))
    assert stale_cases(today()).count() == 0


def test_a_large_old_board_is_shown_as_it_stands_and_reckoned_in_steps(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_service, "AT_ONCE", 3)
    monkeypatch.setattr(board_service, "STEP", 4)
    make_cases(cast.owner, 10, on=today())
    client = sign_in(cast.owner)
    text = page(client)
    assert "10 cases still show how they stood on an earlier day." in text
    assert stale_cases(today()).count() == 10
    for left in (6, 2):
        answer = client.get("/board/reckoning")
        assert f"{10 - left} / 10" in answer.content.decode()
        assert 'http-equiv="refresh"' in answer.content.decode()
    answer = client.get("/board/reckoning")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/board")
    assert "still show" not in page(client)
    Case.objects.unwalled("reckon").filter(reckoned_on=today()).update(changed=F("changed") + 1)
    assert client.get("/board/reckoning").status_code == 200


# ---------------------------------------------------------------- saved views


def test_a_view_is_saved_shown_as_a_tab_and_removed(cast: Cast) -> None:
    client = sign_in(cast.owner)
    given = {"name": " This  week ", "query": "days=7&country=ru&q=Maryna&scope=mine"}
    answer = client.post("/board/views", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/board?country=ru&days=7")
    client.post("/board/views", given)
    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (cast.owner, "This week", "country=ru&days=7")
    text = page(client, country="ru", days="7")
    assert re.search(r'aria-current="page">This week', text)
    assert "Remove this saved view" in text
    assert "This week" not in page(sign_in(cast.colleague))
    sign_in(cast.colleague).post("/board/views/remove", {"view": view.pk})
    assert SavedView.objects.count() == 1
    assert client.post("/board/views/remove", {"view": view.pk}).status_code == 302
    assert client.post("/board/views/remove", {"view": view.pk}).status_code == 302
    assert SavedView.objects.count() == 0


def test_a_view_needs_a_name_and_there_are_not_too_many(cast: Cast) -> None:
    client = sign_in(cast.owner)
    answer = client.post("/board/views", {"name": "  ", "query": "days=7"}, follow=True)
    assert "Give the view a name" in answer.content.decode()
    for number in range(MOST_VIEWS + 1):
        answer = client.post("/board/views", {"name": f"View {number}", "query": "days=7"}, follow=True)
    assert "remove one before you save another" in answer.content.decode()
    assert SavedView.objects.count() == MOST_VIEWS
    client.post("/board/views", {"name": "View 3", "query": "days=30"})
    assert SavedView.objects.get(name="View 3").query == "days=30"


def test_methods(cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert client.post(BOARD).status_code == 405
    assert client.get("/board/views").status_code == 405
    assert client.get("/board/views/remove").status_code == 405


def test_the_store_finds_the_families_that_the_rule_finds(cast: Cast) -> None:
    on = date(2026, 11, 25)
    made = make_cases(cast.owner, 120, on=on, members=[(cast.reader, "reader")], seed=1)
    make_cases(cast.colleague, 40, on=on, members=[(cast.reader, "member")], seed=2)
    reckon_all(on=on)
    Case.objects.unwalled("reckon").filter(pk__in=[case.pk for case in made[::5]]).update(closed_at=timezone.now())
    found = 0
    for who, scope, role in (("owner", "mine", ""), ("reader", "all", ""), ("reader", "mine", "member")):
        user = getattr(cast, who)
        expected_ids = set()
        for family in FamilyMember.objects.visible_to(user).values_list("family_id", flat=True).distinct():
            rows = Case.objects.visible_to(user).filter(people__person__families__family=family).distinct()
            shown = rows.filter(memberships__user=user, memberships__role=role) if role else rows
            columns = rows.values_list("outcome", "removal_day", "closed_at")
            if shown.exists() and split_of_cases([(out, day, closed is not None) for out, day, closed in columns]):
                expected_ids.add(family)
        assert set(split_families(user, BoardFilter(scope=scope))) == expected_ids
        found += len(expected_ids)
    assert found > 10
