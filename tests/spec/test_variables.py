"""Standard variables: known names and codes against Eurostat's rule files, and against two real files."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from functools import cache
from xml.etree import ElementTree

import pytest

from tests.support import SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.model.variable import Recognition, Variable

CATALOGUE = load_catalogue()
STANDARD = """
person household mother father partner weight stratum psu ssu population_size population_size_2 sex age
birth_country citizenship former_citizenship mother_birth_country father_birth_country birth_country_group
citizenship_group mother_birth_country_group father_birth_country_group years_of_stay arrival_year
migration_reason region municipality urbanisation education in_education years_since_graduation activity
working_time professional_status contract occupation unemployment_months job_tenure_months months_worked
months_workable disposable_income equivalised_income earnings lacks_unexpected_expenses lacks_holiday arrears
lacks_meal lacks_warmth lacks_car lacks_furniture lacks_clothes lacks_shoes lacks_meeting lacks_leisure
lacks_pocket_money lacks_internet deprivation_items low_work_intensity household_size children_in_household
tenure rooms rooms_needed overcrowded housing_cost housing_allowance housing_cost_overburden health
chronic_illness limitation unmet_medical_need
"""
DERIVED = """
equivalised_income household_size children_in_household deprivation_items low_work_intensity rooms_needed
overcrowded housing_cost_overburden mother_birth_country father_birth_country
"""
# Names of older years and computed variables of files for researchers, which the rules of 2024 do not hold.
OLDER = {
    "pl030",
    "pl031",
    "pl040",
    "pl051",
    "pl140",
    "pe040",
    "pb210",
    "pb220a",
    "hs070",
    "hs080",
    "hs100",
    "hy025",
}
COMPUTED = {"hx040", "hx090", "rx010", "rx020", "rx030", "px020", "px030"}
SILC = [
    (v, known) for v in CATALOGUE.variables.values() for known in v.known_as if known.collection == "EU-SILC"
]


def test_every_standard_variable_is_there() -> None:
    assert set(STANDARD.split()) <= set(CATALOGUE.variables)


def test_what_can_be_derived() -> None:
    assert all(CATALOGUE.variables[name].derive for name in DERIVED.split())


def test_identifiers_and_design_have_their_roles() -> None:
    variables = CATALOGUE.variables.values()
    assert {v.id for v in variables if v.role == "identity"} == {
        "person",
        "household",
        "mother",
        "father",
        "partner",
        "waiver",
    }
    design = {
        "weight", "base_weight", "longitudinal_weight", "stratum", "psu", "ssu", "population_size", "population_size_2",
    }  # fmt: skip
    assert {v.id for v in variables if v.role == "design"} == design
    assert all(v.role != "content" for v in variables if v.type == "identifier")


@cache
def rules() -> dict[str, ElementTree.Element]:
    """The variables of the rule file by name, small letters."""
    assert SHARED is not None
    with gzip.open(SHARED / "data" / "eusilc_rules" / "sval_r_2024.xml.gz") as file:
        tree = ElementTree.fromstring(file.read())  # noqa: S314 - a file of ours
    return {str(element.get("id")).lower(): element for element in tree.iter("variable")}


@needs_shared
def test_names_of_eu_silc_stand_in_its_rules() -> None:
    assert {known.name for _, known in SILC} - set(rules()) == OLDER | COMPUTED


@needs_shared
def test_codes_of_eu_silc_are_those_of_its_rules() -> None:
    """Every code that the rules allow is known, and no other but those of older years and of files for researchers."""
    others = {"pl141": {"1", "2"}, "pe041": {"0", "300", "500"}}
    checked = set()
    for variable, known in SILC:
        if not known.codes or variable.type == "country" or variable.id.endswith("_group"):
            continue
        if allowed := codes_of(rules().get(known.name)):
            checked.add(known.name)
            assert set(known.codes) == allowed | others.get(known.name, set()), known.name
    assert {
        "rb090",
        "pl032",
        "pl040a",
        "pl141",
        "pl145",
        "pe041",
        "hh021",
        "hs110",
        "ph010",
        "ph050",
    } <= checked


def codes_of(rule: ElementTree.Element | None) -> set[str]:
    if rule is None:
        return set()
    listed, low, high = rule.findtext("list"), rule.findtext("minval"), rule.findtext("maxval")
    if listed:
        return set(re.findall(r"\w+", listed))
    return {str(code) for code in range(int(low), int(high) + 1)} if low and high else set()


@needs_shared
def test_occupations_of_eu_silc_fall_in_the_major_group_of_their_first_digit() -> None:
    assert SHARED is not None
    text = (SHARED / "data" / "classifications" / "eusilc_scl_isco.xml").read_text(encoding="utf-8")
    listed = set(re.findall(r"<ID>(\d+)</ID>", text))
    known = recognition(CATALOGUE.variables["occupation"], "pl051a")
    assert listed <= set(known.codes)
    assert all(known.codes[code] == f"OC{code[0]}" for code in listed if len(code) == 2)
    assert {known.codes[code] for code in ("1", "2", "3")} == {"OC0"}  # 01 to 03 without their zero


def test_levels_of_isced_fall_in_the_group_of_their_first_digit() -> None:
    group = {
        **dict.fromkeys("012", "ED0-2"),
        **dict.fromkeys("34", "ED3_4"),
        **dict.fromkeys("5678", "ED5-8"),
    }
    for known in CATALOGUE.variables["education"].known_as:
        assert all(ours == group[code[0]] for code, ours in known.codes.items() if code[0] in group and ours)


def recognition(variable: Variable, name: str) -> Recognition:
    return next(known for known in variable.known_as if known.name == name)


def standard(variable: Variable, known: Recognition, code: str, country: str) -> str | None:
    """The standard code of a file's code; None where nothing says what it is."""
    codes = {theirs.replace("{country}", country).casefold(): ours for theirs, ours in known.codes.items()}
    words = {w: c.code for c in variable.codes for w in (c.code.casefold(), *c.names)}
    return codes.get(code.casefold(), words.get(code.casefold()))


