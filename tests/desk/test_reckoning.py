"""Lines of the board are those of the case as it stands, whoever reckons, however often and at whatever moment."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import F

from asylon.desk import law
from asylon.desk.models import Alarm, BoardItem, Case, Event
from asylon.desk.services import reckoning
from asylon.desk.services.cases import case_close, case_reopen
from asylon.desk.services.events import EventDraft, event_add
from asylon.desk.services.reckoning import reckon_all, reckon_case, stale_cases
from tests.desk.bulk import make_cases
from tests.desk.cast import Cast, make_case, make_cast
from tests.desk.store import store_key

ON = date(2026, 11, 25)
ROOT = Path(__file__).parents[2]
COLUMNS = ("case_id", "section", "day", "rule", "step", "trigger", "bearer", "standing", "detail")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def items(**where: Any) -> list[tuple[str, ...]]:
    rows = BoardItem.objects.unwalled("reckon").filter(**where).values_list(*COLUMNS)
    return sorted(tuple(json.dumps(value, default=str, sort_keys=True) for value in row) for row in rows)


def alarms() -> list[tuple[str, str, str]]:
    rows = Alarm.objects.unwalled("reckon").values_list("case_id", "section", "key")
    return sorted((str(case), section, key) for case, section, key in rows)


def derived(case_id: UUID) -> dict[str, Any]:
    names = ("next_day", "waiting_since", "outcome", "removal_day", "reckoned_on")
    return dict(Case.objects.unwalled("reckon").filter(pk=case_id).values(*names).get())


def cases() -> Any:
    return Case.objects.unwalled("reckon")


@pytest.mark.django_db
def test_one_by_one_and_all_at_once_give_the_same(cast: Cast) -> None:
    made = make_cases(cast.owner, 150, on=ON, seed=3)
    assert reckon_all(on=ON) == 150
    at_once, marks = items(), {case.pk: derived(case.pk) for case in made}
    raised = alarms()
    assert len(at_once) > 150
    assert len({json.loads(row[1]) for row in at_once}) == 8
    for case in made:
        reckon_case(case.pk, on=ON)
    assert items() == at_once
    assert {case.pk: derived(case.pk) for case in made} == marks
    assert alarms() == raised


@pytest.mark.django_db
def test_what_is_fresh_is_left_and_a_new_day_or_new_packs_make_it_stale(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_cases(cast.owner, 6, on=ON)
    assert reckon_all(on=ON) == 6
    assert reckon_all(on=ON) == 0
    assert reckon_all(on=date(2026, 11, 26), most=4) == 4
    assert reckon_all(on=date(2026, 11, 26)) == 2
    monkeypatch.setattr(law, "packs_version", lambda: "newer")
    assert reckon_all(on=date(2026, 11, 26)) == 6
    assert set(cases().values_list("reckoned_with", flat=True)) == {"newer"}
    assert reckon_all(on=date(2026, 11, 26), is_forced=True) == 6


@pytest.mark.django_db
def test_a_change_is_reckoned_at_once_and_a_closed_case_leaves_the_board(cast: Cast) -> None:
    opened = make_case(cast.owner)
    assert "waiting" in {json.loads(row[1]) for row in items()}
    event_add(opened=opened, draft=EventDraft("decision_first_instance", "2026-11-02", {"outcome": "rejected"}))
    told = {"of": "decision_first_instance", "mode": "received"}
    event_add(opened=opened, draft=EventDraft("notification", "2026-11-10", told))
    assert "waiting" not in {json.loads(row[1]) for row in items()}
    assert derived(opened.case.pk)["outcome"] == "rejected"
    assert items() != []
    case_close(opened=opened)
    assert items() == []
    assert derived(opened.case.pk)["next_day"] is None
    case_reopen(opened=opened)
    assert items() != []


@pytest.mark.django_db
def test_a_future_hearing_is_the_next_day(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event_add(opened=opened, draft=EventDraft("hearing", "2999-01-05", {"kind": "appeal"}))
    (line,) = items(section="coming")
    assert json.loads(line[2]) == "2999-01-05"
    assert derived(opened.case.pk)["next_day"] == date(2999, 1, 5)


@pytest.mark.django_db
def test_long_words_fit_into_both_stores(cast: Cast) -> None:
    opened = make_case(cast.owner)
    event_add(opened=opened, draft=EventDraft("subsidiary_protection_granted", "2026-11-02"))
    assert derived(opened.case.pk)["outcome"] == "subsidiary"


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["date", "event", "person"])
def test_one_bad_case_stops_no_other(cast: Cast, broken: str) -> None:
    made = make_cases(cast.owner, 60, on=ON)
    reckon_all(on=ON)
    before = items()
    bad = made[17]
    event = Event.objects.unwalled("reckon").filter(case=bad).first()
    assert event is not None
    if broken == "person":
        cases().filter(pk=bad.pk).update(attributes={"unaccompanied_minor": "perhaps"})
    else:
        values = {"date": {"on": "2026-02-30"}, "event": {"name": "abduction"}}[broken]
        Event.objects.unwalled("reckon").filter(pk=event.pk).update(**values)
    assert reckon_all(on=ON, is_forced=True) == 60
    own = json.dumps(str(bad.pk))
    assert [row for row in items() if row[0] != own] == [row for row in before if row[0] != own]
    faulty = [row for row in items() if row[0] == own and json.loads(row[3]) == "?"]
    assert len(faulty) == 1
    assert json.loads(faulty[0][8])["faults"] >= 1
    assert json.loads(faulty[0][1]) == "undetermined"


@pytest.mark.django_db
def test_a_case_that_changes_meanwhile_is_left_to_whoever_changed_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_cases(cast.owner, 10, on=ON)
    truly, changed = reckoning._outlooks, made[4].pk

    def slowly(*given: Any) -> Any:
        found = truly(*given)
        cases().filter(pk=changed).update(changed=F("changed") + 1)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(reckoning, "_outlooks", slowly)
        assert reckon_all(on=ON) == 9
    assert list(stale_cases(ON).values_list("pk", flat=True)) == [changed]
    assert not BoardItem.objects.unwalled("reckon").filter(case_id=changed).exists()
    assert reckon_all(on=ON) == 1
    assert BoardItem.objects.unwalled("reckon").filter(case_id=changed).exists()


@pytest.mark.django_db
def test_an_alarm_is_raised_once_and_keeps_its_day(cast: Cast) -> None:
    make_cases(cast.owner, 40, on=ON)
    reckon_all(on=ON)
    first = alarms()
    assert first
    reckon_all(on=ON, is_forced=True)
    assert alarms() == first
    reckon_all(on=date(2026, 11, 26))
    assert set(first) <= set(alarms())
    days = Alarm.objects.unwalled("reckon").values_list("section", "raised_on")
    assert Counter(day for _, day in days)[ON] == len(first)


# ---------------------------------------------------------------- two workers at once

WORKER = """
import json, sys
given = json.load(open(sys.argv[1]))
from tests.desk import store
store.store_key = lambda: bytes.fromhex(given["key"])
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.desk.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = given["name"]
django.setup()
from datetime import date
from asylon.desk import law
from asylon.desk.services.reckoning import reckon_all
law.packs()
print("ready", flush=True)
sys.stdin.readline()
print(reckon_all(on=date.fromisoformat(given["on"])))
"""


def by_processes(folder: Path) -> list[int]:
    """Let two processes reckon at the same moment, and return how many cases each wrote."""
    given = folder / "given.json"
    name = connection.settings_dict["NAME"]
    given.write_text(json.dumps({"name": name, "key": store_key().hex(), "on": ON.isoformat()}))
    given.chmod(0o600)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(given)], **pipes) for _ in range(2)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [int(worker.communicate(timeout=60)[0]) for worker in workers]


def by_threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let two threads read the same cases before either writes, and return how many each wrote."""
    met, truly, written = threading.Barrier(2), reckoning._outlooks, []

    def together(*given: Any) -> Any:
        found = truly(*given)
        met.wait(timeout=30)
        return found

    def work() -> None:
        try:
            written.append(reckon_all(on=ON))
        finally:
            connections.close_all()

    monkeypatch.setattr(reckoning, "_outlooks", together)
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    return written


def expect_each_once(written: list[int], count: int) -> None:
    assert len(written) == 2
    assert sum(written) == count
    keys = Counter((*row[:2], *row[3:6]) for row in items())
    assert keys.most_common(1)[0][1] == 1
    assert len(alarms()) == len(set(alarms()))
    at_once, raised = items(), alarms()
    reckon_all(on=ON, is_forced=True)
    assert items() == at_once
    assert alarms() == raised


@pytest.mark.django_db(transaction=True)
def test_two_workers_double_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_cases(make_cast().owner, 300, on=ON)
    with monkeypatch.context() as patch:
        written = by_threads(patch)
    expect_each_once(written, 300)
    if connection.vendor == "sqlite":
        cases().update(reckoned=0)
        expect_each_once(by_processes(tmp_path), 300)
