"""What the board shows of one case on one day: a pure function of its events and of what the law engine found.

Which section a duty stands in is decided here and nowhere else. Where a date is not certain, the earliest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from asylon.desk import law
from asylon.desk.models.board import Section
from asylon.desk.services.course import GRANTS, LOSSES, OVER, Course, EventFacts, verdict

# Sections whose day is one on which we must act or appear.
ACTS = frozenset({Section.DUE, Section.COMING, Section.EXPIRING})
# A paper that ran out longer ago than this is no news any more.
EXPIRED_FOR = timedelta(days=366)
# A month or a season in which something may still happen is shown; "some time this year" is no appointment.
VAGUE = timedelta(days=62)
# What one is summoned to. Of these also a date that may already be past is shown.
APPOINTMENTS = frozenset({"hearing", "interview", "detention_reviewed", "reregistration"})
# Papers with a printed end, by the kind that a later one of the same kind replaces.
PAPERS = {
    "document_issued": "document", "permit_issued": "permit", "work_permit_issued": "work permit",
    **dict.fromkeys(GRANTS, "status"),
}  # fmt: skip
# Which validities are papers or statuses somebody lives on; entry bans and the like are none.
LIVED_ON = frozenset({*PAPERS, "term_extended", "group_protection_started", "arrival"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the board, as `BoardItem` keeps it."""

    section: str
    day: date | None
    trigger: str = ""
    rule: str = ""
    step: str = ""
    bearer: str = ""
    standing: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what tells this line from the others of its case and section."""
        return f"{self.rule}/{self.step}:{self.trigger}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is derived for one case on one day."""

    lines: tuple[Line, ...]
    next_day: date | None
    waiting_since: date | None
    outcome: str
    removal_day: date | None


def outlook(
    events: Sequence[EventFacts], duties: Sequence[law.DutyFacts], *, on: date, is_closed: bool, faults: int = 0
) -> Outlook:
    """Return the lines of the board for one case; a closed case has none.

    With `faults` the law engine could not read the case: it stands under "undetermined", so that somebody looks.
    """
    course = Course(events, on)
    if is_closed:
        return Outlook((), None, None, course.outcome, course.removal_day)
    lines = [*_from_duties(duties, course, on), *_papers(events, duties, on), *_coming(events, on)]
    wait = course.waiting
    if wait is not None:
        again = {"first": wait.first.isoformat()} if wait.first != wait.since else {}
        lines.append(Line(Section.WAITING, wait.since, wait.event, detail=again))
    if faults:
        lines.append(Line(Section.UNDETERMINED, None, rule="?", standing="undetermined", detail={"faults": faults}))
    return Outlook(
        tuple(lines),
        min(_days_ahead(lines, on), default=None),
        wait.since if wait else None,
        course.outcome,
        course.removal_day,
    )


def _days_ahead(lines: Iterable[Line], on: date) -> Iterator[date]:
    for line in lines:
        if line.section in ACTS and line.day is not None:
            if line.day >= on:
                yield line.day
            elif line.section == Section.DUE:
                yield on  # the last safe day is past while the term still runs: the most urgent of all


# ---------------------------------------------------------------- duties


def _from_duties(duties: Iterable[law.DutyFacts], course: Course, on: date) -> Iterator[Line]:
    doubts: dict[tuple[str, ...], list[Line]] = {}
    for duty in duties:
        found = _section(duty, course, on)
        if found is None:
            continue
        section, day = found
        line = Line(
            section, day, _trigger(duty), duty.rule, duty.step, duty.bearer, duty.standing, _detail(duty, section)
        )
        if section == Section.UNDETERMINED and duty.missing:
            doubts.setdefault(duty.missing, []).append(line)
        else:
            yield line
    for lines in doubts.values():
        yield _one_of(lines)


def _section(duty: law.DutyFacts, course: Course, on: date) -> tuple[str, date | None] | None:
    """Return section and day of a duty, None where the board does not show it.

    The end of an `earliest` is a first day, not a last one; a `right` has none; a `validity` is a paper; what an
    employer owes is neither ours nor the state's.
    """
    if duty.kind == "validity":
        return (Section.UNDETERMINED, duty.legal_end) if _is_lived_on(duty) and _is_whose(duty) else None
    if duty.kind in ("earliest", "right") or duty.bearer == "employer":
        return None
    is_ours = duty.bearer in law.OURS
    if duty.standing == "missed":
        if is_ours and _is_no_miss(duty, course):
            return None
        return (Section.OUR_MISSED if is_ours else Section.STATE_MISSED), duty.legal_end
    if duty.standing == "suspended":  # the state's clock stands still by law; ours may go on any day
        return (Section.UNDETERMINED, duty.safe_end) if is_ours else None
    if duty.standing == "undetermined":
        if duty.kind == "soft" and not is_ours:
            return None  # what the state ought to do, and whether it did is not known: nobody could act on it
        may_run = duty.safe_end is not None and duty.safe_end >= on
        return (Section.DUE if is_ours and may_run else Section.UNDETERMINED), duty.safe_end
    if duty.legal_end is None:
        return None  # "promptly": the law names no day
    # Not started, with its end known: a letter posted today counts as served on a day to come.
    return (Section.DUE, duty.safe_end) if is_ours else (Section.STATE_DUE, duty.legal_end)


def _is_no_miss(duty: law.DutyFacts, course: Course) -> bool:
    """Tell whether a term of ours ran out without anything being lost by us.

    To have stayed in the country is no step that was missed; nor is an appeal open to both sides by whoever was
    protected in the end.
    """
    if (duty.rule, duty.step) in law.departures():
        return True
    return duty.bearer == "any" and verdict(course.outcome) == "protected"


def _trigger(duty: law.DutyFacts) -> str:
    return f"{duty.trigger}:{duty.trigger_on}"


