"""Weighting: the values of the paper (methods/11), what is refused, and what no error says."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.oracle.designs import table
from tests.support import needs_shared
from zaragoza.api.weighting import adjust_nonresponse, calibrate, effective_sample_size
from zaragoza.compute.calibration import Auxiliaries, Margin, Number, Units, choose, solve
from zaragoza.compute.calibration.trim import cap_of, trim_weights, weighting_effect
from zaragoza.errors import DefinitionError, DesignError, ZaragozaError
from zaragoza.model.design import Calibration, Design, Replicates

NAME = "calibrated_weight"


def weights_of(result, name: str = NAME) -> list[float]:
    return result.data[name].to_pylist()


def sample(**columns) -> pa.Table:
    return pa.table(columns)


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


# What a call gives back

GROUPS = {"a": ["x"] * 40 + ["y"] * 30 + ["x"] * 60 + ["z"] * 12}
DATA = sample(**GROUPS, b=[1.0, 2.0] * 71, w=np.linspace(1, 3, 142), h=np.arange(142) // 3)
A, B = {"x": 300, "y": 100, "z": 20}, {1: 200, 2: 220}


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


def crossing() -> dict:
    return {("x", 1): 140, ("x", 2): 160, ("y", 1): 50, ("y", 2): 50, ("z", "1"): 10, ("z", "2"): 10}


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


def test_bounds_are_counted():
    found = calibrate(DATA, {"a": A, "w": 845}, design=Design("w"), bounds=(0.55, 1.9)).summary
    assert 0 < found.share_at_bounds < 1
    assert 0.55 - 1e-12 <= found.least_factor < found.greatest_factor <= 1.9 + 1e-12


# What is refused

LOGIT = {"method": "logit", "bounds": (0.5, 2.0)}


def refused(kind: type[ZaragozaError], data: pa.Table, known, **options) -> str:
    with pytest.raises(kind) as caught:
        calibrate(data, known, **{"design": Design("w")} | options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "found none"),
        ({"a": A, "b": {1: 200, 2: 210}}, "totals: b: expected the sum of a, 420; found 410"),
        ({"a": A, "1": 400}, "totals: 1: expected the sum of a, 420; found 400"),
        ({"a": {"x": 1, "y": -1, "z": math.nan}}, "expected sizes above 0; found another one for y, z"),
        ({("a", "b"): {"x": 3}}, "a code for each of 2 columns"),
        ({("a", "b"): 3}, "{class: size} for a tuple of columns"),
        ({"a": {}}, "found no class"),
        ({"b": {1: 2, "1": 3}}, "found classes that are written alike"),
        ({"w": "many"}, "expected a total, or {class: size}"),
        ({"read_text('f')": 3}, "the function READ_TEXT"),
        ({"c": {1: 2}}, "totals: c: expected a column of the data"),
        ({"a": 3}, "totals: a: expected a number; found a VARCHAR"),
    ],
)
def test_totals_that_cannot_be_read(known, said):
    assert said in refused(DefinitionError, DATA, known)


def test_every_fault_of_a_call_at_once():
    wrong = refused(DefinitionError, DATA, {"a": A}, method="ridge", trim=0.5, name="", units=(3,))
    assert all(
        part in wrong for part in ("one of linear, raking, logit", "trim: trim", "name: name", "units: units")
    )
    assert "bounds for logit" in refused(DefinitionError, DATA, {"a": A}, method="logit")
    assert "no bounds for raking" in refused(
        DefinitionError, DATA, {"a": A}, method="raking", bounds=(0.5, 2.0)
    )
    assert "lower < 1 < upper" in refused(DefinitionError, DATA, {"a": A}, bounds=(1.0, 2.0))
    assert "Design(...)" in refused(DefinitionError, DATA, {"a": A}, design="w")
    assert "whole sample" in refused(
        DefinitionError, DATA, {"a": A}, design=Replicates("JK1", replicates=("h",))
    )
    assert "is taken" in refused(DefinitionError, DATA, {"a": A}, name="H")
    again = Design("w", calibration=Calibration("w"))
    assert "not calibrated yet" in refused(DefinitionError, DATA, {"a": A}, design=again)
    assert "expected a number; found a VARCHAR" in refused(
        DefinitionError, DATA, {"b": B}, design=Design("a")
    )


CANARY = "canary-value"


def test_faults_count_rows_and_show_no_value():
    data = sample(
        a=["x"] * 30 + [CANARY, None], b=["k"] * 20 + ["m"] * 12,
        w=[1.0] * 29 + [-77.25, None, math.inf], y=[1.0] * 31 + [None], h=[1] * 31 + [None],
    )  # fmt: skip
    said = refused(DesignError, data, {"a": {"x": 40, "new": 4}, "b": {"k": 44}, "y": 3}, units="h")
    assert "3 rows without one" in said  # weights
    assert "a: expected a class in every row; found 1 rows without one" in said
    assert "1 class without one, in 1 rows. " in said
    assert "1 class without rows: new" in said
    assert (
        "b: expected a size for every class of the data; found 1 class without one, in 12 rows (among them m)"
        in said
    )
    assert "y: expected a number in every row" in said
    assert "units: h" in said
    assert CANARY not in said
    assert "77" not in said


def test_totals_out_of_reach_are_named():
    assert "totals: a = x: expected a total within reach" in refused(
        DesignError, DATA, {"a": {"x": 400, "y": 100, "z": 20}}, method="logit", bounds=(0.5, 2.0)
    )
    assert "totals: w: expected a total within reach; found one beyond what factors above 0" in refused(
        DesignError, DATA, {"a": A, "w": -3}, method="raking"
    )
    assert "totals: w: expected totals that can be met" in refused(
        DesignError, DATA, {"a": A, "w": 420.0}, method="raking"
    )


def test_a_class_of_few_rows_is_not_named():
    data = sample(a=["x"] * 30 + [CANARY] * 3, w=[1.0] * 33)
    said = refused(DesignError, data, {"a": {"x": 30, CANARY: 300}}, **LOGIT)
    assert "a (a class of fewer than 10 rows)" in said
    assert CANARY not in said


def test_margins_that_contradict_one_another():
    crossed = {**crossing(), ("y", 1): 40, ("x", 1): 150}
    said = refused(DesignError, DATA, {"a": A, ("a", "b"): crossed}, method="raking")
    assert "totals that agree" in said
    assert "a = x" in said


def test_classes_without_weight_cannot_be_met():
    data = sample(a=["x"] * 20 + ["y"] * 12, w=[1.0] * 20 + [0.0] * 12)
    assert "a = y: expected rows in the sample" in refused(DesignError, data, {"a": {"x": 20, "y": 10}})


def test_negative_weights_are_refused():
    data = sample(x=[0.0, 1, 2, 3, 10], w=[1.0] * 5)
    said = refused(DesignError, data, {"1": 5, "x": 40})
    assert "with a negative one. Give bounds" in said


def test_trim_below_what_the_bounds_ask():
    data = sample(a=["x"] * 9, w=[1.0] * 8 + [100.0])
    assert "Raise `trim`" in refused(DesignError, data, {"a": {"x": 108}}, trim=2, bounds=(0.5, 2.0))


# The numerics


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


# Non-response


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
