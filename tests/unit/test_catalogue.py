"""The catalogue: its own files are right, and every kind of fault in an office's files is told, all at once."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from tests.support import ROOT
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.build import build
from zaragoza.catalogue.yaml import read_yaml
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.indicator import Indicator
from zaragoza.model.variable import Variable

FILES = ROOT / "src" / "zaragoza" / "catalogue"

INDICATOR = """
own_rate:
  area: employment
  kind: share
  title: {en: Own rate, nl: Eigen cijfer}
  definition: {en: Ours., nl: Van ons.}
  of: activity = 'employed'
  direction: neutral
  source: us
"""
VARIABLE = """
own_variable:
  title: {en: Own variable, nl: Eigen variabele}
  type: code
  definition: {en: Ours., nl: Van ons.}
  codes:
    - {code: a, title: {en: A, nl: A}, names: [alpha]}
    - {code: b, title: {en: B, nl: B}}
  source: us
"""
CLASSIFICATION = """
- id: own_groups
  title: {en: Own groups, nl: Eigen groepen}
  categories:
    - {code: Y, title: {en: Young, nl: Jong}, when: age < 30}
    - {code: O, title: {en: Older, nl: Ouder}, when: age >= 30}
  reference: Y
  source: us
"""


def office(folder: Path, **files: str) -> Path:
    """An office's folder with one file of each kind that is given."""
    for name, text in files.items():
        path = folder / (f"{name}.yaml" if name in ("areas", "countries") else f"{name}/own.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(folder)
    return caught.value.faults


def test_every_file_of_the_package_is_right() -> None:
    """Fails with the faults of every file, so that they can be mended in one go."""
    catalogue = load_catalogue()
    assert len(catalogue.indicators) >= 22
    assert len(catalogue.variables) >= 75


def test_the_package_is_read_once() -> None:
    assert load_catalogue() is load_catalogue()


def test_what_is_read_cannot_be_changed() -> None:
    catalogue = load_catalogue()
    with pytest.raises(TypeError):
        catalogue.indicators["mine"] = catalogue.indicators["employment_rate"]  # type: ignore[index]  # what must fail
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.indicators["employment_rate"].of = "TRUE"  # type: ignore[misc]  # what must fail


@pytest.mark.parametrize("path", sorted((FILES / "indicators").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_of_indicators_is_of_one_policy_area(path: Path) -> None:
    """A large area has several files, of which one has its name."""
    entries = read_yaml(path.read_bytes(), path.name).data
    (area,) = {entry["area"] for entry in entries.values()}
    assert path.stem == area or (path.parent / f"{area}.yaml").exists()


def test_names_of_columns_differ_in_more_than_case() -> None:
    catalogue = load_catalogue()
    names = [*catalogue.variables, *(set(catalogue.classifications) - set(catalogue.variables))]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_an_office_adds_definitions(tmp_path: Path) -> None:
    folder = office(
        tmp_path,
        indicators=INDICATOR.replace("activity = 'employed'", "own_variable = 'a'"),
        variables=VARIABLE,
        classifications=CLASSIFICATION,
        areas="sport: {title: {en: Sport, nl: Sport}, also: [sports]}",
        countries="sets: {benelux: {codes: [BE, NL, LU], source: treaty of 1944}}",
    )
    catalogue = load_catalogue(folder)
    assert catalogue.indicators["own_rate"].measure.variables == {"own_variable"}
    assert catalogue.classifications["own_groups"].codes == ("Y", "O")
    assert catalogue.areas["sport"].nl == "Sport"
    assert catalogue.area_names["sports"] == "sport"
    assert catalogue.country_sets["benelux"] == ("BE", "NL", "LU")
    assert set(load_catalogue().indicators) == set(catalogue.indicators) - {"own_rate"}


def test_every_fault_of_every_file_is_reported_with_its_line(tmp_path: Path) -> None:
    folder = office(
        tmp_path,
        indicators=INDICATOR.replace("area: employment", "area: emplyment").replace("  source: us\n", ""),
        variables=VARIABLE.replace("type: code", "type: kode"),
        areas="sport: {title: {en: Sport}}",
    )
    name = tmp_path.name
    found = {(fault.where, fault.field) for fault in faults(folder)}
    assert found == {
        (f"{name}/indicators/own.yaml, line 2", "own_rate.source"),
        (f"{name}/indicators/own.yaml, line 2", "own_rate.area"),
        (f"{name}/variables/own.yaml, line 4", "own_variable.type"),
        (f"{name}/areas.yaml, line 1", "sport.title.nl"),
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        ("  direction: neutral", "  direktion: neutral", "own_rate.direktion", "`neutral`"),
        ("  direction: neutral\n", "", "own_rate.direction", "nothing"),
        ("  direction: neutral", "  direction: up", "own_rate.direction", "`up`"),
        ("kind: share", "kind: 3", "own_rate.kind", "the number 3"),
        ("source: us", "source: [us]", "own_rate.source", "a list"),
        ("source: us", "source: {en: us}", "own_rate.source.nl", "nothing"),
        ("source: us", "source: 2023", "own_rate.source", "the number 2023"),
        ("source: us", "source: us\n  legal_basis: ['a law']", "own_rate.legal_basis", "a list"),
        ("source: us", "source: us\n  needs: [{en: a count}]", "own_rate.needs.1.nl", "nothing"),
        ("source: us", "source: us\n  needs: a count", "own_rate.needs", "`a count`"),
        ("source: us", "source: ' '", "own_rate.source", "` `"),
        ("{en: Ours., nl: Van ons.}", "{en: Ours.}", "own_rate.definition.nl", "nothing"),
        ("nl: Van ons.", "nl: ' '", "own_rate.definition", "a mapping"),
        ("area: employment", "area: emplyment", "own_rate.area", "`emplyment`"),
        ("activity = 'employed'", "activity = 'working'", "own_rate.of", "`working`"),
        ("activity = 'employed'", "actvity = 'employed'", "own_rate.of", "the unknown name `actvity`"),
        ("activity = 'employed'", "Activity = 'employed'", "own_rate.of", "the unknown name `Activity`"),
        ("activity = 'employed'", "activity = 1", "own_rate.of", "the number 1"),
        ("activity = 'employed'", "age = '20'", "own_rate.of", "the text `20`"),
        ("activity = 'employed'", "lower(activity) = 'employed'", "own_rate.of", "the function LOWER"),
        ("activity = 'employed'", "age BETWEEN", "own_rate.of", "text that cannot be read"),
        ("activity = 'employed'", "age", "own_rate.of", "no condition"),
        ("activity = 'employed'", "activity", "own_rate.of", "no condition"),
        ("activity = 'employed'", "CASE WHEN age > 3 THEN 1 ELSE 0 END", "own_rate.of", "no condition"),
        ("kind: share", "kind: mean", "own_rate.of", "a condition or a code"),
        ("kind: share", "kind: ratio", "own_rate.over", "none"),
        ("  direction", "  over: age\n  direction", "own_rate.over", "one of a share"),
        ("  direction", "  among: age\n  direction", "own_rate.among", "no condition"),
        ("  direction", "  eurostat: [LFSA ergan]\n  direction", "own_rate.eurostat", "`LFSA ergan`"),
        ("  direction", "  id: other\n  direction", "own_rate", "the key `id` inside it"),
        ("own_rate:", "Own Rate:", "Own Rate", "`Own Rate`"),
        ("own_rate:", "employment_rate:", "employment_rate", "one that catalogue/indicators/employment.yaml"),
        ("  kind: share", "  kind: share\n  kind: mean", "own_rate.kind", "a key that line 4 has already"),
    ],
)
def test_a_fault_in_an_indicator(tmp_path: Path, old: str, new: str, field: str, found: str) -> None:
    assert old in INDICATOR
    told = faults(office(tmp_path, indicators=INDICATOR.replace(old, new, 1)))
    assert [fault for fault in told if fault.field == field and fault.found.startswith(found)]
    assert all(fault.where.startswith(f"{tmp_path.name}/indicators/own.yaml, line ") for fault in told)
    assert all(fault.expected and fault.way_out for fault in told)


@pytest.mark.parametrize(
    ("old", "new", "field", "way_out"),
    [
        ("direction: neutral", "direktion: neutral", "own_rate.direktion", "Did you mean `direction`?"),
        ("  direction: neutral\n", "", "own_rate.direction", "Add it."),
        ("direction: neutral", "direction: netral", "own_rate.direction", "Did you mean `neutral`?"),
        (
            "direction: neutral",
            "direction: up",
            "own_rate.direction",
            "Known are `higher_is_better`, `lower_is_better`, `neutral`.",
        ),
        (
            "  direction",
            "  threshold: natonal\n  direction",
            "own_rate.threshold",
            "Did you mean `national`?",
        ),
        (
            "  direction",
            "  eurostat: lfsa_ergan\n  direction",
            "own_rate.eurostat",
            "Write a list, such as [one, another].",
        ),
        (
            "  direction",
            "  next_review: 2027-13-01\n  direction",
            "own_rate.next_review",
            "Write year, month and day.",
        ),
    ],
)
def test_the_way_out_is_that_of_the_fault(
    tmp_path: Path, old: str, new: str, field: str, way_out: str
) -> None:
    told = faults(office(tmp_path, indicators=INDICATOR.replace(old, new, 1)))
    assert way_out in [fault.way_out for fault in told if fault.field == field]


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        ("code: b", "code: a", "own_variable.codes.a", ""),
        ("code: b", "code: A", "own_variable.codes.A", "`a`, also of a"),
        ("code: b", "code: alpha", "own_variable.codes.alpha", "`alpha`, also of a"),
        ("code: b", "code: _T", "own_variable.codes._T", "`_T`"),
        ("code: b", "code: 1", "own_variable.codes.2.code", "the number 1"),
        ("names: [alpha]", "names: [Alpha]", "own_variable.codes.a", "`Alpha`"),
        ("type: code", "type: number", "own_variable.codes", "codes of a variable of type number"),
        ("  source", "  range: [0, 1]\n  source", "own_variable.range", "a range of type code"),
        ("  source", "  names: [geslacht]\n  source", "own_variable.names", "`geslacht`, also of sex"),
        ("  source", "  names: [Mine]\n  source", "own_variable.names", "`Mine`"),
        ("  source", "  label_words: [geboorteland]\n  source", "own_variable.label_words", "`geboorteland`"),
        (
            "  source",
            '  known_as: [{collection: X, name: y, codes: {"1": c}}]\n  source',
            "own_variable.known_as.X.y",
            "`c`",
        ),
        (
            "  source",
            "  known_as: [{collection: X, name: y, codes: {eu: a, EU: b}}]\n  source",
            "own_variable.known_as.X.y",
            "`EU` with two meanings",
        ),
        (
            "  source",
            "  known_as: [{collection: X, name: y, codes: {1: a}}]\n  source",
            "own_variable.known_as.1.codes.1",
            "the number 1",
        ),
        ("own_variable:", "sex:", "sex", "one that catalogue/variables/demography.yaml"),
    ],
)
def test_a_fault_in_a_variable(tmp_path: Path, old: str, new: str, field: str, found: str) -> None:
    assert old in VARIABLE
    told = faults(office(tmp_path, variables=VARIABLE.replace(old, new, 1)))
    assert [fault for fault in told if fault.field == field and fault.found.startswith(found)]


