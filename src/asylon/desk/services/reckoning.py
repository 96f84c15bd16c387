"""Reckons what the board shows: per case on every change, for all when the day or the packs change.

Reading and reckoning hold no lock. Only what is written is claimed: a case counts as reckoned if it is still as it was
read (compare and set), so two workers never double a line or an alarm, and nobody waits while the law is applied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from asylon.desk import law
from asylon.desk.models import BoardItem, Case, Section
from asylon.desk.services.course import EventFacts
from asylon.desk.services.outlook import Line, Outlook, outlook
from asylon.errors import AsylonError

CHUNK = 1000
ALONE = 20  # a chunk of so many cases is read one by one when one of them cannot be read
ALARMING = frozenset({Section.DUE, Section.STATE_MISSED, Section.OUR_MISSED})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as it was read: what its duties depend on, and the marks by which it is claimed."""

    pk: UUID
    number: str
    jurisdiction: str
    attributes: Mapping[str, Any]
    is_closed: bool
    changed: int
    reckoned: int
    reckoned_on: date | None
    reckoned_with: str


@dataclass(frozen=True, slots=True)
class _Timeline:
    """The events of a case, as facts and as the texts that the readers of the law take."""

    facts: list[EventFacts]
    texts: list[str]


def reckon_case(case_id: UUID, *, on: date | None = None) -> None:
    """Reckon one case now, inside the transaction of the change that made it necessary."""
    _reckon([case_id], on or timezone.localdate(), is_forced=True)


def stale_cases(on: date) -> QuerySet[Case]:
    """Return the cases whose lines are not those of this day and these packs."""
    rows = Case.objects.unwalled("reckon")
    fresh = Q(reckoned_on=on, reckoned_with=law.packs_version(), reckoned=F("changed"))
    return rows.exclude(fresh)


def other_days(on: date) -> QuerySet[Case]:
    """Return the cases that were last reckoned for another day or never: those of `stale_cases` found at once."""
    return Case.objects.unwalled("reckon").filter(
        Q(reckoned_on__lt=on) | Q(reckoned_on__gt=on) | Q(reckoned_on__isnull=True)
    )


def reckon_all(*, on: date | None = None, is_forced: bool = False, most: int | None = None) -> int:
    """Reckon every case that is stale (all with `is_forced`), or the first `most`; return how many were written."""
    day = on or timezone.localdate()
    rows = Case.objects.unwalled("reckon") if is_forced else stale_cases(day)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return sum(_reckon(chunk, day, is_forced=is_forced) for chunk in chunks)


def _reckon(ids: Sequence[UUID], day: date, *, is_forced: bool) -> int:
    """Reckon some cases and return how many were written: not those that others reckoned or changed meanwhile."""
    cases = _cases(ids, day, is_forced=is_forced)  # first: what changes after this fails the claim
    return _write(cases, _outlooks(cases, _timelines([case.pk for case in cases]), day), day)


# ---------------------------------------------------------------- reading


def _cases(ids: Sequence[UUID], day: date, *, is_forced: bool) -> list[CaseFacts]:
    rows = (Case.objects.unwalled("reckon") if is_forced else stale_cases(day)).filter(pk__in=ids)
    names = ("pk", "number", "jurisdiction", "attributes", "closed_at")
    marks = ("changed", "reckoned", "reckoned_on", "reckoned_with")
    return [
        CaseFacts(pk, number, country, attributes, closed_at is not None, *claim)
        for pk, number, country, attributes, closed_at, *claim in rows.values_list(*names, *marks)
    ]


_EVENTS = """
SELECT case_id, name, "on", earliest, latest, {details} FROM desk_event
WHERE removed_at IS NULL AND case_id IN (SELECT {id} FROM {given})
ORDER BY case_id, earliest NULLS FIRST, recorded_at
"""


def _timelines(ids: Sequence[UUID]) -> dict[UUID, _Timeline]:
    """Return the events of cases, in order; in plain SQL, because the JSON of details is passed on as it is."""
    sql = _EVENTS.format(details=_as("details", "text"), id=_as("value->>0", "uuid"), given=_given())
    found: dict[UUID, _Timeline] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps([[_key(case)] for case in ids])])
        for case, name, on, earliest, latest, details in cursor.fetchall():
            timeline = found.setdefault(case if isinstance(case, UUID) else UUID(case), _Timeline([], []))
            timeline.facts.append(EventFacts(name, on, earliest, latest, _details(details)))
            timeline.texts.append(details)
    return found


@lru_cache(maxsize=20_000)
def _details(text: str) -> Mapping[str, str]:
    read: Mapping[str, str] = json.loads(text)
    return read


