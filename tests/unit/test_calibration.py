"""Calibration: the values of the paper (methods/11), and what a call gives back."""

from __future__ import annotations

import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.oracle.designs import table
from tests.support import needs_shared
from tests.unit.calibrations import DATA, GROUPS, NAME, A, crossing, sample, weights_of
from zaragoza.api.weighting import calibrate
from zaragoza.model.design import Calibration, Design, Replicates

# The paper's tests (methods/11 section 3), computed there twice or by R


def test_raking_a_table_of_two_by_two():
    data = sample(row=["r1", "r1", "r2", "r2"], column=["c1", "c2"] * 2, w=[40, 60, 30, 70])
    known = {"row": {"r1": 110, "r2": 90}, "column": {"c1": 80, "c2": 120}}
    found = weights_of(calibrate(data, known, design=Design("w"), method="raking"))
    assert found == pytest.approx([49.201417, 60.798583, 30.798583, 59.201417], abs=5e-7)
    factors = [w / base for w, base in zip(found, (40, 60, 30, 70), strict=True)]
    assert factors == pytest.approx([1.230035, 1.013310, 1.026619, 0.845735], abs=5e-7)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [9.543860, 11.122807, 15.929825, 25.403509]),
        ({"method": "raking"}, [9.387840, 10.954970, 16.089783, 25.567407]),
        ({"method": "logit", "bounds": (0.7, 1.5)}, [9.270307, 11.030065, 16.143107, 25.556521]),
    ],
)
def test_three_distances_on_four_rows(options, expected):
    data = sample(x=[2, 3, 1, 4], w=[10, 10, 20, 20])
    found = calibrate(data, {"1": 62, "x": 170}, design=Design("w"), **options)
    assert weights_of(found) == pytest.approx(expected, abs=5e-7)


@needs_shared
@pytest.mark.parametrize(
    ("options", "low", "high"),
    [
        ({}, 0.418592, 1.833295),
        ({"method": "raking"}, 0.534231, 1.994761),
        ({"method": "logit", "bounds": (0.6, 1.6)}, 0.612143, 1.599426),
    ],
)
def test_schools_of_the_paper(options, low, high):
    known = {"stype": {"E": 4421, "H": 755, "M": 1018}, "api99": 3914069}
    found = calibrate(table("apiclus1"), known, design=Design("pw", psu="dnum"), **options)
    assert found.summary.least_factor == pytest.approx(low, abs=5e-7)
    assert found.summary.greatest_factor == pytest.approx(high, abs=5e-7)


# What a call gives back


def test_the_result_says_what_was_done():
    design = Design("w", psu="h")
    found = calibrate(
        DATA, {"a": A, ("a", "b"): crossing(), "w": 900}, design=design, method="raking", units="h"
    )
    assert found.data.column_names == [*DATA.column_names, NAME]
    assert found.design == Design(
        NAME,
        psu="h",
        calibration=Calibration("w", (("a",), ("a", "b")), ("w",), ("h",), "raking"),
    )
    assert found.report.column_names == ["margin", "class", "target", "before", "after"]
    rows = found.report.to_pylist()
    assert [(r["margin"], r["class"]) for r in rows[2:5]] == [
        ("a", "z"),
        ("a x b", "x x 1"),
        ("a x b", "x x 2"),
    ]
    assert (rows[-1]["margin"], rows[-1]["class"], rows[-1]["target"]) == ("w", None, 900)
    assert all(r["after"] == pytest.approx(r["target"]) for r in rows)
    assert sum(r["before"] for r in rows[:3]) == pytest.approx(sum(DATA["w"].to_pylist()))
    by_unit = found.data.group_by("h").aggregate([])
    factors = {
        (h, round(w / base, 9))
        for h, w, base in zip(*(found.data[c].to_pylist() for c in ("h", NAME, "w")), strict=True)
    }
    assert len(factors) == len(by_unit)
    assert found.summary.n == 142
    assert math.isnan(found.summary.share_at_bounds)


def test_one_margin_post_stratifies():
    found = weights_of(calibrate(DATA, {"a": A}, design=Design("w")))
    before = DATA["w"].to_numpy()
    inside = np.array(GROUPS["a"]) == "y"
    assert np.array(found)[inside] == pytest.approx(before[inside] * 100 / before[inside].sum())


def test_without_weights_there_is_a_column_of_ones():
    found = calibrate(DATA, {"a": A})
    assert found.data[f"{NAME}_base"].to_pylist() == [1.0] * 142
    assert found.design.calibration.base_weight == f"{NAME}_base"


def test_replicates_keep_their_columns():
    replicates = Replicates("JK1", weight="w", replicates=("h",))
    found = calibrate(DATA, {"a": A}, design=replicates).design
    assert (found.weight, found.replicates, found.calibration.base_weight) == (NAME, ("h",), "w")
    made = calibrate(DATA, {"a": A}, design=Replicates("bootstrap", design=Design("w"))).design
    assert (made.weight, made.design.weight, made.design.calibration.base_weight) == (None, NAME, "w")
    assert made.problems == ()


def test_codes_are_compared_as_they_are_written(tmp_path):
    data = sample(t=[True, True, False], i=[1, 2, 2], f=[1.0, 2.0, 2.0])
    path = tmp_path / "persons.parquet"
    pq.write_table(data, path)
    known = {"t": {True: 5, False: 4}, "i": {"1": 3, 2: 6}, "f": {1: 3, 2.0: 6}}
    assert sum(weights_of(calibrate(path, known))) == pytest.approx(9)


def test_rows_without_weight_stay_without():
    data = sample(a=["x", "x", "y"], w=[1.0, 0, 2])
    found = calibrate(data, {"a": {"x": 4, "y": 5}}, design=Design("w"), method="raking")
    assert weights_of(found) == pytest.approx([4, 0, 5])
    assert found.summary.n == 2


def test_bounds_are_counted():
    found = calibrate(DATA, {"a": A, "w": 845}, design=Design("w"), bounds=(0.55, 1.9)).summary
    assert 0 < found.share_at_bounds < 1
    assert 0.55 - 1e-12 <= found.least_factor < found.greatest_factor <= 1.9 + 1e-12
