"""What every adapter must do: know its licence, refuse a changed, cut or spoilt file, keep what it cannot place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from asylon.errors import StatisticsError
from asylon.statistics.sources import source, write_drafts
from asylon.statistics.sources.tabular import iso_by_name, numbers, snake, unknown_note
from asylon.statistics.store import Store
from asylon.statistics.tables import KEYS
from tests.statistics import samples
from tests.statistics.releases import DAY, release

OTHERS = ("eurostat", "uk", "bamf", "eoir", "population")
GOOD: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
    "eurostat": ("migr_asyappctza", lambda: samples.applicants((2016, "Austria", "Syria", 100))),
    "uk": (
        "decisions_resettlement",
        lambda: samples.home_office_decisions(("Syria", "Main applicant", "Refused", "Other Refusals", 3)),
    ),
    "bamf": ("months", lambda: samples.months(date(2020, 1, 1), 12, apps_first=1)),
    "eoir": ("eoir_lookups", samples.lookups),
    "population": ("population", lambda: samples.populations(("FRA", "France", 2010, 1000))),
}
COLUMN = {
    "eurostat": "citizen",
    "uk": "Case outcome group",
    "bamf": "first_dec_refugee_3",
    "eoir": "value",
    "population": "population",
}
FIGURE = {
    "eurostat": "value",
    "uk": "Decisions",
    "bamf": "apps_first",
    "population": "population",
}


def written(tmp_path: Path, name: str, frame: pl.DataFrame | None = None) -> Path:
    stem, make = GOOD[name]
    path = tmp_path / f"{stem}.parquet"
    (make() if frame is None else frame).write_parquet(path)
    return path


@pytest.mark.parametrize("name", OTHERS)
def test_says_what_it_is_and_under_which_licence(name: str) -> None:
    manifest = source(name).manifest
    assert manifest.name == name
    for word in (manifest.what, manifest.publisher, manifest.licence, manifest.attribution, manifest.coverage):
        assert word
    assert manifest.url.startswith("https://")
    assert manifest.codes
    assert len(manifest.caveats) >= 2


@pytest.mark.parametrize("name", OTHERS)
def test_becomes_a_release_and_comes_back_equal(name: str, tmp_path: Path) -> None:
    found = source(name)
    (draft,) = found.read(written(tmp_path, name))
    (kept,) = write_drafts(Store(tmp_path / "store"), found.manifest, [draft], today=DAY)
    for table, frame in draft.tables.items():
        assert kept.frame(table).equals(frame), table
    assert found.manifest.attribution in kept.licence


@pytest.mark.parametrize("name", OTHERS)
def test_refuses_a_renamed_column_by_both_names(name: str, tmp_path: Path) -> None:
    old = COLUMN[name]
    path = written(tmp_path, name, GOOD[name][1]().rename({old: f"{old}x"}))
    with pytest.raises(StatisticsError, match="the schema changed") as caught:
        source(name).read(path)
    assert f"'{old}'" in str(caught.value)
    assert f"'{old}x' may be" in str(caught.value)
    assert "earlier release stays" in str(caught.value)


@pytest.mark.parametrize("name", OTHERS)
def test_refuses_a_truncated_file(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, name)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StatisticsError, match="may be cut off"):
        source(name).read(path)


@pytest.mark.parametrize("name", OTHERS)
def test_refuses_what_is_no_table_of_its_own(name: str, tmp_path: Path) -> None:
    with pytest.raises(StatisticsError):
        source(name).read(tmp_path)
    (tmp_path / "page.html").write_text("<html>not found</html>", encoding="utf-8")
    with pytest.raises(StatisticsError, match="give a folder or a file"):
        source(name).read(tmp_path / "page.html")


@pytest.mark.parametrize("name", sorted(FIGURE))
@pytest.mark.parametrize("cell", ["NA", "12a", "NaN", "1.5"])
def test_refuses_text_and_fractions_as_figures_by_column_and_row(name: str, cell: str, tmp_path: Path) -> None:
    frame = pl.concat([GOOD[name][1](), GOOD[name][1]()]).with_columns(pl.col(FIGURE[name]).cast(pl.String))
    values = frame[FIGURE[name]].to_list()
    values[1] = cell
    path = written(tmp_path, name, frame.with_columns(pl.Series(FIGURE[name], values)))
    with pytest.raises(StatisticsError) as caught:
        source(name).read(path)
    assert f"column '{FIGURE[name]}', row 2" in str(caught.value)


def test_marks_become_null_and_stay_beside_the_number() -> None:
    frame = pl.DataFrame({"n": ["12", ":", "z", "1,204", None], "share": ["0.5", "1", None, "z", "0.25"]})
    read = numbers(frame, ("n", "share"), "a table", {":": "not available", "z": "not applicable"})
    assert read["n"].to_list() == [12, None, None, 1204, None]
    assert read["n"].dtype == pl.Int64
    assert read["n_flag"].to_list() == [None, ":", "z", None, None]
    assert read["share"].to_list() == [0.5, 1.0, None, None, 0.25]
    assert read["share_flag"].to_list() == [None, None, None, "z", None]


def test_a_column_without_marks_gets_no_flag() -> None:
    assert numbers(pl.DataFrame({"n": ["1"]}), ("n",), "a table", {":": "not available"}).columns == ["n"]


def test_the_refusal_of_a_cell_lists_the_marks_that_are_known() -> None:
    with pytest.raises(StatisticsError, match=r"a table: column 'n', row 1: 'NA' is not a number; .* ':' \(none\)"):
        numbers(pl.DataFrame({"n": ["NA"]}), ("n",), "a table", {":": "none"})
    with pytest.raises(StatisticsError, match="'NaN' is not a number"):
        numbers(pl.DataFrame({"n": ["1", "NaN"]}), ("n",), "a table", {})


def test_names_find_their_country_and_collective_entries_none() -> None:
    asked = {
        "Syria": "SYR",
        "Congo": "COG",
        "Congo (Democratic Republic)": "COD",
        "Bosnia and Herzegovina": "BIH",
        "St. Kitts and Nevis": "KNA",
        "Côte d'Ivoire": "CIV",
        "Stateless": "XXA",
        "Other and unknown": "UNK",
        "Former Yugoslavia": None,
        "Recognised non-citizens": None,
        "Atlantis": None,
    }
    found, unknown = iso_by_name(asked)
    assert found == asked
    assert unknown == ("Atlantis",), "a collective entry is known, and nobody's"
    assert unknown_note(unknown) == ("kept without a country, the name is not known: Atlantis",)
    assert unknown_note(()) == ()


@pytest.mark.parametrize("name", ["eurostat", "uk", "population"])
def test_every_name_of_the_material_is_known(name: str) -> None:
    assert [note for note in release(name).edition.notes if "not known" in note and "country" in note] == []


@pytest.mark.parametrize("name", ["eurostat", "uk", "bamf"])
def test_canonical_tables_of_the_material_are_unique_on_their_key(name: str) -> None:
    kept = release(name)
    held = [table for table in KEYS if kept.has(table)]
    assert held
    for table in held:
        frame = kept.frame(table)
        assert not frame.select(KEYS[table]).is_duplicated().any(), table
        assert frame["asylum"].null_count() == 0


def test_columns_in_our_spelling() -> None:
    assert snake("Initial: Grants of Other Leave") == "initial_grants_of_other_leave"
    assert snake("Decision Quality (%)") == "decision_quality"