# column -> standard variable -> number of persons by standard code, counted in the file by hand of its documentation
AUSTRIA_2006 = {
    ("rb090", "sex"): {"F": 7560, "M": 7267},
    ("pb220a", "citizenship_group"): {"NAT": 11073, "EU27_2020_FOR": 283, "NEU27_2020_FOR": 751},
    ("pl030", "activity"): {
        "employed": 5162 + 1160, "unemployed": 518, "student": 736, "retired": 3146, "disabled": 178,
        "domestic": 1207,
    },
    ("pl030", "working_time"): {"full_time": 5162, "part_time": 1160, "": 518 + 736 + 3146 + 178 + 1207},
}  # fmt: skip
AUSTRIA_2013 = {
    ("rb090", "sex"): {"F": 6908, "M": 6605},
    ("pb150", "sex"): {"F": 6908, "M": 6605},
    ("pb220a", "citizenship_group"): {"NAT": 9280, "EU27_2020_FOR": 469, "NEU27_2020_FOR": 688},
    ("pe040", "education"): {"ED0-2": 83 + 4 + 2674, "ED3_4": 4386 + 1313, "ED5-8": 1597 + 380},
    ("pl031", "activity"): {"employed": 7232 + 1874 + 1007 + 324},
    ("pl031", "working_time"): {"full_time": 7232 + 1007, "part_time": 1874 + 324},
    ("pl031", "professional_status"): {"employee": 7232 + 1874, "self_employed": 1007 + 324},
}


@needs_shared
@pytest.mark.parametrize(
    ("file", "expected"),
    [("eusilc_at2006_synthetic.csv.gz", AUSTRIA_2006), ("eusilc_at2013_puf_synthetic.csv.gz", AUSTRIA_2013)],
    ids=["2006", "2013"],
)
def test_real_files_are_recognised(file: str, expected: dict[tuple[str, str], dict[str, int]]) -> None:
    assert SHARED is not None
    with gzip.open(SHARED / "data" / "microdata" / file, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for (column, name), counts in expected.items():
        variable = CATALOGUE.variables[name]
        known = recognition(variable, column)
        found = Counter(standard(variable, known, row[column], "AT") for row in rows if row[column])
        assert found == counts, (column, name)


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("db030", "household"), ("rb030", "person"), ("db040", "region"), ("rb050", "weight"),
        ("age", "age"), ("hsize", "household_size"), ("eqincome", "equivalised_income"),
        ("eqinc", "equivalised_income"), ("hy020", "disposable_income"), ("hy070n", "housing_allowance"),
        ("py010g", "earnings"),
    ],
)  # fmt: skip
def test_columns_of_the_real_files_have_one_meaning(column: str, name: str) -> None:
    """By a collection's name or a usual one; db090 is the household's weight and stands for none of ours."""

    def names(variable: Variable) -> set[str]:
        return {variable.id, *variable.names, *(known.name for known in variable.known_as)}

    assert [v.id for v in CATALOGUE.variables.values() if column in names(v)] == [name]
    assert not [v.id for v in CATALOGUE.variables.values() if "db090" in names(v)]


def test_memory_is_told_apart_from_sources() -> None:
    """EU-LFS codes have no rule file here: where they are used the source says so."""
    for variable in CATALOGUE.variables.values():
        if any(known.collection == "EU-LFS" and known.codes for known in variable.known_as):
            assert "memory" in variable.source or "DEG_URB" in variable.source, variable.id
