"""When: days, months, years, halves and spans of them in English, Russian and Hebrew words.

A period has ISO ends as far as the text gives them. A day without its year has none; the words are kept.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

KINDS: Final = ("during", "as_of", "since", "until")
PRECISIONS: Final = ("day", "month", "part", "year", "vague")
_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        *(
            "jan(?:uary)?|enero|janvier",
            "feb(?:ruary)?|febrero|février",
            "mar(?:ch)?|marzo|mars",
            "apr(?:il)?|abril|avril",
        ),
        *(
            "may|mayo|mai",
            "june?|junio|juin",
            "july?|julio|juillet",
            "aug(?:ust)?|agosto|août",
            "sept?(?:ember)?|sep?tiembre",
        ),
        *("oct(?:ober)?|octubre|octobre", "nov(?:ember)?|noviembre|novembre", "dec(?:ember)?|diciembre|décembre"),
    ),
    "ru": (
        *("январ[ьяюе]м?", "феврал[ьяюе]м?", "март[аеуом]{0,2}", "апрел[ьяюе]м?", "ма[йяюе]м?", "июн[ьяюе]м?"),
        *("июл[ьяюе]м?", "август[аеуом]{0,2}", "сентябр[ьяюе]м?", "октябр[ьяюе]м?", "ноябр[ьяюе]м?", "декабр[ьяюе]м?"),
    ),
    "he": (
        *("ינואר", "פברואר", "מר[ץס]", "אפריל", "מאי", "יוני", "יולי", "אוגוסט"),
        *("ספטמבר", "אוקטובר", "נובמבר", "דצמבר"),
    ),
}
_YEAR: Final = r"(?:19|20)\d\d"
_YEAR_WORD: Final = {"en": "", "ru": r"(?:(?:-?(?:м|го|й)\b)?\s*(?:год(?:а|у|ом|е|ы|ов|ам|ах)?\b|гг?\b\.?))?", "he": ""}
_OF: Final = {"en": r"(?:\s*,?\s*(?:of\s+|de\s+|del\s+)?)", "ru": r"\s*", "he": r"\s*(?:ב|ל|של\s+|בשנת\s+)?-?"}
_DASH: Final = r"\s*[-–—−‑־]\s*"
_LEAD: Final = (
    r"in|since|until|till|during|for|year|before|after|end|early|mid|late|through",
    r"в|во|с|со|за|на|до|к|после|между|от|конец|конца|конце|начала|начало",
    r"ב|מ|ל|מאז|בשנת|בשנים|השנים|שנת|עד|סוף|בסוף|תחילת|בין|ובשנת",
)
_WEAK_LEAD: Final = (r"of|by|from|to|and|between|on|than|with", r"по|и", r"ו")  # they lead a number of people as well
_YEAR_TO: Final = re.compile(r"\byear\s+(?:to|ending|ended)\b", re.IGNORECASE)
_TO_YEAR: Final = re.compile(r"\s*[-–—]\s*(?:19|20)\d\d(?!\d)")
_AFTER_WORD: Final = re.compile(r"(?<![^\W\d_])[a-zа-яё\u05d0-\u05ea][^\W\d_]*\s+$")
_PARTS: Final[Mapping[str, tuple[tuple[str, int, int], ...]]] = {
    "en": (
        (r"(?:the\s+)?first\s+half", 1, 6),
        (r"H1", 1, 6),
        (r"(?:the\s+)?second\s+half", 7, 12),
        (r"(?:the\s+)?first\s+quarter", 1, 3),
        (r"(?:the\s+)?second\s+quarter", 4, 6),
        (r"(?:the\s+)?third\s+quarter", 7, 9),
        (r"(?:the\s+)?(?:fourth|last)\s+quarter", 10, 12),
    ),
    "ru": (
        (r"перв(?:ом|ое|ого|ым)\s+полугоди[еияю]м?", 1, 6),
        (r"перв(?:ой|ая|ую)\s+половин[еауы]", 1, 6),
        (r"втор(?:ом|ое|ого)\s+полугоди[еияю]", 7, 12),
        (r"перв(?:ом|ый|ого)\s+квартал[еау]?", 1, 3),
    ),
    "he": (
        (r"ב?מחצית\s+הראשונה", 1, 6),
        (r"ב?מחצית\s+השנייה", 7, 12),
        (r"ב?רבעון\s+הראשון", 1, 3),
    ),
}
_MONTHS_OF: Final = {
    "en": r"(?:the\s+)?first\s+(?P<n>\w+)\s+months",
    "ru": r"(?:перв(?:ые|ых)\s+)?(?P<n>\w+)\s+месяц(?:ев|а|ах|ам)",
    "he": r"ב?(?P<n>\w+)\s+החודשים\s+הראשונים",
}
_HOW_MANY: Final[Mapping[str, int]] = {
    word: n
    for words in (
        ("2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
        ("два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать"),
        ("שני", "שלושת", "ארבעת", "חמשת", "ששת", "שבעת", "שמונת", "תשעת", "עשרת"),
    )
    for n, word in enumerate(words, 2)
}
_VAGUE: Final = {
    "en": r"(?:in|during|over)\s+(?:the\s+)?first\s+(?:few\s+)?(?:months|weeks|days|year)"
    r"|(?:since|after)\s+the\s+(?:(?:war|invasion|mobili[sz]ation|conflict|start)\b)(?:\s+of\s+the\s+\w+)?(?:\s+began)?",
    "ru": r"(?:в|за)\s+первые\s+(?:несколько\s+)?(?:месяцы|месяцев|недели|дни)"
    r"|(?:с|после)\s+(?:момента\s+)?начала\s+(?:войны|вторжения|мобилизации|конфликта|сво)",
    "he": r"ב(?:חודשים|שבועות|ימים)\s+הראשונים|מאז\s+(?:תחילת\s+|פרוץ\s+)?(?:המלחמה|הפלישה)",
}
_AS_OF: Final = {
    "en": r"(?:as\s+(?:of|at)(?:\s+the)?|(?:(?:at|by|as\s+of)\s+the\s+)?(?:end|beginning|start)\s+of|end-)",
    "ru": r"(?:по\s+состоянию\s+на|на(?:\s+(?:конец|начало))?|к(?:\s+(?:концу|началу))?|в\s+(?:конце|начале))",
    "he": r"(?:נכון\s+ל|בסוף|סוף|בתחילת|לסוף)",
}
_END_OF: Final = re.compile(r"end\s*(?:of)?-?\s*$|кон(?:ец|цу|це)\s*$|סוף\s*(?:שנת)?\s*$", re.IGNORECASE)
_START_OF: Final = re.compile(r"(?:beginning|start)\s+of\s*$|начал[оуе]\s*$|תחילת\s*(?:שנת)?\s*$", re.IGNORECASE)
_SINCE: Final = {
    "en": r"(?:since(?:\s+the\s+start\s+of|\s+(?:early|mid|late))?|from)",
    "ru": r"(?:с(?:о)?(?:\s+начала)?|начиная\s+с)",
    "he": r"(?:מאז(?:\s+שנת)?|החל\s+מ|מ)",
}
_UNTIL: Final = {
    "en": r"(?:until|till|ending|ended|by|up\s+to|through|to|before)"
    r"(?:\s+(?:early|mid|late|the\s+(?:end|beginning)\s+of))?",
    "ru": r"(?:до|к|по)(?:\s+(?:начал[ау]|середин[еыу]|конц[ау]))?",
    "he": r"(?:עד|לפני)(?:\s+(?:תחילת|סוף|אמצע))?(?:\s+ל)?",
}
_BETWEEN: Final = {"en": r"between|from", "ru": r"между|с|от", "he": r"בין|מ"}
_EDGE: Final = r"(?:\s+(?:early|mid|late|the\s+end\s+of|начал[ау]|середин[аыу]|конц[ау]|תחילת|סוף|אמצע))?"
_CLOCK: Final = r"(?:a\.m\.?|p\.m\.?|am\b|pm\b|часов\b|utc\b|gmt\b|local\s+time)"
_TIME: Final = rf"\b\d{{1,2}}(?:[:.]\d\d)?\s*{_CLOCK}|\b\d{{1,2}}:\d\d(?::\d\d)?\b"
_TREATY: Final = (
    rf"\b{_YEAR}\s+(?:(?:refugee|geneva|un)\s+)?(?:convention|protocol|treaty|act|agreement|census)\b"
    rf"|(?:convention|protocol|treaty|act|конвенци\w+|протокол\w*|договор\w*|закон\w*|אמנת\s+\w+)"
    rf"\s+(?:of\s+|от\s+)?{_YEAR}(?:\s+года)?"
)
_PHONE: Final = (
    r"\b0\d{1,2}[- ]?\d{3}[- ]?\d{4}\b|\b[78]\s*\(\d{3,4}\)\s*[\d-]{5,}|\+\d[\d\-() ]{6,}\d"
    r"|\b(?!(?:19|20)\d\d-[01]\d-[0-3]\d\b)\d{1,4}(?:-\d{2,4}){2,}\b|\(\d{3}\)\s*\d{3}-\d{4}"
)
_ADDRESS: Final = r"https?://\S+|www\.\S+|\S+@\S+\.\w+"


@dataclass(frozen=True, slots=True)
class Period:
    """When a figure holds. `kind`: during a span, as of a day, since or until one. Ends are ISO days or None.

    `precision` tells what the text gave: day, month, part (of a year), year, vague (no dates in it).
    """

    words: str
    kind: str = "during"
    start: str | None = None
    end: str | None = None
    precision: str = "vague"


@dataclass(frozen=True, slots=True)
class When:
    """A period with its place in the text."""

    period: Period
    start: int
    end: int


_Parts = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Atom:
    start: int
    end: int
    first: _Parts
    last: _Parts
    precision: str


def read_periods(text: str, start: int, end: int, language: str, counts: Callable[[int], bool]) -> list[When]:
    """Return the periods named in text[start:end], in order; `counts(at)` tells that what follows is counted.

    It keeps "2011 persons" from being read as a year.
    """
    atoms = sorted(_atoms(text, start, end, language, counts), key=lambda atom: atom.start)
    found = [
        When(Period(m.group(), _vague_kind(m.group())), m.start(), m.end())
        for m in _vague(language).finditer(text, start, end)
    ]
    free = [a for a in _without_overlaps(atoms) if not any(w.start <= a.start < w.end for w in found)]
    at = 0
    while at < len(free):
        atom, used = _spanned(text, free, at, language)
        found.append(_when(text, start, atom, language, is_span=used > 1))
        at += used
    return sorted(found, key=lambda when: when.start)


def other_numbers(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the places of times of day, telephone numbers, addresses and years of treaties in text[start:end]."""
    return [match.span() for match in _decoys().finditer(text, start, end)]


