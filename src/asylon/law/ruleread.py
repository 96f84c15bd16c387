"""Reads one rule of a pack as its clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from asylon.law.packread import Reader, split_key
from asylon.law.packs import (
    BEARERS,
    KINDS,
    MAIN,
    After,
    Clause,
    Displaces,
    Extension,
    Length,
    Pattern,
    Repeat,
    Start,
    Term,
)

RULE_FIELDS = (
    "id",
    "title",
    "bearer",
    "kind",
    "concerns",
    "level",
    "trigger",
    "repeat",
    "when",
    "term",
    "counting",
    "start",
    "satisfied_by",
    "cancelled_by",
    "suspended_by",
    "freezes",
    "displaces",
    "implements",
    "consequence",
    "right",
    "only_where_open",
    "source",
    "in_force",
    "steps",
)
STEP_FIELDS = ("step", *(name for name in RULE_FIELDS if name not in ("id", "steps")))
TERM_FIELDS = ("when", "length", "between", "parameter", "until", "otherwise", "no_number")
NEEDS_NO_TERM = ("right",)
NEEDS_NO_ACT = ("right", "validity")


@dataclass(frozen=True, slots=True)
class PackDefaults:
    """What holds for every rule of a file or pack unless the rule says otherwise."""

    fields: Mapping[str, Any]
    cancelled_by: tuple[Pattern, ...]
    levels: Mapping[str, Mapping[str, Any]]
    pack: str


def read_rule(reader: Reader, value: object, defaults: PackDefaults) -> Iterator[Clause]:
    """Yield the clauses of one rule; what is wrong with it goes to the reader's faults."""
    raw = {**defaults.fields, **reader.mapping(value, RULE_FIELDS)}
    here = reader.at(f"rule {raw.get('id', '?')}")
    rule = here.text(raw, "id", "add the id of the brief, such as 'RU-12'")
    if isinstance(defaults.fields.get("source"), dict) and isinstance(raw.get("source"), dict):
        raw["source"] = {**defaults.fields["source"], **raw["source"]}
    if "steps" not in raw:
        yield _clause(here, rule, None, raw, defaults)
        return
    for step in here.items(raw, "steps"):
        inner = here.at(f"step {step.get('step', '?') if isinstance(step, dict) else '?'}")
        fields = inner.mapping(step, STEP_FIELDS)
        merged = {**raw, **fields}
        if isinstance(fields.get("source"), dict) and isinstance(raw.get("source"), dict):
            merged["source"] = {**raw["source"], **fields["source"]}
        name = inner.text(fields, "step", "name the step")
        yield _clause(inner, rule, None if name == MAIN else name, merged, defaults)


def _clause(reader: Reader, rule: str, step: str | None, raw: Mapping[str, Any], defaults: PackDefaults) -> Clause:
    raw = _with_level(reader, raw, defaults)
    kind = reader.choice(raw, "kind", KINDS)
    repeat = reader.choice(raw, "repeat", get_args(Repeat), "last" if "level" in raw else "each")
    own_cancel = reader.patterns(raw, "cancelled_by")
    return Clause(
        rule=rule,
        step=step,
        title=reader.text(raw, "title"),
        bearer=cast("Any", reader.choice(raw, "bearer", BEARERS)),
        kind=kind,
        concerns=str(raw["concerns"]) if raw.get("concerns") else None,
        trigger=_trigger(reader, raw.get("trigger")),
        repeat=cast("Repeat", repeat),
        when=reader.at("when").condition(raw["when"]) if raw.get("when") else None,
        in_force=reader.in_force(raw.get("in_force")),
        start=_start(reader, raw.get("start")),
        terms=_terms(reader, raw, kind),
        counting=_counting(reader, raw, kind),
        satisfied_by=_acts(reader, raw, kind),
        cancelled_by=(*own_cancel, *defaults.cancelled_by),
        suspended_by=reader.patterns(raw, "suspended_by"),
        freezes=tuple(str(name) for name in reader.items(raw, "freezes")),
        displaces=tuple(_displaces(reader, item) for item in reader.items(raw, "displaces")),
        implements=tuple(str(name) for name in reader.items(raw, "implements")),
        consequence=reader.text(raw, "consequence", "say what follows if it is missed, or '-'"),
        right=reader.text(raw, "right", "say what the person is entitled to") if kind == "right" else None,
        only_where_open=str(raw["only_where_open"]) if raw.get("only_where_open") else None,
        source=reader.source(raw.get("source")),
        pack=defaults.pack,
        place=reader.place,
    )


def _with_level(reader: Reader, raw: Mapping[str, Any], defaults: PackDefaults) -> Mapping[str, Any]:
    if "level" not in raw:
        return raw
    level = defaults.levels.get(str(raw["level"]))
    if level is None:
        reader.fault(
            "field 'level'",
            f"{raw['level']!r} is not known",
            f"write one of {', '.join(defaults.levels) or 'the levels (none is there)'}",
        )
        return raw
    return {**level, **raw}


