"""The words of the law packs that people read, as messages of the law ring's catalogue.

What a page or a command shows is collected: titles, consequences, rights, the law's words where it has no number, names
of numbers that a State chooses, of freezes and of days off, bodies. Citations and notes of sources stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from asylon.law.packload import Packs
from asylon.law.packs import Clause, Pack
from tools.message_sources import Found


def pack_messages(packs: Packs) -> set[Found]:
    """Return every message of the packs; a translator is told which rules say it."""
    places: dict[str, dict[str, None]] = {}
    for name in packs.jurisdictions:
        for text, place in _of_pack(packs.pack(name)):
            if text.strip("-"):  # a dash: nothing follows
                places.setdefault(text, {})[place] = None
    return {Found(text, told=", ".join(found)) for text, found in places.items()}


def _of_pack(pack: Pack) -> Iterator[tuple[str, str]]:
    for clause in pack.clauses:
        place = f"{clause.rule}/{clause.step}" if clause.step else clause.rule
        yield from ((text, place) for text in _of_clause(clause))
    for name, terms in pack.parameters.items():
        yield from ((term.wording or "", f"{pack.jurisdiction}, {name}") for term in terms)
    yield from ((freeze.name, freeze.id) for freeze in pack.freezes.values())
    for calendar in pack.calendars.values():
        yield from ((override.name, f"{pack.jurisdiction}, days off") for override in calendar.overrides)
    for body in pack.bodies:
        yield from ((text, f"{pack.jurisdiction}, bodies") for text in (body.body, body.note))


def _of_clause(clause: Clause) -> Iterator[str]:
    yield from (clause.title, clause.consequence, clause.right or "")
    for term in clause.terms:
        yield from (term.wording or "", (term.parameter or "").replace("_", " "))
