"""Why a duty stands where it stands, in words a lawyer can check line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from asylon.errors import Fault
from asylon.language import ENGLISH, Language, Said, said
from asylon.law.contract import end_text
from asylon.law.days import FIRST, LAST, PartialDate, parse_date
from asylon.law.duty import Duty, Right, Step
from asylon.law.packs import Length, Source
from asylon.law.terms import MINUTES, is_open


def why(duty: Duty, words: Language = ENGLISH) -> list[str]:
    """Return the reckoning of `duty` line by line: start, length, end, rounding, act, doubts."""
    lines = [line for step in duty.steps if (line := _step(step, words))]
    lines.extend(_standing(duty, words))
    lines.extend(missing_text(code, words) for code in duty.missing)
    lines.extend(_validity(duty, words))
    if duty.displaced_by:
        lines.append(
            words.say("{rule} takes precedence; this remains as a fall-back argument.", rule=duty.displaced_by)
        )
    if doubt := doubt_text(duty.clause.source, words):
        lines.append(doubt)
    return lines


def why_right(right: Right, words: Language = ENGLISH) -> list[str]:
    """Return why a right is held, and what is not known about it."""
    lines = [words.say("Since {on}.", on=_date(right.since, words))]
    lines.extend(missing_text(code, words) for code in right.missing)
    if doubt := doubt_text(right.clause.source, words):
        lines.append(doubt)
    return lines


def event_text(name: str, words: Language = ENGLISH) -> str:
    """Return the name of an event or of a detail as words."""
    return words.say(name.replace("_", " "))


def _day(ordinal: int, words: Language) -> str:
    return words.day(date.fromordinal(ordinal))


def _date(text: str, words: Language) -> str:
    span: PartialDate = parse_date(text)
    if span.is_exact:
        return _day(span.lo, words)
    if span.lo == FIRST or span.hi == LAST:
        bound, _, day = text.partition(" ")
        if bound.lower() == "before":
            return words.say("before {day}", day=day)
        return words.say("after {day}", day=day) if bound.lower() == "after" else text
    return words.say("between {first} and {last}", first=_day(span.lo, words), last=_day(span.hi, words))


def length_text(length: Length, words: Language = ENGLISH) -> str:
    """Return a length in words: 3 months."""
    one, many = {
        "hours": ("{n} hour", "{n} hours"),
        "days": ("{n} day", "{n} days"),
        "working_days": ("{n} working day", "{n} working days"),
        "weeks": ("{n} week", "{n} weeks"),
        "months": ("{n} month", "{n} months"),
        "years": ("{n} year", "{n} years"),
    }[length.unit]
    return words.count(one, many, length.number)


def _step(step: Step, words: Language) -> str:
    return _STEPS[step.code](step.values, words)


def _trigger(v: Mapping[str, Any], words: Language) -> str:
    return words.say("Starts with: {event}, {on}.", event=event_text(v["event"], words), on=_date(v["on"], words))


def _length(v: Mapping[str, Any], words: Language) -> str:
    least, most = length_text(v["least"], words), length_text(v["most"], words)
    start = _day(v["start"], words)
    if v["backward"]:
        return words.say("{length} back from {start}.", length=least, start=start)
    if least != most:
        text = "Between {least} and {most} from {start}: the State's own number is not known, the shortest is used."
        return words.say(text, least=least, most=most, start=start)
    if v["least"].unit == "hours":
        return words.say("{length} from {start}.", length=least, start=start)
    return words.say("{length} from {start}; that day itself does not count.", length=least, start=start)


def _printed(v: Mapping[str, Any], words: Language) -> str:
    return words.say("Printed on the document of {on}: {day}.", on=_date(v["on"], words), day=_date(v["day"], words))


def _no_printed(v: Mapping[str, Any], words: Language) -> str:
    text = "No printed date on the document of {on}; the law allows at most {length}."
    return words.say(text, on=_date(v["on"], words), length=length_text(v["length"], words))


def _deemed(v: Mapping[str, Any], words: Language) -> str:
    text = "Posted {on}; deemed served {days} days later ({rule}), on {day}."
    return words.say(text, on=_date(v["on"], words), days=v["days"], rule=v["rule"], day=_day(v["day"], words))


def _after(v: Mapping[str, Any], words: Language) -> str:
    rule = f"{v['rule']}/{v['step']}" if v["step"] else v["rule"]
    day = v["day"] // MINUTES if v["day"] > LAST else v["day"]
    return words.say("Follows on the end of {rule}, {day}.", rule=rule, day=_day(day, words))


def _extended(v: Mapping[str, Any], words: Language) -> str:
    text = "{rule} was extended on {on}: original term and extension (at most {most}) run as one from {start}."
    return words.say(
        text,
        rule=v["rule"],
        on=_date(v["on"], words),
        most=length_text(v["most"], words),
        start=_day(v["start"], words),
    )


def _frozen(v: Mapping[str, Any], words: Language) -> str:
    text = "Did not run from {start} to {end}: {name}."
    return words.say(text, start=_day(v["start"], words), end=_day(v["end"], words), name=words.pack(v["name"]))


def _suspended(v: Mapping[str, Any], words: Language) -> str:
    if v["until"]:
        text = "The clock stood still from {on} to {until}."
        return words.say(text, on=_date(v["on"], words), until=_date(v["until"], words))
    return words.say("The clock stands still since {on}.", on=_date(v["on"], words))


def _rolled(v: Mapping[str, Any], words: Language) -> str:
    text = "{day} is a day off ({name}); the end moves to {to}."
    return words.say(text, day=_day(v["day"], words), name=words.say(v["name"]), to=_day(v["to"], words))


def _number_from(v: Mapping[str, Any], words: Language) -> str:
    source: Source = v["source"]
    doubt = doubt_text(source, words)
    return words.say("The State's own number: {citation}.", citation=source.citation) + (f" {doubt}" if doubt else "")


_STEPS: Mapping[str, Callable[[Mapping[str, Any], Language], str]] = {
    "trigger": _trigger,
    "length": _length,
    "number_from": _number_from,
    "printed": _printed,
    "no_printed_date": _no_printed,
    "deemed": _deemed,
    "after": _after,
    "extended": _extended,
    "frozen": _frozen,
    "suspended": _suspended,
    "rolled": _rolled,
    "fixed_day": lambda v, words: words.say("The law names the day: {day}.", day=_day(v["day"], words)),
    "raw_end": lambda v, words: words.say("Ends {day}.", day=_day(v["day"], words)),
    "safe": lambda v, words: words.say("Last day on or before it with offices open: {day}.", day=_day(v["day"], words)),
    "hours_end": lambda v, words: words.say(
        "Hours run on without a break: ends {end}.", end=end_text(v["end"], is_hours=True).replace("T", " ")
    ),
    "no_number": lambda v, words: words.say(
        'The law names no number of days: "{wording}".', wording=words.pack(v["wording"])
    ),
}


def _standing(duty: Duty, words: Language) -> Iterator[str]:
    if duty.met_on is not None:
        yield words.say("Done on {on}.", on=_date(duty.met_on, words))
    ending = duty.ending
    if ending is not None and ending.latest != ending.legal and is_open(ending.last_day):
        yield words.say("What is not known exactly leaves the end open; alarms use the earliest.")
    elif ending is not None and ending.latest != ending.legal:
        latest = end_text(ending.latest, is_hours=ending.is_hours).replace("T", " ")
        text = "What is not known exactly could move the end as far as {latest}; alarms use the earliest."
        yield words.say(text, latest=latest)
    if duty.standing in _STANDINGS:
        yield words.say(_STANDINGS[duty.standing])


_STANDINGS = {
    "missed": "Nothing in the timeline has met it in time.",
    "suspended": "The clock is not running.",
    "cancelled": "Something ended it before the term did.",
    "not_started": "The term has not begun.",
}


def _validity(duty: Duty, words: Language) -> Iterator[str]:
    interval = duty.clause.in_force
    if interval.start is None:
        yield words.say("Since when this text applies is not known to the pack.")


def doubt_text(source: Source, words: Language = ENGLISH) -> str:
    """Return what is uncertain about a source, empty when it was read and is sure."""
    parts = []
    if source.confidence != "high":
        level = words.say("medium confidence") if source.confidence == "medium" else words.say("low confidence")
        parts.append(level)
    if source.basis == "memory":
        parts.append(words.say("from memory, text not opened"))
    head = words.say("Uncertain: {what}.", what=", ".join(parts)) if parts else ""
    return " ".join(part for part in (head, words.quote(source.note or "")) if part)


def missing_text(code: str, words: Language = ENGLISH) -> str:
    """Return a fact that is missing, as a sentence that says what to add."""
    kind, _, rest = code.partition(":")
    names, _, key = rest.partition(":")
    what = " / ".join(event_text(name, words) for name in names.split("|"))
    message = _MISSING.get(kind, "Not known: {what}.")
    return words.say(message, what=what, key=event_text(key, words), raw=words.say(rest))


def note_text(code: str, words: Language = ENGLISH) -> str:
    """Return a note on the case as a sentence."""
    kind, first, day = [*code.split(":", 2), ""][:3]
    return words.say(_NOTES[kind], what=first, on=_date(day, words) if day else "")


def fault_text(fault: Fault, words: Language = ENGLISH) -> str:
    """Return what is doubtful or wrong in a timeline: which event, what about it, and what to do."""
    place = fault.place
    if isinstance(place, Said) and "event" in place.values:
        place = said("{event}, {on}", event=place.values["event"], on=place.values["on"])
    return words.say("{where}: {what}", where=_again(place, words), what=fault_words(fault, words))


def fault_words(fault: Fault, words: Language = ENGLISH) -> str:
    """Return what is wrong and what to do, without the place, for a page that shows the place itself."""
    problem, remedy = _again(fault.problem, words), _again(fault.remedy, words)
    end = "" if remedy.endswith(("?", ".")) else "."
    return f"{problem[:1].upper()}{problem[1:]}; {remedy}{end}"


def _again(text: object, words: Language) -> str:
    """Return a sentence of the law ring in another language; what does not remember its message comes back quoted."""
    if not isinstance(text, Said):
        return words.quote(str(text))
    return words.say(text.message, **{name: _value(name, value, words) for name, value in text.values.items()})


def _value(name: str, value: object, words: Language) -> str:
    if isinstance(value, PartialDate):
        return _date(value.text, words)
    if name == "event":
        return event_text(str(value), words)
    return _again(value, words) if isinstance(value, Said) else str(value)


_NOTES = {
    "no_pack": "There is no pack for '{what}' yet: only the international layer is shown.",
    "no_rule": "The extension of {on} names {what}, which is no rule of this country. Correct 'of'.",
    "not_running": "The extension of {on} lengthens nothing: {what} was not running on that day. Check the dates.",
}

_MISSING = {
    "person": "Not known of the person: {raw}. Add it to the attributes.",
    "detail": "Not known: '{key}' of the event '{what}'. Add this detail.",
    "concerns": "Not known: which decision the event '{what}' concerns. Name it in 'of' or 'against'.",
    "event": "Not known: whether '{what}' counts here. Complete its details or its date.",
    "when": "Not known: on which day '{what}' was done; a later paper shows that it was. Add the event.",
    "date": "Not known: the exact day of '{what}'. Add it.",
    "time": "Not known: the time of day of '{what}'. Add 'time'.",
    "regime": "Not known: the date that decides which law applies ('{what}'). Add the event with its day.",
    "parameter": "Not known: the number the State has chosen ('{what}'). Ask a lawyer of the country.",
    "body": "Not known: whether {what} is open for the act. Add the exact day of the State's act.",
}
