"""Reckons what the board shows: per case on every change, for all when the day or the packs change.

A worker writes what it reckoned only if the case is still as it read it (compare and set), so two workers
never double a line or an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from asylon.desk import law
from asylon.desk.models import Alarm, BoardItem, Case, Event, Section
from asylon.errors import AsylonError

CHUNK = 1000
STATE = frozenset({"authority", "court", "employer"})
DECIDED = frozenset(
    {"decision_first_instance", "decision_final", "withdrawal", "departure_voluntary", "removal", "death"}
)
APPLIED = ("lodged", "registration", "intent_expressed")
OUTCOMES = frozenset(
    {
        "decision_first_instance",
        "appeal_decided",
        "refugee_status_granted",
        "subsidiary_protection_granted",
        "temporary_asylum_granted",
        "status_lost",
        "status_withdrawn",
        "withdrawal",
        "removal",
        "departure_voluntary",
    }
)
REMOVALS = frozenset({"return_decision", "expulsion_order", "deportation_order", "removal", "removal_attempted"})
PRINTED = frozenset({"document_issued", "permit_issued", "refugee_status_granted", "subsidiary_protection_granted",
                     "temporary_asylum_granted", "work_permit_issued"})  # fmt: skip
ALARMING = (Section.DUE, Section.STATE_MISSED, Section.OUR_MISSED)

EventRow = tuple[str, str, date | None, date | None, Mapping[str, str]]  # event, on, earliest, latest, details


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is derived for one case on one day."""

    items: tuple[Mapping[str, Any], ...]
    next_day: date | None
    waiting_since: date | None
    outcome: str
    removal_day: date | None


def outlook(events: Sequence[EventRow], duties: Iterable[law.DutyFacts], *, on: date, is_closed: bool) -> Outlook:
    """Return the lines of the board for one case; a closed case has none."""
    waiting = None if is_closed else _waiting(events, on)
    outcome, removal = _outcome(events, on), _removal(events)
    if is_closed:
        return Outlook((), None, None, outcome, removal)
    items = [*_from_duties(duties, on), *_papers(events, on), *_coming(events, on)]
    if waiting is not None:
        items.append({"section": Section.WAITING, "day": waiting})
    ahead = [item["day"] for item in items if item["day"] and item["day"] >= on and item["section"] in _ACTS]
    return Outlook(tuple(items), min(ahead, default=None), waiting, outcome, removal)


_ACTS = frozenset({Section.DUE, Section.COMING, Section.EXPIRING})


def _from_duties(duties: Iterable[law.DutyFacts], on: date) -> Iterator[Mapping[str, Any]]:
    for duty in duties:
        found = _section(duty, on)
        if found is None:
            continue
        section, day = found
        yield {
            "section": section,
            "day": day,
            "rule": duty.rule,
            "step": duty.step,
            "bearer": duty.bearer,
            "standing": duty.standing,
            "trigger": f"{duty.trigger}:{duty.trigger_on}"[:48],
            "detail": {"missing": list(duty.missing)} if duty.missing else {},
        }


def _section(duty: law.DutyFacts, on: date) -> tuple[str, date | None] | None:
    """Return section and day of a duty, None when the board does not show it."""
    is_ours = duty.bearer in law.OURS
    if duty.kind in ("earliest", "right"):
        return None
    if duty.standing == "missed":
        return (Section.OUR_MISSED if is_ours else Section.STATE_MISSED), duty.legal_end
    if duty.standing == "undetermined":
        # A day that may be the last one is alarmed like one that is.
        if is_ours and duty.safe_end is not None and duty.safe_end >= on:
            return Section.DUE, duty.safe_end
        return Section.UNDETERMINED, duty.safe_end
    if duty.standing == "running" and duty.safe_end is not None:
        return (Section.DUE, duty.safe_end) if is_ours else (Section.STATE_DUE, duty.legal_end)
    return None


def _seen(events: Sequence[EventRow], on: date) -> list[EventRow]:
    return [event for event in events if event[2] is None or event[2] <= on]


