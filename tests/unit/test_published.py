"""Figures and targets of the policy documents: as the documents state them, and as we use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.indicator import Indicator
from zaragoza.model.published import PublishedValue

VALUE = """
own_value:
  indicator: employment_rate
  stated: 61.5
  unit: "%"
  group: non_eu_born
  reference_group: native_born
  reference_stated: 75.5
  ages: 20-64
  year: 2024
  geo: NL
  source: {document: OWN, section: "2"}
"""
TARGET = """
own_target:
  indicator: employment_rate
  stated: 70
  unit: "%"
  qualifier: at_least
  what: {en: employed people born abroad, nl: werkenden die elders geboren zijn}
  year: 2030
  geo: NL
  source: {document: OWN, section: "3"}
"""
DOCUMENT = """
OWN:
  title: {en: Our plan, nl: Ons plan}
  reference: Council, 2024
  year: 2024
"""


def office(folder: Path, **files: str) -> Path:
    (folder / "parameters").mkdir(parents=True)
    for name, text in {"documents": DOCUMENT, **files}.items():
        (folder / "parameters" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(folder)
    return caught.value.faults


def test_all_figures_of_the_documents_are_there() -> None:
    """As many as our reading of the five documents counts."""
    catalogue = load_catalogue()
    assert len(catalogue.published_values) == 128
    later = {"EU2020", "EPSR21", "EEA21"}  # of targets that the five documents do not have
    assert sum(target.source.document not in later for target in catalogue.targets.values()) == 9
    assert len(catalogue.document_indicators) == 138
    assert {value.source.document for value in catalogue.published_values.values()} == (
        set(catalogue.documents) - later
    )


@pytest.mark.parametrize(
    ("name", "stated", "side", "year", "where"),
    [  # as the Commission, the European Council, Eurostat and EAPN repeat them from the documents
        ("edu_tertiary_target_2020", 40, "at_least", 2020, "EU2020 annex I"),
        ("emp_rate_target_2030", 78, "at_least", 2030, "EPSR21 headline targets"),
        ("soc_arope_target_2030", 15_000_000, "at_least", 2030, "EPSR21 headline targets"),
        ("soc_arope_children_target_2030", 5_000_000, "at_least", 2030, "EPSR21 headline targets"),
        ("dig_skills_target_2030", 80, "at_least", 2030, "EPSR21 headline targets"),
        ("edu_ecec_target_2030", 96, "at_least", 2030, "EEA21 annex II, point 3"),
        ("edu_esl_target_2030", 9, "less_than", 2030, "EEA21 annex II, point 4"),
        ("edu_tertiary_target_2030", 45, "at_least", 2030, "EEA21 annex II, point 5"),
        ("edu_reading_target_2030", 15, "less_than", 2030, "EEA21 annex II, point 1"),
        ("edu_maths_target_2030", 15, "less_than", 2030, "EEA21 annex II, point 1"),
        ("edu_science_target_2030", 15, "less_than", 2030, "EEA21 annex II, point 1"),
    ],
)
def test_later_targets_are_those_of_their_documents(
    name: str, stated: float, side: str, year: int, where: str
) -> None:
    target = load_catalogue().targets[name]
    assert (target.stated, target.qualifier, target.year, str(target.source)) == (stated, side, year, where)


def test_no_other_later_target_is_there() -> None:
    later = [
        t for t in load_catalogue().targets.values() if t.source.document in ("EU2020", "EPSR21", "EEA21")
    ]
    assert len(later) == 11
    assert not any(target.note for target in later)


@pytest.mark.parametrize(
    ("name", "stated", "unit", "value", "ours"),
    [
        ("emp_rate_1", 58.5, "%", 0.585, "proportion"),
        ("emp_gap_1", -10, "percentage points", -0.1, "proportion"),
        ("pop_neb_1", 34, "million persons", 34e6, "persons"),
        ("emp_fiscal_1", 3500, "EUR", 3500, "euro"),
        ("fun_integ_1", 825, "million EUR", 825e6, "euro"),
        ("mig_firstpermit_1", 3.0, "million", 3e6, "number"),
        ("gov_monpolicy_1", 25, "number", 25, "number"),
    ],
)
def test_figures_are_in_our_units_inside_and_keep_theirs(
    name: str, stated: float, unit: str, value: float, ours: str
) -> None:
    figure = load_catalogue().published_values[name]
    assert (figure.stated, figure.unit, figure.value, figure.value_unit) == (stated, unit, value, ours)


def test_a_figure_knows_its_group_reference_year_and_source() -> None:
    figure = load_catalogue().published_values["emp_rate_1"]
    assert (figure.group, figure.reference_group) == ("third_country_nationals", "total_population")
    assert figure.reference_value == 0.686
    assert (figure.year, figure.geo, figure.ages) == (2010, "eu27_2007", "20-64")
    assert str(figure.source) == "AG11 A.1.2, n. 14"


def test_words_without_a_number_have_no_value() -> None:
    figure = load_catalogue().published_values["hea_centre_1"]
    assert figure.value is None
    assert figure.note is not None


def test_targets_say_by_when_and_from_which_side() -> None:
    target = load_catalogue().targets["emp_rate_target"]
    assert (target.value, target.qualifier, target.year, target.geo) == (0.75, "at_least", 2020, "EU")


def test_figures_are_joined_to_indicators_by_alias() -> None:
    catalogue = load_catalogue()
    (indicator, *_) = catalogue.answering("IND-EMP-RATE")
    assert indicator.id == "employment_rate"
    assert len(catalogue.published(indicator)) >= 6
    assert [target.id for target in catalogue.aimed(indicator)] == ["emp_rate_target", "emp_rate_target_2030"]
    assert all(
        isinstance(entry, Indicator)
        for value in catalogue.published_values.values()
        for entry in catalogue.answering(value.indicator)
    )


def test_an_office_adds_figures_targets_and_documents(tmp_path: Path) -> None:
    catalogue = load_catalogue(office(tmp_path, published_values=VALUE, targets=TARGET))
    own = catalogue.published_values["own_value"]
    assert (own.value, own.reference_value) == (0.615, 0.755)
    assert own in catalogue.published(catalogue.indicators["employment_rate"])
    assert catalogue.targets["own_target"].value == 0.7
    assert "own_value" not in load_catalogue().published_values


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        ("  stated: 61.5", "  value: 61.5", "own_value.value", "the number 61.5"),
        ('unit: "%"', 'unit: "per cent"', "own_value.unit", "`per cent`"),
        ("stated: 61.5", "stated: 615", "own_value.stated", "the number 615"),
        ("stated: 61.5", "stated: high", "own_value.stated", "`high`"),
        ("  stated: 61.5\n", "", "own_value.stated", "nothing"),
        ("year: 2024", "year: 204", "own_value.year", "the number 204"),
        ("year: 2024", "year: soon", "own_value.year", "`soon`"),
        ("  year: 2024\n", "", "own_value.year", "nothing"),
        ("non_eu_born", "non_eu_bron", "own_value.group", "`non_eu_bron`"),
        ("group: native_born", "group: natives", "own_value.reference_group", "`natives`"),
        ("  reference_group: native_born\n", "", "own_value.reference_group", "nothing"),
        ("geo: NL", "geo: netherlands", "own_value.geo", "`netherlands`"),
        ("document: OWN", "document: OURS", "own_value.source.document", "`OURS`"),
        ("employment_rate", "employment_rat", "own_value.indicator", "`employment_rat`"),
        ('unit: "%"', "unit: number", "own_value.counted", "none"),
        ("own_value:", "emp_rate_1:", "emp_rate_1", "one that catalogue/parameters/published_values.yaml"),
    ],
    ids=lambda text: text.strip()[:24],
)
def test_a_wrong_figure_is_refused(tmp_path: Path, old: str, new: str, field: str, found: str) -> None:
    assert old in VALUE
    (fault, *others) = faults(office(tmp_path, published_values=VALUE.replace(old, new)))
    assert others == [] or {f.field for f in others} <= {"own_value.stated"}
    assert fault.where.startswith(f"{tmp_path.name}/parameters/published_values.yaml, line ")
    assert fault.field == field
    assert fault.found.startswith(found)
    assert fault.way_out


def test_a_figure_may_stand_there_once_only(tmp_path: Path) -> None:
    twice = VALUE + VALUE.replace("own_value", "same_value")
    (fault,) = faults(office(tmp_path, published_values=twice))
    assert (fault.field, fault.found) == ("same_value", "the same as own_value")


def test_a_wrong_target_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    wrong = TARGET.replace("qualifier: at_least", "qualifier: over").replace("  year: 2030\n", "")
    found = {fault.field for fault in faults(office(tmp_path, targets=wrong))}
    assert found == {"own_target.qualifier", "own_target.year"}


def test_a_file_of_parameters_that_is_not_known_is_told(tmp_path: Path) -> None:
    (fault,) = faults(office(tmp_path, target=TARGET))
    assert fault.where == f"{tmp_path.name}/parameters/target.yaml"
    assert "targets.yaml" in fault.expected


def test_values_cannot_be_changed() -> None:
    values = load_catalogue().published_values
    with pytest.raises(TypeError):
        values["mine"] = PublishedValue  # type: ignore[index]  # that is refused