def _detail(duty: law.DutyFacts, section: str) -> Mapping[str, object]:
    detail: dict[str, object] = {}
    if duty.missing:
        detail["missing"] = list(duty.missing)
    if section == Section.DUE and duty.legal_end != duty.safe_end and duty.legal_end is not None:
        detail["legal"] = duty.legal_end.isoformat()
    if duty.minute is not None and duty.standing != "undetermined":
        detail["time"] = f"{duty.minute // 60:02}:{duty.minute % 60:02}"
    return detail


def _one_of(lines: Sequence[Line]) -> Line:
    """Return one line for all duties of a case that wait for the same facts: ours first, then the last day."""
    first = max(lines, key=lambda line: (line.bearer in law.OURS, line.day or date.min, line.rule, line.step))
    return replace(first, detail={**first.detail, "more": len(lines) - 1}) if len(lines) > 1 else first


# ---------------------------------------------------------------- papers


def _papers(events: Sequence[EventFacts], duties: Sequence[law.DutyFacts], on: date) -> Iterator[Line]:
    """Yield the ends of papers and statuses; a later one of the same kind replaces an earlier one."""
    start = max((number for number, event in enumerate(events) if _ends_all(event, on)), default=-1) + 1
    live = [event for event in events[start:] if event.earliest is None or event.earliest <= on]
    printed = {f"{event.name}:{_first(event)}": event.details.get("until", "") for event in live}
    lines: dict[str, Line] = {}
    covered: set[str] = set()
    for duty in duties:
        trigger = _trigger(duty)
        if not _is_paper(duty) or trigger not in printed:
            continue
        covered.add(trigger)
        old = lines.get(duty.rule)
        if old is None or _started(old.trigger) <= duty.trigger_on:
            lines[duty.rule] = _validity(duty, printed[trigger], on)
    found = {(line.trigger, line.day): line for line in (*_printed(events[start:], on, covered), *lines.values())}
    for line in sorted(found.values(), key=lambda line: (line.day or date.min, line.rule)):
        if line.day is not None and line.day >= on - EXPIRED_FOR and line.standing != "cancelled":
            yield line


def _ends_all(event: EventFacts, on: date) -> bool:
    return event.name in OVER and (event.earliest is None or event.earliest <= on)


def _first(event: EventFacts) -> str:
    return (event.earliest or date.min).isoformat()


def _started(trigger: str) -> str:
    return trigger.partition(":")[2]


def _is_paper(duty: law.DutyFacts) -> bool:
    return duty.kind == "validity" and _is_lived_on(duty) and not _is_whose(duty)


def _is_lived_on(duty: law.DutyFacts) -> bool:
    return duty.trigger in LIVED_ON and not (duty.trigger == "arrival" and duty.rule.startswith("INT-"))


def _is_whose(duty: law.DutyFacts) -> bool:
    """Tell whether a fact about the person is missing that decides whether they have this paper or status at all."""
    return any(code.startswith("person:") for code in duty.missing)


def _validity(duty: law.DutyFacts, until: str, on: date) -> Line:
    """Return the line of a validity: the printed end where the paper ends before the longest the law allows."""
    ends = [day for day in (duty.legal_end, _day(until)) if day is not None]
    day = min(ends, default=None)
    standing = duty.standing if duty.standing in ("undetermined", "cancelled") else _expiry(day, on)
    detail = {"missing": list(duty.missing)} if duty.missing else {}
    return Line(Section.EXPIRING, day, _trigger(duty), duty.rule, duty.step, "", standing, detail)


def _printed(events: Sequence[EventFacts], on: date, covered: set[str]) -> Iterator[Line]:
    """Yield the printed ends that no rule speaks of."""
    issued: dict[str, tuple[date | None, str]] = {}
    ends: dict[str, tuple[date, str]] = {}
    for event in events:
        if event.name == "permit_expiry" and (day := event.earliest) is not None:
            key = event.details.get("document") or "permit"
            if key not in ends or ends[key][0] < day:
                ends[key] = day, f"{event.name}:{_first(event)}"
        elif event.earliest is not None and event.earliest > on:
            continue
        elif event.name in LOSSES:
            issued.pop("status", None)
        elif event.name in PAPERS:
            key = event.details.get("document") or PAPERS[event.name]
            issued[key] = _day(event.details.get("until", "")), f"{event.name}:{_first(event)}"
    for key in sorted({*issued, *ends}):
        day, trigger = max((pair for pair in (issued.get(key), ends.get(key)) if pair), key=lambda p: p[0] or date.min)
        if day is not None and trigger not in covered:
            yield Line(Section.EXPIRING, day, trigger, standing=_expiry(day, on))


def _expiry(day: date | None, on: date) -> str:
    return "valid" if day is None or day >= on else "expired"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if law.is_day(text) else None
    except ValueError:  # a case that the law engine refuses too
        return None


# ---------------------------------------------------------------- appointments


def _coming(events: Iterable[EventFacts], on: date) -> Iterator[Line]:
    """Yield what is dated today or later; of appointments also what may still come within a vague date."""
    for event in events:
        if event.name == "permit_expiry" or event.latest is None or event.latest < on:
            continue
        if event.earliest is None or event.earliest < on:
            if event.name not in APPOINTMENTS or event.earliest is None or event.latest - event.earliest > VAGUE:
                continue
        elif event.earliest == on and event.name not in APPOINTMENTS:
            continue  # it was recorded today as something that happened
        detail: dict[str, object] = {"time": event.details["time"]} if event.details.get("time") else {}
        if not law.is_day(event.on):
            detail["on"] = event.on
        yield Line(Section.COMING, max(event.earliest, on), f"{event.name}:{_first(event)}", detail=detail)
