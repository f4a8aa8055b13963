"""Trimmed weights and what unequal weights cost: the values of the paper (methods/11 section 3), caps, Kish."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from tests.unit.calibrations import DATA, A, refused, sample, weights_of
from zaragoza.api.weighting import calibrate, effective_sample_size
from zaragoza.compute.calibration.trim import cap_of, trim_weights, weighting_effect
from zaragoza.errors import DefinitionError, DesignError
from zaragoza.model.design import Design


def test_trimming_of_the_paper():
    weights = np.array([1.0, 1, 2, 2, 3, 15])
    cap = cap_of(weights, 3)
    trimmed = trim_weights(weights, cap)
    assert cap == 6
    assert trimmed.tolist() == [2, 2, 4, 4, 6, 6]
    assert effective_sample_size(weights) == pytest.approx(2.360656, abs=5e-7)
    assert effective_sample_size(trimmed) == pytest.approx(5.142857, abs=5e-7)


def test_what_is_cut_stays_in_its_cell():
    cells = np.array([0, 0, 1, 1])
    assert trim_weights(np.array([1.0, 5, 2, 2]), 3, cells).tolist() == [3, 3, 2, 2]
    assert trim_weights(np.array([5.0, 5, 2, 2]), 3, cells).tolist() == [3, 3, 2, 2]  # nobody to take it


def test_kish():
    weights = np.array([1.0, 1, 2, 4])
    assert effective_sample_size(weights) == pytest.approx(2.909091, abs=5e-7)
    assert weighting_effect(weights) == pytest.approx(1.375)
    assert weighting_effect(np.array([1.0, 1, 0])) == 1
    for wrong in ([], [0.0], [-1.0, 2], [math.nan]):
        with pytest.raises(DefinitionError):
            effective_sample_size(wrong)


@pytest.mark.parametrize("options", [{}, {"method": "raking"}, {"bounds": (0.2, 4.0)}, {"units": "h"}])
def test_trimmed_weights_meet_the_totals_below_the_cap(options):
    data = DATA.append_column("v", pa.array([30.0 if i % 47 == 0 else 1.0 + i % 3 for i in range(142)]))
    options = {"method": "raking"} | options if "bounds" not in options else options
    whole = calibrate(data, {"a": A}, design=Design("v"), **options)
    found = calibrate(data, {"a": A}, design=Design("v"), trim=4, **options)
    cap = 4 * np.median(weights_of(whole))
    assert max(weights_of(whole)) > cap >= max(weights_of(found))
    assert found.summary.trimmed_share == pytest.approx(np.mean(np.array(weights_of(whole)) > cap))
    assert found.summary.n_eff_after > whole.summary.n_eff_after
    assert found.report["after"].to_pylist() == pytest.approx(found.report["target"].to_pylist())


def test_trim_below_what_the_bounds_ask():
    data = sample(a=["x"] * 9, w=[1.0] * 8 + [100.0])
    assert "Raise `trim`" in refused(DesignError, data, {"a": {"x": 108}}, trim=2, bounds=(0.5, 2.0))