def _outlooks(cases: Sequence[CaseFacts], timelines: Mapping[UUID, _Timeline], day: date) -> dict[UUID, Outlook]:
    """Return the outlook of each case; one that cannot be read does not keep the others from being read together."""
    if len(cases) == 1:
        return {cases[0].pk: _outlook_alone(cases[0], timelines.get(cases[0].pk), day)}
    by_text = {case.pk.hex: case for case in cases if case.pk in timelines and not case.is_closed}
    rows = [
        (name, event.on, event.name, text)
        for name, case in by_text.items()
        for event, text in zip(timelines[case.pk].facts, timelines[case.pk].texts, strict=True)
    ]
    try:
        duties = law.duties_of_many(by_text, rows, on=day)
    except AsylonError:
        step = max(len(cases) // 2, 1) if len(cases) > ALONE else 1
        parts = [cases[start : start + step] for start in range(0, len(cases), step)]
        return {pk: seen for part in parts for pk, seen in _outlooks(part, timelines, day).items()}
    return {
        case.pk: outlook(
            timelines[case.pk].facts if case.pk in timelines else [],
            duties.get(case.pk.hex, []),
            on=day,
            is_closed=case.is_closed,
        )
        for case in cases
    }


def _outlook_alone(case: CaseFacts, timeline: _Timeline | None, day: date) -> Outlook:
    events = timeline.facts if timeline else []
    plain = [law.plain_event(event.on, event.name, event.details) for event in events]
    try:
        duties, faults = law.duty_facts(law.assess_case(case, plain, on=day)), 0
    except AsylonError as error:
        duties, faults = [], len(error.faults)
    return outlook(events, duties, on=day, is_closed=case.is_closed, faults=faults)


# ---------------------------------------------------------------- writing


def _given() -> str:
    """Return a table of one column `value`, the elements of one JSON array, in the words of the store."""
    return "jsonb_array_elements(%s::jsonb) AS given(value)" if _is_postgresql() else "json_each(%s) AS given"


def _as(text: str, kind: str) -> str:
    """Return an expression as a type of PostgreSQL; SQLite takes the values of JSON as they are."""
    return f"({text})::{kind}" if _is_postgresql() else text


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _key(pk: UUID) -> str:
    return pk.hex  # both stores read this form


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _columns(*kinds: str) -> list[str]:
    return [_as(f"given.value->>{place}", kind) for place, kind in enumerate(kinds)]


_CLAIM = """
UPDATE desk_case SET reckoned = {1}, reckoned_on = {2}, reckoned_with = {3}, next_day = {4}, waiting_since = {5},
outcome = {6}, removal_day = {7} FROM {given}
WHERE desk_case.id = {0} AND changed = {1} AND reckoned = {8} AND reckoned_with = {9}
AND (reckoned_on = {10} OR (reckoned_on IS NULL AND {10} IS NULL)) RETURNING desk_case.id
"""


def _write(cases: Sequence[CaseFacts], found: Mapping[UUID, Outlook], day: date) -> int:
    """Write lines and derived columns of the cases that are still as they were read; return how many they are."""
    if not cases:
        return 0
    with transaction.atomic():
        claimed = _claim(_free(cases), found, day)
        mine = {pk: found[pk].lines for pk in claimed}
        _replace_lines(mine)
        _raise_alarms(mine, day)
    return len(claimed)


def _claim(cases: Sequence[CaseFacts], found: Mapping[UUID, Outlook], day: date) -> list[UUID]:
    rows = [_claim_row(case, found[case.pk], day) for case in cases]
    kinds = ("uuid", "int", "date", "text", "date", "date", "text", "date", "int", "text", "date")
    return [UUID(str(pk)) for (pk,) in _run(_CLAIM.format(*_columns(*kinds), given=_given()), rows)]


def _claim_row(case: CaseFacts, seen: Outlook, day: date) -> list[Any]:
    derived = [_text(seen.next_day), _text(seen.waiting_since), seen.outcome, _text(seen.removal_day)]
    marks = [case.reckoned, case.reckoned_with, _text(case.reckoned_on)]
    return [_key(case.pk), case.changed, _text(day), law.packs_version(), *derived, *marks]


def _free(cases: Sequence[CaseFacts]) -> list[CaseFacts]:
    """Return the cases that nobody is changing at this moment; whoever does so reckons them, or they stay stale."""
    if not connection.features.has_select_for_update_skip_locked:
        return list(cases)
    rows = Case.objects.unwalled("reckon").filter(pk__in=[case.pk for case in cases])
    free = set(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return [case for case in cases if case.pk in free]


_LINES = """
INSERT INTO desk_boarditem (id, case_id, section, day, rule, step, "trigger", bearer, standing, detail)
SELECT {columns} FROM {given}
"""


def _replace_lines(mine: Mapping[UUID, Iterable[Line]]) -> None:
    BoardItem.objects.unwalled("reckon").filter(case_id__in=list(mine)).delete()
    rows = [
        [uuid4().hex, _key(pk), str(line.section), _text(line.day), line.rule, line.step, line.trigger, line.bearer,
         line.standing, json.dumps(line.detail)]
        for pk, lines in mine.items()
        for line in lines
    ]  # fmt: skip
    kinds = ("uuid", "uuid", "text", "date", "text", "text", "text", "text", "text", "jsonb")
    _run(_LINES.format(columns=", ".join(_columns(*kinds)), given=_given()), rows)


_ALARMS = """
INSERT INTO desk_alarm (id, case_id, section, "key", raised_on) SELECT {columns} FROM {given} WHERE true
ON CONFLICT DO NOTHING
"""


def _raise_alarms(mine: Mapping[UUID, Iterable[Line]], day: date) -> None:
    """Keep for each line that needs an act that it came up; the key of the table refuses it a second time."""
    rows = [
        [uuid4().hex, _key(pk), str(line.section), line.key, _text(day)]
        for pk, lines in mine.items()
        for line in lines
        if _is_alarming(line)
    ]
    _run(_ALARMS.format(columns=", ".join(_columns("uuid", "uuid", "text", "text", "date")), given=_given()), rows)


def _is_alarming(line: Line) -> bool:
    """Tell whether somebody must hear of a line: also of a term of ours that may have ended already."""
    return line.section in ALARMING or (line.section == Section.UNDETERMINED and line.bearer in law.OURS)


def _run(sql: str, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Run one statement over all rows at once and return what it returns; nothing for no rows."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows)])
        return cursor.fetchall() if cursor.description else []