DERIVED = """
own_number:
  title: {en: Own number, nl: Eigen getal}
  type: TYPE
  definition: {en: Ours., nl: Van ons.}
  derive: CALL
  source: us
"""


@pytest.mark.parametrize(
    ("kind", "call", "field", "found"),
    [
        ("number", "{operator: household_sum}", "derive.of", "nothing"),
        ("number", "{operator: household_sum, of: wages}", "derive.of", "the unknown name `wages`"),
        ("number", "{operator: household_sum, of: age > 3}", "derive.of", "a condition or a code"),
        ("number", "{operator: household_sum, of: age, where: age}", "derive.where", "no condition"),
        ("number", "{operator: household_sum, of: age, link: mother}", "derive.link", "one"),
        ("number", "{operator: household_sum, of: age, link: aunt}", "derive.link", "`aunt`"),
        ("number", "{operator: household_count}", "type", "the type number"),
        ("integer", "{operator: household_count, of: age}", "derive.of", "one"),
        ("boolean", "{operator: household_any, of: age}", "derive.of", "no condition"),
        ("integer", "{operator: household_any, of: age > 3}", "type", "the type integer"),
        ("integer", "{operator: parent, of: age}", "derive.link", "nothing"),
        ("boolean", "{operator: value, of: age}", "derive.of", "no condition"),
        ("number", "{operator: value, of: age > 3}", "derive.of", "a condition or a code"),
        ("number", "{operator: value, of: age, where: age > 3}", "derive.where", "one"),
        ("number", "{operator: average, of: age}", "derive.operator", "`average`"),
        ("integer", "{operator: year, of: age}", "derive.of", "something else"),
        ("number", "{operator: year, of: birth_date}", "type", "the type number"),
        (
            "integer",
            "{operator: completed_years, of: birth_year, date: age}",
            "derive.date",
            "something else",
        ),
        ("integer", "{operator: completed_years, date: birth_date}", "derive.of", "nothing"),
        (
            "integer",
            "{operator: completed_years, of: birth_year, reference_date: 2023-12-31}",
            "derive.reference_date",
            "one",
        ),
        ("number", "{operator: value, of: own_number + 1}", "derive", "own_number -> own_number"),
    ],
)
def test_a_fault_in_a_derivation(tmp_path: Path, kind: str, call: str, field: str, found: str) -> None:
    told = faults(office(tmp_path, variables=DERIVED.replace("TYPE", kind).replace("CALL", call)))
    assert [fault for fault in told if fault.field == f"own_number.{field}" and fault.found == found]