def _waiting(events: Sequence[EventRow], on: date) -> date | None:
    """Return the first day of a wait without a decision, None when nobody waits."""
    seen = _seen(events, on)
    if any(event[0] in DECIDED for event in seen):
        return None
    for name in APPLIED:
        days = [event[2] for event in seen if event[0] == name and event[2] is not None]
        if days:
            return min(days)
    return None


def _outcome(events: Sequence[EventRow], on: date) -> str:
    """Return the last outcome said in the timeline, empty when there is none."""
    for name, _on, _earliest, _latest, details in reversed(_seen(events, on)):
        if name in OUTCOMES:
            return details.get("outcome") or name
    return ""


def _removal(events: Sequence[EventRow]) -> date | None:
    days = [event[2] for event in events if event[0] in REMOVALS and event[2] is not None]
    revoked = [event[2] for event in events if event[0] == "removal_order_revoked" and event[2] is not None]
    last = max(days, default=None)
    return None if last is None or any(day >= last for day in revoked) else last


def _papers(events: Sequence[EventRow], on: date) -> Iterator[Mapping[str, Any]]:
    """Yield the printed ends of papers; a later paper of the same kind replaces an earlier one."""
    latest: dict[str, tuple[date, str]] = {}
    for name, _on, earliest, _latest, details in _seen(events, on):
        text = details.get("until", "") if name in PRINTED else ""
        if name == "permit_expiry" and earliest is not None:
            text = earliest.isoformat()
        if law.is_day(text):
            latest[details.get("document", "") if name != "permit_expiry" else ""] = (date.fromisoformat(text), name)
    for day, name in set(latest.values()):
        yield {"section": Section.EXPIRING, "day": day, "trigger": name, "standing": "expired" if day < on else "valid"}


def _coming(events: Sequence[EventRow], on: date) -> Iterator[Mapping[str, Any]]:
    for name, text, earliest, latest, details in events:
        if latest is not None and latest >= on and (earliest is None or earliest >= on or not law.is_day(text)):
            if earliest is not None and earliest < on and (latest - earliest).days > 62:
                continue  # "some time this year" is no appointment
            detail = {"time": details["time"]} if details.get("time") else {}
            yield {"section": Section.COMING, "day": max(earliest or on, on), "trigger": name, "detail": detail}


def reckon_case(case_id: UUID, *, on: date | None = None) -> None:
    """Reckon one case now, inside the transaction of the change that made it necessary."""
    day = on or timezone.localdate()
    case = Case.objects.unwalled("reckon").get(pk=case_id)
    _write([case], {case_id: _outlook_alone(case, _event_rows([case_id]).get(case_id, []), day)}, day)


def _outlook_alone(case: Case, events: Sequence[EventRow], day: date) -> Outlook:
    plain = [law.plain_event(on, name, details) for name, on, _e, _l, details in events]
    try:
        duties = law.duty_facts(law.assess_case(case, plain, on=day))
    except AsylonError as error:
        duties = []
        broken = {"section": Section.UNDETERMINED, "day": None, "rule": "?", "detail": {"faults": len(error.faults)}}
        made = outlook(events, duties, on=day, is_closed=case.closed_at is not None)
        return Outlook((*made.items, broken), made.next_day, made.waiting_since, made.outcome, made.removal_day)
    return outlook(events, duties, on=day, is_closed=case.closed_at is not None)


def _event_rows(case_ids: Sequence[UUID]) -> dict[UUID, list[EventRow]]:
    rows = Event.objects.unwalled("reckon").filter(case_id__in=case_ids, removed_at__isnull=True)
    found: dict[UUID, list[EventRow]] = {}
    wanted = ("case_id", "name", "on", "earliest", "latest", "details")
    for case_id, *event in rows.order_by("case_id", "earliest", "recorded_at").values_list(*wanted):
        found.setdefault(case_id, []).append((event[0], event[1], event[2], event[3], event[4]))
    return found


