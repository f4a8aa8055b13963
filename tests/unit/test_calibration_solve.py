"""The numerics of calibration: bounds used to the last, and sums of auxiliaries."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.calibrations import DATA, A, refused
from zaragoza.api.weighting import calibrate
from zaragoza.compute.calibration import Auxiliaries, Margin, Number, Units, choose, solve
from zaragoza.errors import DesignError
from zaragoza.model.design import Design


@pytest.mark.parametrize(("total", "met"), [(837.5, False), (838, True), (937, True), (937.5, False)])
def test_bounds_are_used_to_the_last(total, met):
    """A linear programme gives 837.87 and 937.14 as the limits of what is possible beside the margin."""
    call = {"design": Design("w"), "bounds": (0.55, 1.9)}
    if met:
        assert calibrate(DATA, {"a": A, "w": total}, **call).report["after"][3].as_py() == pytest.approx(
            total
        )
    else:
        assert "totals: w" in refused(DesignError, DATA, {"a": A, "w": total}, **call)


def test_bounds_that_hold_a_whole_class_still_find_the_totals():
    """A step can put every row of a class at a bound, where the slope is 0."""
    codes = np.arange(60) % 6
    x = Auxiliaries.build([Margin(codes, tuple("abcdef")), Margin(codes // 3, ("low", "high"))])
    factors = np.array([0.51, 1.89, 0.51, 1.89, 1.0, 0.51])[codes]
    totals = x.cross(np.ones(60), factors)
    found = solve(np.ones(60), x, totals, choose("linear", (0.5, 1.9)))
    assert found.factors == pytest.approx(factors)


def test_patterns_and_rows_give_one_answer():
    rng = np.random.default_rng(5)
    margins = [Margin(rng.integers(0, 4, 500), tuple("abcd")), Margin(rng.integers(0, 3, 500), tuple("xyz"))]
    weights = rng.uniform(1, 4, 500)
    together = Auxiliaries.build(margins)
    alone = Auxiliaries.build(margins, [Number(rng.normal(size=500), "n")])
    totals = alone.cross(weights, rng.uniform(0.8, 1.2, 500))
    assert together.patterns is not None
    assert alone.patterns is None
    distance = choose("raking", None)
    by_pattern = solve(weights, together, totals[:-1], distance).factors
    by_row = solve(weights, together, totals[:-1], distance, Units(np.arange(500), 500)).factors
    assert by_pattern == pytest.approx(by_row, rel=1e-9)
    assert alone.cross(weights * solve(weights, alone, totals, distance).factors) == pytest.approx(totals)


def test_sums_of_auxiliaries():
    x = Auxiliaries.build([Margin(np.array([0, 1, 1]), ("p", "q"))], [Number(np.array([2.0, 3, 5]), "n")])
    dense = np.array([[1, 0, 2], [0, 1, 3], [0, 1, 5.0]])
    weights, values = np.array([1.0, 2, 4]), np.array([[1.0, 2], [3, 4], [5, 7]])
    assert x.cross(weights, values) == pytest.approx(dense.T @ (weights[:, None] * values))
    assert x.gram(weights) == pytest.approx(dense.T @ (weights[:, None] * dense))
    assert x.fitted(np.array([1.0, 2, 3])) == pytest.approx(dense @ [1, 2, 3])
    unit = np.array([1, 0, 1])
    sums = x.by_unit(unit, 2, weights)
    assert sums == pytest.approx(np.array([dense[1] * 2, dense[0] + 4 * dense[2]]))
    assert x.averaged(unit, 2, weights).matrix.toarray() == pytest.approx(sums / np.array([[2], [5]]))
    assert x.cross(weights, x.residuals(weights, values[:, 1])) == pytest.approx(np.zeros(3), abs=1e-9)
