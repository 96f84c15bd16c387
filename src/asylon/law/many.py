"""Duties of very many cases: a pure function from a table of events to a table of duties.

A partition of cases is read by columns. Cases that hold what columns do not carry (dates that
are not a single day, clocks that were stopped) go to the reader for one case; the answers are
the same, and a property test says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from asylon.errors import ConflictError, Fault, TimelineError
from asylon.law.assess import assess_duties, assess_rights
from asylon.law.casefiles import group_rows
from asylon.law.columnread import ColumnReader, Found
from asylon.law.columns import Bools, Columns, Ints, attribute_codes, kept, rows_of
from asylon.law.days import PartialDate, parse_date
from asylon.law.frames import SCHEMA, duty_columns, duty_table, right_columns
from asylon.law.matching import NOWHERE
from asylon.law.packload import Packs
from asylon.law.packs import Law
from asylon.law.timeline import detail_text, try_timeline
from asylon.law.vocabulary import Vocabulary

COUNTRY = re.compile(r"[a-z]{2}")
NEAR, FAR_OFF = date(1945, 1, 1).toordinal(), date(2090, 1, 1).toordinal()


def assess_many(
    events: pl.DataFrame,
    packs: Packs,
    *,
    on: date,
    cases: pl.DataFrame | None = None,
    first_row: int = 0,
    rights: bool = False,
) -> pl.DataFrame:
    """Return the duties of all cases in an events table, in the columns of SCHEMA.

    `events` has the columns case, jurisdiction, on, event, details (JSON text); `cases` has case
    and attributes (JSON text). `end_minute` is the minute of the day of an end that depends on
    the hour; `first_row` is the row of a larger table with which `events` begins. With `rights` the
    rights that hold are rows as well, of kind `right` and without an end. Raises
    TimelineError with every fault, and ConflictError when two rules disagree.
    """
    attributes = _attribute_texts(cases)
    _refuse_two_countries(events, first_row)
    numbered = events.with_row_index("row", offset=first_row)
    frames = [
        _jurisdiction(part, attributes, packs, str(key[0]), on, rights=rights)
        for key, part in numbered.group_by("jurisdiction", maintain_order=True)
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict(SCHEMA))


def _refuse_two_countries(events: pl.DataFrame, first_row: int) -> None:
    """Raise TimelineError where one case has events in two jurisdictions."""
    rows = events.with_row_index("row", offset=first_row).drop_nulls(["case", "jurisdiction"])
    pairs = rows.unique(["case", "jurisdiction"], keep="first")
    twice = pairs.filter(pl.col("case").is_duplicated()).sort("row")
    if len(twice):
        row = twice.filter(pl.col("case") == twice["case"][0]).row(1, named=True)
        place = f"row {row['row'] + 1}, case {row['case']}, field 'jurisdiction'"
        problem = f"{row['jurisdiction']!r} differs from an earlier row of the case"
        raise TimelineError.single(place, problem, "give one case one jurisdiction")


def _attribute_texts(cases: pl.DataFrame | None) -> dict[str, str]:
    if cases is None:
        return {}
    return dict(zip(cases["case"].cast(pl.String), cases["attributes"].fill_null("{}"), strict=True))


def _jurisdiction(
    events: pl.DataFrame, attributes: Mapping[str, str], packs: Packs, jurisdiction: str, on: date, *, rights: bool
) -> pl.DataFrame:
    law = packs.law(jurisdiction)
    part = Partition(events, attributes, packs.vocabulary, jurisdiction)
    slow = part.slow(law)
    frames = list(_by_columns(part, law, ~slow, on.toordinal(), rights=rights))
    if slow.any():
        frames.append(_one_by_one(part, packs, slow, on, rights=rights))
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict(SCHEMA))


class Partition:
    """The events of one jurisdiction, coded and sorted by case and day, every row checked."""

    def __init__(
        self, events: pl.DataFrame, attributes: Mapping[str, str], vocabulary: Vocabulary, jurisdiction: str
    ) -> None:
        self.vocabulary, self.jurisdiction = vocabulary, jurisdiction
        texts = events.select(pl.col("case", "on", "event").cast(pl.String), pl.col("details").fill_null("{}"))
        self.frame, self.rows = texts, events["row"].to_numpy()
        case_codes, self.cases = codes_of(texts["case"])
        day_codes, day_texts = codes_of(texts["on"])
        name_codes, self.names = codes_of(texts["event"])
        detail_codes, detail_texts = codes_of(texts["details"])
        self.detail_texts = detail_texts
        faults = list(self._identity(events))
        self.spans = _spans(day_texts, day_codes, faults)
        self.plain = _details(detail_texts, detail_codes, faults)
        self._check(name_codes, detail_codes, faults)
        self.attributes, self.people = self._people(attributes, faults)
        self._raise(faults)
        low = np.array([span.lo for span in self.spans], np.int64)[day_codes]
        high = np.array([span.hi for span in self.spans], np.int64)[day_codes]
        order = np.lexsort((low, case_codes))
        self.order, self.case, self.day, self.high = order, case_codes[order], low[order], high[order]
        self.name, self.detail = name_codes[order], detail_codes[order]
        self._impossible()

    def _identity(self, events: pl.DataFrame) -> Iterator[tuple[int, Fault]]:
        """Yield faults of case names and countries: what single cases are asked for as well."""
        if not COUNTRY.fullmatch(self.jurisdiction):
            problem = f"{self.jurisdiction!r} is not a country code"
            yield 0, Fault("field 'jurisdiction'", problem, "write the country as two small letters, such as 'il'")
        unnamed = np.flatnonzero((events["case"].cast(pl.String) == "").to_numpy())
        if len(unnamed):
            yield int(unnamed[0]), Fault("field 'case'", "is empty", "fill it in")

    def _check(self, names: Ints, details: Ints, faults: list[tuple[int, Fault]]) -> None:
        """Check each distinct pair of event and details once, by the reader of single cases."""
        width = len(self.plain) + 1
        pairs, first = np.unique(names * width + details, return_index=True)
        for pair, row in zip(pairs, first, strict=True):
            name, text = self.names[int(pair) // width], self.detail_texts[int(pair) % width]
            faults.extend((int(row), fault) for fault in _faults_of(name, text, self.vocabulary))

    def _people(
        self, attributes: Mapping[str, str], faults: list[tuple[int, Fault]]
    ) -> tuple[Ints, list[Mapping[str, Any]]]:
        codes, texts = attribute_codes([attributes.get(case, "{}") for case in self.cases])
        people: list[Mapping[str, Any]] = []
        for text in texts:
            try:
                person = json.loads(text)
            except ValueError:
                person = None
            raw = {"case": "?", "jurisdiction": "xx", "attributes": person, "events": []}
            timeline, wrong = try_timeline(raw, "", self.vocabulary)
            faults.extend((-1, fault) for fault in wrong)
            people.append(timeline.attributes if timeline else {})
        return codes, people

    def _raise(self, faults: Sequence[tuple[int, Fault]]) -> None:
        found = []
        for row, fault in sorted(faults, key=lambda item: item[0]):
            if row < 0:
                found.append(Fault(f"cases table, {fault.place}", fault.problem, fault.remedy))
                continue
            where = f"row {self.rows[row] + 1}, case {self.frame['case'][row]}"
            found.append(Fault(f"{where}, {fault.place}".rstrip(", "), fault.problem, fault.remedy))
        if found:
            raise TimelineError(found)

    def _impossible(self) -> None:
        """Refuse what cannot be true: an event that ends before the person was born."""
        born = np.array([_born(person) for person in self.people], np.int64)[self.attributes][self.case]
        rows = np.flatnonzero(self.high < born)
        if len(rows):
            raise TimelineError([self._unborn(int(row)) for row in rows])

    def _unborn(self, row: int) -> Fault:
        place = f"row {self.rows[self.order[row]] + 1}, case {self.cases[self.case[row]]}, {self.names[self.name[row]]}"
        return Fault(place, "lies before the person was born", "correct the event or the date of birth")

    def slow(self, law: Law) -> Bools:
        """Tell for each case whether it must be read on its own."""
        is_partial = self.day != self.high
        loose = np.array([_has_partial(details) for details in self.plain], bool)
        stops = {name for clause in law.clauses for pattern in clause.suspended_by for name in pattern.events}
        stopping = np.array([name in stops for name in self.names], bool)
        far = (self.day < NEAR) | (self.day > FAR_OFF)
        slow = np.zeros(len(self.cases), bool)
        if len(self.case):
            slow[self.case[is_partial | loose[self.detail] | stopping[self.name] | far]] = True
        return slow

    def columns(self, chosen: Bools, on: int) -> Columns | None:
        """Return the visible events of the chosen cases, None when there are none."""
        here = np.array([d.get("state") in (None, self.jurisdiction) for d in self.plain], bool)
        visible = self.day <= on
        if not chosen.all():
            visible &= chosen[self.case]
        if not here.all():
            visible &= here[self.detail]
        rows = rows_of(visible)
        if not len(rows):
            return None
        times = np.array([_minute(details) for details in self.plain], np.int64)
        detail = kept(self.detail, rows)
        return Columns(
            case=kept(self.case, rows),
            day=kept(self.day, rows),
            name=kept(self.name, rows),
            detail=detail,
            time=times[detail],
            names=self.names,
            details=self.plain,
            vocabulary=self.vocabulary,
        )


@lru_cache(maxsize=200_000)
def _faults_of(name: str, text: str, vocabulary: Vocabulary) -> tuple[Fault, ...]:
    """Return what is wrong with an event of these details, whenever it was."""
    raw = {**_plain_details(text)[0], "on": "2000-01-01", "event": name}
    case = {"case": "?", "jurisdiction": "xx", "attributes": {}, "events": [raw]}
    _, wrong = try_timeline(case, "", vocabulary)
    return tuple(Fault(fault.place.partition("event 1, ")[2], fault.problem, fault.remedy) for fault in wrong)


@lru_cache(maxsize=200_000)
def _plain_details(text: str) -> tuple[dict[str, str], bool]:
    """Return the details written as JSON `text`, and whether they could be read."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}, False
    if not isinstance(value, dict) or any(isinstance(item, dict | list) for item in value.values()):
        return {}, False
    return {key: detail_text(item) for key, item in value.items() if item is not None}, True


