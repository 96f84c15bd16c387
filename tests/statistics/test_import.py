"""Imports of UNHCR's tables: what is wrong is told by file, column and row, and the earlier release stays."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.codes import COMBINED_STAGES, LATER_LEVELS
from asylon.statistics.sources import NAMES, source, write_drafts
from asylon.statistics.sources.unhcr import draft_of, known_releases, read
from asylon.statistics.store import Store
from asylon.statistics.tables import split_half, with_new
from tests.shared import Ran, asylon, shared
from tests.statistics.stores import full, unhcr_tables

RAW = unhcr_tables(
    [{"year": year, "coo": "SYR", "coa": "GFR", "applied": 10 * year} for year in (2020, 2021)],
    [{"year": year, "coo": "SYR", "coa": "GFR", "dec_rejected": 8} for year in (2020, 2021)],
    [{"year": 2021, "coo": "SYR", "coa": "GFR", "asylum_seekers": 70}],
)


def folder(root: Path, **changed: pl.DataFrame | None) -> Path:
    """The tables as files; a table given as None is left out."""
    root.mkdir(parents=True, exist_ok=True)
    for name, frame in {**RAW, **changed}.items():
        if frame is not None:
            frame.write_parquet(root / f"{name}.parquet")
    return root


def imported(tables: Path, data: Path, *more: object) -> Ran:
    return asylon("stats", "import", "unhcr", tables, "--data", data, *more)


def refused(tables: Path, data: Path, *more: object) -> str:
    """The one sentence of a refusal; the store is as it was before."""
    before = files(data)
    ran = imported(tables, data, *more)
    assert (ran.code, ran.out) == (2, ""), ran.out
    assert ran.err.count("\n") == 1
    assert files(data) == before
    return ran.err.strip()


def files(root: Path) -> dict[str, int]:
    return {path.relative_to(root).as_posix(): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A store with an earlier release, which has to outlive everything."""
    root = tmp_path / "data"
    ran = imported(folder(tmp_path / "earlier"), root, "--version", "earlier", "--released", "2024-01-01")
    assert ran.code == 0, ran.err
    return root


def test_a_folder_of_tables_becomes_a_release(data: Path) -> None:
    (release,) = Store(data).releases()
    assert (release.id, release.edition.dated) == ("unhcr@earlier", date(2024, 1, 1))
    assert release.frame("applications").select("origin", "asylum", "year").rows() == [
        ("SYR", "DEU", 2020),
        ("SYR", "DEU", 2021),
    ]
    assert set(release.tables) == {"applications", "decisions", "stocks"}


def test_importing_again_writes_nothing(tmp_path: Path, data: Path) -> None:
    before = files(data)
    assert imported(tmp_path / "earlier", data, "--version", "earlier").code == 0
    assert files(data) == before


def test_other_figures_under_one_version(tmp_path: Path, data: Path) -> None:
    changed = RAW["asylum_decisions"].with_columns(dec_rejected=pl.lit(9), dec_total=pl.lit(9))
    told = refused(folder(tmp_path / "new", asylum_decisions=changed), data, "--version", "earlier")
    assert told.startswith("unhcr@earlier: is held already, with other figures in 'decisions'; name this edition apart")


def test_a_path_that_is_not_there(data: Path) -> None:
    assert "is not there; write the path" in refused(data / "nowhere", data)


def test_a_folder_without_tables(tmp_path: Path, data: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = refused(tmp_path / "empty", data)
    assert told.startswith("unhcr: asylum_applications, asylum_decisions, population not found; a folder of UNHCR")


def test_a_table_that_is_missing(tmp_path: Path, data: Path) -> None:
    assert "unhcr: population not found" in refused(folder(tmp_path / "new", population=None), data)


def test_a_file_in_the_place_of_a_folder(tmp_path: Path, data: Path) -> None:
    file = folder(tmp_path / "new") / "population.parquet"
    assert refused(file, data).startswith("population.parquet: is not a folder of UNHCR tables; give the folder")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"<html><body>503</body></html>"], ids=["empty", "head", "HTML"])
def test_a_file_that_is_no_table(tmp_path: Path, data: Path, content: bytes) -> None:
    new = folder(tmp_path / "new")
    (new / "population.parquet").write_bytes(content)
    assert refused(new, data).startswith("population.parquet: cannot be read as Parquet; it may be cut off")


def test_a_download_that_was_cut_off(tmp_path: Path, data: Path) -> None:
    new = folder(tmp_path / "new")
    file = new / "asylum_decisions.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    assert refused(new, data).startswith("asylum_decisions.parquet: cannot be read as Parquet")


