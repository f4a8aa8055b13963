"""Models of adjustment: the worked example of methods/04 section 8, examples by hand, and what has no result."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from zaragoza.compute.adjust import logit
from zaragoza.compute.adjust.balance import balance, entropy_balance
from zaragoza.compute.adjust.diagnostics import balance_table, diagnose, effective_n
from zaragoza.compute.adjust.gcomputation import g_computation, margin_slope
from zaragoza.compute.adjust.logit import fit, residual_degrees_of_freedom
from zaragoza.compute.adjust.matching import MatchedPart, abadie_imbens, match, matching
from zaragoza.compute.adjust.stratify import exact_matching, subclassification
from zaragoza.compute.adjust.table import AdjustTable, make_table
from zaragoza.compute.adjust.weighting import inverse_probability_weighting
from zaragoza.errors import DefinitionError, DesignError

SIZES = (200, 400, 250, 150, 180, 70, 120, 30)  # native, migrant: 25-44 low, high; 45-64 low, high
EMPLOYED = (140, 360, 150, 123, 99, 56, 54, 21)
PRINTED = 5e-7  # half of the last digit that methods/04 prints


def worked() -> AdjustTable:
    covariates = {"age": ["young", "young", "old", "old"] * 2, "education": ["low", "high"] * 4}
    migrant = [False] * 4 + [True] * 4
    return make_table(migrant, covariates, SIZES, EMPLOYED, SIZES, base={"age": "young", "education": "low"})


def persons(group, covariates, y, weight=None) -> AdjustTable:
    size = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    return make_table(group, covariates, size, size * np.asarray(y, dtype=float))


def values(adjusted) -> dict[str, float]:
    assert adjusted.reason is None
    return {part.statistic: part.value for part in adjusted.parts}


def near(ours: float, theirs: float, tolerance: float = PRINTED) -> bool:
    return abs(ours - theirs) <= tolerance


# The worked example


def columns(table: AdjustTable, group: np.ndarray | None = None) -> np.ndarray:
    member = table.group if group is None else group
    return np.column_stack([np.ones(8), member.astype(float), table.x])


def fitted(table: AdjustTable):
    return fit(columns(table), table.size, table.total, ("constant", "group", *table.names), "share")


def test_logit_coefficients_and_errors():
    found = fitted(worked())
    assert found.names == ("constant", "group", "age=old", "education=high")
    for ours, theirs in zip(found.coefficients, (0.890080, -0.668522, -0.494271, 1.218558), strict=True):
        assert near(ours, theirs)
    errors = np.sqrt(np.diag(found.inverse))  # those of the model, which the paper prints
    for ours, theirs in zip(errors, (0.119815, 0.135097, 0.129118, 0.141876), strict=True):
        assert near(ours, theirs, 2 * PRINTED)  # one is cut off, not rounded


@pytest.mark.parametrize(
    ("target", "reference", "group", "gap", "error"),
    [
        ("all", 0.756977, 0.628946, -0.128031, 0.026907),
        ("group", 0.716918, 0.575000, -0.141918, 0.029037),
        ("reference", 0.773000, 0.650524, -0.122476, 0.026088),
    ],
)
def test_g_computation_for_three_targets(target, reference, group, gap, error):
    table = worked()
    found = values(g_computation(table, target=target))
    assert near(found["adjusted_reference_level"], reference)
    assert near(found["adjusted_level"], group)
    assert near(found["adjusted_gap"], gap)
    assert near(found["explained"], -0.198 - gap, 2 * PRINTED)
    model = fitted(table)
    weight = table.size * {"all": 1, "group": table.group, "reference": ~table.group}[target]
    slopes = [margin_slope(model, columns(table, np.full(8, side)), weight) for side in (True, False)]
    slope = slopes[0] - slopes[1]
    assert near(math.sqrt(slope @ model.inverse @ slope), error)  # textbook: V of the model, target fixed


def test_a_fixed_target_has_the_error_of_the_coefficients_alone():
    table = worked()
    fixed, estimated = (g_computation(table, target_fixed=known).parts[0] for known in (True, False))
    assert fixed.value == estimated.value
    by_cell = estimated.by_size - fixed.by_size
    assert near(by_cell @ table.size, 0, 1e-12)
    assert np.abs(by_cell).max() > 0


def test_entropy_balancing():
    table = worked()
    other = ~table.group
    found = balance(table.x[other], table.size[other], np.array([0.375, 0.25]), table.names)
    weight = found.factor * table.size[other]
    assert near(found.coefficients[0], -0.476353)
    assert near(found.coefficients[1], -1.426586)
    for ours, theirs in zip(weight, (0.422225, 0.202775, 0.327775, 0.047225), strict=True):
        assert near(ours, theirs)
    adjusted = entropy_balance(table)
    assert near(values(adjusted)["adjusted_reference_level"], 0.713444)
    assert near(values(adjusted)["adjusted_gap"], -0.138444)
    assert adjusted.diagnostics["largest_difference_after"] < 0.01
    assert near(adjusted.diagnostics["effective_n_reference"], 1 / (weight**2 / table.n[other]).sum(), 1e-9)


def test_entropy_balancing_of_one_number():
    found = balance(np.array([[0.0], [1.0], [2.0]]), np.ones(3), np.array([1.5]), ("x",))
    assert near(found.coefficients[0], 0.834115)
    for ours, theirs in zip(found.factor, (0.116204, 0.267592, 0.616204), strict=True):
        assert near(ours, theirs)


# Regressions without an answer


def test_separation_is_told_by_name():
    table = worked()
    total = np.where(table.x[:, 0] == 1, table.size, table.total)  # everybody of 45-64 is employed
    assert g_computation(replace(table, total=total)).reason == "separated: age=old"


def test_no_convergence_is_told_by_name(monkeypatch):
    monkeypatch.setattr(logit, "_ITERATIONS", 2)
    assert g_computation(worked()).reason == "not_converged: group, age=old, education=high"


@pytest.mark.parametrize("share", [0, 1])
def test_an_outcome_of_all_or_none_is_told(share):
    assert g_computation(replace(worked(), total=share * worked().size)).reason == "no_variation"


def test_redundant_columns_change_nothing():
    table = worked()
    again = replace(
        table,
        x=np.column_stack([table.x, 1 - table.x[:, 0]]),
        names=(*table.names, "young"),
        factor=(*table.factor, "young"),
    )
    assert near(
        values(g_computation(again))["adjusted_gap"], values(g_computation(table))["adjusted_gap"], 1e-12
    )
    assert near(
        values(entropy_balance(again))["adjusted_gap"], values(entropy_balance(table))["adjusted_gap"], 1e-12
    )


def test_sides_that_a_covariate_tells_apart_are_not_compared():
    table = make_table([True, True, False, False], {"a": ["x", "x", "y", "y"]}, [5, 5, 5, 5], [1, 2, 3, 2])
    assert g_computation(table).reason.startswith("not_estimable: group")
    assert inverse_probability_weighting(table).reason == "separated: a=y"
    assert entropy_balance(table).reason == "infeasible: a=y"
    assert exact_matching(table).reason == "no_overlap"


def test_a_covariate_is_extrapolated_and_the_reader_is_told():
    table = worked()
    table = replace(
        table,
        size=np.where(np.arange(8) == 7, 0, table.size),
        total=np.where(np.arange(8) == 7, 0, table.total),
    )
    found = g_computation(table)
    assert found.reason is None
    assert near(found.diagnostics["coverage"], 1 - 150 / 1370, 1e-12)


@pytest.mark.parametrize(
    "method", [g_computation, entropy_balance, inverse_probability_weighting, exact_matching]
)
def test_a_side_without_members_has_no_result(method):
    table = worked()
    nobody = {
        "size": np.where(table.group, 0.0, table.size),
        "total": np.where(table.group, 0.0, table.total),
    }
    assert method(replace(table, **nobody)).reason == "no_members"


def test_interactions_must_be_covariates_and_shares_shares():
    with pytest.raises(
        DefinitionError, match=r"interactions: expected covariates \(age, education\); found region"
    ):
        g_computation(worked(), interactions=["region"])
    with pytest.raises(DefinitionError, match="outcome: expected a share"):
        g_computation(replace(worked(), total=2 * worked().size))


def test_residual_degrees_of_freedom():
    assert residual_degrees_of_freedom(197, 4) == 194  # oracle 07, M01


# Balance and weights


def test_moments_out_of_reach_are_named():
    x = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.5]])
    assert balance(x, np.ones(3), np.array([0.5, 2.0]), ("a", "b")) == "infeasible: b"
    inside_each = balance(x, np.ones(3), np.array([0.1, 0.9]), ("a", "b"))  # b <= a in every cell
    assert inside_each in ("infeasible: a", "infeasible: b", "infeasible: a, b")


def test_a_category_that_the_target_lacks_is_left_out():
    table = make_table(
        [True, True, False, False, False],
        {"a": ["x", "y", "x", "y", "z"]},
        [10, 30, 40, 40, 20],
        [5, 15, 30, 10, 20],
        [10, 30, 40, 40, 20],
    )
    found = entropy_balance(table)
    assert near(values(found)["adjusted_reference_level"], 0.25 * 30 / 40 + 0.75 * 10 / 40, 1e-12)
    assert near(found.diagnostics["left_out_share_reference"], 0.2, 1e-12)


def test_propensities_at_the_edge_are_trimmed_and_told():
    table = make_table(
        [True, True, False, False], {"a": ["x", "y"] * 2}, [50, 1, 50, 99], [25, 1, 30, 33], [50, 1, 50, 99]
    )
    trimmed = inverse_probability_weighting(table)
    assert near(values(trimmed)["adjusted_gap"], 25 / 50 - 30 / 50, 1e-9)
    assert near(trimmed.diagnostics["left_out_share_reference"], 99 / 149, 1e-12)
    whole = inverse_probability_weighting(table, trim=None)
    assert near(values(whole)["adjusted_gap"], 26 / 51 - (50 / 51 * 30 / 50 + 1 / 51 * 33 / 99), 1e-9)
    assert inverse_probability_weighting(table, trim=(0.6, 0.9)).reason == "no_overlap"


def test_known_weights_have_no_derivative_of_their_own():
    for method in (entropy_balance, exact_matching, subclassification):
        known, estimated = (method(worked(), weights_known=flag).parts[0] for flag in (True, False))
        assert near(known.value, estimated.value, 1e-12)
        np.testing.assert_allclose(known.by_total, estimated.by_total)
        assert np.abs(known.by_size - estimated.by_size).max() > 1e-6


def test_diagnostics_by_hand():
    assert effective_n(np.array([2.0, 2.0, 4.0]), np.ones(3)) == 64 / 24
    assert effective_n(np.array([4.0, 4.0]), np.array([2.0, 1.0])) == 64 / 24
    table = persons([True, True, False, False], {"x": np.array([1.0, 3.0, 5.0, 2.0])}, [0, 0, 0, 0])
    factor = np.array([1.0, 1.0, 0.0, 2.0])
    (found,) = balance_table(table, factor)  # the group's mean is 2, its standard deviation the root of 2
    assert (found.name, found.after) == ("x", 0.0)
    assert near(found.before, -1.5 / math.sqrt(2), 1e-12)
    told = diagnose(table, factor)
    assert told["left_out_share_reference"] == 0.5
    assert told["largest_weight_share_reference"] == told["effective_n"] == told["coverage"] == 1.0
    assert told["largest_difference_before_of"] == "x"


# Matching


def test_pairs_by_hand():
    score = np.array([0.9, 0.5, 0.85, 0.5, 0.5, 0.1])
    group = np.array([True, True, False, False, False, False])
    once = match(score, group)
    assert list(zip(once.member, once.partner, strict=True)) == [(0, 2), (1, 3)]  # of equal ones the first
    twice = match(score, group, ratio=2)
    assert sorted(zip(twice.member, twice.partner, strict=True)) == [(0, 2), (0, 4), (1, 3), (1, 5)]
    np.testing.assert_allclose(twice.factor(6), [1, 1, 0.5, 0.5, 0.5, 0.5])
    again = match(score, group, ratio=2, replace=True)
    assert sorted(zip(again.member, again.partner, strict=True)) == [(0, 2), (0, 3), (1, 3), (1, 4)]
    near_ones = match(score, group, ratio=2, caliper=0.06)
    np.testing.assert_allclose(near_ones.share, [1, 0.5, 0.5])


def test_variance_of_matching_by_hand():
    """Two members share the first of two controls: d = 1, 3; K = 2, K' = 2; s^2 = 1/2 (4 - 0)^2 = 8."""
    y, score = np.array([5.0, 7.0, 4.0, 0.0]), np.array([1.0, 2.0, 1.5, 9.0])
    group = np.array([True, True, False, False])
    found = match(score, group, replace=True)
    assert found.partner.tolist() == [2, 2]
    assert near(abadie_imbens(y, group, found, score), math.sqrt((1 + 1) + (4 - 2) * 8) / 2, 1e-12)


