"""The made-up country: its size and seed, links, codes, survey design, office files and known truth."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from zaragoza.errors import DefinitionError, DesignError, InputError
from zaragoza.synthetic import (
    VARIABLES,
    Country,
    Sampler,
    draw_survey,
    make_country,
    persons_table,
    true_gaps,
    truth,
    write_office_files,
)
from zaragoza.synthetic.origins import country_codes
from zaragoza.synthetic.survey import DESIGN_COLUMNS, OF_HOUSEHOLD, OF_PERSON, SAME_ANSWER

SIZE = 6_000
# The standard code lists of the project.
CODES = {
    "sex": {"F", "M", "X"},
    "migration_reason": {"work", "family", "study", "protection", "other"},
    "urbanisation": {"DEG1", "DEG2", "DEG3"},
    "education": {"ED0-2", "ED3_4", "ED5-8"},
    "activity": {"employed", "unemployed", "student", "retired", "disabled", "domestic", "other_inactive"},
    "working_time": {"full_time", "part_time"},
    "professional_status": {"employee", "self_employed", "family_worker"},
    "contract": {"permanent", "temporary"},
    "occupation": {f"OC{group}" for group in range(10)},
    "tenure": {"owner_outright", "owner_mortgage", "tenant_market", "tenant_reduced", "free"},
    "health": {"very_good", "good", "fair", "bad", "very_bad"},
    "limitation": {"severe", "some", "none"},
}
COUNTRIES = (
    "birth_country",
    "citizenship",
    "former_citizenship",
    "mother_birth_country",
    "father_birth_country",
)


@lru_cache
def country(size: int = SIZE, seed: int = 7) -> Country:
    return make_country(size, seed)


@lru_cache
def persons() -> pa.Table:
    return persons_table(country(), derived=True)


@lru_cache
def rows() -> list[dict]:
    return persons().to_pylist()


def values(table: pa.Table, name: str) -> set:
    return {value for value in table[name].cast(pa.string()).to_pylist() if value is not None}


def same(one: Country, other: Country) -> bool:
    return all(one.registers[name].equals(other.registers[name]) for name in one.registers)


def test_the_same_seed_gives_the_same_registers_and_another_seed_others() -> None:
    again = make_country(SIZE, 7)
    assert same(country(), again)
    assert not same(country(), make_country(SIZE, 8))
    assert country().code == "XZ"  # user-assigned in ISO 3166-1: no real country


def test_countries_of_birth_can_all_be_known_and_nothing_else_changes() -> None:
    known = make_country(SIZE, 7, unknown_birth=0.0).registers
    for name, table in country().registers.items():
        same_columns = [each for each in table.column_names if each not in ("birth_country", "arrival_year")]
        assert known[name].select(same_columns).equals(table.select(same_columns)), name
    before = country().registers["persons"]["birth_country"].to_pylist()
    now = known["persons"]["birth_country"].to_pylist()
    assert None in before
    assert None not in now
    assert all(one in (None, other) for one, other in zip(before, now, strict=True))


def test_a_country_of_several_blocks_is_the_same_on_every_run_and_numbers_run_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zaragoza.synthetic.country._BLOCK", 10_000)
    one, other = make_country(31_000, 3), make_country(31_000, 3)
    assert len(one.blocks) == 3
    assert same(one, other)
    number = one.registers["persons"]["person_nr"].to_numpy()
    assert len(number) == 31_000
    assert np.array_equal(np.diff(number), np.ones(30_999))
    households = one.registers["households"]["household_nr"].to_numpy()
    assert np.array_equal(np.unique(one.registers["persons"]["household_nr"].to_numpy()), households)
    table = persons_table(one, ["person", "household", "disposable_income"])
    assert table["person"].to_numpy().tolist() == number.tolist()
    assert table["disposable_income"].null_count == 0
    assert Sampler(one, ["person"]).draw(500, 1)["weight"].null_count == 0
    strata = [set(zip(*_place(block), strict=True)) for block in one.blocks]
    assert {len(places) for places in strata} == {15}


def _place(registers) -> tuple[list, list]:
    households = registers["households"]
    return households["region"].to_pylist(), households["urbanisation"].to_pylist()


@pytest.mark.parametrize(("size", "seed"), [(1_999, 1), (2_000, -1)])
def test_size_and_seed_out_of_range_are_refused(size: int, seed: int) -> None:
    with pytest.raises(DefinitionError) as caught:
        make_country(size, seed)
    assert len(caught.value.faults) == 1


def test_registers_hold_the_same_persons_and_households() -> None:
    registers = country().registers
    everybody = set(registers["persons"]["person_nr"].to_pylist())
    homes = set(registers["households"]["household_nr"].to_pylist())
    assert len(everybody) == SIZE
    assert set(registers["persons"]["household_nr"].to_pylist()) == homes
    assert set(registers["income"]["household_nr"].to_pylist()) == homes
    for name in ("education", "labour", "jobs", "residence", "benefits", "living_persons"):
        assert set(registers[name]["person_nr"].to_pylist()) <= everybody
    employed = registers["labour"].filter(pa.compute.equal(registers["labour"]["status"], 1))
    assert employed["person_nr"].to_pylist() == registers["jobs"]["person_nr"].to_pylist()


def test_parents_and_partners_are_in_the_household_and_of_the_right_age_and_sex() -> None:
    by_number = {row["person"]: row for row in rows()}
    children = 0
    for row in rows():
        for link, sex in (("mother", "F"), ("father", "M")):
            if (parent := by_number.get(row[link])) is not None:
                children += 1
                assert parent["sex"] == sex
                assert parent["household"] == row["household"]
                assert parent["age"] >= row["age"] + 18
        if row["mother"] is not None:
            assert by_number[row["mother"]]["age"] - row["age"] <= 47
        if row["partner"] is not None:
            partner = by_number[row["partner"]]
            assert partner["partner"] == row["person"]
            assert partner["household"] == row["household"]
            assert min(partner["age"], row["age"]) >= 18
    assert children > SIZE / 4  # the loop has seen many


def test_every_minor_lives_with_an_adult() -> None:
    with_adult = {row["household"] for row in rows() if row["age"] >= 18}
    assert {row["household"] for row in rows()} - with_adult == set()


def test_children_have_the_countries_of_their_parents() -> None:
    by_number = {row["person"]: row for row in rows()}
    compared = 0
    for row in rows():
        for link in ("mother", "father"):
            parent = by_number.get(row[link])
            known = parent and parent["birth_country"] and row[f"{link}_birth_country"]
            if known:
                compared += 1
                assert row[f"{link}_birth_country"] == parent["birth_country"]
        lead = by_number.get(row["mother"] or row["father"])
        if lead and row["birth_country"] not in {None, "XZ"} and lead["birth_country"]:
            assert row["birth_country"] == lead["birth_country"]
            assert row["years_of_stay"] == lead["years_of_stay"] <= row["age"]
    assert compared > SIZE / 5


def test_stay_belongs_to_those_born_abroad() -> None:
    for row in rows():
        if row["birth_country"] == "XZ":
            assert row["years_of_stay"] is row["arrival_year"] is row["migration_reason"] is None
        elif row["birth_country"]:
            assert 0 <= row["years_of_stay"] <= row["age"]
            assert row["arrival_year"] == country().year - row["years_of_stay"]
            assert row["migration_reason"] is not None
        if row["former_citizenship"]:
            assert row["citizenship"] in {"XZ", None}
            assert row["former_citizenship"] != "XZ"


def test_codes_are_those_of_the_standard_variables() -> None:
    for name, codes in CODES.items():
        assert values(persons(), name) <= codes
        assert len(values(persons(), name)) >= len(codes) - 1  # all occur (X of sex does not)
    for name in COUNTRIES:
        assert values(persons(), name) <= set(country_codes("XZ"))
    assert {"TR", "MA", "SR", "SY", "UA", "PL", "RO", "IN"} <= values(persons(), "birth_country")
    assert all(re.fullmatch(r"XZ\d\d", code) for code in values(persons(), "region"))
    assert all(code[:4] in values(persons(), "region") for code in values(persons(), "municipality"))


def test_types_are_those_that_collect_gives() -> None:
    schema = persons().schema
    for name in ("person", "household", "mother", "father", "partner", "age", "years_of_stay", "rooms"):
        assert schema.field(name).type == pa.int64()
    for name in ("disposable_income", "earnings", "housing_cost", "months_worked", "equivalised_income"):
        assert schema.field(name).type == pa.float64()
    for name in ("in_education", "arrears", "lacks_internet", "overcrowded", "unmet_medical_need"):
        assert schema.field(name).type == pa.bool_()


def test_some_answers_are_not_known() -> None:
    unknown = {name: persons()[name].null_count for name in persons().column_names}
    assert 0 < unknown["birth_country"] < SIZE * 0.01
    assert 0 < unknown["mother_birth_country"] < SIZE * 0.04
    assert unknown["person"] == unknown["household"] == unknown["age"] == unknown["disposable_income"] == 0
    for row in rows():
        assert (row["age"] < 15) == (row["activity"] is None)
        assert (row["activity"] == "employed") == (row["occupation"] is not None)
        assert (row["activity"] == "unemployed") == (row["unemployment_months"] is not None)
        assert (row["professional_status"] == "employee") == (row["contract"] is not None)


def test_columns_can_be_chosen_and_unknown_ones_are_named() -> None:
    few = persons_table(country(), ["age", "sex"])
    assert few.column_names == ["age", "sex"]
    assert persons_table(country()).column_names == list(VARIABLES)
    with pytest.raises(DefinitionError) as caught:
        persons_table(country(), ["age", "colour", "taste"])
    assert [fault.field for fault in caught.value.faults] == ["colour", "taste"]


def test_a_sample_nests_and_its_sizes_and_weights_are_exact() -> None:
    sample = Sampler(country(), ["household", "region", "urbanisation"]).draw(600, 1, per_district=6)
    homes = country().registers["households"].to_pylist()
    districts: dict[str, set] = {}
    sizes: dict[int, int] = {}
    for home in homes:
        stratum = f"{home['region']}-{home['urbanisation']}"
        districts.setdefault(stratum, set()).add(home["area_nr"])
        sizes[home["area_nr"]] = sizes.get(home["area_nr"], 0) + 1
    drawn: dict[str, set] = {}
    drawn_homes: dict[int, set] = {}
    for row in sample.to_pylist():
        drawn.setdefault(row["stratum"], set()).add(row["psu"])
        drawn_homes.setdefault(row["psu"], set()).add(row["ssu"])
    assert set(drawn) == set(districts)
    for row in sample.to_pylist():
        stratum, psu = row["stratum"], row["psu"]
        assert row["ssu"] == row["household"]
        assert stratum == f"{row['region']}-{row['urbanisation'][-1]}"
        assert psu in districts[stratum]
        assert row["population_size"] == len(districts[stratum])
        assert row["population_size_2"] == sizes[psu]
        assert len(drawn[stratum]) >= 2
        assert len(drawn_homes[psu]) == min(6, sizes[psu])
        weight = len(districts[stratum]) / len(drawn[stratum]) * sizes[psu] / len(drawn_homes[psu])
        assert row["weight"] == pytest.approx(weight)
    assert sum(map(len, drawn_homes.values())) == pytest.approx(600, rel=0.05)


def test_all_members_of_a_drawn_household_are_in_the_sample() -> None:
    sample = draw_survey(country(), 300, 2)
    size = {row["household"]: row["household_size"] for row in rows()}
    drawn = sample["household"].to_pylist()
    assert len(drawn) == len(set(sample["person"].to_pylist()))
    assert all(drawn.count(home) == size[home] for home in set(drawn))


def test_where_every_district_is_drawn_weights_sum_to_the_households() -> None:
    homes = country().registers["households"]
    sample = Sampler(country(), ["household"]).draw(homes.num_rows, 1, per_district=1)
    weight = dict(zip(sample["household"].to_pylist(), sample["weight"].to_pylist(), strict=True))
    assert len(weight) == len(set(homes["area_nr"].to_pylist()))
    assert sum(weight.values()) == pytest.approx(homes.num_rows, rel=1e-12)


def test_the_same_seed_draws_the_same_sample() -> None:
    sampler = Sampler(country())
    assert sampler.draw(300, 5).equals(sampler.draw(300, 5))
    assert sampler.draw(300, 5).equals(draw_survey(country(), 300, 5))
    assert not sampler.draw(300, 5).equals(sampler.draw(300, 6))


def test_open_answers_are_as_many_as_asked_and_the_rest_is_untouched() -> None:
    sampler = Sampler(country())
    full, gaps = sampler.draw(900, 5), sampler.draw(900, 5, nonresponse=0.2)
    for name in full.column_names:
        if name not in {*OF_HOUSEHOLD, *OF_PERSON, *SAME_ANSWER}:
            assert gaps[name].equals(full[name])
    for name in ("disposable_income", "education", "lacks_shoes"):
        asked = full[name].length() - full[name].null_count
        kept = gaps[name].length() - gaps[name].null_count
        assert kept / asked == pytest.approx(0.8, abs=0.05)
    by_home: dict[int, set] = {}
    for row in gaps.select(["household", "disposable_income"]).to_pylist():
        by_home.setdefault(row["household"], set()).add(row["disposable_income"] is None)
    assert {len(kinds) for kinds in by_home.values()} == {1}


@pytest.mark.parametrize(
    "wrong", [{"households": 0}, {"households": 10**7}, {"per_district": 0}, {"nonresponse": 1.0}]
)
def test_a_sample_that_cannot_be_drawn_is_refused(wrong: dict) -> None:
    with pytest.raises(DesignError):
        Sampler(country(), ["person"]).draw(**{"households": 300, "seed": 1, **wrong})


def test_office_files_hold_the_survey_in_their_own_codes(tmp_path: Path) -> None:
    sample = draw_survey(country(), 200, 4, nonresponse=0.05)
    paths = write_office_files(country(), sample, tmp_path / "office")
    assert sorted(path.name for path in (tmp_path / "office").iterdir()) == sorted(p.name for p in paths)
    text = (tmp_path / "office" / "survey.csv").read_bytes().decode("latin-1")
    assert "Nördland" in text
    options = pa.csv.ParseOptions(delimiter=";")
    blank = pa.csv.ConvertOptions(strings_can_be_null=True)
    read = pa.csv.read_csv(pa.BufferReader(text.encode()), parse_options=options, convert_options=blank)
    assert read["RB030"].to_pylist() == sample["person"].to_pylist()
    assert read["RB050"].to_pylist() == pytest.approx(sample["weight"].to_pylist())
    sex, activity = sample["sex"].to_pylist(), sample["activity"].to_pylist()
    assert read["RB090"].to_pylist() == [{"M": 1, "F": 2}[one] for one in sex]
    assert [one == 1 for one in read["PL032"].to_pylist()] == [one == "employed" for one in activity]
    assert read["PB240"].null_count == sample["mother_birth_country"].null_count
    held = pa.csv.read_csv(tmp_path / "office" / "persons.csv", parse_options=options)
    assert held.num_rows == SIZE
    for path in paths:
        if path.suffix == ".parquet":
            assert pq.read_table(path).num_rows == country().registers[path.stem].num_rows


def test_a_table_that_is_no_sample_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_office_files(country(), persons_table(country(), ["age"]), tmp_path / "office")
    assert all(name in caught.value.faults[0].field for name in DESIGN_COLUMNS)
    assert not (tmp_path / "office").exists()


def test_truth_by_hand() -> None:
    table = pa.table(
        {
            "works": [True, False, None, True, True, False],
            "pay": [10.0, 0.0, 5.0, None, 30.0, 2.0],
            "hours": [2.0, 1.0, 1.0, 1.0, 4.0, 0.0],
            "sex": ["F", "F", "F", "M", "M", None],
            "group": ["a", "b", "a", "a", "b", "b"],
        }
    )
    by_sex = truth(table, "works", by=["sex"]).to_pylist()
    assert by_sex == [
        {"sex": "F", "n": 2, "total": 1.0, "value": 0.5},  # the unknown answer is left out
        {"sex": "M", "n": 2, "total": 2.0, "value": 1.0},
        {"sex": "_U", "n": 1, "total": 0.0, "value": 0.0},
    ]
    adults = np.array([True, True, False, True, False, True])
    assert truth(table, "pay", among=adults).to_pylist() == [{"n": 3, "total": 12.0, "value": 4.0}]
    ratio = truth(table, "pay", over="hours", by=["group", "sex"]).to_pylist()
    assert [(r["group"], r["sex"], r["value"]) for r in ratio] == [
        ("a", "F", 5.0),
        ("b", "F", 0.0),
        ("b", "M", 7.5),
        ("b", "_U", None),  # nothing to divide by
    ]
    gaps = true_gaps(truth(table, "pay", by=["group"]), "group", "a").to_pylist()
    assert [(g["group"], g["difference"]) for g in gaps] == [("b", pytest.approx(32 / 3 - 7.5))]
    assert gaps[0]["ratio"] == pytest.approx(32 / 3 / 7.5)