def test_an_rda_file_that_was_cut_off(tmp_path: Path, data: Path) -> None:
    new = folder(tmp_path / "new", population=None)
    (new / "population.rda").write_bytes(b"BZh91AY&SY" + b"\0" * 20)
    assert refused(new, data).startswith("population.rda: ")


def test_a_column_with_a_new_name(tmp_path: Path, data: Path) -> None:
    renamed = RAW["asylum_decisions"].rename({"dec_recognized": "dec_recognised"})
    told = refused(folder(tmp_path / "new", asylum_decisions=renamed), data)
    assert told.startswith("asylum_decisions: the schema changed: column 'dec_recognized' is missing")
    assert "'dec_recognised' may be 'dec_recognized'" in told
    assert "the earlier release stays" in told


def test_columns_that_are_gone(tmp_path: Path, data: Path) -> None:
    less = RAW["asylum_applications"].drop("app_pc", "applied")
    assert "columns 'app_pc', 'applied' missing" in refused(folder(tmp_path / "new", asylum_applications=less), data)


@pytest.mark.parametrize("cell", ["NA", ":", "z", "1,5", "12a", "2.5"])
def test_text_in_a_column_of_numbers(tmp_path: Path, data: Path, cell: str) -> None:
    frame = RAW["population"].with_columns(asylum_seekers=pl.lit(cell))
    told = refused(folder(tmp_path / "new", population=frame), data)
    assert f"population: column 'asylum_seekers', row 1: {cell!r} is not a whole number" in told


def test_fractions(tmp_path: Path, data: Path) -> None:
    frame = RAW["asylum_applications"].with_columns(applied=pl.Series([3.0, 2.5]))
    told = refused(folder(tmp_path / "new", asylum_applications=frame), data)
    assert "column 'applied', row 2: 2.5 is not a whole number" in told


def test_whole_numbers_of_any_type_are_read(tmp_path: Path, data: Path) -> None:
    frame = RAW["asylum_applications"].with_columns(
        applied=pl.Series(["3", None]), year=pl.col("year").cast(pl.Float64)
    )
    ran = imported(folder(tmp_path / "new", asylum_applications=frame), data, "--version", "new")
    assert ran.code == 0, ran.err
    assert Store(data).release(as_of="new").frame("applications")["applied"].to_list() == [3, None]


def test_two_rows_of_one_key(tmp_path: Path, data: Path) -> None:
    twice = pl.concat([RAW["asylum_decisions"], RAW["asylum_decisions"].head(1)])
    told = refused(folder(tmp_path / "new", asylum_decisions=twice), data)
    assert told.startswith("asylum_decisions: two rows for 2020, SYR, DEU, G, FI, P; nothing was written")


@pytest.mark.parametrize("year", ["2021/22", 2021.5, 21, 99_999, None])
def test_years_that_are_none(tmp_path: Path, data: Path, year: object) -> None:
    frame = RAW["population"].with_columns(year=pl.lit(year))
    assert refused(folder(tmp_path / "new", population=frame), data).startswith("population: column 'year', row 1: ")


def test_an_unknown_code_of_a_country_keeps_its_iso_code() -> None:
    coded = {name: frame.with_columns(coo=pl.lit("QQQ")) for name, frame in RAW.items()}
    assert set(draft_of(coded, origin="test").tables["decisions"]["origin"]) == {"UNK"}
    named = {name: frame.with_columns(coo_iso=pl.lit("ZZZ")) for name, frame in coded.items()}
    assert set(draft_of(named, origin="test").tables["decisions"]["origin"]) == {"ZZZ"}


def test_codes_of_unhcr_are_not_taken_for_iso() -> None:
    swapped = {name: frame.with_columns(coa=pl.lit("AUS")) for name, frame in RAW.items()}
    assert set(draft_of(swapped, origin="test").tables["decisions"]["asylum"]) == {"AUT"}


def test_na_is_a_code_and_not_a_missing_value() -> None:
    coded = {**RAW, "asylum_decisions": RAW["asylum_decisions"].with_columns(dec_level=pl.lit("NA"))}
    assert set(draft_of(coded, origin="test").tables["decisions"]["level"]) == {"NA"}


# ---------------------------------------------------------------- which edition it is


