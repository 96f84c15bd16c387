"""Loads packs from their folders, joins each with those it builds on, and refuses what cannot be.

A pack is a folder of YAML files; every file may hold any of the sections below. Nothing is read
before somebody asks for the law of a country.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from asylon.errors import Fault, PackError
from asylon.law.packcheck import check_law
from asylon.law.packfile import read_yaml
from asylon.law.packread import Reader
from asylon.law.packs import Clause, Law, Pack, Term
from asylon.law.ruleread import PackDefaults, read_rule
from asylon.law.systemread import (
    read_body,
    read_calendar,
    read_context,
    read_counting,
    read_deemed,
    read_freeze,
    read_named,
    read_parameter,
    read_regime,
)
from asylon.law.vocabulary import PACK_ROOT, Vocabulary, load_vocabulary

SECTIONS = (
    "jurisdiction",
    "name",
    "builds_on",
    "zone",
    "asked_for",
    "licence",
    "sources",
    "cancelled_by",
    "levels",
    "calendars",
    "countings",
    "regimes",
    "deemed",
    "freezes",
    "parameters",
    "bodies",
    "context",
    "instrument",
    "defaults",
    "rules",
)
INTERNATIONAL = "int"
ASYLUM = "asylum"
K = TypeVar("K")
V = TypeVar("V")


class Packs:
    """The packs of one folder. `law` gives the law of a country, read once and kept."""

    def __init__(self, root: Path = PACK_ROOT) -> None:
        self.root = root
        self.vocabulary: Vocabulary = load_vocabulary(root)
        self._packs: dict[str, Pack] = {}
        self._laws: dict[str, Law] = {}

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Return the jurisdictions that have a pack, in alphabetical order."""
        return tuple(sorted(path.parent.name for path in self.root.glob("*/jurisdiction.yaml")))

    def pack(self, jurisdiction: str) -> Pack:
        """Return the pack of one jurisdiction, its own rules only."""
        if jurisdiction not in self._packs:
            self._packs[jurisdiction] = _read_pack(self.root / jurisdiction, self.vocabulary)
        return self._packs[jurisdiction]

    def law(self, jurisdiction: str) -> Law:
        """Return all the law that applies in `jurisdiction`.

        A country without a pack has the international layer only (`Law.own` is False). Raises
        PackError with every fault of the packs involved.
        """
        if jurisdiction not in self._laws:
            self._laws[jurisdiction] = self._join(jurisdiction)
        return self._laws[jurisdiction]

    def _join(self, jurisdiction: str) -> Law:
        has_own = jurisdiction in self.jurisdictions
        every = self._chain(jurisdiction if has_own else INTERNATIONAL)
        chain = list({pack.jurisdiction: pack for pack in every}.values())
        own = chain[0]
        clauses = _fill(_implemented([c for pack in chain for c in pack.clauses]), _merge(p.parameters for p in chain))
        law = Law(
            jurisdiction=jurisdiction,
            name=own.name if has_own else jurisdiction,
            zone=own.zone,
            asked_for=own.asked_for if has_own else ASYLUM,
            calendar=next((name for pack in chain for name in pack.calendars), ""),
            clauses=tuple(_ordered(clauses)),
            calendars=_merge(pack.calendars for pack in chain),
            countings=_merge(pack.countings for pack in chain),
            regimes=_merge(pack.regimes for pack in chain),
            deemed=_merge(pack.deemed for pack in chain),
            freezes=_merge(pack.freezes for pack in chain),
            bodies=tuple(b for p in chain for b in p.bodies if b.state == jurisdiction),
            context=tuple(c for pack in chain for c in pack.context),
            version="+".join(f"{p.jurisdiction}-{p.version}" for p in chain),
            own=has_own,
            by_key=_by_key(clauses),
        )
        if faults := list(check_law(law, self.vocabulary)):
            raise PackError(faults)
        return law

    def _chain(self, jurisdiction: str, path: tuple[str, ...] = ()) -> Iterator[Pack]:
        if jurisdiction in path:
            circle = " → ".join((*path, jurisdiction))
            raise PackError.single(jurisdiction, f"builds on itself ({circle})", "break the circle in 'builds_on'")
        pack = self.pack(jurisdiction)
        yield pack
        for base in pack.builds_on:
            yield from self._chain(base, (*path, jurisdiction))


@lru_cache(maxsize=4)
def load_packs(root: Path = PACK_ROOT) -> Packs:
    """Return the packs in folder `root`, by default those that come with Asylon."""
    if not (root / "vocabulary.yaml").is_file():
        raise PackError.single(str(root.name), "holds no vocabulary.yaml", "name a folder of law packs")
    return Packs(root)


def _merge(parts: Iterator[Mapping[K, V]] | Any) -> dict[K, V]:
    joined: dict[K, V] = {}
    for part in parts:  # the nearest pack wins over those it builds on
        joined = {**part, **joined}
    return joined


def _by_key(clauses: Sequence[Clause]) -> dict[tuple[str, str | None], tuple[Clause, ...]]:
    found: dict[tuple[str, str | None], tuple[Clause, ...]] = {}
    for clause in clauses:
        found[clause.key] = (*found.get(clause.key, ()), clause)
    return found


def _implemented(clauses: Sequence[Clause]) -> list[Clause]:
    """Leave out what national rules put into effect in their own words and numbers."""
    replaced = {rule for clause in clauses for rule in clause.implements}
    return [c for c in clauses if c.rule not in replaced and f"{c.rule}/{c.step}" not in replaced]