@cache
def _decoys() -> re.Pattern[str]:
    return re.compile(f"{_ADDRESS}|{_PHONE}|{_TIME}|{_TREATY}", re.IGNORECASE)


@cache
def _vague(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_VAGUE[language]})(?!\w)", re.IGNORECASE)


def _vague_kind(words: str) -> str:
    return "since" if words.lower().startswith(("since", "after", "с ", "после", "מאז")) else "during"


@cache
def _pattern(language: str) -> re.Pattern[str]:
    month = "|".join(f"(?:{name})" for name in _MONTHS[language])
    prefix = r"(?:(?<![\u05d0-\u05ea])[ובלמהכ]{0,2}-?)" if language == "he" else r"(?<![^\W\d_])"
    day = r"\d{1,2}(?:st|nd|rd|th|-?го|-?е)?"
    year = rf"{_YEAR}(?!\d)"
    of = _OF[language]
    link = rf"(?:{_DASH}|\s+(?:and|to|и|по|до|עד)\s+)"
    then = [rf"(?:{of}(?P<y{n}>{year}){_YEAR_WORD[language]})?" for n in (1, 2, 3)]
    first = rf"(?P<d1>(?<!\d){day})(?:{link}(?P<d2>{day}))?"
    days = rf"{first}\s*(?:of\s+|de\s+|ב)?{prefix}(?P<m1>{month})(?!\w){then[0]}"
    after = rf"(?P<d3>{day})(?!\d|[.,]\d)(?:{link}(?P<d4>{day})(?!\d|[.,]\d))?"
    month_day = rf"{prefix}(?P<m2>{month})(?!\w)\.?\s+{after}{then[1]}"
    month_year = rf"{prefix}(?P<m3>{month})(?!\w)\.?{then[2]}"
    return re.compile(f"{days}|{month_day}|{month_year}", re.IGNORECASE)


