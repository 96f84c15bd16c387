"""The store of releases: all or nothing, nothing lost, asked as of a version or a day."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics import store as store_module
from asylon.statistics.doubts import doubts_of
from asylon.statistics.store import Edition, Release, Store, object_path, write_atomically
from tests.statistics.stores import small, unhcr_tables

PEOPLE = pl.DataFrame({"year": [2024, 2025], "people": [7, 9]})
FIRST = Edition(
    source="unhcr",
    version="2025.06.0",
    dated=date(2025, 6, 12),
    title="figures of a test",
    licence="CC BY 4.0",
    attribution="nobody",
    origin="made for a test",
    fetched=date(2026, 11, 25),
    notes=("with a note",),
)
SECOND = replace(FIRST, version="2025.12.0", dated=date(2025, 12, 1))


def edition(root: Path, told: Edition = FIRST, **tables: pl.DataFrame) -> Release:
    return Store(root).write(told, tables or {"people": PEOPLE})


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def problem(error: pytest.ExceptionInfo[StatisticsError]) -> str:
    (fault,) = error.value.faults
    return str(fault)


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch, before: str) -> Iterator[None]:
    """The process dies before a file of this ending is put in its place."""
    real = Path.replace

    def replaced(path: Path, target: Path) -> Path:
        if str(target).endswith(before):
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replaced)
        with pytest.raises(KeyboardInterrupt):
            yield


def test_a_release_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = edition(tmp_path)
    (read,) = Store(tmp_path).releases()
    assert read == written
    assert read.edition == FIRST
    assert read.id == "unhcr@2025.06.0"
    assert read.frame("people").equals(PEOPLE)
    assert read.tables["people"].rows == 2
    assert read.licence == "nobody; figures of a test, 2025-06-12; CC BY 4.0"
    with pytest.raises(StatisticsError, match="has no table 'decisions'; it holds people"):
        read.frame("decisions")


@pytest.mark.parametrize("before", [".parquet", ".json"])
def test_an_import_that_was_cut_off_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    edition(tmp_path)
    store = Store(tmp_path)
    with cut_off(monkeypatch, before):
        edition(tmp_path, SECOND, people=PEOPLE.head(1))
    assert [release.id for release in store.releases()] == ["unhcr@2025.06.0"]
    assert not [name for name in files(tmp_path) if ".part-" in name], "no half a file is left"
    assert edition(tmp_path, SECOND, people=PEOPLE.head(1)).frame("people").height == 1
    assert store.release().id == "unhcr@2025.12.0"


def test_a_file_that_a_dead_process_left_half_written_is_not_read(tmp_path: Path) -> None:
    edition(tmp_path)
    (tmp_path / "releases" / "unhcr" / ".part-abc").write_text('{"format": 1, "sou')
    assert [release.id for release in Store(tmp_path).releases()] == ["unhcr@2025.06.0"]


def test_writers_at_once_leave_one_whole_release(tmp_path: Path) -> None:
    tables = {"people": pl.DataFrame({"year": list(range(20_000))})}
    start = threading.Barrier(4)
    failed: list[BaseException] = []

    def write() -> None:
        start.wait()
        try:
            Store(tmp_path).write(FIRST, tables)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    store = Store(tmp_path)
    assert store.damaged() == []
    assert len(files(tmp_path)) == 2
    assert store.release().frame("people").height == 20_000


def test_importing_again_adds_nothing(tmp_path: Path) -> None:
    first = edition(tmp_path)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)}
    again = edition(tmp_path, replace(FIRST, fetched=date(2027, 1, 1), title="another title"))
    assert again == first
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)} == before


def test_two_editions_share_what_did_not_change(tmp_path: Path) -> None:
    edition(tmp_path)
    edition(tmp_path, SECOND, people=PEOPLE, more=PEOPLE.head(1))
    assert len([name for name in files(tmp_path) if name.endswith(".parquet")]) == 2


def test_a_poorer_form_of_an_edition_does_not_replace_a_richer_one(tmp_path: Path) -> None:
    whole = edition(tmp_path, people=PEOPLE, more=PEOPLE.head(1))
    assert edition(tmp_path, people=PEOPLE.select("year")) == whole
    grown = edition(tmp_path, people=PEOPLE.select("year"), returns=PEOPLE.tail(1))
    assert set(grown.tables) == {"people", "more", "returns"}
    assert grown.tables["people"].columns == ("year", "people")


def test_a_richer_form_replaces_a_poorer_one(tmp_path: Path) -> None:
    edition(tmp_path, people=PEOPLE.select("year"))
    assert edition(tmp_path).tables["people"].columns == ("year", "people")
    assert Store(tmp_path).release().frame("people").equals(PEOPLE)


def test_other_figures_do_not_replace_an_edition(tmp_path: Path) -> None:
    edition(tmp_path)
    before = files(tmp_path)
    with pytest.raises(StatisticsError) as error:
        edition(tmp_path, people=PEOPLE.with_columns(people=pl.Series([7, 10])))
    assert "unhcr@2025.06.0: is held already, with other figures in 'people'" in problem(error)
    assert "--version" in problem(error)
    assert files(tmp_path) == before
    assert Store(tmp_path).release().frame("people").equals(PEOPLE)


def test_as_of_a_version_a_name_or_a_day(tmp_path: Path) -> None:
    edition(tmp_path)
    edition(tmp_path, SECOND)
    store = Store(tmp_path)
    asked = {
        None: "2025.12.0",
        "2025.06.0": "2025.06.0",
        "unhcr@2025.06.0": "2025.06.0",
        "2025-06-12": "2025.06.0",
        "2025-11-30": "2025.06.0",
        "2025-12-01": "2025.12.0",
        "2030-01-01": "2025.12.0",
    }
    assert {as_of: store.release(as_of=as_of).edition.version for as_of in asked} == asked


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2025-06-11", "is before the first release here; there are 2025.06.0 (2025-06-12)"),
        ("2024.99", "is neither a release here nor a day; write one of 2025.06.0 (2025-06-12)"),
        ("2025-13-01", "is neither a release here nor a day"),
    ],
)
def test_as_of_what_is_not_here(tmp_path: Path, as_of: str, words: str) -> None:
    edition(tmp_path)
    with pytest.raises(StatisticsError) as error:
        Store(tmp_path).release(as_of=as_of)
    assert as_of in problem(error)
    assert words in problem(error)


def test_an_empty_store_says_what_to_run(tmp_path: Path) -> None:
    assert Store(tmp_path / "nowhere").releases() == ()
    with pytest.raises(StatisticsError) as error:
        Store(tmp_path / "nowhere").release("uk")
    assert "asylon stats fetch uk" in problem(error)
    assert "asylon stats import uk PATH" in problem(error)
    assert not (tmp_path / "nowhere").exists(), "reading never writes"


def test_releases_are_listed_by_day_and_not_by_name(tmp_path: Path) -> None:
    edition(tmp_path, replace(FIRST, version="b", dated=date(2024, 1, 1)))
    edition(tmp_path, replace(FIRST, version="a", dated=date(2025, 1, 1)))
    edition(tmp_path, replace(FIRST, source="uk", version="c", dated=date(2023, 1, 1)))
    assert [r.id for r in Store(tmp_path).releases()] == ["uk@c", "unhcr@b", "unhcr@a"]
    assert [r.id for r in Store(tmp_path).releases("unhcr")] == ["unhcr@b", "unhcr@a"]


@pytest.mark.parametrize("damage", ["cut off", "gone", "one byte"])
def test_a_damaged_table_is_found_and_an_import_mends_it(tmp_path: Path, damage: str) -> None:
    written = edition(tmp_path)
    store = Store(tmp_path)
    assert store.damaged() == []
    digest = written.tables["people"].digest
    path = object_path(tmp_path, digest)
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-30] if damage == "cut off" else data[:40] + bytes([data[40] ^ 1]) + data[41:])
    assert store.damaged() == [digest]
    store_module._read.cache_clear()
    if damage != "one byte":
        with pytest.raises(StatisticsError, match="import the release again"):
            store.release().frame("people")
    store_module._read.cache_clear()
    edition(tmp_path)
    assert store.damaged() == []
    assert store.release().frame("people").equals(PEOPLE)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"tables": {"a": 1}}'])
def test_an_entry_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    edition(tmp_path)
    (tmp_path / "releases" / "unhcr" / "broken.json").write_text(text)
    with pytest.raises(StatisticsError) as error:
        Store(tmp_path).releases()
    assert "broken.json: is not the entry of a release" in problem(error)


def test_the_entry_is_plain_and_without_the_person(tmp_path: Path) -> None:
    edition(tmp_path)
    text = (tmp_path / "releases" / "unhcr" / "2025.06.0.json").read_text()
    row = json.loads(text)
    assert (row["format"], row["dated"], row["licence"]) == (1, "2025-06-12", "CC BY 4.0")
    assert str(tmp_path) not in text
    assert row["tables"]["people"]["rows"] == 2


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StatisticsError, match="cannot be written to"):
        edition(tmp_path / "file")
    with pytest.raises(StatisticsError, match="choose a folder"):
        write_atomically(tmp_path / "file" / "deeper" / "x.json", b"{}")


def test_a_store_that_may_only_be_read_still_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decisions = [{"year": year, "coo": "SYR", "coa": "POL", "dec_rejected": 2000} for year in range(2018, 2021)]
    decisions.append({"year": 2022, "coo": "SYR", "coa": "POL", "dec_rejected": 2000})
    release = small(tmp_path, unhcr_tables([_applied(2022)], decisions, [{"year": 2022, "coo": "SYR", "coa": "POL"}]))
    before = files(tmp_path)

    def refused(*_: object, **__: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    found = doubts_of(Store(tmp_path), release)
    assert "missing_report" in found["check"].to_list()
    assert files(tmp_path) == before
    monkeypatch.undo()
    kept = doubts_of(Store(tmp_path), release)
    assert kept.equals(found)
    (file,) = (tmp_path / "doubts").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:50])
    assert doubts_of(Store(tmp_path), release).equals(found), "what was kept and is damaged is found again"


def _applied(year: int) -> dict[str, object]:
    return {"year": year, "coo": "SYR", "coa": "POL", "applied": 2000}
