"""Words and shapes for the parts of a page: dates, marks of duties, lanes of a timeline, scripts.

They take plain values (the rows of `asylon.law.contract`, or objects with the same names) and decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from asylon.desk.words import event_label

register = template.Library()

_IN_DIGITS = re.compile(r"\d{4}-\d{2}[\d/-]*")
# A section of an Israeli law: its number and its Hebrew letters belong together in any text.
_HEBREW_SECTION = re.compile(r"\d+[\u05d0-\u05ea]+(?:\([\u05d0-\u05ea\d]+\))*")
OURS = ("applicant", "representative", "any")
SOON, NEAR = 7, 30

MARKS = {
    "missed_by_us": gettext_lazy("Missed by us"),
    "missed_by_state": gettext_lazy("Missed by the state"),
    "week": gettext_lazy("Due within 7 days"),
    "month": gettext_lazy("Due within 30 days"),
    "later": gettext_lazy("Due later"),
    "open": gettext_lazy("No number of days"),
    "expired": gettext_lazy("Expired"),
    "met": gettext_lazy("Met"),
    "met_late": gettext_lazy("Met late"),
    "undetermined": gettext_lazy("Undetermined"),
    "suspended": gettext_lazy("Clock stands still"),
    "not_started": gettext_lazy("Not started"),
    "cancelled": gettext_lazy("Ended before the term"),
    "fallback": gettext_lazy("Fall-back argument"),
}

BEARERS = {
    "applicant": gettext_lazy("applicant"),
    "representative": gettext_lazy("representative"),
    "authority": gettext_lazy("authority"),
    "court": gettext_lazy("court"),
    "any": gettext_lazy("anybody"),
}

NAME_KINDS = {
    "legal": gettext_lazy("in papers"),
    "alias": gettext_lazy("also known as"),
    "native": gettext_lazy("own script"),
    "maiden": gettext_lazy("name at birth"),
    "mother": gettext_lazy("mother"),
    "father": gettext_lazy("father"),
    "called": gettext_lazy("called"),
}

CONTACT_KINDS = {
    "phone": gettext_lazy("Phone"),
    "signal": "Signal",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "email": gettext_lazy("Email"),
    "address": gettext_lazy("Address"),
    "through": gettext_lazy("Through"),
}

RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Syrc", "Thaa", "Nkoo"})


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


# ---------------------------------------------------------------- dates


@register.filter
def when(value: object) -> SafeString | str:
    """Return a date as given (day, month, year, range, before/after) in words, empty for nothing."""
    return _when(value, "long", "LLLL y")


@register.filter
def when_short(value: object) -> SafeString | str:
    """Return the same in short words, for tables; empty for nothing."""
    return _when(value, "medium", "LLL y")


def _when(value: object, day_form: str, month_form: str) -> SafeString | str:
    if not value:
        return ""
    if isinstance(value, date):
        value = value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    text = str(value).strip()
    if "/" in text:
        first, last = (_one_date(part, day_form, month_form) for part in text.split("/", 1))
        return format_html(gettext("between {first} and {last}"), first=first, last=last) if first and last else text
    bound, _, rest = text.partition(" ")
    if bound.lower() in ("before", "after") and (day := _one_date(rest, day_form, month_form)):
        sentence = gettext("before {day}") if bound.lower() == "before" else gettext("after {day}")
        return format_html(sentence, day=day)
    return _one_date(text, day_form, month_form) or text


@register.filter
def dates_whole(text: Any) -> SafeString:
    """Return a text in which no line ends inside a date in digits; where text runs from the right it would be torn."""
    return mark_safe(_IN_DIGITS.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text)))


@register.filter
def sections_whole(citation: Any) -> SafeString:
    """Return a citation in which each section with Hebrew letters keeps its own direction."""
    return mark_safe(_HEBREW_SECTION.sub(r"<bdi>\g<0></bdi>", conditional_escape(citation)))


@register.filter
def at(value: datetime | str | None, exact: str = "minute") -> SafeString | str:
    """Return a moment in words, in UTC; the script turns it into the time of the reader's clock. Empty for none.

    `exact` is `second`, `minute`, or `day`, which shows no hour. Text is read as ISO 8601.
    """
    if not value:
        return ""
    moment = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
    day = _day_words(moment.date(), "medium")
    words = {"day": day, "minute": f"{day}, {moment:%H:%M} UTC"}.get(exact, f"{day}, {moment:%H:%M:%S} UTC")
    return format_html('<time datetime="{}" data-at="{}">{}</time>', f"{moment:%Y-%m-%dT%H:%M:%SZ}", exact, words)


def _day_words(day: date, form: str) -> str:
    return _in_language(day, form, get_language() or "en")


@lru_cache(maxsize=4096)
def _in_language(day: date, form: str, language: str) -> str:
    # Day before month: English dates are written as in Britain.
    return format_date(day, form, locale="en_GB" if language == "en" else language.replace("-", "_"))


def _one_date(text: str, day_form: str, month_form: str) -> SafeString | str:
    day, _, hour = text.strip().replace(" ", "T").partition("T")
    try:
        parts = [int(part) for part in day.split("-")]
        whole = date(*(*parts, 1, 1)[:3])
    except (ValueError, TypeError):
        return ""
    form = {1: "y", 2: month_form}.get(len(parts), day_form)
    words = _day_words(whole, form)
    return format_html('<time datetime="{}">{}</time>', text, f"{words}, {hour[:5]}" if hour else words)


# ---------------------------------------------------------------- duties


@register.filter
def mark_of(duty: Any) -> str:
    """Return the mark of a duty, a key of MARKS, from its standing, bearer and days."""
    standing, days = _of(duty, "standing"), _of(duty, "days")
    if _of(duty, "displaced_by"):
        return "fallback"
    if standing == "met" and _of(duty, "kind") == "validity":
        return "expired"
    if standing == "missed":
        return "missed_by_us" if _of(duty, "bearer") in OURS else "missed_by_state"
    if standing in MARKS:
        return str(standing)
    if days is None:
        return "open"
    return "week" if days <= SOON else "month" if days <= NEAR else "later"


@register.filter
def mark_words(mark: str) -> str:
    """Return the words of a mark; the mark itself when it is not known."""
    return str(MARKS.get(mark, mark))


@register.filter
def days_words(duty: Any) -> str:
    """Return how far the end is ("9 days left", "89 days over"), empty where there is nothing to count."""
    standing, days = _of(duty, "standing"), _of(duty, "days")
    if standing not in ("missed", "met_late", "running", "not_started") or days is None:
        return ""
    if standing == "met_late":
        return ngettext("%(n)d day late", "%(n)d days late", abs(days)) % {"n": abs(days)}
    if standing == "missed":
        return ngettext("%(n)d day over", "%(n)d days over", abs(days)) % {"n": abs(days)}
    if days == 0:
        return gettext("today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


@register.filter
def bearer_words(bearer: str) -> str:
    """Return who owes, in words."""
    return str(BEARERS.get(bearer, bearer))


@register.filter
def event_words(name: str) -> str:
    """Return what an event is called: `decision_first_instance` is "Decision at first instance"."""
    return event_label(str(name))


# ---------------------------------------------------------------- timeline


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of a timeline: a proceeding with its number (1 to 6), which gives its line and colour."""

    key: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What one lane shows beside one entry: classes of the drawn line, empty where the lane does not run."""

    number: int
    shape: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a timeline with its lanes drawn."""

    entry: Any
    lane: Lane | None
    cells: tuple[Cell, ...]


