"""Figures read out of text, scored on two corpora of the field beside three simpler ways: `python -m benchmarks.text`.

The corpora lie beside the project and are not part of it: IDETECT's excerpts with one labelled figure each, and
IDMC's articles with spans that several people marked. Nothing of their text is printed or kept.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from asylon.statistics.reading import Figure, main_figure, read_figures, sums_of_parts
from asylon.statistics.reading.lexicon import lexicon
from asylon.statistics.reading.tokens import tokenise
from benchmarks.run import DESK, DOCUMENT, TEXTS

CORPUS = Path(__file__).parent.parent.parent / "shared" / "data" / "text_extraction"
KEYWORD = re.compile(
    r"displac|evacuat|fled|flee|shelter|relocat|homeless|destroy|damag|IDP|forced|camp|collaps", re.IGNORECASE
)
HOUSEHOLDS = re.compile(r"famil|household|home|house|building", re.IGNORECASE)
DIGITS = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+(?:\.\d+)?")
MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
TERMS = {
    "displac": "displaced",
    "idp": "displaced",
    "evacuat": "evacuated",
    "fled": "forced_to_flee",
    "flee": "forced_to_flee",
    "forced": "forced_to_flee",
    "shelter": "sheltered",
    "camp": "in_relief_camp",
    "relocat": "relocated",
    "homeless": "homeless",
    "destroy": "destroyed_housing",
    "collaps": "destroyed_housing",
    "damag": "partially_destroyed_housing",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a way of reading says of one excerpt."""

    picked: float | None
    candidates: frozenset[float]
    unit: str = "People"
    term: str = "displaced"
    country: str | None = None
    either: frozenset[float] = frozenset()
    sums: frozenset[float] = frozenset()


def records(name: str) -> list[dict[str, Any]]:
    """Return the records of a corpus file; ends the program with a sentence where it is not here."""
    path = CORPUS / name
    if not path.is_file():
        raise SystemExit(f"The corpus {name} is not beside the project (../shared/data/text_extraction).")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def by_asylon(text: str) -> Answer:
    """Read with `asylon.statistics.reading`. Houses count as households, as the labels have it."""
    figures = read_figures(text)
    main = main_figure(figures)
    numbers = frozenset(n for f in figures for n in (f.value, f.low, f.high) if n is not None)
    if main is None:
        return Answer(None, numbers)
    unit = "Households" if main.unit in ("households", "buildings") else "People"
    ends = frozenset(n for n in (main.value, main.low, main.high) if n is not None)
    sums = frozenset(sums_of_parts(figures))
    return Answer(main.number, numbers, unit, main.term or "displaced", _country(figures, main), ends, sums)


def _country(figures: Sequence[Figure], main: Figure) -> str | None:
    told = (main.country, main.asylum, main.origin)
    return next((iso3 for iso3 in told if iso3), next((f.country or f.origin for f in figures if f.country), None))


def _plain_numbers(text: str) -> list[tuple[float, int, int]]:
    found = []
    for match in DIGITS.finditer(text):
        value = float(re.sub("[, ]", "", match.group()))
        if re.match(r"\s*million", text[match.end() :]):
            value *= 1e6
        found.append((value, match.start(), match.end()))
    return found


def _is_date(text: str, value: float, start: int, end: int) -> bool:
    is_year = 1900 <= value <= 2100 and end - start == 4
    return is_year or (value <= 31 and MONTH.search(text[max(0, start - 10) : end + 12]) is not None)


def _nearest(text: str, numbers: list[tuple[float, int, int]]) -> Answer:
    keys = [(m.start(), m.end(), m.group().lower()) for m in KEYWORD.finditer(text)]
    scored = [
        (min(abs(k[0] - number[2]), abs(number[1] - k[1])), n, k[2]) for n, number in enumerate(numbers) for k in keys
    ]
    candidates = frozenset(number[0] for number in numbers)
    if not scored:
        return Answer(numbers[0][0] if numbers else None, candidates)
    _, n, key = min(scored)
    value, _, end = numbers[n]
    unit = "Households" if HOUSEHOLDS.search(text[end : end + 25]) else "People"
    return Answer(value, candidates, unit, TERMS[key])