def stale_cases(on: date) -> QuerySet[Case]:
    """Return the cases whose lines are not those of this day and these packs."""
    rows = Case.objects.unwalled("reckon")
    fresh = Q(reckoned_on=on, reckoned_with=law.packs_version(), reckoned=F("changed"))
    return rows.exclude(fresh)


def reckon_all(*, on: date | None = None, is_forced: bool = False) -> int:
    """Reckon every case that is stale (all with `is_forced`) and return how many were written."""
    day = on or timezone.localdate()
    rows = Case.objects.unwalled("reckon") if is_forced else stale_cases(day)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(_reckon_chunk(ids[start : start + CHUNK], day) for start in range(0, len(ids), CHUNK))


def _reckon_chunk(ids: Sequence[UUID], day: date) -> int:
    with transaction.atomic():
        rows = Case.objects.unwalled("reckon").filter(pk__in=ids)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)  # another worker has the rest
        cases = list(rows.defer("sealed", "recovery_wrap", "emergency_wrap"))
        return _write(cases, _outlooks(cases, day), day)


def _outlooks(cases: Sequence[Case], day: date) -> dict[UUID, Outlook]:
    events = _event_rows([case.pk for case in cases])
    by_text = {case.pk.hex: case for case in cases if case.pk in events}
    flat = ((pk.hex, on, name, details) for pk, rows in events.items() for name, on, _e, _l, details in rows)
    try:
        duties = law.duties_of_many(by_text, flat, on=day)
    except AsylonError:  # one case of the chunk cannot be read: find it by reading each alone
        return {case.pk: _outlook_alone(case, events.get(case.pk, []), day) for case in cases}
    return {
        case.pk: outlook(
            events.get(case.pk, []), duties.get(case.pk.hex, []), on=day, is_closed=case.closed_at is not None
        )
        for case in cases
    }


_CLAIM = (
    "UPDATE desk_case SET reckoned = %s, reckoned_on = %s, reckoned_with = %s, next_day = %s, waiting_since = %s,"
    " outcome = %s, removal_day = %s WHERE id = %s AND changed = %s"
)


def _write(cases: Sequence[Case], found: Mapping[UUID, Outlook], day: date) -> int:
    """Write lines and derived columns of the cases that are still as they were read."""
    version, as_id = law.packs_version(), Case._meta.pk
    adapt = connection.ops.adapt_datefield_value
    claims = []
    for case in cases:
        seen = found[case.pk]
        days = [adapt(value) if value else None for value in (seen.next_day, seen.waiting_since)]
        removal = adapt(seen.removal_day) if seen.removal_day else None
        key = as_id.get_db_prep_value(case.pk, connection)
        claims.append((case.changed, adapt(day), version, *days, seen.outcome, removal, key, case.changed))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_CLAIM, claims)
        if cursor.rowcount not in (len(claims), -1):
            raise ChangedMeanwhileError
        _replace_items(cases, found)
        _raise_alarms(cases, found, day)
    return len(claims)


class ChangedMeanwhileError(RuntimeError):
    """A case changed while it was reckoned; whoever changed it reckons it."""


def _replace_items(cases: Sequence[Case], found: Mapping[UUID, Outlook]) -> None:
    BoardItem.objects.unwalled("reckon").filter(case_id__in=[case.pk for case in cases]).delete()
    rows = [BoardItem(case_id=case.pk, **item) for case in cases for item in found[case.pk].items]
    BoardItem.objects.bulk_create(rows, batch_size=2000)


def _raise_alarms(cases: Sequence[Case], found: Mapping[UUID, Outlook], day: date) -> None:
    alarms = [
        Alarm(
            case_id=case.pk,
            section=item["section"],
            key=f"{item['rule']}/{item['step']}:{item['trigger']}",
            raised_on=day,
        )
        for case in cases
        for item in found[case.pk].items
        if item["section"] in ALARMING
    ]
    Alarm.objects.bulk_create(alarms, ignore_conflicts=True, batch_size=2000)
