"""Every fault of an office's data is told at once, with counts and common codes but never a person's value."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest

from tests.collecting import (
    CANARY,
    CANARY_NUMBER,
    VARIABLES,
    csv_of,
    engine,
    everything_said,
    fields,
    source,
    write,
)
from zaragoza.collect import collect
from zaragoza.collect.check import examine
from zaragoza.errors import DesignError, InputError
from zaragoza.model.source import ColumnMapping as Map

__all__ = ["engine"]


def check(engine, folder, taken):
    with tempfile.TemporaryDirectory() as work:
        return examine(taken, folder, VARIABLES, engine, Path(work)).faults


def found(engine, folder, taken):
    return {fault.field.partition(" (")[0]: fault.found for fault in check(engine, folder, taken)}


def test_sound_data_have_no_fault(engine, tmp_path):
    rows = [
        f"{i};{i // 2};{'FM'[i % 2]};{i % 90};{i % 3};S{i % 4 // 2};{i // 2 % 2};9;1.5" for i in range(100)
    ]
    write(tmp_path, csv_of("id;hh;sex;age;ten;str;psu;n;w", rows))
    taken = source(
        person="id", household="hh", sex="sex", age="age", stratum="str", psu="psu", population_size="n", weight="w",
        tenure=Map(column="ten", codes={"0": "owner", "1": "tenant"}, missing=("2",)),
    )  # fmt: skip
    assert check(engine, tmp_path, taken) == ()


def test_codes_are_shown_only_when_ten_rows_hold_them(engine, tmp_path):
    codes = ["7"] * 12 + ["8"] * 10 + ["9"] * 9 + [CANARY] + ["F"] * 3
    write(tmp_path, csv_of("id;sex", (f"{i};{code}" for i, code in enumerate(codes))))
    (fault,) = check(engine, tmp_path, source(person="id", sex="sex"))
    assert fault.field == "sex (column sex)"
    assert fault.found == "`7` on 12 rows, `8` on 10 rows, 2 more codes on 10 rows"
    assert "codes" in fault.way_out


def test_a_column_that_is_no_list_shows_nothing(engine, tmp_path):
    names = [f"name {i}" for i in range(61)] * 10
    write(tmp_path, csv_of("id;naam", (f"{i};{name}" for i, name in enumerate(names))))
    (fault,) = check(engine, tmp_path, source(person="id", sex="naam"))
    assert fault.found == "61 codes on 610 rows"


def test_countries_in_three_letters_are_named(engine, tmp_path):
    codes = ["TUR"] * 12 + ["NL"] * 5 + ["MAR"]
    write(tmp_path, csv_of("id;land", (f"{i};{code}" for i, code in enumerate(codes))))
    assert found(engine, tmp_path, source(person="id", birth_country="land")) == {
        "birth_country": "`TUR` on 12 rows, 1 more code on 1 row"
    }


def test_wrong_types_and_ranges_count_rows(engine, tmp_path):
    rows = [
        f"1;{CANARY};40;1;x",
        f"2;12;{CANARY_NUMBER};2;2024-13-01",
        "3;13;150;-3;2024-12-01",
        "4;1.5;NA;4;",
    ]
    write(tmp_path, csv_of("id;age;inc;edu;day", rows))
    taken = source(person="id", age="age", disposable_income="inc", in_education="edu", interview="day")
    assert found(engine, tmp_path, taken) == {
        "age": "something else on 2 rows",
        "in_education": "3 codes on 3 rows",
        "interview": "something else on 2 rows",
    }
    faults = check(engine, tmp_path, source(person="id", age="inc"))
    assert [(fault.expected, fault.found) for fault in faults] == [
        ("whole numbers", "something else on 1 row"),
        ("numbers from 0 to 120", "1 row outside them"),
    ]


def test_every_fault_comes_at_once_each_as_far_as_the_others_allow(engine, tmp_path):
    rows = [f"1;x;{CANARY};-1", "2;30;F;1", "2;31;M;", f"{CANARY};200;F;1"]
    write(tmp_path, csv_of("id;age;sex;w", rows))
    write(tmp_path, f"id;v\n1;x\n{CANARY}\n", "ragged.csv")
    write(tmp_path, f"id;v\n1;{CANARY} é\n".encode("cp1252"), "bytes.csv")
    taken = source(
        ("persons.csv", "nowhere.csv", "ragged.csv", "bytes.csv"),
        encoding="utf-8",
        person=Map(column="id", file="persons.csv"),
        age="age",
        sex="sex",
        weight="w",
        tenure=Map(column="v", file="ragged.csv"),
        region=Map(column="v", file="bytes.csv"),
        in_education=Map(column="edu", file="nowhere.csv"),
        disposable_income=Map(column="income", file="persons.csv"),
        no_such_variable="x",
    )
    faults = check(engine, tmp_path, taken)
    assert [(fault.where, fault.field.partition(" (")[0]) for fault in faults] == [
        ("nowhere.csv", "file"),
        ("bytes.csv", "encoding"),
        ("persons.csv", "disposable_income"),
        ("test", "no_such_variable"),
        ("ragged.csv", "rows"),
        ("persons.csv", "age"),
        ("persons.csv", "age"),
        ("persons.csv", "sex"),
        ("persons.csv", "person"),
        ("test", "weight"),
        ("test", "weight"),
    ]
    said = repr(faults) + "".join(map(str, faults))
    assert CANARY not in said
    assert "774411" not in said


def test_a_missing_column_is_named_only_when_it_is_the_same_but_for_case(engine, tmp_path):
    write(tmp_path, csv_of("ID_nr;Leeftijd;geheim", ["1;30;x"]))
    missing, other = check(engine, tmp_path, source(person="id_nr", age="leeftijd_jaren"))
    assert missing.way_out == "The file writes `ID_nr`."
    assert "geheim" not in str(other)
    assert "Leeftijd" not in str(other)


@pytest.mark.parametrize("files", [(), ("persons.csv",)])
def test_a_source_without_columns(engine, tmp_path, files):
    write(tmp_path, csv_of("id", ["1"]))
    assert fields(check(engine, tmp_path, source(files))) == ["variables"]
    with pytest.raises(InputError, match="mapped columns"):
        collect(source(files), tmp_path, VARIABLES, bytes(32), engine, tmp_path / "snapshots")


def test_a_column_that_stands_in_two_files_needs_its_file(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;30"]), "a.csv")
    write(tmp_path, csv_of("id;age", ["1;30"]), "b.csv")
    (fault,) = check(engine, tmp_path, source(("a.csv", "b.csv"), person="id", age="age"))
    assert (fault.found, fault.way_out) == ("a column of that name in 2 files", "Add `file` to the mapping.")


def test_a_file_that_cannot_be_joined(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;30"]), "a.csv")
    write(tmp_path, csv_of("number;sex", ["1;F"]), "b.csv")
    (fault,) = check(engine, tmp_path, source(("a.csv", "b.csv"), person="id", age="age", sex="sex"))
    assert (fault.where, fault.found) == ("b.csv", "none of the known names")


def test_persons_and_weights(engine, tmp_path):
    write(tmp_path, csv_of("id;w", ["1;1", " 1;0", "2;-1", ";2", "3;", "4;x", "5;NA"]))
    faults = check(engine, tmp_path, source(person="id", weight="w"))
    assert [(field, fault.found) for field, fault in zip(fields(faults), faults, strict=True)] == [
        ("weight", "something else on 1 row"),
        ("person", "none on 1 row"),
        ("person", "2 rows whose person is on another row too"),
        ("weight", "negative weights on 1 row"),
        ("weight", "none on 2 rows"),
    ]


# --- designs: stratum;psu;hh;size, five persons a PSU unless told otherwise

STRATA = source(person="id", stratum="str", psu="psu")


def design(tmp_path, rows, header="id;str;psu"):
    write(tmp_path, csv_of(header, (f"{i};{row}" for i, row in enumerate(rows))))


def test_psu_numbers_may_restart_in_every_stratum(engine, tmp_path):
    design(tmp_path, [f"{stratum};{psu}" for stratum in "AB" for psu in (1, 2, 3)])
    assert check(engine, tmp_path, STRATA) == ()


def test_a_few_shared_psus_are_a_fault(engine, tmp_path):
    rows = [f"A;{psu}" for psu in range(10)] + [f"B;{psu}" for psu in range(9, 20)]  # 9 in both
    design(tmp_path, rows)
    assert found(engine, tmp_path, STRATA) == {"psu": "1 of 20 in several strata"}


def test_from_half_of_the_psus_shared_numbers_restart(engine, tmp_path):
    design(tmp_path, ["A;1", "A;2", "B;1", "B;3", "A;4"])  # 1 of 4
    assert found(engine, tmp_path, STRATA) == {"psu": "1 of 4 in several strata"}
    design(tmp_path, ["A;1", "A;2", "B;1", "B;2", "A;3", "B;4"])  # 2 of 4
    assert check(engine, tmp_path, STRATA) == ()


def test_a_household_is_never_in_two_strata(engine, tmp_path):
    design(tmp_path, ["A;1", "B;1", "A;2", "B;2"])
    both = source(person="id", stratum="str", psu="psu", household="psu")
    assert found(engine, tmp_path, both) == {"psu": "2 of 2 in several strata"}
    only = source(person="id", stratum="str", household="psu")
    assert found(engine, tmp_path, only) == {"household": "2 of 2 in several strata"}


def test_a_household_is_in_one_psu(engine, tmp_path):
    design(tmp_path, ["A;1;H1", "A;2;H1", "A;2;H2", "B;1;H3", "A;1;H4"], "id;str;psu;hh")
    taken = source(person="id", stratum="str", psu="psu", household="hh")
    assert found(engine, tmp_path, taken)["household"] == "1 household in several"
    assert found(engine, tmp_path, source(person="id", psu="psu", household="hh")) == {
        "household": "1 household in several"
    }


def test_missing_strata_units_and_sizes(engine, tmp_path):
    design(tmp_path, ["A;1;9", ";2;9", "A;;9", "A;3;", "A;.;9"], "id;str;psu;n")
    taken = source(person="id", stratum="str", psu="psu", population_size="n")
    assert found(engine, tmp_path, taken) == {
        "psu": "none on 2 rows",
        "stratum": "none on 1 row",
        "population_size": "none on 1 row",
    }


def test_population_sizes_below_the_sample_and_varying(engine, tmp_path):
    rows = [f"A;{psu};2" for psu in (1, 2, 3)] * 4  # 3 units drawn from 2; 12 rows, so A may be named
    rows += ["B;1;5", "B;2;6"]  # two sizes, two rows: not named
    rows += ["C;1;2", "C;2;2"]  # a census of the stratum is fine
    design(tmp_path, rows, "id;str;psu;n")
    taken = source(person="id", stratum="str", psu="psu", population_size="n")
    said = [fault.found for fault in check(engine, tmp_path, taken)]
    assert said == ["several sizes in 1 stratum", "a smaller one in 1 stratum: `A`"]


@pytest.mark.parametrize(
    ("mapping", "small"),
    [({"psu": "psu"}, 3), ({"household": "psu"}, 3), ({}, 4)],  # 3 units, or 4 persons where there are none
)
def test_population_sizes_count_what_was_drawn(engine, tmp_path, mapping, small):
    units = ["1", "2", "3", "3"]
    design(tmp_path, [f"{psu};{small}" for psu in units], "id;psu;n")
    assert check(engine, tmp_path, source(person="id", population_size="n", **mapping)) == ()
    design(tmp_path, [f"{psu};{small - 1}" for psu in units], "id;psu;n")
    faults = check(engine, tmp_path, source(person="id", population_size="n", **mapping))
    assert [fault.found for fault in faults] == ["a smaller one in 1 stratum"]


def test_second_stage_sizes(engine, tmp_path):
    header = "id;str;psu;ssu;n;m"
    rows = ["A;1;1;9;2", "A;1;2;9;2", "A;2;1;9;1", "A;2;2;9;1", "B;1;1;9;3", "B;1;1;9;4"]
    design(tmp_path, rows, header)
    taken = source(
        person="id", stratum="str", psu="psu", ssu="ssu", population_size="n", population_size_2="m"
    )
    said = [fault.found for fault in check(engine, tmp_path, taken)]
    assert said == ["several sizes in 1 sampling unit", "a smaller one in 1 sampling unit"]
    without = source(person="id", psu="psu", population_size_2="m")
    assert found(engine, tmp_path, without)["population_size_2"] == "no `psu` and `ssu`"


def test_faults_of_the_design_are_of_their_own_kind(engine, tmp_path):
    write(tmp_path, csv_of("id;w;age", ["1;-1;40", "2;1;x"]))
    said = check(engine, tmp_path, source(person="id", weight="w", age="age"))
    assert {fault.field.split()[0]: fault.kind for fault in said} == {
        "weight": DesignError,
        "age": InputError,
    }


# --- a planted value is never said


def planted(folder):
    """Files that go wrong in every way that is known, each with the canary in a record, and sources for them."""
    sound = [f"{i};F;{i};1" for i in range(30)]
    canary = f"{CANARY};{CANARY};{CANARY_NUMBER};{CANARY}"
    text = csv_of("id;sex;age;w", [*sound, canary, canary])
    every = {"person": "id", "sex": "sex", "age": "age", "weight": "w"}
    files = {
        "values.csv": text.encode(),
        "ragged.csv": (text + f"{CANARY};{CANARY}\n").encode(),
        "quote.csv": (text + f'"{CANARY};F;3;1\n').encode(),
        "nul.csv": text.encode().replace(b"29;F", b"2\0;F"),
        "wide.csv": text.encode("utf-16")[:-1],
        "cut.csv.gz": gzip.compress(text.encode())[:-9],
        "headerless.csv": "\n".join([canary, *sound]).encode(),
    }
    for name, content in files.items():
        write(folder, content, name)
    return [
        *(source((name,), **every) for name in files),
        source(("values.csv",), person="sex", household="id", psu="id", stratum="sex", population_size="age"),
        source(
            ("values.csv",),
            person="id",
            mother="sex",
            birth_country="sex",
            in_education="age",
            interview="sex",
        ),
        source(("values.csv",), **every, delimiter=",", encoding="ascii"),
        source(("values.csv",), **{**every, "age": "Age", "tenure": CANARY[:4]}),
        source(
            ("values.csv", "ragged.csv"),
            person=Map(column="id", file="values.csv"),
            sex=Map(column="sex", file="ragged.csv"),
        ),
    ]


def test_no_fault_log_or_exception_holds_a_planted_value(engine, tmp_path, caplog, capfd):
    caplog.set_level(0)
    said = []
    for taken in planted(tmp_path):
        faults = check(engine, tmp_path, taken)
        assert faults
        said += [repr(faults), *map(str, faults)]
        try:
            collected = collect(taken, tmp_path, VARIABLES, bytes(32), engine, tmp_path / "snapshots")
        except InputError as error:
            said.append(everything_said(error))
        else:
            said += [repr(collected), repr(collected.quality), repr(collected.snapshot)]
            assert CANARY not in str(collected.table.arrow().to_pydict())
    said += [caplog.text, *capfd.readouterr()]
    for part in (CANARY, CANARY.upper(), "774411"):
        assert part not in "\n".join(said)