@cache
def _numeric() -> re.Pattern[str]:
    iso = rf"(?<!\d)(?P<y>{_YEAR})-(?P<m>[01]\d)(?:-(?P<d>[0-3]\d))?(?!\d)"
    dotted = rf"(?<![\d.])(?P<dd>\d{{1,2}})[./](?P<mm>\d{{1,2}})[./](?P<yy>{_YEAR})(?!\d)"
    return re.compile(f"{iso}|{dotted}")


@cache
def _years(language: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\d.,$€£₪])(?P<year>{_YEAR})(?:s\b|(?P<short>[/–-]\d\d)(?!\d))?{_YEAR_WORD[language]}(?![\d%]|[.,]\d)"
    )


@cache
def _part_of_year(language: str) -> re.Pattern[str]:
    parts = "|".join(f"(?P<p{n}>{words})" for n, (words, _, _) in enumerate(_PARTS[language]))
    return re.compile(
        rf"(?<!\w)(?:{parts}){_OF[language]}(?:году\s*)?(?P<year>{_YEAR}){_YEAR_WORD[language]}", re.IGNORECASE
    )


@cache
def _months_of(language: str) -> re.Pattern[str]:
    words = rf"(?<!\w){_MONTHS_OF[language]}{_OF[language]}(?P<year>{_YEAR}){_YEAR_WORD[language]}"
    return re.compile(words, re.IGNORECASE)


