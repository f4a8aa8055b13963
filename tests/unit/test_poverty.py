"""Poverty by hand: of incomes 1 ... 10 the median is 5.5 (school) and the threshold 3.3."""

from __future__ import annotations

import pytest

import zaragoza as z
from tests.unit.incomes import TEN, by, closed_at_the_end, only, people
from zaragoza.model.estimate import NOT_ESTIMABLE

__all__ = ["closed_at_the_end"]


def test_poverty_of_ten_persons():
    data = people(TEN)
    assert only(data, z.poverty_threshold("y"))["value"] == pytest.approx(3.3)
    rate = only(data, z.poverty_rate("y"))
    assert rate["value"] == pytest.approx(0.3)
    assert rate["standard_error"] > 0
    assert only(data, z.median_of_poor("y"))["value"] == 2.0
    assert only(data, z.poverty_gap("y"))["value"] == pytest.approx(1 - 2 / 3.3)


def test_poor_is_below_the_threshold_not_at_it():
    found = only(people([6.0, 6.0, 10.0, 10.0, 10.0]), z.poverty_rate("y"))
    assert found["value"] == 0.0
    assert only(people([5.9, 6.0, 10.0, 10.0, 10.0]), z.poverty_rate("y"))["value"] == pytest.approx(0.2)


def test_thresholds_of_all_of_the_domain_and_known():
    data = people([*TEN, *(10 * y for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    # of all: the median of 1..10, 10, 20, ... is 10, the threshold 6: a has 1..5 below it, b nobody
    national = by(data, z.poverty_rate("y"), "g")
    assert (national["a"]["value"], national["b"]["value"]) == (pytest.approx(0.5), 0.0)
    own = by(data, z.poverty_rate("y", threshold="own"), "g")
    assert own["a"]["value"] == own["b"]["value"] == pytest.approx(0.3)
    assert own["a"]["standard_error"] == pytest.approx(own["b"]["standard_error"])
    known = by(data, z.poverty_rate("y", threshold=31.0), "g")
    assert (known["a"]["value"], known["b"]["value"]) == (1.0, pytest.approx(0.3))


def test_a_national_threshold_is_not_moved_by_among_or_by():
    data = people([*TEN, *(10 * y for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    among = only(data, z.poverty_rate("y", among="g = 'a'"))
    inside = by(data, z.poverty_rate("y"), "g")["a"]
    assert (among["value"], among["standard_error"]) == pytest.approx(
        (inside["value"], inside["standard_error"])
    )
    narrowed = only(data, z.poverty_rate("y"), population="g = 'a'")
    assert narrowed["value"] == pytest.approx(0.3)  # the population of the call makes the threshold


def test_a_known_threshold_has_the_error_of_a_share():
    data = people(TEN, [1.0, 2.0] * 5)
    found = only(data, z.poverty_rate("y", threshold=4.5))
    share = only(data, z.share("y < 4.5"))
    for field in ("value", "standard_error", "n", "n_hat"):
        assert found[field] == pytest.approx(share[field])


def test_nobody_poor():
    data = people([*TEN, *(10 * y for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    for measure in (z.median_of_poor("y"), z.poverty_gap("y")):
        found = by(data, measure, "g")["b"]
        assert (found["value"], found["standard_error"], found["reason"]) == (None, None, NOT_ESTIMABLE)
    rate = by(data, z.poverty_rate("y"), "g")["b"]
    assert (rate["value"], rate["n"]) == (0.0, 10)


def test_everybody_poor():
    found = only(people(TEN), z.poverty_gap("y", threshold=20.0))
    assert found["value"] == pytest.approx(1 - 5.5 / 20)
    assert only(people(TEN), z.median_of_poor("y", threshold=20.0))["value"] == 5.5


def test_quantile_of_the_threshold_and_its_fraction():
    data = people(TEN)
    assert only(data, z.poverty_threshold("y", fraction=0.5))["value"] == pytest.approx(2.75)
    assert only(data, z.poverty_threshold("y", fraction=0.5, p=0.75))["value"] == pytest.approx(4.0)


def test_a_replicate_without_poor_makes_the_error_unknown():
    data = people([1.0, 10.0, 10.0, 11.0, 12.0, 12.0])
    made = z.Replicates("JK1", design=z.Design(weight="w"))
    (found,) = z.estimate(data, {"m": z.poverty_gap("y")}, design=made).to_pylist()
    assert found["value"] == pytest.approx(1 - 1 / 6.3)
    assert (found["standard_error"], found["reason"]) == (None, NOT_ESTIMABLE)
