"""Files of every format are read as they are, and what cannot be read is a fault without a value."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from tests.collecting import CANARY, everything_said, write
from tests.support import SHARED, needs_shared
from zaragoza.collect.files import describe, read
from zaragoza.errors import InputError

HEADER = ["pid", "naam", "land", "bedrag"]
ROWS = [
    ["001", 'Noël; "de" Vries', "België", "1,5"],
    ["002", "lines\nand, commas", "Curaçao", "-2"],
    ["010", "", "Île|de~France\t^:", ""],
    ["011", " spaces ", "café", "1e3"],
]
EXPECTED = [[cell or None for cell in row] for row in ROWS]


def text(delimiter: str, line_end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerows([HEADER, *ROWS])
    return buffer.getvalue()


def cells(table: pa.Table) -> list[list[str | None]]:
    return [list(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("delimiter", "line_end"),
    [*((delimiter, "\n") for delimiter in (",", ";", "\t", "|", "^", "~", ":")), (";", "\r\n"), (",", "\r")],
)
def test_delimiters_and_line_ends_are_found(tmp_path, delimiter, line_end):
    # Python's own writer leaves line feeds unquoted where a line ends in something else
    path = write(tmp_path, text(delimiter, line_end, csv.QUOTE_ALL))
    table = read(path)
    assert table.column_names == HEADER
    assert cells(table) == EXPECTED


def test_mixed_line_ends_lose_no_row(tmp_path):
    path = write(tmp_path, 'a;b\r\n1;x\n2;y\r\n3;"p\r\nq"\n4;z\r5;w\n')
    assert cells(read(path)) == [["1", "x"], ["2", "y"], ["3", "p\nq"], ["4", "z"], ["5", "w"]]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),  # the same bytes
    ],
)
def test_encodings_are_found(tmp_path, encoding, found):
    path = write(tmp_path, text(";").encode(encoding))
    assert describe(path).encoding == found
    assert cells(read(path)) == EXPECTED
    assert cells(read(path, encoding=encoding)) == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", ["Łódź", "Częstochowa", "Białoruś"]),
        ("cp1253", ["Αθήνα", "Θεσσαλονίκη", "Αλβανία"]),
        ("cp1251", ["София", "България", "Турция"]),
    ],
)
def test_encodings_of_other_scripts_are_found(tmp_path, encoding, words):
    path = write(
        tmp_path,
        ("id;naam\n" + "".join(f"{i};{word}\n" for i, word in enumerate(words * 20))).encode(encoding),
    )
    assert [row[1] for row in cells(read(path))][:3] == words


def test_a_compressed_file_is_read_whatever_its_name(tmp_path):
    for name in ("a.csv.gz", "b.csv"):
        path = write(tmp_path, gzip.compress(text(";").encode("cp1252")), name)
        assert cells(read(path)) == EXPECTED


def test_delimiter_and_encoding_of_the_monitor_are_used(tmp_path):
    path = write(tmp_path, "a;b§c;d\n1;2§3;4\n".encode("latin-1"))
    assert read(path, delimiter="§", encoding="latin-1").column_names == ["a;b", "c;d"]
    tab = write(tmp_path, "a\tb\n1\t2\n", "t.csv")
    assert cells(read(tab, delimiter="\\t")) == [["1", "2"]]


def test_the_hint_of_a_spreadsheet_and_empty_lines_before_the_header_are_skipped(tmp_path):
    assert cells(read(write(tmp_path, "sep=|\r\na|b\r\n1|2\r\n"))) == [["1", "2"]]
    assert cells(read(write(tmp_path, "\n\na;b\n1;2\n", "x.csv"))) == [["1", "2"]]


def test_one_column_and_nameless_columns(tmp_path):
    assert cells(read(write(tmp_path, "naam\nx\ny\n"))) == [["x"], ["y"]]
    assert read(write(tmp_path, ",b,\n1,2,3\n", "x.csv")).column_names == ["column_1", "b", "column_3"]


# What is wrong with a file, what its fault says, and options; every file holds the canary in a record.
BROKEN = {
    "empty": (b"", "an empty file", {}),
    "only empty lines": (b"\n\n", "only empty lines", {}),
    "header only": (b"a;b\n", "a header only", {}),
    "short and long rows": (
        f"a;b\n1;2\n{CANARY}\n3;4\n5;{CANARY};7\n".encode(),
        "2 rows with more or fewer fields or an open quote, the first on line 3",
        {},
    ),
    "open quote": (f'a;b\n1;2\n3;"{CANARY}\n4;5\n'.encode(), "the first on line 3", {}),
    "the same name twice": (f"a;b;a\n1;{CANARY};3\n".encode(), "the same name for columns 1, 3", {}),
    "names that differ in case": (f"Id;b;ID\n1;{CANARY};3\n".encode(), "differ only in case for columns 1, 3", {}),
    "no header": (f"1;{CANARY};3\n4;{CANARY};6\n".encode(), "2 of 3 names that are numbers or dates", {}),
    "NUL bytes": (f"a;b\n1;{CANARY}\n2;x\0y\n".encode(), "NUL bytes, the first on line 3", {}),
    "NUL characters": (
        f"a;b\n1;{CANARY}é\n2;x\0y\n".encode("cp1252"), "NUL bytes, the first on line 3", {"encoding": "cp1252"}
    ),
    "not that encoding": (
        f"a;b\n1;x\n2;{CANARY} é\n".encode("cp1252"),
        "bytes that utf-8 does not have, the first on line 3",
        {"encoding": "utf-8"},
    ),
    "not that wide encoding": (
        f"a;b\n1;x\n2;{CANARY}\n".encode(),
        "bytes that utf-16 does not have",
        {"encoding": "utf-16"},
    ),
    "unknown encoding": (f"a;{CANARY}\n".encode(), "an unknown name", {"encoding": "klingon"}),
    "no text encoding": (f"a;{CANARY}\n".encode(), "an unknown name", {"encoding": "base64"}),
    "another delimiter": (
        f"a;b\n1;{CANARY}\n2;x\n".encode(), "one column; `;` gives 2", {"delimiter": ","}
    ),
    "no delimiter": (f"a;b\n1;{CANARY}\n".encode(), "something else", {"delimiter": "<>"}),
    "damaged gzip": (gzip.compress(f"a;b\n1;{CANARY}\n".encode() * 99)[:-20], "a damaged or unreadable file", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_read_is_a_fault_without_a_value(tmp_path, case, caplog, capfd):
    content, found, options = BROKEN[case]
    caplog.set_level(0)
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        describe(path, **options)
    assert found in str(caught.value)
    assert all(fault.where == "persons.csv" and fault.way_out for fault in caught.value.faults)
    said = everything_said(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert CANARY not in said
    assert CANARY[:8] not in said


def test_faults_of_bytes_come_together(tmp_path):
    path = write(tmp_path, b"a;b\n\xff;1\n\0;2\n")
    with pytest.raises(InputError) as caught:
        describe(path, encoding="utf-8")
    assert [fault.found for fault in caught.value.faults] == [
        "bytes that utf-8 does not have, the first on line 2",
        "NUL bytes, the first on line 3",
    ]


@pytest.mark.parametrize("name", ["nowhere.csv", "folder.csv", "picture.png", "README", ".gz"])
def test_files_that_are_none(tmp_path, name):
    if name == "folder.csv":
        (tmp_path / name).mkdir()
    elif name != "nowhere.csv":
        write(tmp_path, b"x", name)
    with pytest.raises(InputError) as caught:
        describe(tmp_path / name)
    assert caught.value.faults[0].field == "file"


@pytest.mark.parametrize("suffix", [".parquet", ".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt"])
@pytest.mark.parametrize("compressed", [False, True])
def test_a_damaged_file_of_any_format_is_a_fault(tmp_path, suffix, compressed):
    content = CANARY.encode() * 50
    path = write(
        tmp_path, gzip.compress(content) if compressed else content, f"a{suffix}{'.gz' * compressed}"
    )
    with pytest.raises(InputError) as caught:
        describe(path)
    assert "damaged" in str(caught.value)
    assert CANARY not in everything_said(caught.value)


FRAME = pd.DataFrame(
    {
        "pid": [f"{i:03d}" for i in range(40)],
        "sex": [1.0, 2.0] * 19 + [9.0, None],
        "w": [i + 0.25 for i in range(40)],
        "born": [dt.date(1980, 1, 1 + i % 28) for i in range(40)],
    }
)
LABELS = {"sex": "Geslacht"}
VALUES = {"sex": {1: "man", 2: "vrouw", 9: "weet niet"}}


def save(path, kind):
    if kind in ("sav", "zsav"):
        pyreadstat.write_sav(
            FRAME, path, column_labels=LABELS, variable_value_labels=VALUES,
            missing_ranges={"sex": [9]}, compress=kind == "zsav",
        )  # fmt: skip
    elif kind == "dta":
        pyreadstat.write_dta(FRAME, path, column_labels=LABELS, variable_value_labels=VALUES)
    elif kind == "xpt":
        pyreadstat.write_xport(FRAME, path, column_labels=LABELS)
    elif kind == "por":
        pyreadstat.write_por(FRAME, path, column_labels=LABELS)
    else:
        FRAME.to_parquet(path)


@pytest.mark.parametrize(
    ("kind", "compressed"),
    [
        *((kind, False) for kind in ("sav", "zsav", "por", "dta", "xpt", "parquet")),
        ("sav", True),
        ("parquet", True),
    ],
)
def test_round_trip_of_every_format(tmp_path, kind, compressed):
    path = tmp_path / f"a.{kind}"
    save(path, kind)
    if compressed:
        path = write(tmp_path, gzip.compress(path.read_bytes()), f"b.{kind}.gz")
    table = read(path)
    table = table.rename_columns([name.lower() for name in table.column_names])
    user_missing = kind in ("sav", "zsav")  # SPSS declares that 9 is no answer
    sex = [1.0, 2.0] * 19 + [None if user_missing else 9.0, None]
    assert table["pid"].to_pylist() == FRAME["pid"].tolist()
    assert table["sex"].to_pylist() == sex
    assert table["w"].to_pylist() == FRAME["w"].tolist()
    assert [day.isoformat() for day in table["born"].to_pylist()] == [d.isoformat() for d in FRAME["born"]]

    described = describe(path)
    columns = {column.name.lower(): column for column in described.columns}
    families = {"sav": "spss", "zsav": "spss", "por": "spss", "dta": "stata", "xpt": "sas"}
    assert (described.format, described.rows) == (families.get(kind, kind), 40)
    assert [columns[name].type for name in ("pid", "sex", "w", "born")] == [
        "text",
        "integer",
        "number",
        "date",
    ]
    assert columns["sex"].codes == ("1", "2")
    assert columns["sex"].rare_codes == (0 if user_missing else 1)
    assert columns["sex"].missing == (2 if user_missing else 1)
    if kind in ("sav", "zsav", "dta"):
        assert columns["sex"].label == "Geslacht"
        assert columns["sex"].labels == {"1": "man", "2": "vrouw", "9": "weet niet"}


def test_a_file_of_an_old_program_that_does_not_say_its_encoding(tmp_path):
    frame = pd.DataFrame({"gemeente": ["Súdwest-Fryslân", "Curaçao"], "n": [1.0, 2.0]})
    pyreadstat.write_xport(frame, tmp_path / "a.xpt")  # SAS transport files say nothing; this one is in UTF-8
    content = (tmp_path / "a.xpt").read_bytes()
    for name in frame["gemeente"]:
        western = name.encode("cp1252")
        content = content.replace(name.encode(), western + b" " * (len(name.encode()) - len(western)))
    assert read(tmp_path / "a.xpt")["gemeente"].to_pylist() == frame["gemeente"].tolist()
    path = write(tmp_path, content, "old.xpt")
    assert read(path)["gemeente"].to_pylist() == frame["gemeente"].tolist()


def test_large_labelled_files_are_read_in_pieces(tmp_path, monkeypatch):
    from zaragoza.collect import labelled_files

    monkeypatch.setattr(labelled_files, "_CHUNK_ROWS", 7)
    frame = pd.DataFrame({"i": range(30), "late": [None] * 20 + [1.5] * 10, "never": [None] * 30})
    frame["never"] = frame["never"].astype("float")
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    table = read(tmp_path / "a.sav")
    assert table["i"].to_pylist() == list(range(30))
    assert table["late"].to_pylist() == [None] * 20 + [1.5] * 10
    assert table["never"].null_count == 30


def test_parquet_columns_of_several_values_a_row_are_left_out(tmp_path):
    table = pa.table({"id": [1, 2], "list": [[1], [2, 3]], "bytes": [b"x", b"y"]})
    pq.write_table(table, tmp_path / "a.parquet")
    assert [column.name for column in describe(tmp_path / "a.parquet").columns] == ["id"]


def test_parquet_names_that_differ_in_case_are_refused(tmp_path):
    pq.write_table(pa.table({"id": [1], "ID": [2]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="differ only in case"):
        describe(tmp_path / "a.parquet")


# Rows as listed with the data.
REAL = {
    "acs2012_citizen.csv.gz": 2_000,
    "cps2013_chicago_hispanic_wages.csv.gz": 712,
    "ess10_norway_weights.csv.gz": 1_411,
    "eusilc_at2006_sample_synthetic.csv.gz": 11_725,
    "eusilc_at2006_synthetic.csv.gz": 14_827,
    "eusilc_at2013_puf_synthetic.csv.gz": 13_513,
    "gss7402_immigrant.csv.gz": 9_120,
    "pisa2003_nld_immigrant_background.csv.gz": 3_992,
    "ses_at2006_synthetic.csv.gz": 15_691,
    "swisslabor_1981_foreign.csv.gz": 872,
}


@needs_shared
def test_a_real_file_is_described():
    described = describe(SHARED / "data" / "microdata" / "acs2012_citizen.csv.gz")
    columns = {column.name: column for column in described.columns}
    assert (described.rows, described.delimiter, described.encoding) == (2_000, ",", "utf-8")
    assert (columns["citizen"].codes, columns["citizen"].type) == (("no", "yes"), "boolean")
    assert columns["age"].type == "integer"
    assert [name for name, column in columns.items() if column.unique] == ["rownames"]


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_every_real_file_is_described(name):
    described = describe(SHARED / "data" / "microdata" / name)
    assert described.rows == REAL[name]
    assert all(column.name and column.missing <= described.rows for column in described.columns)
