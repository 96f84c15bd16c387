"""The plain rules as an OpenFisca country package of one entity, built in memory.

OpenFisca-Core is AGPL-3.0: measured here, never shipped. Formulas are vectorised NumPy, as its
manual asks. Every rule gives the five answers Asylon gives: raw, legal and safe end, standing,
days left. Dates that are not given are 1970-01-01, OpenFisca's default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import holidays
import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.plain_rules import COUNTRY, NOTHING, ON, RULES, STANDINGS, Answers, Rule, Times, Workload, time_runs

MONTH = "2026-11"
NONE = np.datetime64(NOTHING, "D")
TODAY = np.datetime64(ON, "D")
ANSWERS = ("raw", "legal", "safe", "standing", "days")
Formula = Callable[[Any, Any], Any]


def _later(days: Any, rule: Rule) -> Any:
    """Return the raw ends: same number, or the last day of the month."""
    if rule.unit in ("days", "weeks"):
        return days + np.timedelta64(rule.number * (7 if rule.unit == "weeks" else 1), "D")
    months = days.astype("datetime64[M]")
    moved = months + rule.number * (12 if rule.unit == "years" else 1)
    last = (moved + 1).astype("datetime64[D]") - 1
    return np.minimum(moved.astype("datetime64[D]") + (days - months), last)


def _formulas(rule: Rule, calendar: np.busdaycalendar) -> Iterator[tuple[str, type, Formula]]:
    name = rule.name.replace("-", "_").lower()

    def raw(person: Any, period: Any) -> Any:
        return _later(person(rule.trigger, period), rule)

    def legal(person: Any, period: Any) -> Any:
        return np.busday_offset(person(f"{name}_raw", period), 0, "forward", busdaycal=calendar)

    def safe(person: Any, period: Any) -> Any:
        return np.busday_offset(person(f"{name}_raw", period), 0, "backward", busdaycal=calendar)

    def standing(person: Any, period: Any) -> Any:
        end, act = person(f"{name}_legal", period), person(rule.act, period)
        return np.where(act != NONE, np.where(act <= end, 0, 1), np.where(end < TODAY, 2, 3))

    def days(person: Any, period: Any) -> Any:
        end, act = person(f"{name}_legal", period), person(rule.act, period)
        return (end - np.where(act != NONE, act, TODAY)).astype(np.int64)

    kinds, formulas = (date, date, date, int, int), (raw, legal, safe, standing, days)
    for answer, kind, formula in zip(ANSWERS, kinds, formulas, strict=True):
        yield f"{name}_{answer}", kind, formula


def build_system() -> Any:
    """Return the tax and benefit system with the inputs and the rules."""
    person = build_entity(key="person", plural="persons", label="A person", is_person=True)
    system = TaxBenefitSystem([person])
    off = holidays.country_holidays(COUNTRY, years=range(2020, 2036))
    calendar = np.busdaycalendar(holidays=[np.datetime64(day, "D") for day in off])
    common = {"entity": person, "label": "invented"}
    for name in dict.fromkeys(name for rule in RULES for name in (rule.trigger, rule.act)):
        fields = {**common, "value_type": date, "definition_period": DateUnit.ETERNITY}
        system.add_variable(type(name, (Variable,), fields))
    for rule in RULES:
        for name, kind, formula in _formulas(rule, calendar):
            fields = {**common, "value_type": kind, "definition_period": DateUnit.MONTH, "formula": formula}
            system.add_variable(type(name, (Variable,), fields))
    return system


def _calculate(simulation: Any) -> dict[str, list[Any]]:
    return {
        answer: [simulation.calculate(f"{rule.name.replace('-', '_').lower()}_{answer}", MONTH) for rule in RULES]
        for answer in ANSWERS
    }


def from_columns(work: Workload, repeats: int) -> tuple[Times, Answers]:
    """Time a new simulation a run, its inputs set from arrays of dates, all answers calculated."""
    system = build_system()
    inputs = {name: days.astype("datetime64[D]") for name, days in work.dates.items()}

    def run() -> dict[str, list[Any]]:
        simulation = SimulationBuilder.build_default_simulation(system, work.cases)
        for name, days in inputs.items():
            simulation.set_input(name, DateUnit.ETERNITY, days)
        return _calculate(simulation)

    times, found = time_runs(run, repeats)
    return times, _answers(found)


def from_texts(work: Workload, repeats: int) -> tuple[Times, Answers]:
    """Time the reader of situations (dictionaries of texts) and then all answers."""
    system = build_system()
    absent = str(NONE)
    people = {
        f"{number:07}": {
            name: {"ETERNITY": texts[number]} for name, texts in work.texts.items() if texts[number] != absent
        }
        for number in range(work.cases)
    }

    def run() -> dict[str, list[Any]]:
        return _calculate(SimulationBuilder().build_from_entities(system, {"persons": people}))

    times, found = time_runs(run, repeats)
    return times, _answers(found)


def _answers(found: dict[str, list[Any]]) -> Answers:
    assert len(STANDINGS) == 4, "the codes of `standing` above are places in STANDINGS"
    tables = {}
    for answer, columns in found.items():
        table = np.stack(columns, axis=1)
        is_date = table.dtype.kind == "M"
        tables[answer] = (table.astype("datetime64[D]") if is_date else table).astype(np.int64)
    return Answers(**tables)