@register.simple_tag
def lanes_of(lanes: Iterable[Sequence[str]] | None) -> tuple[Lane, ...]:
    """Return numbered lanes for pairs of key and label, empty for none; the seventh shares a colour with the first."""
    return tuple(Lane(key, label, index % 6 + 1) for index, (key, label) in enumerate(lanes or ()))


@register.simple_tag
def laned(entries: Sequence[Any], lanes: Iterable[Sequence[str]] | None) -> tuple[Row, ...]:
    """Return the rows of a timeline; each lane is drawn from its first entry to its last."""
    numbered = lanes_of(lanes)
    reach: dict[str, tuple[int, int]] = {}
    for index, entry in enumerate(entries):
        key = _of(entry, "lane")
        reach[key] = (reach.get(key, (index, index))[0], index)
    by_key = {lane.key: lane for lane in numbered}
    return tuple(
        Row(
            entry,
            by_key.get(_of(entry, "lane")),
            tuple(Cell(lane.number, _shape(lane, entry, index, reach)) for lane in numbered),
        )
        for index, entry in enumerate(entries)
    )


def _shape(lane: Lane, entry: Any, index: int, reach: Mapping[str, tuple[int, int]]) -> str:
    if lane.key not in reach:
        return ""
    first, last = reach[lane.key]
    if not first <= index <= last:
        return ""
    dot = " dot" if _of(entry, "lane") == lane.key else ""
    if first == last:
        return "only" + dot
    line = "start" if index == first else "end" if index == last else "inside" if dot else "through"
    return line + dot


# ---------------------------------------------------------------- people


@register.filter
def script_direction(script: str) -> str:
    """Return the direction in which a script (ISO 15924) is written."""
    return "rtl" if script in RIGHT_TO_LEFT else "ltr"


@register.filter
def name_kind_words(kind: str) -> str:
    """Return what kind of name it is, in words."""
    return str(NAME_KINDS.get(kind, kind))


@register.filter
def contact_words(kind: str) -> str:
    """Return a way to reach somebody, in words."""
    return str(CONTACT_KINDS.get(kind, kind))