def test_an_edition_that_nobody_knows(tmp_path: Path) -> None:
    ran = imported(folder(tmp_path / "new"), tmp_path / "data")
    assert ran.code == 0
    (release,) = Store(tmp_path / "data").releases()
    assert release.edition.latest_year_covers == "unknown"
    assert release.edition.version == release.edition.fetched.isoformat()
    assert "dated with the day of import" in ran.out


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "a b", "x\n", ""])
def test_a_version_that_names_no_file(tmp_path: Path, data: Path, name: str) -> None:
    told = refused(folder(tmp_path / "new"), data, "--version", name)
    assert told.startswith(f"--version {name!r}: cannot name a file; use letters, digits")


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "25.06.2026", ""])
def test_a_day_of_release_that_is_none(tmp_path: Path, data: Path, day: str) -> None:
    told = refused(folder(tmp_path / "new"), data, "--released", day)
    assert told == f"--released {day!r}: is no day; write it as 2026-06-25."


def test_many_editions_say_their_own_versions(tmp_path: Path) -> None:
    drafts = [draft_of(RAW, origin="test") for _ in range(10)]
    with pytest.raises(StatisticsError, match="has 10 editions in there; leave out --version and --released"):
        write_drafts(Store(tmp_path), source("unhcr").manifest, drafts, today=date(2026, 1, 1), version="mine")
    assert files(tmp_path) == {}


def test_known_releases_are_recognised_by_their_size() -> None:
    newest = full().release()
    assert (newest.id, newest.edition.dated) == ("unhcr@2025.12.1", date(2026, 6, 25))
    versions = [known["version"] for known in known_releases()]
    assert [release.edition.version for release in full().releases()] == versions
    assert len(set(versions)) == 10


def test_rows_of_every_old_release_are_those_that_were_shown() -> None:
    vintages = shared() / "data" / "unhcr_vintages"
    with (vintages / "vintages.csv").open(encoding="utf-8") as file:
        listed = {row["package_version"]: row for row in csv.DictReader(file)}
    runs = pl.read_parquet(vintages / "asylum_decisions_vintages.parquet")
    for release in full().releases():
        row = listed[release.edition.version]
        number = int(row["vintage"])
        expected = runs.filter((pl.col("vintage_from") <= number) & (pl.col("vintage_to") >= number))
        held = [release.frame(name) for name in release.tables if name in ("decisions", "decisions_half")]
        assert sum(frame.height for frame in held) == expected.height
        assert sum(frame["total"].sum() for frame in held) == expected["dec_total"].sum()
        assert (len(held) == 2) == (row["latest_year_covers"] == "first half")


def test_half_a_year_is_split_off() -> None:
    tables = draft_of(RAW, origin="test").tables
    split = split_half({**tables, "names": pl.DataFrame({"a": [1]})}, 2021)
    assert (split["decisions"]["year"].to_list(), split["decisions_half"]["year"].to_list()) == ([2020], [2021])
    assert split["stocks"].is_empty()
    assert split["names"].height == 1
    assert sum(frame.height for name, frame in split.items() if "applications" in name) == 2


def test_new_applications_rest_on_n_where_it_is_told() -> None:
    def stages(*rows: tuple[str, str]) -> list[tuple[str, str]]:
        frame = pl.DataFrame(
            [{"year": 2020, "asylum": "AUT", "authority": "G", "stage": stage, "level": level} for stage, level in rows]
        )
        return [(row["stage"], row["level"]) for row in with_new(frame).filter("new").iter_rows(named=True)]

    assert stages(("N", "FI"), ("NR", "FI"), ("R", "FI"), ("A", "AR")) == [("N", "FI")]
    assert stages(("NR", "FI"), ("R", "FI")) == [("NR", "FI")]
    assert stages(*((stage, "FI") for stage in COMBINED_STAGES)) == [(stage, "FI") for stage in COMBINED_STAGES]
    assert stages(*(("N", level) for level in LATER_LEVELS)) == []
    assert stages(("N", "AR"), ("NR", "FI")) == [("NR", "FI")], "an appeal that is called new tells nothing apart"


# ---------------------------------------------------------------- sources


def test_a_misspelt_source(tmp_path: Path, data: Path) -> None:
    ran = asylon("stats", "import", "unhrc", folder(tmp_path / "new"), "--data", data)
    assert (ran.code, ran.err) == (2, "unhrc: is no source; did you mean unhcr?\n")
    ran = asylon("stats", "import", "xyz", folder(tmp_path / "new"), "--data", data)
    assert ran.err == f"xyz: is no source; write one of {', '.join(NAMES)}.\n"


def test_the_manifest_says_what_must_be_known() -> None:
    manifest = source("unhcr").manifest
    assert manifest.licence == "CC BY 4.0"
    assert "UNHCR" in manifest.attribution
    assert manifest.codes["NA"]
    assert len(manifest.caveats) >= 4


def test_reading_raises_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StatisticsError):
        read(tmp_path / "nowhere")
    assert files(tmp_path) == {}
