"""Fairlie's decomposition: contributions by hand, and its whole parts beside those of the logistic decomposition."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from tests.unit.test_adjust import AGE, EDUCATION, EMPLOYED, MIGRANT, PERSONS, part, values
from zaragoza.compute.adjust.fairlie import fairlie
from zaragoza.compute.adjust.nonlinear import decompose_logit
from zaragoza.compute.adjust.table import AdjustTable, make_table


@pytest.fixture
def cells() -> AdjustTable:
    base = {"age": "25-44", "education": "low"}
    return make_table(MIGRANT, {"age": AGE, "education": EDUCATION}, PERSONS, EMPLOYED, PERSONS, base)


def test_fairlie_by_hand():
    """Two covariates, of which one makes all the difference in each side's mix: predictions are those of cells.

    Reference: half (a, x), half (b, x); group: all (a, y). Both sides together have the logits 0 for (a, x), 1 for
    (b, x), -1 for (a, y). Half of the group is matched with (a, x), half with (b, x). Switching the first covariate
    takes the second half from F(1) to F(0) before the second is switched, and from F(0) to F(-1) after it.
    """
    share = expit(np.array([0.0, 1.0, -1.0]))
    table = make_table(
        [False, False, True], {"first": ["a", "b", "a"], "second": ["x", "x", "y"]}, [50, 50, 100],
        [50 * share[0], 50 * share[1], 100 * share[2]], [50, 50, 100],
    )  # fmt: skip
    found = values(fairlie(table, "neumark"))
    low, middle, high = share[2], share[0], share[1]
    second_first = [
        (low - middle),
        (middle - high),
    ]  # of the two halves, when the second covariate is switched first
    first_after = [0.0, low - middle]
    first_first = [0.0, middle - high]
    second_after = [low - middle, low - middle]
    assert found["explained", "first"] == pytest.approx((sum(first_first) + sum(first_after)) / 4)
    assert found["explained", "second"] == pytest.approx((sum(second_first) + sum(second_after)) / 4)
    assert found["explained"] == pytest.approx(low - (middle + high) / 2)
    assert found["unexplained"] == pytest.approx(0.0, abs=1e-9)


def test_fairlie_has_the_whole_parts_of_the_logistic_decomposition(cells):
    for norm in ("reference", "group", "neumark", "pooled"):
        found, whole = fairlie(cells, norm), decompose_logit(cells, norm)
        for statistic in ("explained", "unexplained", "share_explained"):
            ours, theirs = part(found, statistic), part(whole, statistic)
            assert ours.value == pytest.approx(theirs.value)
            assert np.allclose(ours.by_total, theirs.by_total)
            assert np.allclose(ours.by_size, theirs.by_size)
        by_covariate = [p for p in found.parts if p.detail is not None]
        assert math.fsum(p.value for p in by_covariate) == pytest.approx(part(found, "explained").value)
        assert all(np.isnan(p.by_total).all() for p in by_covariate)  # ranks have no derivative


def test_fairlie_with_one_covariate_gives_it_everything(cells):
    table = make_table(MIGRANT, {"education": EDUCATION}, PERSONS, EMPLOYED, PERSONS)
    found = values(fairlie(table, "group"))
    assert found["explained", "education"] == pytest.approx(found["explained"])
    assert found["explained"] == pytest.approx(values(decompose_logit(table, "group"))["explained"])


def test_fairlie_tells_nothing_of_a_category_that_its_coefficients_do_not_know(cells):
    lacking = replace(cells, size=np.where(cells.group | (cells.x[:, 0] == 0), cells.size, 0.0))
    found = fairlie(replace(lacking, total=np.where(lacking.size > 0, cells.total, 0.0)), "reference")
    assert all(np.isnan(p.value) for p in found.parts)
    assert "age" in str(found.diagnostics["not_estimable"])
