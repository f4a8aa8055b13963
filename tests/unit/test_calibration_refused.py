"""What calibration refuses, all faults at once, and what no error says."""

from __future__ import annotations

import math

import pytest

from tests.unit.calibrations import CANARY, DATA, A, B, crossing, refused, sample
from zaragoza.errors import DefinitionError, DesignError
from zaragoza.model.design import Calibration, Design, Replicates

LOGIT = {"method": "logit", "bounds": (0.5, 2.0)}


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
