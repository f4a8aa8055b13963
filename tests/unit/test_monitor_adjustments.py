"""The tables [[adjustments]] of monitor.toml: what they may say, and every fault of them at once."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from tests.unit.monitors import faults_of, folder, only
from zaragoza.catalogue.load import load_catalogue
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.catalogue.monitor_adjustments import FOLLOWING, follows
from zaragoza.compute.adjust.methods import METHODS
from zaragoza.model.adjustment import ADJUSTMENT_METHODS, RELEASE_METHODS, Adjustment
from zaragoza.model.text import Text

ONE = '\n[[adjustments]]\ncovariates = ["age_group", "sex"]\n'
EDUCATION = ('age = "age"\n', 'age = "age"\neducation = "isced"\n')


def test_a_set_of_age_and_sex(tmp_path: Path) -> None:
    monitor = load_monitor(folder(tmp_path, more=ONE))
    assert monitor.adjustments == (Adjustment(("age_group", "sex")),)
    assert monitor.adjustments[0].name == "age_group+sex"
    names = {each.id: each.reference for each in monitor.classifications}
    assert names["age_group"] is None  # classified, compared with nothing
    assert [breakdown.by for breakdown in monitor.breakdowns] == [("citizen_group", "sex")]


def test_no_sets_by_default(tmp_path: Path) -> None:
    assert load_monitor(folder(tmp_path)).adjustments == ()


def test_method_options_margin_title_and_apart(tmp_path: Path) -> None:
    text = ONE.replace('"sex"]', '"sex", "education"]') + (
        'method = "g-computation"\ntarget = "group"\ninteractions = ["sex"]\nmargin = 0.05\napart = true\n'
        'title = { en = "the same schooling", nl = "hetzelfde onderwijs" }\n'
    )
    (found,) = load_monitor(folder(tmp_path, EDUCATION, more=text)).adjustments
    assert found.covariates == ("age_group", "sex", "education")
    assert (found.method, found.options) == ("g-computation", {"target": "group", "interactions": ["sex"]})
    assert (found.margin, found.apart) == (0.05, True)
    assert found.title == Text("the same schooling", "hetzelfde onderwijs")


def test_any_standard_population_written_or_in_a_file(tmp_path: Path) -> None:
    """The same sizes three ways; rows of the file for more classes than asked are added up."""
    (tmp_path / "standard.csv").write_text(
        "region,age_group,sex,size\nA,Y15-24,F,1\nB,Y15-24,F,2\nA,Y15-24,M,4\nA,Y25-54,F,5\n"
    )
    crossed = {("Y15-24", "F"): 3.0, ("Y15-24", "M"): 4.0, ("Y25-54", "F"): 5.0}
    given = ('{ file = "standard.csv" }', "{ Y15-24 = { F = 3, M = 4 }, Y25-54 = { F = 5 } }")
    for standard in given:
        text = ONE + f"standard = {standard}\n"
        (found,) = load_monitor(folder(tmp_path, more=text)).adjustments
        assert found.options == {"standard": crossed}
    text = ONE.replace('"age_group", "sex"', '"sex"') + "standard = { F = 0.5, M = 0.5 }\n"
    (found,) = load_monitor(folder(tmp_path, more=text)).adjustments
    assert found.options == {"standard": {("F",): 0.5, ("M",): 0.5}}


def test_education_only_apart(tmp_path: Path) -> None:
    text = ONE.replace('"sex"]', '"education"]')
    fault = only(folder(tmp_path, EDUCATION, more=text))
    assert fault.field == "adjustments.0.covariates"
    assert fault.expected == "characteristics that come before the outcome"
    assert "`education`" in fault.found
    assert "apart = true" in fault.way_out


def test_what_is_made_of_an_outcome_follows_too() -> None:
    catalogue = load_catalogue()
    assert not FOLLOWING - catalogue.variables.keys()
    assert follows("activity_status", catalogue)
    assert follows("occupation_group", catalogue)
    assert not any(follows(name, catalogue) for name in ("age_group", "sex", "region", "urbanisation"))


FAULTS = [
    ('covariates = ["age_group"', 'covariates = ["age_grup"', "covariates", "`age_group`"),
    ('covariates = ["age_group"', 'covariates = ["age"', "covariates", "`age_group` for `age`"),
    ('covariates = ["age_group"', 'covariates = ["citizen_group"', "covariates", "Leave it out"),
    ('covariates = ["age_group"', 'covariates = ["region"', "covariates", "Map these"),
    ('covariates = ["age_group"', 'covariates = ["sex"', "covariates", "Delete the second"),
    ("\ncovariates", '\nmethod = "matchin"\ncovariates', "method", "Did you mean `matching`"),
    ("\ncovariates", '\nmethod = "matching"\ncovariates', "method", "Write `exact-matching`"),
    ("\ncovariates", '\nmethod = "fairlie"\ncovariates', "method", "Write `logit`"),
    ("\ncovariates", '\nmethod = "subclassification"\ncovariates', "method", "Known are"),
    ("\ncovariates", '\ntarget = "group"\ncovariates', "target", "Known are"),
    ("\ncovariates", '\nstandard = "pool"\ncovariates', "standard", "`pooled`"),
    ("\ncovariates", "\nstandard = { F = 0.5 }\ncovariates", "standard", "F = 5100"),
    ("\ncovariates", '\nstandard = { file = "x.csv" }\ncovariates', "standard.file", "put it there"),
    ("\ncovariates", '\nleast = "5"\ncovariates', "least", "without quotes"),
    ("\ncovariates", "\nmargin = -1\ncovariates", "margin", "within these bounds"),
    ("\ncovariates", "\ntitle = { en = 'x' }\ncovariates", "title", "nl ="),
    ("\ncovariates", "\napart = 1\ncovariates", "apart", "apart = true"),
    ("\ncovariates", '\ntables = ["citizen_group", "sex"]\ncovariates', "tables", "Write `tables = [["),
    ("\ncovariates", '\ntables = [["citizen_group", "region"]]\ncovariates', "tables", "add that breakdown"),
    ("\ncovariates", '\ntables = [["sex"]]\ncovariates', "tables", "Name the groups as well"),
]


@pytest.mark.parametrize(("old", "new", "field", "way_out"), FAULTS)
def test_each_fault_has_a_way_out(tmp_path: Path, old: str, new: str, field: str, way_out: str) -> None:
    assert old in ONE
    fault = only(folder(tmp_path, more=ONE.replace(old, new)))
    assert fault.field == f"adjustments.0.{field}"
    assert fault.where.startswith("monitor.toml, line ")
    assert way_out in fault.way_out


def test_matching_where_everybody_counts_alike(tmp_path: Path) -> None:
    text = ONE + 'method = "matching"\nratio = 2\nexact = ["sex"]\n'
    plain = ('household = "hid"\nweight = "w"\n', "")
    (found,) = load_monitor(folder(tmp_path, plain, more=text)).adjustments
    assert (found.method, found.options) == ("matching", {"ratio": 2, "exact": ["sex"]})
    calibrated = '\n[calibration]\nmargins = [["sex"]]\n'
    faults = faults_of(folder(tmp_path, plain, more=text + calibrated))
    assert "one with calibration" in {fault.found for fault in faults}
    weighted = only(folder(tmp_path, more=text))
    assert weighted.found == "one with weight, household"


def test_fairlie_with_replicate_weights(tmp_path: Path) -> None:
    replicates = '\n[source.replicates]\nmethod = "bootstrap"\ncount = 20\n'
    text = ONE + 'method = "fairlie"\ncoefficients = "group"\n'
    (found,) = load_monitor(folder(tmp_path, more=replicates + text)).adjustments
    assert (found.method, found.options) == ("fairlie", {"coefficients": "group"})


def test_tables_in_which_groups_are_crossed(tmp_path: Path) -> None:
    text = ONE + 'tables = [["citizen_group", "sex"]]\n'
    (found,) = load_monitor(folder(tmp_path, more=text)).adjustments
    assert found.tables == (("citizen_group", "sex"),)
    assert found.adjusts(["citizen_group"]) and found.adjusts(["sex", "citizen_group"])  # noqa: PT018 - one statement on two tables
    assert not Adjustment(("age_group", "sex")).adjusts(["citizen_group", "sex"])


def test_a_table_in_which_everything_is_equal_already(tmp_path: Path) -> None:
    text = ONE.replace('"age_group", "sex"', '"sex"') + 'tables = [["citizen_group", "sex"]]\n'
    fault = only(folder(tmp_path, more=text))
    assert (fault.field, fault.found) == ("adjustments.0.tables", "`citizen_group`, `sex`")
    assert "equal already" in fault.way_out


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = (
        ONE.replace("\ncovariates", '\nmethod = "x"\nmargin = "y"\ncovariates') + ONE + ONE + "colour = 1\n"
    )
    fields = [fault.field for fault in faults_of(folder(tmp_path, more=text))]
    assert sorted(fields) == ["adjustments.0.margin", "adjustments.0.method", "adjustments.2.colour"]


def test_a_set_twice_in_another_order(tmp_path: Path) -> None:
    again = '\n[[adjustments]]\ncovariates = ["sex", "age_group"]\n'
    assert only(folder(tmp_path, more=ONE + again)).field == "adjustments.1.covariates"


def test_one_table_in_place_of_a_list(tmp_path: Path) -> None:
    text = ONE.replace("[[adjustments]]", "[adjustments]")
    assert only(folder(tmp_path, more=text)).expected == "a table for each set"


def test_options_are_those_of_the_methods() -> None:
    assert RELEASE_METHODS.keys() < set(ADJUSTMENT_METHODS)
    for method, options in RELEASE_METHODS.items():
        assert options.keys() <= inspect.signature(METHODS[method]).parameters.keys(), method