def by_nearest_keyword(text: str) -> Answer:
    """Take the number nearest to a word of displacement, years and days of months left out."""
    return _nearest(text, [n for n in _plain_numbers(text) if not _is_date(text, *n)])


def by_biggest(text: str) -> Answer:
    """Take the biggest number."""
    numbers = frozenset(value for value, _, _ in _plain_numbers(text))
    return Answer(max(numbers, default=None), numbers)


def by_quantulum(text: str) -> Answer:
    """Let quantulum3 read the numbers and take the one nearest to a word of displacement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that its optional classifier is not there
        from quantulum3 import parser

    return _nearest(text, [(float(q.value), *q.span) for q in parser.parse(text)])


WAYS: dict[str, Callable[[str], Answer]] = {
    "asylon": by_asylon,
    "nearest keyword": by_nearest_keyword,
    "biggest number": by_biggest,
    "quantulum3": by_quantulum,
}


def scores(answers: Sequence[Answer], labels: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the share of right answers by field over these records."""
    rows = [_right(answer, label) for answer, label in zip(answers, labels, strict=True)]
    names = rows[0].keys()
    return {name: _mean(row[name] for row in rows if row[name] is not None) for name in names}


def _mean(values: Iterable[bool | None]) -> float:
    kept = [bool(value) for value in values]
    return sum(kept) / len(kept) if kept else float("nan")


def _right(answer: Answer, label: dict[str, Any]) -> dict[str, bool | None]:
    quantity = answer.picked == label["quantity"]
    unit = answer.unit == label["unit"]
    term = answer.term == label["term"].lower().replace(" ", "_")
    country = answer.country == label["country"] if is_country_named(label) else None
    return {
        "quantity": quantity,
        "either end": quantity or label["quantity"] in answer.either,
        "found": label["quantity"] in answer.candidates,
        "or as a sum": label["quantity"] in answer.candidates | answer.sums,
        "unit": unit,
        "term": term,
        "country where named": country,
        "quantity+unit+term": quantity and unit and term,
    }


def is_country_named(label: dict[str, Any]) -> bool:
    """Return whether the excerpt names the labelled country or its people, by the package's list of names."""
    hits = lexicon("en").find(tokenise(label["excerpt"], 0, len(label["excerpt"])))
    return any(hit.kind in ("place", "people") and hit.value == label["country"] for hit in hits)


def is_label_visible(label: dict[str, Any], *readings: Answer) -> bool:
    """Return whether the labelled number can be seen in the excerpt, by digits or by a reader that is not ours."""
    return any(label["quantity"] in reading.candidates for reading in readings)


def idetect() -> None:
    """Print the table of IDETECT."""
    labels = records("idetect_dev.jsonl")
    answers: dict[str, list[Answer]] = {}
    took: dict[str, float] = {}
    for name, way in WAYS.items():
        way("About 10 people were displaced.")  # word lists and models are loaded before the clock
        begun = time.perf_counter()
        answers[name] = [way(label["excerpt"]) for label in labels]
        took[name] = time.perf_counter() - begun
    others = zip(answers["nearest keyword"], answers["quantulum3"], strict=True)
    seen = [is_label_visible(label, *pair) for label, pair in zip(labels, others, strict=True)]
    for title, keep in (("all records", [True] * len(labels)), ("without labels that the text does not show", seen)):
        chosen = [label for label, kept in zip(labels, keep, strict=True) if kept]
        print(f"\nIDETECT, {title}: {len(chosen)}")
        for name in WAYS:
            found = scores([a for a, kept in zip(answers[name], keep, strict=True) if kept], chosen)
            print(
                f"  {name:16}"
                + "".join(f"  {field} {value:.3f}" if value else f"  {field} none " for field, value in found.items())
            )
    for name in WAYS:
        print(f"  {name:16}  {1000 * took[name] / len(labels):.2f} ms an excerpt")


