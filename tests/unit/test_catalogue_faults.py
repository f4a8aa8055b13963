"""Every kind of fault in an office's definitions is told, all at once, each with its way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.offices import CLASSIFICATION, INDICATOR, VARIABLE, faults, office


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


def test_a_faulty_entry_brings_no_other_faults(tmp_path: Path) -> None:
    using = INDICATOR.replace("activity = 'employed'", "own_variable = 'a'")
    told = faults(office(tmp_path, variables=VARIABLE.replace("type: code", "type: kode"), indicators=using))
    assert [fault.field for fault in told] == ["own_variable.type"]
