"""Cells of an office's file become standard values: every value expected here is written out by hand from the file."""

from __future__ import annotations

import math
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collecting import (
    CANARY,
    VARIABLES,
    by_person,
    engine,
    key,
    run,
    source,
    variable,
)
from zaragoza.collect.standard import standardise
from zaragoza.model.source import ColumnMapping as Map

__all__ = ["engine"]


def column(engine, name, cells, mapping=None, delimiter=";"):
    """What becomes of the cells of one column of a text file, in their order."""
    texts = {"x": cells, "row": [f"{i:03d}" for i in range(len(cells))]}
    raw = engine.table(pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()}))
    mappings = {"household": Map(column="row"), name: mapping or Map(column="x")}
    table = standardise(raw, {"household": "row", name: "x"}, mappings, VARIABLES, delimiter).arrow()
    return table.sort_by("household")[name].to_pylist()


def test_a_wide_file_is_read_in_parts_that_fit_together(engine):
    """Cell (row, column) holds a number of its own; 45 columns are six parts, the last one smaller."""
    names = [f"v{place}" for place in range(45)]
    known = {name: variable(name, "integer") for name in names}
    cells = {name: [place * 1000 + row for row in range(300)] for place, name in enumerate(names)}
    cells["v7"][3] = None
    raw = engine.table(
        pa.table({name: [None if x is None else f" {x}" for x in cells[name]] for name in names})
    )
    read = standardise(raw, {name: name for name in names}, {}, known, ";").arrow()
    rows = sorted(read.select(names).to_pylist(), key=lambda row: row["v0"])
    assert rows == [{name: cells[name][row] for name in names} for row in range(300)]
    assert read["v7?"].null_count == 1
    assert set(read["v44?"].to_pylist()) == {0}


@pytest.mark.parametrize(
    ("name", "mapping", "cells", "expected"),
    [
        ("sex", Map(column="x"), ["F", " m ", "Q", ""], ["F", "M", None, None]),
        (
            "sex",
            Map(column="x", codes={"1": "M", "2": "F", "9": ""}),
            ["1", "2.0", "9", "3"],
            ["M", "F", None, None],
        ),
        (
            "sex",
            Map(column="x", codes={"01": "M", "1": "F"}),
            ["01", "1", "001", "1.0"],
            ["M", "F", None, "F"],
        ),
        (
            "sex",
            Map(column="x", codes={"V": "F"}),
            ["v", "M", "F"],
            ["F", None, None],
        ),  # a map of codes is complete
        (
            "sex",
            Map(column="x", codes={"1,0": "M", "2": "F"}, missing=("9",)),
            ["1", "1,0", "1.0", "2,0", "9,0"],
            ["M", "M", "M", "F", None],
        ),
        (
            "sex",
            Map(column="x", codes={"1.0": "M", "1": "F"}),  # a list that tells them apart is kept as it is
            ["1.0", "1"],
            ["M", "F"],
        ),
        (
            "interview",
            Map(column="x"),
            ["1990-02-28", "19900228", "1990-00-00", "00.05.1990", "1990-02-30", "x"],
            [date(1990, 2, 28), date(1990, 2, 28), date(1990, 7, 1), date(1990, 5, 15), None, None],
        ),
        ("region", Map(column="x"), ["NL11", "0363", "", "1.0"], ["NL11", "0363", None, "1"]),
        ("region", Map(column="x", codes={"a": "NL1"}, missing=("b",)), ["A", "B", "c"], ["NL1", None, None]),
        ("birth_country", Map(column="x"), ["nl", "GR", "GB", "TUR", ""], ["NL", "EL", "UK", None, None]),
        (
            "birth_country",
            Map(column="x", codes={"6030": "NL", "-": ""}),
            ["6030", "-", "MA"],
            ["NL", None, "MA"],
        ),
        (
            "age",
            Map(column="x"),
            ["34", "34.0", "34,0", "34.5", "121", "-1", "x"],
            [34, 34, None, None, None, None, None],
        ),
        (
            "age",
            Map(column="x", missing=("99", "-8")),
            ["99", "99.0", "-8", "98", "NA", "."],
            [None] * 3 + [98, None, None],
        ),
        (
            "disposable_income",
            Map(column="x"),
            ["1,5", "-2", "1.234,5", "NaN", "1e3"],
            [1.5, -2.0, 1234.5, None, 1000.0],
        ),
        ("disposable_income", Map(column="x"), ["1.5", "1,234.5", "inf", "1_0"], [1.5, 1234.5, None, None]),
        ("disposable_income", Map(column="x"), ["1 234,5", "1\u00a0000", "7"], [1234.5, 1000.0, 7.0]),
        (
            "in_education",
            Map(column="x"),
            ["1", "0", "ja", "No", "TRUE", "2"],
            [True, False, True, False, True, None],
        ),
        (
            "in_education",
            Map(column="x", codes={"1": "true", "2": "false"}),
            ["1", "2", "0"],
            [True, False, None],
        ),
    ],
)
def test_cells_become_standard_values(engine, name, mapping, cells, expected):
    assert column(engine, name, cells, mapping) == expected


def test_dates(engine):
    cells = ["2024-02-29", "29-02-2024", "29/2/2024", "20240229", "2023-02-29", "2024-02-29 10:00", "NA"]
    found = [day and day.isoformat() for day in column(engine, "interview", cells)]
    assert found == ["2024-02-29"] * 4 + [None, "2024-02-29", None]


@pytest.mark.parametrize(("delimiter", "expected"), [(";", [1.234, 2.5e-1]), (",", [1234.0, None])])
def test_a_comma_before_three_digits_is_read_by_what_separates_the_columns(
    engine, tmp_path, delimiter, expected
):
    cells = ["1,234", "0,25" if delimiter == ";" else ""]
    assert column(engine, "disposable_income", cells, delimiter=delimiter) == expected


def test_types_of_the_columns_and_no_other_column(engine, tmp_path):
    frame = pa.table(
        {
            "id": [1, 2],
            "name": [CANARY, CANARY],
            "hh": [5.0, 5.0],
            "sex": ["F", "M"],
            "age": pa.array([30.0, math.nan]),
            "edu": [True, None],
            "w": pa.array([1.5, 2.5], pa.float32()),
            "day": pa.array([0, None], pa.date32()),
            "geo": pa.array(["NL", "BE"]).dictionary_encode(),
        }
    )
    pq.write_table(frame, tmp_path / "a.parquet")
    taken = source(
        ("a.parquet",), household="hh", person="id", sex="sex", age="age", in_education="edu", weight="w",
        interview="day", birth_country="geo",
    )  # fmt: skip
    collected = run(engine, tmp_path, taken)
    assert collected.table.types == {
        "household": "BIGINT", "person": "BIGINT", "sex": "VARCHAR", "age": "BIGINT", "in_education": "BOOLEAN",
        "weight": "DOUBLE", "interview": "DATE", "birth_country": "VARCHAR", "record_key": "DOUBLE",
    }  # fmt: skip
    assert by_person(collected, "age", ["1", "2"]) == [30, None]
    assert by_person(collected, "weight", ["1", "2"]) == [1.5, 2.5]
    assert by_person(collected, "birth_country", ["1", "2"]) == ["NL", "BE"]
    assert by_person(collected, "household", ["1", "2"]) == [key("5", "HOUSEHOLD")] * 2
    assert CANARY not in str(collected.table.arrow().to_pydict())
