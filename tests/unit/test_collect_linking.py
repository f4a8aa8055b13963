"""Identifiers become keys, and files are joined on them; the rows expected are written out by hand."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from tests.collecting import (
    SECRET,
    by_person,
    csv_of,
    engine,
    key,
    run,
    source,
    write,
)
from zaragoza.collect.keys import record_keys
from zaragoza.errors import InputError
from zaragoza.model.snapshot import LeftOut
from zaragoza.model.source import ColumnMapping as Map

__all__ = ["engine"]


def test_identifiers_become_keys_that_still_link(engine, tmp_path):
    rows = ["1.0;10;;A 1", "2;10;1;A 1", "3;20;99;A 2", "4;20;.;A 2"]
    write(tmp_path, csv_of("id;hh;mo;psu", rows))
    collected = run(engine, tmp_path, source(person="id", household="hh", mother="mo", psu="psu"))
    assert by_person(collected, "mother", ["1", "2", "3", "4"]) == [None, key("1"), key("99"), None]
    assert by_person(collected, "household", ["1", "3"]) == [key("10", "HOUSEHOLD"), key("20", "HOUSEHOLD")]
    assert by_person(collected, "psu", ["1", "3"]) == [key("A1", "PSU"), key("A2", "PSU")]
    assert by_person(collected, "record_key", ["1", "4"]) == record_keys(SECRET, ["1", "4"]).tolist()
    persons = collected.table.arrow()["person"].to_pylist()
    assert persons == sorted(persons)
    assert not {1, 2, 3, 4, 10, 20} & {
        v for name in ("person", "household") for v in collected.table.arrow()[name].to_pylist()
    }


def test_one_column_may_be_household_and_psu(engine, tmp_path):
    write(tmp_path, csv_of("id;hh", ["1;7", "2;7"]))
    collected = run(engine, tmp_path, source(person="id", household="hh", psu="hh"))
    assert by_person(collected, "household", ["1"]) == [key("7", "HOUSEHOLD")]
    assert by_person(collected, "psu", ["1"]) == [key("7", "PSU")]


def test_files_are_joined_on_person_and_on_household(engine, tmp_path):
    write(tmp_path, csv_of("rb030;rx030;age", ["001;A;40", "002;A;12", "003;B;70"]), "r.csv")
    write(tmp_path, csv_of("pb030;edu", ["003;1", "001;0", "777;1"]), "p.csv")
    frame = pd.DataFrame({"hb030": ["B", "A"], "rent": [1.0, 2.0], "income": [100.5, None]})
    pyreadstat.write_sav(frame, tmp_path / "h.sav")
    taken = source(
        ("p.csv", "h.sav", "r.csv"),
        person=Map(column="rb030"),
        household=Map(column="rx030", file="r.csv"),
        age="age",
        in_education="edu",
        tenure=Map(column="rent", codes={"1": "owner", "2": "tenant"}),
        disposable_income=Map(column="income", file="h.sav"),
    )
    collected = run(engine, tmp_path, taken)
    ids = ["001", "002", "003"]
    assert collected.quality.rows == 3
    assert by_person(collected, "in_education", ids) == [False, None, True]
    assert by_person(collected, "tenure", ids) == ["tenant", "tenant", "owner"]
    assert by_person(collected, "disposable_income", ids) == [None, None, 100.5]
    assert "p.csv is joined on its column pb030 (person)." in [note.en for note in collected.quality.notes]
    assert collected.quality.left_out == (LeftOut(file="p.csv", join="person", rows=1),)
    assert [file.rows for file in collected.snapshot.files] == [3, 2, 3]


def test_a_household_known_from_another_file_still_joins(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;40", "2;12"]), "a.csv")
    write(tmp_path, csv_of("id;hh", ["2;B", "1;A"]), "b.csv")
    write(tmp_path, csv_of("hh;rent", ["A;owner", "B;tenant"]), "c.csv")
    taken = source(
        ("c.csv", "b.csv", "a.csv"), person=Map(column="id", file="a.csv"), age="age",
        household=Map(column="hh", file="b.csv"), tenure="rent",
    )  # fmt: skip
    assert by_person(run(engine, tmp_path, taken), "tenure", ["1", "2"]) == ["owner", "tenant"]


def test_without_a_person_the_row_stands_for_one(engine, tmp_path):
    rows = 140_000  # more than one row group of 131,072 rows, so that both cores read
    write(tmp_path, csv_of("age", (str(i % 100) for i in range(rows))))
    collected = run(engine, tmp_path, source(age="age"))
    assert collected.table.columns == ("person", "age", "record_key")
    assert by_person(collected, "age", ["1", "2", "131073", str(rows)]) == [0, 1, 72, 99]
    assert any("place of the row" in note.en for note in collected.quality.notes)
    about = pq.ParquetFile(next((tmp_path / "snapshots").glob("*.parquet"))).metadata
    assert [about.row_group(i).num_rows for i in range(about.num_row_groups)] == [131_072, rows - 131_072]


def test_identifiers_that_only_differ_in_dots_are_refused(engine, tmp_path):
    write(tmp_path, csv_of("id;hh", ["1;1.12", "2;11.2", "3;112"]))
    with pytest.raises(InputError, match="2 that differ from another only in spaces, dots or case"):
        run(engine, tmp_path, source(person="id", household="hh"))
    write(tmp_path, csv_of("id;mo", ["1234;", "5678;12 34", "9;12.34"]))
    with pytest.raises(InputError, match="mother: expected identifiers that differ"):
        run(engine, tmp_path, source(person="id", mother="mo"))


def test_two_columns_may_write_one_person_in_two_ways(engine, tmp_path):
    write(tmp_path, csv_of("id;mo", ["12.34;", "5678;1234"]))
    collected = run(engine, tmp_path, source(person="id", mother="mo"))
    assert by_person(collected, "mother", ["5678"]) == [key("1234")]


def test_a_joined_file_with_a_unit_twice_is_refused(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;40", "2;12"]), "a.csv")
    write(tmp_path, csv_of("id;sex", ["1;F", "1;M"]), "b.csv")
    taken = source(("a.csv", "b.csv"), person=Map(column="id", file="a.csv"), age="age", sex="sex")
    with pytest.raises(InputError, match=r"b\.csv: person: expected one row a person; found 2 rows"):
        run(engine, tmp_path, taken)
