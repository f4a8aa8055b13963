"""Descriptions tell what kind of answers a column holds, and show only codes that many rows hold."""

from __future__ import annotations

import pandas as pd
import pyreadstat

from tests.collecting import CANARY, CANARY_NUMBER, csv_of, write
from zaragoza.collect.files import describe


def column(tmp_path, cells, name="x"):
    path = write(tmp_path, csv_of(f"{name};filler", (f"{cell};" for cell in cells)))
    return describe(path).columns[0]


TYPES = [
    (["1", "2", "-3", "+4"], "integer"),
    (["1.0", "2.0"], "integer"),  # what a program made of whole numbers with gaps
    (["1", "NA", ".", "NaN", "2"], "integer"),  # how R, Stata and pandas write nothing
    (["1.5", "2"], "number"),
    (["1,5", "2"], "number"),
    (["1.234,56", "2"], "number"),
    (["1 234", "2"], "number"),
    (["1e3", ".5"], "number"),
    (["01", "02"], "text"),  # leading zeros are part of a code
    (["NL", "BE"], "text"),
    (["1", "x"], "text"),
    (["NO", "NO"], "text"),  # Norway, until a yes is seen
    (["yes", "no"], "boolean"),
    (["Ja", "Nee"], "boolean"),
    (["0", "1"], "integer"),
    (["2024-02-29", "2023-12-31"], "date"),
    (["31-12-2023", "1/2/2024"], "date"),
    (["20231231", "20240229"], "date"),
    (["2024-02-30", "2023-12-31"], "text"),  # no such day
    (["NA", "NA"], "text"),
    (["", ""], "text"),
    (["1_000", "2"], "text"),
]
NUMERIC = [(cells, type) for cells, type in TYPES if type in ("integer", "number")]


def types(tmp_path, columns):
    """The type of each column of one file; short columns end in empty cells."""
    length = max(map(len, columns))
    rows = zip(*([*cells, *[""] * (length - len(cells))] for cells in columns), strict=True)
    text = csv_of(";".join(f"c{i}" for i in range(len(columns))), (";".join(row) for row in rows))
    return [column.type for column in describe(write(tmp_path, text)).columns]


def test_types(tmp_path):
    assert types(tmp_path, [cells for cells, _ in TYPES]) == [type for _, type in TYPES]


def test_types_of_columns_with_many_values(tmp_path):
    """Judged over rows, not over a list of codes."""
    many = [[*cells, *map(str, range(200))] for cells, _ in NUMERIC]
    codes = [[f"{i:04d}" for i in range(200)], [f"x{i}" for i in range(200)], ["1/1/2024"] * 2 + ["1"] * 200]
    days = [f"{1 + i % 28}-{1 + i % 12}-{1900 + i}" for i in range(120)]
    found = types(tmp_path, [*many, *codes, days])
    assert found == [*(type for _, type in NUMERIC), "text", "text", "text", "date"]


def test_codes_are_shown_from_ten_rows(tmp_path):
    found = column(tmp_path, ["1"] * 10 + ["2"] * 9 + ["10"] * 12 + [CANARY] + ["", " "])
    assert found.codes == ("1", "10")
    assert (found.rare_codes, found.distinct, found.missing, found.unique) == (2, 4, 2, False)
    assert CANARY not in repr(found)


def test_columns_with_more_than_sixty_codes_show_none(tmp_path):
    codes = [f"code {i}" for i in range(60)]
    assert len(column(tmp_path, codes * 10).codes) == 60
    found = column(tmp_path, [*codes, "one more"] * 10)
    assert (found.codes, found.rare_codes, found.distinct) == ((), 0, 61)


def test_identifiers_are_unique_and_not_shown(tmp_path):
    found = column(tmp_path, [f"{i:06d}" for i in range(500)])
    assert found.unique
    assert (found.codes, found.distinct, found.missing) == ((), 500, 0)
    assert not column(tmp_path, [*(f"{i}" for i in range(500)), ""]).unique
    assert not column(tmp_path, [*(f"{i}" for i in range(500)), "0"]).unique


def test_nothing_rare_is_in_a_description(tmp_path):
    rows = [f"{i};{i % 2};{i * 10}" for i in range(50)]
    rows[7] = f"{CANARY};{CANARY};{CANARY_NUMBER}"
    said = repr(describe(write(tmp_path, csv_of("id;code;amount", rows))))
    assert CANARY not in said
    assert CANARY_NUMBER not in said


def test_labels_made_of_values_are_left_out(tmp_path):
    names = [f"name {i}" for i in range(40)]
    frame = pd.DataFrame({"naam": [float(i) for i in range(40)], "sex": [1.0, 2.0] * 20})
    labels = {"naam": dict(enumerate(names)), "sex": {1: "man", 2: "vrouw"}}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels=labels)
    naam, sex = describe(tmp_path / "a.sav").columns
    assert naam.labels == {}
    assert sex.labels == {"1": "man", "2": "vrouw"}
