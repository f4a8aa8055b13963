"""Models of adjustment on random tables: twins, derivatives, and what balance and weights must be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties.designs import random
from tests.reference import adjust_models as twin
from tests.reference.adjust_models import Cell
from zaragoza.compute.adjust.balance import balance, entropy_balance
from zaragoza.compute.adjust.diagnostics import standardised_differences
from zaragoza.compute.adjust.gcomputation import g_computation
from zaragoza.compute.adjust.logit import fit
from zaragoza.compute.adjust.matching import abadie_imbens, match, matching, score_of
from zaragoza.compute.adjust.stratify import class_factors, exact_matching, subclassification, within_classes
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, make_table
from zaragoza.compute.adjust.weighting import fit_propensity, inverse_probability_weighting

COMBINATIONS = tuple(itertools.product("abc", "xy"))
TARGETS = ("all", "group", "reference")
SIZES = st.sampled_from([1.0, 2.5, 7.0, 20.0]) | st.floats(1, 50)


@st.composite
def tables(draw) -> AdjustTable:
    """Two cells of each side and combination of two categories, with a number that differs between them."""
    cells = list(itertools.product((True, False), COMBINATIONS, range(2)))
    number = np.array([math.sin(3 * i + 1) + draw(st.integers(-1, 1)) for i in range(len(cells))])
    sizes = np.array([draw(SIZES) for _ in cells])
    shares = np.array([draw(st.floats(0.1, 0.9)) for _ in cells])
    covariates = {
        "first": [levels[0] for _, levels, _ in cells],
        "second": [levels[1] for _, levels, _ in cells],
        "number": number,
    }
    return make_table([group for group, *_ in cells], covariates, sizes, sizes * shares)


@st.composite
def persons(draw) -> AdjustTable:
    """Persons of equal weight; covariates often tie."""
    group = [True, True, False, False, *draw(st.lists(st.booleans(), min_size=8, max_size=30))]
    rows = range(len(group))
    covariates = {
        "number": np.array([float(draw(st.integers(0, 4))) for _ in rows]),
        "class": [draw(st.sampled_from("pq")) for _ in rows],
    }
    y = np.array([float(draw(st.integers(-3, 9))) for _ in rows])
    return make_table(group, covariates, np.ones(len(group)), y)


def cells_of(table: AdjustTable) -> list[Cell]:
    return [
        Cell(bool(group), tuple(map(float, x)), float(size), float(total))
        for group, x, size, total in zip(table.group, table.x, table.size, table.total, strict=True)
    ]


def levels(adjusted: Adjusted) -> tuple[float, float]:
    assert adjusted.reason is None, adjusted.reason
    found = {part.statistic: part.value for part in adjusted.parts}
    group, reference = found["adjusted_level"], found["adjusted_reference_level"]
    assert math.isclose(found["adjusted_gap"], group - reference, abs_tol=1e-12)
    return group, reference


def agree(ours: Sequence[float], theirs: Sequence[float], tolerance: float = 1e-8) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


# Twins


@random(20)
@given(tables(), st.sampled_from(TARGETS), st.sampled_from(["share", "mean"]), st.booleans())
def test_g_computation_is_the_twin(table, target, outcome, crossed):
    interactions = ["second", "number"] if crossed else []
    places = [i for i, factor in enumerate(table.factor) if factor in interactions]
    ours = levels(g_computation(table, outcome=outcome, target=target, interactions=interactions))
    agree(ours, twin.g_computation(cells_of(table), target, outcome == "share", places))


@random(20)
@given(tables(), st.sampled_from(TARGETS))
def test_entropy_balance_is_the_twin(table, target):
    found = entropy_balance(table, target=target)
    assume(found.reason is None)  # the number's mean of one side may lie outside the other
    agree(levels(found), twin.entropy_balance(cells_of(table), target), 1e-7)


@random(20)
@given(tables(), st.sampled_from([*TARGETS, "overlap"]), st.sampled_from([None, (0.02, 0.98), (0.3, 0.8)]))
def test_weighting_is_the_twin(table, target, trim):
    found = inverse_probability_weighting(table, target=target, trim=trim)
    assume(found.reason != "no_overlap")
    agree(levels(found), twin.weighting(cells_of(table), target, trim))


@random(20)
@given(tables(), st.lists(st.integers(0, 4), min_size=24, max_size=24))
def test_classes_are_the_twin(table, classes):
    found = within_classes(table, np.array(classes))
    assume(found.reason is None)
    agree(levels(found), twin.within_classes(cells_of(table), classes), 1e-10)


@random(20)
@given(tables(), st.lists(st.integers(1, 9), min_size=24, max_size=24), st.integers(2, 6))
def test_subclassification_is_the_twin(table, n, classes):
    """Of cells as of the persons in them."""
    n = np.array(n, dtype=np.float64)
    table = replace(table, n=n, size=n, total=table.total / table.size * n)
    score = score_of(table, fit_propensity(table), "propensity")
    members = np.repeat(score[table.group], n[table.group].astype(int))
    found = subclassification(table, classes=classes)
    assume(found.reason is None)
    code = twin.quantile_classes(score.tolist(), members.tolist(), classes)
    agree(levels(found), twin.within_classes(cells_of(table), code), 1e-10)


@random(40)
@given(persons(), st.integers(1, 3), st.sampled_from([0.3, 1.0, math.inf]), st.booleans(), st.booleans())
def test_matching_is_the_twin(table, ratio, caliper, by_class, replaced):
    score = np.round(table.x[:, 0], 6)
    codes = table.category if by_class else np.zeros(len(score), dtype=np.int64)
    group = table.group.tolist()
    theirs = twin.match(score.tolist(), group, ratio, caliper, codes.tolist(), replaced)
    ours = match(score, table.group, ratio=ratio, caliper=caliper, classes=codes, replace=replaced)
    pairs = sorted(zip(ours.member.tolist(), ours.partner.tolist(), strict=True))
    assert pairs == sorted((i, j) for i, partners in theirs.items() for j in partners)
    assert math.isclose(ours.share.sum(), len(theirs))
    if theirs:
        for neighbours in (1, 2):
            y = table.total
            _, error = twin.abadie_imbens(
                y.tolist(), group, theirs, score.tolist(), codes.tolist(), neighbours
            )
            agree([abadie_imbens(y, table.group, ours, score, codes, neighbours)], [error], 1e-10)


@random(20)
@given(persons())
def test_the_matched_gap_is_the_mean_difference_of_pairs(table):
    found = matching(table, caliper=None)
    assume(found.reason is None)
    score = score_of(table, fit_propensity(table))
    pairs = match(score, table.group, replace=True)
    differences = (table.total[pairs.member] - table.total[pairs.partner]) * pairs.share
    agree([found.parts[0].value], [differences.sum() / table.group.sum()], 1e-10)
    assert found.parts[0].standard_error >= 0


# Derivatives

METHODS: dict[str, Callable[[AdjustTable], Adjusted]] = {
    **{f"g {t}": partial(g_computation, target=t) for t in TARGETS},
    "g crossed": partial(g_computation, interactions=["first"]),
    "g mean": partial(g_computation, outcome="mean"),
    **{f"entropy {t}": partial(entropy_balance, target=t) for t in TARGETS},
    **{f"weighting {t}": partial(inverse_probability_weighting, target=t) for t in (*TARGETS, "overlap")},
    "exact": partial(exact_matching, covariates=["first", "second"]),
}


def comparable(adjusted: Adjusted) -> bool:
    """Not next to where no result exists, as balance at the edge of what can be reached: derivatives explode there."""
    return all(adjusted.diagnostics.get(f"effective_n_{side}", 9.0) > 3 for side in ("group", "reference"))


def central(
    method: Callable[[AdjustTable], Adjusted], table: AdjustTable, field: str, cell: int
) -> np.ndarray:
    """Derivatives of all parts with respect to one sum, by differences of both sides."""
    step = 1e-5 * table.size[cell]
    made = []
    for sign in (1, -1):
        moved = getattr(table, field).copy()
        moved[cell] += sign * step
        made.append(np.array([p.value for p in method(replace(table, **{field: moved})).parts]))
    return (made[0] - made[1]) / (2 * step)


@random(3)
@given(tables())
@pytest.mark.parametrize("name", METHODS)
def test_gradients_are_derivatives(name, table):
    found = METHODS[name](table)
    assume(found.reason is None and comparable(found))
    shown = {part.statistic: part for part in found.parts}
    assume(
        abs(shown["adjusted_gap"].value + shown["explained"].value) > 0.02
    )  # else there is no share explained
    for field, attribute in (("total", "by_total"), ("size", "by_size")):
        ours = np.array([getattr(part, attribute) for part in found.parts])
        theirs = np.column_stack([central(METHODS[name], table, field, c) for c in range(len(table.size))])
        scale = np.abs(ours).max(axis=1, keepdims=True)
        assert (np.abs(ours - theirs) <= 1e-5 * scale + 1e-9).all()


@random(10)
@given(tables(), st.floats(0.01, 100))
@pytest.mark.parametrize("name", METHODS)
def test_the_unit_of_weights_does_not_matter(name, table, unit):
    """Every statistic is of degree 0 in sizes and totals together (Euler), so its scores sum to 0."""
    found = METHODS[name](table)
    assume(found.reason is None)
    scaled = METHODS[name](replace(table, size=unit * table.size, total=unit * table.total))
    for part, other in zip(found.parts, scaled.parts, strict=True):
        if math.isfinite(part.value):
            assert math.isclose(part.value, other.value, rel_tol=1e-6, abs_tol=1e-8)
            terms = np.abs(part.by_total) @ table.total + np.abs(part.by_size) @ table.size
            assert abs(part.by_total @ table.total + part.by_size @ table.size) <= 1e-8 * (terms + 1)


# What must hold


@random(30)
@given(tables())
def test_balance_is_met_and_weights_sum_to_one(table):
    own, other = table.group, ~table.group
    target = table.size[own] @ table.x[own] / table.size[own].sum()
    found = balance(table.x[other], table.size[other], target, table.names)
    if isinstance(found, str):
        assert found.startswith("infeasible: ")
        return
    weight = found.factor * table.size[other]
    assert (weight >= 0).all()
    assert math.isclose(weight.sum(), 1)
    np.testing.assert_allclose(weight @ table.x[other], target, atol=1e-9)
    factor = np.ones(len(table.size))
    factor[other] = found.factor
    assert np.abs(standardised_differences(table, factor)).max() < 1e-8


@random(20)
@given(tables(), st.lists(st.integers(0, 4), min_size=24, max_size=24))
def test_classes_have_the_groups_distribution(table, classes):
    codes = np.array(classes)
    weight = class_factors(table, codes) * table.size
    for code in set(classes):
        inside = codes == code
        agree([weight[inside & ~table.group].sum()], [weight[inside & table.group].sum()], 1e-10)


@random(20)
@given(tables())
def test_a_saturated_model_standardises_directly(table):
    """With all interactions of categories the regression gives the rate of every cell, and so do exact classes."""
    crossed = make_table(table.group, {"cell": [str(c) for c in table.category]}, table.size, table.total)
    expected = levels(exact_matching(crossed))
    agree(levels(g_computation(crossed, target="group", interactions=["cell"])), expected)
    agree(levels(entropy_balance(crossed)), expected)
    agree(levels(inverse_probability_weighting(crossed, trim=None)), expected)


@random(20)
@given(tables(), st.sampled_from(["share", "mean"]))
def test_fits_leave_no_score(table, outcome):
    found = fit(table.constant, table.size, table.total, ("constant", *table.names), outcome)
    assert not isinstance(found, str)
    left = found.x.T @ (table.total - table.size * found.fitted)
    assert np.abs(left).max() <= 1e-8 * table.size.sum()
