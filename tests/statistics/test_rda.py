"""Tables out of .rda files: what R and rdata write, R's shortened vectors, damage of every kind."""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
import struct
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import rdata
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asylon.errors import StatisticsError
from asylon.statistics.rda import read_rda
from tests.shared import shared
from tests.statistics import rdawriter as r


def as_is(data: bytes) -> bytes:
    return data


def read_column(folder: Path, column: bytes, rows: int) -> pl.Series:
    path = r.write_rda(folder / "one.rda", {"table": r.frame({"it": column}, rows)})
    return read_rda(path)["table"]["it"]


def problem(path: Path, **how: Any) -> str:
    """Return the one sentence with which a file is refused."""
    with pytest.raises(StatisticsError) as refused:
        read_rda(path, **how)
    assert len(refused.value.faults) == 1
    assert "\n" not in str(refused.value)
    return str(refused.value)


# ---------------------------------------------------------------- against rdata, which others wrote


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz", None])
@pytest.mark.parametrize("version", [2, 3])
def test_reads_what_rdata_writes(tmp_path: Path, compression: Any, version: int) -> None:
    table = pl.DataFrame(
        {
            "year": pl.Series([2016, 2017, 2018], dtype=pl.Int32),
            "rate": [0.5, -1e300, math.inf],
            "code": ["NA", "ISR", "Türkiye"],
            "closed": [True, False, True],
        }
    ).to_pandas()
    path = tmp_path / "t.rda"
    rdata.write_rda(path, {"t": table}, compression=compression, format_version=version)
    theirs = rdata.read_rda(path)["t"]
    ours = read_rda(path)["t"]
    assert ours.schema == {"year": pl.Int32, "rate": pl.Float64, "code": pl.String, "closed": pl.Boolean}
    assert ours.to_dict(as_series=False) == {name: theirs[name].tolist() for name in theirs.columns}


def test_rdata_reads_what_the_test_writer_writes(tmp_path: Path) -> None:
    """The writer of these tests is held to another reader, so that both may not err together."""
    columns = {
        "n": r.doubles(5, None, 12.25),
        "i": r.integers(3, None, -1),
        "s": r.strings("NA", None, "Côte d'Ivoire"),
        "d": r.doubles(0, 17897, None, attributes=r.pairs(("class", r.strings("Date")))),
    }
    path = r.write_rda(tmp_path / "t.rda", {"t": r.frame(columns, 3)})
    theirs, ours = rdata.read_rda(path)["t"], read_rda(path)["t"]
    assert ours.select("n", "i", "s").equals(pl.from_pandas(theirs[["n", "i", "s"]]))


def test_a_whole_table_of_unhcr_comes_back_as_it_was(tmp_path: Path) -> None:
    table = pl.read_parquet(shared() / "data" / "unhcr" / "solutions.parquet")
    path = r.write_rda(tmp_path / "solutions.rda", {"solutions": r.polars_frame(table)})
    back = read_rda(path)["solutions"]
    assert back.with_columns(pl.col(name).cast(kind) for name, kind in table.schema.items()).equals(table)
    assert back.null_count().equals(table.null_count())


# ---------------------------------------------------------------- values


def test_na_is_null_and_the_word_na_stays(tmp_path: Path) -> None:
    columns = {
        "word": r.strings("NA", None, ""),
        "number": r.doubles(0.0, None, math.nan),
        "whole": r.integers(0, None, 7),
        "yes": r.integers(1, None, 0, kind=10),
    }
    table = read_rda(r.write_rda(tmp_path / "t.rda", {"t": r.frame(columns, 3)}))["t"]
    assert table["word"].to_list() == ["NA", None, ""]
    assert table["number"].to_list()[:2] == [0.0, None]
    assert math.isnan(table["number"][2])
    assert table["whole"].to_list() == [0, None, 7]
    assert table["yes"].to_list() == [True, None, False]


def test_factor_date_moment_and_64_bits(tmp_path: Path) -> None:
    levels = r.pairs(("levels", r.strings("G", "NA", "U")), ("class", r.strings("factor")))
    columns = {
        "by": r.integers(3, None, 2, attributes=levels),
        "day": r.doubles(-0.5, 17897.9, None, attributes=r.of_class("Date")),
        "day2": r.integers(20453, None, 0, attributes=r.of_class("Date")),
        "at": r.doubles(86400.25, None, 0.0, attributes=r.of_class("POSIXct", "POSIXt")),
        "big": r.vector(14, struct.pack(">qqq", 2**53 + 1, -(2**63), -4), 3, r.of_class("integer64")),
    }
    table = read_rda(r.write_rda(tmp_path / "t.rda", {"t": r.frame(columns, 3)}))["t"]
    assert table["by"].to_list() == ["U", None, "NA"]
    assert table["day"].to_list() == [date(1969, 12, 31), date(2019, 1, 1), None]
    assert table["day2"].to_list() == [date(2025, 12, 31), None, date(1970, 1, 1)]
    assert table["at"].to_list()[::2] == [datetime(1970, 1, 2, 0, 0, 0, 250000, UTC), datetime(1970, 1, 1, tzinfo=UTC)]
    assert table["big"].to_list() == [2**53 + 1, None, -4]


