"""Reads and writes case files and events tables.

A case file is JSON: one case, or a list of cases. An events table has the columns `case`,
`jurisdiction`, `on`, `event`, `details` (JSON text) and comes as CSV, NDJSON or Parquet; a cases
table with `case` and `attributes` (JSON text) may stand beside it. Every fault of a file is
found, not only the first, and each names file, case, event and field.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from asylon.errors import Fault, TimelineError
from asylon.law.timeline import Timeline, try_timeline, write_timeline
from asylon.law.vocabulary import Vocabulary, load_vocabulary

TABLES = (".csv", ".ndjson", ".jsonl", ".parquet")
COLUMNS = ("case", "jurisdiction", "on", "event", "details")
MAX_FAULTS = 1000


def read_cases(path: Path, cases: Path | None = None, vocabulary: Vocabulary | None = None) -> list[Timeline]:
    """Return every timeline in `path`, a case file or an events table.

    `cases` is the table of attributes beside an events table. Raises TimelineError with all
    faults of the file.
    """
    words = vocabulary or load_vocabulary()
    faults: list[Fault] = []
    found = []
    for place, raw in _raw_cases(path, cases, faults):
        timeline, wrong = try_timeline(raw, place, words)
        faults.extend(wrong)
        if timeline is not None:
            found.append(timeline)
        if len(faults) > MAX_FAULTS:
            break
    if faults:
        raise TimelineError(faults)
    return found


def _raw_cases(path: Path, cases: Path | None, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    if path.suffix.lower() in TABLES:
        attributes = _attributes(cases, faults) if cases else {}
        yield from group_rows(read_rows(path, faults, COLUMNS[:4]), path.name, attributes, faults)
        return
    content = _read_json(path)
    if isinstance(content, list):
        for item in content:
            yield path.name, item
    else:
        yield path.name, content


def read_text(path: Path) -> str:
    """Return the text of a file; TimelineError when it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise TimelineError.single(path.name, f"cannot be read ({error.strerror})", "check the path") from None
    except UnicodeDecodeError as error:
        place = f"{path.name}, byte {error.start}"
        raise TimelineError.single(place, "is not UTF-8", "save the file as UTF-8") from None


def _read_json(path: Path) -> Any:
    text = read_text(path)
    try:
        return _loads(text, path.name)
    except json.JSONDecodeError as error:
        place = f"{path.name}, line {error.lineno}, column {error.colno}"
        raise TimelineError.single(place, f"is not JSON ({error.msg})", "mend the text there") from None
    except (RecursionError, ValueError):
        raise TimelineError.single(
            path.name, "is not a plain JSON case file", "check its numbers and nesting"
        ) from None


