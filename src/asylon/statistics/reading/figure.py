"""A figure that was read in a text: its words and place, its value, and what it says of whom, where and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Final

from asylon.errors import Fault, StatisticsError
from asylon.statistics.reading.lexicon import countries
from asylon.statistics.reading.periods import KINDS, PRECISIONS, Period
from asylon.statistics.reading.tokens import LANGUAGES

QUALIFIERS: Final = (
    *("exact", "about", "nearly", "at_least", "more_than", "up_to", "at_most", "less_than", "between", "other"),
    *("tens_of", "dozens_of", "hundreds_of", "thousands_of", "millions_of"),
)
UNITS: Final = ("people", "households", "buildings", "applications", "decisions", "states", "percent", "money", "none")
HOUSING: Final = ("destroyed_housing", "partially_destroyed_housing", "uninhabitable_housing")
TERMS: Final = (
    *("displaced", "evacuated", "forced_to_flee", "in_relief_camp", "sheltered", "relocated", "homeless"),
    *HOUSING,
)
STATUSES: Final = (
    *("temporary_asylum", "temporary_protection", "refugee_status", "asylum", "complementary", "humanitarian"),
    "none",
)
EVENTS: Final = ("deaths", "injured", "missing", "affected", "returns")
MEASURES: Final = (
    *("applications", "recognised", "granted", "rejected", "closed", "pending", "stock", "departures", "arrivals"),
    *("share", "change", "treaty_parties", "idps", "displacement", *EVENTS),
)
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "qualifier": QUALIFIERS,
    "unit": UNITS,
    "term": TERMS,
    "status": STATUSES,
    "measure": MEASURES,
    "language": LANGUAGES,
}
_NEVER_EMPTY: Final = ("qualifier", "unit", "status", "language")
_NOT_BY_HAND: Final = ("start", "end", "sentence", "why", "weight", "corrected_by_hand")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text. `text[start:end]` is `quote`; `sentence` is the span of its sentence.

    `value` is the number written, None where only a range or a size was ("hundreds of thousands"). `low` and `high`
    are the bounds that the words give: both for an exact number or a range, one for "at least" or "up to", none for
    "about". `who` is the nationality named, `origin` the country people come from, `asylum` the country that
    received them or was asked to, `country` the one the sentence is set in without being either. They are ISO 3166
    codes ("RUS,BLR" where one number is said of two together), or None where the text does not tell. `why` lists the
    words that each field came from. `weight` ranks the figures of one text (see `main_figure`) and means nothing
    else. `corrected_by_hand` names fields that a person set.
    """

    quote: str
    start: int
    end: int
    sentence: tuple[int, int]
    value: float | None
    low: float | None = None
    high: float | None = None
    qualifier: str = "exact"
    unit: str = "none"
    term: str | None = None
    who: str | None = None
    origin: str | None = None
    asylum: str | None = None
    country: str | None = None
    from_place: str | None = None
    to_place: str | None = None
    status: str = "none"
    measure: str | None = None
    period: Period | None = None
    language: str = "en"
    why: tuple[str, ...] = ()
    weight: float = 0.0
    corrected_by_hand: tuple[str, ...] = ()

    @property
    def number(self) -> float | None:
        """Return one number for it: the value written, else the upper end of a range, else the lower one."""
        return next((number for number in (self.value, self.high, self.low) if number is not None), None)

    def corrected(self, **changes: object) -> Figure:
        """Return the figure with fields set by a person, named in `corrected_by_hand`.

        Raises StatisticsError with a sentence for each field that does not exist or cannot hold what was given.
        """
        faults = [fault for name, value in changes.items() if (fault := _fault(name, value)) is not None]
        if faults:
            raise StatisticsError(faults)
        made: dict[str, Any] = {name: _of_row(name, value) for name, value in changes.items()}
        by_hand = (*self.corrected_by_hand, *(name for name in changes if name not in self.corrected_by_hand))
        changed = replace(self, **made, corrected_by_hand=by_hand)
        if changed.low is not None and changed.high is not None and changed.low > changed.high:
            problem = f"low {changed.low:g} is above high {changed.high:g}"
            raise StatisticsError.single(f"figure {self.quote!r}", problem, "exchange them")
        return changed

    def to_row(self) -> dict[str, Any]:
        """Return the figure in plain values for JSON; `from_row` reads them back."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Figure:
        """Return the figure of a row that `to_row` wrote, perhaps edited.

        Raises StatisticsError with a sentence for each wrong field.
        """
        place = f"figure {row.get('quote', '?')!r}"
        missing = [name for name in ("quote", "start", "end", "sentence", "value") if name not in row]
        faults = [
            Fault(f"{place}, {name}", "is missing", "keep the fields as the program wrote them") for name in missing
        ]
        faults += [fault for name, value in row.items() if (fault := _fault(name, value, by_hand=False, place=place))]
        if faults:
            raise StatisticsError(faults)
        made: dict[str, Any] = {name: _of_row(name, value) for name, value in row.items()}
        return cls(**made)


def figures_of_reader(corrections: Iterable[Mapping[str, Any]], read: Sequence[Figure] = ()) -> tuple[Figure, ...]:
    """Return the figures of rows that a person went through, in their order.

    Where `read` has what the program had read at the same place, each field that differs is marked as corrected by
    hand. Raises StatisticsError with one sentence for every wrong field of every row.
    """
    before = {(figure.start, figure.end): figure for figure in read}
    found: list[Figure] = []
    faults: list[Fault] = []
    for row in corrections:
        try:
            figure = Figure.from_row(row)
            original = before.get((figure.start, figure.end))
            found.append(figure if original is None else original.corrected(**_differences(original, figure)))
        except StatisticsError as error:
            faults.extend(error.faults)
    if faults:
        raise StatisticsError(faults)
    return tuple(found)


def _differences(old: Figure, new: Figure) -> dict[str, object]:
    names = [field.name for field in fields(Figure) if field.name not in _NOT_BY_HAND]
    return {name: getattr(new, name) for name in names if getattr(new, name) != getattr(old, name)}


def _of_row(name: str, value: object) -> object:
    if name == "period" and isinstance(value, Mapping):
        return Period(**value)
    if name in ("sentence", "why", "corrected_by_hand") and isinstance(value, Sequence):
        return tuple(value)
    if name in ("value", "low", "high") and isinstance(value, int | float):
        return float(value)
    return value


def _fault(name: str, value: object, *, by_hand: bool = True, place: str = "figure") -> Fault | None:
    known = [field.name for field in fields(Figure)]
    if name not in known or (by_hand and name in _NOT_BY_HAND):
        allowed = [field for field in known if field not in _NOT_BY_HAND]
        return Fault(f"{place}, {name}", "is not a field that can be set", f"write one of {', '.join(allowed)}")
    problem = _problem(name, value)
    return None if problem is None else Fault(f"{place}, {name}", *problem)


def _problem(name: str, value: object) -> tuple[str, str] | None:
    if name in _CHOICES:
        if value in _CHOICES[name] or (value is None and name not in _NEVER_EMPTY):
            return None
        return f"{value!r} is not known", f"write one of {', '.join(_CHOICES[name])}"
    check = _CHECKS.get(name)
    return None if check is None else check(value)


def _number_problem(value: object) -> tuple[str, str] | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0):
        return None
    return f"{value!r} is not a number from zero up", "write digits only, or null where the text has none"


def _whole_problem(value: object) -> tuple[str, str] | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return None
    return f"{value!r} is not a place in the text", "keep the whole number that the program wrote"


def _country_problem(value: object) -> tuple[str, str] | None:
    if value is None or (isinstance(value, str) and all(code in countries() for code in value.split(","))):
        return None
    problem = f"{value!r} is not an ISO 3166 code of three letters"
    return problem, "write for example SYR, RUS,BLR for two together, or null where it is not told"


def _text_problem(value: object) -> tuple[str, str] | None:
    return None if value is None or isinstance(value, str) else (f"{value!r} is not text", "write words or null")


def _list_problem(value: object) -> tuple[str, str] | None:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return None
    return f"{value!r} is not a list", "keep the list that the program wrote"


def _period_problem(value: object) -> tuple[str, str] | None:
    if value is None or isinstance(value, Period):
        return None
    if (
        not isinstance(value, Mapping)
        or not set(value) <= {field.name for field in fields(Period)}
        or "words" not in value
    ):
        return f"{value!r} is not a period", "write words, kind, start, end and precision"
    if value.get("kind", "during") not in KINDS or value.get("precision", "vague") not in PRECISIONS:
        return "has an unknown kind or precision", f"kinds are {', '.join(KINDS)}; precisions {', '.join(PRECISIONS)}"
    ends = [value.get("start"), value.get("end")]
    if not all(end is None or _is_day(end) for end in ends):
        return f"{ends} are not days", "write 2015-12-31, or null where an end is open"
    start, end = ends
    if start is not None and end is not None and start > end:
        return f"begins {start}, after its end {end}", "exchange them"
    return None


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_CHECKS: Final[Mapping[str, Callable[[object], tuple[str, str] | None]]] = {
    **dict.fromkeys(("value", "low", "high"), _number_problem),
    **dict.fromkeys(("start", "end"), _whole_problem),
    **dict.fromkeys(("who", "origin", "asylum", "country"), _country_problem),
    **dict.fromkeys(("quote", "from_place", "to_place"), _text_problem),
    **dict.fromkeys(("sentence", "why", "corrected_by_hand"), _list_problem),
    "period": _period_problem,
}
