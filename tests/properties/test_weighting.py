"""Calibration against the plain-Python twin on random samples, and what holds for any calibration."""

from __future__ import annotations

import math
import random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference import weighting as reference
from zaragoza.api.weighting import calibrate, effective_sample_size
from zaragoza.engine import Engine
from zaragoza.model.design import Design

ENGINE = Engine(threads=1)
RANDOM = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
METHODS = {
    "linear": {"method": "linear", "bounds": None},
    "raking": {"method": "raking"},
    "logit": {"method": "logit", "bounds": (0.2, 4.0)},
}
DISTANCES = {
    "linear": reference.linear,
    "raking": reference.exponential,
    "logit": reference.logit(0.2, 4.0),
}
FIRST = (3.0, 0.0, 1.0, 0.0, 2.0, 7.0)  # no sum of class effects, so that the twin's matrix has full rank


@st.composite
def samples(draw):
    """Persons of two margins, a number and a weight; totals are those of another weighting, so they can be met."""
    classes = [(a, b) for a in "pq" for b in "xyz"] + draw(
        st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from("xyz")), min_size=6, max_size=30)
    )
    persons = []
    for place, (a, b) in enumerate(classes):
        weight = draw(st.floats(1, 20))
        factor = draw(st.floats(0.75, 1.3))
        y = FIRST[place] if place < len(FIRST) else draw(st.floats(0, 10))
        persons.append({"a": a, "b": b, "y": y, "w": weight, "other": weight * factor})
    return persons


def as_table(persons) -> pa.Table:
    return pa.table({name: [p[name] for p in persons] for name in ("a", "b", "y", "w")})


def totals_of(persons, number: bool = True) -> dict:
    known: dict = {
        column: {
            code: math.fsum(p["other"] for p in persons if p[column] == code)
            for code in sorted({p[column] for p in persons})
        }
        for column in "ab"
    }
    known["b"] = scaled(known["b"], math.fsum(known["a"].values()))
    if number:
        known["y"] = math.fsum(p["other"] * p["y"] for p in persons)
    return known


def scaled(sizes: dict, whole: float) -> dict:
    """Sums of floats differ in the last digit; margins of one population must not."""
    factor = whole / math.fsum(sizes.values())
    return {code: size * factor for code, size in sizes.items()}


def weights_of(persons, known, **options) -> list[float]:
    done = calibrate(as_table(persons), known, design=Design("w"), engine=ENGINE, **options)
    return done.data["calibrated_weight"].to_pylist()


@given(samples())
@RANDOM
def test_raking_is_iterative_fitting(persons):
    known = totals_of(persons, number=False)
    expected = reference.rake([p["w"] for p in persons], persons, known)
    assert weights_of(persons, known, method="raking") == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("method", METHODS)
@given(samples())
@RANDOM
def test_newton_agrees_with_the_twin(method, persons):
    known = totals_of(persons)
    x = [[1.0, p["a"] == "q", p["b"] == "y", p["b"] == "z", p["y"]] for p in persons]
    whole = math.fsum(known["a"].values())
    right = [whole, known["a"]["q"], known["b"]["y"], known["b"]["z"], known["y"]]
    expected = reference.calibrate([p["w"] for p in persons], x, right, DISTANCES[method])
    if min(expected) < 0:
        return
    assert weights_of(persons, known, **METHODS[method]) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("options", [*METHODS.values(), {"method": "linear", "bounds": (0.5, 2.0)}])
@given(samples())
@RANDOM
def test_totals_are_met_within_the_bounds(options, persons):
    known = totals_of(persons)
    done = calibrate(
        as_table(persons), known, design=Design("w"), engine=ENGINE, **(options | bounded(options))
    )
    for row in done.report.to_pylist():
        assert row["after"] == pytest.approx(row["target"], rel=1e-9)
    factors = [w / p["w"] for w, p in zip(done.data["calibrated_weight"].to_pylist(), persons, strict=True)]
    lower, upper = options.get("bounds") or (0.0, math.inf)
    assert lower - 1e-9 <= min(factors)
    assert max(factors) <= upper + 1e-9


def bounded(options) -> dict:
    """Linear weights may be negative, which is refused; wide bounds keep the property."""
    return {"bounds": (0.0, 10.0)} if options == METHODS["linear"] else {}


@pytest.mark.parametrize("options", [METHODS["raking"], METHODS["logit"], {"bounds": (0.5, 2.0)}])
@given(samples(), st.randoms(use_true_random=False))
@RANDOM
def test_order_of_rows_does_not_matter(options, persons, shuffle: random.Random):
    known = totals_of(persons)
    order = list(range(len(persons)))
    shuffle.shuffle(order)
    straight = weights_of(persons, known, **options)
    mixed = weights_of([persons[i] for i in order], known, **options)
    assert mixed == pytest.approx([straight[i] for i in order], rel=1e-7)


@pytest.mark.parametrize("options", [METHODS["raking"], METHODS["logit"], {"bounds": (0.5, 2.0)}])
@given(samples())
@RANDOM
def test_two_rows_of_half_the_weight_are_one(options, persons):
    known = totals_of(persons)
    once = weights_of(persons, known, **options)
    halves = [{**p, "w": p["w"] / 2} for p in persons for _ in range(2)]
    twice = weights_of(halves, known, **options)
    assert [twice[i] + twice[i + 1] for i in range(0, len(twice), 2)] == pytest.approx(once, rel=1e-7)


@pytest.mark.parametrize("options", [METHODS["raking"], METHODS["logit"], {"bounds": (0.5, 2.0)}])
@given(samples(), st.floats(0.01, 1000))
@RANDOM
def test_weights_scale_with_the_population(options, persons, scale):
    known = totals_of(persons)
    larger = {
        k: {c: s * scale for c, s in v.items()} if isinstance(v, dict) else v * scale
        for k, v in known.items()
    }
    heavier = [{**p, "w": p["w"] * scale} for p in persons]
    expected = [w * scale for w in weights_of(persons, known, **options)]
    assert weights_of(heavier, larger, **options) == pytest.approx(expected, rel=1e-7)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda w: max(w) > 1e-3))
@RANDOM
def test_effective_sample_size(weights):
    assert effective_sample_size(weights) == pytest.approx(
        reference.effective_sample_size(weights), rel=1e-12
    )
    assert effective_sample_size(weights) <= sum(w > 0 for w in weights) * (1 + 1e-12)
