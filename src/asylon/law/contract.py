"""The plain values that `asylon duties --json` prints: the contract with every other program.

The words of the packs (titles, consequences, rights, names of bodies) stand in them in the language that is asked for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from asylon.language import ENGLISH, Language
from asylon.law.duty import Assessment, BodyState, Duty, Right
from asylon.law.packs import Source
from asylon.law.terms import MINUTES, is_open


def end_text(value: int, *, is_hours: bool) -> str:
    """Return an end as an ISO date, or as an ISO date-time when the hour counts."""
    if not is_hours:
        return date.fromordinal(value).isoformat()
    day, minute = divmod(value, MINUTES)
    return f"{date.fromordinal(day).isoformat()}T{minute // 60:02}:{minute % 60:02}"


def source_row(source: Source) -> dict[str, Any]:
    """Return a source as plain values."""
    return {
        "citation": source.citation,
        "url": source.url,
        "confidence": source.confidence,
        "basis": source.basis,
        "note": source.note,
    }


def duty_row(duty: Duty, words: Language = ENGLISH) -> dict[str, Any]:
    """Return a duty as plain values, without the explanation."""
    clause, ending = duty.clause, duty.ending
    ends: dict[str, str | None] = {"raw_end": None, "legal_end": None, "safe_end": None, "latest_end": None}
    if ending is not None:
        is_hours = ending.is_hours
        ends["raw_end"] = end_text(ending.raw, is_hours=is_hours)
        ends["legal_end"] = end_text(ending.legal, is_hours=is_hours)
        ends["safe_end"] = end_text(ending.safe, is_hours=is_hours)
        if ending.latest != ending.legal:
            is_open_end = is_open(ending.last_day)
            ends["latest_end"] = "open" if is_open_end else end_text(ending.latest, is_hours=is_hours)
    return {
        "rule": clause.rule,
        "step": clause.step,
        "title": words.pack(clause.title),
        "bearer": clause.bearer,
        "kind": clause.kind,
        "trigger": {"event": duty.trigger_event, "on": duty.trigger_on},
        **ends,
        "standing": duty.standing,
        "met_on": duty.met_on,
        "days": duty.days,
        "missing": list(duty.missing),
        "displaced_by": duty.displaced_by,
        "consequence": words.pack(clause.consequence),
        "source": source_row(clause.source),
    }


def right_row(right: Right, words: Language = ENGLISH) -> dict[str, Any]:
    """Return a right as plain values."""
    clause = right.clause
    return {
        "rule": clause.rule,
        "right": words.pack(clause.right or ""),
        "article": clause.source.citation,
        "since": right.since,
        "missing": list(right.missing),
        "source": source_row(clause.source),
    }


def body_row(body: BodyState, words: Language = ENGLISH) -> dict[str, Any]:
    """Return an international body and whether it is open, as plain values."""
    return {"body": words.pack(body.body), "open": body.open, "why": words.pack(body.why)}


def assessment_row(outcome: Assessment, words: Language = ENGLISH) -> dict[str, Any]:
    """Return an assessment as plain values, without the explanations of its duties."""
    return {
        "case": outcome.case,
        "on": outcome.on.isoformat(),
        "duties": [duty_row(duty, words) for duty in outcome.duties],
        "rights": [right_row(right, words) for right in outcome.rights],
        "bodies": [body_row(body, words) for body in outcome.bodies],
        "notes": list(outcome.notes),
    }