def expected(words: str) -> tuple[float | None, str] | None:
    """Return value and qualifier of a marked phrase by plain means; None where it names no number at all."""
    lower = words.lower().strip(' “"')
    sizes = r"(hundreds|thousands|tens|dozens|millions)\b"
    numbers = [value for value, _, _ in _plain_numbers(lower)]
    small = {"one": 1, "two": 2, "three": 3, "seven": 7, "ten": 10, "a million": 1e6, "one hundred": 100}
    if re.search(sizes, lower):
        return None, re.search(sizes, lower)[1] + "_of"  # type: ignore[index]
    if not numbers:
        word = next((w for w in sorted(small, key=len, reverse=True) if re.search(rf"\b{w}\b", lower)), None)
        if word is None:
            return None
        numbers = [small[word] * (1e6 if "million" in lower and "million" not in word else 1)]
    openings = {
        "more than": "more_than", "over ": "more_than", "at least": "at_least", "about": "about", "some ": "about",
        "approximately": "about", "nearly": "nearly", "another": "other",
    }  # fmt: skip
    name = next((value for key, value in openings.items() if lower.startswith(key)), "exact")
    return numbers[-1], "between" if len(numbers) == 2 else name


def marked_quantities() -> list[tuple[str, tuple[float | None, str]]]:
    """Return the marked phrases that name a number or a size, each with its value and qualifier."""
    marks = [a for r in records("idmc_isi_spans_dev.jsonl") for a in r["annotations"] if a["task"] == "QUANTITY"]
    return [(mark["text"], want) for mark in marks if (want := _wanted(mark)) is not None]


def _wanted(mark: dict[str, Any]) -> tuple[float | None, str] | None:
    return None if "cent" in mark["text"] else expected(mark["text"])


def is_read(figure: Figure, want: tuple[float | None, str]) -> bool:
    """Return whether a figure has this value and qualifier."""
    return _is_value(figure, want[0]) and figure.qualifier == want[1]


def spans() -> None:
    """Print how the marked quantities of the span corpus are read, and how far its readers agree."""
    articles = records("idmc_isi_spans_dev.jsonl")
    read = [(want, read_figures(text)) for text, want in marked_quantities()]
    value = _mean(any(_is_value(f, want[0]) for f in figures) for want, figures in read)
    both = _mean(any(is_read(f, want) for f in figures) for want, figures in read)
    print(f"\nISI spans: {len(read)} marked quantities with a number or a size of people or homes")
    print(f"  read with the right value {value:.3f}, value and qualifier {both:.3f}")
    hits, ours, found, theirs = _overlaps(articles)
    print(f"  in marked facts: {hits} of {ours} figures we read were marked too (precision {hits / ours:.3f})")
    print(f"  and {found} of {theirs} marked quantities with a number were read (recall {found / theirs:.3f})")
    agreed, pairs = agreement(articles)
    print(f"  two people who marked one article agree on {agreed:.3f} of quantities ({pairs} pairs)")


def _is_value(figure: Figure, value: float | None) -> bool:
    return figure.number == value if value is not None else figure.value is None


def _overlaps(articles: Sequence[dict[str, Any]]) -> tuple[int, int, int, int]:
    """Return figures read that a reader marked, figures read, marks that were read, marks, inside marked facts."""
    hits = ours = found = theirs = 0
    for fact, marks in _facts(articles):
        figures = [f for f in read_figures(fact["text"]) if f.unit in ("people", "households", "buildings")]
        spans = [(f.start + fact["start"], f.end + fact["start"]) for f in figures]
        marks = [mark for mark in marks if _wanted(mark) is not None]
        hits += sum(any(a < m["end"] and m["start"] < b for m in marks) for a, b in spans)
        found += sum(any(a < m["end"] and m["start"] < b for a, b in spans) for m in marks)
        ours, theirs = ours + len(spans), theirs + len(marks)
    return hits, ours, found, theirs