def test_text_in_latin_1_and_in_the_encoding_of_the_writer(tmp_path: Path) -> None:
    body = r.chars("Curaçao", 0x4000, "latin-1") + r.chars("Curaçao", 0x8000) + r.chars("Curaçao", 0)
    assert read_column(tmp_path, r.vector(16, body, 3), 3).to_list() == ["Curaçao"] * 3


def test_several_tables_and_what_is_none(tmp_path: Path) -> None:
    objects = {
        "a": r.frame({"x": r.integers(1)}, 1, ("spec_tbl_df", "tbl_df", "tbl", "data.frame")),
        "note": r.strings("not a table"),
        "b": r.frame({"y": r.strings("z")}, 1),
    }
    tables = read_rda(r.write_rda(tmp_path / "t.rda", objects))
    assert {name: table.columns for name, table in tables.items()} == {"a": ["x"], "b": ["y"]}


def test_what_hangs_on_a_table_does_not_matter(tmp_path: Path) -> None:
    """readr leaves a description behind: lists, a call, an environment, a pointer, references to symbols."""
    call = r.number(6) + r.symbol("col_double") + r.NIL
    environment = r.number(4) + r.number(0) + r.NIL * 4
    pointer = r.number(22) + r.NIL * 2
    back = r.number(255 | 1 << 8)
    spec = r.vector(19, call + environment + pointer + back + r.number(253), 5)
    attributes = r.pairs(
        ("class", r.strings("tbl_df", "data.frame")), ("spec", spec), ("row.names", r.integers(None, -1)),
        ("names", r.strings("x")),
    )  # fmt: skip
    path = r.write_rda(tmp_path / "t.rda", {"t": r.vector(19, r.integers(4), 1, attributes)})
    assert read_rda(path)["t"]["x"].to_list() == [4]


# ---------------------------------------------------------------- vectors that R wrote in a shorter way


def test_sequences(tmp_path: Path) -> None:
    upwards = r.short("compact_intseq", r.doubles(4, 2000, 1))
    downwards = r.short("compact_intseq", r.doubles(4, 2, -1))
    halves = r.short("compact_realseq", r.doubles(4, 0.5, 1))
    table = r.frame({"up": upwards, "down": downwards, "half": halves}, 4)
    read = read_rda(r.write_rda(tmp_path / "t.rda", {"t": table}))["t"]
    assert read["up"].to_list() == [2000, 2001, 2002, 2003]
    assert read["down"].to_list() == [2, 1, 0, -1]
    assert read["half"].to_list() == [0.5, 1.5, 2.5, 3.5]


def test_wrapped_vectors_keep_their_class(tmp_path: Path) -> None:
    levels = r.pairs(("levels", r.strings("FI", "AR")), ("class", r.strings("factor")))
    wrapped = r.short("wrap_integer", r.pairs(("", r.integers(2, 1)), end=r.integers(0, 0)), levels)
    words = r.short("wrap_string", r.vector(19, r.strings("a", None) + r.integers(0, 0), 2))
    table = read_rda(r.write_rda(tmp_path / "t.rda", {"t": r.frame({"f": wrapped, "w": words}, 2)}))["t"]
    assert table.to_dict(as_series=False) == {"f": ["AR", "FI"], "w": ["a", None]}


def test_numbers_that_r_would_write_as_text_only_when_asked(tmp_path: Path) -> None:
    numbers = (1.0, 100000.0, 123456.0, 0.1, 1e-5, 1 / 3, -2.5e300, 0.0, math.inf, 1e15)
    state = r.pairs(("", r.doubles(*numbers, None)), end=r.integers(0))
    texts = read_column(tmp_path, r.short("deferred_string", state), 11).to_list()
    # As R prints them: as.character(c(1, 1e5, 123456, 0.1, 1e-5, 1/3, -2.5e300, 0, Inf, 1e15, NA)).
    assert texts == [
        "1", "1e+05", "123456", "0.1", "1e-05", "0.333333333333333", "-2.5e+300", "0", "Inf", "1e+15", None,
    ]  # fmt: skip
    state = r.pairs(("", r.integers(5, None)), end=r.integers(0))
    assert read_column(tmp_path, r.short("deferred_string", state), 2).to_list() == ["5", None]


# ---------------------------------------------------------------- refusals