def _atoms(text: str, start: int, end: int, language: str, counts: Callable[[int], bool]) -> Iterator[_Atom]:
    yield from _parts(text, start, end, language)
    for match in _numeric().finditer(text, start, end):
        given = (match["y"], match["m"], match["d"]) if match["y"] else (match["yy"], match["mm"], match["dd"])
        parts = (int(given[0]), int(given[1]), int(given[2]) if given[2] else None)
        if 1 <= parts[1] <= 12:
            yield _Atom(match.start(), match.end(), parts, parts, "day" if parts[2] else "month")
    for match in _pattern(language).finditer(text, start, end):
        if (atom := _of_month(match, language, counts)) is not None:
            yield atom
    for match in _years(language).finditer(text, start, end):
        if _is_year(text, match, language, counts):
            year = last = int(match["year"])
            if match["short"] and int(match["short"][1:]) > year % 100:
                last = year - year % 100 + int(match["short"][1:])
            yield _Atom(match.start(), match.end(), (year, None, None), (last, None, None), "year")


def _parts(text: str, start: int, end: int, language: str) -> Iterator[_Atom]:
    for match in _part_of_year(language).finditer(text, start, end):
        number = next(n for n in range(len(_PARTS[language])) if match[f"p{n}"])
        _, first, last = _PARTS[language][number]
        year = int(match["year"])
        yield _Atom(match.start(), match.end(), (year, first, None), (year, last, None), "part")
    for match in _months_of(language).finditer(text, start, end):
        if (many := _HOW_MANY.get(match["n"].lower())) is not None:
            year = int(match["year"])
            yield _Atom(match.start(), match.end(), (year, 1, None), (year, many, None), "part")


def _of_month(match: re.Match[str], language: str, counts: Callable[[int], bool]) -> _Atom | None:
    name = match["m1"] or match["m2"] or match["m3"]
    month_end = max(match.end(group) for group in ("m1", "m2", "m3", "d3", "d4"))
    group = next((group for group in ("y1", "y2", "y3") if match[group]), None)
    end = match.end()
    if group is not None and "," in match.string[month_end : match.start(group)] and counts(match.end(group)):
        group, end = None, month_end  # "As of 3 May, 1900 people were there"
    if not (match["m1"] or match["m2"] or group) and not _is_month(name, match, language):
        return None
    month, year = _month(name, language), int(match[group]) if group else None
    first, last = _day(match["d1"] or match["d3"]), _day(match["d2"] or match["d4"])
    if first is not None and not 1 <= first <= 31:
        return None
    if first is None:
        first, last = _part_of_month(match.string[max(0, match.start() - 12) : match.start()])
        return _Atom(match.start(), end, (year, month, first), (year, month, last), "month")
    return _Atom(match.start(), end, (year, month, first), (year, month, last or first), "day")


def _is_month(name: str, match: re.Match[str], language: str) -> bool:
    """Return whether a word alone is a month: not "may", "march" or "mar"."""
    if language != "en":
        return True
    return name[:1].isupper() and (len(name) > 3 or name == "May") and not (name == "May" and match.start() == 0)


def _part_of_month(before: str) -> tuple[int | None, int | None]:
    """Return the days of "early", "mid" or "late" as thirds of a month."""
    words = before.lower().strip(" -־ב")
    thirds = (
        ("early", 1, 10),
        ("mid", 11, 20),
        ("late", 21, None),
        ("начал", 1, 10),
        ("середин", 11, 20),
        ("תחילת", 1, 10),
    )
    return next(((first, last) for word, first, last in thirds if words.rstrip("ауеы").endswith(word)), (None, None))


def _day(text: str | None) -> int | None:
    return int(re.sub(r"\D", "", text)) if text else None


@cache
def _month(name: str, language: str) -> int:
    for number, pattern in enumerate(_MONTHS[language], 1):
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return number
    raise AssertionError(name)