def _facts(articles: Sequence[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each marked fact once an article and reader, with the quantities that this reader marked inside it."""
    for article in articles:
        seen: set[tuple[str, int]] = set()
        for fact in article["annotations"]:
            if fact["task"] != "FACT" or (fact["labeler"], fact["start"]) in seen:
                continue
            seen.add((fact["labeler"], fact["start"]))
            inside = [
                mark
                for mark in article["annotations"]
                if mark["task"] == "QUANTITY" and mark["labeler"] == fact["labeler"]
                if mark["start"] < fact["end"] and fact["start"] < mark["end"]
            ]
            if inside:
                yield fact, inside


def agreement(articles: Sequence[dict[str, Any]]) -> tuple[float, int]:
    """Return the F1 of overlap between two readers' marked quantities over articles with several, and the pairs."""
    both = total = pairs = 0
    for article in articles:
        by_reader: dict[str, list[tuple[int, int]]] = {}
        for mark in article["annotations"]:
            marks = by_reader.setdefault(mark["labeler"], [])
            if mark["task"] == "QUANTITY":
                marks.append((mark["start"], mark["end"]))
        for one, two in combinations(by_reader.values(), 2):
            if not one and not two:
                continue
            pairs += 1
            both += sum(any(a < d and c < b for c, d in two) for a, b in one)
            both += sum(any(a < d and c < b for a, b in one) for c, d in two)
            total += len(one) + len(two)
    return both / total if total else float("nan"), pairs


def seconds_for(excerpts: int) -> float:
    """Return how long it takes to read this many excerpts, in seconds of the processor."""
    texts = [record["excerpt"] for record in records("idetect_dev.jsonl")]
    begun = time.process_time()
    for n in range(excerpts):
        read_figures(texts[n % len(texts)])
    return time.process_time() - begun


def misses(field: str) -> None:
    """Print the ids of records that a field is wrong for, with what was read and what is labelled."""
    for label in records("idetect_dev.jsonl"):
        answer = by_asylon(label["excerpt"])
        if not _right(answer, label)[field] and _right(answer, label)[field] is not None:
            told = (answer.picked, answer.unit, answer.term, answer.country)
            print(label["id"], *told, "| label", label["quantity"], label["unit"], label["term"], label["country"])


ABOUT = """Written by `make bench-text`. The figure that matters in each of 223 labelled excerpts (IDETECT), picked
among all figures found in it, with its unit, term and country, beside a rule of the nearest keyword, the biggest
number and quantulum3; marked quantities of the IDMC/ISI articles. "Or as a sum" also counts labels that are the sum of
like parts of one sentence, which are offered and never taken for a figure. The labels have errors: the second table
leaves out those whose number the text does not show. The rules were written with these excerpts in sight, so other
texts will score lower; no corpus is committed."""


def main(arguments: Sequence[str]) -> int:
    """Print all tables, or with `--misses FIELD` the records that were read wrongly."""
    if list(arguments[:1]) == ["--misses"]:
        misses(arguments[1])
        return 0
    lines = io.StringIO()
    with redirect_stdout(lines):
        idetect()
        spans()
        print(f"\n10,000 excerpts: {seconds_for(10_000):.1f} s")
    print(lines.getvalue())
    DOCUMENT.write_text(with_section(DOCUMENT.read_text("utf-8"), lines.getvalue().strip()), "utf-8")
    return 0


def with_section(document: str, scores: str) -> str:
    """Return the document with the section of texts made anew, before that of the desk."""
    section = f"{TEXTS}\n\n{ABOUT}\n\n```\n{scores}\n```\n\n"
    if TEXTS in document:
        before, _, rest = document.partition(TEXTS)
        return f"{before}{section}{rest[rest.index(DESK) :] if DESK in rest else ''}".rstrip() + "\n"
    before, _, rest = document.partition(DESK)
    return f"{before.rstrip()}\n\n{section}{DESK if rest else ''}{rest}".rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
