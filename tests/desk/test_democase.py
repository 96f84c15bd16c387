"""The invented caseload: forty people in fifteen families, and what the law engine says of them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest

from asylon.desk.content import PersonContent, dump, load
from asylon.desk.democase import DemoCase, DemoFamily, families
from asylon.desk.democase.moments import FRIDAY_SATURDAY, Moments
from asylon.desk.democase.russia import RENEWAL_DAYS, RENEWAL_RULE, renewal_end
from asylon.law import Assessment, Duty, assess, read_timeline
from asylon.law.calendars import calendar_for
from asylon.law.days import parse_date
from asylon.law.terms import add_months
from asylon.law.vocabulary import load_vocabulary
from tests.shared import packs

DAYS = [date(2026, 11, 25), date(2027, 1, 2), date(2027, 6, 30), date(2028, 2, 29)]
OURS, STATE = ("applicant", "representative"), ("authority", "court")
COUNTRY_TEAM = {"il": "noa", "ru": "daniil", "rs": "daniil", "de": "miriam", "am": "miriam"}

on_each_day = pytest.mark.parametrize("today", DAYS, ids=str)


@cache
def caseload(today: date) -> tuple[DemoFamily, ...]:
    return families(today)


def cases(today: date) -> dict[str, DemoCase]:
    return {case.key: case for family in caseload(today) for case in family.cases}


@cache
def assessed(today: date) -> dict[str, Assessment]:
    return {key: assess(read_timeline(case.plain()), packs(), on=today) for key, case in cases(today).items()}


def standing(today: date, wanted: str, bearers: tuple[str, ...]) -> dict[str, list[Duty]]:
    """Return by case the duties of `bearers` that stand so and that no other rule displaces."""
    found = {
        key: [
            duty
            for duty in outcome.duties
            if duty.standing == wanted and duty.clause.bearer in bearers and duty.displaced_by is None
        ]
        for key, outcome in assessed(today).items()
    }
    return {key: duties for key, duties in found.items() if duties}


def running(today: date, case: str, *rules: str) -> list[int]:
    """Return the days left of the duties of one case that run under one of `rules`."""
    return [
        duty.days
        for duty in assessed(today)[case].duties
        if duty.rule in rules
        and duty.standing == "running"
        and duty.clause.bearer == "applicant"
        and duty.displaced_by is None
        and duty.days is not None
    ]


@on_each_day
def test_forty_people_in_fifteen_families(today: date) -> None:
    people = [person for family in caseload(today) for person in family.members]
    assert len(caseload(today)) == len({family.key for family in caseload(today)}) == 15
    assert len(people) == len({person.key for person in people}) == 40
    assert {case.jurisdiction for case in cases(today).values()} == set(COUNTRY_TEAM)
    assert len(cases(today)) == sum(len(family.cases) for family in caseload(today))


@on_each_day
def test_everybody_named_belongs_to_the_family_and_has_a_part(today: date) -> None:
    for family in caseload(today):
        own = {person.key for person in family.members}
        assert {key for a, _, b in family.relations for key in (a, b)} <= own
        assert {key for case in family.cases for key, _ in case.people} == own
        assert len({(a, b) for a, _, b in family.relations}) == len(family.relations)
        for case in family.cases:
            assert [part for _, part in case.people].count("applicant") >= 1, case.key
            assert len(dict(case.people)) == len(case.people), case.key


@on_each_day
def test_timelines_hold_nothing_doubtful(today: date) -> None:
    for key, case in cases(today).items():
        timeline = read_timeline(case.plain())
        assert timeline.doubts == (), key
        assert len(timeline.events) == len(case.events) > 0, key
        assert case.attributes["nationality"], key


@on_each_day
def test_renewal_of_the_tailor_is_due_in_nine_days(today: date) -> None:
    assert running(today, "ru-nizar", RENEWAL_RULE) == [RENEWAL_DAYS]


def test_renewal_is_nine_days_ahead_whenever_the_law_can_end_a_term_then() -> None:
    russia = calendar_for(packs().law("ru").calendars["ru"], None)

    def ends_there(day: int) -> bool:
        """Tell whether a month back from some printed end, moved off days off, comes to `day`."""
        raw = day
        while raw == day or russia.is_rest(raw):
            if any(add_months(until, -1) == raw for until in range(raw + 28, raw + 32)):
                return not russia.is_rest(day)
            raw += 1
        return False

    exact = 0
    for offset in range(0, 365, 3):
        today = DAYS[0] + timedelta(days=offset)
        until = renewal_end(today).isoformat()
        granted = {"on": today.isoformat(), "event": "temporary_asylum_granted", "until": until}
        timeline = read_timeline({"case": "x", "jurisdiction": "ru", "events": [granted]})
        (duty,) = (d for d in assess(timeline, packs(), on=today).duties if d.rule == RENEWAL_RULE)
        assert duty.standing == "running"
        assert duty.days is not None
        if ends_there(today.toordinal() + RENEWAL_DAYS):
            exact += 1
            assert duty.days == RENEWAL_DAYS, today
        else:
            assert duty.days != RENEWAL_DAYS, today
            assert abs(duty.days - RENEWAL_DAYS) <= 6, today
    assert exact > 70


@on_each_day
def test_tailor_was_renewed_in_time_every_year(today: date) -> None:
    renewals = [duty for duty in assessed(today)["ru-nizar"].duties if duty.rule == RENEWAL_RULE]
    assert [duty.standing for duty in renewals] == ["met"] * 8 + ["running"]
    refused = [e for e in cases(today)["ru-nizar"].events if e.details.get("outcome") in ("rejected", "dismissed")]
    assert [e.event for e in refused] == [
        "decision_first_instance",
        "complaint_decided",
        "appeal_decided",
        "appeal_decided",
    ]


@on_each_day
def test_split_family_has_two_outcomes(today: date) -> None:
    ales, volha = cases(today)["il-ales"], cases(today)["il-volha"]
    assert "decision_first_instance" not in {event.event for event in ales.events}
    lodged = parse_date(next(event.on for event in ales.events if event.event == "lodged"))
    assert today.toordinal() - lodged.hi > 4 * 365
    assert [part for _, part in volha.people].count("dependant") == 2
    assert "rejected" in {event.details.get("outcome") for event in volha.events}
    (left,) = running(today, "il-volha", "IL-06")
    assert 0 < left <= 21


@on_each_day
def test_terms_that_run_now(today: date) -> None:
    assert running(today, "il-gleb", "IL-05")
    assert running(today, "il-gleb", "IL-07")
    assert len(running(today, "de-zeitouneh", "DE-03", "DE-13")) == 2
    assert len(running(today, "de-tsiklauri", "DE-02", "DE-12")) == 2
    assert running(today, "de-zahra", "DE-01", "DE-11")
    assert running(today, "ru-tariq", "RU-32")
    assert running(today, "am-laleh", "AM-04")
    assert running(today, "rs-pavel", "RS-03")
    assert running(today, "rs-alina", "RS-06")


@on_each_day
def test_expulsion_is_fought_where_a_body_is_open(today: date) -> None:
    outcome = assessed(today)["ru-shohin"]
    assert {body.body: body.open for body in outcome.bodies} == {"ECtHR": False, "HRC": True, "CAT": True}
    assert "Strasbourg" in " ".join(cases(today)["ru-shohin"].notes)
    met = {duty.rule for duty in outcome.duties if duty.standing == "met"}
    assert {"INT-31", "RU-32"} <= met
    assert any(duty.rule == "RU-51" and duty.standing == "running" for duty in outcome.duties)


@on_each_day
def test_what_the_state_missed_and_what_we_missed(today: date) -> None:
    assert len(standing(today, "missed", STATE)) >= 5
    late = {duty.rule for duties in standing(today, "missed", STATE).values() for duty in duties}
    assert {"RU-06", "RU-10", "RU-33", "AM-01", "RS-02"} <= late
    ours = standing(today, "missed", OURS)
    assert list(ours) == ["rs-alina"]
    assert [duty.rule for duty in ours["rs-alina"]] == ["RS-03"]


@on_each_day
def test_undetermined_where_only_month_or_year_is_known(today: date) -> None:
    open_questions = standing(today, "undetermined", (*OURS, *STATE))
    partial = {
        key
        for key, duties in open_questions.items()
        if any(code.startswith("date:") for duty in duties for code in duty.missing)
    }
    assert {"il-adam", "am-shirin", "rs-ndikumana"} <= partial


@on_each_day
def test_interviews_and_hearings_lie_ahead_on_office_days(today: date) -> None:
    ahead = [
        (case.jurisdiction, date.fromisoformat(event.on), event.event)
        for case in cases(today).values()
        for event in case.events
        if parse_date(event.on).lo > today.toordinal()
    ]
    assert [name for _, _, name in ahead].count("interview") >= 4
    assert [name for _, _, name in ahead].count("hearing") >= 3
    assert {name for _, _, name in ahead} == {"interview", "hearing"}
    for country, day, _ in ahead:
        assert day.weekday() not in (FRIDAY_SATURDAY if country == "il" else (5, 6))


@on_each_day
def test_decisions_of_every_kind(today: date) -> None:
    outcomes = {
        event.details["outcome"]
        for case in cases(today).values()
        for event in case.events
        if event.event == "decision_first_instance"
    }
    assert outcomes == load_vocabulary().events["decision_first_instance"].details["outcome"].values


@on_each_day
def test_papers_end_within_thirty_days(today: date) -> None:
    soon = (today + timedelta(days=1)).isoformat(), (today + timedelta(days=30)).isoformat()
    ending = {
        case.key
        for case in cases(today).values()
        for event in case.events
        if event.event in ("document_issued", "permit_issued") and soon[0] <= event.details.get("until", "") <= soon[1]
    }
    assert ending >= {"il-ales", "il-filmon", "il-adam", "il-artur", "ru-anas", "am-evgeniya"}


@on_each_day
def test_who_works_on_what(today: date) -> None:
    for key, case in cases(today).items():
        team = {case.lead, *(name for name, _ in case.members)}
        assert len(team) == 1 + len(case.members), key
        assert "olga" not in team
        assert key == "de-dilshad" or case.lead == COUNTRY_TEAM[case.jurisdiction]
    assert 2 <= sum("sam" in dict(case.members) for case in cases(today).values()) <= 5


@on_each_day
def test_opposed_family_has_teams_with_nobody_in_common(today: date) -> None:
    (family,) = (family for family in caseload(today) if family.opposed)
    assert ("dilshad", "threatens", "sherin") in family.relations
    hers, his = family.cases
    assert not {hers.lead, *dict(hers.members)} & {his.lead, *dict(his.members)}
    assert not set(dict(hers.people)) & set(dict(his.people))


@on_each_day
def test_some_critical_days_wait_for_a_second_person(today: date) -> None:
    waiting = {case.key for case in cases(today).values() for event in case.events if not event.confirmed}
    assert 4 <= len(waiting) <= 8


def people() -> list[PersonContent]:
    return [person.content for family in caseload(DAYS[0]) for person in family.members]


def test_people_are_as_various_as_people() -> None:
    scripts = {name.script for content in people() for name in content.names}
    kinds = {name.kind for content in people() for name in content.names}
    assert {"Latn", "Cyrl", "Arab", "Hebr", "Ethi", "Geor"} <= scripts
    assert {"legal", "native", "alias", "maiden", "mother", "father", "called"} <= kinds
    assert sum(bool(content.safe_contact.code_word) for content in people()) >= 6
    assert sum(content.safe_contact.phone_seized for content in people()) >= 2
    assert sum(bool(content.risks) for content in people()) >= 15
    assert sum(bool(content.born_wording) for content in people()) >= 8
    assert any(content.is_stateless and not content.nationalities for content in people())
    assert sum(len(content.nationalities) > 1 for content in people()) >= 3
    assert any(language.dialect and language.needs_interpreter for c in people() for language in c.languages)


def test_people_are_dated_and_survive_sealing() -> None:
    for content in people():
        assert parse_date(content.born).hi < DAYS[0].toordinal(), content.called
        assert load(PersonContent, dump(content)) == content


def test_nobody_can_own_the_numbers() -> None:
    kept_for_fiction = ("+44 7700 900", "+1 202 555 01", "+49 171 39200", "+972 50 000 00", "+7 000 ", "+374 00 ")
    for content in people():
        assert all(paper.number.startswith("INVENTED-") for paper in content.papers)
        for contact in content.contacts:
            if contact.kind in ("phone", "signal", "whatsapp"):
                assert contact.value.startswith((*kept_for_fiction, "+381 60 000 00")), contact.value
            if contact.kind == "email":
                assert contact.value.endswith("@example.org")
            if contact.kind == "telegram":
                assert contact.value.startswith("@invented_")


def test_moments_keep_off_days_on_which_offices_are_closed() -> None:
    saturday = date(2026, 11, 28)
    assert Moments(saturday).office() == "2026-11-27"
    assert Moments(saturday, FRIDAY_SATURDAY).office() == "2026-11-26"
    assert Moments(saturday).office_ahead(0) == "2026-11-30"
    assert Moments(saturday).ago(days=0) == "2026-11-28"
    assert Moments(date(2028, 2, 29)).ago(years=1) == "2027-02-28"
    assert Moments(saturday).month(days=30) == "2026-10"