def test_all_that_are_equally_near_tell_the_variance_of_matching():
    """Of four controls alike the first stands for both members; the next one has by chance the same outcome, 1.

    d = 0, 0; K = 2, K' = 2; the three others have 1, 0, 0: s^2 = 3/4 (1 - 1/3)^2 = 1/3.
    """
    y, score = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    group = np.array([True, True, False, False, False, False])
    found = match(score, group, replace=True)
    assert found.partner.tolist() == [2, 2]
    assert near(abadie_imbens(y, group, found, score), math.sqrt((4 - 2) / 3) / 2, 1e-12)


def test_a_matched_gap_has_its_own_error():
    group = [True, False, False, True, False, False]
    table = persons(group, {"x": np.array([1.0, 1.0, 2.0, 2.0, 3.0, 2.6])}, [1, 0, 1, 1, 0, 1])
    found = matching(table, caliper=None)
    (part,) = found.parts
    assert isinstance(part, MatchedPart)
    assert near(part.value, 0.5, 1e-12)
    assert part.standard_error > 0
    assert found.diagnostics["variance"] == "abadie-imbens"
    assert found.diagnostics["pairs"] == 2


def test_weighted_samples_are_not_matched():
    x = {"x": np.array([1.0, 1.0, 2.0, 2.0])}
    with pytest.raises(DesignError, match="expected the same weight for everybody; found a weighted sample"):
        matching(persons([True, False, True, False], x, [1, 0, 1, 0], weight=[1, 1, 2, 1]))
    with pytest.raises(DesignError, match="expected one person in each; found cells of several persons"):
        matching(worked())
    with pytest.raises(DefinitionError, match=r"exact: expected covariates \(x\); found sex"):
        matching(persons([True, False, True, False], x, [1, 0, 1, 0]), exact=["sex"])


def test_exact_classes_are_direct_standardisation():
    assert near(values(exact_matching(worked()))["adjusted_gap"], -0.139, 1e-12)  # methods/04: M mix
    only_age = values(exact_matching(worked(), covariates=["age"]))
    by_age = 0.625 * 500 / 600 + 0.375 * 273 / 400
    assert near(only_age["adjusted_reference_level"], by_age, 1e-12)


def test_numbers_are_cut_into_classes():
    group = [True, True, False, False, False]
    table = persons(group, {"age": np.array([20.0, 40.0, 25.0, 30.0, 50.0])}, [1, 1, 0, 1, 0])
    found = exact_matching(table, cuts={"age": [30]})
    assert near(values(found)["adjusted_reference_level"], 0.5 * 0 + 0.5 * 0.5, 1e-12)
    assert found.diagnostics["classes"] == found.diagnostics["classes_of_both"] == 2
    with pytest.raises(DefinitionError, match="found income"):
        exact_matching(table, cuts={"income": [30]})


def test_subclasses_of_the_propensity():
    found = subclassification(worked(), classes=2)
    assert found.reason is None
    assert found.diagnostics["classes_of_both"] == 2
    assert found.diagnostics["variance"] == "limits_known"
