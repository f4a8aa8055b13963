"""From an office's file to the standard table: every value expected here is written out by hand from the file."""

from __future__ import annotations

import gzip
import json
import math
import stat
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from tests.collecting import (
    CANARY,
    SECRET,
    VARIABLES,
    csv_of,
    everything_said,
    source,
    variable,
    write,
)
from zaragoza.collect import collect
from zaragoza.collect.keys import key_of, record_keys
from zaragoza.collect.standard import standardise
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.snapshot import LeftOut
from zaragoza.model.source import ColumnMapping as Map


@pytest.fixture(scope="module")
def engine():
    with Engine() as engine:
        yield engine


def run(engine, folder, taken, secret=SECRET, **options):
    return collect(taken, folder, VARIABLES, secret, engine, folder / "snapshots", **options)


def key(identifier, unit="PERSON"):
    return int.from_bytes(key_of(SECRET, identifier, unit)[:8], "big", signed=True)


def by_person(collected, column, identifiers):
    table = collected.table.arrow()
    values = dict(zip(table["person"].to_pylist(), table[column].to_pylist(), strict=True))
    return [values[key(identifier)] for identifier in identifiers]


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


def test_what_would_falsify_figures_stops_the_run_with_nothing_written(engine, tmp_path):
    rows = [f"1;1;{CANARY}", "1;-1;b", ";1;c", "4;;d"]
    write(tmp_path, csv_of("id;w;x", rows))
    with pytest.raises(InputError) as caught:
        run(engine, tmp_path, source(person="id", weight="w", region="x"))
    found = [fault.found for fault in caught.value.faults]
    assert found == [
        "none on 1 row",
        "2 rows whose person is on another row too",
        "negative weights on 1 row",
        "none on 1 row",
    ]
    assert not (tmp_path / "snapshots").exists()
    assert CANARY not in everything_said(caught.value)


def test_a_joined_file_with_a_unit_twice_is_refused(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;40", "2;12"]), "a.csv")
    write(tmp_path, csv_of("id;sex", ["1;F", "1;M"]), "b.csv")
    taken = source(("a.csv", "b.csv"), person=Map(column="id", file="a.csv"), age="age", sex="sex")
    with pytest.raises(InputError, match=r"b\.csv: person: expected one row a person; found 2 rows"):
        run(engine, tmp_path, taken)


def test_a_short_secret_is_refused(engine, tmp_path):
    with pytest.raises(DefinitionError, match="at least 32 bytes"):
        run(engine, tmp_path, source(person="id"), secret=b"kort")


# --- snapshots


def small(tmp_path, text=None):
    write(tmp_path, text or csv_of("id;age;w", ["1;40;2", "2;x;0", "3;;4"]))
    return source(person="id", age="age", weight="w")


def test_a_snapshot_is_private_and_tells_where_it_comes_from(engine, tmp_path):
    collected = run(engine, tmp_path, small(tmp_path))
    files = sorted(path for path in (tmp_path / "snapshots").iterdir() if path.name != ".lock")
    name = f"test-{collected.snapshot.checksum[:12]}"
    assert [file.name for file in files] == [f"{name}.json", f"{name}.parquet"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "snapshots").stat().st_mode) == 0o700
    origin = json.loads(files[0].read_text())["snapshot"]
    assert origin["mapping"] == {"person": "id", "age": "age", "weight": "w"}
    assert origin["files"][0]["name"] == "persons.csv"
    assert origin["files"][0]["size"] == (tmp_path / "persons.csv").stat().st_size
    assert collected.snapshot.key_id in files[0].read_text()
    assert SECRET.hex() not in files[0].read_text()
    assert pq.read_table(files[1]).to_pydict() == collected.table.arrow().to_pydict()


def test_a_snapshot_is_reused_while_nothing_has_changed(engine, tmp_path):
    first = run(engine, tmp_path, small(tmp_path))
    file = next((tmp_path / "snapshots").glob("*.parquet"))
    before = file.stat().st_mtime_ns
    again = run(engine, tmp_path, small(tmp_path))
    assert (again.snapshot, again.quality) == (first.snapshot, first.quality)
    assert file.stat().st_mtime_ns == before


def test_files_mapping_secret_and_meaning_each_make_a_new_snapshot(engine, tmp_path):
    base = small(tmp_path)
    checksums = {run(engine, tmp_path, base).snapshot.checksum}
    checksums.add(run(engine, tmp_path, base, secret=SECRET[::-1]).snapshot.checksum)
    other = source(person="id", age=Map(column="age", missing=("x",)), weight="w")
    checksums.add(run(engine, tmp_path, other).snapshot.checksum)
    narrower = {**VARIABLES, "age": VARIABLES["weight"]}
    checksums.add(collect(base, tmp_path, narrower, SECRET, engine, tmp_path / "snapshots").snapshot.checksum)
    changed = small(tmp_path, csv_of("id;age;w", ["1;40;2", "2;41;0"]))
    checksums.add(run(engine, tmp_path, changed).snapshot.checksum)
    assert len(checksums) == 5