GOOD = r.stream({"t": r.frame({"year": r.doubles(2015, 2016), "iso": r.strings("ISR", "NA")}, 2)})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(GOOD)[:-20], "is cut off"),
        (gzip.compress(GOOD)[:-4], "is cut off"),
        (gzip.compress(GOOD[:-30]), "is cut off"),
        (b"<!DOCTYPE html><html>", "is not an .rda file"),
        (b"", "is not an .rda file"),
        (gzip.compress(b"PK\x03\x04"), "is not an .rda file"),
        (gzip.compress(GOOD[5:]), "is an .rds file"),
        (b"RDA3\nA\n3\n", "written as text"),
        (b"RDB3\nB\n", "for one machine only"),
        (b"RDX3\nX\n" + struct.pack(">iii", 4, 0, 0), "form 4"),
        (gzip.compress(GOOD)[:-8] + b"\xff" * 8, "cannot be unpacked"),
        (r.stream({}), "does not hold named objects"),
        (r.stream({"f": r.number(21) + r.NIL}), "what no table is made of"),
        (r.stream({"v": r.integers(1)}), "holds no table"),
        (r.stream({"t": r.frame({"x": r.short("mmap_real", r.NIL)}, 1)}), "a form unknown here (mmap_real)"),
        (r.stream({"t": r.frame({"x": r.vector(19, r.integers(1), 1)}, 1)}), "t, x: holds neither"),
        (r.stream({"t": r.frame({"x": r.integers(1), "y": r.integers(1, 2)}, 1)}), "differ in length"),
        (r.stream({"t": r.frame({"x": r.short("compact_intseq", r.doubles(2e9, 1, 1))}, 1)}), "2,000,000,000"),
        (r.stream({"t": r.frame({"x": r.vector(14, b"", 2**31 - 1)}, 1)}), "is cut off"),
        (r.stream({"t": r.frame({"x": r.vector(16, r.chars("é", 0x8000, "latin-1"), 1)}, 1)}), "not utf-8"),
    ],
)  # fmt: skip
def test_refuses_with_one_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "given.rda"
    path.write_bytes(data)
    sentence = problem(path)
    assert sentence.startswith("given.rda")
    assert said in sentence


def test_refuses_a_missing_file_and_one_that_unpacks_too_far(tmp_path: Path) -> None:
    assert "cannot be read" in problem(tmp_path / "missing.rda")
    path = tmp_path / "bomb.rda"
    path.write_bytes(gzip.compress(GOOD + bytes(50_000_000)))
    tracemalloc.start()
    assert "unpacks to more than 1,000,000 bytes" in problem(path, limit=1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_refuses_days_of_no_calendar_and_levels_of_no_factor(tmp_path: Path) -> None:
    day = r.doubles(1e12, attributes=r.pairs(("class", r.strings("Date"))))
    assert "no calendar has" in problem(r.write_rda(tmp_path / "d.rda", {"t": r.frame({"x": day}, 1)}))
    level = r.integers(2, attributes=r.pairs(("levels", r.strings("a")), ("class", r.strings("factor"))))
    assert "not in its list of levels" in problem(r.write_rda(tmp_path / "f.rda", {"t": r.frame({"x": level}, 1)}))


def test_many_columns_are_not_deep(tmp_path: Path) -> None:
    wide = r.frame({f"x{number}": r.integers(number) for number in range(300)}, 1)
    assert read_rda(r.write_rda(tmp_path / "wide.rda", {"t": wide}))["t"].row(0) == tuple(range(300))


def test_refuses_nesting_without_end(tmp_path: Path) -> None:
    nested = r.integers(1)
    for _ in range(5000):
        nested = r.vector(19, nested, 1)
    assert "nested too deep" in problem(r.write_rda(tmp_path / "deep.rda", {"t": nested}))


FACTOR = r.pairs(("levels", r.strings("a", "b")), ("class", r.strings("factor")))
FULL = r.stream(
    {
        "t": r.frame(
            {
                "n": r.doubles(5, None, 12.25),
                "s": r.strings("NA", None, "Türkiye"),
                "f": r.integers(1, 2, 1, attributes=FACTOR),
                "q": r.short("compact_intseq", r.doubles(3, 1, 1)),
                "w": r.short("deferred_string", r.pairs(("", r.doubles(1, 2, 3)), end=r.integers(0))),
            },
            3,
            ("tbl_df", "data.frame"),
        )
    }
)  # fmt: skip


@pytest.mark.parametrize("pack", [as_is, gzip.compress, bz2.compress, lzma.compress])
def test_damage_never_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path_factory.mktemp("damage") / "damaged.rda"
    whole = pack(FULL)

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=6),
        st.integers(0, len(whole)) | st.just(len(whole)),
    )
    def check(changes: list[tuple[int, int]], end: int) -> None:
        damaged = bytearray(whole)
        for at, value in changes:
            damaged[at] = value
        path.write_bytes(damaged[: end or 1])
        try:
            tables = read_rda(path)
        except StatisticsError:
            return
        assert all(isinstance(table, pl.DataFrame) for table in tables.values())

    check()