def test_a_circle_of_derived_variables_is_told_once(tmp_path: Path) -> None:
    entries = "".join(
        DERIVED.replace("own_number", f"own_{name}")
        .replace("TYPE", "number")
        .replace("CALL", f"{{operator: value, of: own_{other} + 1}}")
        for name, other in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    (fault,) = faults(office(tmp_path, variables=entries))
    assert fault.found == "own_a -> own_b -> own_c -> own_a"


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        ("age < 30", "ag < 30", "own_groups.Y", "the unknown name `ag`"),
        ("age < 30", "age", "own_groups.Y", "no condition"),
        ("age < 30", "'birth_country IN ({eu})'", "own_groups.Y", "{eu}"),
        ("code: O", "code: Y", "own_groups", "a mapping"),
        ("reference: Y", "reference: Z", "own_groups", "a mapping"),
        ("id: own_groups", "id: period", "period", "`period`"),
        ("id: own_groups", "id: birth_group", "birth_group", "one that catalogue/classifications/"),
        ("id: own_groups\n  ", "", "None", "a mapping"),
    ],
)
def test_a_fault_in_a_classification(tmp_path: Path, old: str, new: str, field: str, found: str) -> None:
    assert old in CLASSIFICATION
    told = faults(office(tmp_path, classifications=CLASSIFICATION.replace(old, new, 1)))
    assert [fault for fault in told if fault.field == field and fault.found.startswith(found)]


