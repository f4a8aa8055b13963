"""Non-response: weighting classes, propensities, and response that cannot be adjusted."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.unit.calibrations import CANARY, sample, weights_of
from zaragoza.api.weighting import adjust_nonresponse
from zaragoza.errors import DefinitionError, DesignError
from zaragoza.model.design import Design


def response(*groups: tuple[str, str, int, int], weight: float = 2.0) -> pa.Table:
    """(region, sex, sampled, respondents)."""
    rows = [(r, s, i < k) for r, s, n, k in groups for i in range(n)]
    region, sex, answered = zip(*rows, strict=True)
    return sample(
        region=region,
        sex=sex,
        answered=answered,
        d=[weight] * len(rows),
        age=[20.0 + i % 50 for i in range(len(rows))],
    )


def test_weighting_classes_of_the_paper():
    data = response(("N", "f", 100, 60), ("S", "f", 80, 64))
    found = adjust_nonresponse(data, "answered", classes="region", design=Design("d", psu="age"))
    rows = {row["region"]: row for row in found.report.to_pylist()}
    assert (rows["N"]["factor"], rows["S"]["factor"]) == pytest.approx((100 / 60, 1.25))
    assert (rows["N"]["n"], rows["N"]["respondents"], rows["N"]["response_rate"]) == (
        100,
        60,
        pytest.approx(0.6),
    )
    weights = weights_of(found, "adjusted_weight")
    assert weights[0] == pytest.approx(2 * 100 / 60)
    assert weights[99] == 0
    assert sum(weights) == pytest.approx(360)
    assert found.design == Design("adjusted_weight", psu="age")
    rate = [0.6] * 100 + [0.8] * 80
    assert found.summary.r_indicator == pytest.approx(1 - 2 * np.std(rate))
    assert (found.summary.n, found.summary.respondents) == (180, 124)
    assert found.summary.response_rate == pytest.approx(124 / 180)


def test_small_classes_leave_the_last_column_out():
    data = response(("N", "f", 60, 40), ("N", "m", 60, 31), ("S", "f", 60, 40), ("S", "m", 60, 29))
    found = adjust_nonresponse(data, "answered = TRUE", classes=("region", "sex"), design=Design("d"))
    rows = {(r["region"], r["sex"]): r["factor"] for r in found.report.to_pylist()}
    assert rows == {("N", "f"): 1.5, ("N", "m"): pytest.approx(60 / 31), ("S", "_T"): pytest.approx(120 / 69)}
    turned = adjust_nonresponse(data, "answered", classes=("sex", "region"), design=Design("d"))
    assert {(r["sex"], r["region"]) for r in turned.report.to_pylist()} == {
        ("f", "N"),
        ("f", "S"),
        ("m", "_T"),
    }


def test_the_factor_of_a_class_is_limited():
    data = response(("N", "f", 200, 60), ("S", "f", 100, 90))
    found = adjust_nonresponse(data, "answered", classes="region")
    assert found.report.to_pylist()[0]["region"] == "_T"
    free = adjust_nonresponse(data, "answered", classes="region", greatest_factor=4)
    assert sorted(free.report["factor"].to_pylist()) == pytest.approx([100 / 90, 200 / 60])


def test_propensities_of_one_column_are_its_rates():
    data = response(("N", "f", 100, 60), ("S", "f", 80, 64))
    own = adjust_nonresponse(data, "answered", propensity="region", quantiles=None, design=Design("d"))
    by_class = adjust_nonresponse(data, "answered", classes="region", design=Design("d"))
    assert weights_of(own, "adjusted_weight") == pytest.approx(
        weights_of(by_class, "adjusted_weight"), rel=1e-7
    )
    assert own.summary.r_indicator == pytest.approx(by_class.summary.r_indicator)
    assert own.report["factor"].to_pylist() == [None]


def test_propensity_classes():
    data = response(("N", "f", 200, 80), ("N", "m", 200, 120), ("S", "f", 200, 150), ("S", "m", 200, 190))
    found = adjust_nonresponse(data, "answered", propensity=("region", "sex", "age"), design=Design("d"))
    rates = found.report["response_rate"].to_pylist()
    assert found.report["propensity_class"].to_pylist() == ["1", "2", "3", "4", "5"]
    assert rates == sorted(rates)
    assert sum(weights_of(found, "adjusted_weight")) == pytest.approx(1600)
    assert 0.5 < found.summary.r_indicator < 1


def test_small_propensity_classes_go_together():
    data = response(("N", "f", 100, 29), ("S", "f", 100, 70), ("S", "m", 100, 90))
    found = adjust_nonresponse(data, "answered", propensity=("region", "sex"))
    assert found.report["respondents"].to_pylist() == [99, 90]


def test_response_that_cannot_be_adjusted():
    data = response(("N", "f", 100, 20), ("S", "f", 80, 64))
    with pytest.raises(DesignError, match="30 respondents and a factor of at most 3; found"):
        adjust_nonresponse(data.slice(0, 100), "answered", classes="region")
    with pytest.raises(DefinitionError) as caught:
        adjust_nonresponse(
            data, "answered +", classes="region", propensity="sex", quantiles=1, greatest_factor=1
        )
    assert len(caught.value.faults) == 4
    with pytest.raises(DefinitionError, match="found a DOUBLE"):
        adjust_nonresponse(data, "age", classes="region")
    with pytest.raises(DefinitionError, match="no such column"):
        adjust_nonresponse(data, "answered", classes="province")
    unknown = sample(a=["x"] * 40, answered=[True] * 39 + [None])
    with pytest.raises(DesignError, match="1 rows without one"):
        adjust_nonresponse(unknown, "answered", classes="a")
    silent = response(("N", "f", 100, 90), (CANARY, "f", 5, 0), ("S", "f", 50, 0))
    with pytest.raises(DesignError, match=r"2 classes without any \(among them S\)") as quiet:
        adjust_nonresponse(silent, "answered", propensity="region")
    assert CANARY not in str(quiet.value)
