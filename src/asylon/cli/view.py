"""How an assessment looks in a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from asylon.cli.urgency import GROUPS, grouped
from asylon.language import ENGLISH, Language
from asylon.law.contract import end_text
from asylon.law.duty import Assessment, Duty, Right
from asylon.law.explain import event_text, note_text, why, why_right
from asylon.law.packs import Source

COLOURS = {"state": "red", "us": "bold red", "unsure": "yellow", "week": "bold", "month": "bold", "met": "green"}
MARKS = {"medium": "◐", "low": "○"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader asked to see: `is_full` adds the reckoning of every duty."""

    is_full: bool = False
    words: Language = ENGLISH


def show(outcome: Assessment, console: Console, shown: Shown | None = None) -> None:
    """Print duties by urgency, then rights and international bodies."""
    shown = shown or Shown()
    say = shown.words.say
    console.print(Text(say("Case {case}, seen on {on}", case=outcome.case, on=shown.words.day(outcome.on)), "bold"))
    for note in outcome.notes:
        console.print(Text(note_text(note, shown.words), "yellow"))
    groups = grouped(outcome.duties)
    if not groups:
        console.print(say("No duty follows from these events under the packs of this country."))
    for group, duties in groups.items():
        console.print()
        console.print(Text(f"{say(GROUPS[group])} ({len(duties)})", f"underline {COLOURS.get(group, '')}".strip()))
        for duty in duties:
            _duty(duty, group, console, shown)
    _rights(outcome, console, shown)
    _bodies(outcome, console, shown)
    console.print()
    console.print(Text(say(LEGEND), "dim"))


LEGEND = "◐ medium, ○ low confidence, ✎ from memory: have it checked by a lawyer of the country. Not legal advice."


def _mark(source: Source) -> str:
    return " ".join(m for m in (MARKS.get(source.confidence), "✎" if source.basis == "memory" else None) if m)


def _duty(duty: Duty, group: str, console: Console, shown: Shown) -> None:
    clause = duty.clause
    name = f"{clause.rule}/{clause.step}" if clause.step else clause.rule
    head = Text.assemble((_when(duty, shown.words), COLOURS.get(group, "")), "  ", shown.words.pack(clause.title))
    head.append(f"  [{name}] {_mark(clause.source)}".rstrip(), "dim")
    console.print(Padding(head, (0, 0, 0, 2), expand=False))
    console.print(Padding(Text(_second_line(duty, shown.words), "dim"), (0, 0, 0, 6), expand=False))
    if group in ("state", "us", "week") and clause.consequence != "-":
        console.print(Padding(Text(f"→ {shown.words.pack(clause.consequence)}"), (0, 0, 0, 6), expand=False))
    if shown.is_full or group == "unsure":
        for line in why(duty, shown.words):
            console.print(Padding(Text(f"· {line}"), (0, 0, 0, 6), expand=False))


def _second_line(duty: Duty, words: Language) -> str:
    text = words.say(
        "{bearer}; from {event} of {on}; {source}",
        bearer=duty.clause.bearer,
        event=event_text(duty.trigger_event, words),
        on=duty.trigger_on,
        source=duty.clause.source.citation,
    )
    return text + (words.say("; met {on}", on=duty.met_on) if duty.met_on else "")


def _when(duty: Duty, words: Language) -> str:
    if duty.ending is None:
        return words.say("no number") if duty.standing != "undetermined" else words.say("end not known")
    end = end_text(duty.ending.legal, is_hours=duty.ending.is_hours).replace("T", " ")
    return f"{end}  {_distance(duty, words)}".rstrip()


def _distance(duty: Duty, words: Language) -> str:
    days = duty.days or 0
    if duty.standing == "met_late":
        return words.count("{n} day late", "{n} days late", -days)
    if duty.standing == "missed":
        return words.count("{n} day over", "{n} days over", -days)
    if duty.standing in ("running", "not_started"):
        safe = end_text(duty.ending.safe, is_hours=duty.ending.is_hours) if duty.ending else ""
        left = words.count("{n} day left", "{n} days left", days)
        moved = duty.ending is not None and duty.ending.safe != duty.ending.legal
        return f"{left}, {words.say('safe {day}', day=safe)}" if moved else left
    return ""


def _rights(outcome: Assessment, console: Console, shown: Shown) -> None:
    if not outcome.rights:
        return
    console.print()
    console.print(Text(shown.words.say("Rights on this day ({n})", n=len(outcome.rights)), "underline"))
    for right in outcome.rights:
        console.print(Padding(_right_line(right, shown.words), (0, 0, 0, 2), expand=False))
        if shown.is_full or right.missing:
            for line in why_right(right, shown.words):
                console.print(Padding(Text(f"· {line}"), (0, 0, 0, 6), expand=False))


def _right_line(right: Right, words: Language) -> Text:
    clause = right.clause
    doubt = "? " if right.missing else ""
    line = Text(f"{doubt}{words.pack(clause.right or '')}  ")
    return line.append(f"[{clause.rule}] {clause.source.citation} {_mark(clause.source)}".rstrip(), "dim")


def _bodies(outcome: Assessment, console: Console, shown: Shown) -> None:
    say, pack = shown.words.say, shown.words.pack
    console.print()
    console.print(Text(say("International bodies"), "underline"))
    states = {True: say("open"), False: say("closed"), None: say("not known")}
    for body in outcome.bodies:
        line = f"{pack(body.body)}: {states[body.open]}. {pack(body.why)}"
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