@pytest.mark.parametrize(
    ("name", "text", "field", "found"),
    [
        (
            "areas",
            "sport: {title: {en: Sport, nl: Sport}, also: [participation]}",
            "sport.also",
            "`participation`",
        ),
        ("areas", "[]", "file", ""),
        ("areas", "employment: {title: {en: Work, nl: Werk}}", "employment", "one that catalogue/areas.yaml"),
        ("countries", "sets: {mine: {codes: [nl], source: us}}", "mine.codes", "`nl`"),
        ("countries", "sets: {mine: {codes: [NL, NL], source: us}}", "mine.codes", "`NL` more often"),
        ("countries", "sets: {mine: [NL]}", "mine", "a list"),
        ("countries", "zets: {}", "zets", "a mapping"),
        ("countries", "- NL", "countries", "a list"),
        ("indicators", "own: 3", "own", "the number 3"),
        ("indicators", "just words", "file", "`just words`"),
        ("indicators", "own: [", "file", "did not find"),
        ("indicators", "own: &a {b: *a}", "own.b.b", "more"),
    ],
)
def test_a_file_of_another_shape(tmp_path: Path, name: str, text: str, field: str, found: str) -> None:
    if text == "[]":
        text = "- 3"
        field, found = "None", "the number 3"
    told = faults(office(tmp_path, **{name: text}))
    assert [fault for fault in told if fault.field.startswith(field) and fault.found.startswith(found)]