def _is_year(text: str, match: re.Match[str], language: str, counts: Callable[[int], bool]) -> bool:
    """Return whether four digits are a year: a word of time leads them, or nothing around them makes them a number."""
    if match.group() != match["year"]:
        return True
    before = text[max(0, match.start() - 24) : match.start()]
    if _led(language, _LEAD).search(before) or _TO_YEAR.match(text, match.end()):
        return True
    if counts(match.end("year")):
        return False
    return _led(language, _WEAK_LEAD).search(before) is not None or not _AFTER_WORD.search(before)


@cache
def _led(language: str, words: tuple[str, str, str]) -> re.Pattern[str]:
    close = r"[\s־-]*" if language == "he" else r"[\s-]+"
    lead = words[("en", "ru", "he").index(language)]
    return re.compile(rf"(?<![^\W\d_])(?:{lead}){close}$", re.IGNORECASE)


def _without_overlaps(atoms: list[_Atom]) -> list[_Atom]:
    kept: list[_Atom] = []
    for atom in atoms:
        if kept and atom.start < kept[-1].end:
            if atom.end - atom.start > kept[-1].end - kept[-1].start:
                kept[-1] = atom
        else:
            kept.append(atom)
    return kept


@cache
def _link() -> re.Pattern[str]:
    return re.compile(
        rf"{_DASH}|\s+(?:to|and|until|till|through|и|по|до|ועד|עד|ל|ו){_EDGE}\s*(?:ל|ב)?-?", re.IGNORECASE
    )


def _spanned(text: str, atoms: list[_Atom], at: int, language: str) -> tuple[_Atom, int]:
    """Return the atom at `at`, joined with the next one where the words between make a span; and how many it took."""
    left = atoms[at]
    if at + 1 == len(atoms):
        return left, 1
    right = atoms[at + 1]
    between = text[left.end : right.start]
    if language == "he" and text[right.start] in "לו":  # written with the word that follows
        between += text[right.start]
    if not _link().fullmatch(between):
        return left, 1
    year = right.first[0]
    first = (left.first[0] or year, left.first[1], left.first[2])
    if first[0] and year and left.first[0] is None and (first[1] or 0) > (right.last[1] or 12):
        first = (first[0] - 1, first[1], first[2])  # "between November and March 2017"
    last = right.last if right.last[0] else (first[0], right.last[1], right.last[2])
    precision = left.precision if left.precision == right.precision else "month"
    return _Atom(left.start, right.end, first, last, precision), 2


def _when(text: str, floor: int, atom: _Atom, language: str, *, is_span: bool) -> When:
    kind, begun = _kind(text[floor : atom.start], language, is_span=is_span)
    begun += floor
    first, last = _iso(atom.first, last=False), _iso(atom.last, last=True)
    words_before = text[begun : atom.start]
    if kind == "as_of" and _START_OF.search(words_before):
        last = first
    elif kind == "as_of" and (_END_OF.search(words_before) or atom.precision == "day"):
        first = last
    if kind == "until" and last is not None and _YEAR_TO.search(text, max(floor, begun - 8), atom.start):
        return When(Period(text[begun : atom.end], "during", _year_before(last), last, atom.precision), begun, atom.end)
    if kind == "since":
        last = None
    elif kind == "until":
        first = None
    return When(Period(text[begun : atom.end], kind, first, last, atom.precision), begun, atom.end)


def _year_before(last: str) -> str:
    day = date.fromisoformat(last) + timedelta(days=1)
    return day.replace(year=day.year - 1).isoformat()


@cache
def _kinds(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    close = r"[\s־-]*" if language == "he" else r"[\s-]*(?:the\s+)?"

    def ending(words: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{words}){close}$", re.IGNORECASE)

    rows = (("since", _SINCE), ("as_of", _AS_OF), ("until", _UNTIL))
    return (("span", ending(_BETWEEN[language])), *((kind, ending(words[language])) for kind, words in rows))


def _kind(before: str, language: str, *, is_span: bool) -> tuple[str, int]:
    tail = before[-40:]
    for kind, pattern in _kinds(language):
        match = pattern.search(tail)
        if match is None or (kind == "span") != is_span:
            continue
        return ("during" if kind == "span" else kind), len(before) - len(tail) + match.start()
    return "during", len(before)


def _iso(parts: _Parts, *, last: bool) -> str | None:
    year, month, day = parts
    if year is None:
        return None
    month = month or (12 if last else 1)
    days = calendar.monthrange(year, month)[1]
    return f"{year:04d}-{month:02d}-{min(day or (days if last else 1), days):02d}"
