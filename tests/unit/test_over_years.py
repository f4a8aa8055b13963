"""Ratios of two periods: how protection sees them, what monitors may ask, and the small parts they are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import zaragoza
from tests.reference.protect_data import indicator, table
from tests.unit.monitors import faults_of, folder
from tests.unit.test_protect_primary import LEVEL
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.listing import listed
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.compute.intervals import logarithmic
from zaragoza.errors import DefinitionError
from zaragoza.model.classification import Breakdown, Category, Classification
from zaragoza.model.disclosure import Policy
from zaragoza.model.expression import Expression
from zaragoza.model.period import Period
from zaragoza.model.text import Text
from zaragoza.protect import protect

WORDS = Text("x", "x")
REGISTER = Policy(full_count=True, min_count=10, numerator_counts=True)


def status(policy: Policy = REGISTER, **changed: object) -> str:
    row = LEVEL | {"n": 200, "n_domain": 200, "n_numerator": 40, "value": 0.2} | changed
    found = protect(table([row], []), policy, {"x": indicator("x", "two_source_ratio")}, [])
    return found.observations["reason"].to_pylist()[0]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "published"),
        ({"n_numerator": 10}, "published"),
        ({"n_numerator": 9}, "too_few"),
        ({"n_numerator": 1}, "too_few"),
        ({"n_numerator": 0, "value": 0.0, "standard_error": None}, "published"),  # nobody is not somebody
        ({"n": 9, "n_domain": 9}, "too_few"),
        ({"n_numerator": 195, "value": 0.98}, "published"),  # it has no complement of 5 people
        ({"n_numerator": 200, "value": 1.0}, "published"),
        ({"n_numerator": 300, "value": 1.5}, "published"),  # not capped at 100 %
        ({"n": 0, "n_domain": 0, "n_numerator": 4, "value": None}, "too_few"),
        ({"n": 0, "n_domain": 0, "n_numerator": 40, "value": None}, "not_measured"),
        ({"n": 0, "n_domain": 0, "n_numerator": 0, "value": None}, "not_measured"),
    ],
)
def test_both_numbers_of_persons_have_to_be_large_enough(changed, expected):
    assert status(**changed) == expected


def test_so_has_the_numerator_of_a_survey_whatever_its_policy():
    assert status(Policy(min_count=20), n_numerator=19) == "too_few"
    assert status(Policy(min_count=20), n_numerator=20) == "published"


def rows(*cells: tuple[str, int, int]) -> list[dict[str, object]]:
    """Level by group: code, persons of the denominator, of the numerator; weights are 1."""
    found = []
    for code, n, positive in cells:
        row = LEVEL | {"g": code, "n": n, "n_domain": n, "n_hat": float(n), "n_numerator": positive}
        row |= {"numerator": float(positive), "denominator": float(n), "value": positive / n if n else None}
        found.append(row)
    return found


def statuses(*cells: tuple[str, int, int]) -> dict[str, str]:
    found = protect(
        table(rows(*cells), ["g"]), REGISTER, {"x": indicator("x", "two_source_ratio")}, [Breakdown(("g",))]
    ).observations
    return dict(zip(found["g"].to_pylist(), found["reason"].to_pylist(), strict=True))


def test_a_small_numerator_is_protected_by_another_group():
    """Total 106 of 900 and b 100 of 500 would give the 6 of a away."""
    found = statuses(("_T", 900, 136), ("a", 200, 6), ("b", 500, 100), ("c", 200, 30))
    assert found["a"] == "too_few"
    assert "secondary" in (found["b"], found["c"], found["_T"])


def test_a_small_numerator_without_a_denominator_is_protected_too():
    """Nobody of a was there a period before, 4 are in the numerator now: shown totals would tell."""
    found = statuses(("_T", 700, 134), ("a", 0, 4), ("b", 500, 100), ("c", 200, 30))
    assert found["a"] == "too_few"
    assert "secondary" in (found["b"], found["c"], found["_T"])


def test_nothing_is_hidden_for_a_large_one_without_a_denominator():
    found = statuses(("_T", 700, 170), ("a", 0, 40), ("b", 500, 100), ("c", 200, 30))
    assert found == {"_T": "published", "a": "not_measured", "b": "published", "c": "published"}


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2023", "2022"), ("2023-S2", "2023-S1"), ("2023-S1", "2022-S2"), ("2023-Q1", "2022-Q4"),
        ("2023-Q3", "2023-Q2"), ("2023-01", "2022-12"), ("2023-10", "2023-09"), ("2023-12", "2023-11"),
    ],
)  # fmt: skip
def test_the_period_before(period, before):
    assert str(Period(period).before) == before
    assert Period(before).last_day < Period(period).last_day


def test_the_same_part_of_an_earlier_year():
    assert [str(Period(p).years_before(3)) for p in ("2023", "2023-Q4", "2023-07")] == [
        "2020",
        "2020-Q4",
        "2020-07",
    ]


def test_an_expression_reads_other_columns():
    other = Expression.parse("COALESCE(a, b) = 'a' AND a > 1").reading({"a": "c d"})
    assert other.variables == {"b", "c d"}
    assert other.sql() == """COALESCE("c d", "b") = 'a' AND "c d" > 1"""


def test_a_classification_reads_other_columns():
    made = Classification(
        id="c",
        title=WORDS,
        source="x",
        categories=(Category("A", WORDS, "now = 'A'"),),
        requires=(("now", "z"),),
    )
    other = made.reading({"now": "was"})
    assert other.variables == {"was"}
    assert (other.requires, other.id) == ((("was", "z"),), "c")
    column = Classification(id="d", title=WORDS, source="x", column="now")
    assert column.reading({"now": "was"}).variables == {"was"}


def test_the_interval_of_a_rate_is_that_of_its_logarithm():
    """0.1 with an error of 0.02 and z = 1.959964: 0.1 exp(-0.391993) to 0.1 exp(0.391993); none at 0."""
    value, error, df = (np.array(v) for v in ([0.1, 0.0], [0.02, np.nan], [np.inf, np.inf]))
    low, high = logarithmic(value, error, df, 0.95)
    assert low[0] == pytest.approx(0.0675709, rel=1e-5)
    assert high[0] == pytest.approx(0.1479927, rel=1e-5)
    assert np.isnan([low[1], high[1]]).all()


TWO = ('indicators = ["employment_rate"]', 'indicators = ["naturalisation_rate"]')
MAPPED = (
    'column = "nationality"\n',
    'column = "nationality"\n\n[source.variables.naturalisation_year]\ncolumn = "n"\n',
)
EARLIER = '\n[[earlier]]\nperiod = "{}"\nfiles = ["before.csv"]\n'


def test_a_ratio_of_two_periods_needs_the_period_before(tmp_path: Path):
    for more, periods in ((EARLIER.format("2022-Q4"), 1), ("", 0)):
        (fault,) = faults_of(folder(tmp_path, TWO, MAPPED, more=more))
        assert fault.field == "monitor.indicators", periods
        assert fault.expected == "indicators that the data allow"
        assert fault.found == ("`naturalisation_rate`, which needs the persons of the period before, 2023-Q3")
        assert fault.way_out.startswith("Give the files of each earlier year in an [[earlier]] table")
    assert load_monitor(folder(tmp_path, TWO, MAPPED, more=EARLIER.format("2023-Q3"))).before is not None


def test_a_panel_needs_the_year_it_looks_back_to(tmp_path: Path):
    change = ('indicators = ["employment_rate"]', 'indicators = ["unemployment_to_employment_rate"]')
    (fault,) = faults_of(folder(tmp_path, change, more=EARLIER.format("2023-Q3")))
    assert fault.found == "`unemployment_to_employment_rate`, which needs activity_year_before"
    assert "[[earlier]]" in fault.way_out
    monitor = load_monitor(folder(tmp_path, change, more=EARLIER.format("2022-Q4")))
    assert [year.monitor.indicators for year in monitor.earlier] == [()]
    assert monitor.yearly == ()


def test_a_file_that_holds_the_year_before_needs_no_other(tmp_path: Path):
    change = ('indicators = ["employment_rate"]', 'indicators = ["unemployment_to_employment_rate"]')
    wide = (
        'column = "nationality"\n',
        'column = "nationality"\n\n[source.variables.activity_year_before]\ncolumn = "b"\n',
    )
    assert load_monitor(folder(tmp_path, change, wide)).earlier == ()


def test_all_takes_them_where_the_data_allow(tmp_path: Path):
    every = ('indicators = ["employment_rate"]', 'indicators = "all"')
    names = {i.id for i in load_monitor(folder(tmp_path, every, MAPPED)).indicators}
    assert not names & {"naturalisation_rate", "unemployment_to_employment_rate"}
    more = EARLIER.format("2023-Q3") + EARLIER.format("2022-Q4")
    names = {i.id for i in load_monitor(folder(tmp_path, every, MAPPED, more=more)).indicators}
    assert {"naturalisation_rate", "unemployment_to_employment_rate"} <= names


def test_the_list_says_what_they_need():
    catalogue = load_catalogue()
    found = {i.id for i in listed(catalogue, variables=["person", "age", "activity"])}
    assert "unemployment_to_employment_rate" in found
    assert "unemployment_to_employment_rate" not in {
        i.id for i in listed(catalogue, variables=["age", "activity"])
    }
    income = ["person", "household", "age", "disposable_income"]
    assert "persistent_at_risk_of_poverty_rate" in {i.id for i in listed(catalogue, variables=income)}
    assert "naturalisation_rate" in {
        i.id for i in listed(catalogue, variables=["citizenship", "naturalisation_year"])
    }


NOW = pa.table({"naturalised": [True, False, True, None], "g": ["a", "a", "b", "b"]})
THEN = pa.table({"foreign": [True, True, True, False], "g": ["a", "a", "b", "b"]})


def test_in_a_notebook_two_tables_are_divided():
    (row,) = zaragoza.two_source_ratio(NOW, THEN, {"rate": ("naturalised", "foreign")}).to_pylist()
    assert (row["measure"], row["value"], row["n"], row["n_hat"]) == ("rate", pytest.approx(2 / 3), 3, 3.0)
    found = zaragoza.two_source_ratio(
        NOW, THEN, {"rate": ("naturalised", "foreign")}, group="g", reference="a"
    )
    assert {r["statistic"]: r["value"] for r in found.to_pylist()} == {"gap": 0.5, "ratio": 2.0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ratios": ["x"]}, "ratios"),
        ({"ratios": {"x": "naturalised"}}, "ratios"),
        ({"ratios": {"x": ("naturalised", "foreigners")}}, "foreigners"),
        ({"ratios": {}}, "measures"),
        ({"group": "g"}, "reference"),
        ({"group": "g", "reference": "z"}, "g"),
        ({"design": zaragoza.Replicates("JK1", weight="w", replicates=("w",))}, "design"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(change, field):
    call = {"ratios": {"x": ("naturalised", "foreign")}} | change
    with pytest.raises(DefinitionError) as caught:
        zaragoza.two_source_ratio(NOW, THEN, **call)
    assert field in {fault.field for fault in caught.value.faults}
    assert all(fault.expected and fault.found for fault in caught.value.faults)