def test_a_file_that_cannot_be_read_brings_no_other_faults(tmp_path: Path) -> None:
    using = INDICATOR.replace("activity = 'employed'", "own_variable = 'a'")
    told = faults(office(tmp_path, variables="own_variable: [", indicators=using))
    assert [fault.where for fault in told] == [f"{tmp_path.name}/variables/own.yaml, line 1"]


def test_a_faulty_entry_brings_no_other_faults(tmp_path: Path) -> None:
    using = INDICATOR.replace("activity = 'employed'", "own_variable = 'a'")
    told = faults(office(tmp_path, variables=VARIABLE.replace("type: code", "type: kode"), indicators=using))
    assert [fault.field for fault in told] == ["own_variable.type"]


@pytest.mark.parametrize(
    "place", ["indicator/own.yaml", "indicators/own.yml", "own.yaml", "indicators/a/own.yaml"]
)
def test_a_file_that_is_not_read_is_told(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(INDICATOR, encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault.where == f"{tmp_path.name}/{place}"
    assert fault.found == "a file that is not read"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "none")
    assert (fault.where, fault.found) == ("none", "no such folder")


def test_plain_words_of_yaml() -> None:
    """Norway's code and a code with a leading zero stay texts; only true and false are truth values."""
    read = read_yaml(b"codes: [NO, no, on, y, 010, 1:30, 2020-01-01, true, 1, 1.5, ~]", "here")
    assert read.faults == []
    assert read.data == {"codes": ["NO", "no", "on", "y", "010", "1:30", "2020-01-01", True, 1, 1.5, None]}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a: 1\na: 2", "here, line 2"),
        (b"a: {b: 1,\n  b: 2}", "here, line 2"),
        (b"a: [", "here, line 1"),
        (b"a: 'x", "here, line 1"),
        (b"a: \xff", "here"),
        (b"a: 1\n---\nb: 2", "here, line 2"),
        (b"a: !!python/object:os.system x", "here, line 1"),
        (b"a: !!int x", "here, line 1"),
        (b"? [1]\n: 2", "here, line 1"),
        (b"[" * 500 + b"]" * 500, "here, line 1"),
    ],
)
def test_faults_of_form_have_a_line(content: bytes, where: str) -> None:
    (fault,) = read_yaml(content, "here").faults
    assert fault.where == where


def test_build_reports_all_faults_of_one_object() -> None:
    made, told = build(
        Indicator, {"id": "x", "title": {"en": "X"}, "kind": "sum", "colour": 3}, "monitor.toml"
    )
    assert made is None
    fields = {fault.field for fault in told}
    assert {"title.nl", "kind", "colour", "area", "definition", "source", "direction"} == fields
    assert {fault.where for fault in told} == {"monitor.toml"}


def test_build_makes_frozen_objects() -> None:
    data = {
        "id": "x",
        "title": {"en": "X", "nl": "X"},
        "definition": {"en": "X", "nl": "X"},
        "type": "number",
        "source": "us",
        "range": [0, 12],
        "names": ["ex"],
    }
    made, told = build(Variable, data, "here")
    assert told == []
    assert made is not None
    assert made.range == (0.0, 12.0)
    assert made.names == ("ex",)
