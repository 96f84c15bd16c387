"""What must be said of a case as a whole: no pack for its country, extensions of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from asylon.law.duty import Duty
from asylon.law.packs import Extension, Law
from asylon.law.view import View


def case_notes(view: View, law: Law, duties: Sequence[Duty]) -> Iterator[str]:
    """Yield codes of notes: `no_pack:COUNTRY`, `no_rule:RULE:DAY`, `not_running:RULE:DAY`."""
    if not law.own:
        yield f"no_pack:{law.jurisdiction}"
    extended = {duty.trigger for duty in duties if isinstance(duty.clause.trigger, Extension)}
    lengthened = {clause.trigger.rule for clause in law.clauses if isinstance(clause.trigger, Extension)}
    known = {clause.rule for clause in law.clauses}
    for index in view.named(("term_extended",)):
        event = view.events[index]
        rule = event.details.get("of", "").partition("/")[0]
        if rule and rule not in known:
            yield f"no_rule:{rule}:{event.on.text}"
        elif rule in lengthened and index not in extended:
            yield f"not_running:{rule}:{event.on.text}"
