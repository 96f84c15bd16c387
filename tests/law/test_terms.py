"""Terms reckoned by hand with a paper calendar, one row of section 6 of the law brief after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from asylon.law import Timeline
from asylon.law.calendars import Calendar, calendar_for
from asylon.law.packs import Counting, Freeze, Length, Unit
from asylon.law.terms import MINUTES, add_hours, add_length, add_months, round_ends, thaw
from tests.shared import duties, ends, event, packs, timeline


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def text(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def system(jurisdiction: str, counting: str, region: str | None = None) -> tuple[Counting, Calendar]:
    law = packs().law(jurisdiction)
    row = law.countings[counting]
    return row, calendar_for(law.calendars[row.calendar or law.calendar], region)


def length(words: str) -> Length:
    number, unit = words.split(" ", 1)
    return Length(int(number), cast("Unit", unit))


def reckon(jurisdiction: str, counting: str, start: str, term: str, region: str | None = None) -> tuple[str, str, str]:
    row, calendar = system(jurisdiction, counting, region)
    found = round_ends(add_length(day(start), length(term), row, calendar), row.roll, calendar)
    return text(found.raw), text(found.legal), text(found.safe)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-02-28", 1, "2027-03-28"),
        ("2026-05-31", 1, "2026-06-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2096-02-29", 48, "2100-02-28"),
        ("2026-11-15", 2, "2027-01-15"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2028-03-31", -1, "2028-02-29"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-05-31", -3, "2026-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_keep_the_number_or_end_with_the_month(start: str, months: int, end: str) -> None:
    assert text(add_months(day(start), months)) == end


ROWS: list[tuple[str, str, str, str, str | None, tuple[str, str, str]]] = [
    # EU APR: 12 June 2026 is a Friday; Saturday and Sunday count inside the term
    ("it", "EU-APR", "2026-06-12", "5 days", None, ("2026-06-17",) * 3),
    ("it", "EU-APR", "2026-06-10", "1 weeks", None, ("2026-06-17",) * 3),
    # 15 August 2026 is a Saturday and a holiday
    ("it", "EU-APR", "2026-07-25", "21 days", None, ("2026-08-15", "2026-08-17", "2026-08-14")),
    ("it", "EU-APR", "2026-08-31", "6 months", None, ("2027-02-28", "2027-03-01", "2027-02-26")),
    # working days: weekends, 2 June (Italy), Good Friday and Easter Monday 2026 (Germany) do not count
    ("it", "EU-APR", "2026-06-12", "3 working_days", None, ("2026-06-17",) * 3),
    ("it", "EU-APR", "2026-06-01", "3 working_days", None, ("2026-06-05",) * 3),
    ("de", "EU-APR", "2026-04-02", "3 working_days", None, ("2026-04-09",) * 3),
    ("it", "EU-APR", "2026-08-03", "15 working_days", None, ("2026-08-24",) * 3),
    # EU AMMR: 2 January 2027 is a Saturday, 1 January a holiday
    ("it", "EU-AMM", "2026-12-19", "2 weeks", None, ("2027-01-02", "2027-01-04", "2026-12-31")),
    # Dublin III: no sentence moves the end; 15 November 2025 is a Saturday
    ("it", "EU-DUBLIN", "2025-08-15", "3 months", None, ("2025-11-15", "2025-11-15", "2025-11-14")),
    # Qualification, Reception, Return acts: Regulation 1182/71; 13 June 2026 is a Saturday
    ("it", "EU-1182", "2026-05-29", "15 days", None, ("2026-06-13", "2026-06-15", "2026-06-12")),
    # ECtHR: 21 November 2026 is a Saturday and stays
    ("rs", "ECHR", "2026-07-21", "4 months", None, ("2026-11-21", "2026-11-21", "2026-11-20")),
    # Russia, Law on Refugees: New Year holidays to 10 January 2027
    ("ru", "RU-LAW", "2026-12-02", "1 months", None, ("2027-01-02", "2027-01-11", "2026-12-30")),
    # decreed: Saturday 20 February 2027 is worked, Monday 22 and Tuesday 23 are off
    ("ru", "RU-LAW", "2027-01-20", "1 months", None, ("2027-02-20",) * 3),
    ("ru", "RU-LAW", "2027-01-21", "1 months", None, ("2027-02-21", "2027-02-24", "2027-02-20")),
    ("ru", "RU-LAW", "2027-02-18", "3 working_days", None, ("2027-02-24",) * 3),
    # CAS: days are working days; Friday 12 June 2026 is a holiday
    ("ru", "RU-CAS", "2026-06-01", "10 days", None, ("2026-06-16",) * 3),
    ("ru", "RU-CAS", "2026-05-12", "1 months", None, ("2026-06-12", "2026-06-15", "2026-06-11")),
    # KoAP: days are calendar days and move, sutki end where they end
    ("ru", "RU-KOAP", "2026-06-02", "10 days", None, ("2026-06-12", "2026-06-15", "2026-06-11")),
    ("ru", "RU-KOAP-SUTKI", "2026-06-02", "10 days", None, ("2026-06-12", "2026-06-12", "2026-06-11")),
    # Israel: Saturday moves to Sunday; Friday stays though offices are closed
    ("il", "IL-LAW", "2026-11-07", "2 weeks", None, ("2026-11-21", "2026-11-22", "2026-11-19")),
    ("il", "IL-LAW", "2026-11-06", "2 weeks", None, ("2026-11-20", "2026-11-20", "2026-11-19")),
    # the two days of the New Year 5787 are Saturday 12 and Sunday 13 September 2026; Yom Kippur is the 21st
    ("il", "IL-LAW", "2026-08-12", "1 months", None, ("2026-09-12", "2026-09-14", "2026-09-10")),
    ("il", "IL-LAW", "2026-08-21", "1 months", None, ("2026-09-21", "2026-09-22", "2026-09-20")),
    # recess of the courts: the opened example of the brief, then summer with Sukkot, then Pesach
    ("il", "IL-COURT", "2013-09-22", "45 days", None, ("2013-11-10",) * 3),
    ("il", "IL-COURT", "2026-07-15", "45 days", None, ("2026-10-24", "2026-10-25", "2026-10-22")),
    ("il", "IL-COURT", "2027-04-19", "10 days", None, ("2027-05-07", "2027-05-07", "2027-05-06")),
    # Germany: Corpus Christi 4 June 2026 in Bavaria, not in Berlin; 8 March 2027 in Berlin, not in Bavaria
    ("de", "DE-LAW", "2026-05-21", "2 weeks", "BE", ("2026-06-04",) * 3),
    ("de", "DE-LAW", "2026-05-21", "2 weeks", "BY", ("2026-06-04", "2026-06-05", "2026-06-03")),
    ("de", "DE-LAW", "2027-02-20", "2 weeks", "BE", ("2027-03-06", "2027-03-09", "2027-03-05")),
    ("de", "DE-LAW", "2027-02-20", "2 weeks", "BY", ("2027-03-06", "2027-03-08", "2027-03-05")),
    # United States: 4 July 2026 is a Saturday, Friday the 3rd is off in its place
    ("us", "US-EOIR", "2026-06-04", "30 days", None, ("2026-07-04", "2026-07-06", "2026-07-02")),
    ("us", "US-I589", "2025-07-04", "1 years", None, ("2026-07-04", "2026-07-06", "2026-07-02")),
    # Serbia: 15 and 16 February are the Statehood days, in 2027 a Monday and a Tuesday
    ("rs", "RS-LAW", "2027-01-31", "15 days", None, ("2027-02-15", "2027-02-17", "2027-02-12")),
]


@pytest.mark.parametrize(("jurisdiction", "counting", "start", "term", "region", "expected"), ROWS)
def test_rows_of_section_6(
    jurisdiction: str, counting: str, start: str, term: str, region: str | None, expected: tuple[str, str, str]
) -> None:
    assert reckon(jurisdiction, counting, start, term, region) == expected


@pytest.mark.parametrize(
    ("jurisdiction", "counting", "start", "raw", "legal"),
    [
        # 13 June 2026 is a Saturday
        ("am", "AM-LAW", "2026-05-14", "2026-06-13", "2026-06-15"),
        ("ge", "GE-LAW", "2026-05-14", "2026-06-13", "2026-06-15"),
        ("kz", "KZ-LAW", "2026-05-14", "2026-06-13", "2026-06-15"),
        ("gb", "GB-TRIBUNAL", "2026-05-14", "2026-06-13", "2026-06-15"),
    ],
)
def test_general_codes_move_to_the_next_working_day(
    jurisdiction: str, counting: str, start: str, raw: str, legal: str
) -> None:
    assert reckon(jurisdiction, counting, start, "30 days") == (raw, legal, "2026-06-12")


def test_united_kingdom_over_christmas() -> None:
    # Christmas 2026 is a Friday, Boxing Day falls on Saturday and Monday 28 is off in its place
    raw, legal, safe = reckon("gb", "GB-TRIBUNAL", "2026-12-11", "14 days", "ENG")
    assert (raw, safe) == ("2026-12-25", "2026-12-24")
    assert legal >= "2026-12-29"


def test_working_days_backward_over_a_decreed_saturday() -> None:
    row, calendar = system("ru", "RU-LAW")
    end = add_length(day("2027-02-24"), length("3 working_days"), row, calendar, backward=True)
    assert text(end) == "2027-02-18"


def test_backward_rounding_stops_at_a_worked_saturday() -> None:
    _, calendar = system("ru", "RU-LAW")
    found = round_ends(day("2027-02-23"), "backward", calendar)
    assert (text(found.raw), text(found.legal), text(found.safe)) == ("2027-02-23", "2027-02-20", "2027-02-20")


def test_day_of_the_event_can_count() -> None:
    row, calendar = system("it", "EU-APR")
    counted = replace(row, event_day="included")
    assert text(add_length(day("2026-06-01"), length("7 days"), counted, calendar)) == "2026-06-07"
    assert text(add_length(day("2026-06-01"), length("1 weeks"), counted, calendar)) == "2026-06-07"
    assert text(add_length(day("2026-06-03"), length("2 working_days"), counted, calendar)) == "2026-06-04"
    assert text(add_length(day("2026-06-01"), length("1 months"), counted, calendar)) == "2026-07-01"


@pytest.mark.parametrize(
    ("start", "minute", "hours", "zone", "end", "clock"),
    [
        # Israel: Friday 26 March 2027 02:00 becomes 03:00; Sunday 25 October 2026 02:00 becomes 01:00
        ("2027-03-25", 600, 96, "Asia/Jerusalem", "2027-03-29", "11:00"),
        ("2026-10-24", 600, 24, "Asia/Jerusalem", "2026-10-25", "09:00"),
        ("2026-10-22", 600, 96, "Asia/Jerusalem", "2026-10-26", "09:00"),
        ("2026-11-01", 600, 24, "Asia/Jerusalem", "2026-11-02", "10:00"),
        ("2027-03-26", 600, 72, "Europe/Belgrade", "2027-03-29", "11:00"),
        ("2027-03-27", 1439, 48, "Europe/Moscow", "2027-03-29", "23:59"),
        ("2026-12-31", 1380, 2, "Europe/Moscow", "2027-01-01", "01:00"),
    ],
)
def test_hours_are_hours_that_pass(start: str, minute: int, hours: int, zone: str, end: str, clock: str) -> None:
    found, left = divmod(add_hours(day(start), minute, hours, zone), MINUTES)
    assert (text(found), f"{left // 60:02}:{left % 60:02}") == (end, clock)


FREEZE = packs().law("ru").freezes["RU-FREEZE-2020"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # frozen from 15 March 2020 to 15 June 2021, both included: 458 days
        ("2020-01-10", "2021-01-10", "2022-04-13"),
        ("2020-03-14", "2020-03-15", "2021-06-16"),
        ("2020-05-01", "2020-05-04", "2021-06-18"),
        ("2020-01-10", "2020-03-14", "2020-03-14"),
        ("2021-06-15", "2021-06-20", "2021-06-20"),
        ("2021-06-16", "2021-06-20", "2021-06-20"),
    ],
)
def test_freeze(start: str, end: str, expected: str) -> None:
    assert text(thaw(day(start), day(end), FREEZE)) == expected


def test_frozen_days_are_not_counted_step_by_step_either() -> None:
    row, calendar = system("ru", "RU-LAW")
    frozen = Freeze("f", "f", day("2027-02-19"), day("2027-02-20"), FREEZE.source)
    end = add_length(day("2027-02-18"), length("2 working_days"), row, calendar, freezes=[frozen])
    assert text(end) == "2027-02-25"


def admitted(*events: dict[str, Any]) -> Timeline:
    return timeline(
        event("2026-08-31", "decision_preliminary", procedure="refugee_status", outcome="admitted"), *events
    )


def test_extension_runs_as_one_term_from_the_start() -> None:
    assert ends(admitted(), "RU-05", "2026-09-01") == [("2026-11-30",) * 3]
    extended = admitted(event("2026-11-20", "term_extended", of="RU-05", months=3))
    assert ends(extended, "RU-06", "2026-11-21") == [("2027-02-28", "2027-03-01", "2027-02-26")]
    assert [duty.displaced_by for duty in duties(extended, "RU-05", "2026-11-21")] == ["RU-06"]


def test_extension_is_cut_at_the_most_the_law_allows() -> None:
    longer = admitted(event("2026-11-20", "term_extended", of="RU-05", months=9))
    assert ends(longer, "RU-06", "2026-11-21") == [("2027-02-28", "2027-03-01", "2027-02-26")]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2027-03-15", ("2027-02-15",) * 3),
        # 15 November 2026 is a Sunday: back to Friday
        ("2026-12-15", ("2026-11-15", "2026-11-13", "2026-11-13")),
        # 21 February 2027 is a Sunday: back to the worked Saturday
        ("2027-03-21", ("2027-02-21", "2027-02-20", "2027-02-20")),
        # no 31 February
        ("2027-03-31", ("2027-02-28", "2027-02-26", "2027-02-26")),
    ],
)
def test_deadline_backward(until: str, expected: tuple[str, str, str]) -> None:
    given = timeline(event("2026-03-15", "temporary_asylum_granted", until=until))
    assert ends(given, "RU-12", "2026-09-01", "first") == [expected]


def test_deadline_act_and_its_standing() -> None:
    refused = [
        event("2026-11-30", "decision_first_instance", procedure="refugee_status", outcome="rejected"),
        event("2026-12-02", "notification", of="decision_first_instance", mode="received"),
    ]
    assert ends(timeline(*refused), "RU-20", "2026-12-10", "written") == [("2027-01-02", "2027-01-11", "2026-12-30")]
    for filed, standing, days in (("2027-01-11", "met", 0), ("2027-01-12", "met_late", -1)):
        given = timeline(*refused, event(filed, "complaint_lodged", against="decision_first_instance"))
        found = duties(given, "RU-20", "2027-02-01", "written")
        assert [(duty.standing, duty.days) for duty in found] == [(standing, days)]
    assert [d.standing for d in duties(timeline(*refused), "RU-20", "2027-01-11", "written")] == ["running"]
    assert [d.standing for d in duties(timeline(*refused), "RU-20", "2027-01-12", "written")] == ["missed"]


def test_deadline_state() -> None:
    lodged = timeline(event("2026-08-31", "lodged", procedure="asylum"), jurisdiction="it")
    assert ends(lodged, "EU-APR-12", "2026-09-01") == [("2027-02-28", "2027-03-01", "2027-02-26")]


def test_earliest_is_never_moved() -> None:
    # 150 days after 1 January 2026 is Sunday 31 May
    lodged = timeline(event("2026-01-01", "lodged", procedure="asylum"), jurisdiction="us")
    assert ends(lodged, "US-03", "2026-02-01", "file") == [("2026-05-31", "2026-05-31", "2026-05-29")]
    assert [d.standing for d in duties(lodged, "US-03", "2026-05-30", "file")] == ["running"]
    assert [d.standing for d in duties(lodged, "US-03", "2026-05-31", "file")] == ["met"]


def test_confinement_limit_is_never_moved() -> None:
    # 11 July 2026 is a Saturday
    held = timeline(
        event("2026-06-15", "lodged", procedure="asylum"), event("2026-06-20", "detention_started"), jurisdiction="it"
    )
    assert [(e[0], e[1]) for e in ends(held, "EU-RCD-05", "2026-06-21", "release")] == [("2026-07-11", "2026-07-11")]


def test_hours_over_the_change_of_the_clock() -> None:
    held = timeline(event("2027-03-25", "detention_started", time="10:00"), jurisdiction="il")
    assert ends(held, "IL-11", "2027-03-26") == [("2027-03-29T11:00",) * 3]
    assert ends(held, "IL-11b", "2027-03-26") == [("2027-03-26T11:00",) * 3]


def test_hours_without_a_time_of_day_give_the_range() -> None:
    heard = event("2026-11-02", "detention_reviewed", time="12:00", outcome="extended")
    (found,) = duties(
        timeline(event("2026-11-01", "detention_started"), heard, jurisdiction="il"), "IL-11b", "2026-11-03"
    )
    assert found.ending is not None
    assert (found.ending.raw, found.ending.latest) == (day("2026-11-02") * MINUTES, day("2026-11-02") * MINUTES + 1439)
    assert (found.standing, found.missing) == ("undetermined", ("time:detention_started",))


def test_validity_by_the_printed_date_or_the_most_the_law_allows() -> None:
    printed = timeline(event("2026-03-15", "temporary_asylum_granted", until="2026-12-05"))
    assert [(e[0], e[1]) for e in ends(printed, "RU-11", "2026-04-01", "first")] == [("2026-12-05", "2026-12-05")]
    silent = timeline(event("2026-03-15", "temporary_asylum_granted"))
    (found,) = duties(silent, "RU-11", "2026-04-01", "first")
    assert found.ending is not None
    assert (text(found.ending.raw), found.standing) == ("2027-03-15", "undetermined")
    assert found.missing == ("detail:temporary_asylum_granted:until",)


def test_chained_term_starts_where_the_first_lapsed() -> None:
    registered = timeline(event("2026-06-01", "registration"), jurisdiction="rs")
    assert ends(registered, "RS-03", "2026-06-16") == []
    assert ends(registered, "RS-03", "2026-06-17") == [("2026-06-24",) * 3]


REFUSED = [
    event("2026-06-20", "lodged", procedure="asylum"),
    event("2026-09-01", "decision_first_instance", procedure="asylum", outcome="rejected"),
    event("2026-09-04", "notification", of="decision_first_instance", mode="received"),
]


def test_parameter_no_state_has_filled_gives_the_range() -> None:
    (found,) = duties(timeline(*REFUSED, jurisdiction="eu"), "EU-APR-31", "2026-09-05")
    assert found.ending is not None
    # 2 weeks: Friday 18 September; 1 month: Sunday 4 October, moved to Monday
    assert (text(found.ending.legal), text(found.ending.latest)) == ("2026-09-18", "2026-10-05")


def test_parameter_a_state_has_filled() -> None:
    (found,) = duties(timeline(*REFUSED, jurisdiction="it", abroad=False), "EU-APR-31", "2026-09-05")
    assert found.ending is not None
    # 30 days: Sunday 4 October, moved to Monday
    assert (text(found.ending.raw), text(found.ending.latest)) == ("2026-10-04", "2026-10-05")


def test_soft_target() -> None:
    lodged = timeline(event("2026-01-01", "lodged", procedure="asylum"), jurisdiction="us")
    assert [e[0] for e in ends(lodged, "US-08", "2026-01-02", "interview")] == ["2026-02-15"]


def test_european_court_counts_calendar_months() -> None:
    for notified, end, safe in (("2026-07-21", "2026-11-21", "2026-11-20"), ("2021-05-13", "2021-11-13", "2021-11-12")):
        final = timeline(
            event(notified, "decision_final", outcome="rejected"),
            event(notified, "notification", of="decision_final", mode="received"),
            jurisdiction="rs",
        )
        assert ends(final, "INT-21", notified) == [(end, end, safe)]


def test_deemed_service_in_germany() -> None:
    # posted Wednesday 1 July 2026, deemed served on Sunday the 5th, two weeks end on Sunday the 19th
    given = timeline(
        event("2026-06-15", "lodged", procedure="asylum"),
        event("2026-06-30", "decision_first_instance", procedure="asylum", outcome="rejected"),
        event("2026-07-01", "notification", of="decision_first_instance", mode="posted"),
        jurisdiction="de",
        region="BE",
    )
    assert ends(given, "DE-11", "2026-07-02", "claim") == [("2026-07-19", "2026-07-20", "2026-07-17")]


def test_month_only_date_gives_the_earliest_end_and_the_latest() -> None:
    given = timeline(event("2026-08", "lodged", procedure="asylum"), jurisdiction="it")
    (found,) = duties(given, "EU-APR-12", "2026-09-01")
    assert found.ending is not None
    assert (text(found.ending.raw), text(found.ending.latest)) == ("2027-02-01", "2027-03-01")


def test_open_dates_can_be_reckoned_with() -> None:
    given = timeline(event("before 2026-10", "temporary_asylum_granted"))
    assert [duty.standing for duty in duties(given, "RU-11", "2026-11-21", "first")] == ["undetermined"]


@pytest.mark.parametrize(
    ("jurisdiction", "happened"),
    [
        ("ru", event("after 2026-06", "temporary_asylum_granted")),
        ("ru", event("2026-06/..", "lodged", procedure="temporary_asylum")),
        ("ru", event("2026-06-01", "temporary_asylum_granted", until="before 2027")),
        ("il", event("before 2026-10", "detention_started")),
        ("ru", event("9999-12-31", "temporary_asylum_granted")),
    ],
)
def test_open_dates_never_leave_the_calendar(jurisdiction: str, happened: dict[str, Any]) -> None:
    on = "9999-12-31" if happened["on"] == "9999-12-31" else "2026-11-21"
    assert duties(timeline(happened, jurisdiction=jurisdiction), "RU-11", on, "first") is not None


def test_extension_of_very_many_months() -> None:
    assert ends(admitted(event("2026-11-20", "term_extended", of="RU-05", months=9999)), "RU-06", "2026-11-21")