def _fill(clauses: Sequence[Clause], numbers: Mapping[str, tuple[Term, ...]]) -> list[Clause]:
    """Put the national numbers into the ranges that carry their names."""
    return [replace(c, terms=tuple(_filled(c.terms, numbers))) for c in clauses]


def _filled(terms: Sequence[Term], numbers: Mapping[str, tuple[Term, ...]]) -> Iterator[Term]:
    for term in terms:
        if term.parameter is None or term.parameter not in numbers:
            yield term
        else:
            yield from (replace(n, parameter=term.parameter) for n in numbers[term.parameter])


def _ordered(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """Yield clauses so that what is chained comes after what it hangs on."""
    waiting, done = list(clauses), set[tuple[str, str | None]]()
    while waiting:
        left = {clause.key for clause in waiting}
        ready = [c for c in waiting if c.parent is None or c.parent not in left or c.parent in done]
        if not ready:
            circle = ", ".join(sorted({clause.rule for clause in waiting}))
            raise PackError.single(circle, "hang on each other in a circle", "let one of them start at an event")
        yield from ready
        done |= {clause.key for clause in ready}
        waiting = [clause for clause in waiting if clause not in ready]


def _read_pack(folder: Path, vocabulary: Vocabulary) -> Pack:
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise PackError.single(folder.name, "is not a pack", "it needs a jurisdiction.yaml")
    faults: list[Fault] = []
    raw: dict[str, Any] = {}
    clauses: list[Clause] = []
    contents = {path: _file(path, vocabulary, faults) for path in files}
    for content in contents.values():
        for section, value in content.items():
            joined = isinstance(value, list) and isinstance(raw.get(section), list)
            raw[section] = [*raw[section], *value] if joined else value
    reader = Reader(folder.name, vocabulary, faults)
    cancelled_by = reader.patterns(raw, "cancelled_by")
    levels = raw.get("levels", {})
    if not isinstance(levels, dict):
        reader.fault("field 'levels'", "is not a set of levels", "write 'S: {trigger: …, cancelled_by: […]}' lines")
        levels = {}
    for path, content in contents.items():
        place = Reader(f"{folder.name}/{path.name}", vocabulary, faults)
        fields = content.get("defaults", {})
        if not isinstance(fields, dict):
            place.fault("field 'defaults'", "is not a set of fields", "write 'field: value' lines")
            fields = {}
        defaults = PackDefaults(fields, cancelled_by, levels, folder.name)
        for item in place.items(content, "rules"):
            clauses.extend(read_rule(place, item, defaults))
    pack = _pack(reader, raw, clauses, folder, files)
    _check_sources(pack, raw.get("sources", {}), reader)
    if faults:
        raise PackError(faults)
    return pack


def _file(path: Path, vocabulary: Vocabulary, faults: list[Fault]) -> Mapping[str, Any]:
    try:
        content = read_yaml(path)
    except PackError as error:
        faults.extend(error.faults)
        return {}
    return Reader(f"{path.parent.name}/{path.name}", vocabulary, faults).mapping(content or {}, SECTIONS)


def _check_sources(pack: Pack, known: Any, reader: Reader) -> None:
    if not isinstance(known, dict):
        reader.fault("field 'sources'", "is not a set of codes", "write 'CODE: \"text (date)\"' lines")
        return
    own = {_family(code) for code in known}
    for clause in pack.clauses:
        for code in clause.source.read:
            if code not in known and _family(code) in own | {code}:
                reader.fault(f"rule {clause.rule}", f"source {code!r} is not known", "add it to 'sources' of the pack")


def _zone(reader: Reader, name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.fault("field 'zone'", f"{name!r} is not a time zone", "write one such as 'Europe/Rome'")
        return "UTC"
    return name


def _asked_for(reader: Reader, procedure: str) -> str:
    known = sorted(reader.vocabulary.events["lodged"].details["procedure"].values)
    if procedure not in known:
        reader.fault("field 'asked_for'", f"{procedure!r} is not a procedure", f"write one of {', '.join(known)}")
    return procedure


def _family(code: str) -> str:
    """Return the letters of a source code by which packs are told apart: RU of S-RU12."""
    return code.partition("-")[2].rstrip("0123456789") or code


def _pack(reader: Reader, raw: Mapping[str, Any], clauses: list[Clause], folder: Path, files: Sequence[Path]) -> Pack:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    if raw.get("jurisdiction") != folder.name:
        reader.fault("field 'jurisdiction'", f"is not {folder.name!r}", "give it the name of the folder")
    return Pack(
        jurisdiction=folder.name,
        name=reader.text(raw, "name"),
        builds_on=tuple(str(name) for name in reader.items(raw, "builds_on")),
        zone=_zone(reader, str(raw.get("zone", "UTC"))),
        asked_for=_asked_for(reader, str(raw.get("asked_for", ASYLUM))),
        clauses=tuple(clauses),
        calendars=read_named(reader, raw, "calendars", read_calendar),
        countings=read_named(reader, raw, "countings", read_counting),
        regimes=read_named(reader, raw, "regimes", read_regime),
        deemed=read_named(reader, raw, "deemed", read_deemed),
        freezes=read_named(reader, raw, "freezes", read_freeze),
        parameters=read_named(reader, raw, "parameters", read_parameter),
        bodies=tuple(read_body(reader.at("bodies"), item) for item in reader.items(raw, "bodies")),
        context=tuple(read_context(reader.at("context"), item) for item in reader.items(raw, "context")),
        version=digest,
    )