def _loads(text: str, place: str) -> Any:
    """Return the plain values of JSON `text`; TimelineError for a field that stands twice, else ValueError."""
    value = json.loads(text, object_pairs_hook=_unique(place))
    if "\\u" in text:  # an escape can name half a character, which no file can hold
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _unique(name: str) -> Any:
    def build(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise TimelineError.single(name, f"field {twice!r} stands twice in one object", "keep one of the two")
        return found

    return build


def read_rows(path: Path, faults: list[Fault], needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the rows of a table with the place of each ("events.csv, row 7").

    Raises TimelineError when one of the columns `needed` is not there at all.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv_rows(path, needed)
    elif suffix == ".parquet":
        yield from _parquet_rows(path, needed)
    else:
        yield from _ndjson_rows(path, faults)


def _need_columns(path: Path, found: Sequence[str], needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in found]
    if missing:
        problem = f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
        raise TimelineError.single(path.name, problem, f"add {'them' if len(missing) > 1 else 'it'}")


def _csv_rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        # Lines are left to the CSV reader: a quoted cell may hold line breaks.
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
        if reader.fieldnames is not None:
            _need_columns(path, reader.fieldnames, needed)
        for number, row in enumerate(reader, 1):
            yield f"{path.name}, row {number}", row
    except csv.Error as error:
        raise TimelineError.single(path.name, f"is not CSV ({error})", "save it as comma-separated text") from None


def _ndjson_rows(path: Path, faults: list[Fault]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):  # not splitlines: U+2028 may stand in a text
        if not line.strip():
            continue
        place = f"{path.name}, row {number}"
        try:
            row = _loads(line, place)
        except TimelineError as error:
            faults.extend(error.faults)
            continue
        except (ValueError, RecursionError):
            faults.append(Fault(place, "is not JSON", "write one object a line"))
            continue
        if isinstance(row, dict):
            yield place, row
        else:
            faults.append(Fault(place, "is not an object", 'write {"case": …, "on": …, "event": …}'))


def _parquet_rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    import polars as pl  # heavy: only where a table is read

    try:
        frame = pl.read_parquet(path)
    except Exception as error:  # noqa: BLE001  polars raises its own tree and OSError
        problem = f"cannot be read as Parquet ({type(error).__name__})"
        raise TimelineError.single(path.name, problem, "check the path and write the table again") from None
    _need_columns(path, frame.columns, needed)
    for number, row in enumerate(frame.iter_rows(named=True), 1):
        yield f"{path.name}, row {number}", row


def _attributes(path: Path, faults: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, row in read_rows(path, faults, ("case", "attributes")):
        value = json_object(row.get("attributes"), f"{place}, field 'attributes'", faults)
        found[str(row.get("case"))] = value
    return found


def json_object(text: object, place: str, faults: list[Fault]) -> dict[str, Any]:
    """Return the JSON object in a cell, empty when the cell is; what is wrong goes to `faults`."""
    if text is None or text == "":
        return {}
    try:
        value = text if isinstance(text, dict) else _loads(str(text), place)
    except TimelineError as error:
        faults.extend(error.faults)
        return {}
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    faults.append(Fault(place, "is not a JSON object", 'write {"detail": "value"}'))
    return {}


def group_rows(
    rows: Iterable[tuple[str, Mapping[str, Any]]], name: str, attributes: Mapping[str, Any], faults: list[Fault]
) -> Iterator[tuple[str, Any]]:
    """Yield the cases of an events table as plain mappings, each with its place."""
    grouped: dict[str, dict[str, Any]] = {}
    for place, row in rows:
        missing = [column for column in COLUMNS[:4] if row.get(column) in (None, "")]
        for column in missing:
            faults.append(Fault(f"{place}, field {column!r}", "is empty", "fill it in"))
        if missing:
            continue
        details = json_object(row.get("details"), f"{place}, field 'details'", faults)
        case, jurisdiction = str(row["case"]), str(row["jurisdiction"])
        given = {"case": case, "jurisdiction": jurisdiction, "attributes": attributes.get(case, {}), "events": []}
        into = grouped.setdefault(case, given)
        if into["jurisdiction"] != jurisdiction:
            problem = f"{jurisdiction!r} differs from {into['jurisdiction']!r} in an earlier row of the case"
            faults.append(Fault(f"{place}, field 'jurisdiction'", problem, "give one case one jurisdiction"))
        into["events"].append({**details, "on": str(row["on"]), "event": str(row["event"])})
    for raw in grouped.values():
        yield name, raw


def write_cases(timelines: Sequence[Timeline], path: Path) -> None:
    """Write timelines to `path` as a case file or an events table, whole or not at all."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        _write_parquet(timelines, path)
    elif suffix == ".csv":
        write_atomically(path, _csv_text(timelines))
    elif suffix in (".ndjson", ".jsonl"):
        lines = [json.dumps(row, ensure_ascii=False) for row in table_rows(timelines)]
        write_atomically(path, "\n".join([*lines, ""]))
    else:
        plain = [write_timeline(timeline) for timeline in timelines]
        content = plain[0] if len(plain) == 1 else plain
        write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def table_rows(timelines: Iterable[Timeline]) -> Iterator[dict[str, str]]:
    """Yield the rows of an events table."""
    for timeline in timelines:
        for event in write_timeline(timeline)["events"]:
            details = {key: value for key, value in event.items() if key not in ("on", "event")}
            yield {
                "case": timeline.case,
                "jurisdiction": timeline.jurisdiction,
                "on": event["on"],
                "event": event["event"],
                "details": json.dumps(details, ensure_ascii=False),
            }


def _csv_text(timelines: Sequence[Timeline]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table_rows(timelines))
    return buffer.getvalue()


def _write_parquet(timelines: Sequence[Timeline], path: Path) -> None:
    import polars as pl

    frame = pl.DataFrame(list(table_rows(timelines)), schema=dict.fromkeys(COLUMNS, pl.String))
    with replacing(path) as temporary:
        frame.write_parquet(temporary)


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path`; a reader sees the old file or the new one, never half."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


class replacing:  # noqa: N801  used as `with replacing(path) as temporary:`
    """A file beside `path` that takes its place when the block ends well, and goes when not."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Path:
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        os.close(handle)
        self.temporary = Path(name)
        return self.temporary

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            os.chmod(self.temporary, 0o666 & ~_umask())
            os.replace(self.temporary, self.path)
        else:
            self.temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