def _acts(reader: Reader, raw: Mapping[str, Any], kind: str) -> tuple[Pattern, ...]:
    if "satisfied_by" not in raw and kind not in NEEDS_NO_ACT:
        reader.fault("field 'satisfied_by'", "is missing", "name the events that satisfy it, or [] if none can")
    return reader.patterns(raw, "satisfied_by")


def _counting(reader: Reader, raw: Mapping[str, Any], kind: str) -> str:
    if "counting" not in raw and kind == "right":
        return ""
    return reader.text(raw, "counting", "name the row of section 6 by which the term is counted")


def _trigger(reader: Reader, value: object) -> Pattern | After | Extension:
    here = reader.at("trigger")
    if isinstance(value, dict) and "after" in value:
        raw = here.mapping(value, ("after", "when"))
        rule, step = _clause_key(here.text(raw, "after"))
        return After(rule, step, cast("Any", here.choice(raw, "when", ("lapsed", "met"), "lapsed")))
    if isinstance(value, dict) and "extends" in value:
        raw = here.mapping(value, ("extends", "most", "event", "where"))
        rule, step = _clause_key(here.text(raw, "extends"))
        most = here.length(raw.get("most"), "most") or Length(0, "days")
        where = {"event": raw.get("event", "term_extended"), "where": {"of": rule, **raw.get("where", {})}}
        return Extension(here.pattern(where), rule, step, most)
    return here.pattern(value)


def _clause_key(text: str) -> tuple[str, str | None]:
    rule, step = split_key(text)
    return rule, None if step == MAIN else step


def _start(reader: Reader, value: object) -> Start:
    if value is None:
        return Start()
    here = reader.at("start")
    raw = here.mapping(value, ("detail", "otherwise", "event", "where", "concerning", "same"))
    if "detail" in raw:
        otherwise = here.length(raw["otherwise"], "otherwise") if "otherwise" in raw else None
        return Start(detail=here.text(raw, "detail"), otherwise=otherwise)
    return Start(event=here.pattern(raw))


def _terms(reader: Reader, raw: Mapping[str, Any], kind: str) -> tuple[Term, ...]:
    if "term" not in raw:
        is_extension = isinstance(raw.get("trigger"), dict) and "extends" in raw["trigger"]
        if kind not in NEEDS_NO_TERM and not is_extension:
            reader.fault("field 'term'", "is missing", "add a length, or 'no_number' with the words of the law")
        return ()
    value = raw["term"]
    return read_terms(reader.at("term"), value if isinstance(value, list) else [value])


def read_terms(reader: Reader, values: Sequence[object]) -> tuple[Term, ...]:
    """Return the alternatives of a term in their order."""
    return tuple(_term(reader, {"length": value} if isinstance(value, str) else value) for value in values)


def _term(reader: Reader, value: object) -> Term:
    raw = reader.mapping(value, (*TERM_FIELDS, "source"))
    when = reader.at("when").condition(raw["when"]) if raw.get("when") else None
    source = reader.source(raw["source"]) if "source" in raw else None
    parameter = str(raw["parameter"]) if "parameter" in raw else None
    if "between" in raw:
        low, high = (reader.length(item, "between") for item in (*reader.items(raw, "between"), None, None)[:2])
        return Term(when=when, least=low, most=high, parameter=parameter, source=source)
    if "length" in raw:
        length = reader.length(raw["length"], "length")
        return Term(when=when, least=length, most=length, parameter=parameter, source=source)
    if "until" in raw:
        return _until(reader, raw, when, source)
    if "no_number" in raw or parameter:
        wording = reader.text(raw, "no_number") if "no_number" in raw else None
        return Term(when=when, wording=wording, parameter=parameter, source=source)
    reader.fault("", "gives no length", f"add one of {', '.join(TERM_FIELDS[1:])}")
    return Term(when=when, wording="?")


def _until(reader: Reader, raw: Mapping[str, Any], when: Any, source: Any) -> Term:
    until = str(raw["until"])
    if until[:1].isdigit():
        return Term(when=when, until_day=reader.day(until, "until", end=True), source=source)
    otherwise = reader.length(raw["otherwise"], "otherwise") if "otherwise" in raw else None
    return Term(when=when, until_detail=until, least=otherwise, most=otherwise, source=source)


def _displaces(reader: Reader, value: object) -> Displaces:
    here = reader.at("displaces")
    if isinstance(value, str):
        return Displaces(*split_key(value))
    raw = here.mapping(value, ("rule", "match"))
    match = here.choice(raw, "match", ("trigger", "latest"), "trigger")
    return Displaces(*split_key(here.text(raw, "rule")), cast("Any", match))
