"""Inequality by hand: the Gini coefficient and the ratio of the outer fifths."""

from __future__ import annotations

import pytest

import zaragoza as z
from tests.unit.incomes import TEN, closed_at_the_end, only, people
from zaragoza.model.estimate import NOT_ESTIMABLE

__all__ = ["closed_at_the_end"]


def test_gini_by_hand():
    """Weights 1: (2 sum i y_i - sum y_i)/(n sum y_i) - 1, convey's (2 sum i y_i - 1/n ...): a little larger."""
    n, whole = 10, 55.0
    ranked = sum(i * y for i, y in enumerate(TEN, 1))
    laeken = (2 * ranked - whole) / (n * whole) - 1
    found = only(people(TEN), z.gini("y"))
    assert found["value"] == pytest.approx(laeken)
    assert found["standard_error"] > 0
    halved = people([y for y in TEN for _ in range(2)], [0.5] * 20)
    assert only(halved, z.gini("y"))["value"] == pytest.approx(laeken)  # splitting persons changes nothing
    heavy = people(TEN, [3.0] * 10)
    convey = sum(3 * y * (2 * 3 * i - 1) for i, y in enumerate(TEN, 1)) / (30 * 165) - 1
    assert only(heavy, z.gini("y", variant="convey"))["value"] == pytest.approx(convey)
    assert convey > only(heavy, z.gini("y"))["value"] == pytest.approx(laeken)


def test_one_has_everything():
    found = only(people([0.0] * 9 + [10.0]), z.gini("y"))
    assert found["value"] == pytest.approx(0.9)  # (n - 1)/n


def test_quintiles_by_hand():
    """Of 1 ... 10 the fifths of laeken end at 3 and 9: 10 above, 1 + 2 + 3 up to it; as means 10 over 2."""
    assert only(people(TEN), z.quintile_ratio("y", rule="laeken"))["value"] == pytest.approx(10 / 6)
    means = z.quintile_ratio("y", rule="laeken", variant="means")
    assert only(people(TEN), means)["value"] == pytest.approx(10 / 2)
    assert only(people(TEN), z.quintile_ratio("y", rule="math"))["value"] == pytest.approx(19 / 3)


def test_nobody_above_the_upper_fifth_gives_an_exact_zero():
    """Half of the persons share the largest income, which is the 80 % quantile: nobody has more."""
    data = people([25746.706818181814] * 9 + [28908.315909090907] * 9, [382.0] * 9 + [475.0] * 9)
    assert only(data, z.quintile_ratio("y"))["value"] == 0.0
    assert only(data, z.quintile_ratio("y", variant="means"))["value"] is None


def test_nothing_in_the_lower_fifth():
    found = only(people([0.0] * 5 + TEN), z.quintile_ratio("y"))
    assert (found["value"], found["standard_error"], found["reason"]) == (None, None, NOT_ESTIMABLE)