def codes_of(texts: pl.Series) -> tuple[Ints, list[str]]:
    """Return a code for each text and the distinct texts, in order of first appearance."""
    distinct = texts.unique(maintain_order=True)
    if distinct.null_count():
        row = int(texts.is_null().arg_true()[0])
        place = f"row {row + 1}, field {texts.name!r}"
        raise TimelineError.single(place, "is empty", "fill it in")
    codes = texts.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64).to_numpy()
    return codes, distinct.to_list()


def _spans(texts: Sequence[str], codes: Ints, faults: list[tuple[int, Fault]]) -> list[PartialDate]:
    found = []
    for code, text in enumerate(texts):
        try:
            found.append(parse_date(text))
        except ValueError as error:
            row = int(np.flatnonzero(codes == code)[0])
            faults.append((row, Fault("field 'on'", str(error), "write a day such as 2026-01-31")))
            found.append(PartialDate(1, 1, text))
    return found


def _details(texts: Sequence[str], codes: Ints, faults: list[tuple[int, Fault]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for code, text in enumerate(texts):
        details, is_read = _plain_details(text)
        if not is_read:
            row = int(np.flatnonzero(codes == code)[0])
            faults.append(
                (row, Fault("field 'details'", "is not a JSON object of single values", 'write {"detail": "value"}'))
            )
        found.append(details)
    return found


def _has_partial(details: Mapping[str, str]) -> bool:
    for key in ("until", "from"):
        if key in details:
            try:
                if not parse_date(details[key]).is_exact:
                    return True
            except ValueError:
                continue  # text of another meaning ("from" of an arrival)
    return "wording" in details or ("precision" in details and details["precision"] != "day")


def _minute(details: Mapping[str, str]) -> int:
    text = details.get("time")
    return int(text[:2]) * 60 + int(text[3:]) if text else -1


def _born(person: Mapping[str, Any]) -> int:
    born = person.get("born")
    return 0 if born is None else parse_date(str(born)).lo


def _by_columns(part: Partition, law: Law, chosen: Bools, on: int, *, rights: bool) -> Iterator[pl.DataFrame]:
    columns = part.columns(chosen, on)
    if columns is None:
        return
    reader = ColumnReader(columns, part.attributes, part.people, law, on)
    found = reader.read()
    rules = sorted({clause.rule for clause in law.clauses})
    displace(found, reader, rules)
    refuse_conflicts(found, columns, part.cases)
    yield duty_table([*found, *(reader.rights() if rights else ())], columns, part.cases, rules, on)


def displace(found: Sequence[Found], reader: ColumnReader, rules: Sequence[str]) -> None:
    """Fill in which duties give way to which rule: the columns' twin of `disputes.settle`."""
    for one in found:
        place = rules.index(one.clause.rule)
        for rule in one.clause.displaces:
            targets = [t for t in found if rule.reaches(t.clause) and t is not one]
            if not targets:
                continue
            reached = since = one.trigger[one.certain]
            if rule.match == "latest":
                earlier = np.unique(np.concatenate([target.trigger for target in targets]))
                found_at = reader.latest(earlier, reached, reached)
                reached, since = earlier[found_at[found_at != NOWHERE]], since[found_at != NOWHERE]
            days = reader.columns.day[since] if rule.match == "latest" else np.zeros(len(since), np.int64)
            for target in targets:
                rows = _gives_way(target, reached, days)
                if len(rows):
                    displaced = target.displaced_by.copy()
                    now = displaced[rows]
                    displaced[rows] = np.where(now == NOWHERE, place, np.minimum(now, place))
                    target.displaced_by = displaced


def _gives_way(target: Found, reached: Ints, days: Ints) -> Ints:
    """Return the duties reached by what displaces them on these days; what had lapsed stays lapsed."""
    order = np.lexsort((days, reached))
    triggers, first = np.unique(reached[order], return_index=True)
    place = np.searchsorted(triggers, target.trigger)
    at = np.minimum(place, len(triggers) - 1)
    if not len(triggers):
        return np.empty(0, np.int64)
    return np.flatnonzero((triggers[at] == target.trigger) & (target.last_day >= days[order][first][at]))


def refuse_conflicts(found: Sequence[Found], columns: Columns, cases: Sequence[str]) -> None:
    """Raise ConflictError where two standing duties on one act from one event end apart."""
    seen: dict[str, list[tuple[Ints, Ints, Ints]]] = {}
    for number, one in enumerate(found):
        if one.clause.concerns is not None:
            stands = (one.displaced_by == NOWHERE) & one.certain & one.reckoned.has_end
            rows = np.flatnonzero(stands)
            group = seen.setdefault(one.clause.concerns, [])
            group.append((one.trigger[rows], one.reckoned.raw[rows], np.full(len(rows), number)))
    for act, parts in seen.items():
        trigger, raw, origin = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(trigger, kind="stable")
        trigger, raw, origin = trigger[order], raw[order], origin[order]
        clash = np.flatnonzero((trigger[1:] == trigger[:-1]) & (raw[1:] != raw[:-1]))
        if len(clash):
            at = int(clash[0])
            rules = f"{found[origin[at]].clause.rule} and {found[origin[at + 1]].clause.rule}"
            place = f"case {cases[columns.case[trigger[at]]]}, {columns.names[columns.name[trigger[at]]]}"
            remedy = "let one of the two rules displace the other in the pack"
            raise ConflictError.single(place, f"{rules} give different ends for one act ({act})", remedy)


def _one_by_one(part: Partition, packs: Packs, slow: Bools, on: date, *, rights: bool) -> pl.DataFrame:
    """Read cases that columns do not carry, each on its own."""
    original = part.order[slow[part.case]]
    rows = part.frame[np.sort(original)]
    attributes = {case: part.people[part.attributes[i]] for i, case in enumerate(part.cases) if slow[i]}
    located = (
        (f"case {row['case']}", {**row, "jurisdiction": part.jurisdiction}) for row in rows.iter_rows(named=True)
    )
    faults: list[Fault] = []
    found: list[dict[str, Any]] = []
    for _, raw in group_rows(located, "", attributes, faults):
        timeline, wrong = try_timeline(raw, "", packs.vocabulary)
        faults.extend(wrong)
        if timeline is not None:
            duties = assess_duties(timeline, packs, on=on)
            found.extend(duty_columns(timeline.case, duty) for duty in duties)
            held = assess_rights(timeline, packs, on=on) if rights else ()
            found.extend(right_columns(timeline.case, right) for right in held)
    if faults:
        raise TimelineError(faults)
    return pl.DataFrame(found, schema=dict(SCHEMA))
