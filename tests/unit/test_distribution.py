"""What holds for every measure of a distribution: nobody, one person, equal incomes, zero weights, order, gaps."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

import zaragoza as z
from tests.unit.incomes import TEN, by, closed_at_the_end, only, people
from zaragoza.model.estimate import NO_MEMBERS, NOT_ESTIMABLE

__all__ = ["closed_at_the_end"]
ALL = {
    "threshold": z.poverty_threshold("y"),
    "rate": z.poverty_rate("y"),
    "own": z.poverty_rate("y", threshold="own"),
    "poor": z.median_of_poor("y"),
    "gap": z.poverty_gap("y"),
    "fifths": z.quintile_ratio("y"),
    "means": z.quintile_ratio("y", variant="means"),
    "gini": z.gini("y"),
    "median": z.median("y"),
}


def test_negative_incomes():
    data = people([-5.0, -1.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    assert only(data, z.median("y"))["value"] == 4.0
    assert only(data, z.poverty_rate("y"))["value"] == pytest.approx(3 / 7)
    assert only(data, z.poverty_gap("y"))["value"] == pytest.approx(1 + 1 / 2.4)
    assert math.isfinite(only(data, z.gini("y"))["value"])
    assert only(people([-3.0, -2.0, -1.0]), z.gini("y"))["value"] is None  # of a negative sum there is none


@pytest.mark.parametrize("name", ["threshold", "rate", "own", "poor", "gap", "fifths", "means"])
def test_equal_incomes_have_no_density_and_no_error(name):
    """The kernel has no width: an error that needs a density does not exist, and is never 0."""
    found = only(people([100.0] * 8), ALL[name])
    assert (found["standard_error"], found["reason"]) == (None, NOT_ESTIMABLE)
    assert found["ci_low"] is None
    assert found["ci_high"] is None


def test_values_of_equal_incomes():
    found = {name: only(people([100.0] * 8), measure)["value"] for name, measure in ALL.items()}
    assert found == {
        "threshold": 60.0, "rate": 0.0, "own": 0.0, "poor": None, "gap": None, "fifths": 0.0, "means": None,
        "gini": pytest.approx(0, abs=1e-12), "median": 100.0,
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_domain_of_one_row_has_no_error(name):
    data = people([*TEN, 2.0], g=["many"] * 10 + ["one"])
    found = by(data, ALL[name], "g")["one"]
    assert (found["n"], found["standard_error"], found["reason"]) == (1, None, NOT_ESTIMABLE)


@pytest.mark.parametrize("name", ALL)
def test_a_domain_in_one_unit_has_no_error(name):
    data = people(TEN * 2, g=["wide"] * 10 + ["narrow"] * 10, u=[*range(10), *[99] * 10])
    found = by(data, ALL[name], "g", design=z.Design(weight="w", psu="u"))["narrow"]
    assert (found["n"], found["standard_error"], found["reason"]) == (10, None, NOT_ESTIMABLE)


@pytest.mark.parametrize("name", ALL)
def test_a_domain_without_answers_has_nothing(name):
    data = people([*TEN, None, None], g=["some"] * 10 + ["none"] * 2)
    found = by(data, ALL[name], "g")["none"]
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 0)
    assert found["reason"] == NO_MEMBERS


@pytest.mark.parametrize("name", ALL)
def test_a_domain_of_zero_weights_has_nothing_but_its_rows(name):
    data = people([*TEN, 3.0, 4.0], [1.0] * 10 + [0.0] * 2, g=["some"] * 10 + ["none"] * 2)
    found = by(data, ALL[name], "g")["none"]
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 2)
    assert found["reason"] == NOT_ESTIMABLE


@pytest.mark.parametrize("name", ALL)
def test_a_call_in_which_nobody_answers(name):
    found = only(people([None, None]).cast(pa.schema({"y": pa.float64(), "w": pa.float64()})), ALL[name])
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 0)
    assert found["reason"] == NO_MEMBERS


@pytest.mark.parametrize("name", ALL)
def test_unanswered_rows_change_no_value(name):
    data, more = people(TEN), people([*TEN, None, math.nan])
    assert only(more, ALL[name])["value"] == only(data, ALL[name])["value"]
    assert only(more, ALL[name])["n"] == 10


@pytest.mark.parametrize("name", ALL)
def test_order_of_rows_and_size_of_weights_change_nothing(name):
    incomes = [3.0, 8.0, 8.0, 1.0, 9.0, 2.0, 2.0, 14.0, 5.0, 6.0, 11.0]
    weights = [1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0]
    first = only(people(incomes, weights), ALL[name])
    turned = only(people(incomes[::-1], weights[::-1]), ALL[name])
    assert turned["value"] == pytest.approx(first["value"], rel=1e-12)
    assert turned["standard_error"] == pytest.approx(first["standard_error"], rel=1e-9)
    thrice = only(people([3 * y for y in incomes], weights), ALL[name])
    unit = 3.0 if name in ("threshold", "poor", "median") else 1.0
    assert thrice["value"] == pytest.approx(unit * first["value"], rel=1e-12)
    assert thrice["standard_error"] == pytest.approx(unit * first["standard_error"], rel=1e-9)


def test_gaps_of_distributions():
    data = people([*TEN, *(y + 1 for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    design = z.Design(weight="w")
    for measure in (z.median("y"), z.poverty_rate("y"), z.gini("y"), z.median_of_poor("y")):
        levels = by(data, measure, "g")
        found = z.gaps(data, {"m": measure}, group="g", reference="a", design=design).to_pylist()
        gap = next(row for row in found if row["statistic"] == "gap")
        assert gap["value"] == pytest.approx(levels["b"]["value"] - levels["a"]["value"])
        assert gap["standard_error"] > 0