@pytest.mark.parametrize("damage", ["origin", "rows", "table"])
def test_a_damaged_snapshot_is_made_again(engine, tmp_path, damage):
    first = run(engine, tmp_path, small(tmp_path))
    table, origin = (next((tmp_path / "snapshots").glob(f"*.{suffix}")) for suffix in ("parquet", "json"))
    if damage == "origin":
        origin.write_text(origin.read_text()[:-40])
    elif damage == "rows":
        pq.write_table(pq.read_table(table).slice(1), table)
    else:
        table.write_bytes(b"PAR1")
    with Engine() as fresh:
        again = run(fresh, tmp_path, small(tmp_path))
        assert again.table.arrow().num_rows == first.quality.rows == 3


def test_the_order_of_rows_does_not_change_the_table(engine, tmp_path):
    rows = [f"{i};{i % 90};{i / 7}" for i in range(2000)]
    first = run(engine, tmp_path, small(tmp_path, csv_of("id;age;w", rows))).table.arrow()
    second = run(engine, tmp_path, small(tmp_path, csv_of("id;age;w", rows[::-1]))).table.arrow()
    assert first.equals(second)


def test_an_interrupted_write_leaves_nothing(engine, tmp_path, monkeypatch):
    from zaragoza.engine import Table

    written = Table.write_parquet

    def fail(table, path):
        written(table, path)
        if "snapshots" in str(path):
            raise KeyboardInterrupt

    monkeypatch.setattr(Table, "write_parquet", fail)
    with pytest.raises(KeyboardInterrupt):
        run(engine, tmp_path, small(tmp_path))
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [".lock"]


def test_what_a_killed_run_left_of_persons_is_removed_by_the_next(engine, tmp_path):
    left = tmp_path / "snapshots" / ".aside-killed"
    left.mkdir(parents=True)
    (left / "persons.parquet").write_bytes(b"rows")
    run(engine, tmp_path, small(tmp_path))
    assert not left.exists()


def test_notes_name_files_and_not_their_folders(engine, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    write(tmp_path, csv_of("id;age", ["1;40", "2;12"]), "a/p.csv")
    write(tmp_path, csv_of("id;edu", ["3;1", "1;0"]), "b/e.csv")
    write(tmp_path, csv_of("id;x", ["1;1"]), "b/unused.csv")
    taken = source(
        ("a/p.csv", "b/e.csv", "b/unused.csv"),
        person=Map(column="id", file="a/p.csv"),
        age="age",
        in_education="edu",
    )
    collected = run(engine, tmp_path, taken)
    assert [each.file for each in collected.quality.left_out] == ["e.csv"]
    said = [words for note in collected.quality.notes for words in (note.en, note.nl)]
    assert any(words.startswith("unused.csv is not read") for words in said)
    assert not any("/" in words for words in said)
    assert run(engine, tmp_path, taken).quality == collected.quality  # read from the snapshot


# --- quality


def test_quality_counts_what_is_missing_and_out_of_list(engine, tmp_path):
    # weights 1, 2, 3, 4, 0: age is answered by the rows with weights 1 and 2, sex by 1 and 4
    rows = ["1;A;40;F;1", "2;A;50;;2", "3;B;x;9;3", "4;B;130;M;4", "5;C;;9;0"]
    write(tmp_path, csv_of("id;hh;age;sex;w", rows))
    taken = source(person="id", household="hh", age="age", sex="sex", weight="w")
    quality = run(engine, tmp_path, taken, population=40.0).quality
    assert (quality.rows, quality.persons, quality.households, quality.duplicates) == (5, 5, 3, 0)
    assert (quality.weights_zero, quality.weights_negative, quality.weights_missing) == (1, 0, 0)
    assert quality.sum_of_weights == 10.0
    assert quality.coverage == 0.25
    age, sex = quality.items
    assert (age.variable, age.valid, age.missing, age.out_of_list) == ("age", 2, 1, 2)
    assert age.missing_rate == pytest.approx(1 - 2 / 5)
    assert age.missing_rate_weighted == pytest.approx(1 - 3 / 10)
    assert (sex.variable, sex.valid, sex.missing, sex.out_of_list) == ("sex", 2, 1, 2)
    assert sex.missing_rate_weighted == pytest.approx(1 - 5 / 10)
    assert quality.unit_non_response is None
    assert any("A4" in note.en for note in quality.notes)


def test_quality_of_a_register_says_what_does_not_apply(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;40", "2;"]))
    quality = run(engine, tmp_path, source(person="id", age="age", kind="register")).quality
    assert quality.households is quality.sum_of_weights is quality.coverage is None
    assert quality.items[0].missing_rate_weighted is None
    assert quality.items[0].missing_rate == 0.5
    said = " ".join(note.en for note in quality.notes)
    assert all(
        words in said for words in ("no population total", "does not apply to a register", "no weight")
    )


def test_compressed_and_plain_files_give_the_same_table(engine, tmp_path):
    text = csv_of("id;age;w", (f"{i};{i};1" for i in range(50)))
    plain = run(engine, tmp_path, small(tmp_path, text)).table.arrow()
    write(tmp_path, gzip.compress(text.encode()), "p.csv.gz")
    packed = run(engine, tmp_path, source(("p.csv.gz",), person="id", age="age", weight="w")).table.arrow()
    assert plain.equals(packed)
