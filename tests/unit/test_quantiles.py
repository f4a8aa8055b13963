"""Quantiles of tiny vectors, by hand: every rule, ties, zero weights, one person."""

from __future__ import annotations

import pytest

import zaragoza as z
from tests.unit.incomes import by, closed_at_the_end, only, people
from zaragoza.errors import DefinitionError
from zaragoza.model.estimate import NOT_ESTIMABLE

__all__ = ["closed_at_the_end"]
RULES = ("school", "math", "laeken", "hf4", "hf6", "hf7", "hf8")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [  # of 1, 2, 3, 4 with weight 1: shares .25, .5, .75, 1
        ("math", 2.0),  # reaches one half
        ("school", 2.5),  # meets it: mean of it and the next
        ("laeken", 3.0),  # exceeds it
        ("hf4", 2.0),  # on the line through (.25, 1), (.5, 2), ...
        ("hf6", 2.5),  # through (.2, 1), (.4, 2), (.6, 3), (.8, 4)
        ("hf7", 2.5),  # through (0, 1), (1/3, 2), (2/3, 3), (1, 4)
        ("hf8", 2.5),  # through ((k - 1/3)/(4 + 1/3), k)
    ],
)
def test_median_of_four(rule, expected):
    assert only(people([3.0, 1.0, 4.0, 2.0]), z.median("y", rule=rule))["value"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("p", "rule", "expected"),
    [  # of 10, 20 with weights 1 and 3: shares .25 and 1
        (0.2, "school", 10.0),
        (0.25, "school", 15.0),
        (0.25, "math", 10.0),
        (0.25, "laeken", 20.0),
        (0.3, "school", 20.0),
        (0.625, "hf4", 15.0),
        (0.5, "hf7", 15.0),  # points at 0 and 1: W_1/W_1
        (0.01, "hf8", 10.0),  # flat outside
    ],
)
def test_two_persons_of_unequal_weight(p, rule, expected):
    found = only(people([20.0, 10.0], [3.0, 1.0]), z.quantile("y", p, rule=rule))
    assert found["value"] == pytest.approx(expected)


@pytest.mark.parametrize("rule", RULES)
def test_one_person_is_every_quantile_without_an_error(rule):
    data = people([7.0, 1.0, 2.0], [2.0, 1.0, 1.0], g=["one", "more", "more"])
    for p in (0.01, 0.5, 0.99):
        found = by(data, z.quantile("y", p, rule=rule), "g")["one"]
        assert (found["value"], found["standard_error"], found["reason"]) == (7.0, None, NOT_ESTIMABLE)
        assert found["ci_low"] is None
        assert found["ci_high"] is None


@pytest.mark.parametrize("rule", RULES)
def test_tied_values_are_one_value(rule):
    tied = only(people([5.0, 5.0, 5.0, 9.0, 1.0]), z.median("y", rule=rule))
    assert tied["value"] == 5.0


@pytest.mark.parametrize("rule", RULES)
def test_a_weight_of_zero_has_no_say_but_counts_in_n(rule):
    without = only(people([1.0, 2.0, 3.0, 4.0, 5.0]), z.quantile("y", 0.35, rule=rule))
    there = people([1.0, -50.0, 2.0, 3.0, 4.0, 90.0, 5.0], [1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    found = only(there, z.quantile("y", 0.35, rule=rule))
    assert found["value"] == without["value"]
    assert (found["n"], without["n"]) == (7, 5)
    assert found["n_hat"] == without["n_hat"] == 5.0


def test_weights_are_numbers_of_persons():
    counted = [("school", 4.0), ("math", 4.0), ("laeken", 4.0)]
    once = people([1.0] * 2 + [4.0] * 3 + [6.0] * 2)
    for rule, expected in counted:
        assert only(people([6.0, 1.0, 4.0], [2.0, 2.0, 3.0]), z.median("y", rule=rule))["value"] == expected
        assert only(once, z.median("y", rule=rule))["value"] == expected


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 1.5])
def test_a_share_outside_0_to_1_is_refused(p):
    with pytest.raises(DefinitionError, match="a number between 0 and 1"):
        only(people([1.0, 2.0]), z.quantile("y", p))


def test_replicates_are_asked_for_where_an_interval_needs_them():
    with pytest.raises(DefinitionError, match="interval"):
        only(people([1.0, 2.0]), z.median("y", interval="replicates"))


@pytest.mark.parametrize("interval", ["t", "logit", "korn_graubard", "arcsine", "score"])
def test_intervals_hold_their_quantile(interval):
    data = people([float(v) for v in range(1, 101)])
    found = only(data, z.median("y", rule="math", interval=interval))
    assert found["ci_low"] < found["value"] == 50.0 < found["ci_high"]
    assert found["standard_error"] > 0
